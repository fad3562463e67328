"""The side panel of a family's page, and what is read whole: every word about one thing. Pure."""

from __future__ import annotations

from datetime import date

from familyhub.practice.days import short_day, show_day
from familyhub.practice.family_file import StoryLine
from familyhub.practice.household import Child, Member
from familyhub.practice.plan_view import NeedView, Step
from familyhub.practice.visit_view import VisitView
from familyhub.records.codes import (
    ACTION_STATUS,
    CHILD_METHOD,
    LEVEL,
    READERS,
    SAFETY_ANSWER,
    SEEN_HOW,
    VISIT_KIND,
    VISIT_OUTCOME,
)
from familyhub.tui.screens import family_sharing as sharing
from familyhub.tui.screens.family_header import Piece
from familyhub.tui.screens.family_lists import Item
from familyhub.tui.screens.family_plan import FindingLine, NeedLine

Paragraphs = list[list[Piece]]
"""Paragraphs, each of pieces; user text stands in pieces of its own and is never parsed."""


def _p(words: str, look: str = "") -> list[Piece]:
    return [(words, look)]


def _readers(code: str) -> list[Piece]:
    return _p(f"Who may read: {READERS.words(code)}", "muted") if code else []


def panel(item: Item | None, today: date) -> Paragraphs:
    """Everything about one row."""
    match item:
        case StoryLine():
            return story_panel(item, today)
        case Step():
            return step_panel(item, today)
        case NeedLine():
            return need_panel(item.need, today)
        case FindingLine():
            return [_p(item.finding.text)]
        case VisitView():
            return visit_panel(item, today)
        case Child():
            return child_panel(item, today)
        case sharing.AgreementRow() | sharing.SharingRow():
            return sharing.panel(item, today)
    return []


def dates(on: str, written: str, today: date) -> str:
    """``Happened and written 8 Mar``, or both where they differ: late recording is shown."""
    happened, wrote = short_day(on, today), short_day(written[:10], today) if written else ""
    if not wrote or wrote == happened:
        return f"Happened and written {happened}" if wrote else f"Happened {happened}"
    return f"Happened {happened}, written {wrote}"


def story_panel(line: StoryLine, today: date) -> Paragraphs:
    """An event: what, from whom, its text, what it meant, when it happened and was written."""
    out = [
        _p(show_day(line.on, today), "strong"),
        _p(line.what),
        _p(f"From {line.source}", "muted") if line.source else [],
    ]
    if line.text and line.text != line.what:
        out += [[], _p(line.text)]
    if line.impact:
        out += [[], _p("What it may mean", "muted"), _p(line.impact)]
    out += [[], _p(dates(line.on, line.written_at, today), "muted")]
    if line.significant:
        out.append(_p("* significant event", "muted"))
    out.append(_readers(line.readers))
    return out


def step_panel(step: Step, today: date) -> Paragraphs:
    """An action: who, by when, how it is going, what moved."""
    out = [
        _p(step.what, "strong"),
        _p(
            f"{step.owner or 'Nobody named'}" + (f", {step.agency}" if step.agency else ""),
            "" if step.owner else "wrong",
        ),
        _p(f"By {show_day(step.due, today)}" if step.due else "No date"),
        _p(ACTION_STATUS.words(step.status)),
    ]
    if step.safety:
        out.append(_p("! a safety action", "wrong"))
    for moved in step.progress:
        out += [
            [],
            _p(f"{short_day(moved.on, today)}, {moved.by}", "muted"),
            _p(moved.text),
            _readers(moved.readers),
        ]
    if not step.progress:
        out += [[], _p("Nothing written about it yet.", "muted")]
    return [*out, [], _p("u updates this action", "muted")]


def need_panel(need: NeedView, today: date) -> Paragraphs:
    """A need: for whom, what will be different, where it stands, and who may read it."""
    out = [_p(need.what, "strong"), _p(f"For {need.whom or 'the whole family'}"), _p(need.headline, "muted")]
    out += [
        [],
        _p("Different when", "muted"),
        _p(need.outcome or "(not written)"),
        _readers(need.outcome_readers),
    ]
    if need.first_score is not None:
        out += [[], _p(f"Stood at {need.first_score}, now at {need.last_score} of 10")]
    return [*out, [], _p("e rewords it, r scores it, a adds an action", "muted")]


