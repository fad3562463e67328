"""PouchDB as a peer: installed by name with npm into ``.peer/``, served and driven by the frozen programs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.records import Record

PROGRAMS = Path(__file__).parents[1] / "baseline" / "pouchdb"
PLACE = Path(__file__).parents[2] / ".peer" / "pouchdb"
INSTALL = (
    "install",
    "--no-audit",
    "--no-fund",
    "--package-lock=false",
    "--ignore-scripts",
    "--loglevel=error",
)
"""LevelDB's programs come with its package, so no script of a package needs to run."""
INSTALL_SECONDS = 570


class Absent(Exception):
    """PouchDB cannot be run here; ``str`` is the one sentence that says why."""


class PeerFailed(RuntimeError):
    """PouchDB was started and then failed: the bench cannot go on."""


def installed() -> Path:
    """The folder of PouchDB's packages, installed where they are not yet; raises ``Absent``."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise Absent(f"PouchDB is not run beside FamilyHub: there is no {program} on this machine.")
    wanted, kept = (PROGRAMS / "package.json").read_bytes(), PLACE / "package.json"
    ready = PLACE / "installed"
    if not (ready.exists() and kept.read_bytes() == wanted):
        ready.unlink(missing_ok=True)
        PLACE.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(wanted)
        _install()
        ready.touch()
    return PLACE / "node_modules"


def _install() -> None:
    npm = shutil.which("npm") or "npm"
    print("installing PouchDB into .peer (once; a minute) …", file=sys.stderr, flush=True)
    try:
        done = subprocess.run(
            [npm, *INSTALL], cwd=PLACE, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True, timeout=INSTALL_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Absent(f"PouchDB is not run: npm did not install it in {INSTALL_SECONDS} seconds.") from None
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["nothing"])[0]
        raise Absent(f"PouchDB is not run beside FamilyHub: npm could not install it and said: {said}")


class Pouch:
    """A running server and a client process with any number of laptops in it."""

    def __init__(self, folder: Path, url: str, client: subprocess.Popen[str]) -> None:
        self.folder, self.url, self._client = folder, url, client
        self._files = 0

    def ask(self, do: str, **parts: Any) -> dict[str, Any]:
        """Run a command of ``client.js``; raises ``PeerFailed``."""
        assert self._client.stdin is not None
        assert self._client.stdout is not None
        self._client.stdin.write(json.dumps({"do": do, **parts}) + "\n")
        self._client.stdin.flush()
        line = self._client.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the client ended"}
        if "error" in answer:
            raise PeerFailed(f"PouchDB could not {do}: {answer['error']}")
        return answer

    def remote(self, database: str, url: str | None = None) -> str:
        """Where a database of the server is; ``url``: through a line to the server."""
        return f"{url or self.url}/{database}"

    def load(self, database: str, records: Sequence[Record]) -> None:
        """Write records into a database, by name (a laptop's) or URL (the server's)."""
        self.ask("load", db=database, file=self.file(documents(records)))

    def replicate(self, source: str, target: str, count: int) -> float:
        """Seconds until ``count`` documents have gone from one database to another."""
        done = self.ask("replicate", **{"from": source, "to": target})
        if done["written"] != count:
            raise PeerFailed(f"PouchDB replicated {done['written']} of {count} documents")
        return float(done["ms"]) / 1000

    def file(self, content: object) -> str:
        """A file for the client to read."""
        self._files += 1
        path = self.folder / f"input{self._files}.json"
        path.write_text(json.dumps(content))
        return str(path)


def documents(records: Sequence[Record]) -> list[Mapping[str, str]]:
    """Records as documents."""
    return [{"_id": row_id, "scope": scope, **fields} for scope, row_id, fields in records]


@contextmanager
def running(folder: Path, modules: Path) -> Iterator[Pouch]:
    """A server and a client that keep what they hold under ``folder``; both end with the block."""
    with _program("server.js", folder / "server", modules) as server:
        assert server.stdout is not None
        said = server.stdout.readline()
        if not said:
            raise PeerFailed("PouchDB's server did not start")
        with _program("client.js", folder / "client", modules) as client:
            yield Pouch(folder, json.loads(said)["url"], client)


@contextmanager
def _program(name: str, folder: Path, modules: Path) -> Iterator[subprocess.Popen[str]]:
    folder.mkdir(parents=True)
    process = subprocess.Popen(
        [shutil.which("node") or "node", str(PROGRAMS / name), str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "NODE_PATH": str(modules), "NODE_NO_WARNINGS": "1"},
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
