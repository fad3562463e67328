"""Steps up and steps down on the tab *Meetings*: how each stands, what is next and why, and the acts that move it on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from familyhub.casework.handshake_entries import (
    AgreeStepUp,
    ReturnStepUp,
    WithdrawStep,
)
from familyhub.practice.allocation import DESK
from familyhub.practice.days import short_day, show_day
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.handshakes import (
    AGREED,
    ASKED,
    DECLINED,
    RETURNED,
    SENT,
    STEP_DOWN,
    STEP_UP,
    HandshakeView,
    age_words,
    counted,
    stands,
    twins,
)
from familyhub.records.codes import FAMILY_TOLD, HANDSHAKE_STEP, TOLD_WAY
from familyhub.tui.screens.family_acts import FileActs
from familyhub.tui.screens.family_header import Piece
from familyhub.tui.widgets.rows import Cell, Drawn

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop

Answers = dict[str, str]
ACTS = (
    "ask_step_up", "ask_step_down", "agree_step_up", "return_step_up", "send_step_up", "accept_step", "decline_step",
    "withdraw_step", "go_disagreement",
)  # fmt: skip


def draw(item: HandshakeView, today: date) -> Drawn:
    """When, what, and how it stands."""
    stand = stands(item)
    state = stand.state if not stand.open else f"{stand.state}, {age_words(item, today)}"
    look = "strong" if stand.open else ""
    name = " · ".join(p for p in (item.title, item.service) if p)
    return [[Cell(short_day(item.on, today), 9), Cell(name, 25), Cell(state, 0, look)]]


def panel(item: HandshakeView, file: FamilyFile, today: date) -> list[list[Piece]]:
    """What was asked, what is next and why, then each step with its words."""
    out: list[list[Piece]] = [
        [(f"{item.title} · {show_day(item.on, today)}", "strong")],
        [(f"with {item.other_side} · asked for by {item.by}", "")],
    ]
    if (after := file.next_of(item, today)) is not None:
        late = after.due is not None and after.due < today
        out.append([(f"Next: {after.what}", "wrong" if late else "strong"), (f" · {after.why}", "")])
    for twin in twins(file.handshakes, item):
        asked = f"{twin.by} asked for it too, {show_day(twin.on, today)}: {stands(twin).state}."
        out.append([(asked, "wrong"), (" X withdraws one, because …", "muted")])
    out += [[], [("Why", "muted")], [(item.reason, "")]]
    told = ": ".join(p for p in (FAMILY_TOLD.words(item.told).removesuffix(", because"), item.told_why) if p)
    for title, words in (("Family", told), ("Attached", item.attached)):
        if words:
            out.append([(f"{title}: ", "muted"), (words, "")])
    if item.handover_on:
        out.append([("Handover meeting: ", "muted"), (show_day(item.handover_on, today), "")])
    for signed in counted(item.by_id, item.signatures):
        words = "A manager agreed" if signed.signature == "signed" else "Returned"
        because = f": {signed.reason}" if signed.reason else ""
        out += [[], [(f"{words}, {show_day(signed.on, today)}, {signed.by}{because}", "")]]
    for step in item.steps:
        way = f", {TOLD_WAY.words(step.way)}" if step.way else ""
        who = f" · {step.who}" if step.who else ""
        words = HANDSHAKE_STEP.words(step.step)
        out += [
            [],
            [(f"{words[:1].upper()}{words[1:]} {show_day(step.on, today)}{who}{way} · {step.by}", "")],
        ]
        if step.handover_on:
            whom = f", with {step.handover_with}" if step.handover_with else ""
            out.append([(f"Handover meeting {show_day(step.handover_on, today)}{whom}", "")])
        out += [[(step.text, "")]] if step.text else []
    return [*out, [], [("g opens “we disagree” about it", "muted")]] if item.declined else out


class HandshakeActs(FileActs):
    """The part of a family's page that steps up and steps down."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A step can be done only when its turn has come, by who may do it."""
        if action in ACTS and not self._may(action):
            return False
        return super().check_action(action, parameters)

    def _may(self, action: str) -> bool:
        file, role = self.file, self.laptop.who.role
        if file is None:
            return False
        if action in ("ask_step_up", "ask_step_down"):
            kind = STEP_UP if action == "ask_step_up" else STEP_DOWN
            going = any(h.kind == kind and stands(h).open for h in file.handshakes)
            return file.helped == (kind == STEP_UP) and not going
        one = self._shaking
        if one is None:
            return False
        state, up = stands(one).state, one.kind == STEP_UP
        if action == "go_disagreement":
            return one.declined
        if action in ("agree_step_up", "return_step_up"):
            return up and state == ASKED and role == "manager" and one.by_id != self.laptop.who.id
        if action == "send_step_up":
            return up and state == AGREED
        if action == "withdraw_step":
            return state in (ASKED, AGREED, SENT, RETURNED)
        answers: tuple[str, ...] = (SENT,) if up else (ASKED,)
        if action == "accept_step":
            answers = (*answers, DECLINED)
        return state in answers and (up or role in DESK)

    @property
    def _shaking(self) -> HandshakeView | None:
        """The step up or step down that is selected, else the one about which something is to be done."""
        row = self._selected_row
        if isinstance(row, HandshakeView):
            return row
        found = self.file.handshakes_open(self.laptop.today) if self.file else []
        return found[0][0] if found else None

    def action_ask_step_up(self) -> None:
        """``U``: ask for a step up."""
        from familyhub.tui.dialogs.handshake_forms import StepUpDialog

        self._ask(StepUpDialog(self.family_id))

    def action_ask_step_down(self) -> None:
        """``L``, where no help is open: social care asks for a step down."""
        from familyhub.tui.dialogs.handshake_forms import StepDownDialog

        self._ask(StepDownDialog(self.family_id))

    def action_agree_step_up(self) -> None:
        """``Y``: a manager agrees, after reading why."""
        if (one := self._shaking) is None:
            return
        from familyhub.tui.dialogs.sure import SureDialog

        question = f"Step up to {one.other_side}, asked for by {one.by}.\n\n{one.reason}\n\nIt is sent after this. Agree?"
        self.hub_app.push_screen(
            SureDialog(question, "Agree", "Not now"),
            lambda sure: self._move("agree_step_up", AgreeStepUp(self.family_id, one.id), "Agreed") if sure else None,
        )  # fmt: skip

    def action_return_step_up(self) -> None:
        """``B``: a manager returns it, because …."""
        if (one := self._shaking) is not None:
            self._why(
                "It goes back to whoever asked. Why?",
                lambda why: self._move(
                    "return_step_up", ReturnStepUp(self.family_id, one.id, why), "Returned"
                ),
            )

    def action_withdraw_step(self) -> None:
        """``X``: it is asked for no more, because …."""
        if (one := self._shaking) is not None:
            family = "" if one.contact_id else self.family_id
            twice = self.file is not None and twins(self.file.handshakes, one)
            no_more = (
                "was asked for twice; the other goes on without this one" if twice else "is asked for no more"
            )
            self._why(
                f"This {one.title.lower()} {no_more}. Why?",
                lambda why: self._move(
                    "withdraw_step", WithdrawStep(family, one.id, because=why), "Withdrawn"
                ),
            )

    def action_send_step_up(self) -> None:
        """``e``: it was sent."""
        if (one := self._shaking) is not None:
            from familyhub.tui.dialogs.handshake_answers import SentDialog

            self._ask(SentDialog(self.family_id, one.id))

    def action_accept_step(self) -> None:
        """``a``: the other side accepts."""
        if (one := self._shaking) is not None:
            from familyhub.tui.dialogs.handshake_answers import AcceptedDialog

            self._ask(AcceptedDialog("" if one.contact_id else self.family_id, one.id))

    def action_decline_step(self) -> None:
        """``c``: the other side declines, because …; *we disagree* opens."""
        if (one := self._shaking) is not None:
            from familyhub.tui.dialogs.handshake_answers import DeclinedDialog

            self._ask(DeclinedDialog("" if one.contact_id else self.family_id, one.id))

    def action_go_disagreement(self) -> None:
        """``g``: *we disagree* about one that was declined."""
        if (one := self._shaking) is not None:
            from familyhub.tui.screens.advice import open_declined

            open_declined(self.hub_app, one)

    def _why(self, question: str, then: Callable[[str], object]) -> None:
        from familyhub.tui.dialogs.why import WhyDialog

        self.hub_app.push_screen(WhyDialog(question), lambda text: then(text) if text else None)

    def _move(self, name: str, entry: object, words: str) -> None:
        self.work(
            _act, self.laptop, name, entry,
            then=lambda saved: self._told(" · ".join(p for p in (f"{words}, saved on this laptop", saved.note) if p)),
        )  # fmt: skip


def _act(laptop: Laptop, name: str, entry: object) -> Saved:
    from familyhub.casework.acts import ACTS as BY_NAME

    return BY_NAME[name].do(laptop, entry)
