"""Serving a hub: one process, loopback unless told how connections are protected, a clean end on Ctrl-C."""

from __future__ import annotations

import asyncio
import http.client
import ipaddress
import json
import logging
import os
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import uvicorn

from familyhub.hub import second_check
from familyhub.hub.app import create_app
from familyhub.hub.home import HubError
from familyhub.hub.service import Hub
from familyhub.records.catalogue import entities
from familyhub.store.laptop import exclusive
from familyhub.store.vault import write_durably

log = logging.getLogger("familyhub.hub")


class Tls(NamedTuple):
    """A certificate with its key, as PEM files."""

    certificate: Path
    key: Path


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class AnnouncingServer(uvicorn.Server):
    """Says where it is once ``/health`` answers."""

    def __init__(self, config: uvicorn.Config, url: str, ready_file: Path | None) -> None:
        super().__init__(config)
        self.url, self.ready_file = url, ready_file
        self.on_ready: Callable[[], None] = lambda: None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept, then announce from a thread."""
        await super().startup(sockets)
        if self.started:
            self._announcing = asyncio.get_running_loop().run_in_executor(None, self._announce)

    def _announce(self) -> None:
        answers(self.url)
        if self.ready_file is not None:
            write_durably(self.ready_file, json.dumps({"url": self.url, "pid": os.getpid()}).encode())
        log.warning("The hub is ready at %s", self.url)
        self.on_ready()


def answers(url: str, timeout: float = 30) -> None:
    """Ask a hub's ``/health`` once; raises ``HubError`` where it does not answer well."""
    scheme, _, place = url.partition("://")
    connection: http.client.HTTPConnection
    if scheme == "https":
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(place, timeout=timeout, context=context)
    else:
        connection = http.client.HTTPConnection(place, timeout=timeout)
    try:
        connection.request("GET", "/health")
        status = connection.getresponse().status
    finally:
        connection.close()
    if status != 200:
        raise HubError(f"The hub's database does not answer (status {status}).")


def serve(
    home: Path,
    host: str = "127.0.0.1",
    port: int = 0,
    ready_file: Path | None = None,
    database: str | None = None,
    passphrase: str | None = None,
    *,
    tls: Tls | None = None,
    behind_proxy: bool = False,
) -> None:
    """Serve the hub in ``home`` until it is told to end; port 0 takes a free one. Raises ``StoreError``."""
    if not is_loopback(host) and tls is None and not behind_proxy:
        raise HubError(
            f"A hub listens on {host} only with a certificate (--certificate and --key), "
            "or behind a proxy that has one (--behind-proxy)."
        )
    with exclusive(home, "hub", "Another process serves this hub already."):
        hub = Hub.open(home, passphrase, database)
        try:
            _run(hub, host, port, ready_file, tls, behind_proxy)
        finally:
            hub.close()


def _run(
    hub: Hub, host: str, port: int, ready_file: Path | None, tls: Tls | None, behind_proxy: bool
) -> None:
    entities()  # the shapes of every record take a second to read: not while the first laptop waits
    listening = _listen(host, port)
    with listening:
        config = uvicorn.Config(
            create_app(hub), log_level="warning", access_log=False, server_header=False, lifespan="off",
            timeout_graceful_shutdown=5, timeout_keep_alive=75, proxy_headers=behind_proxy,
            ssl_certfile=str(tls.certificate) if tls else None, ssl_keyfile=str(tls.key) if tls else None,
        )  # fmt: skip
        with hub.folding_behind(), second_check.checking(hub), _ending_quietly():
            AnnouncingServer(config, _url(listening, tls), ready_file).run([listening])


@contextmanager
def _ending_quietly() -> Iterator[None]:
    """The server ends in order when told to, then tells the process again: by then there is nothing to do."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        yield
    except KeyboardInterrupt:
        log.warning("The hub has ended.")
    finally:
        signal.signal(signal.SIGTERM, before)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # named as TCP: only then does asyncio send short answers at once, not behind an acknowledgement 40 ms late
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name != "nt":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise HubError(f"The hub cannot listen on {host} port {port}: {error.strerror}.") from None
    return listening


def _url(listening: socket.socket, tls: Tls | None) -> str:
    host, port = listening.getsockname()[:2]
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"{'https' if tls else 'http'}://{name}:{port}"
