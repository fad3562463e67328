"""Small questions to casework that several pages ask; each runs in a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from familyhub.casework.laptop import Laptop


def unfinished_visit(laptop: Laptop, family_id: str) -> str | None:
    """The draft of a visit to this family that was touched last."""
    from familyhub.casework import drafts

    return next((d.id for d in drafts.unfinished(laptop, family_id) if d.kind == "visit"), None)
