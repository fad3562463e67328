"""Going from page to page: each page is imported when it is first opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from familyhub.tui.page import Page
from familyhub.tui.reopening import Reopening

if TYPE_CHECKING:
    from textual.screen import Screen


class Navigation(Reopening):
    """The part of the app that opens and closes pages."""

    # -- opening ---------------------------------------------------------------------------------------------

    def open_family(self, family_id: str, tab: str = "story") -> None:
        """Open a family's page at a tab, or show that tab where the page is open on top."""

        def show() -> None:
            from familyhub.tui.screens.family import FamilyScreen

            top = self._hub.top_page
            if isinstance(top, FamilyScreen) and top.family_id == family_id:
                top.show_tab(tab)
            else:
                self.push_screen(FamilyScreen(family_id, tab))

        self._hub.when_open(show)

    def update_action(self, action_id: str) -> None:
        """Ask what moved on an action of the plan."""

        def show() -> None:
            from familyhub.tui.dialogs.update_action import UpdateActionDialog

            self.push_screen(UpdateActionDialog(action_id), lambda saved: self.after_dialog(bool(saved)))

        self._hub.when_open(show)

    def open_difference(self, difference_id: str | None = None, *, writing: bool = False) -> None:
        """Open Differences, at one of them; ``writing``: in what was being written about it."""

        def show() -> None:
            from familyhub.tui.screens.differences import DifferencesScreen

            self.push_screen(DifferencesScreen(difference_id, writing=writing))

        self._hub.when_open(show)

    def open_front_door(self, contact_id: str = "") -> None:
        """Open the Front door, at one contact; for who decides there."""

        def show() -> None:
            from familyhub.practice.front_door import TRIAGERS

            if self._hub.laptop.who.role not in TRIAGERS:
                self._hub.say(
                    "The front door is for a coordinator, manager or gatekeeper. F8 is for everybody.",
                    wrong=True,
                )
                return
            from familyhub.tui.screens.front_door import FrontDoorScreen

            self.push_screen(FrontDoorScreen(contact_id))

        self._hub.when_open(show)

    def action_desk(self) -> None:
        """The Desk, for who works at it."""

        def show() -> None:
            from familyhub.casework.desk import MAY_NOT
            from familyhub.practice.allocation import DESK

            if self._hub.laptop.who.role not in DESK:
                self._hub.say(MAY_NOT, wrong=True)
                return
            from familyhub.tui.screens.desk import DeskScreen

            self.push_screen(DeskScreen())

        self._hub.when_open(show)

    def action_own_conflict(self) -> None:
        """One's own conflict of interest with the family meant."""

        def show(family_id: str) -> None:
            from familyhub.tui.dialogs.ask import AskDialog
            from familyhub.tui.screens.desk_acts import conflict_fields, declared

            question = "Your conflict of interest with this family"
            dialog = AskDialog(question, conflict_fields(), lambda laptop, a: declared(laptop, family_id, a))
            self.push_screen(dialog, lambda words: self._hub.say(words) if words else None)

        self.on_family(show)

    def on_family(self, act: Callable[[str], object]) -> None:
        """Do something with the family that the page on top means; ask which one where it means none."""
        page = self._hub.top_page
        here = page.family_here if isinstance(page, Page) else None
        if here:
            self._hub.when_open(lambda: act(here))
            return

        def ask() -> None:
            from familyhub.tui.screens.families import FamiliesScreen

            self.push_screen(FamiliesScreen(pick=act))

        self._hub.when_open(ask)

    # -- acts of every list and of the family's page ---------------------------------------------------------

    def action_log_visit(self) -> None:
        """Log a visit to the family meant."""
        self.on_family(lambda family_id: self.open_visit(family_id))

    def action_hold_meeting(self) -> None:
        """Hold a meeting with the family meant."""
        self.on_family(lambda family_id: self.open_meeting(family_id))

    def action_add_note(self) -> None:
        """Write a note about the family meant."""

        def show(family_id: str) -> None:
            from familyhub.tui.screens.note import NoteScreen

            self.push_screen(NoteScreen(family_id))

        self.on_family(show)

    def action_safety(self) -> None:
        """Safety notes and safe contact of the family meant."""
        self.on_family(self.open_safety)

    def open_safety(self, family_id: str, found: str = "") -> None:
        """Open what must be known before a visit to a family; ``found``: the note that is selected."""

        def show() -> None:
            from familyhub.tui.screens.safety import SafetyScreen

            self.push_screen(SafetyScreen(family_id, found=found))

        self._hub.when_open(show)

    def action_whos_who(self) -> None:
        """Who's who in the family meant."""

        def show(family_id: str) -> None:
            from familyhub.tui.dialogs.people import WhosWhoDialog

            self.push_screen(WhosWhoDialog(family_id))

        self.on_family(show)

    def action_add_person(self) -> None:
        """Somebody new in the file of the family meant."""

        def show(family_id: str) -> None:
            from familyhub.tui.dialogs.person_form import PersonDialog

            self.push_screen(PersonDialog(family_id), lambda saved: self.after_dialog(bool(saved)))

        self.on_family(show)

    def action_go_plan(self) -> None:
        """The plan of the family meant."""
        self.on_family(lambda family_id: self.open_family(family_id, "plan"))

    def action_go_assessment(self) -> None:
        """The assessment of the family meant."""
        self.on_family(self.open_assessment)

    def open_assessment(self, family_id: str) -> None:
        """Open the assessment of a family."""

        def show() -> None:
            from familyhub.tui.screens.assessment import AssessmentScreen

            self.push_screen(AssessmentScreen(family_id))

        self._hub.when_open(show)

    def action_attachments(self) -> None:
        """Attachments of the family meant."""
        self.on_family(self.open_attachments)

    def open_attachments(self, family_id: str, found: str = "") -> None:
        """Open the attachments of a family; ``found``: the one that is selected."""

        def show() -> None:
            from familyhub.tui.screens.attachments import AttachmentsScreen

            self.push_screen(AttachmentsScreen(family_id, found=found))

        self._hub.when_open(show)

    def attach(self, family_id: str, *, draft_id: str | None = None) -> None:
        """Ask which file is to be attached to a family's file."""

        def show() -> None:
            from familyhub.tui.dialogs.attach import AttachDialog

            self.push_screen(
                AttachDialog(family_id, draft_id=draft_id), lambda saved: self.after_dialog(bool(saved))
            )

        self._hub.when_open(show)

    def action_find(self) -> None:
        """Find a family, or the note in which something stands."""

        def show() -> None:
            from familyhub.tui.screens.families import FamiliesScreen

            self.push_screen(FamiliesScreen())

        self._hub.when_open(show)

    def action_open_sync(self) -> None:
        """The Sync page."""

        def show() -> None:
            from familyhub.tui.screens.sync import SyncScreen

            self.push_screen(SyncScreen())

        self._hub.when_open(show)

    def action_front_door(self) -> None:
        """The Front door."""
        self.open_front_door()

    def open_advice(self, scope: str) -> None:
        """Open what was asked and disagreed about in a file."""
        from familyhub.tui.screens.advice import open_advice

        open_advice(self._hub, scope)

    def action_ask_social_worker(self) -> None:
        """Ask a social worker about the contact or the family meant."""
        from familyhub.tui.screens.advice import begin

        begin(self._hub)

    def action_we_disagree(self) -> None:
        """We disagree with another service about the contact or the family meant."""
        from familyhub.tui.screens.advice import begin

        begin(self._hub, disagree=True)

    def action_differences(self) -> None:
        """Differences to decide."""
        self.open_difference()

    def action_worry(self) -> None:
        """Worried about a child: the numbers and what to write, or who was told of one that is open."""
        from familyhub.tui.screens.worry import open_worry

        open_worry(self._hub)

    def action_help(self) -> None:
        """The keys of this page."""
        from familyhub.tui.dialogs.help import HelpDialog

        page = self._hub.top_page
        if isinstance(page, Page):
            self.push_screen(HelpDialog(page.place, page.tab))

    def action_light_or_dark(self) -> None:
        """Change between light and dark colours."""
        self.theme = "textual-light" if self.theme == "textual-dark" else "textual-dark"

    # -- closing ---------------------------------------------------------------------------------------------

    async def action_go_today(self) -> None:
        """Today; what is being typed is kept as a draft."""
        await self.keep_everything()
        self.close_to_bottom()

    async def action_back(self) -> None:
        """The page below; what is being typed is kept as a draft."""
        page = self._hub.top_page
        if len(self.screen_stack) > 1 and isinstance(page, Page) and page.place != "front":
            await page.keep()
            self.close_page(page)

    async def keep_everything(self) -> None:
        """Keep every draft that is open on a page."""
        for screen in self.screen_stack:
            if isinstance(screen, Page):
                await screen.keep()

    def close_to_bottom(self) -> None:
        """Close every page but the lowest."""
        least = 2 if self._hub.hidden else 1
        while len(self.screen_stack) > least:
            self.pop_screen()

    def close_page(self, page: Screen[Any]) -> None:
        """Close a page, also one that lies under others."""
        if page not in self.screen_stack:
            return
        if self._hub.top_page is page:
            self.pop_screen()
            return
        self._screen_stack.remove(page)
        page.remove()

    def replace_bottom(self, page: Screen[Any]) -> None:
        """Put another page in the place of the lowest one, which Textual's ``switch_screen`` cannot."""
        old = self.screen_stack[0]
        self.push_screen(page)
        self._screen_stack.remove(page)
        self._screen_stack[0] = page
        old.remove()
