"""What a journey needs: a small demonstration, its hub as a process that comes and goes, and apps on its laptops."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from familyhub.casework import drafts, reading
from familyhub.casework.opening import open_laptop
from familyhub.demo.make import Demo, DemoLaptop, make
from familyhub.practice.family_file import FamilyFile
from familyhub.practice.household import Child
from familyhub.practice.plan_view import Step
from tests.support.terminal import Terminal

READY_SECONDS = 30


class HubProcess:
    """A hub on loopback, always at the same port, started and killed as the story wants."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = 0
        self._ready = home / "ready.json"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers, or will."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; returns once it answers."""
        self.begin()
        self.answers()

    def begin(self) -> None:
        """Start it; it answers soon."""
        self._ready.unlink(missing_ok=True)
        command = [sys.executable, "-m", "familyhub", "hub", "serve", "--home", str(self.home)]
        command += ["--port", str(self.port), "--ready-file", str(self._ready)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answers(self) -> None:
        """Come back once it answers."""
        until = time.monotonic() + READY_SECONDS
        while not self._ready.exists():
            assert self._process is not None, "nobody started the hub"
            assert self._process.poll() is None, "the hub ended"
            assert time.monotonic() < until, "the hub did not answer in time"
            self._pause()
        self.port = int(json.loads(self._ready.read_text())["url"].rpartition(":")[2])

    @staticmethod
    def _pause() -> None:
        threading.Event().wait(0.05)

    def kill(self) -> None:
        """Pull its plug."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class Shared(NamedTuple):
    """A family that two workers hold: siblings, one old enough to be seen alone, and an open action."""

    file: FamilyFile
    alone: Child
    other: Child
    action: Step


def demonstration(folder: Path) -> Demo:
    """A small demonstration as at today."""
    return make(folder, families=70, second=4, today=datetime.now().astimezone().date())


def shared_family(first: DemoLaptop, second: DemoLaptop) -> Shared:
    """The first family that suits the story."""
    a, b = open_laptop(first.home, first.passphrase), open_laptop(second.home, second.passphrase)
    try:
        both = {f.id for f in reading.families(a) if f.held} & {f.id for f in reading.families(b) if f.held}
        for family_id in sorted(both):
            file = reading.family(a, family_id)
            born = [c for c in file.children if c.role == "child" and c.lives_here]
            talks = [c for c in born if (c.age or 0) >= 6]
            steps = [s for p in file.plans if p.state == "open" for s in p.actions if s.open]
            if len(born) == len(file.children) == 2 and talks and steps:
                other = next(c for c in born if c.id != talks[0].id)
                return Shared(file, talks[0], other, steps[0])
    finally:
        a.close()
        b.close()
    raise AssertionError("no shared family suits the story")


def app(laptop: DemoLaptop, hub_url: str, size: tuple[int, int] = (100, 40)) -> Terminal:
    """The app on a laptop, on a real pseudo-terminal."""
    env = {
        "FAMILYHUB_HOME": str(laptop.home), "FAMILYHUB_PASSPHRASE": laptop.passphrase, "FAMILYHUB_HUB": hub_url,
    }  # fmt: skip
    return Terminal([sys.executable, "-m", "familyhub"], size=size, env=env)


def draft_on_disk(laptop: DemoLaptop, text: str, within: float = 20) -> None:
    """Come back once the pause in typing has been kept: the text is in a draft in the laptop's store."""
    opened = open_laptop(laptop.home, laptop.passphrase)
    try:
        until = time.monotonic() + within
        while not any(text in draft.entry for draft in drafts.unfinished(opened)):
            assert time.monotonic() < until, "the draft was not kept"
            threading.Event().wait(0.05)
    finally:
        opened.close()
