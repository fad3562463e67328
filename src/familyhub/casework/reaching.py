"""Recording how people may be reached safely, and where they live. A confidential address never stands in a family's file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from familyhub.casework import reading
from familyhub.casework.checking import Check
from familyhub.casework.entries import Saved
from familyhub.casework.problems import refuse
from familyhub.casework.safety import WORKERS, change_row, person_of
from familyhub.casework.safety_entries import MoveEntry, SafeContactEntry
from familyhub.practice import safety as rules
from familyhub.practice.days import show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.household import Member, Reach
from familyhub.practice.safety import HomeView
from familyhub.records.codes import MAY_USE, READERS
from familyhub.records.people import Address, SafeContact
from familyhub.store.queries.rows import rev as rev_of
from familyhub.store.queries.rows import session, visible

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop
    from familyhub.store.laptop import Work

PLACE = ("lines", "town", "postcode", "ward")
MAY = ("may_ring", "may_text", "may_write")


# -- safe contact ----------------------------------------------------------------------------------------------


def set_safe_contact(laptop: Laptop, entry: SafeContactEntry) -> Saved:
    """Record how a person may be reached: words, numbers, and what may be used; raises ``Refused`` per field."""
    file = reading.family(laptop, entry.family_id)
    check = laptop.check()
    person = person_of(check, file, entry.person_id, needed="Who is to be reached?")
    if person is not None and person.role == "unborn":
        check.wrong("person_id", f"{person.given} is not born yet.")
    fields = _contact(check, entry)
    check.done()
    reach = person.reach if person is not None else None
    if reach is None:
        fields = {f: v for f, v in fields.items() if v is not None}
        if not fields.keys() - {"how_readers"}:
            raise refuse("how", "Nothing to save yet: how may they be reached?")
        if fields.get("how"):
            fields.setdefault("how_readers", WORKERS)
        with laptop.store.work(laptop.who.id) as work:
            row = work.create(f"fam:{file.id}", "safe_contact", {**fields, "person_id": entry.person_id})
        return laptop.saved(row, entry.draft_id)
    return _change_contact(laptop, check, file, reach, fields, entry)


def _change_contact(
    laptop: Laptop,
    check: Check,
    file: FamilyFile,
    reach: Reach,
    fields: dict[str, Any],
    entry: SafeContactEntry,
) -> Saved:
    """Write what differs; rows of others that were on screen are taken into this one."""
    rows = _rows_of(laptop, file, reach)
    taken = [i for i in reach.others if entry.others is None or i in entry.others]
    shown = {
        "how": reach.how, "how_readers": reach.how_readers if reach.how else "", "mobile": reach.mobile,
        "landline": reach.landline, "email": reach.email, "may_ring": reach.ring, "may_text": reach.text,
        "may_write": reach.write,
    }  # fmt: skip
    wanted = {f: fields.get(f, v or None) for f, v in shown.items()}
    if wanted["how"] and not wanted["how_readers"]:
        wanted["how_readers"] = WORKERS
    newest = rows[reach.id]
    stands = wanted if taken else {f: wanted[f] for f in (*fields, "how_readers")}
    changed = {f: v for f, v in stands.items() if v != getattr(newest, f)}
    if not changed and not taken:
        raise refuse("how", "Nothing to save yet: change how they may be reached.")
    with laptop.store.work(laptop.who.id) as work:
        if changed:
            change_row(work, check, file, "safe_contact", reach.id, entry.rev or reach.rev, changed)
        for other in taken:
            work.remove(f"fam:{file.id}", "safe_contact", other, rev_of(rows[other]))
    return laptop.saved(reach.id, entry.draft_id)


def _rows_of(laptop: Laptop, file: FamilyFile, reach: Reach) -> dict[str, SafeContact]:
    with laptop.store.reading() as connection, session(connection) as db:
        return {
            r.id: r for r in visible(db, SafeContact, f"fam:{file.id}") if r.id in (reach.id, *reach.others)
        }


def _contact(check: Check, entry: SafeContactEntry) -> dict[str, Any]:
    """What is written, by field; what was left as it is is not among it."""
    fields: dict[str, Any] = {}
    if entry.how is not None:
        fields["how"] = check.text("how", entry.how) or None
    if entry.how_readers is not None:
        fields["how_readers"] = check.code(
            "how_readers", entry.how_readers, READERS, needed="Who may read it?"
        )
    for name, wrong in (
        ("mobile", rules.number_wrong), ("landline", rules.number_wrong), ("email", rules.email_wrong),
    ):  # fmt: skip
        if (typed := getattr(entry, name)) is not None:
            text = check.line(name, typed)
            if sentence := wrong(text):
                check.wrong(name, sentence)
            fields[name] = text or None
    for name in MAY:
        if (typed := getattr(entry, name)) is not None:
            fields[name] = check.code(name, typed, MAY_USE)
    return fields


# -- where they live -------------------------------------------------------------------------------------------


def record_move(laptop: Laptop, entry: MoveEntry) -> Saved:
    """Record a new address for those who moved, or that an address is confidential; raises ``Refused`` per field."""
    file = reading.family(laptop, entry.family_id)
    check = laptop.check()
    movers = _movers(check, file, entry.person_ids)
    secrecy = (
        check.code("secrecy", entry.secrecy, rules.SECRECY, needed="A new address, or is it confidential?")
        or ""
    )
    on = check.day("on", entry.on, needed="Since which day?", past=True) or ""
    place = _place(check, entry, secrecy)
    ending = [h for m in movers for h in m.homes if entry.seen is None or h.id in entry.seen]
    late = max((h.from_on for h in ending), default="")
    if secrecy != "stays" and on and on < late:
        check.wrong(
            "on",
            f"They live at the other address since {show_day(late, laptop.today)}: the move is not older.",
        )
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        if secrecy == "stays":
            row = _made_confidential(laptop, work, check, file, movers, on)
        else:
            row = _moved(laptop, work, check, file, movers, ending, on, place)
    note = "the address itself is not in this file" if secrecy != "open" else ""
    return laptop.saved(row, entry.draft_id, note)


def _movers(check: Check, file: FamilyFile, person_ids: list[str] | None) -> list[Member]:
    people: dict[str, Member] = {m.id: m for m in (*file.adults, *file.children) if m.role != "unborn"}
    if person_ids is None:
        return [m for m in people.values() if m.lives_here]
    for unknown in [i for i in person_ids if i not in people]:
        check.wrong("person_ids", f"{unknown[:40]} is nobody in this family.")
    found = [people[i] for i in dict.fromkeys(person_ids) if i in people]
    if not person_ids:
        check.wrong("person_ids", "Who moved? Tick at least one.")
    return found


def _place(check: Check, entry: MoveEntry, secrecy: str) -> dict[str, Any]:
    """The address as it is kept: of a confidential one nothing but that it is."""
    place: dict[str, Any] = {name: check.line(name, getattr(entry, name)) or None for name in PLACE}
    if secrecy in ("moved", "stays"):
        for name in (n for n in PLACE if place[n]):
            check.wrong(name, rules.KEEP_ELSEWHERE)
            break
        return {"confidential": True}
    if secrecy and not any(place[n] for n in ("lines", "town", "postcode")):
        check.wrong("lines", "Where do they live now? “No fixed address” is an answer too.")
    if typed := place["postcode"]:
        place["postcode"] = rules.postcode(typed)
        if place["postcode"] is None:
            told = (
                f"“{typed[:12]}” is no postcode. A sector is enough (CH42 3); what is not known stays empty."
            )
            check.wrong("postcode", told)
    return place


def _moved(
    laptop: Laptop, work: Work, check: Check, file: FamilyFile, movers: list[Member], ending: Iterable[HomeView], on: str,
    place: dict[str, Any],
) -> str:  # fmt: skip
    """What they have ends, what is new begins, for each; who stays keeps the address, also where only a mover had it."""
    scope, ending = f"fam:{file.id}", list(ending)
    _stay(laptop, work, file, movers, ending)
    for home in ending:
        change_row(work, check, file, "address", home.id, home.rev, {"to_on": on})
    wards = {h.person_id: h.ward for h in ending if h.ward}
    first = ""
    for mover in movers:
        ward = (
            {}
            if place.get("confidential")
            else {"ward": place["ward"] or wards.get(mover.id) or file.ward or None}
        )
        row = work.create(scope, "address", {"person_id": mover.id, "from_on": on, **place, **ward})
        first = first or row
    return first


def _stay(laptop: Laptop, work: Work, file: FamilyFile, movers: list[Member], ending: list[HomeView]) -> None:
    """Who lives there, does not move and has no address of their own is written down at the one the movers leave."""
    gone = {m.id for m in movers}
    left = next((h for m in movers if m.lives_here for h in m.homes if h in ending), None)
    stays = [
        m for m in (*file.adults, *file.children)
        if m.lives_here and m.id not in gone and not m.homes and m.role != "unborn"
    ]  # fmt: skip
    if left is None or not stays:
        return
    old = _address_rows(laptop, file)[left.id]
    kept = {name: getattr(old, name) for name in (*PLACE, "from_on", "confidential")}
    for person in stays:
        work.create(f"fam:{file.id}", "address", {**kept, "person_id": person.id})


def _made_confidential(
    laptop: Laptop, work: Work, check: Check, file: FamilyFile, movers: list[Member], on: str
) -> str:
    """Take the lines out of every row that has this address, and say that it is confidential."""
    words = {h.words for m in movers for h in m.homes if not h.confidential}
    rows = [
        h for m in (*file.adults, *file.children) for h in m.homes
        if not h.confidential and (h.words in words or m in movers)
    ]  # fmt: skip
    for home in rows:
        empty = dict.fromkeys(PLACE)
        change_row(work, check, file, "address", home.id, home.rev, {**empty, "confidential": True})
    made = [
        work.create(f"fam:{file.id}", "address", {"person_id": m.id, "from_on": on, "confidential": True})
        for m in movers
        if not m.homes
    ]
    if not rows and not made:
        raise refuse("secrecy", "That the address is confidential is recorded already.")
    return rows[0].id if rows else made[0]


def _address_rows(laptop: Laptop, file: FamilyFile) -> dict[str, Address]:
    with laptop.store.reading() as connection, session(connection) as db:
        return {a.id: a for a in visible(db, Address, f"fam:{file.id}")}
