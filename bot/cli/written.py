"""Files that a command writes for the operator."""

from __future__ import annotations

import os
from pathlib import Path

from flows.errors import ConfigError


def write_new(out: Path, text: str) -> None:
    """Write a file that was not there, for this user alone. ConfigError where there is one: it may be anything."""
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ConfigError(
            [f"{out} is there already and stays as it is. Give another name, or delete it first."]
        ) from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text + "\n")
