"""The commands: each declared once; bindings, key line, palette and help are made from here.

A command's ``action`` is a method ``action_<name>`` of the page, or of the app for those that work everywhere.
Letters act outside text fields only; F-keys and Ctrl act inside them too.
"""

# long: every command of the app, a few lines each
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.binding import Binding

if TYPE_CHECKING:
    from textual.command import Provider

EVERYWHERE = ""
"""The place of a command that every page has."""
FAMILY_TABS = ("story", "plan", "visits", "children", "meetings", "sharing")
"""Tabs of a family's page; each is a place of its own inside the place ``family``."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that people can do, declared once."""

    name: str
    """Its id, for the keymap, and the name of the ``action_`` method."""
    keys: str
    """Keys as Textual names them, the first one shown; an empty text: palette and key line only."""
    words: str
    """What it does, for palette and help."""
    short: str = ""
    """Words on the key line; an empty text keeps it off the key line."""
    shorter: str = ""
    """Words on a narrow key line, where they differ."""
    places: tuple[str, ...] = (EVERYWHERE,)
    act: str = ""
    """The act of ``casework.acts.ACTS`` that it starts."""
    front: bool = False
    """Whether it is there in the front-room view too."""
    owner: str = "app"
    """``app`` or ``page``: who carries it out."""

    @property
    def action(self) -> str:
        """The action string for Textual."""
        return f"{'app' if self.owner == 'app' else 'screen'}.{self.name}"


PRINTED = {
    "slash": "/", "question_mark": "?", "plus": "+", "enter": "Enter", "escape": "Esc", "space": "Space",
    "delete": "Delete",
    "equals_sign": "=",
    "left_square_bracket": "[", "right_square_bracket": "]",
}  # fmt: skip


def key_of(command: Command, keymap: Mapping[str, str]) -> str:
    """The first key of a command as it is printed: ``F8``, ``^S``, ``/``; ``keymap``: keys that were changed."""
    return shown_key(keymap.get(command.name) or command.keys.split(",")[0])


def shown_key(key: str) -> str:
    """A key as people read it."""
    if key.startswith("ctrl+"):
        return "^" + key[5:].upper()
    if len(key) in (2, 3) and key[0] == "f" and key[1:].isdigit():
        return key.upper()
    if key.startswith("upper_"):
        return key[6:].upper()
    return PRINTED.get(key, key)


def _at(*places: str) -> tuple[str, ...]:
    return places


LISTS = ("today", "families", "family", *FAMILY_TABS)
FORMS = ("log_visit", "note", "meeting")

