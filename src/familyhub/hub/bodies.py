"""Bodies on the wire: zstd, gzip or plain, never larger unpacked than a bound."""

from __future__ import annotations

import gzip
import zlib

import zstandard

ON_THE_WIRE = 4 << 20
"""Most bytes of a request as it comes."""
UNPACKED = 16 << 20
"""Most bytes of it unpacked."""
WINDOW = 8 << 20
SMALL = 200
"""Shorter answers are not packed."""
LEVEL, FAR_LEVEL = 3, 16
"""Of zstd: quick; and a sixth less for a third of a second a megabyte, while what came before is on the far line still."""


class TooLarge(Exception):
    """The body is larger than the hub takes."""


class Unreadable(Exception):
    """The body cannot be unpacked."""


def unpacked(body: bytes, encoding: str) -> bytes:
    """A body without its content-encoding; raises ``TooLarge`` or ``Unreadable``."""
    kind = encoding.strip().lower()
    if kind in ("", "identity"):
        return body
    try:
        if kind == "zstd":
            return _zstd(body)
        if kind == "gzip":
            return _gzip(body)
    except (zstandard.ZstdError, zlib.error, EOFError) as error:
        raise Unreadable(type(error).__name__) from None
    raise Unreadable("an encoding that the hub does not know")


def _zstd(body: bytes) -> bytes:
    reader = zstandard.ZstdDecompressor(max_window_size=WINDOW).stream_reader(body, read_across_frames=True)
    out = bytearray()
    while chunk := reader.read(1 << 18):
        out += chunk
        if len(out) > UNPACKED:
            raise TooLarge
    return bytes(out)


def _gzip(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    out = unpacker.decompress(body, UNPACKED + 1)
    if len(out) > UNPACKED:
        raise TooLarge
    if not unpacker.eof:
        raise EOFError
    return out


def packed(body: bytes, accepts: str, *, far: bool = False) -> tuple[bytes, str]:
    """An answer in the best encoding that the other side accepts: (body, content-encoding or nothing).

    ``far``: the other side is at the end of a line that carries less than a processor packs.
    """
    kinds = {part.partition(";")[0].strip() for part in accepts.lower().split(",")}
    if len(body) < SMALL:
        return body, ""
    if "zstd" in kinds:
        return zstandard.ZstdCompressor(level=FAR_LEVEL if far else LEVEL).compress(body), "zstd"
    if "gzip" in kinds:
        return gzip.compress(body, 6, mtime=0), "gzip"
    return body, ""
