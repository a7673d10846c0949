"""The settings that coordinators write, and which of them hold words that a person hears."""

from __future__ import annotations

import re

STEP_NAMES = frozenset(
    [
        *["say", "ask", "rate", "find", "if", "set", "run", "signpost", "alert", "submit", "referral", "later"],
        *["wait", "progress", "end"],
    ]
)

KNOWN = STEP_NAMES | frozenset(
    [
        # a flow, and what stands inside its steps
        *[
            "flow",
            "about",
            "starts",
            "words",
            "only_if",
            "no_reply",
            "steps",
            "tests",
            "nudge",
            "close",
            "then",
            "else",
        ],
        *["sms", "telegram", "save", "remember", "answer", "scale", "choices", "choice", "name", "clears", "pick"],
        *["example", "between", "when", "skip", "must", "near", "on", "with", "for", "show", "within", "to", "at"],
        *["after", "given", "talk", "why"],
        # the other files
        *["type", "private", "shows", "keep_for", "if_empty", "set_by", "keep", "was", "source", "checked", "rule"],
        *["tier", "reply", "must alarm", "must not alarm", "instrument", "version", "licence", "locked", "items"],
        *["domain", "reverse", "low", "minimum", "score", "sd", "reliability", "channels", "wording", "schedule"],
        *["every", "otherwise", "spread", "phases", "until", "once", "silence"],
        *["hours", "repeat", "two in a row", "by"],
    ]
)

# The rest of the line after these is what somebody hears, taken as it stands: colons, quotes, # and all.
HOLD_WORDS = frozenset(["say", "ask", "about", "choice", "sms", "telegram"])

_LANGUAGE = re.compile(r"[a-z]{2}")
_PHRASE_FILES = ("safety/crisis.yaml", "safety/idioms.yaml")


def holds_words(file: str, key: str) -> bool:
    """Whether the rest of the line after ``key:`` is words, to be taken literally."""
    if key in HOLD_WORDS or file == "phrases.yaml":
        return True
    if file.startswith("translations/"):
        return key != "reviewed_by"
    return _LANGUAGE.fullmatch(key) is not None and key not in KNOWN and key != "no"


def lists_phrases(file: str) -> bool:
    """Whether the ``- `` lines of this file are phrases to listen for, one a line."""
    return file.endswith(_PHRASE_FILES)
