"""Sealing to a public key: whoever has it can close, only the hub can open.

An ephemeral X25519 key agrees on a secret with the receiver's, HKDF-SHA256 makes it a key for AES-256-GCM, bound to what it
is for; the sealed form is the ephemeral public key, then the ciphertext.
"""

from __future__ import annotations

PUBLIC = 32
OWN_ACTS = b"familyhub own acts"
"""What a laptop keeps of a file that it may hold no longer."""
BY_HAND = b"familyhub carried by hand"
"""What is carried on a stick, to the hub or from it."""


class CannotOpen(ValueError):
    """It was sealed to another key, or has been altered."""


def new_private() -> bytes:
    """A new private key."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """The public key of a private one."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal(public: bytes, content: bytes, purpose: bytes) -> bytes:
    """``content`` as only the holder of the private key can read it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    ephemeral = new_private()
    mine = public_of(ephemeral)
    return mine + AESGCM(_key(ephemeral, public, mine + public, purpose)).encrypt(bytes(12), content, purpose)


def opened(private: bytes, body: bytes, purpose: bytes) -> bytes:
    """What was sealed; raises ``CannotOpen``."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    theirs, sealed = body[:PUBLIC], body[PUBLIC:]
    try:
        key = _key(private, theirs, theirs + public_of(private), purpose)
        return AESGCM(key).decrypt(bytes(12), sealed, purpose)
    except (ValueError, InvalidTag):
        raise CannotOpen("this was sealed to another key, or has been altered") from None


def _key(private: bytes, public: bytes, salt: bytes, purpose: bytes) -> bytes:
    """The key of one message: an ephemeral pair is used once, so that its nonce may be nought."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    shared = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(public))
    return HKDF(SHA256(), 32, salt=salt, info=purpose).derive(shared)
