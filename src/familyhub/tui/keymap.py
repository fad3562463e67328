"""The keymap can be changed: ``keys.json`` in the home names commands and the keys that they shall have."""

from __future__ import annotations

import json
import re
from pathlib import Path

from familyhub.tui import commands

FILE = "keys.json"
NEVER = frozenset({"f10", "f11", "ctrl+i", "ctrl+m", "ctrl+h", "ctrl+j", "escape", "enter", "tab"})
"""Keys that terminals or windows keep for themselves, or that mean something everywhere."""
KEY = re.compile(r"(?:(?:ctrl|shift|alt)\+)*(?:[a-z0-9]|f[1-9]|f12|[a-z_]{2,20})$")


def read(home: Path) -> tuple[dict[str, str], list[str]]:
    """(key by command, sentences about what is wrong with the file); a home without the file changes nothing."""
    try:
        content = json.loads((home / FILE).read_text(encoding="utf-8"))
        pairs = list(content.items())
    except FileNotFoundError:
        return {}, []
    except (OSError, ValueError, AttributeError):
        return {}, [
            f'{FILE} cannot be read: it should look like {{"log_visit": "ctrl+l"}}. The usual keys are used.'
        ]
    keys, wrong = {}, []
    for name, key in pairs:
        if name not in commands.BY_NAME:
            wrong.append(f"{FILE}: there is no command “{name[:30]}”.")
        elif not isinstance(key, str) or key in NEVER or not KEY.match(key):
            wrong.append(f"{FILE}: “{str(key)[:20]}” cannot be the key of {name}.")
        else:
            keys[name] = key
    return keys, wrong
