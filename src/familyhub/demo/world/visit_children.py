"""Each child at a visit: where they were, seen or not, alone or not, what they said or how they looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from familyhub.demo.world import days
from familyhub.demo.world.grammar import split, templates
from familyhub.demo.world.people import Member
from familyhub.demo.world.telling import Telling

ALONE_FROM_MONTHS = 60
TALKS_FROM_MONTHS = 38


@dataclass(frozen=True, slots=True)
class Glance:
    """One child at one visit."""

    child: Member
    seen: bool
    why: str = ""
    how: str = ""


class Whereabouts:
    """Where each child of the household is at an hour of a day, the same way every week."""

    def __init__(self, telling: Telling, on: date, start: int, kind: str) -> None:
        self._t, self._on, self._start, self._kind = telling, on, start, kind
        self._term = days.in_term(on)

    def all(self, sure: bool, hidden: Member | None) -> list[Glance]:
        """Every child who is born and lives here; at a ``sure`` visit everybody but ``hidden`` is seen."""
        children = self._t.household.born_by(self._on)
        if self._kind == "school":
            pupils = [theme.focus for theme in self._t.themes if theme.focus in children]
            met = next((c for c in children if c in pupils and self._in_school(c)), None)
            return [
                Glance(c, c is met, "" if c is met else "visit was at school", "talked" if c is met else "")
                for c in children
            ]
        return [self._glance(child, sure, hidden) for child in children]

    def _in_school(self, child: Member) -> bool:
        return child.born is not None and 0 <= days.school_year(child.born, self._on) < 12

    def _glance(self, child: Member, sure: bool, hidden: Member | None) -> Glance:
        why = self._absence(child, sure)
        if child is hidden and not why:
            why = self._t.dice.pick(
                ("out with friends", "at a friend's", "stayed in the bath", "at a cousin's")
            )
        if child is hidden or (why and not (sure and why.startswith("at a friend"))):
            return Glance(child, False, why)
        return Glance(child, True, "", self._how(child))

    def _absence(self, child: Member, sure: bool) -> str:
        """Why a child is not there; empty when at home."""
        dice, on, months = self._t.dice, self._on, child.months(self._on)
        after = self._start >= 15 * 60 + 20
        away = self._t.household.elsewhere
        if self._term and self._in_school(child) and not after:
            off = any(x.name == "mornings" and x.focus is child for x in self._t.themes)
            off = off and self._t.spell.mood(on) in ("bad", "setback")
            return "" if off and dice.chance(0.5) else "at school"
        if child.dad_day == on.weekday() and after and away is not None:
            return f"at {away.calls.lower()}'s"
        if sure:
            return ""
        if child.club_day == on.weekday() and after and months >= 84 and self._term:
            return f"at {child_club(child)}"
        if self._at_nursery(child):
            return "at nursery"
        if months < 30 and dice.chance(0.06):
            return "asleep upstairs"
        if months >= 138 and dice.chance(0.3):
            return dice.pick(("out with friends", "at a mate's", "in town", "at the gym"))
        if months >= 84 and dice.chance(0.08):
            return dice.pick(("at a friend's", "playing out"))
        return ""

    def _at_nursery(self, child: Member) -> bool:
        morning = self._term and self._start < 12 * 60 and self._on.weekday() in child.nursery_days
        return (
            morning and 36 <= child.months(self._on) < 60 and bool(self._t.household.setting(child, self._on))
        )

    def _how(self, child: Member) -> str:
        dice, months = self._t.dice, child.months(self._on)
        if self._kind == "video":
            return "video"
        if months < 12:
            return dice.pick(("awake", "awake", "asleep"))
        if months < 36:
            return dice.pick(("watched", "played", "awake"))
        if months < ALONE_FROM_MONTHS:
            return dice.pick(("played", "played", "watched", "talked"))
        return dice.pick(("talked", "talked", "talked", "played" if months < 130 else "talked"))


def child_club(child: Member) -> str:
    """The club a child goes to, the same every week."""
    return ("football training", "dance", "swimming", "Brownies or Cubs", "boxing", "drama")[
        int(child.id[:2], 16) % 6
    ]


class ChildPages:
    """Writes the row of each child at a visit."""

    def __init__(self, telling: Telling) -> None:
        self._t = telling

    def write(
        self, visit: str, by: str, at: datetime, on: date, glances: list[Glance], tags: list[str]
    ) -> None:
        """A row for every child who lives here, seen or not."""
        dice = self._t.dice
        for glance in glances:
            child = glance.child
            old_enough = child.months(on) >= ALONE_FROM_MONTHS
            alone: bool | None = None
            if glance.seen and old_enough and glance.how != "video":
                alone = dice.chance(0.85 if "atschool" in tags else 0.42)
            asked, said, method = self._words(glance, on, tags, bool(alone)) if glance.seen else ("", "", "")
            self._t.pen.write(
                "visit_child",
                by,
                at,
                visit_id=visit,
                person_id=child.id,
                seen=glance.seen,
                alone=alone,
                bedroom=dice.chance(0.22) if glance.seen and "home" in tags else None,
                how=glance.how or None,
                not_seen_why=glance.why or None,
                said=said or None,
                said_readers="workers" if said else None,
                asked=asked or None,
                asked_readers="workers" if asked else None,
                method=method or None,
            )

    def _words(self, glance: Glance, on: date, tags: list[str], alone: bool) -> tuple[str, str, str]:
        """What was asked, what the child said or showed, and how."""
        t, dice, child = self._t, self._t.dice, glance.child
        months = child.months(on)
        extra = ["asleep"] if glance.how == "asleep" else []
        scene = t.scene(on, child, *tags, *extra)
        if months < TALKS_FROM_MONTHS or glance.how in ("watched", "asleep", "awake"):
            if not dice.chance(0.6) or glance.how == "video":
                return "", "", ""
            section = "baby" if months < 11 else "toddler" if months < 34 else "preschool"
            return "", t.voice.fresh(templates("general", section), scene, 2), "watched"
        if child.third_party or not dice.chance(0.8 if "atschool" in tags else 0.62 if alone else 0.32):
            return "", "", ""
        section = "small" if months < 66 else "middle" if months < 132 else "older"
        own = [theme for theme in t.themes if theme.focus is child]
        line = ""
        if own and dice.chance(0.6):
            line = t.voice.fresh(templates(dice.pick(own).name, section), scene, 1)
        line = line or t.voice.fresh(templates("general", section), scene, 2)
        asked, said = split(line)
        method = "said"
        if months >= 60 and dice.chance(0.18):
            method = dice.pick(("three_houses", "drawn", "scales"))
        return asked, said[:1].upper() + said[1:], method if said else ""
