"""F8, *Worried about a child*: the words used, what was done, and who was told. Saving is not telling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from familyhub.casework import reading
from familyhub.casework.entries import ConcernEntry, Saved, ToldEntry
from familyhub.casework.problems import refuse
from familyhub.practice.family_file import FamilyFile
from familyhub.records.contacts import Concern
from familyhub.store.laptop import new_id
from familyhub.store.queries.rows import rev, session, visible

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop


@dataclass(frozen=True, slots=True)
class OpenConcern:
    """A worry of which nobody has been told yet."""

    id: str
    family_id: str | None
    family: str
    children: str
    said: str
    done: str
    seen_on: str
    seen_at: str
    by: str
    rev: str
    told_name: str = ""


def raise_concern(laptop: Laptop, entry: ConcernEntry) -> Saved:
    """Save a worry: a contact for social care at the front door with the worry in it. Raises ``Refused``."""
    check = laptop.check()
    file = reading.family(laptop, entry.family_id) if entry.family_id else None
    names = check.line("child_names", entry.child_names) or _names(file, entry.children)
    if not names:
        check.wrong("child_names", "Which child is it? A first name, or “not known”, is enough.")
    said = check.text("said", entry.said, needed="What was said or seen? Use the child's own words.")
    told_name = check.line("told_name", entry.told_name)
    done = check.text("done", entry.done)
    seen_on = check.day("seen_on", entry.seen_on, needed="Which day was it?", past=True)
    seen_at = check.time("seen_at", entry.seen_at)
    role = check.line("told_role", entry.told_role)
    check.done()
    contact_id = new_id()
    scope = f"con:{contact_id}"
    with laptop.store.work(laptop.who.id) as work:
        work.create(scope, "contact", {
            "received_at": laptop.moment, "channel": "worry", "source": "5D", "who": laptop.who.name,
            "agency": "early help", "locality": laptop.who.locality, "family_id": entry.family_id or None,
            "worry": said, "worry_readers": "workers", "outcome": "social_care", "by": laptop.who.id,
        }, contact_id)  # fmt: skip
        for child_id in entry.children:
            work.create(scope, "contact_child", {"contact_id": contact_id, "person_id": child_id,
                                                 "given": _names(file, [child_id]) or "not known"})  # fmt: skip
        concern_id = work.create(scope, "concern", {
            "contact_id": contact_id, "family_id": entry.family_id or None, "child_ids": ",".join(entry.children) or None,
            "child_names": names, "said": said, "said_readers": "workers", "seen_on": seen_on, "seen_at": seen_at,
            "done": done or None, "done_readers": "workers" if done else None, "told_role": role or None,
            "told_name": told_name or None, "told_at": laptop.moment if told_name else None, "by": laptop.who.id,
        })  # fmt: skip
    note = "" if told_name else "Nobody has been told yet: saving is not telling."
    return laptop.saved(concern_id, entry.draft_id, note)


def record_told(laptop: Laptop, entry: ToldEntry) -> Saved:
    """Record the named person who was told. Raises ``Refused``."""
    check = laptop.check()
    name = check.line(
        "told_name", entry.told_name, needed="Who was told? Write the name of the person you spoke to."
    )
    role = check.line("told_role", entry.told_role)
    done = check.text("done", entry.done)
    check.done()
    found = next((c for c in _all(laptop) if c.id == entry.concern_id), None)
    if found is None:
        raise refuse("concern_id", "That worry is not on this laptop.")
    fields = {"told_name": name, "told_role": role or None, "told_at": laptop.moment}
    if done:
        fields |= {"done": done, "done_readers": "workers"}
    with laptop.store.work(laptop.who.id) as work:
        work.change(found.scope, "concern", found.id, rev(found), fields)
    return laptop.saved(found.id, entry.draft_id)


def open_concerns(laptop: Laptop) -> list[OpenConcern]:
    """Worries of which nobody is recorded as told, oldest first."""
    waiting = [c for c in _all(laptop) if not (c.told_name or "").strip()]
    return [_open(laptop, c) for c in sorted(waiting, key=lambda c: (c.created_hlc or 0, c.id))]


def find(laptop: Laptop, concern_id: str) -> OpenConcern | None:
    """One worry."""
    found = next((c for c in _all(laptop) if c.id == concern_id), None)
    return _open(laptop, found) if found else None


def _open(laptop: Laptop, c: Concern) -> OpenConcern:
    names = dict(reading.workers(laptop))
    family = ""
    if c.family_id:
        with laptop.store.reading() as connection:
            sql = "select name from family where scope = ? and id = ?"
            row = connection.exec_driver_sql(sql, (f"fam:{c.family_id}", c.family_id)).first()
            family = (row[0] or "") if row else ""
    return OpenConcern(
        c.id, c.family_id, family, c.child_names or "", c.said or "", c.done or "", c.seen_on or "", c.seen_at or "",
        names.get(c.by or "", c.by or ""), rev(c), c.told_name or "",
    )  # fmt: skip


def _all(laptop: Laptop) -> list[Concern]:
    with laptop.store.reading() as connection, session(connection) as db:
        scopes = [s for (s,) in connection.exec_driver_sql("select distinct scope from concern")]
        return visible(db, Concern, scopes)


def _names(file: FamilyFile | None, children: list[str]) -> str:
    if file is None:
        return ""
    known = {c.id: c.given for c in file.children}
    return ", ".join(known[c] for c in children if c in known)
