"""Two operators extend a laptop's lease, from the hub to the laptop."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from familyhub.casework import leases
from familyhub.casework.laptop import Laptop
from familyhub.casework.opening import first_page, open_laptop
from familyhub.casework.problems import Refused
from familyhub.hub import admin, operators
from familyhub.hub.by_hand import carry
from familyhub.hub.home import HubError
from familyhub.hub.service import Hub
from familyhub.link import by_hand
from familyhub.practice.lease import CLOCK_SEEN, FINE, LAST_CONTACT, LOCKED
from familyhub.store import laptop as laptop_store
from familyhub.store.errors import LeaseLocked, WrongPassphrase
from familyhub.store.laptop import LaptopStore
from familyhub.store.vault import Vault
from tests.hub.conftest import _hub
from tests.hub.world import ASHA, KEY, FakeClock, Laptops, enrolled, hub_rows, note, open_family, rows, synced

FIRST, SECOND = "first operator's words", "second operator's words"
DAY = 86_400


@pytest.fixture
def hub(tmp_path: Path, staffed: Path, now: FakeClock) -> Iterator[Hub]:
    made = _hub(tmp_path, staffed, None, clock=now)
    yield made
    made.close()


@pytest.fixture
def asha(hub: Hub, laptops: Laptops, now: FakeClock, monkeypatch: pytest.MonkeyPatch) -> LaptopStore:
    """A laptop on the hub's clock, with a vault beside its store."""
    monkeypatch.setattr(laptop_store, "now_ms", now)
    monkeypatch.setattr("familyhub.link.in_process.now_ms", now)
    store = laptops.new()
    store.now_ms = now
    Vault(store.home / "store.vault").create(FIRST, "a-store", demonstration=True)
    admin.set_locality(hub, "north", {"name": "North", "day_number": "0151 000 000"})
    note(enrolled(hub, store, ASHA), open_family(store, "f1"), "Unsent")
    return store


@pytest.fixture
def keys(hub: Hub, tmp_path: Path) -> list[tuple[Path, str]]:
    """The key files of two operators."""
    made = [(tmp_path / "first.key", FIRST), (tmp_path / "second.key", SECOND)]
    for (path, words), name in zip(made, ("Ruth Bell", "Omar Nash"), strict=True):
        operators.add(hub, name, path, words)
    return made


def stands(store: LaptopStore) -> str:
    return leases.stands(Laptop(store, None)).state  # type: ignore[arg-type]


def opens(store: LaptopStore, **how: bool) -> None:
    open_laptop(store.home, key=KEY, **how).close()


def test_a_locked_laptop_opens_for_nothing_but_what_ends_the_lock(
    hub: Hub, asha: LaptopStore, now: FakeClock
) -> None:
    synced(hub, asha)
    note(asha, "fam:f1", "Unsent")
    opens(asha)
    now.pass_by(21 * DAY)
    before = rows(asha, "note")
    with pytest.raises(LeaseLocked, match=r"has not met its hub for 21 days.*Ring North: 0151 000 000"):
        opens(asha)
    with pytest.raises(LeaseLocked) as locked:
        first_page(asha.home, KEY, datetime.fromtimestamp(now() / 1000, UTC))
    assert locked.value.key == KEY
    opens(asha, even_locked=True)
    assert rows(asha, "note") == before
    assert synced(hub, asha).sent == 1
    opens(asha)


def test_a_clock_that_is_put_back_locks_and_a_meeting_sets_it_right(
    hub: Hub, asha: LaptopStore, now: FakeClock
) -> None:
    synced(hub, asha)
    now.pass_by(3 * DAY)
    opens(asha)
    seen = asha.setting(CLOCK_SEEN)
    now.pass_by(60)
    opens(asha)
    assert asha.setting(CLOCK_SEEN) == seen, "it is written down now and then only"
    now.pass_by(-2 * DAY)
    with pytest.raises(LeaseLocked, match="clock"):
        opens(asha)
    assert asha.setting(CLOCK_SEEN) == seen
    synced(hub, asha)
    opens(asha)


def test_a_meeting_by_hand_ends_the_lock_and_a_receipt_for_one_shut_out_does_not(
    hub: Hub, asha: LaptopStore, now: FakeClock, tmp_path: Path
) -> None:
    def round() -> None:
        by_hand.write(asha, tmp_path / "out")
        carry(hub, tmp_path / "out", tmp_path / "answer")
        by_hand.take(asha, tmp_path / "answer")

    now.pass_by(22 * DAY)
    assert stands(asha) == LOCKED
    round()
    assert stands(asha) == FINE
    met = asha.setting(LAST_CONTACT)
    admin.disable_worker(hub, ASHA)
    now.pass_by(DAY)
    note(asha, "fam:f1", "Unsent")
    synced(hub, asha)
    note(asha, "fam:f1", "Unsent too")
    round()
    assert asha.setting(LAST_CONTACT) == met


