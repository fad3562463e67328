"""*Hand-over*: the page that goes with a family to whoever takes it on, and the act itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from familyhub.casework.allocation_entries import HandOverEntry
from familyhub.casework.desk import DeskPage
from familyhub.casework.handing_over import HandOverPage
from familyhub.tui.page import Page
from familyhub.tui.screens import desk_words as say
from familyhub.tui.screens.desk_acts import ALL_SAME, choice
from familyhub.tui.widgets.fields import FormRow, LineField
from familyhub.tui.widgets.fields_read import DayField
from familyhub.tui.widgets.paragraphs import Paragraphs

if TYPE_CHECKING:
    from familyhub.casework.entries import Saved
    from familyhub.casework.laptop import Laptop


def read(laptop: Laptop, family_id: str) -> tuple[HandOverPage, DeskPage]:
    """Read the page and who could take the family. Runs in a thread."""
    from familyhub.casework import desk, handing_over

    return handing_over.hand_over_page(laptop, family_id), desk.desk(laptop)


class HandOverScreen(Page):
    """What is open, safety, the next visit, promises, who knows; then the hand-over."""

    place = "hand_over"
    CSS_PATH = "hand_over.tcss"

    def __init__(self, family_id: str) -> None:
        super().__init__()
        self.family_id = family_id
        self.open: tuple[HandOverPage, DeskPage] | None = None

    def body(self) -> ComposeResult:
        """The page."""
        with VerticalScroll(id="hand-over"):
            yield Paragraphs(id="hand-over-page")

    def on_mount(self) -> None:
        """Ready for keys."""
        self.heading = "Hand-over"
        self.query_one("#hand-over").focus()

    def load(self) -> None:
        """Read the page again."""
        self.read_in(read, self.laptop, self.family_id, then=self._opened)

    def _opened(self, found: tuple[HandOverPage, DeskPage]) -> None:
        self.open = found
        self.heading = f"Hand-over · {found[0].file.name}"
        self.query_one("#hand-over-page", Paragraphs).show(say.hand_over_words(found[0]))

    @property
    def family_here(self) -> str | None:
        """The family that is handed over."""
        return self.family_id

    def action_hand_over(self) -> None:
        """h: to whom, from when, what is promised, who knows."""
        if self.open is None:
            return
        page, desk = self.open
        today = page.today
        workers = {c.worker.id: c.worker.name for c in sorted(desk.caseloads, key=lambda c: c.worker.name)}
        first = next(
            (w for w, _, role in page.holds if role == "lead"), page.holds[0][0] if page.holds else ""
        )
        fields = [
            FormRow("From", choice("from", {w: name for w, name, _ in page.holds}, first)),
            FormRow("To", choice("to", workers), DayField("on", today.isoformat(), today=today), hint="from this day"),
            FormRow("Promised", LineField("promised", placeholder="what the family was promised")),
            FormRow("Notes", LineField("notes", placeholder="what the page does not say")),
            FormRow("Told", choice("family_told", {"yes": "the family knows", "no": "the family does not know yet"})),
            FormRow("Knows", LineField("who_knows", placeholder="who else was told: school, health visitor")),
            FormRow("All same", LineField("despite", placeholder=ALL_SAME)),
        ]  # fmt: skip
        from familyhub.tui.dialogs.ask import AskDialog

        family = self.family_id

        def act(laptop: Laptop, a: dict[str, str]) -> Saved:
            from familyhub.casework import handing_over

            told = {"yes": True, "no": False}.get(a["family_told"])
            entry = HandOverEntry(
                family,
                a["to"],
                a["from"],
                a["on"],
                a["promised"],
                a["notes"],
                a["who_knows"],
                told,
                a["despite"],
            )
            return handing_over.hand_over(laptop, entry)

        self.hub_app.push_screen(AskDialog(f"Hand the {page.file.name} over", fields, act), self._done)

    def _done(self, words: str | None) -> None:
        if words:
            self.hub_app.say(words)
            self.hub_app.nudge_sync()
            self.leave()
