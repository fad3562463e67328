"""What can go wrong on the wire, each as one plain sentence."""

from __future__ import annotations


class LinkError(Exception):
    """Syncing did not work; ``str`` is the sentence to show. Nothing is lost by it."""


class NotEnrolled(LinkError):
    """This laptop belongs to no hub."""

    def __init__(self) -> None:
        super().__init__(
            "This laptop is not enrolled with a hub. Ask your hub for a code and use `familyhub enrol URL`."
        )


class HubUnreachable(LinkError):
    """No hub answers at the address, or one that is in trouble: try again later."""


class HubRefused(LinkError):
    """The hub answered no; the sentence is the hub's."""


class BodyRefused(HubRefused):
    """The hub could not read what was sent, or it was too large; nothing of it was taken."""


class NoSuchPlace(HubUnreachable):
    """The hub has nothing at that address: it is of an earlier version, or no hub at all."""


class Stopped(Exception):
    """Somebody asked the sync to end; what was applied is kept."""
