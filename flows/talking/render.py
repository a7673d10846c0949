"""One message, laid out for its channel: numbered lists and plain punctuation for SMS, buttons for Telegram."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache

import regex

from flows.effects import Button
from flows.model import Look
from flows.steps import Answer, Choices, DateAnswer, DayAndTime, DayOrAny, Number, Phone, Postcode, Scale, Text, YesNo
from flows.talking import sms
from flows.timing import DAYS

Phrase = Callable[[str, Mapping[str, str]], str]
Options = Sequence[tuple[str, str]]
"""Things to choose from: what each is called in the answer, and its label."""

LONGEST = {Look.SMS: 1600, Look.TELEGRAM: 4096}
"""What each provider takes in one message (Twilio's Body, Telegram's sendMessage), in UTF-16 code units."""

LONGEST_DATA = 64  # bytes of Telegram's callback_data
LONGEST_LABEL = 40  # letters a button shows on a narrow phone before it cuts them off
MOST_NUMBERS = 11  # 0 to 10 still fits on a keyboard; a wider range is typed

_CAPITALS_AND_NUMBERS = regex.compile(r"\b[\p{Lu}\d]+\b")
_LONG_WORDS = regex.compile(r"\p{L}{6,}")
_HAS_CLOCK = re.compile(r"\d\s?[ap]m\b|\d[:.]\d\d", re.IGNORECASE).search
_HAS_DIGIT = re.compile(r"\d").search


def lay_out(
    words: str,
    answer: Answer | None,
    *,
    options: Options = (),
    question: int,
    look: Look,
    language: str,
    phrase: Phrase,
    skip: bool = False,
    example: str = "",
) -> tuple[str, tuple[Button, ...]]:
    """``words`` as the person will see them, with the buttons that go below (none on SMS).

    ``answer`` is what they ask for, None when they ask nothing; ``options`` are choices known only now, such as groups,
    and replace the labels that ``answer`` has of its own. ``question`` numbers the question, so that a tap on an old
    button is known for one. ``phrase`` says one of the bot's own phrases, filled in.

    On SMS, "How are things today?" with ``scale: 1 rough to 5 good`` reads
    "How are things today? Reply 1 (rough) to 5 (good)."
    """
    if answer is None and not options and not skip:
        return _fitted(words, "", look), ()

    many = isinstance(answer, Choices) and answer.many
    offered = options or _choices(answer, look, language)
    buttons: tuple[Button, ...] = ()
    if look is Look.TELEGRAM and not many:
        buttons = _buttons(answer, offered, skip, question, phrase)
    hints = _hints(words, answer, language, example, phrase, tapped=bool(buttons))
    if skip and not buttons:
        hints.append(_unless_said(words, phrase("hint skip", {})))

    tail = ""
    for hint in filter(None, hints):
        tail += (" " if (tail or words)[-1:] in ".?!…:)\"”'" else "\n") + hint
    if offered and (not buttons or _too_long_for_buttons(offered)):
        tail += "".join(f"\n{number} {label}" for number, (_, label) in enumerate(offered, 1))
    return _fitted(words, tail, look), buttons


def _choices(answer: Answer | None, look: Look, language: str) -> Options:
    if not isinstance(answer, Choices):
        return ()
    return [(choice.name, choice.words.spoken(language, look)) for choice in answer.choices]


# ---------------------------------------------------------------- what may be answered


def _hints(
    words: str, answer: Answer | None, language: str, example: str, phrase: Phrase, *, tapped: bool
) -> list[str]:
    """What to reply, in words; nothing that ``words`` already say, nothing that a button shows."""
    match answer:
        case Scale(low, high):
            low_label, high_label = answer.ends(language)
            ends = {"low": str(low), "low_label": low_label, "high": str(high), "high_label": high_label}
            return [_unless_said(words, phrase("hint scale", ends))]
        case Number(low, high) if not tapped and str(high) not in _CAPITALS_AND_NUMBERS.findall(words):
            return [phrase("hint number", {"low": str(low), "high": str(high)})]
        case YesNo() if not tapped:
            return [_unless_said(words, phrase("hint yes or no", {}))]
        case DayOrAny() if not tapped:
            return [_unless_said(words, phrase("hint day or any", {}))]
        case Choices(many=True):
            return [_unless_said(words, phrase("hint many", {}))]
        case Text() | Postcode() | Phone() | DayAndTime() | DateAnswer() if example:
            said = example.casefold() in words.casefold()
            return [] if said else [phrase("hint example", {"example": example})]
        case DayAndTime() if not _HAS_CLOCK(words):
            return [phrase("hint day and time", {})]
        case DateAnswer() if not _HAS_DIGIT(words):
            return [phrase("hint date", {})]
    return []


def _unless_said(words: str, hint: str) -> str:
    """``hint``, or "" where ``words`` already say it: "Are you 18 or over? Y or N" needs no second "Y or N"."""
    tells, all_of_them = _tells(hint)
    if not tells:
        return hint
    if all_of_them:
        # a look for the letters first: most words hold none of them, and finding whole words takes longer
        said = all(tell in words for tell in tells) and tells.issubset(_CAPITALS_AND_NUMBERS.findall(words))
    else:
        said = not tells.isdisjoint(_LONG_WORDS.findall(words.casefold()))
    return "" if said else hint


@lru_cache(maxsize=512)
def _tells(hint: str) -> tuple[frozenset[str], bool]:
    """By what to know that a hint has been given, in any language: its capital words and numbers (all of them), else
    any of its long words."""
    strong = frozenset(_CAPITALS_AND_NUMBERS.findall(hint))
    return (strong, True) if strong else (frozenset(_LONG_WORDS.findall(hint.casefold())), False)


# ---------------------------------------------------------------- buttons


def _buttons(answer: Answer | None, offered: Options, skip: bool, question: int, phrase: Phrase) -> tuple[Button, ...]:
    shown: list[tuple[str, str]] = []
    if offered:
        numbered = _too_long_for_buttons(offered)
        for number, (name, label) in enumerate(offered, 1):
            value = name if len(f"{question}:{name}".encode()) <= LONGEST_DATA else str(number)
            shown.append((value, _cut(f"{number} {label}" if numbered else label, LONGEST_LABEL)))
    match answer:
        case YesNo():
            shown += [("yes", phrase("button yes", {})), ("no", phrase("button no", {}))]
        case Scale(low, high) | Number(low, high) if high - low < MOST_NUMBERS:
            shown += _numbers(low, high)
        case DayOrAny():
            shown += [(day, phrase(f"day {day}", {})) for day in DAYS]
            shown.append(("any", phrase("button any day", {})))
    if skip:
        shown.append(("skip", phrase("button skip", {})))
    return tuple(Button(label, f"{question}:{value}") for value, label in shown)


@cache
def _numbers(low: int, high: int) -> tuple[tuple[str, str], ...]:
    return tuple((str(number), str(number)) for number in range(low, high + 1))


def _too_long_for_buttons(offered: Options) -> bool:
    """Whether a label would be cut off on its button, so that the text must spell all of them out."""
    return any(len(label) > LONGEST_LABEL for _, label in offered)


# ---------------------------------------------------------------- lengths


def _fitted(words: str, tail: str, look: Look) -> str:
    """``words``, then ``tail``. Where the provider would refuse the length, the words are cut, never the tail."""
    longest = LONGEST[look]
    text = sms.fold(words + tail) if look is Look.SMS else words + tail
    if len(text) <= longest // 2:  # cannot be too long, however many units each letter takes
        return text
    if look is Look.SMS:
        words, tail = sms.fold(words), sms.fold(tail)
    room = longest - sms.units(tail)
    text = _cut(words, room) + tail if room > 0 else _cut(words + tail, longest)
    return sms.fold(text) if look is Look.SMS else text


def _cut(text: str, longest: int) -> str:
    """``text`` in at most ``longest`` UTF-16 units, cut between grapheme clusters and marked with dots."""
    if sms.units(text) <= longest:
        return text
    kept, room = [], longest - len("...")
    for cluster in sms.clusters(text):
        room -= sms.units(cluster)
        if room < 0:
            break
        kept.append(cluster)
    return "".join(kept).rstrip() + "…"
