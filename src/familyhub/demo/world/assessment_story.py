"""The early help assessment of a spell: just started, half written, waiting for a signature, returned, or signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from familyhub.demo.world import days
from familyhub.demo.world.dice import Dice
from familyhub.demo.world.grammar import Memory, Voice, split, templates
from familyhub.demo.world.people import Member
from familyhub.demo.world.scene import FamilyScene
from familyhub.demo.world.telling import Telling
from familyhub.practice.assessment import DEFAULT_READERS
from familyhub.records.codes import DAY_LINE

KEPT_HERE = 0.06
"""The share of families with a plan whose assessment was written here; those of the others are older than that."""
STAGES = {"not begun": 0.1, "started": 0.3, "half": 0.35, "completed": 0.15, "returned": 0.1}
BOOK = "assessment"
MEETING = {"wanted": 0.3, "later": 0.4, "declined": 0.3}
TALKS_FROM = 48
"""Months from which a child's words are written rather than what was seen."""


def is_assessed(telling: Telling) -> bool:
    """Whether the assessment of this spell is kept here: of all that are being assessed, and of some that have a plan."""
    spell = telling.spell
    if spell.first_on is None or spell.first_on > spell.until:
        return False
    if spell.plan_on is None:
        return True
    return Dice(telling.seed, "assessed", telling.household.id, spell.opened_on).chance(KEPT_HERE)


