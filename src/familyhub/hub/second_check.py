"""The second check: every contact alike is compared with everybody in every family's file, restricted ones included.

Its result comes to those who decide some fixed minutes after the contact arrived, or after somebody was added to it: one op
of the same form whatever was found, in the same transaction as all others that are due. What was found goes to the
gatekeepers' scope alone.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from familyhub.hub import scopes
from familyhub.hub.index_row import hub_op
from familyhub.hub.log import SqlHubTx
from familyhub.hub.sql import Sql
from familyhub.practice.matching import Match, Named, People, matches
from familyhub.practice.second_check import GO_ON, MINUTES, RINGS, about, result
from familyhub.store.queries.known_people import known_people
from familyhub.sync.copy import NOTHING
from familyhub.sync.hub import run
from familyhub.sync.ops import Op, uuid7
from familyhub.sync.snapshot import received_text

if TYPE_CHECKING:
    from familyhub.hub.service import Hub

log = logging.getLogger("familyhub.hub")
GATE = "gate"
CONTACT, PEOPLE = "contact", frozenset({"contact_child", "contact_adult"})
NAMING = frozenset({"given", "family_name", "birth_date", "age", "school", "address", "postcode"})
"""Fields that a comparison stands on: where one changes, the contact is checked again."""
MINUTE_MS, MOST_MINUTES = 60_000, 24 * 60
TOGETHER = 50
"""Contacts whose results come in one transaction."""
POLL_SECONDS = 5.0
"""How often a serving hub looks for what is due."""
HOLDERS = 12
"""Workers who are named to a gatekeeper as holding a file, at most."""


class Due(NamedTuple):
    """A contact that waits for its result; ``again``: nobody was added, only what is restricted has changed."""

    scope: str
    asked: int
    again: bool
    at: int
    """When the result is due (milliseconds UTC)."""


class Compared(NamedTuple):
    """A contact with everybody in any file who may be one of those it names, by the id of who is named."""

    contact: str
    locality: str
    led_to: str
    about: str
    folded: int
    found: Mapping[str, list[Match]]


# -- what is due -----------------------------------------------------------------------------------------------


def expect(sql: Sql, ops: Iterable[Op], now_ms: int) -> None:
    """Note that contacts wait for a check: those in which somebody was named, in the transaction that folds them."""
    named = sorted({op.scope for op in ops if _names_somebody(op)})
    sql.many(
        "insert into check_due (scope, asked, again) values (?, ?, ?) on conflict (scope) do update set again = ?",
        [(scope, now_ms, False, False) for scope in named],
    )


def _names_somebody(op: Op) -> bool:
    if scopes.kind_of(op.scope) != "con" or op.entity not in PEOPLE | {CONTACT}:
        return False
    return op.kind not in ("change", "decide") or not NAMING.isdisjoint(op.patch)


NOT_FINISHED = "not (c.outcome is not null and (c.told_on is not null or c.source = '9'))"
"""Contacts in which something may be left to do, as laptops queue them."""


def ask_again(sql: Sql, now_ms: int) -> None:
    """Look again at every contact that is not finished, since what is restricted has changed; the gate is locked."""
    sql.run(
        "insert into check_due (scope, asked, again) select c.scope, cast(? as bigint), true from contact c "
        f"where c.removed is null and substr(c.scope, 1, 4) = 'con:' and {NOT_FINISHED} on conflict (scope) do nothing",
        (now_ms,),
    )


def leave_history(sql: Sql, wanted: Collection[str]) -> None:
    """Contacts that were entered in bulk and are finished long since wait for no check."""
    finished = sql.among(
        f"select c.scope from contact c where not ({NOT_FINISHED}) and c.scope in ({{keys}})",
        [scope for scope in wanted if scopes.kind_of(scope) == "con"],
    )
    sql.many("delete from check_due where scope = ?", [(row[0],) for row in finished])


def waiting(sql: Sql) -> list[Due]:
    """Contacts that wait for their result, in the order in which it is due; after how many minutes is local data."""
    found = sql.rows(
        "select d.scope, d.asked, d.again, l.second_check_minutes from check_due d "
        "left join contact c on c.scope = d.scope and c.id = substr(d.scope, 5) "
        "left join locality l on l.scope = 'ref' and l.id = c.locality and l.removed is null"
    )
    out = []
    for scope, asked, again, minutes in found:
        least = MINUTES if minutes is None else min(max(minutes, 0), MOST_MINUTES)
        out.append(Due(scope, asked, bool(again), asked + least * MINUTE_MS))
    return sorted(out, key=lambda d: (d.at, d.scope))


# -- comparing -------------------------------------------------------------------------------------------------


def _compared(sql: Sql, wanted: Collection[str]) -> list[Compared]:
    """Contacts compared with everybody; the work depends on who is named, never on whose file somebody is in."""
    people = People(known_people(sql.connection))
    heads = dict(
        (row[0], row[1])
        for row in sql.among("select scope, folded_upto from scope_head where scope in ({keys})", wanted)
    )
    named = _named(sql, wanted)
    out = []
    for scope, locality, family, address, postcode, received in sql.among(
        "select scope, locality, family_id, coalesce(address, ''), coalesce(postcode, ''), received_at from contact "
        "where removed is null and id = substr(scope, 5) and scope in ({keys})",
        wanted,
    ):
        here = named.get(scope, [])
        found = {}
        for identity, given, family_name, born, age, school in here:
            one = Named(
                given,
                family_name,
                born or None,
                age,
                address,
                postcode,
                school,
                (received or "")[:10] or None,
            )
            like = people.like(one)
            found[identity] = matches(one, like, len(like))
        said = about(here, address, postcode)
        out.append(Compared(scope, locality or "", family or "", said, heads[scope], found))
    return out


def _named(sql: Sql, wanted: Collection[str]) -> dict[str, list[tuple[str, str, str, str, str, str]]]:
    """Per contact those it names: id, given and family name, birth date, age as it was said, school."""
    out: dict[str, list[tuple[str, str, str, str, str, str]]] = {}
    for entity, columns in (("contact_child", "age, school"), ("contact_adult", "'', ''")):
        for scope, identity, given, *more in sql.among(
            f"select scope, id, given, family_name, birth_date, {columns} from {entity} "
            "where removed is null and scope in ({keys})",
            wanted,
        ):
            family_name, born, age, school = (value or "" for value in more)
            out.setdefault(scope, []).append((identity, given or "not known", family_name, born, age, school))
    return out


# -- publishing ------------------------------------------------------------------------------------------------


def publish_due(hub: Hub, *, early: bool = False) -> int:
    """Publish the results that are due; returns how many contacts were looked at. ``early``: also those not due yet.

    A contact that changed while it was compared keeps its place for the next time.
    """
    with hub.reading() as sql:
        now = hub.clock()
        wanted = [d for d in waiting(sql) if early or d.at <= now][:TOGETHER]
    if not wanted:
        return 0
    with hub.copying() as sql:
        compared = {c.contact: c for c in _compared(sql, [d.scope for d in wanted])}

    def act() -> list[str]:
        with hub.begin() as tx:
            tx.hold([*(d.scope for d in wanted), GATE])
            looked = [d for d in wanted if _unchanged(tx, d, compared)]
            done = [
                d
                for d in looked
                if tx.sql.run("delete from check_due where scope = ? and asked = ?", (d.scope, d.asked))
            ]
            _publish(hub, tx, [(d, compared[d.scope]) for d in done if d.scope in compared])
            tx.finish()
            return [d.scope for d in done]

    done = hub.again(act)
    hub.folder.fold([*done, GATE])
    return len(done)


def _unchanged(tx: SqlHubTx, due: Due, compared: Mapping[str, Compared]) -> bool:
    return due.scope not in compared or tx.folded(due.scope) == compared[due.scope].folded


def _publish(hub: Hub, tx: SqlHubTx, results: list[tuple[Due, Compared]]) -> None:
    """Log every result, and for the gatekeepers what was found and was not before."""
    families = {m.family_id for _, c in results for found in c.found.values() for m in found}
    closed = scopes.restrictions(tx.sql)
    places = dict(
        (row[0], row[1])
        for row in tx.sql.among(
            "select id, locality from family where removed is null and id in ({keys})", sorted(families)
        )
        if row[0] not in closed
    )
    before = {
        (row[0], row[1], row[2])
        for row in tx.sql.among(
            "select contact_id, named_id, person_id from gate_match where scope = 'gate' and contact_id in ({keys})",
            [_id(c.contact) for _, c in results],
        )
    }
    at = received_text(tx.now_ms)
    gate: list[dict[str, Any]] = []
    told: list[str] = []
    for due, one in results:
        held = {family for family, place in places.items() if place and place == one.locality}
        rows = _for_the_gate(one, held, before, at)
        if not rows and due.again:
            continue
        gate += rows
        told += [one.contact] if rows else []
        answer = RINGS if rows else GO_ON
        fields = {"contact_id": _id(one.contact), "result": answer, "at": at, "about": one.about}
        _create(hub, tx, one.contact, "second_check", [fields])
    _name_holders(tx, gate)
    _create(hub, tx, GATE, "gate_match", gate)
    give_contacts(tx, told)


def _for_the_gate(
    one: Compared, held: Collection[str], before: Collection[tuple[str, str, str]], at: str
) -> list[dict[str, Any]]:
    """The matches of a contact in files that those who decide do not hold, but those that gatekeepers have already."""
    contact = _id(one.contact)
    rows = []
    for named, found in sorted(one.found.items()):
        _, elsewhere = result(found, held, one.led_to)
        rows += [
            {"contact_id": contact, "check_at": at, "named_id": named, "person_id": m.person_id,
             "family_id": m.family_id, "rank": m.rank, "evidence": m.words}
            for m in elsewhere if (contact, named, m.person_id) not in before
        ]  # fmt: skip
    return rows


def _name_holders(tx: SqlHubTx, gate: list[dict[str, Any]]) -> None:
    held = scopes.holders(tx.sql, sorted({f"fam:{row['family_id']}" for row in gate}), tx.now_ms)
    for row in gate:
        row["holders"] = ",".join(sorted(held.get(f"fam:{row['family_id']}", ()))[:HOLDERS]) or None


def _create(hub: Hub, tx: SqlHubTx, scope: str, entity: str, rows: list[dict[str, Any]]) -> None:
    """New rows of the hub's own in a scope that is locked."""
    ops = []
    for place, fields in enumerate(rows, start=1):
        key = (scope, entity, uuid7(tx.now_ms, hub.randomness(10)))
        patch = {field: value for field, value in fields.items() if value is not None}
        ops.append(hub_op(tx, key, "create", patch, NOTHING, place, hub.new_salt()))
    if ops:
        run(hub.machine.number(tx, scope, ops, tx.now_ms, hub.new_salt))


