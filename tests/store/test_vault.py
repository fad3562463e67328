"""The key: three plain messages, guesses counted, files replaced whole."""

import json
import os
import shutil
import signal
import sqlite3
from pathlib import Path

import pytest

from familyhub.store.errors import (
    DamagedStore,
    NewerStore,
    NoStore,
    StoreBusy,
    StoreError,
    TooManyTries,
    WrongKey,
    WrongPassphrase,
)
from familyhub.store.laptop import DATABASE, VAULT, LaptopStore
from familyhub.store.vault import GUESSES, WITHIN_SECONDS, Vault, check_passphrase, write_durably
from tests.support.families import PASSPHRASE
from tests.support.homes import SmallHome, child

WRONG = "four quiet grey goats"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault as people's are; the tests' own process stretches passphrases less."""
    path = tmp_path_factory.mktemp("vault") / VAULT
    code = (
        "import sys; from pathlib import Path; from familyhub.store.vault import Vault\n"
        "Vault(Path(sys.argv[1])).create(*sys.argv[2:])"
    )
    assert child(code, str(path), PASSPHRASE, "a-store").communicate()[1] == ""
    return path


@pytest.fixture
def vault(made: Path, tmp_path: Path) -> Vault:
    """A vault whose passphrase costs next to nothing to stretch, and which PASSPHRASE no longer opens."""
    body = json.loads(made.read_bytes())
    for slot in body["slots"]:
        slot.update(memory_kib=64, passes=1, lanes=1)
    path = tmp_path / VAULT
    path.write_text(json.dumps(body))
    return Vault(path)


def test_the_passphrase_opens_and_forgets_the_guesses(made: Path, tmp_path: Path) -> None:
    vault = Vault(Path(shutil.copy(made, tmp_path / VAULT)))
    with pytest.raises(WrongPassphrase):
        vault.open(WRONG)
    assert vault.guesses_path.exists()
    assert len(vault.open(PASSPHRASE)) == 32
    assert not vault.guesses_path.exists()


def test_a_passphrase_is_stretched_as_rfc_9106_recommends_where_memory_is_short(made: Path) -> None:
    (slot,) = json.loads(made.read_bytes())["slots"]
    assert (slot["memory_kib"], slot["passes"], slot["lanes"]) == (64 * 1024, 3, 4)


def test_a_passphrase_may_be_typed_in_either_unicode_form(tmp_path: Path) -> None:
    vault = Vault(tmp_path / VAULT)
    key = vault.create("quatre oies très âgées", "s")
    assert vault.open("quatre oies tre\u0300s a\u0302ge\u0301es") == key


def test_wrong_passphrase_foreign_key_and_damage_say_three_different_things(
    small_home: SmallHome, tmp_path: Path
) -> None:
    home = small_home.copy(tmp_path / "a")
    with pytest.raises(WrongPassphrase) as wrong:
        LaptopStore.open(home, WRONG)

    other = tmp_path / "b"
    LaptopStore.create(other, PASSPHRASE).close()
    shutil.copy(other / DATABASE, home / DATABASE)
    for rest in ("-wal", "-shm"):
        (home / (DATABASE + rest)).unlink(missing_ok=True)
    with pytest.raises(WrongKey) as foreign:
        LaptopStore.with_key(home, small_home.key, demonstration=True)

    body = bytearray((small_home.home / DATABASE).read_bytes())
    body[16:4096] = os.urandom(4080)
    (home / DATABASE).write_bytes(body)
    with pytest.raises(DamagedStore) as damaged:
        LaptopStore.with_key(home, small_home.key, demonstration=True)

    said = {str(e.value) for e in (wrong, foreign, damaged)}
    assert len(said) == 3
    assert all(s.endswith(".") and "\n" not in s for s in said)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", os.urandom(300), b"[]", b'{"app": "other"}', b'{"app": "familyhub", "slots": [{}]}',
        b'{"app": "familyhub", "slots": ["x"], "version": 1, "store": "s"}',
        b'{"app": "familyhub", "slots": [{"memory_kib": 1, "passes": 3, "lanes": 4, "salt": "", "nonce": "",'
        b' "sealed": "", "id": "1"}], "version": 1, "store": "s"}',
        b'{"app": "familyhub", "slots": [{"memory_kib": 64, "passes": 1e400, "lanes": 1, "salt": "AAAAAAAAAAA=",'
        b' "nonce": "AAAA", "sealed": "AAAA", "id": "1"}], "version": 1, "store": "s"}',
        b'{"app": "familyhub", "slots": [{"memory_kib": 64, "passes": 1, "lanes": 1, "salt": "?", "nonce": "AAAA",'
        b' "sealed": "AAAA", "id": "1"}], "version": "one", "store": "s"}',
    ],
)  # fmt: skip
def test_a_damaged_vault_is_called_damaged(content: bytes, tmp_path: Path) -> None:
    (tmp_path / VAULT).write_bytes(content)
    with pytest.raises(DamagedStore, match="vault of this store is damaged"):
        Vault(tmp_path / VAULT).open(PASSPHRASE)


def test_a_vault_from_a_newer_version_is_left_alone(vault: Vault) -> None:
    body = {**vault.read(), "version": 2}
    vault.path.write_text(json.dumps(body))
    with pytest.raises(NewerStore):
        vault.open(PASSPHRASE)
    assert json.loads(vault.path.read_text()) == body


def test_a_vault_that_is_not_there_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(NoStore, match="familyhub enrol"):
        LaptopStore.open(tmp_path, PASSPHRASE)


def test_a_store_whose_database_is_gone_is_not_begun_anew_in_silence(
    small_home: SmallHome, tmp_path: Path
) -> None:
    home = small_home.copy(tmp_path / "home")
    (home / DATABASE).unlink()
    with pytest.raises(DamagedStore):
        LaptopStore.with_key(home, small_home.key, demonstration=True)
    assert not (home / DATABASE).exists()


def test_a_second_store_is_not_made_over_the_first(small_home: SmallHome) -> None:
    before = (small_home.home / VAULT).read_bytes()
    with pytest.raises(StoreBusy, match="There is a store"):
        LaptopStore.create(small_home.home, PASSPHRASE)
    assert (small_home.home / VAULT).read_bytes() == before


def test_plain_sqlite_cannot_open_the_store(small_home: SmallHome) -> None:
    connection = sqlite3.connect(f"file:{small_home.home / DATABASE}?mode=ro", uri=True)
    try:
        with pytest.raises(sqlite3.DatabaseError, match="not a database"):
            connection.execute("select count(*) from sqlite_master").fetchone()
    finally:
        connection.close()
    assert not (small_home.home / DATABASE).read_bytes().startswith(b"SQLite format 3")


def test_the_vault_holds_neither_key_nor_passphrase(small_home: SmallHome) -> None:
    content = (small_home.home / VAULT).read_bytes()
    assert PASSPHRASE.encode() not in content
    assert small_home.key not in content
    assert small_home.key.hex().encode() not in content


# -- guesses ---------------------------------------------------------------------------------------------------


def guess(vault: Vault, at: float) -> bool:
    """Whether a guess was let through at that second of the machine's clock."""
    try:
        vault.open(WRONG, lambda: at)
    except WrongPassphrase:
        return True
    except TooManyTries:
        return False
    raise AssertionError("a wrong passphrase opened the vault")


