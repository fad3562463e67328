"""How a family's line in its locality is named."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from familyhub.practice.thin_row import family_of, row_id

IDS = st.text("abcXYZ019_.-", min_size=1, max_size=80)


def test_the_first_line_has_the_name_of_its_family() -> None:
    assert row_id("f1", []) == "f1"
    assert row_id("f1", ["f2", "f1~2"]) == "f1"


@given(IDS, st.integers(0, 20))
def test_a_line_is_never_named_as_one_that_was_erased_and_always_tells_its_family(
    family: str, times: int
) -> None:
    erased: list[str] = []
    for _ in range(times):
        erased.append(row_id(family, erased))
    assert len(set(erased)) == times
    assert {family_of(name) for name in [*erased, row_id(family, erased)]} == {family}
