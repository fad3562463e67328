"""How messages reach a hub: over HTTP with signatures, zstd and one kept connection."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import msgspec

from familyhub.link import signing
from familyhub.link.errors import BodyRefused, HubRefused, HubUnreachable, NoSuchPlace, NotEnrolled
from familyhub.sync import messages
from familyhub.sync.messages import (
    Answer,
    AsideAct,
    AsideList,
    BlobFound,
    BlobOffer,
    BlobPiece,
    BlobState,
    BlobWanted,
    Request,
    SnapshotPart,
    SnapshotRequest,
    SnapshotScope,
)
from familyhub.sync.snapshot import one_part

if TYPE_CHECKING:
    import httpx

    from familyhub.store.laptop import LaptopStore

ASIDE, RELEASE = "/sync/v1/aside", "/sync/v1/aside/release"
EXCHANGE, PARTS, SNAPSHOT, ENROL = "/sync/v1", "/sync/v1/parts", "/sync/v1/snapshot", "/enrol"
BLOB, BLOB_PUT, BLOB_GET = "/sync/v1/blob", "/sync/v1/blob/put", "/sync/v1/blob/get"
MSGPACK = "application/msgpack"
RAW = "familyhub-raw"
LINE, FAR = "familyhub-line", "far"
"""Header and its value: the line is far, so that a hub packs its answers as small as it can."""
FAR_SECONDS = 0.15
"""A line is far when no answer came back sooner: over telephones one takes that long, on a network a tenth of it."""
LEVEL = 6
"""Of zstd for what a laptop sends: little, over lines that are slow more often than the laptop is."""
SMALL = 400
"""Shorter bodies are sent as they are."""
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 60.0
ELSEWHERE = "Something other than a hub answered at this address; a network may want you to sign in first."


class RecordsWay(Protocol):
    """The way of records to a hub and back."""

    offset_ms: int
    """How far the hub's clock is ahead of this laptop's."""
    round_trips: int

    def local_ms(self) -> int:
        """This laptop's clock, milliseconds since 1970 UTC."""

    def exchange(self, request: Request) -> Answer:
        """One exchange; raises ``LinkError``."""

    def parts(
        self,
        inc: str,
        scopes: Sequence[str],
        have: Sequence[str] = (),
        mixed: Sequence[str] = (),
        epoch: str = "",
    ) -> Iterator[SnapshotPart]:
        """Parts of ``scopes`` that fit into one answer, without those named by ``have``; raises ``LinkError``."""

    def keep_raw(self, op_id: str, raw: bytes) -> Answer:
        """Hand over what the hub cannot read, to be kept as it is; raises ``LinkError``."""

    def close(self) -> None:
        """Close the connection."""


class Transport(RecordsWay, Protocol):
    """The way to a hub, for attachments too."""

    def offer_blob(self, offer: BlobOffer) -> BlobState:
        """Ask which pieces of an attachment the hub lacks; raises ``LinkError``."""

    def put_blob(self, piece: BlobPiece) -> BlobState:
        """Send one piece of an attachment; raises ``LinkError``."""

    def get_blob(self, wanted: BlobWanted) -> BlobFound:
        """Fetch one piece of an attachment; raises ``LinkError``."""


