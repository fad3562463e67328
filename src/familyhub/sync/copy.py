"""What the state machines ask of a copy: in memory for simulation, SQLCipher on a laptop, SQLite or PostgreSQL at the hub."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from familyhub.sync.clock import HLC
from familyhub.sync.earlier import Earlier
from familyhub.sync.held import NOTHING as NOTHING
from familyhub.sync.held import Held as Held
from familyhub.sync.messages import Frame, Record, Request, SnapshotPart, SnapshotRow
from familyhub.sync.ops import DESTROYED, Op, RowKey

WAITING, IN_CUSTODY, DONE, SET_ASIDE = "waiting", "in_custody", "done", "set_aside"
"""States of an own op: not yet at the hub · taken by the hub · seen in the scope's log · set aside, needs a person."""
PENDING = (WAITING, IN_CUSTODY)


class OwnOp(NamedTuple):
    """An own op and what became of it."""

    op: Op
    state: str
    reason: str = ""
    received: int = 0
    """The hub's time, milliseconds UTC, at which it was in its custody at the latest; 0 while it waits."""


class OwnLabel(NamedTuple):
    """The label of a pending own op, and whether the hub has it."""

    op_id: str
    dseq: int
    state: str


class LaptopCopy(Protocol):
    """One laptop's copy inside one transaction."""

    def incarnation(self) -> str:
        """The incarnation that labels are given under."""

    def start_incarnation(self) -> str:
        """Begin a new incarnation: labels start again at 1 in every scope, the hub knows no cursor of it."""

    def clock(self) -> HLC:
        """The latest clock value given or met."""

    def set_clock(self, hlc: HLC) -> None:
        """Keep the latest clock value."""

    def last_labels(self, scopes: Collection[str]) -> dict[str, int]:
        """The highest ``dseq`` given in each scope under this incarnation, 0 for none."""

    def load(self, keys: Collection[RowKey]) -> dict[RowKey, Held]:
        """The shown rows that exist among ``keys``."""

    def all_rows(self) -> Iterator[tuple[RowKey, Held]]:
        """Every shown row."""

    def save(self, rows: Mapping[RowKey, Held]) -> None:
        """Write shown rows with their differences and search entries; an empty row is deleted."""

    def save_new(self, rows: Sequence[tuple[str, SnapshotRow]]) -> None:
        """Write rows that this copy has not got, as they travel in snapshots: (scope, row)."""

    def keep_earlier(self, found: Iterable[Earlier]) -> None:
        """Remember what changes replaced; of one that is known already only when the hub received it is new."""

    def confirmed(self, keys: Collection[RowKey]) -> dict[RowKey, Held]:
        """The kept confirmed states among ``keys``; a row with a pending own op and none kept has an empty one."""

    def keep_confirmed(self, rows: Mapping[RowKey, Held]) -> None:
        """Write confirmed states."""

    def drop_confirmed(self, keys: Collection[RowKey]) -> None:
        """Forget confirmed states: no own op of these rows is pending."""

    def pending(self, keys: Collection[RowKey]) -> dict[RowKey, list[Op]]:
        """The pending own ops of each row, in the order they were made; rows without one are left out."""

    def alone(self, op_ids: Collection[str]) -> set[str]:
        """Those of own ops in custody whose rows have no other own op, and of which nothing was confirmed yet."""

    def stamp(self, received: Mapping[RowKey, str]) -> None:
        """Write when the hub received the ops that created rows."""

    def own(self, op_ids: Collection[str]) -> dict[str, OwnOp]:
        """The own ops among ``op_ids``."""

    def add_own(self, ops: Iterable[Op]) -> None:
        """Add own ops to the outbox, waiting."""

    def relabel_own(self, ops: Iterable[Op]) -> None:
        """Give pending own ops new labels and let them wait again; order and op ids stay."""

    def settle(
        self,
        op_ids: Collection[str],
        state: str,
        reasons: Mapping[str, str] | None = None,
        received: Mapping[str, int] | None = None,
    ) -> None:
        """Write what became of own ops, and where it is known when the hub received them."""

    def kept(self) -> list[OwnOp]:
        """Every own op that is not forgotten yet, in the order they were made."""

    def all_pending(self) -> list[Op]:
        """Every pending own op, in the order they were made."""

    def unsent(self, most_bytes: int) -> list[tuple[str, Frame]]:
        """Own ops that wait as they travel, each with its scope, oldest first, about ``most_bytes`` of them."""

    def labels(self, scopes: Collection[str]) -> dict[str, list[OwnLabel]]:
        """Labels of pending own ops under this incarnation, in the order they were made, by scope."""

    def forget_durable(self, upto: int) -> None:
        """Forget own ops that are done, or sealed and in custody, received at ``upto`` or before: they are durable."""

    def seal_own(self, scope: str, seal: Callable[[bytes], bytes]) -> None:
        """Let only the hub read what is kept of own ops in a scope, and drafts about it; labels and states stay."""

    def destroy(self, op_ids: Collection[str], reason: str = "") -> None:
        """Forget own ops on erased rows, whatever their state; their author is told that they were, if there is a reason."""

    def drop_own(self, keys: Collection[RowKey]) -> None:
        """Forget the own ops of erased rows that do not wait."""

    # -- the hub and its lives

    def epoch(self) -> str:
        """Which life of the hub this copy has met last; empty before the first."""

    def set_epoch(self, epoch: str) -> None:
        """Keep which life of the hub was met."""

    def hub_key(self) -> bytes:
        """The hub's public keys; empty before they are known."""

    def set_hub_key(self, key: bytes) -> None:
        """Keep the hub's public keys."""

    def durable(self) -> int:
        """What was received up to then (milliseconds UTC) outlives the hub's database, as last heard."""

    def set_durable(self, upto: int) -> None:
        """Keep what is durable."""

    def unseen(self) -> list[str]:
        """Scopes in which own ops are in custody, and of which nothing was received yet."""

    def has_rows(self, scope: str) -> bool:
        """Whether anything is kept of a scope: rows, or own ops."""

    # -- scopes that are no longer held

    def drop_rows(self, scope: str) -> None:
        """Delete rows, confirmed states, differences and search entries of a scope, and begin again at number 0."""

    def mixed(self) -> set[str]:
        """Scopes whose rows may hold what the log of the hub's present life does not."""

    def mix(self, scopes: Collection[str]) -> None:
        """Remember that the rows of these scopes come from a life of the hub that is gone, until they are dropped."""

    def drop_rest(self, scope: str) -> None:
        """Delete whatever else is kept of a scope: attachments, parts of snapshots, drafts."""

    def owed(self) -> list[str]:
        """Scopes whose withdrawal the hub has no receipt for."""

    def owe(self, scopes: Collection[str]) -> None:
        """A receipt is due for the withdrawal of these scopes."""

    def receipted(self, scopes: Collection[str]) -> None:
        """The hub has the receipt."""

    # -- snapshots in parts

    def stage(self, part: SnapshotPart) -> None:
        """Keep one part of a snapshot until all of them are here."""

    def staged(self, scope: str) -> dict[str, bytes]:
        """The parts that are here: content by digest."""

    def unstage(self, scope: str) -> None:
        """Forget the parts of a scope."""

    def expect(self, scopes: Collection[str]) -> None:
        """Say whose cursors will be asked for."""

    def cursor(self, scope: str) -> int:
        """The last number of the scope's log that was applied, 0 for none."""

    def set_cursor(self, scope: str, seq: int) -> None:
        """Move the cursor."""

    def cursors(self) -> dict[str, int]:
        """The whole cursor vector."""

    def vector(self) -> tuple[int, int]:
        """How many cursors there are, and the digest of all of them (``messages.vector_digest``)."""

    def moved(self) -> dict[str, int]:
        """Cursors that moved since the hub last heard of them."""

    def reported(self, cursors: Mapping[str, int]) -> None:
        """The hub has heard of these cursors; none is what an idle exchange tells it, and changes nothing."""

    def forget_reported(self) -> None:
        """The hub asked for the whole vector: state it all next time."""


