"""What is written down: every text says who may read it, a new record is one module, lists agree with the nation's."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import familyhub.records as package
from familyhub.records import codes
from familyhub.records.catalogue import entities
from familyhub.records.synced import Entity, describe
from tests.support.homes import ROOT


@pytest.mark.parametrize("entity", entities().values(), ids=lambda e: e.name)
def test_every_text_says_who_may_read_it(entity: Entity) -> None:
    for name, rule in entity.fields.items():
        if rule.kind == "words":
            beside = entity.fields[f"{name}_readers"]
            assert (beside.codes, beside.shown) == (codes.READERS, "cautious"), name
            assert beside.order == ("workers", "professionals", "family"), (
                "contested, the narrower audience is shown"
            )


def test_who_may_read_is_listed_narrowest_first() -> None:
    assert list(codes.READERS.values) == ["workers", "professionals", "family"]
    assert codes.READERS.words("workers") == "workers only"


def test_every_entity_of_the_package_is_discovered() -> None:
    declared = set()
    for path in Path(package.__file__).parent.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        declared |= {line.split('"')[1] for line in text.splitlines() if line.startswith('    entity = "')}
    assert set(entities()) == declared
    assert len(declared) >= 28


@pytest.mark.parametrize("entity", entities().values(), ids=lambda e: e.name)
def test_a_record_can_be_kept_before_its_parent_and_in_any_part(entity: Entity) -> None:
    """Key (scope, id), everything else may be missing, and nothing points at another table."""
    table = entity.table.__table__  # type: ignore[attr-defined]
    assert [c.name for c in table.primary_key.columns] == ["scope", "id"]
    assert all(c.nullable for c in table.columns if c.name not in ("scope", "id"))
    assert not table.foreign_keys
    assert entity.table.__doc__


@pytest.mark.parametrize("entity", entities().values(), ids=lambda e: e.name)
def test_fields_point_at_records_that_exist_and_cautious_ones_have_an_order(entity: Entity) -> None:
    for name, rule in entity.fields.items():
        if rule.kind == "ref":
            assert rule.to in entities(), name
        if rule.shown == "cautious":
            assert rule.order, name
            assert rule.protective, name


ONE_RECORD = '''
from familyhub.records.synced import Synced, day, line, readers, words

class HolidayClub(Synced, table=True):
    """A week at a holiday club."""
    entity = "holiday_club"
    on: str | None = day()
    place: str | None = line()
    how: str | None = words()
    how_readers: str | None = readers()
'''


def test_a_new_record_is_one_small_module(tmp_path: Path) -> None:
    """Its table, its codec and its search entries follow from the declaration. In a process of its own."""
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "clubs.py").write_text(ONE_RECORD)
    code = f"""
import familyhub.records as package
package.__path__.append({str(folder)!r})
from familyhub.records.catalogue import entities
from familyhub.store.apply import codec
from familyhub.store.search import _prose
found = entities()["holiday_club"]
print(found.name, list(found.fields), codec("holiday_club").columns[-4:], _prose()["holiday_club"])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "src", capture_output=True, text=True, check=True
    )
    fields = ["on", "place", "how", "how_readers"]
    assert done.stdout.strip() == f"holiday_club {fields} {tuple(fields)} ('how',)"


def test_a_text_without_its_readers_is_refused() -> None:

    code = ONE_RECORD.replace("    how_readers: str | None = readers()\n", "").replace(
        "holiday_club", "no_readers"
    )
    space: dict[str, object] = {"__name__": "a_test"}
    try:
        exec(code, space)
        with pytest.raises(TypeError, match=r"HolidayClub\.how is a text that does not say who may read it"):
            describe(space["HolidayClub"])  # type: ignore[arg-type]
    finally:
        table = space["HolidayClub"]
        table.metadata.remove(table.__table__)  # type: ignore[attr-defined]
        table.entity = ""  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("codes_list", "count"),
    [
        (codes.ETHNICITY, 20), (codes.CONTACT_SOURCE, 22), (codes.NEED_HEADLINE, 10), (codes.LEVEL, 4),
        (codes.ACTION_STATUS, 4), (codes.SAFETY_ANSWER, 3), (codes.READERS, 3),
    ],
    ids=lambda v: getattr(v, "name", v),
)  # fmt: skip
def test_lists_have_as_many_codes_as_their_source(codes_list: codes.CodeList, count: int) -> None:
    assert len(codes_list.values) == count
    assert len(set(codes_list.values.values())) == count


def test_the_lists_the_command_line_promises_have_their_codes() -> None:
    assert list(codes.ACTION_STATUS.values) == ["not_started", "in_progress", "done", "stopped"]
    assert set(codes.SAFETY_ANSWER.values) == {"no", "not_sure", "yes"}
    assert codes.CONTACT_SOURCE.words("2A") == "school"
    assert {len(c) for c in codes.ETHNICITY.values} == {4}


def test_a_code_of_a_newer_version_is_shown_as_it_came() -> None:
    assert codes.LEVEL.words("5") == "5"
    assert codes.LEVEL.words(None) == ""


def test_every_list_is_known_by_its_name_once() -> None:
    lists = [
        v
        for v in vars(importlib.import_module("familyhub.records.codes")).values()
        if isinstance(v, codes.CodeList)
    ]
    assert len(codes.all_lists()) == len(lists)
