"""A laptop's home: where it is, whether there is a store in it, and its key. Light: the first page waits for this module."""

from __future__ import annotations

import os
from pathlib import Path


def home_folder(given: str | None = None) -> Path:
    """The home: ``--home``, else ``FAMILYHUB_HOME``, else the platform's user-data folder."""
    chosen = given or os.environ.get("FAMILYHUB_HOME")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_data_path

    return user_data_path("FamilyHub", appauthor=False)


def has_store(home: Path) -> bool:
    """Whether there is a store in the home."""
    return (home / "store.vault").exists()


def is_demonstration(home: Path) -> bool:
    """Whether the home is marked as a demonstration."""
    import json

    try:
        return bool(json.loads((home / "store.vault").read_bytes())["demonstration"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def open_vault(home: Path, passphrase: str) -> bytes:
    """The store's key; raises one of ``store.errors``."""
    from familyhub.store.vault import Vault

    return Vault(home / "store.vault").open(passphrase)
