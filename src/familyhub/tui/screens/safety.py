"""*Safety* of a family (``w``): what must be known before a visit, where they live, how each may be reached; each can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from familyhub.practice.family_file import FamilyFile
from familyhub.tui.page import Page
from familyhub.tui.screens import safety_words as say
from familyhub.tui.screens.safety_words import HomeRow, NoteRow, PersonRow, RiskRow, Row
from familyhub.tui.widgets.paragraphs import Paragraphs
from familyhub.tui.widgets.rows import Drawn, Rows

if TYPE_CHECKING:
    from textual.screen import ModalScreen

    from familyhub.casework.problems import Problem


class SafetyScreen(Page):
    """Safety notes first, then how each person may be reached: always before a number."""

    place: ClassVar[str] = "safety"
    CSS_PATH = "safety.tcss"

    def __init__(self, family_id: str, *, found: str = "") -> None:
        super().__init__()
        self.family_id = family_id
        self.file: FamilyFile | None = None
        self._found = found
        """The id of the note, the risk or the safe contact that is selected first."""

    @property
    def family_here(self) -> str | None:
        """The family it is about."""
        return self.family_id

    def body(self) -> ComposeResult:
        """The list, and the selected row whole."""
        yield Rows[Row](
            self._draw, key=say.key, selectable=lambda row: not isinstance(row, say.Heading), id="safety-rows"
        )
        with VerticalScroll(id="safety-scroll"):
            yield Paragraphs(id="safety-whole")

    def on_mount(self) -> None:
        """Ready for keys."""
        self.query_one(Rows).focus()

    # -- reading ---------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Read the file again."""
        from familyhub.casework import reading

        self.read_in(reading.family, self.laptop, self.family_id, then=self._show, failed=self._not_read)

    def _not_read(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        self.say(sentence)
        self.leave()

    def _show(self, file: FamilyFile) -> None:
        self.file = file
        self.heading = f"{file.name} · Safety and safe contact"
        rows = self.query_one(Rows)
        rows.show(list(say.rows(file)))
        if self._found:
            rows.select(next((say.key(row) for row in rows.items if self._found in say.ids(row)), None))
        self._found = ""
        self._show_whole()

    def _draw(self, row: Row, width: int) -> Drawn:
        return say.draw(row, width, self.laptop.today)

    @property
    def selected(self) -> Row | None:
        """The row that is selected."""
        row: Row | None = self.query_one(Rows).selected
        return row

    @on(Rows.Moved)
    def _show_whole(self) -> None:
        if self.file is not None:
            words = say.whole(self.selected, self.file, self.laptop.today)
            self.query_one("#safety-whole", Paragraphs).show(words)
            self.query_one("#safety-scroll").scroll_home(animate=False)
            self.refresh_lines()

    @property
    def key_line(self) -> tuple[str, ...]:
        """The keys that the selected row asks for."""
        row = self.selected
        out = set()
        if not self._holds(row):
            out |= {"still_true", "end_safety_note"}
        if isinstance(row, RiskRow):
            out |= {"end_safety_note"}
        if not getattr(row, "person_id", ""):
            out |= {"safe_contact"}
        if isinstance(row, NoteRow) and row.note.ended_on:
            out |= {"change_safety"}
        return tuple(name for name in super().key_line if name not in out)

    @staticmethod
    def _holds(row: Row | None) -> bool:
        """Whether a row is a note that has not ended, or something known about a person."""
        if isinstance(row, NoteRow):
            return not row.note.ended_on
        return isinstance(row, RiskRow) and row.risk.risk != "none"

    # -- acts ------------------------------------------------------------------------------------------------

    def _open(self, form: ModalScreen[bool]) -> None:
        self.hub_app.push_screen(form, lambda saved: self.hub_app.after_dialog(bool(saved)))

    @on(Rows.Chosen)
    def action_change_safety(self) -> None:
        """e or Enter: the form of the row."""
        from familyhub.tui.dialogs import safety_forms as forms

        match self.selected:
            case NoteRow(note) if note.ended_on:
                self.say("This note has ended. What holds again is a note of its own: +")
            case NoteRow(note):
                self._open(forms.NoteForm(self.family_id, note.id))
            case RiskRow(risk):
                self._open(forms.RiskForm(self.family_id, risk.id))
            case PersonRow():
                self.action_safe_contact()
            case HomeRow():
                self.action_record_move()

    def action_add_safety_note(self) -> None:
        """+: a safety note."""
        from familyhub.tui.dialogs.safety_forms import NoteForm

        self._open(NoteForm(self.family_id))

    def action_still_true(self) -> None:
        """k: it was looked at, and is still true."""
        from familyhub.tui.dialogs.safety_still_true import StillTrueDialog

        row = self.selected
        if isinstance(row, NoteRow | RiskRow) and self._holds(row):
            self._asked(StillTrueDialog(self.family_id, row, self.laptop.today))

    def _asked(self, dialog: ModalScreen[str]) -> None:
        def done(words: str | None) -> None:
            if words:
                self.say(words)
                self.hub_app.after_dialog(True)
                self.hub_app.call_later(self.hub_app.nudge_sync)

        self.hub_app.push_screen(dialog, done)

    def action_end_safety_note(self) -> None:
        """x: the note holds no longer."""
        from familyhub.tui.dialogs.safety_forms import EndForm

        row = self.selected
        if isinstance(row, NoteRow) and self._holds(row):
            self._open(EndForm(self.family_id, row.note.id))

    def action_safe_contact(self) -> None:
        """y: how the selected person, or whom the row is about, may be reached."""
        from familyhub.tui.dialogs.safety_forms import ContactForm

        person_id = getattr(self.selected, "person_id", "")
        if person_id:
            self._open(ContactForm(self.family_id, person_id))
        else:
            self.say("Choose a person first: the list has them further down.")

    def action_record_risk(self) -> None:
        """r: a person who may be a risk."""
        from familyhub.tui.dialogs.safety_forms import RiskForm

        self._open(RiskForm(self.family_id, person_id=getattr(self.selected, "person_id", "")))

    def action_record_move(self) -> None:
        """a: another address; of a person who lives elsewhere, theirs."""
        from familyhub.tui.dialogs.move_form import MoveForm

        row = self.selected
        people: tuple[str, ...] = ()
        if isinstance(row, PersonRow) and not row.person.lives_here:
            people = (row.person.id,)
        elif isinstance(row, HomeRow):
            people = row.people
        self._open(MoveForm(self.family_id, people))

    def action_next_part(self) -> None:
        """F6: from the list to the text under it, to scroll there, and back."""
        rows, whole = self.query_one(Rows), self.query_one("#safety-scroll")
        (whole if rows.has_focus else rows).focus()
