"""Opening early help from a contact: an episode that waits for a worker, in a file that exists or a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from familyhub.casework import front_door as reading
from familyhub.casework.allocating import hold_while_waiting
from familyhub.casework.contact_entries import OpenHelpEntry
from familyhub.casework.entries import Saved
from familyhub.casework.problems import refuse
from familyhub.practice import front_door as rules
from familyhub.practice.closings import OVER
from familyhub.practice.days import NotADay, day_of
from familyhub.practice.front_door import ContactView, Decision, NamedPerson, stands
from familyhub.practice.unborn import due_of, says_unborn
from familyhub.records.episodes import EpisodeState
from familyhub.records.families import Family, Membership
from familyhub.store.laptop import new_id
from familyhub.store.queries.rows import latest, session, visible

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop
    from familyhub.store.laptop import Work

OPEN_ALREADY = "That family has help open already: choose “already open: passed to the worker”."


class Opened(NamedTuple):
    """Early help that was opened: its episode, and what the contact's registers show now."""

    episode: str
    shown: dict[str, str | None]


class Level(NamedTuple):
    """The level of need of a child when help begins, with its reason and who decided it; ``on`` ISO."""

    level: str
    on: str
    reason: str
    by: str


def may_open() -> tuple[str, ...]:
    """Roles that open a family's file."""
    return ("coordinator", "manager")


def is_held(laptop: Laptop, family_id: str) -> bool:
    """Whether the family's file is on this laptop."""
    with laptop.store.reading() as connection:
        sql = "select 1 from family where scope = ? and id = ? and removed is null"
        return connection.exec_driver_sql(sql, (f"fam:{family_id}", family_id)).first() is not None


def has_open_help(laptop: Laptop, family_id: str, contact_id: str) -> bool:
    """Whether a family has an open episode that did not begin with this contact."""
    scope = f"fam:{family_id}"
    with laptop.store.reading() as connection, session(connection) as db:
        state = latest(visible(db, EpisodeState, scope))
        sql = "select id from episode where scope = ? and contact_id = ? and removed is null"
        own = {row[0] for row in connection.exec_driver_sql(sql, (scope, contact_id))}
    return state is not None and state.state not in OVER and state.episode_id not in own


def open_early_help(laptop: Laptop, entry: OpenHelpEntry) -> Saved:
    """Open early help that is decided and signed, where whoever signed could not. Raises ``Refused``."""
    contact = reading.contact(laptop, entry.contact_id)
    stand = stands(contact, laptop.today)
    if laptop.who.role not in may_open():
        raise refuse("contact", "Early help is opened by a coordinator or a manager.")
    if stand.state != rules.TO_OPEN:
        raise refuse("contact", f"There is no early help to open: {stand.words}.")
    if contact.family_id and not is_held(laptop, contact.family_id):
        raise refuse(
            "contact", "That family's file is not on this laptop: its coordinator opens the early help."
        )
    if contact.family_id and has_open_help(laptop, contact.family_id, contact.id):
        raise refuse("contact", OPEN_ALREADY)
    helped = {c.id: c.decision for c in contact.children if c.decision and c.decision.outcome == "early_help"}
    with laptop.store.work(laptop.who.id) as work:
        opened = open_help(laptop, work, contact, helped, contact.family_id)
        show_outcome(work, contact, contact.outcomes, opened.shown)
    return laptop.saved(contact.id)


def show_outcome(
    work: Work, contact: ContactView, outcomes: Iterable[str], also: Mapping[str, str | None]
) -> None:
    """Let the contact's registers show what is in force."""
    shown: dict[str, str | None] = {"outcome": rules.outcome_shown(list(outcomes)), **also}
    work.change(f"con:{contact.id}", "contact", contact.id, contact.rev, shown)


