"""The entry of the second check at the front door. Days and times are as in ``entries``."""

from __future__ import annotations

from msgspec import Struct


class SettleCheckEntry(Struct):
    """That a manager has rung about the second check; a gatekeeper also says whom they rang, or why it was nobody.

    ``call``: ``rang`` or ``nobody``. In the contact stands only that it is done, and on which day.
    """

    contact_id: str
    call: str = ""
    whom: str = ""
    on: str = "today"
    time: str = ""
    because: str = ""
