"""The frame of a spell of help: episode, states, levels, who leads, who holds, what the parents agreed to."""

from __future__ import annotations

from datetime import date, timedelta

from familyhub.demo.world import days
from familyhub.demo.world.grammar import templates
from familyhub.demo.world.people import Member
from familyhub.demo.world.staff import Staff
from familyhub.demo.world.telling import Telling
from familyhub.demo.world.written import Pen

CODES = ("teacher", "dsl", "senco", "key", "hv", "midwife")


class EpisodeStory:
    """Writes the frame of one spell."""

    def __init__(self, telling: Telling, contact: str) -> None:
        self._t, self._contact = telling, contact
        self._holder = telling.holding.turns[0][1].id

    def write(self) -> str:
        """The episode's rows; returns its id."""
        t, spell = self._t, self._t.spell
        coordinator = t.holding.coordinator.id
        at = t.moment(spell.opened_on, 16 * 60 + 25)
        self.episode = t.pen.write(
            "episode", coordinator, at, contact_id=self._contact, started_on=spell.opened_on,
            ended_on=spell.closed_on, end_reason=spell.end_reason,
        )  # fmt: skip
        self._state("waiting" if t.holding.waiting else "open", spell.opened_on, coordinator)
        if spell.first_on is not None and spell.first_on <= spell.until:
            self._state("assessment", spell.first_on, self._holder)
        if spell.plan_on is not None:
            self._state("plan", spell.plan_on, self._holder)
        self._children(coordinator)
        self._lead()
        self._agreements()
        self._end()
        return self.episode

    def _state(self, state: str, on: date, by: str, reason: str = "") -> None:
        t = self._t
        moment = t.moment(on, 16 * 60 + 25) if state in ("open", "waiting") else t.office(on)
        t.pen.write(
            "episode_state",
            by,
            moment,
            episode_id=self.episode,
            state=state,
            on=on,
            reason=reason or None,
            reason_readers="professionals" if reason else None,
            by=by,
        )

    def _children(self, by: str) -> None:
        t, spell = self._t, self._t.spell
        for child in t.household.children:
            if child.third_party or (child.born is not None and child.born > spell.until):
                continue
            known = (
                child.expected - timedelta(days=215) if child.expected and child.born is None else child.born
            )
            joined = max(
                spell.opened_on, days.working_from(known + timedelta(days=6)) if known else spell.opened_on
            )
            if joined > spell.until:
                continue
            at = t.moment(joined, 16 * 60 + 25)
            t.pen.write("episode_child", by, at, episode_id=self.episode, person_id=child.id, from_on=joined,
                        to_on=spell.closed_on)  # fmt: skip
            self._levels(child, joined)

    def _levels(self, child: Member, joined: date) -> None:
        t, spell = self._t, self._t.spell
        focus = child in [theme.focus for theme in t.themes]
        level = "3" if focus or t.dice.chance(0.45) else "2"
        self._level(child, level, joined, "level_same", t.holding.coordinator.id)
        if spell.plan_on is None or (spell.until - joined).days < 130:
            return
        later = t.after(joined, 80, 120)
        if spell.course == "improving" and level == "3" and t.dice.chance(0.45):
            self._level(
                child, "2", max(later, spell.until - timedelta(days=40)), "level_down", t.author(later)
            )
        elif spell.course in ("worse", "updown") and level == "2" and t.dice.chance(0.5):
            self._level(child, "3", later, "level_up", t.author(later))
        if spell.end_reason == "stepped_up" and focus and spell.closed_on:
            self._level(child, "4", spell.closed_on, "level_up", t.holding.manager.id)

    def _level(self, child: Member, level: str, on: date, section: str, by: str) -> None:
        t = self._t
        on = days.working_until(on)
        scene = t.scene(on, child, *(["focus"] if child is t.themes[0].focus else []))
        reason = ""
        if section == "level_same":
            own = [theme for theme in t.themes if theme.focus is child]
            if own and t.dice.chance(0.7):
                reason = t.say("reason", scene, book=own[0].name)
        reason = reason or t.voice.say(templates("general", section), scene)
        at = t.moment(on, 16 * 60 + 28) if on == t.spell.opened_on else t.office(on)
        t.pen.write(
            "level_of_need",
            by,
            at,
            episode_id=self.episode,
            person_id=child.id,
            level=level,
            on=on,
            reason=reason or "As decided at the front door.",
            reason_readers="professionals",
            by=by,
        )

    def _lead(self) -> None:
        """Who leads: the worker, or now and then a named person of a school or of health."""
        t, spell = self._t, self._t.spell
        on = spell.plan_on or spell.first_on
        if on is None or on > spell.until:
            return
        scene = t.scene(on, t.themes[0].focus)
        open_to = [code for code in CODES if code in scene.cast]
        outside = bool(open_to) and t.dice.chance(0.2)
        person = scene.professional(t.dice.pick(open_to)) if outside else None
        t.pen.write(
            "lead_practitioner",
            self._holder,
            t.office(on),
            episode_id=self.episode,
            worker_id=None if person else t.holding.at(on).id,
            name=person.name if person else t.holding.at(on).name,
            agency=person.agency if person else "council",
            on=on,
            by=self._holder,
        )
        for since, staff in t.holding.turns[1:]:
            if person is None and on < since <= spell.until:
                t.pen.write(
                    "lead_practitioner",
                    staff.id,
                    t.office(since),
                    episode_id=self.episode,
                    worker_id=staff.id,
                    name=staff.name,
                    agency="council",
                    on=since,
                    by=staff.id,
                )

    def _agreements(self) -> None:
        t, spell, house = self._t, self._t.spell, self._t.household
        if spell.first_on is None or spell.first_on > spell.until:
            return
        scene = t.scene(spell.first_on, t.themes[0].focus)
        agencies = ["school" if "school" in scene.cast else "health visitor", "GP"]
        agencies += t.dice.some(["housing", "advice centre", "health visitor", "nursery"], 1)
        self._agree(house.carer, "agreed", spell.first_on, t.say("agree", scene), sorted(set(agencies)))
        for member in (house.partner, house.elsewhere):
            if member is None or not any(tie.person == member.id and tie.responsible for tie in house.ties):
                continue
            scene_p = t.scene(spell.first_on, t.themes[0].focus)
            scene_p.people["p"] = member
            scene_p.cast.add("p")
            open_to = (
                {"agreed": 6.0}
                if member is house.partner
                else {"agreed": 3.0, "not_asked": 4.0, "declined": 1.0}
            )
            if any(theme.name == "dahistory" for theme in t.themes):
                open_to = {"not_asked": 1.0}
            state = t.dice.weighted(open_to)
            why = {"agreed": "", "not_asked": "agree_not", "declined": "decline"}[state]
            self._agree(member, state, t.after(spell.first_on, 0, 9), t.say(why, scene_p) if why else "", [])

    def _agree(self, member: Member, state: str, on: date, why: str, agencies: list[str]) -> None:
        t = self._t
        by = t.author(on)
        t.pen.write(
            "agreement",
            by,
            t.office(on),
            person_id=member.id,
            state=state,
            on=on,
            agencies=", ".join(agencies) or None,
            not_agencies="police" if agencies and t.dice.chance(0.15) else None,
            why=why or None,
            why_readers="family" if state == "agreed" and why else "workers" if why else None,
            by=by,
        )

    def _end(self) -> None:
        t, spell = self._t, self._t.spell
        if spell.closed_on is None:
            return
        scene = t.scene(spell.closed_on, t.themes[0].focus)
        ending = spell.end_reason or ""
        reason = END_WORDS.get(ending) or t.say(f"close {ending}", scene)
        state = "stepped_up" if spell.end_reason == "stepped_up" else "closed"
        self._state(state, spell.closed_on, t.holding.manager.id, reason)
        if spell.end_reason == "outcomes_met":
            due = days.working_from(spell.closed_on + timedelta(days=183))
            if due < min(t.today, spell.followed_on or t.today):
                self._state("follow_up", due, t.holding.coordinator.id)


