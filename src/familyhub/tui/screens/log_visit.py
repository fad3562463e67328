"""*Log visit*: one page, kept at every pause. Finishing locks it; what comes later is an amendment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from familyhub.casework.checking import clean
from familyhub.casework.entries import VisitEntry
from familyhub.casework.problems import Problem
from familyhub.tui.screens import log_visit_entry as rules
from familyhub.tui.screens.log_visit_children import ChildrenRows, ChildWords
from familyhub.tui.screens.log_visit_parts import HiddenNote, PartsLine, Section, missed, sections
from familyhub.tui.screens.parted import PartedForm
from familyhub.tui.widgets.autosave import AT, kept_words
from familyhub.tui.widgets.fields import Field, FieldChanged, FormRow, LineField, fields_in, show_problems
from familyhub.tui.widgets.fields_choice import AskField
from familyhub.tui.widgets.fields_ticks import Tick, TicksField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

READY = "Nothing more is needed. ^S finishes and locks it."
FRONT_ROOM = "The rest is asked after the visit. F2 keeps this and goes back."
FIRST = 4
"""As many sections fill the first screen."""
_TEXTS = (
    "kind", "outcome", "on", "start_at", "end_at", "with_worker_id", "did_instead", "next_try", "happened",
    "happened_readers", "meaning", "meaning_readers", "safe", "next_on", "next_at", "next_kind", "no_next_because",
)  # fmt: skip


def open_page(laptop: Laptop, family_id: str, draft_id: str | None) -> tuple[rules.Opened, str]:
    """What the page opens with, and when its draft was kept. Runs in a thread."""
    from familyhub.casework import drafts, reading

    file = reading.family(laptop, family_id)
    entry, kept_at = rules.begin(file, laptop.today), ""
    draft = next((d for d in drafts.unfinished(laptop, family_id) if d.id == draft_id), None)
    found = drafts.reopen(laptop, draft.id) if draft else None
    if draft and found and isinstance(found[1], VisitEntry):
        entry, kept_at = found[1], draft.saved_at
    rules.settle(entry, file)
    opened = rules.Opened(
        file, entry, laptop.today, laptop.who.id, laptop.who.name, tuple(reading.workers(laptop)),
        reading.rhythm(laptop, file),
    )  # fmt: skip
    return opened, kept_at


class LogVisitScreen(PartedForm):
    """The page for one visit to one family."""

    place = "log_visit"
    draft_kind = "visit"
    CSS_PATH = "log_visit.tcss"
    LAST_PART = rules.ACTIONS
    BINDINGS: ClassVar[list[Any]] = []

    def __init__(self, family_id: str, *, draft_id: str | None = None, child_id: str | None = None) -> None:
        super().__init__()
        self.family_id, self._draft_id, self._child_id = family_id, draft_id, child_id
        self.opened: rules.Opened | None = None
        self._front = self._busy = self._ready = False

    @property
    def family_here(self) -> str | None:
        """The family that is visited."""
        return self.family_id

    def body(self) -> ComposeResult:
        """The parts line, the sections, and what is still needed."""
        yield PartsLine(id="parts")
        yield VerticalScroll(id="visit-page", can_focus=False)
        yield Static("", id="needed", markup=False)

    # -- opening --------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Open the page once; after that only the front-room view changes what is shown."""
        front = self.hub_app.front_room is not None
        if self.opened is None:
            if not self._busy:
                self._busy = True
                self.work(
                    open_page,
                    self.laptop,
                    self.family_id,
                    self._draft_id,
                    then=self._open,
                    failed=self._not_open,
                )
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
        """The cursor goes where the draft's author left it; where that is not there any more, as on a new page."""
        if not self.return_to(self):
            self._begin()
        field = self.focused
        self.reveal(field if isinstance(field, Field) else fields_in(self)[0])

    def _not_open(self, sentence: str, problems: Sequence[Problem]) -> None:
        self._busy = False
        self.hub_app.say(sentence, wrong=True)
        self.leave()

    async def _build(self, then: Callable[[], None] = lambda: None) -> None:
        """Put the sections on the page, as the entry stands: what is seen at once first, the rest right behind it."""
        assert self.opened is not None
        self._ready = False
        self._front = self.hub_app.front_room is not None
        file = self.opened.file
        name = clean(file.name).removesuffix(" family")
        street = "" if self._front else clean(file.address).partition(",")[0]
        self.heading = " · ".join(p for p in ("Log visit", name, street) if p)
        page = self.query_one("#visit-page", VerticalScroll)
        coming = sections(self.opened, front=self._front)
        self.set_class(self._missed, "-missed")
        with self.app.batch_update():
            await page.remove_children()
            await self._mount(page, islice(coming, FIRST))
        self.tell_needed()
        if self.entry.page.get(AT) or self._child_id:
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
        with self.app.batch_update():
            await self._mount(page, coming)
        self._ready = True
        then()

    def _begin(self) -> None:
        """The cursor goes to the first thing that is needed, or to the child the page was opened for."""
        first = "start_at"
        for field in fields_in(self):
            if self._child_id and isinstance(field, ChildrenRows) and self._child_id in field.ids:
                self.show_part(rules.CHILDREN)
                field.go_to(str(field.ids.index(self._child_id)))
                field.focus()
                return
        next(f for f in fields_in(self) if f.field == first).focus()

    # -- what changes ---------------------------------------------------------------------------------------------

    def on_field_changed(self, event: FieldChanged) -> None:
        """Keep what was typed in the entry, and on the disk at the next pause."""
        field, entry = event.by, self.entry
        if entry is None or (field.field in ("others", "blank") and not self._front):
            return
        before = self._told(entry)
        name, answer = field.field, field.answer
        if name in _TEXTS:
            setattr(entry, name, answer)
        elif name in ("planned", "significant"):
            setattr(entry, name, answer == "yes")
        elif name == "told_family":
            entry.told_family = {"": None, "yes": True, "no": False}[answer]
        elif isinstance(field, TicksField):
            entry.present = [t for t in field.ticked if not t.startswith("other:")]
            entry.others = [t[6:] for t in field.ticked if t.startswith("other:")]
        elif name == "blank":
            note = self.query_one(HiddenNote)
            entry.happened = note.whole()
        if (
            name in (*_TEXTS, "planned", "significant", "told_family", "present", "blank")
            and self._told(entry) == before
        ):
            return
        if name == "outcome":
            self.run_worker(self._fold(), exclusive=True, group="fold")
        if name == "start_at":
            self.query_one("#start-hint").display = False
        self.tell_needed()
        self.touched()

    @staticmethod
    def _told(entry: VisitEntry) -> tuple[Any, ...]:
        """What fields of the page itself hold, to see whether anything changed."""
        return (
            *(getattr(entry, n) for n in _TEXTS), entry.planned, entry.significant, entry.told_family,
            tuple(entry.present), tuple(entry.others),
        )  # fmt: skip

    async def on_children_rows_words(self, event: ChildrenRows.Words) -> None:
        """A child was seen, or somebody wants to write their words: make room for them."""
        event.stop()
        assert self.opened is not None
        room = self.query_one("#words")
        found = next((w for w in room.query(ChildWords) if w.child.id == event.person_id), None)
        if found is None:
            order = [c.id for c in self.opened.file.children]
            at = order.index(event.person_id)
            found = ChildWords(self.opened.file.children[at], self.entry.children[at], self.opened.today)
            after = [w for w in room.query(ChildWords) if order.index(w.child.id) > at]
            await room.mount(found, before=after[0] if after else None)
        if event.go:
            found.write()

    def on_ticks_field_more(self) -> None:
        """``+ someone else``: ask for the name."""
        name = next(iter(self.query("#someone LineField").results(LineField)), None)
        if name is None:
            name = LineField("others", placeholder="their name; Enter adds it")
            self.query_one("#there-part").mount(FormRow(" ", name, id="someone"))
        name.focus()

    def on_line_field_entered(self, event: LineField.Entered) -> None:
        """The name of somebody else who was there."""
        if event.by.field == "others":
            event.stop()
            name, there = event.by.value.strip(), self.query_one(TicksField)
            there.focus()
            self.query("#someone").remove()
            if name and f"other:{name}" not in there.ticked:
                there.add(Tick(f"other:{name}", f"{clean(name)} (not in the file)"))

    def on_ask_field_taken(self, event: AskField.Taken) -> None:
        """The safety question is answered: on, or to what to do."""
        event.stop()
        self.focus_next()
        if event.code != "no":
            self.app.call_later(self.app.run_action, "app.worry")

    # -- parts ----------------------------------------------------------------------------------------------------

    def stops(self) -> list[Section]:
        """The sections at which F6 stops; those of a visit that was made only where it was."""
        return [s for s in super().stops() if not (self._missed and s.has_class("made"))]

    @property
    def _missed(self) -> bool:
        return self.entry is not None and self.entry.outcome != "made"

    async def _fold(self) -> None:
        """A visit that was not made asks only what I did, and when I try again."""
        assert self.opened is not None
        if self._missed and not self.query("#missed-part"):
            await self.query_one("#visit-page").mount(missed(self.opened), after="#visit-part")
        self.set_class(self._missed, "-missed")
        self.show_part(rules.VISIT if self._missed else self.part)

    def tell_needed(self) -> None:
        """What is still needed to finish, part by part."""
        if self.opened is None:
            return
        needed = rules.still_needed(self.entry, self.opened.file, self.opened.today)
        parts = self.query_one(PartsLine)
        shown = self.query_one("#needed", Static)
        if self._front:
            parts.show(self.part, set(), rules.FRONT_PARTS)
            shown.update(FRONT_ROOM)
            return
        parts.show(self.part, set(rules.PARTS) - {n.part for n in needed})
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
        """^S: save and lock the visit, or show what is missing."""
        if self.opened is None or self._busy or not self._ready:
            return
        if self._front:
            await self.keep()
            self.say(
                "Kept as a draft. After the visit, outside the front-room view, answer the rest and finish."
            )
            return
        problems = rules.problems(self.entry, self.opened.file, self.opened.today)
        if problems:
            self._refused(" ".join(p.sentence for p in problems), problems)
            return
        self._busy = True
        await self.keep()
        await self.autosave.stop()
        entry = rules.finished(self.entry, self.opened.file)
        self.work(_log_visit, self.laptop, entry, then=self._finished, failed=self._refused)

    def _finished(self, saved: Saved) -> None:
        self.entry = None
        self.hub_app.say("Visit saved on this laptop · not yet sent")
        self.hub_app.nudge_sync()
        self.leave()

    def _refused(self, sentence: str, problems: Sequence[Problem]) -> None:
        self._busy = False
        self.autosave.go_on()
        homeless = show_problems(self.query_one("#visit-page"), problems, self.reveal)
        if homeless or not problems:
            self.hub_app.say(" ".join(p.sentence for p in homeless) or sentence, wrong=True)


def _log_visit(laptop: Laptop, entry: VisitEntry) -> Saved:
    from familyhub.casework import visits

    return visits.log_visit(laptop, entry)
