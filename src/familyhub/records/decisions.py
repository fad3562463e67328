"""What people decided about differences, and what they asked each other about them; dated, never changed.

Rows stand in the scope of what they are about, so that they reach whoever holds it and nobody else.
"""

from __future__ import annotations

from familyhub.records.codes import DECISION_KIND
from familyhub.records.synced import Synced, code, day, line, readers, ref, words


class Decision(Synced, table=True):
    """A difference settled, or opened again (``undone``). The id is that of the act that settled it.

    ``chosen`` and ``replaced`` are JSON: the value, and per field the heads it replaced (``store.decided``).
    """

    entity = "decision"
    append_only = True
    about: str | None = line()
    about_id: str | None = line()
    field: str | None = line()
    kind: str | None = code(DECISION_KIND)
    on: str | None = day()
    by: str | None = ref("worker")
    chosen: str | None = words(searched=False)
    chosen_readers: str | None = readers()
    replaced: str | None = words(searched=False)
    replaced_readers: str | None = readers()
    reason: str | None = words()
    reason_readers: str | None = readers()
    together: str | None = line()
    undoes: str | None = ref("decision")


class Question(Synced, table=True):
    """What somebody asks the others about a difference that stays open; an empty text asks them to look."""

    entity = "question"
    append_only = True
    about: str | None = line()
    about_id: str | None = line()
    field: str | None = line()
    on: str | None = day()
    by: str | None = ref("worker")
    text: str | None = words()
    text_readers: str | None = readers()
