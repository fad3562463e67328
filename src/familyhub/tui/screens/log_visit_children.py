"""The children at a visit: seen, alone, bedroom, how or why not; and the words of each, exactly as they were said."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from familyhub.casework.checking import clean
from familyhub.casework.entries import ChildSeen
from familyhub.practice.days import short_day
from familyhub.practice.household import Child
from familyhub.records.codes import CHILD_METHOD, SEEN_HOW
from familyhub.tui.screens.log_visit_entry import alarm, default_method, has_words, young
from familyhub.tui.widgets.fields import FieldChanged, FormRow
from familyhub.tui.widgets.fields_choice import ChoiceField, ReadersField
from familyhub.tui.widgets.fields_hint import cell
from familyhub.tui.widgets.fields_prose import ProseField
from familyhub.tui.widgets.fields_rows import RowsField

NAME, SEEN, ALONE, BEDROOM = 15, 7, 10, 9


class ChildrenRows(RowsField):
    """One row per child of the file; a letter says what was seen. Nothing is said for anybody."""

    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("s", "seen"), ("a", "alone"), ("b", "bedroom"), ("n", "not seen, why"), ("h", "how"), ("w", "words"),
        ("Enter", "write"),
    )  # fmt: skip

    class Words(Message):
        """Somebody wants to write a child's words."""

        def __init__(self, person_id: str, *, go: bool) -> None:
            super().__init__()
            self.person_id, self.go = person_id, go

    def __init__(
        self, children: tuple[Child, ...], said: list[ChildSeen], today: date, *, front: bool = False
    ) -> None:
        super().__init__("child", [c.id for c in children], id="children")
        self.children_of_file, self.said, self.today, self.front = children, said, today, front

    def ask(self, children: tuple[Child, ...], said: list[ChildSeen]) -> None:
        """Ask for these children: the visit was on another day."""
        self.children_of_file, self.said, self.ids = children, said, [c.id for c in children]
        self.at = min(self.at, max(0, len(children) - 1))
        self.show_rows()

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """In the front room attendance only."""
        return (
            tuple((k, w.partition(",")[0]) for k, w in self.KEYS if k in "sabn") if self.front else self.KEYS
        )

    def head(self) -> str:
        """The columns."""
        last = "" if self.front else "How, or why not"
        return (
            "  "
            + cell("Children", NAME)
            + cell("Seen", SEEN)
            + cell("Alone", ALONE)
            + cell("Bedroom", BEDROOM)
            + last
        )

    def cells(self, row: int) -> Content:
        """Name and age, and the three answers; a dot where nobody has said."""
        child, said = self.children_of_file[row], self.said[row]
        age = child.age_text.removeprefix("due ") if child.role == "unborn" else child.age_text
        away = "" if child.lives_here or child.role == "unborn" else " (away)"
        gone = bool(child.left_on) and str(child.left_on) < self.today.isoformat()
        unborn = child.role == "unborn"
        answered = {True: "yes", False: "no", None: "·"}
        seen = "·" if unborn else answered[said.seen]
        alone = "yes" if said.alone else "no" if said.seen and child.alone_expected else young(child)
        bedroom = "yes" if said.bedroom else "no" if said.seen and not unborn else "·"
        if said.seen is False:
            alone, bedroom = "·", "·"
        called = f"{child.given} (left)" if gone else f"{child.given}, {age}{away}"
        name = cell(clean(called), NAME - 1) + " "
        return Content(name + cell(seen, SEEN) + cell(alone, ALONE) + cell(bedroom, BEDROOM))

    def words(self, row: int) -> Content:
        """How, or why not; and the alarm of a child whom nobody has seen for long."""
        child, said = self.children_of_file[row], self.said[row]
        if self.front:
            return Content("")
        text = clean(self.text(row) or "")
        warned = alarm(child, said, self.today)
        return Content("   ").join(
            [Content(t) if t != warned else Content.styled(t, "bold") for t in (text, warned) if t]
        )

    def text(self, row: int) -> str | None:
        """How a child was seen, in words, or why not."""
        said = self.said[row]
        if self.front:
            return None
        return SEEN_HOW.words(said.how) if said.seen else said.why_not

    def write(self, row: int, text: str) -> None:
        """Keep how, or why not; words of the code list become its code."""
        said = self.said[row]
        if said.seen:
            typed = text.strip().lower()
            codes = {words: code for code, words in SEEN_HOW.values.items()}
            said.how = codes.get(typed, text)
        else:
            said.why_not = text

    def press(self, key: str, row: int) -> None:
        """What was seen of the child under the cursor."""
        child, said = self.children_of_file[row], self.said[row]
        if child.role == "unborn" and key in "sabhn":
            self.action_write()
            return
        match key:
            case "s":
                said.seen = None if said.seen else True
                if not said.seen:
                    said.alone = said.bedroom = False
            case "a" | "b":
                self._also(key, said)
            case "n":
                said.seen, said.alone, said.bedroom = False, False, False
            case "h":
                self._next_how(said)
            case "w":
                self.post_message(self.Words(child.id, go=True))
                return
        self.touched()
        if key == "n":
            self.action_write()
        elif said.seen and not self.front:
            self.post_message(self.Words(child.id, go=False))

    @staticmethod
    def _also(key: str, said: ChildSeen) -> None:
        """Alone, or in the bedroom: said of a child, it says that the child was seen."""
        if key == "a":
            said.alone = not said.alone
        else:
            said.bedroom = not said.bedroom
        if said.alone or (said.bedroom and said.seen is None):
            said.seen = True

    def _next_how(self, said: ChildSeen) -> None:
        if not said.seen:
            return
        codes = ["", *SEEN_HOW.values]
        said.how = codes[(codes.index(said.how) + 1) % len(codes)] if said.how in codes else codes[1]


