"""The main job as plain commands: the hub is away, comes, and two people have changed the same date."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stdout
from datetime import date
from typing import Any

import pytest

from familyhub.cli.main import main
from familyhub.demo.make import Demo, DemoLaptop
from tests.journey.world import HubProcess, shared_family

pytestmark = pytest.mark.xdist_group("journey")
TWO_DATES = ("2027-03-01", "2027-03-08")


class Commands:
    """Commands on one laptop: what acts is a process of its own; what only reads, and a later sync, runs here."""

    def __init__(self, laptop: DemoLaptop, hub: HubProcess, monkeypatch: pytest.MonkeyPatch) -> None:
        self._given = {
            "FAMILYHUB_HOME": str(laptop.home), "FAMILYHUB_PASSPHRASE": laptop.passphrase,
            "FAMILYHUB_HUB": hub.url,
        }  # fmt: skip
        self._env = {**os.environ, **self._given}
        self._monkeypatch = monkeypatch

    def here(self, *command: str) -> Any:
        """What a command that runs in this process prints as JSON."""
        printed = io.StringIO()
        with self._monkeypatch.context() as patch, redirect_stdout(printed):
            for name, value in self._given.items():
                patch.setenv(name, value)
            assert main([*command, "--json"]) == 0
        return json.loads(printed.getvalue())

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "familyhub", *command],
            env=self._env, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def __call__(self, *command: str) -> Any:
        """What a command prints as JSON."""
        done = self.run(*command, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def action(self, family_id: str, action_id: str) -> dict[str, Any]:
        """One action of a family's plan."""
        found: dict[str, Any] = next(
            a for a in self.here("family", "show", family_id)["actions"] if a["id"] == action_id
        )
        return found


def test_offline_acts_reach_a_colleague_and_a_contested_date_is_decided_once_for_all(
    demo: Demo, hub: HubProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = shared_family(demo.laptops[0], demo.laptops[1])
    family_id, action_id = shared.file.id, shared.action.id
    asha, sam, helen = (Commands(laptop, hub, monkeypatch) for laptop in demo.laptops[:3])

    logged = asha(
        "visit", "log", "--family", family_id, "--on", date.today().isoformat(), "--safe", "no",
        "--seen-alone", shared.alone.id, "--not-seen", f"{shared.other.id}=at school", "--note", "Kitchen warm.",
    )  # fmt: skip
    assert logged["saved"] is True
    asha("action", "update", action_id, "--due", TWO_DATES[0], "--status", "in_progress")
    sam("action", "update", action_id, "--due", TWO_DATES[1])
    away = asha.run("sync", "--json")
    assert (away.returncode, away.stderr.strip().count("\n")) == (1, 0)
    assert asha.here("status")["waiting"] > 0

    hub.start()
    for laptop in (asha, sam, asha):
        laptop("sync")
    visits = sam.here("family", "show", family_id)["visits"]
    assert [(v["note"], v["seen_alone"]) for v in visits if v["id"] == logged["id"]] == [
        ("Kitchen warm.", [shared.alone.id])
    ]
    assert sam.action(family_id, action_id)["status"] == "in_progress"
    at_asha, at_sam = asha("differences"), sam.here("differences")
    assert at_asha == at_sam
    assert [v["value"] for v in at_sam[0]["values"]] == list(TWO_DATES)

    undone_later = asha(
        "difference", "decide", at_asha[0]["id"], "--take", "2", "--reason", "the school moved it"
    )
    assert asha.action(family_id, action_id)["due"] == TWO_DATES[1]
    assert undone_later["id"] == at_asha[0]["id"]
    asha("difference", "undo", at_asha[0]["id"])
    for laptop in (asha, sam, helen):
        laptop.here("sync")
    assert [[v["value"] for d in x.here("differences") for v in d["values"]] for x in (asha, sam)] == [
        list(TWO_DATES)
    ] * 2
    assert [d["reason"] for d in sam.here("decisions") if d["kind"] == "taken"] == ["the school moved it"]

    decided = sam("difference", "decide", at_sam[0]["id"], "--take", "1")
    assert decided["saved"] is True
    for laptop in (sam, asha, helen):
        laptop.here("sync")
    for laptop in (asha, sam, helen):
        assert laptop.here("differences") == []
        assert laptop.action(family_id, action_id)["due"] == TWO_DATES[0]
    assert logged["id"] in {v["id"] for v in helen.here("family", "show", family_id)["visits"]}
