"""The laptop's state machine: own ops, receipts, feeds and snapshots, over a ``LaptopCopy``. No I/O of its own.

Each method runs inside one transaction of the copy; what is shown is always *confirmed + pending own ops in order*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from familyhub.sync import clock, messages
from familyhub.sync.arriving import Arriving
from familyhub.sync.copy import DONE, IN_CUSTODY, NOTHING, SET_ASIDE, WAITING, Held, LaptopCopy
from familyhub.sync.earlier import Earlier, earlier
from familyhub.sync.messages import (
    Answer,
    Batch,
    Custody,
    Frame,
    Request,
    SnapshotScope,
)
from familyhub.sync.ops import (
    SEALED,
    Op,
    RowKey,
    Value,
    relabelled,
)
from familyhub.sync.snapshot import created_row


class Act(NamedTuple):
    """What somebody did to one row, before it has a clock and a label."""

    kind: str
    scope: str
    entity: str
    row_id: str
    patch: dict[str, Value]
    base: dict[str, tuple[str, ...]]
    sv: int = 1
    op_id: str = ""
    """Given where another act of the same work names this one; else it gets one."""

    @property
    def row(self) -> RowKey:
        """The row it is about."""
        return (self.scope, self.entity, self.row_id)


def cannot_seal(payload: bytes) -> bytes:
    """What a laptop does with a withdrawn scope before it has the hub's key."""
    raise ValueError("there is no key to seal with")