COMMANDS: tuple[Command, ...] = (
    # lists and the family's page: a letter means one thing on all of them
    Command("log_visit", "v", "Log a visit to this family", "Visit", places=(*LISTS, "front"), act="log_visit"),
    Command("add_note", "n", "Write a note: a call, text, e-mail or talk", "Note", places=LISTS, act="add_note"),
    Command("hold_meeting", "m", "Meeting: a Team Around the Family or a review, in one pass", "Meeting", "Meet",
            places=(*LISTS, "front"), act="hold_meeting"),
    Command("update_action", "u", "Update an action of the plan", "update", places=_at("today", "plan"), owner="page",
            act="update_action"),
    Command("go_plan", "p", "The plan of this family", "Plan", places=LISTS),
    Command("safety", "w", "Safety notes and safe contact of this family", "Safety", places=LISTS),
    Command("choose_who", "o", "Choose who does the action; on other rows who is who", "who", places=_at("plan"),
            owner="page", act="change_action"),
    # behind choose_who: of two commands with one key the first that may act does
    Command("whos_who", "o", "Who's who in this family", "Who's who", "Who",
            places=("today", "families", "story", "visits", "children", "meetings", "sharing"), act="change_person"),
    Command("add_person", "", "Add somebody to this family's file", places=LISTS, act="add_person"),
    Command("attachments", "f", "Attachments: photographs, letters and forms in this family's file", "Files",
            places=LISTS),
    Command("find", "slash", "Find a family or a note", "Find", places=_at("today", "family", *FAMILY_TABS, "sync")),
    Command("which", "f6", "Show mine, the locality's or all", "Mine / all", places=_at("families"), owner="page"),
    Command("tab_story", "1", "Story: what happened, newest first", places=_at("family"), owner="page"),
    Command("tab_plan", "2", "Plan: needs, outcomes and actions", places=_at("family"), owner="page"),
    Command("tab_visits", "3", "Visits, each one whole", places=_at("family"), owner="page"),
    Command("tab_children", "4", "Children, one by one", places=_at("family"), owner="page"),
    Command("tab_meetings", "6", "Meetings: planned and held, papers and minutes", places=_at("family"), owner="page"),
    Command("plan_meeting", "plus", "Plan a meeting with its invitations", "plan", places=_at("meetings"), owner="page",
            act="plan_meeting"),
    Command("move_meeting", "d", "Another day for the planned meeting", "move", places=_at("meetings"), owner="page",
            act="plan_meeting"),
    Command("call_off", "x", "Call the planned meeting off, because …", "call off", places=_at("meetings"), owner="page",
            act="plan_meeting"),
    Command("meeting_papers", "r", "Papers for the next meeting, for a named reader", "papers", places=_at("meetings"),
            owner="page"),
    Command("next_reader", "r", "As the next reader would have it", "Next reader", places=_at("paper"), owner="page"),
    Command("amend_minutes", "e", "Add to the minutes, or put something right", "Amend", places=_at("paper"),
            owner="page", act="amend_minutes"),
    Command("close_help", "E", "Help is to end: reason, scores, open actions; a manager signs", "end help",
            places=_at("meetings"), owner="page", act="close_help"),
    Command("ask_step_up", "U", "Step up to social care: why, to whom, with what; a manager agrees", "step up",
            places=_at("meetings"), owner="page", act="ask_step_up"),
    Command("ask_step_down", "L", "Step down: social care asks early help to take the family on", "step down",
            places=_at("meetings", "front_door"), owner="page", act="ask_step_down"),
    Command("agree_step_up", "Y", "Agree to the step up (manager)", "agree", places=_at("meetings"), owner="page",
            act="agree_step_up"),
    Command("return_step_up", "B", "Return the step up, because … (manager)", "return", places=_at("meetings"),
            owner="page", act="return_step_up"),
    Command("send_step_up", "e", "The step up was sent: when, how, to whom", "sent", places=_at("meetings"), owner="page",
            act="send_step_up"),
    Command("accept_step", "a", "The other side accepts; at the front door early help accepts a step down", "accepted",
            places=_at("meetings", "front_door"), owner="page", act="accept_step"),
    Command("decline_step", "c", "The other side declines, because …: “we disagree” opens", "declined",
            places=_at("meetings"), owner="page", act="decline_step"),
    Command("withdraw_step", "X", "Withdraw the step up or step down, because …", "withdraw",
            places=_at("meetings", "front_door"), owner="page", act="withdraw_step"),
    Command("go_disagreement", "g", "“We disagree” about the step up or step down that was declined", "we disagree",
            places=_at("meetings", "front_door"), owner="page"),
    Command("sign_closing", "y", "Sign that help ends (manager)", "sign", places=_at("meetings"), owner="page",
            act="sign_closing"),
    Command("return_closing", "R", "Return it to whoever asked, because … (manager)", "return", places=_at("meetings"),
            owner="page", act="return_closing"),
    Command("follow_up", "k", "Six-month follow-up: is it still true?", "follow-up", places=_at("meetings"), owner="page",
            act="follow_up"),
    Command("significant", "g", "Story: significant events only, or everything", "Significant", "Signif.",
            places=_at("story"), owner="page"),
    Command("filter_child", "c", "Story: one child, or all", "Child", places=_at("story"), owner="page"),
    Command("filter_agency", "a", "Story: one agency, or all", "Agency", places=_at("story"), owner="page"),
    # the plan
    Command("open_plan", "", "Open a plan for a family that has none", places=_at("plan"), owner="page", act="open_plan"),
    Command("add_need", "plus", "Add a need to the plan", "need", places=_at("plan"), owner="page", act="add_need"),
    Command("add_action", "a", "Add an action under this need", "action", places=_at("plan"), owner="page",
            act="add_action"),
    Command("set_date", "d", "Say by when the action is to be done", "date", places=_at("plan"), owner="page",
            act="change_action"),
    Command("reword", "e", "Reword the need, what will be different, or the action", "reword", places=_at("plan"),
            owner="page", act="change_need"),
    Command("score_need", "r", "Score the need, 0 to 10", "score", places=_at("plan"), owner="page", act="score_need"),
    Command("next_finding", "c", "Plan check: the next row with something to mend", "check", places=_at("plan"),
            owner="page"),
    Command("keep_finding", "k", "Plan check: keep what it says here, because …", "keep", places=_at("plan"),
            owner="page", act="keep_finding"),
    Command("give_copy", "g", "A copy of the plan was given: to whom, when", "give", places=_at("plan"), owner="page",
            act="give_copy"),
    # agreement and sharing
    Command("tab_sharing", "8", "Sharing: agreement, and what was shared with whom", places=_at("family"), owner="page"),
    Command("log_sharing", "plus", "Log what was shared, with whom and why", "log", places=_at("sharing"), owner="page",
            act="log_sharing"),
    Command("record_agreement", "a", "Record what somebody agreed to, declined, or why they were not asked", "agreement",
            "agreed", places=_at("sharing"), owner="page", act="record_agreement"),
    Command("refresh_agreement", "r", "The agreement was asked about again, and stands", "refresh", places=_at("sharing"),
            owner="page", act="refresh_agreement"),
    Command("withdraw_agreement", "x", "Somebody took their agreement back: is it safe to stop?", "taken back",
            places=_at("sharing"), owner="page", act="withdraw_agreement"),
    Command("give_opinion", "y", "A manager's view of an agreement that was taken back", "view", places=_at("sharing"),
            owner="page", act="give_opinion"),
    Command("give_record_copy", "g", "A copy was given: to whom, when", "copy", places=_at("sharing"),
            owner="page", act="give_record_copy"),
    # the assessment, and children's words and days
    Command("go_assessment", "A", "The early help assessment of this family", "Assessment", "Assess",
            places=("today", "families", "family", *FAMILY_TABS)),
    Command("start_assessment", "b", "Begin an assessment", "begin", places=_at("assessment"), owner="page",
            act="start_assessment"),
    Command("write_section", "enter", "Write this section, or read it once it is completed", "write",
            places=_at("assessment"), owner="page", act="write_section"),
    Command("add_found_need", "plus", "Add a need that the assessment found", "need", places=_at("assessment"), owner="page",
            act="add_found_need"),
    Command("complete_assessment", "c", "The assessment is complete", "complete", places=_at("assessment"), owner="page",
            act="complete_assessment"),
    Command("sign_assessment", "y", "Sign the assessment (manager)", "sign", places=_at("assessment"), owner="page",
            act="sign_assessment"),
    Command("return_assessment", "r", "Return the assessment, because … (manager)", "return", places=_at("assessment"),
            owner="page", act="return_assessment"),
    Command("carry_needs", "k", "Carry its needs into the plan, as they are", "into the plan", "to plan",
            places=_at("assessment"), owner="page", act="carry_needs"),
    Command("give_assessment_copy", "g", "A copy of the assessment was given: to whom, when", "copy",
            places=_at("assessment"), owner="page", act="give_record_copy"),
    Command("add_child_words", "plus", "A child's own words, outside a visit", "own words", places=_at("children"),
            owner="page", act="add_child_words"),
    Command("write_child_day", "d", "A day in this child's life, at a review or closure", "a day", places=_at("children"),
            owner="page", act="write_child_day"),
    # safety
    Command("add_safety_note", "plus", "Add a safety note: what must be known before a visit", "Note", places=_at("safety"),
            owner="page", act="add_safety_note"),
    Command("change_safety", "e", "Change the selected note, person or address", "Change", places=_at("safety"),
            owner="page", act="change_safety_note"),
    Command("still_true", "k", "Looked at again and still true: the next day to look", "Still true", places=_at("safety"),
            owner="page", act="change_risk"),
    Command("end_safety_note", "x", "The note holds no longer, because …", "End", places=_at("safety"), owner="page",
            act="end_safety_note"),
    Command("safe_contact", "y", "How this person may be reached safely", "Contact", places=_at("safety"), owner="page",
            act="set_safe_contact"),
    Command("record_risk", "r", "A person who may be a risk: allegation, police information, conviction", "Risk",
            places=_at("safety"), owner="page", act="record_risk"),
    Command("record_move", "a", "Another address, or that it is confidential", "Address", places=_at("safety"),
            owner="page", act="record_move"),
    # attachments
    Command("add_attachment", "plus", "Attach a file to this family's file", "Attach", places=_at("attachments"),
            owner="page", act="add_attachment"),
    Command("remove_attachment", "delete", "Take the selected attachment out of the file", "Take out",
            places=_at("attachments"), owner="page", act="remove_attachment"),
    # forms
    Command("finish", "ctrl+s", "Finish and save", "Finish", places=FORMS, owner="page", front=True),
    Command("keep_draft", "f2", "Keep as a draft and go back", "Keep as draft", "Draft", places=FORMS, owner="page",
            front=True),
    Command("next_part", "f6", "Next part of the form", "Next part",
            places=_at("log_visit", "front_door", "desk", "meeting", "safety"), owner="page", front=True),
    # differences
    Command("take_mine", "1", "Keep mine", "Mine", places=_at("differences"), owner="page", act="decide_difference"),
    Command("take_theirs", "2", "Take theirs", "Theirs", places=_at("differences"), owner="page",
            act="decide_difference"),
    Command("write_another", "3", "Write another answer", "Another", places=_at("differences"), owner="page",
            act="decide_difference"),
    Command("ask_them", "4", "Ask them, leave it open", "Ask", places=_at("differences"), owner="page",
            act="ask_about_difference"),
    Command("why", "w", "Write why first, or what you ask", places=_at("differences"), owner="page"),
    Command("mark", "space", "Mark it, to decide several for one reason", places=_at("differences"), owner="page",
            act="decide_differences"),
    Command("mark_like", "a", "Mark all that came of the same event", places=_at("differences"), owner="page"),
    Command("undo_decision", "u", "Undo your last decision", "Undo", places=_at("differences"), owner="page",
            act="undo_decision"),
    Command("next_difference", "n", "Next difference", "Next", places=_at("differences"), owner="page"),
    Command("open_its_family", "o", "Open the family it is about", "Open family", "Family",
            places=_at("differences"), owner="page"),
    Command("discard_draft", "delete", "Throw the selected draft away", places=_at("today"), owner="page"),
    # the front door
    Command("front_door", "g", "Front door: contacts that wait, with their clocks", "Front door", "Door",
            places=_at("today")),
    Command("new_contact", "plus", "Record a contact: somebody tells us of a worry about children", "New contact", "New",
            places=_at("front_door"), owner="page", act="add_contact"),
    Command("level_1", "1", "Level 1 for this child", "to 4 Level", "to 4 Level", places=_at("front_door"), owner="page",
            act="triage_contact"),
    Command("level_2", "2", "Level 2 for this child", places=_at("front_door"), owner="page", act="triage_contact"),
    Command("level_3", "3", "Level 3 for this child", places=_at("front_door"), owner="page", act="triage_contact"),
    Command("level_4", "4", "Level 4 for this child", places=_at("front_door"), owner="page",
            act="triage_contact"),
    Command("what_next", "e", "What next for this child: the next outcome", "What next", "Next?",
            places=_at("front_door"), owner="page", act="triage_contact"),
    Command("because", "b", "Because: the reason for this child's level", "Because", "Why", places=_at("front_door"),
            owner="page", act="triage_contact"),
    Command("safe_now", "s", "Is this child safe now? Record the answer", "Safe now", "Safe", places=_at("front_door"),
            owner="page", act="ask_safe_now"),
    Command("same", "equals_sign", "The same person as the one known", places=_at("front_door"), owner="page",
            act="answer_match"),
    Command("not_same", "x", "Not the same person", places=_at("front_door"), owner="page", act="answer_match"),
    Command("send_decision", "ctrl+s", "Save the decision; it goes to sign where a manager has to", "Decide",
            places=_at("front_door"), owner="page", act="triage_contact"),
    Command("hold_contact", "h", "Hold this contact, because, until", "Hold", places=_at("front_door"), owner="page",
            act="hold_contact"),
    Command("sign_contact", "y", "Sign what waits here (manager), or open help that was signed", "Sign",
            places=_at("front_door"), owner="page", act="sign_contact"),
    Command("return_contact", "r", "Return it to whoever decided (manager)", "Return", places=_at("front_door"),
            owner="page", act="return_contact"),
    Command("tell_contact", "t", "Who contacted us was told, or why not", "Tell", places=_at("front_door"),
            owner="page", act="record_contact_told"),
    Command("settle_check", "c", "Second check: a manager has rung, or it was nobody (gatekeeper, manager)", "Rung",
            places=_at("front_door"), owner="page", act="settle_second_check"),
    Command("decline_step_down", "d", "Early help declines the step down, because …: “we disagree” opens", "declined",
            places=_at("front_door"), owner="page", act="decline_step"),
    Command("next_contact", "n", "Next contact", "Next", places=_at("front_door"), owner="page"),
    # advice and disagreements
    Command("ask_social_worker", "k", "Ask a social worker: question, advice, by whom, decision", "Ask a social worker",
            "Ask", act="ask_social_worker",
            places=("today", "families", "story", "visits", "children", "sharing", "front_door", "advice")),
    Command("we_disagree", "K", "We disagree: our view, theirs, a clock; early help goes on", "We disagree", "Disagree",
            places=(*LISTS, "front_door", "advice"), act="open_disagreement"),
    Command("add_advice", "a", "What was advised and by whom, or what was decided", "Advised", places=_at("advice"),
            owner="page", act="add_advice"),
    Command("next_stage", "e", "Take the disagreement to its next stage, because …", "Next stage", "Stage",
            places=_at("advice"), owner="page", act="escalate_disagreement"),
    Command("settle", "o", "How the disagreement was settled", "Settled", places=_at("advice"), owner="page",
            act="settle_disagreement"),
    # the desk
    Command("desk", "l", "Desk: who waits for a worker, caseloads, covers, hand-overs", "Desk", places=_at("today")),
    Command("allocate", "l", "Give this family to a worker", "Allocate", places=_at("desk"), owner="page", act="allocate"),
    Command("safe_check", "s", "Safe-check: how the family that waits was found", "Safe-check", "Check", places=_at("desk"),
            owner="page", act="record_safe_check"),
    Command("name_holder", "w", "Who holds it meanwhile, and why it waits", "Meanwhile", "Holder", places=_at("desk"),
            owner="page", act="name_holder"),
    Command("hand_over", "h", "Hand this family over: its page first, then to whom", "Hand over", "Hand", owner="page",
            places=_at("desk", "hand_over"), act="hand_over"),
    Command("give_cover", "c", "Cover for a worker from a day to a day", "Cover", places=_at("desk"), owner="page",
            act="give_cover"),
    Command("conflict", "x", "A worker's conflict of interest with this family", "Conflict of interest", "Interest",
            places=_at("desk"), owner="page", act="declare_conflict"),
    Command("worker_facts", "f", "What the selected worker can take on", "Worker", places=_at("desk"), owner="page",
            act="set_worker_facts"),
    Command("open_its_file", "o", "Open the family's page", places=_at("desk"), owner="page"),
    Command("own_conflict", "", "Declare your conflict of interest with this family, or that it is over", places=LISTS,
            act="declare_conflict"),
    # sync
    Command("sync_now", "s,f5", "Sync now", "Sync now", places=_at("sync", "locked"), owner="page"),
    Command("release_aside", "r", "Release what the hub set aside, with a reason", places=_at("sync"), owner="page"),
    Command("leave_aside", "l", "Leave what the hub set aside as it is", places=_at("sync"), owner="page"),
    # the worry
    Command("save_worry", "ctrl+s", "Save the worry (saving is not telling)", "Save", places=_at("worry"), owner="page",
            act="raise_concern"),
    Command("save_told", "ctrl+s", "Save who was told", "Save who was told", places=_at("told"), owner="page",
            act="record_told"),
    Command("keep_worry", "f2", "Keep as a draft and go back", "Keep as draft", "Draft", places=_at("worry", "told"),
            owner="page"),
    # everywhere
    Command("back", "escape", "Back to where you were", "Back", front=True),
    Command("go_today", "t,f4", "Today"),
    Command("open_sync", "s", "Sync: saved, waiting, sent, received, set aside", "Sync", places=_at("today", "families",
            "family", *FAMILY_TABS, "differences")),
    Command("differences", "D", "Differences to decide", "Differences", "Differ.",
            places=_at("today", "families", "family", *FAMILY_TABS, "sync", "safety")),
    Command("worry", "f8", "Worried about a child", "Worried about a child", "Worried", act="raise_concern", front=True),
    Command("front_room", "f7", "Front-room view: begin, or leave with the passphrase", "Front room", "Front",
            front=True),
    Command("hide", "f9", "Hide everything, or show it again", "Hide", front=True),
    Command("help", "f1,question_mark", "Help: the keys of this page", "Help", front=True),
    Command("command_palette", "ctrl+p", "Everything, by name", "Everything", "All"),
    Command("light_or_dark", "", "Light or dark colours"),
    Command("quit", "ctrl+q,q", "Quit; nothing is lost", front=True),
)  # fmt: skip
BY_NAME = {c.name: c for c in COMMANDS}

