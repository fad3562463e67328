"""*Differences*: two answers to one question, side by side. Nothing is lost, and nothing decides but a person."""

# long: one page and its answers
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Click, Key
from textual.message import Message
from textual.widgets import Static

from familyhub.casework.checking import clean
from familyhub.casework.problems import Problem
from familyhub.practice.family_file import Difference
from familyhub.tui.page import Page
from familyhub.tui.screens import differences_words as say
from familyhub.tui.widgets.fields import DayField, Field, FormRow, LineField, show_problems
from familyhub.tui.widgets.fields_choice import ChoiceField
from familyhub.tui.widgets.fields_hint import KeyHint
from familyhub.tui.widgets.fields_prose import ProseField
from familyhub.tui.widgets.fields_rows import RowsField

if TYPE_CHECKING:
    from familyhub.casework.entries import DecisionEntry, Saved
    from familyhub.casework.laptop import Laptop

NO_CLASH = "Nothing is lost: both were saved. Until somebody decides, everybody sees the one marked ●."
EMPTY = (
    "Nothing to decide.\n\nWhen two people change the same thing without having seen each other's answer,"
    " both are kept and somebody decides here."
)
NUMBERED = ("take_mine", "take_theirs", "write_another", "ask_them")
"""Commands whose words fit two answers, one's own and another's."""
SIDE_BY_SIDE = 3
"""As many answers stand beside each other; more stand under each other."""
PLAN_PARTS = ("action", "plan", "need", "next_visit")


@dataclass(frozen=True, slots=True)
class Open:
    """Everything the page shows: the differences and names for the ids in them."""

    differences: tuple[Difference, ...]
    names: dict[str, str]
    today: date


def read(laptop: Laptop) -> Open:
    """Read the open differences and the names their answers need. Runs in a thread."""
    from familyhub.casework import reading

    found = reading.differences(laptop)
    refs = [d for d in found if d.kind == "ref"]
    names: dict[str, str] = dict(reading.workers(laptop)) if refs else {}
    for family_id in {d.family_id for d in refs if d.family_id}:
        file = reading.family(laptop, family_id)
        names |= {m.id: m.name for m in (*file.adults, *file.children)}
    return Open(found, names, laptop.today)


class DifferenceRows(RowsField):
    """The list: those about somebody's safety first."""

    LOCAL = False

    class Moved(Message):
        """Another difference is under the cursor."""

    def __init__(self, found: Sequence[Difference]) -> None:
        super().__init__("difference", [d.id for d in found], id="difference-list")
        self.found = found

    def cells(self, row: int) -> Content:
        """Its place in the list."""
        return Content(f"{row + 1} of {len(self.found)}   ")

    def words(self, row: int) -> Content:
        """Whose, what about, and whether it comes first."""
        d = self.found[row]
        family = clean(d.family).removesuffix(" family")
        words = Content(" · ".join(p for p in (family, clean(d.subject), d.field_words) if p))
        return words.append(Content.styled("   SAFETY: first", "bold")) if d.protective else words

    def _go(self, row: int) -> None:
        super()._go(row)
        self.post_message(self.Moved())

    def action_move(self, by: int) -> None:
        """Up and down stay in the list."""
        if 0 <= self.at + by < len(self.ids):
            self._go(self.at + by)


