"""The bytes of attachments at the hub: verified, given to who holds the file, never an error of the hub's."""

from __future__ import annotations

import os
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from familyhub.hub import admin, blobs
from familyhub.hub.app import SHUT_OUT, create_app
from familyhub.hub.service import Hub
from familyhub.sync.blobs import CHUNK_BYTES, LARGEST, Manifest, cut, manifest_of
from familyhub.sync.messages import (
    BlobFound,
    BlobOffer,
    BlobPiece,
    BlobState,
    BlobWanted,
    MalformedMessage,
    pack,
    unpack,
)
from tests.hub.world import ASHA, GRACE, HELEN, SAM, Device, ask, hub_rows

SCOPE = "fam:f1"
BLOB = "/sync/v1/blob"


class Photograph:
    """A file that is no proper photograph, but as large as one."""

    def __init__(self, size: int = 3 * CHUNK_BYTES + 5, seed: int = 1, scope: str = SCOPE) -> None:
        self.data = random.Random(seed).randbytes(size)
        self.chunks = cut(self.data)
        self.manifest: Manifest = manifest_of(self.chunks)
        self.scope = scope

    @property
    def offer(self) -> BlobOffer:
        return BlobOffer(self.scope, self.manifest.sha, self.manifest.size, list(self.manifest.chunks))

    def piece(self, place: int, data: bytes | None = None) -> BlobPiece:
        return BlobPiece(self.scope, self.manifest.sha, place, self.chunks[place] if data is None else data)

    def wanted(self, place: int) -> BlobWanted:
        return BlobWanted(self.scope, self.manifest.sha, place)


@pytest.fixture
def asha(hub: Hub) -> Device:
    """Asha's device, whose worker has opened a family's file."""
    device = Device(hub, ASHA)
    hub.exchange(device.sender, device.request([device.op(SCOPE, "family", {"name": "Okafor"}, row_id="f1")]))
    return device


def sent(hub: Hub, device: Device, photograph: Photograph) -> None:
    state = hub.offer_blob(device.sender, photograph.offer)
    for place in state.lacks:
        state = hub.put_blob(device.sender, photograph.piece(place))
    assert state == BlobState(whole=True)


def fetched(hub: Hub, device: Device, photograph: Photograph) -> bytes:
    return b"".join(
        hub.get_blob(device.sender, photograph.wanted(p)).data for p in range(len(photograph.chunks))
    )


def test_what_was_sent_comes_back_to_everybody_who_holds_the_file(hub: Hub, asha: Device) -> None:
    photograph = Photograph()
    sent(hub, asha, photograph)
    admin.grant(hub, SCOPE, SAM, "read")
    for device in (asha, Device(hub, HELEN), Device(hub, SAM)):
        assert fetched(hub, device, photograph) == photograph.data


def test_nobody_is_given_a_piece_before_the_whole_is_there(hub: Hub, asha: Device) -> None:
    photograph = Photograph()
    for place in hub.offer_blob(asha.sender, photograph.offer).lacks[:-1]:
        hub.put_blob(asha.sender, photograph.piece(place))
    assert hub.get_blob(asha.sender, photograph.wanted(0)) == BlobFound()
    assert hub.offer_blob(asha.sender, photograph.offer).lacks == [3], "only what is missing is asked for"


def test_without_a_grant_nothing_is_taken_or_given_in_the_same_words_for_any_file(
    hub: Hub, asha: Device
) -> None:
    photograph = Photograph()
    sent(hub, asha, photograph)
    grace = Device(hub, GRACE)
    nowhere = Photograph(scope="fam:never-was")
    for p in (photograph, nowhere):
        assert hub.get_blob(grace.sender, p.wanted(0)) == BlobFound(reason=blobs.NOT_HELD)
        assert hub.offer_blob(grace.sender, p.offer) == BlobState(reason=blobs.NOT_HELD)
        assert hub.put_blob(grace.sender, p.piece(0)) == BlobState(reason=blobs.NOT_HELD)
    admin.grant(hub, SCOPE, GRACE, "read")
    other = Photograph(seed=2)
    assert hub.offer_blob(grace.sender, other.offer) == BlobState(reason=blobs.ONLY_READS)
    assert hub.put_blob(grace.sender, other.piece(0)) == BlobState(reason=blobs.ONLY_READS)
    admin.withdraw(hub, SCOPE, GRACE)
    assert hub.get_blob(grace.sender, photograph.wanted(0)) == BlobFound(reason=blobs.NOT_HELD)
    assert hub_rows(hub, "select count(*) from blob") == [(1,)]


def test_a_piece_that_is_not_what_was_announced_is_not_kept(hub: Hub, asha: Device) -> None:
    photograph = Photograph()
    hub.offer_blob(asha.sender, photograph.offer)
    for wrong in (photograph.chunks[1], photograph.chunks[0][:-1], b"", photograph.chunks[0] + b"x"):
        state = hub.put_blob(asha.sender, photograph.piece(0, wrong))
        assert state == BlobState(reason=blobs.WRONG_PIECE)
    assert (
        hub.put_blob(asha.sender, BlobPiece(SCOPE, photograph.manifest.sha, 4, b"x")).reason
        == blobs.WRONG_PIECE
    )
    assert hub_rows(hub, "select count(*) from blob_chunk") == [(0,)]


