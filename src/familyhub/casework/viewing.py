"""Looking at an attachment with the system's own viewer: a private copy that is taken away again.

The copy lies in ``viewing`` in the home, in clear while it is there. It goes when the app closes, at the next start if the
app was killed, and after ``MINUTES``. What somebody changes in it is not kept.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from familyhub.casework import attachments
from familyhub.casework.problems import refuse
from familyhub.practice.attachments import viewer_ending

if TYPE_CHECKING:
    from familyhub.casework.attachments import Progress
    from familyhub.casework.laptop import Laptop

FOLDER = "viewing"
MINUTES = 10
"""How long a copy stays: long enough to read a letter, short enough for a laptop that is left open."""
Viewer = Callable[[Path], None]
"""Shows a file; raises ``OSError`` where it cannot."""


def open_attachment(
    laptop: Laptop, attachment_id: str, url: str | None = None, progress: Progress | None = None,
    viewer: Viewer | None = None,
) -> Path:  # fmt: skip
    """Show an attachment with the system's viewer; returns where its copy is. Raises ``Refused`` or ``LinkError``.

    The copy's name tells nothing: the name of the file may hold a child's.
    """
    view = attachments.find(laptop, attachment_id)
    ending = viewer_ending(view.type)
    if not ending:
        raise refuse(
            "attachment",
            "FamilyHub does not open this kind of file by itself, for it could be a program. "
            "`familyhub attachment save` writes it to a file.",
        )
    data = attachments.content(laptop, attachment_id, url, progress)
    copy = _write(laptop.store.home, data, ending)
    try:
        (viewer or system_viewer)(copy)
    except OSError:
        take_away(copy)
        raise refuse(
            "attachment",
            "This laptop has no viewer for this kind of file. `familyhub attachment save` writes it to a file.",
        ) from None
    return copy


def _write(home: Path, data: bytes, ending: str) -> Path:
    folder = home / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    copy = folder / f"{secrets.token_hex(8)}{ending}"
    attachments.write_private(copy, data)
    return copy


def system_viewer(path: Path) -> None:
    """The viewer that this system has for the file; raises ``OSError``."""
    if sys.platform == "win32":
        os.startfile(path)
        return
    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if opener is None:
        raise FileNotFoundError("no viewer")
    quiet = subprocess.DEVNULL
    subprocess.Popen([opener, str(path)], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)


def take_away(copy: Path) -> bool:
    """Remove a copy; False where a viewer holds it fast (Windows): it goes at the next try."""
    try:
        copy.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def take_all_away(home: Path, minutes: float = 0, now: float | None = None) -> int:
    """Remove copies that are at least ``minutes`` old, all of them by default; returns how many are still there.

    ``now``: seconds since 1970 UTC.
    """
    folder = home / FOLDER
    now = time.time() if now is None else now
    left = 0
    try:
        copies = list(folder.iterdir())
    except OSError:
        return 0
    for copy in copies:
        try:
            written = copy.stat().st_mtime
        except OSError:
            continue
        young = minutes > 0 and now - minutes * 60 < written <= now
        if young or not take_away(copy):
            left += 1
    if not left:
        shutil.rmtree(folder, ignore_errors=True)
    return left
