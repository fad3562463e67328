"""Every field of every record is told in words: people by name, dates as dates, codes and yes or no in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from familyhub.casework.laptop import Laptop
from familyhub.practice.difference_words import IDS
from familyhub.practice.differences import Difference
from familyhub.records.catalogue import entities
from familyhub.records.synced import Entity, FieldRule
from familyhub.store.queries import differences as queries
from familyhub.sync.merge import difference_id
from tests.support.families import ASHA, BELL, SAM, TODAY
from tests.support.homes import SmallHome

FAM = f"fam:{BELL}"
NAMING = {"name": "Zebra house", "what": "Zebra walk", "given": "Zebra", "started_on": "2026-02-05", "on": "2026-02-05",
          "received_at": "2026-02-05T10:00:00Z", "held_on": "2026-02-05"}  # fmt: skip
ID = re.compile(r"zq|_|[0-9a-f]{32}|\d{4}-\d\d-\d\d|w-asha|w-sam")
"""What no person should have to read: ids, names of columns, dates as machines write them."""


def make_targets(laptop: Laptop) -> None:
    """One record of each kind with an id that would be noticed, and what it is called by."""
    with laptop.store.work(ASHA) as work:
        for name, entity in entities().items():
            first, rule = next(iter(entity.fields.items()))
            fields = {f: v for f, v in NAMING.items() if f in entity.fields} or {
                first: values_of(name, first, rule)[0]
            }
            scope = "ref" if name in ("worker", "locality") else FAM
            work.create(scope, name, fields, f"zq-{name}")
        work.create(
            FAM,
            "person_name",
            {"person_id": "zq-person", "given": "Zebra", "family_name": "Pole"},
            "zq-called",
        )


def values_of(entity: str, field: str, rule: FieldRule) -> tuple[Any, Any]:
    """Two answers of the field's kind, told apart."""
    if target := (rule.to if rule.kind == "ref" else IDS.get((entity, field))):
        return f"zq-{target}", "zq-nobody here"
    if rule.codes is not None:
        first, second, *_ = rule.codes.values
        return first, second
    return {
        "flag": (True, False), "number": (4, 5), "day": ("2026-03-20", "2026-03"), "words": ("A calm day.", "A loud day."),
        "moment": ("2026-03-20T09:00:00Z", "2026-03-21T09:00:00Z"), "line": ("09:30", "10:30"),
    }[rule.kind]  # fmt: skip


def differ(laptop: Laptop, entity: str, field: str, answers: tuple[Any, Any]) -> Difference:
    for worker, value in zip((ASHA, SAM), answers, strict=True):
        with laptop.store.work(worker) as work:
            work.change(FAM, entity, "zq-row", "WyIiLHt9LFtdXQ", {field: value})
    with laptop.store.reading() as connection:
        found = queries.one(connection, difference_id(FAM, entity, "zq-row", field), ASHA, TODAY)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def many(small_home: SmallHome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    """A laptop with a record of every kind."""
    made = small_home.laptop(tmp_path_factory.mktemp("words") / "home")
    make_targets(made)
    yield made
    made.close()


@pytest.mark.parametrize("entity", entities().values(), ids=lambda e: e.name)
def test_no_id_no_code_and_no_column_is_shown(entity: Entity, many: Laptop) -> None:
    for field, rule in entity.fields.items():
        answers = values_of(entity.name, field, rule)
        found = differ(many, entity.name, field, answers)
        for words in (found.subject, found.field_words, *(c for _, c in found.codes if found.kind != "ref")):
            assert words.strip()
            assert not ID.search(words), words
        assert {v.by_name for v in found.values} == {"Asha Rahman", "Sam Doyle"}
        for value, told in zip(answers, found.values, strict=True):
            assert told.words, field
            assert not ID.search(told.words), f"{field}: {told.words}"
            if rule.codes is not None:
                assert told.words == rule.codes.words(str(value))
            if isinstance(value, bool):
                assert told.words == ("yes" if value else "no")


@pytest.mark.parametrize(
    ("entity", "field", "value", "words"),
    [("next_visit", "worker_id", SAM, "Sam Doyle"), ("membership", "person_id", "dawn", "Dawn Bell"),
     ("membership", "person_id", "unborn", "the unborn baby"), ("membership", "person_id", "nobody", "somebody without a name here"),
     ("need", "plan_id", "bell-plan", "the plan of 19 Feb"), ("action", "need_id", "mood", "“Dawn's mood”"),
     ("family", "locality", "birkenhead", "Birkenhead"), ("concern", "child_ids", "leo,mia", "Leo Bell, Mia Bell"),
     ("action", "due", None, "no date"), ("action", "owner", None, "nothing"), ("action", "status", "paused", "paused"),
     ("person_fact", "value", "support", "SEN support")],
)  # fmt: skip
def test_people_days_and_things_are_called_what_they_are_called(
    entity: str, field: str, value: Any, words: str, laptop: Laptop
) -> None:
    other = "2026-01-01" if entities()[entity].fields[field].kind == "day" else "another"
    assert differ(laptop, entity, field, (value, other)).values[0].words == words
