"""Steps up and steps down: asked for, agreed, sent, accepted or declined, in a few of the families of the invented world."""

from __future__ import annotations

from datetime import date

from familyhub.demo.world import days
from familyhub.demo.world.advice_story import DUTY
from familyhub.demo.world.telling import Telling
from familyhub.practice.days import short_day

EVERY = 100
"""One family in so many has each of the stages that are open now."""
ASKED, AGREED, SENT, DECLINED = 2, 4, 5, 0
SERVICE, PERSON = "Multi-Agency Safeguarding Hub", "Frances Tate"
TEAM = "Child in need team"
REASON = "Three worries in two months and no change with our help: we think that it is level 4."
NOT_MET = "The threshold is not met while the parent works with you. Ask again if that ends."
TAKEN = "More than early help can hold: they begin an assessment this week."
DOWN = "The child in need plan is done and the child is safe. Mornings and school still need help."


class HandshakeStory:
    """Writes into the file of a family what is between the services."""

    def __init__(self, telling: Telling, number: int, episode: str) -> None:
        self._t, self._kind, self._episode = telling, number % EVERY, episode

    def write(self) -> None:
        """What this family has of it: help that ended as stepped up was accepted; a few steps up are open."""
        t, spell = self._t, self._t.spell
        if spell.end_reason == "stepped_up" and spell.closed_on is not None:
            asked = days.add_working(spell.closed_on, -4)
            if spell.plan_on is None or asked <= spell.plan_on:
                return
            row = self._ask(asked)
            self._agree(row, days.add_working(asked, 1))
            self._step(row, "sent", days.add_working(asked, 2))
            self._step(row, "accepted", days.add_working(asked, 3), TAKEN)
            back = days.add_working(t.today, -3)
            if back > days.add_working(spell.closed_on, 20):
                self._ask_down(back)
        elif spell.closed_on is None and self._kind in (ASKED, AGREED, SENT, DECLINED):
            self._open(days.add_working(t.today, -6))

    def _open(self, asked: date) -> None:
        if self._t.spell.plan_on is None or asked <= self._t.spell.plan_on:
            return
        row = self._ask(asked)
        if self._kind != ASKED:
            self._agree(row, days.add_working(asked, 1))
        if self._kind in (SENT, DECLINED):
            self._step(row, "sent", days.add_working(asked, 2))
        if self._kind == DECLINED:
            on = days.add_working(asked, 3)
            self._step(row, "declined", on, NOT_MET)
            by = self._t.author(on)
            self._t.pen.write(
                "disagreement", by, self._t.moment(on, 15 * 60 + 20), view=REASON, view_readers="workers", other=NOT_MET,
                other_readers="workers", with_whom=f"{PERSON}, {SERVICE}", handshake_id=row, on=on, by=by,
            )  # fmt: skip

    def _ask(self, on: date) -> str:
        t = self._t
        by, at = t.author(on), t.moment(on, 14 * 60)
        plan = t.spell.plan_on
        return t.pen.write(
            "handshake", by, at, kind="step_up", episode_id=self._episode, service=SERVICE, whom=PERSON,
            attached=f"the plan of {short_day(plan, t.today)}" if plan else "the assessment", told="agrees",
            reason=REASON, reason_readers="workers", on=on, by=by, written_at=at,
        )  # fmt: skip

    def _ask_down(self, on: date) -> None:
        t = self._t
        by, at = t.holding.coordinator.id, t.moment(on, 10 * 60)
        t.pen.write(
            "handshake", by, at, kind="step_down", episode_id=self._episode, service=TEAM, whom=DUTY.partition(",")[0],
            attached="their plan and the closing summary", handover_on=days.add_working(t.today, 2), told="agrees",
            reason=DOWN, reason_readers="workers", on=on, by=by, written_at=at,
        )  # fmt: skip

    def _agree(self, row: str, on: date) -> None:
        by = self._t.holding.manager.id
        self._t.pen.write(
            "handshake_signature", by, self._t.moment(on, 9 * 60 + 30), handshake_id=row, signature="signed", on=on, by=by,
        )  # fmt: skip

    def _step(self, row: str, step: str, on: date, text: str = "") -> None:
        by = self._t.author(on)
        self._t.pen.write(
            "handshake_step", by, self._t.moment(on, 15 * 60 + 10), handshake_id=row, step=step, service=SERVICE,
            whom=PERSON, way="secure_mail" if step == "sent" else None, text=text or None,
            text_readers="workers" if text else None, on=on, by=by,
        )  # fmt: skip