def give_contacts(tx: SqlHubTx, contacts: Collection[str], only: str = "") -> None:
    """Gatekeepers hold the contacts about which a manager rings, of whatever locality; ``only``: one of them.

    Who holds one already keeps the grant with what it says of why they have it.
    """
    keepers = [
        row[0]
        for row in tx.sql.rows(
            "select id from worker_account where role = ? and not disabled order by id", (scopes.GATEKEEPER,)
        )
        if only in ("", row[0])
    ]
    if contacts and not keepers:
        log.warning("nobody is a gatekeeper: %s contact(s) wait for one", len(contacts))
    held = scopes.holders(tx.sql, contacts, tx.now_ms)
    wanted = [(c, k) for c in contacts for k in keepers if k not in held.get(c, ())]
    scopes.give(tx.sql, [scopes.Grant(c, k, scopes.GATEKEEPER, scopes.WRITE) for c, k in wanted], tx.now_ms)


def contacts_at_the_gate(sql: Sql) -> list[str]:
    """The scopes of contacts about which something was found for the gatekeepers."""
    return [
        f"con:{row[0]}"
        for row in sql.rows("select distinct contact_id from gate_match where removed is null")
    ]


def _id(scope: str) -> str:
    return scope.removeprefix("con:")


# -- erasing ---------------------------------------------------------------------------------------------------

