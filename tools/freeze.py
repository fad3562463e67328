"""Keep a release: a laptop's store, its hub and what they said to each other, under ``tests/released/<version>/``.

``python -m tools.freeze`` refuses to overwrite a version that is kept: what was released does not change.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from familyhub import __version__
from familyhub.casework import notes, reading
from familyhub.casework.actions import update_action
from familyhub.casework.entries import NoteEntry
from familyhub.casework.opening import open_laptop
from familyhub.casework.plan_entries import ActionUpdate
from familyhub.casework.upkeep import record_counts
from familyhub.demo.make import PASSPHRASE, make
from familyhub.hub.service import Hub
from familyhub.link.exchange import sync
from familyhub.link.in_process import InProcess
from familyhub.store.migrate import checkpoint
from familyhub.sync import messages
from familyhub.sync.copy import Sender
from familyhub.sync.messages import Answer, Request, SnapshotPart

RELEASED = Path(__file__).parent.parent / "tests" / "released"
FAMILIES = 8
TODAY = date(2026, 11, 23)


class Recorder(InProcess):
    """A way to a hub that keeps what passes."""

    def __init__(self, hub: Hub, sender: Sender) -> None:
        super().__init__(hub, sender)
        self.lines: list[dict[str, str]] = []

    def _keep(self, kind: str, message: object) -> None:
        self.lines.append({"kind": kind, "body": b64encode(messages.pack(message)).decode()})

    def exchange(self, request: Request) -> Answer:
        """One exchange, kept."""
        self._keep("request", request)
        answer = super().exchange(request)
        self._keep("answer", answer)
        return answer

    def parts(
        self,
        inc: str,
        scopes: Sequence[str],
        have: Sequence[str] = (),
        mixed: Sequence[str] = (),
        epoch: str = "",
    ) -> Iterator[SnapshotPart]:
        """Parts of snapshots, kept."""
        for part in super().parts(inc, scopes, have, mixed, epoch):
            self._keep("part", part)
            yield part


def main() -> int:
    """Keep this version; returns the exit status."""
    target = RELEASED / __version__
    if target.exists():
        print(f"{__version__} is kept already: a released version does not change.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="familyhub-freeze-") as name:
        folder = Path(name)
        made = make(folder, families=FAMILIES, second=4, today=TODAY, fixed=True)
        first, second = made.laptops[0], made.laptops[1]
        expected, transcript = _play(made.hub_home, first.home, second.home)
        target.mkdir(parents=True)
        for part, home in (("laptop", first.home), ("hub", made.hub_home)):
            (target / part).mkdir()
            for file in sorted(home.iterdir()):
                if file.suffix in (".db", ".vault") or file.name == "hub.json":
                    shutil.copy2(file, target / part / file.name)
        (target / "transcript.json").write_text(json.dumps(transcript, indent=0))
        (target / "expected.json").write_text(json.dumps(expected, indent=1))
    print(f"Kept {__version__} under tests/released.")
    return 0


def _play(hub_home: Path, first: Path, second: Path) -> tuple[dict[str, object], list[dict[str, str]]]:
    """Two colleagues change one action apart, meet the hub, and one of them writes on, unsent."""
    hub = Hub.open(hub_home)
    a, b = open_laptop(first, PASSPHRASE), open_laptop(second, PASSPHRASE)
    try:
        shared = sorted(
            {f.id for f in reading.families(a) if f.held} & {f.id for f in reading.families(b) if f.held}
        )
        family = shared[0]
        action = next(s for p in reading.family(a, family).plans for s in p.actions if s.open)
        update_action(a, ActionUpdate(action.id, due="in 3 weeks", note="Moved at the school meeting."))
        update_action(b, ActionUpdate(action.id, due="in 4 weeks"))
        recorders = []
        for laptop in (a, b, a):
            kept = laptop.store.settings()
            way = Recorder(hub, Sender(kept["device"], laptop.who.id, laptop.who.role, laptop.who.locality))
            sync(laptop.store, way)
            recorders.append(way)
        notes.add_note(
            a, NoteEntry(family, text="Rang mum: she is well. Written without a connection.", kind="call")
        )
        page = reading.sync_page(a)
        expected: dict[str, object] = {
            "passphrase": PASSPHRASE, "family": family, "action": action.id, "counts": record_counts(a),
            "waiting": page.waiting, "differences": [d.id for d in reading.differences(a)],
        }  # fmt: skip
        checkpoint(a.store.engine)
        checkpoint(hub.engine)
        return expected, [line for way in recorders for line in way.lines]
    finally:
        a.close()
        b.close()
        hub.close()


if __name__ == "__main__":
    sys.exit(main())
