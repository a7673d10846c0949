"""Checks of the crisis rules: what must alarm does, what must not stays silent, and no idiom hides a worry."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence

from flows.content import CrisisRule
from flows.talking.notation import Either, Part, PhraseError, Row, Word, ends_open, parse
from flows.talking.safety import TIERS, WORD_LIST, WORRY, screen_of, word_lists
from flows.talking.scanner import overlaps
from flows.talking.spellings import set_of
from flows.wording import Level, Place, Problem

IDIOMS_FILE = "safety/idioms.yaml"
_NAME = re.compile(r"\b[A-Z]{4,}\b")
_MOST_WORDS = 2  # of everyday ones; three in a row begin to mean something

# They carry no weight of their own: "I'm tired" is one everyday word.
_LIGHT = set_of("i am is are was he she they we you a an the")
_EVERYDAY = _LIGHT | set_of(
    """
    it my me be of to all and any as at back bad bed been big bit bored busy but by call can cold come could day
    did do done down drink drunk eat end fed feel feeling few fine first for from get getting go going gone good
    got had happy hard has hate have head help her here him his home hot house hungry ill in just know last late
    leave left let like little lonely long look lost lot love low mad make man mate meet more much need new nice
    night no not now off ok old on one out over people phone please poorly rough said sad say see sick sleep so
    some sorry still stop stuck sure take talk tell that them then there thing think this time tired today
    tomorrow tonight too took try up upset us use used very wait want was way week well went were what when who
    why will with work worried would year yes 9
    """
)


_last: list[tuple[Hashable, tuple[Problem, ...]]] = []  # what was checked last, and what came of it


def check_rules(rules: Sequence[CrisisRule], idioms: Mapping[str, Sequence[str]]) -> tuple[Problem, ...]:
    """Everything that is wrong with the crisis rules and the idioms. Lines are only tried on rules that can be read.

    They are half of the work of a check and seldom change: the same rules are not checked twice running.
    """
    key = _key(rules, idioms)
    for known, problems in _last:
        if known == key:
            return problems
    found = tuple(_check(rules, idioms))
    _last[:] = [(key, found)]
    return found


def _key(rules: Sequence[CrisisRule], idioms: Mapping[str, Sequence[str]]) -> Hashable:
    """All that the answer depends on."""
    heard = tuple(
        (rule.name, rule.tier, tuple(rule.hear.items()), rule.must_alarm, rule.must_not_alarm, rule.place)
        for rule in rules
    )
    return heard, tuple((language, tuple(phrases)) for language, phrases in idioms.items())


def _check(rules: Sequence[CrisisRule], idioms: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    unreadable = [*_unreadable(rules, idioms)]
    if unreadable:
        yield from unreadable
        return
    lists = word_lists(rules)
    heard = [
        (rule, phrase, parse(phrase, lists)) for rule in rules if rule.tier in ("A", "B") for phrase in _phrases(rule)
    ]
    yield from _everyday(heard)
    yield from _hiding(heard, [(p, parse(p, lists)) for phrases in idioms.values() for p in phrases])
    yield from _unheard(rules, idioms)


def _error(place: Place, code: str, what: str, fix: str) -> Problem:
    return Problem(place, Level.ERROR, code, what, fix)


def _phrases(rule: CrisisRule) -> Iterator[str]:
    for phrases in rule.hear.values():
        yield from phrases


def _unreadable(rules: Sequence[CrisisRule], idioms: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    known: dict[str, Part] = {}
    lists = {rule.name for rule in rules if rule.tier == WORD_LIST}
    for rule in rules:
        for phrase in _phrases(rule):
            if WORRY in phrase.split() and rule.tier != "S":
                what = f"“{phrase}” names WORRY, which only an S rule may."
                yield _error(rule.place, "worry", what, "write the words to be heard.")
                continue
            stranger = next((name for name in _NAME.findall(phrase) if name not in {*known, WORRY}), None)
            if stranger is not None:
                later = " It stands further down." if stranger in lists else ""
                what = f"“{phrase}” names the word list {stranger}, which is not there.{later}"
                yield _error(rule.place, "unknown word list", what, "put the list above, or write it in small letters.")
                continue
            try:
                parse(phrase, {**known, WORRY: Word(frozenset(("worry",)))})
            except PhraseError as error:
                yield _error(rule.place, "phrase", f"“{phrase}” cannot be read: {error}.", "mend the brackets.")
        if rule.tier == WORD_LIST:
            known[rule.name] = Word(frozenset(("worry",)))
    for phrase in (phrase for phrases in idioms.values() for phrase in phrases):
        place = Place(IDIOMS_FILE, 1)
        if ends_open(phrase):
            what = f"The idiom “{phrase}” ends in …, and would hide what comes after it."
            yield _error(place, "open idiom", what, "leave out the … at its end.")
            continue
        try:
            parse(phrase, known)
        except PhraseError as error:
            yield _error(place, "phrase", f"“{phrase}” cannot be read: {error}.", "mend the brackets.")


def _everyday(heard: Sequence[tuple[CrisisRule, str, Part]]) -> Iterator[Problem]:
    for rule, phrase, part in heard:
        words = _lightest(part)
        if words is not None and sum(word not in _LIGHT for word in words) <= _MOST_WORDS:
            what = f"“{phrase}” is heard in “{' '.join(words)}”, which people text every day."
            yield _error(rule.place, "everyday words", what, "add the words that make it a worry.")


def _lightest(part: Part) -> tuple[str, ...] | None:
    """The way of saying it with everyday words alone that says least, or None when it takes a graver word."""
    if isinstance(part, Word):
        common = sorted(part.spellings & _EVERYDAY, key=lambda word: (word not in _LIGHT, word))
        return (common[0],) if common else None
    if isinstance(part, Row):
        whole: tuple[str, ...] = ()
        for inner in part.parts:
            words = _lightest(inner)
            if words is None:
                return None
            whole += words
        return whole
    assert isinstance(part, Either)
    ways = [words for words in map(_lightest, part.ways) if words is not None]
    return min(ways, key=lambda words: sum(word not in _LIGHT for word in words), default=None)


def _hiding(heard: Sequence[tuple[CrisisRule, str, Part]], cut: Sequence[tuple[str, Part]]) -> Iterator[Problem]:
    told: set[int] = set()
    for inner, outer in overlaps([part for _, part in cut], [part for _, _, part in heard]):
        if inner not in told:
            told.add(inner)
            what = f"The idiom “{cut[inner][0]}” would hide “{heard[outer][1]}”, which has to be heard."
            yield _error(Place(IDIOMS_FILE, 1), "idiom hides", what, "give the idiom more words of its own.")


def _unheard(rules: Sequence[CrisisRule], idioms: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    screen = screen_of(rules, idioms)
    for rule in rules:
        if rule.tier == WORD_LIST:
            continue
        rank = TIERS.index(rule.tier)
        for place, line in rule.must_alarm:
            found = screen.read(line)
            if found is not None and TIERS.index(found.tier) <= rank:
                continue
            without = screen_of(rules, {}).read(line)
            if without is not None and TIERS.index(without.tier) <= rank:
                what = f"“{line}” must alarm, and an idiom hides it."
                yield _error(place, "not heard", what, "give the idiom more words of its own.")
            else:
                heard = f"is heard as {found.tier} only" if found is not None else "is not heard"
                what = f"“{line}” must alarm as {rule.tier}, and {heard}."
                yield _error(place, "not heard", what, "add its words to hear.")
        for place, line in rule.must_not_alarm:
            found = screen.read(line)
            if found is not None and found.tier != "S":
                what = f"“{line}” must not alarm, and {found.rule} ({found.tier}) hears it."
                yield _error(place, "false alarm", what, "add it to idioms.yaml, or make the phrase longer.")
