"""The words that mean something at any time, in every language at once: STOP, HELP, PAUSE, yes, no and the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import OSA

from flows.talking.pausing import read_pause
from flows.talking.plain import THUMBS_DOWN, THUMBS_UP, bare, listed, unstretched
from flows.talking.stopping import (
    CARRIER_HELP,
    CARRIER_START,
    CARRIER_STOP,
    CARRIER_WORDS,
    may_ask_to_stop,
    sentences,
    wants_no_more,
)

__all__ = ["CARRIER_HELP", "CARRIER_START", "CARRIER_STOP", "CARRIER_WORDS", "Command", "Vocabulary", "read_pause"]

# words.yaml holds them too, but they answer a question and start nothing
ANSWERS = frozenset({"yes", "no", "skip", "later"})

# Where one spelling stands under two words, the one that protects most is heard.
_FIRST = ("stop", "wrong number", "delete", "help", "mentor", "join")

# Signs say yes and no in every language.
_YES_SIGNS = (THUMBS_UP, "👌", "✅", "✔", "☑")
_NO_SIGNS = (THUMBS_DOWN, "❌", "✖", "❎")

# A yes that may only mean "I have read it": where consent is asked, it gets one confirm.
_WEAK_YES = frozenset({"ok", "okay", "okk", "k", "kk", "okey", "oki", "okie", "alright", "iawn", *_YES_SIGNS})

_POLITE = listed("please, pls, plz, plse, ta, thanks, thx, thnx, thankyou, you, cheers, mate, 🙏, x, xx, xxx, xo")
_STRETCHED_LETTER = re.compile(r"([a-z])\1\1")
_TRAILING = re.compile(r"(?: (?:please|pls|plz|plse|ta|thanks|thank you|thankyou|thx|thnx|cheers|mate|x+|xo+|🙏))+$")
_LEADING = re.compile(r"^(?:please|pls|plz|just|hi|hello|hey|ok|okay|oh|um|er) ")
_ASKING = re.compile(
    r"^(?:can|could|may) (?:i|you|someone|somebody)(?: please)? "
    r"|^(?:i|id)(?: would| just| really)? (?:want|need|like|wanna)(?: to)? "
)
_ARTICLE = re.compile(r"^(?:have |get |see |my |a |an |the |some )+")
_TELEGRAM = re.compile(r"\s*/([A-Za-z0-9_]{1,64})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)

# "I want to stop" is about drinking as often as about texts: asking in a sentence works only for words of help.
_MAY_BE_ASKED = frozenset({"mentor", "help", "menu", "my data", "who", "privacy", "time", "delete"})

_LANGUAGES = {
    **dict.fromkeys(("english", "saesneg", "angielski", "en"), "en"),
    **dict.fromkeys(("cymraeg", "welsh", "gymraeg", "walijski", "cy"), "cy"),
    **dict.fromkeys(("polski", "polish", "pwyleg", "pl"), "pl"),
}
ANY_LANGUAGE = ""  # what LANGUAGE alone asks for: which ones there are

_PAUSED_THINGS = re.compile(
    r"^(?:(?:all|the|my|your|ur|these|texts?|txts?|messages?|msgs?|check ?ins?|everything|it|me|please|pls|for) )+"
)
_UNTIL = re.compile(r"(?:till?|until|untill|for|to) ")
_STOP_FOR_NOW = re.compile(r"(.*\S) ((?:for|til|till|until|untill) .+)")
_LONGEST_HEARD = 120
_ANY_DAY = date(2000, 1, 3)  # to see whether words are a length of time at all, any today will do


@dataclass(frozen=True, slots=True)
class Command:
    """A word that was heard. ``rest`` is what came with it: PAUSE's length, LANGUAGE's code, a deep link's payload."""

    word: str
    rest: str = ""


