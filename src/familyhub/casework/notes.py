"""Writing a note of a call, text, e-mail or talk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.casework import reading
from familyhub.casework.entries import NoteEntry, Saved
from familyhub.records.codes import NOTE_KIND, READERS

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop


def add_note(laptop: Laptop, entry: NoteEntry) -> Saved:
    """Save a note in a family's file; raises ``Refused``."""
    reading.family(laptop, entry.family_id)
    check = laptop.check()
    fields = {
        "kind": check.code(
            "kind", entry.kind, NOTE_KIND, needed="What kind of note is it: a call, text, e-mail, talk?"
        ),
        "on": check.day("on", entry.on, needed="Which day was it?", past=True),
        "at": check.time("at", entry.at),
        "who": check.line("who", entry.who) or None,
        "agency": check.line("agency", entry.agency) or None,
        "text": check.text("text", entry.text, needed="The note is empty: write what was said."),
        "text_readers": check.code("readers", entry.readers, READERS),
        "significant": entry.significant or None,
        "impact": (impact := check.text("impact", entry.impact)) or None,
        "impact_readers": "workers" if impact else None,
        "by": laptop.who.id,
        "written_at": laptop.moment,
        "amends": entry.amends or None,
    }
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        note_id = work.create(f"fam:{entry.family_id}", "note", fields)
    return laptop.saved(note_id, entry.draft_id)
