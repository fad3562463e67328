"""A hub's home folder: ``hub.json`` (which database, a demonstration or not), ``hub.vault``, ``hub.db``."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from familyhub.store import engine as engines
from familyhub.store.errors import DamagedStore, StoreBusy, StoreError
from familyhub.store.vault import Vault, write_durably

if TYPE_CHECKING:
    from sqlalchemy import Engine

NAME, VAULT, DATABASE = "hub.json", "hub.vault", "hub.db"


class HubError(StoreError):
    """A hub cannot do what was asked; ``str`` is the sentence to show."""


class NoHub(HubError):
    """There is no hub in this home."""

    def __init__(self, home: object) -> None:
        super().__init__(f"There is no hub in {home}. Make one with `familyhub hub init --home DIR`.")


class HubHome(NamedTuple):
    """What ``hub.json`` says."""

    path: Path
    hub_id: str
    database: str | None
    """A PostgreSQL URL, or None for the embedded database."""
    demonstration: bool = False
    passphrase: str | None = None
    """Of a demonstration only: it opens by itself."""

    def write(self) -> None:
        """Keep it; the file may hold a password of the database, so that only its owner reads it."""
        body = {
            "app": "familyhub-hub", "version": 1, "hub": self.hub_id, "database": self.database,
            "demonstration": self.demonstration,
        }  # fmt: skip
        if self.demonstration:
            body["passphrase"] = self.passphrase
        write_durably(self.path / NAME, json.dumps(body, indent=1).encode())

    @classmethod
    def read(cls, path: Path) -> HubHome:
        """The home in a folder; raises ``NoHub`` or ``DamagedStore``."""
        try:
            body = json.loads((path / NAME).read_bytes())
            if body["app"] != "familyhub-hub":
                raise KeyError("app")
            demonstration = body.get("demonstration") is True
            passphrase = body.get("passphrase") if demonstration else None
            return cls(path, str(body["hub"]), body.get("database"), demonstration, passphrase)
        except FileNotFoundError:
            raise NoHub(path) from None
        except (ValueError, KeyError, TypeError, AttributeError, OSError):
            raise DamagedStore("The file hub.json of this hub") from None

    @classmethod
    def create(
        cls, path: Path, passphrase: str | None, database: str | None, *, demonstration: bool = False
    ) -> tuple[HubHome, bytes]:
        """Make a home with its vault; returns it and the key. A demonstration may do without a passphrase."""
        path.mkdir(parents=True, exist_ok=True)
        if (path / NAME).exists() or (path / VAULT).exists():
            raise StoreBusy(f"There is a hub in {path} already. Choose another folder with --home.")
        if passphrase is None:
            if not demonstration:
                raise HubError("A hub needs a passphrase: give it with --passphrase-file.")
            passphrase = secrets.token_urlsafe(18)
        hub_id = secrets.token_hex(16)
        key = Vault(path / VAULT).create(passphrase, hub_id, demonstration=demonstration)
        home = cls(path, hub_id, database, demonstration, passphrase if demonstration else None)
        home.write()
        return home, key

    def key(self, passphrase: str | None) -> bytes:
        """The key of the vault; a demonstration opens by itself."""
        given = passphrase if passphrase is not None else self.passphrase
        if given is None:
            raise HubError("This hub needs its passphrase: give it with --passphrase-file.")
        return Vault(self.path / VAULT).open(given)

    def engine(self, key: bytes, database: str | None = None) -> Engine:
        """The engine of the hub's database; ``database`` overrides what ``hub.json`` says."""
        url = database or self.database
        if url:
            return engines.postgresql(url)
        return engines.encrypted(self.path / DATABASE, key)

    def remember_database(self) -> None:
        """Keep the first bytes of an embedded database, so that a foreign one is told from a damaged one."""
        file = self.path / DATABASE
        if file.exists():
            Vault(self.path / VAULT).remember_database(file.read_bytes()[:16])

    def check_database(self, key: bytes) -> None:
        """Raise ``WrongKey`` or ``DamagedStore`` where the embedded database cannot be read."""
        if not self.database and (self.path / DATABASE).exists():
            engines.open_checked(self.path / DATABASE, key, Vault(self.path / VAULT)).close()