class Vocabulary:
    """Everything that a whole message can mean outside the question that is open.

    ``words`` is language → word → spellings (words.yaml); ``flow_words`` is what starts a flow → its name. The
    carriers' own words are always understood.
    """

    def __init__(
        self, words: Mapping[str, Mapping[str, Iterable[str]]], flow_words: Mapping[str, str] | None = None
    ) -> None:
        self._commands: dict[str, Command] = {}
        for word, spellings in (("stop", CARRIER_STOP), ("help", CARRIER_HELP), ("join", ("START", "UNSTOP", "JOIN"))):
            self._learn(word, spellings)
        for word in sorted({word for table in words.values() for word in table} - ANSWERS, key=_rank):
            for language, table in words.items():
                self._learn(word, table.get(word, ()), language)
        self._pauses = tuple(
            sorted((bare(each) for table in words.values() for each in table.get("pause", ("pause",))), key=len)
        )
        self._last_words = frozenset(key.split()[-1] for key in self._commands)
        self._first_words = frozenset(("language", *(each.split()[0] for each in self._pauses if each)))
        self._mentors = tuple(key for key, command in self._commands.items() if command.word == "mentor")
        self._flows = {bare(spelling): flow for spelling, flow in (flow_words or {}).items() if bare(spelling)}
        self._flow_beginnings = frozenset(each.split()[0] for each in self._flows)
        self._replies = {language: _replies(words, language) for language in ("", *words)}
        self._skips = frozenset(bare(each) for table in words.values() for each in table.get("skip", ()))
        self._laters = frozenset(bare(each) for table in words.values() for each in table.get("later", ()))

    def _learn(self, word: str, spellings: Iterable[str], language: str = ANY_LANGUAGE) -> None:
        for spelling in spellings:
            key = bare(spelling)
            # YES opts in with the carriers, but it answers questions here and never lifts a STOP.
            if key and not (word == "join" and key in ("yes", "y")):
                # a language's own name stands among its own words, unless everybody knows it
                own = language if language != "en" else ANY_LANGUAGE
                rest = _LANGUAGES.get(key, own) if word == "language" else ""
                self._commands.setdefault(key, Command(word, rest))

    # ------------------------------------------------------------ words that do something

    def hear(self, text: str) -> Command | None:
        """The word that the whole message is, or None. A word inside a sentence is only a word."""
        words = bare(text)
        heard = self._commands.get(words)
        if heard is not None:
            return heard
        if text[:1] == "/" or (text[:1].isspace() and text.lstrip()[:1] == "/"):
            return self._hear_telegram(text)
        if not words or len(words) > _LONGEST_HEARD or not self._may_hold_a_word(words):
            return None
        return self._hear_roughly(text, words)

    def _may_hold_a_word(self, words: str) -> bool:
        """A quick no for most of what people send: a word of ours, however wrapped, stands last or begins it."""
        said = words.split()
        if len(said) == 1:
            return not words.isdigit()
        while len(said) > 1 and said[-1] in _POLITE:
            said.pop()
        return (
            said[-1] in self._last_words
            or said[0] in self._first_words
            or _STRETCHED_LETTER.search(words) is not None
            or may_ask_to_stop(words)
        )

    def _hear_telegram(self, text: str) -> Command | None:
        found = _TELEGRAM.fullmatch(text)
        if found is None:
            return self._hear_roughly(text, bare(text))
        word, rest = bare(found[1].replace("_", " ")), (found[2] or "").strip()
        heard = self._commands.get(word)
        if heard is None or not rest:
            return heard or self._hear_roughly(word, word)
        if heard.word == "join":
            return Command("join", rest)
        return self._hear_roughly(f"{word} {rest}", bare(f"{word} {rest}"))

    def _hear_roughly(self, text: str, words: str) -> Command | None:
        words = unstretched(words)
        if wants_no_more(text, words):
            return Command("stop")
        paused = self._hear_pause(text, words)
        if paused is not None:
            return paused
        if words.startswith("language ") and words[9:] in _LANGUAGES:
            return Command("language", _LANGUAGES[words[9:]])
        heard = self._commands.get(_polished(words))
        if heard is not None:
            return heard
        for phrase in _asked(words):
            heard = self._commands.get(phrase)
            if heard is not None and heard.word in _MAY_BE_ASKED:
                return heard
        if len(words) >= 5 and " " not in words and self._is_mentor(words):
            return Command("mentor")
        return self._hear_sentences(text)

    def _is_mentor(self, word: str) -> bool:
        """The way to a person survives a slip of one letter."""
        return any(len(each) >= 5 and OSA.distance(word, each, score_cutoff=1) <= 1 for each in self._mentors)

    def _hear_sentences(self, text: str) -> Command | None:
        """ "Wrong number, stop texting me": every part is a word of ours; the first in order of protection is heard."""
        parts = sentences(text)
        if not 1 < len(parts) <= 3:
            return None
        heard = []
        for part in parts:
            words = unstretched(bare(part))
            command = self._commands.get(_polished(words))
            if command is None and wants_no_more(part, words):
                command = Command("stop")
            if command is None:
                if _TRAILING.fullmatch(f" {words}") or not words:
                    continue
                return None
            heard.append(command)
        if any(command.word == "wrong number" for command in heard):
            return Command("wrong number")  # it unlinks, and stops as well
        return min(heard, key=lambda command: _rank(command.word), default=None)

    def _hear_pause(self, text: str, words: str) -> Command | None:
        for spelling in self._pauses:
            if words.startswith(spelling) and words[len(spelling) : len(spelling) + 1] in ("", " "):
                rest = _polished(_PAUSED_THINGS.sub("", f"{words[len(spelling) :].strip()} ").strip())
                until = _UNTIL.match(f"{rest} ") is not None
                if rest in ("", "please", "pls") or until or read_pause(rest, _ANY_DAY):
                    return Command("pause", self._as_written(text, rest))
                return None
        if "stop" in words:
            # "stop texting me for a week" wants a rest, not to leave
            found = _STOP_FOR_NOW.fullmatch(words)
            if found is not None and wants_no_more(found[1], found[1]) and read_pause(found[2], _ANY_DAY):
                return Command("pause", found[2])
        return None

    def _as_written(self, text: str, rest: str) -> str:
        """The end of ``text`` that ``rest`` is the bare form of: dates keep their slashes."""
        written = text.strip()
        for place in range(len(written)):
            if (place == 0 or written[place - 1].isspace()) and bare(written[place:]) == rest:
                return written[place:]
        return rest

    def flow_for(self, text: str) -> str | None:
        """The flow that the whole message is a word for."""
        words = bare(text)
        flow = self._flows.get(words)
        if flow is None and words and len(words) <= _LONGEST_HEARD and not words.isdigit():
            flow = self._flows.get(_polished(unstretched(words)))
        return flow

    def may_begin_flow(self, text: str) -> bool:
        """A quick no for most of what people send: it does not begin with a word that starts a flow."""
        first = text.split(None, 1)[:1]
        return bool(first) and bare(first[0]) in self._flow_beginnings

    def is_lifting(self, text: str) -> bool:
        """Whether this brings somebody back after STOP: START, UNSTOP or JOIN, never YES."""
        heard = self.hear(text)
        return heard is not None and heard.word == "join"

    # ------------------------------------------------------------ words that answer

    def answer(self, text: str, language: str = "") -> str | None:
        """``yes``, ``no`` or None. Where languages differ, the person's own decides."""
        table = self._replies.get(language) or self._replies[""]
        said = table.get(text)
        if said is not None:
            return said
        words = bare(text)
        said = table.get(words)
        if said is None and words and len(words) <= _LONGEST_HEARD:
            words = unstretched(words)
            said = table.get(words) or table.get(_polished(words))
            if said is None and " " in words:
                again = set(words.split())
                said = table.get(again.pop()) if len(again) == 1 else None  # no no no
            elif said is None and len(words) > 2 and words[-1] == words[-2]:
                said = table.get(words[:-1])  # noo, yess, yepp
        return said

    def yes(self, text: str, language: str = "") -> bool:
        return self.answer(text, language) == "yes"

    def no(self, text: str, language: str = "") -> bool:
        return self.answer(text, language) == "no"

    def weak(self, text: str) -> bool:
        """Whether a yes may only mean "I have read it": ok, or a thumb."""
        words = unstretched(bare(text))
        if _WEAK_YES.isdisjoint(words.split()):
            return False
        return set(_polished(words).split()) <= _WEAK_YES

    def polished(self, words: str) -> str:
        """Bare words without the please, the thanks and the kisses."""
        return _polished(words)

    def skip(self, text: str) -> bool:
        words = bare(text)
        return words in self._skips or (len(words) <= _LONGEST_HEARD and _polished(words) in self._skips)

    def later(self, text: str) -> bool:
        """Whether this puts self-ratings off."""
        words = bare(text)
        return words in self._laters or (len(words) <= _LONGEST_HEARD and _polished(words) in self._laters)

    def replies(self, language: str = "") -> Mapping[str, str]:
        """Every spelling of yes and no that counts in ``language``, in bare words."""
        return self._replies.get(language) or self._replies[""]


