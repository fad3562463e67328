"""A laptop's copy on disk under the sync machine: own acts wait, arrive, are set aside, are renumbered; none is lost."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from familyhub.store import migrate
from familyhub.store.laptop import LaptopStore
from familyhub.store.laptop_copy import read_token
from familyhub.sync import clock, merge
from familyhub.sync.copy import DONE, IN_CUSTODY, SET_ASIDE, WAITING, Gap
from familyhub.sync.messages import Answer, Custody, Feed, Record, SnapshotScope, vector_digest
from familyhub.sync.ops import Op, RowKey, pack_payload
from tests.support.homes import SmallHome, child

FAM = "fam:a"
KEY: RowKey = (FAM, "action", "r")
NOW = 1_780_000_000_000
STORE_KEY = bytes(range(32))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an empty store, to be copied."""
    home = tmp_path_factory.mktemp("empty")
    made = LaptopStore(home, STORE_KEY, demonstration=True)
    migrate.upgrade_laptop(made.engine)
    made.close()
    return home


@pytest.fixture
def store(empty: Path, tmp_path: Path) -> Iterator[LaptopStore]:
    shutil.copytree(empty, tmp_path, dirs_exist_ok=True)
    made = LaptopStore(tmp_path, STORE_KEY, demonstration=True)
    made.now_ms = lambda: NOW
    yield made
    made.close()


def create(store: LaptopStore, row_id: str = "r", **fields: Any) -> Op:
    with store.work("w") as work:
        work.create(FAM, "action", fields, row_id)
    return work.ops[0]


def change(store: LaptopStore, op: Op, **fields: Any) -> Op:
    """A change by somebody who saw what ``op`` wrote."""
    from familyhub.store.laptop_copy import _token

    with store.work("w") as work:
        work.change(FAM, "action", "r", _token([op.op_id, {}, sorted(fields)]), fields)
    return work.ops[0]


def shown(store: LaptopStore, key: RowKey = KEY) -> dict[str, Any]:
    with store.changing() as copy:
        held = copy.load([key]).get(key)
        return {f: merge.shown(r) for f, r in held.row.items()} if held else {}


def states(store: LaptopStore) -> dict[str, str]:
    with store.reading() as connection:
        return dict(connection.exec_driver_sql("select op_id, state from outbox order by place").fetchall())


def confirmed(store: LaptopStore) -> dict[str, Any]:
    with store.changing() as copy:
        kept = copy.confirmed([KEY]).get(KEY)
        return {f: merge.shown(r) for f, r in kept.row.items()} if kept else {}


def stub(op: Op, seq: int) -> Record:
    return Record(seq, op.op_id, NOW + 5000, op.hlc)


def record(
    seq: int, patch: dict[str, Any], base: dict[str, tuple[str, ...]], op_id: str = "colleague"
) -> Record:
    hlc = clock.tick(NOW + seq, 0)
    op = Op(FAM, op_id, "inc-2", seq, "change", "action", "r", 1, hlc, "w-2", patch, base)
    return Record(seq, op_id, NOW + 9000, hlc, pack_payload(op), "inc-2", seq)


def receive(store: LaptopStore, after: int, *records: Record) -> list[str]:
    with store.changing() as copy:
        return store.machine.receive(copy, Feed(FAM, after, list(records)))


def heard(store: LaptopStore, *custody: Custody) -> None:
    with store.changing() as copy:
        request = store.machine.request(copy)
    with store.changing() as copy:
        store.machine.heard(copy, request, Answer("epoch", NOW, custody=list(custody)))


def test_an_own_act_is_shown_at_once_and_waits(store: LaptopStore) -> None:
    op = create(store, what="Chart", status="not_started")
    assert shown(store) == {"what": "Chart", "status": "not_started"}
    assert (op.dseq, states(store)) == (1, {op.op_id: WAITING})
    with store.changing() as copy:
        request = store.machine.request(copy)
    assert [(b.scope, [f.op_id for f in b.frames]) for b in request.push] == [(FAM, [op.op_id])]
    assert request.own == {FAM: 1}


def test_a_receipt_puts_it_in_custody_and_its_stub_confirms_it(store: LaptopStore) -> None:
    op = create(store, what="Chart")
    heard(store, Custody(FAM, 1))
    assert states(store) == {op.op_id: IN_CUSTODY}
    assert receive(store, 0, stub(op, 1)) == []
    assert states(store) == {op.op_id: DONE}
    with store.changing() as copy:
        held = copy.load([KEY])[KEY]
        assert (copy.cursors(), copy.pending([KEY]), copy.confirmed([KEY])) == ({FAM: 1}, {}, {})
    assert held.received == "2026-05-28T20:26:45Z"