class LaptopMachine(Arriving):
    """Rules 1 and 3 to 11 of the sync specification, from the laptop's side."""

    # -- own ops ---------------------------------------------------------------------------------------------

    def commit(
        self, copy: LaptopCopy, actor: str, acts: Sequence[Act], now_ms: int, new_id: Callable[[], str]
    ) -> list[Op]:
        """Turn acts into labelled ops, show their effect and put them in the outbox."""
        last, inc, ops = copy.clock(), copy.incarnation(), []
        labels = copy.last_labels({act.scope for act in acts})
        for act in acts:
            last = clock.tick(now_ms, last)
            labels[act.scope] = label = labels[act.scope] + 1
            ops.append(
                Op(
                    act.scope, act.op_id or new_id(), inc, label, act.kind, act.entity, act.row_id, act.sv, last, actor,
                    act.patch, {f: tuple(b) for f, b in act.base.items()},
                )
            )  # fmt: skip
        copy.set_clock(last)
        self._show_own(copy, ops)
        copy.add_own(ops)
        return ops

    def _show_own(self, copy: LaptopCopy, ops: Sequence[Op]) -> None:
        keys = [op.row for op in ops]
        acts_on = Counter(keys)
        held = copy.load(acts_on.keys())
        had_pending = copy.pending(held.keys())
        copy.keep_confirmed({k: h for k, h in held.items() if k not in had_pending})
        new: list[tuple[str, messages.SnapshotRow]] = []
        replaced: list[Earlier] = []
        for op, key in zip(ops, keys, strict=True):
            replaced += earlier(op, held.get(key, NOTHING).row)
            if op.kind == "create" and not op.base and acts_on[key] == 1 and key not in held:
                new.append((op.scope, created_row(op)))
            else:
                held[key] = self.after(held.get(key, NOTHING), op)
        copy.save_new(new)
        copy.save(held)
        copy.keep_earlier(replaced)

    # -- one exchange ----------------------------------------------------------------------------------------

    def request(self, copy: LaptopCopy, most_bytes: int = messages.BATCH_BYTES) -> Request:
        """What to say to the hub now; nothing waiting and nothing moved is a message of a few bytes."""
        inc = copy.incarnation()
        frames: dict[str, list[Frame]] = {}
        for scope, frame in copy.unsent(most_bytes):
            frames.setdefault(scope, []).append(frame)
        cursors, digest = copy.vector()
        moved = copy.moved()
        return Request(
            inc=inc,
            digest=f"{digest:016x}",
            push=[Batch(scope, inc, batch) for scope, batch in frames.items()],
            moved=moved,
            whole=sum(1 for seq in moved.values() if seq) == cursors,
            own=copy.last_labels(frames),
            epoch=copy.epoch(),
            unkeyed=copy.hub_key() == b"",
            unseen=copy.unseen(),
            receipts=copy.last_labels(copy.owed()),
        )

    def heard(
        self, copy: LaptopCopy, request: Request, answer: Answer, seal: Callable[[bytes], bytes] = cannot_seal
    ) -> set[str]:
        """Take the hub's receipts: what it has, what it set aside, what is durable, what is no longer held here.

        ``seal`` encrypts to the hub's key what is kept of a scope that was withdrawn. Returns the scopes of which what
        the same answer brings is not applied: those that begin anew; all of them where another process of this laptop
        has met another life of the hub since the request.
        """
        if request.epoch != copy.epoch():
            return {feed.scope for feed in answer.feeds}.union(answer.snapshot)
        if (
            answer.restored and copy.cursors() != request.moved
        ):  # it was told where another process has been since
            copy.forget_reported()
            return set()
        if answer.restored:
            self.restored(copy, answer)
            return set()
        if answer.need_vector:
            copy.forget_reported()
            if answer.epoch != (copy.epoch() or answer.epoch):
                return set()
        else:
            copy.reported(request.moved)
        if copy.epoch() != answer.epoch:
            copy.set_epoch(answer.epoch)
        if answer.key:
            copy.set_hub_key(answer.key)
        self.now_durable(copy, answer.durable)
        copy.receipted(request.receipts.keys())
        copy.expect([c.scope for c in answer.custody])
        before = {c.scope for c in answer.custody if copy.cursor(c.scope)}
        if any(c.fork for c in answer.custody):
            self.fork(copy)
        else:
            sent = {frame.op_id for batch in request.push for frame in batch.frames}
            if self._custody(copy, answer.custody, sent, answer.received):
                self.fork(copy)
        if answer.withdrawn:
            self.withdrawn(copy, answer.withdrawn, seal)
        return {scope for scope in before if not copy.cursor(scope)}

    def now_durable(self, copy: LaptopCopy, upto: int) -> None:
        """What the hub received up to then outlives its database: own ops of that time need not be kept here."""
        if upto > copy.durable():
            copy.set_durable(upto)
            copy.forget_durable(upto)

    def _custody(
        self, copy: LaptopCopy, receipts: Sequence[Custody], sent: Collection[str], received: int
    ) -> bool:
        """Take receipts, which speak only of what was sent: other known labels may be of ops set aside.

        True when the hub wants a label that no pending op has: that op was in a snapshot before it was pushed
        under its newest label, and so never will be. Those that still wait need new labels.
        """
        labels = copy.labels([custody.scope for custody in receipts])
        taken: list[str] = []
        back: list[str] = []
        hole = False
        for custody in receipts:
            aside = {op_id for op_id, _ in custody.set_aside}
            beyond = []
            for own in labels.get(custody.scope, ()):
                if own.op_id in aside:
                    continue
                if own.dseq > custody.known:
                    beyond.append(own.dseq)
                    if own.state == IN_CUSTODY:
                        back.append(own.op_id)
                elif own.state == WAITING and own.op_id in sent:
                    taken.append(own.op_id)
            hole |= bool(beyond) and min(beyond) > custody.known + 1
        copy.settle(taken, IN_CUSTODY, received=dict.fromkeys(taken, received))
        copy.settle(back, WAITING)
        for custody in receipts:
            self._rest(copy, custody, received)
        return hole

    def _rest(self, copy: LaptopCopy, custody: Custody, received: int) -> None:
        """What a receipt says of own ops that were not simply taken."""
        if custody.set_aside:
            self.set_aside(copy, dict(custody.set_aside), received)
        if custody.have:
            self._have(copy, custody)
        if custody.destroyed:
            rows = {o.op.row for o in copy.own(custody.destroyed).values() if o.op.kind != SEALED}
            copy.destroy(custody.destroyed, ON_ERASED)
            self._reshow(copy, rows, {})

    def _have(self, copy: LaptopCopy, custody: Custody) -> None:
        """Own ops whose numbers were passed before, in another life of the hub or under another label, are done."""
        at = copy.cursor(custody.scope)
        passed = {op_id: when for op_id, seq, when in custody.have if seq <= at}
        own = copy.own(passed.keys())
        done = {i: passed[i] for i, o in own.items() if o.state == IN_CUSTODY and o.op.kind != SEALED}
        copy.settle(list(done), DONE, received=done)
        self._reshow(copy, {own[i].op.row for i in done}, {})

    def fork(self, copy: LaptopCopy) -> None:
        """Labels are another file's too (a restored or cloned laptop): new incarnation, renumber what is pending."""
        self._relabel(copy, copy.all_pending())

    def load_snapshot(self, copy: LaptopCopy, snapshot: SnapshotScope, own: Sequence[str] = ()) -> None:
        """Take a scope; where that has an op whose label never reached the hub, what waits behind it gets new labels."""
        before = _waiting(copy, snapshot.scope)
        super().load_snapshot(copy, snapshot, own)
        left = _waiting(copy, snapshot.scope) if before else {}
        if any(before[op_id] < max(left.values()) for op_id in before.keys() - left.keys() if left):
            self.fork(copy)

    def _relabel(self, copy: LaptopCopy, ops: Iterable[Op]) -> None:
        """Let ops wait under a new incarnation, in their order; withdrawn scopes are receipted for it anew."""
        inc = copy.start_incarnation()
        labels: dict[str, int] = {}
        again = []
        for op in ops:
            labels[op.scope] = labels.get(op.scope, 0) + 1
            again.append(relabelled(op, inc, labels[op.scope]))
        copy.relabel_own(again)
        copy.owe({op.scope for op in again if op.kind == SEALED})

    def restored(self, copy: LaptopCopy, answer: Answer) -> None:
        """The hub lives anew from an older copy: rows stay, cursors go back, what is not durable is offered again.

        A row that has own ops again is confirmed as it stands: it holds what the hub may have lost.
        """
        for scope, seq in answer.back.items():
            copy.set_cursor(scope, seq)
        copy.mix(answer.back)
        durable = copy.durable()
        own = [o for o in copy.kept() if o.state != SET_ASIDE or o.received > durable]
        again = [o.op for o in own]
        rows = {op.row for op in again if op.kind != SEALED}
        settled = rows - copy.pending(rows).keys()
        confirmed = {**copy.confirmed(rows - settled), **copy.load(settled)}
        for op in (o.op for o in own if o.state == DONE and o.op.row in confirmed):
            confirmed[op.row] = self.knowing(confirmed[op.row], op)
        copy.keep_confirmed(confirmed)
        self._relabel(copy, again)
        self._reshow(copy, rows, {})
        copy.set_epoch(answer.epoch)

    def knowing(self, held: Held, op: Op) -> Held:
        """A row that an own op is part of, so that it is not folded into it anew: below a floor that is forgotten."""
        return held.knowing(self.versions.op(op))

    def set_aside(self, copy: LaptopCopy, reasons: dict[str, str], received: int = 0) -> None:
        """The hub set own ops aside: only these are dropped; the row is confirmed + what is still pending."""
        own = copy.own(reasons.keys())
        dropped = [o for o in own.values() if o.state in (WAITING, IN_CUSTODY)]
        ids = [o.op.op_id for o in dropped]
        copy.settle(ids, SET_ASIDE, reasons, dict.fromkeys(ids, received))
        readable = [o.op for o in dropped if o.op.kind != SEALED]
        confirmed = copy.confirmed({op.row for op in readable})
        inside = {op.scope for op in readable if self.inside(confirmed.get(op.row, NOTHING), op)}
        self._reshow(copy, {op.row for op in readable if op.scope not in inside}, {})
        for scope in sorted(inside):
            self.read_again(copy, scope)

    def inside(self, held: Held, op: Op) -> bool:
        """Whether a row may be other than it were had the hub never logged ``op``."""
        return held.shaped_by(self.versions.op(op))

    def read_again(self, copy: LaptopCopy, scope: str) -> None:
        """Begin a scope anew: a life of the hub that is gone had logged what this one has set aside."""
        copy.drop_rows(scope)
        self._reshow(
            copy, {op.row for op in copy.all_pending() if op.scope == scope and op.kind != SEALED}, {}
        )

    def withdrawn(
        self, copy: LaptopCopy, scopes: Collection[str], seal: Callable[[bytes], bytes] = cannot_seal
    ) -> None:
        """Scopes are no longer held here: all of them goes, but own ops that are not durable, which only the hub can read."""
        for scope in scopes:
            copy.seal_own(scope, seal)
            copy.drop_rows(scope)
            copy.drop_rest(scope)
        copy.owe(scopes)


ON_ERASED = "the record that it was about has been erased; what was written is destroyed"


def _waiting(copy: LaptopCopy, scope: str) -> dict[str, int]:
    """The labels of own ops of a scope that have not reached the hub, by op id."""
    return {o.op_id: o.dseq for o in copy.labels([scope]).get(scope, ()) if o.state == WAITING}