COMPARED = frozenset({"", "person", "person_name", "address", "membership", "person_fact"})
"""Kinds of records of a file that evidence repeats; an empty text is the whole file."""


def said_of(sql: Sql, scope: str, entity: str) -> list[tuple[str, str, str]]:
    """Rows that repeat what an erased one of a family or a contact said: (scope, entity, id); the gate is folded."""
    kind, identity = scopes.kind_of(scope), scope.partition(":")[2]
    if kind == "fam" and entity in COMPARED:
        where = "contact_id in (select contact_id from gate_match where family_id = ?)"
        out = _rows(sql, "gate_match", "family_id = ?", identity)
    elif kind == "con" and entity in PEOPLE | {CONTACT, ""}:
        where = "contact_id = ?"
        out = _rows(sql, "gate_match", where, identity)
        out += _rows(sql, "second_check", where, identity) if entity else []
    else:
        return []
    return out + _rows(sql, "gate_call", where, identity)


def _rows(sql: Sql, entity: str, where: str, value: str) -> list[tuple[str, str, str]]:
    return [
        (row[0], entity, row[1])
        for row in sql.rows(f"select scope, id from {entity} where {where}", (value,))
    ]


# -- while the hub serves --------------------------------------------------------------------------------------


@contextmanager
def checking(hub: Hub, every_seconds: float = POLL_SECONDS) -> Iterator[None]:
    """Publish what becomes due in a thread of its own, as long as the block lasts."""
    ended = threading.Event()

    def go_on() -> None:
        while not ended.wait(every_seconds):
            try:
                while publish_due(hub) and not ended.is_set():
                    pass
            except Exception as error:
                log.error("the second check of contacts failed: %s", type(error).__name__)

    thread = threading.Thread(target=go_on, name="second check", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
