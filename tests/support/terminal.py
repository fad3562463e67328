"""A real terminal for the tests: a command on a pseudo-terminal, its screen, its keys.

with Terminal([sys.executable, "-m", "familyhub", "--home", home], size=(100, 30)) as terminal:
    terminal.wait_for("Today")
    terminal.press("f8")
    terminal.wait_for("Worried about a child")
"""

import codecs
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

if sys.platform == "win32":
    pytest.skip("a pseudo-terminal needs POSIX", allow_module_level=True)

import fcntl
import pty
import struct
import termios

import pyte

_SEQUENCE = re.compile(
    r"""\x1b(?:
        \[[0-?]*[ -/]*[@-~]                         # CSI
      | \][^\x07\x1b]*(?:\x07|\x1b\\)               # OSC
      | [PX^_][^\x1b]*(?:\x1b(?!\\)[^\x1b]*)*\x1b\\ # DCS, SOS, PM, APC
      | [ -/]+[0-~]                                 # character sets, S7C1T …
      | [0-OQ-WYZ\\`-~]                             # the rest, two characters
    )""",
    re.VERBOSE,
)
_KNOWN_CSI = re.compile(r"\x1b\[(?:[0-9;]*[@A-HJ-MPXacdefghlmrnsu'`]|\?[0-9;]*[hlJK])\Z")
_LONGEST_WAIT_FOR_ITS_END = 65_536

_ESCAPE_PAUSE = 0.25
"""Seconds: a terminal program tells Esc from the start of a key's sequence by the silence after it."""

_REACTION = 0.5
"""Seconds: how long a key may take to change the screen before the next one follows all the same."""

_QUIET = 0.015
"""Seconds without output after which the program has painted its answer to a key."""

_PAINTING = 0.25
"""Seconds after which a program that paints on and on is looked at all the same."""

PATIENCE = 60
"""Seconds after which a text will not come any more, also on a machine that is busy with other tests."""
_LETTER_KEYS = {"up": "A", "down": "B", "right": "C", "left": "D", "end": "F", "home": "H"}
_F1_TO_F4 = {"f1": "P", "f2": "Q", "f3": "R", "f4": "S"}
_TILDE_KEYS = {
    "insert": 2, "delete": 3, "pageup": 5, "pagedown": 6, "f5": 15, "f6": 17, "f7": 18, "f8": 19, "f9": 20,
    "f10": 21, "f11": 23, "f12": 24,
}  # fmt: skip
_PLAIN_KEYS = {
    "enter": "\r", "tab": "\t", "shift+tab": "\x1b[Z", "escape": "\x1b", "backspace": "\x7f", "space": " ",
    "ctrl+space": "\x00", "ctrl+@": "\x00", "ctrl+backslash": "\x1c", "ctrl+right_square_bracket": "\x1d",
    "ctrl+underscore": "\x1f", "alt+enter": "\x1b\r", "alt+backspace": "\x1b\x7f",
}  # fmt: skip
_MODIFIERS = {"shift": 1, "alt": 2, "ctrl": 4}


def key_bytes(key: str) -> bytes:
    """What xterm sends for a key named as Textual names it; raises ValueError for a name it does not know."""
    if key in _PLAIN_KEYS:
        return _PLAIN_KEYS[key].encode()
    *held, name = key.split("+") if len(key) > 1 else [key]
    modifier = 1 + sum(_MODIFIERS[each] for each in held) if set(held) <= set(_MODIFIERS) else 0
    if modifier == 0:
        raise ValueError(f"no such key: {key!r}")
    if letter := _LETTER_KEYS.get(name) or _F1_TO_F4.get(name):
        if held:
            return f"\x1b[1;{modifier}{letter}".encode()
        return f"\x1b{'O' if name in _F1_TO_F4 else '['}{letter}".encode()
    if number := _TILDE_KEYS.get(name):
        return f"\x1b[{number}{f';{modifier}' if held else ''}~".encode()
    if len(name) == 1 and not held:
        return name.encode()
    if held == ["alt"] and len(name) == 1:
        return b"\x1b" + name.encode()
    if held == ["ctrl"] and name.isascii() and name.isalpha() and len(name) == 1:
        return bytes([ord(name.lower()) & 0x1F])
    raise ValueError(f"xterm has no bytes of its own for {key!r}")


