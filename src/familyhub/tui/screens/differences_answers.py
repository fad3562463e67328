"""The answers beside each other; of prose, what differs is marked by a sign and a line under it, not by colour alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widgets import Static

from familyhub.casework.checking import clean
from familyhub.practice.differences import Difference, DifferenceValue
from familyhub.practice.three_way import Piece, compared, merged
from familyhub.tui.screens import differences_words as say

SIDE_BY_SIDE = 3
"""As many answers stand beside each other; more stand under each other."""
SIGNS = {"added": ("[+", "bold underline"), "gone": ("[-", "dim strike")}


@dataclass(frozen=True, slots=True)
class Compared:
    """A difference of prose: each answer (as numbered) in pieces, and a proposal that keeps both edits."""

    pieces: tuple[tuple[Piece, ...], ...]
    against_before: bool
    proposal: str
    both: bool
    """Whether the proposal holds both edits, or one's own only."""

    @property
    def legend(self) -> str:
        """What the signs mean."""
        if self.against_before:
            return "[+added]  [-taken out], compared with the text before · F6 one text at a time"
        return "[+not in the other] · F6 one text at a time"


def compare(d: Difference) -> Compared | None:
    """Compare two answers of prose, with the text before where it is known; takes its time on long texts."""
    if d.kind != "words" or len(d.values) != 2 or not d.free:
        return None
    texts = [str(v.value or "") for v in d.values]
    own = texts[say.own_first(d)[0][0] - 1]
    if d.before_words and (d.before is None or isinstance(d.before, str)):
        before = d.before or ""
        both = merged(before, *texts)
        return Compared(tuple(tuple(compared(before, t)) for t in texts), True, both or own, both is not None)
    pieces = [
        tuple(p for p in compared(texts[1 - n], text) if p.change != "gone") for n, text in enumerate(texts)
    ]
    return Compared(tuple(pieces), False, own, False)


def marked(pieces: Iterable[Piece]) -> Content:
    """Pieces with their signs."""
    out = Content("")
    for piece in pieces:
        text = clean_inside(piece.text)
        sign, style = SIGNS.get(piece.change, ("", ""))
        bare = text.strip()
        if not sign or not bare:
            out = out.append(Content(text))
            continue
        start = text[: len(text) - len(text.lstrip())]
        end = text[len(text.rstrip()) :]
        out = out.append(Content(start)).append(Content.styled(f"{sign}{bare}]", style)).append(Content(end))
    return out


def clean_inside(text: str) -> str:
    """A piece of text without control characters; the space at its ends stays."""
    bare = clean(text)
    if not bare:
        return text if text.isspace() else ""
    start, end = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return start + bare + end


class Answer(Static):
    """One of the answers; a double click takes it."""

    class Taken(Message):
        """This answer was taken."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, words: Content, number: int) -> None:
        super().__init__(words, classes="answer")
        self.number = number

    def on_click(self, event: Click) -> None:
        """A single click does nothing: a decision is for everybody."""
        if event.chain > 1:
            self.post_message(self.Taken(self.number))


def answer(d: Difference, place: int, today: date, found: Compared | None) -> Answer:
    """One answer: who, what, when, and what its author wrote with it; where there are many, its number before it."""
    many = len(d.values) > SIDE_BY_SIDE
    number, value = say.own_first(d)[place]
    moment = say.when(value, today)
    mark = "● " if value.value == d.shown else "  "
    who = say.who_wrote(d, value)
    head = f"{place + 1} {who} · {moment}" if many else f"  {who}"
    lines = [Content.styled(head, "bold")]
    if found is not None:
        body = marked(found.pieces[number - 1])
        lines += [Content("  " if n else mark).append(line) for n, line in enumerate(body.split("\n"))]
    else:
        words = clean(value.words).split("\n")
        lines += [Content(f"{'  ' if n else mark}{w}") for n, w in enumerate(words)]
    if not many:
        lines.append(Content.styled(f"  {moment}", "dim"))
    if value.again:
        lines.append(Content.styled("  open again", "dim"))
    if value.reason:
        lines.append(Content(f"  “{clean(value.reason)}”"))
    return Answer(Content("\n").join(lines), place + 1)


def around(d: Difference, found: Compared | None, today: date) -> list[str]:
    """What stood before, what else was changed, who asks."""
    told = []
    if d.before_words:
        before = clean(d.before_words)
        told.append(f"Before either    {before}" if "\n" not in before else f"Before either\n{before}")
    if found is not None:
        told.append(found.legend)
    for n, near in enumerate(d.also):
        who = "you" if near.mine else clean(near.by_name).split(" ")[0]
        clash = " (kept, no clash)" if n == len(d.also) - 1 else ""
        told.append(f"Also by {who:<8} {clean(near.words)}{clash}")
    return told + say.asked_words(d, today)


def parts(found: Compared) -> int:
    """How many views F6 goes through: all beside each other, each answer, and the text before."""
    return 3 + found.against_before


def one_text(d: Difference, part: int, found: Compared, today: date) -> Content:
    """One text over the whole width: an answer with its signs, or the one before."""
    head = Content.styled(f"{part} of {parts(found) - 1}   F6 next", "dim")
    if part == 3:
        title, body = "Before either of you", Content(clean(d.before_words))
    else:
        number, value = say.own_first(d)[part - 1]
        title, body = (
            f"{say.who_wrote(d, value)} · {say.when(value, today)}",
            marked(found.pieces[number - 1]),
        )
    return Content("\n").join([head, Content.styled(title, "bold"), body])


def proposal(values: Sequence[DifferenceValue], found: Compared | None) -> str:
    """What *Write another* of prose begins with: both edits put together, else one's own."""
    if found is not None:
        return found.proposal
    own = next((v for v in values if v.mine), values[0])
    return str(own.value or "")
