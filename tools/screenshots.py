"""Make the pictures of the documents: ``python -m tools.screenshots`` opens the app on a small invented store."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from familyhub.tui.app import FamilyHubApp
from tests.support.families import PASSPHRASE, small_laptop

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
PAUSES = 200


async def _today(home: Path) -> str:
    app = FamilyHubApp(home, PASSPHRASE, "http://127.0.0.1:1")
    app.sync_in_background = False
    async with app.run_test(size=(100, 24)) as pilot:
        for _ in range(PAUSES):
            await pilot.pause(0.05)
            if "Bell" in app.export_screenshot():
                break
        return app.export_screenshot(title="FamilyHub")


def main() -> int:
    """Write the pictures; returns the exit status."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="familyhub-pictures-") as name:
        home = Path(name) / "home"
        small_laptop(home).close()
        picture = asyncio.run(_today(home))
    (PICTURES / "today.svg").write_text(picture, encoding="utf-8")
    print("docs/pictures/today.svg is made.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
