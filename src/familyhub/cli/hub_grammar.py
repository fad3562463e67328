"""The words of ``familyhub hub``: what an operator may say. Nothing of the hub itself is imported for it."""

from __future__ import annotations

import argparse
from typing import Protocol, TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


class Add(Protocol):
    """How a command is added: its place, what it shares, its name, the function that runs it, its help."""

    def __call__(
        self, commands: Commands, shared: argparse.ArgumentParser, name: str, run: str, words: str
    ) -> argparse.ArgumentParser:
        """The parser of the new command."""


def hub_commands(commands: Commands, say: Add) -> None:
    """Add the commands of the central store."""
    hub = commands.add_parser("hub", help="the central store").add_subparsers(metavar="WHAT", required=True)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--home", default=None, help="the hub's home folder (else FAMILYHUB_HOME)")
    shared.add_argument("--passphrase-file", default=None, metavar="F")
    shared.add_argument("--json", action="store_true")
    init = say(hub, shared, "init", "hub:init", "make a hub")
    init.add_argument(
        "--database", metavar="URL", help="postgresql+psycopg://…; left out: an encrypted file in the home"
    )
    init.add_argument("--demonstration", action="store_true", help="a throw-away hub that opens by itself")
    init.add_argument("--locality", action="append", default=[], metavar="ID[=NAME]")
    serve = say(hub, shared, "serve", "hub:serve", "answer laptops, on loopback unless told otherwise")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8140, help="0 takes a free one")
    serve.add_argument("--ready-file", metavar="F", help='receives {"url", "pid"} once the hub answers')
    serve.add_argument("--certificate", metavar="F")
    serve.add_argument("--certificate-key", metavar="F")
    serve.add_argument("--behind-proxy", action="store_true", help="something in front does TLS")
    worker = hub.add_parser("worker", help="the workforce").add_subparsers(metavar="WHAT", required=True)
    add = say(worker, shared, "add", "hub:worker_add", "add or change a worker")
    add.add_argument("id")
    add.add_argument("--name", required=True)
    add.add_argument("--role", default="worker")
    add.add_argument("--locality", required=True)
    say(
        worker, shared, "disable", "hub:worker_disable", "shut a worker out from the next request on"
    ).add_argument("id")
    say(worker, shared, "list", "hub:worker_list", "everybody who may have a laptop")
    say(hub, shared, "code", "hub:code", "a one-time code for a worker's new laptop").add_argument("worker")
    _granting(hub, shared, say)
    device = hub.add_parser("device", help="laptops").add_subparsers(metavar="WHAT", required=True)
    say(device, shared, "list", "hub:device_list", "every enrolled laptop")
    say(
        device, shared, "revoke", "hub:device_revoke", "shut a laptop out from the next request on"
    ).add_argument("id")
    _hub_keeping(hub, shared, say)
    say(hub, shared, "routes", "hub:routes", "every route, and whether it is open")
    aside = hub.add_parser("quarantine", help="what the hub set aside").add_subparsers(
        metavar="WHAT", required=True
    )
    say(aside, shared, "list", "hub:quarantine_list", "records that need a person")
    release = say(aside, shared, "release", "hub:quarantine_release", "take a record into its file after all")
    release.add_argument("scope")
    release.add_argument("op_id")


def _granting(hub: Commands, shared: argparse.ArgumentParser, say: Add) -> None:
    """Who holds which file, and families that few may hold."""
    grant = say(hub, shared, "grant", "hub_granting:grant", "grant a scope to a worker")
    grant.add_argument("scope", help="fam:ID, con:ID, loc:ID …")
    grant.add_argument("worker")
    grant.add_argument("--withdraw", action="store_true")
    grant.add_argument("--read", action="store_true", help="to read only")
    grant.add_argument("--from", dest="since", metavar="DATE", help="a cover begins on this day")
    grant.add_argument("--to", dest="until", metavar="DATE", help="and ends by itself behind this one")
    grant.add_argument("--restricted", action="store_true", help="also where the family is restricted")
    grant.add_argument(
        "--break-glass", action="store_true", help="to read for some hours, for a reason that is reviewed"
    )
    grant.add_argument("--hours", type=int, metavar="N", help="how long the glass is broken: 24, at most 72")
    restrict = say(
        hub, shared, "restrict", "hub_granting:restrict", "let only named workers hold a family, or lift that"
    )
    restrict.add_argument("family", nargs="?", metavar="FAMILY")
    restrict.add_argument("--by", metavar="WORKER", help="who decides, or reviews")
    restrict.add_argument(
        "--to", nargs="+", action="extend", default=[], metavar="WORKER", help="who keeps it"
    )
    restrict.add_argument("--lift", action="store_true", help="give it back to who held it before")
    restrict.add_argument(
        "--list", action="store_true", help="restricted families, and broken glass that waits for review"
    )
    restrict.add_argument("--reviewed", metavar="ID", help="a manager has looked at a break-glass grant")
    for command in (grant, restrict):
        command.add_argument("--reason", metavar="-", help="why, from standard input")
        command.add_argument("--reason-file", metavar="F", help="why, from a file")