def test_what_a_colleague_wrote_is_shown_under_what_waits_here(store: LaptopStore) -> None:
    first = create(store, due="2026-03-01", status="not_started")
    heard(store, Custody(FAM, 1))
    receive(store, 0, stub(first, 1))
    mine = change(store, first, due="2026-03-08")
    receive(store, 1, record(2, {"status": "done"}, {"status": (first.op_id,)}))
    assert shown(store) == {"due": "2026-03-08", "status": "done"}
    assert confirmed(store) == {"due": "2026-03-01", "status": "done"}
    assert states(store) == {first.op_id: DONE, mine.op_id: WAITING}


def test_two_who_did_not_see_each_other_leave_a_difference(store: LaptopStore) -> None:
    first = create(store, due="2026-03-01")
    heard(store, Custody(FAM, 1))
    receive(store, 0, stub(first, 1))
    change(store, first, due="2026-03-08")
    receive(store, 1, record(2, {"due": "2026-03-15"}, {"due": (first.op_id,)}))
    with store.reading() as connection:
        found = connection.exec_driver_sql("select field from difference").fetchall()
        assert [tuple(r) for r in found] == [("due",)]
    with store.changing() as copy:
        values = {v for _, v in copy.load([KEY])[KEY].row["due"].heads.values()}
    assert values == {"2026-03-08", "2026-03-15"}


def test_an_act_set_aside_leaves_what_is_confirmed_and_what_still_waits(store: LaptopStore) -> None:
    first = create(store, due="2026-03-01", status="not_started", what="Chart")
    heard(store, Custody(FAM, 1))
    receive(store, 0, stub(first, 1))
    refused = change(store, first, due="2026-03-08")
    kept = change(store, first, status="done")
    heard(store, Custody(FAM, 2, [(refused.op_id, "no right to write there")]))
    assert states(store) == {first.op_id: DONE, refused.op_id: SET_ASIDE, kept.op_id: WAITING}
    assert shown(store) == {"due": "2026-03-01", "status": "done", "what": "Chart"}
    assert confirmed(store) == {"due": "2026-03-01", "status": "not_started", "what": "Chart"}
    with store.changing() as copy:
        assert copy.lost_text(refused.op_id) == {"due": "2026-03-08"}, "what was set aside stays readable"
        assert copy.own([refused.op_id])[refused.op_id].reason == "no right to write there"


def test_a_new_row_that_is_set_aside_is_hidden_and_still_readable(store: LaptopStore) -> None:
    op = create(store, what="Chart")
    heard(store, Custody(FAM, 1, [(op.op_id, "why")]))
    assert shown(store) == {}
    with store.changing() as copy:
        assert copy.lost_text(op.op_id) == {"what": "Chart"}


def test_a_fork_renumbers_what_waits_in_order_and_keeps_the_ids(store: LaptopStore) -> None:
    ops = [create(store, f"r{n}", what=str(n)) for n in range(5)]
    heard(store, Custody(FAM, 2))
    with store.changing() as copy:
        before = copy.incarnation()
    receive(store, 0, stub(ops[0], 1))
    heard(store, Custody(FAM, 0, fork=True))
    with store.changing() as copy:
        pending = copy.all_pending()
        assert copy.incarnation() != before
        assert copy.last_labels([FAM, "fam:another"]) == {FAM: 4, "fam:another": 0}
        assert copy.moved() == copy.cursors() == {FAM: 1}, "the hub knows no cursor of the new incarnation"
    assert [(o.op_id, o.dseq) for o in pending] == [(o.op_id, n) for n, o in enumerate(ops[1:], start=1)]
    assert {o.inc for o in pending} != {before}
    assert set(states(store).values()) == {DONE, WAITING}


def test_a_gap_in_a_feed_changes_nothing(store: LaptopStore) -> None:
    first = create(store, due="2026-03-01")
    with pytest.raises(Gap):
        receive(store, 0, stub(first, 1), record(3, {"due": "2026-04-01"}, {}))
    assert shown(store) == {"due": "2026-03-01"}
    with store.changing() as copy:
        assert copy.cursors() == {}


def test_a_stub_that_is_not_held_is_asked_for(store: LaptopStore) -> None:
    assert receive(store, 0, Record(1, "lost-op", NOW, 7)) == ["lost-op"]
    with store.changing() as copy:
        assert copy.cursor(FAM) == 0


def test_a_snapshot_lies_under_what_waits(store: LaptopStore) -> None:
    from familyhub.sync.messages import SnapshotRow

    mine = create(store, status="done")
    row = SnapshotRow("action", "r", ("theirs", 7), None, {"what": "Chart"}, {}, {})
    with store.changing() as copy:
        store.machine.load_snapshot(copy, SnapshotScope(FAM, 90, 1, [row]))
    assert shown(store) == {"what": "Chart", "status": "done"}
    assert states(store) == {mine.op_id: WAITING}
    with store.changing() as copy:
        assert copy.cursor(FAM) == 90


