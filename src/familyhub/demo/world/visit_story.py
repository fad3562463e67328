"""Visits: when, where, who was there, each child seen or not and why, what happened and what it may mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from familyhub.demo.world import days
from familyhub.demo.world.grammar import Template, join, split, templates
from familyhub.demo.world.people import Member
from familyhub.demo.world.scene import FamilyScene
from familyhub.demo.world.telling import Telling
from familyhub.demo.world.themes import Theme
from familyhub.demo.world.visit_children import ChildPages, Glance, Whereabouts

OUTCOMES = {"made": 88.0, "not_in": 7.0, "cancelled": 4.0, "refused": 1.2}
KINDS_DAY = {"home": 80.0, "hub": 8.0, "community": 5.0, "video": 1.0}
TAG_OF_KIND = {"community": "out", "school": "atschool"}
RHYTHM_DAYS = 14
LOOKS_BACK = re.compile(r"last time|last came|Last month|since I|\bago\b|again|still|stopped")
"""Words that make no sense at a first visit."""


@dataclass(slots=True)
class Slot:
    """A visit before it is told: its day, hour, kind and how it went."""

    on: date
    start: int
    end: int
    kind: str
    outcome: str
    guests: bool = True


@dataclass(frozen=True, slots=True)
class Promise:
    """Something said at a visit that somebody then does."""

    code: str
    on: date


class VisitStory:
    """Writes all visits of one spell in order."""

    def __init__(self, telling: Telling) -> None:
        self._t = telling
        self._pages = ChildPages(telling)
        self._limit = 1 if len(telling.spell.visits) < 22 else 2
        self.promises: list[Promise] = []
        self.made: list[tuple[date, str]] = []
        """The day and id of each visit that was made."""

    def write(self) -> None:
        """Every visit, then the next one that is planned."""
        t, spell = self._t, self._t.spell
        sure = self._sure_day()
        unseen = self._unseen()
        slots = [
            self._slot(on, on == sure or place == 0, on == sure) for place, on in enumerate(spell.visits)
        ]
        if spell.end_reason == "not_engaged":
            for slot in slots[1:][-3:]:
                slot.kind, slot.outcome, slot.end = "home", "not_in", slot.start + 10
        ahead = self._ahead(slots[-1].on if slots else None) if spell.closed_on is None else None
        for place, slot in enumerate(slots):
            following = slots[place + 1].on if place + 1 < len(slots) else ahead
            hidden = unseen if unseen is not None and slot.on > t.today - timedelta(days=47) else None
            if slot.outcome == "made":
                self._made(slot, following, place, sure == slot.on, hidden)
            else:
                self._not_made(slot, following)
        if ahead is not None:
            self._next(ahead, bool(slots))

    def _sure_day(self) -> date | None:
        """The late visit at which every child is seen; not one spent at the other parent's."""
        t, spell = self._t, self._t.spell
        away = {child.dad_day for child in t.household.children}
        recent = [on for on in spell.visits if (spell.until - on).days <= 34]
        for on in reversed(recent):
            if on.weekday() not in away:
                return on
        return None

    def _unseen(self) -> Member | None:
        """In a few families one child of several has been missed for six weeks and more."""
        t, spell = self._t, self._t.spell
        if spell.closed_on or (spell.until - spell.opened_on).days < 75 or not t.dice.chance(0.22):
            return None
        born = [c for c in t.household.born_by(spell.opened_on) if c.months(spell.until) > 60]
        return t.dice.pick(born) if len(t.household.born_by(spell.opened_on)) > 1 and born else None

    def _slot(self, on: date, made: bool, sure: bool) -> Slot:
        t, dice = self._t, self._t.dice
        pupils = [c for c in t.household.born_by(on) if c.born and 0 <= days.school_year(c.born, on) < 12]
        term = days.in_term(on)
        if term and pupils and (sure or dice.chance(0.5)):
            start = dice.between(15 * 60 + 35, 16 * 60 + 45) // 5 * 5
        else:
            start = dice.between(9 * 60 + 30, 14 * 60 + 15) // 5 * 5
        kind = "home" if sure or on == t.spell.first_on else dice.weighted(KINDS_DAY)
        focus = [theme.focus for theme in t.themes if theme.focus in pupils]
        if term and focus and not sure and on != t.spell.first_on and start < 14 * 60 and dice.chance(0.3):
            kind = "school"
        outcome = "made" if made or kind == "school" else dice.weighted(OUTCOMES)
        if kind == "hub" and outcome == "not_in":
            outcome = "not_brought"
        length = dice.between(25, 40) if kind in ("school", "video") else dice.between(35, 75)
        if outcome != "made":
            length = 5 + dice.below(15)
        return Slot(on, start, start + length, kind, outcome)

    def _tags(self, slot: Slot) -> list[str]:
        tags = [TAG_OF_KIND.get(slot.kind, slot.kind), "after" if slot.start >= 15 * 60 + 20 else "day"]
        if slot.on == self._t.spell.first_on:
            tags.append("first")
        if slot.on == self._t.spell.closed_on or (
            self._t.spell.closed_on and slot.on == self._t.spell.visits[-1]
        ):
            tags.append("last")
        return tags

    def _not_made(self, slot: Slot, following: date | None) -> None:
        t = self._t
        by = t.author(slot.on)
        focus = t.themes[0].focus
        scene = t.scene(slot.on, focus, *self._tags(slot)).without_school().at(slot.start)
        t.pen.write(
            "visit", by, at := t.written(slot.on, slot.end), kind=slot.kind, outcome=slot.outcome, on=slot.on,
            start_at=days.clock(slot.start), planned=True,
            no_access_did=t.say(slot.outcome, scene) or None, no_access_did_readers="professionals",
            next_try=following, by=by, written_at=at,
        )  # fmt: skip

    def _made(
        self, slot: Slot, following: date | None, place: int, sure: bool, hidden: Member | None
    ) -> None:
        t, dice = self._t, self._t.dice
        by = t.author(slot.on)
        tags = self._tags(slot)
        glances = Whereabouts(t, slot.on, slot.start, slot.kind).all(sure, hidden)
        at = t.written(slot.on, slot.end)
        visit = t.pen.new_id("visit")
        happened = self._happened(slot, tags, glances)
        meaning = self._meaning(slot, tags, glances) if dice.chance(0.62) else ""
        second = t.holding.second
        with_id = second.id if second and by != second.id and dice.chance(0.12) else None
        worried = t.spell.mood(slot.on) in ("bad", "setback") and dice.chance(0.04)
        t.pen.write(
            "visit",
            by,
            at,
            row_id=visit,
            kind=slot.kind,
            outcome="made",
            on=slot.on,
            start_at=days.clock(slot.start),
            end_at=days.clock(slot.end),
            planned=dice.chance(0.9),
            with_worker_id=with_id,
            happened=happened,
            happened_readers="professionals",
            meaning=meaning or None,
            meaning_readers="workers" if meaning else None,
            safe="not_sure" if worried else "no",
            significant=True if place == 0 or dice.chance(0.04) else None,
            told_family=dice.chance(0.85),
            next_on=following,
            no_next_because="Help is ending." if "last" in tags and following is None else None,
            by=by,
            written_at=at,
        )
        self.made.append((slot.on, visit))
        self._pages.write(visit, by, at, slot.on, glances, tags)
        self._present(visit, by, slot, happened)

    def _happened(self, slot: Slot, tags: list[str], glances: list[Glance]) -> str:
        """What was seen, heard and told, in two to six sentences."""
        t, dice, voice = self._t, self._t.dice, self._t.voice
        seen = {glance.child.id for glance in glances if glance.seen}
        main = t.themes[0]
        if slot.kind == "school":
            return self._at_school(slot, tags, glances)
        scene = self._scene(slot, main, tags, seen)
        parts: list[str] = []
        if "first" in tags:
            parts.append(voice.fresh(templates("general", "first"), scene, 1))
        elif dice.chance(0.42):
            parts.append(voice.fresh(templates("general", "arrive"), scene, self._limit))
        if slot.kind == "home" and dice.chance(0.38):
            poor = t.spell.mood(slot.on) == "bad" and any(
                x.name in ("money", "lowmood", "damp", "alcohol") for x in t.themes
            )
            section = "home_poor" if poor and dice.chance(0.6) else "home_good"
            parts.append(voice.fresh(templates("general", section), scene, self._limit))
        for place, theme in enumerate(t.themes):
            count = (2 if dice.chance(0.45) else 1) if place == 0 else (1 if dice.chance(0.5) else 0)
            scene = self._scene(slot, theme, tags, seen)
            pool = t.theme_pool(theme, t.spell.mood(slot.on, theme.lag), slot.on)
            if "first" in tags:
                pool = [
                    line for line in t.theme_pool(theme, "bad", slot.on) if not LOOKS_BACK.search(line.text)
                ]
            parts += [voice.fresh(pool, scene, self._limit) for _ in range(count)]
        if "last" in tags:
            parts.append(voice.fresh(templates("general", "end"), scene, 1))
        elif dice.chance(0.34):
            parts.append(self._closing(slot, scene))
        if not any(parts):
            parts.append(voice.say(templates("general", "close")[5:], scene))
        return join(parts)

    def _closing(self, slot: Slot, scene: FamilyScene) -> str:
        text, code = split(self._t.voice.fresh(templates("general", "close"), scene, 2))
        if code:
            self.promises.append(Promise(code, slot.on))
        return text

    def _at_school(self, slot: Slot, tags: list[str], glances: list[Glance]) -> str:
        t = self._t
        seen = next((glance.child for glance in glances if glance.seen), None)
        scene = t.scene(slot.on, seen, "fseen", *tags)
        scene.cast.discard("a")
        first = t.voice.fresh(templates("general", "school_visit"), scene, 3)
        parts = [first, t.voice.fresh(templates("general", "school_more"), scene, 2)]
        for theme in t.themes:
            if theme.focus is seen:
                pool = t.theme_pool(theme, t.spell.mood(slot.on, theme.lag), slot.on)
                parts.append(
                    t.voice.fresh([line for line in pool if _without_home(line)], scene, self._limit)
                )
        return join(parts)

    def _scene(self, slot: Slot, theme: Theme, tags: list[str], seen: set[str]) -> FamilyScene:
        scene = self._t.scene(slot.on, theme.focus, *tags).without_school().at(slot.start)
        if theme.focus is not None and theme.focus.id in seen:
            scene.tags.add("fseen")
        if "s" in scene.people and scene.people["s"].id in seen:
            scene.tags.add("sseen")
        return scene

    def _meaning(self, slot: Slot, tags: list[str], glances: list[Glance]) -> str:
        t, dice = self._t, self._t.dice
        theme = dice.pick(t.themes)
        scene = self._scene(slot, theme, tags, {glance.child.id for glance in glances if glance.seen})
        mood = t.spell.mood(slot.on, theme.lag)
        section = (
            "meaning_good" if mood == "good" or (mood == "mixed" and dice.chance(0.5)) else "meaning_bad"
        )
        own = t.voice.fresh(templates(theme.name, section), scene, self._limit)
        more = (
            ""
            if own and dice.chance(0.75)
            else t.voice.fresh(templates("general", "meaning"), scene, self._limit)
        )
        return join([own, more])

    def _present(self, visit: str, by: str, slot: Slot, happened: str) -> None:
        """The adults who were there; whoever the text says was there is among them."""
        t, dice, house = self._t, self._t.dice, self._t.household
        if slot.kind == "school":
            return
        there = [house.carer]
        for member, share in ((house.partner, 0.3), (house.network, 0.1)):
            if member is None or slot.kind != "home":
                continue
            told = f"{member.given} was there" in happened or f"{member.given} had come round" in happened
            if told or dice.chance(share):
                there.append(member)
        at = t.pen.rows[-1].at
        for member in there:
            t.pen.write("visit_present", by, at, visit_id=visit, person_id=member.id)
        if "Neighbour was on the step" in happened:
            t.pen.write("visit_present", by, at, visit_id=visit, name="a neighbour", third_party=True)

    def _ahead(self, last: date | None) -> date:
        """The day of the next visit: today, or in the local rhythm."""
        t, spell = self._t, self._t.spell
        if t.dice.chance(0.07) and days.is_working(t.today) and last != spell.first_on:
            return t.today
        rhythm = (last or spell.allocated_on) + timedelta(days=RHYTHM_DAYS)
        on = days.working_from(max(rhythm, t.today + timedelta(days=t.dice.between(0, 5))))
        away = {child.dad_day for child in t.household.children}
        return days.add_working(on, 1) if on.weekday() in away else on

    def _next(self, on: date, visited: bool) -> None:
        """The row of the next visit, written with the last one."""
        t, spell = self._t, self._t.spell
        start = (t.dice.between(9 * 60 + 30, 16 * 60 + 15)) // 15 * 15
        holder = t.holding.at(spell.until).id
        at = t.pen.rows[-1].at if visited else t.office(spell.until)
        kind = "home" if t.dice.chance(0.88) else "hub"
        t.pen.write("next_visit", holder, at, on=on, at=days.clock(start), kind=kind, worker_id=holder)


def _without_home(line: Template) -> bool:
    return not ({"home", "after", "hub", "out"} & line.must) and "fseen" in line.must
