"""*Front door*: the queue with its clocks above, the chosen contact's triage below; letters are printed where they act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.widget import Widget
from textual.widgets import Static

from familyhub.casework.contact_entries import ChildDecision, TriageEntry
from familyhub.casework.front_door import Triage, Waiting
from familyhub.practice.front_door import HELD, NEW, RETURNED, STEP_DOWN
from familyhub.practice.reply import Reply
from familyhub.practice.second_check import RING, SETTLERS
from familyhub.records.codes import CONTACT_OUTCOME
from familyhub.tui.screens import front_door_step_down as step_down
from familyhub.tui.screens import front_door_words as say
from familyhub.tui.screens.front_door_acts import FrontDoorActs, Open
from familyhub.tui.screens.log_visit_parts import PartsLine, Section
from familyhub.tui.widgets.autosave import KeepsDraft
from familyhub.tui.widgets.fields import FieldChanged
from familyhub.tui.widgets.fields_prose import ProseField, ProseRow
from familyhub.tui.widgets.paragraphs import Paragraphs
from familyhub.tui.widgets.rows import Drawn, Rows

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop
    from familyhub.casework.problems import Problem

NARROW = 100
"""Columns below which the page is shown in parts."""
TO_DECIDE = ("level_1", "what_next", "because", "safe_now", "send_decision", "hold_contact", *step_down.ACTS)
TO_SETTLE = ("sign_contact", "return_contact", "tell_contact", "safe_now", *step_down.ACTS)
"""Commands that the key line prints before a decision, and after it."""
ALWAYS = ("back", "worry", "help")
"""Commands that it always prints."""
DECIDED_ANEW = (NEW, HELD, RETURNED)
"""States in which a decision is written here."""


def read(laptop: Laptop, contact_id: str, typed: TriageEntry | None) -> Open:
    """Read the queue and one contact; ``typed``: what is being written about it. Runs in a thread."""
    from familyhub.casework import drafts, front_door

    queue = tuple(
        replace(w, contact=front_door.with_ages(w.contact, laptop.today)) for w in front_door.queue(laptop)
    )
    ids = [w.contact.id for w in queue]
    wanted = contact_id if contact_id in ids else ids[0] if ids else ""
    if not wanted:
        return Open(queue, None, Reply("", ""), None)
    page = front_door.triage_page(laptop, wanted)
    page = replace(page, contact=front_door.with_ages(page.contact, laptop.today))
    entry = None
    if page.stands.state in DECIDED_ANEW:
        kept = [drafts.reopen(laptop, d.id) for d in drafts.unfinished(laptop) if d.kind == "triage"]
        found = next(
            (e[1] for e in kept if e and isinstance(e[1], TriageEntry) and e[1].contact_id == wanted), None
        )
        entry = typed if typed is not None and typed.contact_id == wanted else found
        entry = _settled(entry or TriageEntry(wanted), page)
    return Open(queue, page, front_door.drafted_reply(laptop, wanted), entry)


def _settled(entry: TriageEntry, page: Triage) -> TriageEntry:
    """The entry with one decision per child in the order of the page; a returned one begins with what was decided."""
    given = {c.child_id: c for c in entry.children}
    entry.children = [given.get(c.id) or _begun(c) for c in page.contact.children]
    return entry


def _begun(child: Any) -> ChildDecision:
    decided = child.decision
    if decided is None:
        return ChildDecision(child.id)
    return ChildDecision(child.id, level=decided.level, outcome=decided.outcome, reason=decided.reason)


class FrontDoorScreen(KeepsDraft, FrontDoorActs):
    """Decide about contacts, child by child."""

    place = "front_door"
    draft_kind = "triage"
    CSS_PATH = "front_door.tcss"

    def __init__(self, contact_id: str = "") -> None:
        super().__init__()
        self.contact_id = contact_id
        self.part = 1
        self._busy = False

    def body(self) -> ComposeResult:
        """Queue, parts, the contact in four sections, and what is still needed."""
        yield Rows[Waiting](
            self._draw_waiting,
            key=lambda w: w.contact.id,
            empty="Nothing waits at the front door. + records a contact.",
            id="queue",
        )
        yield PartsLine(id="door-parts")
        with VerticalScroll(id="door", can_focus=False):
            yield Section(1, Paragraphs(id="said"), id="part-said")
            yield Section(
                2, Rows[say.Known](say.known_line, key=lambda k: (k.named.id, k.match.person_id),
                                   empty="Nobody known here is like the people named.", id="known"),
                Paragraphs(id="checked"), id="part-known",
            )  # fmt: skip
            yield Section(
                3, Rows[ChildDecision](self._draw_child, key=lambda c: c.child_id, id="children"),
                ProseRow("Because", ProseField("reason", least=2, id="reason")), Paragraphs(id="deciding-words"),
                id="part-decide",
            )  # fmt: skip
            yield Section(4, Paragraphs(id="telling"), id="part-tell")
        yield Static("", id="door-needed", markup=False)

    def on_mount(self) -> None:
        """Ready for keys."""
        self.heading = "Front door"
        self.query_one("#queue").focus()

    # -- reading -------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Read the queue and the contact again; what is being written stays."""
        self.read_in(read, self.laptop, self.contact_id, self.entry, then=self._opened)

    def _opened(self, found: Open) -> None:
        page = found.page
        same = page is not None and self.entry is not None and self.entry.contact_id == page.contact.id
        self.open = found
        self.contact_id = page.contact.id if page else ""
        if not same or found.entry is None:
            self._autosave, self.kept = None, ""
        self.entry = found.entry
        place = self.laptop.who.locality.replace("_", " ").title()
        self.heading = f"Front door · {place} · {len(found.queue)} waiting"
        queue = self.query_one("#queue", Rows)
        queue.show(found.queue)
        queue.select(self.contact_id)
        self._lay_out(page)

    def _lay_out(self, page: Triage | None) -> None:
        self.query_one("#door").display = page is not None
        if page is None or self.open is None:
            self.query_one("#door-needed", Static).update("")
            return
        self.query_one("#said", Paragraphs).show(say.said(page) + step_down.words(page.contact, page.today))
        self.query_one("#checked", Paragraphs).show(say.checked(page))
        answers = {(a.named_id, a.person_id): a.answer for a in page.contact.answers}
        self.query_one("#known", Rows).show([
            say.Known(named, m, page.families.get(m.family_id, ""), answers.get((named.id, m.person_id), ""))
            for named in (*page.contact.children, *page.contact.adults) for m in page.found.get(named.id, ())
        ])  # fmt: skip
        self.query_one("#telling", Paragraphs).show(say.telling(page, self.open.reply))
        shown = self.entry.children if self.entry else [_begun(c) for c in page.contact.children]
        self.query_one("#children", Rows).show(shown)
        self._show_reason()
        self._tell_needed()
        self.refresh_lines()

    def _show_reason(self) -> None:
        one, field = self.child, self.query_one("#reason", ProseField)
        field.disabled = self.entry is None
        field.answer = one.reason if one is not None else ""

    def _tell_needed(self) -> None:
        page = self.open.page if self.open else None
        if page is None:
            return
        self.query_one("#deciding-words", Paragraphs).show(
            say.deciding(page, self.entry, self.query_one("#children", Rows).cursor)
        )
        words = say.needed(page, self.entry)
        self.query_one("#door-needed", Static).update(words)
        open_still = words.startswith("Still needed") or page.stands.state == STEP_DOWN
        done = {1, 2} | (set() if open_still else {3})
        self.query_one(PartsLine).show(self.part, done, say.PARTS)
        for section in self.query(Section):
            section.set_class(section.part != self.part, "-elsewhere")

    @property
    def key_line(self) -> tuple[str, ...]:
        """The keys that the state of the contact asks for."""
        page = self.open.page if self.open else None
        if page is None:
            return ("new_contact", *ALWAYS)
        out = TO_DECIDE if page.stands.state in DECIDED_ANEW else TO_SETTLE
        if page.contact.check.state == RING and self.laptop.who.role in SETTLERS:
            out = (*out, "settle_check")
        return tuple(
            name
            for name in super().key_line
            if name in (*out, "new_contact", "ask_social_worker", "next_contact", *ALWAYS)
        )

    @property
    def scope_here(self) -> str:
        """The contact that is meant."""
        return f"con:{self.contact_id}" if self.contact_id else ""

    @property
    def family_here(self) -> str | None:
        """The family that the contact leads to."""
        page = self.open.page if self.open else None
        return (page.contact.family_id or None) if page else None

    def _draw_waiting(self, waiting: Waiting, width: int) -> Drawn:
        return say.queue_line(waiting, width, self.laptop.today)

    def _draw_child(self, one: ChildDecision, width: int) -> Drawn:
        page = self.open.page if self.open else None
        child = next((c for c in page.contact.children if c.id == one.child_id), None) if page else None
        if page is None or child is None:
            return []
        return say.child_line(child, one, width, "" if self.entry else say.not_decided(page))

    # -- moving ---------------------------------------------------------------------------------------------------

    @on(Rows.Moved, "#queue")
    async def another(self, event: Rows.Moved) -> None:
        """Another contact: what was written about the first stays as a draft."""
        # not the event's: a list that is filled tells of its first row before the one that was asked for is selected
        selected: Waiting | None = self.query_one("#queue", Rows).selected
        if selected is not None and selected.contact.id != self.contact_id:
            await self.keep()
            self.entry, self._autosave, self.kept = None, None, ""
            self.contact_id = selected.contact.id
            self.load()

    @on(Rows.Moved, "#children")
    def another_child(self, event: Rows.Moved) -> None:
        """Another child: their reason."""
        self._show_reason()
        self._tell_needed()

    @on(Rows.Chosen, "#children")
    def write_reason(self, event: Rows.Chosen) -> None:
        """Enter on a child: write why."""
        self.action_because()

    @on(Rows.Chosen, "#queue")
    def into(self, event: Rows.Chosen) -> None:
        """Enter on a contact: its children."""
        self.go_to_part(3)

    def action_next_contact(self) -> None:
        """n: the next contact."""
        self.query_one("#queue", Rows).action_move(1)

    def action_next_part(self) -> None:
        """F6: the next part of the page."""
        self.go_to_part(self.part % len(say.PARTS) + 1)

    def on_parts_line_chosen(self, event: PartsLine.Chosen) -> None:
        """A click on a part."""
        self.go_to_part(event.part)

    def go_to_part(self, part: int) -> None:
        self.part = part
        self._tell_needed()
        target: Widget = self.query_one({2: "#known", 3: "#children"}.get(part, "#queue"))
        target.focus()
        self.query_one(
            f"#{('part-said', 'part-known', 'part-decide', 'part-tell')[part - 1]}"
        ).scroll_visible()

    def on_resize(self, event: Resize) -> None:
        """A narrow terminal shows one part at a time."""
        self.set_class(event.size.width < NARROW, "-parts")
        self._tell_needed()

    # -- deciding -------------------------------------------------------------------------------------------------

    def on_field_changed(self, event: FieldChanged) -> None:
        """Keep the reason as it is typed."""
        one = self.child
        if (
            event.by.field == "reason"
            and self.entry is not None
            and one is not None
            and one.reason != event.by.answer
        ):
            one.reason = event.by.answer
            self._written()

    def _written(self) -> None:
        self.query_one("#children", Rows).refresh()
        self._tell_needed()
        self.touched()

    def _set(self, change: Callable[[ChildDecision], None]) -> None:
        one = self.child
        if self.entry is None or one is None:
            self.say("This contact is decided: nothing is changed by that key.")
            return
        if self.part != 3:
            self.go_to_part(3)
        change(one)
        self._written()

    def action_level_1(self) -> None:
        """1: universal."""
        self._set(lambda one: setattr(one, "level", "1"))

    def action_level_2(self) -> None:
        """2: early help."""
        self._set(lambda one: setattr(one, "level", "2"))

    def action_level_3(self) -> None:
        """3: targeted early help."""
        self._set(lambda one: setattr(one, "level", "3"))

    def action_level_4(self) -> None:
        """4: statutory."""
        self._set(lambda one: setattr(one, "level", "4"))

    def action_what_next(self) -> None:
        """e: the next outcome for the child."""
        codes = list(CONTACT_OUTCOME.values)
        self._set(
            lambda one: setattr(
                one,
                "outcome",
                codes[(codes.index(one.outcome) + 1) % len(codes) if one.outcome in codes else 0],
            )
        )

    def action_because(self) -> None:
        """b: write why."""
        if self.entry is not None:
            self.go_to_part(3)
            self.query_one("#reason").focus()

    async def action_send_decision(self) -> None:
        """^S: save the decision; what a manager has to sign goes to sign."""
        if self.entry is None or self._busy:
            return
        self._busy = True
        await self.keep()
        await self.autosave.stop()
        self.work(_triage, self.laptop, self.entry, then=self._decided, failed=self._refused)

    def _decided(self, saved: Saved) -> None:
        self._busy = False
        self.entry, self._autosave, self.kept = None, None, ""
        self.done(saved.note or "Decision saved on this laptop · not yet sent")

    def _refused(self, sentence: str, problems: Sequence[Problem]) -> None:
        self._busy = False
        self.autosave.go_on()
        first = next((p.field.partition(":")[2] for p in problems if ":" in p.field), "")
        self.go_to_part(3)
        self.query_one("#children", Rows).select(first)
        self.query_one("#door-needed", Static).update(f"! {sentence}")


def _triage(laptop: Laptop, entry: TriageEntry) -> Saved:
    from familyhub.casework import triage

    return triage.triage_contact(laptop, entry)
