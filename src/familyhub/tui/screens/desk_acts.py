"""What is asked and done at the Desk: allocating, covering, safe-checks, holders, conflicts of interest, worker facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.widget import Widget

from familyhub.casework.allocation_entries import (
    AllocateEntry,
    ConflictEntry,
    CoverEntry,
    HolderEntry,
    SafeCheckEntry,
    WorkerFactsEntry,
)
from familyhub.casework.desk import Caseload, DeskFamily, DeskPage, HeldFamily, WaitingFamily
from familyhub.practice.allocation import Suggestion
from familyhub.practice.handshakes import HandshakeFact
from familyhub.records.codes import CHECK_WAY, CONFLICT_KIND, SAFE_NOW, TRAVEL, WAITING_REASON
from familyhub.tui.page import Page
from familyhub.tui.widgets.fields import FormRow, LineField
from familyhub.tui.widgets.fields_choice import ChoiceField
from familyhub.tui.widgets.fields_read import DayField
from familyhub.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

Answers = dict[str, str]
ALL_SAME = "only with a conflict of interest: why all the same"


def choice(field: str, answers: dict[str, str], value: str = "", none: str = "choose") -> ChoiceField:
    """A choice of which none may stand."""
    return ChoiceField(field, {"": none, **answers}, value)


class DeskActs(Page):
    """The acts of the Desk; the screen adds the rest."""

    open: DeskPage | None = None

    # -- what is meant --------------------------------------------------------------------------------------------

    @property
    def waiting(self) -> WaitingFamily | None:
        """The family that waits under the cursor."""
        return self.query_one("#waiting", Rows).selected

    @property
    def held(self) -> HeldFamily | None:
        """The family with a worker under the cursor, where the keys go to that list."""
        rows = self.query_one("#held", Rows)
        return rows.selected if rows.has_focus else None

    @property
    def between(self) -> HandshakeFact | None:
        """The step up or step down under the cursor, where the keys go to that list."""
        rows = self.query_one("#between", Rows)
        return rows.selected if rows.has_focus else None

    @property
    def family(self) -> DeskFamily | None:
        """The family that an act is about."""
        if self.held is not None:
            return self.held.family
        if self.between is not None:
            return self.open.rows.families.get(self.between.family_id) if self.open else None
        return self.waiting.family if self.waiting is not None else None

    @property
    def family_here(self) -> str | None:
        """The family that ``o`` opens."""
        return self.family.id if self.family is not None else None

    def staff(self) -> dict[str, str]:
        """Workers of the locality by id, by name."""
        found = self.open.caseloads if self.open else ()
        return {c.worker.id: c.worker.name for c in sorted(found, key=lambda c: c.worker.name)}

    def ask(
        self, question: str, fields: Sequence[Widget], act: Callable[[Laptop, Answers], Saved]
    ) -> None:  # fmt: skip
        """Ask, carry out, say what came of it."""
        from familyhub.tui.dialogs.ask import AskDialog

        self.hub_app.push_screen(AskDialog(question, fields, act), self.done)

    def done(self, words: str | None) -> None:
        """Say what was saved, and read the page again."""
        if words:
            self.hub_app.say(words)
            self.hub_app.nudge_sync()
            self.load()

    # -- families -------------------------------------------------------------------------------------------------

    def action_allocate(self) -> None:
        """l: give the family to the selected worker, or a second one to a family that has one."""
        family = self.family
        if family is None:
            return
        one: Suggestion | None = self.query_one("#suggested", Rows).selected
        second = self.held is not None
        worker = one.worker.id if one is not None and not second else ""
        fields = [
            FormRow("Worker", choice("worker", self.staff(), worker),
                    ChoiceField("role", {"lead": "lead worker", "second": "second worker"}, "second" if second else "lead")),
            FormRow("From", DayField("on", self.laptop.today.isoformat(), today=self.laptop.today)),
            FormRow("Weight", LineField("weight", placeholder="empty: by its level of need")),
            FormRow("Because", LineField("reason", placeholder="may be left out; the locality reads it")),
            FormRow("All same", LineField("despite", placeholder=ALL_SAME)),
        ]  # fmt: skip
        self.ask(f"Give the {family.name} to a worker", fields, lambda laptop, a: _act("allocate", laptop, AllocateEntry(
            family.id, a["worker"], a["role"], a["on"], a["weight"], a["reason"], a["despite"])))  # fmt: skip

    def action_hand_over(self) -> None:
        """h: hand the family over, from its page."""
        if self.held is None:
            self.say("Choose a family that has a worker, in the list of families.")
            return
        from familyhub.tui.screens.hand_over import HandOverScreen

        self.hub_app.push_screen(HandOverScreen(self.held.family.id))

    def action_give_cover(self) -> None:
        """c: cover for the worker of this family, or for all that a worker works with."""
        today, held = self.laptop.today, self.held
        load: Caseload | None = self.query_one("#loads", Rows).selected
        away = held.lead.worker_id if held and held.lead else load.worker.id if load else ""
        only = [held.family.id] if held else []
        rows = [
            FormRow("Away", choice("worker", self.staff(), away)),
            FormRow("Covers", choice("cover", self.staff())),
            FormRow("From", DayField("from_on", today.isoformat(), today=today),
                    DayField("to_on", today=today, ahead=True), hint="up to and including"),
            FormRow("Because", LineField("reason", placeholder="leave, sickness; the locality reads it")),
            FormRow("All same", LineField("despite", placeholder=ALL_SAME)),
        ]  # fmt: skip
        what = f"the {held.family.name}" if held else "every family that a worker works with"
        self.ask(f"Cover for {what}; it ends by itself", rows, lambda laptop, a: _act("give_cover", laptop, CoverEntry(
            a["worker"], a["cover"], a["from_on"], a["to_on"], only, a["reason"], a["despite"])))  # fmt: skip

    def action_name_holder(self) -> None:
        """w: who holds it meanwhile, and why it waits."""
        found = self.waiting
        if found is None:
            return
        holder = found.waits.holder
        fields = [
            FormRow("Holds it", choice("worker", self.staff(), holder.worker_id if holder else "", "you")),
            FormRow("Why", choice("waiting", WAITING_REASON.values, holder.waiting if holder else "")),
            FormRow("Because", LineField("reason", placeholder="the locality reads it")),
        ]
        self.ask(f"Who holds the {found.family.name} while it waits?", fields, lambda laptop, a: _act(
            "name_holder", laptop, HolderEntry(found.family.id, a["worker"], a["waiting"], a["reason"])))  # fmt: skip

    def action_safe_check(self) -> None:
        """s: how the family was found, and when it is looked at next."""
        found = self.waiting
        if found is None:
            return
        today = self.laptop.today
        fields = [
            FormRow("On", DayField("on", today.isoformat(), today=today, past=True), choice("way", CHECK_WAY.values, none="how")),
            FormRow("Safe now", choice("safe_now", SAFE_NOW.values, none="every child?")),
            FormRow("Found", LineField("found", placeholder="what was seen, heard or told")),
            FormRow("Next", DayField("next_on", today=today, ahead=True), hint="empty: by the local rhythm"),
        ]  # fmt: skip
        self.ask(f"Safe-check of the {found.family.name}", fields, lambda laptop, a: _act("record_safe_check", laptop, SafeCheckEntry(
            found.family.id, a["on"], a["way"], a["safe_now"], a["found"], a["next_on"])))  # fmt: skip

    # -- workers --------------------------------------------------------------------------------------------------

    def action_conflict(self) -> None:
        """x: a worker's conflict of interest with the family, or that it is over."""
        family, held = self.family, self.held
        if family is None:
            return
        one: Suggestion | None = self.query_one("#suggested", Rows).selected
        lead = held.lead.worker_id if held and held.lead else ""
        worker = lead if held else one.worker.id if one else ""
        self.ask(f"Conflict of interest with the {family.name}", [
            FormRow("Worker", choice("worker", self.staff(), worker)), *conflict_fields(),
        ], lambda laptop, a: declared(laptop, family.id, a))  # fmt: skip

    def action_worker_facts(self) -> None:
        """f: what a worker can take on."""
        load: Caseload | None = self.query_one("#loads", Rows).selected
        if load is None or self.open is None:
            return
        worker = self.open.rows.workers[load.worker.id]
        limit = "" if worker.limit is None else str(worker.limit)
        fields = [
            FormRow("Speaks", LineField("languages", worker.languages, placeholder="Polish, Urdu")),
            FormRow("Wards", LineField("wards", worker.wards, placeholder="Rock Ferry, Claughton")),
            FormRow("Travels", choice("travel", TRAVEL.values, worker.travel, "not known")),
            FormRow("Limit", LineField("weight_limit", limit, placeholder=f"empty: the locality's, {self.open.rows.weight_limit}")),
        ]  # fmt: skip
        self.ask(f"What {worker.name} can take on", fields, lambda laptop, a: _act("set_worker_facts", laptop, WorkerFactsEntry(
            worker.id, a["languages"], a["wards"], a["travel"], a["weight_limit"])))  # fmt: skip


def conflict_fields() -> list[Widget]:
    """The fields of a conflict of interest."""
    return [
        FormRow("It is", ChoiceField("over", {"": "declared", "over": "over"}), choice("kind", CONFLICT_KIND.values, none="which")),
        FormRow("Because", LineField("reason", placeholder="everybody in the locality reads it: no more than needed")),
    ]  # fmt: skip


def declared(laptop: Laptop, family_id: str, a: Answers) -> Saved:
    """Declare a conflict of interest with what the fields answer."""
    entry = ConflictEntry(family_id, a["kind"], a["reason"], a.get("worker", ""), a["over"] == "over")
    return _act("declare_conflict", laptop, entry)


def _act(name: str, laptop: Laptop, entry: object) -> Saved:
    from familyhub.casework.acts import ACTS

    return ACTS[name].do(laptop, entry)
