"""Plays a script: each step by its name, then everything heals, then what must hold is checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from familyhub.sync.copy import IN_CUSTODY, PENDING, OwnOp
from familyhub.sync.messages import pack
from familyhub.sync.ops import SEALED
from tests.simulation.acts import open_form, written
from tests.simulation.check import Made, Violation
from tests.simulation.exchange import Knobs, no_chance
from tests.simulation.final import Outcome
from tests.simulation.memory_laptop import Killed
from tests.simulation.script import WEIGHTS, Script
from tests.simulation.versions import NEWER
from tests.simulation.world import Laptop, Message, Parts, World

EXCHANGES = 3
"""Within so many exchanges after healing an outbox is empty."""
IDLE_BYTES = 1024
YEAR_MS = 365 * 86_400_000
MOST_LAPTOPS = 6


@dataclass(frozen=True)
class Played:
    """What came of a history."""

    seed: int
    ops: int
    faults: Counter[str]
    checked: Counter[str]
    violation: str = ""
    text: str = ""


def play(script: Script, parts: Parts) -> Played:
    """Play a history to its end, or to the first violation."""
    world = World(script, parts)
    moves = Moves(world)
    found, text = "", ""
    try:
        for name, who, chance in script.steps:
            rng = Random(chance)
            world.now_ms += rng.randint(1, 100_000)
            moves.named[name](world.laptops[who % len(world.laptops)], rng)
        moves.heal(world.rng)
        for laptop in world.laptops:
            world.look_at(laptop)
        copies = [(laptop.copy, laptop.device) for laptop in world.laptops]
        Outcome(world.checker, copies, bool(world.erasures)).check(parts.hub.fold_op, world.rng)
    except Violation as violation:
        found, text = violation.invariant, str(violation)
    finally:
        world.stop()
    aside = world.hub.tables.aside.values()
    world.faults["quarantined"] += len(aside)
    world.faults["released"] += sum(a.released for a in aside)
    return Played(script.seed, len(world.checker.made), world.faults, world.checker.checked, found, text)


class Moves:
    """One method for each step a script may hold."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.named: dict[str, Callable[[Laptop, Random], None]] = {
            name: getattr(self, name) for name in WEIGHTS
        }

    # -- people --------------------------------------------------------------------------------------------

    def open_form(self, laptop: Laptop, rng: Random) -> None:
        """Somebody opens a row; they may save it much later."""
        if laptop.copy.tables.rows:
            key = rng.choice(sorted(laptop.copy.tables.rows))
            laptop.forms[key] = open_form(laptop.copy.tables.rows[key])

    def edit(self, laptop: Laptop, rng: Random) -> None:
        """Somebody does one or two things to different rows, in one transaction."""
        world = self.world
        keys = world.rows(laptop, rng)
        tables = laptop.copy.tables
        acts = []
        for key in rng.sample(keys, min(len(keys), rng.choice([1, 1, 1, 2]))):
            form = laptop.forms.get(key) if rng.random() < 0.7 else None
            acts.append(written(tables, key, form, rng))
            laptop.forms.pop(key, None)
        now = world.now_ms + laptop.offset_ms
        refused, killed, full = rng.random() < 0.1, rng.random() < 0.05, rng.random() < 0.3
        try:
            with laptop.copy.transaction(killed) as copy:
                ops = laptop.link.machine.commit(
                    copy, "worker", [w.act for w in acts], now, lambda: f"{rng.getrandbits(64):016x}"
                )
        except Killed:
            world.faults["disk_full" if full else "killed_laptop"] += 1
            world.look_at(laptop)
            return
        for op, act in zip(ops, acts, strict=True):
            world.checker.made[op.op_id] = Made(op, laptop.lineage, act.screen)
            if refused:
                world.hub.refused.add(op.op_id)
        world.checker.just_written(laptop.copy, ops)
        world.look_at(laptop)

    def set_clock(self, laptop: Laptop, rng: Random) -> None:
        """A clock is off by up to 30 years, either way, or is put right."""
        laptop.offset_ms = rng.choice([0, rng.randint(-30 * YEAR_MS, 30 * YEAR_MS)])
        self.world.faults["clock_wrong"] += laptop.offset_ms != 0

    def grant(self, laptop: Laptop, rng: Random) -> None:
        """A worker is given a scope, in which they may have written already, or which they had before.

        What is restricted is not given to anybody; instead it is lifted.
        """
        name = (laptop.device, rng.choice(self.world.scopes))
        if restriction := self.world.restrictions.standing():
            self.world.faults["lifted"] += 1
            self.world.restrictions.lift(restriction)
            return
        self.world.faults["granted_again"] += self.world.hub.tables.grants.get(name) is False
        self.world.hub.grant(*name)

    def withdraw(self, laptop: Laptop, rng: Random) -> None:
        """A worker may hold a scope no longer."""
        held = sorted(self.world.hub.holds(laptop.device))
        if held:
            self.world.faults["grant_withdrawn"] += 1
            scope = rng.choice(held)
            self.world.hub.withdraw(laptop.device, scope)
            self.restrict(scope, rng)

    def restrict(self, scope: str, rng: Random) -> None:
        """A scope is restricted to one of those who still hold it; a row elsewhere, which told of it, is erased."""
        world = self.world
        keepers = world.restrictions.holders(scope)
        lines = [key for key in world.hub.tables.rows if key[0] != scope]
        if keepers and lines and len(world.erasures) < 2 and rng.random() < 0.7:
            world.faults["restricted"] += 1
            world.restrictions.restrict(scope, rng.choice(keepers), rng.choice(sorted(lines)))

    def erase(self, laptop: Laptop, rng: Random) -> None:
        """Two people have a row erased, of which somebody may have written offline."""
        if self.world.hub.tables.rows and len(self.world.erasures) < 2:
            self.world.faults["erased"] += 1
            self.world.erase(rng.choice(sorted(self.world.hub.tables.rows)))

    # -- exchanges -----------------------------------------------------------------------------------------

    def send(self, laptop: Laptop, rng: Random) -> None:
        """A request goes out, perhaps with a part of what waits; seldom while an answer is still to come."""
        if (laptop.token or laptop.inbox) and rng.random() < 0.7:
            return
        self.world.send(laptop, 100 * rng.randint(1, 3) if rng.random() < 0.4 else 1 << 18)

    def arrive(self, laptop: Laptop, rng: Random) -> None:
        """One of the requests under way is lost, or arrives; it may arrive again."""
        world = self.world
        if not world.network:
            return
        message = world.network.pop(rng.randrange(len(world.network)))
        fate = rng.random()
        if fate < 0.08:
            world.faults["message_lost"] += 1
            return
        if fate < 0.2 and message.delivered < 2:
            world.faults["message_duplicated"] += 1
            world.network.append(message)
        world.deliver(message, knobs(rng), rng.random() < 0.08, rng.random() < 0.03)

    def take(self, laptop: Laptop, rng: Random) -> None:
        """Laptops that were answered apply it, in slices; one may die at a commit point."""
        answered = [other for other in self.world.laptops if other.inbox is not None]
        if answered:
            killed_at = rng.randint(0, 3) if rng.random() < 0.1 else 1 << 30
            full = rng.random() < 0.3
            self.world.take(rng.choice(answered), rng.choice([1, 2, 100]), killed_at, full)

    def sync(self, laptop: Laptop, rng: Random) -> None:
        """A whole exchange without anything between, but for what the hub is doing anyway."""
        world = self.world
        world.send(laptop, 1 << 18)
        world.deliver(world.network.pop(), knobs(rng))
        world.finish_all(rng)
        world.take(laptop, 100)

    # -- the hub -------------------------------------------------------------------------------------------

    def hub(self, laptop: Laptop, rng: Random) -> None:
        """The hub goes on with one of the things it is doing."""
        if self.world.tasks:
            self.world.advance(rng.choice(self.world.tasks))

    def finish(self, laptop: Laptop, rng: Random) -> None:
        """The hub finishes everything."""
        self.world.finish_all(rng)

    def fold(self, laptop: Laptop, rng: Random) -> None:
        """The folder of a scope begins, sometimes two at once."""
        world = self.world
        scope = rng.choice(world.scopes)
        for _ in range(rng.choice([1, 1, 2])):
            world.start(
                lambda begin: world.process.machine.fold(begin(True), scope, rng.choice([200, 1 << 20]))
            )

    def release(self, laptop: Laptop, rng: Random) -> None:
        """Somebody releases what was set aside, sometimes two people at once."""
        world = self.world
        aside = [a for a in world.hub.tables.aside.values() if a.payload and not a.released]
        if not aside:
            return
        a, now = rng.choice(aside), world.now_ms
        for _ in range(rng.choice([1, 2])):
            world.start(
                lambda begin: world.process.machine.release(begin(True), a.scope, a.op_id, now, no_chance)
            )

    def roll_back(self, laptop: Laptop, rng: Random) -> None:
        """One transaction under way dies."""
        if not self.world.hub.overlaps:
            self.world.break_off(rng)
            return
        begun = [task for task in self.world.tasks if task.begun]
        if begun:
            self.world.faults["rollback"] += 1
            self.world.abandon(rng.choice(begun))

    def kill_hub(self, laptop: Laptop, rng: Random) -> None:
        """The hub's process dies with everything under way."""
        if self.world.tasks:
            self.world.faults["killed_hub"] += 1
        for task in list(self.world.tasks):
            self.world.abandon(task)

    # -- files ---------------------------------------------------------------------------------------------

    def back_up(self, laptop: Laptop, rng: Random) -> None:
        """A copy of the laptop's file is put by."""
        laptop.backups.append(laptop.copy.back_up())

    def restore(self, laptop: Laptop, rng: Random) -> None:
        """An older copy takes the place of the laptop's file."""
        self.world.faults["laptop_restored"] += 1
        self.world.restore(laptop, rng.choice(laptop.backups))

    def clone(self, laptop: Laptop, rng: Random) -> None:
        """The laptop's disk is copied to another laptop, and both go on."""
        if len(self.world.laptops) < MOST_LAPTOPS:
            self.world.faults["laptop_cloned"] += 1
            self.world.clone(laptop)

    def second_process(self, laptop: Laptop, rng: Random) -> None:
        """Another process opens the laptop's file, and both go on."""
        if len(self.world.laptops) < MOST_LAPTOPS:
            self.world.faults["two_processes"] += 1
            self.world.open_again(laptop)

    def back_up_hub(self, laptop: Laptop, rng: Random) -> None:
        """A backup of the hub is made and verified."""
        self.world.back_up_hub()

    def archive(self, laptop: Laptop, rng: Random) -> None:
        """The hub archives what is old enough, often just after a backup; what is not durable or folded stays."""
        world = self.world
        if rng.random() < 0.5:
            world.back_up_hub()
        before, most = world.now_ms - rng.choice([0, 0, rng.randint(0, 2_000_000)]), rng.choice([2, 5000])
        for scope in world.scopes:
            world.archive(scope, before, most)

    def restore_hub(self, laptop: Laptop, rng: Random) -> None:
        """The hub's database is lost; its newest backup takes its place."""
        self.world.faults["hub_restored"] += 1
        self.world.restore_hub()

    def upgrade_hub(self, laptop: Laptop, rng: Random) -> None:
        """The hub is upgraded while laptops are not."""
        self.world.faults["older_version"] += 1
        self.world.upgrade_hub()

    def upgrade(self, laptop: Laptop, rng: Random) -> None:
        """A laptop is upgraded, perhaps before the hub."""
        if laptop.copy.tables.version < NEWER.current:
            self.world.faults["older_version"] += 1
            self.world.upgrade(laptop)

    # -- the end -------------------------------------------------------------------------------------------

    def heal(self, rng: Random) -> None:
        """What is under way arrives late, then nothing fails any more and everybody exchanges."""
        world = self.world
        rng.shuffle(world.network)
        for message in world.network:
            world.deliver(message, Knobs())
        world.network = []
        world.finish_all(rng)
        self.upgrade_all(rng)
        for laptop in rng.sample(world.laptops, len(world.laptops)):
            times = EXCHANGES + (2 if laptop.copy.tables.epoch != list(world.hub.tables.lives)[-1] else 0)
            for _ in range(times):
                self.exchange(laptop, rng)
            kept = laptop.copy.kept()
            waiting = [o.op.op_id for o in kept if o.state in PENDING and not in_custody_sealed(o)]
            world.checker.require("9", not waiting, f"{waiting} wait after {times} exchanges")
        for times in (
            EXCHANGES + 3,
            3,
        ):  # clones that share an incarnation have the hub ask for their vectors again
            for laptop in world.laptops:
                for _ in range(times):
                    self.exchange(laptop, rng)
        for laptop in world.laptops:
            self.idle(laptop, rng)

    def upgrade_all(self, rng: Random) -> None:
        """Where somebody began to upgrade, everybody does."""
        if self.world.faults["older_version"]:
            self.world.upgrade_hub()
            for laptop in self.world.laptops:
                self.upgrade(laptop, rng)

    def idle(self, laptop: Laptop, rng: Random) -> None:
        """10: who has nothing to say and nothing to hear needs one small round trip."""
        world = self.world
        world.checker.checked["10"] += 1
        world.send(laptop, 1 << 18)
        request = world.network[-1].request
        world.deliver(world.network.pop(), Knobs())
        world.finish_all(rng)
        assert laptop.inbox is not None
        answer = laptop.inbox[1]
        said = [
            *request.push,
            *request.ask,
            *request.receipts,
            *answer.feeds,
            *answer.snapshot,
            *answer.withdrawn,
        ]
        world.checker.require("10", not said and not answer.need_vector, "an idle exchange says something")
        size = len(pack(request)) + len(pack(answer))
        world.checker.require("10", size < IDLE_BYTES, f"an idle exchange takes {size} bytes")

    def exchange(self, laptop: Laptop, rng: Random) -> None:
        """One exchange that nothing disturbs, and the folder behind it."""
        world = self.world
        world.send(laptop, 1 << 18)
        message: Message = world.network.pop()
        world.deliver(message, Knobs())
        world.finish_all(rng)
        world.take(laptop, 100)
        behind = [s for s, (n, _) in world.hub.tables.heads.items() if n > world.hub.tables.folded.get(s, 0)]
        for scope in sorted(behind):
            world.start(lambda begin, scope=scope: world.process.machine.fold(begin(True), scope))  # type: ignore[misc]
            world.finish_all(rng)


def in_custody_sealed(own: OwnOp) -> bool:
    """Whether an own op of a withdrawn scope is at the hub: its number is never heard of here."""
    return own.op.kind == SEALED and own.state == IN_CUSTODY


def knobs(rng: Random) -> Knobs:
    """How the hub serves one exchange: sometimes a part of the feeds, sometimes a snapshot instead."""
    return Knobs(
        most_bytes=rng.choice([100, 300]) if rng.random() < 0.2 else 1 << 18,
        snapshot_from=rng.randint(1, 8) if rng.random() < 0.3 else 1 << 18,
    )
