"""On a real terminal, with the system's way to a viewer: the copy goes at the next start of an app that was killed."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from familyhub.casework import attachments
from familyhub.casework.entries import AttachmentEntry
from tests.support.families import HUGHES, PASSPHRASE
from tests.support.homes import SmallHome, files_holding

if sys.platform != "win32":
    from tests.support.terminal import Terminal

CANARY = "zqbytescanary"


def came(true: object, within: float = 20) -> None:
    """Wait until something is true."""
    assert callable(true)
    until = time.monotonic() + within
    while not true():
        assert time.monotonic() < until, "it did not come"
        threading.Event().wait(0.05)


@pytest.mark.skipif(sys.platform != "linux", reason="the system's viewer is found by another name")
def test_the_copy_of_an_app_that_was_killed_goes_at_the_next_start(
    small_home: SmallHome, tmp_path: Path
) -> None:
    home, letter, shown = tmp_path / "home", tmp_path / "letter.txt", tmp_path / "shown"
    letter.write_text(f"{CANARY} " * 100)
    laptop = small_home.laptop(home)
    attachments.add(laptop, AttachmentEntry(HUGHES, path=str(letter), what="Letter"))
    laptop.close()
    viewer = tmp_path / "bin" / "xdg-open"
    viewer.parent.mkdir()
    viewer.write_text(f'#!/bin/sh\nprintf %s "$1" > "{shown}.new" && mv "{shown}.new" "{shown}"\n')
    viewer.chmod(0o755)
    env = {
        "FAMILYHUB_HOME": str(home), "FAMILYHUB_PASSPHRASE": PASSPHRASE,
        "PATH": f"{viewer.parent}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    command = [sys.executable, "-m", "familyhub"]
    with Terminal(command, size=(100, 30), env=env) as terminal:
        terminal.wait_for("Bell family")
        terminal.press("f")
        terminal.wait_for("1 attachment")
        terminal.press("enter")
        terminal.wait_for("Shown with this laptop's viewer")
        came(shown.exists)
        copy = Path(shown.read_text())
        assert files_holding(home, [CANARY]) == [f"viewing/{copy.name}"]
        terminal.kill()
    assert copy.exists()
    with Terminal(command, size=(100, 30), env=env) as terminal:
        terminal.wait_for("Bell family")
        came(lambda: not copy.exists())
        terminal.press("q")
        assert terminal.wait_ended() == 0
    assert files_holding(home, [CANARY]) == []
    assert not (home / "viewing").exists()
