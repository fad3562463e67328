"""The Assessment page, line by line: each section with how far it is, the needs it found; and the panel beside it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from familyhub.practice import assessment as rules
from familyhub.practice.assessment import AssessmentRules, AssessmentView, DayPart, FoundNeed, Place
from familyhub.practice.days import short_day, show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.known_words import last_words
from familyhub.records.codes import CHILD_METHOD, DAY_LINE, FAMILY_MEETING, OCCASION, READERS
from familyhub.tui.screens.family_header import Piece
from familyhub.tui.screens.family_plan import Words
from familyhub.tui.widgets.rows import Cell, Drawn

NARROW = 90
WIDE = 110
"""Columns from which the clock says where it comes from."""
MOST_IN_FOOT = 6
"""Things that are still needed up to which the foot names each; beyond, it counts them."""
SOURCE = "Sefton"
"""Where the usual number of working days comes from."""


@dataclass(frozen=True, slots=True)
class SectionRow:
    """The line of one section."""

    id: str
    place: Place
    title: str
    beginning: str
    score: int | None
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NeedRow:
    """The line of a need that the assessment found."""

    id: str
    need: FoundNeed
    carried: bool


Item = Words | SectionRow | NeedRow


def rows(file: FamilyFile, current: AssessmentView | None) -> list[Item]:
    """The sections in the order of the page, then the needs."""
    if current is None:
        return [Words("none", (Cell("No assessment was started. b begins one.", look="muted"),))]
    lacking: dict[Place, list[str]] = {}
    for lack in rules.still_needed(current, file):
        lacking.setdefault(lack.place, []).append(lack.words.rpartition(": ")[2])
    out: list[Item] = [
        _row(file, current, place, tuple(lacking.get(place, ()))) for place in rules.places(file)
    ]
    out.append(Words("needs", (Cell("Needs that it found", look="strong"),)))
    waiting = {n.id for n in rules.to_carry(current, file)}
    out += [NeedRow(n.id, n, n.id not in waiting) for n in current.needs]
    if not current.needs:
        out.append(
            Words(
                "no-need",
                (Cell("None yet. + adds one; the plan takes them over as they are.", look="muted"),),
            )
        )
    return out


def _row(file: FamilyFile, current: AssessmentView, place: Place, lacks: tuple[str, ...]) -> SectionRow:
    return SectionRow(
        f"{place.section}:{place.person_id or ''}", place, rules.title(file, place), _beginning(current, place),
        current.score(place.section, place.person_id), lacks,
    )  # fmt: skip


def _beginning(current: AssessmentView, place: Place) -> str:
    """The first words of what stands in a section."""
    person = place.person_id or ""
    if place.section == "voice":
        voice = current.voice(person)
        return "" if voice is None else f"“{voice.said}”" if voice.said else f"no views: {voice.none_because}"
    if place.section == "day":
        return next((d.text for part in DAY_LINE.values if (d := current.day(person, part)) is not None), "")
    if place.section == "adult":
        met = current.was_met(person)
        return "" if met is None else "met" if met.met else f"not met: {met.why_not}"
    found = (current.text(place.section, topic, place.person_id) for topic in rules.TOPICS[place.section])
    return next((t.text for t in found if t is not None), "")


def draw(item: SectionRow | NeedRow, width: int) -> Drawn:
    """What, its beginning, where it stands, what is needed."""
    if isinstance(item, NeedRow):
        whom = item.need.whom or "the whole family"
        score = "" if item.need.score is None else f"{item.need.score} of 10   "
        where = "in the plan" if item.carried else "not in the plan"
        return [[Cell("  ", 2), Cell(item.need.what), Cell(" ", 1), Cell(whom, 18, "muted"),
                 Cell(score + where, 28, "" if item.carried else "muted", right=True)]]  # fmt: skip
    score = "" if item.score is None else f"{item.score} of 10"
    lacks = f"needed: {', '.join(item.lacks)}" if item.lacks else "√"
    if item.beginning and len(item.lacks) > 1 and width < NARROW:
        lacks = f"{len(item.lacks)} needed"
    wide = 28 if width < NARROW else 34
    title = item.title if item.place.section != "family" else "The family, and what it all means"
    return [[
        Cell(title, 34), Cell(" ".join(item.beginning.split())), Cell(" ", 1), Cell(score, 8, "muted"),
        Cell(lacks, wide, "wrong" if item.lacks else "", right=True),
    ]]  # fmt: skip


def header(file: FamilyFile, current: AssessmentView | None, today: date, *, wide: bool) -> list[list[Piece]]:
    """When it was started, by when it is to be complete, where it stands; what a manager said."""
    if current is None:
        return [[("No early help assessment yet", "")]]
    working = file.assessment_rules.working_days
    by = f", {current.by}" if current.by else ""
    first: list[Piece] = [(f"Started {show_day(current.started_on, today)}{by}, {current.organisation}", "")]
    done = current.completion
    if current.open:
        due = rules.due(current.started_on, file.assessment_rules)
        late = due is not None and due < today
        if due is not None:
            words = f" · {'late: was due' if late else 'complete by'} {show_day(due, today)}"
            first.append((words + (" !" if late else ""), "wrong" if late else ""))
            if wide:
                first.append(
                    (
                        f" ({working} working days; usual in {SOURCE}: {AssessmentRules().working_days})",
                        "muted",
                    )
                )
    lines = [first]
    if done is not None:
        words = f"Completed {show_day(done.on, today)} by {done.by}"
        signed = (
            f" · {done.signature} {short_day(done.signed_on, today)} by {done.signed_by}"
            if done.signature
            else ""
        )
        lines.append(
            [(words + (signed or f" · {rules.STATE_WORDS[rules.COMPLETED].partition(', ')[2]}"), "")]
        )
        if done.signature == "returned":
            lines.append([("! Returned: ", "wrong"), (done.reason, "")])
    return lines


def needed(file: FamilyFile, current: AssessmentView | None) -> str:
    """What stands in the way of completing it, in a line."""
    if current is None:
        return "b begins an assessment."
    if not current.open:
        waiting = len(rules.to_carry(current, file))
        carry = f"k carries {waiting} need{'s' if waiting > 1 else ''} into the plan. " if waiting else ""
        return carry + ("y signs, r returns (manager)." if current.state == rules.COMPLETED else "")
    grouped: dict[str, list[str]] = {}
    for lack in rules.still_needed(current, file):
        about, _, words = lack.words.rpartition(": ")
        grouped.setdefault(about, []).append(words)
    if sum(len(words) for words in grouped.values()) > MOST_IN_FOOT:
        said = " · ".join(f"{about or 'the family'} {len(words)}" for about, words in grouped.items())
    else:
        said = " · ".join(
            f"{about}: {', '.join(words)}" if about else ", ".join(words) for about, words in grouped.items()
        )
    return f"Still needed to complete: {said}" if said else "Nothing more is needed. c completes it."


# -- the side panel ----------------------------------------------------------------------------------------------


def _p(words: str, look: str = "") -> list[Piece]:
    return [(words, look)]


def _text(heading: str, text: str, readers: str) -> list[list[Piece]]:
    if not text:
        return []
    return [[], _p(heading, "muted"), _p(text), _p(f"Who may read: {READERS.words(readers)}", "muted")]


def panel(
    item: SectionRow | NeedRow, file: FamilyFile, current: AssessmentView, today: date
) -> list[list[Piece]]:
    """Everything that stands in a section, with who may read it and what came before."""
    if isinstance(item, NeedRow):
        out = [_p(item.need.what, "strong"), _p(f"For {item.need.whom or 'the whole family'}")]
        out.append(_p(f"Who may read: {READERS.words(item.need.readers)}", "muted"))
        return [
            *out,
            [],
            _p("In the plan with these words" if item.carried else "k carries it into the plan", "muted"),
        ]
    place, out = item.place, [_p(item.title, "strong")]
    if place.section == "day":
        return out + days(file, place.person_id or "", today)
    if place.section == "voice":
        out += _voice(file, current, place, today)
    if place.section == "adult" and (met := current.was_met(place.person_id or "")) is not None:
        out.append(_p("Met for this assessment" if met.met else "Not met", "" if met.met else "wrong"))
        out += _text("Why not", met.why_not, met.readers)
    for topic in rules.TOPICS[place.section]:
        versions = [
            t
            for t in current.texts
            if (t.section, t.topic, t.person_id) == (place.section, topic, place.person_id)
        ]
        if versions:
            out += _text(rules.topic_words(file, place, topic), versions[-1].text, versions[-1].readers)
            out += [_p(f"before, {short_day(t.on, today)}: {t.text}", "muted") for t in versions[:-1]]
    if item.score is not None:
        out += [[], _p(f"Stands at {item.score} of 10")]
    if place.section == "family" and current.offer is not None:
        out += [[], _p(f"Family meeting {FAMILY_MEETING.words(current.offer.answer)}")]
        out += _text("What they said", current.offer.why, current.offer.readers)
    return [*out, *([[], *[_p(f"! {words}", "wrong") for words in item.lacks]] if item.lacks else [])]


def _voice(file: FamilyFile, current: AssessmentView, place: Place, today: date) -> list[list[Piece]]:
    out: list[list[Piece]] = []
    voice = current.voice(place.person_id or "")
    if voice is not None:
        how = f" ({CHILD_METHOD.words(voice.method)})" if voice.method else ""
        out += _text(
            f"{short_day(voice.on, today)}{how}", f"“{voice.said}”" if voice.said else "", voice.said_readers
        )
        out += _text("I asked", voice.asked, voice.asked_readers)
        out += _text("No views, because", voice.none_because, voice.none_readers)
    last = last_words(file.visits, file.voices, place.person_id or "")
    if last is not None and (voice is None or last.said != voice.said):
        out += _text(f"Last said, {short_day(last.on, today)}", f"“{last.said}”", last.said_readers)
    return out


def days(file: FamilyFile, person_id: str, today: date) -> list[list[Piece]]:
    """A child's day, line by line, with every occasion under each other: the same five lines at each."""
    out: list[list[Piece]] = []
    for part, heading in DAY_LINE.values.items():
        out += [[], _p(heading, "muted")]
        found = [d for d in file.days if (d.person_id, d.part) == (person_id, part)]
        latest: dict[tuple[str, str], DayPart] = {(d.occasion, d.occasion_id or d.on): d for d in found}
        for day in latest.values():
            out.append(
                [(f"{OCCASION.words(day.occasion)} {short_day(day.on, today)}: ", "strong"), (day.text, "")]
            )
            out.append(_p(f"Who may read: {READERS.words(day.readers)}", "muted"))
        if not found:
            out.append(_p("(not written)", "muted"))
    return out
