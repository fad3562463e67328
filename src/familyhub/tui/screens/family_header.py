"""A family's header: what must be seen at a glance before anything else. Pure: lines of words from the file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from familyhub.practice.agreement import opinion_waits, standings
from familyhub.practice.assessment import briefly as assessment_briefly
from familyhub.practice.days import short_day, show_day
from familyhub.practice.family_file import AgreementLine, FamilyFile
from familyhub.practice.handshakes import age_words
from familyhub.practice.household import Child

Piece = tuple[str, str]
"""Words and how they look: ``wrong``, ``muted``, ``strong`` or an empty text."""
MOST_CHILDREN = 6
NARROW, WIDE = 78, 88
"""Columns that a line of the header has at 80 columns, and beside its name at 100."""


def fit(pieces: list[Piece], width: int) -> list[Piece]:
    """A line cut to ``width``; what is last, a mark or a key, stays."""
    over = _size(pieces) - width
    if over <= 0 or len(pieces) < 2:
        return pieces
    longest = max(range(len(pieces) - 1), key=lambda n: len(pieces[n][0]))
    words, look = pieces[longest]
    shorter = words[: max(0, len(words) - over - 1)].rstrip() + "…"
    return [*pieces[:longest], (shorter, look), *pieces[longest + 1 :]]


def header(file: FamilyFile, today: date, *, wide: bool) -> list[list[Piece]]:
    """The lines of the header; ``wide``: with their names at the left."""
    if not wide:
        helped = fit(help_line(file, today, wide=False) + agreed_briefly(file), NARROW)
        stepping = [fit(line, NARROW) for line in handshake(file, today, wide=False)]
        return [
            fit(safety(file, today, wide=False), NARROW),
            helped,
            *stepping,
            *briefly(file, today, NARROW),
        ]
    return [
        [("Safety    ", "muted"), *fit(safety(file, today, wide=True), WIDE)],
        [("Help      ", "muted"), *fit(help_line(file, today, wide=True), WIDE)],
        *handshake(file, today, wide=True),
        [("Agreed    ", "muted"), *agreed(file, today)],
        *beside(file, today),
    ]


def safety(file: FamilyFile, today: date, *, wide: bool) -> list[Piece]:
    """Safety notes, people who may be a risk, and how people may be reached."""
    notes = [line.kind for line in file.safety]
    notes += [f"{m.given}: {m.risk.partition(':')[0]}" for m in (*file.adults, *file.children) if m.risk]
    notes += [
        _reach(m.given, m.reach.how, wide) for m in file.adults if m.lives_here and m.reach and m.reach.how
    ]
    if not notes:
        return [("nothing noted", "muted"), ("   w opens", "muted")]
    review = min((line.review_on for line in file.safety if line.review_on), default=None)
    until = f" · review {short_day(review, today)}" if review and wide else ""
    return [("! " + " · ".join(notes), "wrong"), (f"   w open{until}", "muted")]


def _reach(given: str, how: str, wide: bool) -> str:
    words = how[:1].lower() + how[1:]
    return f"{given}: {words}" if wide else words


def handshake(file: FamilyFile, today: date, *, wide: bool) -> Iterator[list[Piece]]:
    """A step up or step down about which something is to be done: what is next first, for the end is cut; its age, and why."""
    found = file.handshakes_open(today)
    if found:
        one, after = found[0]
        late = after.due is not None and after.due < today
        more = f" · and {len(found) - 1} more" if len(found) > 1 else ""
        words = f"{after.what} · {age_words(one, today)} · {after.why}"
        line = [(words, "wrong" if late else ""), (f"{more}{' !' if late else ''}   6", "muted")]
        if wide:
            yield [(one.title.ljust(10), "muted"), *fit(line, WIDE)]
        else:
            yield [(f"{one.title}: ", "strong"), *fit(line, NARROW - len(one.title) - 2)]


def help_line(file: FamilyFile, today: date, *, wide: bool) -> list[Piece]:
    """Level, lead practitioner, agencies, next review."""
    words = []
    if file.level:
        since = f" since {short_day(file.level_since, today)}" if wide and file.level_since else ""
        words.append(f"Level {file.level}{since}")
    elif file.stage:
        words.append(file.stage)
    agency = f", {file.lead_agency}" if wide and file.lead_agency else ""
    words.append(f"lead {file.lead}{agency}" if file.lead else "no lead practitioner")
    plan = file.plan
    if plan is None:
        stands, late = assessment_briefly(file, today)
        if not file.assessments:
            return [(" · ".join([*words, "no plan yet"]), "")]
        return [(" · ".join(words) + " · ", ""), (stands + (" !" if late else ""), "wrong" if late else "")]
    agencies = len([a for a in plan.agencies.split(",") if a.strip()])
    if wide and agencies:
        words.append(f"{agencies} agenc{'y' if agencies == 1 else 'ies'}")
    if not plan.review_due:
        return [(" · ".join([*words, "no review date"]), "")]
    late = plan.review_due < today.isoformat()
    day = show_day(plan.review_due, today) if wide else short_day(plan.review_due, today)
    review = f"review {'late, was due ' if late else ''}{day}"
    return [(" · ".join(words) + " · ", ""), (review + (" !" if late else ""), "wrong" if late else "")]


def agreed(file: FamilyFile, today: date) -> list[Piece]:
    """Who agreed to what, and who was not asked."""
    if not file.agreement:
        return [("nobody's agreement is recorded !", "wrong")]
    responsible = {m.given for m in file.adults if m.responsibility}
    again = {s.person.id for s in standings(file) if s.refresh}
    out: list[Piece] = []
    for line in file.agreement:
        well = line.state == "agreed"
        person = f"{line.person}, PR" if not well and line.person in responsible else line.person
        on = f", {short_day(line.on, today)}" if well and line.on else ""
        what = f": {line.agencies}" if well and line.agencies else f": {line.state}"
        but = f". Not {line.not_agencies}" if line.not_agencies else ""
        lacks = _lacks(line, again)
        why = f", {lacks or line.why}" if lacks or (line.why and not well) else ""
        out.append((f"{'. ' if out else ''}{person}{on}{what}{but}{why}", "wrong" if lacks else ""))
    missing = any(look for _, look in out)
    return fit([*out, (" !" if missing else "", "wrong")], WIDE)


def _lacks(line: AgreementLine, again: set[str]) -> str:
    """What is to be done about somebody's agreement, in few words."""
    if line.person_id in again:
        return "ask again"
    if line.state == "withdrawn":
        return "manager's view asked" if opinion_waits(line) else ""
    return "" if line.state == "agreed" or line.why else "no reason"