def _hub_keeping(hub: Commands, shared: argparse.ArgumentParser, say: Add) -> None:
    """What keeps a hub from losing anything, and what destroys on purpose."""
    backup = say(
        hub, shared, "backup", "hub:make_backup", "write everything into one sealed file, and read it again"
    )
    backup.add_argument("file")
    restore = say(hub, shared, "restore", "hub:restore", "make the hub anew from a backup, in an empty home")
    restore.add_argument("file")
    restore.add_argument(
        "--database", metavar="URL", help="postgresql+psycopg://…; left out: an encrypted file in the home"
    )
    restore.add_argument("--erasures", metavar="F", help="the lost hub's list of erasures, from its home")
    restore.add_argument("--restrictions", metavar="F", help="and its list of restricted families")
    _operators(hub, shared, say)
    carry = say(
        hub,
        shared,
        "carry",
        "hub:carry",
        "take a file that was carried here from a laptop, and write the answer",
    )
    carry.add_argument("file", metavar="IN")
    carry.add_argument("--out", required=True, metavar="OUT", help="the answer, to be carried back")
    durable = say(hub, shared, "durable", "hub:durable", "what makes a laptop's act durable")
    durable.add_argument("by", choices=["backups", "standby"])
    archive = say(
        hub, shared, "archive", "hub:archive_log", "pack what is old, folded and durable away from the log"
    )
    archive.add_argument(
        "--older-than", type=int, metavar="DAYS", help="received so many days ago or earlier (else 400)"
    )
    archive.add_argument(
        "--scope", default="", metavar="SCOPE", help="fam:ID, con:ID …; left out: all of them"
    )
    say(hub, shared, "rebuild", "hub:rebuild", "fold every file anew from its log and check the history")
    erase = say(hub, shared, "erase", "hub:erase", "erase a record or a file: one asks, another agrees")
    erase.add_argument("scope", nargs="?", help="fam:ID, con:ID …")
    erase.add_argument("--entity", help="the kind of record; left out: the whole file")
    erase.add_argument("--row", metavar="ID")
    erase.add_argument("--by", metavar="WORKER", help="who asks or agrees")
    erase.add_argument("--agree", metavar="ID", help="agree to what somebody else asked for")
    erase.add_argument("--reason-file", metavar="F", help="why; else from standard input")


def _operators(hub: Commands, shared: argparse.ArgumentParser, say: Add) -> None:
    """Who may sign extensions of leases, and signing them."""
    operator = hub.add_parser("operator", help="who may sign extensions of leases").add_subparsers(
        metavar="WHAT", required=True
    )
    add = say(operator, shared, "add", "hub:operator_add", "make an operator's pair of keys")
    add.add_argument("name")
    say(operator, shared, "list", "hub:operator_list", "everybody who may sign")
    say(operator, shared, "end", "hub:operator_end", "what they sign counts no more").add_argument("id")
    lease = hub.add_parser("lease", help="leases of laptops").add_subparsers(metavar="WHAT", required=True)
    extend = say(
        lease,
        shared,
        "extend",
        "hub:lease_extend",
        "sign an extension: one operator begins, another signs too",
    )
    extend.add_argument("device", help="a laptop's id, or `all`")
    extend.add_argument("--days", type=int, required=True, metavar="N", help="from now, at most 90")
    extend.add_argument(
        "--out", required=True, metavar="FILE", help="the extension; the second signs the same file"
    )
    for command, words in ((add, "where the private half goes, sealed"), (extend, "the operator's key")):
        command.add_argument("--key-file", required=True, metavar="F", help=words)
        command.add_argument(
            "--key-passphrase-file", metavar="F", help="its passphrase; left out: it is asked for"
        )
