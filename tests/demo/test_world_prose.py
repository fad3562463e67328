from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator

from familyhub.demo.world import days
from familyhub.demo.world.shelf import sections
from tests.demo.test_world_rows_support import ONE_WORKER, day_of, family_files, rows

pytestmark = ONE_WORKER

TEXTS = ("happened", "text", "no_access_did", "meaning", "impact")
BOOKS = (
    "alcohol", "behaviour", "bereavement", "dahistory", "damp", "frontdoor", "general", "kinship", "lowmood",
    "money", "mornings", "newbaby", "sen", "separation", "sleep", "speech", "teen", "youngcarer",
)  # fmt: skip
DIAGNOSES = re.compile(r"\b(autis\w+|ADHD|depress\w+|anxiety|trauma\w*|PTSD)\b", re.IGNORECASE)


def _sentences(fields: dict[str, object]) -> Iterator[str]:
    for name in TEXTS:
        for sentence in re.split(r"(?<=[.!?])[\"”]?\s+", str(fields.get(name, ""))):
            if sentence:
                yield sentence


def _notes(seed: int) -> list[list[str]]:
    return [list(_sentences(dict(row.fields))) for row in rows(seed) if row.entity in ("visit", "note")]


def _repeats(notes: list[list[str]]) -> int:
    counted = Counter(sentence for note in notes for sentence in note)
    return sum(times - 1 for times in counted.values())


def test_thirty_random_notes_hold_fewer_than_three_repeated_sentences() -> None:
    for seed in (1, 2, 3):
        notes = _notes(seed)
        found = [_repeats(random.Random(draw).sample(notes, 30)) for draw in range(100)]
        assert sum(repeats >= 3 for repeats in found) <= 3, sorted(found)[-6:]
        assert sum(found) / len(found) < 1


def test_no_text_is_left_with_a_slot_or_a_tag_in_it() -> None:
    for row in rows():
        for name, value in row.fields.items():
            if isinstance(value, str) and name not in ("id",):
                assert not re.search(r"[{}<>]|\[\[|=>|\s@|^[@!]|  | \|", value), (row.entity, name, value)


def test_sentences_start_with_a_capital_and_end() -> None:
    for row in rows():
        if row.entity == "visit" and "happened" in row.fields:
            text = str(row.fields["happened"])
            assert not text[0].islower()
            assert text[-1] in ".?!\"”'", text


def test_children_never_speak_in_diagnoses() -> None:
    for row in rows():
        if row.entity == "visit_child":
            assert not DIAGNOSES.search(str(row.fields.get("said", "")))


def test_a_childs_words_are_short() -> None:
    words = [
        len(str(row.fields["said"]).split())
        for row in rows()
        if row.entity == "visit_child" and row.fields.get("method") == "said"
    ]
    assert max(words) < 30


def test_every_theme_has_something_to_tell_in_each_part() -> None:
    for book in BOOKS:
        if book in ("general", "frontdoor"):
            continue
        for part in ("worry", "bad", "mixed", "good", "meaning_bad", "meaning_good", "need", "action"):
            assert sections(f"prose/{book}")[part], (book, part)


def test_a_family_does_not_read_the_same_note_twice() -> None:
    seen: Counter[tuple[str, str]] = Counter()
    for row in rows():
        if row.entity in ("visit", "note"):
            seen[row.scope, str(row.fields.get("happened") or row.fields.get("text"))] += 1
    assert max(times for (_, text), times in seen.items() if text != "None") == 1


def test_a_family_without_a_child_of_school_age_has_nothing_written_about_its_schooling() -> None:
    schooling = re.compile(
        r"\b(uniform|homework|PE kit|at school|in class|playtime|school dinner)", re.IGNORECASE
    )
    for file in [file for seed in (1, 2, 3) for file in family_files(seed).values()]:
        births = [day_of(p.fields["birth_date"]) for p in file.of("person") if "birth_date" in p.fields]
        for row in file.rows:
            if row.entity not in ("visit", "note", "action", "need", "review"):
                continue
            day = row.at.date()
            if any(0 <= days.school_year(born, day) <= 13 for born in births):
                continue
            told = " ".join(str(value) for value in row.fields.values())
            assert not schooling.search(told), (row.scope, told)
