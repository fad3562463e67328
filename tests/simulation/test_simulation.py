"""The simulation is clean, finds every planted bug, and stays able to find what it found once."""

import json
from pathlib import Path

import pytest

import familyhub
from tests.simulation.__main__ import main
from tests.simulation.bugs import BUGS, RARE, parts_of
from tests.simulation.check import INVARIANTS
from tests.simulation.play import play
from tests.simulation.run import clean, hunt
from tests.simulation.script import Script, drawn
from tests.simulation.shrink import shrunk
from tests.simulation.world import FAULTS, Parts

SEEDS = 150
REGRESSIONS = sorted(Path(__file__).with_name("regressions").glob("*.json"))
PACKAGE = Path(familyhub.__file__).parent


def test_histories_end_without_a_violation_and_every_fault_and_invariant_occurs() -> None:
    tally = clean(range(SEEDS), workers=1)
    assert tally.violations == []
    assert tally.never() == []
    assert tally.seeds == SEEDS
    assert set(tally.faults) == set(FAULTS)
    assert set(tally.checked) == set(INVARIANTS)


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(bug: str) -> None:
    _, found = hunt(bug, range(300), workers=1)
    assert found is not None


@pytest.mark.parametrize("path", REGRESSIONS, ids=lambda path: path.stem)
def test_what_was_found_once_is_mended_and_would_be_found_again(path: Path) -> None:
    kept = json.loads(path.read_text("utf-8"))
    script = Script.from_json(kept["script"])
    assert play(script, Parts()).text == ""
    assert play(script, parts_of(kept["bug"])).violation == kept["invariant"]


def test_every_rare_defect_has_its_history_kept() -> None:
    assert {*RARE} <= {path.stem for path in REGRESSIONS}


def test_a_seed_gives_the_same_history_every_time() -> None:
    assert drawn(7) == drawn(7)
    assert play(drawn(7), Parts()) == play(drawn(7), Parts())


def test_a_failing_history_shrinks_to_one_in_which_no_step_can_be_left_out() -> None:
    parts = parts_of("fold_unlocked")
    _, found = hunt("fold_unlocked", range(300), workers=1)
    assert found is not None
    whole = drawn(found.seed)
    script, played = shrunk(whole, parts)
    assert played.violation == found.violation
    assert len(script.steps) < len(whole.steps)
    for left_out in range(len(script.steps)):
        steps = script.steps[:left_out] + script.steps[left_out + 1 :]
        fewer = Script(script.seed, script.laptops, script.scopes, script.rows, steps)
        assert play(fewer, parts).violation != played.violation


def test_a_script_survives_being_written_down() -> None:
    assert Script.from_json(json.loads(json.dumps(drawn(3).as_json()))) == drawn(3)


def test_the_package_holds_no_switch_for_a_bug() -> None:
    sources = [path.read_text("utf-8") for path in PACKAGE.rglob("*.py")]
    classes = {part.__name__ for parts in {**BUGS, **RARE}.values() for part in (parts.laptop, parts.hub)}
    for name in (
        *BUGS,
        *RARE,
        *classes - {"LaptopMachine", "HubMachine", "Laptop", "Hub"},
        "tests.simulation",
    ):
        assert not any(name in source for source in sources), name


def test_the_last_line_is_the_sum_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "3"]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(last) == {"seeds", "ops", "faults", "checked", "violations"}
    assert last["seeds"] == 1


def test_a_bug_that_is_found_is_a_violation_and_its_seed_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "10", "--bug", "no_op_id"]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("no_op_id: found at seed ")
    assert json.loads(out[-1])["violations"][0]["invariant"] == "1"


def test_too_few_seeds_fail_because_something_never_happened(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "1"]) == 1
    assert "never happened: " in capsys.readouterr().out
