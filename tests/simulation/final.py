"""What must hold when the network is whole again and everybody has exchanged."""

from __future__ import annotations

from collections import Counter
from random import Random

import msgspec

from familyhub.sync import merge
from familyhub.sync.copy import DONE, NOTHING, SET_ASIDE, WAITING, Held
from familyhub.sync.merge import LATEST, Fold, Row
from familyhub.sync.ops import (
    ERASE,
    ERASED,
    REMOVED,
    SEALED,
    Op,
    RowKey,
    Value,
    chain,
    pack_payload,
    salted_digest,
    with_hlc,
)
from tests.simulation.check import RULES, Checker, Rows, raised, same_held, same_rows
from tests.simulation.memory_laptop import MemoryLaptop
from tests.simulation.versions import NEWER

canonical = msgspec.msgpack.Encoder(order="deterministic").encode
Heads = dict[str, dict[str, Value]]


class Outcome:
    """The end of a history: the log, what is set aside, and every copy."""

    def __init__(self, checker: Checker, laptops: list[tuple[MemoryLaptop, str]], erasures: bool) -> None:
        self.checker, self.erasures = checker, erasures
        self.laptops = [(copy, checker.hub.holds(device)) for copy, device in laptops]
        self.tables = checker.hub.tables
        self.rows = {
            scope: [rows[n] for n in sorted(rows)] for scope, rows in self.tables.log.items() if rows
        }
        self.log: dict[str, list[Op]] = {
            scope: [NEWER.op(row.op) for row in rows if not row.erased] for scope, rows in self.rows.items()
        }
        self.logged = {row.op.op_id for rows in self.rows.values() for row in rows}

    def check(self, fold: Fold, rng: Random) -> None:
        """Every invariant of the end."""
        self._once_and_in_order()
        self._nothing_waits()
        self._copies_agree()
        self._nothing_of_withdrawn()
        self._nothing_of_erased()
        self._unknown_as_written()
        self._replaced_knowingly()
        self._clocks_decide_nothing(fold, rng)

    def _says_nothing(self, op_id: str) -> bool:
        """Whether an op's row was erased: a stub that one of two clones still offered may come behind what follows it."""
        op = self.checker.made[op_id].op
        return op.row[1:] in self.tables.erased.get(op.scope, ())

    def _once_and_in_order(self) -> None:
        c = self.checker
        c.checked["1"] += 1
        c.checked["12"] += c.hub.lives > 1
        aside = [a.op_id for a in self.tables.aside.values() if not a.released]
        held = Counter([row.op.op_id for rows in self.rows.values() for row in rows] + aside)
        for op_id in c.made:
            times = held[op_id]
            if not times and self._says_nothing(op_id):
                continue
            lost = "12" if times == 0 and c.hub.lives > 1 else "1"
            c.require(
                lost,
                times == 1 or (times == 0 and op_id in c.given_up),
                f"{op_id} is at the hub {times} times",
            )
        free = {a.op_id for a in self.tables.aside.values() if a.released} | c.given_up
        order = {op_id: n for n, op_id in enumerate(c.made)}
        for rows in self.rows.values():
            last: dict[int, int] = {}
            for op_id in (row.op.op_id for row in rows):
                if op_id in free or op_id not in order or self._says_nothing(op_id):
                    continue
                lineage = c.made[op_id].lineage
                c.require("1", last.get(lineage, -1) < order[op_id], f"{op_id} is out of its author's order")
                last[lineage] = order[op_id]

    def _nothing_waits(self) -> None:
        c = self.checker
        c.checked["9"] += 1
        for copy, scopes in self.laptops:
            for op_id, own in copy.tables.outbox.items():
                wanted = DONE if op_id in self.logged and own.op.scope in scopes else SET_ASIDE
                holds = own.state == wanted or (own.op.kind == SEALED and own.state != WAITING)
                c.require("9", holds, f"{op_id} is {own.state}, not {wanted}, after the network healed")

    def _copies_agree(self) -> None:
        c = self.checker
        c.checked["2"] += 1
        c.checked["4"] += 1
        for scope, ops in self.log.items():
            wanted = by_definition(ops)
            rebuilt = c.after(scope, len(self.rows[scope]))
            self._agrees("the hub", scope, wanted, rebuilt, self.tables.rows, self.tables.differences)
            for n, (copy, scopes) in enumerate(self.laptops):
                if scope not in scopes:
                    continue
                tables, more = copy.tables, self._of_a_life_before(copy, scope, rebuilt)
                if more == rebuilt:
                    self._agrees(f"laptop {n}", scope, wanted, rebuilt, tables.rows, tables.differences)
                else:
                    mine = {k: raised(k, h, 1) for k, h in tables.rows.items() if k[0] == scope}
                    c.require("2", same_rows(mine, more), f"{scope} on laptop {n} is not what it heard of")

    def _agrees(
        self,
        name: str,
        scope: str,
        wanted: dict[RowKey, Heads],
        rebuilt: Rows,
        rows: Rows,
        found: dict[RowKey, list[str]],
    ) -> None:
        c = self.checker
        mine = {k: raised(k, h, 1) for k, h in rows.items() if k[0] == scope}
        c.require("2", same_rows(mine, rebuilt), f"{scope} on {name} is not what its log says")
        c.require("2", {k: values(h.row) for k, h in mine.items()} == wanted, f"{scope} on {name}: heads")
        c.require("2", shown_of(mine) == shown_of(rebuilt), f"{scope} on {name}: shown values")
        differences = {k: d for k, row in wanted.items() if (d := differences_of(row))}
        open_ = {k: sorted(map(present, d)) for k, d in found.items() if k[0] == scope and d}
        c.require("4", open_ == differences, f"{scope} on {name}: {open_}, not {differences}")

    def _of_a_life_before(self, copy: MemoryLaptop, scope: str, rebuilt: Rows) -> Rows:
        """12: what the log says and what the laptop kept from a life of the hub that is gone, all of it explained."""
        c, out = self.checker, dict(rebuilt)
        aside = {a.op_id for a in self.tables.aside.values()}
        for key, held in copy.tables.kept.items():
            if key[0] != scope or (key in out and merge.erased(out[key].row)):
                continue
            heads = {i for r in held.row.values() for i in r.heads}
            strange = {i for i in heads if i in c.made} - self.logged - c.given_up - aside
            c.require("12", not strange, f"{key}: {strange} are kept here and not at the hub")
            mine = raised(key, copy.tables.rows.get(key, NOTHING), 1)
            rows = [
                row.joined(out[key]) if key in out else row
                for row in (raised(key, held, 1), c.remembering(key, held))
            ]
            out[key] = next((row for row in rows if same_held(row, mine)), rows[0])
        return out

    def _nothing_of_withdrawn(self) -> None:
        c = self.checker
        for copy, scopes in self.laptops:
            tables = copy.tables
            for scope in tables.left - scopes:
                c.checked["7"] += 1
                kept = [*tables.rows, *tables.confirmed, *tables.differences]
                kept += [o.op.row for o in tables.outbox.values() if o.op.kind != SEALED]
                c.require("7", all(k[0] != scope for k in kept), f"something of {scope} is still here")

    def _nothing_of_erased(self) -> None:
        c = self.checker
        c.checked["8"] += self.erasures
        for scope, rows in self.rows.items():
            link, gone = b"", c.erased(scope)
            for row in rows:
                about = row.op.row in gone and row.op.kind != ERASE
                c.require("8", not about or (row.erased and not row.op.patch), f"{row.op.op_id} still speaks")
                digest = row.digest if row.erased else salted_digest(row.salt, pack_payload(row.op))
                link = chain(link, row.op.op_id, row.seq, digest)
                c.require(
                    "8", (link, digest) == (row.chain, row.digest), f"{scope}: the chain breaks at {row.seq}"
                )
            for a in self.tables.aside.values():
                about = a.payload and a.scope == scope and c.made[a.op_id].op.row in gone
                c.require("8", not about, f"{a.op_id} still speaks in the quarantine")
            for copy, scopes in self.laptops:
                told = {k for k, h in copy.tables.rows.items() if k in gone and not merge.erased(h.row)}
                own = {o.op.op_id for o in copy.tables.outbox.values() if o.op.row in gone}
                c.require(
                    "8", scope not in scopes or not (told | own), f"{told | own}: erased, and still here"
                )

    def _unknown_as_written(self) -> None:
        c = self.checker
        for copy, _ in self.laptops:
            for key, held in copy.tables.rows.items():
                for op_id, (_, value) in held.row.get("later", merge.NO_VALUES).heads.items():
                    c.checked["11"] += 1
                    as_written = canonical(c.made[op_id].op.patch["later"])
                    c.require("11", canonical(value) == as_written, f"{key}: an unknown field has changed")

    def _replaced_knowingly(self) -> None:
        c = self.checker
        c.checked["3"] += 1
        for scope, ops in self.log.items():
            rows = {k: raised(k, h, 1) for k, h in self.tables.rows.items() if k[0] == scope}
            seen: dict[tuple[RowKey, str], set[str]] = {}
            own = [op for op in ops if op.op_id in c.made]
            for op in own:
                for field, heads in c.made[op.op_id].screen.items():
                    seen.setdefault((op.row, present(field)), set()).update(heads)
            for op in own:
                for field in op.patch:
                    if merge.erased(rows[op.row].row):
                        continue
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


def present(field: str) -> str:
    """A field's name in the newer version."""
    return "text" if field == "note" else field


def by_definition(ops: list[Op]) -> dict[RowKey, Heads]:
    """The heads of each row, said without `merge`: what was written and is named in no base; erased is erased."""
    gone = {op.row for op in ops if op.kind == ERASE}
    ops = [op for op in ops if op.kind == ERASE or op.row not in gone]
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
    if ERASED in row:
        return []
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
