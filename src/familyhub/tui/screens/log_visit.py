"""*Log visit*: one page, kept at every pause. Finishing locks it; what comes later is an amendment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from familyhub.casework.checking import clean
from familyhub.casework.entries import VisitEntry
from familyhub.casework.problems import Problem
from familyhub.tui.screens import log_visit_entry as rules
from familyhub.tui.screens.log_visit_children import ChildrenRows, ChildWords
from familyhub.tui.screens.log_visit_parts import HiddenNote, Section, missed, sections
from familyhub.tui.screens.parted import PartedForm, draft_of
from familyhub.tui.widgets.fields import FieldChanged, FormRow, LineField, fields_in
from familyhub.tui.widgets.fields_choice import AskField
from familyhub.tui.widgets.fields_ticks import Tick, TicksField

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

_TEXTS = (
    "kind", "outcome", "on", "start_at", "end_at", "with_worker_id", "did_instead", "next_try", "happened",
    "happened_readers", "meaning", "meaning_readers", "safe", "next_on", "next_at", "next_kind", "no_next_because",
)  # fmt: skip


class LogVisitScreen(PartedForm[rules.Opened]):
    """The page for one visit to one family."""

    place = "log_visit"
    draft_kind = "visit"
    CSS_PATH = "log_visit.tcss"
    ABOUT = "visit"
    PARTS, FRONT_PARTS = rules.PARTS, rules.FRONT_PARTS
    FIRST = 4
    SAVED = "Visit saved on this laptop · not yet sent"

    def __init__(self, family_id: str, *, draft_id: str | None = None, child_id: str | None = None) -> None:
        super().__init__(family_id, draft_id=draft_id)
        self._child_id = child_id

    # -- opening and finishing ------------------------------------------------------------------------------------

    def read(self, laptop: Laptop) -> tuple[rules.Opened, str]:
        """The file, colleagues, when the next visit is due, and what was written about this one before."""
        from familyhub.casework import reading

        file = reading.family(laptop, self.family_id)
        draft, kept_at = draft_of(laptop, self.family_id, self._draft_id, VisitEntry)
        entry = rules.settle(draft or rules.begin(file, laptop.today), file, laptop.today)
        opened = rules.Opened(
            file, entry, laptop.today, laptop.who.id, laptop.who.name, tuple(reading.workers(laptop)),
            reading.rhythm(laptop, file),
        )  # fmt: skip
        return opened, kept_at

    def sections(self, opened: rules.Opened) -> Iterator[Section]:
        """Visit, children, what happened, actions and next; of one that was not made, what I did."""
        self.set_class(self._missed, "-missed")
        return sections(opened, front=self._front)

    def heading_words(self, opened: rules.Opened) -> str:
        """Whose visit, and in which street."""
        street = "" if self._front else clean(opened.file.address).partition(",")[0]
        name = clean(opened.file.name).removesuffix(" family")
        return " · ".join(p for p in ("Log visit", name, street) if p)

    @property
    def needs_all(self) -> bool:
        """Also to find the child the page was opened for."""
        return super().needs_all or bool(self._child_id)

    def begin(self) -> None:
        """With the first thing that is needed, or with the child the page was opened for."""
        for field in fields_in(self):
            if self._child_id and isinstance(field, ChildrenRows) and self._child_id in field.ids:
                self.show_part(rules.CHILDREN)
                field.go_to(str(field.ids.index(self._child_id)))
                field.focus()
                return
        next(f for f in fields_in(self) if f.field == "start_at").focus()

    def needed(self, opened: rules.Opened) -> list[rules.Needed]:
        """What is missing."""
        return rules.still_needed(self.entry, opened.file, opened.today)

    def problems(self, opened: rules.Opened) -> list[Problem]:
        """What is missing, in sentences."""
        return rules.problems(self.entry, opened.file, opened.today)

    def finished(self, opened: rules.Opened) -> VisitEntry:
        """Only what was answered."""
        return rules.finished(self.entry, opened.file)

    def do(self, laptop: Laptop, entry: VisitEntry) -> Saved:
        """Save and lock it."""
        from familyhub.casework import visits

        return visits.log_visit(laptop, entry)

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
        if name == "on":
            self._ask_for_children()
        if name == "outcome":
            self.run_worker(self._fold(), exclusive=True, group="fold")
        if name == "start_at":
            self.query_one("#start-hint").display = False
        self.tell_needed()
        self.touched()

    def _ask_for_children(self) -> None:
        """Who left is asked for at a visit that was before."""
        assert self.opened is not None
        asked = rules.children_of(self.entry, self.opened.file, self.opened.today)
        rows = self.query_one(ChildrenRows)
        if [c.id for c in asked] != rows.ids:
            rules.settle(self.entry, self.opened.file, self.opened.today)
            rows.ask(asked, self.entry.children)

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
            rows = self.query_one(ChildrenRows)
            order = rows.ids
            at = order.index(event.person_id)
            found = ChildWords(rows.children_of_file[at], self.entry.children[at], self.opened.today)
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
            await self.page_body.mount(missed(self.opened), after="#visit-part")
        self.set_class(self._missed, "-missed")
        self.show_part(rules.VISIT if self._missed else self.part)
