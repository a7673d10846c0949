"""Faults to plant in the sample content, each as somebody might make it. Who finds it is written beside it.

CHECK: the checks alone, before anybody talks. TESTS: only the conversation tests at the foot of the flows. NOBODY: it
reads well and nothing that is tried comes across it.
"""

from __future__ import annotations

from typing import NamedTuple

CHECK, TESTS, NOBODY = "check", "tests", "nobody"


class Fault(NamedTuple):
    """``old`` becomes ``new``, once, in ``file``."""

    file: str
    old: str
    new: str
    finder: str


IN, ON, GO, FIND = "flows/check-in.yaml", "flows/onboarding.yaml", "flows/did-you-go.yaml", "flows/find-group.yaml"
AGREES = "    answer: yes or no\n    must: yes\n"
LOW = "mood not answered or mood at most 2"
QUIET = "            - if: consent_mentor is yes\n              then:\n                - alert: went quiet\n"

KEEPS = "        - say: OK. Nothing is deleted. Text STOP if you only want the texts to end.\n        - end: kept\n"
ERASES = (
    "        - set: forget me\n"
    "        - say: Done. Your number and all you told me are deleted. Text JOIN if you ever want to come back.\n"
    "        - end: deleted\n"
)
SWAP_OLD, SWAP_NEW = f"yes:\n{ERASES}      no:\n{KEEPS}", f"yes:\n{KEEPS}      no:\n{ERASES}"

