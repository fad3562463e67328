"""A hub in a process of its own, for tests: started, waited for without sleeping, killed or ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CODE = """
import sys
from pathlib import Path
from familyhub.hub.serve import serve
serve(Path(sys.argv[1]), port=int(sys.argv[2]), ready_file=Path(sys.argv[3]))
"""


class HubProcess:
    """A served hub; ``url`` stays the same over restarts."""

    def __init__(self, home: Path) -> None:
        self.home, self.ready = home, home / "ready.json"
        self.url, self._port = "", 0
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        self.ready.unlink(missing_ok=True)
        command = [sys.executable, "-c", CODE, str(self.home), str(self._port), str(self.ready)]
        source = str(Path(__file__).parents[2] / "src")
        environment = {**os.environ, "PYTHONPATH": source}
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
        assert self._process.stderr is not None
        said = []
        for line in self._process.stderr:
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
        self._process.send_signal(signal.SIGTERM)
        return self._wait()

    def _wait(self) -> int:
        assert self._process is not None
        status = self._process.wait(30)
        if self._process.stderr is not None:
            self._process.stderr.close()
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
