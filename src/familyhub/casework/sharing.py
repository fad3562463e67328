"""The sharing log: what was shared with whom, why, by which lawful basis, and whether the family knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.casework import reading
from familyhub.casework.agreement_entries import SharingEntry
from familyhub.casework.entries import Saved
from familyhub.practice.agreement import offer
from familyhub.records.codes import LAWFUL_BASIS, READERS

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop

KNOWN = {"yes": True, "no": False}


def log_sharing(laptop: Laptop, entry: SharingEntry) -> Saved:
    """Record what was shared; raises ``Refused`` per field. Outside an agreement a reason is asked, and nothing is stopped."""
    file = reading.family(laptop, entry.family_id)
    check = laptop.check()
    agency = check.line("agency", entry.agency, needed="With which agency was it shared?")
    agreed = offer(file.agreement, agency)
    who = check.line("who", entry.who)
    on = check.day("on", entry.on, needed="On which day was it shared?", past=True)
    what = check.text("what", entry.what, needed="What was shared?")
    why = check.text("why", entry.why, needed="Why did they need to know it?")
    without = check.text("without_why", entry.without_why)
    basis = check.code("basis", entry.basis, LAWFUL_BASIS)
    told = KNOWN.get(entry.told.strip().lower())
    told_why = check.text("told_why", entry.told_why)
    if entry.told.strip() and told is None:
        check.wrong("told", "Does the family know? Say yes or no.")
    elif told is None and agency and agreed.within:
        told = True
    elif told is None and agency:
        check.wrong("told", "Does the family know? Yes or no; where they do not, write why.")
    if told is False and not told_why:
        check.wrong(
            "told_why", "Why does the family not know? Telling them is usual unless it puts somebody at risk."
        )
    if agency and not agreed.within:
        if not without:
            check.wrong("without_why", f"{agreed.words[:1].upper()}{agreed.words[1:]}.")
        if not basis and not entry.basis.strip():
            check.wrong("basis", "By which lawful basis? Public task is the usual one.")
    readers = check.code("what_readers", entry.what_readers, READERS, needed="Who may read it?")
    why_readers = check.code("why_readers", entry.why_readers, READERS, needed="Who may read it?")
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        row = work.create(f"fam:{file.id}", "sharing", {
            "on": on, "agency": agency, "who": who or None, "what": what, "what_readers": readers,
            "why": why, "why_readers": why_readers, "basis": basis or agreed.basis,
            "agreement_id": agreed.agreement_id if agreed.within else None,
            "without_why": without or None, "without_why_readers": "workers" if without else None, "told": told,
            "told_why": told_why or None, "told_why_readers": "workers" if told_why else None, "by": laptop.who.id,
        })  # fmt: skip
    return laptop.saved(row, entry.draft_id)
