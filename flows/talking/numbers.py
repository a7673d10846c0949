"""Reads a number or a rating, and never guesses: where two could be meant, or something else, it asks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.steps import Number, Scale
from flows.talking.counting import NUMBER_WORDS, Piece, pieces
from flows.talking.plain import bare, listed
from flows.talking.reading import Asked, NotRead, Result, Understood, Unsure

_PLAIN = re.compile(r"\s*(\d{1,6})(?:\s*(?:/|out of)\s*(\d{1,6}))?\s*[.!)]*\s*", re.ASCII)
_LONGEST_WORD = 40  # longer than any number said in one word
_LONGEST_FIGURES = 6
_MOST_OPTIONS = 4

_OUT_OF = (("/",), ("out", "of"), ("outta",), ("outof",), ("of",), ("from",))

# The number counts something: "12 days sober" rates nothing.
_UNITS = listed(
    """
    day, days, week, weeks, wk, wks, month, months, year, years, yr, yrs, hour, hours, hr, hrs, min, mins,
    minute, minutes, am, pm, o'clock, oclock, times, people, ppl, men, women, kids, children, drinks, drink,
    pints, pint, cans, can, bottles, bottle, units, unit, mg, ml, g, kg, stone, lb, lbs, miles, mile, percent,
    %, quid, pounds, pound, p, k, pence, grand, night, nights, th, more, other, others, bag, bags, lines, steps
    """
)
_CLOCK_UNITS = frozenset({"am", "pm", "o'clock", "oclock", "th", "more", "other", "others"})

# Before a number these make it a bound, or about something else.
_ASIDE_BEFORE = listed(
    """
    over, under, below, above, than, nearly, almost, least, most, max, until, till, since, by, after, before,
    day, days, step, room, flat, week, was, were, yesterday, last, age, aged, minus, had, have, got, ive, i've,
    past, bus, platform, ward, next, another, these, those, my, chapter, level, usually, normally
    """
)
_ASIDE_AFTER = frozenset({"of", "b", "me", "u", "my", "or", "to", "am", "pm"})

_DENIES = listed("not, isnt, aint, wasnt, never, no, dont, cant, nowhere, except, nor, neither")
_BETWEEN_DENIED = listed("a, an, really, quite, even, the, exactly, about, like, near, at, be")

# Between the start of a message and its number, these leave the number an answer.
_FILLERS = listed(
    """
    a, an, about, around, roughly, approx, like, say, id, i'd, im, i'm, i, am, its, it's, it, is, feeling, feel,
    maybe, probably, prob, probs, perhaps, guess, think, solid, mood, today, todays, today's, would, be, at, um,
    umm, erm, er, hmm, well, so, the, answer, number, rate, rating, score, give, giving, myself, going, with,
    on, bout, abt, just, now, right, ok, okay, hi, hello, hey, oh, and, still, suppose, reckon, somewhere,
    thats, that's, up, down, to, good, bad, ill, i'll, go, for, definitely, defo, really, put, very, pretty,
    yeah, yes, overall, currently, option, please, only, between, feels, things
    """
)
_INTRODUCES = listed("a, about, around, like, say, maybe, its, it's, im, i'm, is, mood, rating")
_ONE_AS_A_WORD_AFTER = listed("no, that, this, which, the, any, some, every, only, good, bad")
_ONE_AS_A_WORD_BEFORE = frozenset({"of", "day", "time", "thing", "more", "by", "minute", "person"})
_ENDS_IN_S = listed(
    """
    this, its, thats, always, less, perhaps, sometimes, guess, stress, mess, thanks, bless, feels, hopefully,
    plus, across, besides, yours, serious, anxious, nervous, restless
    """
)
_TRAILING_WORDS = listed("please, pls, plz, ta, thanks, thank, you, thx, mate, x, xx, xxx, ish")


@dataclass(frozen=True, slots=True)
class _Mention:
    """One number that was said. ``first`` to ``last`` are its pieces, a total ("out of 10") included."""

    first: int
    last: int
    piece: Piece
    aside: bool
    denied: bool


def retry(answer: Number | Scale, language: str) -> NotRead:
    """What to say when no number was read: it names the ends of the scale."""
    ends = {"low": str(answer.low), "high": str(answer.high)}
    if isinstance(answer, Scale):
        low_label, high_label = answer.ends(language)
        return NotRead("retry scale", ends | {"low_label": low_label, "high_label": high_label})
    return NotRead("retry number", ends)


def read_figures(answer: Number | Scale, text: str) -> Understood | None:
    """The answer where the text is nothing but figures in range, as nearly every rating is."""
    if len(text) <= _LONGEST_FIGURES and text.isdecimal() and text.isascii() and answer.low <= int(text) <= answer.high:
        return Understood(str(int(text)))
    return None


def read_answer(answer: Number | Scale, asked: Asked) -> Result:
    """The number in figures. ``7``, ``7/10``, ``about a 7`` are read; ``6 or 7``, ``7½``, ``not 7`` are asked about."""
    plain = _PLAIN.fullmatch(asked.text)
    if plain is not None:
        number, over = int(plain[1]), plain[2]
        if answer.low <= number <= answer.high and (over is None or int(over) == answer.high):
            return Understood(str(number))
        if over is None:
            return retry(answer, asked.language)
    word = NUMBER_WORDS.get(bare(asked.text)) if len(asked.text) <= _LONGEST_WORD else None
    if word is not None:
        return Understood(str(word)) if answer.low <= word <= answer.high else retry(answer, asked.language)
    return _read_sentence(answer, asked)


def _read_sentence(answer: Number | Scale, asked: Asked) -> Result:
    folded, origins = asked.traced()
    said = pieces(folded)
    mentions = _mentions(said, answer)
    if not mentions:
        return _read_label(answer, asked)
    if len(mentions) == 1:
        (mention,) = mentions
        number = mention.piece.number
        sure = number is not None and answer.low <= number <= answer.high and not mention.piece.half
        if sure and not mention.denied and _is_plain(said, mention, counted=isinstance(answer, Number)):
            return Understood(str(number), _note(asked, origins, said, mention))
    options = _options(answer, [each for each in mentions if not each.aside and not each.denied])
    options = options or _options(answer, [each for each in mentions if not each.denied])
    if options:
        return Unsure(options)
    return Unsure() if any(each.denied for each in mentions) else retry(answer, asked.language)


def _mentions(said: list[Piece], answer: Number | Scale) -> list[_Mention]:
    """Every number said, but not the total in "7 out of 10"; one out of some other total counts for nothing."""
    mentions: list[_Mention] = []
    place = 0
    while place < len(said):
        piece = said[place]
        if piece.number is None or _is_the_word_one(said, place):
            place += 1
            continue
        last, aside = place, _is_aside(said, place)
        total = _total(said, place)
        if total is not None and said[total].number == answer.high:
            last = total
        elif total is not None and not _is_range(said, place, total, answer):
            aside, last = True, total
            piece = Piece(piece.text, piece.start, piece.end, -1)  # "7/10" on a scale of 5 is no 7
        mentions.append(_Mention(place, last, piece, aside, _is_denied(said, place)))
        place = last + 1
    return mentions


def _total(said: list[Piece], place: int) -> int | None:
    for words in _OUT_OF:
        after = place + 1 + len(words)
        if (
            after < len(said)
            and said[after].number is not None
            and tuple(each.text for each in said[place + 1 : after]) == words
        ):
            return after
    return None


def _is_range(said: list[Piece], place: int, total: int, answer: Number | Scale) -> bool:
    """Whether "6/7" is two ratings rather than one out of seven."""
    number, other = said[place].number, said[total].number
    assert number is not None
    assert other is not None
    return said[place + 1].text == "/" and answer.low <= number < other <= answer.high


def _word(said: list[Piece], place: int) -> str:
    return said[place].text if 0 <= place < len(said) else ""


def _is_the_word_one(said: list[Piece], place: int) -> bool:
    """Whether "one" stands for a thing, as in "no one" or "one of those days"."""
    return said[place].text == "one" and (
        _word(said, place - 1) in _ONE_AS_A_WORD_AFTER or _word(said, place + 1) in _ONE_AS_A_WORD_BEFORE
    )


def _is_aside(said: list[Piece], place: int) -> bool:
    """Whether the number counts something, bounds something or is a time, so that it may not be the answer."""
    piece, before, after = said[place], _word(said, place - 1), _word(said, place + 1)
    if piece.tail or after in _UNITS or after in _ASIDE_AFTER - {"or", "to"} or before in _ASIDE_BEFORE:
        return True
    touching_before = place > 0 and said[place - 1].end == piece.start
    touching_after = place + 1 < len(said) and said[place + 1].start == piece.end
    if touching_after and after == "+":
        return True
    if not touching_before:
        return False
    return before in "<>" or (before == "-" and (place == 1 or said[place - 2].number is None))


def _is_denied(said: list[Piece], place: int) -> bool:
    before = place - 1
    while before >= 0 and said[before].text in _BETWEEN_DENIED:
        before -= 1
    word = _word(said, before)
    return word in _DENIES or word.endswith("n't")


def _is_plain(said: list[Piece], mention: _Mention, *, counted: bool) -> bool:
    """Whether the one number of a message can only be the answer.

    ``counted``: the question may be "how many", where "3 days" and "£35" answer it.
    """
    before = [each.text for each in said[: mention.first] if each.text[0].isalnum()]
    after = [each.text for each in said[mention.last + 1 :] if each.text[0].isalnum()]
    introduced = all(word in _FILLERS for word in before)
    if mention.aside:
        unit = _word(said, mention.last + 1)
        rest = [word for word in after[1:] if word not in _TRAILING_WORDS]
        return counted and introduced and unit in _UNITS - _CLOCK_UNITS and not rest
    if not counted and _word(said, mention.first - 1) in tuple("£$€"):
        return False
    following = _word(said, mention.last + 1)
    if following and following[0].isalnum():
        if following in _ASIDE_AFTER or (
            following.endswith("s") and len(following) > 3 and following not in _ENDS_IN_S
        ):
            return False
        if not mention.piece.figures and following not in _FILLERS | _TRAILING_WORDS:
            return False
    if introduced:
        return True
    # at the end, behind a stop or an "about": "slept badly. 3", "been better, about a 4"
    previous = _word(said, mention.first - 1)
    return not after and (previous in _INTRODUCES or not previous[0].isalnum())


def _options(answer: Number | Scale, mentions: list[_Mention]) -> tuple[str, ...]:
    numbers: list[int] = []
    for mention in mentions:
        number = mention.piece.number
        assert number is not None
        for each in (number, number + 1) if mention.piece.half else (number,):
            if answer.low <= each <= answer.high and each not in numbers:
                numbers.append(each)
    return tuple(str(number) for number in numbers[:_MOST_OPTIONS])


def _note(asked: Asked, origins: list[int], said: list[Piece], mention: _Mention) -> str:
    """The words around the number, where they say more than "about a … please"."""
    around = [each.text for each in (*said[: mention.first], *said[mention.last + 1 :]) if each.text[0].isalnum()]
    if mention.aside or all(word in _FILLERS or word in _TRAILING_WORDS for word in around):
        return ""
    return asked.without(origins, said[mention.first].start, said[mention.last].end)


def _read_label(answer: Number | Scale, asked: Asked) -> Result:
    """The word at one end of the scale, typed instead of its number, is asked about."""
    if isinstance(answer, Scale):
        words = asked.vocabulary.polished(bare(asked.text))
        for labels in (answer.ends(asked.language), answer.ends("")):
            for number, label in zip((answer.low, answer.high), labels, strict=True):
                if words and words == bare(label):
                    return Unsure((str(number),))
    return retry(answer, asked.language)