def _rank(word: str) -> tuple[int, str]:
    return (_FIRST.index(word) if word in _FIRST else len(_FIRST), word)


def _polished(words: str) -> str:
    """Bare words without the please, the thanks and the kisses. Never empties what is nothing else."""
    shorter = _TRAILING.sub("", words)
    while (again := _LEADING.sub("", shorter)) != shorter:
        shorter = again
    return shorter or words


def _asked(words: str) -> Iterable[str]:
    """What is asked for in "can I talk to someone", "I need a mentor"."""
    polished = _polished(words)
    asked = _ASKING.sub("", polished)
    if asked != polished:
        yield asked
        yield _ARTICLE.sub("", asked)
    else:
        yield _ARTICLE.sub("", polished)


def _replies(words: Mapping[str, Mapping[str, Iterable[str]]], language: str) -> dict[str, str]:
    """Bare spelling → yes or no, every language together; the person's own language has the last word.

    A single letter of a language that they do not speak is only a letter: Polish T is no yes to somebody English.
    """
    table = dict.fromkeys(_YES_SIGNS, "yes") | dict.fromkeys(_NO_SIGNS, "no")
    for own in sorted(words, key=lambda each: (each == language, each == "en")):
        for said in ("yes", "no"):
            keys = [bare(spelling) for spelling in words[own].get(said, ())]
            table.update({key: said for key in keys if len(key) > 1 or (key and own in (language, "en"))})
    return table
