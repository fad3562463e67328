"""The folder: the log into the projection, in order, and what follows: grants, the localities' thin rows.

It runs in transactions of its own behind the push: whatever goes wrong here, custody has been taken.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager

from familyhub.hub import allocating, scopes, second_check
from familyhub.hub.index_row import INDEXED, refresh_index
from familyhub.hub.log import SqlHubTx
from familyhub.sync.hub import HubMachine, run
from familyhub.sync.ops import Op

log = logging.getLogger("familyhub.hub")
GROUP = 200
"""Scopes that are folded in one transaction."""
FOLLOWED = INDEXED | {"allocation", "contact"}
"""Entities from which grants or thin rows follow: who pushes one waits until it is folded, and so finds others served."""
QUIET_SECONDS, MOST_SECONDS = 0.5, 5.0
"""The rest is folded once nothing was pushed for so long, at the latest so long after it came."""
Begin = Callable[[], AbstractContextManager[SqlHubTx]]
"""Opens a writing transaction."""


class Folder:
    """Folds scopes and writes what follows from their new rows."""

    def __init__(self, machine: HubMachine, begin: Begin, new_salt: Callable[[], bytes]) -> None:
        self.machine, self.begin, self.new_salt = machine, begin, new_salt

    def fold(self, touched: Iterable[str]) -> None:
        """Fold scopes up to their heads; one that cannot be folded stays behind, and nobody waits for it."""
        wanted = sorted(set(touched))
        for start in range(0, len(wanted), GROUP):
            self._group(wanted[start : start + GROUP])

    def _group(self, wanted: Sequence[str]) -> None:
        try:
            self._together(wanted)
        except Exception as error:
            if len(wanted) > 1:
                for scope in wanted:
                    self._group([scope])
            else:
                log.error("a scope could not be folded: %s", type(error).__name__)

    def _together(self, wanted: Sequence[str]) -> None:
        ops: list[Op] = []
        more: list[str] = []
        with self.begin() as tx:
            tx.grouped = True
            tx.prefetch_fold(wanted)
            for scope in wanted:
                if tx.folded(scope) < tx.head(scope)[0]:
                    ops.extend(run(self.machine.fold(tx, scope)))
                    if tx.folded(scope) < tx.head(scope)[0]:
                        more.append(scope)
            _grant_what_follows(tx, ops)
            second_check.expect(tx.sql, ops, tx.now_ms)
            tx.finish()
        self._index(ops)
        if more:
            self._together(more)

    def _index(self, ops: Collection[Op]) -> None:
        """Write the thin rows of families anew where something in them may have changed."""
        families = {op.scope for op in ops if op.entity in INDEXED and scopes.kind_of(op.scope) == "fam"}
        if not families:
            return
        moved = {
            op.scope for op in ops if op.entity == "family" and op.kind != "create" and "locality" in op.patch
        }
        self.write_index(families, moved)

    def write_index(self, families: Collection[str], moved: Collection[str] = ()) -> None:
        """Write the thin rows of families (their scopes) as they shall be; ``moved``: those that changed locality."""
        localities = refresh_index(self.begin, self.machine, families, moved, self.new_salt)
        if localities:
            self._together(sorted(localities))


class Behind:
    """Folds in a thread of its own what nobody waits for: custody is the log alone, and laptops are fed from it."""

    def __init__(self, fold: Callable[[Iterable[str]], None]) -> None:
        self._fold = fold
        self._waiting: set[str] = set()
        self._changed = threading.Condition()
        self._ended = False
        self._came = 0
        self._thread = threading.Thread(target=self._run, name="folding", daemon=True)

    def start(self, late: Iterable[str]) -> None:
        """Begin, with what an earlier process left behind."""
        self._waiting.update(late)
        self._thread.start()

    def later(self, scopes: Iterable[str]) -> None:
        """Fold scopes soon."""
        with self._changed:
            self._waiting.update(scopes)
            self._came += 1
            self._changed.notify()

    def end(self) -> None:
        """Fold what waits and end."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._ended)
                until_quiet = MOST_SECONDS
                came = -1
                while came != self._came and until_quiet > 0 and not self._ended:
                    came = self._came
                    self._changed.wait_for(lambda: self._ended, QUIET_SECONDS)
                    until_quiet -= QUIET_SECONDS
                wanted, self._waiting = self._waiting, set()
                if not wanted and self._ended:
                    return
            self._fold(wanted)


def _grant_what_follows(tx: SqlHubTx, ops: Iterable[Op]) -> None:
    """Grants follow allocations; who holds a family holds the contacts that led to it."""
    ops = list(ops)
    families = {
        op.scope: f"fam:{op.patch['family_id']}" for op in ops
        if op.entity == "contact" and op.patch.get("family_id") and scopes.kind_of(op.scope) == "con"
    }  # fmt: skip
    allocated = allocating.follow(tx, ops)
    families.update(scopes.contacts_of(tx.sql, allocated))
    if families:
        scopes.give_contacts(tx.sql, families, tx.now_ms)
        _shut_contacts(tx, families)


def _shut_contacts(tx: SqlHubTx, contacts: Mapping[str, str]) -> None:
    """A contact that turns out to lead to a restricted family belongs to its holders and the gatekeepers alone."""
    closed = scopes.restrictions(tx.sql)
    for contact, scope in contacts.items():
        family = scope.removeprefix("fam:")
        if family in closed:
            kept = scopes.keepers(tx.sql, family, tx.now_ms)
            scopes.end_for_others(tx.sql, closed[family], contact, kept, tx.now_ms)
