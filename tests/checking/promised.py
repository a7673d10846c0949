"""Every check that a coordinator is promised: what passes it beside what does not. A table, for the tests to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from flows.reading.instruments import mark_of
from tests.reading.folder import CRISIS, ESCALATION, INSTRUMENT, SERVICE, SIGNPOSTS, VARIABLES, reading_of

HEAD = "flow: talk\nno_reply:\n  close: 24 hours\nsteps:\n"
STARTED = "flow: talk\nstarts: schedule\nno_reply:\n  close: 24 hours\nsteps:\n"
YES_NO = "  - ask: Well? Y or N\n    save: well\n    answer: yes or no\n"
THANKS = "  - say: Thanks.\n"
PERSON = "  - say: Text MENTOR to reach a person.\n"
SCALE = "  - ask: How are you?\n    save: mood\n    scale: 1 rough to 5 good\n"
COUNT = "  - ask: How many?\n    save: count\n    answer: number 1 to 9\n"
CHOICES = (
    "  - ask: Which?\n    save: which\n    choices:\n"
    "      - choice: {}\n        name: a\n      - choice: {}\n        name: b\n"
)
LOW = "  - if: mood not answered or mood at most 2\n    then:\n"
QUIET = "- alert: went quiet\n  hours: any\n  steps:\n    - at once: {}\n"
LONG = "Participants experiencing considerable difficulties require individual consultation. "
GROUPS = (
    "id,name,kind,day,time,until,every,postcode,town,place,needs,access,for,cost,contact,phone,link,source,checked\n"
    "tue,Tuesday Table,peer group,Tuesday,18:30,20:00,week,TN9 1AA,Tonbridge,Room,people,step_free:yes,anyone,"
    "free,host,01632 960101,,own list,2026-11-01\n"
)
TRIED = "tests:\n  - name: tried\n    talk: |\n      < asks well\n      > {}\n"
WELSH = SERVICE.replace("languages: en", "languages: en, cy")
PAIR = "words:\n  - at: well\n    en: Well? Y or N\n    cy: {}\n"


_LICENSED = reading_of().draft.instruments["capital"]
MARK = mark_of(_LICENSED.scale, _LICENSED.items)


class Check(NamedTuple):
    """``good`` and ``bad`` are files by name, or one flow's text. ``live``: what the bad one comes after."""

    level: str
    code: str
    good: str | Mapping[str, str]
    bad: str | Mapping[str, str]
    live: str | Mapping[str, str] = ""


def talk(*steps: str, head: str = HEAD) -> str:
    return head + "".join(steps)


def at(name: str, text: str, *changes: tuple[str, str]) -> dict[str, str]:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return {name: text}


def capital(old: str, new: str) -> dict[str, str]:
    return at("instruments/capital.yaml", INSTRUMENT, (old, new))


SAY = talk(THANKS)
ASKS = talk(YES_NO, THANKS)

