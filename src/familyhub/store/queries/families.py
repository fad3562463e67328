"""Lists of families: held on this laptop, or known from the locality's index; and finding them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import false, or_
from sqlmodel import col, select

from familyhub.practice.allocation import Allocated, holding, role_of
from familyhub.practice.clocks import age_on, parse_day
from familyhub.practice.closings import OVER
from familyhub.practice.family_row import ChildName, FamilyRow, Found
from familyhub.practice.thin_row import family_of
from familyhub.records.episodes import Allocation, EpisodeState, LeadPractitioner, LevelOfNeed
from familyhub.records.families import Family, FamilyIndex, Membership
from familyhub.records.people import Address, Person, PersonName
from familyhub.store import search
from familyhub.store.queries.household import has_left, membership_now, shown_name
from familyhub.store.queries.rows import by_key, latest, session, visible, worker_names

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlmodel import Session

SEARCHED_TABLES = {
    "visit": ("happened", "meaning", "no_access_did"),
    "visit_child": ("said", "asked"),
    "note": ("text", "impact"),
    "action": ("what",),
    "action_progress": ("text",),
    "need": ("what", "outcome"),
    "kept_finding": ("because",),
    "review": ("summary", "because", "no_next_because", "although"),
    "meeting": ("off_because",),
    "meeting_guest": ("views",),
    "meeting_answer": ("answer",),
    "meeting_amendment": ("text",),
    "closing": ("summary", "feedback", "no_feedback_because", "contingency", "although"),
    "closing_action": ("because",),
    "closing_signature": ("reason",),
    "handshake": ("reason", "told_why"),
    "handshake_signature": ("reason",),
    "handshake_step": ("text",),
    "step_down_answer": ("text",),
    "follow_up": ("none_because",),
    "follow_up_need": ("how",),
    "safety_note": ("what",),
    "contact": ("worry", "tried"),
    "concern": ("said", "done"),
    "level_of_need": ("reason",),
    "episode_state": ("reason",),
    "agreement": ("what", "why", "stop_why"),
    "agreement_opinion": ("opinion",),
    "sharing": ("what", "why", "without_why", "told_why"),
    "assessment_text": ("text",),
    "assessment_need": ("what",),
    "assessment_met": ("why_not",),
    "assessment_completion": ("review_first_why",),
    "assessment_signature": ("reason",),
    "family_meeting_offer": ("why",),
    "child_voice": ("said", "asked", "none_because"),
    "child_day": ("text",),
    "safe_contact": ("how",),
    "person": ("about",),
    "person_risk": ("what",),
    "contact_child": ("words", "given", "family_name"),
    "contact_level": ("reason",),
    "contact_adult": ("given", "family_name"),
    "contact_safe": ("how",),
    "contact_match": ("reason",),
    "contact_step": ("reason",),
    "contact_signature": ("reason",),
    "gate_call": ("reason",),
    "advice_asked": ("question",),
    "advice_step": ("text",),
    "disagreement": ("view", "other"),
    "disagreement_step": ("text",),
    "person_name": ("given", "family_name"),
    "family": ("name",),
    "family_index": ("name", "ward"),
    "address": ("lines", "town", "postcode"),
    "allocation": ("reason",),
    "conflict_of_interest": ("reason",),
    "safe_check": ("found",),
    "hand_over": ("promised", "notes"),
    "attachment": ("what",),
    "decision": ("reason",),
    "question": ("text",),
}


def listed(connection: Connection, today: date, worker_id: str) -> list[FamilyRow]:
    """Every family this laptop knows of, by name: those it holds whole, and the index rows of its locality."""
    with session(connection) as db:
        held_ids = connection.exec_driver_sql("select id from family where removed is null order by id")
        held = details(db, [r[0] for r in held_ids], today, worker_id)
        known = {f.id for f in held}
        loc = [s for (s,) in connection.exec_driver_sql("select distinct scope from family_index")]
        index = [_indexed(r) for r in visible(db, FamilyIndex, loc) if family_of(r.id) not in known]
        return sorted([*held, *index], key=lambda f: (f.name.casefold(), f.id))


def details(db: Session, ids: list[str], today: date, worker_id: str) -> list[FamilyRow]:
    """The rows of families that are held, in the order of ``ids``."""
    scopes = [f"fam:{i}" for i in ids]
    names = worker_names(db)
    families = {f.id: f for f in visible(db, Family, scopes)}
    members = by_key([m for m in visible(db, Membership, scopes) if m.role in ("child", "unborn")], "scope")
    people = {p.id: p for p in visible(db, Person, scopes)}
    called = by_key(visible(db, PersonName, scopes), "person_id")
    levels = by_key(visible(db, LevelOfNeed, scopes), "scope")
    leads = by_key(visible(db, LeadPractitioner, scopes), "scope")
    states = by_key(visible(db, EpisodeState, scopes), "scope")
    wards = by_key([a for a in visible(db, Address, scopes) if not a.to_on], "scope")
    mine = mine_of(db, {f"loc:{f.locality}" for f in families.values() if f.locality}, worker_id, today)
    out = []
    for scope, identity in zip(scopes, ids, strict=True):
        family = families.get(identity)
        if family is None:
            continue
        children = [
            _child(people[m.person_id], called.get(m.person_id, []), today, unborn=m.role == "unborn")
            for rows in by_key(members.get(scope, []), "person_id").values()
            if (m := membership_now(rows, today)) is not None
            and m.person_id in people
            and not has_left(m, today)
        ]
        lead = latest(leads.get(scope, []))
        state = latest(states.get(scope, []))
        now = {
            r.person_id: r
            for r in sorted(levels.get(scope, []), key=lambda r: (r.on or "", r.created_hlc or 0))
        }
        open_now = state is None or state.state not in OVER
        ward = latest(wards.get(scope, []), "from_on")
        out.append(
            FamilyRow(
                id=identity, name=family.name or "Unnamed family", locality=family.locality or "",
                ward=(ward.ward or "") if ward else "",
                level=max((r.level or "" for r in now.values()), default=None) if open_now else None,
                lead=(lead.name or names.get(lead.worker_id or "", "")) if lead else "", held=True,
                children=tuple(sorted(children, key=lambda c: (c.age is None, -(c.age or 0), c.id))),
                stage=(state.state or "") if state else "", mine=identity in mine,
            )
        )  # fmt: skip
    return out


def mine_of(db: Session, localities: Collection[str], worker_id: str, today: date) -> set[str]:
    """The families that a worker works with or covers on a day, from the rows of localities (their scopes)."""
    where = (col(Allocation.worker_id) == worker_id, col(Allocation.scope).in_(localities))
    shown = or_(col(Allocation.removed).is_(None), col(Allocation.removed) == false())
    rows = [
        Allocated(
            a.id, a.family_id or "", worker_id, role_of(a.role), a.on or "", a.to_on, order=(a.created_hlc or 0, a.id)
        )
        for a in db.exec(select(Allocation).where(*where, shown))
    ]  # fmt: skip
    return {row.family_id for row in holding(rows, today)}


def _child(person: Person, names: list[PersonName], today: date, *, unborn: bool) -> ChildName:
    born = parse_day(person.birth_date)
    given = shown_name(names)[0] or ("Unborn" if unborn else "No name")
    return ChildName(person.id, given, None if born is None else age_on(born, today), unborn and born is None)


def _indexed(row: FamilyIndex) -> FamilyRow:
    return FamilyRow(
        id=family_of(row.id), name=row.name or "", locality=row.locality or "", ward=row.ward or "", level=None,
        lead=row.lead or "", held=False, stage=row.stage or "", next_on=row.next_on,
    )  # fmt: skip


def find_families(
    connection: Connection, terms: search.Terms, text: str, today: date, worker_id: str, most: int = 200
) -> list[FamilyRow]:
    """Families whose people, names, addresses or texts match, as it is typed; misspellings forgiven."""
    names = search.find(connection, terms, text, table=search.NAMES, most=most, as_typed=True)
    texts = search.find(connection, terms, text, most=most, as_typed=True) if len(text) > 2 else []
    why: dict[str, str] = {}
    index: set[str] = set()
    for hit in names:
        if hit.scope.startswith("fam:"):
            why.setdefault(hit.scope[4:], "")
        elif hit.entity == "family_index":
            index.add(hit.row_id)
    for hit in texts:
        if hit.scope.startswith("fam:"):
            why.setdefault(hit.scope[4:], hit.entity.replace("_", " "))
    with session(connection) as db:
        rows = details(db, list(why), today, worker_id)
        loc = sorted({h.scope for h in names if h.entity == "family_index"})
        known = {r.id for r in rows}
        found = [r for r in visible(db, FamilyIndex, loc) if r.id in index]
        rest = [_indexed(r) for r in found if family_of(r.id) not in known]
    from dataclasses import replace

    return [replace(r, why=why[r.id]) for r in rows] + rest


def find_texts(connection: Connection, terms: search.Terms, text: str, most: int = 50) -> list[Found]:
    """Texts and names that match, newest first, with the piece in which they were found."""
    hits = search.find(connection, terms, text, most=most)
    hits += [h for h in search.find(connection, terms, text, table=search.NAMES, most=most) if h not in hits]
    families = _family_names(connection, {h.scope for h in hits})
    out = []
    for hit in hits[:most]:
        fields = SEARCHED_TABLES.get(hit.entity)
        if fields is None:
            continue
        columns = ", ".join(f'"{f}"' for f in fields)
        row = connection.exec_driver_sql(
            f'select {columns} from "{hit.entity}" where scope = ? and id = ?', (hit.scope, hit.row_id)
        ).first()
        words = " ".join(str(v) for v in row if v) if row else ""
        family_id = hit.scope[4:] if hit.scope.startswith("fam:") else None
        if hit.entity == "family_index":
            family_id = family_of(hit.row_id)
        out.append(
            Found(hit.entity, hit.row_id, family_id, families.get(hit.scope, ""), search.snippet(words, text))
        )
    return out


def _family_names(connection: Connection, scopes: set[str]) -> dict[str, str]:
    with session(connection) as db:
        return {f.scope: f.name or "" for f in visible(db, Family, sorted(scopes))}
