"""The people of a family's file: household, network, each child with when they were last seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from familyhub.practice.assessment import VoiceView
from familyhub.practice.clocks import age_on, age_text, parse_day
from familyhub.practice.household import Child, Member, Reach
from familyhub.practice.known_words import last_words
from familyhub.practice.safety import CONFIDENTIAL, HomeView, RiskView
from familyhub.practice.visit_view import VisitView
from familyhub.records.codes import MAY_USE, READERS, RELATIONSHIP, RISK, SEN, CodeList
from familyhub.records.episodes import LevelOfNeed
from familyhub.records.families import Membership
from familyhub.records.oversight import Locality
from familyhub.records.people import (
    Address,
    Person,
    PersonFact,
    PersonName,
    PersonRisk,
    Relationship,
    SafeContact,
)
from familyhub.store.queries.rows import by_key, latest, rev, visible

if TYPE_CHECKING:
    from sqlmodel import Session

DEFAULT_NOT_SEEN_DAYS = 42
DEFAULT_ALONE_FROM = 5


@dataclass(frozen=True, slots=True)
class Household:
    """Who belongs to the family; ``names`` are given names by person id, also of those who have left."""

    children: tuple[Child, ...]
    adults: tuple[Member, ...]
    names: dict[str, str]
    ward: str
    left: tuple[Child, ...] = ()
    """Children who have left the family."""


def name_in_use(rows: list[PersonName]) -> PersonName | None:
    """The name that somebody has: known as now, else the one that began last."""
    now = (
        [n for n in rows if not n.to_on and n.kind in ("known", None)]
        or [n for n in rows if not n.to_on]
        or rows
    )
    return latest(now, "from_on")


def shown_name(rows: list[PersonName]) -> tuple[str, str]:
    """(given, full) of the name in use."""
    name = name_in_use(rows)
    if name is None:
        return "", ""
    return name.given or name.family_name or "", " ".join(p for p in (name.given, name.family_name) if p)


def household(
    db: Session, scope: str, today: date, visits: list[VisitView], levels: list[LevelOfNeed], local: Locality,
    voices: Sequence[VoiceView] = (),
) -> Household:  # fmt: skip
    """Read everybody in one family's file."""
    people = {p.id: p for p in visible(db, Person, scope)}
    names = {k: shown_name(v) for k, v in by_key(visible(db, PersonName, scope), "person_id").items()}
    given = {i: n[0] for i, n in names.items()}
    members = [
        m
        for rows in by_key(visible(db, Membership, scope), "person_id").values()
        if (m := membership_now(rows, today))
    ]
    ties = _ties(visible(db, Relationship, scope), given, today)
    facts = by_key(visible(db, PersonFact, scope), "person_id")
    addresses = by_key(visible(db, Address, scope), "person_id")
    reach = by_key(visible(db, SafeContact, scope), "person_id")
    risks = by_key(visible(db, PersonRisk, scope), "person_id")
    children: list[Child] = []
    left: list[Child] = []
    adults: list[Member] = []
    for row in members:
        person = people.get(row.person_id or "")
        if person is None:
            continue
        common = {
            **_common(person, row, names.get(person.id, ("", "")), today),
            "tie": ties.get(person.id, ("", False))[0],
            "responsibility": ties.get(person.id, ("", False))[1],
            "address": _address(homes := _homes(addresses.get(person.id, []), today)),
            "homes": homes,
            "reach": _reach(reach.get(person.id, [])),
            "risks": (known := _risks(risks.get(person.id, []))),
            "risk": _risk(known),
        }
        gone = has_left(row, today)
        if row.role in ("child", "unborn"):
            child = _child(common, facts.get(person.id, []), levels, visits, local, today, voices)
            (left if gone else children).append(child)
        elif not gone:
            adults.append(Member(**common))
    children.sort(key=lambda c: (c.birth_date is None, c.birth_date or c.expected_date or "", c.id))
    adults.sort(key=lambda a: (not a.lives_here, not a.responsibility, a.birth_date or "9", a.id))
    wards = [h.ward for m in (*children, *adults) if m.lives_here for h in m.homes if h.ward]
    return Household(tuple(children), tuple(adults), given, wards[-1] if wards else "", tuple(left))


def membership_now(rows: list[Membership], today: date) -> Membership | None:
    """Where somebody stands in the family: as it is now, or as it was last where they have left."""
    now = [m for m in rows if not has_left(m, today)]
    return latest(now or rows, "from_on")


def has_left(row: Membership, today: date) -> bool:
    """Whether somebody's last day in the family is past."""
    return bool(row.to_on) and str(row.to_on) < today.isoformat()


def is_unborn(person: Person, member: Membership) -> bool:
    """Whether a child is not born yet, also where nobody knows when it is due."""
    return not person.birth_date and (member.role == "unborn" or bool(person.expected_date))


def age_words(person: Person, today: date, *, unborn: bool) -> str:
    """An age as workers write it; of a child who is not born yet when it is due."""
    if unborn and not person.expected_date:
        return "due date not known"
    return age_text(person.birth_date, person.expected_date, today)


def _common(person: Person, row: Membership, name: tuple[str, str], today: date) -> dict[str, Any]:
    born = parse_day(person.birth_date)
    unborn = is_unborn(person, row)
    return {
        "id": person.id,
        "given": "Unborn" if unborn and not name[0] else name[0] or "No name",
        "name": "Unborn baby" if unborn and not name[1] else name[1] or "No name recorded",
        "role": "unborn" if unborn else row.role or "adult",
        "birth_date": person.birth_date,
        "expected_date": person.expected_date,
        "age": None if born is None else age_on(born, today),
        "age_text": age_words(person, today, unborn=unborn),
        "lives_here": bool(row.lives_here),
        "left_on": row.to_on,
        "third_party": bool(person.third_party),
    }


