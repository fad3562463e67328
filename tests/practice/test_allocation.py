"""Who holds a family on a day, how heavy a caseload is, in which order workers suit a family and why; who waits and how long."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from familyhub.practice.allocation import (
    COVER,
    HOLDER,
    LEAD,
    SECOND,
    Allocated,
    Asked,
    Candidate,
    best,
    family_weight,
    hold,
    holding,
    loads,
    ranked,
    role_of,
)
from familyhub.practice.clocks import is_working_day
from familyhub.practice.waiting_list import FINE, LATE, NEVER, SOON, UNKNOWN, Checked, urgency, waits

START = date(2026, 3, 2)
WARDS, TONGUES = ("rock ferry", "claughton", ""), ("polish", "urdu", "welsh")


def on(offset: int) -> str:
    return (START + timedelta(days=offset)).isoformat()


words = st.frozensets(st.sampled_from(TONGUES), max_size=2)
candidates = st.lists(
    st.builds(
        Candidate,
        id=st.integers(0, 99).map(lambda n: f"w{n}"),
        name=st.sampled_from(("Asha", "Sam", "Mia", "asha")),
        carried=st.integers(0, 40),
        limit=st.integers(0, 40),
        languages=words,
        wards=st.frozensets(st.sampled_from(WARDS[:2]), max_size=2),
        travel=st.sampled_from(("car", "foot", "")),
        conflict=st.sampled_from(("", "neighbour")),
        away=st.sampled_from(("", "", "away until Fri")),
    ),
    max_size=9,
    unique_by=lambda c: c.id,
)
asked = st.builds(Asked, weight=st.integers(0, 6), languages=words, ward=st.sampled_from(WARDS))


@settings(max_examples=60)
@given(candidates, asked, st.randoms(use_true_random=False))
def test_the_order_of_workers_is_total_stable_and_explains_itself(
    workers: list[Candidate], family: Asked, dice: object
) -> None:
    found = ranked(workers, family)
    assert sorted(s.worker.id for s in found) == sorted(w.id for w in workers), "everybody once"
    dice.shuffle(workers)  # type: ignore[attr-defined]
    assert ranked(workers, family) == found, "whatever order they come in"
    for one, other in pairwise(found):
        assert (one.key, one.worker.name.casefold(), one.worker.id) < (
            other.key, other.worker.name.casefold(), other.worker.id,
        )  # fmt: skip
        if one.reasons == other.reasons:
            assert one.key == other.key, "who stands elsewhere has another reason, or another name"
    for suggestion in found:
        worker = suggestion.worker
        assert bool(suggestion.excluded) == bool(worker.conflict)
        assert len(suggestion.reasons) == (
            bool(worker.conflict) + bool(worker.away) + bool(family.languages) + 1 + bool(family.ward)
        ), "one sentence for each thing that was weighed"
        if worker.conflict:
            assert worker.conflict in suggestion.reasons[0], "never silently"
    free = [s for s in found if not s.excluded]
    assert found[: len(free)] == free, "who has a conflict of interest stands last"
    assert best(found) == (free[0] if free else None)


rows = st.lists(
    st.builds(
        lambda worker, role, begin, length, ended, order: Allocated(
            f"r{order}", "f1", worker, role, on(begin),
            on(begin + length) if ended or role == COVER else None, order=(order, f"r{order}"),
        ),
        st.sampled_from(("asha", "sam")), st.sampled_from((LEAD, SECOND, COVER, HOLDER)),
        st.integers(-20, 20), st.integers(0, 15), st.booleans(), st.integers(0, 30),
    ),
    max_size=8, unique_by=lambda r: r.order,
)  # fmt: skip


@settings(max_examples=60)
@given(rows, st.integers(-25, 40))
def test_a_worker_holds_a_family_on_just_the_days_on_which_rows_say_so(
    written: list[Allocated], offset: int
) -> None:
    """Compared with a plain reading of the rows, day by day."""
    day = START + timedelta(days=offset)
    last: dict[tuple[str, str], Allocated] = {}
    for row in sorted(written, key=lambda r: r.order):
        last[(row.worker_id, row.role)] = row
    now = set()
    for (worker, role), row in last.items():
        until = date.fromisoformat(row.to_on) if row.to_on else date.max
        begun = date.fromisoformat(row.on) <= day
        if begun and (day <= until if role == COVER else day < until):
            now.add((worker, role))
    assert {(r.worker_id, r.role) for r in holding(written, day)} == now
    for worker in ("asha", "sam"):
        mine = [r for r in written if r.worker_id == worker]
        span = hold(mine, day)
        if any(w == worker for w, _ in now):
            assert span is not None
            assert span.holds(day)
        if span is not None and span.end is None:
            assert any(row.to_on is None for (w, _), row in last.items() if w == worker)
        if span is None:
            assert all(not span_ahead(r, day) for k, r in last.items() if k[0] == worker)


def span_ahead(row: Allocated, day: date) -> bool:
    """Whether a row lets its worker hold it on some day from ``day`` on."""
    return any(holding([row], day + timedelta(days=n)) for n in range(46))


def test_a_caseload_is_the_weight_of_the_open_families_worked_with_or_covered() -> None:
    written = [
        Allocated("1", "f1", "asha", LEAD, on(0), weight=5),
        Allocated("2", "f2", "asha", LEAD, on(0)),
        Allocated("3", "f3", "asha", LEAD, on(0)),
        Allocated("4", "f1", "sam", SECOND, on(0)),
        Allocated("5", "f2", "sam", COVER, on(1), on(2), for_id="asha"),
        Allocated("6", "f4", "sam", HOLDER, on(0)),
    ]
    levels = {"f1": "3", "f2": "4", "f3": "3"}
    still = ["f1", "f2", "f4"]
    assert loads(written, levels, still, START) == {"asha": 5 + 3, "sam": 2}
    assert loads(written, levels, still, START + timedelta(days=2)) == {"asha": 8, "sam": 2 + 3}
    assert loads(written, levels, still, START + timedelta(days=3)) == {"asha": 8, "sam": 2}
    assert (family_weight(None), family_weight("2"), family_weight("2", 0)) == (2, 1, 0)
    assert [role_of(t) for t in (None, "lead worker", "second worker", "cover")] == [
        LEAD,
        LEAD,
        SECOND,
        COVER,
    ]


@given(st.integers(0, 400), st.integers(0, 30), st.integers(1, 10))
@settings(max_examples=60)
def test_who_waits_is_counted_in_working_days_and_a_safe_check_is_due_in_time(
    age: int, checked: int, every: int
) -> None:
    """Against a plain count, day by day, over bank holidays and year ends."""
    today = START + timedelta(days=age)

    def count(begin: date) -> int:
        return sum(is_working_day(begin + timedelta(days=n)) for n in range(1, (today - begin).days + 1))

    opened = waits([], "waiting", today, since=on(0), every=every)
    assert opened is not None
    assert (opened.since, opened.age) == (START, count(START))
    assert (opened.check == NEVER) == (count(START) > every or opened.due < today)  # type: ignore[operator]
    last = max(START, today - timedelta(days=checked))
    found = waits([], "waiting", today, since=on(0), checks=[
        Checked(last.isoformat(), "phone", "yes", "Well", None, "Asha")], every=every)  # fmt: skip
    assert found is not None
    assert found.due is not None
    working = [n for n in range(1, 60) if is_working_day(last + timedelta(days=n))]
    assert found.due == last + timedelta(days=working[every - 1])
    left = sum(is_working_day(today + timedelta(days=n)) for n in range(1, (found.due - today).days + 1))
    assert found.check == (LATE if found.due < today else SOON if left <= 1 else FINE)


def test_a_family_waits_until_somebody_works_with_it_who_has_not_left() -> None:
    holder = Allocated("1", "f1", "joan", HOLDER, on(0), order=(1, "1"))
    lead = Allocated("2", "f1", "asha", LEAD, on(1), order=(2, "2"))
    today = START + timedelta(days=3)
    still = waits([holder], "waiting", today, since=on(-1))
    assert still is not None
    assert still.holder == holder
    assert waits([holder, lead], "open", today, since=on(-1)) is None
    gone = waits([holder, lead], "open", today, since=on(-1), gone=["asha"])
    assert gone is not None
    assert gone.left
    assert waits([], "closed", today, since=on(0)) is None
    again = waits([lead], "waiting", today, since=on(2))
    assert again is not None, "an allocation of an earlier spell of help does not end the wait of a new one"
    elsewhere = waits([], "waiting", today, since=None, known=False)
    assert elsewhere is not None
    assert (elsewhere.age, elsewhere.due, elsewhere.check) == (None, None, UNKNOWN), (
        "it says that it does not know"
    )
    ended = Allocated("3", "f1", "asha", LEAD, on(1), on(2), order=(3, "3"))
    after = waits([holder, lead, ended], "plan", today, since=on(-30))
    assert after is not None
    assert after.since == START + timedelta(days=2), "since it was given back"


def test_a_child_who_was_not_safe_stands_first_then_who_was_not_checked_then_who_waits_longest() -> None:
    today = START + timedelta(days=20)
    day = today.isoformat()
    found = {
        "unsafe": waits(
            [], "waiting", today, since=on(19), checks=[Checked(day, "visit", "no", "", None, "")]
        ),
        "never": waits([], "waiting", today, since=on(2)),
        "longest": waits(
            [], "waiting", today, since=on(0), checks=[Checked(day, "visit", "yes", "", None, "")]
        ),
        "newest": waits(
            [], "waiting", today, since=on(18), checks=[Checked(day, "visit", "yes", "", None, "")]
        ),
    }
    order = sorted(found, key=lambda name: urgency(name, name, found[name]))  # type: ignore[arg-type]
    assert order == ["unsafe", "never", "longest", "newest"]
