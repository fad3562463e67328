"""What the Front door prints: queue lines, who is known, each child, what is still needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from familyhub.casework.contact_entries import ChildDecision, TriageEntry
from familyhub.casework.front_door import Triage, Waiting
from familyhub.practice import second_check
from familyhub.practice.days import day_of, show_day, show_moment
from familyhub.practice.front_door import (
    DONE,
    HELD,
    NEW,
    RETURNED,
    SIGNED_LEVELS,
    STEP_DOWN,
    TELL_TO_SIGN,
    TO_OPEN,
    TO_SIGN,
    TO_TELL,
    NamedPerson,
)
from familyhub.practice.matching import Match
from familyhub.practice.reply import Reply
from familyhub.records.codes import CONTACT_OUTCOME, CONTACT_SOURCE, LEVEL, MATCH_ANSWER, SAFE_NOW, TOLD_WAY
from familyhub.tui.standing import clock
from familyhub.tui.widgets.rows import Cell, Drawn

Words = list[list[tuple[str, str]]]
WIDE = 90
TURN = {
    HELD: "held", STEP_DOWN: "step down: answer", TO_SIGN: "a manager signs", TO_OPEN: "open early help", TO_TELL: "tell them",
    TELL_TO_SIGN: "a manager signs", DONE: "done",
}  # fmt: skip
"""Whose turn it is, in the width of a column."""
PARTS = {1: "What was said", 2: "Known before", 3: "Decide", 4: "Tell"}


@dataclass(frozen=True, slots=True)
class Known:
    """A match in the list: who is named, who is known, and what somebody answered."""

    named: NamedPerson
    match: Match
    family: str
    answer: str


def source(waiting: Waiting) -> str:
    """Who contacted us, in short."""
    contact = waiting.contact
    where = contact.agency or CONTACT_SOURCE.words(contact.source) or "not said"
    return f"{where}, {contact.who}" if contact.who else where


def queue_line(waiting: Waiting, width: int, today: date) -> Drawn:
    """One line of the queue: received, children, from, worry, time left."""
    contact = waiting.contact
    late = "late" in waiting.left
    unsafe = any(c.safe is not None and c.safe.safe_now == "no" for c in contact.children)
    look = "wrong" if late or unsafe else ""
    glyph = Cell("!" if look else "·", 2, look)
    received = Cell(_received(contact.received_at, today), 16)
    left = Cell("second check: to read" if waiting.to_read else _turn(waiting), 24, look, right=True)
    gap = Cell(" ", 1)
    if width < WIDE:
        return [[glyph, received, gap, Cell(contact.names), gap, left]]
    return [[glyph, received, gap, Cell(contact.names, 20), gap, Cell(source(waiting), 20), gap, Cell(contact.worry), gap,
             left]]  # fmt: skip


def _received(moment: str, today: date) -> str:
    """Day and time; of another year the day alone."""
    day = day_of(moment)
    return show_moment(moment, today) if day is None or day.year == today.year else show_day(day, today)


def _turn(waiting: Waiting) -> str:
    """What the contact waits for, in a column: the time left to decide, or whose turn it is and since when it is late."""
    state = waiting.stands.state
    if state in (NEW, RETURNED):
        return waiting.left
    return TURN[state] + (f", {waiting.left}" if state == TO_TELL and waiting.left else "")


def said(page: Triage) -> Words:
    """What was said: who, the worry in the words of who contacted us, what was tried, the parent, the adults."""
    contact, today = page.contact, page.today
    line = Waiting(contact, page.stands, page.left)
    lines: Words = [
        [(contact.names, "strong"), (f" · {source(line)} · {show_moment(contact.received_at, today)}", "")],
        [("Worry     ", "muted"), (contact.worry, "")],
    ]
    if contact.tried:
        lines.append([("Tried     ", "muted"), (contact.tried, "")])
    told = {True: "knows", False: "does not know", None: "not known whether told"}[contact.parent_told]
    agrees = {True: " and agrees", False: ", does not agree", None: ""}[contact.parent_agrees]
    lines.append([("Parent    ", "muted"), (told + agrees, "" if contact.parent_told else "wrong")])
    if contact.adults:
        adults = " · ".join(f"{a.name}{f', {a.tie}' if a.tie else ''}" for a in contact.adults)
        lines.append([("Adults    ", "muted"), (adults, "")])
    for child in contact.children:
        if child.words:
            lines.append([(f"{child.given}: ", "muted"), (f"“{child.words}”", "")])
    return lines


def checked(page: Triage) -> Words:
    """What the laptop was able to look at, and earlier contacts."""
    stand = page.contact.check
    words = second_check.words(stand, clock(stand.at), clock(page.checked_at))
    looks = {second_check.BACK: "well", second_check.SETTLED: "well", second_check.RING: "strong"}
    lines: Words = [[(words, looks.get(stand.state, "muted"))], *at_the_gate(page)]
    if page.earlier:
        when = ", ".join(
            f"{show_day(at[:10], page.today)} {CONTACT_SOURCE.words(code)}" for at, code in page.earlier[:3]
        )
        count = len(page.earlier)
        lines.append([(f"{count} earlier contact{'' if count == 1 else 's'} in 12 months: {when}", "")])
    return lines


def at_the_gate(page: Triage) -> Words:
    """For a gatekeeper: whom the second check found, why, who holds the file, and what was done about it."""
    if page.gate is None or not page.contact.checks:
        return []
    names = {n.id: n.given for n in (*page.contact.children, *page.contact.adults)}
    lines: Words = []
    for one in page.gate.found:
        who = names.get(one.named_id, "somebody named before")
        holders = f" · file held by {', '.join(one.holders)}" if one.holders else " · nobody holds the file"
        lines.append([(f"Gate  {who}: ", "strong"), (f"{one.rank}, {one.evidence}{holders}", "")])
    ring = page.contact.check.state == second_check.RING
    if ring and not page.gate.found:
        lines.append([("Gate  what was found has been erased since, or is not on this laptop yet", "muted")])
    for call in page.gate.calls:
        when = f"{show_day(call.on, page.today)}{f' {call.at}' if call.at else ''}"
        done = f"rang {call.whom}" if call.call == "rang" else "it was nobody"
        lines.append(
            [(f"      {when}, {call.by}: {done}{f': {call.reason}' if call.reason else ''}", "muted")]
        )
    if ring:
        lines.append(
            [("      Ring who decides about it: c records whom you rang, or why it was nobody", "strong")]
        )
    return lines


def known_line(row: Known, width: int) -> Drawn:
    """One match: who is named, who may be meant, why; and what was answered."""
    keys = MATCH_ANSWER.words(row.answer) if row.answer else "= same   x not"
    who = f"{row.match.name}, {row.family}" if row.family else row.match.name
    look = "well" if row.answer == "same" else "muted" if row.answer else ""
    columns = 28 if width >= WIDE else 22
    last = Cell(keys, 22 if row.answer else 14, look)
    return [
        [
            Cell(row.named.given, 10),
            Cell(who, columns),
            Cell(" ", 1),
            Cell(row.match.words),
            Cell(" ", 1),
            last,
        ]
    ]


def not_decided(page: Triage) -> str:
    """Why no level stands at a child of a step down; an empty text where one is to be decided here."""
    if page.stands.state == STEP_DOWN:
        return "level: asked when it is accepted"
    return "early help is not for them" if page.contact.step_down is not None else ""


def child_line(child: NamedPerson, one: ChildDecision, width: int, without: str = "") -> Drawn:
    """One child: safe now, level, outcome, and whether the reason is written; ``without``: words where there is no level."""
    safe = one.safe_now or (child.safe.safe_now if child.safe else "")
    safe_words = f"safe now: {SAFE_NOW.words(safe)}" if safe else "safe now? not asked !"
    level = LEVEL.words(one.level) if one.level else "level ?"
    outcome = CONTACT_OUTCOME.words(one.outcome) if one.outcome else "what next ?"
    age = f" {child.age}" if child.age else ""
    begun = [Cell(f"{child.given}{age}", 14), Cell(safe_words, 22, "wrong" if safe in ("", "no") else "")]
    if without and not one.level:
        return [[*begun, Cell(without, 0, "muted")]]
    return [
        [
            *begun,
            Cell(level, 24 if width >= WIDE else 18, "" if one.level else "wrong"),
            Cell(outcome, 0, "" if one.outcome else "wrong"),
        ]
    ]


def deciding(page: Triage, entry: TriageEntry | None, at: int) -> Words:
    """The locality's words for the level of the child under the cursor, and who signs."""
    lines: Words = []
    one = entry.children[at] if entry is not None and at < len(entry.children) else None
    local = page.levels.get(one.level, "") if one is not None else ""
    if one is not None and one.level:
        lines.append([(f"Level {one.level} here: {local or 'no local words are recorded'}", "muted")])
    lines.append([("Who signs  ", "muted"), (_signs(page, entry), "")])
    if page.stands.why:
        lines.append(
            [(f"{page.stands.words[0].upper()}{page.stands.words[1:]}: ", "wrong"), (page.stands.why, "")]
        )
    return lines