KEY_LINES: dict[str, tuple[str, ...]] = {
    "today": ("log_visit", "add_note", "hold_meeting", "find", "open_sync", "differences", "worry", "help", "command_palette"),
    "families": ("which", "worry", "back", "help", "command_palette"),
    "story": ("log_visit", "add_note", "hold_meeting", "safety", "whos_who", "significant",
              "attachments", "find", "help", "command_palette"),
    "plan": ("add_need", "add_action", "update_action", "set_date", "choose_who", "reword", "next_finding",
             "give_copy", "help", "command_palette"),
    "visits": ("log_visit", "add_note", "safety", "whos_who", "find", "help", "command_palette"),
    "children": ("log_visit", "add_note", "add_child_words", "write_child_day", "safety", "whos_who", "go_assessment", "help",
                 "command_palette"),
    "assessment": ("write_section", "start_assessment", "add_found_need", "complete_assessment", "carry_needs",
                   "sign_assessment", "return_assessment", "give_assessment_copy", "back", "help"),
    "sharing": ("log_sharing", "record_agreement", "refresh_agreement", "withdraw_agreement", "give_opinion",
                "give_record_copy", "help", "command_palette"),
    "meetings": ("agree_step_up", "return_step_up", "send_step_up", "accept_step", "decline_step", "go_disagreement", "sign_closing",
                 "return_closing", "follow_up", "hold_meeting", "plan_meeting", "move_meeting", "call_off",
                 "meeting_papers", "close_help", "ask_step_up", "ask_step_down", "withdraw_step", "help", "command_palette"),
    "paper": ("next_reader", "amend_minutes", "back", "worry", "hide", "help"),
    "meeting": ("finish", "keep_draft", "next_part", "worry", "hide", "help"),
    "safety": ("add_safety_note", "change_safety", "still_true", "end_safety_note", "safe_contact", "record_risk", "record_move",
               "worry", "back", "help"),
    "attachments": ("add_attachment", "remove_attachment", "back", "worry", "hide", "help", "command_palette"),
    "log_visit": ("finish", "keep_draft", "next_part", "worry", "hide", "help"),
    "note": ("finish", "keep_draft", "worry", "hide", "help"),
    "differences": ("take_mine", "take_theirs", "write_another", "ask_them", "next_difference", "open_its_family",
                    "undo_decision", "help", "command_palette"),
    "front_door": ("accept_step", "decline_step_down", "withdraw_step", "ask_step_down", "go_disagreement", "settle_check",
                   "level_1", "what_next", "because", "send_decision", "safe_now", "hold_contact", "sign_contact",
                   "return_contact",
                   "tell_contact", "new_contact", "ask_social_worker", "next_contact", "back", "worry", "help"),
    "advice": ("ask_social_worker", "add_advice", "we_disagree", "next_stage", "settle", "back", "worry", "hide", "help",
               "command_palette"),
    "desk": ("allocate", "safe_check", "name_holder", "hand_over", "give_cover", "conflict", "worker_facts", "next_part",
             "back", "worry", "help"),
    "hand_over": ("hand_over", "back", "worry", "hide", "help", "command_palette"),
    "sync": ("sync_now", "differences", "back", "worry", "help", "command_palette"),
    "worry": ("save_worry", "keep_worry", "back", "hide"),
    "told": ("save_told", "keep_worry", "back", "hide"),
    "front": ("log_visit", "hold_meeting", "front_room", "hide", "help"),
    "reading": ("back", "worry", "hide", "help"),
    "locked": ("sync_now", "worry", "hide", "help", "quit"),
    "unlock": ("worry", "hide", "help", "quit"),
}  # fmt: skip
"""What the key line of a place prints, in this order."""


