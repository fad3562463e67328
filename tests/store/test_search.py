"""Search: misspellings, accents, scripts, beginnings of words; whatever is typed does no harm."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from familyhub.store import migrate, search
from familyhub.store.laptop import LaptopStore
from familyhub.sync.copy import NOTHING, Held
from familyhub.sync.merge import Register
from familyhub.sync.ops import REMOVED

NOTES = {
    "n1": ("2026-01-05", "Leo's attendance at school fell before Christmas"),
    "n2": ("2026-03-01", "Attendance meeting with the school; Siân came"),
    "n3": ("2026-02-11", "The boiler broke, the flat is cold"),
    "n4": ("2026-02-12", "Café with Zoë 🎈 and the über-tired twins; she said “naïve”"),
    "n5": ("2026-02-13", "سألت عن المدرسة"),
    "n6": ("2026-02-14", "김민수 was at নার্সারি; Юрий and Ёлка"),
    "n7": ("2026-02-15", "first_aid kit, 4x4, O'Neill-Smith and e-mail"),
}
NAMES = {"p1": ("Siân", "O'Brien"), "p2": ("Muhammad", "al-Rashid"), "p3": ("Jade", "Bell")}


def row(**fields: str) -> Held:
    return Held(
        {f: Register({"op": (1 << 40, v)}, frozenset(), {"op": "w"}) for f, v in fields.items()},
        ("op", 1 << 40),
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LaptopStore]:
    made = LaptopStore(tmp_path_factory.mktemp("search"), bytes(range(32)), demonstration=True)
    migrate.upgrade_laptop(made.engine)
    with made.changing() as copy:
        copy.save({("fam:a", "note", i): row(on=on, text=text) for i, (on, text) in NOTES.items()})
        copy.save({("fam:a", "person_name", i): row(given=g, family_name=f) for i, (g, f) in NAMES.items()})
    yield made
    made.close()


def found(store: LaptopStore, text: str, table: str = search.WORDS, *, as_typed: bool = False) -> list[str]:
    with store.reading() as connection:
        return [h.row_id for h in search.find(connection, store.terms, text, table=table, as_typed=as_typed)]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("boiler", ["n3"]), ("BOILER", ["n3"]), ("boler", ["n3"]), ("biolers", ["n3"]), ("boiller brok", ["n3"]),
        ("atendance", ["n2", "n1"]), ("attendance school", ["n2", "n1"]), ("school attendance boiler", []),
        ("cafe", ["n4"]), ("zoe", ["n4"]), ("ZOË", ["n4"]), ("uber", ["n4"]), ("naive", ["n4"]), ("na\u00efve", ["n4"]),
        ("nai\u0308ve", ["n4"]), ("sian", ["n2"]), ("المدرسة", ["n5"]), ("김민수", ["n6"]), ("নার্সারি", ["n6"]),
        ("юрий", ["n6"]), ("Ёлка", ["n6"]), ("first_aid", ["n7"]), ("first aid", ["n7"]), ("4x4", ["n7"]),
        ("o'neill", ["n7"]), ("e-mail", ["n7"]), ("cold", ["n3"]), ("xylophone", []),
    ],
)  # fmt: skip
def test_words_are_found_as_people_type_them(typed: str, wanted: list[str], store: LaptopStore) -> None:
    assert found(store, typed)[: len(wanted) or None] == wanted


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("sian", ["p1"]), ("obrien", ["p1"]), ("o'brien", ["p1"]), ("o brien", ["p1"]), ("si", ["p1"]), ("mohammed", ["p2"]),
        ("muhamad rashed", ["p2"]), ("jaed", ["p3"]), ("bel", ["p3"]), ("bell jade", ["p3"]),
    ],
)  # fmt: skip
def test_names_are_found_misspelt_in_any_order_and_by_their_beginning(
    typed: str, wanted: list[str], store: LaptopStore
) -> None:
    assert found(store, typed, search.NAMES) == wanted


def test_the_last_word_may_be_the_beginning_of_one_while_typing(store: LaptopStore) -> None:
    for typed in ("atten", "attend", "attendance scho", "school a"):
        assert found(store, typed, as_typed=True)[:2] == ["n2", "n1"], typed


def test_the_newest_comes_first_whatever_the_order_of_writing(store: LaptopStore) -> None:
    assert found(store, "attendance") == ["n2", "n1"]
    key = ("fam:a", "note", "late")
    with store.changing() as copy:
        copy.save({key: row(on="2026-02-01", text="attendance, written late")})
    assert found(store, "attendance") == ["n2", "late", "n1"]
    with store.changing() as copy:
        copy.save({key: NOTHING})
    assert found(store, "attendance") == ["n2", "n1"]


def test_text_that_was_changed_or_removed_is_not_found(store: LaptopStore) -> None:
    key = ("fam:a", "note", "x")
    with store.changing() as copy:
        copy.save({key: row(text="a hedgehog in the garden")})
    assert found(store, "hedgehog") == ["x"]
    assert found(store, "hedgehag") == ["x"]
    with store.changing() as copy:
        copy.save({key: row(text="a squirrel in the garden")})
    assert (found(store, "hedgehog"), found(store, "squirrel")) == ([], ["x"])
    removed = row(text="a squirrel in the garden")
    removed.row[REMOVED] = Register({"r": (9, ["text:op"])})
    with store.changing() as copy:
        copy.save({key: removed})
    assert (found(store, "squirrel"), found(store, "squirel")) == ([], [])


def test_every_answer_of_a_difference_can_be_found(store: LaptopStore) -> None:
    key = ("fam:a", "need", "two")
    with store.changing() as copy:
        copy.save({key: Held({"what": Register({"a": (1, "giraffe"), "b": (2, "elephant")})})})
    assert (found(store, "giraffe"), found(store, "elephant")) == (["two"], ["two"])
    with store.changing() as copy:
        copy.save({key: NOTHING})


@pytest.mark.parametrize(
    "typed",
    ['"', '""', "*", "AND", "OR NOT", "NEAR(", "NEAR(a b, 2)", "body:x", "^a", "a*b", "-", "(", "'; drop table note; --",
     "🎈", "👩‍👧", "\0", "_", "__ _", "\u202eevil", "²", "ẞ", "\U0001e900\U0001e901", "ꟷ", "١٢٣", "％", "{}", "+", " "],
)  # fmt: skip
def test_signs_and_syntax_in_a_query_are_harmless(typed: str, store: LaptopStore) -> None:
    for text in (typed, f"attendance {typed}", f"{typed}attendance", f"attend{typed}ance"):
        for table in (search.WORDS, search.NAMES):
            for as_typed in (False, True):
                found(store, text, table, as_typed=as_typed)
    assert found(store, "attendance") == ["n2", "n1"]


def test_no_text_breaks_the_search(store: LaptopStore) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
    @example("a" * 5000)
    @example(" ".join("word" for _ in range(5000)))
    def harmless(text: str) -> None:
        found(store, text)
        found(store, text, search.NAMES, as_typed=True)
        search.snippet("x " * 100 + text + " y" * 100, text)

    harmless()


def test_a_word_in_quotation_marks_is_found_by_its_letters(store: LaptopStore) -> None:
    assert found(store, '"boiler"') == ["n3"]
    assert found(store, "boiler*") == ["n3"]
    assert found(store, "boiler AND") == []


def test_the_snippet_shows_the_place_where_the_word_stands() -> None:
    text = "before " * 60 + "the hedgehog slept\nwell " + "after " * 60
    piece = search.snippet(text, "hedgehog")
    assert "hedgehog slept well" in piece
    assert piece.startswith("… ")
    assert piece.endswith(" …")
    assert len(piece) < 200
    assert search.snippet("short", "nothing of it") == "short"


def test_no_write_of_few_entries_meets_a_great_merge_of_the_index(tmp_path: Path) -> None:
    made = LaptopStore(tmp_path, bytes(range(32)), demonstration=True)
    migrate.upgrade_laptop(made.engine)
    words, known, most = Random(1), set[int](), 0
    for piece in range(300):
        with made.changing() as copy:
            copy.save(
                {
                    ("fam:a", "note", f"{piece}-{n}"): row(
                        on="2026-01-05", text=" ".join(f"w{words.randrange(3000)}" for _ in range(40))
                    )
                    for n in range(10)
                }
            )
        with made.reading() as connection:
            pages = {r[0] for r in connection.exec_driver_sql(f"select id from {search.WORDS}_data")}
        most, known = max(most, len(pages - known)), pages
    assert 0 < most <= 3 * search.LEAST_MERGED, "pages of the index in one write"
    made.close()
