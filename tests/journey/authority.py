"""The smallest authority: one locality, three people with a laptop each, one family that is known already; on days of its own.

Its laptops take the day of the story for today (``it_is``), as a demonstration does that is made with ``--today``.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from familyhub.demo.make import PASSPHRASE, DemoLaptop
from familyhub.hub import admin
from familyhub.hub.load import Loaded
from familyhub.hub.service import Hub
from familyhub.link.enrol import enrol_in_process
from familyhub.link.exchange import sync
from familyhub.link.in_process import InProcess
from familyhub.store.laptop import LaptopStore
from familyhub.sync.copy import Sender
from tests.journey.world import HubProcess, app
from tests.support.terminal import Terminal

LOCALITY = "birkenhead"
KNOWN = "fenton"
"""The family that is known before the story begins."""
STAFF = {
    "asha": ("w-asha", "Asha Rahman", "worker"),
    "joan": ("w-joan", "Joan Pike", "coordinator"),
    "ian": ("w-ian", "Ian Cross", "manager"),
}
LOCAL = {
    "name": "Birkenhead", "day_number": "0151 496 0101", "day_hours": "9 to 5", "night_number": "0151 496 0102",
    "second_check_minutes": 0, "visit_rhythm_days": 14, "review_weeks": 6, "follow_up_months": 6,
}  # fmt: skip
"""The second check comes back as soon as the hub has looked; the rest is as everywhere."""


class Authority(NamedTuple):
    """A hub, which is not running, and the laptops that have met it once."""

    hub_home: Path
    asha: DemoLaptop
    joan: DemoLaptop
    ian: DemoLaptop

    @property
    def laptops(self) -> tuple[DemoLaptop, ...]:
        """All three."""
        return (self.asha, self.joan, self.ian)


def authority(folder: Path) -> Authority:
    """Make it in ``folder``."""
    hub = admin.init(folder / "hub", demonstration=True)
    try:
        admin.set_locality(hub, LOCALITY, LOCAL)
        for identity, name, role in STAFF.values():
            admin.add_worker(hub, identity, name, role, LOCALITY)
        hub.load(_known_family(hub))
        return Authority(folder / "hub", *(_laptop(hub, folder / key, *STAFF[key]) for key in STAFF))
    finally:
        hub.close()


def _known_family(hub: Hub) -> list[Loaded]:
    scope, at = f"fam:{KNOWN}", admin.hlc_now(hub)
    rows: tuple[tuple[str, str, dict[str, object]], ...] = (
        ("family", KNOWN, {"name": "Fenton family", "locality": LOCALITY, "opened_on": "2020-03-02"}),
        ("person", "tom-before", {"birth_date": "2009-02-11"}),
        ("person_name", "tom-name", {"person_id": "tom-before", "kind": "known", "given": "Tom", "family_name": "Walsh"}),
        ("membership", "tom-member", {"person_id": "tom-before", "role": "child", "lives_here": True}),
    )  # fmt: skip
    return [Loaded(scope, entity, row_id, fields, "w-joan", at) for entity, row_id, fields in rows]


def _laptop(hub: Hub, home: Path, worker: str, name: str, role: str) -> DemoLaptop:
    store = LaptopStore.create(home, PASSPHRASE, demonstration=True)
    try:
        enrolled = enrol_in_process(store, hub, admin.code(hub, worker), "http://127.0.0.1:8140")
        sync(store, InProcess(hub, Sender(enrolled.device, worker, role, LOCALITY)))
    finally:
        store.close()
    return DemoLaptop(home, worker, role, LOCALITY)


def it_is(day: date, *laptops: DemoLaptop) -> None:
    """From their next opening on these laptops take ``day`` for today; no app is open on them."""
    for laptop in laptops:
        store = LaptopStore.open(laptop.home, laptop.passphrase)
        try:
            store.set_settings({"demonstration_today": day.isoformat()})
        finally:
            store.close()


def opened(laptop: DemoLaptop, hub: HubProcess, size: tuple[int, int]) -> Terminal:
    """The app on a laptop once Today stands there."""
    terminal = app(laptop, hub.url, size)
    terminal.wait_for("Today")
    return terminal
