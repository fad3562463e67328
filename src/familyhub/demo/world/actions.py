"""The plan's actions: who does what by when, how it goes, what shows that it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from familyhub.demo.world import days
from familyhub.demo.world.grammar import Template, expand, templates
from familyhub.demo.world.scene import FamilyScene
from familyhub.demo.world.telling import Telling
from familyhub.demo.world.themes import Theme

Fields = dict[str, str | date | bool | None]
SAFETY_THEMES = ("dahistory", "teen", "alcohol")


@dataclass(frozen=True, slots=True)
class Owner:
    """Who does an action."""

    name: str
    agency: str
    person: str | None = None
    worker: str | None = None


def owner_of(code: str, scene: FamilyScene) -> Owner | None:
    """The named person behind a code in a scene; None when nobody there answers to it."""
    if code in scene.people:
        member = scene.people[code]
        return Owner(member.given, "family", person=member.id)
    if code not in scene.cast:
        return None
    person = scene.professional(code)
    return Owner(person.name, person.agency)


class ActionStory:
    """Writes the actions of one plan."""

    def __init__(self, telling: Telling, plan: str, quality: str) -> None:
        self._t, self._plan, self._quality = telling, plan, quality
        self._open: list[tuple[str, date | None]] = []
        self._writes: list[tuple[datetime, str, Fields]] = []
        self._texts: set[str] = set()
        self.agencies: set[str] = set()

    def write(self, need: str, theme: Theme, scene: FamilyScene, at: datetime) -> None:
        """Two or three actions of a need, some of them added at a later review."""
        t = self._t
        pool = [
            line for line in templates(theme.name, "action") if line.fits(scene) and self._can(line, scene)
        ]
        pool = [line for line in pool if line.key not in self._texts]
        count = 1 if self._quality == "poor" else t.dice.weighted({1: 2.0, 2: 3.0, 3: 0.5})
        chosen = t.dice.some(pool, count)
        for place, line in enumerate(chosen):
            self._texts.add(line.key)
            later = [held for _, held in t.spell.reviews]
            moment = at
            if place == count - 1 and later and t.dice.chance(0.5):
                moment = t.moment(t.dice.pick(later), 15 * 60 + 20)
            self._action(need, theme, line, scene, moment)

    def write_whole(self, need: str, theme: Theme, scene: FamilyScene, at: datetime) -> None:
        """Two actions for a child whom no strand of the story is about: one of another agency's, one of ours."""
        pool = [
            line
            for line in templates("general", "whole action")
            if line.fits(scene) and self._can(line, scene)
        ]
        pool = [line for line in pool if line.key not in self._texts]
        for ours in (False, True):
            line = next((x for x in pool if x.text.startswith(("worker", "a |")) is ours), None)
            if line is not None:
                self._texts.add(line.key)
                self._action(need, theme, line, scene, at)

    def _can(self, line: Template, scene: FamilyScene) -> bool:
        code = line.text.split("|")[0].strip()
        return code == "worker" or owner_of(code, scene) is not None

    def _action(self, need: str, theme: Theme, line: Template, scene: FamilyScene, at: datetime) -> None:
        t = self._t
        code, what, *progress = (part.strip() for part in line.text.split(" | "))
        created = at.date()
        if code == "worker":
            staff = t.holding.at(created)
            owner: Owner | None = Owner(staff.name, "council", worker=staff.id)
        else:
            owner = owner_of(code, scene)
        assert owner is not None
        self.agencies |= {owner.agency} - {"council", "family"}
        nameless = (
            self._quality != "good" and owner.agency not in ("family", "council") and t.dice.chance(0.3)
        )
        dateless = t.dice.chance({"good": 0.0, "mixed": 0.12, "poor": 0.4}[self._quality])
        due = None if dateless else days.working_from(created + timedelta(days=t.dice.between(14, 46)))
        action = t.pen.new_id("action")
        named = None if nameless else owner.name
        status, due = self._course(
            action, created, due, {"owner": named, "agency": owner.agency}, progress, scene
        )
        self._writes.append(
            (
                at,
                action,
                {
                    "plan_id": self._plan,
                    "need_id": need,
                    "what": expand(what, scene, t.dice),
                    "what_readers": "family",
                    "owner": named,
                    "owner_person_id": owner.person,
                    "owner_worker_id": owner.worker,
                    "agency": owner.agency,
                    "due": due,
                    "status": status,
                    "safety": True
                    if theme.name in SAFETY_THEMES and code in ("da", "police", "youth", "g")
                    else None,
                    "neutral_title": "Weekly session" if code == "da" else None,
                },
            )
        )

    def _course(
        self,
        action: str,
        created: date,
        due: date | None,
        owned: Fields,
        progress: list[str],
        scene: FamilyScene,
    ) -> tuple[str, date | None]:
        """How the action goes until the end of the spell; returns its status and date as they stand."""
        t, spell = self._t, self._t.spell
        self._status(action, "not_started", due, created, owned)
        expected = due or created + timedelta(days=40)
        done = days.working_from(expected + timedelta(days=t.dice.between(-9, 14)))
        steps = [days.working_from(created + (done - created) * part) for part in (0.4, 0.75)]
        finishes = t.dice.chance(0.8) and not (spell.course in ("stuck", "worse") and t.dice.chance(0.4))
        started = t.dice.chance(0.85)
        for place, on in enumerate(steps):
            if on > spell.until or not started or place >= len(progress) - 1:
                continue
            if place == 0:
                self._status(action, "in_progress", due, on)
            if place == 0 or t.dice.chance(0.5):
                self._progress(action, progress[place], on, scene)
        if done <= spell.until and finishes and started:
            self._status(action, "done", due, done)
            if progress:
                self._progress(action, progress[-1], done, scene)
            return "done", due
        if spell.closed_on is not None or (done <= spell.until and t.dice.chance(0.25)):
            on = min(done, spell.until)
            self._status(action, "stopped", due, on)
            return "stopped", due
        status = "in_progress" if started and steps[0] <= spell.until else "not_started"
        due = self._open_date(action, created, due, status)
        self._open.append((action, due))
        return status, due

    def _open_date(self, action: str, created: date, due: date | None, status: str) -> date | None:
        """When an action that is still open is due: mostly ahead, sometimes within days, sometimes late."""
        t = self._t
        if due is None:
            return None
        roll = t.dice.between(1, 100)
        if roll <= 9 and (t.today - created).days > 20:
            wanted = days.working_until(t.today - timedelta(days=t.dice.between(2, 16)))
        elif roll <= 19:
            wanted = days.working_from(t.today + timedelta(days=t.dice.between(0, 6)))
        else:
            wanted = days.working_from(t.today + timedelta(days=t.dice.between(9, 44)))
        moved = days.working_until(min(max(due, created), t.spell.until))
        if wanted != due and moved > created:
            self._status(action, status, wanted, moved)
        return wanted

    def _status(
        self, action: str, status: str, due: date | None, on: date, owned: Fields | None = None
    ) -> None:
        t = self._t
        by = t.holding.at(on).id
        t.pen.write(
            "action_status",
            by,
            t.moment(on, 15 * 60 + 30),
            action_id=action,
            status=status,
            due=due,
            on=on,
            by=by,
            says_owner=True if owned else None,
            owner=owned["owner"] if owned else None,
            agency=owned["agency"] if owned else None,
        )

    def _progress(self, action: str, text: str, on: date, scene: FamilyScene) -> None:
        t = self._t
        by = t.author(on)
        t.pen.write("action_progress", by, t.moment(on, 15 * 60 + 32), action_id=action, on=on,
                    text=expand(text, scene, t.dice), text_readers="family", by=by)  # fmt: skip

    def finish(self) -> None:
        """Write the actions; a steady family always has one that is open."""
        if self._t.steady and not self._open and self._writes:
            self._keep_one_open()
        for at, action, fields in self._writes:
            self._t.pen.write("action", self._t.holding.at(at.date()).id, at, row_id=action, **fields)

    def _keep_one_open(self) -> None:
        """One more round of the last action, agreed at the latest review and still to do."""
        t = self._t
        _, _, fields = self._writes[-1]
        on = max([held for _, held in t.spell.reviews] or [t.spell.visits[-1]])
        due = days.working_from(t.today + timedelta(days=t.dice.between(9, 30)))
        action = t.pen.new_id("action")
        self._status(action, "not_started", due, on, fields)
        again = f"{fields['what']}: carry on until the next review"
        self._writes.append((t.moment(on, 15 * 60 + 20), action, fields | {
            "what": again, "due": due, "status": "not_started",
        }))  # fmt: skip
