"""Meetings on the command line: a list, papers and minutes for a named reader, written through ``familyhub do``."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from familyhub.casework import meetings
from familyhub.casework.meeting_entries import ChildAt, Guest, MeetingEntry
from familyhub.cli.main import main
from tests.support.families import BELL, PASSPHRASE
from tests.support.homes import SmallHome

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    small_home: SmallHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """The command line on a home in which the Bells have met once."""
    laptop = small_home.laptop(tmp_path / "home")
    entry = MeetingEntry(
        BELL, guests=[Guest(person_id="dawn", state="came")], decision="continue", next_due="in 6 weeks",
        summary="Good weeks.", summary_readers="family",
        children=[ChildAt("leo", views="Loud."), ChildAt("mia", none_because="Asleep"), ChildAt("jade", none_because="x")],
    )  # fmt: skip
    meetings.hold_meeting(laptop, entry)
    laptop.close()
    monkeypatch.setenv("FAMILYHUB_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FAMILYHUB_PASSPHRASE", PASSPHRASE)

    def command(*arguments: str, entry: object = None) -> tuple[int, str, str]:
        body = io.BytesIO(json.dumps(entry).encode())
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(body, encoding="utf-8"))
        try:
            status = main(arguments)
        except SystemExit as stop:
            status = int(str(stop.code or 0))
        said = capsys.readouterr()
        return status, said.out, said.err

    return command


def test_papers_and_minutes_are_read_for_a_named_reader_and_written_by_do(run: Run) -> None:
    [listed] = json.loads(run("meeting", "list", "bell", "--json")[1])
    assert (listed["state"], listed["decision"], listed["came"]) == ("held", "continue", ["Dawn"])
    said = json.loads(run("meeting", "minutes", "bell", "--for", "family", "--to", "dawn", "--json")[1])
    assert (said["meeting_id"], said["for"], said["to"]) == (listed["id"], "family", "dawn")
    assert "  Good weeks." in said["lines"]
    assert "Loud." not in "\n".join(said["lines"])
    out = run("meeting", "papers", "bell", "--for", "workers")[1]
    assert out.startswith("Papers: Next meeting, Bell family\n")
    assert "Loud." in out
    status, _, wrong = run("do", "hold_meeting", "--json", "-", entry={"family_id": "bell"})
    assert status == 1
    assert "Who came?" in wrong


def test_a_reader_who_is_none_is_refused_in_a_sentence(run: Run) -> None:
    assert "is no reader" in run("meeting", "papers", "bell", "--for", "everybody")[2]
    assert "goes with --for family" in run("meeting", "minutes", "bell", "--to", "dawn")[2]
    assert "nobody in this family" in run("meeting", "papers", "bell", "--for", "family", "--to", "tia")[2]
