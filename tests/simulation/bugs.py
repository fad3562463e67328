"""Planted bugs, each a change of one line or little more; the checker must find every one of them.

They are passed to a history as an argument. The package holds no switch for them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import msgspec

from familyhub.sync import merge
from familyhub.sync.arriving import Arriving
from familyhub.sync.copy import (
    IN_CUSTODY,
    SET_ASIDE,
    WAITING,
    Gap,
    Held,
    HubTx,
    Label,
    LaptopCopy,
    OwnOp,
    Sender,
)
from familyhub.sync.hub import HubMachine, Steps
from familyhub.sync.laptop import LaptopMachine, cannot_seal
from familyhub.sync.merge import Register, Row
from familyhub.sync.messages import Batch, Custody, Feed, Frame, Record, Request, SnapshotScope
from familyhub.sync.ops import Op, RowKey
from tests.simulation.memory_hub import MemoryHub, MemoryHubTx
from tests.simulation.memory_laptop import MemoryLaptop
from tests.simulation.world import Parts


class AppliedTwice(HubMachine):
    """The op_id is not looked up when a label is new."""

    @staticmethod
    def already_held(tx: HubTx, scope: str, op_ids: Collection[str]) -> dict[str, Label]:
        return {}


class BaseRewritten(LaptopMachine):
    """What arrives is added to the base of the ops that wait, as if their author had seen it."""

    def _apply(
        self,
        copy: LaptopCopy,
        arrived: Sequence[tuple[Op, Record]],
        own: dict[str, OwnOp],
        destroyed: Collection[str] = (),
    ) -> None:
        for ops in copy.pending({op.row for op, _ in arrived}).values():
            copy.relabel_own([self._rebased(op, [a for a, _ in arrived]) for op in ops])
        super()._apply(copy, arrived, own, destroyed)

    @staticmethod
    def _rebased(op: Op, arrived: list[Op]) -> Op:
        new = [a for a in arrived if a.row == op.row and a.op_id != op.op_id]
        base = {f: (*op.base.get(f, ()), *(a.op_id for a in new if f in a.patch)) for f in op.patch}
        return msgspec.structs.replace(op, base=base)


class NumberedOutsideTx(MemoryHubTx):
    """A transaction that takes its numbers in another one, which commits first and holds no lock after."""

    def lock(self, scopes: Collection[str]) -> Iterator[str]:
        return iter(())

    def head(self, scope: str) -> tuple[int, bytes]:
        return self.hub.tables.heads.get(scope, (0, b""))

    def set_head(self, scope: str, seq: int, chain: bytes) -> None:
        self.hub.tables.heads[scope] = (seq, chain)


class NumberedOutsideHub(MemoryHub):
    """Numbers are taken outside the transaction that uses them."""

    def begin(self, writing: bool = True) -> MemoryHubTx:
        return NumberedOutsideTx(self)


class FoldUnlocked(HubMachine):
    """Heads and the number they stand on are read before the scope is locked."""

    def fold(self, tx: HubTx, scope: str, most_bytes: int = 1 << 20) -> Steps[list[Op]]:
        rows = tx.after(scope, tx.folded(scope), most_bytes)
        held = tx.load({r.op.row for r in rows})
        yield "heads were read"
        yield from tx.lock([scope])
        for log_row in rows:
            self.fold_into(held, log_row)
        if rows:
            tx.save(held)
            tx.set_folded(scope, rows[-1].seq)
        tx.commit()
        return [r.op for r in rows]


def fold_loser_dropped(row: Row, op: Op) -> Row:
    """Only the head that is shown is kept."""
    out = merge.fold(row, op)
    for field, register in out.items():
        if register.heads:
            newest = max(register.heads, key=lambda i: (register.heads[i][0], i))
            out[field] = Register({newest: register.heads[newest]}, register.dead)
    return out


def fold_clock_decides(row: Row, op: Op) -> Row:
    """A head with an older clock goes, though nobody who replaced it had seen it."""
    out = merge.fold(row, op)
    for field in op.patch:
        register = out[field]
        heads = {i: h for i, h in register.heads.items() if i == op.op_id or h[0] >= op.hlc}
        out[field] = Register(heads, register.dead)
    return out


def fold_no_dead(row: Row, op: Op) -> Row:
    """A base that names a head not known here is passed over."""
    known = {
        f: tuple(i for i in base if f in row and (i in row[f].heads or i in row[f].dead))
        for f, base in op.base.items()
    }
    return merge.fold(row, msgspec.structs.replace(op, base=known))


class LabelsReused(HubMachine):
    """A known label is taken for "have it" without comparing what it carries."""

    def _take(
        self,
        tx: HubTx,
        sender: Sender,
        batch: Batch,
        own_label: int | None,
        now_ms: int,
        new_salt: Callable[[], bytes],
    ) -> Steps[Custody]:
        have = tx.at_labels(batch.scope, batch.inc, [f.dseq for f in batch.frames])
        frames = [Frame(have[f.dseq].op_id, f.dseq, f.payload) if f.dseq in have else f for f in batch.frames]
        alike = Batch(batch.scope, batch.inc, frames)
        return (yield from super()._take(tx, sender, alike, own_label, now_ms, new_salt))


class NoOpIdHub(MemoryHub):
    """The log takes an op_id that stands in it."""

    def check_unique(self, scope: str, op_ids: Collection[str]) -> None:
        return


class EvictedEarly(LaptopMachine):
    """The outbox goes with the rows of its scope."""

    def withdrawn(
        self, copy: LaptopCopy, scopes: Collection[str], seal: Callable[[bytes], bytes] = cannot_seal
    ) -> None:
        copy.destroy([own.op.op_id for own in copy.kept() if own.op.scope in scopes])
        super().withdrawn(copy, scopes, seal)


class AckedForgotten(LaptopMachine):
    """Own ops are forgotten when the hub has them, before they are durable there."""

    def now_durable(self, copy: LaptopCopy, upto: int) -> None:
        super().now_durable(copy, 1 << 62)


class QuarantinedKept(LaptopMachine):
    """The effect of an op that was set aside stays in its row."""

    def set_aside(self, copy: LaptopCopy, reasons: dict[str, str], received: int = 0) -> None:
        copy.settle(list(copy.own(reasons)), SET_ASIDE, reasons)


# -- defects that the simulation found, put back -------------------------------------------------------------


class LabelLeftBehind(LaptopMachine):
    """A label that no op has any more, for its op came in a snapshot, is missed only when the hub asks for it."""

    load_snapshot = Arriving.load_snapshot


class NoNewLabels(LabelLeftBehind):
    """Nobody sees that the hub wants a label which no op has."""

    def _custody(
        self, copy: LaptopCopy, receipts: Sequence[Custody], sent: Collection[str], received: int
    ) -> bool:
        super()._custody(copy, receipts, sent, received)
        return False


class WaitingDone(LaptopMachine):
    """An own op that is seen in the log leaves the outbox before its newest label reached the hub."""

    def receive_all(self, copy: LaptopCopy, feeds: Sequence[Feed]) -> dict[str, list[str] | Gap]:
        own = copy.own([record.op_id for feed in feeds for record in feed.records])
        copy.settle([i for i, o in own.items() if o.state == WAITING], IN_CUSTODY)
        return super().receive_all(copy, feeds)


class LabelHole(NoNewLabels, WaitingDone):
    """After a fork, what the same answer brings makes a hole in the labels: the outbox never empties."""


class UnsentAcknowledged(LaptopMachine):
    """A receipt is taken for ops that were not sent, of which it does not say that they are set aside."""

    def _custody(
        self, copy: LaptopCopy, receipts: Sequence[Custody], sent: Collection[str], received: int
    ) -> bool:
        labels = copy.labels([custody.scope for custody in receipts])
        every = {own.op_id for owns in labels.values() for own in owns}
        return super()._custody(copy, receipts, every, received)


class SnapshotClock(LaptopMachine):
    """The clocks of a snapshot are not met: what is written next may be older than what it replaces."""

    def load_snapshots(self, copy: LaptopCopy, snapshots: Sequence[SnapshotScope]) -> None:
        before = copy.clock()
        super().load_snapshots(copy, snapshots)
        copy.set_clock(before)


class PrunedJoined(LaptopMachine):
    """A snapshot whose rows do not remember all that was replaced is joined with what is here, and revives it."""

    def load_snapshot(self, copy: LaptopCopy, snapshot: SnapshotScope, own: Sequence[str] = ()) -> None:
        super().load_snapshot(copy, msgspec.structs.replace(snapshot, floor=0), own)


class LivesForgotten(MemoryLaptop):
    """It is not remembered that rows come from a life of the hub that is gone: a snapshot takes their place."""

    def mix(self, scopes: Collection[str]) -> None:
        pass


def _forgetting(held: Held, old: Collection[str]) -> Held:
    """A row after every field of it forgot that these were replaced."""
    return held.pruned(old, dict.fromkeys(old, held.row.keys()))


class AllPruned(HubMachine):
    """What was replaced is forgotten though it is not in the log yet, and revived when it comes or is released."""

    def pruned(self, tx: HubTx, scope: str, rows: Mapping[RowKey, Held], floor: int) -> dict[RowKey, Held]:
        return {key: _forgetting(held, held.dead()) for key, held in rows.items()}


class LivePruned(HubMachine):
    """What was replaced under a field's newer name is forgotten while it lives under the older one."""

    def pruned(self, tx: HubTx, scope: str, rows: Mapping[RowKey, Held], floor: int) -> dict[RowKey, Held]:
        dead = {op_id for held in rows.values() for op_id in held.dead()}
        old = {i for i, label in tx.held(scope, dead).items() if 0 < label.seq <= floor}
        return {key: _forgetting(held, old) for key, held in rows.items()}


