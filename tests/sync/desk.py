"""A desk with a laptop and a house with a hub, over copies in memory."""

from __future__ import annotations

from collections.abc import Iterator

from familyhub.sync.copy import Held, Sender
from familyhub.sync.hub import HubMachine, run
from familyhub.sync.laptop import Act, LaptopMachine
from familyhub.sync.messages import Answer, Batch, Custody, Feed, Frame, Request
from familyhub.sync.ops import Op, RowKey, pack_payload
from tests.simulation.exchange import no_chance
from tests.simulation.memory_hub import MemoryHub
from tests.simulation.memory_laptop import MemoryLaptop

SCOPE = "fam:1"
ROW: RowKey = (SCOPE, "person", "row")
NOW = 1_750_000_000_000
EVERYTHING = 1 << 20
WORKER = Sender("laptop", "worker", "family_support")


class Desk:
    """A laptop with its worker."""

    def __init__(self, name: str) -> None:
        self._names: Iterator[str] = (f"{name}-inc-{n}" for n in range(100))
        self._ids: Iterator[str] = (f"{name}-{n}" for n in range(100))
        self.copy = MemoryLaptop(lambda: next(self._names))
        self.machine = LaptopMachine()

    def write(self, note: object, base: tuple[str, ...] = (), row_id: str = "row", field: str = "note") -> Op:
        """Somebody writes a field of a row."""
        act = Act("change", SCOPE, "person", row_id, {field: note}, {field: base})
        return self.machine.commit(self.copy, "worker", [act], NOW, lambda: next(self._ids))[0]

    def heard(self, request: Request, *custody: Custody, feeds: tuple[Feed, ...] = ()) -> None:
        """The laptop hears what the hub says to a request."""
        self.machine.heard(self.copy, request, Answer("1", NOW, list(custody)))
        for feed in feeds:
            self.machine.receive(self.copy, feed)

    def request(self, most_bytes: int = EVERYTHING) -> Request:
        """What the laptop says now."""
        return self.machine.request(self.copy, most_bytes)

    def states(self) -> dict[str, str]:
        """What became of each own op."""
        return {i: own.state for i, own in self.copy.tables.outbox.items()}

    def heads(self, row: RowKey = ROW) -> dict[str, object]:
        """The values of the note."""
        held = self.copy.tables.rows.get(row, Held())
        return {i: v for i, (_, v) in held.row["note"].heads.items()} if held.row else {}


class House:
    """A hub."""

    def __init__(self) -> None:
        self.hub = MemoryHub()
        self.machine = HubMachine()

    def push(self, request: Request, sender: Sender = WORKER, now_ms: int = NOW) -> list[Custody]:
        """The hub takes custody of what a request carries."""
        steps = self.machine.push(self.hub.begin(), sender, request.push, request.own, now_ms, no_chance)
        return run(steps)

    def feed(self, inc: str, cursor: int = 0) -> Feed:
        """What follows in the log."""
        head, _ = self.hub.begin().head(SCOPE)
        feeds, _, _ = self.machine.feeds(self.hub.begin(), inc, [(SCOPE, cursor, head, 0)], EVERYTHING)
        return feeds[0] if feeds else Feed(SCOPE, cursor, [])

    def log(self) -> list[str]:
        """The op ids of the log, in order."""
        rows = self.hub.tables.log.get(SCOPE, {})
        return [rows[n].op.op_id for n in sorted(rows)]

    def release(self, op_id: str) -> bool:
        """Somebody releases what was set aside."""
        return run(self.machine.release(self.hub.begin(), SCOPE, op_id, NOW, no_chance))

    def fold(self) -> list[Op]:
        """The folder folds all there is."""
        return run(self.machine.fold(self.hub.begin(), SCOPE))


def exchange(desk: Desk, house: House) -> None:
    """Push and pull, without any disturbance."""
    request = desk.request()
    custody = house.push(request)
    desk.heard(request, *custody, feeds=(house.feed(request.inc, desk.copy.cursor(SCOPE)),))


def frames(*labelled: tuple[int, str], inc: str = "inc") -> Request:
    """A request that pushes ops under labels."""
    batch = []
    for dseq, op_id in labelled:
        op = Op(
            SCOPE, op_id, inc, dseq, "change", "person", "row", 1, NOW << 16, "worker", {"note": op_id}, {}
        )
        batch.append(Frame(op_id, dseq, pack_payload(op)))
    return Request(inc, "", push=[Batch(SCOPE, inc, batch)], own={SCOPE: max(d for d, _ in labelled)})
