"""The only writer of synced tables: what is saved is loaded equal, whatever it is."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from familyhub.records.catalogue import entities
from familyhub.records.synced import Entity
from familyhub.store import migrate
from familyhub.store.apply import SIZES, Projection, chunks, codec
from familyhub.store.laptop import LaptopStore
from familyhub.store.queries.families import SEARCHED_TABLES
from familyhub.store.search import NAME_FIELDS, SearchIndexer
from familyhub.sync import merge
from familyhub.sync.copy import NOTHING, Held
from familyhub.sync.merge import Register
from familyhub.sync.ops import REMOVED, Op
from familyhub.sync.snapshot import snapshot_row

FAM = "fam:a"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LaptopStore]:
    made = LaptopStore(tmp_path_factory.mktemp("apply"), bytes(range(32)), demonstration=True)
    migrate.upgrade_laptop(made.engine)
    yield made
    made.close()


@pytest.fixture
def projection(store: LaptopStore) -> Iterator[Projection]:
    """A projection in a transaction that is undone."""
    with store.engine.connect() as connection:
        yield Projection(connection, SearchIndexer(connection))
        connection.rollback()


def op(op_id: str, patch: dict[str, Any], base: dict[str, tuple[str, ...]] | None = None, *, kind: str = "change",
       entity: str = "action", row_id: str = "r", hlc: int = 5, actor: str = "w") -> Op:  # fmt: skip
    return Op(FAM, op_id, "inc", 1, kind, entity, row_id, 1, hlc, actor, patch, base or {})


def row_of(*ops: Op) -> Held:
    held = NOTHING
    for one in ops:
        held = held.after(one, "2026-03-01T09:00:00Z")
    return held


def all_of(projection: Projection, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(r) for r in projection.connection.exec_driver_sql(sql)]


# -- round trip ------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.integers(-(1 << 63), (1 << 64) - 1)
JSON = st.one_of(TEXT, NUMBERS, st.booleans(), st.none(), st.floats(allow_nan=False, allow_infinity=False),
                 st.lists(TEXT, max_size=2), st.dictionaries(TEXT, NUMBERS, max_size=2))  # fmt: skip
OP_IDS = st.sampled_from(["op-a", "op-b", "op-c"])
HLC = st.integers(0, (1 << 62))


@st.composite
def rows(draw: st.DrawFn, entity: Entity | None) -> Held:
    """A row as ops of any kind, old and new, may have left it: heads, dead, fields and values of other versions."""
    known = list(entity.fields) if entity else []
    names = draw(
        st.lists(
            st.sampled_from([*known, "of a newer version", "id", "_x"]), unique=True, min_size=1, max_size=5
        )
    )
    creator = draw(st.none() | st.tuples(OP_IDS, HLC))
    author = draw(st.none() | st.sampled_from(["w-1", "w-2"])) if creator else None
    row: merge.Row = {}
    for name in names:
        if creator and draw(st.booleans()):
            value = draw(JSON.filter(lambda v: v is not None))
            row[name] = Register(
                {creator[0]: (creator[1], value)}, frozenset(), {creator[0]: author} if author else {}
            )
            continue
        heads = draw(st.dictionaries(OP_IDS, st.tuples(HLC, JSON), min_size=1, max_size=3))
        dead = frozenset(draw(st.sets(st.sampled_from(["op-x", "op-y"]))))
        writers = {i: "w-1" for i in heads if draw(st.booleans())}
        if creator and creator[0] in heads:  # an act has one author, whichever of its fields is asked
            writers[creator[0]] = author or ""
        row[name] = Register(heads, dead, {i: who for i, who in writers.items() if who})
    if draw(st.booleans()):
        saw = draw(st.sampled_from([None, merge.all_heads(row), []]))
        row[REMOVED] = Register({"op-r": (7, saw)}, frozenset(), {"op-r": "w-1"})
    return Held(row, creator, draw(st.none() | st.just("2026-03-01T09:00:00Z")), author)


def same_register(a: Register, b: Register) -> bool:
    """Equal to the type: yes is not 1, and 1 is not 1.0."""
    if a.heads.keys() != b.heads.keys() or a.dead != b.dead or dict(a.by) != dict(b.by):
        return False
    return all(
        a.heads[i][0] == b.heads[i][0]
        and json.dumps(a.heads[i][1], sort_keys=True) == json.dumps(b.heads[i][1], sort_keys=True)
        for i in a.heads
    )


@pytest.mark.parametrize("name", [*entities(), "of_a_newer_version"])
def test_what_is_saved_is_loaded_equal(name: str, store: LaptopStore) -> None:
    key = (FAM, name, "r")

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(rows(entities().get(name)))
    def saved_is_loaded(held: Held) -> None:
        with store.engine.connect() as connection:
            projection = Projection(connection, SearchIndexer(connection))
            projection.save({key: held})
            loaded = projection.load([key])[key]
            whole = list(projection.scope_rows(FAM))
            connection.rollback()
        with store.engine.connect() as connection:
            projection = Projection(connection, SearchIndexer(connection))
            projection.insert([(FAM, snapshot_row(name, "r", held))])
            by_snapshot = projection.load([key])[key]
            connection.rollback()
        assert loaded.row.keys() == held.row.keys()
        for field, register in held.row.items():
            assert same_register(loaded.row[field], register), field
            assert same_register(by_snapshot.row[field], register), f"{field} in a snapshot"
        assert (loaded.created, loaded.received, loaded.author) == (held.created, held.received, held.author)
        assert whole == [(name, "r", loaded)]

    saved_is_loaded()


@pytest.mark.parametrize(
    ("field", "value"),
    [("what", 5), ("what", True), ("what", ["a"]), ("what", "a\0b"), ("safety", "1"), ("safety", 1), ("safety", 7),
     ("due", 20260312), ("what", 1.5)],
)  # fmt: skip
def test_a_value_that_does_not_fit_its_column_comes_back_as_it_was(
    field: str, value: Any, projection: Projection
) -> None:
    key = (FAM, "action", "r")
    projection.save({key: row_of(op("o", {field: value}, kind="create"))})
    assert repr(merge.shown(projection.load([key])[key].row[field])) == repr(value)


@pytest.mark.parametrize("value", ["7", 1 << 63, True, 2.5])
def test_a_number_column_keeps_what_is_no_number_for_it(value: Any, projection: Projection) -> None:
    key = (FAM, "need_score", "r")
    projection.save({key: row_of(op("o", {"score": value}, kind="create", entity="need_score"))})
    assert repr(merge.shown(projection.load([key])[key].row["score"])) == repr(value)
    assert all_of(projection, "select score from need_score") == [(None,)]


# -- what this version does not know ---------------------------------------------------------------------------


def test_fields_of_a_newer_version_ride_along_and_come_back(projection: Projection) -> None:
    key = (FAM, "action", "r")
    held = row_of(op("o", {"what": "Chart", "colour": {"r": 1}, "scope": "x"}, kind="create"))
    projection.save({key: held})
    assert projection.load([key])[key] == held
    assert all_of(projection, "select ext is not null from action") == [(1,)]


def test_entities_of_a_newer_version_are_kept_apart_and_come_back(projection: Projection) -> None:
    mine, other = (FAM, "genogram", "r"), (FAM, "sociogram", "r")
    saved = {mine: row_of(op("o", {"shape": "circle"}, entity="genogram", kind="create")),
             other: row_of(op("p", {"shape": "square"}, entity="sociogram", kind="create"))}  # fmt: skip
    projection.save(saved)
    assert projection.load(saved.keys()) == saved
    assert all_of(projection, "select entity, id from unknown_row order by entity") == [
        ("genogram", "r"), ("sociogram", "r"),
    ]  # fmt: skip
    projection.save({mine: NOTHING})
    assert projection.load(saved.keys()) == {other: saved[other]}


# -- differences, removal, order -------------------------------------------------------------------------------


def test_the_differences_table_follows_contests(projection: Projection) -> None:
    key = (FAM, "action", "r")
    ours = row_of(
        op("o", {"due": "2026-03-01", "status": "not_started"}, kind="create"),
        op("a", {"due": "2026-03-08", "status": "done"}, {"due": ("o",), "status": ("o",)}),
        op("b", {"due": "2026-03-15", "status": "done"}, {"due": ("o",), "status": ("o",)}, hlc=9),
    )
    projection.save({key: ours})
    found = all_of(projection, "select id, scope, entity, row_id, field, protective from difference")
    identity = merge.difference_id(FAM, "action", "r", "due")
    assert found == [(identity, FAM, "action", "r", "due", 0)], "two who wrote the same do not differ"
    assert all_of(projection, "select due, status from action") == [("2026-03-15", "done")]
    projection.save({key: ours.after(op("d", {"due": "2026-03-08"}, {"due": ("a", "b")}, kind="decide"))})
    assert all_of(projection, "select id from difference") == []
    assert all_of(projection, "select due from action") == [("2026-03-08",)]


def test_a_difference_about_safety_is_marked_and_shows_the_cautious_value(projection: Projection) -> None:
    key = (FAM, "safe_contact", "r")
    held = row_of(
        op("o", {"may_text": "ask"}, entity="safe_contact", kind="create"),
        op("a", {"may_text": "never"}, {"may_text": ("o",)}, entity="safe_contact"),
        op("b", {"may_text": "yes"}, {"may_text": ("o",)}, entity="safe_contact", hlc=99),
    )
    projection.save({key: held})
    assert all_of(projection, "select field, protective from difference") == [("may_text", 1)]
    assert all_of(projection, "select may_text from safe_contact") == [("never",)]


def test_a_removed_row_is_hidden_until_somebody_turns_out_to_have_edited_it(projection: Projection) -> None:
    key = (FAM, "action", "r")
    there = row_of(op("o", {"what": "Chart", "what_readers": "family"}, kind="create"))
    gone = there.after(op("x", {REMOVED: ["what:o", "what_readers:o"]}, kind="remove"))
    projection.save({key: gone})
    assert all_of(projection, "select removed from action") == [(1,)]
    assert all_of(projection, "select count(*) from search_words") == [(0,)]
    edited = gone.after(op("e", {"what": "Chart, five steps"}, {"what": ("o",)}))
    projection.save({key: edited})
    assert all_of(projection, "select removed, what from action") == [(None, "Chart, five steps")]
    assert all_of(projection, "select field from difference") == [(REMOVED,)]
    assert projection.load([key])[key] == edited


def test_an_update_may_come_before_its_insert(projection: Projection) -> None:
    key = (FAM, "action", "r")
    early = NOTHING.after(op("e", {"status": "done"}, {"status": ("o",)}), "2026-03-02T09:00:00Z")
    projection.save({key: early})
    assert all_of(projection, "select status, created_op from action") == [("done", None)]
    whole = projection.load([key])[key].after(
        op("o", {"what": "Chart", "status": "not_started"}, kind="create", hlc=1), "2026-03-01T09:00:00Z"
    )
    projection.save({key: whole})
    assert all_of(projection, "select status, what, created_op, received from action") == [
        ("done", "Chart", "o", "2026-03-01T09:00:00Z")
    ]
    assert all_of(projection, "select id from difference") == []


def test_an_empty_row_is_deleted_with_all_that_belonged_to_it(projection: Projection) -> None:
    key = (FAM, "action", "r")
    projection.save({key: row_of(
        op("o", {"what": "one zqword"}, kind="create"), op("a", {"what": "two"}), op("b", {"what": "three"}),
    )})  # fmt: skip
    assert all_of(projection, "select count(*) from difference") == [(1,)]
    assert all_of(projection, "select count(*) from search_entry") == [(1,)]
    projection.save({key: NOTHING})
    assert projection.load([key]) == {}
    for table in ("action", "difference", "search_entry", "search_words"):
        assert all_of(projection, f"select count(*) from {table}") == [(0,)], table


def test_one_id_may_stand_in_two_scopes(projection: Projection) -> None:
    """A family that moves has its thin row in both localities for a while."""
    held = row_of(op("o", {"name": "Okafor family"}, entity="family_index", kind="create"))
    projection.save({("loc:a", "family_index", "f"): held, ("loc:b", "family_index", "f"): held})
    assert all_of(projection, "select scope from search_entry order by scope") == [("loc:a",), ("loc:b",)]
    projection.save({("loc:a", "family_index", "f"): NOTHING})
    assert all_of(projection, "select scope from search_entry") == [("loc:b",)]


def test_rows_that_are_new_are_written_like_others(projection: Projection) -> None:
    members = {(FAM, "note", f"n{n}"): row_of(op(f"o{n}", {"text": f"note {n}"}, entity="note", kind="create"))
               for n in range(130)}  # fmt: skip
    projection.save(members, new=True)
    assert projection.load(members.keys()) == members
    assert all_of(projection, "select count(*) from search_words") == [(130,)]


@given(st.lists(st.integers(), max_size=900))
def test_chunks_lose_nothing_and_have_few_lengths(keys: list[int]) -> None:
    parts = list(chunks(keys))
    assert set().union(*parts) == set(keys)
    assert {len(p) for p in parts} <= set(SIZES)


def test_every_searched_field_can_be_shown_as_a_find() -> None:
    for name, entity in entities().items():
        prose = [f for f, rule in entity.fields.items() if rule.kind == "words" and rule.searched]
        wanted = set(prose) | set(NAME_FIELDS.get(name, ()))
        assert wanted <= set(SEARCHED_TABLES.get(name, ())), name


def test_a_codec_knows_every_column_of_its_table() -> None:
    for name, entity in entities().items():
        table = entity.table.__table__  # type: ignore[attr-defined]
        assert set(codec(name).columns) == {c.name for c in table.columns}