def test_the_eleventh_guess_in_five_minutes_waits(vault: Vault) -> None:
    assert [guess(vault, 1000.0 + n) for n in range(GUESSES + 2)] == [True] * GUESSES + [False] * 2
    with pytest.raises(TooManyTries, match="Wait 5 min"):
        vault.open(PASSPHRASE, lambda: 1013.0)
    assert not guess(vault, 1000.0 + WITHIN_SECONDS - 1)
    assert guess(vault, 1000.0 + WITHIN_SECONDS)
    assert not guess(vault, 1000.0 + WITHIN_SECONDS + 0.5), "only the first one's time was over"


def test_waiting_is_not_made_longer_by_trying_again(vault: Vault) -> None:
    for n in range(GUESSES):
        guess(vault, float(n))
    for n in range(50):
        assert not guess(vault, 20.0 + n)
    assert guess(vault, WITHIN_SECONDS + 1.0)


def test_a_machine_that_starts_again_does_not_forget_guesses(vault: Vault) -> None:
    for n in range(GUESSES):
        assert guess(vault, 90_000.0 + n)
    assert not guess(vault, 5.0), "the machine's clock began anew"
    assert not guess(vault, WITHIN_SECONDS - 1.0)
    assert guess(vault, WITHIN_SECONDS + 1.0)


