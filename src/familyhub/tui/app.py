"""The app: opens at once, loads behind, and carries the acts that work on every page."""
# long: the app's parts meet here: opening, keys, syncing behind the pages, hiding, leaving

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.screen import Screen

from familyhub.casework.problems import Problem
from familyhub.tui import commands, keymap, parting
from familyhub.tui.front_room import FrontRoom
from familyhub.tui.hiding import Hiding
from familyhub.tui.leasing import Leasing
from familyhub.tui.looking import Looking, take_copies_away
from familyhub.tui.navigation import Navigation
from familyhub.tui.page import Page, StoreChanged
from familyhub.tui.standing import TitleState
from familyhub.tui.turns import KeysInTurn
from familyhub.tui.working import sentence_of

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop
    from familyhub.casework.opening import FirstPage
    from familyhub.casework.standing import Standing
    from familyhub.tui.screens.families_pages import FamilyPages
    from familyhub.tui.standing import Outcome, Syncing

CLIPBOARD_SECONDS = 60.0
SWITCH_SECONDS = 0.001
"""How soon a key gets its turn while the store is opened or searched behind."""
LIKELY = ("families", "family", "read", "worry", "log_visit", "note")
"""Pages that are imported behind, once the store is open."""


class NotOpen(Exception):
    """The laptop's store is not open yet."""


