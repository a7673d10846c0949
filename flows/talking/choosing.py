"""Reads a choice from a list: by its number, label, first words or name, with a slip of one letter; one, or as many as
somebody wants."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from flows.model import Choices
from flows.talking.counting import pieces
from flows.talking.plain import bare, traced, unstretched
from flows.talking.reading import Asked, NotRead, Result, Understood, Unsure

_MOST_OPTIONS = 4
_SHORTEST_SLIP = 4
_LONGEST_LABEL = 80

_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
    "5th": 5,
    "6th": 6,
    "7th": 7,
    "8th": 8,
    "9th": 9,
    "tenth": 10,
}
# "number 2 please", "the second one", "option 3", "ill go for 1"
_FILLERS = frozenset(
    {
        "number",
        "option",
        "no",
        "num",
        "nr",
        "the",
        "a",
        "an",
        "one",
        "please",
        "pls",
        "plz",
        "ta",
        "thanks",
        "thank",
        "you",
    }
    | {"i", "id", "ill", "im", "would", "want", "like", "need", "to", "go", "for", "with", "choose", "pick", "maybe"}
    | {
        "probably",
        "think",
        "just",
        "me",
        "my",
        "answer",
        "is",
        "its",
        "it",
        "ok",
        "okay",
        "yes",
        "yeah",
        "hi",
        "um",
        "erm",
    }
    | {
        "can",
        "could",
        "have",
        "get",
        "some",
        "of",
        "them",
        "x",
        "xx",
        "xxx",
        "mate",
        "talk",
        "send",
        "lets",
        "do",
        "and",
    }
    | {"try", "about", "that", "this", "will", "be", "take", "both", "please", "cheers", "thx", "wanna", "choice", "so"}
    | {"say", "well", "prefer", "best", "really", "only"}
)
_DENIES = frozenset(
    {
        "not",
        "dont",
        "cant",
        "never",
        "except",
        "but",
        "without",
        "isnt",
        "wont",
        "nor",
        "neither",
        "anything",
        "bar",
        "no",
    }
)
_NONE = frozenset(
    {"none", "none of them", "none of these", "none of those", "neither", "no", "nope", "nah", "nothing", "n"}
)
_ALL = frozenset(
    {"all", "all of them", "all of these", "everything", "the lot", "all please", "both", "them all", "every one"}
)
_JOINTS = re.compile(r"\s*(?:[,;/&+\n.]|\band\b|\bplus\b|\bn\b)\s*")


@dataclass(frozen=True, slots=True)
class _List:
    """The choices as they are matched: bare words to where they stand in the list."""

    names: tuple[str, ...]
    exact: dict[str, int]
    labels: tuple[str, ...]
    spoken: tuple[str, ...]  # names, as words


@lru_cache(maxsize=1024)
def _list_of(pairs: tuple[tuple[str, str], ...]) -> _List:
    labels = tuple(bare(label)[:_LONGEST_LABEL].strip() for _, label in pairs)
    spoken = tuple(bare(name) for name, _ in pairs)
    exact: dict[str, int] = {}
    for place in range(len(pairs)):
        for words in (labels[place], spoken[place]):
            if words:
                exact.setdefault(words, place)
    return _List(tuple(name for name, _ in pairs), exact, labels, spoken)


def read_answer(answer: Choices, asked: Asked) -> Result:
    """The chosen name, or with ``pick: many`` the names joined by ``;`` in the order of the list."""
    pairs = asked.options or _pairs(answer, asked.language)
    if not pairs:
        return NotRead("retry choices", {"last": "0"})
    choices = _list_of(pairs)
    text = asked.text.strip()
    if text in choices.names:  # a tapped button
        return Understood(text)
    if answer.many:
        return _read_many(answer, choices, asked)
    return _read_one(choices, asked)


def _pairs(answer: Choices, language: str) -> tuple[tuple[str, str], ...]:
    return tuple((each.name, each.words.text.get(language) or each.words.text["en"]) for each in answer.choices)


def _retry(choices: _List, *, many: bool = False) -> NotRead:
    return NotRead("retry many" if many else "retry choices", {"last": str(len(choices.names))})


# ---------------------------------------------------------------- one


def _read_one(choices: _List, asked: Asked) -> Result:
    words = unstretched(bare(asked.text))
    if words.isdecimal():
        place = int(words[:9])
        if 1 <= place <= len(choices.names):
            return Understood(choices.names[place - 1])
    if not words:
        return _retry(choices)
    found = _match(choices, words)
    if found is None:
        polished = asked.vocabulary.polished(words)
        found = _match(choices, polished) if polished != words else None
    if found is not None:
        return _result(choices, found)
    return _read_around(choices, asked)


def _result(choices: _List, found: Sequence[int], note: str = "") -> Result:
    if len(found) == 1:
        return Understood(choices.names[found[0]], note)
    return Unsure(tuple(choices.names[place] for place in found[:_MOST_OPTIONS]))


def _match(choices: _List, words: str) -> Sequence[int] | None:
    """What the whole of ``words`` chooses: label, name, first words, number, or one of them with a slip."""
    place = choices.exact.get(words)
    if place is not None:
        return (place,)
    begun = [place for place, label in enumerate(choices.labels) if label.startswith(f"{words} ")]
    if begun and words not in _FILLERS:
        return begun
    number = _number(words)
    if number is not None:
        return (number - 1,) if 1 <= number <= len(choices.names) else None
    return _slip(choices, words)


def _number(words: str) -> int | None:
    if words in _ORDINALS:
        return _ORDINALS[words]
    said = pieces(words)
    return said[0].number if len(said) == 1 and not said[0].tail and not said[0].half else None


def _slip(choices: _List, words: str) -> Sequence[int] | None:
    """The choices from which ``words`` is one letter away, in a word of four letters or more."""
    if len(words) < _SHORTEST_SLIP:
        return None
    count = words.count(" ") + 1
    found = []
    for place, label in enumerate(choices.labels):
        beginning = " ".join(label.split(" ", count)[:count])
        aims = (beginning, label, choices.spoken[place])
        if any(len(aim) >= _SHORTEST_SLIP and OSA.distance(words, aim, score_cutoff=1) <= 1 for aim in aims):
            found.append(place)
    return found or None


def _read_around(choices: _List, asked: Asked) -> Result:
    """A choice with other words around it."""
    folded, origins = asked.traced()
    mentions = _mentions(choices, folded)
    places = list(dict.fromkeys(place for place, _, _, _ in mentions))
    if not places:
        return _retry(choices)
    start = min(mention[1] for mention in mentions)
    end = max(mention[2] for mention in mentions)
    rest = bare(f"{folded[:start]} {folded[end:]}").split()
    others = [word for word in rest if word not in _FILLERS]
    before = bare(folded[:start]).split()
    denied = any(word in _DENIES and not (word == "no" and len(before) == 1) for word in before)
    if denied:
        return Unsure()
    if len(places) > 1:
        return _result(choices, places)
    note = asked.without(origins, start, end) if others else ""
    strong = any(mention[3] for mention in mentions) or start == 0 or not others
    if others and (not strong or _counts_things(folded[end:])):
        return Unsure((choices.names[places[0]],))
    return Understood(choices.names[places[0]], note)


def _counts_things(after: str) -> bool:
    """Whether what follows a number makes it a count: "2 of my kids", "3 days sober"."""
    words = bare(after).split()
    return bool(words) and (words[0] == "of" or (words[0].endswith("s") and len(words[0]) > 3 and after[:1] == " "))


def _mentions(choices: _List, folded: str) -> list[tuple[int, int, int, bool]]:
    """(choice, start, end, strong) for each mention; a whole label is strong, a name or a number is not."""
    said = pieces(folded.lower())
    words = [bare(piece.text) for piece in said]
    found: list[tuple[int, int, int, bool]] = []
    place = 0
    while place < len(said):
        best: tuple[int, int, bool] | None = None
        for choice, (label, name) in enumerate(zip(choices.labels, choices.spoken, strict=True)):
            for aim in (label, name):
                length = len(aim.split())
                if length and (best is None or length > best[1]) and " ".join(words[place : place + length]) == aim:
                    best = (choice, length, length > 1)
        if best is not None:
            found.append((best[0], said[place].start, said[place + best[1] - 1].end, best[2]))
            place += best[1]
            continue
        number = _ORDINALS.get(words[place], said[place].number)
        is_article = words[place] == "one" and place > 0 and words[place - 1] not in ("number", "option")
        if number is not None and not is_article and not said[place].half and 1 <= number <= len(choices.names):
            found.append((number - 1, said[place].start, said[place].end, False))
        place += 1
    return found


# ---------------------------------------------------------------- many


def _read_many(answer: Choices, choices: _List, asked: Asked) -> Result:
    words = unstretched(bare(asked.text))
    words = asked.vocabulary.polished(words) if words else words
    if not words:
        return _retry(choices, many=True)
    clearing = {place for place, choice in enumerate(answer.choices) if choice.clears}
    found = _match(choices, words)
    if found is not None:
        return Unsure(_names(choices, found)) if len(found) > 1 else Understood(_joined(choices, found, clearing))
    if words in _ALL:
        every = [place for place in range(len(choices.names)) if place not in clearing]
        meant = [place for place in clearing if bare(words) in choices.labels[place].split()]
        return Understood(_joined(choices, meant or every, clearing))
    if words in _NONE:
        return Unsure(_names(choices, sorted(clearing))) if clearing else _retry(choices, many=True)
    return _read_list(choices, asked, clearing)


def _read_list(choices: _List, asked: Asked, clearing: set[int]) -> Result:
    """Several choices in one message. One that is not on the list is asked about, never dropped."""
    folded, origins = traced(asked.text)
    mentions = _mentions(choices, folded)
    missed = _missed(choices, folded)
    if not mentions:
        slips = [place for part in _JOINTS.split(folded) if (place := _only(choices, bare(part))) is not None]
        if not slips or len(slips) != len([part for part in _JOINTS.split(folded) if bare(part)]):
            return _retry(choices, many=True)
        return Understood(_joined(choices, slips, clearing))
    places = sorted({mention[0] for mention in mentions})
    start, end = mentions[0][1], max(mention[2] for mention in mentions)
    inside = bare(_blanked(folded, mentions)).split()
    if not _DENIES.isdisjoint(inside) or re.search(r"\d\s*(?:-|to)\s*\d", folded):
        return Unsure()
    if missed:
        return Unsure((_joined(choices, places, clearing),))
    others = [word for word in inside if word not in _FILLERS]
    between = [word for word in bare(_blanked(folded[start:end], _shifted(mentions, start))).split() if word in others]
    extra = [place for part in between if (place := _only(choices, part)) is not None]
    if between and len(extra) != len(between):
        return Unsure((_joined(choices, [*places, *extra], clearing),))
    if others and not extra and _counts_things(folded[end:]):
        return Unsure((_joined(choices, places, clearing),))
    note = asked.without(origins, start, end) if others and not extra else ""
    return Understood(_joined(choices, [*places, *extra], clearing), note)


def _only(choices: _List, words: str) -> int | None:
    found = _match(choices, words)
    return found[0] if found is not None and len(found) == 1 else None


def _missed(choices: _List, folded: str) -> bool:
    """Whether a number was sent that the list does not have."""
    return any(
        piece.number is not None and piece.figures and not piece.tail and not 1 <= piece.number <= len(choices.names)
        for piece in pieces(folded)
    )


def _blanked(folded: str, mentions: Sequence[tuple[int, int, int, bool]]) -> str:
    for _, start, end, _ in mentions:
        folded = folded[:start] + " " * (end - start) + folded[end:]
    return folded


def _shifted(mentions: Sequence[tuple[int, int, int, bool]], by: int) -> list[tuple[int, int, int, bool]]:
    return [(choice, start - by, end - by, strong) for choice, start, end, strong in mentions]


def _names(choices: _List, places: Sequence[int]) -> tuple[str, ...]:
    return tuple(choices.names[place] for place in places[:_MOST_OPTIONS])


def _joined(choices: _List, places: Sequence[int], clearing: set[int]) -> str:
    cleared = [place for place in places if place in clearing]
    kept = cleared[:1] or sorted(set(places))
    return ";".join(choices.names[place] for place in kept)
