"""A small flow in English and Welsh, for tests to spoil one thing at a time."""

from __future__ import annotations

from flows.checking.static import check_library
from flows.reading.library import Reading
from flows.wording import Problem
from tests.reading.folder import CRISIS, SERVICE, SIGNPOSTS, WORDS, reading_of

FLOW = """\
flow: talk
words: talk
no_reply:
  nudge: 3 hours
  say: No rush.
  close: 24 hours
steps:
  - ask: Hi ((nickname)), how are things?
    save: mood
    scale: 1 rough to 5 good
  - ask: What would help?
    save: help_wanted
    choices:
      - choice: A mentor
        name: mentor
      - choice: Nothing now
        name: fine
  - say: Thanks ((nickname)).
  - ask: Can I tell a mentor? Y or N
    remember: consent_mentor
    answer: yes or no
    must: yes
  - say: Text MENTOR any time, or ring 116 123.
"""
WELSH = """\
# the Welsh of talk
reviewed_by:
words:
  - at: nudge
    en: No rush.
    cy: Dim brys.
  - at: mood
    en: Hi ((nickname)), how are things?
    cy: Haia ((nickname)), sut mae pethau?
    scale: 1 garw i 5 da
  - at: help_wanted
    en: What would help?
    cy: Beth fyddai'n helpu?
    choices:
      mentor: Mentor
      fine:
        en: Nothing now
        cy: Dim byd nawr
  - at: say 1
    en: Thanks ((nickname)).
    cy: Diolch ((nickname)).
  - at: consent_mentor
    en: Can I tell a mentor? Y or N
    cy: Ga i ddweud wrth fentor? Y neu N
  - at: say 2
    en: Text MENTOR any time, or ring 116 123.
    cy: Anfonwch MENTOR unrhyw bryd, neu ffoniwch 116 123.
"""
SAFETY = """\
reviewed_by: Mair Ddychmygol
words:
  - at: lines
    en: Samaritans: 116 123, free.
    cy: Samariaid: 116 123, am ddim.
"""
OFFERED = SERVICE.replace("languages: en", "languages: en, cy")
CY_WORDS = "cy:\n  stop: STOPIO\n  mentor: MENTOR\n  help: CYMORTH\n  language: CYMRAEG\n  yes: ie\n  no: na\n"
BOTH = {
    "flows/talk.yaml": FLOW,
    "directory/signposts.yaml": SIGNPOSTS,
    "translations/cy/talk.yaml": WELSH,
    "translations/cy/safety.yaml": SAFETY,
    "safety/words.yaml": WORDS.replace("  join:", "  help: HELP\n  join:") + CY_WORDS,
    "safety/crisis.yaml": CRISIS.replace("  must alarm:", "  hear cy:\n    - eisiau marw heno\n  must alarm:"),
}


def welsh(*changes: tuple[str, str], offered: bool = False, more: dict[str, str | None] | None = None) -> Reading:
    """The folder in which each ``old`` has become ``new``, in whichever file it stands."""
    files: dict[str, str | bytes | None] = {**BOTH, **({"service.yaml": OFFERED} if offered else {}), **(more or {})}
    for old, new in changes:
        held = [name for name, text in files.items() if isinstance(text, str) and old in text]
        assert held, f"{old} stands nowhere"
        for name in held:
            text = files[name]
            assert isinstance(text, str)
            files[name] = text.replace(old, new)
    return reading_of(files)


def found(reading: Reading) -> list[Problem]:
    """What the checks say about the translation and about offering it."""
    return [
        problem
        for problem in check_library(reading)
        if problem.place.file.startswith("translations/") or problem.place.file == "service.yaml"
    ]
