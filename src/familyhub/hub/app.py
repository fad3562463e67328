"""The hub over HTTP: a few routes, of which ``/health`` and ``/enrol`` are open and every other is signed.

Endpoints are plain functions, so that their blocking work runs in threads. Nothing that is answered or
logged in an error holds record text.
"""

import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Annotated, Any

import msgspec
from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from familyhub.hub import aside, bodies, enrolment
from familyhub.hub.door import HUB_TIME, NOT_LET_IN, NotLetIn, Porter
from familyhub.hub.home import HubError
from familyhub.hub.service import Hub
from familyhub.sync import messages
from familyhub.sync.copy import Sender

log = logging.getLogger("familyhub.hub")
MSGPACK = "application/msgpack"
LINE, FAR = "familyhub-line", "far"
"""Header by which a laptop says that its line is far."""
RAW = "familyhub-raw"
"""Header of a body to be kept as it came, whose value is the id of the op in it: the laptop's last resort."""
RAW_ON_THE_WIRE = 32 << 20
SNAPSHOT_BYTES = 2 << 20
"""About how much one answer with snapshots holds before it is packed."""
OPEN = frozenset({"/health", "/enrol"})
SHUT_OUT = "This laptop may not sync any more. What it had not sent is taken care of: ask your hub."
UNREADABLE = "The hub could not read this request. Nothing of it was taken."
TOO_LARGE = "This request is too large for the hub. Nothing of it was taken."
TROUBLE = "The hub is in trouble just now and took nothing of this request. It will be sent again."
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]


async def read_body(request: Request) -> bytes:
    """The body as it came; raises ``TooLarge`` as soon as it is."""
    most = RAW_ON_THE_WIRE if RAW in request.headers else bodies.ON_THE_WIRE
    stated = request.headers.get("content-length", "")
    if stated.isdecimal() and len(stated) < 12 and int(stated) > most:
        raise bodies.TooLarge
    out = bytearray()
    async for chunk in request.stream():
        out += chunk
        if len(out) > most:
            raise bodies.TooLarge
    return bytes(out)


Body = Annotated[bytes, Depends(read_body)]


