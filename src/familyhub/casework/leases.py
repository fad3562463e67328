"""How long this laptop may be used without its hub: looked at, moved on, and extended by what two operators signed."""

from __future__ import annotations

from base64 import b64decode
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from familyhub.casework.problems import refuse
from familyhub.practice import extension as extensions
from familyhub.practice.lease import CLOCK_SEEN, EXTENDED, EXTENSION, LOCKED, Lease, lease, why_locked
from familyhub.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from familyhub.casework.laptop import Laptop
    from familyhub.practice.extension import Extension
    from familyhub.store.laptop import LaptopStore

NOTED_MS = 10 * 60 * 1000
"""The latest time seen is written down when it has moved so far: far less often than things are saved."""


def now_of(store: LaptopStore) -> datetime:
    """This laptop's clock."""
    return datetime.fromtimestamp(store.now_ms() / 1000, UTC)


def stands(laptop: Laptop) -> Lease:
    """How the lease stands now."""
    return lease(laptop.store.settings(), now_of(laptop.store))


def watch(laptop: Laptop) -> Lease:
    """How the lease stands now; where it is not locked, the time is written down as seen."""
    settings = laptop.store.settings()
    found = lease(settings, now_of(laptop.store))
    if found.state != LOCKED:
        note_time(laptop.store, settings)
    return found


def locked_words(found: Lease) -> str:
    """Why the laptop is locked; empty where it is not."""
    return why_locked(found) if found.state == LOCKED else ""


def note_time(store: LaptopStore, settings: Mapping[str, str]) -> None:
    """Write down the latest time seen; a store that cannot be written just now is noted later."""
    now = store.now_ms()
    seen = settings.get(CLOCK_SEEN, "")
    if settings.get("device") and (not seen.isdecimal() or now >= int(seen) + NOTED_MS):
        with suppress(StoreError):
            store.set_settings({CLOCK_SEEN: str(now)})


def take_extension(laptop: Laptop, path: Path) -> datetime:
    """Take an extension that was carried here; until when it lets the laptop be used. Raises ``Refused``."""
    try:
        found = extensions.read(path.read_bytes())
    except OSError as error:
        raise refuse("file", f"{path} cannot be read: {error.strerror}.") from None
    if found is None:
        raise refuse("file", f"{path} is not an extension that a hub wrote.")
    store = laptop.store
    sentence = extensions.refusal(found, store.settings(), _signers(store, found), now_of(store))
    if sentence:
        raise refuse("file", sentence)
    store.set_settings(
        {EXTENDED: found.until.isoformat(), EXTENSION: found.signed_at, CLOCK_SEEN: str(store.now_ms())}
    )
    return found.until


def _signers(store: LaptopStore, found: Extension) -> int:
    """How many different keys of operators, as the hub told them, signed."""
    from familyhub.store.signatures import holds

    with store.reading() as connection:
        sql = (
            "select id, public_key from operator_key where scope = 'ref' and created_by = 'hub' "
            "and removed is null and not coalesce(ended, false)"
        )
        keys = {operator: b64decode(key or "") for operator, key in connection.exec_driver_sql(sql)}
    signed = set()
    for one in found.signatures:
        key = keys.get(one.operator, b"")
        if holds(key, one.raw, found.text):
            signed.add(key)
    return len(signed)
