"""The app on a real pseudo-terminal: first paint, real rows, typing and moving. POSIX only."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bench.sync_figures import percentile
from bench.table import Figure
from familyhub.demo.make import PASSPHRASE, make

HELLO = """
from textual.app import App
from textual.widgets import Input, Static
class Hello(App):
    def compose(self):
        yield Static("hello-world")
        yield Input()
Hello().run()
"""
RUNS = 7
KEYS = 120


class Child:
    """A program on a pseudo-terminal, read as bytes with the time they came."""

    def __init__(self, command: Sequence[str], env: dict[str, str]) -> None:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env=env
        )
        os.close(theirs)
        self.fd = ours
        self.seen = b""

    def read(self, timeout: float) -> bytes:
        """What comes within ``timeout`` seconds, the first piece of it."""
        ready, _, _ = select.select([self.fd], [], [], timeout)
        if not ready:
            return b""
        try:
            piece = os.read(self.fd, 1 << 16)
        except OSError:
            return b""
        self.seen += piece
        return piece

    def until(self, marker: bytes, limit: float = 30) -> float:
        """Seconds since the start when ``marker`` has been written."""
        while marker not in self.seen:
            if time.perf_counter() - self.begun > limit:
                raise RuntimeError(f"{marker!r} did not come: {self.seen[-400:]!r}")
            self.read(1)
        return time.perf_counter() - self.begun

    def now(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.begun

    def quiet(self, seconds: float = 0.4) -> None:
        """Read until nothing has come for ``seconds``."""
        while self.read(seconds):
            pass

    def key(self, keys: bytes) -> float:
        """Seconds from a key to the first bytes painted for it."""
        begun = time.perf_counter()
        os.write(self.fd, keys)
        self.read(2)
        return time.perf_counter() - begun

    def close(self) -> None:
        """End the program."""
        self.process.kill()
        self.process.wait()
        os.close(self.fd)


def environment(home: Path | None = None) -> dict[str, str]:
    """A terminal's environment; a demonstration's passphrase is given."""
    env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    if home is not None:
        env |= {
            "FAMILYHUB_HOME": str(home),
            "FAMILYHUB_PASSPHRASE": PASSPHRASE,
            "FAMILYHUB_HUB": "http://127.0.0.1:9",
        }
    return env


def _paint(command: Sequence[str], env: dict[str, str], markers: Sequence[bytes]) -> list[float]:
    child = Child(command, env)
    try:
        return [child.until(marker) for marker in markers]
    finally:
        child.close()


def first_paint(home: Path) -> list[Figure]:
    """First paint and real rows against a hello-world, run in turn."""
    hello = [sys.executable, "-c", HELLO]
    ours = [sys.executable, "-m", "familyhub"]
    plain, frame, rows = [], [], []
    for run in range(RUNS + 1):
        a = _paint(hello, environment(), [b"hello-world"])
        b = _paint(ours, environment(home), [b"F9", b"family"])
        if run:
            plain.append(a[0])
            frame.append(b[0])
            rows.append(b[1])
    base = statistics.median(plain)
    return [
        Figure("first paint / Textual hello-world", statistics.median(frame) / base, 1.3,
               detail=f"{statistics.median(frame) * 1000:.0f} ms / {base * 1000:.0f} ms"),
        Figure("Today's real rows / Textual hello-world", statistics.median(rows) / base, 2.2,
               detail=f"{statistics.median(rows) * 1000:.0f} ms"),
    ]  # fmt: skip


def _latency(child: Child, keys: Sequence[bytes]) -> list[float]:
    times = []
    for key in keys:
        times.append(child.key(key))
        child.quiet(0.03)
    return times


def typing(home: Path) -> list[Figure]:
    """Key to paint while typing and moving, p95; a bare Input beside it."""
    text = [bytes([c]) for c in (b"the kitchen was warm and there was food in the house " * 4)[:KEYS]]
    with closing(Child([sys.executable, "-c", HELLO], environment())) as bare:
        bare.until(b"hello-world")
        bare.quiet()
        plain = _latency(bare, text)
    with closing(Child([sys.executable, "-m", "familyhub"], environment(home))) as app:
        app.until(b"family")
        app.quiet()
        moving = _latency(app, [b"\x1b[B", b"\x1b[B", b"\x1b[A"] * (KEYS // 3))
        app.seen = b""
        os.write(app.fd, b"n")
        app.until(b"Still needed", app.now() + 30)
        app.quiet()  # shorter than a cursor's blink, which would never let it end
        note = _latency(app, text)
    detail = f"a bare Input: {percentile(plain, 0.95) * 1000:.1f} ms"
    return [
        Figure("key to paint, typing a note, p95", percentile(note, 0.95) * 1000, 16, "ms", detail),
        Figure("key to paint, moving in Today, p95", percentile(moving, 0.95) * 1000, 16, "ms", detail),
    ]


def run() -> list[Figure]:
    """All figures of this module, on a demonstration of 250 families."""
    with tempfile.TemporaryDirectory(prefix="familyhub-bench-") as name:
        made = make(Path(name) / "demo", today=datetime.now().astimezone().date())
        home = made.laptops[0].home
        return [*first_paint(home), *typing(home)]
