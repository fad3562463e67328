"""The front door on the command line: the queue, a decision with what is missing named, signing, telling."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from familyhub.casework.opening import open_laptop
from familyhub.cli.main import main
from tests.support.families import JOAN, PASSPHRASE, second_check
from tests.support.homes import SmallHome

MANAGER = "w-ian-cross"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(small_home: SmallHome, tmp_path: Path) -> Path:
    """A home whose owner can be changed: the coordinator's first."""
    made = small_home.copy(tmp_path / "home")
    laptop = open_laptop(made, key=small_home.key)
    with laptop.store.work("hub") as work:
        work.create(
            "ref", "worker", {"name": "Ian Cross", "role": "manager", "locality": "birkenhead"}, MANAGER
        )
    laptop.store.set_settings({"worker": JOAN})
    laptop.close()
    return made


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("FAMILYHUB_HOME", str(home))
    monkeypatch.setenv("FAMILYHUB_PASSPHRASE", PASSPHRASE)

    def command(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        try:
            status = main(arguments)
        except SystemExit as stop:
            status = int(str(stop.code or 0))
        said = capsys.readouterr()
        return status, said.out, said.err

    return command


def test_a_contact_is_decided_signed_and_told_in_plain_lines(
    run: Run, home: Path, small_home: SmallHome
) -> None:
    added = run("contact", "add", "--source", "2A", "--who", "Ms Ali", "--child", "Leo Bell=20/11/2016", "--child",
                "Ana Lee", "--adult", "Gem Lee=mum", "--note", "-", "--json", stdin="Mornings are hard")  # fmt: skip
    contact = json.loads(added[1])["id"]
    status, out, _ = run("contact", "list", "--json")
    (line,) = json.loads(out)
    assert (status, line["id"], line["state"], line["time_left"]) == (0, contact, "new", "1 working day")
    assert (line["from"], line["worry"], [c["name"] for c in line["children"]]) == (
        "Ms Ali, school", "Mornings are hard", ["Leo Bell", "Ana Lee"])  # fmt: skip
    assert "Ms Ali" in run("contact", "list")[1]
    found = json.loads(run("contact", "show", contact, "--json")[1])
    assert [m["person_id"] for m in found["matches"] if m["rank"] == "strong"] == ["leo"]
    assert (
        "may be Leo Bell, Bell family: strong, same name, same birth date"
        in run("contact", "show", contact)[1]
    )

    status, _, err = run(
        "contact", "triage", contact, "--safe", "yes", "--level", "Leo=3", "--outcome", "advice"
    )
    assert status == 1
    assert "Which level of need is it for Ana, 1 to 4? (--level)" in err
    assert "Why this level for Leo? A decision is never without its reason. (--note)" in err
    assert (
        "No child of this contact is called “Tom”" in run("contact", "triage", contact, "--level", "Tom=3")[2]
    )
    status, out, _ = run("contact", "triage", contact, "--safe", "yes", "--level", "Leo=3", "--level", "Ana=2",
                         "--outcome", "advice", "--note", "-", stdin="Several needs")  # fmt: skip
    assert (status, "waits for a manager's signature" in out) == (0, True)
    assert run("contact", "sign", contact)[::2] == (1, "Only a manager signs at the front door.\n")
    assert "no outcome to tell yet" in run("contact", "reply", contact)[2]

    laptop = open_laptop(home, key=small_home.key)
    laptop.store.set_settings({"worker": MANAGER})
    laptop.close()
    assert run("contact", "sign", contact, "--return")[0] == 1
    assert run("contact", "sign", contact)[0] == 0
    assert "We have given information and advice." in run("contact", "reply", contact)[1]
    status, _, err = run("contact", "told", contact, "--on", "today")
    assert (status, "(--way)" in err) == (1, True)
    assert run("contact", "told", contact, "--on", "today", "--way", "phone")[0] == 0
    assert run("contact", "list")[1] == "Nothing waits at the front door.\n"


def test_holding_and_safe_now_name_what_is_missing(run: Run) -> None:
    contact = json.loads(
        run("contact", "add", "--source", "6", "--child", "Ana", "--note", "x", "--json")[1]
    )["id"]
    child = json.loads(run("contact", "show", contact, "--json")[1])["children"][0]["id"]
    assert "(--until)" in run("contact", "hold", contact, "--note", "School rings back")[2]
    assert run("contact", "hold", contact, "--until", "fri", "--note", "School rings back")[0] == 0
    assert "Held: School rings back" in run("contact", "list")[1]
    assert "(--note)" in run("contact", "safe", child, "yes")[2]
    assert run("contact", "safe", child, "not-known")[0] == 0
    assert "safe now not known" in run("contact", "show", contact)[1]
    assert run("contact", "match", child, "nobody", "same")[::2] == (
        1,
        "That person is in no file on this laptop.\n",
    )


def test_the_second_check_advice_and_a_disagreement_are_read_and_settled_in_plain_lines(
    run: Run, home: Path, small_home: SmallHome
) -> None:
    added = run(
        "contact",
        "add",
        "--source",
        "2A",
        "--who",
        "Ms Ali",
        "--child",
        "Ana Lee",
        "--note",
        "-",
        "--json",
        stdin="x",
    )
    contact = json.loads(added[1])["id"]
    asked = json.dumps(
        {"contact_id": contact, "question": "Is it for you?", "advice": "No", "whom": "Ms Roe"}
    )
    assert run("do", "ask_social_worker", "--json", "-", stdin=asked)[0] == 0
    entry = json.dumps({"contact_id": contact, "view": "a", "other": "b", "with_whom": "Ms Roe"})
    assert run("do", "open_disagreement", "--json", "-", stdin=entry)[0] == 0
    shown = json.loads(run("contact", "show", contact, "--json")[1])
    assert (shown["second_check"]["state"], "gate" in shown) == ("local", False)
    assert shown["advice"][0]["waits"] == "no decision recorded yet"
    assert (shown["disagreements"][0]["stage"], shown["disagreements"][0]["with"]) == (1, "Ms Roe")
    text = run("contact", "show", contact)[1]
    assert "Checked only against what is on this laptop" in text
    assert "Early help goes on meanwhile." in text
    status, _, wrong = run("contact", "gate")
    assert (status, "read by a gatekeeper alone" in wrong) == (1, True)
    laptop = open_laptop(home, key=small_home.key)
    with laptop.store.work("hub") as work:
        work.create(
            "ref", "worker", {"name": "Nia Bell", "role": "gatekeeper", "locality": "birkenhead"}, "w-nia"
        )
    second_check(laptop, contact, "rings")
    laptop.store.set_settings({"worker": "w-nia"})
    laptop.close()
    (line,) = json.loads(run("contact", "gate", "--json")[1])
    assert (line["id"], line["gate"]["found"]) == (contact, [])
    status, _, wrong = run("contact", "rung", contact)
    assert (status, "(--whom or --nobody)" in wrong) == (1, True)
    assert run("contact", "rung", contact, "--whom", "Sam Doyle")[0] == 0
    assert run("contact", "gate")[1].strip() == "Nothing is to be read."
    assert "recorded as done" in run("contact", "show", contact)[1]


def test_a_step_down_that_came_as_a_contact_is_answered_by_name_in_plain_lines(run: Run) -> None:
    contact = json.loads(run("contact", "add", "--source", "5A", "--who", "Ruth Lane", "--child", "Ana Lee", "--note", "-",
                             "--json", stdin="The plan is done")[1])["id"]  # fmt: skip
    asking = {
        "contact_id": contact,
        "reason": "Done",
        "service": "CIN team",
        "attached": "their plan",
        "told": "agrees",
    }
    status, out, _ = run("do", "ask_step_down", "--json", "-", stdin=json.dumps(asking))
    asked = json.loads(out)["id"]
    text = run("contact", "show", contact)[1]
    assert (status, f"Step down, CIN team: asked for, Thu 12 Mar. Because: Done [{asked}]" in text) == (
        0,
        True,
    )
    [child] = json.loads(run("contact", "show", contact, "--json")[1])["children"]
    accept = {"family_id": "", "handshake_id": asked, "handover_on": "today", "levels": {child["id"]: "2"}}
    status, _, err = run("do", "accept_step", "--json", "-", stdin=json.dumps(accept))
    assert status == 1
    assert "Is Ana safe now?" in err
    assert "Who of social care was at the handover meeting?" in err
    accept |= {"safe": {child["id"]: "yes"}, "handover_with": "Ruth Lane"}
    assert run("do", "accept_step", "--json", "-", stdin=json.dumps(accept))[0] == 0
    family = json.loads(run("contact", "show", contact, "--json")[1])["family_id"]
    [one] = json.loads(run("family", "show", family, "--json")[1])["handshakes"]
    assert (one["state"], one["contact_id"], one["steps"][0]["handover_with"]) == (
        "accepted",
        contact,
        "Ruth Lane",
    )
