"""What plain words about a service say of it: which needs it serves, whom it is for, how it can be entered.

Only what is beyond doubt is taken. Whom it is for shuts others out, and a wrong "step free" sends somebody to stairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

ANYONE = frozenset({"anyone"})

_NEEDS = {
    "mind": r"counselling|mental health|anxiety|depress|wellbeing|well-being|mindful|therap|bereave|stress"
    r"|talking group",
    "body": r"exercise|fitness|\bsports?\b|\bwalk(?:s|ing)?\b(?!-in)|\byoga\b|swimming|\bgym\b|cycling|\bdanc|football"
    r"|healthy|nutrition",
    "hope": r"mutual aid|(?:in|from|peer) recovery|recovery (?:group|caf|meeting|communit)|12[- ]step|twelve[- ]step"
    r"|smart recovery|peer[- ]led|lived experience",
    "people": r"peer (?:group|support|led)|befriend|\bsocial (?:group|club|event|activit)|sociali[sz]|lonel|isolat"
    r"|\bdrop-?in\b|mutual aid|caf[eé]\b|coffee|lunch club|support group|\bchat\b",
    "home": r"\bhousing\b|homeless|tenan(?:t|cy|cies)|\bshelter|accommodation|\brent\b|rough sleep",
    "time": r"volunteer|\barts?\b|\bcrafts?\b|\bchoir\b|\bmusic|allotment|gardening|\bclass(?:es)?\b|adult learning"
    r"|training|repair caf|\bshed\b|hobb(?:y|ies)",
    "money": r"\bdebts?\b|\bmoney\b|welfare benefits|benefits advice|universal credit|budgeting|employment|job ?club"
    r"|\bjobs\b|food ?bank|welfare advice|citizens advice",
    "belonging": r"belong|community group|mutual aid|\bfaith\b|lgbt|\bchoir\b|peer (?:group|support|led)",
}
_NEEDS_IN = {need: re.compile(pattern) for need, pattern in _NEEDS.items()}  # of words in small letters

_WOMEN = re.compile(r"\bwom[ae]n(?:['’]?s)?\b|\bfemales?\b|\bladies\b|\bmums?\b", re.IGNORECASE)
_MEN = re.compile(r"\bmen(?:['’]?s)?\b|\bmales?\b|\bdads?\b", re.IGNORECASE)
_ONLY_FOR = {
    "lgbtq": re.compile(r"\blgbt\w*\+?", re.IGNORECASE),
    "veterans": re.compile(r"\bveterans?\b|\bex-?forces\b|\barmed forces\b", re.IGNORECASE),
    "carers": re.compile(r"\b(?:for|only) (?:unpaid )?carers\b", re.IGNORECASE),
    "families": re.compile(r"\b(?:for|only) (?:the )?famil(?:y|ies)\b", re.IGNORECASE),
}

_SENTENCE = re.compile(r"[.;!\n]|\bbut\b")
_STEP_FREE = re.compile(
    r"wheelchair[- ](?:access\w*|friendly)|accessible (?:to|for|by) wheelchairs?|step[- ]free|level access",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:no|not|isn't|non|without|cannot|can't|unable)\b", re.IGNORECASE)
_UNSURE = re.compile(
    r"\b(?:limited|partial\w*|some|please (?:ask|call|ring|contact)|restricted|part of)\b", re.IGNORECASE
)
_LOOP = re.compile(r"(?:induction|hearing) loops?", re.IGNORECASE)


def needs_in(words: Iterable[str]) -> frozenset[str]:
    """The needs that a name, a description or the terms of a taxonomy speak of."""
    said = " ".join(words).lower()
    return frozenset(need for need, pattern in _NEEDS_IN.items() if pattern.search(said))


def audience_in(*words: str) -> frozenset[str]:
    """Whom it is for by its name and its eligibility; anyone where they name nobody, or women and men alike."""
    said = " ".join(words)
    women, men = bool(_WOMEN.search(said)), bool(_MEN.search(said))
    found = {"women"} if women and not men else {"men"} if men and not women else set()
    found |= {name for name, pattern in _ONLY_FOR.items() if pattern.search(said)}
    return frozenset(found) or ANYONE


def access_in(words: Iterable[str]) -> dict[str, bool]:
    """What plain words about a building promise: a yes or a no only where they say it without an if."""
    access: dict[str, bool] = {}
    for sentence in (part for said in words for part in _SENTENCE.split(said)):
        if _UNSURE.search(sentence):
            continue
        for name, pattern in (("step_free", _STEP_FREE), ("hearing_loop", _LOOP)):
            if pattern.search(sentence):
                yes = not _NOT.search(sentence)
                access[name] = yes and access.get(name, True)
    return access
