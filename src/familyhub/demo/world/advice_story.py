"""Advice of a social worker, and disagreements with another service, in some of the families that have help now."""

from __future__ import annotations

from datetime import date

from familyhub.demo.world import days
from familyhub.demo.world.telling import Telling

EVERY = 20
"""One family in so many has one of the three."""
ASKED, OPEN, SETTLED = 3, 6, 9
DUTY = "Frances Tate, duty social worker"
QUESTION = "Small bruise on the shin, explained by a fall at school and seen there. Is that for you, or do we watch it?"
ADVICE = "Fits the explanation and the age. No referral; write down who saw it, and ring again if there is another."
DECISION = "We ask school what they saw, and look again at the visit this week."
OUR_VIEW = "Three worries in a month and no change with our help: we think that it is level 4."
THEIR_VIEW = "They say that the threshold is not met while the parent works with us."
NO_ANSWER = "Each side kept to its view; the managers are to speak."
OUTCOME = "The managers agreed on a joint visit within five working days, and to decide after it."


class AdviceStory:
    """Writes them into the file of a family whose help goes on."""

    def __init__(self, telling: Telling, number: int) -> None:
        self._t, self._kind = telling, number % EVERY

    def write(self) -> None:
        """What this family has of it, in the last weeks."""
        spell = self._t.spell
        if spell.closed_on is not None or spell.first_on is None:
            return
        start = days.add_working(self._t.today, -6)
        if start <= spell.first_on:
            return
        if self._kind == ASKED:
            self._asked(start)
        elif self._kind in (OPEN, SETTLED):
            self._disagreed(start)

    def _asked(self, on: date) -> None:
        t = self._t
        by, at = t.author(on), t.moment(on, 11 * 60 + 5)
        asked = t.pen.write(
            "advice_asked", by, at, question=QUESTION, question_readers="workers", on=on, by=by
        )
        for step, text, whom in (("advice", ADVICE, DUTY), ("decision", DECISION, None)):
            t.pen.write(
                "advice_step", by, at, asked_id=asked, step=step, text=text, text_readers="workers", whom=whom, on=on, by=by,
            )  # fmt: skip

    def _disagreed(self, on: date) -> None:
        t = self._t
        by, at = t.author(on), t.moment(on, 15 * 60 + 10)
        opened = t.pen.write(
            "disagreement", by, at, view=OUR_VIEW, view_readers="workers", other=THEIR_VIEW, other_readers="workers",
            with_whom=DUTY, on=on, by=by,
        )  # fmt: skip
        taken = days.add_working(on, 2)
        manager = t.holding.manager.id
        steps = [("escalated", 2, NO_ANSWER, taken, by)]
        if self._kind == SETTLED:
            steps.append(("settled", 2, OUTCOME, days.add_working(taken, 2), manager))
        for step, stage, text, day, author in steps:
            t.pen.write(
                "disagreement_step", author, t.moment(day, 16 * 60), disagreement_id=opened, step=step, stage=stage,
                text=text, text_readers="workers", on=day, by=author,
            )  # fmt: skip
