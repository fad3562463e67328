"""Row 8: sixteen laptops write the same rows of a served hub on PostgreSQL while another reads."""

from __future__ import annotations

from contextlib import ExitStack

from bench.beside.ground import Ground
from bench.sync_figures import WORKER, full_hub, served
from bench.table import Figure
from familyhub.hub.service import Hub
from familyhub.link.signing import Identity
from familyhub.link.transport import HttpTransport
from familyhub.sync.messages import Answer, Request
from tests.hub.contention import contend
from tests.hub.world import Device


def run(at: Ground) -> list[Figure]:
    """The row."""
    what = f"8 ops a reader misses under {at.sizes.writers} writers on PostgreSQL"
    if at.server is None:
        return [Figure(w, None, 0, "", at.no_postgres) for w in (what, "8 … heads lost")]
    home = at.room() / "hub"
    with ExitStack() as stack:
        full_hub(home, [], stack.enter_context(at.database()), laptops=0)
        url = stack.enter_context(served(home))
        hub = Hub.open(home)  # to look into the database; every exchange goes to the served one
        stack.callback(hub.close)
        ways: dict[str, HttpTransport] = {}

        def ask(device: Device, request: Request) -> Answer:
            if device.id not in ways:
                ways[device.id] = HttpTransport(url, Identity(device.id, device.seed))
                stack.callback(ways[device.id].close)
            return ways[device.id].exchange(request)

        found = contend(hub, WORKER, ask, writers=at.sizes.writers, edits=at.sizes.writes)
    detail = f"of {found.written}, {found.overlapping:.0%} of them written while another was"
    return [
        Figure(what, len(found.missed), 0, "", detail),
        Figure("8 … heads lost", len(found.heads_lost), 0, "", f"of {found.written}"),
    ]