def test_two_operators_extend_a_lease_and_one_cannot(
    hub: Hub, asha: LaptopStore, now: FakeClock, keys: list[tuple[Path, str]], tmp_path: Path
) -> None:
    synced(hub, asha)
    device = asha.setting("device") or ""
    laptop = Laptop(asha, None)  # type: ignore[arg-type]
    out = tmp_path / "extension.json"
    now.pass_by(30 * DAY)
    assert stands(asha) == LOCKED
    operators.extend(hub, device, 60, *keys[0], out)
    with pytest.raises(Refused, match="two operators"):
        leases.take_extension(laptop, out)
    with pytest.raises(HubError, match="Ruth Bell has signed this"):
        operators.extend(hub, device, 60, *keys[0], out)
    half = out.read_bytes()
    doubled = json.loads(half)
    doubled["signatures"] *= 2
    out.write_text(json.dumps(doubled))
    with pytest.raises(Refused, match="two operators"):
        leases.take_extension(laptop, out)
    out.write_bytes(half)
    now.pass_by(DAY)
    operators.extend(hub, device, 60, *keys[1], out)
    forged = out.read_bytes().replace(b'"days": 60', b'"days": 90')
    (tmp_path / "forged").write_bytes(forged)
    with pytest.raises(Refused, match="two operators"):
        leases.take_extension(laptop, tmp_path / "forged")
    assert stands(asha) == LOCKED
    leases.take_extension(laptop, out)
    assert stands(asha) == FINE
    with pytest.raises(Refused, match="taken already"):
        leases.take_extension(laptop, out)
    now.pass_by(58 * DAY)
    assert leases.stands(laptop).left == 1
    now.pass_by(DAY)
    assert stands(asha) == LOCKED


def test_an_extension_for_all_holds_everywhere_and_one_for_another_laptop_does_not(
    hub: Hub,
    asha: LaptopStore,
    laptops: Laptops,
    keys: list[tuple[Path, str]],
    tmp_path: Path,
    now: FakeClock,
) -> None:
    other = enrolled(hub, laptops.new(), ASHA)
    other.now_ms = now
    for store in (asha, other):
        synced(hub, store)
    for device, out in ((asha.setting("device") or "", tmp_path / "one"), ("all", tmp_path / "all")):
        for key in keys:
            operators.extend(hub, device, 90, *key, out)
        now.pass_by(1)
    with pytest.raises(Refused, match="for another laptop"):
        leases.take_extension(Laptop(other, None), tmp_path / "one")  # type: ignore[arg-type]
    for store in (asha, other):
        leases.take_extension(Laptop(store, None), tmp_path / "all")  # type: ignore[arg-type]
    with pytest.raises(Refused, match="signed later"):
        leases.take_extension(Laptop(asha, None), tmp_path / "one")  # type: ignore[arg-type]


def test_an_operator_who_has_ended_signs_nothing_more(
    hub: Hub, asha: LaptopStore, keys: list[tuple[Path, str]], tmp_path: Path
) -> None:
    out = tmp_path / "extension.json"
    for key in keys:
        operators.extend(hub, "all", 10, *key, out)
    ruth, omar = sorted(operators.every(hub), key=lambda o: o.name, reverse=True)
    operators.end(hub, omar.id)
    synced(hub, asha)
    assert rows(asha, "operator_key", "name, ended") == [("Omar Nash", 1), ("Ruth Bell", 0)]
    with pytest.raises(Refused, match="two operators"):
        leases.take_extension(Laptop(asha, None), out)  # type: ignore[arg-type]
    with pytest.raises(HubError, match="who has ended"):
        operators.extend(hub, "all", 10, *keys[1], tmp_path / "new")
    with pytest.raises(HubError, match="ended already"):
        operators.end(hub, omar.id)
    assert not ruth.ended


def test_a_laptop_cannot_make_its_own_operator(
    hub: Hub, asha: LaptopStore, keys: list[tuple[Path, str]], tmp_path: Path
) -> None:
    synced(hub, asha)
    out = tmp_path / "extension.json"
    operators.extend(hub, "all", 10, *keys[0], out)
    seed = bytes(range(32))
    with asha.work(ASHA) as work:
        work.create(
            "ref", "operator_key", {"name": "Me", "public_key": by_hand.signing.b64encode(
                by_hand.signing.public_key(seed)).decode()}, "op-me",
        )  # fmt: skip
    whole = json.loads(out.read_text())
    text = leases.extensions.read(out.read_bytes())
    assert text is not None
    whole["signatures"].append({"operator": "op-me", "signature": by_hand.signing.sign(seed, text.text)})
    out.write_text(json.dumps(whole))
    with pytest.raises(Refused, match="two operators"):
        leases.take_extension(Laptop(asha, None), out)  # type: ignore[arg-type]
    assert synced(hub, asha).set_aside == 1
    assert hub_rows(hub, "select count(*) from operator_key where id = 'op-me'") == [(0,)]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda hub, key, to: operators.extend(hub, "nobody", 10, *key, to), "There is no laptop"),
        (lambda hub, key, to: operators.extend(hub, "all", 91, *key, to), "1 to 90 days"),
        (lambda hub, key, to: operators.extend(hub, "all", 10, to, FIRST, to), "no key file"),
        (lambda hub, key, to: operators.extend(hub, "all", 10, *key, key[0]), "no extension of this hub"),
        (lambda hub, key, to: operators.add(hub, "???", to, FIRST), "needs a name"),
        (lambda hub, key, to: operators.add(hub, "Ann", key[0], FIRST), "never overwrites"),
        (lambda hub, key, to: operators.add(hub, "Ann", to / "x" / "y", FIRST), "cannot be written"),
    ],
)
def test_what_cannot_be_signed_is_one_sentence(
    hub: Hub, keys: list[tuple[Path, str]], tmp_path: Path, wrong: Callable[..., object], sentence: str
) -> None:
    with pytest.raises(HubError, match=sentence):
        wrong(hub, keys[0], tmp_path / "new")


def test_the_private_half_is_sealed_and_needs_its_passphrase(
    hub: Hub, keys: list[tuple[Path, str]], tmp_path: Path
) -> None:
    path, words = keys[0]
    seed = Vault(path).open(words)
    for form in (seed, seed.hex().encode()):
        assert form not in path.read_bytes()
    with pytest.raises(WrongPassphrase):
        operators.extend(hub, "all", 10, path, SECOND, tmp_path / "new")