def here(place: str, within: str = "") -> list[Command]:
    """Commands of a place (and of the tab shown in it), its own first and then those of every page."""
    own = [c for c in COMMANDS if place in c.places or (within and within in c.places)]
    return own + [c for c in COMMANDS if EVERYWHERE in c.places]


def acts_inside_fields(key: str) -> bool:
    """Whether a key also acts while somebody types in a field."""
    return key.startswith("ctrl+") or (shown_key(key).startswith("F") and len(key) > 1)


def _bindings(commands: Iterable[Command]) -> list[Binding]:
    return [
        Binding(
            key, c.action, c.words, show=False, priority=acts_inside_fields(key),
            id=c.name if number == 1 else f"{c.name}.{number}",
        )
        for c in commands
        for number, key in enumerate(filter(None, c.keys.split(",")), start=1)
    ]  # fmt: skip


def app_bindings() -> list[Binding]:
    """Bindings of the commands that every page has."""
    return _bindings(c for c in COMMANDS if EVERYWHERE in c.places)


def page_bindings(place: str) -> list[Binding]:
    """Bindings of a page's own commands; a family's page has those of all its tabs."""
    places = {place, *FAMILY_TABS} if place == "family" else {place}
    return _bindings(c for c in COMMANDS if places & set(c.places))


def palette() -> type[Provider]:
    """The palette's source, imported when it is first opened."""
    from familyhub.tui.palette import CommandsProvider

    return CommandsProvider
