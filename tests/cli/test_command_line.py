"""The command line as a contract: shapes, exit statuses, and no secret in a process list."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import NoneType
from typing import Any

import pytest

from familyhub.casework.acts import ACTS
from familyhub.cli.main import main
from tests.support.families import PASSPHRASE
from tests.support.homes import ROOT, SmallHome

TEXT_OR_NONE = (str, NoneType)
BOX = set("─│┌┐└┘├┤┬┴┼═║╔╗╚╝╭╮╯╰▀▄█░▒▓•→✓✔✗")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(small_home: SmallHome, tmp_path: Path) -> Path:
    return small_home.copy(tmp_path / "home")


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``main`` in this process on a demonstration: (exit status, stdout, stderr)."""
    monkeypatch.setenv("FAMILYHUB_HOME", str(home))
    monkeypatch.setenv("FAMILYHUB_PASSPHRASE", PASSPHRASE)
    monkeypatch.delenv("FAMILYHUB_HUB", raising=False)

    def command(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        try:
            status = main(arguments)
        except SystemExit as stop:
            status = int(str(stop.code or 0))
        said = capsys.readouterr()
        return status, said.out, said.err

    return command


@pytest.fixture
def real(home: Path) -> Path:
    """The same home, no demonstration any more."""
    vault = home / "store.vault"
    vault.write_text(json.dumps({**json.loads(vault.read_text()), "demonstration": False}))
    return home


def shape(value: Any, wanted: Any) -> bool:
    """Whether JSON has at least the wanted keys with values of the wanted types."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(k in value and shape(value[k], w) for k, w in wanted.items())
    if isinstance(wanted, list):
        return isinstance(value, list) and all(shape(v, wanted[0]) for v in value)
    if wanted is int:
        return type(value) is int
    return isinstance(value, wanted)


def two_answers(run: Run) -> str:
    rev = next(
        a["rev"]
        for a in json.loads(run("family", "show", "bell", "--json")[1])["actions"]
        if a["id"] == "letter"
    )
    for due in ("2026-03-20", "2026-03-27"):
        assert run("action", "update", "letter", "--due", due, "--rev", rev)[0] == 0
    return str(json.loads(run("differences", "--json")[1])[0]["id"])


CHILD = {"id": str, "name": str, "age": (int, NoneType)}
DIFFERENCE = {"id": str, "entity": str, "row_id": str, "field": str, "shown": TEXT_OR_NONE, "rev": str,
              "values": [{"value": TEXT_OR_NONE, "by": str, "at": str}]}  # fmt: skip
FAMILY = {"id": str, "name": str, "locality": str, "ward": str, "level": TEXT_OR_NONE, "lead": str, "held": bool,
          "children": [CHILD]}  # fmt: skip
SHAPES: dict[tuple[str, ...], Any] = {
    ("today",): [{"rank": int, "family_id": TEXT_OR_NONE, "reason": str, "act": str, "due": TEXT_OR_NONE}],
    ("families",): [FAMILY],
    ("family", "show", "bell"): {
        **FAMILY, "visits": [{"id": str, "on": str, "by": str, "note": str, "seen": [str], "seen_alone": [str]}],
        "actions": [{"id": str, "what": str, "owner": str, "agency": str, "due": TEXT_OR_NONE, "status": str,
                     "progress": [{"on": str, "by": str, "text": str}], "rev": str}],
        "differences": [DIFFERENCE],
    },
    ("plan", "check", "bell"): {"family_id": str, "findings": [{"code": str, "about": {"kind": str, "id": str}, "text": str,
                                                               "kept": (dict, NoneType)}]},
    ("search", "chart"): [{"kind": str, "id": str, "family_id": TEXT_OR_NONE, "text": str}],
    ("differences",): [DIFFERENCE],
    ("status",): {"waiting": int, "sent": int, "received": int, "set_aside": int, "last_contact": TEXT_OR_NONE,
                  "hub": {"url": str, "reachable": bool}},
}  # fmt: skip


@pytest.mark.parametrize("command", SHAPES, ids=" ".join)
def test_the_json_has_the_promised_shape(command: tuple[str, ...], run: Run) -> None:
    two_answers(run)
    status, out, err = run(*command, "--json")
    assert (status, err) == (0, "")
    value = json.loads(out)
    assert value
    assert shape(value, SHAPES[command]), out[:2000]


def test_what_the_json_says_is_so(run: Run) -> None:
    identity = two_answers(run)
    families = {f["id"]: f for f in json.loads(run("families", "--json")[1])}
    assert (families["okafor"]["held"], families["okafor"]["level"], families["okafor"]["children"]) == (
        False,
        None,
        [],
    )
    ages = {c["id"]: c["age"] for c in families["bell"]["children"]}
    assert ages == {"jade": 15, "leo": 9, "mia": 4, "unborn": None}
    ranks = [t["rank"] for t in json.loads(run("today", "--json")[1])]
    assert ranks == list(range(1, len(ranks) + 1))
    (difference,) = json.loads(run("differences", "--json")[1])
    assert (difference["id"], [v["value"] for v in difference["values"]]) == (
        identity,
        ["2026-03-20", "2026-03-27"],
    )
    visits = {v["id"]: v for v in json.loads(run("family", "show", "bell", "--json")[1])["visits"]}
    assert visits["visit-1"]["seen"] == ["leo", "mia"]
    assert visits["visit-1"]["seen_alone"] == ["leo"]
    assert visits["visit-1"]["by"] == "w-asha-rahman"


WRITING: list[tuple[tuple[str, ...], bytes]] = [
    (("visit", "log", "--family", "bell", "--on", "2026-03-12", "--start", "10:30", "--safe", "not-sure", "--seen",
      "leo=talked", "--seen-alone", "mia", "--not-seen", "jade=at school", "--note", "-"), "Fine. \U0001f600".encode()),
    (("note", "add", "--family", "bell", "--note", "a demonstration"), b""),
    (("action", "update", "gp", "--status", "done", "--due", "2026-04-01", "--note", "-"), b"seen"),
    (("contact", "add", "--source", "2A", "--child", "Ana Lee=2019-01-02", "--note", "-"), b"hungry"),
    (("do", "add_note"), b'{"family_id": "bell", "text": "x"}'),
    (("do", "add_note", "-"), b'{"family_id": "bell", "text": "x"}'),
]  # fmt: skip


@pytest.mark.parametrize(("command", "stdin"), WRITING, ids=lambda v: v[0] if isinstance(v, tuple) else "")
def test_writing_prints_what_became_of_it(command: tuple[str, ...], stdin: bytes, run: Run) -> None:
    status, out, err = run(*command, "--json", stdin=stdin)
    assert (status, err) == (0, "")
    value = json.loads(out)
    assert shape(value, {"id": str, "saved": bool, "waiting": int})
    assert value["saved"] is True
    assert value["waiting"] >= 1


@pytest.mark.parametrize(("option", "value"), [("--take", "1"), ("--value", "2026-03-20")])
def test_a_difference_is_decided(option: str, value: str, run: Run) -> None:
    identity = two_answers(run)
    assert shape(
        json.loads(run("difference", "decide", identity, option, value, "--json")[1]),
        {"id": str, "saved": bool, "waiting": int},
    )
    assert json.loads(run("differences", "--json")[1]) == []


def test_a_decision_with_its_reason_is_told_and_undone(run: Run) -> None:
    identity = two_answers(run)
    command = ("difference", "decide", identity, "--take", "1", "--reason", "-", "--json")
    assert run(*command, stdin="Dawn asked · Zoë".encode())[0] == 0
    (told,) = json.loads(run("decisions", "--json")[1])
    assert (told["kind"], told["reason"], told["readers"], told["can_undo"]) == (
        "taken",
        "Dawn asked · Zoë",
        "workers",
        True,
    )
    assert "you kept your own. Why: Dawn asked" in run("decisions")[1]
    for which, again in ((identity, 0), (identity, 1)):
        status, out, err = run("difference", "undo", which, "--json")
        assert (status, len(err.splitlines())) == (again, again)
        assert again or shape(json.loads(out), {"id": str, "saved": bool, "waiting": int})
    (back,) = json.loads(run("differences", "--json")[1])
    assert (back["id"], [v["value"] for v in back["values"]]) == (identity, ["2026-03-20", "2026-03-27"])


def test_a_difference_is_told_in_words_and_can_be_asked_about(run: Run) -> None:
    identity = two_answers(run)
    assert run("difference", "ask", identity, "--note", "-", stdin=b"Which day?")[0] == 0
    out = run("differences")[1]
    for words in (
        "by when: 2 answers stand",
        "1. Fri 20 Mar, by you",
        "Before: Thu 12 Mar.",
        "Asha Rahman asks, Thu 12 Mar: Which day?",
    ):
        assert words in out
    (told,) = json.loads(run("differences", "--json")[1])
    assert [a["text"] for a in told["asked"]] == ["Which day?"]
    assert [(v["words"], v["offline"]) for v in told["values"]] == [
        ("Fri 20 Mar", False),
        ("Fri 27 Mar", False),
    ]


REFUSED: list[tuple[tuple[str, ...], bytes, str]] = [
    (("visit", "log", "--on", "today", "--safe", "no", "--note", "-"), b"x", "--family"),
    (("visit", "log", "--family", "bell", "--safe", "no", "--note", "-"), b"x", "--on"),
    (("visit", "log", "--family", "bell", "--on", "today", "--note", "-"), b"x", "--safe"),
    (("visit", "log", "--family", "bell", "--on", "today", "--safe", "no", "--seen", "leo"), b"", "--note"),
    (("visit", "log", "--family", "bell", "--on", "today", "--safe", "no", "--seen", "leo", "--note", "-"), b"x", "jade"),
    (("visit", "log", "--family", "bell", "--on", "12/3/2027", "--safe", "no", "--note", "-"), b"x", "has not come yet"),
    (("note", "add", "--family", "bell", "--note", "-"), b"", "The note is empty"),
    (("note", "add", "--family", "nobody", "--note", "-"), b"x", "not on this laptop"),
    (("note", "add", "--family", "\udcff", "--note", "-"), b"x", "not on this laptop"),
    (("note", "add", "--family", "bell", "--note-file", "no such file"), b"", "cannot be read"),
    (("action", "update", "gp"), b"", "Nothing to save yet"), (("action", "update", "\udcff", "--status", "done"), b"", "no text"),
    (("difference", "decide", "no such", "--take", "1"), b"", "no such difference"),
    (("difference", "undo", "no such"), b"", "no decision to undo"), (("difference", "ask", "no such"), b"", "no such difference"),
    (("difference", "decide", "d", "--value", "-", "--reason", "-"), b"x", "Standard input holds one text"),
    (("search", "-"), b"", "What shall be searched for"), (("family", "show", "nobody"), b"", "not on this laptop"),
    (("do", "fly"), b"{}", "There is no act"), (("do", "add_note"), b"\xff\xfe\x00", "not an entry"),
    (("sync",), b"", "not enrolled"), (("today", "--passphrase-file", "no such file"), b"", "cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "stdin", "sentence"), REFUSED, ids=lambda v: v if isinstance(v, str) else ""
)
def test_what_cannot_be_done_is_one_sentence_on_stderr_and_exit_status_1(
    command: tuple[str, ...], stdin: bytes, sentence: str, run: Run
) -> None:
    status, out, err = run(*command, stdin=stdin)
    assert (status, out) == (1, "")
    assert sentence in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "command",
    [("fly",), ("family",), ("note", "add"), ("search",), ("action", "update"), ("today", "--fast")],
)
def test_wrong_usage_is_exit_status_2(command: tuple[str, ...], run: Run) -> None:
    assert run(*command)[0] == 2


@pytest.mark.parametrize(
    "command",
    [("note", "add", "--family", "bell", "--note", "zqsecret"), ("search", "zqsecret"), ("families", "zqsecret"),
     ("difference", "decide", "d", "--value", "zqsecret"), ("difference", "decide", "d", "--take", "1", "--reason", "zqsecret"),
     ("difference", "ask", "d", "--note", "zqsecret"), ("action", "update", "gp", "--note", "zqsecret")],
    ids=" ".join,
)  # fmt: skip
def test_text_on_the_command_line_is_refused_outside_demonstrations(
    command: tuple[str, ...], run: Run, real: Path, tmp_path: Path
) -> None:
    phrase = tmp_path / "phrase"
    phrase.write_text(PASSPHRASE + "\n")
    status, out, err = run(*command, "--passphrase-file", str(phrase))
    assert (status, out) == (1, "")
    assert "process list" in err
    assert "zqsecret" not in err


def test_a_passphrase_in_the_environment_is_refused_outside_demonstrations(run: Run, real: Path) -> None:
    status, _, err = run("today")
    assert status == 1
    assert "FAMILYHUB_PASSPHRASE is taken in demonstrations only" in err
    assert PASSPHRASE not in err


def test_a_code_on_the_command_line_is_refused_outside_demonstrations(
    run: Run, real: Path, tmp_path: Path
) -> None:
    phrase = tmp_path / "phrase"
    phrase.write_text(PASSPHRASE)
    status, _, err = run("enrol", "http://127.0.0.1:1", "ZQCODE", "--passphrase-file", str(phrase))
    assert status == 1
    assert "A code on the command line" in err
    assert "ZQCODE" not in err


def test_a_wrong_passphrase_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAMILYHUB_PASSPHRASE", "four quiet grey goats")
    assert run("today") == (
        1,
        "",
        "That passphrase does not open this store. Check capitals and spaces, and try again.\n",
    )


def test_bytes_that_are_no_text_do_no_harm_on_standard_input(run: Run) -> None:
    for command in (("search", "-"), ("families", "-")):
        assert run(*command, stdin=b"\xff\xfe\x00 zq")[0] == 0
    assert run("note", "add", "--family", "bell", "--note", "-", stdin=os.urandom(2000))[0] == 0
    assert run("note", "add", "--family", "bell", "--note", "-", stdin=b"line\r\n" * 20_000)[0] == 0


PLAIN = [("today",), ("families",), ("family", "show", "bell"), ("search", "chart"), ("differences",), ("decisions",), ("status",),
         ("check",), ("do",)]  # fmt: skip


@pytest.mark.parametrize("command", PLAIN, ids=" ".join)
def test_plain_output_has_lines_of_text_and_no_boxes(command: tuple[str, ...], run: Run) -> None:
    run("note", "add", "--family", "bell", "--note", "a\x1b[31mb [red]c[/]")
    with_control = {"family_id": "bell", "text": "x\x1b]0;title\x07y"}
    run("do", "add_note", stdin=json.dumps(with_control).encode())
    status, out, err = run(*command)
    assert (status, err) == (0, "")
    assert out.strip()
    assert not BOX & set(out)
    assert not [c for c in out if c < " " and c != "\n"]


def test_what_a_newer_version_wrote_cannot_steer_the_terminal(
    run: Run, home: Path, small_home: SmallHome
) -> None:
    from familyhub.store.laptop import LaptopStore

    store = LaptopStore.with_key(home, small_home.key, demonstration=True)
    with store.work("w") as work:
        work.create("fam:bell", "note", {"on": "2026-03-12", "kind": "event", "text": "zq\x1b[2Jgone\x9b1m"})
    store.close()
    out = run("family", "show", "bell")[1]
    assert "zq" in out
    assert "\x1b" not in out
    assert "\x9b" not in out


def test_do_knows_every_act_of_the_registry(run: Run) -> None:
    assert [a["name"] for a in json.loads(run("do", "--json")[1])] == list(ACTS)


def test_doctor_tells_no_record(run: Run) -> None:
    status, out, _ = run("doctor", "--json")
    assert status in (0, 1)
    for word in ("Bell", "Dawn", "Leo", "chart", PASSPHRASE):
        assert word not in out


# -- real processes --------------------------------------------------------------------------------------------


def familyhub(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("FAMILYHUB_")}
    return subprocess.run(
        [sys.executable, "-m", "familyhub", *arguments], input=stdin, capture_output=True, timeout=60,
        env={**kept, "PYTHONPATH": str(ROOT / "src"), **environment},
    )  # fmt: skip


def test_a_note_is_added_and_found_by_real_processes(home: Path, tmp_path: Path) -> None:
    phrase = tmp_path / "phrase"
    phrase.write_text(PASSPHRASE + "\n")
    common = ("--home", str(home), "--passphrase-file", str(phrase), "--json")
    added = familyhub(
        "note", "add", "--family", "bell", "--note", "-", *common, stdin="Zoë rang 🎈 عائلة".encode()
    )
    assert (added.returncode, added.stderr) == (0, b"")
    found = familyhub("search", "-", *common, stdin=b"zoe rang", PYTHONIOENCODING="ascii")
    assert [f["text"] for f in json.loads(found.stdout)] == ["Zoë rang 🎈 عائلة"]


def test_without_a_store_a_terminal_or_a_command_a_process_says_what_to_do(tmp_path: Path) -> None:
    for arguments, sentence in (
        (("today", "--home", str(tmp_path)), b"There is no FamilyHub store"),
        (("--home", str(tmp_path)), b"The app needs a terminal"),
    ):
        done = familyhub(*arguments)
        assert (done.returncode, done.stdout) == (1, b"")
        assert sentence in done.stderr
        assert b"Traceback" not in done.stderr


ATTACHMENT = {
    "id": str, "family_id": str, "what": str, "name": str, "size": int, "type": str, "readers": str, "on": str, "by": str,
    "by_name": str, "about": TEXT_OR_NONE, "about_id": TEXT_OR_NONE, "sha256": str, "here": bool, "waiting": bool,
    "reason": str, "rev": str,
}  # fmt: skip


def test_an_attachment_is_added_listed_saved_and_removed_by_plain_commands(run: Run, tmp_path: Path) -> None:
    file, out = tmp_path / "letter.pdf", tmp_path / "out.pdf"
    file.write_bytes(b"%PDF-1.7 letter")
    status, said, _ = run(
        "attachment", "add", "--family", "bell", "--file", str(file), "--what", "-", "--about", "note:nothing",
        stdin=b"Letter from school",
    )  # fmt: skip
    assert (status, said) == (1, "")
    status, said, _ = run(
        "attachment", "add", "--family", "bell", "--file", str(file), "--what", "-", "--about", "visit:visit-1",
        "--readers", "professionals", "--json", stdin=b"Letter from school",
    )  # fmt: skip
    saved = json.loads(said)
    assert (status, shape(saved, {"id": str, "saved": bool, "waiting": int}), saved["waiting"]) == (
        0,
        True,
        1,
    )
    found = json.loads(run("attachment", "list", "--family", "bell", "--json")[1])
    assert shape(found, [ATTACHMENT])
    assert [(a["id"], a["what"], a["about_id"], a["here"]) for a in found] == [
        (saved["id"], "Letter from school", "visit-1", True)
    ]
    assert json.loads(run("attachment", "list", "--family", "bell", "--readers", "family", "--json")[1]) == []
    plain = run("attachment", "list", "--family", "bell")[1]
    assert "Letter from school. letter.pdf, PDF, 15 bytes, professionals in the plan" in plain
    assert not set(plain) & BOX
    assert run("attachment", "save", saved["id"], "--out", str(out))[0] == 0
    assert out.read_bytes() == file.read_bytes()
    status, _, wrong = run("attachment", "save", saved["id"], "--out", str(out))
    assert (status, "nothing is overwritten" in wrong) == (1, True)
    assert json.loads(run("status", "--json")[1])["attachments"]["waiting"] == 1
    assert run("attachment", "remove", saved["id"])[0] == 0
    assert json.loads(run("family", "show", "bell", "--json")[1])["attachments"] == []
    assert json.loads(run("attachment", "budget", "7", "--json")[1]) == {"megabytes": 7}


def test_what_cannot_be_attached_ends_with_one_sentence_and_status_1(
    run: Run, real: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE)
    options = ("--passphrase-file", str(secret))
    status, _, wrong = run(
        "attachment", "add", "--family", "bell", "--file", "nowhere", "--what", "x", *options
    )
    assert (status, "process list" in wrong) == (1, True)
    status, _, wrong = run(
        "attachment", "add", "--family", "bell", "--file", "nowhere", "--what", "-", *options, stdin=b"x"
    )
    assert (status, wrong) == (1, "There is no file at that place. Look at the path again.\n")
    assert run("attachment", "add", "--family", "bell", *options)[0] == 2


def test_an_attachment_is_added_by_its_act_with_json(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    entry = {"family_id": "bell", "path": str(tmp_path / "a.txt"), "what": "Text"}
    status, said, _ = run("do", "add_attachment", "--json", "-", stdin=json.dumps(entry).encode())
    assert status == 0
    removal = {"attachment_id": json.loads(said)["id"]}
    assert run("do", "remove_attachment", "-", "--json", stdin=json.dumps(removal).encode())[0] == 0


def test_the_plan_check_is_a_command_and_a_kept_finding_says_why_and_until_when(run: Run) -> None:
    entry = {
        "family_id": "bell",
        "code": "no_date",
        "about": "action",
        "about_id": "gp",
        "because": "Dawn rings herself",
    }
    assert run("do", "keep_finding", "--json", "-", stdin=json.dumps(entry).encode())[0] == 0
    value = json.loads(run("plan", "check", "bell", "--json")[1])
    assert value["family_id"] == "bell"
    assert {(f["code"], f["about"]["kind"], f["about"]["id"]): f["kept"] for f in value["findings"]} == {
        ("no_person", "action", "club"): None, ("says_what_we_do", "need", "mood"): None,
        ("no_date", "action", "gp"): {"because": "Dawn rings herself", "until": "2026-03-22"},
        ("child_in_none", "child", "jade"): None, ("child_in_none", "child", "mia"): None,
        ("child_in_none", "child", "unborn"): None,
    }  # fmt: skip
    status, out, _ = run("plan", "check", "bell")
    assert status == 0
    assert "Action “Monday breakfast club”: No person named. A school cannot be rung; a person can." in out
    assert "Kept until Sun 22 Mar, Action “See GP”: No date. Because: Dawn rings herself" in out
    assert run("plan", "check", "hughes")[1] == "No plan is open.\n"
