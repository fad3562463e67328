"""What the tables of the bench say: met, missed, not run; a peer that is absent is never counted as met."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.beside.__main__ import main
from bench.beside.ground import Sizes
from bench.table import Figure, show

FEW = Sizes(records=60, repeat=1)
VERDICT = re.compile(r"  (met|MISSED|not run|information)\b")


def verdicts(table: str) -> dict[str, str]:
    """The verdict on each line between the head of a table and its closing line, by what the line is about."""
    lines = table.splitlines()[1:-1]
    return {re.split(r"  +", line)[0]: VERDICT.findall(line)[-1] for line in lines}


def test_a_figure_is_met_at_its_mark_and_missed_beyond_it() -> None:
    table = show(
        [
            Figure("quick", 0.2, 0.2, detail="1 s / 5 s"),
            Figure("slow", 0.21, 0.2),
            Figure("kept", 1000, 1000, "", at_least=True),
            Figure("one lost", 999, 1000, "", at_least=True),
        ]
    )
    assert verdicts(table) == {"quick": "met", "slow": "MISSED", "kept": "met", "one lost": "MISSED"}
    assert table.splitlines()[-1] == "2 met, 2 missed"


def test_what_was_not_run_is_neither_met_nor_missed_and_says_why() -> None:
    table = show([Figure("push", None, 0.2, detail="there is no node"), Figure("copy", 35.0, None)])
    assert verdicts(table) == {"push": "not run", "copy": "information"}
    assert table.splitlines()[1].endswith("there is no node")
    assert table.splitlines()[-1] == "0 met, 0 missed, 1 not run"


def test_without_node_ours_is_measured_and_the_peer_is_said_not_to_be_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["--rows", "2"], FEW) == 0
    said = capsys.readouterr()
    why = "PouchDB is not run beside FamilyHub: there is no node on this machine."
    assert said.err.count(why) == 1
    beside_pouchdb, beside_json = said.out.splitlines()[1:-1]
    assert verdicts(said.out) == {
        "2 … bytes both ways / PouchDB": "not run",
        "2 … bytes / zstd of the JSON of the records": "MISSED",  # so few records cost more than their text
    }
    assert why in beside_pouchdb
    assert re.search(r" \d+\.\d{3} × +≤ +1\.150 ×", beside_json)
    assert said.out.splitlines()[-1] == "0 met, 1 missed, 1 not run"


def test_rows_that_are_none_are_refused_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--rows", "1,x"])
    assert "rows are numbers from 1 to 9, for example 1,4" in capsys.readouterr().err
