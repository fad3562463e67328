"""Meetings on the command line: a list, papers and minutes for a named reader, written through ``familyhub do``."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from familyhub.cli.main import main
from tests.support.families import PASSPHRASE
from tests.support.homes import SmallHome

Run = Callable[..., tuple[int, str, str]]
HELD: dict[str, Any] = {
    "family_id": "bell", "guests": [{"person_id": "dawn", "state": "came"}], "decision": "continue", "next_due": "in 6 weeks",
    "summary": "Good weeks.", "summary_readers": "family",
    "children": [{"person_id": "leo", "views": "Loud.", "views_readers": "workers"},
                 {"person_id": "mia", "none_because": "Asleep"}, {"person_id": "jade", "none_because": "Away"}],
}  # fmt: skip


@pytest.fixture
def run(
    small_home: SmallHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    monkeypatch.setenv("FAMILYHUB_HOME", str(small_home.copy(tmp_path / "home")))
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


def test_a_meeting_is_written_by_do_and_its_papers_and_minutes_are_read_for_a_named_reader(run: Run) -> None:
    assert run("meeting", "minutes", "bell")[::2] == (
        1, "No meeting was held yet: there are no minutes. `meeting papers` gives the papers for the next.\n",
    )  # fmt: skip
    status, _, wrong = run("do", "hold_meeting", "--json", "-", entry={"family_id": "bell"})
    assert status == 1
    assert "Who came?" in wrong
    status, out, _ = run("do", "hold_meeting", "--json", "-", entry=HELD)
    assert status == 0
    held = json.loads(out)["id"]
    [listed] = json.loads(run("meeting", "list", "bell", "--json")[1])
    assert (listed["id"], listed["state"], listed["decision"], listed["came"]) == (
        held,
        "held",
        "continue",
        ["Dawn"],
    )
    said = json.loads(run("meeting", "minutes", "bell", "--for", "family", "--to", "dawn", "--json")[1])
    assert (said["meeting_id"], said["for"], said["to"]) == (held, "family", "dawn")
    assert "  Good weeks." in said["lines"]
    assert "Loud." not in "\n".join(said["lines"])
    assert "Loud." in run("meeting", "minutes", "bell", "--for", "workers")[1]
    papers = json.loads(run("meeting", "papers", "bell", "--json")[1])
    assert (papers["meeting_id"], papers["for"]) == (None, "professionals")
    assert papers["lines"][0] == "Papers: Next meeting, Bell family"


def test_a_reader_who_is_none_is_refused_in_a_sentence(run: Run) -> None:
    assert "is no reader" in run("meeting", "papers", "bell", "--for", "everybody")[2]
    assert "goes with --for family" in run("meeting", "papers", "bell", "--to", "dawn")[2]
    assert "nobody in this family" in run("meeting", "papers", "bell", "--for", "family", "--to", "tia")[2]
    assert run("meeting", "papers", "gone")[0] == 1
