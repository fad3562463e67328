"""`python -m familyhub` is the `familyhub` command."""

import sys

from familyhub.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
