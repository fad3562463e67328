"""Every kept release is opened, upgraded, and synced with the hub of this version."""

from __future__ import annotations

import json
import shutil
from base64 import b64decode
from pathlib import Path
from typing import Any

import msgspec
import pytest

from familyhub.casework import reading
from familyhub.casework.home import open_vault
from familyhub.casework.opening import open_laptop, today_page
from familyhub.casework.upkeep import look_over, record_counts
from familyhub.hub.service import Hub
from familyhub.link.exchange import sync
from familyhub.link.in_process import InProcess
from familyhub.store.engine import open_checked
from familyhub.store.first_page import schema
from familyhub.store.migrate import LAPTOP_HEAD
from familyhub.store.vault import Vault
from familyhub.sync import messages
from familyhub.sync.copy import Sender
from familyhub.sync.messages import Answer, Request, SnapshotPart, SnapshotScope
from tests.released import first_version

HERE = Path(__file__).parent
VERSIONS = sorted(p.name for p in HERE.iterdir() if (p / "expected.json").exists())
KINDS: dict[str, Any] = {
    "request": Request,
    "answer": Answer,
    "snapshot": SnapshotScope,
    "part": SnapshotPart,
}


@pytest.fixture(params=VERSIONS)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path / "kept"
    shutil.copytree(HERE / request.param, folder)
    return folder, json.loads((folder / "expected.json").read_text())


def test_a_release_is_kept() -> None:
    assert "0.1.0" in VERSIONS


def test_a_kept_store_opens_with_every_record_and_every_difference(kept: tuple[Path, dict[str, Any]]) -> None:
    folder, expected = kept
    laptop = open_laptop(folder / "laptop", expected["passphrase"], even_locked=True)
    try:
        assert record_counts(laptop) == expected["counts"]
        assert [d.id for d in reading.differences(laptop)] == expected["differences"]
        assert reading.sync_page(laptop).waiting == expected["waiting"]
        assert look_over(laptop) == []
    finally:
        laptop.close()


def test_today_of_a_kept_store_is_read_before_it_is_upgraded(kept: tuple[Path, dict[str, Any]]) -> None:
    home = kept[0] / "laptop"
    connection = open_checked(home / "store.db", open_vault(home, kept[1]["passphrase"]), Vault(home / "store.vault"))
    try:
        assert schema(connection) < LAPTOP_HEAD
        assert today_page(connection).lines
    finally:
        connection.close()


def test_what_waits_in_a_kept_store_reaches_the_kept_hub(kept: tuple[Path, dict[str, Any]]) -> None:
    folder, expected = kept
    laptop, hub = open_laptop(folder / "laptop", expected["passphrase"], even_locked=True), Hub.open(folder / "hub")
    try:
        device = laptop.store.settings()["device"]
        report = sync(laptop.store, InProcess(hub, Sender(device, laptop.who.id, laptop.who.role, laptop.who.locality)))
        assert (report.sent, report.set_aside) == (expected["waiting"], 0)
        assert reading.sync_page(laptop).waiting == 0
    finally:
        laptop.close()
        hub.close()


def test_what_was_said_on_the_wire_is_still_understood(kept: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = kept
    lines = json.loads((folder / "transcript.json").read_text())
    assert {line["kind"] for line in lines} >= {"request", "answer"}
    for line in lines:
        kind = KINDS[line["kind"]]
        said = messages.unpack(b64decode(line["body"]), kind)
        assert messages.unpack(messages.pack(said), kind) == said


def test_a_laptop_of_the_first_version_is_served_by_a_hub_of_today(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    shutil.copytree(HERE / "0.1.0", folder)
    expected = json.loads((folder / "expected.json").read_text())
    laptop, hub = open_laptop(folder / "laptop", expected["passphrase"]), Hub.open(folder / "hub")
    who = Sender(laptop.store.settings()["device"], laptop.who.id, laptop.who.role, laptop.who.locality)
    laptop.close()
    asked: list[str] = []
    pushed = 0
    for line in json.loads((folder / "transcript.json").read_text()):
        if line["kind"] != "request":
            continue
        said = messages.unpack(b64decode(line["body"]), Request)
        answer = msgspec.msgpack.decode(messages.pack(hub.exchange(who, said)), type=first_version.Answer)
        known = {c.scope: c.known for c in answer.custody}
        for batch in said.push:
            assert known[batch.scope] >= max(frame.dseq for frame in batch.frames)
            pushed += len(batch.frames)
        asked += answer.snapshot
    assert pushed > 0
    for scope in hub.snapshot(who, "inc", asked):
        seen = msgspec.msgpack.decode(messages.pack(scope), type=first_version.SnapshotScope)
        assert (seen.seq, len(seen.rows)) == (scope.seq, len(scope.rows))
    hub.close()
