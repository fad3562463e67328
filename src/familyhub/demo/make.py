"""Making a demonstration: a hub, four enrolled laptops that have met it, an invented caseload; thrown away when done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from familyhub.demo.hub import make_hub
from familyhub.demo.world import Staff, build
from familyhub.hub import admin
from familyhub.hub.service import Hub
from familyhub.link.enrol import enrol_in_process
from familyhub.link.exchange import sync
from familyhub.link.in_process import InProcess
from familyhub.store.laptop import LaptopStore
from familyhub.sync.copy import Sender

PASSPHRASE = "demonstration caseload"
"""Of every laptop of a demonstration, whose people are invented."""
HUB_URL = "http://127.0.0.1:8140"
"""Where a demonstration's hub is looked for unless told otherwise: the port that ``hub serve`` takes by itself."""


class DemoLaptop(NamedTuple):
    """One laptop of the demonstration."""

    home: Path
    worker: str
    role: str
    locality: str
    passphrase: str = PASSPHRASE


class Demo(NamedTuple):
    """A demonstration as it was made; the hub is not running."""

    hub_home: Path
    laptops: tuple[DemoLaptop, ...]


def make(
    home: Path, *, families: int = 250, second: int = 60, today: date, fixed: bool = False, seed: int = 1,
    say: Callable[[str], None] = lambda _: None,
) -> Demo:  # fmt: skip
    """Make a demonstration in ``home``; ``fixed``: the laptops go on taking ``today`` for today.

    ``families`` is the first locality's number, ``second`` the other's.
    """
    say(f"Inventing {families} families and their last two years …")
    world = build(seed=seed, today=today, families=families, second_locality=second)
    say("Filling the hub …")
    hub = make_hub(home / "hub", world)
    try:
        made = []
        for person in world.laptops:
            say(f"Enrolling the laptop of {person.name}, {person.role} …")
            made.append(_laptop(hub, home / person.id.removeprefix("w-"), person, today if fixed else None))
    finally:
        hub.close()
    return Demo(home / "hub", tuple(made))


def _laptop(hub: Hub, home: Path, person: Staff, today: date | None) -> DemoLaptop:
    """A laptop that has enrolled with a real code and holds what its worker may hold."""
    store = LaptopStore.create(home, PASSPHRASE, demonstration=True)
    try:
        enrolled = enrol_in_process(store, hub, admin.code(hub, person.id), HUB_URL)
        if today is not None:
            store.set_settings({"demonstration_today": today.isoformat()})
        sender = Sender(enrolled.device, person.id, person.role, person.locality)
        sync(store, InProcess(hub, sender))
    finally:
        store.close()
    return DemoLaptop(home, person.id, person.role, person.locality)
