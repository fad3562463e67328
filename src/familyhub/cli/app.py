"""Opening the app from the command line."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from familyhub.casework.home import home_folder, is_demonstration
from familyhub.cli.common import Refusal, file_text


def open_app(args: argparse.Namespace) -> int:
    """``familyhub``: the app on this laptop's store."""
    home = home_folder(args.home)
    passphrase = file_text(args.passphrase_file).rstrip("\r\n") if args.passphrase_file else None
    given = os.environ.get("FAMILYHUB_PASSPHRASE")
    if passphrase is None and given is not None and is_demonstration(home):
        passphrase = given
    return run_app(home, passphrase, args.hub or os.environ.get("FAMILYHUB_HUB"))


def run_app(home: Path, passphrase: str | None, hub: str | None) -> int:
    """Run the app until it is left; raises ``Refusal`` where there is no terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refusal("The app needs a terminal. Every act is also a command: see familyhub --help.")
    from familyhub.tui.app import FamilyHubApp

    app = FamilyHubApp(home, passphrase, hub)
    app.run()
    return app.return_code or 0
