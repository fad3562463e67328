"""The Sharing of a family's page, line by line: who agreed to what, what was shared with whom. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from familyhub.practice.agreement import SharingView, Standing, standings
from familyhub.practice.days import short_day, show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.records.codes import LAWFUL_BASIS, READERS, SAFE_TO_STOP
from familyhub.tui.screens.family_header import Piece
from familyhub.tui.screens.family_plan import Words
from familyhub.tui.widgets.rows import Cell, Drawn

NARROW = 90


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """The line of one adult's agreement."""

    id: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class SharingRow:
    """A line of the sharing log."""

    id: str
    view: SharingView


SharingItem = Words | AgreementRow | SharingRow


def rows(file: FamilyFile, today: date) -> list[SharingItem]:
    """Each adult's agreement with what is to do about it, then the sharing log, the newest first."""
    out: list[SharingItem] = [Words("agreement", (Cell("Agreement to the service", look="strong"),))]
    found = standings(file)
    for one in found:
        out.append(AgreementRow(one.person.id, one))
        out += [
            Words(f"{one.person.id}-{n}", (Cell("    ! ", 6, "wrong"), Cell(words, look="wrong")))
            for n, words in enumerate(to_do(one, today))
        ]
    if not found:
        out.append(
            Words(
                "nobody",
                (Cell("Nobody with parental responsibility is recorded. o is who is who.", look="muted"),),
            )
        )
    out.append(Words("log", (Cell("Sharing log: each with its own lawful basis", look="strong"),)))
    out += [SharingRow(s.id, s) for s in file.sharing]
    if not file.sharing:
        out.append(Words("nothing", (Cell("Nothing was logged as shared. + logs it.", look="muted"),)))
    return out


def to_do(one: Standing, today: date) -> list[str]:
    """What is to do about one adult's agreement, in sentences."""
    line, out = one.line, []
    if line is None:
        out.append("Nothing is recorded. a records what they say, or why they were not asked.")
    elif line.state_code == "not_asked" and not line.why:
        out.append("Not asked, and no reason recorded. a records it.")
    if one.refresh:
        out.append("Not asked again at the last review. r refreshes it.")
    if one.waits and line is not None:
        out.append(
            f"A manager's view was asked {short_day(line.on, today)}, not given yet. y gives it (manager)."
        )
    return out


def draw_agreement(row: AgreementRow, today: date, width: int) -> Drawn:
    """Who, since when, what to, with whom and with whom not."""
    person, line = row.standing.person, row.standing.line
    name = f"{person.given}, PR" if person.responsibility else person.given
    if line is None:
        return [[Cell(name, 18, "strong"), Cell("not recorded", look="wrong")]]
    state = f"{line.state} {short_day(line.on, today)}" if line.on else line.state
    what = [line.agencies, f"Not {line.not_agencies}" if line.not_agencies else "", line.what, line.why]
    if line.state_code == "withdrawn":
        what = [f"safe to stop: {SAFE_TO_STOP.words(line.safe_to_stop) or 'not said'}", line.stop_why]
    again = f"asked again {line.refreshed}×" if line.refreshed and width >= NARROW else ""
    look = "" if line.state_code == "agreed" else "wrong"
    cells = [
        Cell(name, 18, "strong"),
        Cell(state, 20 if width < NARROW else 24, look),
        Cell(". ".join(p for p in what if p)),
    ]
    return [[*cells, Cell(again, len(again) + 1, "muted", right=True)] if again else cells]


def draw_sharing(row: SharingRow, today: date, width: int) -> Drawn:
    """When, with whom, what, by which basis; outside an agreement or untold it says so."""
    s, narrow = row.view, width < NARROW
    whom = f"{s.who}, {s.agency}" if s.who and not narrow else s.agency
    basis = LAWFUL_BASIS.words(s.basis).partition(" (")[0]
    marks = ("" if s.within else ", no agreement") + ("" if s.told is not False else ", not told")
    words = basis + (" !" if narrow and marks else marks)
    return [[
        Cell(short_day(s.on, today), 8), Cell(whom, 14 if narrow else 24), Cell(s.what), Cell(" ", 1),
        Cell(words, 20 if narrow else 40, "wrong" if marks else "muted"),
    ]]  # fmt: skip