CHECKS = {
    # ------------------------------------------------ refused while reading
    "a key said twice": Check("E", "said twice", ASKS, talk(YES_NO, "    save: other\n", THANKS)),
    "an anchor": Check(
        "E",
        "odd sign",
        "flow: talk\nstarts: schedule\nsteps:\n" + THANKS,
        f"flow: talk\nstarts: &a schedule\nsteps:\n{THANKS}",
    ),
    "a tag": Check("E", "odd sign", SAY, "flow: !talk talk\nsteps:\n" + THANKS),
    "brackets": Check(
        "E",
        "brackets",
        talk(THANKS, head="flow: talk\nwords: a, b\nsteps:\n"),
        talk(THANKS, head="flow: talk\nwords: [a, b]\nsteps:\n"),
    ),
    "no space after the colon": Check("E", "glued", SAY, talk("  - say:Thanks.\n")),
    "two steps run together": Check("E", "missing dash", ASKS, talk(YES_NO, "    say: Thanks.\n")),
    "a step joined to the message above": Check(
        "E", "not lined up", talk(THANKS, THANKS), talk(THANKS, "      - say: Thanks.\n")
    ),
    ".txt behind the name": Check("E", "file name", {"flows/talk.yaml": SAY}, {"flows/talk.yaml.txt": SAY}),
    "an unknown step": Check("E", "unknown step", SAY, talk("  - saay: Thanks.\n")),
    "an unknown setting": Check("E", "unknown setting", ASKS, ASKS.replace("save:", "saev:")),
    "an unknown flow": Check(
        "E",
        "unknown flow",
        {"flows/talk.yaml": talk("  - run: more\n"), "flows/more.yaml": SAY.replace("talk", "more")},
        talk("  - run: more\n"),
    ),
    "an unknown signpost": Check("E", "unknown signpost", talk("  - signpost: lines\n"), talk("  - signpost: lins\n")),
    "an unknown policy": Check(
        "E",
        "unknown policy",
        talk("  - alert: went quiet\n", THANKS, "tests:\n  - name: a\n    talk: |\n      ! alert went quiet\n"),
        talk("  - alert: went quite\n", THANKS),
    ),
    "an unknown instrument": Check(
        "E",
        "unknown instrument",
        talk("  - rate: all from capital\n", PERSON),
        talk("  - rate: all from capitol\n", PERSON),
    ),
    "an unknown variable": Check(
        "E", "unknown variable", talk("  - set: goal\n", THANKS), talk("  - set: gaol\n", THANKS)
    ),
    "no kind of answer": Check("E", "missing", ASKS, ASKS.replace("    answer: yes or no\n", "")),
    "a name that nothing defines": Check(
        "E", "unknown name", talk("  - say: Hi ((nickname)).\n"), talk("  - say: Hi ((nickmane)).\n")
    ),
    "a value of another kind": Check(
        "E",
        "kind",
        talk(SCALE, "  - if: mood not answered or mood at most 2\n    then:\n      - signpost: lines\n", PERSON),
        talk(SCALE, "  - if: mood not answered or mood at most 9\n    then:\n      - signpost: lines\n", PERSON),
    ),
    "two tests of one name": Check(
        "E",
        "said twice",
        ASKS + TRIED.format("y"),
        ASKS + TRIED.format("y") + TRIED.format("n").removeprefix("tests:\n"),
    ),
    "a flow of another name": Check("E", "name", SAY, SAY.replace("flow: talk", "flow: chat")),
    "two groups of one id": Check(
        "E",
        "group id",
        {"directory/groups.csv": GROUPS},
        {"directory/groups.csv": GROUPS + GROUPS.splitlines()[1] + "\n"},
    ),
    # ------------------------------------------------ the course of a flow
    "a step that nobody gets to": Check("E", "unreachable", talk(THANKS, "  - end: x\n"), talk("  - end: x\n", THANKS)),
    "a choice with no outcome": Check(
        "E", "dead end", talk(CHOICES.format("A", "B"), THANKS), talk(CHOICES.format("A", "B"))
    ),
    "ranges that overlap": Check(
        "E",
        "range",
        talk(COUNT, "    when:\n      1 to 4:\n        - say: a\n      5 to 9:\n        - say: b\n", THANKS),
        talk(COUNT, "    when:\n      1 to 4:\n        - say: a\n      4 to 9:\n        - say: b\n", THANKS),
    ),
    "a gap between ranges": Check(
        "E",
        "range",
        talk(COUNT, "    when:\n      1:\n        - say: a\n      2 to 9:\n        - say: b\n", THANKS),
        talk(COUNT, "    when:\n      1:\n        - say: a\n      3 to 9:\n        - say: b\n", THANKS),
    ),
    "flows that run each other": Check(
        "E", "round and round", talk(YES_NO, "  - run: talk\n"), talk(THANKS, "  - run: talk\n")
    ),
    "no limit of time": Check("E", "no limit", ASKS, talk(YES_NO, THANKS, head="flow: talk\nsteps:\n")),
    # ------------------------------------------------ care
    "silence after a low answer": Check(
        "E",
        "silence",
        talk(SCALE, "  - if: mood not answered or mood at most 2\n    then:\n      - signpost: lines\n", PERSON),
        talk(
            SCALE,
            f"{LOW}      - ask: Help? Y or N\n        save: help\n        answer: yes or no\n",
            PERSON,
        ),
    ),
    "help that an unanswered value skips": Check(
        "E",
        "help skipped",
        talk(SCALE, "  - if: mood not answered or mood at most 2\n    then:\n      - signpost: lines\n", PERSON),
        talk(SCALE, "  - if: mood at most 2\n    then:\n      - signpost: lines\n", PERSON),
    ),
    "age without must": Check(
        "E",
        "must",
        talk(
            "  - ask: Are you 18 or over? Y or N\n    remember: adult\n    answer: yes or no\n    must: yes\n", THANKS
        ),
        talk("  - ask: Are you 18 or over? Y or N\n    remember: adult\n    answer: yes or no\n", THANKS),
    ),
    "consent without must": Check(
        "E",
        "must",
        talk("  - ask: OK? Y or N\n    remember: consent_mentor\n    answer: yes or no\n    must: yes\n", THANKS),
        talk("  - ask: OK? Y or N\n    remember: consent_mentor\n    answer: yes or no\n", THANKS),
    ),
    "feelings and no way to a person": Check("E", "no way out", talk(SCALE, PERSON), talk(SCALE, THANKS)),
    "a language without crisis words": Check(
        "E",
        "language",
        {"flows/talk.yaml": talk("  - ask: Goal?\n    save: aim\n    answer: text up to 20\n", THANKS)},
        {
            "flows/talk.yaml": talk("  - ask: Goal?\n    save: aim\n    answer: text up to 20\n", THANKS),
            "service.yaml": WELSH,
        },
    ),
    "a choice that is swallowed": Check(
        "E", "swallowed", talk(CHOICES.format("Carry on", "B"), THANKS), talk(CHOICES.format("Cancel", "B"), THANKS)
    ),
    "a private word on a locked phone": Check(
        "E", "private word", talk("  - say: All well?\n", head=STARTED), talk("  - say: Still sober?\n", head=STARTED)
    ),
    "an alert that nobody agreed to": Check(
        "E",
        "consent",
        talk(
            "  - if: consent_mentor is yes\n    then:\n      - alert: went quiet\n",
            THANKS,
            "tests:\n  - name: a\n    given: consent_mentor = yes\n    talk: |\n      ! alert went quiet\n",
            head=STARTED,
        ),
        talk("  - alert: went quiet\n", THANKS, head=STARTED),
    ),
    "an alert that no test tries": Check(
        "E",
        "alert untried",
        talk("  - alert: went quiet\n", THANKS, "tests:\n  - name: a\n    talk: |\n      ! alert went quiet\n"),
        talk("  - alert: went quiet\n", THANKS, "tests:\n  - name: a\n    talk: |\n      < Thanks\n"),
    ),
    "a test that fails": Check(
        "E", "test", ASKS + TRIED.format("y\n      < Thanks"), ASKS + TRIED.format("y\n      < Bye")
    ),
    "a word that nothing understands": Check(
        "E", "taught word", talk("  - say: Text PAUSE for a break.\n"), talk("  - say: Text SAIB for a break.\n")
    ),
    "a hole": Check(
        "E",
        "hole",
        talk("  - if: goal answered\n    then:\n      - say: So ((goal)).\n"),
        talk("  - say: So ((goal)).\n"),
    ),
    "licensed wording changed": Check(
        "E",
        "licensed wording",
        capital("licence: CC0\n", f"licence: CC0\nlocked: {MARK}\n"),
        at(
            "instruments/capital.yaml",
            INSTRUMENT,
            ("licence: CC0\n", f"licence: CC0\nlocked: {MARK}\n"),
            ("How settled", "How calm"),
        ),
    ),
    "an instrument without a licence": Check("E", "licence", {}, capital("licence: CC0\n", "")),
    # ------------------------------------------------ languages
    "blanks that differ": Check(
        "W",
        "blanks differ",
        {"flows/talk.yaml": ASKS, "translations/cy/talk.yaml": PAIR.format("Iawn? Y neu N")},
        {"flows/talk.yaml": ASKS, "translations/cy/talk.yaml": PAIR.format("Iawn, ((nickname))? Y neu N")},
    ),
    "safety words that nobody has read": Check("E", "not reviewed", {}, {"service.yaml": WELSH}),
    "safety words not translated": Check(
        "E",
        "safety untranslated",
        {},
        {"service.yaml": WELSH, "translations/cy/talk.yaml": "", "flows/talk.yaml": ASKS},
    ),
    "a translation whose English changed": Check(
        "W",
        "changed",
        {},
        {
            "service.yaml": WELSH,
            "flows/talk.yaml": ASKS,
            "translations/cy/talk.yaml": PAIR.format("Iawn? Y neu N").replace("Well?", "Good?"),
        },
    ),
    # ------------------------------------------------ what a release would lose
    "a variable renamed": Check(
        "E",
        "renamed",
        talk("  - ask: Your name?\n    remember: nickname\n    answer: text up to 20\n", THANKS),
        {
            "variables.yaml": VARIABLES.replace("nickname", "called"),
            "flows/talk.yaml": talk("  - ask: Your name?\n    remember: called\n    answer: text up to 20\n", THANKS),
        },
        live=talk("  - ask: Your name?\n    remember: nickname\n    answer: text up to 20\n", THANKS),
    ),
    "an answer renamed": Check("E", "renamed", ASKS, ASKS.replace("well\n", "fine\n"), live=ASKS),
    "a choice put before others": Check(
        "W",
        "learned order",
        talk(CHOICES.format("A", "B"), THANKS),
        talk(CHOICES.format("A", "B").replace("name: a", "name: c").replace("name: b", "name: a"), THANKS),
        live=talk(CHOICES.format("A", "B"), THANKS),
    ),
    # ------------------------------------------------ worth a look
    "more than one text": Check("W", "long text", SAY, talk(f"  - say: {'abc abcd. ' * 18}\n")),
    "a long sentence": Check("W", "long sentence", SAY, talk(f"  - say: {'word ' * 16}\n")),
    "hard to read": Check(
        "W",
        "reading age",
        SAY,
        talk(f"  - say: {LONG}Please telephone immediately. Thank you.\n"),
    ),
    "a word that hurts": Check(
        "W", "hurtful word", talk("  - say: Somebody who uses.\n"), talk("  - say: A junkie.\n")
    ),
    "a time promised after an alert": Check(
        "W",
        "promise",
        talk(
            "  - alert: went quiet\n",
            "  - say: By ((alert.by)).\n",
            "tests:\n  - name: a\n    talk: |\n      ! alert went quiet\n",
        ),
        talk(
            "  - alert: went quiet\n",
            "  - say: We ring today.\n",
            "tests:\n  - name: a\n    talk: |\n      ! alert went quiet\n",
        ),
    ),
    "a flow's name that cannot be typed": Check(
        "E",
        "name",
        at("flows/craft-club.yaml", SAY, ("flow: talk", "flow: craft-club")),
        at("flows/Craft Club.yaml", SAY, ("flow: talk", "flow: Craft Club")),
    ),
    "a word that begins like STOP": Check(
        "E",
        "taken word",
        SAY.replace("flow: talk\n", "flow: talk\nwords: craft\n"),
        SAY.replace("flow: talk\n", "flow: talk\nwords: stop craft\n"),
    ),
    "a time promised where nobody is told": Check(
        "W",
        "promise",
        talk("  - say: Text MENTOR and somebody will ring you.\n"),
        talk("  - say: A mentor will ring you tomorrow.\n"),
    ),
    "a group that nobody has looked at": Check(
        "W",
        "old check",
        {"directory/groups.csv": GROUPS},
        at("directory/groups.csv", GROUPS, ("2026-11-01", "2026-01-01")),
    ),
    "a helpline that nobody has rung": Check(
        "W", "old check", {}, at("directory/signposts.yaml", SIGNPOSTS, ("2026-11-01", "2026-01-01"))
    ),
    "an answer that no test reaches": Check(
        "W",
        "untried",
        talk(YES_NO, "    when:\n      no:\n        - say: OK.\n", THANKS, TRIED.format("n")),
        talk(YES_NO, "    when:\n      no:\n        - say: OK.\n", THANKS, TRIED.format("y")),
    ),
    "a name that may be unanswered": Check(
        "W",
        "may be unanswered",
        talk(COUNT, "  - if: count is 3\n    then:\n      - say: a\n    else:\n      - say: b\n"),
        talk(COUNT, "  - if: count is 3\n    then:\n      - say: a\n", THANKS),
    ),
    "tabs and bullets": Check("W", "tidied", SAY, talk("\t•\u00a0say: Thanks.\n")),
    "older Windows letters": Check(
        "W", "older letters", talk("  - say: £5.\n"), {"flows/talk.yaml": "\udc80".join(("", talk("  - say: £5.\n")))}
    ),
    "a sign in a condition": Check(
        "W",
        "signs",
        talk(COUNT, "  - if: count not answered or count at most 3\n    then:\n      - say: a\n", THANKS),
        talk(COUNT, "  - if: count not answered or count <= 3\n    then:\n      - say: a\n", THANKS),
    ),
    # ------------------------------------------------ the other files
    "a crisis phrase of everyday words": Check(
        "E",
        "everyday words",
        {},
        at("safety/crisis.yaml", CRISIS, ("    - want to die\n", "    - want to die\n    - im tired\n")),
    ),
    "an idiom that hides a worry": Check("E", "idiom hides", {}, {"safety/idioms.yaml": "en:\n  - want to die\n"}),
    "a line that must alarm and does not": Check(
        "E", "not heard", {}, at("safety/crisis.yaml", CRISIS, ("    - i want to die\n", "    - i want to fly\n"))
    ),
    "a line that must not alarm and does": Check(
        "E", "false alarm", {}, at("safety/crisis.yaml", CRISIS, ("want to dye my hair", "want to die my hair"))
    ),
    "a chain that ends": Check(
        "E",
        "chain ends",
        {},
        at(
            "escalation.yaml",
            ESCALATION,
            (
                f"{QUIET.format('coordinators')}  repeat: every 15 minutes\n",
                QUIET.format("mentor"),
            ),
        ),
    ),
    "a role that nobody has": Check(
        "E",
        "unknown role",
        {},
        at("escalation.yaml", ESCALATION, ("after 2 working hours: coordinators", "after 2 working hours: bosses")),
    ),
    "a phone that a spreadsheet spoiled": Check(
        "E",
        "group phone",
        at("directory/groups.csv", GROUPS, ("01632 960101", "")),
        at("directory/groups.csv", GROUPS, ("01632 960101", "1.63E+09")),
    ),
}
