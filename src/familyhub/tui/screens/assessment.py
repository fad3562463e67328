"""*Assessment*: the early help assessment of a family, section by section; each is kept while it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from familyhub.casework.assessment_entries import AssessmentSignEntry, CarryEntry, CompletionEntry, StartEntry
from familyhub.casework.checking import clean
from familyhub.practice import assessment as rules
from familyhub.practice.family_file import FamilyFile
from familyhub.tui.dialogs.assessment_forms import FoundNeedDialog, SectionDialog
from familyhub.tui.dialogs.sharing_forms import RecordCopyDialog
from familyhub.tui.screens import assessment_rows as lines
from familyhub.tui.screens.family_acts import FileActs
from familyhub.tui.screens.family_plan import Words
from familyhub.tui.widgets.paragraphs import Paragraphs, content
from familyhub.tui.widgets.rows import Drawn, Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop
    from familyhub.casework.problems import Problem


class AssessmentScreen(FileActs):
    """The assessment of one family."""

    place: ClassVar[str] = "assessment"
    CSS_PATH = "assessment.tcss"

    def __init__(self, family_id: str) -> None:
        super().__init__()
        self.family_id = family_id
        self.file: FamilyFile | None = None

    @property
    def family_here(self) -> str | None:
        """This family."""
        return self.family_id

    def body(self) -> ComposeResult:
        """How it stands, the sections with their panel, what is still needed."""
        yield Static("", id="assessment-head", markup=False)
        with Horizontal(id="assessment-body"):
            yield Rows[lines.Item](
                self._draw, key=lambda item: item.id, selectable=lambda item: not isinstance(item, Words),
                empty="", id="assessment-rows",
            )  # fmt: skip
            with VerticalScroll(id="side", can_focus=False):
                yield Paragraphs(id="panel")
        yield Static("", id="needed", markup=False)

    def on_mount(self) -> None:
        """Ready for keys."""
        self.query_one(Rows).focus()

    def load(self) -> None:
        """Read the file again."""
        from familyhub.casework import reading

        self.read_in(reading.family, self.laptop, self.family_id, then=self._show, failed=self._not_read)

    def _not_read(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        self.say(sentence)
        if self.file is None:
            self.leave()

    def _show(self, file: FamilyFile) -> None:
        self.file = file
        current = rules.now(file)
        self.heading = f"{clean(file.name)} · Assessment"
        self._print_head()
        self.query_one(Rows).show(lines.rows(file, current))
        self.query_one("#needed", Static).update(lines.needed(file, current))
        self._beside()

    def _print_head(self) -> None:
        if self.file is not None:
            wide = self.size.width >= lines.WIDE
            head = lines.header(self.file, rules.now(self.file), self.laptop.today, wide=wide)
            self.query_one("#assessment-head", Static).update(content(head))

    def on_resize(self) -> None:
        """Other words fit."""
        self._print_head()

    def _draw(self, item: lines.Item, width: int) -> Drawn:
        return [item.cells] if isinstance(item, Words) else lines.draw(item, width)

    @on(Rows.Moved)
    def _beside(self) -> None:
        """The side panel follows the row that is selected."""
        item = self.query_one(Rows).selected
        current = rules.now(self.file) if self.file is not None else None
        known = (
            isinstance(item, lines.SectionRow | lines.NeedRow)
            and current is not None
            and self.file is not None
        )
        words = lines.panel(item, self.file, current, self.laptop.today) if known else []  # type: ignore[arg-type]
        self.query_one("#panel", Paragraphs).show(words)

    # -- what is done ----------------------------------------------------------------------------------------

    @on(Rows.Chosen)
    def action_write_section(self) -> None:
        """Enter writes a section; once it is completed it is read."""
        item = self.query_one(Rows).selected
        current = rules.now(self.file) if self.file is not None else None
        if current is None or self.file is None:
            return
        if isinstance(item, lines.SectionRow) and current.open:
            self._ask(SectionDialog(self.family_id, item.place.section, item.place.person_id or ""))
        elif isinstance(item, lines.SectionRow | lines.NeedRow):
            from familyhub.tui.screens.read import ReadScreen

            self.hub_app.push_screen(
                ReadScreen(clean(self.file.name), lines.panel(item, self.file, current, self.laptop.today))
            )

    def _act(self, act: Callable[[Laptop], Saved], words: str) -> None:
        self.work(
            act, self.laptop, then=lambda saved: self._told(" · ".join(p for p in (words, saved.note) if p))
        )

    def action_start_assessment(self) -> None:
        """``b``: begin an assessment today."""
        entry = StartEntry(self.family_id, self.laptop.today.isoformat())

        def start(laptop: Laptop) -> Saved:
            from familyhub.casework import assessments

            return assessments.start_assessment(laptop, entry)

        self._act(start, "Assessment started, saved on this laptop · not yet sent")

    def action_add_found_need(self) -> None:
        """``+``: a need that it found."""
        self._ask(FoundNeedDialog(self.family_id))

    def action_complete_assessment(self) -> None:
        """``c``: it is complete; where a review was held before it, why."""
        if self.file is None:
            return
        current, today = rules.now(self.file), self.laptop.today.isoformat()
        first = (
            current is not None
            and not rules.still_needed(current, self.file)
            and rules.review_before(self.file, today)
        )
        if first:
            self._because("A review was held before this assessment: why?", self._complete)
        else:
            self._complete("")

    def _complete(self, why: str) -> None:
        entry = CompletionEntry(self.family_id, self.laptop.today.isoformat(), why)

        def complete(laptop: Laptop) -> Saved:
            from familyhub.casework import assessments

            return assessments.complete_assessment(laptop, entry)

        self._act(complete, "Assessment completed, saved on this laptop · not yet sent")

    def action_sign_assessment(self) -> None:
        """``y``: a manager signs it."""
        self._sign("", signs=True)

    def action_return_assessment(self) -> None:
        """``r``: a manager returns it, because …."""
        self._because(
            "Why is it returned? Whoever wrote it has to know.", lambda why: self._sign(why, signs=False)
        )

    def _sign(self, because: str, *, signs: bool) -> None:
        entry = AssessmentSignEntry(self.family_id, because)

        def sign(laptop: Laptop) -> Saved:
            from familyhub.casework import assessments

            return (assessments.sign_assessment if signs else assessments.return_assessment)(laptop, entry)

        self._act(
            sign, f"Assessment {'signed' if signs else 'returned'}, saved on this laptop · not yet sent"
        )

    def action_carry_needs(self) -> None:
        """``k``: its needs become the plan's."""

        def carry(laptop: Laptop) -> Saved:
            from familyhub.casework import assessments

            return assessments.carry_needs(laptop, CarryEntry(self.family_id))

        self._act(carry, "Saved on this laptop · not yet sent")

    def action_give_assessment_copy(self) -> None:
        """``g``: a copy of the assessment was given."""
        self._ask(RecordCopyDialog(self.family_id, "assessment"))

    def _because(self, question: str, then: Callable[[str], None]) -> None:
        from familyhub.tui.dialogs.why import WhyDialog

        self.hub_app.push_screen(WhyDialog(question), lambda why: then(why) if why else None)