def header(file: FamilyFile, today: date) -> str:
    """What the two lists are, and who has a copy."""
    copies = {c.to: c.on for c in file.given if c.about == "agreement"}
    given = ", ".join(f"{to} {short_day(on, today)}" for to, on in copies.items())
    waiting = [
        s.person.given for s in standings(file) if s.person.responsibility and s.person.given not in copies
    ]
    told = " · ".join(
        [*([f"copy given to {given}"] if given else []), *(f"{name}: no copy yet" for name in waiting)]
    )
    return f"Agreement is no lawful basis   {told}".rstrip()


# -- the side panel ----------------------------------------------------------------------------------------------


def _p(words: str, look: str = "") -> list[Piece]:
    return [(words, look)]


def _text(heading: str, text: str, readers: str) -> list[list[Piece]]:
    if not text:
        return []
    return [[], _p(heading, "muted"), _p(text), _p(f"Who may read: {READERS.words(readers)}", "muted")]


def panel(item: AgreementRow | SharingRow, today: date) -> list[list[Piece]]:
    """Everything about one agreement or one sharing, with who may read each text."""
    return _sharing(item.view, today) if isinstance(item, SharingRow) else _agreement(item.standing, today)


def _agreement(one: Standing, today: date) -> list[list[Piece]]:
    person, line = one.person, one.line
    out = [_p(person.name, "strong")]
    if person.responsibility:
        out.append(_p("has parental responsibility", "muted"))
    if line is None:
        return [*out, [], _p("Nothing is recorded.", "wrong"), [], _p("a records what they say", "muted")]
    on = show_day(line.on, today) if line.on else "no day recorded"
    out.append(_p(f"{line.state.capitalize()}, {on}", "" if line.state_code == "agreed" else "wrong"))
    if line.agencies:
        out.append([("May know and help: ", "muted"), (line.agencies, "")])
    if line.not_agencies:
        out.append([("Not: ", "muted"), (line.not_agencies, "")])
    if line.refreshed:
        out.append(_p(f"Asked again {line.refreshed} time{'s' if line.refreshed > 1 else ''}", "muted"))
    out += _text("What they agreed to", line.what, line.what_readers)
    out += _text("Why", line.why, line.why_readers)
    if line.state_code == "withdrawn":
        out += [[], _p(f"Safe to stop? {SAFE_TO_STOP.words(line.safe_to_stop) or 'not said'}",
                       "" if line.safe_to_stop == "yes" else "wrong")]  # fmt: skip
        out += _text("Because", line.stop_why, line.stop_readers)
        if line.opinion is not None:
            view = line.opinion
            out += _text(f"{view.by}, manager, {short_day(view.on, today)}", view.text, view.readers)
        out += [[], _p("Nothing closes by this.", "muted")]
    for words in to_do(one, today):
        out += [[], _p(words, "wrong")]
    return [*out, [], _p("a record   r refresh   x taken back   g copy given", "muted")]


def _sharing(s: SharingView, today: date) -> list[list[Piece]]:
    out = [
        _p(f"{s.agency}{f', {s.who}' if s.who else ''}", "strong"),
        _p(f"{show_day(s.on, today)}, by {s.by or 'nobody named'}"),
    ]
    out += _text("What was shared", s.what, s.what_readers)
    out += _text("Why", s.why, s.why_readers)
    out += [[], [("Lawful basis: ", "muted"), (LAWFUL_BASIS.words(s.basis) or "not recorded", "")]]
    out.append(
        _p(
            f"Within what {s.within} agreed to" if s.within else "Without agreement",
            "" if s.within else "wrong",
        )
    )
    out += _text("Shared all the same, because", s.without_why, s.without_readers)
    told = {
        True: "The family knows",
        False: "The family was not told",
        None: "Not recorded whether the family knows",
    }[s.told]
    out += [[], _p(told, "" if s.told else "wrong")]
    return [*out, *_text("Because", s.told_why, s.told_readers)]