class Answer(Static):
    """One of the answers; a double click takes it."""

    class Taken(Message):
        """This answer was taken."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, words: Content, number: int) -> None:
        super().__init__(words, classes="answer")
        self.number = number

    def on_click(self, event: Click) -> None:
        """A single click does nothing: a decision is for everybody."""
        if event.chain > 1:
            self.post_message(self.Taken(self.number))


class DifferencesScreen(Page):
    """Decide what two people wrote."""

    place = "differences"
    CSS_PATH = "differences.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save_another", "Save what I wrote", show=False, priority=True),
        Binding("escape", "stop_writing", "Back", show=False),
        Binding("pagedown", "scroll_answers(1)", "Scroll down", show=False),
        Binding("pageup", "scroll_answers(-1)", "Scroll up", show=False),
    ]

    def __init__(self, difference_id: str | None = None) -> None:
        super().__init__()
        self._wanted = difference_id
        self.open: Open | None = None
        self._busy = False

    def body(self) -> ComposeResult:
        """The list, and the one under the cursor."""
        yield Vertical(id="difference-top")
        yield VerticalScroll(id="difference", can_focus=False)

    # -- reading --------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Read the differences again; what is being written stays."""
        self.read_in(read, self.laptop, then=self._show)

    async def _show(self, found: Open) -> None:
        current = self.current
        was = self._wanted or (current.id if current else None)
        at = self.rows.at if self.rows else 0
        self._wanted, self.open = None, found
        if was and current is None and was not in {d.id for d in found.differences}:
            self.say("That difference is settled already.")
        count = len(found.differences)
        self.heading = f"Differences · {count} to decide" if count else "Differences"
        ids = [d.id for d in found.differences]
        rows = DifferenceRows(found.differences)
        rows.at = ids.index(was) if was in ids else max(0, min(at, count - 1))
        with self.app.batch_update():
            top = self.query_one("#difference-top")
            await top.remove_children()
            if count:
                await top.mount(rows)
            if self.writing is None or was not in ids:
                await self._detail()
        if count and self.writing is None:
            rows.focus()

    @property
    def rows(self) -> DifferenceRows | None:
        """The list, when there is one."""
        return next(iter(self.query(DifferenceRows)), None)

    @property
    def current(self) -> Difference | None:
        """The difference under the cursor."""
        return self.rows.found[self.rows.at] if self.rows is not None and self.rows.found else None

    @property
    def key_line(self) -> tuple[str, ...]:
        """Mine and theirs only where 1 and 2 mean that; the numbers stand beside the answers in any case."""
        names = super().key_line
        if say.mine_and_theirs(self.current):
            return names
        return tuple(n for n in names if n not in NUMBERED)

    @property
    def writing(self) -> Field | None:
        """The field for another answer, while one is written."""
        return next((w for w in self.query("#another .field").results(Field)), None)

    @property
    def family_here(self) -> str | None:
        """The family the difference is about."""
        return self.current.family_id if self.current else None

    async def on_difference_rows_moved(self) -> None:
        """Show the one under the cursor."""
        await self._detail()

    async def _detail(self) -> None:
        self.refresh_lines()
        room = self.query_one("#difference")
        await room.remove_children()
        d, found = self.current, self.open
        if found is None:
            return
        if d is None:
            await room.mount(Static(EMPTY, id="nothing", markup=False))
            return
        many = len(d.values) > SIDE_BY_SIDE
        answers = Horizontal(*(self._answer(d, n, found, many) for n in range(len(d.values))), id="answers")
        answers.set_class(many, "-many")
        notes = []
        if d.before is not None:
            notes.append(f"Before either    {say.value_words(d, d.before, found.today, found.names)}")
        if d.also:
            notes.append(f"Also changed     {', '.join(d.also)} (kept, no clash)")
        before = Static("\n".join(notes), id="before", markup=False)
        before.display = bool(notes)
        await room.mount_all(
            (
                Static(NO_CLASH if len(d.values) == 2 else NO_CLASH.replace("both", "all"), id="no-clash", markup=False),
                answers, before, self._choices(d), Vertical(id="another"),
            )
        )  # fmt: skip

    @staticmethod
    def _answer(d: Difference, place: int, found: Open, many: bool) -> Answer:
        """One answer: who, what, when; where there are many, its number before it."""
        value = say.own_first(d)[place][1]
        words = say.value_words(d, value.value, found.today, found.names).split("\n")
        when = say.moment_words(value.at, found.today)
        mark = "● " if value.value == d.shown else "  "
        head = f"{place + 1} {say.who_wrote(value)} · {when}" if many else f"  {say.who_wrote(value)}"
        lines = [
            Content.styled(head, "bold"),
            *(Content(f"{'  ' if n else mark}{w}") for n, w in enumerate(words)),
        ]
        if not many:
            lines.append(Content.styled(f"  {when}", "dim"))
        if value.reason:
            lines.append(Content(f"  “{clean(value.reason)}”"))
        return Answer(Content("\n").join(lines), place + 1)

    @staticmethod
    def _choices(d: Difference) -> KeyHint:
        choices = say.choices(d)
        return KeyHint(choices[len(d.values) :] if len(d.values) > SIDE_BY_SIDE else choices, id="choices")

    # -- deciding -------------------------------------------------------------------------------------------------

    def on_key(self, event: Key) -> None:
        """Numbers beyond four, where more than two people wrote."""
        if event.character in ("5", "6", "7", "8", "9") and self.writing is None:
            event.stop()
            self.run_worker(self._choose(int(event.character)))

    async def on_key_hint_pressed(self, event: KeyHint.Pressed) -> None:
        """A click on a choice."""
        event.stop()
        await self._choose(int(event.key))

    async def on_answer_taken(self, event: Answer.Taken) -> None:
        """A double click on an answer."""
        event.stop()
        await self._choose(event.number)

    async def action_take_mine(self) -> None:
        """1: the first answer."""
        await self._choose(1)

    async def action_take_theirs(self) -> None:
        """2: the second answer."""
        await self._choose(2)

    async def action_write_another(self) -> None:
        """3: write another, or the third answer."""
        await self._choose(3)

    async def action_ask_them(self) -> None:
        """4: leave it open, or the fourth answer."""
        await self._choose(4)

    async def _choose(self, number: int) -> None:
        d = self.current
        if d is None:
            return
        if number <= len(d.values):
            self._decide(take=say.own_first(d)[number - 1][0])
            return
        chosen = dict(say.choices(d)).get(str(number), "")
        if chosen == "Write another":
            await self._write(d)
        elif chosen:
            self.say(f"Left open. {say.others(d) or 'Somebody'} sees both answers too, and may decide.")
            self.action_next_difference()

    async def _write(self, d: Difference) -> None:
        if self.writing is not None:
            self.writing.focus()
            return
        field = self._field(d)
        saves = "Enter saves" if isinstance(field, LineField) else "^S saves"
        room = self.query_one("#another")
        await room.mount(
            FormRow("Instead", field), Static(f"{saves} · Esc leaves it open", id="saves", markup=False)
        )
        field.focus()

    def _field(self, d: Difference) -> Field:
        """A field that fits what is asked."""
        found = self.open
        assert found is not None
        listed = say.codes_of(d)
        if d.kind == "day":
            return DayField("value", today=found.today)
        if listed is not None:
            return ChoiceField("value", listed.values)
        if d.kind == "ref" and found.names:
            return ChoiceField(
                "value", {i: clean(n) for i, n in sorted(found.names.items(), key=lambda x: x[1])}
            )
        if d.kind == "words":
            return ProseField("value", least=3)
        return LineField("value")

    def on_line_field_entered(self, event: LineField.Entered) -> None:
        """Enter in the field for another answer saves it."""
        event.stop()
        self.action_save_another()

    def action_save_another(self) -> None:
        """^S: save what was written instead."""
        if self.writing is not None:
            self._decide(value=self.writing.answer)

    async def action_stop_writing(self) -> None:
        """Esc: leave what is being written, or the page."""
        if self.writing is None:
            await self.run_action("app.back")
            return
        await self.query_one("#another").remove_children()
        if self.rows is not None:
            self.rows.focus()

    def _decide(self, *, take: int | None = None, value: str | None = None) -> None:
        from familyhub.casework.entries import DecisionEntry

        d = self.current
        if d is None or self._busy:
            return
        self._busy = True
        entry = DecisionEntry(d.id, take=take, value=value, rev=d.rev)
        self.work(_decide, self.laptop, entry, then=self._decided, failed=self._refused)

    async def _decided(self, saved: Saved) -> None:
        self._busy = False
        await self.query_one("#another").remove_children()
        self.say("Decided on this laptop · not yet sent")
        self.hub_app.nudge_sync()
        self.load()

    def _refused(self, sentence: str, problems: Sequence[Problem]) -> None:
        self._busy = False
        if not problems or show_problems(self.query_one("#difference"), problems):
            self.hub_app.say(sentence, wrong=True)
            self.load()

    # -- going ----------------------------------------------------------------------------------------------------

    def action_next_difference(self) -> None:
        """n: the next one, and after the last the first."""
        if self.rows is not None:
            self.rows._go((self.rows.at + 1) % len(self.rows.ids))

    def action_open_its_family(self) -> None:
        """o: the family it is about."""
        d = self.current
        if d is None or not d.family_id:
            self.say("This one is about no family on this laptop.")
            return
        self.hub_app.open_family(d.family_id, tab="plan" if d.entity in PLAN_PARTS else "story")

    def action_scroll_answers(self, by: int) -> None:
        """Long answers: a page further, or back."""
        shown = self.query_one("#difference", VerticalScroll)
        shown.scroll_relative(y=by * max(1, shown.size.height - 2), animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A decision cannot be taken back here: what it decided is changed where it stands."""
        return False if action == "undo" else super().check_action(action, parameters)


def _decide(laptop: Laptop, entry: DecisionEntry) -> Saved:
    from familyhub.casework import differences

    return differences.decide(laptop, entry)