class AsideOverlooked(MemoryLaptop):
    """Own ops that were set aside do not count as something that is kept of a scope."""

    def has_rows(self, scope: str) -> bool:
        return scope in self.tables.cursors or bool(self.labels([scope]))


class DoneForgotten(LaptopMachine):
    """An own op that is offered again shows anew what was replaced in it, where the row has forgotten that."""

    def knowing(self, held: Held, op: Op) -> Held:
        return held


class ReplacedCounted(LabelLeftBehind):
    """A scope is read again for every op set aside that somebody replaced: the outbox empties too late."""

    def inside(self, held: Held, op: Op) -> bool:
        return op.op_id in held.live() | held.dead()


class OlderNameRevived(LaptopMachine):
    """An own op that is offered again shows anew what was replaced in it under a field's newer name."""

    def knowing(self, held: Held, op: Op) -> Held:
        known = super().knowing(held, op)
        return replace(known, row={field: known.row[field] for field in held.row})


class AliveOverlooked(LaptopMachine):
    """Own ops in a snapshot are only those that the hub names, and it forgets in another life which are whose."""

    @staticmethod
    def alive(pending: Mapping[RowKey, Sequence[Op]], came: Mapping[RowKey, Held]) -> list[str]:
        return []


class OtherLifeHandedOut(HubMachine):
    """A hub in a new life gives snapshots to laptops that have not heard of it."""

    @staticmethod
    def hands_out(epoch: str, met: str) -> bool:
        return True


