"""A line between a laptop and a hub: it counts, is slow, narrow or far on request, and breaks at a byte.

with Line("127.0.0.1", port, delay_ms=150, bits_per_second=1_000_000) as line:
    sync(laptop, connect(laptop, line.url))
    assert line.requests == 1
    line.cut_down_after(100)

A TCP proxy on loopback with a thread and an event loop of its own. What is on its way takes its time without
holding back what follows: delay does not cost throughput. Setting up a connection takes no time.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
CHUNK = 16_384
PARTS_PER_SECOND = 40
"""A narrow line carries about so many parts in a second, so that connections share it fairly."""
UNDER_WAY = 4096
"""Most parts of one connection and direction that are under way."""
HARD = struct.pack("ii", 1, 0)
"""SO_LINGER: closing sends a reset at once and drops what was not sent."""
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r]*\bchunked", re.IGNORECASE)


class Requests:
    """Counts HTTP/1.1 requests in the bytes of one connection, fed in parts of any size."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._skip = 0
        self._chunked = False

    def feed(self, data: bytes) -> int:
        """How many requests have their whole head with ``data``."""
        self._held += data
        found = 0
        while self._held:
            if self._skip:
                passed = min(self._skip, len(self._held))
                del self._held[:passed]
                self._skip -= passed
            elif (head := self._until(b"\r\n" if self._chunked else b"\r\n\r\n")) is None:
                break
            elif self._chunked:
                size = int(head.partition(b";")[0], 16)
                self._skip, self._chunked = size + 2, size > 0  # the last chunk has an empty line behind it
            else:
                found += 1
                length = _LENGTH.search(head)
                self._skip = int(length[1]) if length else 0
                self._chunked = _CHUNKED.search(head) is not None
        return found

    def _until(self, mark: bytes) -> bytes | None:
        at = self._held.find(mark)
        if at < 0:
            return None
        head = bytes(self._held[:at])
        del self._held[: at + len(mark)]
        return head


class Direction:
    """One direction of the line, shared by its connections."""

    def __init__(self, delay_ms: float, bits_per_second: float | None) -> None:
        self.delay, self.bits_per_second = delay_ms / 1000, bits_per_second
        self.bytes = 0
        self.room: int | None = None
        """After so many bytes the line breaks."""
        self._free_at = 0.0

    @property
    def part(self) -> int:
        """Most bytes that are carried in one piece."""
        if self.bits_per_second is None:
            return CHUNK
        return max(200, min(CHUNK, round(self.bits_per_second / 8 / PARTS_PER_SECOND)))

    async def carry(self, size: int) -> float:
        """Wait until ``size`` bytes have gone onto the line; the time of the loop at which they arrive."""
        loop = asyncio.get_running_loop()
        seconds = size * 8 / self.bits_per_second if self.bits_per_second else 0.0
        self._free_at = max(loop.time(), self._free_at) + seconds
        if seconds:
            await _until(self._free_at)
        return self._free_at + self.delay

    def arriving(self, data: bytes) -> tuple[bytes, bool]:
        """What of ``data`` arrives, counted, and whether the line breaks behind it."""
        breaks = self.room is not None and len(data) >= self.room
        passed = data[: self.room] if breaks else data
        if self.room is not None:
            self.room = None if breaks else self.room - len(data)
        self.bytes += len(passed)
        return passed, breaks


async def _until(moment: float) -> None:
    loop = asyncio.get_running_loop()
    if moment > loop.time():
        due = asyncio.Event()
        handle = loop.call_at(moment, due.set)
        try:
            await due.wait()
        finally:
            handle.cancel()


