"""Attachments: a photograph of a signed agreement, a letter from school. The row is the manifest; the bytes travel apart."""

from __future__ import annotations

from familyhub.records.codes import ATTACHED_TO
from familyhub.records.synced import Synced, code, day, line, number, readers, ref, words


class Attachment(Synced, table=True):
    """One file in a family's file. ``what_readers`` says who may read all of it: words, name and content."""

    entity = "attachment"
    name: str | None = line()
    size: int | None = number()
    type: str | None = line()
    """A media type, guessed from content and name."""
    sha256: str | None = line()
    chunks: str | None = line()
    """The digest of each piece in order, as canonical JSON."""
    what: str | None = words()
    what_readers: str | None = readers()
    on: str | None = day()
    about: str | None = code(ATTACHED_TO)
    about_id: str | None = line()
    by: str | None = ref("worker")
