"""Two edits of one text: what differs is found, what does not meet is put together, nothing is lost."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from familyhub.practice.three_way import compared, merged, sentences, words

BEFORE = "Dawn is tired. Kitchen warm, food in.\n\nLeo at school."
TEXT = st.text(alphabet="ab .!?\n“”é", max_size=60)


@given(TEXT)
def test_sentences_and_words_are_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text
    assert "".join(words(text)) == text


@given(TEXT, TEXT)
def test_the_pieces_are_the_text_and_what_is_gone_from_it(before: str, after: str) -> None:
    pieces = compared(before, after)
    assert "".join(p.text for p in pieces if p.change != "gone") == after
    assert all(p.text for p in pieces)
    if before == after:
        assert all(p.change == "same" for p in pieces)


def test_a_changed_word_is_marked_and_not_its_sentence() -> None:
    assert [(p.text.strip(), p.change) for p in compared("He is in by nine.", "He is in by ten.")] == [
        ("He is in by", "same"), ("nine.", "gone"), ("ten.", "added"),
    ]  # fmt: skip


def test_edits_of_different_sentences_are_put_together() -> None:
    mine = BEFORE.replace("tired", "rested")
    theirs = BEFORE + " Pat collects him."
    assert (
        merged(BEFORE, mine, theirs)
        == "Dawn is rested. Kitchen warm, food in.\n\nLeo at school. Pat collects him."
    )
    assert merged(BEFORE, theirs, mine) == merged(BEFORE, mine, theirs)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [("Dawn is rested. Kitchen warm, food in.\n\nLeo at school.", "Dawn is ill. Kitchen warm, food in.\n\nLeo at school."),
     (BEFORE + " I saw him.", BEFORE + " Pat saw him.")],
)  # fmt: skip
def test_edits_of_one_sentence_or_at_one_place_are_not(mine: str, theirs: str) -> None:
    assert merged(BEFORE, mine, theirs) is None


@given(TEXT, TEXT)
def test_an_edit_beside_no_edit_is_that_edit(before: str, after: str) -> None:
    for found in (merged(before, after, before), merged(before, before, after)):
        assert found is not None
        assert "".join(found.split()) == "".join(after.split())


@pytest.mark.parametrize("text", ["Yes. " * 20_000, "so on and " * 20_000, "x" * 200_000], ids=len)
def test_forty_pages_of_the_same_are_compared_in_a_moment(text: str) -> None:
    begun = time.perf_counter()
    pieces = compared(text, text + "No.")
    merged(text, text + "No.", "Maybe. " + text)
    assert "".join(p.text for p in pieces if p.change != "gone") == text + "No."
    assert time.perf_counter() - begun < 10, "a minute without the limit"
