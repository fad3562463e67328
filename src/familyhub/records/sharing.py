"""What was shared with whom and by which lawful basis, a manager's view of a withdrawn agreement, copies given."""

from __future__ import annotations

from familyhub.records.codes import COPY_OF, LAWFUL_BASIS
from familyhub.records.synced import Synced, code, day, flag, line, readers, ref, words


class Sharing(Synced, table=True):
    """Information shared with somebody on a day. ``agreement_id``: within what was agreed; else ``without_why`` says why."""

    entity = "sharing"
    append_only = True
    on: str | None = day()
    agency: str | None = line()
    who: str | None = line()
    what: str | None = words()
    what_readers: str | None = readers()
    why: str | None = words()
    why_readers: str | None = readers()
    basis: str | None = code(LAWFUL_BASIS)
    agreement_id: str | None = ref("agreement")
    without_why: str | None = words()
    without_why_readers: str | None = readers()
    told: bool | None = flag()
    told_why: str | None = words()
    told_why_readers: str | None = readers()
    by: str | None = ref("worker")


class AgreementOpinion(Synced, table=True):
    """A manager's view of an agreement that was withdrawn; it was asked on the day of the withdrawal."""

    entity = "agreement_opinion"
    append_only = True
    agreement_id: str | None = ref("agreement")
    opinion: str | None = words()
    opinion_readers: str | None = readers()
    on: str | None = day()
    by: str | None = ref("worker")


class GivenCopy(Synced, table=True):
    """A copy of an agreement or an assessment given to one person; ``safe``: giving it was found safe that day."""

    entity = "given_copy"
    append_only = True
    about: str | None = code(COPY_OF)
    about_id: str | None = line()
    person_id: str | None = ref("person")
    to: str | None = line()
    on: str | None = day()
    safe: bool | None = flag()
    by: str | None = ref("worker")
