"""Small questions to casework that several pages ask; each runs in a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop


def unfinished(laptop: Laptop, family_id: str, kind: str) -> str | None:
    """The draft of a kind about this family that was touched last."""
    from familyhub.casework import drafts

    return next((d.id for d in drafts.unfinished(laptop, family_id) if d.kind == kind), None)


def unfinished_form(laptop: Laptop, family_id: str) -> tuple[str, str] | None:
    """(kind, id) of the visit or the meeting of this family that was written on last."""
    from familyhub.casework import drafts

    found = [d for d in drafts.unfinished(laptop, family_id) if d.kind in ("visit", "meeting")]
    return (found[0].kind, found[0].id) if found else None
