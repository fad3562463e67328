"""Drafts: kept at every pause, back after kill -9."""

import signal
from pathlib import Path

from familyhub.store.drafts import Draft, discard, find, keep, unfinished
from familyhub.store.laptop import LaptopStore
from tests.support.homes import SmallHome, child

TYPING = """
import sys
from pathlib import Path
from familyhub.store.drafts import Draft, keep
from familyhub.store.laptop import LaptopStore
store = LaptopStore.with_key(Path(sys.argv[1]), bytes.fromhex(sys.stdin.readline()), demonstration=True)
typed = ""
while True:
    typed += "word "
    keep(store, Draft("d", "note", "bell", "2026-03-12T09:00:00Z", f"2026-03-12T10:00:{len(typed):06}Z", typed))
    print(len(typed), flush=True)
"""


def test_what_was_typed_before_a_kill_is_there_to_the_last_pause(
    small_home: SmallHome, tmp_path: Path
) -> None:
    home = small_home.copy(tmp_path / "home")
    process = child(TYPING, str(home))
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(small_home.key.hex() + "\n")
    process.stdin.flush()
    seen = [int(process.stdout.readline()) for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    seen += [int(n) for n in process.communicate()[0].split()]
    store = LaptopStore.with_key(home, small_home.key, demonstration=True)
    (draft,) = unfinished(store)
    store.close()
    assert len(draft.entry) >= seen[-1]
    assert draft.entry == "word " * (len(draft.entry) // 5)
    assert draft.started_at == "2026-03-12T09:00:00Z", "its age counts from its first pause"


def test_drafts_stand_in_the_order_of_their_last_pause_and_are_no_records(
    small_home: SmallHome, tmp_path: Path
) -> None:
    store = LaptopStore.with_key(small_home.copy(tmp_path / "home"), small_home.key, demonstration=True)
    first = Draft("a", "note", "bell", "2026-03-12T09:00:00Z", "2026-03-12T09:00:00Z", "{}")
    second = Draft("b", "visit", None, "2026-03-12T09:01:00Z", "2026-03-12T09:01:00Z", "{}")
    keep(store, first)
    keep(store, second)
    assert unfinished(store) == [second, first]
    keep(store, first._replace(saved_at="2026-03-12T09:02:00Z", entry='{"x": 1}', family_id="hughes"))
    assert [d.id for d in unfinished(store)] == ["a", "b"]
    assert find(store, "a") == Draft(
        "a", "note", "hughes", first.started_at, "2026-03-12T09:02:00Z", '{"x": 1}'
    )
    with store.changing() as copy:
        assert copy.unsent(1) == [], "a draft is never sent"
    discard(store, "a")
    discard(store, "a")
    assert find(store, "a") is None
    store.close()
