"""Files in pieces: cut and put together, described truly, and descriptions that no file can have."""

from __future__ import annotations

import hashlib
import json
import random
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from familyhub.sync import blobs
from familyhub.sync.blobs import CHUNK_BYTES, LARGEST, BrokenManifest

EDGES = [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7]
sizes = st.one_of(st.integers(1, 2000), st.sampled_from(EDGES))
ANYTHING = st.recursive(
    st.none() | st.integers() | st.text(max_size=70) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3),
)


@cache
def some(size: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(size)


@given(sizes, st.integers(0, 5))
def test_a_file_in_pieces_is_the_file_and_its_manifest_says_so(size: int, seed: int) -> None:
    data = some(size, seed)
    chunks = blobs.cut(data)
    manifest = blobs.manifest_of(chunks)
    assert b"".join(chunks) == data
    assert [len(c) for c in chunks] == [manifest.length(place) for place in range(len(chunks))]
    assert max(map(len, chunks)) <= CHUNK_BYTES
    assert (manifest.size, manifest.sha) == (size, hashlib.sha256(data).hexdigest())
    assert blobs.read(manifest.size, manifest.sha, manifest.text()) == manifest
    assert all(manifest.fits(place, chunk) for place, chunk in enumerate(chunks))


@given(sizes, st.data())
def test_no_other_bytes_fit_in_the_place_of_a_piece(size: int, data: st.DataObject) -> None:
    chunks = blobs.cut(some(size))
    manifest = blobs.manifest_of(chunks)
    place = data.draw(st.integers(0, len(chunks) - 1))
    at = data.draw(st.integers(0, len(chunks[place]) - 1))
    changed = bytearray(chunks[place])
    changed[at] ^= data.draw(st.integers(1, 255))
    assert not manifest.fits(place, bytes(changed))
    assert not manifest.fits(place, chunks[place] + b"x")
    assert not manifest.fits(place, chunks[place][:-1])
    assert not manifest.fits(len(chunks), chunks[place])
    assert not manifest.fits(-1, chunks[-1])


@given(ANYTHING, ANYTHING, st.one_of(ANYTHING, ANYTHING.map(json.dumps)))
def test_whatever_a_stranger_wrote_is_a_manifest_or_is_refused(
    size: object, sha: object, chunks: object
) -> None:
    try:
        found = blobs.read(size, sha, chunks)
    except BrokenManifest:
        return
    assert 0 < found.size <= LARGEST
    assert len(found.chunks) == -(-found.size // CHUNK_BYTES)


@pytest.mark.parametrize("size", [0, -1, LARGEST + 1, CHUNK_BYTES + 1])
def test_a_size_that_its_pieces_do_not_make_up_is_refused(size: int) -> None:
    with pytest.raises(BrokenManifest):
        blobs.checked(size, "0" * 64, ["0" * 64])


@pytest.mark.parametrize("digest", ["", "0" * 63, "0" * 65, "G" * 64, "A" * 64, "0" * 64 + "\n"])
def test_a_digest_that_is_none_is_refused(digest: str) -> None:
    with pytest.raises(BrokenManifest):
        blobs.checked(5, digest, ["0" * 64])
    with pytest.raises(BrokenManifest):
        blobs.checked(5, "0" * 64, [digest])
