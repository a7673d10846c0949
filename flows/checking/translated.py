"""Checks of the words of one translation: the same blanks, numbers and taught words as the English beside it."""

from __future__ import annotations

import re
from collections.abc import Set
from datetime import date
from functools import cached_property

import regex

from flows import blanks
from flows.checking.care import private_pattern, started_by_us
from flows.checking.wording import LONGEST_SENTENCE
from flows.content import Library
from flows.phrasebook import PHRASES
from flows.reading.problems import Problems
from flows.steps import DayAndTime, DayOrAny
from flows.talking import replies
from flows.talking.words import Vocabulary
from flows.translating import ENGLISH, PHRASES_FILE, Pair, Said, scale_words
from flows.wording import Place

_ABBREVIATIONS = frozenset(("UK", "DU", "GP", "NHS", "GIG", "ID", "PIN", "SMS", "OK"))  # no words to text
_LONGEST_ABBREVIATION = 3  # letters
_TIMES = "clock "  # phrases that say a time of day: each language in its own way
_ANY_DAY = date(2000, 1, 3)  # to see whether a word is a day at all, any today will do
_SENTENCE = re.compile(r"(?<=[.?!])\s+|\n+")
_NUMBER = re.compile(r"\d{2,}")
_LONG_NUMBER = re.compile(r"\d{3,}")
_CAPITALS = regex.compile(r"\b\p{Lu}{2,}(?: (?:\p{Lu}{2,}|\d+))*\b")
_LETTER = regex.compile(r"\b\p{Lu}\b")


