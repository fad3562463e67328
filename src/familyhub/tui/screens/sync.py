"""Sync: what is saved here, waiting, sent, received and set aside, record by record; and the hub, met when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from familyhub.casework.asides import AtHub
from familyhub.practice.attachments import size_words
from familyhub.practice.lease import warning
from familyhub.practice.sync_state import Aside, Sending
from familyhub.tui.screens.sync_asides import AsidesAtHub, read_words
from familyhub.tui.standing import clock
from familyhub.tui.widgets.paragraphs import content
from familyhub.tui.widgets.rows import Cell, Drawn, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from familyhub.casework.problems import Problem
    from familyhub.casework.standing import SyncPage
    from familyhub.tui.screens.family_panels import Paragraphs as Words
    from familyhub.tui.standing import Report

ENTITIES = {
    "visit": "Visit", "visit_child": "Child at a visit", "visit_present": "Who was there", "note": "Note",
    "action": "Action", "action_status": "Action: how it goes", "action_progress": "Action: progress",
    "next_visit": "Next visit", "contact": "Contact", "contact_child": "Child of a contact", "concern": "Worry about a child",
    "attachment": "Attachment", "kept_finding": "Plan check: kept, because", "plan_copy": "Copy of the plan",
    "sharing": "Sharing log", "agreement_opinion": "Manager's view of an agreement taken back", "given_copy": "Copy given",
    "assessment_text": "Assessment: a text", "assessment_score": "Assessment: a score",
    "assessment_met": "Assessment: who was met", "family_meeting_offer": "Family meeting offered",
    "assessment_need": "Assessment: a need", "assessment_completion": "Assessment completed",
    "assessment_signature": "Assessment: a manager's signature", "child_voice": "A child's words",
    "child_day": "A day in a child's life",
    "meeting_guest": "Guest of a meeting", "meeting_child": "Child at a meeting",
    "meeting_answer": "What the family said",
    "meeting_amendment": "Minutes: amended", "closing": "Help is to end", "closing_action": "Open action at the end",
    "closing_signature": "A manager's signature", "handshake": "Step up or step down",
    "handshake_signature": "A manager's agreement", "handshake_step": "Step up or step down: a step",
    "step_down_answer": "Step down: early help's answer",
    "follow_up": "Six-month follow-up",
    "follow_up_need": "Six-month follow-up: a need",
}  # fmt: skip
"""Kinds of records in words, where the plain name would not do."""


def entity_words(entity: str) -> str:
    """A kind of record in words."""
    return ENTITIES.get(entity, entity.replace("_", " ").capitalize())


@dataclass(frozen=True, slots=True)
class Heading:
    """A line between the rows."""

    words: str


@dataclass(frozen=True, slots=True)
class KeptBack:
    """An attachment that the hub did not take: it stays here, with the reason."""

    scope: str
    name: str
    reason: str


Row = Aside | AtHub | Sending | Heading | KeptBack


def attachment_rows(page: SyncPage) -> list[tuple[str, str, str]]:
    """What the numbers say of attachments; nothing where none is on its way."""
    carried = page.attachments
    parts = []
    if carried.waiting:
        parts.append(f"{carried.waiting:,} waiting to be sent, {size_words(carried.waiting_bytes)}")
    if carried.away:
        parts.append(f"{carried.away:,} not yet here, {size_words(carried.away_bytes)}")
    rows = [("Attachments", " · ".join(parts), "")] if parts else []
    if carried.waiting and carried.used_up:
        rows.append(("", f"today's {carried.budget >> 20} MB are used: the rest goes tomorrow", ""))
    return rows


def event_rows(page: SyncPage) -> list[tuple[str, str, str]]:
    """What happened between this laptop and the hub that a person should know of; nothing where nothing did."""
    state = page.state
    rows = []
    if state.left:
        words = "a file" if state.left == 1 else f"{state.left:,} files"
        rows.append(
            ("No longer on here", f"{words} that you may hold no longer, last {clock(state.left_at)}", "")
        )
        rows.append(("", "what you had written there and not sent is with the hub", "muted"))
    if state.restored_at:
        rows.append(
            ("Hub restored", f"from a copy, met {clock(state.restored_at)}: what you wrote since", "")
        )
        rows.append(("", "its copy was offered to it again, nothing is lost", "muted"))
    if state.destroyed:
        words = "one act" if state.destroyed == 1 else f"{state.destroyed:,} acts"
        rows.append(("Erased", f"{words} of yours on erased records: destroyed, not sent", ""))
    return rows


class SyncScreen(AsidesAtHub):
    """What became of everything that was written here."""

    place: ClassVar[str] = "sync"
    CSS_PATH = "sync.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._families: dict[str, str] = {}
        self._said = ""
        self._busy = False

    def body(self) -> ComposeResult:
        """The numbers, then the records."""
        yield Static("", id="sync-numbers", markup=False)
        yield Rows[Row](
            self._draw,
            key=_key,
            selectable=lambda row: isinstance(row, Aside | AtHub),
            empty="",
            id="sync-rows",
        )

    def on_mount(self) -> None:
        """Ready for keys."""
        self.heading = "Sync"
        self.query_one(Rows).focus()
        self.ask_hub()

    def load(self) -> None:
        """Read the numbers again."""
        from familyhub.casework import standing

        self.read_in(standing.sync_page, self.laptop, then=self._show)

    def _show(self, page: SyncPage) -> None:
        state, met = page.state, self.hub_app.state
        self._families = page.families
        last = clock(state.last_contact) or "not met yet"
        if met.offline_since:
            last += f" · offline since {met.offline_since}"
        rows: list[tuple[str, str, str]] = [
            ("Saved on this laptop", "√ everything that you finished", ""),
            ("Waiting to be sent", f"{state.waiting:,}" if state.waiting else "nothing", ""),
            ("Sent to the hub", f"{state.sent:,}", ""),
            ("Received", f"{state.received:,}", ""),
            ("Set aside by the hub", f"! {state.set_aside:,}, needs a person" if state.set_aside else "nothing",
             "wrong" if state.set_aside else ""),
            ("Last met the hub", last, ""),
            ("Hub", self.hub_app.hub or state.hub_url or "none: this laptop is not enrolled", ""),
        ]  # fmt: skip
        rows[5:5] = [*attachment_rows(page), *event_rows(page)]
        if met.stands is not None and (words := warning(met.stands.lease)):
            rows.append(("Lease", words, "wrong"))
        said = self._said or met.trouble
        lines: Words = [[(name.ljust(22), "muted"), (value, look)] for name, value, look in rows]
        lines.append([(said, "wrong" if said == met.trouble else "")])
        self.query_one("#sync-numbers", Static).update(content(lines))
        items: list[Row] = []
        if state.asides:
            items += [
                Heading("Set aside by the hub: needs a person. Enter reads what you wrote"),
                *state.asides,
            ]
        if page.attachments.kept_back:
            items.append(Heading("Attachments that stay on this laptop: the hub did not take them"))
            items += [KeptBack(*kept) for kept in page.attachments.kept_back]
        heading, at_hub = self.at_hub()
        if heading:
            items += [Heading(heading), *at_hub]
        if page.waiting:
            items += [Heading("Waiting to be sent"), *page.waiting]
        self.query_one(Rows).show(items)

    # -- rows ------------------------------------------------------------------------------------------------

    def _draw(self, row: Row, width: int) -> Drawn:
        match row:
            case Heading(words):
                return [[Cell(words, look="strong")]]
            case Aside():
                family = self._families.get(row.scope, "")
                return [
                    [
                        Cell("!", 2, "wrong"),
                        Cell(entity_words(row.entity), 20),
                        Cell(family, 20),
                        Cell(row.reason),
                    ]
                ]
            case KeptBack():
                family = self._families.get(row.scope, "")
                return [[Cell("!", 2, "wrong"), Cell(row.name, 20), Cell(family, 20), Cell(row.reason)]]
            case AtHub():
                return [
                    [
                        Cell("!", 2, "wrong"),
                        Cell(entity_words(row.entity), 20),
                        Cell(row.family, 20),
                        Cell(f"{row.who}: {row.reason}"),
                    ]
                ]
            case Sending():
                return [[Cell("·", 2), Cell(entity_words(row.entity), 24), Cell(row.family or "")]]

    @on(Rows.Chosen)
    def read(self, event: Rows.Chosen) -> None:
        """What was set aside stays readable, with the reason."""
        from familyhub.tui.screens.read import ReadScreen

        if isinstance(event.item, AtHub):
            self.hub_app.push_screen(
                ReadScreen("Set aside", read_words(event.item, entity_words(event.item.entity)))
            )
            return
        row: Aside = event.item
        family = self._families.get(row.scope, "")
        words: Words = [
            [("Set aside by the hub, needs a person", "wrong")], [("Reason: ", "muted"), (row.reason, "")],
            [(f"{entity_words(row.entity)}", "strong"), (f" · {family}" if family else "", "")], [], [(row.text, "")], [],
            [("Nothing is lost: the hub keeps it too. Tell your coordinator, who sees it in the same words.", "muted")],
        ]  # fmt: skip
        self.hub_app.push_screen(ReadScreen("Set aside", words))

    # -- syncing ---------------------------------------------------------------------------------------------

    def action_sync_now(self) -> None:
        """Meet the hub now."""
        if self._busy:
            return
        from familyhub.casework import syncing

        self._busy = True
        self._said = "Meeting the hub…"
        self.load()
        self.work(syncing.sync, self.laptop, self.hub_app.hub, then=self._synced, failed=self._not_synced)

    def _synced(self, report: Report) -> None:
        self._busy = False
        self._said = f"Met the hub just now: {report.sent:,} sent, {report.received:,} received."
        self.hub_app.state.met(True, True, "")
        self.ask_hub()
        self.hub_app.nudge_sync()
        self.hub_app.read_standing(changed=True)

    def _not_synced(self, sentence: str, problems: Sequence[Problem] = ()) -> None:
        self._busy = False
        self.ask_hub()
        self._said = sentence
        self.hub_app.read_standing(changed=True)


def _key(row: Row) -> object:
    match row:
        case Heading(words):
            return words
        case Aside() | AtHub():
            return (type(row), row.op_id)
        case KeptBack():
            return (row.scope, row.name, row.reason)
        case Sending():
            return (row.entity, row.row_id)
