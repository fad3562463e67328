"""The vault: a small file that holds the store's random 256-bit key in slots; the passphrase opens a slot.

Passphrase → Argon2id (64 MiB, t=3, p=4; RFC 9106) → HKDF-SHA256 → AES-256-GCM over the key, bound to application,
version, store and slot. The passphrase is never the key: changing it re-seals one slot.
"""

from __future__ import annotations

import json
import os
import time
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from familyhub.store.errors import DamagedStore, NoStore, StoreError, TooManyTries, WrongPassphrase

VERSION = 1
MEMORY_KIB, PASSES, LANES = 64 * 1024, 3, 4
SHORTEST, LONGEST = 15, 1024
"""Characters of a passphrase: at least 15, any Unicode, no composition rules (NIST SP 800-63B)."""
GUESSES, WITHIN_SECONDS = 10, 300
DENIED = frozenset(
    {"passwordpassword", "familyhubfamilyhub", "correct horse battery staple", "123456789012345"}
)


class Vault:
    """One vault file and the guesses counted beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def guesses_path(self) -> Path:
        """Where guesses are counted, before each try, so that a kill does not forget them."""
        return self.path.with_name(self.path.name + ".tries")

    def create(self, passphrase: str, store_id: str, *, demonstration: bool = False) -> bytes:
        """Make the vault with a new random key sealed for ``passphrase``; returns the key."""
        import secrets

        check_passphrase(passphrase)
        key = secrets.token_bytes(32)
        body: dict[str, Any] = {
            "app": "familyhub", "version": VERSION, "store": store_id, "demonstration": demonstration,
            "database_salt": None, "slots": [_seal(key, passphrase, store_id)],
        }  # fmt: skip
        write_durably(self.path, json.dumps(body, indent=1).encode())
        return key

    def read(self) -> dict[str, Any]:
        """The vault's content; raises ``NoStore``, ``NewerStore`` or ``DamagedStore``."""
        try:
            body = json.loads(self.path.read_bytes())
            if body["app"] != "familyhub" or not body["slots"]:
                raise KeyError("slots")
            newer = int(body["version"]) > VERSION
        except FileNotFoundError:
            raise NoStore(self.path.parent) from None
        except (ValueError, KeyError, TypeError, OSError):
            raise DamagedStore("The vault of this store") from None
        if newer:
            from familyhub.store.errors import NewerStore

            raise NewerStore
        return dict(body)

    def open(self, passphrase: str, since_boot: Callable[[], float] = time.monotonic) -> bytes:
        """The key; raises ``WrongPassphrase``, ``TooManyTries``, ``NoStore`` or ``DamagedStore``.

        ``since_boot``: seconds on a clock that nobody can move and that starts again with the machine.
        """
        from argon2.exceptions import Argon2Error

        body = self.read()
        self._count_guess(since_boot)
        for slot in body["slots"]:
            try:
                key = _unseal(slot, passphrase, body["store"])
            except (ValueError, KeyError, TypeError, OverflowError, Argon2Error):
                raise DamagedStore("The vault of this store") from None
            if key is not None:
                self.guesses_path.unlink(missing_ok=True)
                return key
        raise WrongPassphrase

    def remember_database(self, salt: bytes) -> None:
        """Keep the database's first bytes, so that a foreign database is told from a damaged one."""
        body = self.read()
        body["database_salt"] = salt.hex()
        write_durably(self.path, json.dumps(body, indent=1).encode())

    def _count_guess(self, since_boot: Callable[[], float]) -> None:
        """Count a try before it is made; of two processes that count at once neither overlooks the other's."""
        ages = self._ages(since_boot)
        if len(ages) < GUESSES:
            _append_durably(self.guesses_path, f"{since_boot()}\n".encode())
            ages = self._ages(since_boot)
            if len(ages) <= GUESSES:
                return
        raise TooManyTries(int(WITHIN_SECONDS - ages[-GUESSES]))

    def _ages(self, since_boot: Callable[[], float]) -> list[float]:
        """Seconds since each try of the last five minutes, oldest first.

        A try that lies ahead was made before the machine started again: at least as long ago as that. The clock is read
        after the tries, so that none of another process lies ahead.
        """
        try:
            lines = self.guesses_path.read_bytes().split()
        except FileNotFoundError:
            return []
        now = since_boot()
        ages = []
        for line in lines:
            try:
                at = float(line)
            except ValueError:
                continue
            ages.append(now - at if at <= now else now)
        return sorted((age for age in ages if age < WITHIN_SECONDS), reverse=True)


def check_passphrase(passphrase: str) -> None:
    """Raise ``StoreError`` with the reason a passphrase is not accepted."""
    if len(passphrase) < SHORTEST:
        raise StoreError(f"A passphrase needs at least {SHORTEST} characters: four or five words are good.")
    if len(passphrase) > LONGEST:
        raise StoreError(f"A passphrase has at most {LONGEST} characters.")
    if passphrase.casefold() in DENIED or len(set(passphrase)) < 5:
        raise StoreError("That passphrase is among the first anybody would try. Choose other words.")


def _derive(passphrase: str, salt: bytes, memory: int, passes: int, lanes: int) -> bytes:
    """Stretch the passphrase; the rest of the cryptography is imported after that long part, which may run early."""
    from argon2.low_level import Type, hash_secret_raw

    secret = unicodedata.normalize("NFKC", passphrase).encode()
    stretched = hash_secret_raw(secret, salt, passes, memory, lanes, 32, Type.ID)
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt=salt, info=b"familyhub vault slot").derive(stretched)


def _bound(store_id: str, slot_id: str) -> bytes:
    return f"familyhub\0{VERSION}\0{store_id}\0{slot_id}".encode()


def _seal(key: bytes, passphrase: str, store_id: str) -> dict[str, Any]:
    import secrets

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce, slot_id = secrets.token_bytes(16), secrets.token_bytes(12), secrets.token_hex(4)
    wrapping = _derive(passphrase, salt, MEMORY_KIB, PASSES, LANES)
    sealed = AESGCM(wrapping).encrypt(nonce, key, _bound(store_id, slot_id))
    return {
        "id": slot_id, "kind": "passphrase", "salt": _text(salt), "nonce": _text(nonce),
        "memory_kib": MEMORY_KIB, "passes": PASSES, "lanes": LANES, "sealed": _text(sealed),
    }  # fmt: skip


def _unseal(slot: dict[str, Any], passphrase: str, store_id: str) -> bytes | None:
    """The key in a slot; None where the passphrase does not open it."""
    memory = min(int(slot["memory_kib"]), 4 * 1024 * 1024)
    wrapping = _derive(passphrase, b64decode(slot["salt"]), memory, int(slot["passes"]), int(slot["lanes"]))
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(wrapping).decrypt(
            b64decode(slot["nonce"]), b64decode(slot["sealed"]), _bound(store_id, slot["id"])
        )
    except InvalidTag:
        return None


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file so that after a power cut it holds the old content or the new, never a part."""
    beside = path.with_name(path.name + ".new")
    _write(beside, content, os.O_TRUNC)
    os.replace(beside, path)


def _append_durably(path: Path, content: bytes) -> None:
    """Add to the end of a file, whoever else does so at once."""
    _write(path, content, os.O_APPEND)


def _write(path: Path, content: bytes, how: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | how | getattr(os, "O_BINARY", 0), 0o600)
    try:
        while content:
            content = content[os.write(descriptor, content) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
