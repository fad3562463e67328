"""Commands of the central store: made, served and looked after by its operator."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from familyhub.cli.common import Refusal, file_text, show, standard_input
from familyhub.hub import admin, archiving, backup, by_hand, erasure, operators, rebuilding
from familyhub.hub.home import NoHub
from familyhub.hub.service import Hub
from familyhub.practice.extension import NEEDED
from familyhub.sync.snapshot import received_text


def _home(args: argparse.Namespace) -> Path:
    chosen = args.home or os.environ.get("FAMILYHUB_HOME")
    if not chosen:
        raise Refusal("Where is the hub? Give --home DIR.")
    return Path(chosen).expanduser()


def _passphrase(args: argparse.Namespace) -> str | None:
    return file_text(args.passphrase_file).rstrip("\r\n") if args.passphrase_file else None


@contextmanager
def opened(args: argparse.Namespace) -> Iterator[Hub]:
    """The hub of a command, closed afterwards; raises ``StoreError``."""
    home = _home(args)
    if not home.exists():
        raise NoHub(home)
    hub = Hub.open(home, _passphrase(args))
    try:
        yield hub
    finally:
        hub.close()


def plain(row: Any) -> dict[str, Any]:
    """A value as JSON takes it."""
    if hasattr(row, "_asdict"):
        return dict(row._asdict())
    return asdict(row) if is_dataclass(row) and not isinstance(row, type) else dict(row)


def init(args: argparse.Namespace) -> None:
    """``familyhub hub init``."""
    home = _home(args)
    hub = admin.init(home, _passphrase(args), args.database, demonstration=args.demonstration)
    try:
        for text in args.locality:
            identity, _, name = text.partition("=")
            admin.set_locality(hub, identity, {"name": name or identity.replace("-", " ").title()})
        value = {"home": str(home), "database": args.database or "embedded", "hub": hub.home.hub_id}
    finally:
        hub.close()
    show(args, value, [
        f"The hub is made in {home}.",
        "Next: familyhub hub worker add ID --name NAME --role ROLE --locality ID, then familyhub hub code ID.",
    ])  # fmt: skip


def serve(args: argparse.Namespace) -> None:
    """``familyhub hub serve``."""
    from familyhub.hub.serve import Tls
    from familyhub.hub.serve import serve as run

    tls = None
    if args.certificate or args.certificate_key:
        if not (args.certificate and args.certificate_key):
            raise Refusal("A certificate needs its key too: --certificate F --certificate-key F.")
        tls = Tls(Path(args.certificate), Path(args.certificate_key))
    ready = Path(args.ready_file) if args.ready_file else None
    run(
        _home(args),
        args.host,
        args.port,
        ready,
        None,
        _passphrase(args),
        tls=tls,
        behind_proxy=args.behind_proxy,
    )


def worker_add(args: argparse.Namespace) -> None:
    """``familyhub hub worker add``."""
    with opened(args) as hub:
        account = admin.add_worker(hub, args.id, args.name, args.role, args.locality)
        elsewhere = admin.held_elsewhere(hub, args.id)
    lines = [f"{args.name} is a {args.role} in {args.locality}. Next: familyhub hub code {args.id}"]
    if elsewhere:
        lines.append(
            f"{args.name} still holds {len(elsewhere)} of another locality, allocated or given by name: "
            f"{', '.join(elsewhere)}. The Desk there hands them over, or: familyhub hub grant fam:ID {args.id} --withdraw"
        )
    show(args, {**plain(account), "held_elsewhere": elsewhere}, lines)


def worker_disable(args: argparse.Namespace) -> None:
    """``familyhub hub worker disable``."""
    with opened(args) as hub:
        admin.disable_worker(hub, args.id)
    show(args, {"id": args.id, "disabled": True}, [
        f"{args.id} is shut out from the next request on; what they had not sent is still taken into custody.",
    ])  # fmt: skip


def worker_list(args: argparse.Namespace) -> None:
    """``familyhub hub worker list``."""
    with opened(args) as hub:
        rows = [plain(w) for w in admin.list_workers(hub)]
    lines = [
        f"{r['id']}: {r['name']}, {r['role']}, {r['locality']}{', disabled' if r['disabled'] else ''}"
        for r in rows
    ]
    show(args, rows, lines or ["Nobody yet: familyhub hub worker add."])


def code(args: argparse.Namespace) -> None:
    """``familyhub hub code``."""
    with opened(args) as hub:
        made = admin.code(hub, args.worker)
    show(args, {"worker": args.worker, "code": made, "minutes": 10}, [
        made, "Good for one laptop, for ten minutes. On the laptop: familyhub enrol URL",
    ])  # fmt: skip


def routes(args: argparse.Namespace) -> None:
    """``familyhub hub routes``."""
    with opened(args) as hub:
        rows = admin.routes(hub)
    show(
        args,
        rows,
        [f"{r['method']} {r['path']}: {'open' if r['open'] else 'signed requests only'}" for r in rows],
    )


def quarantine_list(args: argparse.Namespace) -> None:
    """``familyhub hub quarantine list``."""
    with opened(args) as hub:
        rows = [plain(a) for a in admin.quarantine(hub)]
    lines = [f"{r['scope']} {r['op_id']}: {r['reason']}" for r in rows]
    show(args, rows, lines or ["Nothing is set aside."])


def quarantine_release(args: argparse.Namespace) -> None:
    """``familyhub hub quarantine release``."""
    with opened(args) as hub:
        admin.release(hub, args.scope, args.op_id)
    show(args, {"scope": args.scope, "op_id": args.op_id, "released": True}, ["Taken into its file."])


def device_list(args: argparse.Namespace) -> None:
    """``familyhub hub device list``."""
    with opened(args) as hub:
        rows = admin.list_devices(hub)
    lines = [
        f"{r['id']}: {r['worker']}, {r['name']}, last seen {r['last_seen'] or 'never'}{', revoked' if r['revoked'] else ''}"
        for r in rows
    ]
    show(args, rows, lines or ["No laptop is enrolled yet."])


def device_revoke(args: argparse.Namespace) -> None:
    """``familyhub hub device revoke``."""
    with opened(args) as hub:
        admin.revoke_device(hub, args.id)
    show(args, {"id": args.id, "revoked": True}, [
        "That laptop is shut out from the next request on; what it had not sent is still taken into custody.",
    ])  # fmt: skip


def make_backup(args: argparse.Namespace) -> None:
    """``familyhub hub backup``."""
    with opened(args) as hub:
        kept = backup.backup(hub, Path(args.file))
    value = {"file": args.file, "rows": kept.rows, "durable_upto": received_text(kept.durable)}
    show(args, value, [
        f"{kept.rows} rows are in {args.file}, sealed, and were read again.",
        f"Laptops need keep no longer what the hub received until {value['durable_upto']}. Put the file somewhere else now.",
    ])  # fmt: skip


def restore(args: argparse.Namespace) -> None:
    """``familyhub hub restore``."""
    lists = [Path(name) if name else None for name in (args.erasures, args.restrictions)]
    hub = backup.restore(Path(args.file), _home(args), _passphrase(args), args.database, *lists)
    try:
        value = {"home": str(_home(args)), "epoch": hub.epoch}
    finally:
        hub.close()
    show(args, value, [
        f"The hub is restored in {value['home']}, as a new life of it.",
        "Laptops will offer again what they wrote since the backup. Next: familyhub hub serve.",
    ])  # fmt: skip


def carry(args: argparse.Namespace) -> None:
    """``familyhub hub carry``."""
    with opened(args) as hub:
        taken = by_hand.carry(hub, Path(args.file).expanduser(), Path(args.out).expanduser())
    lines = [
        f"{taken.taken} acts of {taken.worker} are in the hub's custody, {taken.set_aside} of the file are set aside."
    ]
    if taken.again:
        lines.append("This file or a later one had been taken before; nothing was written twice.")
    if taken.shut_out:
        lines.append("This worker or laptop is shut out: the answer holds the receipt and nothing else.")
    lines.append(f"Carry {args.out} back to the laptop: familyhub sync --from FILE")
    show(args, {**plain(taken), "file": args.out}, lines)


def _key_passphrase(args: argparse.Namespace) -> str:
    """An operator's passphrase, from a file or asked for."""
    if args.key_passphrase_file:
        return file_text(args.key_passphrase_file).rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Refusal("The passphrase of the key is needed: give --key-passphrase-file F.")
    return getpass.getpass("Passphrase of the operator's key: ")


