"""*Meeting*: a Team Around the Family or a review in one pass, kept at every pause. Finishing locks it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from familyhub.casework.checking import clean
from familyhub.casework.meeting_entries import Guest, MeetingEntry
from familyhub.casework.plan_entries import ActionEntry
from familyhub.casework.problems import Problem
from familyhub.practice.meetings import DECISION
from familyhub.tui.screens import meeting_entry as rules
from familyhub.tui.screens.log_visit_parts import PartsLine, Section
from familyhub.tui.screens.meeting_parts import sections
from familyhub.tui.screens.meeting_rows import AgreedRows, GuestRows
from familyhub.tui.screens.parted import PartedForm
from familyhub.tui.widgets.autosave import AT, kept_words
from familyhub.tui.widgets.fields import FieldChanged, LineField, fields_in, show_problems

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

READY = "Nothing more is needed. ^S finishes and locks it."
FRONT_ROOM = "The rest is asked after the meeting. F2 keeps this and goes back."
_TEXTS = (
    "kind", "on", "at", "place", "better", "worry", "next", "answers_readers", "summary", "summary_readers",
    "decision", "because", "because_readers", "next_due", "no_next_because", "although",
)  # fmt: skip
_NEW = ("new_what", "new_who", "new_agency", "new_due", "new_need")
"""Fields in which an action that was agreed is written before it is added."""


def open_page(laptop: Laptop, family_id: str, draft_id: str | None) -> tuple[rules.Opened, str]:
    """What the page opens with, and when its draft was kept. Runs in a thread."""
    from familyhub.casework import drafts, meetings, reading

    file = reading.family(laptop, family_id)
    planned = meetings.next_planned(file)
    entry, kept_at = rules.begin(file, planned, laptop.today), ""
    draft = next((d for d in drafts.unfinished(laptop, family_id) if d.id == draft_id), None)
    found = drafts.reopen(laptop, draft.id) if draft else None
    if draft and found and isinstance(found[1], MeetingEntry):
        entry, kept_at = found[1], draft.saved_at
    meant = planned if planned is not None and planned.id == entry.meeting_id else None
    opened = rules.Opened(file, entry, laptop.today, laptop.who.id, dict(reading.workers(laptop)), meant)
    rules.settle(entry, opened)
    return opened, kept_at


class MeetingScreen(PartedForm):
    """The page for one meeting with one family."""

    place = "meeting"
    draft_kind = "meeting"
    CSS_PATH = "meeting.tcss"
    LAST_PART = DECISION
    BINDINGS: ClassVar[list[Any]] = []

    def __init__(self, family_id: str, *, draft_id: str | None = None) -> None:
        super().__init__()
        self.family_id, self._draft_id = family_id, draft_id
        self.opened: rules.Opened | None = None
        self._front = self._busy = self._ready = False

    @property
    def family_here(self) -> str | None:
        """The family that meets."""
        return self.family_id

    def body(self) -> ComposeResult:
        """The parts line, the sections, and what is still needed."""
        yield PartsLine(id="parts")
        yield VerticalScroll(id="meeting-page", can_focus=False)
        yield Static("", id="needed", markup=False)

    # -- opening --------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Open the page once; after that only the front-room view changes what is shown."""
        front = self.hub_app.front_room is not None
        if self.opened is None:
            if not self._busy:
                self._busy = True
                self.work(
                    open_page, self.laptop, self.family_id, self._draft_id, then=self._open, failed=self._not_open
                )  # fmt: skip
        elif front != self._front:
            self.run_worker(self._build(), exclusive=True, group="build")

    async def _open(self, found: tuple[rules.Opened, str]) -> None:
        self._busy = False
        self.opened, kept_at = found
        self.entry = self.opened.entry
        if kept_at:
            self.kept = kept_words(datetime.fromisoformat(kept_at).astimezone())
        elif self._draft_id is not None:
            self.say("That draft is not here any more: it was finished or thrown away. This is a new page.")
        await self._build(self._take_up if kept_at else self._begin)

    def _take_up(self) -> None:
        """The part is shown in which the draft's author was, and the cursor goes where they left it."""
        name = self.entry.page.get(AT, "").partition("@")[0]
        left = next((f for f in fields_in(self) if f.field == name or f.takes(Problem(name, ""))), None)
        self.reveal(left or fields_in(self)[0])
        self.return_to(self)

    def _begin(self) -> None:
        self.query_one(GuestRows).focus()

    def _not_open(self, sentence: str, problems: Sequence[Problem]) -> None:
        self._busy = False
        self.hub_app.say(sentence, wrong=True)
        self.leave()

    async def _build(self, then: Callable[[], None] = lambda: None) -> None:
        """Put the sections on the page, as the entry stands."""
        assert self.opened is not None
        self._front = self.hub_app.front_room is not None
        self.heading = f"Meeting · {clean(self.opened.file.name).removesuffix(' family')}"
        page = self.query_one("#meeting-page", VerticalScroll)
        coming = sections(self.opened, front=self._front)
        self._ready = False
        with self.app.batch_update():
            await page.remove_children()
            await self._mount(page, islice(coming, 1))
        self.tell_needed()
        if self.entry.page.get(AT):
            await self._rest(page, coming, then)
        else:
            then()
            self.call_after_refresh(self._rest, page, coming, lambda: None)

    async def _mount(self, page: VerticalScroll, coming: Iterable[Section]) -> None:
        built = list(coming)
        for section in built if self.has_class("-parts") else ():
            section.set_class(section.part != self.part, "-elsewhere")
        await page.mount_all(built)

    async def _rest(self, page: VerticalScroll, coming: Iterable[Section], then: Callable[[], None]) -> None:
        """What is not seen at once is put on the page right behind it."""
        with self.app.batch_update():
            await self._mount(page, coming)
        self._ready = True
        then()

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

    def tell_needed(self) -> None:
        """What is still needed to finish, part by part."""
        if self.opened is None or not self.is_mounted:
            return
        needed = rules.needed(self.entry, self.opened)
        parts, shown = self.query_one(PartsLine), self.query_one("#needed", Static)
        if self._front:
            parts.show(self.part, set(), rules.PARTS)
            shown.update(FRONT_ROOM)
            return
        parts.show(self.part, set(rules.PARTS) - {n.part for n in needed}, rules.PARTS)
        words = rules.needed_words(needed, self.part if self.has_class("-parts") else None)
        shown.update(f"Still needed to finish: {words}" if words else READY)

    # -- leaving --------------------------------------------------------------------------------------------------

    async def action_keep_draft(self) -> None:
        """F2: keep it as a draft, and go back."""
        await self.keep()
        if self.autosave.pending:
            return
        if self.entry is not None and self.entry.draft_id:
            self.say("Draft kept on this laptop. Only you can see it; Today opens it again.")
        self.leave()

    async def action_finish(self) -> None:
        """^S: save and lock the meeting, or show what is missing."""
        if self.opened is None or self._busy or not self._ready:
            return
        await self.keep()
        if self._front:
            self.say(
                "Kept as a draft. After the meeting, outside the front-room view, answer the rest and finish."
            )
            return
        problems = rules.problems(self.entry, self.opened)
        if problems:
            self._refused(" ".join(p.sentence for p in problems), problems)
            return
        self._busy = True
        await self.autosave.stop()
        self.work(_hold, self.laptop, rules.finished(self.entry), then=self._finished, failed=self._refused)

    def _finished(self, saved: Saved) -> None:
        self.entry = None
        self.hub_app.say(
            "Meeting saved on this laptop · not yet sent. 6 on the family's page reads its minutes"
        )
        self.hub_app.nudge_sync()
        self.leave()

    def _refused(self, sentence: str, problems: Sequence[Problem]) -> None:
        self._busy = False
        self.autosave.go_on()
        homeless = show_problems(self.query_one("#meeting-page"), problems, self.reveal)
        if homeless or not problems:
            self.hub_app.say(" ".join(p.sentence for p in homeless) or sentence, wrong=True)


def _hold(laptop: Laptop, entry: MeetingEntry) -> Saved:
    from familyhub.casework import meetings

    return meetings.hold_meeting(laptop, entry)
