"""Recording what must be known before a visit: safety notes, and a person who may be a risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from familyhub.casework import reading
from familyhub.casework.checking import Check
from familyhub.casework.entries import Saved
from familyhub.casework.problems import refuse
from familyhub.casework.safety_entries import EndNoteEntry, RiskEntry, SafetyNoteEntry
from familyhub.practice.days import show_day
from familyhub.practice.family_file import FamilyFile, SafetyLine
from familyhub.practice.household import Member
from familyhub.practice.safety import RiskView, usual_review
from familyhub.records.codes import READERS, RISK, SAFETY_NOTE_KIND, CodeList

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop
    from familyhub.store.laptop import Work

WORKERS = "workers"
"""Who may read a safety note unless somebody widens it (safe practice)."""
YES_NO = CodeList("told", {"yes": "yes", "no": "no"})
SAME_DAY = "It is to be looked at again on that day already."
NO_NOTE = "That safety note is in this family's file no more."


def person_of(check: Check, file: FamilyFile, person_id: str, *, needed: str = "") -> Member | None:
    """Somebody of the family or its network by id; problems go to ``check``."""
    if not person_id:
        if needed:
            check.wrong("person_id", needed)
        return None
    found = next((m for m in (*file.adults, *file.children) if m.id == person_id), None)
    if found is None:
        check.wrong("person_id", f"{person_id[:40]} is nobody in this family.")
    return found


def change_row(
    work: Work, check: Check, file: FamilyFile, entity: str, row_id: str, rev: str, fields: dict[str, Any]
) -> None:
    """Change a row that was on screen with ``rev``; raises ``Refused`` for a revision that is none."""
    try:
        work.change(f"fam:{file.id}", entity, row_id, rev, fields)
    except ValueError as error:
        raise refuse("rev", f"The revision cannot be read: {error}.") from error


def _day(
    check: Check,
    field: str,
    typed: str,
    held: str | None,
    needed: str,
    *,
    past: bool = False,
    ahead: bool = False,
) -> str | None:
    """A day as it stands, or as it was typed anew; only what is typed anew is checked."""
    return held if typed == held else check.day(field, typed, needed=needed, past=past, ahead=ahead)


# -- safety notes ----------------------------------------------------------------------------------------------


def add_safety_note(laptop: Laptop, entry: SafetyNoteEntry) -> Saved:
    """Record what must be known before a visit. A note has a review: the usual one where none is named. Raises ``Refused``."""
    file = reading.family(laptop, entry.family_id)
    today = laptop.today.isoformat()
    usual = {"what_readers": WORKERS, "from_on": today, "review_on": usual_review(laptop.today)}
    check = laptop.check()
    fields = _note(check, file, entry, usual, new=True)
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        row = work.create(f"fam:{file.id}", "safety_note", {**fields, "by": laptop.who.id})
    return laptop.saved(
        row, entry.draft_id, f"look at it again {show_day(fields['review_on'], laptop.today)}"
    )


def change_safety_note(laptop: Laptop, entry: SafetyNoteEntry) -> Saved:
    """Reword a safety note, move its review, or say that the family was told; raises ``Refused``."""
    file, note = _holding(laptop, entry.family_id, entry.note_id)
    held = {
        "kind": note.kind_code or None, "person_id": note.person_id or None, "what": note.what or None,
        "what_readers": note.readers, "from_on": note.from_on or None, "review_on": note.review_on, "told": note.told,
        "told_how": note.told_how or None,
    }  # fmt: skip
    check = laptop.check()
    fields = _note(check, file, entry, held, new=False)
    check.done()
    changed = {f: v for f, v in fields.items() if v != held.get(f)}
    if not changed and entry.review_on:
        raise refuse("review_on", SAME_DAY)
    if not changed:
        raise refuse(
            "note", "Nothing to save yet: reword it, say when it is looked at again, or who was told."
        )
    with laptop.store.work(laptop.who.id) as work:
        change_row(work, check, file, "safety_note", note.id, entry.rev or note.rev, changed)
    return laptop.saved(note.id, entry.draft_id)


def end_safety_note(laptop: Laptop, entry: EndNoteEntry) -> Saved:
    """End a safety note, because; the reason stands in the story, for the record of the note has no place for it.

    Raises ``Refused``.
    """
    file, note = _holding(laptop, entry.family_id, entry.note_id)
    check = laptop.check()
    on = check.day("on", entry.on, needed="Since which day does it hold no longer?", past=True)
    if on and note.from_on and on < note.from_on:
        check.wrong("on", f"It holds since {show_day(note.from_on, laptop.today)}: it cannot end before.")
    because = check.text(
        "because", entry.because, needed="Why does it hold no longer? Whoever visits next will ask."
    )
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        change_row(work, check, file, "safety_note", note.id, entry.rev or note.rev, {"ended_on": on})
        work.create(f"fam:{file.id}", "note", {
            "kind": "event", "on": on, "text": f"Safety note ended ({note.kind}): {because}", "text_readers": WORKERS,
            "by": laptop.who.id, "written_at": laptop.moment,
        })  # fmt: skip
    return laptop.saved(note.id, entry.draft_id)


def _holding(laptop: Laptop, family_id: str, note_id: str) -> tuple[FamilyFile, SafetyLine]:
    file = reading.family(laptop, family_id)
    for note in file.safety:
        if note.id == note_id:
            return file, note
    for note in file.safety_ended:
        if note.id == note_id:
            ended = show_day(note.ended_on, laptop.today)
            raise refuse("note", f"This note ended on {ended}. What holds again is a note of its own.")
    raise refuse("note", NO_NOTE)


def _note(
    check: Check, file: FamilyFile, entry: SafetyNoteEntry, held: dict[str, Any], *, new: bool
) -> dict[str, Any]:
    """The note as it is to stand; problems go to ``check``."""
    fields = dict(held)
    if entry.kind is not None or new:
        fields["kind"] = check.code("kind", entry.kind or "", SAFETY_NOTE_KIND, needed="What is it about?")
    if entry.person_id is not None:
        person_of(check, file, entry.person_id)
        fields["person_id"] = entry.person_id or None
    if entry.what is not None or new:
        needed = "What must be known before a visit? In words that the family may read."
        fields["what"] = check.text("what", entry.what or "", needed=needed)
    if entry.what_readers is not None:
        fields["what_readers"] = check.code(
            "what_readers", entry.what_readers, READERS, needed="Who may read it?"
        )
    if entry.from_on is not None:
        fields["from_on"] = _day(
            check, "from_on", entry.from_on, held.get("from_on"), "Since when?", past=True
        )
    if entry.review_on is not None and not (new and not entry.review_on.strip()):
        needed = "When is it looked at again? A safety note always has a day."
        fields["review_on"] = _day(
            check, "review_on", entry.review_on, held.get("review_on"), needed, ahead=True
        )
    _told(check, entry, fields, new=new)
    return fields


def _told(check: Check, entry: SafetyNoteEntry, fields: dict[str, Any], *, new: bool) -> None:
    """Families read files: whether they were told of a note is asked, with how, or why not."""
    if entry.told is None and entry.told_how is None and not new:
        return
    if entry.told is not None or new:
        needed = "Was the family told? They read this file."
        told = check.code("told", entry.told or "", YES_NO, needed=needed)
        fields["told"] = None if told is None else told == "yes"
    if entry.told_how is not None or new:
        fields["told_how"] = check.line("told_how", entry.told_how or "") or None
    if fields.get("told") is not None and not fields.get("told_how"):
        needed = (
            "How were they told, and by whom?"
            if fields["told"]
            else "Why were they not told? They read this file."
        )
        check.wrong("told_how", needed)


# -- a person who may be a risk --------------------------------------------------------------------------------


def record_risk(laptop: Laptop, entry: RiskEntry) -> Saved:
    """Record what is known about a person who may be a risk, with its source and day; raises ``Refused``."""
    file = reading.family(laptop, entry.family_id)
    check = laptop.check()
    person = person_of(check, file, entry.person_id, needed="Who is it about?")
    usual = {"what_readers": WORKERS, "on": laptop.today.isoformat(), "review_on": usual_review(laptop.today)}
    fields = _risk(check, entry, usual, new=True)
    if person is not None and fields.get("risk") == "none" and person.risk:
        check.wrong(
            "risk",
            f"Something is recorded about {person.given}. Change that, and say why it holds no longer.",
        )
    check.done()
    with laptop.store.work(laptop.who.id) as work:
        row = work.create(f"fam:{file.id}", "person_risk", {**fields, "person_id": entry.person_id})
    return laptop.saved(
        row, entry.draft_id, f"look at it again {show_day(fields['review_on'], laptop.today)}"
    )


def change_risk(laptop: Laptop, entry: RiskEntry) -> Saved:
    """Change what is known, or move its review; *none known* asks for words that say why. Raises ``Refused``."""
    file = reading.family(laptop, entry.family_id)
    found: RiskView | None = next(
        (r for m in (*file.adults, *file.children) for r in m.risks if r.id == entry.risk_id), None
    )
    if found is None:
        raise refuse("risk", "That is in this family's file no more.")
    held = {
        "risk": found.risk or None, "source": found.source or None, "on": found.on or None, "review_on": found.review_on,
        "what": found.what or None, "what_readers": found.readers,
    }  # fmt: skip
    check = laptop.check()
    fields = _risk(check, entry, held, new=False)
    changed = {f: v for f, v in fields.items() if v != held.get(f)}
    if changed.get("risk") == "none" and "what" not in changed:
        check.wrong(
            "what", "Why is nothing known any more? Add it to the words; what stood there stays readable."
        )
    check.done()
    if not changed and entry.review_on:
        raise refuse("review_on", SAME_DAY)
    if not changed:
        raise refuse("risk", "Nothing to save yet: change what is known, or say when it is looked at again.")
    with laptop.store.work(laptop.who.id) as work:
        change_row(work, check, file, "person_risk", found.id, entry.rev or found.rev, changed)
    return laptop.saved(found.id, entry.draft_id)


def _risk(check: Check, entry: RiskEntry, held: dict[str, Any], *, new: bool) -> dict[str, Any]:
    """What is known, as it is to stand; problems go to ``check``."""
    fields = dict(held)
    if entry.risk is not None or new:
        needed = "What is it: an allegation, police information, or a conviction?"
        fields["risk"] = check.code("risk", entry.risk or "", RISK, needed=needed)
    if entry.source is not None or new:
        needed = "From whom is it known? Nobody who told it in confidence."
        fields["source"] = check.line("source", entry.source or "", needed=needed)
    if entry.on is not None:
        fields["on"] = _day(check, "on", entry.on, held.get("on"), "Of which day is it?", past=True)
    if entry.what is not None or new:
        fields["what"] = check.text(
            "what", entry.what or "", needed="What is known, and what does it mean for a visit?"
        )
    if entry.what_readers is not None:
        fields["what_readers"] = check.code(
            "what_readers", entry.what_readers, READERS, needed="Who may read it?"
        )
    if entry.review_on is not None and not (new and not entry.review_on.strip()):
        needed = "When is it looked at again? It always has a day."
        fields["review_on"] = _day(
            check, "review_on", entry.review_on, held.get("review_on"), needed, ahead=True
        )
    return fields
