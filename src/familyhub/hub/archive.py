"""What numbers at or below a scope's floor say: packed in parts, apart from the log's hot table, in the same database.

In ``op`` stays what numbering, labels, receipts and the chain need. A row whose content lies here has an empty ``patch``;
one that was erased has an empty map there, and nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from familyhub.hub import logrow
from familyhub.hub.home import HubError
from familyhub.hub.logrow import LOG
from familyhub.hub.sql import Sql
from familyhub.store.apply import Projection
from familyhub.sync.copy import Held
from familyhub.sync.ops import RowKey

PART_BYTES = 1 << 20
"""About how many bytes a part holds before it is compressed, which makes it a quarter of that or less."""
PAGE = 2000
"""Most numbers that are read at once to be packed."""
LEVEL = 9
"""Of zstd: a part is written seldom and kept for years."""
AWAY = b""
"""``patch``, ``base`` and ``salt`` of a row whose content lies in the archive."""
PATCH, SALT, DIGEST = (logrow.COLUMNS.index(name) for name in ("patch", "salt", "digest"))


class NotWhole(HubError):
    """A number's content is in the log no more, and not in the archive either, or cannot be read there."""

    def __init__(self, scope: str, seq: int) -> None:
        super().__init__(
            f"The history of {scope} is damaged at number {seq}: keep this hub as it is and restore a backup beside it."
        )
        self.scope, self.seq = scope, seq


class Content(msgspec.Struct, array_like=True):
    """What one number of the log says, as its columns were."""

    seq: int
    patch: bytes
    base: bytes
    salt: bytes

    @property
    def size(self) -> int:
        """How many bytes it counts for."""
        return len(self.patch) + len(self.base) + len(self.salt) + 10


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(list[Content]).decode


def packed(contents: Sequence[Content]) -> bytes:
    """A part's body."""
    import zstandard

    return zstandard.ZstdCompressor(level=LEVEL).compress(_pack(contents))


def unpacked(scope: str, first: int, body: bytes) -> list[Content]:
    """The contents of a part that begins with number ``first``; raises ``NotWhole``."""
    import zstandard

    try:
        return _unpack(zstandard.ZstdDecompressor().decompress(body))
    except (zstandard.ZstdError, msgspec.MsgspecError):
        raise NotWhole(scope, first) from None


