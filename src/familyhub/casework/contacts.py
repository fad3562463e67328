"""The front door: recording that somebody told us of a worry about children."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.casework.checking import Check
from familyhub.casework.contact_entries import ContactAdultEntry, ContactChildEntry, ContactEntry
from familyhub.casework.entries import Saved
from familyhub.practice.days import NotADay, as_moment
from familyhub.practice.unborn import due_of, says_unborn, unborn_words, wrong_due
from familyhub.records.codes import CONTACT_CHANNEL, CONTACT_SOURCE, SAFE_NOW
from familyhub.store.laptop import new_id

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop


NOT_BORN_YET = "For a child who is not born yet leave it empty, and write “unborn, due 20 May” for the age."


def add_contact(laptop: Laptop, entry: ContactEntry) -> Saved:
    """Save a contact with its children; raises ``Refused``."""
    check = laptop.check()
    day = check.day("received", entry.received, needed="Which day did the contact arrive?", past=True)
    time = check.time("received_time", entry.received_time)
    fields = {
        "received_at": as_moment(day, time or "") if day else None,
        "channel": check.code("channel", entry.channel, CONTACT_CHANNEL),
        "source": check.code(
            "source", entry.source.upper(), CONTACT_SOURCE, needed="Which source is it (1A to 10)?"
        ),
        "who": check.line("who", entry.who) or None,
        "agency": check.line("agency", entry.agency) or None,
        "reach": check.line("reach", entry.reach) or None,
        "in_confidence": entry.in_confidence,
        "locality": laptop.who.locality,
        "address": check.line("address", entry.address) or None,
        "postcode": check.line("postcode", entry.postcode).upper() or None,
        "family_id": entry.family_id or None,
        "worry": check.text(
            "worry", entry.worry, needed="What is the worry, in the words of who contacted us?"
        ),
        "worry_readers": "workers",
        "tried": (tried := check.text("tried", entry.tried)) or None,
        "tried_readers": "workers" if tried else None,
        "parent_told": entry.parent_told,
        "parent_agrees": entry.parent_agrees,
        "by": laptop.who.id,
    }
    if not entry.children:
        check.wrong("children", "Which child is it about? A contact names at least one.")
    children = [_child(check, f"children:{n}", c) for n, c in enumerate(entry.children)]
    adults = [_adult(check, f"adults:{n}", a) for n, a in enumerate(entry.adults)]
    check.done()
    contact_id = new_id()
    scope = f"con:{contact_id}"
    with laptop.store.work(laptop.who.id) as work:
        work.create(scope, "contact", fields, contact_id)
        for child in children:
            child_id = work.create(scope, "contact_child", {"contact_id": contact_id, **child})
            if child["safe_now"]:
                work.create(scope, "contact_safe", {
                    "contact_id": contact_id, "contact_child_id": child_id, "safe_now": child["safe_now"],
                    "at": laptop.moment, "by": laptop.who.id,
                })  # fmt: skip
        for adult in adults:
            work.create(scope, "contact_adult", {"contact_id": contact_id, **adult})
    return laptop.saved(contact_id, entry.draft_id)


def _child(check: Check, field: str, child: ContactChildEntry) -> dict[str, str | None]:
    words = check.text(field, child.words)
    return {
        "given": check.line(field, child.given, needed="What is the child called? “not known” is an answer."),
        "family_name": check.line(field, child.family_name) or None,
        "birth_date": check.day(field, child.birth_date, past=True, instead=NOT_BORN_YET),
        "age": _age(check, field, child.age, born=bool(child.birth_date.strip())) or None,
        "school": check.line(field, child.school) or None,
        "safe_now": check.code(field, child.safe_now, SAFE_NOW),
        "words": words or None,
        "words_readers": "workers" if words else None,
    }


def _age(check: Check, field: str, typed: str, *, born: bool) -> str:
    """An age as it was said; of a child who is not born yet the day it is due is read, and kept with its year."""
    said = check.line(field, typed)
    if not says_unborn(said):
        return said
    if born:
        check.wrong(field, "A birth date and “unborn”: which of the two is right? Take the other out.")
    try:
        due = due_of(said, check.today)
    except NotADay as error:
        check.wrong(field, str(error))
        return said
    if due is not None and (sentence := wrong_due(due, check.today)):
        check.wrong(field, sentence)
    return said if due is None else unborn_words(due)


def _adult(check: Check, field: str, adult: ContactAdultEntry) -> dict[str, str | None]:
    return {
        "given": check.line(field, adult.given, needed="What is the adult called? “not known” is an answer."),
        "family_name": check.line(field, adult.family_name) or None,
        "birth_date": check.day(field, adult.birth_date, past=True),
        "tie": check.line(field, adult.tie) or None,
    }