class AgreedBefore(HubMachine):
    """What is sent follows from a vector that a late message may have changed since it was agreed on."""

    @staticmethod
    def still_agrees(tx: HubTx, sender: Sender, request: Request) -> bool:
        return True


def _folding(fold: Callable[[Row, Op], Row]) -> Parts:
    laptop = type("Laptop", (LaptopMachine,), {"fold": staticmethod(fold)})
    hub = type("Hub", (HubMachine,), {"fold_op": staticmethod(fold)})
    return Parts(laptop=laptop, hub=hub)


BUGS: dict[str, Parts] = {
    "applied_twice": Parts(hub=AppliedTwice),
    "base_rewritten": Parts(laptop=BaseRewritten),
    "numbered_outside": Parts(hub_copy=NumberedOutsideHub),
    "fold_unlocked": Parts(hub=FoldUnlocked),
    "evicted_early": Parts(laptop=EvictedEarly),
    "acked_forgotten": Parts(laptop=AckedForgotten),
    "loser_dropped": _folding(fold_loser_dropped),
    "clock_decides": _folding(fold_clock_decides),
    "labels_reused": Parts(hub=LabelsReused),
    "no_dead": _folding(fold_no_dead),
    "no_op_id": Parts(hub_copy=NoOpIdHub),
    "quarantined_kept": Parts(laptop=QuarantinedKept),
    "label_hole": Parts(laptop=LabelHole),
    "pruned_joined": Parts(laptop=PrunedJoined),
    "all_pruned": Parts(hub=AllPruned),
}

RARE: dict[str, Parts] = {
    "no_new_labels": Parts(laptop=NoNewLabels),
    "waiting_done": Parts(laptop=WaitingDone),
    "unsent_acknowledged": Parts(laptop=UnsentAcknowledged),
    "snapshot_clock": Parts(laptop=SnapshotClock),
    "lives_forgotten": Parts(laptop_copy=LivesForgotten),
    "live_pruned": Parts(hub=LivePruned),
    "agreed_before": Parts(hub=AgreedBefore),
    "aside_overlooked": Parts(laptop_copy=AsideOverlooked),
    "done_forgotten": Parts(laptop=DoneForgotten),
    "replaced_counted": Parts(laptop=ReplacedCounted),
    "older_name_revived": Parts(laptop=OlderNameRevived),
    "alive_overlooked": Parts(laptop=AliveOverlooked),
    "label_left_behind": Parts(laptop=LabelLeftBehind),
    "other_life_handed_out": Parts(hub=OtherLifeHandedOut),
}
"""Found in few histories of a thousand; each is replayed from `regressions`."""


def parts_of(bug: str | None) -> Parts:
    """What to play with: the machines as they are, or with a planted bug."""
    return {**BUGS, **RARE}[bug] if bug else Parts()
