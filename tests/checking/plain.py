"""Words that only a programmer would use: no message of a check has one."""

from __future__ import annotations

import re

from flows.wording import Problem

JARGON = re.compile(
    r"\b(?:invalid|mapping|scalar|sequence|token|parser?|parsing|yaml(?! file)|json|null|none type|boolean|integer|"
    r"string|regex|regular expression|exception|traceback|encod(?:e|ed|ing)|decod(?:e|ed|ing)|unicode ?error|schema|"
    r"syntax|unexpected|unsupported|malformed|illegal|NoneType|KeyError|IndexError|utf8|byte)\b",
    re.IGNORECASE,
)
_FILES = re.compile(r"[\w/-]+\.yaml\b|\.yaml\b|“[^”]*”")


def jargon_in(problem: Problem) -> str | None:
    """The first such word in what a problem says; names of files and the author's own words do not count."""
    found = JARGON.search(_FILES.sub("", f"{problem.what} {problem.fix}"))
    return found[0] if found else None
