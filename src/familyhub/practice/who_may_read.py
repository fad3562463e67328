"""Who may read a text: its label travels with it, and nothing leaves that is labelled narrower than its reader."""

from __future__ import annotations

from familyhub.records.codes import READERS

WORKERS, PROFESSIONALS, FAMILY = READERS.values
ORDER = {code: place for place, code in enumerate(READERS.values)}
"""Labels from the narrowest to the widest."""


def may_read(reader: str, label: str | None) -> bool:
    """Whether ``reader`` may read a text with that label; no label, or one that is not known, is for workers only."""
    return ORDER.get(label or "", ORDER[WORKERS]) >= ORDER[reader]


def shown_to(reader: str, text: str | None, label: str | None) -> str:
    """The text where ``reader`` may read it, else nothing."""
    return text.strip() if text and may_read(reader, label) else ""
