"""What ``doctor`` says of the content folder beside what is live: saving a file changes nothing for people."""

from __future__ import annotations

from bot.cli.findings import Finding, look, well
from flows import diffing
from flows.content import Library
from flows.reading.library import read_library
from storage import releases
from storage.statements import Db


def draft(db: Db, saved: Library) -> Finding:
    """Whether the folder holds something that waits for ``release go``."""
    live = releases.live(db)
    if live is None:
        return well("No release is live yet: what is saved will be the first.")
    if live.hash == saved.release:
        return well("What is saved is what is live.")
    # a release keeps the name it was stored by, and this program may spell the same content otherwise
    heard = read_library(releases.get(db, live.hash) or {}).library
    if heard is None:
        return look("This program cannot read what is live.", "type fingerpost release go to put live what is saved.")
    changes = len(diffing.compare(heard, saved))
    if not changes:
        return well("What is saved is what is live.")
    waits = "1 change is saved and is not live" if changes == 1 else f"{changes} changes are saved and are not live"
    cure = "fingerpost diff shows them, and fingerpost release go puts them live."
    return look(f"{waits}: people hear the release before.", cure)
