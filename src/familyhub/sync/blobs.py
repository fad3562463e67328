"""The bytes of attachments as both ends see them: pieces of 256 KB, a digest of each, and one of the whole. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

CHUNK_BYTES = 256 * 1024
"""Bytes of every piece but the last: what a cut connection costs at most."""
LARGEST = 25 << 20
"""Most bytes of one file. A telephone's photograph has 3 to 8 MB and a scanned agreement of twenty pages under 15;
what is larger is a film, which would hold up a slow line for most of a day."""
DIGEST = re.compile(r"[0-9a-f]{64}")


class Manifest(NamedTuple):
    """What a file is, piece by piece: its bytes, its SHA-256, and those of its pieces in order."""

    size: int
    sha: str
    chunks: tuple[str, ...]

    def length(self, place: int) -> int:
        """How many bytes the piece at ``place`` has."""
        return min(CHUNK_BYTES, self.size - place * CHUNK_BYTES)

    def fits(self, place: int, data: bytes) -> bool:
        """Whether ``data`` is the piece at ``place``."""
        return (
            0 <= place < len(self.chunks)
            and len(data) == self.length(place)
            and digest(data) == self.chunks[place]
        )

    def text(self) -> str:
        """The digests of the pieces as canonical JSON."""
        return json.dumps(self.chunks, separators=(",", ":"))


class BrokenManifest(ValueError):
    """A description of a file that no file can have."""


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def cut(data: bytes) -> list[bytes]:
    """A file in pieces."""
    return [data[at : at + CHUNK_BYTES] for at in range(0, len(data), CHUNK_BYTES)]


def manifest_of(chunks: Iterable[bytes]) -> Manifest:
    """The manifest of a file that is given in pieces, as ``cut`` makes them."""
    whole = hashlib.sha256()
    size, digests = 0, []
    for chunk in chunks:
        whole.update(chunk)
        size += len(chunk)
        digests.append(digest(chunk))
    return Manifest(size, whole.hexdigest(), tuple(digests))


def checked(size: int, sha: str, chunks: Sequence[str]) -> Manifest:
    """A manifest that a file may have; raises ``BrokenManifest``."""
    if not 0 < size <= LARGEST:
        raise BrokenManifest("its size is none that an attachment may have")
    if len(chunks) != -(-size // CHUNK_BYTES):
        raise BrokenManifest("its pieces do not make up its size")
    if not all(DIGEST.fullmatch(text) for text in (sha, *chunks)):
        raise BrokenManifest("a digest is none")
    return Manifest(size, sha, tuple(chunks))


def read(size: object, sha: object, chunks: object) -> Manifest:
    """The manifest in a row's fields; raises ``BrokenManifest`` for what a stranger may have written there."""
    if not isinstance(size, int) or not isinstance(sha, str) or not isinstance(chunks, str):
        raise BrokenManifest("a part of it is missing")
    try:
        found = json.loads(chunks)
    except (ValueError, RecursionError):
        raise BrokenManifest("its pieces cannot be read") from None
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise BrokenManifest("its pieces cannot be read")
    return checked(size, sha, found)
