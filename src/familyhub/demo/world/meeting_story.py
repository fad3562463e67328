"""Meetings in the invented files: the last one held and the next one planned, with everybody who was asked.

Words come from a voice of its own, so that the rest of the world stays as it is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from familyhub.demo.world import days
from familyhub.demo.world.dice import Dice
from familyhub.demo.world.grammar import Memory, Voice, templates
from familyhub.demo.world.people import Member
from familyhub.demo.world.telling import Telling
from familyhub.demo.world.written import Loose
from familyhub.practice.closings import FOLLOWED, follow_up_day
from familyhub.records.codes import DAY_LINE, FAMILY_QUESTION

TALKS_FROM_MONTHS = 38
HELD_WRITTEN = 0.4
"""The share of open plans that have their last review as a meeting; older ones are a line with who came."""
PLANNED_AHEAD = 24
"""Days before the next review within which half of the families have planned it."""


@dataclass(frozen=True, slots=True)
class Guests:
    """Who of other agencies came, and who sent apologies: ``name (agency)``."""

    came: list[str]
    away: list[str]


class MeetingStory:
    """Writes the meetings of one plan, and how its help ended."""

    def __init__(self, telling: Telling, plan: str) -> None:
        self._t, self._plan = telling, plan
        dice = Dice(telling.seed, "meetings", telling.household.id, telling.spell.opened_on.isoformat())
        self._dice, self._voice = dice, Voice(dice, Memory())
        open_plan = telling.spell.closed_on is None and bool(telling.spell.reviews)
        self.is_written = open_plan and dice.chance(HELD_WRITTEN)
        """Whether the last review is written down as a meeting."""

    def _say(self, section: str, on: date, child: Member | None = None) -> str:
        focus = child or self._t.themes[0].focus
        return self._voice.say(templates("meeting", section), self._t.scene(on, focus))

    # -- held ----------------------------------------------------------------------------------------------------

    def held(self, meeting: str, on: date, guests: Guests, *, kind: str = "review") -> None:
        """A meeting that was held: who was there, each child's views, what the family answered."""
        t, by, at = self._t, self._t.holding.at(on).id, self._t.moment(on, 15 * 60)
        t.pen.write("meeting", by, at, row_id=meeting, kind=kind, plan_id=self._plan, on=on, at="14:00",
                    place=self._dice.pick(("school", "family hub", "at home")), by=by, written_at=at)  # fmt: skip
        shared: dict[str, Loose] = {"meeting_id": meeting, "on": on, "by": by}
        t.pen.write(
            "meeting_guest", by, at, row_id="", person_id=t.household.carer.id, state="came", **shared
        )
        t.pen.write(
            "meeting_guest", by, at, row_id="", worker_id=by, agency="council", state="came", **shared
        )
        for state, names in (("came", guests.came), ("apologies", guests.away)):
            for name, agency in (_named(n) for n in names):
                word = self._say("word", on) if state == "apologies" and self._dice.chance(0.6) else ""
                t.pen.write("meeting_guest", by, at, row_id="", name=name, agency=agency, state=state, views=word or None,
                            views_readers="professionals" if word else None, **shared)  # fmt: skip
        for child in t.household.born_by(on):
            self._child(child, on, meeting, by)
        for question, asked in FAMILY_QUESTION.values.items():
            if self._dice.chance(0.4) and (answer := self._say(question, on)):
                t.pen.write("meeting_answer", by, at, row_id="", question=question, asked=asked, answer=answer,
                            answer_readers="family", **shared)  # fmt: skip

    def _child(self, child: Member, on: date, meeting: str, by: str) -> None:
        """A child of the house: their views and a day, or why none are recorded."""
        if child.third_party:
            return
        t, at, months = self._t, self._t.moment(on, 15 * 60 + 10), child.months(on)
        t.pen.write("meeting_child", by, at, meeting_id=meeting, person_id=child.id, on=on, by=by,
                    came=True if self._dice.chance(0.4) else None)  # fmt: skip
        shared: dict[str, Loose] = {
            "person_id": child.id, "occasion": "review", "occasion_id": meeting, "on": on, "by": by,
        }  # fmt: skip
        little = months < TALKS_FROM_MONTHS
        views = self._say("watched" if little else "views", on, child)
        if not views or (not little and self._dice.chance(0.2)):
            none = self._say("none", on, child)
            t.pen.write(
                "child_voice", by, at, row_id="", none_because=none, none_because_readers="workers", **shared
            )
            return
        readers = "family" if self._dice.chance(0.3) else "workers"
        t.pen.write("child_voice", by, at, row_id="", said=views, said_readers=readers,
                    method="watched" if little else "said", **shared)  # fmt: skip
        for part in DAY_LINE.values if self._dice.chance(0.15) else ():
            if line := self._say(f"day {part}", on, child):
                t.pen.write(
                    "child_day", by, at, row_id="", part=part, text=line, text_readers="workers", **shared
                )

    # -- planned -------------------------------------------------------------------------------------------------

    def planned(self, due: date | None, guests: Guests) -> None:
        """The next review, where its day is near; half of the families have a day for it."""
        t = self._t
        if (
            due is None
            or not t.today < due <= t.today + timedelta(days=PLANNED_AHEAD)
            or self._dice.chance(0.5)
        ):
            return
        written = days.working_until(t.today - timedelta(days=self._dice.between(1, 9)))
        by, at = t.holding.at(written).id, t.moment(written, 11 * 60)
        time = self._dice.pick(("09:30", "13:30", "14:00", "15:30"))
        meeting = t.pen.write("meeting", by, at, kind="review", plan_id=self._plan, on=due, at=time,
                              place=self._dice.pick(("school", "family hub")), by=by, written_at=at)  # fmt: skip
        shared: dict[str, Loose] = {"meeting_id": meeting, "on": written, "by": by, "state": "invited"}
        t.pen.write("meeting_guest", by, at, row_id="", person_id=t.household.carer.id, **shared)
        for name, agency in (_named(n) for n in (*guests.came, *guests.away)):
            t.pen.write("meeting_guest", by, at, row_id="", name=name, agency=agency, **shared)

    # -- the end -------------------------------------------------------------------------------------------------

    def ended(self, episode: str, needs: list[str]) -> None:
        """How help ended: asked for, signed by a manager, and followed up six months later where that has come."""
        t, spell = self._t, self._t.spell
        on = spell.closed_on
        if on is None:
            return
        by, at, manager = t.holding.at(on).id, t.moment(on, 12 * 60), t.holding.manager.id
        silent = spell.end_reason in ("not_engaged", "moved")
        feedback = "" if silent else self._say("feedback", on)
        closing = t.pen.write(
            "closing", by, at, episode_id=episode, plan_id=self._plan, reason=spell.end_reason, on=on,
            accepted_by="Frances Tate, Multi-Agency Safeguarding Hub" if spell.end_reason == "stepped_up" else None,
            summary=self._say("better", on), summary_readers="family", feedback=feedback or None,
            feedback_readers="professionals" if feedback else None,
            no_feedback_because=None if feedback else "Nobody could be reached to ask.",
            no_feedback_because_readers=None if feedback else "workers", contingency=self._say("contingency", on),
            contingency_readers="family", by=by, written_at=at,
        )  # fmt: skip
        t.pen.write("closing_signature", manager, t.moment(on, 16 * 60), closing_id=closing, signature="signed", on=on,
                    by=manager)  # fmt: skip
        if spell.end_reason in FOLLOWED:
            self._follow_up(episode, on, needs)

    def _follow_up(self, episode: str, closed: date, needs: list[str]) -> None:
        t, spell = self._t, self._t.spell
        due, manager = follow_up_day(closed, 6), t.holding.manager.id
        t.pen.write(
            "follow_up", manager, t.moment(closed, 16 * 60), episode_id=episode, due_on=due, by=manager
        )
        made = days.working_from(closed + timedelta(days=183))
        if spell.end_reason != "outcomes_met" or made >= min(t.today, spell.followed_on or t.today):
            return
        by, at = t.holding.coordinator.id, t.moment(made, 11 * 60)
        row = t.pen.write("follow_up", by, at, episode_id=episode, due_on=due, done_on=made,
                          talked_to=t.household.carer.given, by=by)  # fmt: skip
        for need in needs:
            still = self._dice.weighted({"yes": 6.0, "partly": 2.0, "no": 1.0, "not_known": 0.5})
            how = self._say("still", made) if still != "not_known" else ""
            t.pen.write("follow_up_need", by, at, follow_up_id=row, need_id=need, still_true=still, how=how or None,
                        how_readers="professionals" if how else None, on=made, by=by)  # fmt: skip


def _named(text: str) -> tuple[str, str]:
    name, _, agency = text.partition(" (")
    return name, agency.removesuffix(")")