class Archive:
    """The part of ``SqlHubTx`` that knows where the content of a number lies."""

    sql: Sql
    projection: Projection
    _at_hand: tuple[str, tuple[int, int, list[Content]]] = ("", (0, 0, []))

    def floor(self, scope: str) -> int:
        """The number up to which a scope's log is archived; who stands below it needs a snapshot."""
        found = self.sql.first("select floor from scope_head where scope = ?", (scope,))
        return int(found[0]) if found else 0

    def settled(self, scope: str, before: int) -> int:
        """The number up to which the hub received everything at ``before`` (milliseconds UTC) or earlier."""
        later = "select min(seq) from op where scope = ? and seq > ? and received > ?"
        first = self.sql.first(later, (scope, self.floor(scope), before))[0]
        if first is not None:
            return int(first) - 1
        return int(self.sql.first("select coalesce(max(seq), 0) from op where scope = ?", (scope,))[0])

    def rows_of(self, scope: str) -> dict[RowKey, Held]:
        """Every row of a scope in the projection, as it was committed."""
        return {(scope, entity, row_id): held for entity, row_id, held in self.projection.scope_rows(scope)}

    def whole(self, found: list[Any]) -> list[Any]:
        """Rows of ``op`` as they were read, with what lies in the archive put back into its columns; raises ``NotWhole``.

        Whatever reads ``patch``, ``base`` or ``salt`` reads them through here: a row that is away is not one that was erased.
        """
        away: dict[str, list[int]] = {}
        for row in found:
            if not row[PATCH]:
                away.setdefault(row[0], []).append(row[1])
        if not away:
            return found
        said = {
            (scope, content.seq): content
            for scope, seqs in away.items()
            for _, _, contents in self._parts(scope, seqs)
            for content in contents
        }
        return [row if row[PATCH] else self._put_back(row, said) for row in found]

    def _put_back(self, row: Any, said: dict[tuple[str, int], Content]) -> tuple[Any, ...]:
        """A row with its content; one that was erased between two reads is read again."""
        content = said.get((row[0], row[1]))
        if content is not None:
            return (*row[:PATCH], content.patch, content.base, content.salt, *row[SALT + 1 :])
        again = self.sql.first(f"select {LOG} from op where scope = ? and seq = ?", (row[0], row[1]))
        if again is None or not again[PATCH]:
            raise NotWhole(row[0], row[1])
        return tuple(again)

    def _parts(self, scope: str, seqs: Sequence[int]) -> Iterator[tuple[int, int, list[Content]]]:
        """The parts in which numbers lie: (first, last, contents); raises ``NotWhole``."""
        rest = sorted(seqs)
        while rest:
            first, last, contents = self._part(scope, rest[0])
            rest = [seq for seq in rest if seq > last]
            yield first, last, contents

    def _part(self, scope: str, seq: int) -> tuple[int, int, list[Content]]:
        """The part in which a number lies; the one that was unpacked last is at hand."""
        known, (first, last, contents) = self._at_hand
        if known == scope and first <= seq <= last:
            return first, last, contents
        found = self.sql.first(
            "select first, last, body from archived where scope = ? and first <= ? and last >= ?",
            (scope, seq, seq),
        )
        if found is None:
            raise NotWhole(scope, seq)
        part = found[0], found[1], unpacked(scope, found[0], bytes(found[2]))
        self._at_hand = scope, part
        return part

    def archive(self, scope: str, upto: int) -> None:
        """Move what the log says up to a number out of its hot table, and raise the floor to it; the scope is locked.

        Kept snapshots go: they hold what is pruned now, and may stand below the floor.
        """
        floor = self.floor(scope)
        first, contents = self._unfilled(scope, floor)
        room = PART_BYTES - sum(content.size for content in contents)
        digests: list[tuple[bytes, str, int]] = []
        for row in self._hot(scope, floor, upto):
            if row[SALT]:
                content = Content(row[1], *map(bytes, row[PATCH : SALT + 1]))
                contents.append(content)
                room -= content.size
                if not row[DIGEST]:
                    digests.append((logrow.digest_of(logrow.read(row)), scope, row[1]))
            if room <= 0:
                self._write(scope, first, row[1], contents)
                first, contents, room = row[1] + 1, [], PART_BYTES
        if first <= upto:
            self._write(scope, first, upto, contents)
        self.sql.many("update op set digest = ? where scope = ? and seq = ?", digests)
        self.sql.run(
            "update op set patch = ?, base = ?, salt = ? "
            "where scope = ? and seq > ? and seq <= ? and length(salt) > 0",
            (AWAY, AWAY, AWAY, scope, floor, upto),
        )
        self.sql.run("update scope_head set floor = ? where scope = ?", (upto, scope))
        self.sql.run("delete from snapshot where scope = ?", (scope,))

    def _unfilled(self, scope: str, floor: int) -> tuple[int, list[Content]]:
        """The last part while there is room in it, so that what becomes old day by day does not lie in crumbs."""
        found = self.sql.first(
            "select first, body from archived where scope = ? and last = ?", (scope, floor)
        )
        if found is not None:
            contents = unpacked(scope, found[0], bytes(found[1]))
            if sum(content.size for content in contents) < PART_BYTES:
                return found[0], contents
        return floor + 1, []

    def _hot(self, scope: str, floor: int, upto: int) -> Iterator[Any]:
        """The rows of the log that are to be archived, in order; raises ``NotWhole`` where one is missing."""
        seq = floor
        while seq < upto:
            page = self.sql.rows(
                f"select {LOG} from op where scope = ? and seq > ? and seq <= ? order by seq limit ?",
                (scope, seq, upto, PAGE),
            )
            for row in page:
                if row[1] != seq + 1:
                    raise NotWhole(scope, seq + 1)
                seq += 1
                yield row
            if not page:
                raise NotWhole(scope, seq + 1)

    def _write(self, scope: str, first: int, last: int, contents: Sequence[Content]) -> None:
        self._at_hand = "", (0, 0, [])
        self.sql.run(
            "insert into archived (scope, first, last, body) values (?, ?, ?, ?) "
            "on conflict (scope, first) do update set last = excluded.last, body = excluded.body",
            (scope, first, last, packed(contents)),
        )

    def destroy_archived(self, scope: str, seqs: Sequence[int]) -> None:
        """Write the parts in which numbers lie anew, without what these say."""
        gone = set(seqs)
        for first, last, contents in list(self._parts(scope, seqs)):
            self._write(scope, first, last, [content for content in contents if content.seq not in gone])
