"""Attachments: adding a file, listing, opening, saving and removing. A file's bytes stand in the encrypted store alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from familyhub.casework import files, reading
from familyhub.casework.checking import Check
from familyhub.casework.entries import AttachmentEntry, RemovalEntry, Saved
from familyhub.casework.problems import Problem, Refused, refuse
from familyhub.practice.attachments import AttachmentView, media_type, one_line
from familyhub.records.codes import ATTACHED_TO, READERS
from familyhub.store import blobs
from familyhub.store.blobs import NewBlob, Waiting
from familyhub.store.queries import attachments as queries
from familyhub.sync.blobs import BrokenManifest, Manifest, manifest_of

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop

Progress = Callable[[int, int], None]
"""Told (bytes here, bytes in all) while an attachment comes."""


# -- adding --------------------------------------------------------------------------------------------------


def add(laptop: Laptop, entry: AttachmentEntry) -> Saved:
    """Keep a file in a family's file, to be sent behind the records; raises ``Refused``. Runs in a thread."""
    reading.family(laptop, entry.family_id)
    check = laptop.check()
    what = check.line("what", entry.what, needed="What is it? A few words, like “signed agreement”.")
    audience = check.code("readers", entry.readers, READERS, needed="Who may read it?")
    on = check.day("on", entry.on, needed="Which day is it of?", past=True)
    about, about_id = _about(laptop, check, entry)
    path = files.path_of(entry.path)
    chunks: list[bytes] = []
    try:
        chunks = files.read_file(path)
    except Refused as refused:
        check.problems += refused.problems
    check.done()
    manifest = manifest_of(chunks)
    scope = f"fam:{entry.family_id}"
    with laptop.store.work(laptop.who.id) as work:
        work.blobs.append(NewBlob(scope, manifest, chunks))
        attachment_id = work.create(scope, "attachment", {
            "name": one_line(path.name), "size": manifest.size, "type": media_type(path.name, chunks[0][:512]),
            "sha256": manifest.sha, "chunks": manifest.text(), "what": what, "what_readers": audience, "on": on,
            "about": about, "about_id": about_id, "by": laptop.who.id,
        })  # fmt: skip
    return laptop.saved(attachment_id, entry.draft_id)


def _about(laptop: Laptop, check: Check, entry: AttachmentEntry) -> tuple[str | None, str | None]:
    about = check.code("about", entry.about, ATTACHED_TO)
    if about is None:
        return None, None
    row_id = entry.about_id.encode("utf-8", "replace").decode()
    with laptop.store.reading() as connection:
        sql = f'select 1 from "{about}" where scope = ? and id = ? and removed is null'
        if connection.exec_driver_sql(sql, (f"fam:{entry.family_id}", row_id)).first() is None:
            check.wrong("about", "What it is about is not in this family's file.")
    return about, row_id


# -- looking -------------------------------------------------------------------------------------------------


def of_family(laptop: Laptop, family_id: str, audience: str = "workers") -> list[AttachmentView]:
    """A family's attachments that ``audience`` (``workers``, ``professionals``, ``family``) may read, the newest first.

    Raises ``Refused`` where the family's file is not on this laptop.
    """
    file = reading.family(laptop, family_id)
    order = list(READERS.values)
    check = laptop.check()
    least = order.index(check.code("readers", audience, READERS) or order[0])
    check.done()
    return [a for a in file.attachments if (order.index(a.readers) if a.readers in order else 0) >= least]


def find(laptop: Laptop, attachment_id: str) -> AttachmentView:
    """One attachment; raises ``Refused``."""
    return _find(laptop, attachment_id)[0]


def _find(laptop: Laptop, attachment_id: str) -> tuple[AttachmentView, Manifest]:
    known = attachment_id.encode("utf-8", "replace").decode()
    try:
        with laptop.store.reading() as connection:
            found = queries.one(connection, known)
    except BrokenManifest:
        raise refuse(
            "attachment", "The record of this attachment is damaged: it describes no file. Ask who added it."
        ) from None
    if found is None:
        raise refuse("attachment", "That attachment is not on this laptop, or it was removed.")
    return found


def content(
    laptop: Laptop, attachment_id: str, url: str | None = None, progress: Progress | None = None
) -> bytes:
    """An attachment's bytes, fetched from the hub at once where they are not here; raises ``Refused`` or ``LinkError``."""
    view, manifest = _find(laptop, attachment_id)
    if not view.here:
        from familyhub.casework.syncing import fetch_attachment

        fetch_attachment(laptop, Waiting(view.scope, manifest), url, progress)
    with laptop.store.reading() as connection:
        data = blobs.content(connection, view.scope, manifest)
    if data is None:
        raise refuse("attachment", "This attachment is damaged on this laptop. Ask your hub for help.")
    return data


def save(laptop: Laptop, attachment_id: str, out: Path, url: str | None = None) -> AttachmentView:
    """Write an attachment to a new file that only this account may read; raises ``Refused`` or ``LinkError``."""
    taken = refuse("out", "There is a file of that name already. Give another one: nothing is overwritten.")
    if out.exists() or out.is_symlink():
        raise taken
    data = content(laptop, attachment_id, url)
    try:
        files.write_private(out, data)
    except FileExistsError:
        raise taken from None
    except OSError as error:
        raise refuse("out", f"The file cannot be written there: {error.strerror}.") from None
    return find(laptop, attachment_id)


# -- removing and the budget ---------------------------------------------------------------------------------


def remove(laptop: Laptop, entry: RemovalEntry) -> Saved:
    """Take an attachment out of its family's file, everywhere; raises ``Refused``. What was not sent yet still goes."""
    view = find(laptop, entry.attachment_id)
    with laptop.store.work(laptop.who.id) as work:
        try:
            work.remove(view.scope, "attachment", view.id, entry.rev or view.rev)
        except ValueError as error:
            raise Refused(Problem("rev", f"The revision cannot be read: {error}.")) from None
    blobs.tidy(laptop.store)
    return laptop.saved(view.id)


def daily_budget(laptop: Laptop, megabytes: int | None = None) -> int:
    """How many megabytes attachments may take of the line each day by themselves; ``megabytes`` changes it."""
    if megabytes is not None:
        if not 0 <= megabytes <= 100_000:
            raise refuse("megabytes", "Give a number of megabytes a day from 0 to 100,000.")
        laptop.store.set_settings({blobs.BUDGET: str(megabytes)})
    with laptop.store.reading() as connection:
        return blobs.budget(connection) >> 20
