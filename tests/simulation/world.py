"""A history as it happens: laptops, a network that loses and repeats, a hub whose transactions overlap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from random import Random

from familyhub.sync.copy import AlreadyHeld, Gap, Sender
from familyhub.sync.hub import HubMachine
from familyhub.sync.laptop import LaptopMachine
from familyhub.sync.messages import Answer, Request, SnapshotScope
from familyhub.sync.ops import RowKey
from tests.simulation.acts import ENTITY, Form
from tests.simulation.check import Checker, Violation
from tests.simulation.exchange import HubProcess, Knobs, Link
from tests.simulation.memory_hub import MemoryHub, MemoryHubTx
from tests.simulation.memory_laptop import Killed, MemoryLaptop, Tables
from tests.simulation.script import Script

NOW_MS = 1_750_000_000_000
NEVER = 1 << 30
FAULTS = (
    "message_lost",
    "message_duplicated",
    "message_late",
    "batch_cut",
    "overlapping_transactions",
    "rollback",
    "killed_laptop",
    "killed_hub",
    "laptop_restored",
    "laptop_cloned",
    "clock_wrong",
    "quarantined",
    "released",
    "snapshot",
)


@dataclass(frozen=True)
class Parts:
    """What a history is played with; a planted bug is another one of these."""

    laptop: type[LaptopMachine] = LaptopMachine
    hub: type[HubMachine] = HubMachine
    hub_copy: type[MemoryHub] = MemoryHub


@dataclass
class Laptop:
    """A laptop with its file, its older copies, and what its worker has open."""

    device: str
    copy: MemoryLaptop
    link: Link
    lineage: int
    offset_ms: int = 0
    backups: list[Tables] = field(default_factory=list)
    forms: dict[RowKey, Form] = field(default_factory=dict)
    token: int = 0
    """The message it waits for an answer to, 0 for none."""
    inbox: tuple[Request, Answer] | None = None
    cursors: dict[str, int] = field(default_factory=dict)


@dataclass
class Message:
    """A request under way."""

    token: int
    laptop: Laptop
    request: Request
    delivered: int = 0


@dataclass
class Task:
    """Something that the hub is doing, in one transaction or several."""

    steps: Generator[str, None, object]
    done: Callable[[object], None]
    transactions: list[MemoryHubTx] = field(default_factory=list)
    begun: bool = False


class World:
    """Everything there is in one history, and the moves that steps are made of."""

    def __init__(self, script: Script, parts: Parts) -> None:
        self.parts, self.script = parts, script
        self.rng = Random(script.seed)
        self.faults: Counter[str] = Counter()
        self.now_ms = NOW_MS
        self.hub = parts.hub_copy()
        self.process = HubProcess(parts.hub(), self.hub)
        self.checker = Checker(self.hub)
        self.tasks: list[Task] = []
        self.network: list[Message] = []
        self.scopes = [f"fam:{n}" for n in range(script.scopes)]
        self._count = 0
        self.laptops: list[Laptop] = []
        for n in range(script.laptops):
            device = f"laptop-{n}"
            self.process.grants[device] = set(
                self.rng.sample(self.scopes, self.rng.randint(1, script.scopes))
            )
            self._add_laptop(device, MemoryLaptop(self._new_incarnation))

    def _add_laptop(self, device: str, copy: MemoryLaptop) -> Laptop:
        laptop = Laptop(device, copy, Link(self.parts.laptop(), copy), self.number())
        laptop.backups.append(copy.tables.duplicate())
        laptop.cursors = copy.cursors()
        self.laptops.append(laptop)
        return laptop

    def number(self) -> int:
        """A number not given before in this history."""
        self._count += 1
        return self._count

    def _new_incarnation(self) -> str:
        return f"inc-{self.number()}"

    def clone(self, laptop: Laptop) -> None:
        """A second laptop wakes up with the same file, device name and labels."""
        copy = MemoryLaptop(self._new_incarnation)
        copy.tables = laptop.copy.tables.duplicate()
        self._add_laptop(laptop.device, copy)

    def rows(self, laptop: Laptop, rng: Random) -> list[RowKey]:
        """Rows that the worker may write to: of their scopes and, seldom, of one they do not hold yet."""
        scopes = self.process.grants[laptop.device] if rng.random() < 0.93 else set(self.scopes)
        return [(s, ENTITY, f"row-{n}") for s in sorted(scopes) for n in range(self.script.rows)]

    # -- the hub -------------------------------------------------------------------------------------------

    def start(
        self,
        steps: Callable[[Callable[[], MemoryHubTx]], Generator[str, None, object]],
        done: Callable[[object], None] = lambda _: None,
    ) -> None:
        """Let the hub begin something; `steps` is given what opens a transaction."""
        transactions: list[MemoryHubTx] = []

        def begin() -> MemoryHubTx:
            transactions.append(self.hub.begin())
            return transactions[-1]

        self.tasks.append(Task(steps(begin), done, transactions))

    def advance(self, task: Task) -> None:
        """Let the hub do one step of something."""
        if any(other.begun for other in self.tasks if other is not task):
            self.faults["overlapping_transactions"] += 1
        task.begun = True
        try:
            next(task.steps)
        except StopIteration as stop:
            self.tasks.remove(task)
            self._end(task)
            self.checker.hub_step()
            task.done(stop.value)
            return
        except AlreadyHeld:
            self.tasks.remove(task)
            self._end(task)
        self.checker.hub_step()

    @staticmethod
    def _end(task: Task) -> None:
        for tx in task.transactions:
            tx.rollback()

    def abandon(self, task: Task) -> None:
        """The transaction dies before it commits; nobody is answered."""
        self.tasks.remove(task)
        task.steps.close()
        self._end(task)

    def finish_all(self, rng: Random) -> None:
        """Let the hub finish what it is doing, in any order."""
        for _ in range(10_000):
            if not self.tasks:
                return
            self.advance(rng.choice(self.tasks))
        raise Violation("9", "the hub's transactions wait for each other")

    # -- the network ---------------------------------------------------------------------------------------

    def send(self, laptop: Laptop, most_bytes: int) -> None:
        """The laptop states an exchange; an answer to an earlier one is no longer waited for."""
        waiting = laptop.copy.unsent(NEVER)
        request = laptop.link.request(most_bytes)
        if sum(len(batch.frames) for batch in request.push) < len(waiting):
            self.faults["batch_cut"] += 1
        laptop.token, laptop.inbox = self.number(), None
        self.network.append(Message(laptop.token, laptop, request))

    def deliver(
        self, message: Message, knobs: Knobs, answer_lost: bool = False, shut_out: bool = False
    ) -> None:
        """The hub begins to serve a request, which may be an old one."""
        if message.delivered or message.laptop.token != message.token:
            self.faults["message_late"] += 1
        message.delivered += 1
        sender = Sender(message.laptop.device, "worker", "family_support", only_custody=shut_out)

        def done(answer: object) -> None:
            assert isinstance(answer, Answer)
            if answer.more:
                self.faults["batch_cut"] += 1
            if answer_lost:
                self.faults["message_lost"] += 1
            elif message.laptop.token == message.token:
                message.laptop.token = 0
                message.laptop.inbox = (message.request, answer)

        now = self.now_ms
        self.start(lambda begin: self.process.exchange(begin, sender, message.request, now, knobs), done)

    # -- a laptop ------------------------------------------------------------------------------------------

    def take(self, laptop: Laptop, slice_size: int, killed_at: int = NEVER) -> None:
        """The laptop applies the answer that came for it."""
        if laptop.inbox is None:
            return
        (request, answer), laptop.inbox = laptop.inbox, None

        def fetch(scope: str) -> SnapshotScope:
            snapshot = self.process.snapshot(laptop.device, scope)
            if laptop.copy.cursor(scope) < snapshot.seq and laptop.copy.in_scope(scope):
                self.faults["snapshot"] += 1
            return snapshot

        try:
            for _ in laptop.link.applied(request, answer, fetch, slice_size, killed_at):
                self.look_at(laptop)
        except Killed:
            self.faults["killed_laptop"] += 1
            laptop.link.ask = []
            self.look_at(laptop)
        except Gap as gap:
            raise Violation("6", str(gap)) from gap

    def look_at(self, laptop: Laptop) -> None:
        """Check the laptop as it stands."""
        self.checker.laptop_step(laptop.copy, laptop.cursors)
        laptop.cursors = laptop.copy.cursors()

    def restore(self, laptop: Laptop, tables: Tables) -> None:
        """The laptop's file is replaced by an older copy of itself; what only the newer one held is lost."""
        gone = {op.op_id for op in laptop.copy.all_pending()} - self._at_hub()
        laptop.copy.tables = tables.duplicate()
        laptop.token, laptop.inbox, laptop.link.ask = 0, None, []
        laptop.forms = {}
        laptop.lineage = self.number()
        laptop.cursors = laptop.copy.cursors()
        self.checker.lost |= gone
        self.checker.lost -= {i for other in self.laptops for i in other.copy.tables.outbox}

    def _at_hub(self) -> set[str]:
        aside = {a.op_id for a in self.hub.tables.aside.values()}
        return aside | {row.op.op_id for rows in self.hub.tables.log.values() for row in rows.values()}
