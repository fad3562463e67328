"""``familyhub sync --to/--from`` and ``familyhub hub carry``, as people type them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from familyhub.cli.main import main
from familyhub.hub import admin
from familyhub.hub.service import Hub
from familyhub.link.enrol import enrol_in_process
from familyhub.practice.lease import CLOCK_SEEN, LAST_CONTACT
from familyhub.store.laptop import LaptopStore
from tests.hub.world import ASHA, note, open_family, staff

PASSPHRASE = "four plain words together"
Said = tuple[int, Any, str]


class World(NamedTuple):
    """A hub, a laptop, and somebody who types."""

    hub: Path
    laptop: Path
    device: str
    type: Callable[..., Said]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """The folders of a hub with its staff and of Asha's enrolled laptop, to be copied."""
    folder = tmp_path_factory.mktemp("carrying")
    hub = Hub.init(folder / "hub", None, None, demonstration=True)
    staff(hub)
    laptop = LaptopStore.create(folder / "laptop", PASSPHRASE, demonstration=True)
    enrol_in_process(laptop, hub, admin.code(hub, ASHA), "http://127.0.0.1:1")
    note(laptop, open_family(laptop, "f1", "Okafor"), "Went round at four.")
    device = laptop.setting("device") or ""
    hub.close()
    laptop.close()
    return folder / "hub", folder / "laptop", device


@pytest.fixture
def world(
    made: tuple[Path, Path, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> World:
    for folder in made[:2]:
        shutil.copytree(folder, tmp_path / folder.name)
    monkeypatch.setenv("FAMILYHUB_PASSPHRASE", PASSPHRASE)
    monkeypatch.chdir(tmp_path)
    hub, laptop = tmp_path / "hub", tmp_path / "laptop"

    def typed(*words: str) -> Said:
        home = hub if words[0] == "hub" else laptop
        status = main([*words, "--home", str(home), "--json"])
        out, err = capsys.readouterr()
        return status, json.loads(out) if out else None, err.strip()

    return World(hub, laptop, made[2], typed)


def test_a_laptop_syncs_by_two_files(world: World) -> None:
    status, wrote, _ = world.type("sync", "--to", "out")
    assert (status, wrote["carried"], wrote["sent"]) == (0, 2, 0)
    assert world.type("status")[1]["waiting"] == 2
    status, taken, _ = world.type("hub", "carry", "out", "--out", "answer")
    assert (status, taken["worker"], taken["taken"], taken["again"]) == (0, ASHA, 2, False)
    status, report, _ = world.type("sync", "--from", "answer")
    assert status == 0
    assert {k: report[k] for k in ("sent", "set_aside", "differences", "waiting", "before")} == {
        "sent": 2, "set_aside": 0, "differences": 0, "waiting": 0, "before": False,
    }  # fmt: skip
    assert report["received"] > 0
    assert world.type("sync", "--from", "answer")[1]["before"] is True
    assert [f["name"] for f in world.type("families")[1]] == ["Okafor"]


def test_what_cannot_be_carried_is_one_sentence(world: World) -> None:
    for words, sentence in (
        (("sync", "--from", "nowhere"), "cannot be read"),
        (("sync", "--to", "no/such/folder"), "cannot be written"),
        (("hub", "carry", "hub/hub.json", "--out", "x"), "not a file that FamilyHub wrote"),
    ):
        status, out, err = world.type(*words)
        assert (status, out) == (1, None)
        assert sentence in err
        assert "\n" not in err


def aged(world: World, days: int) -> None:
    """Let the laptop have met its hub so many days ago."""
    store = LaptopStore.open(world.laptop, PASSPHRASE)
    met = datetime.now(UTC) - timedelta(days=days, hours=1)
    store.set_settings({LAST_CONTACT: met.isoformat(), CLOCK_SEEN: "0"})
    store.close()


def test_a_laptop_that_is_locked_opens_by_what_two_operators_signed(world: World) -> None:
    world.type("sync", "--to", "out")
    world.type("hub", "carry", "out", "--out", "answer")
    for name in ("Ruth", "Omar"):
        Path(f"{name}.words").write_text(f"the words of {name} alone")
        key = ("--key-file", f"{name}.key", "--key-passphrase-file", f"{name}.words")
        assert world.type("hub", "operator", "add", name, *key)[0] == 0
    assert [o["name"] for o in world.type("hub", "operator", "list")[1]] == ["Omar", "Ruth"]
    world.type("hub", "carry", "out", "--out", "answer")
    world.type("sync", "--from", "answer")
    aged(world, 15)
    status, found, err = world.type("families")
    assert (status, len(found), err) == (
        0,
        1,
        "This laptop has not met its hub for 15 days: it locks in 6 days, until it has.",
    )
    aged(world, 22)
    status, out, err = world.type("families")
    assert (status, out) == (1, None)
    assert "has not met its hub for 22 days" in err
    assert world.type("status")[1]["lease"] == {"state": "locked", "days": 22, "left": 0}
    assert world.type("lease")[1]["state"] == "locked"
    assert any("is locked" in f["what"] for f in world.type("doctor")[1]["findings"])
    for count, name in enumerate(("Ruth", "Omar"), start=1):
        key = ("--key-file", f"{name}.key", "--key-passphrase-file", f"{name}.words")
        done = world.type("hub", "lease", "extend", world.device, "--days", "30", *key, "--out", "extension")
        assert (done[0], done[1]["signatures"]) == (0, count)
    assert world.type("lease", "--from", "extension")[1]["state"] == "fine"
    assert world.type("families")[0] == 0
    assert (
        world.type("lease", "--from", "extension")[2]
        == "This extension, or one signed later, was taken already."
    )
    assert world.type("sync", "--to", "again")[1]["carried"] == 0


def test_an_operator_archives_what_is_old_once_it_is_durable(world: World) -> None:
    world.type("sync", "--to", "out")
    assert world.type("hub", "carry", "out", "--out", "answer")[0] == 0
    status, said, _ = world.type("hub", "archive", "--older-than", "0")
    assert (status, said["numbers"], said["durable_upto"]) == (0, 0, None)
    world.type("hub", "durable", "standby")
    assert world.type("hub", "archive")[1]["numbers"] == 0
    status, said, _ = world.type("hub", "archive", "--older-than", "0", "--scope", "fam:f1")
    assert (status, said["files"], said["numbers"], said["older_than"]) == (0, 1, 2, 0)
    assert world.type("hub", "rebuild")[1] == {"behind": 0, "broken_chains": []}
    status, _, sentence = world.type("hub", "archive", "--older-than", "-3")
    assert (status, "a number of days" in sentence) == (1, True)
    world.type("sync", "--from", "answer")
    world.type("sync", "--to", "again")
    assert world.type("hub", "carry", "again", "--out", "home")[0] == 0
    assert world.type("sync", "--from", "home")[1]["differences"] == 0