class Line:
    """A line to ``host``:``port``; ``delay_ms`` and ``bits_per_second`` are those of each direction."""

    def __init__(
        self, host: str, port: int, *, delay_ms: float = 0, bits_per_second: float | None = None
    ) -> None:
        self._far = (host, port)
        self._up, self._down = (Direction(delay_ms, bits_per_second) for _ in range(2))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="line")
        self._listening: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._ends: set[asyncio.StreamWriter] = set()
        self._port = 0
        self.connections = self.requests = self.cuts = 0

    @classmethod
    def to(cls, url: str, *, delay_ms: float = 0, bits_per_second: float | None = None) -> Self:
        """A line to the server at an ``http://`` URL."""
        parts = urlsplit(url)
        return cls(parts.hostname or "", parts.port or 80, delay_ms=delay_ms, bits_per_second=bits_per_second)

    @property
    def url(self) -> str:
        """Where the near end listens."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def bytes_up(self) -> int:
        """Bytes that arrived at the far end."""
        return self._up.bytes

    @property
    def bytes_down(self) -> int:
        """Bytes that arrived at the near end."""
        return self._down.bytes

    def __enter__(self) -> Self:
        self._thread.start()
        self.restore()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()

    # -- what a test does to it ------------------------------------------------------------------------------

    def reset_counts(self) -> None:
        """Count from nothing again."""

        def reset() -> None:
            self._up.bytes = self._down.bytes = 0
            self.connections = self.requests = self.cuts = 0

        self._in_loop(reset)

    def cut_up_after(self, n: int | None) -> None:
        """Break the line once ``n`` more bytes have arrived at the far end (0: before the next; None: never)."""
        self._in_loop(lambda: setattr(self._up, "room", n))

    def cut_down_after(self, n: int | None) -> None:
        """Break the line once ``n`` more bytes have arrived at the near end (0: before the next; None: never)."""
        self._in_loop(lambda: setattr(self._down, "room", n))

    def refuse(self) -> None:
        """As if the network were gone: every connection is reset, no new one is taken."""
        asyncio.run_coroutine_threadsafe(self._stop_listening(), self._loop).result(30)

    def restore(self) -> None:
        """The network is there, at the same address."""
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(30)

    def _in_loop(self, act: Callable[[], T]) -> T:
        async def run() -> T:
            return act()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(30)

    # -- in the loop -----------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        self._listening = listening = socket.create_server(("127.0.0.1", self._port))
        listening.setblocking(False)
        self._port = listening.getsockname()[1]
        self._loop.add_reader(listening, self._accept, listening)

    async def _stop_listening(self) -> None:
        if self._listening is not None:
            self._loop.remove_reader(self._listening)
            self._listening.close()
            self._listening = None
        self._break()

    async def _end(self) -> None:
        await self._stop_listening()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _break(self) -> None:
        """Reset every connection at both ends."""
        for end in self._ends:
            _reset(end)
        self._ends.clear()

    def _accept(self, listening: socket.socket) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionAbortedError):
            near, _ = listening.accept()
            near.setblocking(False)
            near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as ends of a real line do
            self.connections += 1
            task = self._loop.create_task(self._carry(near))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(lambda _: near.close())

    async def _carry(self, near: socket.socket) -> None:
        """One connection, until either end closes or breaks: then so does the other."""
        ends: list[asyncio.StreamWriter] = []
        try:
            reader, writer = await asyncio.open_connection(sock=near)
            ends.append(writer)
            self._ends.add(writer)
            far_reader, far_writer = await asyncio.open_connection(*self._far)
            ends.append(far_writer)
            if writer in self._ends:  # the line did not break meanwhile
                self._ends.add(far_writer)
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._pump(reader, far_writer, self._up, Requests()))
                    group.create_task(self._pump(far_reader, writer, self._down, None))
        except (OSError, BaseExceptionGroup):
            pass
        finally:
            for end in ends:
                self._ends.discard(end)
                _reset(end)
                with contextlib.suppress(OSError):
                    await end.wait_closed()

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        way: Direction,
        requests: Requests | None,
    ) -> None:
        """Carry one direction of one connection until its end is told or it breaks."""
        coming: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(UNDER_WAY)

        async def take() -> None:
            data = b"-"
            while data:
                data = await reader.read(way.part)
                await coming.put((await way.carry(len(data)), data))

        async with asyncio.TaskGroup() as group:
            group.create_task(take())
            while True:
                moment, data = await coming.get()
                await _until(moment)
                if not data:
                    writer.write_eof()
                    return
                data, breaks = way.arriving(data)
                if requests is not None:
                    self.requests += requests.feed(data)
                writer.write(data)
                await writer.drain()
                if breaks:
                    self.cuts += 1
                    self._break()
                    raise ConnectionResetError


def _reset(end: asyncio.StreamWriter) -> None:
    """Close hard; what both ends have said and heard already makes no difference."""
    found = end.get_extra_info("socket")
    with contextlib.suppress(OSError):
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, HARD)
    end.transport.abort()
