"""What must hold at every step: the log is dense, cursors pass nothing, shown is confirmed + what waits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from familyhub.sync import merge
from familyhub.sync.copy import NOTHING, Held
from familyhub.sync.merge import LATEST, ShownRule
from familyhub.sync.ops import SEALED, Op, RowKey
from familyhub.sync.snapshot import received_text
from tests.simulation.memory_hub import HubTables, MemoryHub
from tests.simulation.memory_laptop import MemoryLaptop
from tests.simulation.versions import NEWER

Rows = dict[RowKey, Held]
STEP_INVARIANTS = ("5", "6")
END_INVARIANTS = ("1", "2", "3", "4", "7", "8", "9", "10", "11", "12", "13", "14")
INVARIANTS = (*END_INVARIANTS[:4], *STEP_INVARIANTS, *END_INVARIANTS[4:])


@dataclass(frozen=True)
class Declared:
    """How a field with several heads is shown."""

    shown: str
    order: tuple[str, ...] = ()


RULES: dict[str, ShownRule] = {
    "risk": Declared("cautious", ("high", "medium", "low")),
    "safe": Declared("together"),
}
"""Every other field shows the latest."""


def same_held(a: Held, b: Held) -> bool:
    """Whether two copies of a row are alike: compared by heads, since what is dead may be pruned."""
    if a == b:
        return True
    heads = [{f: r.heads for f, r in held.row.items()} for held in (a, b)]
    return heads[0] == heads[1] and a.created == b.created and a.received == b.received


def same_rows(a: Rows, b: Rows) -> bool:
    """Whether two copies of a scope are alike."""
    return a.keys() == b.keys() and all(same_held(a[k], b[k]) for k in a)


def raised(key: RowKey, held: Held, version: int) -> Held:
    """A row as the newer version keeps it, however it is kept: copies of both versions are compared so."""
    return NEWER.held(key[1], held, min(version, 1))


class Violation(Exception):
    """An invariant does not hold."""

    def __init__(self, invariant: str, text: str) -> None:
        super().__init__(f"invariant {invariant}: {text}")
        self.invariant = invariant


@dataclass(frozen=True)
class Made:
    """An op as its author committed it: what the copies hold is compared with this, never with itself."""

    op: Op
    lineage: int
    """A laptop between two restores."""
    screen: dict[str, frozenset[str]]
    """Per field, the heads the author had on screen."""


class Checker:
    """Holds its own account of a history and compares the copies with it."""

    def __init__(self, hub: MemoryHub) -> None:
        self.hub = hub
        self.made: dict[str, Made] = {}
        self.given_up: set[str] = set()
        """Ops that their laptop holds no more since its file was replaced by an older one."""
        self.checked: Counter[str] = Counter()
        self._prefix: dict[tuple[str, str], list[Rows]] = {}
        self._before: dict[str, HubTables] = {}
        """What the hub held at the end of each life that is over."""
        self._commits = 0

    def require(self, invariant: str, holds: bool, text: str) -> None:
        """Raise `Violation` unless it holds."""
        if not holds:
            raise Violation(invariant, text)

    @property
    def life(self) -> str:
        """Which life of the hub this is."""
        return list(self.hub.tables.lives)[-1]

    def after(self, scope: str, seq: int, life: str = "") -> Rows:
        """The rows of a scope as its log says after number `seq`; `life`: of the hub, the present one unless named."""
        life = life or self.life
        log = self._before.get(life, self.hub.tables).log.get(scope, {})
        states = self._prefix.setdefault((life, scope), [{}])
        while len(states) <= min(seq, len(log)):
            row = log[len(states)]
            rows = dict(states[-1])
            if not row.erased:
                op = NEWER.op(row.op)
                rows[op.row] = rows.get(op.row, NOTHING).after(op, received_text(row.received))
            states.append(rows)
        self.require("6", seq < len(states), f"{scope}: number {seq} stands in no log")
        return states[seq]

    def life_ends(self) -> None:
        """The hub's database is about to be replaced by an older copy."""
        self._before[self.life] = self.hub.tables

    def leaves(self, device: str, scopes: list[str]) -> None:
        """14: what leaves the hub for a laptop is of scopes that it holds now."""
        if scopes:
            self.checked["14"] += 1
        strange = set(scopes) - self.hub.holds(device)
        self.require("14", not strange, f"{strange} left for {device}")

    def erased(self, scope: str, life: str = "") -> set[RowKey]:
        """Rows of which copies may know more or less until they have heard of the erasure."""
        tables = self._before.get(life, self.hub.tables)
        return {(scope, *row) for row in tables.erased.get(scope, ())}

    def hub_step(self) -> None:
        """6 at the hub, after a commit: numbers are dense; 2: the projection is what the log says."""
        if self._commits == self.hub.commits:
            return
        self._commits = self.hub.commits
        self.checked["6"] += 1
        for scope, (seq, _) in self.hub.tables.heads.items():
            numbers = sorted(self.hub.tables.log.get(scope, {}))
            self.require("6", numbers == list(range(1, seq + 1)), f"{scope}: head {seq}, log {numbers}")
            folded, gone = self.after(scope, self.hub.tables.folded.get(scope, 0)), self.erased(scope)
            rows = {k: raised(k, h, 1) for k, h in self.hub.rows_of(scope).items() if k not in gone}
            folded = {k: h for k, h in folded.items() if k not in gone}
            self.require("2", same_rows(rows, folded), f"{scope}: projection and log disagree")

    def laptop_step(self, copy: MemoryLaptop, before: dict[str, int]) -> None:
        """5 and 6 on a laptop, after a transaction; `before`: its cursors before that."""
        self.checked["5"] += 1
        self.checked["6"] += 1
        tables = copy.tables
        for scope, seq in before.items():
            self.require("5", tables.cursors.get(scope, 0) >= seq, f"{scope}: the reader went back")
        pending: dict[RowKey, list[Op]] = {}
        for op in copy.all_pending():
            if op.kind != SEALED:
                pending.setdefault(op.row, []).append(NEWER.op(self.made[op.op_id].op))
        log, gone = {k: [raised(k, h, 1), self.remembering(k, h)] for k, h in tables.kept.items()}, set()
        for scope, seq in copy.cursors().items():
            for key, held in self.after(scope, seq, tables.epoch).items():
                log[key] = [kept.joined(held) for kept in log[key]] if key in log else [held]
            gone |= self.erased(scope, tables.epoch) | self.erased(scope)
        for key in {*log, *tables.rows, *pending} - gone:
            shown = raised(key, tables.rows.get(key, NOTHING), tables.version)
            said = [raised(key, held, 1) for held in log.get(key, [NOTHING])]
            self._row(shown, said, pending.get(key, []), key)
            if key in pending:
                kept = raised(key, tables.confirmed.get(key, NOTHING), tables.version)
                holds = any(same_held(kept, held) for held in said)
                self.require("6", holds, f"{key}: confirmed is not what the log says")
        left = tables.confirmed.keys() - pending.keys() - gone
        self.require("5", not left, f"a confirmed state was left behind: {left}")

    def remembering(self, key: RowKey, held: Held) -> Held:
        """A row that is kept from a life of the hub that is gone, with everything that its heads replaced.

        Below a floor a laptop has forgotten that. It may show such a row as if it knew, since it does not read these
        numbers again, or, where it does read them again, with what was replaced beside it (decision 0015).
        """
        held = raised(key, held, 1)
        row = {}
        for field, register in held.row.items():
            dead, todo = set(register.dead), [*register.heads, *register.dead]
            while todo:
                made = self.made.get(todo.pop())
                known = made is not None and (made.op.op_id in register.heads or self._logged(made.op))
                replaced = NEWER.op(made.op).base.get(field, ()) if made and known else ()
                todo += [op_id for op_id in replaced if op_id not in dead]
                dead.update(replaced)
            row[field] = register._replace(dead=frozenset(dead))
        return replace(held, row=row)

    def _logged(self, op: Op) -> bool:
        """Whether an op stands or stood in a log: one that was set aside has replaced nothing."""
        logs = [tables.log.get(op.scope, {}) for tables in (*self._before.values(), self.hub.tables)]
        return any(row.op.op_id == op.op_id for log in logs for row in log.values())

    def _row(self, row: Held, said: list[Held], pending: list[Op], key: RowKey) -> None:
        for wanted in said:
            for op in pending:
                wanted = wanted.after(op)
            if same_held(row, wanted):
                return
        missing = {i for r in wanted.row.values() for i in r.heads} - {
            i for r in row.row.values() for i in (*r.heads, *r.dead)
        }
        own = missing & {op.op_id for op in pending}
        invariant = "5" if own or pending else "6" if missing else "2"
        raise Violation(invariant, f"{key}: shown is not confirmed + what waits (missing: {sorted(missing)})")

    def just_written(self, copy: MemoryLaptop, ops: list[Op]) -> None:
        """5: what somebody just wrote is what they see, unless the field's rule says otherwise."""
        for op in ops:
            row = copy.tables.rows[op.row].row
            if merge.erased(row):
                continue
            for field, value in op.patch.items():
                rule = RULES.get(field, LATEST)
                self.require(
                    "5", op.op_id in row[field].heads, f"{op.row}: {field} does not hold what was written"
                )
                if rule is LATEST:
                    got = merge.shown(row[field])
                    self.require(
                        "5", merge.same(got, value), f"{op.row}: {field} shows {got!r}, not {value!r}"
                    )
