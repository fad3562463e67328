"""Commands of the central store: made, served and looked after by its operator."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from familyhub.cli.common import Refusal, file_text, show
from familyhub.hub import admin
from familyhub.hub.home import NoHub
from familyhub.hub.service import Hub


def _home(args: argparse.Namespace) -> Path:
    chosen = args.home or os.environ.get("FAMILYHUB_HOME")
    if not chosen:
        raise Refusal("Where is the hub? Give --home DIR.")
    return Path(chosen).expanduser()


def _passphrase(args: argparse.Namespace) -> str | None:
    return file_text(args.passphrase_file).rstrip("\r\n") if args.passphrase_file else None


@contextmanager
def _open(args: argparse.Namespace) -> Iterator[Hub]:
    home = _home(args)
    if not home.exists():
        raise NoHub(home)
    hub = Hub.open(home, _passphrase(args))
    try:
        yield hub
    finally:
        hub.close()


def _plain(row: Any) -> dict[str, Any]:
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
    with _open(args) as hub:
        account = admin.add_worker(hub, args.id, args.name, args.role, args.locality)
    show(
        args,
        _plain(account),
        [f"{args.name} is a {args.role} in {args.locality}. Next: familyhub hub code {args.id}"],
    )


def worker_disable(args: argparse.Namespace) -> None:
    """``familyhub hub worker disable``."""
    with _open(args) as hub:
        admin.disable_worker(hub, args.id)
    show(args, {"id": args.id, "disabled": True}, [
        f"{args.id} is shut out from the next request on; what they had not sent is still taken into custody.",
    ])  # fmt: skip


def worker_list(args: argparse.Namespace) -> None:
    """``familyhub hub worker list``."""
    with _open(args) as hub:
        rows = [_plain(w) for w in admin.list_workers(hub)]
    lines = [
        f"{r['id']}: {r['name']}, {r['role']}, {r['locality']}{', disabled' if r['disabled'] else ''}"
        for r in rows
    ]
    show(args, rows, lines or ["Nobody yet: familyhub hub worker add."])


def code(args: argparse.Namespace) -> None:
    """``familyhub hub code``."""
    with _open(args) as hub:
        made = admin.code(hub, args.worker)
    show(args, {"worker": args.worker, "code": made, "minutes": 10}, [
        made, "Good for one laptop, for ten minutes. On the laptop: familyhub enrol URL",
    ])  # fmt: skip


def grant(args: argparse.Namespace) -> None:
    """``familyhub hub grant``."""
    with _open(args) as hub:
        if args.withdraw:
            admin.withdraw(hub, args.scope, args.worker)
        else:
            admin.grant(hub, args.scope, args.worker)
    word = "no longer has" if args.withdraw else "now has"
    show(args, {"scope": args.scope, "worker": args.worker, "granted": not args.withdraw},
         [f"{args.worker} {word} {args.scope}."])  # fmt: skip


def routes(args: argparse.Namespace) -> None:
    """``familyhub hub routes``."""
    with _open(args) as hub:
        rows = admin.routes(hub)
    show(
        args,
        rows,
        [f"{r['method']} {r['path']}: {'open' if r['open'] else 'signed requests only'}" for r in rows],
    )


def quarantine_list(args: argparse.Namespace) -> None:
    """``familyhub hub quarantine list``."""
    with _open(args) as hub:
        rows = [_plain(a) for a in admin.quarantine(hub)]
    lines = [f"{r['scope']} {r['op_id']}: {r['reason']}" for r in rows]
    show(args, rows, lines or ["Nothing is set aside."])


def quarantine_release(args: argparse.Namespace) -> None:
    """``familyhub hub quarantine release``."""
    with _open(args) as hub:
        admin.release(hub, args.scope, args.op_id)
    show(args, {"scope": args.scope, "op_id": args.op_id, "released": True}, ["Taken into its file."])