def _ties(rows: list[Relationship], given: dict[str, str], today: date) -> dict[str, tuple[str, bool]]:
    """Per person, how they belong in words, and whether they have parental responsibility for a child."""
    grouped: dict[str, dict[str, list[str]]] = {}
    responsible: set[str] = set()
    for row in rows:
        if row.to_on and row.to_on < today.isoformat():
            continue
        words = RELATIONSHIP.words(row.kind)
        grouped.setdefault(row.person_id or "", {}).setdefault(words, []).append(
            given.get(row.other_id or "", "?")
        )
        if row.parental_responsibility:
            responsible.add(row.person_id or "")
    return {
        person: (
            "; ".join(f"{words} of {', '.join(dict.fromkeys(of))}" for words, of in ties.items()),
            person in responsible,
        )
        for person, ties in grouped.items()
    }


def _homes(rows: list[Address], today: date) -> tuple[HomeView, ...]:
    """Where somebody lives now, the newest first."""
    now = [a for a in rows if not a.to_on or a.to_on > today.isoformat()]
    now.sort(key=lambda a: (a.from_on or "", a.created_hlc or 0, a.id), reverse=True)
    return tuple(
        HomeView(
            a.id, a.person_id or "",
            CONFIDENTIAL if a.confidential else ", ".join(p for p in (a.lines, a.town, a.postcode) if p),
            "" if a.confidential else a.ward or "", a.from_on or "", bool(a.confidential), rev(a),
        )
        for a in now
    )  # fmt: skip


def _address(homes: tuple[HomeView, ...]) -> str:
    """In words; of two, that one is confidential is said and the other is not."""
    if any(home.confidential for home in homes):
        return CONFIDENTIAL
    return homes[0].words if homes else ""


def _reach(rows: list[SafeContact]) -> Reach | None:
    """Of several rows, by people who did not see each other's: all words, the most cautious answers, the newest numbers."""
    rows = sorted(rows, key=lambda r: (r.created_hlc or 0, r.id))
    if not rows:
        return None
    row = rows[-1]

    def newest(field: str) -> str:
        return next((value for r in reversed(rows) if (value := getattr(r, field))), "")

    def cautious(field: str, codes: CodeList) -> str:
        order = {code: place for place, code in enumerate(codes.values)}
        said = [value for r in rows if (value := getattr(r, field))]
        return min(said, key=lambda code: order.get(code, -1), default="")

    ring, text, write = (cautious(f, MAY_USE) for f in ("may_ring", "may_text", "may_write"))
    return Reach(
        row.id, " / ".join(dict.fromkeys(r.how for r in rows if r.how)), newest("mobile"), newest("landline"),
        newest("email"), MAY_USE.words(ring), MAY_USE.words(text), MAY_USE.words(write), rev(row),
        cautious("how_readers", READERS) or "workers", ring, text, write, tuple(r.id for r in rows[:-1]),
    )  # fmt: skip


def _risks(rows: list[PersonRisk]) -> tuple[RiskView, ...]:
    order = {risk: place for place, risk in enumerate(RISK.values)}
    found = [
        RiskView(
            r.id, r.person_id or "", r.risk or "", r.what or "", r.what_readers or "workers", r.source or "", r.on or "",
            r.review_on, rev(r),
        )
        for r in sorted(rows, key=lambda r: (r.on or "", r.created_hlc or 0, r.id), reverse=True)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda r: order.get(r.risk, -1)))


def _risk(risks: tuple[RiskView, ...]) -> str:
    """The most cautious of what is known, and how many more there are."""
    open_ones = [risk for risk in risks if risk.risk not in ("", "none")]
    if not open_ones:
        return ""
    more = f" · and {len(open_ones) - 1} more" if len(open_ones) > 1 else ""
    return f"{open_ones[0].words}{more}"


def _child(
    common: dict[str, Any], facts: list[PersonFact], levels: list[LevelOfNeed], visits: list[VisitView],
    local: Locality, today: date, voices: Sequence[VoiceView],
) -> Child:  # fmt: skip
    now = {kind: latest(rows) for kind, rows in by_key(facts, "kind").items()}

    def fact(kind: str) -> str:
        row = now.get(kind)
        return (row.value or "") if row else ""

    mine = [(v, c) for v in visits for c in v.children if c.child_id == common["id"]]
    last_seen = max((v.on for v, c in mine if c.seen), default=None)
    last_said = last_words(visits, voices, common["id"])
    level = latest([r for r in levels if r.person_id == common["id"]])
    age = common["age"]
    return Child(
        **common,
        school=fact("school"), sen=SEN.words(fact("sen")) if fact("sen") not in ("", "none") else "",
        attendance=fact("attendance"), ethnicity=fact("ethnicity"),
        level=level.level if level else None, level_on=level.on if level else None,
        last_seen=last_seen, last_alone=max((v.on for v, c in mine if c.alone), default=None),
        alone_expected=isinstance(age, int) and age >= (local.alone_from_age or DEFAULT_ALONE_FROM),
        overdue=common["role"] == "child" and _overdue(last_seen, local, today),
        said=last_said.said if last_said else "", said_on=last_said.on if last_said else None,
    )  # fmt: skip


def _overdue(last_seen: str | None, local: Locality, today: date) -> bool:
    seen = parse_day(last_seen)
    return seen is None or seen + timedelta(days=local.not_seen_after_days or DEFAULT_NOT_SEEN_DAYS) < today
