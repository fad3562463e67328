"""Two open plans of one family are a difference exactly while there are two, whatever order things arrive in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from familyhub.records.plans import Plan
from familyhub.store import engine as engines
from familyhub.store.apply import Projection
from familyhub.store.tables import BOTH_ENDS, record_metadata
from familyhub.sync import merge
from familyhub.sync.copy import NOTHING, Held
from familyhub.sync.ops import REMOVED, Op, RowKey
from familyhub.sync.snapshot import snapshot_row

FAM, OTHER = "fam:bell", "fam:hughes"
PLANS = ("plan-a", "plan-b", "plan-c")
STATES = ("draft", "open", "closed", None)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if request.param == "sqlite":
        made = engines.encrypted(tmp_path_factory.mktemp("plans") / "plans.db", bytes(32))
        yield from _tables(made)
    else:
        with request.getfixturevalue("postgres_server").database() as url:
            yield from _tables(engines.postgresql(url))


def _tables(made: Engine) -> Iterator[Engine]:
    for metadata in (BOTH_ENDS, record_metadata()):
        metadata.create_all(made)
    yield made
    made.dispose()


@st.composite
def plan_ops(draw: st.DrawFn) -> list[Op]:
    """What people do to the plans of two families: open, close, remove, without always having seen each other."""
    ops: list[Op] = []
    for n in range(draw(st.integers(1, 8))):
        scope, row_id = draw(st.sampled_from([FAM, FAM, OTHER])), draw(st.sampled_from(PLANS))
        seen = [op for op in ops if op.row == (scope, "plan", row_id) and draw(st.booleans())]
        row = merge.fold_all({}, seen)
        kind = "create" if not any(op.row == (scope, "plan", row_id) for op in ops) else "change"
        if kind == "change" and draw(st.integers(0, 5)) == 0:
            patch: dict[str, Any] = {REMOVED: merge.all_heads(row)}
        else:
            patch = {"state": draw(st.sampled_from(STATES))}
        base = {f: tuple(row[f].heads) for f in patch if f in row}
        ops.append(
            Op(scope, f"op-{n}", "inc", n, kind, "plan", row_id, 1, draw(st.integers(1, 9)), "w", patch, base)
        )
    return ops


def two_are_open(rows: dict[RowKey, Held], scope: str) -> bool:
    """Said of the rows as they merged, without the store."""
    shown = [
        merge.shown(held.row["state"])
        for key, held in rows.items()
        if key[0] == scope and "state" in held.row and not merge.removed(held.row)
    ]
    return shown.count("open") > 1


def opened(projection: Projection) -> set[tuple[str, str]]:
    sql = "select id, scope from difference where entity = 'two_open_plans'"
    return {(r[0], r[1]) for r in projection.connection.exec_driver_sql(sql)}


def wanted(rows: dict[RowKey, Held]) -> set[tuple[str, str]]:
    return {
        (merge.difference_id(s, "two_open_plans", s[4:], "plan"), s)
        for s in (FAM, OTHER)
        if two_are_open(rows, s)
    }


def test_the_difference_is_open_exactly_while_two_plans_are(engine: Engine) -> None:
    @settings(
        max_examples=60, deadline=None, phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip
    @given(plan_ops(), st.randoms(use_true_random=False))
    def holds(ops: list[Op], chance: Any) -> None:
        order = [*ops, *chance.sample(ops, len(ops) // 2)]
        chance.shuffle(order)
        with engine.connect() as connection:
            projection = Projection(connection)
            rows: dict[RowKey, Held] = {}
            for op in order:
                rows[op.row] = rows.get(op.row, NOTHING).after(op)
                projection.save({op.row: rows[op.row]})
                assert opened(projection) == wanted(rows)
            connection.rollback()
        with engine.connect() as connection:
            projection = Projection(connection)
            projection.insert([(k[0], snapshot_row(k[1], k[2], h)) for k, h in rows.items()])
            assert opened(projection) == wanted(rows), "the same from a snapshot"
            connection.rollback()

    holds()


@pytest.mark.parametrize(
    ("shown", "broken"),
    [([], False), (["open"], False), (["open", "draft", "closed", None], False), (["open", "open"], True)],
)
def test_the_rule_is_that_one_plan_is_open(shown: list[str | None], broken: bool) -> None:
    assert Plan.only_one is not None
    assert Plan.only_one.broken(shown) == broken
