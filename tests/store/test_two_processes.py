"""Two processes on one home: both write, one syncs."""

from pathlib import Path

import pytest

from familyhub.store.errors import StoreBusy
from familyhub.store.laptop import LaptopStore, app_lock, sync_lock
from tests.support.homes import SmallHome, child

WRITING = """
import sys
from pathlib import Path
from familyhub.store.laptop import LaptopStore
store = LaptopStore.with_key(Path(sys.argv[1]), bytes.fromhex(sys.stdin.readline()), demonstration=True)
print("ready", flush=True)
sys.stdin.readline()
for n in range(12):
    with store.work(sys.argv[2]) as work:
        work.create("fam:bell", "note", {"text": f"{sys.argv[2]} {n}", "text_readers": "workers"})
store.close()
"""
HOLDING = """
import sys
from pathlib import Path
from familyhub.store.laptop import app_lock, sync_lock
with {"sync": sync_lock, "app": app_lock}[sys.argv[2]](Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_two_processes_writing_at_once_lose_nothing_and_number_without_a_hole(
    small_home: SmallHome, tmp_path: Path
) -> None:
    home = small_home.copy(tmp_path / "home")
    writers = [child(WRITING, str(home), name) for name in ("one", "two")]
    for w in writers:
        assert w.stdin is not None
        assert w.stdout is not None
        w.stdin.write(small_home.key.hex() + "\n")
        w.stdin.flush()
        assert w.stdout.readline() == "ready\n", w.communicate()[1]
    for w in writers:
        assert w.stdin is not None
        w.stdin.write("go\n")
        w.stdin.flush()
    assert [w.communicate()[1] for w in writers] == ["", ""]
    store = LaptopStore.with_key(home, small_home.key, demonstration=True)
    with store.reading() as connection:
        run = connection.exec_driver_sql
        texts = {r[0] for r in run("select text from note")}
        labels = [r[0] for r in run("select dseq from outbox where scope = 'fam:bell' order by place")]
        clocks = [r[0] for r in run("select created_hlc from note")]
    store.close()
    assert {f"{w} {n}" for w in ("one", "two") for n in range(12)} <= texts
    assert labels == list(range(1, len(labels) + 1))
    assert len(set(clocks)) == len(clocks)


@pytest.mark.parametrize(
    ("name", "lock", "sentence"),
    [("sync", sync_lock, "is syncing just now"), ("app", app_lock, "is already open on this laptop")],
)
def test_what_only_one_may_do_is_refused_in_one_sentence_while_another_does_it(
    name: str, lock: object, sentence: str, tmp_path: Path
) -> None:
    holder = child(HOLDING, str(tmp_path), name)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(StoreBusy, match=sentence) as refused, lock(tmp_path):  # type: ignore[operator]
        pass
    assert str(refused.value).count(".") == 1
    holder.kill()
    holder.communicate()
    with lock(tmp_path):  # type: ignore[operator]
        pass  # the lock of a process that was killed holds nobody up


def test_a_writer_that_waits_in_vain_is_told_in_one_sentence(small_home: SmallHome, tmp_path: Path) -> None:
    from familyhub.store.engine import connect

    home = small_home.copy(tmp_path / "home")
    store = LaptopStore.with_key(home, small_home.key, demonstration=True)
    with store.engine.connect() as connection:  # the pooled connection shall not wait for long
        connection.exec_driver_sql("pragma busy_timeout = 50")
    other = connect(home / "store.db", small_home.key)
    other.execute("begin immediate")
    with pytest.raises(StoreBusy, match="Nothing was lost: try again"), store.work("w") as work:
        work.create("fam:bell", "note", {"text": "x"})
    other.execute("rollback")
    other.close()
    with store.work("w") as work:
        work.create("fam:bell", "note", {"text": "x"})
    store.close()
