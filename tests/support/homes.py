"""Homes with the small store of ``families``: made once in a run, copied for each test that writes.

with SmallHome(folder) as made: laptop = made.laptop(tmp_path / "home")
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from familyhub.casework.laptop import Laptop
from familyhub.casework.opening import open_laptop
from familyhub.store.laptop import VAULT
from familyhub.store.vault import Vault
from tests.support.families import ASHA, PASSPHRASE, small_laptop

ROOT = Path(__file__).parents[2]


class SmallHome:
    """The home that is copied, and its key, so that a copy opens without stretching the passphrase again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        small_laptop(home).close()
        self.key = Vault(home / VAULT).open(PASSPHRASE)

    def copy(self, to: Path) -> Path:
        """A copy of the home at ``to``."""
        shutil.copytree(self.home, to)
        return to

    def laptop(self, to: Path, worker: str = ASHA) -> Laptop:
        """An open copy as ``worker``'s laptop."""
        laptop = open_laptop(self.copy(to), key=self.key)
        if worker != ASHA:
            laptop.store.set_settings({"worker": worker})
            laptop.close()
            laptop = open_laptop(to, key=self.key)
        return laptop


def child(code: str, *arguments: str, home: Path | None = None) -> subprocess.Popen[str]:
    """A Python process that runs ``code`` with this source tree; its output is read line by line."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
    for name in ("FAMILYHUB_HOME", "FAMILYHUB_HUB", "FAMILYHUB_PASSPHRASE"):
        environment.pop(name, None)
    if home is not None:
        environment["FAMILYHUB_HOME"] = str(home)
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip


def files_holding(home: Path, texts: Iterable[str]) -> list[str]:
    """Names of the files under ``home`` whose bytes hold one of ``texts``, as UTF-8, UTF-16 or hexadecimal."""
    wanted = [form for t in texts for form in (t.encode(), t.encode("utf-16-le"), t.encode().hex().encode())]
    return sorted(
        str(path.relative_to(home))
        for path in home.rglob("*")
        if path.is_file() and any(w in path.read_bytes() for w in wanted)
    )