_TAKE_THE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Makes the pseudo-terminal the program's own, so that it hears of a new size; then becomes the program."""


class _Understood:
    """Takes out of a program's output what pyte would print as text or stumble over."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        self._rest = ""

    def feed(self, data: bytes) -> str:
        """Text and sequences that pyte knows; an unfinished sequence waits for its end."""
        output, self._rest = self._rest + self._decode(data), ""
        kept, at = [], 0
        while (escape := output.find("\x1b", at)) >= 0:
            kept.append(output[at:escape])
            match = _SEQUENCE.match(output, escape)
            if match is None:
                if len(output) - escape < _LONGEST_WAIT_FOR_ITS_END:
                    self._rest = output[escape:]
                    return "".join(kept)
                at = escape + 1
                continue
            kept.append(self._translated(match.group()))
            at = match.end()
        kept.append(output[at:])
        return "".join(kept)

    @staticmethod
    def _translated(sequence: str) -> str:
        if sequence.startswith("\x1b["):
            # 4:3m is a curly underline, 58:… its colour: to pyte, no underline at all is nearest.
            plain = re.sub(r"[0-9]+(?::[0-9]*)+", "", sequence) if sequence.endswith("m") else sequence
            return plain if _KNOWN_CSI.match(plain) else ""
        return sequence if sequence[1] in "78DEHMc" else ""


class Terminal:
    """A command running on a pseudo-terminal of `size` (columns, rows). Always close it, best with `with`."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        columns, rows = size
        self._changed = threading.Condition()
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self._outputs = 0
        self._ended = False
        self._escape_sent = 0.0
        self._master, slave = pty.openpty()
        self._set_size(columns, rows)
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _TAKE_THE_TERMINAL, *(str(part) for part in command)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd,
            env={
                **{
                    name: value
                    for name, value in os.environ.items()
                    if name not in ("NO_COLOR", "COLUMNS", "LINES")
                },
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "LANG": "C.UTF-8",
                **(env or {}),
            },
            start_new_session=True,
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, name="terminal", daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, text: str) -> None:
        """Types text, as it stands; a line break is Enter. Goes on when the program has answered."""
        self._type(text.replace("\n", "\r").encode())

    def press(self, *keys: str) -> None:
        """Presses keys named as Textual names them: `f8`, `enter`, `ctrl+s`, `shift+tab`, `a`.

        As people do, it looks at the screen between two keys: Textual hands a letter that comes in one burst
        with Tab to the field that Tab is about to leave.
        """
        for key in keys:
            self._type(key_bytes(key))
            if key == "escape":
                self._escape_sent = time.monotonic()

    def click(self, column: int, row: int, *, times: int = 1) -> None:
        """Clicks the left button at a place counted from 0, as a terminal with SGR mouse reports says it."""
        at = f"{column + 1};{row + 1}"
        self._type(f"\x1b[<0;{at}M\x1b[<0;{at}m".encode() * times)

    def write(self, data: bytes) -> None:
        """Sends bytes at once and waits for nothing: for measuring, and for what no key sends."""
        if self._escape_sent:
            silence = self._escape_sent + _ESCAPE_PAUSE - time.monotonic()
            self._escape_sent = 0.0
            if silence > 0:
                threading.Event().wait(silence)
        while data:
            try:
                data = data[os.write(self._master, data) :]
            except OSError as error:
                raise AssertionError(self._told(f"the terminal takes no more keys ({error})")) from error

    def resize(self, columns: int, rows: int) -> None:
        """Makes the window another size, and tells the program."""
        with self._changed:
            self._screen.resize(rows, columns)
        self._set_size(columns, rows)

    def lines(self) -> list[str]:
        """The screen's rows, without the blanks at their ends."""
        with self._changed:
            return [row.rstrip() for row in self._screen.display]

    def text(self) -> str:
        """The screen as text, one line a row."""
        return "\n".join(self.lines())

    @property
    def cursor(self) -> tuple[int, int]:
        """Where the cursor is: column and row, from 0."""
        with self._changed:
            return self._screen.cursor.x, self._screen.cursor.y

    def wait_for(self, what: str | re.Pattern[str], timeout: float = PATIENCE) -> str:
        """Waits until the screen shows a text or matches a pattern, and returns the screen.

        Raises AssertionError, showing the screen, after `timeout` seconds or when the program has ended.
        """
        return self._wait(lambda screen: _shows(screen, what), f"{_named(what)} did not come", timeout)

    def wait_gone(self, what: str | re.Pattern[str], timeout: float = PATIENCE) -> str:
        """Waits until the screen no longer shows it, and returns the screen; raises as `wait_for` does."""
        return self._wait(lambda screen: not _shows(screen, what), f"{_named(what)} did not go", timeout)

    def wait_ended(self, timeout: float = PATIENCE) -> int:
        """Waits until the program ends by itself, and returns its exit status; raises AssertionError."""
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(self._told(f"the program did not end in {timeout:g} s")) from None
        self._reader.join(timeout)
        return status

    def kill(self) -> None:
        """Kills the program at once (SIGKILL), as a power cut would, and waits until it is gone."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        """Ends the program, if it still runs, and lets the terminal go. May be called twice."""
        if self._master < 0:
            return
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(3)
            except subprocess.TimeoutExpired:
                self.kill()
        # Something the program left running may hold the terminal open: do not wait for it.
        self._reader.join(1)
        master, self._master = self._master, -1
        if not self._reader.is_alive():
            os.close(master)

    def _read(self) -> None:
        understood, master = _Understood(), self._master
        while True:
            try:
                data = os.read(master, 65_536)
            except OSError:  # Linux says EIO when the last program on the terminal has ended.
                data = b""
            with self._changed:
                self._outputs += 1
                if data:
                    self._stream.feed(understood.feed(data))
                else:
                    self._ended = True
                self._changed.notify_all()
            if not data:
                return

    def _type(self, data: bytes) -> None:
        before = self._outputs
        self.write(data)
        latest = time.monotonic() + _REACTION
        with self._changed:
            while self._outputs == before and not self._ended and (left := latest - time.monotonic()) > 0:
                self._changed.wait(left)
            while self._outputs != before and not self._ended and time.monotonic() < latest + _REACTION:
                before = self._outputs
                self._changed.wait(_QUIET)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _wait(self, arrived: Callable[[str], bool], otherwise: str, timeout: float) -> str:
        until = time.monotonic() + timeout
        with self._changed:
            while not arrived(screen := self.text()):
                left = until - time.monotonic()
                if self._ended:
                    raise AssertionError(self._told(f"{otherwise} before the program ended"))
                if left <= 0:
                    raise AssertionError(self._told(f"{otherwise} in {timeout:g} s"))
                self._changed.wait(left)
                self._let_it_paint()
            return screen

    def _let_it_paint(self) -> None:
        """Waits for a pause in the output: reading a whole screen for each piece of it keeps a core busy."""
        latest, before = time.monotonic() + _PAINTING, -1
        while self._outputs != before and not self._ended and time.monotonic() < latest:
            before = self._outputs
            self._changed.wait(_QUIET)

    def _told(self, what: str) -> str:
        edge = "-" * self._screen.columns
        status = self.process.poll()
        state = "running" if status is None else f"ended with {status}"
        return f"{what} (the program: {state}); the screen:\n{edge}\n{self.text()}\n{edge}"


def _shows(screen: str, what: str | re.Pattern[str]) -> bool:
    return what in screen if isinstance(what, str) else what.search(screen) is not None


def _named(what: str | re.Pattern[str]) -> str:
    return repr(what if isinstance(what, str) else what.pattern)
