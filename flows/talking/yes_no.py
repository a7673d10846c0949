"""Reads yes and no. What people agree to here is consent, so a yes with an "if" behind it is asked about, not taken."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flows.talking.plain import bare, listed
from flows.talking.reading import Asked, NotRead, Result, Understood, Unsure

RETRY = NotRead("retry yes or no")

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[👍👎👌✅✔☑❌✖❎]|[^\w\s]")

# Whole messages that lean one way without saying it; they get one confirm.
_LEANS_TO_NO = listed(
    """
    not really, not yet, not today, not right now, not at the moment, not atm, not this time, not for me, not
    me, not likely, not interested, not keen, not particularly, not ready, dont think so, i dont think so, i
    dont, i dont want to, dont want to, rather not, id rather not, i would rather not, probably not, prob not,
    prefer not to, i wont, i cant, i havent, im not, i am not, never, nothing, i do not, maybe later, another
    time, not quite, not so much, doubt it, i doubt it, no way jose, nothing thanks
    """
)
_LEANS_TO_YES = listed(
    """
    i think so, think so, i guess, i guess so, guess so, i suppose, i suppose so, suppose, suppose so, probably,
    prob, probs, could do, might as well, if you like, if you want, if i must, if i have to, why not, sure why
    not, i do, i am, i would, i can, i will, i have, i did, of course, course, ofc, definitely, definately,
    defo, deffo, def, absolutely, certainly, fine, thats fine, thats ok, that is fine, fair enough, sounds good,
    sounds ok, cool, great, good, go for it, lets go, lets do it, please, please do, correct, right, true, happy
    to, carry on, i agree, agreed, agree, do it, alright, id love to, love to, id like that, id like to, i would
    like to, k, kk, all good, no problem, no probs, no worries, no bother, yeah right, i want to, want to
    """
)
_LEANS = dict.fromkeys(_LEANS_TO_NO, "no") | dict.fromkeys(_LEANS_TO_YES, "yes")

_CONDITIONS = listed("if, unless, but, depends, depending, only, except, maybe, long, provided, perhaps")
_TURNS = listed("but, and, or, well, actually, wait, then, maybe, mean, sorry, n, also")
_OPENINGS = listed(
    """
    um, umm, erm, er, uh, hmm, hm, well, oh, ah, so, i, said, say, its, a, an, the, answer, is, my, ok, okay,
    alright, hi, hello, hey, right, and, probably, reply, would, id, just, please, sorry, mate, deffo,
    definitely, absolutely
    """
)
_OPENERS_ASIDE = frozenset({"ok", "okay", "alright"})  # "ok no thanks" is a no

# What may follow "no" when it answers. "No money", "no sleep" and the like are asked about.
_AFTER_NO = listed(
    """
    i, im, ive, id, ill, not, thanks, thank, ta, thx, please, pls, sorry, mate, but, because, cos, coz, cause,
    my, dont, do, never, way, chance, its, it, he, she, they, we, that, thats, this, you, u, and, just, nothing,
    need, today, really, no, nah, nope, at, for, as, still, only, unless, if, sir, am, cant, wont, havent, isnt,
    want, leave, stop, yet, me, your, ur, thankyou, cheers, later, maybe, would, will, the, a, x, xx, xxx,
    definitely, absolutely, deffo, lol, haha, all, now, dnt, didnt, ok, youre
    """
)
_NO_WHAT = listed("idea, clue, one, body, comment, doubt, matter, longer, reason, number, sure")
_NO_TROUBLE = frozenset({"problem", "problems", "prob", "probs", "worries", "bother", "objection", "objections"})

# "y do you ask" is why; "n then he left" is and
_LETTERS = frozenset({"y", "n", "k", "u"})

# After a yes that may only mean "I have read it", what does not turn it into something else.
_AFTER_WEAK = listed(
    """
    then, thanks, thank, ta, please, pls, cool, go, lets, fine, great, good, mate, sure, x, xx, xxx, ahead, do,
    it, on, with, me, by, that, thats, sounds, you, cheers, to, start
    """
)

# Words plain enough to be an answer even at the end of a sentence.
_PLAIN = frozenset({"yes", "yeah", "yep", "yup", "no", "nope", "nah", "👍", "👎"})
_DENIED = frozenset({"not", "cant", "dont", "never", "couldnt", "wouldnt", "an", "a"})


def read_answer(asked: Asked) -> Result:
    """``yes`` or ``no``; a yes in doubt is confirmed, and so is one said with a condition."""
    vocabulary, text = asked.vocabulary, asked.text
    said = vocabulary.answer(text, asked.language)
    if said is not None:
        if said == "no":
            return Understood("no")
        return Unsure(("yes",)) if "?" in text else Understood("yes", weak=vocabulary.weak(text))
    folded, origins = asked.traced()
    tokens = [(bare(found.group()), found.start(), found.end()) for found in _WORD.finditer(folded)]
    words = [word for word, _, _ in tokens]
    if not any(words):
        return RETRY
    whole = " ".join(word for word in words if word)
    lean = _LEANS.get(whole) or _LEANS.get(vocabulary.polished(whole))
    if lean is not None:
        return Unsure((lean,))
    table = vocabulary.replies(asked.language)
    first = 0
    while first < len(words) and (not words[first] or words[first] in _OPENINGS) and _lead(words, first, table) == 0:
        first += 1
    length = _lead(words, first, table)
    if length == 0:
        return _at_the_end(words, table)
    if words[first] in _OPENERS_ASIDE and _lead(words, first + length, table):
        first += length
        length = _lead(words, first, table)
    lead = " ".join(words[first : first + length])
    value = table[lead]
    rest = words[first + length :]
    doubt = _doubt(lead, value, rest, table)
    if doubt is not None:
        return doubt
    start, end = tokens[first][1], tokens[first + length - 1][2]
    note = asked.without(origins, start, end) if any(rest) else ""
    weak = value == "yes" and vocabulary.weak(lead)
    if set(bare(note).split()) <= _AFTER_WEAK:
        note = ""  # "go on then", "please mate": nothing a mentor would miss
    return Understood(value, note, weak)


def _lead(words: list[str], first: int, table: Mapping[str, str]) -> int:
    """How many words from ``first`` on make a spelling of yes or no: the most that do, at most three."""
    for length in (3, 2, 1):
        part = words[first : first + length]
        if len(part) == length and all(part) and " ".join(part) in table:
            return length
    return 0


def _doubt(lead: str, value: str, rest: list[str], table: Mapping[str, str]) -> Result | None:
    """Why an answer that begins with ``lead`` is not simply that, or None."""
    said = [word for word in rest if word]
    if not said:
        return None
    parted = not rest[0]  # punctuation stands behind the answer
    other = "no" if value == "yes" else "yes"
    for place, word in enumerate(rest):
        if table.get(word) == other and word not in _LETTERS:
            before = rest[place - 1] if place else ""
            if not before or before in _TURNS or place == len(rest) - 1:
                return Unsure(("yes", "no"))
    if value == "no":
        if lead == "n" and not parted:
            return Unsure(("no",)) if said[0] in _AFTER_NO else RETRY
        if lead != "no" or parted or said[0] in _AFTER_NO:
            return None
        if said[0] in _NO_TROUBLE:
            return Unsure(("yes",))
        return RETRY if said[0] in _NO_WHAT or said[0][0].isdigit() else Unsure(("no",))
    if lead in _LETTERS and not parted:
        return RETRY
    if not _CONDITIONS.isdisjoint(said):
        return Unsure(("yes",))
    if lead in ("ok", "okay", "sure", "go on", "alright") and not set(said) <= _AFTER_WEAK and said[0] not in table:
        return Unsure(("yes",))
    return None


def _at_the_end(words: list[str], table: Mapping[str, str]) -> Result:
    """ "I'd have to say no": a plain answer that ends a sentence is asked about."""
    found = {
        table[word]
        for place, word in enumerate(words)
        if word in _PLAIN
        and word in table
        and (place == len(words) - 1 or not words[place + 1])
        and not (place and words[place - 1] in _DENIED)
    }
    if len(found) == 1:
        return Unsure((found.pop(),))
    return Unsure(("yes", "no")) if found else RETRY
