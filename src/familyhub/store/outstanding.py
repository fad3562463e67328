"""Files that this laptop wrote to be carried to the hub, and whose answers may come in any order, or never."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from familyhub.sync.messages import Request, pack, unpack

if TYPE_CHECKING:
    from sqlalchemy import Connection

FORGOTTEN_MS = 90 * 24 * 3600 * 1000


class Outstanding(NamedTuple):
    """One file: the private key to its answer, the labels it spoke of, and whether the answer was taken."""

    private: bytes
    request: Request | None
    """None once the answer was taken."""


def next_number(connection: Connection, now_ms: int) -> int:
    """The number of the next file: about the time, and higher than any before, whatever the clock says."""
    found = connection.exec_driver_sql("select coalesce(max(number), 0) from carried").scalar()
    return max(now_ms, int(found or 0) + 1)


def keep(
    connection: Connection, name: str, number: int, private: bytes, request: Request, now_ms: int
) -> None:
    """Keep what the answer will need; files so old that no answer can be meant any more are forgotten."""
    connection.exec_driver_sql("delete from carried where number < ?", (now_ms - FORGOTTEN_MS,))
    connection.exec_driver_sql(
        "insert into carried (name, number, private, request, taken) values (?, ?, ?, ?, ?)",
        (name, number, private, pack(request), False),
    )


def find(connection: Connection, name: str) -> Outstanding | None:
    """The file of that name, None where this laptop wrote none, or forgot it."""
    sql = "select private, request, taken from carried where name = ?"
    found = connection.exec_driver_sql(sql, (name,)).first()
    if found is None:
        return None
    private, request, taken = found
    return Outstanding(private, None if taken else unpack(request, Request))


def taken(connection: Connection, name: str) -> None:
    """The answer was taken whole: its key is needed no more."""
    connection.exec_driver_sql(
        "update carried set taken = ?, private = ?, request = ? where name = ?", (True, b"", b"", name)
    )