class AssessmentStory:
    """Writes one assessment; ``found``: ids for its needs, with the rows of the plan that they became."""

    def __init__(self, telling: Telling, episode: str) -> None:
        self._t, self._episode = telling, episode
        self._dice = Dice(telling.seed, "assessment", telling.household.id, telling.spell.opened_on)
        self._voice = Voice(Dice(telling.seed, "assessment prose", telling.household.id), Memory())

    def write(self, needs: Sequence[tuple[str, dict[str, object]]]) -> None:
        """Every row of it. ``needs``: ids of the needs that it found, with the fields of those in the plan."""
        t, spell = self._t, self._t.spell
        assert spell.first_on is not None
        stage = "signed" if spell.plan_on else self._dice.weighted(STAGES)
        if stage == "not begun":
            return
        begun = (
            spell.first_on if spell.plan_on else days.add_working(spell.first_on, self._dice.between(2, 11))
        )
        self._on = min(begun, spell.until)
        self._by = t.holding.at(self._on).id
        self._minutes = 15 * 60
        done = days.add_working(spell.plan_on, -1) if spell.plan_on else spell.until
        self._written = max(self._on, min(done, days.working_from(self._on + timedelta(days=8))))
        self._id = t.pen.write(
            "assessment", self._by, self._at(self._on), episode_id=self._episode, started_on=self._on,
            organisation="council", by=self._by,
        )  # fmt: skip
        if stage == "returned":
            done = days.add_working(spell.until, -2)
        if stage == "started":
            return
        self._sections(whole=stage != "half")
        for row_id, fields in needs:
            self._row("assessment_need", row_id=row_id, **fields)
        if stage != "half":
            self._complete(max(done, self._written), stage)

    # -- rows ------------------------------------------------------------------------------------------------

    def _at(self, on: date) -> datetime:
        self._minutes = min(self._minutes + 2, 18 * 60)
        return self._t.moment(min(on, self._t.spell.until), self._minutes)

    def _row(self, entity: str, *, row_id: str = "", **fields: object) -> str:
        """A row about this assessment, written on the day of the writing."""
        stamp: dict[str, object] = {"on": self._written, "by": self._by}
        if entity not in ("child_voice", "child_day"):
            stamp["assessment_id"] = self._id
        return self._t.pen.write(entity, self._by, self._at(self._written), row_id=row_id, **stamp, **fields)  # type: ignore[arg-type]

    def _text(self, section: str, topic: str, person: Member | None, text: str) -> None:
        if text:
            self._row("assessment_text", section=section, topic=topic, person_id=person.id if person else None, text=text,
                      text_readers=DEFAULT_READERS[topic])  # fmt: skip

    def _say(self, section: str, scene: FamilyScene) -> str:
        return self._voice.say(templates(BOOK, section), scene)

    # -- sections --------------------------------------------------------------------------------------------

    def _sections(self, *, whole: bool) -> None:
        t = self._t
        scene = t.scene(self._written, t.themes[0].focus)
        children = [c for c in t.household.born_by(self._t.spell.until) if not c.third_party]
        for child in children if whole else children[:1]:
            self._child(child)
        for child in t.household.children:
            if whole and child.born is None and child.expected is not None and not child.third_party:
                self._text("child", "meaning", child, self._say("baby", scene))
        for section in ("parenting", "environment"):
            for topic in ("strengths", "worries"):
                self._text(section, topic, None, self._say(f"{section} {topic}", scene))
            self._row("assessment_score", section=section, score=self._dice.between(3, 6))
        if whole:
            self._adults(scene)
            for topic in ("network", "goals", "analysis"):
                self._text(
                    "family", topic, None, self._say(topic, scene) or f"As {t.household.carer.given} told it."
                )
            answer = self._dice.weighted(MEETING)
            self._row(
                "family_meeting_offer",
                answer=answer,
                why=self._say(f"meeting {answer}", scene),
                why_readers="workers",
            )

    def _child(self, child: Member) -> None:
        t = self._t
        scene = t.scene(self._written, child)
        for topic in ("strengths", "worries", "meaning"):
            self._text(
                "child",
                topic,
                child,
                self._say(topic, scene) or f"{child.given} is doing as well as can be said yet.",
            )
        self._row("assessment_score", section="child", person_id=child.id, score=self._dice.between(3, 7))
        about = {"person_id": child.id, "occasion": "assessment", "occasion_id": self._id}
        asked, said = "", self._say("watched", scene)
        talks = child.months(self._written) >= TALKS_FROM
        if talks:
            asked, said = split(
                self._say("voice small" if child.age(self._written) < 8 else "voice older", scene)
            )
        silent = "" if said else "Did not want to talk this time; to be asked again, somewhere else."
        self._row("child_voice", **about, said=said or None, said_readers="workers" if said else None,
                  none_because=silent or None, none_because_readers="workers" if silent else None, asked=asked or None,
                  asked_readers="workers" if asked else None, method=("said" if talks else "watched") if said else None)  # fmt: skip
        for part in DAY_LINE.values:
            self._row(
                "child_day",
                **about,
                part=part,
                text=self._say(part, scene) or "As on other days.",
                text_readers="workers",
            )

    def _adults(self, scene: FamilyScene) -> None:
        """Both parents and each adult of the house: met, or why not."""
        t, house = self._t, self._t.household
        responsible = {tie.person for tie in house.ties if tie.responsible}
        for member in house.members:
            here = member.role == "adult" and member.lives_here
            if (
                member.role in ("child", "unborn")
                or member.died is not None
                or not (here or member.id in responsible)
            ):
                continue
            met = here or self._dice.chance(0.6)
            if "hurt" in scene.tags and not here:
                met = False
            other = t.scene(self._written, t.themes[0].focus)
            other.people["p"] = member
            other.cast.add("p")
            why = "" if met else self._say("not met", other)
            self._row("assessment_met", person_id=member.id, met=met, why_not=why or None,
                      why_not_readers="workers" if why else None)  # fmt: skip
            if met:
                self._text(
                    "adult",
                    "views",
                    member,
                    self._say("views" if member is house.carer else "views p", other),
                )

    # -- completing ------------------------------------------------------------------------------------------

    def _complete(self, on: date, stage: str) -> None:
        t = self._t
        manager = t.holding.manager.id
        on = min(on, t.spell.until)
        completion = t.pen.write("assessment_completion", self._by, t.moment(on, 18 * 60 + 10), assessment_id=self._id, on=on,
                                 by=self._by)  # fmt: skip
        signed = days.add_working(on, 1)
        if stage == "completed" or signed > t.spell.until:
            return
        scene = t.scene(on, t.themes[0].focus)
        reason = self._say("returned", scene) if stage == "returned" else ""
        t.pen.write(
            "assessment_signature", manager, t.moment(signed, 9 * 60 + 20), completion_id=completion, signature=stage, on=signed,
            reason=reason or None, reason_readers="workers" if reason else None, by=manager,
        )  # fmt: skip
