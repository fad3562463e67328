"""Meeting the hub: once, or in the background while the app is open. Nothing anybody saved depends on it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop
    from familyhub.link.background import Background, Outcome
    from familyhub.link.enrol import Enrolled
    from familyhub.link.exchange import Report
    from familyhub.store.blobs import Waiting

HEALTH_SECONDS = 2.0


def hub_url(laptop: Laptop, given: str | None = None) -> str:
    """Where the hub is: as told now (``--hub``, ``FAMILYHUB_HUB``), else as it was when the laptop enrolled."""
    return given or os.environ.get("FAMILYHUB_HUB") or laptop.store.setting("hub_url") or ""


def reachable(url: str) -> bool:
    """Whether a hub answers at ``url`` just now."""
    if not url:
        return False
    import httpx

    try:
        answer = httpx.get(f"{url.rstrip('/')}/health", timeout=HEALTH_SECONDS, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    return answer.status_code == 200


def sync(laptop: Laptop, url: str | None = None) -> Report:
    """Send what waits and fetch what is new; raises ``LinkError`` or ``StoreBusy``, and nothing is lost by it.

    Attachments are left to the thread in the background.
    """
    from familyhub.link.exchange import sync as exchange
    from familyhub.link.transport import connect

    transport = connect(laptop.store, hub_url(laptop, url) or None)
    try:
        return exchange(laptop.store, transport)
    finally:
        transport.close()


def sync_with_attachments(laptop: Laptop, url: str | None = None) -> Report:
    """``sync``, and behind it attachments within the day's budget; raises ``LinkError`` or ``StoreBusy``."""
    from familyhub.link.attachments import sync_and_carry
    from familyhub.link.transport import connect

    transport = connect(laptop.store, hub_url(laptop, url) or None)
    try:
        return sync_and_carry(laptop.store, transport)
    finally:
        transport.close()


def fetch_attachment(
    laptop: Laptop,
    wanted: Waiting,
    url: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Fetch an attachment at once, whatever the day's budget; raises ``LinkError``. What came before a cut is kept."""
    from familyhub.link.attachments import fetch
    from familyhub.link.transport import connect

    transport = connect(laptop.store, hub_url(laptop, url) or None)
    try:
        fetch(laptop.store, transport, wanted, progress=progress)
    finally:
        transport.close()


def sync_locked(home: Path, key: bytes, url: str | None = None) -> Report:
    """Meet the hub from a laptop whose lease has run out, which opens for that alone; raises ``LinkError``."""
    from familyhub.casework.opening import open_laptop

    laptop = open_laptop(home, key=key, even_locked=True)
    try:
        return sync(laptop, url)
    finally:
        laptop.close()


def write_file(laptop: Laptop, path: Path) -> int:
    """Write everything that waits into a file to be carried to the hub; how many acts. Raises ``LinkError``."""
    from familyhub.link.by_hand import write

    return write(laptop.store, path)


def take_file(laptop: Laptop, path: Path) -> Report:
    """Take the hub's answer that was carried here; raises ``LinkError`` or ``StoreError``, and nothing is lost by it."""
    from familyhub.link.by_hand import take

    return take(laptop.store, path)


def in_background(laptop: Laptop, on_change: Callable[[Outcome], None], url: str | None = None) -> Background:
    """A thread that syncs at the start, every minute and after each save; ``start`` and ``stop`` it."""
    from familyhub.link.background import Background
    from familyhub.link.transport import connect

    address = hub_url(laptop, url) or None
    return Background(laptop.store, on_change, way=lambda: connect(laptop.store, address))


def enrol(home: Path, passphrase: str, url: str, code: str) -> Enrolled:
    """Make a store in ``home`` and enrol it; a home whose enrolment failed before is used again. Raises ``LinkError``."""
    from familyhub.casework.home import has_store
    from familyhub.link.enrol import enrol as redeem
    from familyhub.store.laptop import LaptopStore

    store = LaptopStore.open(home, passphrase) if has_store(home) else LaptopStore.create(home, passphrase)
    try:
        return redeem(store, url, code)
    finally:
        store.close()
