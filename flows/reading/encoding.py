"""Bytes of any kind to text: UTF-8, what Windows calls ANSI, what Notepad calls Unicode; one kind of line end."""

from __future__ import annotations

import re

from flows.reading.problems import Problems
from flows.wording import Place

# What YAML cannot hold, and the three characters that it would take for the end of a line.
_UNREADABLE = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def read_text(raw: bytes, file: str, problems: Problems) -> str:
    """The text of a file, its lines ended by ``\\n``. Never raises."""
    text = _decode(raw, file, problems).replace("\r\n", "\n").replace("\r", "\n")
    found = _UNREADABLE.search(text)
    if found is None:
        return text
    line = text.count("\n", 0, found.start())
    column = found.start() - (text.rfind("\n", 0, found.start()) + 1)
    problems.error(
        Place(file, line + 1, column + 1),
        "odd character",
        f"There is a character here that cannot be shown (U+{ord(found[0]):04X}).",
        "delete it, or type the word again.",
    )
    return _UNREADABLE.sub(" ", text)


def _decode(raw: bytes, file: str, problems: Problems) -> str:
    if raw[:2] in _UTF16:
        return raw[2:].decode(_UTF16[raw[:2]], errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
        _ask_about(text, file, problems)
        return text


def _ask_about(text: str, file: str, problems: Problems) -> None:
    """Shows the first word that the older Windows letters decide, so that the author can see whether it is right."""
    for number, line in enumerate(text.splitlines()):
        found = re.search(r"\S*[^\x00-\x7f]\S*", line)
        if found:
            problems.warn(
                Place(file, number + 1, found.start() + 1),
                "older letters",
                f"This file is in an older Windows format. I read it as {found[0]} Right?",
                "save it as UTF-8 and look at this line again.",
            )
            return
