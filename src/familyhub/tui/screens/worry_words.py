"""What stands above every worry: whom to ring here, and how to listen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from familyhub.casework.reading import Numbers

LISTEN = "Listen. Ask open questions. Promise no secrecy. Do not investigate."


def guidance(numbers: Numbers | None, *, unlocked: bool) -> list[list[tuple[str, str]]]:
    """The numbers of the locality by day and by night, 999, and how to listen."""
    ring: list[tuple[str, str]] = [("In danger now: ring 999.", "wrong")]
    if numbers is not None and (numbers.day_number or numbers.night_number):
        hours = f" ({numbers.day_hours})" if numbers.day_hours else ""
        ring.append((f"   {numbers.locality}: {numbers.day_number}{hours}", "strong"))
        if numbers.night_number:
            ring.append((f"   other times {numbers.night_number}", "strong"))
    lines = [ring, [(LISTEN, "")]]
    if not unlocked:
        lines.append(
            [
                (
                    "Unlock this laptop to see the numbers of your locality and to write down what was said.",
                    "muted",
                )
            ]
        )
    return lines
