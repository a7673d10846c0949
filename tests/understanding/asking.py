"""What the tests of understanding share: a vocabulary, some questions, and one way to ask them."""

from __future__ import annotations

from datetime import date

from flows.directory.geography import Geography
from flows.steps import Answer, Choice, Choices
from flows.talking.replies import NotRead, Result, Skipped, Understood, Unsure, read
from flows.talking.words import Vocabulary
from flows.wording import Wording

TODAY = date(2026, 11, 23)  # a Monday

WORDS = {
    "en": {
        "stop": "STOP, UNSUBSCRIBE, CANCEL, END, QUIT, stop please, leave me alone, no more texts",
        "join": "JOIN, START, UNSTOP",
        "help": "HELP, INFO, help me",
        "mentor": "MENTOR, talk to someone, ring me, call me",
        "pause": "PAUSE",
        "delete": "DELETE, delete my data, forget me",
        "wrong number": "WRONG NUMBER, wrong person",
        "who": "WHO IS THIS, who's this",
        "my data": "MY DATA",
        "time": "TIME",
        "menu": "MENU",
        "language": "CYMRAEG, POLSKI, ENGLISH",
        "skip": "SKIP, pass, rather not say",
        "yes": "Y, yes, yeah, yep, yh, ye, aye, ok, sure, go on",
        "no": "N, no, nah, nope, no ta, not now",
    },
    "cy": {
        "stop": "STOPIO",
        "pause": "SAIB",
        "mentor": "MENTOR",
        "yes": "ie, ydw, oes, iawn",
        "no": "na, nac ydw, nage",
    },
}

VOCABULARY = Vocabulary(
    {
        language: {word: tuple(each.strip() for each in spellings.split(",")) for word, spellings in table.items()}
        for language, table in WORDS.items()
    },
    {"group": "find-group", "groups": "find-group", "check in": "check-in", "join": "onboarding"},
)


def hears(
    answer: Answer,
    text: str,
    *,
    language: str = "en",
    today: date = TODAY,
    options: tuple[tuple[str, str], ...] = (),
    example: str = "",
    skip: bool = False,
    practice: bool = False,
    geography: Geography | None = None,
) -> Result:
    return read(
        answer,
        text,
        vocabulary=VOCABULARY,
        language=language,
        today=today,
        options=options,
        example=example,
        skip=skip,
        practice=practice,
        geography=geography,
    )


def short(result: Result) -> str:
    """A result in a word, for tables: ``7``, ``7?``, ``6/7?``, ``?``, ``skip``, or the phrase said."""
    match result:
        case Understood(value):
            return value
        case Unsure(options):
            return "/".join(options) + "?"
        case Skipped():
            return "skip"
        case NotRead(phrase):
            return phrase


def choice(name: str, words: str, *, clears: bool = False) -> Choice:
    return Choice(name, Wording({"en": words}), clears=clears)


HELP_WANTED = Choices(
    (
        choice("mentor", "Hear from a mentor today"),
        choice("group", "Find a group"),
        choice("number", "A number to call now"),
        choice("fine", "Nothing just now"),
    )
)

NEEDS = Choices(
    (
        choice("step_free", "Step-free access"),
        choice("women", "Women only"),
        choice("children", "Children welcome"),
        choice("online", "Online"),
        choice("all", "Show me everything", clears=True),
    ),
    many=True,
)