def test_a_unit_of_work_that_fails_leaves_nothing(store: LaptopStore) -> None:
    with pytest.raises(ZeroDivisionError), store.work("w") as work:
        work.acts.append(1 // len(work.create(FAM, "action", {"what": "Chart"}, "r")[1:]))  # type: ignore[arg-type]
    assert (shown(store), states(store)) == ({}, {})


def test_a_row_of_which_nothing_is_written_is_refused_and_nothing_beside_it_is_saved(
    store: LaptopStore,
) -> None:
    nothing = {"birth_date": None, "language": None}
    with pytest.raises(ValueError, match="Nothing is written of this person"), store.work("w") as work:
        work.create(work.create(FAM, "action", {"what": "Chart"}, "r") and FAM, "person", nothing)
    assert (shown(store), states(store)) == ({}, {})


@pytest.mark.parametrize(
    "token",
    ["", "x", "null", "WzFd", "W251bGwseyJkdWUiOls1XX0sW11d", "WyIiLHsiZHVlIjoiYWIifSxbXV0", "é", "\ud800"],
)
def test_a_revision_that_nobody_printed_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="that revision is not one"):
        read_token(token)


BULK = """
import sys
from pathlib import Path
from familyhub.store.laptop import LaptopStore
store = LaptopStore.with_key(Path(sys.argv[1]), bytes.fromhex(sys.stdin.readline()), demonstration=True)
turn = 0
while True:
    with store.work("w") as work:
        visit = work.create("fam:bell", "visit", {"on": "2026-03-01", "happened": "x" * 3000})
        for child in ("leo", "mia", "jade"):
            work.create("fam:bell", "visit_child", {"visit_id": visit, "person_id": child, "seen": True})
    turn += 1
    print(visit, flush=True)
"""


def test_after_a_kill_every_acknowledged_act_is_there_and_none_is_torn(
    small_home: SmallHome, tmp_path: Path
) -> None:
    home = small_home.copy(tmp_path / "home")
    acknowledged: list[str] = []
    for wanted in (3, 9):
        process = child(BULK, str(home))
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(small_home.key.hex() + "\n")
        process.stdin.flush()
        acknowledged += [process.stdout.readline().strip() for _ in range(wanted)]
        process.send_signal(signal.SIGKILL)
        acknowledged += process.communicate()[0].split()
    store = LaptopStore.with_key(home, small_home.key, demonstration=True)
    with store.reading() as connection:
        run = connection.exec_driver_sql
        children = dict(
            run(
                "select visit_id, count(*) from visit_child where visit_id not like 'visit-%' group by 1"
            ).fetchall()
        )
        there = {r[0] for r in run("select id from visit where id not like 'visit-%'")}
        waiting = dict(run("select row_id, state from outbox where state = 'waiting'").fetchall())
        labels = [r[0] for r in run("select dseq from outbox where scope = 'fam:bell' order by place")]
        last = run("select dseq from label where scope = 'fam:bell'").scalar()
        words = run("select count(*) from search_entry where entity = 'visit'").scalar()
        assert run("pragma integrity_check").scalar() == "ok"
    store.close()
    assert len(acknowledged) >= 12
    assert set(acknowledged) <= there
    assert children == dict.fromkeys(there, 3)
    assert there <= waiting.keys()
    assert labels == list(range(1, last + 1)), "labels are dense"
    assert words == len(there) + 2


def test_the_digest_of_the_cursors_follows_each_that_moves_and_is_reckoned_anew_on_request(
    store: LaptopStore,
) -> None:
    moves = (("fam:a", 1), ("fam:b", 7), ("fam:a", 2), ("fam:a", 9), ("fam:c", 1))
    for scope, seq in moves:
        with store.changing() as copy:
            assert copy.vector() == (len(copy.cursors()), vector_digest(copy.cursors().items()))
            copy.set_cursor(scope, seq)
            copy.set_cursor("fam:d", seq)
    with store.changing() as copy:
        copy.connection.exec_driver_sql("delete from cursor where scope = 'fam:b'")
    with store.changing() as copy:
        assert copy.vector()[1] != vector_digest(copy.cursors().items())
        copy.forget_reported()
    with store.changing() as copy:
        assert copy.vector() == (3, vector_digest(copy.cursors().items()))


def test_a_statement_compiled_for_one_store_serves_the_next(empty: Path, tmp_path: Path) -> None:
    from sqlalchemy import event

    from familyhub.records.oversight import Worker
    from familyhub.store.queries.rows import session, visible

    found: list[list[str]] = []
    for name in ("first", "second"):
        store = LaptopStore(Path(shutil.copytree(empty, tmp_path / name)), STORE_KEY, demonstration=True)
        found.append([])

        @event.listens_for(store.engine, "before_cursor_execute")
        def _told(_c: Any, _cursor: Any, sql: str, _values: Any, context: Any, _many: bool) -> None:
            if sql.startswith("SELECT"):
                found[-1].append(context.cache_hit.name)

        with store.reading() as connection:
            assert visible(session(connection), Worker, "ref") == []
        store.close()
    assert found[1] == ["CACHE_HIT"]
    assert found[0] in (["CACHE_HIT"], ["CACHE_MISS"])
