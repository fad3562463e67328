"""What the page *Safety* shows: its rows, and everything about the selected one. Pure: plain values in, words out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from familyhub.practice.days import short_day, show_day
from familyhub.practice.family_file import FamilyFile, SafetyLine
from familyhub.practice.household import Member
from familyhub.practice.safety import CONFIDENTIAL, RiskView, review_passed, review_words
from familyhub.records.codes import READERS, RISK
from familyhub.tui.screens.family_panels import person_panel
from familyhub.tui.widgets.rows import Cell, Drawn

if TYPE_CHECKING:
    from datetime import date

    from familyhub.tui.screens.family_panels import Paragraphs

WIDE = 96


@dataclass(frozen=True, slots=True)
class Heading:
    """A line between the rows."""

    words: str


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A safety note; ``about``: whom, by name."""

    note: SafetyLine
    about: str

    @property
    def person_id(self) -> str:
        """Whom it is about."""
        return self.note.person_id


@dataclass(frozen=True, slots=True)
class RiskRow:
    """What is known about a person who may be a risk."""

    risk: RiskView
    about: str

    @property
    def person_id(self) -> str:
        """Whom it is about."""
        return self.risk.person_id


@dataclass(frozen=True, slots=True)
class HomeRow:
    """An address, and who of the family lives there."""

    words: str
    since: str
    people: tuple[str, ...]
    names: str

    @property
    def person_id(self) -> str:
        """No one person."""
        return ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody, and how they may be reached."""

    person: Member

    @property
    def person_id(self) -> str:
        """Themselves."""
        return self.person.id


Row = Heading | NoteRow | RiskRow | HomeRow | PersonRow


def key(row: Row) -> object:
    """What tells two rows apart."""
    match row:
        case NoteRow(note):
            return ("note", note.id)
        case RiskRow(risk):
            return ("risk", risk.id)
        case HomeRow():
            return ("home", row.words, row.people)
        case PersonRow(person):
            return ("person", person.id)
        case Heading(words):
            return ("heading", words)


def ids(row: Row) -> tuple[str, ...]:
    """Ids of the records that a row shows."""
    match row:
        case NoteRow(note):
            return (note.id,)
        case RiskRow(risk):
            return (risk.id,)
        case PersonRow(person) if person.reach is not None:
            return (person.reach.id, *person.reach.others)
    return ()


def rows(file: FamilyFile) -> Iterator[Row]:
    """What must be known first; then where they live and how each may be reached; what has ended last."""
    people = (*file.adults, *file.children)
    names = {m.id: m.given for m in people}
    yield Heading("Before a visit")
    for note in file.safety:
        yield NoteRow(note, names.get(note.person_id, ""))
    known = [RiskRow(risk, names.get(risk.person_id, "")) for m in people for risk in m.risks]
    yield from (row for row in known if row.risk.risk != "none")
    yield Heading("Where they live")
    yield from _homes(file)
    yield Heading("How to reach them: read it before any number")
    for person in people:
        if person.role != "unborn":
            yield PersonRow(person)
    over = [NoteRow(note, names.get(note.person_id, "")) for note in file.safety_ended]
    over_too = [row for row in known if row.risk.risk == "none"]
    if over or over_too:
        yield Heading("Ended")
        yield from over
        yield from over_too


def _homes(file: FamilyFile) -> Iterator[HomeRow]:
    """Each address once, that of the household first; what two people wrote at once are two."""
    found: dict[str, list[tuple[Member, str]]] = {}
    for person in sorted((*file.adults, *file.children), key=lambda m: not m.lives_here):
        hidden = person.address == CONFIDENTIAL
        for home in person.homes:
            if home.confidential or not hidden:
                found.setdefault(home.words, []).append((person, home.from_on))
    for words, who in found.items():
        since = max((on for _, on in who), default="")
        yield HomeRow(words, since, tuple(m.id for m, _ in who), ", ".join(m.given for m, _ in who))
    if not found:
        yield HomeRow("not recorded", "", (), "")


def draw(row: Row, width: int, today: date) -> Drawn:
    """One line of a row."""
    match row:
        case Heading(words):
            return [[Cell(words, look="strong")]]
        case NoteRow(note, about):
            kind = f"{note.kind} · {about}" if about and width >= WIDE else note.kind
            ended = f"ended {short_day(note.ended_on, today)}" if note.ended_on else ""
            return [_safe(kind, note.what, note.review_on, ended, width, today)]
        case RiskRow(risk, about):
            ended = "none known" if risk.risk == "none" else ""
            return [
                _safe(f"{about}: {RISK.words(risk.risk)}", risk.what, risk.review_on, ended, width, today)
            ]
        case HomeRow(words, since, _, names):
            day = f"since {short_day(since, today)}" if since else ""
            return [[Cell("", 2), Cell(words), Cell(names, 24, "muted"), Cell(day, 24, "muted", right=True)]]
        case PersonRow(person):
            return [_reached(person, width)]


def _safe(kind: str, what: str, review_on: str | None, ended: str, width: int, today: date) -> list[Cell]:
    look = "muted" if ended else "wrong"
    late = not ended and (not review_on or review_passed(review_on, today))
    right = Cell(ended or review_words(review_on, today), 28, "wrong" if late else "muted", right=True)
    return [
        Cell("" if ended else "!", 2, look), Cell(kind, 30 if width >= WIDE else 18, look), Cell(" ", 1), Cell(what), right,
    ]  # fmt: skip


def _reached(person: Member, width: int) -> list[Cell]:
    reach = person.reach
    if reach is None:
        ask = "" if person.role == "child" else ": ask before you ring or write"
        how = Cell(f"not recorded{ask}", look="muted")
    else:
        how = Cell(
            f"! {reach.how}" if reach.how else "no words recorded", look="wrong" if reach.how else "muted"
        )
    cells = [Cell("", 2), Cell(person.name, 30 if width >= WIDE else 18), Cell(" ", 1), how]
    if reach is not None and width >= WIDE:
        cells.append(Cell(f"ring: {reach.may_ring or 'ask first'}", 20, "muted", right=True))
    return cells


def whole(row: Row | None, file: FamilyFile, today: date) -> Paragraphs:
    """Everything about the selected row."""
    match row:
        case NoteRow(note, about):
            return [*_note(note, about, today), *_two_answers(file, note.id)]
        case RiskRow(risk, about):
            return [*_risk(risk, about, today), *_two_answers(file, risk.id)]
        case HomeRow():
            return _home(row, today)
        case PersonRow(person):
            reach = person.reach
            both: Paragraphs = [
                [("Written by two people at once: both stand here. y saves what holds.", "wrong")]
            ]
            return [
                *person_panel(person), *(both if reach is not None and reach.others else []),
                *(line for i in ids(row) for line in _two_answers(file, i)),
            ]  # fmt: skip
    return []


def _two_answers(file: FamilyFile, row_id: str) -> Paragraphs:
    return [
        [(f"Two answers: {d.field_words}. Both are kept until somebody decides (D).", "wrong")]
        for d in file.differences
        if d.row_id == row_id
    ]


def _note(note: SafetyLine, about: str, today: date) -> Paragraphs:
    since = f"since {show_day(note.from_on, today)}" if note.from_on else ""
    head = " · ".join(p for p in (f"about {about}" if about else "", since, note.by) if p)
    told = {
        True: "The family was told",
        False: "The family was not told",
        None: "Nobody has said whether the family was told",
    }
    late = review_passed(note.review_on, today)
    out: Paragraphs = [
        [(note.kind, "strong"), (f"   {head}", "muted")],
        [(note.what or "No words recorded.", "")],
        [(f"{told[note.told]}{f': {note.told_how}' if note.told_how else ''}.", "muted")],
        [(f"Who may read: {READERS.words(note.readers)}", "muted")],
    ]
    if note.ended_on:
        return [*out, [(f"Ended {show_day(note.ended_on, today)}; the story says why.", "muted")]]
    return [*out, [(_again(note.review_on, today), "wrong" if late else "muted")]]


def _risk(risk: RiskView, about: str, today: date) -> Paragraphs:
    on = f" · {show_day(risk.on, today)}" if risk.on else ""
    late = review_passed(risk.review_on, today)
    out: Paragraphs = [
        [
            (f"{about}: {RISK.words(risk.risk)}", "strong"),
            (f"   {risk.source or 'source not recorded'}{on}", "muted"),
        ],
        [(risk.what or "No words recorded.", "")],
        [(f"Who may read: {READERS.words(risk.readers)}", "muted")],
    ]
    return (
        out
        if risk.risk == "none"
        else [*out, [(_again(risk.review_on, today), "wrong" if late else "muted")]]
    )


def _again(review_on: str | None, today: date) -> str:
    words = review_words(review_on, today)
    if review_passed(review_on, today):
        words = f"{words.removesuffix(' !')}: is it still true? k"
    return f"{words[:1].upper()}{words[1:]}"


def _home(row: HomeRow, today: date) -> Paragraphs:
    if not row.people:
        return [[("No address is recorded. a records one, or that it is confidential.", "muted")]]
    since = f"since {show_day(row.since, today)}" if row.since else ""
    live = "live" if len(row.people) > 1 else "lives"
    out: Paragraphs = [
        [(row.words, "strong"), (f"   {since}", "muted")],
        [(f"{row.names} {live} there.", "")],
    ]
    if row.words == CONFIDENTIAL:
        out.append([("It stands nowhere in this file. Ask your gatekeeper.", "wrong")])
    return out