def agreed_briefly(file: FamilyFile) -> list[Piece]:
    """The same in a few words."""
    if not file.agreement:
        return [(" · nobody's agreement !", "wrong")]
    words = [f"{line.person} {line.state.removesuffix(' yet')}" for line in file.agreement]
    again = {s.person.id for s in standings(file) if s.refresh}
    missing = any(_lacks(line, again) for line in file.agreement)
    return [(" · " + "; ".join(words), ""), *([(" !", "wrong")] if missing else [])]


def child_pieces(child: Child, today: date, *, wide: bool) -> list[Piece]:
    """``Jade 15  seen 2 Jan !  alone never !``."""
    if child.role == "unborn":
        return [(f"{child.given} ", "strong"), (child.age_text, "")]
    sen = f" {child.sen if wide else child.sen.removesuffix(' support')}" if child.sen else ""
    out: list[Piece] = [(f"{child.given} {child.age_text}{sen}", "strong"), (" " if wide else "", "")]
    seen = f" seen {short_day(child.last_seen, today)}" if child.last_seen else " seen never"
    out.append((seen + (" !" if child.overdue else ""), "wrong" if child.overdue else ""))
    comma = "  " if wide else ", "
    if not child.alone_expected:
        out.append((f"{comma if wide else ' '}(under 5)" if (child.age or 0) < 5 else "", "muted"))
    elif child.last_alone:
        out.append((f"{comma}alone {short_day(child.last_alone, today)}", ""))
    else:
        out.append((" alone never !" if not wide else "  alone never !", "wrong"))
    return out


def _size(pieces: list[Piece]) -> int:
    return sum(len(words) for words, _ in pieces)


def beside(file: FamilyFile, today: date) -> Iterator[list[Piece]]:
    """Children in two columns."""
    shown = file.children[:MOST_CHILDREN]
    if not shown:
        yield [("Children  ", "muted"), ("no child recorded !", "wrong")]
        return
    half = (len(shown) + 1) // 2
    left_width = max(_size(child_pieces(c, today, wide=True)) for c in shown[:half]) + 2
    for n in range(half):
        left = child_pieces(shown[n], today, wide=True)
        line: list[Piece] = [("Children  " if n == 0 else " " * 10, "muted"), *left]
        if n + half < len(shown):
            line += [(" " * (left_width - _size(left)), ""), ("│ ", "muted")]
            line += child_pieces(shown[n + half], today, wide=True)
        elif n == half - 1 and len(file.children) > MOST_CHILDREN:
            line.append((f"   and {len(file.children) - MOST_CHILDREN} more: 4", "muted"))
        yield line


def briefly(file: FamilyFile, today: date, width: int) -> Iterator[list[Piece]]:
    """Children one after another, on as many lines as they need, two at most."""
    if not file.children:
        yield [("no child recorded !", "wrong")]
        return
    line: list[Piece] = []
    lines = 0
    for number, child in enumerate(file.children):
        pieces = child_pieces(child, today, wide=False)
        if line and _size(line) + 3 + _size(pieces) > width - (14 if lines else 0):
            if lines:
                line.append((f" · and {len(file.children) - number} more: 4", "muted"))
                break
            yield line
            line, lines = [], 1
        line += ([(" · ", "muted")] if line else []) + pieces
    yield line
