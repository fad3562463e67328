"""Looking for a file folder by folder, with textual-fspicker; imported when somebody asks for it."""

from __future__ import annotations

import sys
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button
from textual_fspicker import FileOpen
from textual_fspicker.base_dialog import Dialog, InputBar
from textual_fspicker.parts import CurrentDirectory, DirectoryNavigation, DriveNavigation

from familyhub.casework.files import path_of
from familyhub.practice.attachments import one_line


class Folder(DirectoryNavigation):
    """What is in a folder, but for names that would write elsewhere on the screen: their paths can be typed."""

    def hide(self, path: Path) -> bool:
        """Whether an entry is not listed."""
        return super().hide(path) or path.name != one_line(path.name, len(path.name))


class PickFile(FileOpen):
    """A file of this laptop's; None when it was left. Begins in the folder of the path that was typed, else at home."""

    def __init__(self, typed: str) -> None:
        path = path_of(typed) if typed.strip() else Path.home()
        near = (folder for folder in (path, path.parent) if folder.is_dir())
        super().__init__(next(near, Path.home()), "Which file?")

    def compose(self) -> ComposeResult:
        """As the picker's own, with names of folders that are never parsed as markup."""
        with Dialog() as box:
            box.border_title = "Which file?"
            yield CurrentDirectory(markup=False)
            with Horizontal():
                if sys.platform == "win32":
                    yield DriveNavigation(self._location)
                yield Folder(self._location)
            with InputBar():
                yield from self._input_bar()
                yield Button("Take it", id="select")
                yield Button("Leave it", id="cancel")
