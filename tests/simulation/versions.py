"""Two versions of what ops say, so that old and new laptops meet old and new hubs."""

from __future__ import annotations

from familyhub.sync.versions import Step, Versions

ENTITY = "person"
OLDER = Versions(1)
NEWER = Versions(2, [Step(2, ENTITY, "note", "text", lambda value: {"said": value})])
"""What was `note` is `text` in the newer version, in another form."""
