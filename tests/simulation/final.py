"""What must hold when the network is whole again and everybody has exchanged."""

from __future__ import annotations

from collections import Counter
from random import Random

from familyhub.sync import merge
from familyhub.sync.copy import DONE, SET_ASIDE, Held
from familyhub.sync.merge import LATEST, Fold, Row
from familyhub.sync.ops import REMOVED, Op, RowKey, Value, with_hlc
from tests.simulation.check import RULES, Checker, same_rows
from tests.simulation.memory_laptop import MemoryLaptop

Heads = dict[str, dict[str, Value]]


class Outcome:
    """The end of a history: the log, what is set aside, and every copy."""

    def __init__(self, checker: Checker, laptops: list[tuple[MemoryLaptop, set[str]]]) -> None:
        self.checker, self.laptops = checker, laptops
        self.tables = checker.hub.tables
        self.log: dict[str, list[Op]] = {
            scope: [rows[n].op for n in sorted(rows)] for scope, rows in self.tables.log.items()
        }

    def check(self, fold: Fold, rng: Random) -> None:
        """Every invariant of the end."""
        self._once_and_in_order()
        self._nothing_waits()
        self._copies_agree()
        self._replaced_knowingly()
        self._clocks_decide_nothing(fold, rng)

    def _once_and_in_order(self) -> None:
        c = self.checker
        c.checked["1"] += 1
        logged = [op.op_id for ops in self.log.values() for op in ops]
        aside = [a.op_id for a in self.tables.aside.values() if not a.released]
        held = Counter(logged + aside)
        for op_id in c.made:
            times = held[op_id]
            c.require(
                "1", times == 1 or (times == 0 and op_id in c.lost), f"{op_id} is at the hub {times} times"
            )
        released = {a.op_id for a in self.tables.aside.values() if a.released}
        free = released | c.lost
        order = {op_id: n for n, op_id in enumerate(c.made)}
        for ops in self.log.values():
            last: dict[int, int] = {}
            for op in ops:
                if op.op_id in free:
                    continue
                lineage = c.made[op.op_id].lineage
                place = order[op.op_id]
                c.require("1", last.get(lineage, -1) < place, f"{op.op_id} is out of its author's order")
                last[lineage] = place

    def _nothing_waits(self) -> None:
        c = self.checker
        c.checked["9"] += 1
        logged = {op.op_id for ops in self.log.values() for op in ops}
        for copy, _ in self.laptops:
            for op_id, own in copy.tables.outbox.items():
                wanted = DONE if op_id in logged else SET_ASIDE
                c.require(
                    "9",
                    own.state == wanted,
                    f"{op_id} is {own.state}, not {wanted}, after the network healed",
                )

    def _copies_agree(self) -> None:
        c = self.checker
        c.checked["2"] += 1
        c.checked["4"] += 1
        for scope, ops in self.log.items():
            wanted = by_definition(ops)
            rebuilt = c.after(scope, len(ops))
            differences = {k: d for k, row in wanted.items() if (d := differences_of(row))}
            copies = [("the hub", self.tables.rows, self.tables.differences)]
            for n, (copy, scopes) in enumerate(self.laptops):
                if scope in scopes:
                    copies.append((f"laptop {n}", copy.tables.rows, copy.tables.differences))
            for name, rows, found in copies:
                mine = {k: h for k, h in rows.items() if k[0] == scope}
                c.require("2", same_rows(mine, rebuilt), f"{scope} on {name} is not what its log says")
                c.require(
                    "2", {k: values(h.row) for k, h in mine.items()} == wanted, f"{scope} on {name}: heads"
                )
                c.require("2", shown_of(mine) == shown_of(rebuilt), f"{scope} on {name}: shown values")
                open_ = {k: d for k, d in found.items() if k[0] == scope and d}
                c.require("4", open_ == differences, f"{scope} on {name}: {open_}, not {differences}")

    def _replaced_knowingly(self) -> None:
        c = self.checker
        c.checked["3"] += 1
        for scope, ops in self.log.items():
            rows = {k: h for k, h in self.tables.rows.items() if k[0] == scope}
            seen: dict[tuple[RowKey, str], set[str]] = {}
            for op in ops:
                for field, heads in c.made[op.op_id].screen.items():
                    seen.setdefault((op.row, field), set()).update(heads)
            for op in ops:
                for field in op.patch:
                    held = rows[op.row].row.get(field)
                    live = held is not None and op.op_id in held.heads
                    known = op.op_id in seen.get((op.row, field), ())
                    c.require(
                        "3", live or known, f"{field} of {op.op_id} is gone and nobody had it on screen"
                    )

    def _clocks_decide_nothing(self, fold: Fold, rng: Random) -> None:
        c = self.checker
        c.checked["13"] += 1
        for scope, ops in self.log.items():
            as_it_was, otherwise = (
                refolded(ops, fold),
                refolded([with_random_hlc(op, rng) for op in ops], fold),
            )
            for key, row in as_it_was.items():
                c.require("13", values(row) == values(otherwise[key]), f"{scope}: other clocks, other heads")
                same = merge.open_differences(row) == merge.open_differences(otherwise[key])
                c.require("13", same, f"{scope}: other clocks, other differences")


def by_definition(ops: list[Op]) -> dict[RowKey, Heads]:
    """The heads of each row, said without `merge`: what was written and is named in no base."""
    named = {(op.row, f, b) for op in ops for f, base in op.base.items() if f in op.patch for b in base}
    rows: dict[RowKey, Heads] = {}
    for op in ops:
        row = rows.setdefault(op.row, {})
        for field, value in op.patch.items():
            heads = row.setdefault(field, {})
            if (op.row, field, op.op_id) not in named:
                heads[op.op_id] = value
    return rows


def differences_of(row: Heads) -> list[str]:
    """The open differences of a row, said without `merge`."""
    out = [f for f, heads in row.items() if f != REMOVED and len({repr(v) for v in heads.values()}) > 1]
    removals = [saw for saw in row.get(REMOVED, {}).values() if saw is not None]
    seen = {s for saw in removals for s in saw}
    live = {f"{f}:{i}" for f, heads in row.items() if f != REMOVED for i in heads}
    if removals and live - seen:
        out.append(REMOVED)
    return sorted(out)


def values(row: Row) -> Heads:
    """The heads of a row without their clocks."""
    return {f: {i: v for i, (_, v) in r.heads.items()} for f, r in row.items()}


def shown_of(rows: dict[RowKey, Held]) -> dict[RowKey, dict[str, Value]]:
    """What people see."""
    return {k: {f: merge.shown(r, RULES.get(f, LATEST)) for f, r in h.row.items()} for k, h in rows.items()}


def refolded(ops: list[Op], fold: Fold) -> dict[RowKey, Row]:
    """The rows after `ops`."""
    rows: dict[RowKey, Row] = {}
    for op in ops:
        rows[op.row] = fold(rows.get(op.row, {}), op)
    return rows


def with_random_hlc(op: Op, rng: Random) -> Op:
    """`op` as another clock would have stamped it."""
    return with_hlc(op, rng.getrandbits(62))