def operator_add(args: argparse.Namespace) -> None:
    """``familyhub hub operator add``."""
    with opened(args) as hub:
        made = operators.add(hub, args.name, Path(args.key_file).expanduser(), _key_passphrase(args))
    show(args, {**plain(made), "key_file": args.key_file}, [
        f"{made.id}: {made.name} may sign extensions of leases. The private half is in {args.key_file} alone.",
        "Laptops learn of it when they next meet the hub. Give the file to its owner, and keep no copy here.",
    ])  # fmt: skip


def operator_list(args: argparse.Namespace) -> None:
    """``familyhub hub operator list``."""
    with opened(args) as hub:
        rows = [plain(o) for o in operators.every(hub)]
    lines = [f"{r['id']}: {r['name']}{', ended' if r['ended'] else ''}" for r in rows]
    show(args, rows, lines or ["Nobody yet: familyhub hub operator add."])


def operator_end(args: argparse.Namespace) -> None:
    """``familyhub hub operator end``."""
    with opened(args) as hub:
        operators.end(hub, args.id)
    show(args, {"id": args.id, "ended": True}, [f"What {args.id} signs counts no more."])


def lease_extend(args: argparse.Namespace) -> None:
    """``familyhub hub lease extend``."""
    key_file, out = Path(args.key_file).expanduser(), Path(args.out).expanduser()
    with opened(args) as hub:
        made = operators.extend(hub, args.device, args.days, key_file, _key_passphrase(args), out)
    whole = len(made.signatures) == NEEDED
    value = {
        "device": made.device, "days": made.days, "until": made.until.isoformat(), "file": args.out,
        "signatures": len(made.signatures), "whole": whole,
    }  # fmt: skip
    show(args, value, [
        f"Signed by two operators. Carry {args.out} to the laptop: familyhub lease --from FILE" if whole
        else "Signed by one operator. Another one now signs the same file, with the same command and their own key.",
    ])  # fmt: skip