class TranslatedWords:
    """The words of one language. ``offered``: people hear it, so that a slip blocks a release."""

    def __init__(self, language: str, english: Library, booked: Set[str], problems: Problems, *, offered: bool) -> None:
        self.language = language
        self.english = english
        self.booked = booked  # flows that a ``later`` or a schedule starts
        self.problems = problems
        self.offered = offered
        self.taught: dict[tuple[str, str], list[Place]] = {}  # what is wrong with a word, and where it is taught

    @cached_property
    def unasked(self) -> frozenset[int]:
        """Which wordings the bot sends without being asked, by identity: they may show on a locked phone."""
        flows = self.english.flows.values()
        sent = [each for flow in flows for each in started_by_us(flow, self.english, flow.name in self.booked)]
        return frozenset(id(table) for _, wording in sent for table in (wording.text, wording.sms, wording.telegram))

    @cached_property
    def private(self) -> re.Pattern[str] | None:
        return private_pattern(self.english)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        flow_words = {word: flow.name for flow in self.english.flows.values() for word in flow.words}
        return Vocabulary(self.english.words, flow_words)

    def check(self, said: Said, pair: Pair) -> None:
        if said.spot.part == "scale":
            self._check_scale(said, pair)
            return
        self._check_blanks(said, pair)
        self._check_numbers(said, pair)
        self._check_taught(said, pair)
        self._check_discreet(said, pair)
        for sentence in _SENTENCE.split(pair.words):
            if len(sentence.split()) > LONGEST_SENTENCE and self.offered:
                what = f"This sentence has {len(sentence.split())} words; {LONGEST_SENTENCE} are enough."
                self.problems.warn(pair.place, "long sentence", what, "make two of it.")

    def _slip(self, place: Place, code: str, what: str, fix: str) -> None:
        report = self.problems.error if self.offered else self.problems.warn
        report(place, code, what, fix)

    def _check_scale(self, said: Said, pair: Pair) -> None:
        low, _, rest = said.english.partition(" ")
        high = rest.rpartition(" to ")[2].partition(" ")[0]
        if scale_words(pair.words, int(low), int(high)) is None:
            what = f"“{pair.words}” is not the scale {said.english}."
            self._slip(
                pair.place, "scale", what, f"write {low}, a word, then {high} and a word, with one word between."
            )

    def _check_blanks(self, said: Said, pair: Pair) -> None:
        english = pair.translated_from or said.english
        if said.spot.file == PHRASES_FILE and said.spot.at.startswith(_TIMES):
            there = set(PHRASES[said.spot.at])
            lost, odd = set[str](), set(blanks.names_in(pair.words)) - there
        else:
            there, own = set(blanks.names_in(english)), set(blanks.names_in(pair.words))
            lost, odd = there - own, own - there
        if odd:
            what = f"(({sorted(odd)[0]})) does not stand in the English."
            fix = f"use {', '.join(f'(({name}))' for name in sorted(there))}." if there else "leave the blank out."
            self._slip(pair.place, "blanks differ", what, fix)
        elif lost:
            what = f"The English has (({sorted(lost)[0]})), and this has not."
            self._slip(pair.place, "blanks differ", what, f"put (({sorted(lost)[0]})) where it belongs.")
        elif blanks.spoiled(pair.words) is not None:
            self._slip(pair.place, "blank", "A blank is not whole here.", "write it like ((nickname)).")

    def _check_numbers(self, said: Said, pair: Pair) -> None:
        """A helpline's number, an age, a time: what is wrong in one language is wrong for somebody."""
        english = pair.translated_from or said.english
        lost = [number for number in _NUMBER.findall(english) if number not in _NUMBER.findall(pair.words)]
        odd = [number for number in _LONG_NUMBER.findall(pair.words) if number not in english]
        if lost or odd:
            what = f"The English says {lost[0]}, and this does not." if lost else f"{odd[0]} is not in the English."
            self._slip(pair.place, "numbers differ", what, "put the same numbers here as in the English.")

    def _check_discreet(self, said: Said, pair: Pair) -> None:
        if self.private is None or id(said.table) not in self.unasked:
            return
        # "NA" is an everyday word in Polish and in Welsh
        shown = [found for found in self.private.findall(pair.words) if len(found) > _LONGEST_ABBREVIATION]
        if shown:
            what = f"{shown[0]} may be read on a locked phone: the bot sends this unasked."
            self._slip(pair.place, "private word", what, "say it without that word.")

    def _check_taught(self, said: Said, pair: Pair) -> None:
        """Words in capitals are words to text: each must be understood, and do what the English one does."""
        english = pair.translated_from or said.english
        names = set(_CAPITALS.findall(english)) - _ABBREVIATIONS
        for word in _CAPITALS.findall(pair.words):
            if word in names or word in _ABBREVIATIONS:
                continue
            if self._meaning(word) is None and not self._is_a_day(word):
                what = f"This teaches the word {word}, and nothing understands it."
                fix = f"add {word} below {self.language}: in safety/words.yaml"
                self.taught.setdefault((what, fix), []).append(pair.place)
        taught = {word: self._meaning(word) for word in (*names, *_LETTER.findall(english))}
        own = {self._meaning(word) for word in (*_CAPITALS.findall(pair.words), *_LETTER.findall(pair.words))}
        for word in sorted(taught):
            if taught[word] is not None and taught[word] not in own:
                what = f"The English teaches {word}, and this teaches no word that does the same."
                fix = f"say which word to send: {word}, or one of your own."
                self.taught.setdefault((what, fix), []).append(pair.place)

    def report_taught(self) -> None:
        """Each once: what becomes of one word shows wherever it is taught."""
        for (what, fix), places in self.taught.items():
            more = len(places) - 1
            count = f" (And in {more} more {'place' if more == 1 else 'places'}.)" if more else ""
            self._slip(min(places), "taught word", f"{what}{count}", fix)

    def _meaning(self, word: str) -> str | None:
        """What a word does when it is texted: the same for MENU and DEWISLEN."""
        command = self.vocabulary.hear(word)
        if command is not None:
            return command.word
        if self.vocabulary.skip(word):
            return "skip"
        if self.vocabulary.later(word):
            return "later"
        answer = self.vocabulary.answer(word, self.language) or self.vocabulary.answer(word, ENGLISH)
        return answer or self.vocabulary.flow_for(word)

    def _is_a_day(self, word: str) -> bool:
        return any(
            isinstance(
                replies.read(kind, word, vocabulary=self.vocabulary, language=self.language, today=_ANY_DAY),
                replies.Understood,
            )
            for kind in (DayOrAny(), DayAndTime())
        )
