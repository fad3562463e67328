"""``hub grant`` and ``hub restrict``: who holds which file, families that few may hold, and breaking glass."""

from __future__ import annotations

import argparse

from familyhub.cli.common import Refusal, file_text, show, standard_input
from familyhub.cli.hub import opened, plain
from familyhub.hub import admin, break_glass, restriction
from familyhub.hub.service import Hub


def _reason(args: argparse.Namespace, hub: Hub) -> str:
    """Why: ``--reason-file F``, else standard input; as it stands on the command line in demonstrations only."""
    if args.reason_file:
        return file_text(args.reason_file)
    if args.reason in (None, "-"):
        return standard_input()
    if not hub.home.demonstration:
        raise Refusal(
            "Text on the command line can be read in the process list: use --reason - and standard input."
        )
    return str(args.reason)


def grant(args: argparse.Namespace) -> None:
    """``familyhub hub grant``."""
    if args.break_glass:
        if args.withdraw or args.restricted or args.read or args.since or args.until:
            raise Refusal("--break-glass goes with --hours and --reason alone.")
        _break_glass(args)
        return
    if args.hours is not None or args.reason is not None or args.reason_file:
        raise Refusal("--hours and --reason go with --break-glass.")
    with opened(args) as hub:
        if args.withdraw:
            admin.withdraw(hub, args.scope, args.worker)
        else:
            mode = "read" if args.read else "write"
            admin.grant(
                hub, args.scope, args.worker, mode, args.since, args.until, restricted=args.restricted
            )
    word = "no longer has" if args.withdraw else "now has"
    show(args, {"scope": args.scope, "worker": args.worker, "granted": not args.withdraw},
         [f"{args.worker} {word} {args.scope}."])  # fmt: skip


def _break_glass(args: argparse.Namespace) -> None:
    with opened(args) as hub:
        hours = break_glass.HOURS if args.hours is None else args.hours
        made = break_glass.give(hub, args.scope, args.worker, _reason(args, hub), hours)
    show(args, plain(made), [
        f"{made.worker} may read {made.scope} until {made.until}.",
        f"A manager looks at it afterwards: familyhub hub restrict --reviewed {made.id} --by MANAGER",
    ])  # fmt: skip


def restrict(args: argparse.Namespace) -> None:
    """``familyhub hub restrict``: restrict, lift, review, or list."""
    ways = [bool(args.family), args.list, bool(args.reviewed)]
    if sum(ways) != 1 or (args.lift and not args.family):
        raise Refusal("Name one family, or give --list or --reviewed ID.")
    if args.lift and args.to:
        raise Refusal("--to is for restricting: who held the family before gets it back by itself.")
    with opened(args) as hub:
        if args.list:
            _list(args, hub)
        elif args.reviewed:
            break_glass.reviewed(hub, args.reviewed, args.by or "")
            show(args, {"id": args.reviewed, "reviewed_by": args.by}, ["Noted."])
        elif args.lift:
            _lift(args, hub)
        else:
            ended = restriction.restrict(hub, args.family, args.by or "", _reason(args, hub), args.to)
            value = {"family": args.family, "ended": [{"scope": s, "worker": w} for s, w in ended]}
            show(args, value, [
                f"{args.family} is held by {', '.join(dict.fromkeys(args.to))} alone; {len(ended)} grants have ended.",
                "Laptops of others delete the file when they next meet the hub.",
            ])  # fmt: skip


def _lift(args: argparse.Namespace, hub: Hub) -> None:
    lifted = restriction.lift(hub, args.family, args.by or "", _reason(args, hub))
    value = {
        "family": args.family,
        "given": [{"scope": s, "worker": w} for s, w in lifted.given],
        "not_given": [plain(n) for n in lifted.not_given],
    }
    lines = [f"{args.family} is restricted no more; {len(lifted.given)} grants were given back."]
    lines += [f"Not given back to {n.worker}: {n.scope}: {n.why}." for n in lifted.not_given]
    show(args, value, lines)


def _list(args: argparse.Namespace, hub: Hub) -> None:
    families, glass = restriction.families(hub), break_glass.to_review(hub)
    value = {
        "restricted": [{**plain(f), "holders": [plain(h) for h in f.holders]} for f in families],
        "break_glass": [plain(b) for b in glass],
    }
    lines = []
    for f in families:
        held = [f"{h.worker}{f' (until {h.until})' if h.until else ''}" for h in f.holders]
        lines.append(
            f"{f.family}: since {f.since}, by {f.by}, held by {', '.join(held) or 'nobody'}: {f.reason}"
        )
    for b in glass:
        lines.append(
            f"{b.id}: {b.worker} may read {b.scope} from {b.given} to {b.until}, not reviewed yet: {b.reason}"
        )
    show(args, value, lines or ["No family is restricted, and nothing waits for review."])
