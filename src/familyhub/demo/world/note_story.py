"""Notes between visits: calls, texts, events told by other agencies, promises kept, attendance."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from familyhub.demo.world import days
from familyhub.demo.world.grammar import Template, split, templates
from familyhub.demo.world.scene import FamilyScene
from familyhub.demo.world.telling import Telling
from familyhub.demo.world.themes import Theme
from familyhub.demo.world.visit_story import Promise

ATTENDANCE = {"bad": (64, 84), "setback": (72, 86), "mixed": (82, 91), "good": (90, 97)}


class NoteStory:
    """Writes the notes of one spell."""

    def __init__(self, telling: Telling, promises: list[Promise]) -> None:
        self._t, self._promises = telling, promises

    def write(self) -> None:
        """Notes between the visits, then what was promised, then school figures."""
        t, spell = self._t, self._t.spell
        stops = [*spell.visits, spell.until]
        for first, then in pairwise(stops):
            if then - first > timedelta(days=4) and t.dice.chance(0.52):
                on = days.working_until(first + (then - first) * (t.dice.between(3, 8) / 10))
                if on > first:
                    self._between(on)
        for promise in self._promises:
            self._kept(promise)
        if t.dice.chance(0.16) and len(spell.visits) > 4:
            self._note(
                t.dice.pick(spell.visits[1:-1]) + days.DAY, t.themes[0], templates("general", "event_any")
            )
        self._attendance()

    def _between(self, on: date) -> None:
        t = self._t
        theme = t.dice.pick(t.themes)
        if t.dice.chance(0.62) and self._note(on, theme, t.theme_side(theme, "note", on)):
            return
        self._note(on, theme, templates("general", "text_any"), limit=2)

    def _note(self, on: date, theme: Theme, pool: tuple[Template, ...], limit: int = 1) -> bool:
        """One note from a pool of lines ``kind | who | text => impact``; False when no line fits."""
        t = self._t
        on = min(days.working_from(on), t.spell.until)
        scene = t.scene(on, theme.focus).without_school()
        able = [line for line in pool if _can_be_told(line, scene)]
        line = t.voice.fresh(able, scene, limit)
        if not line:
            return False
        kind, who, rest = (part.strip() for part in line.split("|", 2))
        text, impact = split(rest)
        self._write(on, kind.rstrip("*").lower(), who, text, impact, kind.endswith("*"), scene)
        return True

    def _write(
        self, on: date, kind: str, who: str, text: str, impact: str, big: bool, scene: FamilyScene
    ) -> None:
        t = self._t
        by = t.author(on)
        member = scene.people.get(who)
        other = None if member else scene.professional(who)
        minutes = t.dice.between(9 * 60, 16 * 60 + 50)
        at = t.written(on, minutes)
        theirs = member.given if member else other.name if other else ""
        reader = "workers" if other or (member and member is t.household.elsewhere) else "professionals"
        t.pen.write(
            "note",
            by,
            at,
            kind=kind,
            on=on,
            at=days.clock(minutes) if kind != "letter" else None,
            who=theirs,
            agency=other.agency if other else None,
            person_id=member.id if member else scene.focus.id if big and scene.focus else None,
            text=text[:1].upper() + text[1:],
            text_readers=reader,
            significant=True if big else None,
            impact=impact or None,
            impact_readers="workers" if impact else None,
            by=by,
            written_at=at,
        )

    def _kept(self, promise: Promise) -> None:
        """The call that was promised at a visit."""
        t = self._t
        on = days.add_working(promise.on, t.dice.between(1, 3))
        if on > t.spell.until or t.dice.chance(0.15):
            return
        if promise.code in ("teacher",) and not days.in_term(on):
            return
        for theme in t.themes:
            scene = t.scene(on, theme.focus)
            text = t.voice.fresh(templates("general", f"kept {promise.code}"), scene, 2)
            if text and promise.code in scene.cast:
                self._write(
                    on, "text" if "ext" in text[:22] else "call", promise.code, text, "", False, scene
                )
                return

    def _attendance(self) -> None:
        """The school's figure for each half term, for a child whose schooling the plan is about."""
        t, spell = self._t, self._t.spell
        watched = {"mornings", "sen", "teen", "behaviour", "youngcarer", "damp", "alcohol"}
        for theme in t.themes:
            child = theme.focus
            if theme.name not in watched or child is None or child.born is None:
                continue
            on = days.working_from(spell.opened_on + timedelta(days=12))
            while on <= spell.until:
                if days.in_term(on) and 0 <= days.school_year(child.born, on) < 12:
                    low, high = ATTENDANCE[spell.mood(on, theme.lag)]
                    low = low if theme.name in ("mornings", "teen") else max(low, 80)
                    by = t.holding.at(on).id
                    t.pen.write(
                        "person_fact",
                        by,
                        t.moment(on, 16 * 60),
                        person_id=child.id,
                        kind="attendance",
                        value=str(t.dice.between(low, high)),
                        on=on,
                        source="school",
                        by=by,
                    )
                on = days.working_from(on + timedelta(days=45))
            return


def _can_be_told(line: Template, scene: FamilyScene) -> bool:
    """Whether the person a note is from is there; nobody who needs an interpreter sends texts in slang."""
    kind, who = (part.strip() for part in line.text.split("|")[:2])
    return who in scene.cast and not (kind == "text" and "interp" in scene.tags)
