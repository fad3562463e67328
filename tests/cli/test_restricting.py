"""``familyhub hub restrict`` and ``hub grant --break-glass``, as operators type them."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from familyhub.cli.main import main
from familyhub.hub import admin
from familyhub.hub.service import Hub
from tests.hub.world import ASHA, HELEN, SAM, Device, staff

Said = tuple[int, Any, str]
JOAN, PIKE = "w-joan", "w-pike"


@pytest.fixture
def demonstration() -> bool:
    """Whether the hub is one to throw away."""
    return False


@pytest.fixture
def typed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    demonstration: bool,
) -> Callable[..., Said]:
    """A hub with one family, and somebody who types; texts come from standard input."""
    secret = tmp_path / "secret"
    secret.write_text("four plain words together")
    hub = Hub.init(tmp_path / "hub", secret.read_text(), None, demonstration=demonstration)
    staff(hub)
    for manager in (JOAN, PIKE):
        admin.add_worker(hub, manager, manager, "manager", "north")
    device = Device(hub, ASHA)
    opened = device.op("fam:f1", "family", {"name": "Okafor", "locality": "north"}, row_id="f1")
    hub.exchange(device.sender, device.request([opened]))
    hub.close()

    def type_(*words: str, stdin: str = "", plain: bool = False) -> Said:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        more = ["--home", str(tmp_path / "hub"), "--passphrase-file", str(secret)]
        status = main(["hub", *words, *more, *([] if plain else ["--json"])])
        out, err = capsys.readouterr()
        return status, (out if plain else json.loads(out)) if out else None, err.strip()

    return type_


def test_a_family_is_restricted_listed_and_lifted(typed: Callable[..., Said]) -> None:
    status, said, err = typed(
        "restrict", "f1", "--by", JOAN, "--to", ASHA, JOAN, stdin="a relative works here\n"
    )
    assert (status, said, err) == (0, {"family": "f1", "ended": [{"scope": "fam:f1", "worker": HELEN}]}, "")
    status, said, _ = typed("restrict", "--list")
    assert [(f["family"], f["reason"]) for f in said["restricted"]] == [("f1", "a relative works here")]
    assert [h["worker"] for h in said["restricted"][0]["holders"]] == [ASHA, JOAN]
    status, said, err = typed("grant", "fam:f1", SAM)
    assert (status, said) == (1, None)
    assert err.count("restricted family: nothing was given") == 1
    assert typed("grant", "fam:f1", SAM, "--restricted")[0] == 0
    status, text, _ = typed(
        "restrict", "fam:f1", "--lift", "--by", JOAN, "--reason", "-", stdin="over", plain=True
    )
    assert (status, text) == (0, "fam:f1 is restricted no more; 1 grants were given back.\n")
    assert typed("restrict", "--list", plain=True)[1].startswith("No family is restricted")


def test_who_is_moved_is_named_with_the_families_that_somebody_has_to_take_over(
    typed: Callable[..., Said],
) -> None:
    moved = ("worker", "add", ASHA, "--name", "Asha Rahman", "--role", "worker", "--locality", "south")
    status, said, _ = typed(*moved)
    assert (status, said["locality"], said["held_elsewhere"]) == (0, "south", ["f1"])
    assert "still holds 1 of another locality" in typed(*moved, plain=True)[1]
    assert typed("grant", "fam:f1", ASHA, "--withdraw")[0] == 0
    assert typed(*moved)[1]["held_elsewhere"] == []


def test_glass_is_broken_and_reviewed(typed: Callable[..., Said]) -> None:
    status, made, err = typed(
        "grant", "fam:f1", PIKE, "--break-glass", "--hours", "2", stdin="found at the door"
    )
    assert (status, err, made["reason"]) == (0, "", "found at the door")
    (waiting,) = typed("restrict", "--list")[1]["break_glass"]
    assert waiting == made
    assert "not reviewed yet: found at the door" in typed("restrict", "--list", plain=True)[1]
    assert typed("restrict", "--reviewed", made["id"], "--by", PIKE)[0] == 1
    assert typed("restrict", "--reviewed", made["id"], "--by", JOAN)[0] == 0
    assert typed("restrict", "--list")[1] == {"restricted": [], "break_glass": []}


@pytest.mark.parametrize("demonstration", [True, False])
def test_a_reason_stands_on_the_command_line_in_demonstrations_only(
    typed: Callable[..., Said], demonstration: bool
) -> None:
    status, _, err = typed("restrict", "f1", "--by", JOAN, "--to", ASHA, "--reason", "told by court")
    assert status == (0 if demonstration else 1)
    assert ("process list" in err) is not demonstration


def test_what_does_not_go_together_is_refused_in_one_sentence(typed: Callable[..., Said]) -> None:
    for words in (
        ("restrict",),
        ("restrict", "f1", "--list"),
        ("restrict", "--lift", "--list"),
        ("restrict", "f1", "--lift", "--to", ASHA),
        ("grant", "fam:f1", SAM, "--hours", "3"),
        ("grant", "fam:f1", SAM, "--break-glass", "--read"),
    ):
        status, said, err = typed(*words)
        assert (status, said, err.count("\n")) == (1, None, 0)
        assert err