def open_help(
    laptop: Laptop,
    work: Work,
    contact: ContactView,
    helped: Mapping[str, Decision],
    family_id: str,
    on: str = "",
) -> Opened:
    """Write the episode from a day (empty: today) with its children, their levels and the state *waiting*."""
    on, by = on or laptop.today.isoformat(), laptop.who.id
    new = not family_id
    family_id = family_id or new_id()
    scope = f"fam:{family_id}"
    if new:
        work.create(scope, "family", {
            "name": family_name(contact), "locality": contact.locality or laptop.who.locality, "opened_on": on,
        }, family_id)  # fmt: skip
    members = set() if new else _members(laptop, scope)
    people = {
        named.id: named.person_id if named.person_id in members else _join(work, contact, scope, named, on)
        for named in (*contact.children, *contact.adults)
    }
    if new and (contact.address or contact.postcode):
        home = next(iter([*contact.adults, *contact.children]))
        work.create(scope, "address", {
            "person_id": people[home.id], "lines": contact.address or None, "postcode": contact.postcode or None, "from_on": on,
        })  # fmt: skip
    episode = begin_episode(
        work, scope, on, by,
        {people[c]: Level(d.level or "", d.on, d.reason, d.by_id) for c, d in helped.items()}, contact_id=contact.id,
    )  # fmt: skip
    hold_new(laptop, work, family_id, contact.locality if new else _locality(laptop, scope))
    work.create(f"con:{contact.id}", "contact_step", {
        "contact_id": contact.id, "step": "opened", "on": on, "by": by,
    })  # fmt: skip
    return Opened(episode, {"family_id": family_id} if new else {})


def begin_episode(
    work: Work, scope: str, on: str, by: str, levels: Mapping[str, Level], *, contact_id: str | None = None
) -> str:
    """Write an episode from a day with its children, their levels and the state *waiting*; returns its id."""
    episode = work.create(scope, "episode", {"contact_id": contact_id, "started_on": on})
    work.create(scope, "episode_state", {"episode_id": episode, "state": "waiting", "on": on, "by": by})
    for person, level in levels.items():
        work.create(scope, "episode_child", {"episode_id": episode, "person_id": person, "from_on": on})
        work.create(scope, "level_of_need", {
            "episode_id": episode, "person_id": person, "level": level.level, "on": level.on,
            "reason": level.reason, "reason_readers": "workers", "by": level.by,
        })  # fmt: skip
    return episode


def hold_new(laptop: Laptop, work: Work, family_id: str, locality: str) -> None:
    """Whoever opens help in their own locality holds the family until a worker is named."""
    if locality in ("", laptop.who.locality):
        hold_while_waiting(laptop, work, family_id, laptop.who.id, "new")


def family_name(contact: ContactView) -> str:
    """What a new file is called: by the first family name that is known, ``Walsh family``."""
    named = next((n.family_name for n in (*contact.children, *contact.adults) if n.family_name), "")
    given = next((c.given for c in contact.children), "")
    return f"{named} family" if named else f"Family of {given}" if given else "Unnamed family"


def _locality(laptop: Laptop, scope: str) -> str:
    with laptop.store.reading() as connection, session(connection) as db:
        return next((f.locality or "" for f in visible(db, Family, scope)), "")


def _members(laptop: Laptop, scope: str) -> set[str]:
    with laptop.store.reading() as connection, session(connection) as db:
        return {m.person_id or "" for m in visible(db, Membership, scope) if not m.to_on}


def _join(work: Work, contact: ContactView, scope: str, named: NamedPerson, on: str) -> str:
    """Write somebody whom the contact names into the family's file; returns their id there."""
    unborn = named.role == "child" and not named.birth_date and says_unborn(named.age)
    # Of a child whose birth date nobody knows something has to be written, or there is no row for them.
    person = work.create(scope, "person", {
        "birth_date": named.birth_date, "expected_date": _due(contact, named) if unborn else None, "third_party": False,
    })  # fmt: skip
    if named.given != "not known" or named.family_name:
        given = None if named.given == "not known" else named.given
        work.create(scope, "person_name", {
            "person_id": person, "kind": "known", "given": given, "family_name": named.family_name or None,
        })  # fmt: skip
    work.create(scope, "membership", {
        "person_id": person, "role": "unborn" if unborn else named.role, "lives_here": True, "from_on": on,
    })  # fmt: skip
    if named.school:
        work.create(scope, "person_fact", {
            "person_id": person, "kind": "school", "value": named.school, "on": contact.received_at[:10] or on,
            "source": contact.agency or None,
        })  # fmt: skip
    if not named.person_id:
        work.change(f"con:{contact.id}", f"contact_{named.role}", named.id, named.rev, {"person_id": person})
    return person


def _due(contact: ContactView, named: NamedPerson) -> str | None:
    """The day a child is due, as it was meant on the day of the contact; none where what was said is no day."""
    said_on = day_of(contact.received_at)
    try:
        due = due_of(named.age, said_on) if said_on is not None else None
    except NotADay:
        return None
    return due.isoformat() if due is not None else None
