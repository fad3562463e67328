"""The line of the tests: what it counts is exact, it is as slow as it says, it breaks at the byte."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.line import Line, Requests

HEAD = b"POST /sync/v1 HTTP/1.1\r\nHost: hub\r\nContent-Length: 5\r\n\r\n"


class Far:
    """A server on loopback that keeps what it hears, connection by connection, and answers as it is told."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        self.heard: list[bytes] = []
        self.ends: list[str] = []
        self.changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self) -> None:
        threads: list[threading.Thread] = []
        while True:
            connection, _ = self.listening.accept()
            if self._closing:
                connection.close()
                break
            threads.append(threading.Thread(target=self._hear, args=(connection, len(self.heard))))
            self.heard.append(b"")
            self.ends.append("")
            threads[-1].start()
        for thread in threads:
            thread.join()

    def _hear(self, connection: socket.socket, place: int) -> None:
        """Echo until the other side ends."""
        end = "closed"
        with connection:
            try:
                while data := connection.recv(1 << 16):
                    self._keep(place, data)
                    connection.sendall(data)
            except (ConnectionResetError, BrokenPipeError):
                end = "reset"
            with contextlib.suppress(ConnectionResetError):  # a reset met in sending leaves this to be read
                while data := connection.recv(1 << 16):
                    self._keep(place, data)
        with self.changed:
            self.ends[place] = end
            self.changed.notify_all()

    def _keep(self, place: int, data: bytes) -> None:
        with self.changed:
            self.heard[place] += data
            self.changed.notify_all()

    def close(self) -> None:
        """Stop listening."""
        self._closing = True
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._thread.join()
        self.listening.close()


@pytest.fixture
def far() -> Iterator[Far]:
    made = Far()
    yield made
    made.close()


@contextmanager
def near(line: Line) -> Iterator[socket.socket]:
    host, _, port = line.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        yield connection


def read(connection: socket.socket, size: int) -> bytes:
    out = bytearray()
    while len(out) < size and (data := connection.recv(1 << 16)):
        out += data
    return bytes(out)


def until_reset(connection: socket.socket, said: bytes = b"") -> bytes:
    """Say something and hear all that comes before the connection is reset, which sending may meet first."""
    out, reset = bytearray(), False
    try:
        connection.sendall(said)
    except (ConnectionResetError, BrokenPipeError):
        reset = True
    try:
        while data := connection.recv(1 << 16):
            out += data
    except ConnectionResetError:
        reset = True
    assert reset
    return bytes(out)


def test_bytes_connections_and_requests_are_counted_exactly(far: Far) -> None:
    with Line("127.0.0.1", far.port) as line:
        with near(line) as one, near(line) as other:
            for connection, times in ((one, 3), (other, 2)):
                for _ in range(times):
                    connection.sendall(HEAD + b"hello")
                    assert read(connection, len(HEAD) + 5) == HEAD + b"hello"
        each = len(HEAD) + 5
        assert (line.bytes_up, line.bytes_down) == (5 * each, 5 * each)
        assert (line.connections, line.requests, line.cuts) == (2, 5, 0)
        line.reset_counts()
        assert (line.bytes_up, line.bytes_down, line.connections, line.requests) == (0, 0, 0, 0)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, 10_000])
def test_requests_are_told_apart_however_their_bytes_arrive(size: int) -> None:
    lookalike = b"POST /x HTTP/1.1\r\n\r\n"
    said = b"".join((
        b"GET /health HTTP/1.1\r\nhost: hub\r\n\r\n",
        b"POST /a HTTP/1.1\r\ncontent-length: %d\r\n\r\n%s" % (len(lookalike), lookalike),
        b"POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n%s\r\n1;x=y\r\n-\r\n0\r\n\r\n" % lookalike,
        b"POST /c HTTP/1.1\r\ncontent-length: 0\r\n\r\n",
    ))  # fmt: skip
    requests = Requests()
    assert sum(requests.feed(said[n : n + size]) for n in range(0, len(said), size)) == 4
    assert requests.feed(b"GET /d HTTP/1.1\r\n\r") == 0
    assert requests.feed(b"\n") == 1


