"""Two edits of one long text, compared with the text before and put together where they do not touch.

Texts are compared sentence by sentence, and word by word only where sentences differ: forty pages are compared at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?]+[\"'”’)]*|\n|$)[ \t]*\n*")
_WORD = re.compile(r"\s*\S+|\s+$")
MOST_WORDS = 1500
"""Words of a stretch up to which it is compared word by word; a longer one is marked whole."""

MOST_PAIRS = 1_000_000
"""Pairs of equal sentences or words up to which every one is looked at."""


class Piece(NamedTuple):
    """A stretch of text and what became of it: ``same``, ``added`` or ``gone``."""

    text: str
    change: str


def sentences(text: str) -> list[str]:
    """The sentences of a text with the space behind each; joined they are the text."""
    return [s for s in _SENTENCE.findall(text) if s]


def words(text: str) -> list[str]:
    """The words of a text, each with the space before it; joined they are the text."""
    return _WORD.findall(text)


def compared(before: str, after: str) -> list[Piece]:
    """``after`` in pieces, with what is gone from ``before`` where it stood."""
    found: list[Piece] = []
    one, other = sentences(before), sentences(after)
    for tag, a, b, c, d in _steps(one, other):
        if tag == "equal":
            found.append(Piece("".join(other[c:d]), "same"))
        else:
            found.extend(_by_word("".join(one[a:b]), "".join(other[c:d])))
    return list(_joined(found))


def _by_word(before: str, after: str) -> Iterator[Piece]:
    one, other = words(before), words(after)
    if max(len(one), len(other)) > MOST_WORDS or not one or not other:
        yield Piece(before, "gone")
        yield Piece(after, "added")
        return
    bare = [w.strip() for w in one], [w.strip() for w in other]
    for tag, a, b, c, d in _steps(*bare):
        if tag == "equal":
            yield Piece("".join(other[c:d]), "same")
        else:
            yield Piece("".join(one[a:b]), "gone")
            yield Piece("".join(other[c:d]), "added")


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Neighbouring pieces of one kind as one; empty ones left out."""
    kept: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if kept is not None and kept.change == piece.change:
            kept = Piece(kept.text + piece.text, kept.change)
            continue
        if kept is not None:
            yield kept
        kept = piece
    if kept is not None:
        yield kept


def merged(before: str, one: str, other: str) -> str | None:
    """``before`` with what both edits changed, where they touch different sentences; None where they meet.

    Two edits that put something in at the same place meet: nobody can say which comes first.
    """
    was, theirs = sentences(before), [_edits(before, text) for text in (one, other)]
    if any(_meet(a, b) for a in theirs[0] for b in theirs[1]):
        return None
    edits = sorted({*theirs[0], *theirs[1]})
    out: list[str] = []
    at = 0
    for start, end, text in edits:
        out += [*was[at:start], text]
        at = end
    return _whole([*out, *was[at:]])


def _meet(a: tuple[int, int, str], b: tuple[int, int, str]) -> bool:
    """Whether two edits are about the same sentence, or put in different things at the same place."""
    return a != b and ((a[0] < b[1] and b[0] < a[1]) or a[:2] == b[:2])


def _edits(before: str, after: str) -> list[tuple[int, int, str]]:
    one, other = sentences(before), sentences(after)
    plain = [s.strip() for s in one], [s.strip() for s in other]
    return [(a, b, "".join(other[c:d])) for tag, a, b, c, d in _steps(*plain) if tag != "equal"]


def _whole(parts: Sequence[str]) -> str:
    """Sentences put together; two that had no space between them because one stood last get one."""
    out = ""
    for part in parts:
        if out and part and not out[-1].isspace() and not part[0].isspace():
            out += " "
        out += part
    return out


def _steps(one: Sequence[str], other: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """What makes ``other`` of ``one``. What repeats without end is not looked at closely: it would take minutes."""
    often = Counter(one)
    pairs = sum(often[text] * count for text, count in Counter(other).items())
    return SequenceMatcher(None, one, other, autojunk=pairs > MOST_PAIRS).get_opcodes()
