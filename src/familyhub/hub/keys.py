"""The hub's own keys: one that laptops seal to, one that signs its orders. Both follow from the key of its vault.

So a backup of the vault restores them too, and a laptop that left a family's file years ago can still hand over what it kept.
"""

from __future__ import annotations

from typing import NamedTuple

from familyhub.store import sealing, signatures
from familyhub.sync.ops import MalformedOp


class HubKeys(NamedTuple):
    """Private halves: X25519 to open what was sealed, Ed25519 to sign."""

    sealing: bytes
    signing: bytes

    @classmethod
    def of(cls, secret: bytes) -> HubKeys:
        """The keys that follow from the key of the hub's vault."""
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        def derived(purpose: bytes) -> bytes:
            return HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret)

        return cls(derived(b"familyhub hub sealing"), derived(b"familyhub hub signing"))

    @property
    def public(self) -> bytes:
        """Both public halves, sealing first: 64 bytes that every laptop keeps."""
        return sealing.public_of(self.sealing) + signatures.public_of(self.signing)

    def unseal(self, body: bytes) -> bytes:
        """The payload of a sealed op; raises ``MalformedOp``."""
        try:
            return sealing.opened(self.sealing, body, sealing.OWN_ACTS)
        except sealing.CannotOpen as error:
            raise MalformedOp(f"cannot be opened: {error}") from None

    def sign(self, text: bytes) -> bytes:
        """The hub's signature."""
        return signatures.sign(self.signing, text)
