"""Looking at an attachment with the system's own viewer: a private copy that is taken away again (``casework.files``).

The copy lies in clear while it is there. It goes when the app closes, at the next start if the app was killed, and after
``MINUTES``. What somebody changes in it is not kept.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from familyhub.casework import attachments, files
from familyhub.casework.problems import refuse
from familyhub.practice.attachments import viewer_ending

if TYPE_CHECKING:
    from familyhub.casework.attachments import Progress
    from familyhub.casework.laptop import Laptop

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
    try:
        copy = files.viewing_folder(laptop.store.home) / f"{secrets.token_hex(8)}{ending}"
        files.write_private(copy, data)
    except OSError as error:
        raise refuse(
            "attachment", f"A copy for the viewer cannot be written: {error.strerror or 'the disk is full'}."
        ) from None
    try:
        (viewer or system_viewer)(copy)
    except OSError:
        files.take_away(copy)
        raise refuse(
            "attachment",
            "This laptop has no viewer for this kind of file. `familyhub attachment save` writes it to a file.",
        ) from None
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