def _signs(page: Triage, entry: TriageEntry | None) -> str:
    """Who has to sign, who signed, or that nobody has to."""
    who = f"{', '.join(page.signers) or 'a manager'} (level 3, 4 and every “no further action”)"
    if entry is not None:
        undecided = any(not (d.level and d.outcome) for d in entry.children)
        signed = any(d.level in SIGNED_LEVELS or d.outcome == "no_further_action" for d in entry.children)
        return who if undecided or signed else "nobody has to"
    if page.stands.waits:
        return who
    if page.contact.step_down is not None and page.stands.state not in (NEW, HELD, RETURNED):
        return "nobody: a coordinator or manager answers a step down"
    last = next((s for s in reversed(page.contact.signatures) if s.signature == "signed"), None)
    return f"signed by {last.by}, {show_day(last.on, page.today)}" if last is not None else "nobody had to"


def telling(page: Triage, reply: Reply) -> Words:
    """The drafted reply with what it leaves out, and whether who contacted us was told."""
    told = next(
        (s for s in reversed(page.contact.steps) if s.step in ("told", "not_safe", "not_possible")), None
    )
    lines: Words = [[("Tell       ", "muted"), (reply.limits, "muted")]]
    if reply.text:
        lines += [[(line, "")] for line in reply.text.splitlines()]
    if told is not None:
        how = f" by {TOLD_WAY.words(told.way)}" if told.way else f": {told.reason}"
        words = "told" if told.step == "told" else told.step.replace("_", " ")
        lines.append([(f"{words} {show_day(told.on, page.today)}{how}", "strong")])
    return lines


def needed(page: Triage, entry: TriageEntry | None) -> str:
    """What is still needed before the decision can be sent, in one line."""
    if entry is None:
        return (
            f"{page.stands.words[0].upper()}{page.stands.words[1:]}{f' · {page.left}' if page.left else ''}"
        )
    missing = []
    for child, one in zip(page.contact.children, entry.children, strict=True):
        parts = [
            (bool(one.safe_now or child.safe), f"is {child.given} safe now"), (bool(one.level), f"level for {child.given}"),
            (bool(one.outcome), f"what next for {child.given}"), (bool(one.reason.strip()), f"because, for {child.given}"),
        ]  # fmt: skip
        missing += [words for there, words in parts if not there]
    waits = second_check.objection(page.contact.check)
    if waits and any(one.outcome == "no_further_action" for one in entry.children):
        return f"! {waits}"
    return (
        f"Still needed: {' · '.join(missing)}"
        if missing
        else "Nothing more is needed: ^S saves the decision."
    )
