"""The family's plan, good or poor: needs with their outcomes, scores, and reviews on a six-week clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from familyhub.demo.world.actions import ActionStory, owner_of
from familyhub.demo.world.grammar import Template, expand, templates
from familyhub.demo.world.meeting_story import Guests, MeetingStory
from familyhub.demo.world.people import Member
from familyhub.demo.world.scene import FamilyScene
from familyhub.demo.world.telling import Telling
from familyhub.demo.world.themes import Theme
from familyhub.practice.assessment import carried_id
from familyhub.practice.meetings import NEEDS_REASON

QUALITY = {"good": 5.0, "mixed": 4.0, "poor": 2.0}
SCORES = {"bad": (1, 4), "mixed": (4, 6), "good": (6, 9), "setback": (3, 5)}
TAUGHT_BY: tuple[str, ...] = ("teacher", "key")
DECISIONS = {"bad": {"amend": 3.0, "continue": 2.0}, "good": {"continue": 3.0, "step_down": 0.5}}


@dataclass(frozen=True, slots=True)
class Need:
    """A need that was written, with the theme it came from."""

    id: str
    theme: Theme
    scene: FamilyScene
    child: str | None
    """Whom it is for."""


class PlanStory:
    """Writes one plan and what came of it."""

    def __init__(self, telling: Telling, episode: str, *, assessed: bool = False) -> None:
        self._t, self._episode, self._assessed = telling, episode, assessed
        self.found: list[tuple[str, dict[str, object]]] = []
        """Ids of the needs as the assessment found them, with their fields there: the plan took them over."""
        self._quality = telling.dice.weighted(QUALITY)

    def write(self) -> None:
        """The plan with its needs, actions, scores and reviews."""
        t, spell = self._t, self._t.spell
        on = spell.plan_on
        assert on is not None
        self._by = t.holding.at(on).id
        self._at = t.moment(on, 14 * 60 + 30)
        self._plan = t.pen.new_id("plan")
        self._needs = self._write_needs(on)
        actions = ActionStory(t, self._plan, self._quality)
        for need in self._needs:
            actions.write(need.id, need.theme, need.scene, self._at)
        if self._quality == "good":
            self._nobody_left_out(on, actions)
        actions.finish()
        t.pen.write(
            "plan", self._by, self._at, row_id=self._plan, episode_id=self._episode,
            state="closed" if spell.closed_on else "open", started_on=on, closed_on=spell.closed_on,
            review_due=spell.review_due, agencies=", ".join(self._agencies(actions.agencies)),
        )  # fmt: skip
        self._story = MeetingStory(t, self._plan)
        self._last = t.pen.new_id("meeting") if self._story.is_written else None
        self._guests_last = Guests([], [])
        self._reviews()
        self._scores()
        self._story.planned(spell.review_due, self._guests_last)
        self._story.ended(self._episode, [need.id for need in self._needs])

    def _agencies(self, owners: set[str]) -> list[str]:
        return ["council", *sorted(owners)[:4]] if self._quality != "poor" else ["council"]

    def _write_needs(self, on: date) -> list[Need]:
        found: list[Need] = []
        for place, theme in enumerate(self._t.themes):
            scene = self._t.scene(on, theme.focus)
            pool = [line for line in templates(theme.name, "need") if line.fits(scene)]
            count = (
                2
                if place == 0 and len(pool) > 1 and self._quality != "poor" and self._t.dice.chance(0.5)
                else 1
            )
            for line in self._t.dice.some(pool, count):
                found.append(self._need(line, theme, scene, len(found) + 1))
        if not found:
            scene = self._t.scene(on, None)
            found.append(self._need(templates("general", "need")[0], self._t.themes[0], scene, 1))
        return found

    def _nobody_left_out(self, on: date, actions: ActionStory) -> None:
        """A plan that is well made has a need for each child of the house whom no other need is for."""
        t, used = self._t, set()
        theirs = {need.child for need in self._needs}
        for child in t.household.born_by(on):
            if child.third_party or child.id in theirs:
                continue
            scene = t.scene(on, child)
            pool = [n for n in templates("general", "whole need") if n.fits(scene) and n.key not in used]
            if not pool:
                return
            used.add(pool[0].key)
            need = self._need(pool[0], Theme("general", child, 0.0), scene, len(self._needs) + 1)
            self._needs.append(need)
            actions.write_whole(need.id, need.theme, scene, self._at)

    def _need(self, line: Template, theme: Theme, scene: FamilyScene, place: int) -> Need:
        t = self._t
        headline, what, outcome = line.text.split(" | ")
        weak = templates(theme.name, "weak")
        if (weak and self._quality == "poor" and t.dice.chance(0.7)) or (
            weak and self._quality == "mixed" and t.dice.chance(0.3)
        ):
            outcome = t.dice.pick([w.text for w in weak if w.fits(scene)] or [outcome])
        missing = self._quality == "poor" and t.dice.chance(0.2)
        about: Member | None = t.household.carer if "{a}" in what.split(" ")[0] else theme.focus
        text = expand(what, scene, t.dice)
        row_id = ""
        if self._assessed:
            found = t.pen.new_id("assessment_need")
            row_id = carried_id(found)
            self.found.append((found, {"person_id": about.id if about else None, "headline": headline, "what": text,
                                       "what_readers": "family"}))  # fmt: skip
        row = t.pen.write(
            "need",
            self._by,
            self._at,
            row_id=row_id,
            plan_id=self._plan,
            person_id=about.id if about else None,
            headline=headline,
            what=text,
            what_readers="family",
            outcome=None if missing else expand(outcome, scene, t.dice),
            outcome_readers=None if missing else "family",
            place=place,
        )
        return Need(row, theme, scene, about.id if about else None)

    def _scores(self) -> None:
        """A score for each need at the start, at each review, and at the end."""
        t, spell = self._t, self._t.spell
        assert spell.plan_on is not None
        moments = [spell.plan_on, *(held for _, held in spell.reviews)]
        if spell.closed_on:
            moments.append(spell.closed_on)
        for need in self._needs:
            last = 0
            for place, on in enumerate(moments):
                if self._quality == "poor" and t.dice.chance(0.25):
                    continue
                low, high = SCORES[spell.mood(on, need.theme.lag)]
                score = t.dice.between(low, high)
                if place and abs(score - last) > 3:
                    score = last + (3 if score > last else -3)
                last = score
                at = t.moment(on, 15 * 60 + 40)
                met = self._last if self._last and on == spell.reviews[-1][1] else None
                t.pen.write("need_score", t.holding.at(on).id, at, need_id=need.id, score=score, on=on,
                            by=t.holding.at(on).id, meeting_id=met)  # fmt: skip

    def _reviews(self) -> None:
        t, spell = self._t, self._t.spell
        following = [due for due, _ in spell.reviews[1:]] + [spell.review_due]
        for (due, held), next_due in zip(spell.reviews, following, strict=False):
            theme = t.themes[t.dice.below(len(t.themes))]
            scene = t.scene(held, theme.focus)
            mood = spell.mood(held, theme.lag)
            side = "good" if mood == "good" or (mood == "mixed" and t.dice.chance(0.5)) else "bad"
            came, away = self._guests(scene)
            decision = t.dice.weighted(DECISIONS[side])
            if spell.closed_on and next_due is None:
                decision = "step_up" if spell.end_reason == "stepped_up" else "close"
            own = t.voice.fresh(templates(theme.name, f"review_{side}"), scene, 1)
            summary = " ".join(
                part for part in (own, t.voice.fresh(templates("general", "review_any"), scene, 2)) if part
            )
            by, last = t.holding.at(held), self._last is not None and held == spell.reviews[-1][1]
            why = "As talked through at the meeting." if decision in NEEDS_REASON else None
            t.pen.write(
                "review", by.id, t.office(held), plan_id=self._plan, due_on=due, held_on=held,
                came=None if last else ", ".join([t.household.carer.given, *came, by.name]),
                apologies=None if last else ", ".join(away) or None,
                family_came=True, decision=decision, because=why, because_readers="professionals" if why else None,
                summary=summary or None, summary_readers="professionals" if summary else None, next_due=next_due,
                by=by.id, meeting_id=self._last if last else None, kind="review",
            )  # fmt: skip
            if last and self._last is not None:
                self._guests_last = Guests(came, away)
                self._story.held(self._last, held, self._guests_last)

    def _guests(self, scene: FamilyScene) -> tuple[list[str], list[str]]:
        """Who came and who sent apologies."""
        dice = self._t.dice
        codes = [code for code in TAUGHT_BY if code in scene.cast][:1]
        others = ["housing", "volunteer", "nurse" if "inschool" in scene.tags else "hv"]
        others += ["youth"] if "teen" in scene.tags else []
        codes += dice.some(others, dice.between(0, 2))
        named = [owner_of(code, scene) for code in codes]
        people = [f"{owner.name} ({owner.agency})" for owner in named if owner is not None]
        away = [person for person in people if dice.chance(0.22)]
        return [person for person in people if person not in away], away
