"""What an entry says of somebody of a family: each answer read, and what cannot be, in a sentence at its field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from familyhub.practice.clocks import parse_day
from familyhub.practice.days import show_day
from familyhub.practice.people import PersonOnFile, same_child
from familyhub.practice.unborn import NOT_BORN_YET, STILL_UNBORN, wrong_due
from familyhub.records.codes import MEMBER_ROLE, RELATIONSHIP, SEX

if TYPE_CHECKING:
    from familyhub.casework.checking import Check
    from familyhub.casework.people_entries import PersonEntry, TieEntry

WHO = "Who is it: a child, an adult, an unborn child, or somebody of the family's network?"
RESPONSIBLE = {"yes": True, "no": False, "": None}
Said = dict[str, Any]
"""By the name of a fact of ``PersonOnFile``, what the entry says of it; what it leaves out stays as it is."""


def said_of(check: Check, entry: PersonEntry, stood: PersonOnFile) -> Said:
    """Everything the entry says of somebody, read; problems go to ``check``."""
    said: Said = {}
    for name in ("given", "family_name", "school", "occupation", "agency"):
        if (text := getattr(entry, name)) is not None:
            said[name] = check.line(name, text)
    if entry.role is not None or not entry.person_id:
        said["role"] = check.code("role", entry.role or "", MEMBER_ROLE, needed=WHO) or ""
    if entry.sex is not None:
        said["sex"] = check.code("sex", entry.sex, SEX) or ""
    instead = STILL_UNBORN if stood.unborn else NOT_BORN_YET
    if entry.birth_date is not None:
        said["birth_date"] = check.day("birth_date", entry.birth_date, past=True, instead=instead) or ""
    if entry.expected_date is not None:
        said["expected_date"] = check.day("expected_date", entry.expected_date) or ""
    for name in ("since", "left_on"):
        if (day := getattr(entry, name)) is not None:
            said[name] = check.day(name, day, past=True) or ""
    for name in ("lives_here", "third_party"):
        if (answer := getattr(entry, name)) is not None:
            said[name] = answer
    return said


def no_contradictions(check: Check, stood: PersonOnFile, now: PersonOnFile, said: Mapping[str, Any]) -> None:
    """What cannot be true together of somebody, as they would stand, beside the field that says so."""
    if now.role in ("adult", "network") and not now.given and not now.family_name:
        check.wrong("given", "What are they called? A first name, a family name, or “Mum's friend”.")
    if now.role == "child" and not (now.given or now.family_name or now.birth_date):
        check.wrong("given", "What is the child called? Where nobody knows, when were they born?")
    if now.unborn and now.birth_date:
        check.wrong("birth_date", "Born already? Then it is a child, no unborn one: one of the two is wrong.")
    if now.school and now.school != stood.school and now.role != "child":
        check.wrong("school", "A school is written down of a child who is born.")
    _due(check, now, said)
    _came(check, stood, now, said)
    if now.left_on and now.since and now.left_on < now.since:
        check.wrong(
            "left_on" if "left_on" in said else "since",
            f"They came on {show_day(now.since, check.today)} and left on {show_day(now.left_on, check.today)}: "
            "which of the two days is wrong?",
        )


def _due(check: Check, now: PersonOnFile, said: Mapping[str, Any]) -> None:
    due = parse_day(now.expected_date)
    if due is None or not now.unborn or not ({"expected_date", "role"} & said.keys()):
        return
    if sentence := wrong_due(due, check.today):
        check.wrong("expected_date", sentence)


def _came(check: Check, stood: PersonOnFile, now: PersonOnFile, said: Mapping[str, Any]) -> None:
    """Nobody lives anywhere before they are born; who was written down unborn is in the file before that."""
    was_unborn = bool(stood.expected_date or now.expected_date) and "since" not in said
    if not (now.birth_date and now.since and now.since < now.birth_date) or was_unborn:
        return
    if {"since", "birth_date"} & said.keys():
        born, came = show_day(now.birth_date, check.today), show_day(now.since, check.today)
        check.wrong(
            "since" if "since" in said else "birth_date",
            f"Born on {born}, and here since {came}? Nobody moves in before they are born.",
        )


def not_there_already(check: Check, known: Iterable[PersonOnFile], now: PersonOnFile, although: str) -> None:
    """A child who may be in the file already is written down a second time only for a reason."""
    if now.role not in ("child", "unborn") or although:
        return
    for one in known:
        if not same_child(one, now.given, now.family_name, now.birth_date, now.expected_date):
            continue
        if one.unborn:
            day = show_day(one.expected_date, check.today)
            check.wrong("although", f"A baby due on {day} is in this file already. Twins? Write so here.")
            return
        way = (
            "choose them under “Were here” and say when they came back" if one.gone else "choose them instead"
        )
        check.wrong(
            "although", f"{one.called}, born on {show_day(one.birth_date, check.today)}, is in this file already. "
            f"If it is the same child, {way}. If not, write here why.",
        )  # fmt: skip
        return


def ties_of(
    check: Check, ties: Iterable[TieEntry], stood: PersonOnFile, known: Iterable[PersonOnFile]
) -> list[tuple[str, Said]]:
    """(id of the other, fields that change) for each tie about which something is said."""
    others = {p.id: p for p in known if p.id != stood.id}
    found: list[tuple[str, Said]] = []
    for tie in ties:
        field = f"tie:{tie.other_id}"
        before = stood.tie(tie.other_id)
        fields: Said = {}
        if tie.other_id not in others:
            check.wrong(field, f"{tie.other_id[:40]} is nobody in this family.")
            continue
        if tie.kind is not None:
            fields["kind"] = check.code(field, tie.kind, RELATIONSHIP) or ""
        if tie.responsible is not None:
            if tie.responsible not in RESPONSIBLE:
                check.wrong(field, "Parental responsibility: yes, no, or empty where it is not known.")
            fields["parental_responsibility"] = RESPONSIBLE.get(tie.responsible)
        if before is not None:
            stands = {"kind": before.kind, "parental_responsibility": before.responsible}
            fields = {f: v for f, v in fields.items() if v != stands[f]}
        elif not fields.get("kind"):
            if fields.get("parental_responsibility") is not None:
                check.wrong(field, f"What are they to each other, {others[tie.other_id].called} and they?")
            continue
        if fields:
            found.append((tie.other_id, fields))
    return found
