"""The door to reading replies: one question's kind of answer and what somebody sent, to what they meant."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from itertools import islice

from flows import phones
from flows.directory.geography import Geography
from flows.steps import Answer, Choices, DateAnswer, DayAndTime, DayOrAny, Number, Phone, Postcode, Scale, Text, YesNo
from flows.talking import appointments, choosing, dates, days, numbers, places, yes_no
from flows.talking.plain import bare, listed
from flows.talking.reading import Asked, NotRead, Result, Skipped, Understood, Unsure
from flows.talking.words import Vocabulary

__all__ = ["NotRead", "Result", "Skipped", "Understood", "Unsure", "read"]


def read(
    answer: Answer,
    text: str,
    *,
    vocabulary: Vocabulary,
    language: str,
    today: date,
    options: tuple[tuple[str, str], ...] = (),
    example: str = "",
    skip: bool = False,
    practice: bool = False,
    geography: Geography | None = None,
) -> Result:
    """What ``text`` means as an ``answer``. Never raises, and never guesses in silence.

    ``options`` are (name, label) pairs offered at run time; ``skip`` lets SKIP, and a plain no to what is no yes-or-no
    question, leave it; drama phone numbers are read in ``practice``. Places are looked up in ``geography``.
    """
    if isinstance(answer, Scale | Number):
        quick = numbers.read_figures(answer, text)
        if quick is not None:
            return quick
    asked = Asked(text, vocabulary, language, today, options, example, practice, geography)
    if skip and (vocabulary.skip(text) or (not isinstance(answer, YesNo | Choices) and _would_rather_not(asked))):
        return Skipped()
    match answer:
        case Scale() | Number():
            return numbers.read_answer(answer, asked)
        case YesNo():
            return yes_no.read_answer(asked)
        case Choices():
            return choosing.read_answer(answer, asked)
        case Text():
            return _read_text(answer, asked)
        case DayOrAny():
            return days.read_answer(asked)
        case DayAndTime():
            return appointments.read_answer(answer, asked)
        case Postcode(towns=towns):
            return places.read_answer(asked, towns=towns)
        case DateAnswer():
            return dates.read_answer(asked)
        case Phone():
            return _read_phone(asked)
        case _:
            raise TypeError(f"no reader for {type(answer).__name__}")


_RATHER_NOT = listed(
    """
    none, nothing, idk, dunno, dont know, i dont know, not sure, im not sure, no idea, n a, na, rather not, id
    rather not, dont want to, i dont want to, dont want to say, nope, no comment
    """
)


def _would_rather_not(asked: Asked) -> bool:
    """A no, or a shrug, to a question that may be skipped: nobody's goal is "dunno"."""
    return len(asked.text) <= 40 and (
        asked.vocabulary.no(asked.text, asked.language) or asked.vocabulary.polished(bare(asked.text)) in _RATHER_NOT
    )


# ---------------------------------------------------------------- free text

_JOINER = "\u200d"  # holds an emoji family together, and parts of some scripts


def _read_text(answer: Text, asked: Asked) -> Result:
    value = clean(asked.text[: answer.longest * 4 + 400])
    if not value:
        return NotRead("retry text")
    if len(value.split()) <= 2:
        value = value.rstrip(".,;:") or value  # "Sam." would read oddly inside a sentence
    if len(value) > answer.longest:
        return NotRead("retry text too long", {"longest": str(answer.longest)})
    return Understood(value)


def clean(text: str) -> str:
    """``text`` on one line, without what cannot be seen: controls, direction marks, zero widths, broken halves."""
    kept = []
    for place, sign in enumerate(text):
        kind = unicodedata.category(sign)
        if kind[0] == "Z" or kind == "Cc":
            kept.append(" " if sign.isspace() or kind[0] == "Z" else "")
        elif sign == _JOINER:
            kept.append("" if place == 0 or text[place - 1].isascii() else sign)
        elif kind not in ("Cf", "Cs", "Cn"):
            kept.append(sign)
    joined = " ".join(unicodedata.normalize("NFC", "".join(kept)).split())
    return joined.strip(_JOINER) if any(unicodedata.category(sign)[0] in "LNSP" for sign in joined) else ""


# ---------------------------------------------------------------- phone numbers

_MOST_NUMBERS = 4
_PHONE_LIKE = re.compile(r"[+(]{0,2}[0-9Oo][0-9OolI .()/-]{6,30}")


def _read_phone(asked: Asked) -> Result:
    folded, origins = asked.traced()
    whole = phones.read_number(folded, practice=asked.practice)
    if whole is not None:
        return Understood(whole)
    found: dict[str, tuple[int, int]] = {}
    for match in islice(_PHONE_LIKE.finditer(folded), _MOST_NUMBERS):
        written = match.group().rstrip(" .(/-")
        for _ in range(_MOST_NUMBERS):
            number = phones.read_number(written, practice=asked.practice)
            if number is not None:
                found.setdefault(number, (match.start(), match.start() + len(written)))
                break
            written = written.rpartition(" ")[0].rstrip(" .(/-")  # "07… 6": perhaps the last figures are a time
    if len(found) == 1:
        ((number, span),) = found.items()
        return Understood(number, asked.without(origins, *span))
    return Unsure(tuple(found)[:_MOST_NUMBERS]) if found else NotRead("retry phone")