class Label(NamedTuple):
    """What the hub has at a label; ``reason`` is empty for an op in the log, else why it was set aside."""

    op_id: str
    reason: str = ""
    seq: int = 0
    """Its number in the log, 0 for none."""
    received: int = 0


@dataclass(frozen=True, slots=True)
class Sender:
    """Who pushes and pulls: a device with its worker; ``only_custody`` when the worker or device is shut out."""

    device: str
    worker: str
    role: str
    locality: str = ""
    only_custody: bool = False


class LogRow(NamedTuple):
    """One number of a scope's log at the hub. Without salt it was erased: its op says nothing, its digest stays."""

    seq: int
    op: Op
    received: int
    salt: bytes
    chain: bytes
    digest: bytes = b""
    """The salted digest of the payload, over which the chain goes."""

    @property
    def erased(self) -> bool:
        """Whether what it said was destroyed."""
        return not self.salt


class HubTx(Protocol):
    """One transaction at the hub. ``lock`` is a generator so that a simulation can let transactions overlap."""

    now_ms: int
    """The hub's time when it began: milliseconds since 1970 UTC."""

    def ensure_scopes(self, scopes: Collection[str]) -> None:
        """Make the head rows of scopes exist (on conflict do nothing)."""

    def lock(self, scopes: Collection[str]) -> Iterator[str]:
        """Lock the head rows of scopes until the end of the transaction; yields while it must wait."""

    def head(self, scope: str) -> tuple[int, bytes]:
        """The last number of the scope's log and its chain."""

    def set_head(self, scope: str, seq: int, chain: bytes) -> None:
        """Move the head."""

    def known(self, scope: str, inc: str) -> int:
        """The highest label of an incarnation in the hub's custody."""

    def at_labels(self, scope: str, inc: str, dseqs: Collection[int]) -> dict[int, Label]:
        """What is held under labels."""

    def held(self, scope: str, op_ids: Collection[str]) -> dict[str, Label]:
        """Which ops are held already, in the log or set aside."""

    def append(self, scope: str, rows: Iterable[LogRow]) -> None:
        """Add numbers to the log; raises ``AlreadyHeld`` where an op_id stands in the scope's log."""

    def set_aside(
        self, scope: str, inc: str, dseq: int, op_id: str, payload: bytes, reason: str, now: int
    ) -> None:
        """Take custody of a frame that cannot be logged."""

    def alias(self, scope: str, inc: str, dseq: int, op_id: str) -> None:
        """Remember that a label carried an op that was held already."""

    def take_released(self, scope: str, op_id: str) -> tuple[str, int, bytes] | None:
        """(inc, dseq, payload) of an op that is set aside, marking it released; None when it is not there."""

    def after(self, scope: str, seq: int, most_bytes: int) -> list[LogRow]:
        """Log rows behind ``seq``, in order, about ``most_bytes`` of them."""

    def records(self, scope: str, seq: int, most_bytes: int, inc: str) -> list[Record]:
        """The same rows as they travel to a laptop; those of its own incarnation ``inc`` as stubs."""

    def by_ids(self, scope: str, op_ids: Collection[str]) -> dict[str, LogRow]:
        """The log rows of ops that are in the log, by their ids."""

    def folded(self, scope: str) -> int:
        """The number the projection stands on."""

    def set_folded(self, scope: str, seq: int) -> None:
        """Move the folder."""

    def load(self, keys: Collection[RowKey]) -> dict[RowKey, Held]:
        """Rows of the projection."""

    def rows_of(self, scope: str) -> dict[RowKey, Held]:
        """Every row of a scope in the projection, as it was committed."""

    def save(self, rows: Mapping[RowKey, Held]) -> None:
        """Write rows of the projection."""

    # -- the floor

    def floor(self, scope: str) -> int:
        """The number up to which the scope's log is archived, 0 for none."""

    def settled(self, scope: str, before: int) -> int:
        """The number up to which everything was received at ``before`` (milliseconds UTC) or earlier."""

    def archive(self, scope: str, upto: int) -> None:
        """Raise the floor to a number: what the log says up to it lies apart from now on, and is read as before."""

    def refuse_write(self, sender: Sender, op: Op) -> str:
        """Why ``sender`` may not write ``op`` (an empty text when they may); may create the scope and its grants."""

    # -- erasure

    def erased(self, scope: str) -> set[tuple[str, str]]:
        """The erased rows (entity, id) of a scope."""

    def asides(self, scope: str) -> list[tuple[str, str, int, bytes]]:
        """Every frame that is or was set aside in a scope: (op_id, inc, dseq, payload)."""

    def erase(self, key: RowKey, asides: Collection[str]) -> None:
        """Destroy what the log, the named frames and kept snapshots say of a row; ids, labels and digests stay."""

    # -- who meets the hub

    def epoch(self) -> str:
        """Which life of the hub this is."""

    def durable(self) -> int:
        """Everything received up to then (milliseconds UTC) outlives this database."""

    def back(self, epoch: str, cursors: Mapping[str, int]) -> dict[str, int]:
        """Where cursors of an earlier life stand too far: scope and the last number both lives have in common."""

    def agrees(self, sender: Sender, request: Request) -> bool:
        """Whether the vector kept for the file is what it says without telling anything new."""

    def hear(self, sender: Sender, request: Request) -> bool:
        """Take the cursors that a laptop states; False when the vector now differs from the laptop's own."""

    def receipts(self, sender: Sender, inc: str, receipts: Mapping[str, int]) -> None:
        """Take a laptop's receipts: withdrawn scopes that it holds no more, with the last label it gave there."""

    def news(self, sender: Sender, inc: str) -> list[tuple[str, int, int, int]]:
        """Scopes that the sender holds and whose log is ahead: (scope, cursor, head, floor)."""

    def withdrawn(self, sender: Sender, inc: str, also: Collection[str]) -> list[str]:
        """Scopes that this file holds, or wrote in (``also``), and its worker may hold no more."""

    def held_scopes(self, sender: Sender, scopes: Collection[str]) -> set[str]:
        """Those of ``scopes`` that the sender holds."""

    def commit(self) -> None:
        """Commit and release the locks."""


class AlreadyHeld(Exception):
    """The log has this op_id in this scope: ``unique(scope, op_id)``."""


class Gap(Exception):
    """A feed skips numbers: an error with its range, never passed over."""

    def __init__(self, scope: str, wanted: int, got: int) -> None:
        super().__init__(f"{scope}: number {wanted} was to come next, {got} came")
        self.scope, self.wanted, self.got = scope, wanted, got


def as_record(row: LogRow, stub: bool, payload: bytes) -> Record:
    """A log row as it travels: whole, or for the laptop's own op a stub."""
    if row.erased:
        return Record(row.seq, row.op.op_id, row.received, 0, DESTROYED)
    if stub:
        return Record(row.seq, row.op.op_id, row.received, row.op.hlc)
    return Record(row.seq, row.op.op_id, row.received, row.op.hlc, payload, row.op.inc, row.op.dseq)
