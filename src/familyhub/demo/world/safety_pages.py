"""What must be known before a visit: safe contact, safety notes, a person who may be a risk."""

from __future__ import annotations

from datetime import timedelta

from familyhub.demo.world import days, places
from familyhub.demo.world.telling import Telling

RISK_WORDS = (
    "Abusive to a former partner at and after separation. Does not live here. "
    "Do not tell him who visits or when."
)


class SafetyPages:
    """Writes how people may be reached and what to look out for."""

    def __init__(self, telling: Telling) -> None:
        self._t = telling
        self._hurt = any(theme.name == "dahistory" for theme in telling.themes)

    def write(self) -> None:
        """Safe contact for the adults, safety notes where there is cause."""
        t, spell = self._t, self._t.spell
        scene = t.scene(spell.opened_on, t.themes[0].focus)
        by, at = t.holding.coordinator.id, t.moment(spell.opened_on, 16 * 60 + 40)
        adults = [t.household.carer] + ([t.household.partner] if t.household.partner else [])
        for member in adults:
            section = "safe_how_hidden" if self._hurt else "safe_how"
            how = t.say(section, scene) if member is t.household.carer else ""
            t.pen.write(
                "safe_contact", by, at, person_id=member.id, how=how or None,
                how_readers="workers" if how else None, mobile=places.mobile(t.dice),
                landline=places.landline(t.dice) if t.dice.chance(0.07) and not self._hurt else None,
                may_ring="ask" if self._hurt else "yes", may_text="ask" if self._hurt else "yes",
                may_write="never" if self._hurt else t.dice.pick(("yes", "ask")),
            )  # fmt: skip
        self._notes()
        if self._hurt and t.household.elsewhere is not None:
            self._risk()

    def _notes(self) -> None:
        t = self._t
        kinds: list[str] = []
        if t.household.pet == "dog" and t.dice.chance(0.7):
            kinds.append("dog")
        if self._hurt and t.dice.chance(0.6):
            kinds.append("two_workers")
        if t.dice.chance(0.05):
            kinds.append("other")
        if t.dice.chance(0.02):
            kinds.append("illness")
        for kind in kinds:
            self._note(kind)

    def _note(self, kind: str) -> None:
        t, spell = self._t, self._t.spell
        start = spell.first_on or spell.allocated_on
        if start > spell.until:
            return
        scene = t.scene(start, t.themes[0].focus)
        by = t.holding.at(start).id
        section = "safety_two" if kind == "two_workers" else f"safety_{kind}"
        review = days.working_from(max(t.today, start) + timedelta(days=t.dice.between(10, 80)))
        ended = spell.closed_on or (
            days.working_from(start + timedelta(days=12)) if kind == "illness" else None
        )
        t.pen.write(
            "safety_note",
            by,
            t.office(start),
            kind=kind,
            person_id=t.household.carer.id,
            what=t.say(section, scene) or None,
            what_readers="workers",
            from_on=start,
            review_on=None if ended else review,
            ended_on=ended if ended and ended < t.today else None,
            told=True,
            told_how="said at the visit",
            by=by,
        )

    def _risk(self) -> None:
        t, spell = self._t, self._t.spell
        person = t.household.elsewhere
        assert person is not None
        t.pen.write(
            "person_risk",
            t.holding.coordinator.id,
            t.moment(spell.opened_on, 16 * 60 + 45),
            person_id=person.id,
            risk=t.dice.pick(("police", "allegation", "police", "conviction")),
            source="police notification",
            on=spell.contact_on,
            review_on=days.working_from(t.today + timedelta(days=t.dice.between(12, 70))),
            what=RISK_WORDS,
            what_readers="workers",
        )
