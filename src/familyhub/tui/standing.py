"""The words of the title line: saved, waiting, met the hub, offline since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from familyhub.practice.lease import WARNED

if TYPE_CHECKING:
    from familyhub.casework.opening import TodayPage
    from familyhub.casework.standing import Standing
    from familyhub.practice.lease import Lease


class Report(Protocol):
    """What one sync did."""

    sent: int
    received: int

    @property
    def changed(self) -> bool:
        """Whether anything on this laptop is other than before."""


class Outcome(Protocol):
    """How one sync in the background went."""

    @property
    def report(self) -> Report:
        """What it did."""

    @property
    def sentence(self) -> str:
        """What went wrong, or nothing."""

    @property
    def reachable(self) -> bool:
        """Whether a hub answered."""

    @property
    def well(self) -> bool:
        """Whether the hub was met and agreed."""


class Syncing(Protocol):
    """A thread that syncs."""

    def start(self) -> None:
        """Begin."""

    def nudge(self) -> None:
        """Sync soon."""

    def stop(self) -> None:
        """End."""


Parts = tuple[tuple[str, str], ...]
HIDE = ("F9 hide", "F9 hide")
UNTOLD_GLYPH = "·!"


def clock(moment: str | None) -> str:
    """``07:42`` of an ISO UTC moment where the laptop is; ``Tue 10 Mar`` when it was another day."""
    if not moment:
        return ""
    try:
        local = datetime.fromisoformat(moment).astimezone()
    except ValueError:
        return ""
    today = datetime.now().astimezone().date()
    if local.date() == today:
        return f"{local:%H:%M}"
    from familyhub.practice.days import show_day

    return show_day(local.date(), today)


@dataclass(slots=True)
class TitleState:
    """What the title line knows."""

    stands: Standing | None = None
    page: TodayPage | None = None
    offline_since: str = ""
    trouble: str = ""
    """The sentence of a sync that the hub answered, but that did not go well."""
    no_hub: bool = False

    def first(self, page: TodayPage) -> None:
        """Today's first reading knows the numbers already."""
        self.page = page

    @property
    def today(self) -> date | None:
        """The day that the laptop takes for today."""
        return self.page.today if self.page else None

    def met(self, well: bool, reachable: bool, sentence: str) -> None:
        """How a meeting with the hub went; being offline has a beginning."""
        if reachable:
            self.offline_since = ""
        elif not self.offline_since:
            self.offline_since = f"{datetime.now().astimezone():%H:%M}"
        self.trouble = sentence if reachable and not well else ""

    def parts(self, *, kept: str, opening: bool, open_: bool) -> Parts:
        """(long, short) words, left to right."""
        if opening:
            return (("opening…", "opening…"), HIDE)
        now = self.stands or self.page
        if now is None or not open_:
            return (HIDE,)
        if kept:
            saved: Parts = ((kept, kept.replace(" on this laptop", "")),)
        else:
            waiting = f"{now.waiting} waiting" if now.waiting else "nothing waiting"
            saved = (("saved here √", "saved √"), (waiting, waiting if now.waiting else ""))
        aside = ((f"{now.set_aside} set aside", f"{now.set_aside} aside"),) if now.set_aside else ()
        return (*saved, *aside, self._lease(now.lease) or self._hub(now.last_contact), HIDE)

    @staticmethod
    def _lease(stands: Lease) -> tuple[str, str] | None:
        """That the laptop will lock, in place of when the hub was met."""
        if stands.state != WARNED:
            return None
        days = "1 day" if stands.left == 1 else f"{stands.left} days"
        return (f"! locks in {days} without the hub", f"! locks in {days}")

    def _hub(self, last_contact: str | None) -> tuple[str, str]:
        if self.no_hub:
            return ("no hub yet", "no hub")
        if self.offline_since:
            return (f"offline since {self.offline_since}", f"offline since {self.offline_since}")
        if self.trouble:
            return ("hub: see Sync (s)", "hub: see s")
        when = clock(last_contact)
        return (f"met hub {when}", f"hub {when}") if when else ("hub not met yet", "hub not met")

    def front_parts(self) -> Parts:
        """In the front-room view: a glyph where somebody must still be told, and F9."""
        return (*(((UNTOLD_GLYPH, UNTOLD_GLYPH),) if self.untold else ()), HIDE)

    @property
    def untold(self) -> bool:
        """Whether a worry is on this laptop of which nobody was told."""
        if self.stands is not None:
            return bool(self.stands.untold)
        return self.page is not None and any(line.act == "tell" for line in self.page.lines)

    @property
    def untold_sentences(self) -> tuple[str, ...]:
        """``Nobody has been told yet. Ring …``, the longest first; nothing where everybody needed was told."""
        if not self.untold:
            return ()
        numbers = self.stands.numbers if self.stands else None
        day, night = (numbers.day_number, numbers.night_number) if numbers else ("", "")
        ring = (
            f" Ring {day}, night {night}."
            if day and night
            else f" Ring {day or night}."
            if day or night
            else ""
        )
        start = f"! Nobody has been told yet.{ring}"
        return (f"{start} F8 records who was told.", f"{start} F8: told")
