"""Papers and minutes of a meeting as their reader will have them; the reader is always named."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from familyhub.casework.meeting_entries import AmendMinutes
from familyhub.practice.meeting_papers import Copy, copies, paper_of, papers
from familyhub.practice.meetings import HELD
from familyhub.tui.page import Page
from familyhub.tui.widgets.paragraphs import Paragraphs

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop
    from familyhub.practice.family_file import FamilyFile
    from familyhub.practice.meetings import MeetingView


class PaperScreen(Page):
    """The papers for a meeting, or its minutes, for one reader; ``r`` shows them as the next reader would have them."""

    place: ClassVar[str] = "paper"
    CSS_PATH = "read.tcss"

    def __init__(self, family_id: str, meeting_id: str = "") -> None:
        super().__init__()
        self.family_id, self.meeting_id = family_id, meeting_id
        self.file: FamilyFile | None = None
        self._copies: list[Copy] = [Copy("workers")]

    @property
    def family_here(self) -> str | None:
        """The family that meets."""
        return self.family_id

    def body(self) -> ComposeResult:
        """The text."""
        with VerticalScroll(id="read-scroll"):
            yield Paragraphs(id="read-text")

    def load(self) -> None:
        """Read the file again."""
        from familyhub.casework import reading

        self.read_in(reading.family, self.laptop, self.family_id, then=self._show)

    def _show(self, file: FamilyFile) -> None:
        if self.file is None:
            *others, own = copies(file)
            self._copies = [own, *others]
        self.file = file
        self._print()
        self.query_one(VerticalScroll).focus()

    @property
    def _meeting(self) -> MeetingView | None:
        known = self.file.meetings if self.file else ()
        return next((m for m in known if m.id == self.meeting_id), None)

    def _print(self) -> None:
        if self.file is None:
            return
        copy, meeting, today = self._copies[0], self._meeting, self.laptop.today
        what = "Minutes" if meeting is not None and meeting.state == HELD else "Papers"
        self.heading = f"{what} · for {copy.words(self.file)}"
        lines = paper_of(self.file, meeting, copy, today) if meeting else papers(self.file, None, copy, today)
        strong = {0}
        self.query_one(Paragraphs).show(
            [[(line, "strong" if n in strong or _is_title(lines, n) else "")] for n, line in enumerate(lines)]
        )

    def action_next_reader(self) -> None:
        """``r``: as the next reader would have it."""
        self._copies = [*self._copies[1:], self._copies[0]]
        self._print()
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def action_amend_minutes(self) -> None:
        """``e``: add to the minutes, or put something right; what stands stays."""
        meeting = self._meeting
        if meeting is None or meeting.state != HELD:
            self.say("Only the minutes of a meeting that was held are amended.")
            return
        from familyhub.tui.dialogs.why import WhyDialog

        question = "What should be added to the minutes, or put right? Professionals in the plan may read it."
        self.hub_app.push_screen(WhyDialog(question), self._amend)

    def _amend(self, text: str | None) -> None:
        if text:
            self.work(
                _amend, self.laptop, AmendMinutes(self.family_id, self.meeting_id, text), then=self._amended
            )

    def _amended(self, saved: Saved) -> None:
        self.say("Added to the minutes, saved on this laptop · not yet sent")
        self.hub_app.read_standing(changed=True)
        self.hub_app.nudge_sync()


def _is_title(lines: list[str], number: int) -> bool:
    """A line that begins a part: at the margin, behind an empty one."""
    return number > 0 and not lines[number - 1] and bool(lines[number]) and not lines[number].startswith(" ")


def _amend(laptop: Laptop, entry: AmendMinutes) -> Saved:
    from familyhub.casework import meetings

    return meetings.amend_minutes(laptop, entry)
