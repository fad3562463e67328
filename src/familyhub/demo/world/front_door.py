"""The front door: the contact that led to a spell of help, and contacts that led elsewhere or still wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from familyhub.demo.world import days, places
from familyhub.demo.world.advice_story import DUTY
from familyhub.demo.world.dice import Dice, digest_id
from familyhub.demo.world.grammar import Voice, templates
from familyhub.demo.world.handshake_story import DOWN, TEAM
from familyhub.demo.world.people import Household, Member
from familyhub.demo.world.scene import FamilyScene
from familyhub.demo.world.telling import Telling
from familyhub.demo.world.themes import Theme
from familyhub.demo.world.written import Pen, Written
from familyhub.practice.front_door import SIGNED_LEVELS

SOURCES = {
    "mornings": ("2A",),
    "money": ("1C", "2A", "4", "8"),
    "lowmood": ("3B", "3A", "1C"),
    "behaviour": ("1C", "2A"),
    "speech": ("3B", "8"),
    "sen": ("1C", "2A"),
    "dahistory": ("6", "3B"),
    "damp": ("4", "3B", "1C"),
    "teen": ("6", "2A"),
    "bereavement": ("2A",),
    "alcohol": ("2A", "1A"),
    "youngcarer": ("2A",),
    "newbaby": ("3D", "3B"),
    "separation": ("2A",),
    "kinship": ("1C", "2A"),
    "sleep": ("3B",),
}
STAFF_OF_SOURCE = {"3B": "hv", "3A": "gpn", "3D": "midwife", "4": "housing", "6": "police", "8": "volunteer"}
CHANNELS = {"6": "police", "1C": "phone", "1A": "phone", "8": "walk_in"}


WAITING_REASONS = {
    "to_sign": "More than one need and more than one agency: they have to be brought together in one plan.",
    "returned": "Worries were answered by school on the telephone; nothing more is asked for.",
}
"""Reasons of decisions that are not in force yet."""
STAGES = ("new", "to_sign", "held", "returned", "step_down")
"""Where contacts that wait stand, in turn."""

SOCIAL_CARE = ("5A", DUTY.partition(",")[0], TEAM, "0151 496 0140")
"""Who asks for a step down: source, name, team and number."""

Reason = Callable[[Member], str]
"""The written reason for one child's level."""