def test_a_round_trip_takes_twice_the_delay_and_what_follows_is_not_held_back(far: Far) -> None:
    parts = 40
    with Line("127.0.0.1", far.port, delay_ms=300) as line, near(line) as connection:
        begun = time.monotonic()
        connection.sendall(b"x")
        assert read(connection, 1) == b"x"
        assert time.monotonic() - begun >= 0.6
        heard = threading.Event()

        def hear() -> None:
            read(connection, parts * 1000)
            heard.set()

        listener = threading.Thread(target=hear)
        listener.start()
        begun = time.monotonic()
        for _ in range(parts):
            connection.sendall(bytes(1000))
        assert heard.wait(60)
        took = time.monotonic() - begun
        listener.join()
        assert 0.6 <= took < parts * 0.3  # one by one it would be at least this


def test_a_narrow_line_takes_its_time_in_each_direction(far: Far) -> None:
    size = 4000
    with Line("127.0.0.1", far.port, bits_per_second=64_000) as line:
        begun = time.monotonic()
        with near(line) as one, near(line) as other:  # they share it
            one.sendall(bytes(size))
            other.sendall(bytes(size))
            assert read(one, size) + read(other, size) == bytes(2 * size)
        assert time.monotonic() - begun >= 2 * size * 8 / 64_000
        assert line.bytes_up == line.bytes_down == 2 * size


@pytest.mark.parametrize("n", [0, 1, 2, 999, 16_384, 16_385, 70_000])
def test_the_way_up_breaks_at_the_byte(far: Far, n: int) -> None:
    said = bytes(byte % 251 for byte in range(70_000))
    with Line("127.0.0.1", far.port) as line:
        line.cut_up_after(n)
        with near(line) as connection:
            until_reset(connection, said)
        assert (line.bytes_up, line.cuts) == (n, 1)
        with near(line) as again:
            again.sendall(b"after")
            assert read(again, 5) == b"after"
        with far.changed:
            assert far.changed.wait_for(lambda: far.ends[0], 30)
        assert (far.heard[0], far.ends[0]) == (said[:n], "reset")
        assert far.heard[-1] == b"after"


@pytest.mark.parametrize("n", [0, 1, 2, 999, 16_384, 16_385, 40_000])
def test_the_way_down_breaks_at_the_byte(far: Far, n: int) -> None:
    said = bytes(byte % 251 for byte in range(40_000))
    with Line("127.0.0.1", far.port) as line:
        line.cut_down_after(n)
        with near(line) as connection:
            assert until_reset(connection, said) == said[:n]
        assert (line.bytes_down, line.cuts) == (n, 1)
        with near(line) as again:
            again.sendall(b"after")
            assert read(again, 5) == b"after"


def test_without_a_network_nothing_is_connected_until_it_is_back(far: Far) -> None:
    with Line("127.0.0.1", far.port) as line:
        address = line.url
        with near(line) as connection:
            connection.sendall(b"x")
            assert read(connection, 1) == b"x"
            line.refuse()
            assert until_reset(connection) == b""
        with pytest.raises(ConnectionRefusedError), near(line):
            pass
        line.restore()
        assert line.url == address
        with near(line) as connection:
            connection.sendall(b"back")
            assert read(connection, 4) == b"back"


def test_nothing_of_a_line_is_left_when_it_is_closed(far: Far) -> None:
    before = threading.active_count()
    with Line("127.0.0.1", far.port, delay_ms=60_000) as line, near(line) as connection:
        connection.sendall(b"still under way")
        assert threading.active_count() > before
    with pytest.raises(ConnectionRefusedError), near(line):
        pass
    assert "line" not in {thread.name for thread in threading.enumerate()}


def test_a_far_end_that_is_not_there_breaks_the_near_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with Line("127.0.0.1", port) as line, pytest.raises(ConnectionResetError), near(line) as connection:
        connection.recv(1)
