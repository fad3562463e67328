"""Everybody in the files of a store, a laptop's or the hub's, as those named in a contact are compared with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from familyhub.practice.matching import Known

if TYPE_CHECKING:
    from sqlalchemy import Connection

PEOPLE = """
select n.scope, n.person_id, coalesce(n.given, ''), coalesce(n.family_name, ''), p.birth_date
from person_name n
join person p on p.scope = n.scope and p.id = n.person_id and p.removed is null
where n.removed is null and substr(n.scope, 1, 4) = 'fam:' and not coalesce(p.third_party, false)
order by n.scope, n.person_id, n.to_on is not null, coalesce(n.kind, 'known') <> 'known', coalesce(n.from_on, '') desc, n.id
"""
"""The name in use first."""
PLACES = """
select scope, person_id, coalesce(lines, ''), coalesce(postcode, '') from address
where removed is null and not coalesce(confidential, false) and substr(scope, 1, 4) = 'fam:'
"""
HOUSEHOLDS = """
select scope, person_id from membership where removed is null and lives_here and substr(scope, 1, 4) = 'fam:'
"""
SCHOOLS = """
select scope, person_id, value from person_fact
where removed is null and kind = 'school' and value is not null and substr(scope, 1, 4) = 'fam:'
"""


def known_people(connection: Connection) -> list[Known]:
    """Everybody in a family's file here, with all their names, addresses and schools; confidential addresses are not read.

    Who lives in a household has the addresses of the others in it. The statements are the same on SQLite and PostgreSQL.
    """
    run = connection.exec_driver_sql
    places: dict[tuple[str, str], set[tuple[str, str]]] = {}
    shared: dict[str, set[tuple[str, str]]] = {}
    at_home = {(scope, person) for scope, person in run(HOUSEHOLDS)}
    for scope, person, lines, postcode in run(PLACES):
        places.setdefault((scope, person), set()).add((lines, postcode))
        if (scope, person) in at_home:
            shared.setdefault(scope, set()).add((lines, postcode))
    schools: dict[tuple[str, str], set[str]] = {}
    for scope, person, value in run(SCHOOLS):
        schools.setdefault((scope, person), set()).add(value)
    named: dict[tuple[str, str], tuple[list[tuple[str, str]], str | None]] = {}
    for scope, person, given, family, born in run(PEOPLE):
        named.setdefault((scope, person), ([], born))[0].append((given, family))
    return [
        Known(
            person, scope.removeprefix("fam:"), tuple(dict.fromkeys(names)), born,
            tuple(sorted(places.get((scope, person), set()) | (shared.get(scope, set()) if (scope, person) in at_home else set()))),
            tuple(sorted(schools.get((scope, person), ()))),
        )
        for (scope, person), (names, born) in named.items()
    ]  # fmt: skip
