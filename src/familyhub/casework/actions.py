"""Updating an action of the plan: how it goes, by when, what moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from familyhub.casework import reading
from familyhub.casework.checking import Check
from familyhub.casework.entries import Saved
from familyhub.casework.plan_entries import ActionUpdate
from familyhub.casework.problems import refuse
from familyhub.records.codes import ACTION_STATUS, READERS
from familyhub.store.laptop import Work

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop

OWNERS = ("owner", "owner_person_id", "owner_worker_id")
OWNED = (*OWNERS, "agency")
"""Fields of an action that say whose it is: a dated row says so too, so that a measure can ask whose it was on a day."""


def says_owner(owned: Mapping[str, Any]) -> dict[str, Any]:
    """What a dated row of an action says of its owner, from the action's own fields."""
    return {"says_owner": True, "owner": owned.get("owner"), "agency": owned.get("agency")}


def update_action(laptop: Laptop, entry: ActionUpdate) -> Saved:
    """Change an action; every change of status or due date also writes a dated row. Raises ``Refused``."""
    action, rev = reading.find_action(laptop, entry.action_id)
    check = laptop.check()
    if not entry.status and entry.due is None and not entry.note.strip():
        raise refuse("action", "Nothing to save yet: give a status, a date or a note.")
    with laptop.store.work(laptop.who.id) as work:
        write_change(
            laptop, work, check, scope=action.scope, action_id=action.id, rev=entry.rev or rev, status=entry.status,
            due=entry.due, note=entry.note, readers=entry.readers, now=(action.status or "not_started", action.due),
        )  # fmt: skip
        check.done()
    return laptop.saved(entry.action_id, entry.draft_id)


def write_change(
    laptop: Laptop, work: Work, check: Check, *, scope: str, action_id: str, rev: str, status: str | None,
    due: str | None, note: str, readers: str, now: tuple[str, str | None], visit_id: str | None = None,
    meeting_id: str | None = None, on: str = "",
) -> None:  # fmt: skip
    """Write what changed on one action into a unit of work, at a visit or a meeting; problems go to ``check``.

    ``on``: the day on which it was told; today, unless it is given.
    """
    fields: dict[str, str | None] = {}
    if status and status.strip():
        fields["status"] = check.code("status", status, ACTION_STATUS)
    if due is not None:
        typed = due.strip().lower()
        fields["due"] = None if typed in ("", "none") else check.day("due", due)
    text = check.text("note", note)
    audience = check.code("readers", readers, READERS)
    if check.problems:
        return
    held = {"status": now[0], "due": now[1]}
    fields = {f: v for f, v in fields.items() if v != held[f]}
    on = on or laptop.today.isoformat()
    if fields:
        try:
            work.change(scope, "action", action_id, rev, fields)
        except ValueError as error:
            check.wrong("rev", f"The revision cannot be read: {error}.")
            return
        work.create(scope, "action_status", {
            "action_id": action_id, "status": fields.get("status", now[0]), "due": fields.get("due", now[1]),
            "on": on, "by": laptop.who.id, "meeting_id": meeting_id,
        })  # fmt: skip
    if text:
        work.create(scope, "action_progress", {
            "action_id": action_id, "on": on, "text": text, "text_readers": audience, "by": laptop.who.id,
            "visit_id": visit_id, "meeting_id": meeting_id,
        })  # fmt: skip