class ChildWords(Vertical):
    """One child's own words, what I asked, how they came, and who may read them; what they said last, to read only."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f3", "readers", "Who may read", show=False)]

    def __init__(self, child: Child, said: ChildSeen, today: date) -> None:
        super().__init__(classes="child-words")
        self.child, self.said, self.today = child, said, today

    def compose(self) -> ComposeResult:
        """Words, question, and the line under them."""
        child, said = self.child, self.said
        label = (
            f"{clean(child.given)}'s own words, exactly"
            if child.alone_expected
            else f"{clean(child.given)}, watched"
        )
        prose = ProseField(f"said:{child.id}", said.said, most=8)
        readers = ReadersField(f"said_readers:{child.id}", said.said_readers)
        readers.serve(prose)
        yield FormRow(label, prose)
        yield FormRow("  I asked", ProseField(f"asked:{child.id}", said.asked, most=4))
        with Horizontal(classes="words-foot"):
            yield ChoiceField(
                f"method:{child.id}",
                CHILD_METHOD.values,
                said.method or default_method(child),
                before="how: ",
            )
            yield readers
        if child.said:
            on = short_day(child.said_on, self.today)
            yield Static(
                f"Last, {on}: “{' '.join(clean(child.said).split())}”", classes="words-last", markup=False
            )

    def action_readers(self) -> None:
        """F3: choose who may read them."""
        self.query_one(ReadersField).action_open()

    def on_field_changed(self, event: FieldChanged) -> None:
        """Keep what is typed in the child's line of the entry."""
        name = event.by.field.partition(":")[0]
        if name in ("said", "said_readers", "asked", "method"):
            if getattr(self.said, name) == event.by.answer:
                event.stop()
                return
            setattr(self.said, name, event.by.answer)

    def write(self) -> None:
        """Begin to write the words."""
        self.query_one(ProseField).focus()

    @staticmethod
    def due(said: ChildSeen) -> bool:
        """Whether a child's words are asked: the child was seen, or something is written already."""
        return bool(said.seen) or has_words(said)