END_WORDS = {
    "not_engaged": "Three visits, two letters, no answer. Agencies who see them were asked. Manager agreed.",
    "moved": "Moved out of the area. Their new council has the plan, as the parent agreed.",
    "stepped_up": "More than early help can hold. The social work team has accepted; plan sent.",
}


def allocations(pen: Pen, telling: Telling) -> None:
    """Who holds the family, in the locality's own scope: a row for each beginning and one for each end."""
    spell, holding, family = telling.spell, telling.holding, telling.household.id
    by = holding.coordinator.id

    def row(staff: Staff, role: str, on: date, to_on: date | None, why: str) -> None:
        written = telling.office(to_on or on)
        pen.write(
            "allocation",
            by,
            written,
            family_id=family,
            worker_id=staff.id,
            role=role,
            on=on,
            to_on=to_on,
            reason=why or None,
            reason_readers="workers" if why else None,
            by=by,
        )

    scene = telling.scene(spell.allocated_on, telling.themes[0].focus)
    for place, (since, staff) in enumerate(holding.turns):
        start = spell.allocated_on if place == 0 else since
        row(staff, "lead", start, None, telling.say("alloc", scene))
        ends = [later for later, _ in holding.turns[place + 1 :]]
        end = min(ends) if ends else spell.closed_on
        if end is not None:
            row(staff, "lead", start, end, "Handed over." if ends else "Help has ended.")
    if holding.second is not None:
        row(
            holding.second,
            "second",
            spell.allocated_on,
            None,
            "Second worker: two addresses to visit.",
        )
        if spell.closed_on is not None:
            row(holding.second, "second", spell.allocated_on, spell.closed_on, "Help has ended.")