class FamilyHubApp(Leasing, Hiding, FrontRoom, Looking, KeysInTurn, Navigation, App[int]):
    """FamilyHub on one laptop's store."""

    TITLE = "FamilyHub"
    CSS_PATH = ["app.tcss", "screens/today.tcss", "screens/unlock.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*commands.app_bindings()]
    COMMANDS = {commands.palette}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (140, "-broad")]
    NOTIFICATION_TIMEOUT = 4
    sync_in_background = True
    """Tests that look at one state of the title line turn it off."""

    def __init__(self, home: Path, passphrase: str | None = None, hub: str | None = None) -> None:
        super().__init__()
        self._passphrase = passphrase
        self.home, self.hub = home, hub
        self.keymap: dict[str, str] = {}
        """Keys that were changed, by command."""
        self.state = TitleState()
        self.last_error: BaseException | None = None
        """What went wrong last, for tests; never shown with its values."""
        self.family_pages: FamilyPages | None = None
        """The long list of all families as it was read last, so that it is there at once."""
        self.refused = ""
        """Why the app cannot be: another one has the home."""
        self._claim: ExitStack | None = None
        self._laptop: Laptop | None = None
        self._background: Syncing | None = None
        self._opening = False
        self.has_rows = False
        """Whether the passphrase was right: Today's rows were read."""
        self._later: list[Callable[[], object]] = []

    # -- opening ---------------------------------------------------------------------------------------------

    def get_default_screen(self) -> Screen[Any]:
        """Today's frame where a passphrase was given, else Unlock, or what to do first."""
        if self._passphrase is not None:
            from familyhub.tui.screens.today import TodayScreen

            return TodayScreen()
        from familyhub.tui.screens.unlock import first_screen

        return first_screen(self.home)

    def on_mount(self) -> None:
        """Begin to open the store once the first page is painted."""
        self.keymap, wrong = keymap.read(self.home)
        if self.keymap:
            self.set_keymap(self.keymap)
        for sentence in wrong:
            self.say(sentence, wrong=True)
        self._opening = self._passphrase is not None
        self.call_after_refresh(self._begin_opening)

    def _begin_opening(self) -> None:
        """Claim the home, open the store, once; a page that F9 covers is never painted, so hiding begins it too."""
        if self._claim is not None:
            claim, self._claim = self._claim, None
            self.run_worker(
                lambda: parting.claim(self, claim), thread=True, group="claim", exit_on_error=False
            )
        if self._passphrase is not None:
            passphrase, self._passphrase = self._passphrase, None
            self.unlock(passphrase, self._not_unlocked)

    def action_hide(self) -> None:
        """Hide everything, or show it again as it was."""
        super().action_hide()
        self._begin_opening()
        self.keys_go_on()

    def unlock(self, passphrase: str, failed: Callable[[str, Sequence[Problem]], None]) -> None:
        """Open the store: Today's rows first, then all of it; ``failed`` with the sentence to show."""

        def key() -> bytes:
            from familyhub.casework.home import open_vault

            return open_vault(self.home, passphrase)

        self.open_with(key, failed)

    def open_with(
        self, key_of: Callable[[], bytes], failed: Callable[[str, Sequence[Problem]], None]
    ) -> None:
        """Open the store with the key that ``key_of`` finds, in a thread."""
        self._opening = True

        def job() -> None:
            try:
                key = key_of()
                from familyhub.casework.opening import first_page

                first = first_page(self.home, key)
            except Exception as error:
                self.last_error = error
                if type(error).__name__ == "LeaseLocked":
                    self.call_later(self._unlock_failed, lambda *_, why=error: self.lease_locked(why), "")
                else:
                    self.call_later(self._unlock_failed, failed, sentence_of(error))
            else:
                self.call_later(self._show_first, first)

        self.run_worker(job, thread=True, group="opening", exit_on_error=False)

    def _unlock_failed(self, failed: Callable[[str, Sequence[Problem]], None], sentence: str) -> None:
        self._opening = self.has_rows = False
        self.forget_keys()
        self._later.clear()
        failed(sentence, ())

    def _not_unlocked(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        """The passphrase that was given does not open the store: ask for it."""
        from familyhub.tui.screens.unlock import UnlockScreen

        self.replace_bottom(UnlockScreen(sentence))

    def _show_first(self, first: FirstPage) -> None:
        from familyhub.tui.screens.today import TodayScreen

        self.state.first(first.page)
        self.has_rows = True
        page = self.screen_stack[0]
        if isinstance(page, TodayScreen):
            page.show(first.page)
        else:
            self.replace_bottom(TodayScreen(first.page))
        self.refresh_lines()
        self.keys_go_on()
        self.run_worker(lambda: self._open_whole(first), thread=True, group="opening", exit_on_error=False)

    def _open_whole(self, first: FirstPage) -> None:
        """In a thread: open the whole store, and import what pages will call."""
        from familyhub.casework.opening import open_laptop

        try:
            laptop = open_laptop(self.home, key=first.key)
            from familyhub.casework import standing

            for name in ("acts", "drafts", "syncing"):
                import_module(f"familyhub.casework.{name}")
            stands = standing.standing(laptop)
        except Exception as error:
            self.last_error = error
            self.call_later(self._unlock_failed, self._not_unlocked, sentence_of(error))
        else:
            self.call_later(self._opened, laptop, stands)

    def _opened(self, laptop: Laptop, stands: Standing) -> None:
        self._laptop = laptop
        self._opening = False
        self._take_standing(stands)
        later, self._later = self._later, []
        for callback in later:
            callback()
        self.keys_go_on()
        self._start_syncing(laptop)
        self.watch_lease_from_now_on()
        gc.freeze()  # what was imported is never garbage: looking through it would make a key wait
        self.run_worker(lambda: self._warm(laptop), thread=True, group="warm", exit_on_error=False)

    @property
    def laptop(self) -> Laptop:
        """The open laptop; raises ``NotOpen`` before it is."""
        if self._laptop is None:
            raise NotOpen
        return self._laptop

    @property
    def is_open(self) -> bool:
        """Whether the whole store is open."""
        return self._laptop is not None

    def when_open(self, callback: Callable[[], object]) -> None:
        """Do something now, or as soon as the whole store is open; nothing where nobody has unlocked it."""
        if self.is_open:
            callback()
        elif self._opening:
            self._later.append(callback)

    async def on_event(self, event: events.Event) -> None:
        """Keys act in turn; under F9 only F9 is heard."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif not self.hidden:
            await self.hand_out(event)
        elif isinstance(event, events.Key) and event.key in ("f9", "ctrl+q"):
            await self.hand_out(event, at_once=True)

    def must_wait(self) -> bool:
        """Keys wait for the page, for the store where they asked for it, and for F9 to show everything again."""
        opening = self._opening and (not self.has_rows or bool(self._later))
        return opening or self.hidden or super().must_wait()

    # -- how things stand ------------------------------------------------------------------------------------

    def _start_syncing(self, laptop: Laptop) -> None:
        from familyhub.casework import syncing

        if not self.sync_in_background:
            return
        if not syncing.hub_url(laptop, self.hub):
            self.state.no_hub = True
            self.refresh_lines()
            return
        self._background = syncing.in_background(laptop, self._tell_synced, self.hub)
        self._background.start()

    def _tell_synced(self, outcome: Outcome) -> None:
        """In the thread that syncs."""
        self.call_later(self._synced, outcome)

    def _synced(self, outcome: Outcome) -> None:
        """A sync in the background ended: the title line says how, and pages show what arrived."""
        self.state.met(outcome.well, outcome.reachable, outcome.sentence)
        if outcome.well or outcome.report.changed:
            self.read_standing(changed=outcome.report.changed)
        else:
            self.refresh_lines()

    def nudge_sync(self) -> None:
        """Something was saved: sync soon, and show it."""
        if self._background is not None:
            self._background.nudge()
        self.read_standing(changed=True)

    def read_standing(self, *, changed: bool = False) -> None:
        """Read how things stand, behind; ``changed``: pages read what they show again, too."""
        if self._laptop is None:
            return
        laptop = self._laptop

        def job() -> None:
            from familyhub.casework.standing import standing

            try:
                stands = standing(laptop)
            except Exception as error:
                self.last_error = error
            else:
                self.call_later(self._take_standing, stands)

        self.run_worker(job, thread=True, group="work", exit_on_error=False)
        if changed and isinstance(page := self.top_page, Page):
            page.post_message(StoreChanged())

    def _warm(self, laptop: Laptop) -> None:
        """In a thread, once the store is open: what the next key is likely to need."""
        from familyhub.tui.screens.families_pages import all_families

        for name in LIKELY:
            import_module(f"familyhub.tui.screens.{name}")
        gc.freeze()
        try:
            pages = all_families(laptop)
        except Exception as error:
            self.last_error = error
        else:
            self.call_later(setattr, self, "family_pages", pages)

    def _take_standing(self, stands: Standing) -> None:
        self.state.stands = stands
        self.refresh_lines()

    def refresh_lines(self) -> None:
        """Print title lines anew."""
        for screen in self.screen_stack:
            if isinstance(screen, Page):
                screen.refresh_lines()
        self.refresh_cover()

    def title_parts(self, page: Page) -> tuple[tuple[str, str], ...]:
        """The right part of the title line: (long, short) words."""
        if self.front_room is not None:
            return self.state.front_parts()
        return self.state.parts(
            kept=page.kept, opening=self._opening and not self.has_rows, open_=self.has_rows
        )

    @property
    def untold_sentences(self) -> tuple[str, ...]:
        """The line that stays until somebody was told; none in the front-room view, where it is a glyph."""
        return () if self.front_room is not None else self.state.untold_sentences

    # -- saying ----------------------------------------------------------------------------------------------

    def say(self, sentence: str, *, wrong: bool = False) -> None:
        """A toast; user text is safe in it. None under F9 or in the front-room view."""
        self.notify(sentence, severity="warning" if wrong else "information", markup=False)

    def notify(self, *args: Any, **named: Any) -> None:
        """No toast is seen under F9 or in the front-room view."""
        if not self.hidden and self.front_room is None:
            super().notify(*args, **named)

    # -- beginning and parting -------------------------------------------------------------------------------

    def run(self, **named: Any) -> int | None:
        """Run alone on the home; where another app has it, one sentence on standard error and exit status 1."""
        sys.setswitchinterval(SWITCH_SECONDS)
        with ExitStack() as self._claim:
            result = super().run(**named)
        if self.refused:
            print(self.refused, file=sys.stderr)
            self._return_code = 1
        return result

    def refuse(self, sentence: str) -> None:
        """End with a sentence for standard error."""
        self.refused = sentence
        self.exit(1)

    async def action_quit(self) -> None:
        """Keep what is being typed, let saves end, close the store."""
        for screen in self.screen_stack:
            if isinstance(screen, Page):
                await screen.keep()
        await parting.wait_for_work(self)
        self.exit(0)

    def on_unmount(self) -> None:
        """Close the store; nothing that a viewer was given stays behind."""
        if not self.refused:  # then they are another app's, which shows them
            take_copies_away(self.home)
        if self._background is not None:
            self._background.stop()
        if self._laptop is not None:
            self._laptop.close()

    def _fatal_error(self) -> None:
        """A crash prints one sentence: never local variables, which may hold record text."""
        if not self._exit_renderables:
            parting.print_crash(self)

    def copy_to_clipboard(self, text: str) -> None:
        """What is copied leaves the clipboard again after a minute."""
        super().copy_to_clipboard(text)
        if text:
            self.set_timer(
                CLIPBOARD_SECONDS, lambda: self.copy_to_clipboard("") if self.clipboard == text else None
            )
