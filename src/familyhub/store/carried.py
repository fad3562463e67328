"""Sealed files that people carry: frames that only the receiver can open, none of which can be left out or moved.

In clear stand only which way a file goes and its random name. Each frame is packed with zstd and sealed to the receiver's
public key, bound to the file's name and its place; the last one holds the writer's signature over all others.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from familyhub.store import sealing
from familyhub.store.errors import StoreError

TO_HUB, TO_LAPTOP = b"familyhub-to-hub-1\n", b"familyhub-to-laptop-1\n"
NAME_BYTES = 16
LARGEST_FRAME = 64 << 20
"""More than the largest op that a hub takes in any other way."""
LEVEL = 3


class NotForUs(StoreError):
    """A carried file that cannot be taken; nothing of it was."""


class Writer:
    """Writes one file."""

    def __init__(self, file: BinaryIO, way: bytes, name: bytes, public: bytes) -> None:
        self._file, self._way, self._name, self._public = file, way, name, public
        self._digest = hashlib.sha256(way + name)
        self._place = 0
        file.write(way + name)

    def add(self, content: bytes) -> None:
        """One frame."""
        self._digest.update(len(content).to_bytes(8, "big") + content)
        self._write(content, last=False)

    def end(self, signed: Callable[[bytes], bytes]) -> None:
        """The last frame; ``signed`` makes it from the digest of all others."""
        self._write(signed(self._digest.digest()), last=True)

    def _write(self, content: bytes, *, last: bool) -> None:
        import zstandard

        packed = zstandard.ZstdCompressor(level=LEVEL).compress(content)
        sealed = sealing.seal(self._public, packed, _purpose(self._way, self._name, self._place, last))
        self._file.write(len(sealed).to_bytes(4, "big") + sealed)
        self._place += 1


class Carried:
    """A file that came; raises ``NotForUs`` where it is not one, or goes the other way."""

    def __init__(self, path: Path, way: bytes) -> None:
        self.path, self._way = path, way
        try:
            with path.open("rb") as file:
                begin = file.read(len(way) + NAME_BYTES)
        except OSError as error:
            raise NotForUs(f"{path} cannot be read: {error.strerror}.") from None
        if not begin.startswith(way) or len(begin) < len(way) + NAME_BYTES:
            other = "a hub's answer to a laptop" if way == TO_HUB else "a laptop's file to its hub"
            if begin.startswith(TO_LAPTOP if way == TO_HUB else TO_HUB):
                raise NotForUs(f"{path} is {other}: it is to be taken at the other end.")
            raise NotForUs(f"{path} is not a file that FamilyHub wrote to be carried.")
        self.name = begin[len(way) :]

    def check(self, private: bytes) -> tuple[bytes, bytes]:
        """Open everything once: (digest of all frames but the last, the last one); raises ``NotForUs``."""
        digest = hashlib.sha256(self._way + self.name)
        final = b""
        for content, last in self._opened(private):
            if last:
                final = content
            else:
                digest.update(len(content).to_bytes(8, "big") + content)
        return digest.digest(), final

    def contents(self, private: bytes) -> Iterator[bytes]:
        """All frames but the last, in order; raises ``NotForUs``."""
        for content, last in self._opened(private):
            if not last:
                yield content

    def _opened(self, private: bytes) -> Iterator[tuple[bytes, bool]]:
        altered = NotForUs(
            f"{self.path} was sealed for somebody else, or has been altered. Nothing of it was taken."
        )
        with self.path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(len(self._way) + NAME_BYTES)
            place, last = 0, False
            while not last:
                length = int.from_bytes(file.read(4), "big")
                if not length or file.tell() + length > size:
                    raise altered
                sealed = file.read(length)
                last = file.tell() == size
                try:
                    packed = sealing.opened(private, sealed, _purpose(self._way, self.name, place, last))
                except sealing.CannotOpen:
                    raise altered from None
                yield _unpacked(packed, altered), last
                place += 1


def _unpacked(packed: bytes, altered: NotForUs) -> bytes:
    import zstandard

    try:
        if zstandard.frame_content_size(packed) > LARGEST_FRAME:
            raise altered
        return zstandard.ZstdDecompressor().decompress(packed, max_output_size=LARGEST_FRAME)
    except zstandard.ZstdError:
        raise altered from None


def _purpose(way: bytes, name: bytes, place: int, last: bool) -> bytes:
    return sealing.BY_HAND + b"\0" + way + name + place.to_bytes(8, "big") + (b"last" if last else b"more")


def new_name() -> bytes:
    """A random name for a file."""
    return secrets.token_bytes(NAME_BYTES)


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A file that is there whole or not at all; an earlier carried one of that name is replaced, nothing else ever."""
    beside = path.with_name(path.name + ".part")
    try:
        if path.exists() and not _ours(path):
            raise NotForUs(f"{path} exists and is something else. Choose another name.")
        with beside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise NotForUs(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        beside.unlink(missing_ok=True)


def _ours(path: Path) -> bool:
    with path.open("rb") as file:
        begin = file.read(len(TO_LAPTOP))
    return begin.startswith((TO_HUB, TO_LAPTOP))
