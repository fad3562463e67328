"""Locks of a home across processes: one app at a time, one sync at a time. Light: the app takes its lock before anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from familyhub.store.errors import StoreBusy


def exclusive(home: Path, name: str, sentence: str) -> AbstractContextManager[Any]:
    """Hold a lock of the home across processes; raises ``StoreBusy(sentence)`` when another process holds it."""
    return _exclusive(home / f"{name}.lock", sentence)


@contextmanager
def _exclusive(path: Path, sentence: str) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(path, timeout=0, thread_local=False)  # it may be let go in another thread
    try:
        lock.acquire()
    except Timeout:
        raise StoreBusy(sentence) from None
    try:
        yield
    finally:
        lock.release()


def sync_lock(home: Path) -> AbstractContextManager[Any]:
    """The right to sync this home; one process at a time."""
    return exclusive(home, "sync", "Another FamilyHub on this laptop is syncing just now.")


def app_lock(home: Path) -> AbstractContextManager[Any]:
    """The right to be the app on this home; one at a time."""
    return exclusive(home, "app", "FamilyHub is already open on this laptop: look for its window.")
