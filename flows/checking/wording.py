"""Checks of the words themselves: holes, words taught that nothing understands, length, kindness, promises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache

from flows import blanks
from flows.checking.care import wordings
from flows.checking.ease import OLDEST, longest_words, reading_age
from flows.checking.paths import Sure
from flows.content import Flow, Group, Library
from flows.directory.freshness import RING_FIRST
from flows.directory.ranking import FARTHEST
from flows.model import Look
from flows.reading.problems import Problems
from flows.steps import Alert, Ask, Find, Run, Say, Submit
from flows.talking import render, sms
from flows.talking.offers import TOLD, told
from flows.wording import Place, Wording

LONGEST_SENTENCE = 15
HELPLINE_AGES = timedelta(days=180)
_LONGEST_BLANKS = {"alert.by": "10am on Wednesday", "channel": "telegram", "language": "English", "today": "2026-12-31"}
_A_BLANK = 20  # letters that a blank is counted for when nothing says how long it may grow

_SENTENCE = re.compile(r"(?<=[.?!])\s+|\n+")
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_TIME = re.compile(
    rf"\b(today|tonight|tomorrow|(?:this|next) (?:week|morning|afternoon|evening|weekend|{_DAY})|within|"
    rf"in (?:an?|one|two|a few|\d+) (?:minute|hour|day)s?|(?:by|on|before) (?:{_DAY}|noon|\d+ ?[ap]m))\b",
    re.IGNORECASE,
)
_ACTS = re.compile(
    r"\b(?:mentor|someone|somebody|coordinator|worker|person|people|team|staff|we|they|he|she|(?P<you>you)|(?P<me>I))"
    r"(?: will|['’]ll| (?:is|are) going to|['’]re going to)\b"
    r"(?(you)[^.?!]*\b(?:hear|get a (?:call|ring))|(?(me)[^.?!]*\b(?:ring|call|phone|visit)|"
    r"[^.?!]*\b(?:ring|call|phone|text|contact|reply|answer|visit|see|meet|come|be in touch|get in touch|get back)))\b",
    re.IGNORECASE,
)
_RUN = r"[A-Z]{2,}(?: (?:[A-Z]{2,}|\d+))*\b"
_TAUGHT = re.compile(
    rf"\b(?:[Tt]ext|[Ss]end|[Rr]eply|[Tt]ype) ((?:{_RUN})(?:(?:, or |, | or | and )(?:{_RUN}))*)(?! to \d)"
)
_JOINED = re.compile(r", or |, | or | and ")
# Understood besides words.yaml and the flows' own words: answers, and the words of staff.
_OTHERWISE_UNDERSTOOD = (
    *("any", "y", "n", "skip", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "weekdays", "weekends"),
    *("on it", "pass", "done", "later", "who", "list", "reopen", "off", "back"),
    *("uk", "gp", "nhs", "id", "pin", "sms", "ok"),  # written in capitals, and no word to text
)


def check_words(flow: Flow, reached: Mapping[int, Sure], library: Library, problems: Problems) -> None:
    """The words of one flow."""
    _check_holes(flow, reached, library, problems)
    _check_promises(flow, reached, library, problems)
    for place, wording in wordings(flow):
        check_wording(place, wording, library, problems)
        check_ease(place, wording, problems)
    for step in flow.steps:
        if isinstance(step, Say | Ask | Find):
            _check_length(step, library, problems)


def check_wording(place: Place, wording: Wording, library: Library, problems: Problems) -> None:
    """What holds for every word that anybody hears."""
    for words in dict.fromkeys((*wording.text.values(), *wording.sms.values(), *wording.telegram.values())):
        for sentence in _SENTENCE.split(words):
            count = len(sentence.split())
            if count > LONGEST_SENTENCE:
                what = f"This sentence has {count} words; {LONGEST_SENTENCE} are enough."
                problems.warn(place, "long sentence", what, "make two of it.")
        for hurtful in _hurtful(tuple(library.kinder_words))(words):
            kinder = library.kinder_words[hurtful.lower()]
            problems.warn(place, "hurtful word", f"{hurtful} can hurt.", f"say {kinder}")
        for taught in _taught(words):
            if not _understood(taught, library):
                what = f"This teaches the word {taught}, and nothing understands it."
                problems.error(place, "taught word", what, "teach a word of words.yaml, or add it to a flow's words:")


def check_ease(place: Place, wording: Wording, problems: Problems) -> None:
    """What people in recovery read is easy to read, in English: no such measure is known to us for other languages."""
    for words in dict.fromkeys(table["en"] for table in (wording.text, wording.sms, wording.telegram) if "en" in table):
        age = reading_age(words)
        if age is not None and age > OLDEST:
            long = ", ".join(longest_words(words)[:3])
            fix = f"use shorter words for {long}, or shorter sentences." if long else "make the sentences shorter."
            what = f"This reads easily from {age:.0f} years on; {OLDEST} is what we aim at."
            problems.warn(place, "reading age", what, fix)


@lru_cache(maxsize=4)
def _hurtful(words: tuple[str, ...]) -> Callable[[str], list[str]]:
    """Finds hurtful words; of two that begin alike, the longer one."""
    if not words:
        return lambda _: []
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"\b(?:{either})\b", re.IGNORECASE).findall


def _taught(words: str) -> Iterator[str]:
    for found in _TAUGHT.finditer(words):
        yield from _JOINED.split(found[1])


def _understood(taught: str, library: Library) -> bool:
    """Whether the word, or a word that it begins with (PAUSE 2 WEEKS), means something."""
    known = {
        spelling.casefold()
        for spoken in library.words.values()
        for spellings in spoken.values()
        for spelling in spellings
    }
    known.update(word.casefold() for flow in library.flows.values() for word in flow.words)
    known.update(_OTHERWISE_UNDERSTOOD)
    parts = taught.casefold().split()
    return any(" ".join(parts[:count]) in known for count in range(len(parts), 0, -1))


# ---------------------------------------------------------------- holes


def _check_holes(flow: Flow, reached: Mapping[int, Sure], library: Library, problems: Problems) -> None:
    """A message with a blank that may have nothing to put in it."""
    for step in flow.steps:
        sure = reached.get(step.index)
        if sure is None or not isinstance(step, Say | Ask | Find):
            continue
        place = step.words.place or step.at
        empty = {
            _root(name): name for name in blanks.names_in(_every(step.words)) if not _filled(name, sure, flow, library)
        }
        for name in empty.values():
            what = f"(({name})) may be empty here, and leave a hole in the message."
            problems.error(place, "hole", what, _hole_fix(name, library))


def _root(name: str) -> str:
    """One fault a cause: every ``group.`` blank is empty for the same reason."""
    return "group" if name.startswith("group.") else name


def _every(wording: Wording) -> str:
    return " ".join((*wording.text.values(), *wording.sms.values(), *wording.telegram.values()))


def _filled(name: str, sure: Sure, flow: Flow, library: Library) -> bool:
    home = name.partition(".")[0]
    if name in sure.known or name in ("channel", "language", "today", "joined") or home == "service":
        return True
    if name == "alert.by":
        return sure.promised
    if home == "group":
        finds = [step for step in flow.steps if isinstance(step, Find)]
        return not finds or any(step.name in sure.known for step in finds)
    variable = library.variables.get(name)
    return variable is not None and bool(variable.if_empty)


def _hole_fix(name: str, library: Library) -> str:
    if name == "alert.by":
        return "put an alert: step before it."
    if name in library.variables:
        return f"add if_empty: to {name} in variables.yaml"
    if name.startswith("group."):
        return "end the not answered: and nothing found: branches of the find, or leave the blank out."
    return f"put it under - if: {name} answered"


# ---------------------------------------------------------------- promises and lengths


def _check_promises(flow: Flow, reached: Mapping[int, Sure], library: Library, problems: Problems) -> None:
    """A time by which somebody will act: nobody may be there, and nobody may even have been told."""
    after = {step.next: step for step in flow.steps if isinstance(step, Alert | Submit)}
    # Whoever is fetched inside a flow that this one runs is fetched all the same.
    elsewhere = any(isinstance(step, Run) and _fetches(library.flows.get(step.flow)) for step in flow.steps)
    for step in flow.steps:
        sure = reached.get(step.index)
        if sure is None or not isinstance(step, Say | Ask | Find):
            continue
        words = step.words.text["en"]
        told = after.get(step.index)
        found = _TIME.search(words) if told is not None and isinstance(step, Say) else _promised(words)
        if found is None:
            continue
        if told is not None or sure.promised or elsewhere:
            what = f"This promises {found[0].lower()}, whatever the rota and the hours say."
            fix = "say that somebody will read it, and no time." if isinstance(told, Submit) else "say by ((alert.by))"
        else:
            what = f"This promises {found[0].lower()}, and nobody is told."
            fix = "put an alert: step above it, and say by ((alert.by))"
        problems.warn(step.words.place or step.at, "promise", what, fix)


def _fetches(flow: Flow | None) -> bool:
    return flow is not None and any(isinstance(step, Alert) for step in flow.steps)


def _promised(words: str) -> re.Match[str] | None:
    """The time, where a sentence says that somebody will act by then. A word to text fetches somebody first."""
    for sentence in _SENTENCE.split(words):
        if _ACTS.search(sentence) and not _TAUGHT.search(sentence) and (found := _TIME.search(sentence)):
            return found
    return None


def longest_text(step: Say | Ask | Find, library: Library, language: str = "en") -> str:
    """The text of a step as it goes out by SMS in this language, every blank filled as long as it may be."""
    answer = step.answer if isinstance(step, Ask) else None
    text, _ = render.lay_out(
        filled_longest(step.words.spoken(language, Look.SMS), library),
        answer,
        question=1,
        look=Look.SMS,
        language=language,
        phrase=lambda name, values: _phrase(name, values, library, language),
        skip=isinstance(step, Ask) and step.skip,
    )
    return text


def filled_longest(words: str, library: Library) -> str:
    """``words`` with a stand-in in every blank, as long as what goes there may be."""
    return blanks.fill(words, lambda name: _longest(name, library))


def _check_length(step: Say | Ask | Find, library: Library, problems: Problems) -> None:
    text = longest_text(step, library)
    folded = sms.fold(text)
    parts = sms.parts(folded)
    if parts.count > 1:
        why = sms.costly(folded)
        forced = f" because of {why}" if why else ""
        what = f"At its longest this is {parts.count} texts{forced}{cost_words(parts.count, library)}."
        problems.warn(step.words.place or step.at, "long text", what, "make it shorter.")


def cost_words(count: int, library: Library) -> str:
    """What so many texts cost: ": 8p each time"; "" where nobody has said what one costs."""
    tenths = library.service.price_per_text * count
    return f": {tenths / 10:g}p each time" if tenths else ""


def _phrase(name: str, values: Mapping[str, str], library: Library, language: str) -> str:
    found = library.phrases.get(name)
    return blanks.fill(found.spoken(language, Look.SMS), values.get) if found is not None else ""


def _longest(name: str, library: Library) -> str:
    """A stand-in as long as the value may be."""
    home, _, rest = name.partition(".")
    if home == "service":
        return library.service.written.get(rest, "")
    if home == "group" and rest in (*TOLD, "day"):
        return max((_of_group(group, rest, library) for group in library.groups), key=len, default="x" * _A_BLANK)
    if home == "group":
        return max((str(getattr(group, rest, "")) for group in library.groups), key=len, default="x" * _A_BLANK)
    variable = library.variables.get(name)
    if variable is not None and variable.longest:
        return "x" * variable.longest
    return _LONGEST_BLANKS.get(name, "x" * _A_BLANK)


def _of_group(group: Group, blank: str, library: Library) -> str:
    """What may be said of a group, at its longest: some way off, and where it meets monthly with the month."""
    if blank == "day":
        return "Wednesday" if group.every == "week" else "Wednesday 30 September"
    late = (group.checked or date(2026, 1, 1)) + timedelta(days=RING_FIRST)
    return told(group, blank, late, Look.SMS, lambda name, values: _phrase(name, values, library, "en"), FARTHEST)


# ---------------------------------------------------------------- what grows old


def check_dates(library: Library, today: date, problems: Problems) -> None:
    """Helplines and groups that nobody has looked at for half a year."""
    for line in library.helplines.values():
        if line.checked is not None and today - line.checked > HELPLINE_AGES:
            what = f"{line.name} was checked {(today - line.checked).days} days ago."
            problems.warn(line.place, "old check", what, f"ring or look it up, then type checked: {today}")
    for group in library.groups:
        if group.at is not None and group.checked is not None and today - group.checked > HELPLINE_AGES:
            what = f"{group.name} was checked {(today - group.checked).days} days ago."
            problems.warn(group.at, "old check", what, "ask the group, then put today's date in the checked column.")
