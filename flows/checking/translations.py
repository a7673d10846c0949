"""Checks of what is written in another language: whole, up to date, with the same blanks, numbers and taught words.

A language on offer (``languages:`` in service.yaml) is checked like English. One that is not is a draft, heard in
practice only: nothing of it blocks a release, and what it still lacks is told to whoever asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cached_property

from flows.checking.translated import TranslatedWords
from flows.checking.wording import cost_words, filled_longest, longest_text
from flows.content import Library
from flows.reading.library import Reading
from flows.reading.problems import Problems
from flows.steps import Ask, Find, Say, Scale
from flows.talking import sms
from flows.translating import (
    ENGLISH,
    SAFETY_FILE,
    Pair,
    Said,
    Spot,
    Translation,
    everything_said,
)
from flows.wording import Place, Problem, Wording

NEEDED_WORDS = ("stop", "mentor", "help", "yes", "no")


@dataclass(frozen=True, slots=True)
class Length:
    """What one message costs at its longest, in texts, beside the English. ``why`` is what forces 70-letter parts."""

    spot: Spot
    place: Place
    count: int
    english: int
    why: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a language has come. ``reviewer`` is who read its safety words, "" for nobody yet."""

    language: str
    offered: bool
    reviewer: str
    said: int
    translated: int
    changed: int  # of those, how many have English that has changed since
    lengths: tuple[Length, ...]
    problems: tuple[Problem, ...]


def check_translations(reading: Reading, booked: Set[str]) -> tuple[Problem, ...]:
    """Every language on offer in full, and of each draft what is plainly a slip. ``booked`` names the flows that a
    ``later`` or a schedule starts."""
    offered = [language for language in reading.english.service.languages if language != ENGLISH]
    found: list[Problem] = []
    for language in sorted({*offered, *reading.translations}):
        one = _Language(reading, language)
        one.booked = booked
        found += one.check(everything=language in offered)
    return tuple(found)


def standing_of(reading: Reading, language: str) -> Standing:
    """Everything there is to say about a language, on offer or not."""
    return _Language(reading, language).standing()


