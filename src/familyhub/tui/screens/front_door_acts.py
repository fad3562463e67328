"""What is asked and done about a contact beside its decision: safe now, matches, holding, signing, telling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.widget import Widget

from familyhub.casework.check_entries import SettleCheckEntry
from familyhub.casework.contact_entries import (
    ChildDecision,
    ContactToldEntry,
    HoldEntry,
    MatchEntry,
    OpenHelpEntry,
    ReturnEntry,
    SafeNowEntry,
    SignEntry,
    TriageEntry,
)
from familyhub.casework.front_door import Triage, Waiting
from familyhub.practice.front_door import TO_OPEN
from familyhub.practice.reply import Reply
from familyhub.records.codes import CHECK_CALL, SAFE_NOW, TOLD_WAY
from familyhub.tui.screens import front_door_words as say
from familyhub.tui.screens.front_door_step_down import StepDownActs
from familyhub.tui.widgets.fields import FormRow, LineField
from familyhub.tui.widgets.fields_choice import ChoiceField
from familyhub.tui.widgets.fields_read import DayField
from familyhub.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

Act = Callable[["Laptop", dict[str, str]], "Saved"]
SAVED = "Saved on this laptop · not yet sent"


@dataclass(frozen=True, slots=True)
class Open:
    """Everything the page shows."""

    queue: tuple[Waiting, ...]
    page: Triage | None
    reply: Reply
    entry: TriageEntry | None
    """The decision that is being written; None where it is not the time for one."""


class FrontDoorActs(StepDownActs):
    """The acts of the Front door that ask a question or none; the screen adds the rest."""

    contact_id = ""
    part = 1
    open: Open | None = None

    def go_to_part(self, part: int) -> None:
        """Show a part of the page."""

    @property
    def child(self) -> ChildDecision | None:
        """The decision of the child under the cursor."""
        return self.query_one("#children", Rows).selected

    def done(self, words: str | None) -> None:
        """Say what was saved, and read the page again."""
        if words:
            self.hub_app.say(words)
            self.hub_app.nudge_sync()
            self.load()

    def action_new_contact(self) -> None:
        """+: somebody tells us of a worry; the page goes to the contact once it is saved."""
        from familyhub.tui.dialogs.contact_form import ContactForm

        form = ContactForm()
        self.hub_app.push_screen(form, lambda saved: self._recorded(form.contact_id) if saved else None)

    def _recorded(self, contact_id: str) -> None:
        self.contact_id = contact_id
        self.load()

    # -- asking ---------------------------------------------------------------------------------------------------

    def _ask(
        self,
        question: str,
        fields: Sequence[Widget],
        act: Callable[[Laptop, dict[str, str]], Saved],
        first: str = "",
    ) -> None:
        from familyhub.tui.dialogs.ask import AskDialog

        self.hub_app.push_screen(AskDialog(question, fields, act, first), self.done)

    def action_safe_now(self) -> None:
        """s: is the child under the cursor safe now, and how is that known?"""
        one = self.child
        page = self.open.page if self.open else None
        if one is None or page is None:
            return
        name = next(c.given for c in page.contact.children if c.id == one.child_id)
        fields = [FormRow("Safe now", ChoiceField("safe_now", {"": "not asked", **SAFE_NOW.values})),
                  FormRow("How", LineField("how", placeholder="who saw or heard it, and when"))]  # fmt: skip
        self._ask(
            f"Is {name} safe now?",
            fields,
            lambda laptop, a: _safe(laptop, SafeNowEntry(one.child_id, a["safe_now"], a["how"])),
        )

    def action_same(self) -> None:
        """=: the person named is the one known."""
        self._answer("same")

    def action_not_same(self) -> None:
        """x: not the same person."""
        self._answer("not_same")

    def _answer(self, answer: str) -> None:
        row: say.Known | None = self.query_one("#known", Rows).selected
        if row is None:
            return
        if self.part != 2:
            self.go_to_part(2)
        entry = MatchEntry(row.named.id, row.match.person_id, answer)
        self.work(
            _match,
            self.laptop,
            entry,
            then=lambda saved: self.done(saved.note or SAVED),
            failed=lambda sentence, problems: self._why(entry, sentence),
        )

    def _why(self, entry: MatchEntry, sentence: str) -> None:
        def again(laptop: Laptop, a: dict[str, str]) -> Saved:
            return _match(laptop, MatchEntry(entry.named_id, entry.person_id, entry.answer, a["reason"]))

        self._ask("Why?", [FormRow("Because", LineField("reason"))], again, f"! {sentence}")

    def action_hold_contact(self) -> None:
        """h: hold it, because, until."""
        contact = self.contact_id
        fields = [
            FormRow("Because", LineField("because")),
            FormRow("Until", DayField("until", today=self.laptop.today, ahead=True)),
        ]
        self._ask(
            "Hold this contact",
            fields,
            lambda laptop, a: _hold(laptop, HoldEntry(contact, a["because"], a["until"])),
        )

    def action_sign_contact(self) -> None:
        """y: sign what waits; once signed, open what the signer could not."""
        contact = self.contact_id
        page = self.open.page if self.open else None
        if page is not None and page.stands.state == TO_OPEN:
            self.work(_open_help, self.laptop, contact, then=lambda saved: self.done(saved.note or SAVED))
            return
        because = FormRow("Because", LineField("because", placeholder="may be left out"))
        self._ask(
            "Sign what waits in this contact",
            [because],
            lambda laptop, a: _sign(laptop, SignEntry(contact, a["because"])),
        )

    def action_return_contact(self) -> None:
        """r: return it, because."""
        contact = self.contact_id
        self._ask("Return it to whoever decided", [FormRow("Because", LineField("because"))],
                  lambda laptop, a: _return(laptop, ReturnEntry(contact, a["because"])))  # fmt: skip

    def action_tell_contact(self) -> None:
        """t: who contacted us was told, or why not."""
        contact, today = self.contact_id, self.laptop.today
        ways = {"": "by which way", **TOLD_WAY.values}
        or_not = {"": "told", "not_safe": "not safe", "not_possible": "not possible"}
        fields = [
            FormRow(
                "Told on",
                DayField("on", today.isoformat(), today=today, past=True),
                ChoiceField("way", ways),
            ),
            FormRow("Or not", ChoiceField("not_told", or_not)),
            FormRow("Because", LineField("because")),
        ]
        self._ask(
            "Tell who contacted us",
            fields,
            lambda laptop, a: _told(
                laptop, ContactToldEntry(contact, a["on"], a["way"], a["not_told"], a["because"])
            ),
        )

    def action_settle_check(self) -> None:
        """c: a manager has rung about the second check; a gatekeeper says whom, or that it was nobody."""
        contact, today = self.contact_id, self.laptop.today
        on = FormRow("On", DayField("on", today.isoformat(), today=today, past=True))
        fields: list[Widget] = [on]
        if self.laptop.who.role == "gatekeeper":
            fields = [
                FormRow("What you did", ChoiceField("call", {"": "rang, or nobody", **CHECK_CALL.values})),
                FormRow("Rang", LineField("whom", placeholder="whom: their name")),
                FormRow(
                    "On",
                    DayField("on", today.isoformat(), today=today, past=True),
                    LineField("time", placeholder="at"),
                ),
                FormRow("Because", LineField("because", placeholder="why it was nobody")),
            ]
        self._ask(
            "About the second check (the contact will say only that it is done)",
            fields,
            lambda laptop, a: _settle(laptop, SettleCheckEntry(contact, **a)),
        )


def _settle(laptop: Laptop, entry: SettleCheckEntry) -> Saved:
    from familyhub.casework import gatekeeping

    return gatekeeping.settle_second_check(laptop, entry)


def _safe(laptop: Laptop, entry: SafeNowEntry) -> Saved:
    from familyhub.casework import triage

    return triage.ask_safe_now(laptop, entry)


def _match(laptop: Laptop, entry: MatchEntry) -> Saved:
    from familyhub.casework import triage

    return triage.answer_match(laptop, entry)


def _hold(laptop: Laptop, entry: HoldEntry) -> Saved:
    from familyhub.casework import triage

    return triage.hold_contact(laptop, entry)


def _sign(laptop: Laptop, entry: SignEntry) -> Saved:
    from familyhub.casework import triage

    return triage.sign_contact(laptop, entry)


def _open_help(laptop: Laptop, contact_id: str) -> Saved:
    from familyhub.casework import help_opening

    return help_opening.open_early_help(laptop, OpenHelpEntry(contact_id))


def _return(laptop: Laptop, entry: ReturnEntry) -> Saved:
    from familyhub.casework import triage

    return triage.return_contact(laptop, entry)


def _told(laptop: Laptop, entry: ContactToldEntry) -> Saved:
    from familyhub.casework import triage

    return triage.record_contact_told(laptop, entry)
