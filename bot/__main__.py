"""``python -m bot``: the same as ``fingerpost``."""

from __future__ import annotations

import sys

from bot import logs
from bot.cli.commands import cli
from flows.errors import ConfigError, FingerpostError


def main() -> None:
    """Run a command. What we raise on purpose is shown as it reads, on standard error, never as a traceback."""
    logs.configure()  # before anything can go wrong: a log line unformed by it would quote what people said
    try:
        cli()
    except ConfigError as error:
        for fault in error.faults:
            sys.stderr.write(f"{fault}\n")
        sys.exit(2)
    except FingerpostError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    except PermissionError as error:
        sys.stderr.write(f"{error.filename} may not be read or written by this user. Check who owns it.\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
