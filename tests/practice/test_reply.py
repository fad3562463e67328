"""The drafted reply never says more than the caller may know."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from familyhub.practice.front_door import ContactView, Decision, NamedPerson
from familyhub.practice.reply import OUTCOMES, draft
from familyhub.records.codes import CONTACT_OUTCOME, CONTACT_SOURCE

SECRET = (
    "SECRET-REASON",
    "SECRET-FAMILY",
    "SECRET-WORRY",
    "SECRET-ADDRESS",
    "SECRET-PERSON",
    "SECRET-MUM",
    "SECRET-SURNAME",
)


def child(name: str, outcome: str, level: str = "3") -> NamedPerson:
    decision = Decision("d", level, outcome, "SECRET-REASON", "2026-03-12", "w", "Joan") if outcome else None
    return NamedPerson(
        name, "child", name, "SECRET-SURNAME", None, decision=decision, person_id="SECRET-PERSON"
    )


def contact(source: str, *children: NamedPerson, **fields: object) -> ContactView:
    base: dict[str, object] = {
        "id": "c", "received_at": "2026-03-12T08:15:00Z", "channel": "phone", "source": source, "who": "Ms Ali", "agency": "St Hilda's",
        "reach": "", "in_confidence": False, "locality": "birkenhead", "family_id": "f", "family": "SECRET-FAMILY",
        "address": "SECRET-ADDRESS", "postcode": "", "worry": "SECRET-WORRY", "tried": "", "parent_told": None,
        "parent_agrees": None, "outcome": "", "told_on": None, "children": children,
        "adults": (NamedPerson("m", "adult", "SECRET-MUM", "", None),),
    }  # fmt: skip
    return ContactView(**{**base, **fields})  # type: ignore[arg-type]


def test_a_professional_hears_the_outcome_and_who_leads() -> None:
    reply = draft(
        contact("2A", child("Tom", "early_help")),
        lead="Asha Rahman",
        ring="0151 496 0101",
        sender="Joan Pike",
    )
    assert reply.text == (
        "Dear Ms Ali,\n\nThank you for contacting us.\nEarly help is being offered.\nAsha Rahman leads.\n"
        "If you are worried again, ring 0151 496 0101.\n\nJoan Pike"
    )
    waiting = draft(contact("2A", child("Tom", "early_help")))
    assert "A worker is being found; you will hear who leads." in waiting.text


def test_several_outcomes_are_told_child_by_child_in_the_callers_own_names() -> None:
    reply = draft(
        contact("3B", child("Tom", "early_help"), child("Mia", "early_help"), child("Jay", "social_care"))
    )
    assert "Tom and Mia: early help is being offered." in reply.text
    assert "Jay: it has been passed to children's social care." in reply.text


@pytest.mark.parametrize("source", ["1A", "1B", "1C", "1D", "10", ""])
@given(
    outcome=st.sampled_from([*CONTACT_OUTCOME.values, ""]),
    level=st.sampled_from("1234"),
    family=st.sampled_from(["", "f"]),
)
@settings(max_examples=30, deadline=None)
def test_a_member_of_the_public_reads_the_same_whatever_was_found_and_decided(
    source: str, outcome: str, level: str, family: str
) -> None:
    usual = draft(contact(source, child("Tom", "no_further_action", "1"), family_id=""))
    reply = draft(contact(source, child("Tom", outcome, level), family_id=family), lead="Asha Rahman")
    assert reply == usual
    assert "Thank you" in reply.text
    assert "Tom" not in reply.text


@given(st.sampled_from(list(CONTACT_SOURCE.values)), st.lists(st.sampled_from(list(OUTCOMES)), min_size=1, max_size=3),
       st.sampled_from("1234"), st.booleans())  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_no_reason_no_level_and_nobody_else_is_ever_in_it(
    source: str, outcomes: list[str], level: str, secret: bool
) -> None:
    children = [child(f"Child{n}"[:5], o, level) for n, o in enumerate(outcomes)]
    text = draft(contact(source, *children, in_confidence=secret), ring="", sender="Joan").text
    assert not [s for s in SECRET if s in text]
    assert "level" not in text.lower()
    assert "known" not in text
    assert "open" not in text.replace("open to everybody", "")


def test_every_outcome_has_its_words_and_nobody_is_told_too_early() -> None:
    assert OUTCOMES.keys() == CONTACT_OUTCOME.values.keys()
    undecided = draft(contact("2A", child("Tom", "advice"), child("Jay", "")))
    assert (undecided.text, undecided.limits) == ("", "There is no outcome to tell yet.")
    assert draft(contact("9", child("Tom", "advice"))).text == ""
