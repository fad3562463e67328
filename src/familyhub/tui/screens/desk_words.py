"""What the Desk prints: who waits, who could take a family on, caseloads, families with their workers; the page of a hand-over."""

from __future__ import annotations

from datetime import date

from familyhub.casework.desk import Caseload, DeskPage, HeldFamily, WaitingFamily
from familyhub.casework.handing_over import HandOverPage
from familyhub.practice import handshakes
from familyhub.practice.allocation import Suggestion
from familyhub.practice.days import short_day, show_day
from familyhub.practice.handshakes import HandshakeFact
from familyhub.practice.waiting_list import LATE, NEVER, SOON, UNKNOWN
from familyhub.records.codes import CHECK_WAY, LEVEL, SAFE_NOW, TRAVEL
from familyhub.tui.widgets.rows import Cell, Drawn

WIDE = 96
PARTS = {1: "Waiting", 2: "Who could take it", 3: "Caseloads", 4: "Families", 5: "Between"}
Words = list[list[tuple[str, str]]]
LOOK = {NEVER: "wrong", LATE: "wrong", SOON: "strong"}


def age_words(waiting: WaitingFamily) -> str:
    """``5 working days``."""
    age = waiting.waits.age
    return "" if age is None else f"{age} working day{'' if age == 1 else 's'}"


def check_words(waiting: WaitingFamily, today: date) -> str:
    """``checked 11 Mar, next Wed 18 Mar``; what is late says so."""
    waits = waiting.waits
    if waits.check == UNKNOWN:
        return "safe-checks: not known here"
    due = show_day(waits.due, today)
    if waits.check == NEVER:
        return f"never checked, due {due} !"
    if waits.last is None:
        return f"first check {due}"
    if waits.check == LATE:
        return f"late since {due} !"
    return f"checked {short_day(waits.last.on, today)}, next {due}"


def waiting_line(waiting: WaitingFamily, width: int, today: date) -> Drawn:
    """One family that waits: name, level, how long, who holds it, its safe-checks."""
    waits = waiting.waits
    unsafe = waits.last is not None and waits.last.safe_now == "no"
    look = "wrong" if unsafe else LOOK.get(waits.check, "")
    glyph = Cell("!" if unsafe or waits.check in (NEVER, LATE) else "·", 2, look)
    name = Cell(waiting.family.name, 22)
    age = Cell(age_words(waiting), 17)
    check = Cell("A child not safe at the last check" if unsafe else check_words(waiting, today), 0, look)
    if width < WIDE:
        return [[glyph, name, age, check]]
    holder = Cell(waiting.holder or "nobody named !", 18, "" if waiting.holder else "wrong")
    level = Cell(f"level {waiting.family.level}" if waiting.family.level else "", 9)
    return [[glyph, name, level, age, holder, check]]


def about(waiting: WaitingFamily | None, today: date) -> Words:
    """The family under the cursor: why it waits, who holds it, how it was found, what it asks of a worker."""
    if waiting is None:
        return [[("No family waits for a worker.", "muted")]]
    family, waits = waiting.family, waiting.waits
    since = (
        f"waits since {show_day(waits.since, today)}, {age_words(waiting)}"
        if waits.since
        else "waits, since when is not known here"
    )
    level = LEVEL.words(family.level) if family.level else "level not known here"
    lines: Words = [
        [(family.name, "strong"), (f" · {level} · {family.ward or 'ward not known'} · {since}", "")],
        [("Meanwhile ", "muted"), (waiting.holder or "nobody is named: w", "" if waiting.holder else "wrong"),
         (f" · {waiting.reason}" if waiting.reason else "", "")],
    ]  # fmt: skip
    if waits.last is not None:
        last = waits.last
        safe = f"safe now: {SAFE_NOW.words(last.safe_now)}"
        lines.append([
            ("Found     ", "muted"),
            (f"{show_day(last.on, today)}, {CHECK_WAY.words(last.way)}, {last.by}, ", ""),
            (safe, "wrong" if last.safe_now != "yes" else ""), (f": {last.found}", ""),
        ])  # fmt: skip
    elif family.held:
        lines.append([("Found     ", "muted"), (check_words(waiting, today), LOOK.get(waits.check, ""))])
    else:
        lines.append([("Its file is not on this laptop: safe-checks are recorded by who holds it.", "muted")])
    asked = [f"weight {waiting.asked.weight}"]
    asked += [f"speaks {', '.join(sorted(family.languages)).title()}"] if family.languages else []
    lines.append([("Asks      ", "muted"), (" · ".join(asked), "")])
    if waiting.planned:
        lines.append([("Then      ", "muted"), (waiting.planned, "well")])
    return lines


