"""Agreement to early help, person by person: recorded, asked again at reviews, taken back; a manager's view of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from familyhub.casework import reading
from familyhub.casework.agreement_entries import AgreementEntry, OpinionEntry, RefreshEntry, WithdrawalEntry
from familyhub.casework.checking import Check
from familyhub.casework.entries import Saved
from familyhub.casework.problems import refuse
from familyhub.practice.agreement import listed
from familyhub.practice.clocks import parse_day
from familyhub.practice.days import show_day
from familyhub.practice.family_file import AgreementLine, FamilyFile
from familyhub.records.codes import AGREEMENT_STATE, READERS, SAFE_TO_STOP

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop

ASKED = ("agreed", "declined", "not_asked")
ONLY_A_MANAGER = "Only a manager's view counts here. Ask your manager to record it."
NOTHING_CLOSES = (
    "Nothing is closed by this: a manager's view is asked, and help goes on where a child needs it."
)


def record_agreement(laptop: Laptop, entry: AgreementEntry) -> Saved:
    """Record what one adult agreed to, declined, or why they were not asked; raises ``Refused`` per field."""
    file = reading.family(laptop, entry.family_id)
    check = laptop.check()
    line = _person(check, file, entry.person_id)
    state = check.code(
        "state", entry.state, AGREEMENT_STATE, needed="What did they say: agreed, declined, or not asked yet?"
    )
    if state == "withdrawn":
        check.wrong(
            "state", "Taking an agreement back is recorded for itself: it asks whether it is safe to stop."
        )
    on = _day(check, line, entry.on)
    agencies, excluded = _agencies(check, entry.agencies, entry.not_agencies)
    if state == "agreed" and not agencies and not entry.what.strip():
        check.wrong("agencies", "What did they agree to? Name the agencies, or write what it is.")
    what, why = check.text("what", entry.what), check.text("why", entry.why)
    if state == "not_asked" and not why:
        check.wrong("why", "Why were they not asked yet? Somebody will ask.")
    what_readers = check.code("what_readers", entry.what_readers, READERS, needed="Who may read it?")
    why_readers = check.code("why_readers", entry.why_readers, READERS, needed="Who may read it?")
    check.done()
    refreshes = line.id if line is not None and line.state_code == "agreed" == state else None
    return _write(laptop, file, entry.person_id, entry.draft_id, {
        "state": state, "on": on, "agencies": agencies, "not_agencies": excluded, "what": what or None,
        "what_readers": what_readers if what else None, "why": why or None, "why_readers": why_readers if why else None,
        "refreshes": refreshes,
    })  # fmt: skip


def refresh_agreement(laptop: Laptop, entry: RefreshEntry) -> Saved:
    """Record that an agreement was asked about again and stands; raises ``Refused``, also where none stands."""
    file = reading.family(laptop, entry.family_id)
    check = laptop.check()
    line = _person(check, file, entry.person_id)
    if line is None or line.state_code != "agreed":
        check.wrong(
            "person_id", "They have not agreed to anything that could be refreshed. Record what they say now."
        )
    on = _day(check, line, entry.on)
    agencies, excluded = _agencies(
        check, line.agencies if line and entry.agencies is None else entry.agencies or "",
        line.not_agencies if line and entry.not_agencies is None else entry.not_agencies or "",
    )  # fmt: skip
    check.done()
    assert line is not None
    return _write(laptop, file, entry.person_id, entry.draft_id, {
        "state": "agreed", "on": on, "agencies": agencies, "not_agencies": excluded, "refreshes": line.id,
        "what": line.what or None, "what_readers": line.what_readers if line.what else None,
    })  # fmt: skip


def withdraw_agreement(laptop: Laptop, entry: WithdrawalEntry) -> Saved:
    """Record that somebody took their agreement back, and whether it is safe to stop; raises ``Refused`` per field."""
    file = reading.family(laptop, entry.family_id)
    check = laptop.check()
    line = _person(check, file, entry.person_id)
    if line is None or line.state_code != "agreed":
        check.wrong(
            "person_id", "There is no agreement of theirs to take back. Record what they said instead."
        )
    on = _day(check, line, entry.on)
    why = check.text("why", entry.why)
    safe = check.code("safe_to_stop", entry.safe_to_stop, SAFE_TO_STOP,
                      needed="Is it safe to stop, for each child? No, not sure or yes.")  # fmt: skip
    because = check.text(
        "stop_why", entry.stop_why, needed="Why? A manager reads this and says what they think."
    )
    why_readers = check.code("why_readers", entry.why_readers, READERS, needed="Who may read it?")
    stop_readers = check.code("stop_why_readers", entry.stop_why_readers, READERS, needed="Who may read it?")
    check.done()
    assert line is not None
    saved = _write(laptop, file, entry.person_id, entry.draft_id, {
        "state": "withdrawn", "on": on, "why": why or None, "why_readers": why_readers if why else None,
        "safe_to_stop": safe, "stop_why": because, "stop_why_readers": stop_readers,
    })  # fmt: skip
    saved.note = NOTHING_CLOSES + (
        "" if safe == "yes" else " Where a child may be unsafe: F8, and tell somebody today."
    )
    return saved


def give_opinion(laptop: Laptop, entry: OpinionEntry) -> Saved:
    """Record a manager's view of a withdrawn agreement; raises ``Refused``, for anybody who is no manager too."""
    if laptop.who.role != "manager":
        raise refuse("person_id", ONLY_A_MANAGER)
    file = reading.family(laptop, entry.family_id)
    check = laptop.check()
    line = _person(check, file, entry.person_id)
    if line is None or line.state_code != "withdrawn":
        check.wrong("person_id", "Their agreement is not withdrawn: no view is asked.")
    opinion = check.text(
        "opinion", entry.opinion, needed="What is your view: may help stop, and what about each child?"
    )
    audience = check.code("readers", entry.readers, READERS, needed="Who may read it?")
    check.done()
    assert line is not None
    with laptop.store.work(laptop.who.id) as work:
        opinion_id = work.create(f"fam:{file.id}", "agreement_opinion", {
            "agreement_id": line.id, "opinion": opinion, "opinion_readers": audience, "on": laptop.today.isoformat(),
            "by": laptop.who.id,
        })  # fmt: skip
    return laptop.saved(opinion_id, entry.draft_id)


