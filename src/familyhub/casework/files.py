"""Files outside the store: one that is to be attached, a path being typed, private copies for a viewer. Light."""

from __future__ import annotations

import os
import re
import shutil
import stat
import time
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from familyhub.casework.problems import refuse
from familyhub.practice.attachments import one_line, size_words
from familyhub.sync.blobs import CHUNK_BYTES, LARGEST

VIEWING = "viewing"
"""The folder in the home where copies lie while somebody looks at them."""
NO_FILE = "There is no file at that place. Look at the path again."
MOST_ENTRIES = 5000
"""Entries of a folder that are looked at to complete a path."""


# -- reading a file ------------------------------------------------------------------------------------------


def path_of(text: str) -> Path:
    """The path that was typed or dropped: quotes, ``file://`` and ``\\ `` for a space, as terminals write them, are no part of it."""
    plain = text.strip()
    if len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "'\"":
        plain = plain[1:-1]
    if plain.startswith("file://"):
        plain = url2pathname(urlsplit(plain).path)
    elif os.sep == "/" and "\\" in plain and not os.path.exists(plain):
        plain = re.sub(r"\\(.)", r"\1", plain)
    try:
        return Path(plain).expanduser() if plain else Path()
    except RuntimeError:  # whose home folder ``~name`` is, is not known
        return Path(plain)


def read_file(path: Path) -> list[bytes]:
    """A file in pieces; raises ``Refused`` with one sentence for one that cannot be an attachment."""
    try:
        if path == Path():
            raise refuse("path", "Which file is it? Give the path to it.")
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise refuse("path", "That is a folder. Give the path to one file.")
        if not stat.S_ISREG(kind):
            raise refuse("path", "That is not a file that can be kept.")
        with path.open("rb") as file:
            _refuse_size(os.fstat(file.fileno()).st_size)
            chunks = []
            size = 0
            while size <= LARGEST and (chunk := file.read(CHUNK_BYTES)):
                chunks.append(chunk)
                size += len(chunk)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise refuse("path", NO_FILE) from None
    except PermissionError:
        raise refuse("path", "You may not read that file: look at its permissions.") from None
    except OSError as error:
        raise refuse(
            "path", f"That file cannot be read: {error.strerror or 'the disk did not answer'}."
        ) from None
    _refuse_size(size)
    return chunks


def _refuse_size(size: int) -> None:
    if size == 0:
        raise refuse("path", "That file is empty: there is nothing to keep.")
    if size > LARGEST:
        raise refuse(
            "path",
            f"That file has {size_words(size)}; {size_words(LARGEST)} fit. Make it smaller, "
            "or take the photograph in a smaller size.",
        )


def completed(text: str) -> str | None:
    """The path being typed with the first name that goes on with it; None where there is none."""
    folder, _, start = text.rpartition(os.sep)
    if not folder and not text.startswith(os.sep):
        return None
    try:
        with os.scandir(Path(folder + os.sep).expanduser()) as entries:
            fitting = sorted(
                (entry.name, entry.is_dir())
                for entry in islice(entries, MOST_ENTRIES)
                if entry.name.startswith(start) and (start or not entry.name.startswith("."))
                and entry.name == one_line(entry.name, len(entry.name))
            )  # fmt: skip
    except (OSError, RuntimeError, ValueError):
        return None
    if not fitting:
        return None
    name, is_folder = fitting[0]
    return f"{folder}{os.sep}{name}{os.sep if is_folder else ''}"


# -- writing and taking away ---------------------------------------------------------------------------------


def write_private(path: Path, data: bytes) -> None:
    """Write a new file that only this account may read; raises ``OSError`` and leaves no part of it."""
    how = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, how, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def viewing_folder(home: Path) -> Path:
    """The folder for copies that are looked at, which only this account may enter."""
    folder = home / VIEWING
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    return folder


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
    folder = home / VIEWING
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