FAULTS = {
    # ---- slips of the keyboard
    "a letter lost in a setting": Fault(IN, "save: mood", "sve: mood", CHECK),
    "a letter lost in a blank": Fault(IN, "Hi ((nickname))", "Hi ((nikname))", CHECK),
    "a bracket of a blank lost": Fault(GO, "Hi ((nickname))", "Hi ((nickname)", CHECK),
    "a dash lost": Fault(GO, "- choice: Getting there", "choice: Getting there", CHECK),
    "one space too many": Fault(FIND, "    near: area", "     near: area", CHECK),
    "no space after a colon": Fault(FIND, "show: 3", "show:3", CHECK),
    "a colon lost": Fault("flows/time.yaml", "between: 09:00 and 20:00", "between 09:00 and 20:00", CHECK),
    "a setting twice": Fault(FIND, "    show: 3\n", "    show: 3\n    show: 4\n", CHECK),
    "a test's mark lost": Fault("flows/menu.yaml", "> MENU", "MENU", TESTS),
    # ---- names
    "a flow that is not there": Fault(IN, "run: find-group", "run: find-groups", CHECK),
    "a signpost that is not there": Fault(IN, "signpost: lines", "signpost: line", CHECK),
    "a policy that is not there": Fault(IN, "alert: went quiet", "alert: gone quiet", CHECK),
    "a variable that is not there": Fault("flows/delete.yaml", "set: forget me", "set: forget them", CHECK),
    "an answer that is not there": Fault(FIND, "with: needs", "with: needed", CHECK),
    "a group's column that is not there": Fault(FIND, "((group.where))", "((group.venue))", CHECK),
    "a scheduled flow that is not there": Fault("schedules.yaml", "flow: review", "flow: reviews", CHECK),
    "a role that nobody has": Fault("escalation.yaml", "at once: mentor", "at once: mentors", CHECK),
    "a signpost's name changed at home only": Fault(
        "directory/signposts.yaml", "signpost: under-18", "signpost: under-eighteen", CHECK
    ),
    # ---- values
    "a scale without numbers": Fault(IN, "1 rough to 5 good", "rough to good", CHECK),
    "a condition on a number outside its scale": Fault(IN, "mood at most 2", "mood at most 20", CHECK),
    "a time that is none": Fault("service.yaml", "20:00 to 09:00", "20:00 to 25:00", CHECK),
    "a length that is none": Fault(IN, "nudge: 24 hours", "nudge: 24", CHECK),
    "a weekday that is none": Fault(FIND, "on: day after group", "on: day after grup", CHECK),
    "a phone that a spreadsheet spoiled": Fault("directory/groups-sample.csv", "01632 960101", "1632960101", CHECK),
    "a day that is no date": Fault("directory/signposts.yaml", "checked: 2026-11-01", "checked: last week", CHECK),
    # ---- the course of a flow
    "no limit of time": Fault("flows/review.yaml", "  close: 48 hours, 24 hours until early_until\n", "", CHECK),
    "an end before the last words": Fault(
        "flows/time.yaml",
        "            - say: That's fine. Nothing has changed.\n            - end: no check-ins wanted\n",
        "            - end: no check-ins wanted\n            - say: That's fine. Nothing has changed.\n",
        CHECK,
    ),
    "ranges that overlap": Fault(GO, "1 to 2:", "1 to 3:", CHECK),
    "an answer that hears nothing": Fault(
        "flows/review.yaml",
        "      no:\n        - say: That's fine. I'll leave it there. Text MENTOR any time to reach a person.\n",
        "",
        CHECK,
    ),
    # ---- care
    "age that may be muddled": Fault(
        ON, f"remember: adult\n{AGREES}", "remember: adult\n    answer: yes or no\n", CHECK
    ),
    "consent that may be muddled": Fault(
        ON, f"remember: consent_join\n{AGREES}", "remember: consent_join\n    answer: yes or no\n", CHECK
    ),
    "help that the unanswered miss": Fault(IN, LOW, "mood at most 2", CHECK),
    "staff told without consent": Fault(
        IN,
        f"{QUIET}                  within: 24 hours\n                  about: went quiet part-way through a check-in\n",
        "            - alert: went quiet\n              within: 24 hours\n",
        CHECK,
    ),
    "a private word on a locked phone": Fault(IN, "how are things today?", "are you still sober?", CHECK),
    "a word taught that nothing understands": Fault(ON, "text TIME.", "text TYME.", CHECK),
    "a time promised that the rota cannot keep": Fault(
        "flows/mentor.yaml", "get in touch by ((alert.by))", "get in touch within the hour", CHECK
    ),
    "a choice that the network takes": Fault(IN, "choice: Nothing just now", "choice: Cancel", CHECK),
    # ---- safety
    "a phrase of everyday words": Fault(
        "safety/crisis.yaml",
        "  tier: B\n  reply: talk-now\n  hear en:\n",
        "  tier: B\n  reply: talk-now\n  hear en:\n    - im tired\n",
        CHECK,
    ),
    "an idiom that hides a worry": Fault("safety/idioms.yaml", "  - bored (me) to death\n", "  - want to die\n", CHECK),
    "a crisis that waits for working hours": Fault(
        "escalation.yaml", "- alert: crisis B\n  hours: any", "- alert: crisis B\n  hours: working", CHECK
    ),
    # ---- what reads well, and does another thing
    "the lowest answer alone counts as low": Fault(IN, LOW, "mood not answered or mood at most 1", TESTS),
    "coordinators hear after forty hours": Fault(IN, "within: 4 hours", "within: 40 hours", TESTS),
    "the wait is ten times as long": Fault(IN, "close: 48 hours, 24", "close: 480 hours, 24", TESTS),
    "a group is promised and lines are sent": Fault(IN, "- run: find-group", "- signpost: lines", TESTS),
    "a fine day is asked nothing": Fault(IN, "      - rate: next 2 from recovery-capital\n", "", TESTS),
    "whoever declines is not forgotten": Fault(
        ON, "        - set: forget me\n        - end: declined", "        - end: declined", TESTS
    ),
    "yes and no about age are swapped": Fault(
        ON, "      no:\n        - signpost: under-18", "      yes:\n        - signpost: under-18", TESTS
    ),
    "emergencies are no longer mentioned": Fault(
        ON,
        " Need to talk now? Samaritans, 116 123,",
        " Need to talk now? Ring a friend,",
        TESTS,
    ),
    "night counts as day": Fault("flows/time.yaml", "between: 09:00 and 20:00", "between: 00:00 and 20:00", TESTS),
    "nobody is asked how it went": Fault(
        FIND, "  - later: did-you-go\n    on: day after group\n    at: 11:00\n", "", TESTS
    ),
    "the wrong people hear": Fault(FIND, "alert: wants company", "alert: no group found", TESTS),
    "the needs are not looked at": Fault(FIND, "    with: needs\n", "", NOBODY),
    "yes and no about deleting are swapped": Fault("flows/delete.yaml", SWAP_OLD, SWAP_NEW, TESTS),
    "MY DATA is no longer offered": Fault("flows/menu.yaml", "MY DATA asks for a copy. ", "", TESTS),
    "yeah is no yes any more": Fault("safety/words.yaml", "yes: Y, yes, yeah, yep, yup, yh,", "yes: Y, yes,", TESTS),
    "a worry is answered with another signpost": Fault(
        "directory/signposts.yaml",
        'signpost: talk-now\n  say: "Ring 111 and press 2, or Samaritans 116 123, free. In danger? Call 999.',
        'signpost: talk-now\n  say: "Ring 111 and press 2, or Samaritans 116 123, free.',
        TESTS,
    ),
    "a range with a gap": Fault(GO, "1 to 2:", "1:", CHECK),
    "the nudge comes an hour sooner": Fault("flows/find-group.yaml", "nudge: 3 hours", "nudge: 2 hours", NOBODY),
}
