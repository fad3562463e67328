"""Scopes that one device alone may hold, until that is lifted; the line that told others of them is erased and written anew."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from familyhub.practice import thin_row
from familyhub.sync import clock
from familyhub.sync.hub import HUB
from familyhub.sync.ops import Op, RowKey
from tests.simulation.exchange import no_chance
from tests.simulation.memory_hub import MemoryHubTx
from tests.simulation.versions import OLDER

if TYPE_CHECKING:
    from tests.simulation.world import World


@dataclass
class Restriction:
    """Whose grants of a scope ended, and the line that is erased."""

    scope: str
    ended: list[str]
    line: RowKey
    lifted: bool = False


class Restrictions:
    """Those of one history, as the operator's list beside the database keeps them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.listed: list[Restriction] = []

    def standing(self) -> Restriction | None:
        """One that is not lifted yet."""
        return next((r for r in self.listed if not r.lifted), None)

    def holders(self, scope: str) -> list[str]:
        """The devices that hold a scope now."""
        grants = self.world.hub.tables.grants
        return sorted(device for (device, s), live in grants.items() if s == scope and live)

    def restrict(self, scope: str, keeper: str, line: RowKey) -> None:
        """One device alone holds a scope from now on; `line`, which told others of it, is erased."""
        ended = [device for device in self.holders(scope) if device != keeper]
        self.listed.append(Restriction(scope, ended, line))
        self._end_for_others(self.listed[-1])
        self.world.erase(line)

    def lift(self, restriction: Restriction) -> None:
        """Who held a scope before it was restricted has it back, and its line is written anew."""
        restriction.lifted = True
        self._give_back(restriction)

    def again(self) -> None:
        """A restored hub restricts and lifts as the list says."""
        for restriction in self.listed:
            if restriction.lifted:
                self._give_back(restriction)
            else:
                self._end_for_others(restriction)

    def _end_for_others(self, restriction: Restriction) -> None:
        for device in restriction.ended:
            self.world.hub.withdraw(device, restriction.scope)

    def _give_back(self, restriction: Restriction) -> None:
        for device in restriction.ended:
            self.world.hub.grant(device, restriction.scope)
        self.world.start(lambda begin: self._write_line(begin(), restriction.line))

    def _write_line(self, tx: MemoryHubTx, line: RowKey) -> Generator[str, None, None]:
        """The hub writes a line under the first name that is not erased."""
        scope, entity, row_id = line
        tx.ensure_scopes([scope])
        yield from tx.lock([scope])
        name = thin_row.row_id(row_id, {gone for _, gone in tx.erased(scope)})
        if (scope, entity, name) not in {row.op.row for row in tx.after(scope, 0, 1 << 24)}:
            op = Op(
                scope, f"line-{self.world.number()}", HUB, tx.known(scope, HUB) + 1, "create", entity, name,
                OLDER.current, clock.tick(tx.now_ms, 0), HUB, {"note": "a line"}, {},
            )  # fmt: skip
            yield from self.world.process.machine.number(tx, scope, [op], tx.now_ms, no_chance)
        yield "before commit"
        tx.commit()
