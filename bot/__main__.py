"""``python -m bot``: the same as ``fingerpost``."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bot import logs
from bot.cli.commands import cli
from flows.errors import ConfigError, FingerpostError


def main() -> None:
    """Run a command. What we raise on purpose is shown as it reads, on standard error, never as a traceback."""
    logs.configure()  # before anything can go wrong: a log line unformed by it would quote what people said
    try:
        _refuse_what_is_no_text(sys.argv[1:])
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
    except OSError as error:
        if error.filename is None:
            raise  # no file that somebody named
        sys.stderr.write(f"{error.filename} cannot be used ({error.strerror}). Type the name of another file.\n")
        sys.exit(2)


def _refuse_what_is_no_text(words: Sequence[str]) -> None:
    """A byte that is no letter in this system's own spelling could neither be stored nor found again."""
    if any("\ud800" <= letter <= "\udfff" for word in words for letter in word):
        raise ConfigError(["There is a letter in what you typed that cannot be read. Type it again in UTF-8."])


if __name__ == "__main__":
    main()