class _Language:
    """One language beside the English. Reading the same thing twice is spared."""

    def __init__(self, reading: Reading, language: str) -> None:
        self.language = language
        self.english: Library = reading.english
        self.library: Library = reading.draft
        self.offered = language in reading.english.service.languages
        self.translation = reading.translations.get(language) or Translation(language)
        self.booked: Set[str] = frozenset()
        self.problems = Problems()

    @cached_property
    def said(self) -> tuple[Said, ...]:
        return everything_said(self.english)

    def standing(self) -> Standing:
        problems = self.check(everything=True)
        pairs = {each.spot: self.translation.pairs.get(each.spot) for each in self.said}
        done = [pair for pair in pairs.values() if pair is not None and pair.words]
        return Standing(
            language=self.language,
            offered=self.offered,
            reviewer=self.translation.reviewed_by.get(SAFETY_FILE, ""),
            said=len(self.said),
            translated=len(done),
            changed=sum(not self._is_current(each, pairs[each.spot]) for each in self.said if pairs[each.spot] in done),
            lengths=tuple(self.lengths()),
            problems=tuple(problems),
        )

    def check(self, *, everything: bool) -> list[Problem]:
        """The problems of this language; with ``everything``, what is missing, changed and long as well."""
        self.problems = Problems()
        if self.offered:
            self._may_be_offered()
        missing: dict[str, list[Pair | None]] = {}
        words = TranslatedWords(self.language, self.english, self.booked, self.problems, offered=self.offered)
        for each in self.said:
            pair = self.translation.pairs.get(each.spot)
            if pair is None or not pair.words:
                if everything and not self._said_inline(each) and not self._missing(each, pair):
                    missing.setdefault(each.spot.file, []).append(pair)
                continue
            if everything and not self._is_current(each, pair):
                self._changed(each, pair)
            words.check(each, pair)
        for file, pairs in missing.items():
            what = f"{len(pairs)} of {file} not in {self.language} yet: people hear the English."
            fix = f"fingerpost check --translations {self.language} --write puts the English there."
            if None not in pairs:
                fix = f"write the words after each {self.language}: that is still empty."
            self.problems.warn(Place(self._file(file), 1), "untranslated", what, fix)
        words.report_taught()
        for length in self.lengths() if everything else ():
            why = f", because of {length.why}" if length.why else ""
            what = (
                f"At its longest this is {length.count} texts in {self.language}{why}"
                f"{cost_words(length.count, self.english)}."
            )
            self.problems.warn(length.place, "long text", what, "make it shorter, or add an sms: entry of its own.")
        return self.problems.found

    # ---------------------------------------------------------------- may it be offered?

    def _may_be_offered(self) -> None:
        place = Place("service.yaml", 1)
        file = f"translations/{self.language}/{SAFETY_FILE}.yaml"
        out = f"take {self.language} out of languages:"
        if not self.translation.reviewed_by.get(SAFETY_FILE):
            what = f"{self.language} is offered, and nobody who speaks it has read its safety words."
            fix = f"put who read them after reviewed_by: in {file}, or {out}"
            self.problems.error(place, "not reviewed", what, fix)
        known = self.english.words.get(self.language, {})
        lacking = [word for word in NEEDED_WORDS if not known.get(word)]
        if lacking:
            what = f"{self.language} is offered, and safety/words.yaml has no word in it for {', '.join(lacking)}."
            self.problems.error(place, "no words", what, f"add them below {self.language}: there, or {out}")

    # ---------------------------------------------------------------- there, and up to date?

    def _said_inline(self, said: Said) -> bool:
        """Whether the words stand beside the English already, as phrases.yaml may hold them."""
        return bool(said.table.get(self.language))

    def _is_current(self, said: Said, pair: Pair | None) -> bool:
        """Without the English beside it nobody can know; that is let be except where a wrong word does harm."""
        if pair is None:
            return False
        if not pair.en and not pair.was:
            return not said.grave
        return self.translation.fits(pair, said.english)

    def _missing(self, said: Said, pair: Pair | None) -> bool:
        """Reports what may not be missing. The rest is only counted: whoever begins has hundreds to go."""
        if not (said.grave and self.offered):
            return False
        place = pair.place if pair is not None else Place(self._file(said.spot.file), 1)
        what = f"{said.spot} is not in {self.language} yet: people hear “{said.english}”"
        self._weigh(said, place, "untranslated", what, f"add {self.language}: below at: {said.spot.at}")
        return True

    def _changed(self, said: Said, pair: Pair) -> None:
        if not pair.en:
            what = f"{said.spot} has no English beside it, so nobody can tell whether it is up to date."
        else:
            before = pair.was or pair.en
            what = f"The English of {said.spot} was “{before}” when this was written. It is “{said.english}” now."
        fix = f"mend the {self.language}: line, put that English after en: and take any was: line out."
        self._weigh(said, pair.place, "changed", what, fix)

    def _weigh(self, said: Said, place: Place, code: str, what: str, fix: str) -> None:
        """Old words go on being said, in English or not; but nobody hears old safety or consent words."""
        if said.grave and self.offered:
            other = f"{fix.removesuffix('.')}. Or take {self.language} out of languages: in service.yaml for now."
            self.problems.error(place, f"{said.grave} {code}", what, other)
        else:
            self.problems.warn(place, code, what, fix)

    def _file(self, name: str) -> str:
        return f"translations/{self.language}/{name}.yaml"

    # ---------------------------------------------------------------- what it costs

    def lengths(self) -> Iterator[Length]:
        """Every message that takes more than one text in this language, and more than the English does."""
        for english, own in zip(self.said, everything_said(self.library), strict=True):
            pair = self.translation.pairs.get(own.spot)
            if pair is None or not pair.words or own.spot.part or own.spot.at.endswith((" telegram", " sms")):
                continue
            texts = [self._as_sent(english, ENGLISH), self._as_sent(own, self.language)]
            counts = [sms.parts(text).count for text in texts]
            if counts[1] > max(1, counts[0]):
                yield Length(own.spot, pair.place, counts[1], counts[0], sms.costly(texts[1]))

    def _as_sent(self, said: Said, language: str) -> str:
        step = said.step
        if isinstance(step, Say | Ask | Find) and step.words.text is said.table:
            return sms.fold(longest_text(step, self.library, language))
        words = filled_longest(said.table.get(language) or said.english, self.library)
        if isinstance(said.asks, Scale):
            rating = Wording({ENGLISH: words})
            at = said.place or Place("", 1)
            asked = Ask(at=at, index=0, next=None, words=rating, name="", remember=False, answer=said.asks)
            words = longest_text(asked, self.library, language)
        return sms.fold(words)
