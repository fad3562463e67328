"""Agreement, sharing and assessment on the command line: what ``family show`` says, and one person's copy."""

from __future__ import annotations

import json

from tests.cli.test_command_line import Run, home, run
from tests.support.families import BELL, day

__all__ = ["home", "run"]


def test_a_family_shows_its_agreement_its_sharing_and_its_assessment(run: Run) -> None:
    def do(name: str, **entry: object) -> None:
        assert run("do", name, "--json", "-", stdin=json.dumps({"family_id": BELL, **entry}).encode())[0] == 0

    value = json.loads(run("family", "show", BELL, "--json")[1])
    assert value["assessment"] is None
    assert [(a["person"], a["state"], a["agencies"], a["not_agencies"]) for a in value["agreement"]] == [
        ("Dawn", "agreed", ["school", "health visitor"], ["housing"]), ("Craig", "not_asked", [], []),
    ]  # fmt: skip
    do("log_sharing", agency="school", what="The chart", why="She uses it too")
    do("withdraw_agreement", person_id="dawn", safe_to_stop="no", stop_why="The cupboard")
    do("start_assessment", started=day(-20))
    do("write_section", section="parenting", texts={"strengths": "Plays"}, score=4)
    value = json.loads(run("family", "show", BELL, "--json")[1])
    assert (value["agreement"][0]["state"], value["agreement"][0]["opinion_asked"], value["agreement"][0]["safe_to_stop"]) == (
        "withdrawn", True, "no",
    )  # fmt: skip
    assert [(s["agency"], s["basis"], s["within"], s["told"]) for s in value["sharing"]] == [
        ("school", "public_task", "Dawn", True)
    ]
    found = value["assessment"]
    assert (found["state"], found["started"], found["due"], found["completed"]) == (
        "started",
        day(-20),
        day(-6),
        None,
    )
    parenting = next(s for s in found["sections"] if s["section"] == "parenting")
    assert (parenting["texts"]["strengths"]["text"], parenting["score"]) == ("Plays", 4)
    assert {
        "section": "parenting",
        "person_id": None,
        "field": "worries",
        "words": "Parenting: worries",
    } in found["still_needed"]
    plain = run("family", "show", BELL)[1]
    assert "Agreement: Dawn, withdrawn" in plain
    assert "a manager's view is asked." in plain
    assert "Assessment: being written, started Fri 20 Feb, council." in plain
    due = [line for line in json.loads(run("today", "--json")[1]) if line["act"] == "open_assessment"]
    assert [line["reason"] for line in due] == ["late: was due Fri 6 Mar, started 20 Feb"]


def test_a_copy_is_one_persons_and_refused_where_there_is_none(run: Run) -> None:
    assert (
        run("family", "copy", BELL, "--of", "assessment", "--for", "dawn")[2]
        == "There is no assessment of theirs to give a copy of yet.\n"
    )
    assert run("family", "copy", BELL, "--of", "agreement", "--for", "ghost")[0] == 1
    assert run("family", "copy", BELL, "--of", "plan", "--for", "dawn")[0] == 2
    status, said, _ = run("family", "copy", BELL, "--of", "agreement", "--for", "dawn", "--json")
    assert status == 0
    assert {line["heading"]: line["text"] for line in json.loads(said)} == {
        "What you said": "agreed", "On": "Thu 5 Feb", "Who may know and help": "school, health visitor", "Who may not": "housing",
    }  # fmt: skip