def test_pieces_that_do_not_make_up_the_whole_are_thrown_away_and_a_true_file_takes_their_place(
    hub: Hub, asha: Device
) -> None:
    true, false = Photograph(), Photograph(seed=2)
    lie = BlobOffer(SCOPE, true.manifest.sha, false.manifest.size, list(false.manifest.chunks))
    for place in hub.offer_blob(asha.sender, lie).lacks:
        state = hub.put_blob(asha.sender, BlobPiece(SCOPE, true.manifest.sha, place, false.chunks[place]))
    assert state == BlobState(reason=blobs.WRONG_WHOLE)
    assert (
        hub_rows(hub, "select count(*) from blob_chunk")
        == hub_rows(hub, "select count(*) from blob")
        == [(0,)]
    )
    hub.offer_blob(asha.sender, lie)
    hub.put_blob(asha.sender, BlobPiece(SCOPE, true.manifest.sha, 0, false.chunks[0]))
    sent(hub, asha, true)
    assert fetched(hub, asha, true) == true.data


def test_the_same_file_is_kept_once_in_a_scope_and_apart_in_another(hub: Hub, asha: Device) -> None:
    hub.exchange(asha.sender, asha.request([asha.op("fam:f2", "family", {"name": "Bell"}, row_id="f2")]))
    for scope in (SCOPE, SCOPE, "fam:f2"):
        photograph = Photograph(scope=scope)
        sent_again = hub.offer_blob(asha.sender, photograph.offer).whole
        if not sent_again:
            sent(hub, asha, photograph)
    assert hub_rows(hub, "select scope, whole from blob order by scope") == [(SCOPE, True), ("fam:f2", True)]


def test_two_laptops_that_send_the_last_pieces_at_once_make_one_whole(hub: Hub, asha: Device) -> None:
    helen = Device(hub, HELEN)
    for seed in range(4):
        photograph = Photograph(2 * CHUNK_BYTES, seed=seed)
        hub.offer_blob(asha.sender, photograph.offer)
        with ThreadPoolExecutor(2) as pool:
            pieces = [
                pool.submit(hub.put_blob, d.sender, photograph.piece(p)) for d, p in ((asha, 0), (helen, 1))
            ]
        assert sorted(len(state.lacks) for state in (p.result() for p in pieces)) == [0, 1]
        assert fetched(hub, asha, photograph) == photograph.data


@pytest.mark.parametrize("who", ["worker", "device"])
def test_somebody_shut_out_hears_the_same_as_everywhere(hub: Hub, asha: Device, who: str) -> None:
    app, photograph = create_app(hub), Photograph()
    sent(hub, asha, photograph)
    if who == "worker":
        admin.disable_worker(hub, ASHA)
    else:
        admin.revoke_device(hub, asha.id)
    for path, message in (
        ("", photograph.offer),
        ("/put", photograph.piece(0)),
        ("/get", photograph.wanted(0)),
    ):
        body = pack(message)
        response = ask(app, "POST", BLOB + path, body, asha.headers("POST", BLOB + path, body))
        assert (response.status_code, response.json()) == (403, {"detail": SHUT_OUT})
    assert hub.get_blob(asha.sender, photograph.wanted(0)) == BlobFound(reason=blobs.NOT_HELD)


def nonsense() -> list[Any]:
    good = Photograph()
    sha, chunks = good.manifest.sha, list(good.manifest.chunks)
    return [
        ("", BlobOffer("fam:\0", sha, good.manifest.size, chunks)), ("", BlobOffer(SCOPE, sha, 0, [])),
        ("", BlobOffer(SCOPE, sha, LARGEST + 1, chunks)), ("", BlobOffer(SCOPE, sha, 2**63, chunks)),
        ("", BlobOffer(SCOPE, "x" * 64, good.manifest.size, chunks)),
        ("", BlobOffer(SCOPE, sha, good.manifest.size, ["\0", *chunks[1:]])),
        ("", BlobOffer(SCOPE, sha, good.manifest.size, chunks[1:])),
        ("/put", BlobPiece(SCOPE, sha, 0, b"x")), ("/put", BlobPiece(SCOPE, "\0" * 64, 0, b"x")),
        ("/put", BlobPiece(SCOPE, sha, -1, b"x")), ("/put", BlobPiece(SCOPE, sha, 2**40, b"x")),
        ("/get", BlobWanted(SCOPE, "'; drop table blob", 0)), ("/get", BlobWanted("", sha, 0)),
        ("/get", BlobWanted(SCOPE, sha, 2**62)), ("/get", {"scope": SCOPE}), ("/put", None), ("", [SCOPE]),
    ]  # fmt: skip


def test_nonsense_is_refused_in_a_sentence_and_nothing_is_kept(hub: Hub, asha: Device) -> None:
    app = create_app(hub)
    for path, message in nonsense():
        body = pack(message)
        response = ask(app, "POST", BLOB + path, body, asha.headers("POST", BLOB + path, body))
        assert (response.status_code, set(response.json())) == (400, {"detail"}), message
    assert hub_rows(hub, "select count(*) from blob") == [(0,)]
    with pytest.raises(MalformedMessage):
        hub.put_blob(asha.sender, Photograph().piece(0))


def test_over_the_wire_an_offer_is_answered_and_a_piece_too_large_for_any_request_is_refused(
    hub: Hub, asha: Device
) -> None:
    app, photograph = create_app(hub), Photograph()
    body = pack(photograph.offer)
    answer = ask(app, "POST", BLOB, body, asha.headers("POST", BLOB, body))
    assert unpack(answer.content, BlobState).lacks == [0, 1, 2, 3]
    body = pack(photograph.piece(0, os.urandom(5 << 20)))
    refused = ask(app, "POST", BLOB + "/put", body, asha.headers("POST", BLOB + "/put", body))
    assert refused.status_code == 413
