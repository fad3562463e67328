"""The second check on a laptop: what gatekeepers read of it, and recording that a manager has rung."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.casework import front_door as reading
from familyhub.casework.check_entries import SettleCheckEntry
from familyhub.casework.entries import Saved
from familyhub.casework.problems import refuse
from familyhub.practice.second_check import RING, SETTLERS
from familyhub.records.codes import CHECK_CALL
from familyhub.store.queries.gate import GATE

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop

GATEKEEPER = "gatekeeper"
NOT_YOURS = "That a manager has rung is recorded by a gatekeeper or a manager: ask one of them. Hold the contact meanwhile."
NO_RING = "No manager is to ring about this contact: there is nothing to record."


def settle_second_check(laptop: Laptop, entry: SettleCheckEntry) -> Saved:
    """Record in a contact that a manager has rung, and by a gatekeeper at the gate whom, or that it was nobody.

    The contact never says what was found. Raises ``Refused`` per field.
    """
    if laptop.who.role not in SETTLERS:
        raise refuse("contact", NOT_YOURS)
    contact = reading.contact(laptop, entry.contact_id)
    stand = contact.check
    if stand.state != RING:
        raise refuse("contact", NO_RING)
    check = laptop.check()
    on = check.day("on", entry.on, needed="On which day did a manager ring?", past=True)
    time = check.time("time", entry.time)
    call: dict[str, str | None] = {}
    if laptop.who.role == GATEKEEPER:
        code = check.code("call", entry.call, CHECK_CALL, needed="Did you ring somebody, or was it nobody?")
        whom = check.line(
            "whom", entry.whom, needed="Whom did you ring? Their name." if code == "rang" else ""
        )
        because = check.text(
            "because",
            entry.because,
            needed="Why was it nobody? Who reads it later has only these words." if code == "nobody" else "",
        )
        call = {
            "call": code, "whom": whom or None, "at": time, "reason": because or None,
            "reason_readers": "workers" if because else None,
        }  # fmt: skip
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        done = {"contact_id": contact.id, "upto": stand.upto, "on": on, "by": laptop.who.id}
        if call:
            work.create(GATE, "gate_call", {**done, **call})
        row = work.create(f"con:{contact.id}", "check_settled", done)
    return laptop.saved(row)