def test_no_way_of_moving_the_wall_clock_lets_one_guess_more(vault: Vault) -> None:
    """The calendar's clock plays no part: a try counts by the clock that runs since the machine started."""
    code = (
        "import sys, time; time.time = lambda: float(sys.argv[2]); time.time_ns = lambda: int(float(sys.argv[2]) * 1e9)\n"
        "from pathlib import Path; from familyhub.store.vault import Vault\n"
        "try: Vault(Path(sys.argv[1])).open('four quiet grey goats')\n"
        "except Exception as e: print(type(e).__name__)"
    )
    for _ in range(GUESSES - 2):
        with pytest.raises(WrongPassphrase):
            vault.open(WRONG)
    moved = [child(code, str(vault.path), str(at)) for at in (0, 1e9, 4e9, 8e9)]
    said = [p.communicate()[0].strip() for p in moved]
    assert sorted(said) == ["TooManyTries"] * 2 + ["WrongPassphrase"] * 2


def test_a_guess_is_counted_before_it_is_tried_so_a_kill_does_not_forget_it(
    made: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(made, tmp_path / VAULT))
    body = json.loads(path.read_bytes())
    body["slots"][0]["passes"] = 400  # so that the process is killed while it stretches the passphrase
    path.write_text(json.dumps(body))
    code = (
        "import sys; from pathlib import Path; from familyhub.store.vault import Vault\n"
        "v = Vault(Path(sys.argv[1])); count = v._count_guess\n"
        "v._count_guess = lambda now: (count(now), print('counted', flush=True))\n"
        "v.open('four quiet grey goats')"
    )
    for n in range(3):
        process = child(code, str(path))
        assert process.stdout is not None
        assert process.stdout.readline() == "counted\n"
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert len(Vault(path).guesses_path.read_text().split()) == n + 1


def test_many_processes_guessing_at_once_have_ten_guesses_together(vault: Vault) -> None:
    code = (
        "import sys; from pathlib import Path; from familyhub.store.vault import Vault\n"
        "v = Vault(Path(sys.argv[1])); print('ready', flush=True); sys.stdin.readline()\n"
        "for _ in range(5):\n"
        "    try: v.open('four quiet grey goats')\n"
        "    except Exception as e: print(type(e).__name__)"
    )
    processes = [child(code, str(vault.path)) for _ in range(4)]
    for p in processes:
        assert p.stdout is not None
        assert p.stdout.readline() == "ready\n"
    for p in processes:
        assert p.stdin is not None
        p.stdin.write("go\n")
        p.stdin.flush()
    said = " ".join(p.communicate()[0] for p in processes).split()
    assert len(said) == 20
    assert 1 <= said.count("WrongPassphrase") <= GUESSES
    assert set(said) == {"WrongPassphrase", "TooManyTries"}


# -- passphrases -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passphrase", "sentence"),
    [
        ("short", "at least 15 characters"), ("fourteen chars", "at least 15"), ("", "at least 15"),
        ("aaaaaaaaaaaaaaaaaaaa", "first anybody would try"), ("Correct Horse Battery Staple", "first anybody"),
        ("x y z" * 300, "at most 1024"),
    ],
)  # fmt: skip
def test_a_passphrase_that_is_not_accepted_says_why(passphrase: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=sentence):
        LaptopStore.create(tmp_path, passphrase)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    "passphrase", ["fifteen letters", "حصان أزرق في الحديقة", "🐎🦆🐑🐄🐖" * 3, "a long one " * 12]
)
def test_long_and_unicode_passphrases_are_accepted(passphrase: str) -> None:
    check_passphrase(passphrase)


# -- writing files ---------------------------------------------------------------------------------------------


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    """Killed at any moment, the file holds one of the contents that were written, never a part."""
    path = tmp_path / "file"
    code = (
        "import sys; from pathlib import Path; from familyhub.store.vault import write_durably\n"
        "n = 0\n"
        "while True:\n"
        "    write_durably(Path(sys.argv[1]), b'%d:' % (n % 10) + b'%d' % (n % 10) * 200_000); n += 1\n"
        "    n == 3 and print('go', flush=True)"
    )
    for _ in range(4):
        process = child(code, str(path))
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        content = path.read_bytes()
        assert content == content[:1] + b":" + content[:1] * 200_000


@pytest.mark.skipif(os.name == "nt", reason="no file size limits")
def test_a_file_that_cannot_be_written_keeps_its_old_content(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_durably(path, b"old")
    code = (
        "import resource, sys; from pathlib import Path; from familyhub.store.vault import write_durably\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_durably(Path(sys.argv[1]), b'x' * 5000)\n"
        "except OSError as e: print('refused')"
    )
    assert child(code, str(path)).communicate()[0] == "refused\n"
    assert path.read_bytes() == b"old"
    assert os.name == "nt" or path.stat().st_mode & 0o077 == 0