def suggested_line(one: Suggestion, width: int) -> Drawn:
    """A worker and why they stand there."""
    worker = one.worker
    look = "wrong" if one.excluded else "muted" if worker.away else ""
    return [[Cell(worker.name, 20, look), Cell(" · ".join(one.reasons), 0, look)]]


def why(one: Suggestion | None) -> Words:
    """All reasons for the place of the worker under the cursor, whole."""
    if one is None:
        return []
    return [[(f"{one.worker.name}: ", "strong"), ("; ".join(one.reasons), "wrong" if one.excluded else "")]]


def caseload_line(load: Caseload, width: int) -> Drawn:
    """A worker's weight, families and what is known of them."""
    worker = load.worker
    over = worker.left < 0
    weight = Cell(
        f"{worker.carried} of {worker.limit}{' over !' if over else ''}", 16, "wrong" if over else ""
    )
    families = Cell(f"{load.families} famil{'y' if load.families == 1 else 'ies'}", 13)
    facts = [worker.away] if worker.away else []
    facts += [", ".join(sorted(worker.languages)).title()] if worker.languages else []
    facts += [", ".join(sorted(worker.wards)).title()] if worker.wards else []
    facts += [TRAVEL.words(worker.travel)] if worker.travel else []
    words = " · ".join(facts) if load.facts or worker.away else "languages, wards, travel not recorded"
    return [[Cell(worker.name, 20), weight, families, Cell(words, 0, "" if load.facts else "muted")]]


def held_line(held: HeldFamily, width: int) -> Drawn:
    """A family with who works with it, who covers, and what is wrong."""
    words = held.wrong or held.cover
    look = "wrong" if held.wrong else "strong" if held.cover else ""
    glyph = Cell("!" if held.wrong else "·", 2, look)
    level = Cell(f"level {held.family.level}" if held.family.level else "", 9)
    if width < WIDE:
        return [
            [
                glyph,
                Cell(held.family.name, 22),
                Cell(held.who, 24 if words else 0),
                *([Cell(words, 0, look)] if words else []),
            ]
        ]
    return [
        [
            glyph,
            Cell(held.family.name, 24),
            level,
            Cell(f"weight {held.weight}", 10),
            Cell(held.who),
            Cell(words, 0, look),
        ]
    ]


def handshake_line(fact: HandshakeFact, width: int, today: date) -> Drawn:
    """A step up or step down: whose, how old, how it stands, what is next."""
    one, due = fact.one, fact.after.due
    late = due is not None and due < today
    look = "wrong" if late else ""
    glyph, name = Cell("!" if late else "·", 2, look), Cell(fact.family, 22 if width < WIDE else 24)
    aged = Cell(f"{one.title}, {handshakes.age_words(one, today)} · {one.other_side}")
    after = Cell(f"{fact.after.what} · {fact.after.why}", 0, look or "muted")
    return [[glyph, name, aged], [Cell("", 2), after]]


def foot(page: DeskPage) -> str:
    """The locality in one line."""
    late = sum(w.waits.check in (NEVER, LATE) for w in page.waiting)
    covered = sum(bool(h.cover) for h in page.held)
    parts = [
        f"{len(page.waiting)} waiting",
        f"{late} safe-check{'' if late == 1 else 's'} late" if late else "",
    ]
    between = len(page.handshakes)
    parts += [f"{between} between services" if between else ""]
    parts += [f"{len(page.held)} with a worker", f"{covered} covered" if covered else ""]
    return " · ".join(p for p in parts if p)


def hand_over_words(page: HandOverPage) -> Words:
    """The page of a hand-over, from what is recorded."""
    file, today = page.file, page.today
    level = f"level {file.level}" if file.level else "no level"
    lines: Words = [
        [(file.name, "strong"), (f" · {level} · {file.address or 'no address'}", "")],
        [("Works with it", "muted")],
        *([(f"  {name}, {role} worker", "")] for _, name, role in page.holds),
    ]
    for words, found, none in (
        ("Safety", page.safety, "no safety note"),
        ("Next visit", (page.next_visit,), ""),
        ("Promised, in their names", page.promised, "no open action in their names"),
        ("Open", page.open, "no open action"),
        ("Who knows the family", page.knows, "nobody recorded"),
    ):
        lines.append([(words, "muted")])
        lines += [[(f"  {line}", "wrong" if words == "Safety" else "")] for line in found] or [
            [(f"  {none}", "muted")]
        ]
    lines.append([("Children", "muted")])
    lines += [
        [(f"  {c.given}, {c.age_text}: {f'seen {show_day(c.last_seen, today)}' if c.last_seen else 'not seen yet'}", "")]
        for c in file.children
    ]  # fmt: skip
    return lines
