"""A history as it happens: laptops, a network that loses and repeats, a hub whose transactions overlap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from familyhub.sync.copy import AlreadyHeld, Gap, Sender
from familyhub.sync.hub import HubMachine
from familyhub.sync.laptop import LaptopMachine
from familyhub.sync.messages import Answer, Request, SnapshotPart
from familyhub.sync.ops import RowKey
from tests.simulation.acts import Form
from tests.simulation.check import Checker, Violation
from tests.simulation.exchange import HubProcess, Knobs, Link, no_chance
from tests.simulation.memory_hub import MemoryHub, MemoryHubTx
from tests.simulation.memory_laptop import Killed, MemoryLaptop, Tables
from tests.simulation.restricting import Restrictions
from tests.simulation.script import Script
from tests.simulation.versions import ENTITY, NEWER, OLDER

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
    "hub_restored",
    "grant_withdrawn",
    "granted_again",
    "sealed",
    "erased",
    "late_for_erased",
    "restricted",
    "lifted",
    "disk_full",
    "two_processes",
    "older_version",
    "floor_raised",
    "below_floor",
)


@dataclass(frozen=True)
class Parts:
    """What a history is played with; a planted bug is another one of these."""

    laptop: type[LaptopMachine] = LaptopMachine
    hub: type[HubMachine] = HubMachine
    hub_copy: Callable[[], MemoryHub] = MemoryHub
    """Makes the hub's copy; called once at the beginning of a history."""
    laptop_copy: Callable[[Callable[[], str]], MemoryLaptop] = MemoryLaptop


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
    turns: int = 0
    """How often a cursor had been set back when it was last looked at."""
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
        self.hub = parts.hub_copy()
        self.now_ms = NOW_MS
        self.process = HubProcess(parts.hub(OLDER), self.hub)
        self.checker = Checker(self.hub)
        self.backup, self.backup_raised = self.hub.back_up(), False
        self.erasures: list[tuple[str, RowKey]] = []
        self.restrictions = Restrictions(self)
        self.tasks: list[Task] = []
        self.network: list[Message] = []
        self.scopes = [f"fam:{n}" for n in range(script.scopes)]
        self._count = 0
        self.laptops: list[Laptop] = []
        for n in range(script.laptops):
            device = f"laptop-{n}"
            for scope in self.rng.sample(self.scopes, self.rng.randint(1, script.scopes)):
                self.hub.grant(device, scope)
            self._add_laptop(device, parts.laptop_copy(self._new_incarnation))

    @property
    def now_ms(self) -> int:
        """The hub's time."""
        return self.hub.now_ms

    @now_ms.setter
    def now_ms(self, now_ms: int) -> None:
        self.hub.now_ms = now_ms

    def _add_laptop(self, device: str, copy: MemoryLaptop, lineage: int = 0) -> Laptop:
        machine = self.parts.laptop(NEWER if copy.tables.version == NEWER.current else OLDER)
        laptop = Laptop(device, copy, Link(machine, copy), lineage or self.number())
        laptop.backups.append(copy.back_up())
        laptop.cursors, laptop.turns = copy.cursors(), copy.tables.turns
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
        copy = self.parts.laptop_copy(self._new_incarnation)
        copy.restore(laptop.copy.back_up())
        self._add_laptop(laptop.device, copy)

    def open_again(self, laptop: Laptop) -> None:
        """A second process works on the same file."""
        self._add_laptop(laptop.device, laptop.copy, laptop.lineage)

    def rows(self, laptop: Laptop, rng: Random) -> list[RowKey]:
        """Rows that the worker may write to: of the scopes on the laptop and, seldom, of one they do not hold yet."""
        tables = laptop.copy.tables
        here = {k[0] for k in tables.rows} or self.hub.holds(laptop.device)
        if rng.random() < 0.07:
            here |= set(self.scopes)
        gone = {s for (d, s), live in self.hub.tables.grants.items() if d == laptop.device and not live}
        here -= tables.left | (gone - {k[0] for k in tables.rows})
        return [(s, ENTITY, f"row-{n}") for s in sorted(here) for n in range(self.script.rows)]

    # -- the hub -------------------------------------------------------------------------------------------

    def start(
        self,
        steps: Callable[[Callable[[bool], MemoryHubTx]], Generator[str, None, object]],
        done: Callable[[object], None] = lambda _: None,
    ) -> None:
        """Let the hub begin something; `steps` is given what opens a transaction."""
        transactions: list[MemoryHubTx] = []

        def begin(writing: bool = True) -> MemoryHubTx:
            transactions.append(self.hub.begin(writing))
            return transactions[-1]

        self.tasks.append(Task(steps(begin), done, transactions))

    def advance(self, task: Task) -> None:
        """Let the hub do one step of something."""
        if self.hub.overlaps and any(other.begun for other in self.tasks if other is not task):
            self.faults["overlapping_transactions"] += 1
        task.begun = True
        try:
            next(task.steps)
            while self.hub.under_way:
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

    def break_off(self, rng: Random) -> None:
        """Something begins or goes on, and dies in the middle: for a hub whose transactions cannot overlap."""
        if not self.tasks:
            return
        task = rng.choice(self.tasks)
        with suppress(StopIteration, AlreadyHeld):
            for _ in range(rng.randint(1, 4)):
                next(task.steps)
        self.faults["rollback"] += self.hub.under_way
        self.abandon(task)
        self.checker.hub_step()

    def finish_all(self, rng: Random) -> None:
        """Let the hub finish what it is doing, in any order."""
        for _ in range(10_000):
            if not self.tasks:
                return
            self.advance(rng.choice(self.tasks))
        raise Violation("9", "the hub's transactions wait for each other")

    def stop(self) -> None:
        """The hub gives up what it is doing: a real copy is left outside any transaction."""
        for task in self.tasks:
            task.steps.close()
            self._end(task)

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
        device = message.laptop.device
        sender = Sender(device, "worker", "family_support", only_custody=shut_out)

        def done(answer: object) -> None:
            assert isinstance(answer, Answer)
            self.checker.leaves(device, [f.scope for f in answer.feeds] + [s for s, _ in answer.whole])
            self.faults["late_for_erased"] += sum(len(c.destroyed) for c in answer.custody)
            if answer.more:
                self.faults["batch_cut"] += 1
            if answer_lost:
                self.faults["message_lost"] += 1
            elif message.laptop.token == message.token:
                message.laptop.token = 0
                message.laptop.inbox = (message.request, answer)

        self.start(lambda begin: self.process.exchange(begin, sender, message.request, knobs), done)

    # -- a laptop ------------------------------------------------------------------------------------------

    def take(self, laptop: Laptop, slice_size: int, killed_at: int = NEVER, full: bool = False) -> None:
        """The laptop applies the answer that came for it."""
        if laptop.inbox is None:
            return
        (request, answer), laptop.inbox = laptop.inbox, None
        self.faults["sealed"] += bool(answer.withdrawn and laptop.copy.all_pending())

        def fetch(scope: str) -> list[SnapshotPart]:
            mixed = scope in laptop.copy.mixed()
            rows_in_part, met = 1 + self.script.seed % 2, laptop.copy.epoch()
            parts = self.process.snapshot(laptop.device, scope, rows_in_part, mixed, met)
            if parts:
                self.checker.leaves(laptop.device, [scope])
                self.faults["below_floor"] += 0 < laptop.copy.cursor(scope) < parts[0].floor
                if laptop.copy.labels([scope]):
                    self.faults["snapshot"] += 1
            return parts

        try:
            for _ in laptop.link.applied(request, answer, fetch, slice_size, killed_at):
                self.look_at(laptop)
        except Killed:
            self.faults["disk_full" if full else "killed_laptop"] += 1
            if not full:
                laptop.link.ask = []
            self.look_at(laptop)
        except Gap as gap:
            if sum(other.copy is laptop.copy for other in self.laptops) == 1:
                raise Violation("6", str(gap)) from gap
            with laptop.copy.transaction() as copy:
                copy.forget_reported()  # the other process was there first

    def look_at(self, laptop: Laptop) -> None:
        """Check the laptop as it stands."""
        tables = laptop.copy.tables
        self.checker.laptop_step(laptop.copy, laptop.cursors if laptop.turns == tables.turns else {})
        laptop.cursors, laptop.turns = laptop.copy.cursors(), tables.turns

    def restore(self, laptop: Laptop, tables: Tables) -> None:
        """The laptop's file is replaced by an older copy of itself; what only the newer one held is lost."""
        gone = laptop.copy.tables.outbox.keys() - tables.outbox.keys()
        laptop.copy.restore(tables)
        for other in self.laptops:
            if other.copy is laptop.copy:
                other.token, other.inbox, other.link.ask, other.forms = 0, None, [], {}
                other.link.machine.versions = NEWER if tables.version == NEWER.current else OLDER
                other.lineage = self.number()
                other.cursors, other.turns = other.copy.cursors(), other.copy.tables.turns
        self.checker.given_up |= gone

    def restore_hub(self) -> None:
        """The hub lives anew from its newest verified backup, and what was erased since is erased again.

        A hub that was upgraded since folds anew what the older one's backup holds.
        """
        for task in list(self.tasks):
            self.abandon(task)
        self.checker.life_ends()
        self.hub.restore(self.backup)
        if self.process.machine.versions is NEWER and not self.backup_raised:
            self.hub.rebuild(self.process.machine)
        for scope, key in self.erasures:
            self.start(lambda begin, s=scope, k=key: self._erase(begin(), s, k))  # type: ignore[misc]
        self.finish_all(self.rng)
        self.restrictions.again()

    def erase(self, key: RowKey) -> None:
        """Two people have a row erased."""
        self.erasures.append((key[0], key))
        self.start(lambda begin: self._erase(begin(), key[0], key))

    def _erase(self, tx: MemoryHubTx, scope: str, key: RowKey) -> Generator[str, None, None]:
        machine = self.process.machine
        return machine.erase(tx, [key], ("one", "two"), tx.now_ms, no_chance)

    def back_up_hub(self) -> None:
        """A backup is made and verified: what was received before anything still under way began is durable."""
        self.backup = self.hub.back_up()
        self.backup_raised = self.process.machine.versions is NEWER
        begun = [tx.now_ms for task in self.tasks for tx in task.transactions]
        self.hub.set_durable(min([self.now_ms, *begun]) - 1)

    def archive(self, scope: str, before: int, most: int) -> None:
        """The floor of a scope is about to rise."""
        floor = self.hub.tables.floors.get(scope, 0)

        def done(risen: object) -> None:
            self.faults["floor_raised"] += risen != floor

        self.start(lambda begin: self.process.machine.raise_floor(begin(True), scope, before, most), done)

    def upgrade_hub(self) -> None:
        """The hub ends in order and begins to speak the newer version: the projection is folded anew from the log."""
        self.finish_all(self.rng)
        self.process.machine.versions = NEWER
        self.hub.rebuild(self.process.machine)

    def upgrade(self, laptop: Laptop) -> None:
        """A laptop is upgraded: what it keeps is raised."""
        with laptop.copy.transaction() as copy:
            laptop.link.machine.versions = NEWER
            laptop.link.machine.raise_rows(copy, copy.tables.version)
            copy.tables.kept = {k: NEWER.held(k[1], h, 1) for k, h in copy.tables.kept.items()}
            copy.tables.version = NEWER.current
        for other in self.laptops:
            if other.copy is laptop.copy:
                other.link.machine.versions, other.forms = NEWER, {}