def now_ms() -> int:
    """This laptop's clock in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def is_loopback(url: str) -> bool:
    """Whether a URL names this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def checked_url(url: str) -> str:
    """A hub's URL without a trailing slash; raises ``HubRefused`` for one that sends records in clear."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise HubRefused(f"{url} is not the address of a hub: one begins with https://.")
    if parts.scheme == "http" and not is_loopback(url):
        raise HubRefused(
            "A hub on another machine is reached by https:// only: records never travel in clear."
        )
    return url.rstrip("/")


def http_client(url: str) -> httpx.Client:
    """A client that keeps its connection; a proxy of the environment serves hubs on other machines only."""
    import httpx

    return httpx.Client(
        base_url=url,
        timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
        limits=httpx.Limits(max_connections=4, keepalive_expiry=70),
        headers={"accept-encoding": "zstd, gzip", "user-agent": "familyhub"},
        trust_env=not is_loopback(url),
    )


class HttpTransport:
    """Signed requests to one hub."""

    def __init__(
        self, url: str, who: signing.Identity, *, offset_ms: int = 0, clock: Callable[[], int] = now_ms
    ) -> None:
        self.url = checked_url(url)
        self.offset_ms = offset_ms
        self.round_trips = self.bytes_sent = self.bytes_received = 0
        self._who, self._clock = who, clock
        self._client: httpx.Client | None = None
        self._soonest = 0.0
        """Seconds that the quickest answer took; 0 before there was one."""

    def local_ms(self) -> int:
        """This laptop's clock, milliseconds since 1970 UTC."""
        return self._clock()

    def exchange(self, request: Request) -> Answer:
        """One exchange; raises ``LinkError``."""
        return self._answer(self._post(EXCHANGE, *_packed(messages.pack(request))), Answer)

    def parts(
        self,
        inc: str,
        scopes: Sequence[str],
        have: Sequence[str] = (),
        mixed: Sequence[str] = (),
        epoch: str = "",
    ) -> Iterator[SnapshotPart]:
        """Parts of ``scopes`` that fit into one answer, without those named by ``have``; raises ``LinkError``.

        A hub of the first version has only whole snapshots: each is taken as one part.
        """
        body, headers = _packed(
            messages.pack(SnapshotRequest(inc, list(scopes), list(have), list(mixed), epoch))
        )
        try:
            content = self._post(PARTS, body, headers)
        except NoSuchPlace:
            for framed in _frames(self._post(SNAPSHOT, body, headers)):
                yield one_part(self._answer(framed, SnapshotScope))
            return
        for framed in _frames(content):
            yield self._answer(framed, SnapshotPart)

    def keep_raw(self, op_id: str, raw: bytes) -> Answer:
        """Hand over what the hub cannot read, to be kept as it is; raises ``LinkError``."""
        return self._answer(self._post(EXCHANGE, raw, {RAW: op_id}), Answer)

    def offer_blob(self, offer: BlobOffer) -> BlobState:
        """Ask which pieces of an attachment the hub lacks; raises ``LinkError``."""
        return self._answer(self._post(BLOB, *_packed(messages.pack(offer))), BlobState)

    def put_blob(self, piece: BlobPiece) -> BlobState:
        """Send one piece of an attachment; raises ``LinkError``."""
        return self._answer(self._post(BLOB_PUT, *_packed(messages.pack(piece))), BlobState)

    def get_blob(self, wanted: BlobWanted) -> BlobFound:
        """Fetch one piece of an attachment; raises ``LinkError``."""
        return self._answer(self._post(BLOB_GET, *_packed(messages.pack(wanted))), BlobFound)

    def asides(self, act: AsideAct | None = None) -> AsideList:
        """What the hub set aside in files that this laptop's worker holds, after ``act``; raises ``LinkError``."""
        path, body = (ASIDE, b"") if act is None else (RELEASE, messages.pack(act))
        try:
            return self._answer(self._post(path, body, {}), AsideList)
        except NoSuchPlace:
            raise HubRefused(
                "This hub is of an earlier version: ask its operator what is set aside."
            ) from None

    def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None

    @staticmethod
    def _answer(content: bytes, kind: type[messages.M]) -> messages.M:
        try:
            return messages.unpack(content, kind)
        except messages.MalformedMessage:
            raise HubUnreachable(ELSEWHERE) from None

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        response = self._send(path, body, headers)
        if response.status_code == 401 and self._clock_was_off(response):
            response = self._send(path, body, headers)
        return checked(response, MSGPACK)

    def _send(self, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        import httpx

        if self._client is None:
            self._client = http_client(self.url)
        full = urlsplit(self.url).path + path
        signed = signing.signed_headers(self._who, "POST", full, body, self._clock() + self.offset_ms)
        line = {LINE: FAR} if self._soonest >= FAR_SECONDS else {}
        self.round_trips += 1
        self.bytes_sent += len(body)
        begun = time.perf_counter()
        try:
            response = self._client.post(
                path, content=body, headers={"content-type": MSGPACK, **line, **headers, **signed}
            )
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise unreachable(error) from None
        took = time.perf_counter() - begun
        self._soonest = min(self._soonest or took, took)
        self.bytes_received += response.num_bytes_downloaded
        return response

    def _clock_was_off(self, response: httpx.Response) -> bool:
        """Take the hub's time from a refusal; False where it names none, so that trying again is no use."""
        stated = response.headers.get(signing.HUB_TIME, "")
        if not (stated.isdecimal() and len(stated) < 18):
            return False
        self.offset_ms = int(stated) - self._clock()
        return True


def _frames(content: bytes) -> Iterator[bytes]:
    """The frames of an answer, each behind its length in four bytes."""
    at = 0
    while at < len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        yield content[at + 4 : at + 4 + size]
        at += 4 + size


def _packed(body: bytes) -> tuple[bytes, dict[str, str]]:
    """A body as it travels, with its headers."""
    if len(body) < SMALL:
        return body, {}
    import zstandard

    return zstandard.ZstdCompressor(level=LEVEL).compress(body), {"content-encoding": "zstd"}


def unreachable(error: Exception) -> HubUnreachable:
    """What to say of a connection that failed."""
    import httpx

    if isinstance(error, httpx.TimeoutException):
        return HubUnreachable("The hub did not answer in time.")
    if isinstance(error, httpx.ConnectError):
        return HubUnreachable("The hub cannot be reached from here.")
    return HubUnreachable("The connection to the hub broke off.")


def checked(response: httpx.Response, content_type: str) -> bytes:
    """The content of an answer that is well; raises what it is otherwise."""
    if response.status_code == 200:
        if not response.headers.get("content-type", "").startswith(content_type):
            raise HubUnreachable(ELSEWHERE)
        return response.content
    sentence = _sentence(response)
    if response.status_code == 404:
        raise NoSuchPlace(sentence or ELSEWHERE)
    if response.status_code in (400, 413) and sentence:
        raise BodyRefused(sentence)
    if response.status_code >= 500 or not sentence:
        raise HubUnreachable(sentence or ELSEWHERE)
    raise HubRefused(sentence)


def _sentence(response: httpx.Response) -> str:
    try:
        body: Any = msgspec.json.decode(response.content)
        return str(body["detail"])
    except (msgspec.MsgspecError, KeyError, TypeError):
        return ""


def connect(store: LaptopStore, url: str | None = None) -> HttpTransport:
    """The way to this laptop's hub; ``url`` overrides where it was at enrolment. Raises ``LinkError``."""
    kept = store.settings()
    address = url or kept.get("hub_url")
    if not address or not kept.get("device") or not kept.get("device_key"):
        raise NotEnrolled
    who = signing.Identity(kept["device"], signing.seed_of(kept["device_key"]))
    offset = float(kept.get("clock_offset") or 0)
    return HttpTransport(address, who, offset_ms=round(offset * 1000))
