"""*Meeting*: a Team Around the Family or a review in one pass, kept at every pause. Finishing locks it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from familyhub.casework.checking import clean
from familyhub.casework.meeting_entries import Guest, MeetingEntry
from familyhub.casework.plan_entries import ActionEntry
from familyhub.casework.problems import Problem
from familyhub.practice.meetings import Needed
from familyhub.tui.screens import meeting_entry as rules
from familyhub.tui.screens.log_visit_parts import Section
from familyhub.tui.screens.meeting_parts import sections
from familyhub.tui.screens.meeting_rows import AgreedRows, GuestRows
from familyhub.tui.screens.parted import PartedForm, draft_of
from familyhub.tui.widgets.fields import FieldChanged, LineField, fields_in

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

_TEXTS = (
    "kind", "on", "at", "place", "better", "worry", "next", "answers_readers", "summary", "summary_readers",
    "decision", "because", "because_readers", "next_due", "no_next_because", "although",
)  # fmt: skip
_NEW = ("new_what", "new_who", "new_agency", "new_due", "new_need")
"""Fields in which an action that was agreed is written before it is added."""


class MeetingScreen(PartedForm[rules.Opened]):
    """The page for one meeting with one family."""

    place = "meeting"
    draft_kind = "meeting"
    CSS_PATH = "meeting.tcss"
    ABOUT = "meeting"
    PARTS = FRONT_PARTS = rules.PARTS
    SAVED = "Meeting saved on this laptop · not yet sent. 6 on the family's page reads its minutes"

    # -- opening and finishing ------------------------------------------------------------------------------------

    def read(self, laptop: Laptop) -> tuple[rules.Opened, str]:
        """The file with the meeting that is planned, and what was written about it before."""
        from familyhub.casework import meetings, reading

        file = reading.family(laptop, self.family_id)
        planned = meetings.next_planned(file)
        draft, kept_at = draft_of(laptop, self.family_id, self._draft_id, MeetingEntry)
        entry = draft or rules.begin(file, planned, laptop.today)
        meant = planned if planned is not None and planned.id == entry.meeting_id else None
        opened = rules.Opened(file, entry, laptop.today, laptop.who.id, dict(reading.workers(laptop)), meant)
        rules.settle(entry, opened)
        return opened, kept_at

    def sections(self, opened: rules.Opened) -> Iterator[Section]:
        """Who, children, then and now, decision."""
        return sections(opened, front=self._front)

    def heading_words(self, opened: rules.Opened) -> str:
        """Whose meeting."""
        return f"Meeting · {clean(opened.file.name).removesuffix(' family')}"

    def begin(self) -> None:
        """With who came."""
        self.query_one(GuestRows).focus()

    def needed(self, opened: rules.Opened) -> list[Needed]:
        """What is missing."""
        return rules.needed(self.entry, opened)

    def problems(self, opened: rules.Opened) -> list[Problem]:
        """What is missing, in sentences."""
        return rules.problems(self.entry, opened)

    def finished(self, opened: rules.Opened) -> MeetingEntry:
        """Only what was answered."""
        return rules.finished(self.entry)

    def do(self, laptop: Laptop, entry: MeetingEntry) -> Saved:
        """Save and lock it."""
        from familyhub.casework import meetings

        return meetings.hold_meeting(laptop, entry)

    # -- what changes ---------------------------------------------------------------------------------------------

    def on_field_changed(self, event: FieldChanged) -> None:
        """Keep what was typed in the entry, and on the disk at the next pause."""
        field, entry = event.by, self.entry
        if entry is None or field.field == "new_guest":
            return
        name, answer = field.field, field.answer
        if name in _TEXTS:
            if getattr(entry, name) == answer:
                return
            setattr(entry, name, answer)
        elif name in _NEW:
            if entry.page.get(name, "") == answer:
                return
            entry.page[name] = answer
        self.tell_needed()
        self.touched()

    def on_line_field_entered(self, event: LineField.Entered) -> None:
        """Enter adds somebody else who was there, and in its last field an action that was agreed."""
        if event.by.field == "new_guest":
            event.stop()
            self._add_guest(event.by)
        elif event.by.field == "new_due":
            self._add_action(event.by)

    def _add_guest(self, field: LineField) -> None:
        name, _, agency = (p.strip() for p in field.value.partition(","))
        if name:
            self.query_one(GuestRows).add(Guest(name=name, agency=agency, state="came"))
            field.value = ""
            self.set_focus(field)

    def _add_action(self, field: LineField) -> None:
        """What stands in the fields becomes an action; whoever is known by that name owns it."""
        assert self.opened is not None
        entry = self.entry
        typed = {f.field: f for f in fields_in(self) if f.field in _NEW}
        what, who = typed["new_what"].answer.strip(), typed["new_who"].answer.strip()
        if not what:
            return
        if sentence := field.unread():
            field.wrong(sentence)
            return
        action = ActionEntry(
            self.family_id, what=what, agency=typed["new_agency"].answer.strip() or None, due=field.answer or None,
            need_id=typed["new_need"].answer or None,
        )  # fmt: skip
        people = {p.given.lower(): p.id for p in (*self.opened.file.adults, *self.opened.file.children)}
        workers = {name.lower(): identity for identity, name in self.opened.workers.items()}
        if who.lower() in people:
            action.owner_person_id = people[who.lower()]
            action.agency = action.agency or "family"
        elif who.lower() in workers:
            action.owner_worker_id = workers[who.lower()]
            action.agency = action.agency or "council"
        elif who:
            action.owner = who
        entry.agreed.append(action)
        for name, shown in typed.items():
            if name != "new_need":
                shown.answer = ""
                entry.page.pop(name, None)
        self.query_one(AgreedRows).renew()
        self.call_after_refresh(typed["new_what"].focus)