class Guard:
    """The outermost layer: whatever fails is answered with 503 and logged by its type and an id alone.

    A laptop whose connection broke off in the middle of its request is no failure of the hub's.
    """

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self.app = app

    async def __call__(
        self,
        scope: Scope,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Pass a request on."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except ClientDisconnect:
            log.debug("a request broke off")
        except Exception as error:
            if scope["type"] != "http":
                raise
            number = secrets.token_hex(4)
            cause = type(error.__cause__ or error.__context__).__name__
            log.error("request %s failed: %s (%s)", number, type(error).__name__, cause)
            if not begun:
                await refusal(503, f"{TROUBLE} ({number})")(scope, receive, send)


def refusal(status: int, sentence: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """An answer that says no, in a sentence."""
    return JSONResponse({"detail": sentence}, status, headers)


def create_app(hub: Hub) -> FastAPI:
    """The application over a hub."""
    app = FastAPI(title="FamilyHub hub", openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(Guard)
    porter, guesses = Porter(hub), enrolment.Guesses(hub.clock)
    _refusals(app, hub)

    def let_in(request: Request, body: Body) -> Sender:
        return porter.let_in(request.method, *_place(request), request.headers, body)

    Signed = Annotated[Sender, Depends(let_in)]

    @app.get("/health")
    def health() -> dict[str, str | int]:
        """Whether the hub and its database answer."""
        hub.ping()
        return {"app": "familyhub-hub", "status": "ok", "protocol": messages.PROTOCOL}

    @app.post("/enrol")
    def enrol(request: Request, body: Body) -> Response:
        """Redeem a one-time code for a device."""
        guesses.check(address := request.client.host if request.client else "")
        try:
            return Response(hub.enrol(body), media_type="application/json")
        except (enrolment.WrongCode, enrolment.WrongProof):
            guesses.count(address)
            raise

    @app.post("/sync/v1")
    def sync(request: Request, body: Body, sender: Signed) -> Response:
        """One exchange."""
        if op_id := request.headers.get(RAW):
            answer = hub.take_raw(sender, op_id, body)
        else:
            asked = messages.unpack(_plain(request, body), messages.Request)
            if sender.only_custody and not asked.push:
                return refusal(403, SHUT_OUT)
            answer = hub.exchange(sender, asked)
        return _packed(request, messages.pack(answer))

    @app.post("/sync/v1/snapshot")
    def snapshot(request: Request, body: Body, sender: Signed) -> Response:
        """Whole scopes as they stand, for laptops of the first version."""
        if sender.only_custody:
            return refusal(403, SHUT_OUT)
        asked = messages.unpack(_plain(request, body), messages.SnapshotRequest)
        return _packed(request, _framed(hub.snapshot(sender, asked.inc, asked.scopes)))

    @app.post("/sync/v1/parts")
    def parts(request: Request, body: Body, sender: Signed) -> Response:
        """Parts of scopes as they stand, each framed by its length in four bytes."""
        if sender.only_custody:
            return refusal(403, SHUT_OUT)
        asked = messages.unpack(_plain(request, body), messages.SnapshotRequest)
        found = hub.parts(sender, asked.inc, asked.scopes, asked.have, asked.mixed, asked.epoch)
        return _packed(request, _framed(found))

    _blobs(app, hub, let_in)
    _asides(app, hub, let_in)
    return app


def _asides(app: FastAPI, hub: Hub, let_in: Callable[..., Sender]) -> None:
    """The routes for what was set aside: seen, and released, by who holds the file."""
    Signed = Annotated[Sender, Depends(let_in)]

    @app.post("/sync/v1/aside")
    def listed(request: Request, sender: Signed) -> Response:
        """What waits for a person in files that the sender holds."""
        if sender.only_custody:
            return refusal(403, SHUT_OUT)
        return _packed(request, messages.pack(aside.listed(hub, sender)))

    @app.post("/sync/v1/aside/release")
    def release(request: Request, body: Body, sender: Signed) -> Response:
        """Let an act be written after all; answers with what still waits."""
        if sender.only_custody:
            return refusal(403, SHUT_OUT)
        act = messages.unpack(_plain(request, body), messages.AsideAct)
        try:
            aside.decided(hub, sender, act)
        except HubError as error:
            return refusal(409, str(error))
        return _packed(request, messages.pack(aside.listed(hub, sender)))


def _blobs(app: FastAPI, hub: Hub, let_in: Callable[..., Sender]) -> None:
    """The routes for the bytes of attachments: what is lacking, a piece to take, a piece to hand out."""

    def about(
        kind: type[messages.M], act: Callable[[Sender, messages.M], messages.BlobState | messages.BlobFound]
    ) -> Callable[..., Response]:
        def answer(request: Request, body: Body, sender: Annotated[Sender, Depends(let_in)]) -> Response:
            if sender.only_custody:
                return refusal(403, SHUT_OUT)
            asked = messages.unpack(_plain(request, body), kind)
            return _packed(request, messages.pack(act(sender, asked)))

        return answer

    app.post("/sync/v1/blob")(about(messages.BlobOffer, hub.offer_blob))
    app.post("/sync/v1/blob/put")(about(messages.BlobPiece, hub.put_blob))
    app.post("/sync/v1/blob/get")(about(messages.BlobWanted, hub.get_blob))


def _place(request: Request) -> tuple[str, str]:
    """Path and query of a request as they came, which is how they were signed."""
    path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope.get("query_string", b"")
    return path.decode("latin-1").partition("?")[0], query.decode("latin-1")


def _framed(snapshots: Iterable[messages.SnapshotScope | messages.SnapshotPart]) -> bytes:
    """Snapshots one behind the other, each with its length before it, until it is enough for one answer."""
    out = bytearray()
    for snapshot in snapshots:
        framed = messages.pack(snapshot)
        out += len(framed).to_bytes(4, "big") + framed
        if len(out) > SNAPSHOT_BYTES:
            break
    return bytes(out)


def _plain(request: Request, body: bytes) -> bytes:
    return bodies.unpacked(body, request.headers.get("content-encoding", ""))


def _packed(request: Request, body: bytes) -> Response:
    far = request.headers.get(LINE) == FAR
    content, encoding = bodies.packed(body, request.headers.get("accept-encoding", ""), far=far)
    headers = {"content-encoding": encoding} if encoding else {}
    return Response(content, media_type=MSGPACK, headers=headers)


def _refusals(app: FastAPI, hub: Hub) -> None:
    """What each refusal says."""

    def say(kind: type[Exception], status: int, sentence: str = "", **headers: Callable[[], str]) -> None:
        @app.exception_handler(kind)
        def handler(request: Request, error: Exception) -> Response:
            named = {name.replace("_", "-"): value() for name, value in headers.items()}
            return refusal(status, sentence or str(error), named)

    say(NotLetIn, 401, NOT_LET_IN, **{HUB_TIME: lambda: str(hub.clock())})
    say(bodies.TooLarge, 413, TOO_LARGE)
    say(bodies.Unreadable, 400, UNREADABLE)
    say(messages.MalformedMessage, 400, UNREADABLE)
    say(msgspec.MsgspecError, 400, UNREADABLE)
    say(UnicodeDecodeError, 400, UNREADABLE)
    say(enrolment.WrongCode, 403)
    say(enrolment.WrongProof, 400)
    say(enrolment.TooManyGuesses, 429, retry_after=lambda: "300")


def routes(app: FastAPI) -> list[dict[str, str | bool]]:
    """Every route: method, path, and whether it is open."""
    found: list[dict[str, str | bool]] = []
    for route in app.routes:
        path = getattr(route, "path", "")
        for method in sorted(getattr(route, "methods", None) or ()):
            found.append({"method": method, "path": path, "open": path in OPEN})
    return found
