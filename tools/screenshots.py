"""Make the pictures of the documents: ``python -m tools.screenshots`` opens the app on a small invented store."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from familyhub.tui.app import FamilyHubApp
from tests.support.families import PASSPHRASE, small_laptop

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
PAUSES = 200
STEPS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("today", (), "Bell family"),
    ("families", ("slash", *"bel"), "1 found"),
    ("story", ("enter",), "1 Story"),
    ("plan", ("2",), "Plan check"),
    ("visit", ("v",), "Still needed to finish"),
    ("worry", ("f8",), "In danger now"),
)
"""Name of the picture, the keys that lead to it from the one before, and words that are there when it is."""


async def _until(app: FamilyHubApp, pilot: Pilot[Any], words: str) -> None:
    """Wait until the screen says it, and keys would be taken."""
    for _ in range(PAUSES):
        await pilot.pause(0.05)
        if words in app.export_screenshot().replace("&#160;", " ") and not app.keys_wait:
            return
    raise SystemExit(f"“{words}” did not come on the screen")


async def _pictures(home: Path) -> dict[str, str]:
    """Each picture by its name: the pages in the order in which a worker meets them."""
    app = FamilyHubApp(home, PASSPHRASE, "http://127.0.0.1:1")
    app.sync_in_background = False
    pictures: dict[str, str] = {}
    async with app.run_test(size=(100, 24)) as pilot:
        for name, keys, words in STEPS:
            await pilot.press(*keys)
            await _until(app, pilot, words)
            pictures[name] = app.export_screenshot(title="FamilyHub")
    return pictures


def main() -> int:
    """Write the pictures; returns the exit status."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="familyhub-pictures-") as name:
        home = Path(name) / "home"
        small_laptop(home).close()
        pictures = asyncio.run(_pictures(home))
    for name, picture in pictures.items():
        (PICTURES / f"{name}.svg").write_text(picture, encoding="utf-8")
        print(f"docs/pictures/{name}.svg is made.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
