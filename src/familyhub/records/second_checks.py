"""The hub's second check of a contact: its result in the contact, what was found and done about it with the gatekeepers."""

from __future__ import annotations

from familyhub.records.codes import CHECK_CALL, CHECK_RESULT
from familyhub.records.synced import Synced, clock_time, code, day, line, moment, readers, ref, words


class SecondCheck(Synced, table=True):
    """One of two results, in the contact's scope; written by the hub alone, in the same form whatever was found.

    ``about`` is the digest of who was named when it was made (``practice.second_check.about``).
    """

    entity = "second_check"
    append_only = True
    contact_id: str | None = ref("contact")
    result: str | None = code(CHECK_RESULT)
    at: str | None = moment()
    about: str | None = line()


class CheckSettled(Synced, table=True):
    """That every *a manager will ring you* up to the moment ``upto`` is done, in the contact; never what was found."""

    entity = "check_settled"
    append_only = True
    contact_id: str | None = ref("contact")
    upto: str | None = moment()
    on: str | None = day()
    by: str | None = ref("worker")


class GateMatch(Synced, table=True):
    """Somebody in a file that those who triage do not hold who may be the one named; scope ``gate``, by the hub alone.

    ``holders``: the workers who hold that file, with commas, so that somebody can be rung.
    """

    entity = "gate_match"
    append_only = True
    contact_id: str | None = ref("contact")
    check_at: str | None = moment()
    named_id: str | None = line()
    person_id: str | None = ref("person")
    family_id: str | None = ref("family")
    rank: str | None = line()
    evidence: str | None = line()
    holders: str | None = line()


class GateCall(Synced, table=True):
    """What a gatekeeper did about the matches of a contact: rang whom and when, or why it was nobody; scope ``gate``."""

    entity = "gate_call"
    append_only = True
    contact_id: str | None = ref("contact")
    upto: str | None = moment()
    call: str | None = code(CHECK_CALL)
    whom: str | None = line()
    on: str | None = day()
    at: str | None = clock_time()
    reason: str | None = words()
    reason_readers: str | None = readers()
    by: str | None = ref("worker")
