"""The Desk on the command line: who waits, who could take a family on, a hand-over's page; writing by the name of the act."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from familyhub.casework.opening import open_laptop
from tests.cli.test_front_door import Run, home, run
from tests.support.families import ASHA, BELL, HUGHES, SAM
from tests.support.homes import SmallHome

__all__ = ["home", "run"]


@pytest.mark.usefixtures("home")
def test_the_desk_is_read_and_worked_in_plain_lines(run: Run) -> None:
    status, out, _ = run("desk", "--json")
    assert status == 0
    page = json.loads(out)
    (waiting,) = page["waiting"]
    assert (waiting["family_id"], waiting["held"], waiting["holder"], waiting["check"]) == (
        "okafor",
        False,
        None,
        "unknown",
    )
    assert {w["id"]: (w["families"], w["weight"], w["limit"]) for w in page["workers"]} == {
        ASHA: (2, 4, 30),
        SAM: (1, 2, 30),
    }
    assert [(f["family_id"], [w["worker"] for w in f["workers"]]) for f in page["families"]] == [
        (BELL, [ASHA, SAM]),
        (HUGHES, [ASHA]),
    ]
    cover = {
        "worker_id": ASHA,
        "cover_id": SAM,
        "from_on": "today",
        "to_on": "in 2 days",
        "family_ids": [HUGHES],
    }
    assert run("do", "give_cover", "--json", "-", stdin=json.dumps(cover))[0] == 0
    (given,) = json.loads(run("desk", "--json")[1])["covers"]
    assert (given["family_id"], given["worker"], given["for"], given["to"]) == (
        HUGHES,
        SAM,
        ASHA,
        "2026-03-14",
    )
    best = json.loads(run("desk", "--family", "okafor", "--json")[1])
    assert [b["worker"] for b in best] == [SAM, ASHA], "who is away stands behind"
    assert all(b["reasons"] for b in best)
    handing = {"family_id": HUGHES, "to_id": SAM, "family_told": True, "promised": "Ring on Monday"}
    assert run("do", "hand_over", "--json", "-", stdin=json.dumps(handing))[0] == 0
    lines = run("desk")[1]
    assert "Hughes family: Sam Doyle" in lines
    assert (
        "Works with it: Asha Rahman, lead worker; Sam Doyle, lead worker."
        in run("desk", "--hand-over", BELL)[1]
    )


def test_what_is_wrong_at_the_desk_is_one_sentence_and_only_the_desk_reads_it(
    run: Run, home: Path, small_home: SmallHome
) -> None:
    wrong = {"family_id": HUGHES, "worker_id": SAM}
    assert run("do", "allocate", "--json", "-", stdin=json.dumps(wrong)) == (
        1, "", "Asha Rahman holds this family: hand it over instead.\n",
    )  # fmt: skip
    assert run("desk", "--family", "nowhere")[0] == 1
    assert run("desk", "--hand-over", "okafor")[2].startswith(
        "The file of the Okafor family is not on this laptop"
    )
    laptop = open_laptop(home, key=small_home.key)
    laptop.store.set_settings({"worker": ASHA})
    laptop.close()
    assert run("desk") == (
        1,
        "",
        "The Desk is for a coordinator or manager of the locality. Ask one of them.\n",
    )
