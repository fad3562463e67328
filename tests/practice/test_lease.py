"""How long a laptop may be used without its hub, and what extends that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from familyhub.practice import extension as extensions
from familyhub.practice.extension import Extension
from familyhub.practice.lease import (
    CLOCK_SEEN,
    ENROLLED,
    EXTENDED,
    EXTENSION,
    FINE,
    LAST_CONTACT,
    LOCKED,
    NO_HUB,
    WARNED,
    lease,
    warning,
    why_locked,
)

MET = datetime(2026, 3, 1, 9, tzinfo=UTC)
DEVICE = {"device": "d1", "hub_id": "h1", LAST_CONTACT: MET.isoformat()}


def after(**span: float) -> datetime:
    return MET + timedelta(**span)


@pytest.mark.parametrize(
    ("now", "state", "left"),
    [
        (after(minutes=1), FINE, 21),
        (after(days=13, hours=23), FINE, 8),
        (after(days=14), WARNED, 7),
        (after(days=20, hours=1), WARNED, 1),
        (after(days=20, hours=23, minutes=59), WARNED, 1),
        (after(days=21), LOCKED, 0),
        (after(days=4000), LOCKED, 0),
    ],
)
def test_it_warns_from_14_days_and_locks_at_21(now: datetime, state: str, left: int) -> None:
    found = lease(DEVICE, now)
    assert (found.state, found.left, found.put_back) == (state, left, False)
    assert bool(warning(found)) == (state == WARNED)


def test_a_clock_that_was_put_back_by_more_than_a_day_locks() -> None:
    seen = {**DEVICE, CLOCK_SEEN: str(round(after(days=5).timestamp() * 1000))}
    assert lease(seen, after(days=4)).state == FINE
    found = lease(seen, after(days=4) - timedelta(seconds=1))
    assert (found.state, found.put_back) == (LOCKED, True)
    assert "clock" in why_locked(found)
    assert lease(DEVICE, MET - timedelta(hours=25)).put_back


def test_the_time_since_enrolment_counts_before_the_hub_was_ever_met_and_no_hub_has_no_lease() -> None:
    enrolled = {"device": "d1", ENROLLED: MET.isoformat()}
    assert lease(enrolled, after(days=22)).state == LOCKED
    assert lease({"device": "d1"}, after(days=22)) == NO_HUB
    assert lease({LAST_CONTACT: MET.isoformat()}, after(days=22)) == NO_HUB


def test_an_extension_moves_the_end_and_never_brings_it_forward() -> None:
    longer = {**DEVICE, EXTENDED: after(days=60).isoformat()}
    assert [lease(longer, after(days=d)).state for d in (22, 52, 53, 60)] == [FINE, FINE, WARNED, LOCKED]
    shorter = {**DEVICE, EXTENDED: after(days=2).isoformat()}
    assert lease(shorter, after(days=3)).state == FINE


@given(st.dictionaries(st.sampled_from([LAST_CONTACT, CLOCK_SEEN, EXTENDED, ENROLLED, "device"]), st.text()))
def test_whatever_stands_in_the_settings_it_is_never_an_error(settings: dict[str, str]) -> None:
    assert lease(settings, MET).state in (FINE, WARNED, LOCKED)


def good(**changes: object) -> Extension:
    return msgspec.structs.replace(
        Extension("h1", "d1", 30, after(days=22).isoformat(), "nonce"), **changes  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "settings", "signers", "now", "sentence"),
    [
        ({"hub": "h2"}, {}, 2, after(days=23), "another hub"),
        ({"device": "d2"}, {}, 2, after(days=23), "another laptop"),
        ({}, {}, 1, after(days=23), "two operators"),
        ({}, {EXTENSION: after(days=22).isoformat()}, 2, after(days=23), "taken already"),
        ({}, {EXTENSION: after(days=24).isoformat()}, 2, after(days=25), "taken already"),
        ({}, {}, 2, after(days=20), "clock of this laptop is behind"),
        ({}, {}, 2, after(days=52), "has run out"),
        ({"device": "all"}, {EXTENSION: after(days=21).isoformat()}, 2, after(days=23), ""),
        ({}, {}, 2, after(days=23), ""),
    ],
)
def test_an_extension_is_refused_in_one_sentence_or_taken(
    changed: dict[str, str], settings: dict[str, str], signers: int, now: datetime, sentence: str
) -> None:
    said = extensions.refusal(good(**changed), {**DEVICE, **settings}, signers, now)
    assert sentence in said
    assert bool(said) == bool(sentence)


def test_what_is_no_extension_is_none() -> None:
    whole = msgspec.json.encode(good())
    assert extensions.read(whole) == good()
    for content in (b"", b"{}", b"[1]", whole[:-3], whole.replace(b"lease-1", b"lease-2")):
        assert extensions.read(content) is None
    for wrong in (
        {"days": 0},
        {"days": 91},
        {"signed_at": "yesterday"},
        {"signed_at": "2026-03-01T09:00:00"},
    ):
        assert extensions.read(msgspec.json.encode(good(**wrong))) is None
    assert len({good().text, good(days=31).text, good(device="d2").text, good(hub="x").text}) == 4
