"""What an agreement gives for sharing: within it or outside it, and never a block."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from familyhub.practice.agreement import agreed_agencies, listed, offer, opinion_waits, refresh_due
from familyhub.practice.family_file import AgreementLine
from familyhub.records.codes import LAWFUL_BASIS

AGENCIES = ["school", "health visitor", "GP", "housing", "nursery", "police"]
STATES = ["agreed", "declined", "not_asked", "withdrawn"]


def line(person: str, state: str, yes: str = "", no: str = "", on: str = "2026-02-05") -> AgreementLine:
    return AgreementLine(person, state.replace("_", " "), on, yes, no, "", f"{person}-row", person, state)


lines = st.lists(
    st.builds(
        line, st.sampled_from(["Dawn", "Craig", "Pat"]), st.sampled_from(STATES),
        st.lists(st.sampled_from(AGENCIES), unique=True).map(", ".join),
        st.lists(st.sampled_from(AGENCIES), unique=True).map(", ".join),
    ),
    max_size=4,
)  # fmt: skip


@given(lines, st.sampled_from(AGENCIES))
def test_sharing_lies_within_an_agreement_when_somebody_agreed_now_and_nobody_said_not(
    held: list[AgreementLine], agency: str
) -> None:
    found = offer(held, agency)
    agreed = any(x.state_code == "agreed" and agency in x.agencies.split(", ") for x in held)
    excluded = any(agency in x.not_agencies.split(", ") for x in held)
    assert found.within == (agreed and not excluded)
    assert (agency in agreed_agencies(held)) == found.within
    assert found.basis in LAWFUL_BASIS.values
    assert found.basis != "consent", "agreement to a service is no consent to share"
    assert found.words


def test_an_agency_is_known_by_a_longer_name_of_its_own() -> None:
    held = [line("Dawn", "agreed", "school, health visitor", "housing")]
    assert offer(held, "St Hilda's School").within
    assert offer(held, "the school").within
    assert not offer(held, "Housing association").within
    assert "Dawn said: not Housing association" in offer(held, "Housing association").words
    assert "nobody agreed" in offer(held, "police").words


def test_agencies_are_listed_once_in_the_order_they_were_written() -> None:
    assert listed(" school,  health  visitor,school, ,GP ") == ("school", "health visitor", "GP")


def test_an_agreement_is_asked_again_once_a_review_was_held_after_it() -> None:
    dawn = line("Dawn", "agreed", "school")
    assert not refresh_due(dawn, None)
    assert not refresh_due(dawn, "2026-02-05")
    assert refresh_due(dawn, "2026-03-19")
    assert not refresh_due(line("Craig", "declined"), "2026-03-19")
    assert opinion_waits(line("Craig", "withdrawn"))
    assert not opinion_waits(dawn)
