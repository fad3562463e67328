"""The terminal of the tests, on a small Textual app."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.terminal import Terminal, key_bytes

APP = """
import os
from textual.app import App
from textual.widgets import Footer, Input, Label, Static

class Small(App):
    CSS = "#styled { text-style: bold underline; color: #ff8800; }"
    BINDINGS = [("f8", "worry", "Worried"), ("ctrl+s", "save", "Save"), ("escape", "back", "Back")]

    def compose(self):
        yield Static("Ordnung in Wörtern · café ✓", id="styled")
        yield Input(placeholder="Name")
        yield Input(placeholder="Place")
        yield Label("", id="said")
        yield Footer()

    def say(self, words):
        self.query_one("#said", Label).update(words)

    def action_worry(self): self.say("worried about a child")
    def on_descendant_focus(self, event):
        if getattr(event.widget, "placeholder", "") == "Place": self.say("in Place")
    def action_save(self): self.say("saved " + " / ".join(i.value for i in self.query(Input)))
    def action_back(self): self.say("gone back")
    def on_key(self, event): self.title = event.key
    def on_resize(self, event): self.say(f"now {event.size.width} by {event.size.height}")
    def on_click(self, event): self.say(f"clicked {event.screen_x},{event.screen_y}")
    def on_input_submitted(self, event): self.exit(return_code=3)

app = Small()
app.run()
raise SystemExit(app.return_code)
"""


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    script = tmp_path / "small.py"
    script.write_text(APP, encoding="utf-8")
    with Terminal([sys.executable, script], size=(60, 16)) as running:
        running.wait_for("now 60 by 16")
        yield running


def test_the_screen_shows_what_the_app_painted_and_nothing_else(terminal: Terminal) -> None:
    lines = terminal.lines()
    assert lines[0] == "Ordnung in Wörtern · café ✓"
    assert len(lines) == 16
    assert all(len(line) <= 60 for line in lines)
    assert not re.search(r"\d+[;$]|\[[?<>=]|\x1b", terminal.text())


def test_what_is_typed_arrives_in_the_field_that_has_the_focus(terminal: Terminal) -> None:
    terminal.send("Zoë")
    terminal.press("tab")
    terminal.wait_for("in Place")
    terminal.press("a", "B", "space", "9", "left", "backspace", "end", "ctrl+s")
    terminal.wait_for("saved Zoë / aB9")


def test_function_keys_and_a_pattern_to_wait_for(terminal: Terminal) -> None:
    terminal.press("f8")
    terminal.wait_for(re.compile(r"worried about a \w+"))
    terminal.press("ctrl+s")
    terminal.wait_gone("worried about")


def test_escape_is_escape_even_when_a_letter_follows_at_once(terminal: Terminal) -> None:
    terminal.press("escape", "x")
    terminal.wait_for("gone back")
    terminal.wait_for(re.compile(r"^\W*x\W*$", re.MULTILINE))


def test_a_click_arrives_where_it_was_made(terminal: Terminal) -> None:
    terminal.click(4, 0)
    terminal.wait_for("clicked 4,0")


def test_another_size_is_told_to_the_app(terminal: Terminal) -> None:
    terminal.resize(90, 20)
    terminal.wait_for("now 90 by 20")
    assert len(terminal.lines()) == 20


def test_waiting_in_vain_shows_the_screen(terminal: Terminal) -> None:
    with pytest.raises(AssertionError, match=r"(?s)'never' did not come in 0\.2 s.*running.*Ordnung"):
        terminal.wait_for("never", timeout=0.2)


def test_waiting_ends_when_the_program_does(terminal: Terminal) -> None:
    terminal.press("enter")
    with pytest.raises(AssertionError, match="before the program ended"):
        terminal.wait_for("never", timeout=20)
    assert terminal.wait_ended() == 3


def test_killing_leaves_no_process(terminal: Terminal) -> None:
    terminal.kill()
    assert terminal.process.returncode == -9


@pytest.mark.parametrize("cut", range(1, 40))
def test_sequences_newer_than_the_emulator_leave_no_trace_wherever_they_are_cut(cut: int) -> None:
    from tests.support.terminal import _Understood

    modern = (
        "\x1b[?2026h\x1b[>1u\x1b[>q\x1b[?2048$p\x1b[=5;1u\x1b[<u\x1b]11;?\x1b\\\x1bP>|x\x1b\\\x1b_Gi=1\x1b\\"
        "\x1b[4:3;31mé\x1b[2 q\x1b[?u\x1b[c\x1b(B\x1b[?2026l"
    ).encode()
    understood = _Understood()
    assert understood.feed(modern[:cut]) + understood.feed(modern[cut:]) == (
        "\x1b[?2026h\x1b[;31mé\x1b[c\x1b[?2026l"
    )


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("f1", b"\x1bOP"),
        ("f8", b"\x1b[19~"),
        ("shift+f5", b"\x1b[15;2~"),
        ("ctrl+left", b"\x1b[1;5D"),
        ("shift+tab", b"\x1b[Z"),
        ("ctrl+s", b"\x13"),
        ("alt+x", b"\x1bx"),
        ("+", b"+"),
        ("é", "é".encode()),
    ],
)
def test_keys_are_the_bytes_that_xterm_sends(key: str, sent: bytes) -> None:
    assert key_bytes(key) == sent


@pytest.mark.parametrize("key", ["contrl+s", "ctrl+1", "f13", "shift+a"])
def test_a_key_that_xterm_cannot_send_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"no such key|no bytes of its own"):
        key_bytes(key)
