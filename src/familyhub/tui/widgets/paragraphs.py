"""Paragraphs of words and user text, that are never parsed as markup."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

LOOKS = {
    "muted": "$text-muted",
    "wrong": "bold $text-error",
    "strong": "bold",
    "well": "$text-success",
    "": "",
}


def written(text: str) -> str:
    """Text that may have several lines, without control characters."""
    flat = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    return "".join(c if c.isprintable() or c in "\n\u200d" else " " for c in flat)


def content(paragraphs: Sequence[Sequence[tuple[str, str]]], *, most: int | None = None) -> Content:
    """Paragraphs as one content; ``most``: characters after which the rest is left for reading whole."""
    parts: list[tuple[str, str]] = []
    for number, paragraph in enumerate(paragraphs):
        if number:
            parts.append(("\n", ""))
        parts += [(written(words), LOOKS.get(look, "")) for words, look in paragraph if words]
    if most is not None and sum(len(words) for words, _ in parts) > most:
        parts = _first(parts, most)
    return Content.assemble(*((words, look) if look else words for words, look in parts))


def _first(parts: list[tuple[str, str]], most: int) -> list[tuple[str, str]]:
    out = []
    for words, look in parts:
        if most <= 0:
            break
        out.append((words[:most], look))
        most -= len(words)
    return [*out, (" …\n\nEnter reads the whole.", LOOKS["muted"])]


class Paragraphs(Static):
    """Shows paragraphs."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__("", id=id, classes=classes, markup=False)

    def show(self, paragraphs: Sequence[Sequence[tuple[str, str]]], *, most: int | None = None) -> None:
        """Show these."""
        self.update(content(paragraphs, most=most))