def visit_panel(visit: VisitView, today: date) -> Paragraphs:
    """A visit, whole: who was there, each child, what happened, what it may mean, what comes next."""
    times = f"{visit.start_at} to {visit.end_at}" if visit.start_at and visit.end_at else visit.start_at
    head = " · ".join(p for p in (VISIT_KIND.words(visit.kind), times, visit.by) if p)
    out = [_p(show_day(visit.on, today), "strong"), _p(head)]
    if visit.outcome not in ("", "made"):
        out.append(_p(VISIT_OUTCOME.words(visit.outcome).capitalize(), "wrong"))
    if visit.present:
        out.append(_p("There: " + ", ".join(visit.present)))
    for child in visit.children:
        state = ("seen alone" if child.alone else "seen") if child.seen else "not seen"
        how = SEEN_HOW.words(child.how) if child.how else ""
        words = ", ".join(p for p in (state, "bedroom" if child.bedroom else "", how, child.why_not) if p)
        out += [[], [(child.name, "strong"), (f": {words}", "")]]
        if child.said:
            method = f" ({CHILD_METHOD.words(child.method)})" if child.method else ""
            out += [[("“", "muted"), (child.said, ""), (f"”{method}", "muted")], _readers(child.said_readers)]
        if child.asked:
            out.append([("I asked: ", "muted"), (child.asked, "")])
    for title, text, readers in (
        ("What happened", visit.happened, visit.happened_readers), ("What I did", visit.did_instead, ""),
        ("What it may mean", visit.meaning, visit.meaning_readers),
    ):  # fmt: skip
        if text:
            out += [[], _p(title, "muted"), _p(text), _readers(readers)]
    if visit.safe:
        look = "wrong" if visit.safe != "no" else ""
        out += [
            [],
            _p(
                f"Any child unsafe, or worried about tonight? {SAFETY_ANSWER.words(visit.safe).capitalize()}",
                look,
            ),
        ]
    if visit.next_on or visit.no_next_because:
        after = (
            f"Next visit {show_day(visit.next_on, today)}"
            if visit.next_on
            else f"No next visit: {visit.no_next_because}"
        )
        out.append(_p(after))
    if visit.amends:
        out.append(_p("This amends an earlier record.", "muted"))
    return [*out, [], _p(dates(visit.on, visit.written_at, today), "muted")]


def child_panel(child: Child, today: date) -> Paragraphs:
    """A child: facts, when seen and alone, their own words."""
    out = [_p(child.name, "strong")]
    if child.role == "unborn":
        return [*out, _p(child.age_text)]
    born = f", born {show_day(child.birth_date, today)}" if child.birth_date else ""
    out.append(_p(f"{child.age_text}{born}"))
    out.append(_p("Lives here" if child.lives_here else "Lives elsewhere"))
    if child.tie:
        out.append(_p(child.tie))
    level = (
        f"Level {LEVEL.words(child.level)}, since {short_day(child.level_on, today)}"
        if child.level
        else "No level of need"
    )
    seen = (
        f"Last seen {show_day(child.last_seen, today)}"
        if child.last_seen
        else "Never seen: no reason recorded"
    )
    out += [[], _p(level), _p(seen + (" !" if child.overdue else ""), "wrong" if child.overdue else "")]
    if child.alone_expected:
        alone = (
            f"Seen alone {show_day(child.last_alone, today)}"
            if child.last_alone
            else "Never seen alone: no reason recorded !"
        )
        out.append(_p(alone, "" if child.last_alone else "wrong"))
    out.append([])
    for name, value in (
        ("School", child.school), ("SEN", child.sen), ("Attendance", f"{child.attendance} %" if child.attendance else ""),
    ):  # fmt: skip
        out.append([(f"{name}: ", "muted"), (value or "not recorded", "" if value else "muted")])
    if child.said:
        out += [
            [],
            _p(f"In their own words, {short_day(child.said_on, today)}", "muted"),
            _p(f"“{child.said}”"),
        ]
    else:
        out += [[], _p("No views recorded.", "muted")]
    if child.risk:
        out += [[], _p("! " + child.risk, "wrong")]
    return out


def person_panel(person: Member) -> Paragraphs:
    """Somebody of the family: how they belong and how they may be reached, before any number."""
    out = [[(person.name, "strong"), (f"   {person.tie}" if person.tie else "", "")]]
    if person.responsibility:
        out.append(_p("has parental responsibility", "muted"))
    out.append(_p("lives here" if person.lives_here else "lives elsewhere", "muted"))
    if person.risk:
        out.append(_p("! " + person.risk, "wrong"))
    reach = person.reach
    if reach is None:
        return [*out, _p("How to reach safely: not recorded. Ask before you ring or write.", "muted")]
    may = [("ring", reach.may_ring), ("text", reach.may_text), ("write", reach.may_write)]
    out.append(
        _p(
            ("! " + reach.how) if reach.how else "How to reach safely: no words recorded",
            "wrong" if reach.how else "muted",
        )
    )
    out.append(_p(" · ".join(f"{what}: {words or 'ask first'}" for what, words in may)))
    for name, number, allowed in (
        ("mobile", reach.mobile, reach.may_ring), ("landline", reach.landline, reach.may_ring),
        ("e-mail", reach.email, reach.may_write),
    ):  # fmt: skip
        if number:
            out.append(_p(f"{name} {number}" if allowed != "never" else f"{name}: do not use"))
    return out