def _person(check: Check, file: FamilyFile, person_id: str) -> AgreementLine | None:
    """Where this person's agreement stands; a problem where nobody of the family is meant."""
    if not person_id:
        check.wrong("person_id", "Whose agreement is it? Each adult with parental responsibility is asked.")
    elif person_id not in {p.id for p in (*file.adults, *file.children)}:
        check.wrong("person_id", f"{person_id[:40]} is nobody in this family.")
    return next((a for a in file.agreement if a.person_id == person_id), None)


def _day(check: Check, line: AgreementLine | None, typed: str) -> str | None:
    on = check.day("on", typed, needed="On which day did they say so?", past=True)
    if on and line is not None and on < (line.on or ""):
        last = show_day(parse_day(line.on) or check.today, check.today)
        check.wrong("on", f"What they said on {last} is recorded already and came later. Which day was it?")
    return on


def _agencies(check: Check, included: str, excluded: str) -> tuple[str | None, str | None]:
    yes, no = listed(check.line("agencies", included)), listed(check.line("not_agencies", excluded))
    both = {a.casefold() for a in yes} & {a.casefold() for a in no}
    if both:
        name = next(a for a in no if a.casefold() in both)
        check.wrong(
            "not_agencies", f"“{name[:40]}” is among those that may know, too: one of the two is wrong."
        )
    return ", ".join(yes) or None, ", ".join(no) or None


def _write(laptop: Laptop, file: FamilyFile, person_id: str, draft_id: str, fields: dict[str, Any]) -> Saved:
    with laptop.store.work(laptop.who.id) as work:
        row = work.create(
            f"fam:{file.id}", "agreement", {"person_id": person_id, **fields, "by": laptop.who.id}
        )
    return laptop.saved(row, draft_id)
