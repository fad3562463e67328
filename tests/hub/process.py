"""A hub in a process of its own, for tests: started, waited for without sleeping, killed or ended."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from familyhub.hub.serve import serve


def _serve(home: Path, port: int, ready: Path, saying: Connection) -> None:
    os.dup2(saying.fileno(), 2)
    serve(home, port=port, ready_file=ready)


class HubProcess:
    """A served hub; ``url`` stays the same over restarts.

    It is forked from a process that has read the program already, so that a test can kill it often.
    """

    def __init__(self, home: Path) -> None:
        self.home, self.ready = home, home / "ready.json"
        self.url, self._port = "", 0
        self._process: BaseProcess | None = None

    def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        self.ready.unlink(missing_ok=True)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["familyhub.hub.serve", "familyhub.hub.migrations.versions", __name__])
        hearing, saying = context.Pipe(duplex=False)
        self._process = context.Process(target=_serve, args=(self.home, self._port, self.ready, saying))
        self._process.start()
        saying.close()
        said = []
        with open(hearing.fileno(), closefd=False, errors="replace") as lines, hearing:
            for line in lines:
                said.append(line)
                if "ready" in line:
                    break
            else:
                raise AssertionError("".join(said))
        found = json.loads(self.ready.read_text())
        assert found["pid"] == self._process.pid
        self.url = found["url"]
        self._port = int(self.url.rpartition(":")[2])

    def kill(self) -> None:
        """End it as a power cut does."""
        assert self._process is not None
        self._process.kill()
        self._wait()

    def end(self) -> int:
        """Ask it to end; its exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._wait()

    def _wait(self) -> int:
        assert self._process is not None
        self._process.join(30)
        status = self._process.exitcode
        assert status is not None
        self._process.close()
        self._process = None
        return status


@contextmanager
def running(home: Path) -> Iterator[HubProcess]:
    """A hub process that is ended whatever happens."""
    process = HubProcess(home)
    process.start()
    try:
        yield process
    finally:
        if process._process is not None:
            process.kill()
