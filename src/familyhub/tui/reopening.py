"""Opening a form at the draft its author left, from Today or by starting to write about the same family again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from textual.app import App

from familyhub.tui.page import Page

if TYPE_CHECKING:
    from familyhub.tui.app import FamilyHubApp


class Reopening(App[int]):
    """The part of the app that opens the forms in which something may be half written."""

    @property
    def _hub(self) -> FamilyHubApp:
        return cast("FamilyHubApp", self)

    def open_visit(self, family_id: str, *, child_id: str | None = None, draft_id: str | None = None) -> None:
        """Open *Log visit*; an unfinished visit of the same family is taken up again."""

        def show(draft: str | None) -> None:
            from familyhub.tui.screens.log_visit import LogVisitScreen

            self.push_screen(LogVisitScreen(family_id, draft_id=draft, child_id=child_id))

        self._at_draft(family_id, "visit", draft_id, show)

    def open_meeting(self, family_id: str, *, draft_id: str | None = None) -> None:
        """Open *Meeting*; one of the same family that is not finished is taken up again."""

        def show(draft: str | None) -> None:
            from familyhub.tui.screens.meeting import MeetingScreen

            self.push_screen(MeetingScreen(family_id, draft_id=draft))

        self._at_draft(family_id, "meeting", draft_id, show)

    def _at_draft(self, family_id: str, kind: str, draft_id: str | None, show: Callable[..., Any]) -> None:
        """Open a form at a draft; where none is named, at what is not finished of that kind and family."""

        def begin() -> None:
            if draft_id:
                show(draft_id)
                return
            from familyhub.tui.reading import unfinished

            page = self._hub.top_page
            if isinstance(page, Page):
                page.work(unfinished, self._hub.laptop, family_id, kind, then=show, opens=True)

        self._hub.when_open(begin)

    def open_draft(self, draft_id: str) -> None:
        """Open a draft where its author left it."""

        def show(found: tuple[str, Any] | None) -> None:
            if found is None:
                self._hub.say("That draft is finished or was thrown away.")
                self._hub.read_standing(changed=True)
                return
            kind, entry = found
            if kind == "visit":
                self.open_visit(entry.family_id, draft_id=draft_id)
            elif kind == "note":
                from familyhub.tui.screens.note import NoteScreen

                self.push_screen(NoteScreen(entry.family_id, draft_id=draft_id))
            elif kind == "action":
                self._hub.update_action(entry.action_id)
            elif kind == "attachment":
                self._hub.attach(entry.family_id, draft_id=draft_id)
            elif kind == "worry":
                from familyhub.tui.screens.worry import WorryScreen

                self.push_screen(WorryScreen(draft_id=draft_id))
            elif kind == "told":
                from familyhub.tui.screens.worry import open_told

                open_told(self._hub, entry.concern_id)
            elif kind == "meeting":
                self.open_meeting(entry.family_id, draft_id=draft_id)
            elif kind == "triage":
                self._hub.open_front_door(entry.contact_id)
            elif kind == "decision":
                self._hub.open_difference(entry.difference_id, writing=True)
            else:
                self.open_form(entry, draft_id)

        def begin() -> None:
            from familyhub.casework import drafts

            page = self._hub.top_page
            if isinstance(page, Page):
                page.work(drafts.reopen, self._hub.laptop, draft_id, then=show, opens=True)

        self._hub.when_open(begin)

    def open_form(self, entry: Any, draft_id: str) -> None:
        """Open the form in which a draft about a family was being written."""

        def show() -> None:
            from familyhub.tui.dialogs import (
                advice_forms,
                assessment_forms,
                child_forms,
                contact_form,
                handshake_forms,
                meeting_form,
                person_form,
                plan_forms,
                safety_forms,
                sharing_forms,
            )

            kinds = (
                plan_forms, sharing_forms, assessment_forms, child_forms, meeting_form, advice_forms, contact_form,
                handshake_forms, person_form, safety_forms,
            )  # fmt: skip
            form = next((f for kind in kinds if (f := kind.form_of(entry, draft_id)) is not None), None)
            if form is not None:
                self.push_screen(form, lambda saved: self.after_dialog(bool(saved)))

        self._hub.when_open(show)

    def after_dialog(self, saved: bool) -> None:
        """What the page shows is read again where something was saved."""
        if saved:
            self._hub.read_standing(changed=True)
