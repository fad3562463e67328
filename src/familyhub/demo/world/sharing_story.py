"""What became of an agreement: copies, asked again at reviews, taken back; and what was shared with whom."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from familyhub.demo.world import days
from familyhub.demo.world.dice import Dice
from familyhub.demo.world.grammar import Memory, Voice, templates
from familyhub.demo.world.scene import FamilyScene
from familyhub.demo.world.telling import Telling
from familyhub.demo.world.written import Written

COPY, REFRESHED, SHARED, WITHOUT, TAKEN_BACK = 0.35, 0.15, 0.35, 0.08, 0.03
"""Shares of families, and for ``REFRESHED`` of reviews, in which each of them happened."""


class SharingStory:
    """Writes what follows the main carer's agreement in one spell."""

    def __init__(self, telling: Telling) -> None:
        self._t = telling
        self._dice = Dice(telling.seed, "sharing", telling.household.id, telling.spell.opened_on)
        self._voice = Voice(Dice(telling.seed, "sharing prose", telling.household.id), Memory())

    def write(self) -> None:
        """Its rows; nothing where nobody agreed."""
        t, spell = self._t, self._t.spell
        row = self._agreement()
        if row is None or spell.first_on is None:
            return
        on = spell.first_on
        if self._dice.chance(COPY):
            by = t.holding.at(on).id
            t.pen.write("given_copy", by, self._at(on, 1), about="agreement", about_id=row.id,
                        person_id=t.household.carer.id, on=on, safe=True, by=by)  # fmt: skip
        last = self._refreshed(row)
        self._shared(row, days.working_from(on + timedelta(days=self._dice.between(2, 10))))
        ends = spell.end_reason == "withdrew" and spell.closed_on is not None
        if ends or (spell.closed_on is None and self._dice.chance(TAKEN_BACK)):
            self._taken_back(last, ends=ends)

    def _agreement(self) -> Written | None:
        t = self._t
        held = [
            r for r in t.pen.rows
            if r.entity == "agreement" and r.fields["person_id"] == t.household.carer.id and r.fields["state"] == "agreed"
            and str(r.fields["on"]) >= t.spell.opened_on.isoformat()
        ]  # fmt: skip
        return held[0] if held else None

    def _at(self, on: date, later: int) -> datetime:
        """A moment late on a day, behind what else was written then."""
        return self._t.moment(min(on, self._t.spell.until), 17 * 60 + 40 + later)

    def _say(self, section: str, scene: FamilyScene) -> str:
        return self._voice.say(templates("assessment", section), scene)

    def _refreshed(self, row: Written) -> Written:
        t, last = self._t, row
        for _, held in t.spell.reviews:
            if held <= t.spell.until and self._dice.chance(REFRESHED):
                by = t.holding.at(held).id
                t.pen.write(
                    "agreement", by, self._at(held, 3), person_id=row.fields["person_id"], state="agreed", on=held,
                    agencies=row.fields.get("agencies"), not_agencies=row.fields.get("not_agencies"), refreshes=last.id, by=by,
                )  # fmt: skip
                last = t.pen.rows[-1]
        return last

    def _shared(self, row: Written, on: date) -> None:
        t, dice = self._t, self._dice
        agencies = [a for a in str(row.fields.get("agencies", "")).split(", ") if a]
        if on > t.spell.until:
            return
        by, scene = t.holding.at(on).id, t.scene(on, t.themes[0].focus)
        what, why = self._say("shared", scene), self._say("shared why", scene) or "So that they can help."
        if agencies and dice.chance(SHARED):
            t.pen.write(
                "sharing", by, self._at(on, 5), on=on, agency=agencies[0], what=what, what_readers="professionals", why=why,
                why_readers="workers", basis="public_task", agreement_id=row.id, told=True, by=by,
            )  # fmt: skip
        if dice.chance(WITHOUT):
            told = dice.chance(0.6)
            t.pen.write(
                "sharing", by, self._at(on, 7), on=on, agency="children's social care", what=what, what_readers="workers",
                why=why, why_readers="workers", basis=dice.pick(("legal_obligation", "public_task")),
                without_why=self._say("without", scene), without_why_readers="workers", told=told,
                told_why=None if told else self._say("untold", scene), told_why_readers=None if told else "workers", by=by,
            )  # fmt: skip

    def _taken_back(self, last: Written, *, ends: bool) -> None:
        t, dice, spell = self._t, self._dice, self._t.spell
        on = days.add_working(spell.closed_on or spell.until, -dice.between(2, 6))
        if on.isoformat() <= str(last.fields["on"]):
            on = spell.until
        by, scene = t.holding.at(on).id, t.scene(on, t.themes[0].focus)
        safe = "yes" if ends else dice.pick(("no", "not_sure"))
        row = t.pen.write(
            "agreement", by, self._at(on, 9), person_id=last.fields["person_id"], state="withdrawn", on=on,
            why=self._say("back", scene), why_readers="workers", safe_to_stop=safe,
            stop_why=self._say("safe" if ends else "not safe", scene), stop_why_readers="workers", by=by,
        )  # fmt: skip
        if ends or dice.chance(0.5):
            manager, seen = t.holding.manager.id, min(days.add_working(on, 1), spell.until)
            t.pen.write(
                "agreement_opinion", manager, self._at(seen, 11), agreement_id=row, opinion=self._say("opinion", scene),
                opinion_readers="workers", on=seen, by=manager,
            )  # fmt: skip
