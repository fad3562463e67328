"""What can go wrong with a store, each as one plain sentence."""

from __future__ import annotations

import errno

NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
"""What the system says when a file cannot grow: no space, the file or the account at its limit."""


class StoreError(Exception):
    """A store cannot be opened or written; ``str`` is the sentence to show."""


class WrongPassphrase(StoreError):
    """The passphrase opens no slot of the vault."""

    def __init__(self) -> None:
        super().__init__(
            "That passphrase does not open this store. Check capitals and spaces, and try again."
        )


class TooManyTries(StoreError):
    """Ten wrong passphrases within five minutes."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many wrong passphrases. Wait {max(1, seconds // 60 + 1)} min, then try again.")


class WrongKey(StoreError):
    """The vault belongs to another store than the one beside it."""

    def __init__(self) -> None:
        super().__init__(
            "The key in this vault belongs to another store: vault and store do not match. "
            "Put back the pair that belongs together, or restore a backup."
        )


class DamagedStore(StoreError):
    """A file of the store cannot be read."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} is damaged and cannot be read. Restore a backup, or enrol this laptop again."
        )


class NoStore(StoreError):
    """There is no store in this home."""

    def __init__(self, home: object) -> None:
        super().__init__(
            f"There is no FamilyHub store in {home}. Enrol with `familyhub enrol URL`, "
            "or try `familyhub demo`."
        )


class NewerStore(StoreError):
    """A newer FamilyHub wrote this store."""

    def __init__(self) -> None:
        super().__init__(
            "This store was written by a newer FamilyHub. Update FamilyHub on this laptop; nothing was changed."
        )


class StoreBusy(StoreError):
    """Another process holds what this one needs."""


class LeaseLocked(StoreError):
    """The laptop has been without its hub for too long; ``key`` opens it for what ends the lock."""

    def __init__(self, why: str, ring: str = "", key: bytes = b"") -> None:
        ways = "Sync now, carry a file to the hub (familyhub sync --to FILE), or take an extension that your hub sends"
        super().__init__(f"{why} {ways} (familyhub lease --from FILE).{f' {ring}' if ring else ''}")
        self.why, self.ring, self.key = why, ring, key


class DiskFull(StoreError):
    """No room to write: nothing of the act was kept, everything saved before is."""

    def __init__(self) -> None:
        super().__init__(
            "The disk is full: this was not saved. Make some room and save again; "
            "everything saved before is safe."
        )


def explain(error: BaseException) -> str | None:
    """The sentence for a database's or the system's own error; None when people cannot have caused it."""
    text = str(error)
    if "disk is full" in text or getattr(error, "errno", None) in NO_ROOM:
        return str(DiskFull())
    if "disk I/O error" in text:
        return (
            "The disk did not do what it was asked: this was not saved. See whether it is full or failing, "
            "and save again; everything saved before is safe."
        )
    if "unable to open database file" in text or "readonly database" in text:
        return "FamilyHub may not write in its home folder: check who owns it, and whether the disk is read-only."
    if "database is locked" in text:
        return "Another FamilyHub on this laptop is writing. Nothing was lost: try again."
    if "malformed" in text or "not a database" in text:
        return str(DamagedStore("The database of this store"))
    if isinstance(error, PermissionError):
        return f"FamilyHub may not use {error.filename}: check who owns it."
    return None
