"""Beginning and end of the app as a process: the lock of the home, crashes, and leaving with nothing lost."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from familyhub.tui.looking import take_copies_away

if TYPE_CHECKING:
    from familyhub.tui.app import FamilyHubApp

CRASHED = "FamilyHub has stopped because of a mistake in the program. What you typed is kept as a draft: open it again."
WAIT_SECONDS = 10.0


def claim(app: FamilyHubApp, until_the_end: ExitStack) -> None:
    """In a thread: take the right to be the app on the home; where another app has it, this one ends."""
    from familyhub.casework.home import has_store
    from familyhub.casework.opening import app_lock

    if not has_store(app.home):
        return
    try:
        until_the_end.enter_context(app_lock(app.home))
    except Exception as error:
        if type(error).__name__ != "StoreBusy":
            raise
        app.call_later(app.refuse, str(error))
    else:
        take_copies_away(app.home)


async def wait_for_work(app: FamilyHubApp) -> None:
    """Wait for saves under way, but not for ever."""
    import asyncio

    saving = [w for w in app.workers if w.group == "work" and not w.is_finished]
    if saving:
        try:
            await asyncio.wait_for(app.workers.wait_for_complete(saving), WAIT_SECONDS)
        except Exception as error:
            app.last_error = error


def print_crash(app: FamilyHubApp) -> None:
    """One sentence and where it happened: file and line, no values."""
    from rich.text import Text

    where = ""
    error = app._exception
    if error is not None and error.__traceback__ is not None:
        trace = error.__traceback__
        while trace.tb_next is not None:
            trace = trace.tb_next
        where = (
            f"\n({type(error).__name__} at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})"
        )
    app.panic(Text(CRASHED + where))
