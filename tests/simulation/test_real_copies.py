"""Histories on real copies: SQLite and PostgreSQL say what the copies in memory say, and a defect of theirs is found."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import familyhub
from familyhub.hub.log import SqlHubTx
from familyhub.store.laptop_copy import SqlLaptopCopy
from tests.simulation import sql_bugs
from tests.simulation.__main__ import main
from tests.simulation.bugs import parts_of
from tests.simulation.plain import agree
from tests.simulation.play import Played, play
from tests.simulation.real import POSTGRESQL, SQLITE, RealCopies, real_copies
from tests.simulation.run import clean
from tests.simulation.script import Script, drawn
from tests.simulation.world import Parts
from tests.support.postgres import Server

KEPT = sorted((Path(__file__).parent / "regressions" / "sql").glob("*.json"))
PLANTED = ("DifferencesLeft", "CommittedApart", "ReceiptsKept")


@pytest.fixture(scope="module")
def on_sqlite() -> Iterator[RealCopies]:
    with real_copies(SQLITE) as real:
        assert real is not None
        yield real


@pytest.fixture(scope="module")
def on_postgresql(postgres_server: Server) -> Iterator[RealCopies]:
    with real_copies(POSTGRESQL) as real:
        assert real is not None
        yield real


def first_found(real: RealCopies, seeds: range, **kinds: Any) -> Played | None:
    played = (play(drawn(seed), real.parts(Parts(), **kinds)) for seed in seeds)
    return next((one for one in played if one.violation), None)


def test_histories_on_sqlite_end_without_a_violation(on_sqlite: RealCopies) -> None:
    assert first_found(on_sqlite, range(1000, 1008)) is None


def test_histories_on_postgresql_end_without_a_violation(postgres_server: Server) -> None:
    tally = clean(range(1000, 1004), workers=1, copies=POSTGRESQL)
    assert (tally.violations, tally.seeds) == ([], 4)
    assert "overlapping_transactions" not in tally.faults


def test_what_happens_does_not_depend_on_what_went_before_in_the_same_files(on_sqlite: RealCopies) -> None:
    once, again = (play(drawn(7), on_sqlite.parts(Parts())) for _ in range(2))
    assert once == again


@pytest.mark.parametrize("name", PLANTED)
def test_a_bug_that_only_a_file_can_have_is_found(on_sqlite: RealCopies, name: str) -> None:
    found = first_found(on_sqlite, range(20, 50), laptop=getattr(sql_bugs, name))
    assert found is not None
    assert found.violation == "2"


def test_a_bug_of_the_machines_is_found_on_real_copies_too(on_sqlite: RealCopies) -> None:
    played = (play(drawn(seed), on_sqlite.parts(parts_of("quarantined_kept"))) for seed in range(30))
    assert next((one for one in played if one.violation), None) is not None


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
@pytest.mark.parametrize("engine", ["on_sqlite", "on_postgresql"])
def test_what_was_found_once_is_mended_and_would_be_found_again(
    request: pytest.FixtureRequest, engine: str, path: Path
) -> None:
    real: RealCopies = request.getfixturevalue(engine)
    kept = json.loads(path.read_text("utf-8"))
    script = Script.from_json(kept["script"])
    assert play(script, real.parts(Parts())).text == ""
    bug = getattr(sql_bugs, kept["bug"])
    kinds = {"hub" if issubclass(bug, SqlHubTx) else "laptop": bug}
    assert play(script, real.parts(Parts(), **kinds)).violation == kept["invariant"]


def test_yes_is_not_one_where_copies_are_compared() -> None:
    from familyhub.sync.copy import Held
    from familyhub.sync.merge import Register

    yes, one = (Held({"stage": Register({"op": (1, value)})}) for value in (True, 1))
    assert yes == one
    with pytest.raises(Exception, match="the real copy says"):
        agree("rows", yes, one)


def test_a_bug_of_the_memory_s_hub_cannot_be_planted_in_a_real_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["--bug", "no_op_id", "--copies", "sqlite"])
    assert "no_op_id is a bug of a copy in memory" in capsys.readouterr().err


def test_one_history_on_sqlite_ends_in_the_same_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "3", "--copies", "sqlite"]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(last) == {"seeds", "ops", "faults", "checked", "violations"}


def test_the_package_holds_no_switch_for_these_bugs() -> None:
    sources = [path.read_text("utf-8") for path in Path(familyhub.__file__).parent.rglob("*.py")]
    planted = [
        n
        for n, kind in vars(sql_bugs).items()
        if isinstance(kind, type) and kind.__module__ == sql_bugs.__name__
    ]
    assert {*PLANTED} < {*planted}
    assert SqlLaptopCopy.__name__ not in planted
    for name in planted:
        assert not any(name in source for source in sources), name