def durable(args: argparse.Namespace) -> None:
    """``familyhub hub durable``."""
    with opened(args) as hub:
        admin.set_standby(hub, args.by == "standby")
    words = {
        "standby": "A synchronous standby has everything: what is committed is durable at once.",
        "backups": "Only a verified backup makes what laptops sent durable: see familyhub hub backup.",
    }
    show(args, {"by": args.by}, [words[args.by]])


def archive_log(args: argparse.Namespace) -> None:
    """``familyhub hub archive``."""
    days = archiving.OLDER_THAN_DAYS if args.older_than is None else args.older_than
    with opened(args) as hub:
        done = archiving.archive(hub, days, args.scope)
    value = {
        "files": done.files, "numbers": done.numbers, "older_than": days,
        "durable_upto": received_text(done.durable) if done.durable else None,
    }  # fmt: skip
    words = f"{done.numbers} acts of {done.files} files went into the archive; everything reads as before."
    if not done.durable:
        words = "Nothing is durable yet, so that nothing was archived. First: familyhub hub backup FILE"
    show(args, value, [words])


def rebuild(args: argparse.Namespace) -> None:
    """``familyhub hub rebuild``."""
    with opened(args) as hub:
        behind = rebuilding.rebuild(hub, whole=True)
        broken = rebuilding.verify(hub)
    show(args, {"behind": behind, "broken_chains": broken}, [
        "Every file was folded anew from its log." if not behind else f"{behind} files could not be folded: see the log.",
        "Every chain holds." if not broken else f"The history is broken in: {', '.join(broken)}",
    ])  # fmt: skip
    if behind or broken:
        raise Refusal("The hub is not whole: keep it as it is and restore a backup beside it.")


def erase(args: argparse.Namespace) -> None:
    """``familyhub hub erase``: ask, agree, or list what waits for a second person."""
    with opened(args) as hub:
        if args.agree:
            count = erasure.agree(hub, args.agree, args.by or "")
            show(args, {"id": args.agree, "erased": count}, [
                f"{count} records are erased here; laptops erase them when they next meet the hub.",
            ])  # fmt: skip
        elif args.scope:
            reason = file_text(args.reason_file) if args.reason_file else standard_input()
            made = erasure.ask(hub, args.scope, args.entity or "", args.row or "", args.by or "", reason)
            show(args, {"id": made.id}, [
                f"{made.id}", "Another person agrees with: familyhub hub erase --agree ID --by WHO",
            ])  # fmt: skip
        else:
            rows = [plain(d) for d in erasure.waiting(hub)]
            lines = [
                f"{r['id']}: {r['scope']} {r['entity']} {r['row_id']}, asked by {r['asked_by']}" for r in rows
            ]
            show(args, rows, lines or ["No erasure waits for a second person."])
