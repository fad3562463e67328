"""A list of families of which only the pages in view were read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, overload

from familyhub.practice.family_row import FamilyRow

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop

PAGE = 100
KEPT_PAGES = 40
"""Pages that are kept once read; those read longest ago go first."""


class FamilyPages(Sequence[FamilyRow]):
    """Ids in order; rows as far as they were read. A row that was not is empty, and ``wanted`` is told its page."""

    def __init__(self, ids: Sequence[str], wanted: Callable[[int], None] = lambda number: None) -> None:
        self.ids = ids
        self.wanted = wanted
        self._pages: dict[int, dict[str, FamilyRow]] = {}
        self._asked: set[int] = set()
        self._old: set[int] = set()

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, place: int) -> FamilyRow: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[FamilyRow]: ...
    def __getitem__(self, place: int | slice) -> FamilyRow | Sequence[FamilyRow]:
        if isinstance(place, slice):
            return [self[n] for n in range(*place.indices(len(self)))]
        identity = self.ids[place]
        number = (place % len(self.ids)) // PAGE
        page = self._pages.get(number)
        if (page is None or number in self._old) and number not in self._asked:
            self._asked.add(number)
            self._old.discard(number)
            self.wanted(number)
        return page.get(identity) or unread(identity) if page is not None else unread(identity)

    def page_ids(self, number: int) -> Sequence[str]:
        """The ids of a page."""
        return self.ids[number * PAGE : (number + 1) * PAGE]

    def take(self, number: int, rows: Sequence[FamilyRow]) -> None:
        """A page was read."""
        self._asked.discard(number)
        self._pages[number] = {row.id: row for row in rows}
        while len(self._pages) > KEPT_PAGES:
            del self._pages[next(iter(self._pages))]

    def take_over(self, other: FamilyPages, *, stale: bool) -> None:
        """Keep the pages another list had read, where they hold the same families; ``stale``: read them again when seen."""
        for number, page in other._pages.items():
            if list(self.page_ids(number)) == list(other.page_ids(number)):
                self._pages[number] = page
                if stale:
                    self._old.add(number)


def unread(identity: str) -> FamilyRow:
    """A family whose row is being read."""
    return FamilyRow(id=identity, name="…", locality="", ward="", level=None, lead="", held=True)


def first_page(laptop: Laptop, which: str) -> tuple[list[str], list[FamilyRow]]:
    """The first families of the long list, at once."""
    from familyhub.casework import listing

    ids = listing.order(laptop, which, PAGE)
    return ids, listing.rows(laptop, ids)


def whole_order(laptop: Laptop, which: str) -> list[str]:
    """The ids of the whole long list."""
    from familyhub.casework import listing

    return listing.order(laptop, which)


def one_page(laptop: Laptop, ids: Sequence[str]) -> list[FamilyRow]:
    """Rows of one page."""
    from familyhub.casework import listing

    return listing.rows(laptop, ids)


def all_families(laptop: Laptop) -> FamilyPages:
    """The long list of all families with its first page read, ready for when it is opened."""
    pages = FamilyPages(whole_order(laptop, "all"))
    pages.take(0, one_page(laptop, pages.page_ids(0)))
    return pages
