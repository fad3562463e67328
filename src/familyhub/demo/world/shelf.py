"""Reads the invented world's text files: lines under ``[section]`` headings."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """The lines of ``data/<name>.txt`` by section; blank lines and lines that start with # are left out."""
    text = files("familyhub.demo").joinpath("data", *f"{name}.txt".split("/")).read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    here: list[str] = []
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("[") and line.endswith("]"):
            here = found.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            here.append(line)
    return {section: tuple(lines) for section, lines in found.items()}


def words(name: str, section: str) -> tuple[str, ...]:
    """A section whose lines list things between commas."""
    return tuple(word.strip() for line in sections(name)[section] for word in line.split(",") if word.strip())
