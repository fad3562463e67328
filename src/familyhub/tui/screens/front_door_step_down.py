"""A step down that comes as a contact: asked for, accepted, declined or withdrawn at the Front door."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from familyhub.casework.handshake_entries import WithdrawStep
from familyhub.practice.allocation import DESK
from familyhub.practice.days import show_day
from familyhub.practice.front_door import DONE, HELD, NEW, RETURNED, STEP_DOWN
from familyhub.practice.handshakes import DECLINED, HandshakeView, stands
from familyhub.records.codes import FAMILY_TOLD
from familyhub.tui.page import Page

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop
    from familyhub.practice.front_door import ContactView
    from familyhub.tui.dialogs.form_dialog import FormDialog
    from familyhub.tui.screens.front_door_acts import Open

ACTS = ("ask_step_down", "accept_step", "decline_step_down", "withdraw_step", "go_disagreement")
SOCIAL_CARE = ("5A", "5B", "5C")
"""Sources for which the key line offers a step down; it may be asked for in any contact."""
Words = list[list[tuple[str, str]]]


def keys(state: str, contact: ContactView) -> tuple[str, ...]:
    """The commands that the key line prints for a step down in a contact."""
    if state == STEP_DOWN:
        return ("accept_step", "decline_step_down", "withdraw_step")
    down = contact.step_down
    declined = down is not None and stands(down).state == DECLINED
    asks = contact.source in SOCIAL_CARE and state in (NEW, HELD, RETURNED)
    return (*(("accept_step", "go_disagreement") if declined else ()), *(("ask_step_down",) if asks else ()))


def words(contact: ContactView, today: date) -> Words:
    """How the step down in a contact stands, and what was asked."""
    one = contact.step_down
    if one is None:
        return []
    stand = stands(one)
    met = f" · handover meeting {show_day(one.handover_on, today)}" if one.handover_on else ""
    lines: Words = [
        [("Step down ", "muted"), (f"{stand.state} {show_day(stand.since, today)}", "strong"), (f" · {one.other_side}{met}", "")],
        [("Family    ", "muted"), (": ".join(p for p in (FAMILY_TOLD.words(one.told), one.told_why) if p), "")],
        [("Attached  ", "muted"), (one.attached, "")],
    ]  # fmt: skip
    if one.reason != contact.worry:
        lines.insert(1, [("Why       ", "muted"), (one.reason, "")])
    for step in one.steps:
        held = (
            f"handover meeting {show_day(step.handover_on, today)} with {step.handover_with}. "
            if step.handover_on
            else ""
        )
        said = f"{held[:1].upper()}{held[1:]}{step.text}".strip()
        if said:
            lines.append([(f"{step.step.capitalize():<10}", "muted"), (f"{said} ({step.by})", "")])
    return lines


class StepDownActs(Page):
    """The part of the Front door that takes a family on from social care."""

    contact_id: str
    open: Open | None

    @property
    def _down(self) -> HandshakeView | None:
        page = self.open.page if self.open else None
        return page.contact.step_down if page is not None else None

    @property
    def key_line(self) -> tuple[str, ...]:
        """Of a step down what may be done now; while it is open it is answered, not signed or told."""
        page = self.open.page if self.open else None
        if page is None:
            return super().key_line
        out = {*ACTS} - {*keys(page.stands.state, page.contact)}
        out |= {"sign_contact", "return_contact", "tell_contact"} if page.stands.state == STEP_DOWN else set()
        return tuple(name for name in super().key_line if name not in out)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A step down can be answered only when it was asked for, by who may do it."""
        if action in ACTS and not self._may_step(action):
            return False
        return super().check_action(action, parameters)

    def _may_step(self, action: str) -> bool:
        page = self.open.page if self.open else None
        if page is None:
            return False
        state, one, desk = page.stands.state, self._down, self.laptop.who.role in DESK
        if action == "ask_step_down":
            return state in (NEW, HELD, RETURNED)
        if one is None:
            return False
        if action == "go_disagreement":
            return one.declined
        if action == "accept_step" and stands(one).state == DECLINED:
            return desk and state != DONE
        return state == STEP_DOWN and (desk or action == "withdraw_step")

    def _form(self, dialog: FormDialog[Any]) -> None:
        self.hub_app.push_screen(
            dialog, lambda saved: self.hub_app.read_standing(changed=True) if saved else None
        )

    def action_ask_step_down(self) -> None:
        """L: social care asks early help to take the family on."""
        from familyhub.tui.dialogs.handshake_forms import StepDownDialog

        self._form(StepDownDialog("", contact_id=self.contact_id))

    def action_accept_step(self) -> None:
        """a: early help accepts, child by child."""
        if (one := self._down) is not None:
            from familyhub.tui.dialogs.handshake_answers import AcceptedDialog

            self._form(AcceptedDialog("", one.id))

    def action_decline_step_down(self) -> None:
        """d: early help declines, because …; *we disagree* opens."""
        if (one := self._down) is not None:
            from familyhub.tui.dialogs.handshake_answers import DeclinedDialog

            self._form(DeclinedDialog("", one.id))

    def action_go_disagreement(self) -> None:
        """g: *we disagree* about the step down that was declined."""
        if (one := self._down) is not None:
            from familyhub.tui.screens.advice import open_declined

            open_declined(self.hub_app, one)

    def action_withdraw_step(self) -> None:
        """X: social care asks no more, because …; the contact is decided as any other."""
        if (one := self._down) is None:
            return
        from familyhub.tui.dialogs.why import WhyDialog

        def withdraw(why: str | None) -> None:
            if why:
                entry = WithdrawStep("", one.id, because=why)
                self.work(_withdraw, self.laptop, entry, then=lambda saved: self._withdrawn())

        self.hub_app.push_screen(WhyDialog("This step down is asked for no more. Why?"), withdraw)

    def _withdrawn(self) -> None:
        self.say("Withdrawn, saved on this laptop · not yet sent")
        self.hub_app.read_standing(changed=True)
        self.hub_app.nudge_sync()


def _withdraw(laptop: Laptop, entry: WithdrawStep) -> Saved:
    from familyhub.casework import handshakes

    return handshakes.withdraw_step(laptop, entry)