class FrontDoor:
    """Writes one contact with its children and their levels into a scope of its own."""

    def __init__(
        self, seed: int, household: Household, voice: Voice, dice: Dice, today: date, by: str, signer: str
    ) -> None:
        self._seed, self._house, self._voice, self._dice = seed, household, voice, dice
        self._today, self._by, self._signer = today, by, signer

    def helped(self, telling: Telling) -> tuple[str, list[Written]]:
        """The contact that a spell of help began with: its id and rows."""
        spell, theme = telling.spell, telling.themes[0]
        decided = days.utc(spell.opened_on, days.clock(16 * 60 + 10))

        def reason(child: Member) -> str:
            tags = ["focus"] if child is theme.focus else []
            return telling.say("level_same", telling.scene(spell.contact_on, child, *tags))

        return self._contact(spell.contact_on, theme, decided, "early_help", self._house.id, reason)

    def other(self, day: date, theme: Theme, outcome: str | None, stage: str = "new") -> list[Written]:
        """A contact that did not become early help; without an outcome it still waits, at a ``stage`` of the queue."""
        if outcome is None and stage != "new":
            return self._waiting(day, theme, stage)
        decided = None if outcome is None else days.utc(days.add_working(day, 1), days.clock(10 * 60 + 40))
        if decided is not None and decided.date() >= self._today:
            decided = days.utc(day, days.clock(17 * 60 + 20))
        reasons = templates("frontdoor", outcome or "waiting")

        def reason(child: Member) -> str:
            born = child if child.born is not None else None
            return self._voice.say(reasons, FamilyScene(self._seed, self._house, day, born))

        family = self._house.id if outcome == "already_open" else None
        return self._contact(day, theme, decided, outcome, family, reason)[1]

    def _waiting(self, day: date, theme: Theme, stage: str) -> list[Written]:
        """A contact that is held, or decided and not in force: it waits for a signature, or was returned."""
        asks = SOCIAL_CARE if stage == "step_down" else None
        contact, rows = self._contact(day, theme, None, None, None, lambda child: "", asks)
        pen, at = Pen(f"con:{contact}", self._seed, stage), days.utc(day, days.clock(16 * 60 + 40))
        if stage == "held":
            until = days.add_working(self._today, 1)
            pen.write(
                "contact_step", self._by, at, contact_id=contact, step="held", on=day, until=until, by=self._by,
                reason="School rings back after they have spoken with the parent.", reason_readers="workers",
            )  # fmt: skip
            return [*rows, *pen.in_time_order()]
        if asks is not None:
            _, whom, team, _ = asks
            pen.write(
                "handshake", self._by, at, kind="step_down", service=team, whom=whom, attached="their plan and the closing summary",
                handover_on=days.add_working(self._today, 2), told="agrees", reason=DOWN, reason_readers="workers", on=day,
                by=self._by, written_at=at,
            )  # fmt: skip
            return [*rows, *pen.in_time_order()]
        level, outcome = ("3", "early_help") if stage == "to_sign" else ("1", "no_further_action")
        signed = []
        for row in [row for row in rows if row.entity == "contact_child"]:
            self._answered(pen, contact, row.id, "yes", at)
            signed.append(pen.write(
                "contact_level", self._by, at, contact_id=contact, contact_child_id=row.id, level=level, outcome=outcome,
                on=day, reason=WAITING_REASONS[stage], reason_readers="workers", by=self._by,
            ))  # fmt: skip
        if stage == "returned":
            self._signature(
                pen, contact, signed, at, "returned", "Ask the health visitor before this is closed."
            )
        return [*rows, *pen.in_time_order()]

    def _answered(self, pen: Pen, contact: str, child: str, safe: str, at: datetime) -> None:
        how = "Said by who contacted us." if safe == "yes" else None
        pen.write(
            "contact_safe", self._by, at, contact_id=contact, contact_child_id=child, safe_now=safe, at=at, how=how,
            how_readers="workers" if how else None, by=self._by,
        )  # fmt: skip

    def _signature(
        self, pen: Pen, contact: str, signs: list[str], decided: datetime, signature: str, reason: str = ""
    ) -> None:
        at = decided + timedelta(minutes=10)
        pen.write(
            "contact_signature", self._signer, at, contact_id=contact, signature=signature,
            signs=",".join(sorted(signs)), on=at.date(), reason=reason or None,
            reason_readers="workers" if reason else None, by=self._signer,
        )  # fmt: skip

    def _followed(
        self,
        pen: Pen,
        contact: str,
        outcome: str | None,
        decided: datetime | None,
        told: date | None,
        source: str,
    ) -> None:
        """What came after the decision: help was opened, who contacted us was told."""
        if decided is None:
            return
        if outcome == "early_help":
            at = decided + timedelta(minutes=15)
            pen.write(
                "contact_step", self._by, at, contact_id=contact, step="opened", on=at.date(), by=self._by
            )
        if told is not None:
            at = max(decided + timedelta(minutes=20), days.utc(told, days.clock(16 * 60 + 50)))
            way = "phone" if source in ("1A", "1C") else "secure_mail"
            pen.write(
                "contact_step", self._by, at, contact_id=contact, step="told", on=told, way=way, by=self._by
            )

    def _source(self, theme: Theme, scene: FamilyScene) -> tuple[str, str, str, str]:
        """Source code, who, agency, and how they may be reached."""
        source = self._dice.pick(SOURCES[theme.name])
        if source == "2A" and "inschool" in scene.tags:
            person = scene.professional("dsl")
        elif source in STAFF_OF_SOURCE or (source == "2A"):
            source = source if source != "2A" else "3B"
            person = scene.professional(STAFF_OF_SOURCE[source])
        else:
            carer = self._house.carer
            name = f"{carer.given} {carer.surname}"
            if source == "1A":
                name = f"a relative of {carer.given}'s"
            return source, name, "family", places.mobile(self._dice)
        return source, person.name, person.agency, person.phone

    def _contact(
        self,
        day: date,
        theme: Theme,
        decided: datetime | None,
        outcome: str | None,
        family: str | None,
        reason: Reason,
        asks: tuple[str, str, str, str] | None = None,
    ) -> tuple[str, list[Written]]:
        scene = FamilyScene(self._seed, self._house, day, theme.focus)
        contact = digest_id(self._seed, self._house.key, "contact", day)
        pen, dice = Pen(f"con:{contact}", self._seed), self._dice
        source, who, agency, reach = asks or self._source(theme, scene)
        at = days.utc(day, days.clock(dice.between(8 * 60 + 20, 15 * 60 + 50)))
        told = None
        if decided is not None and dice.chance(0.86):
            told = days.add_working(decided.date(), dice.between(0, 2))
            told = told if told < self._today else decided.date()
        tried = self._voice.say(templates(theme.name, "tried"), scene) or self._voice.say(
            templates("general", "tried"), scene)  # fmt: skip
        pen.write(
            "contact",
            self._by,
            at,
            row_id=contact,
            received_at=at,
            channel=CHANNELS.get(source, "form"),
            source=source,
            who=who,
            agency=agency,
            reach=reach,
            in_confidence=source == "1A",
            locality=self._house.locality,
            family_id=family,
            worry=DOWN if asks else self._voice.say(templates(theme.name, "worry"), scene) or None,
            worry_readers="workers",
            tried=tried or None,
            tried_readers="professionals",
            parent_told=source == "1C" or dice.chance(0.85) or asks is not None,
            parent_agrees=family is not None or dice.chance(0.6) or asks is not None,
            outcome=outcome,
            told_on=told,
            by=self._by,
        )
        carer = self._house.carer
        pen.write(
            "contact_adult", self._by, at, contact_id=contact, given=carer.given, family_name=carer.surname,
            tie=carer.calls or None,
        )  # fmt: skip
        self._children(pen, contact, scene, at, decided, outcome, reason)
        self._followed(pen, contact, outcome, decided, told, source)
        return contact, pen.in_time_order()

    def _children(
        self,
        pen: Pen,
        contact: str,
        scene: FamilyScene,
        at: datetime,
        decided: datetime | None,
        outcome: str | None,
        reason: Reason,
    ) -> None:
        """The children named by whoever rang: now and then a brother or sister is left out."""
        known = [c for c in self._house.born_by(scene.day) if not c.third_party]
        if len(known) > 1 and scene.focus is not None and self._dice.chance(0.25):
            known = [scene.focus]
        signs = []
        for child in known or [c for c in self._house.children if c.expected]:
            row = pen.write(
                "contact_child",
                self._by,
                at,
                contact_id=contact,
                person_id=child.id if outcome in ("early_help", "already_open") else None,
                given=child.given,
                family_name=child.surname,
                birth_date=child.born,
                age=str(child.age(scene.day)) if child.born else "unborn",
                school=self._house.setting(child, scene.day) or None,
                safe_now=(safe := self._safe(outcome)),
            )
            if safe is not None:
                self._answered(pen, contact, row, safe, at)
            if decided is not None:
                level = self._level(child, scene, outcome)
                decision = pen.write(
                    "contact_level", self._by, decided, contact_id=contact, contact_child_id=row,
                    level=level, outcome=outcome, on=decided.date(),
                    reason=reason(child) or "Discussed with the manager; see the contact.",
                    reason_readers="workers", by=self._by,
                )  # fmt: skip
                if level in SIGNED_LEVELS or outcome == "no_further_action":
                    signs.append(decision)
        if decided is not None and signs:
            self._signature(pen, contact, signs, decided, "signed")

    def _safe(self, outcome: str | None) -> str | None:
        """*Safe now?* may still be open while a contact waits: ``yes`` means that the child is safe."""
        if outcome is None:
            return None
        return self._dice.weighted({"yes": 93, "not_known": 7})

    def _level(self, child: Member, scene: FamilyScene, outcome: str | None) -> str:
        if outcome == "social_care":
            return "4"
        if outcome in ("early_help", "already_open"):
            return "3" if child is scene.focus or self._dice.chance(0.5) else "2"
        return self._dice.pick(("1", "1", "2"))


def quiet_days(today: date, count: int, dice: Dice) -> list[date]:
    """Days of the past year on which contacts came that did not become early help, oldest first."""
    return sorted(days.working_until(today - timedelta(days=dice.between(6, 360))) for _ in range(count))
