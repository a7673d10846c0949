"""What plain words about a service say of it: which needs it serves, whom it is for, how it can be entered.

Only what is beyond doubt is taken. Whom it is for shuts others out, and a wrong "step free" sends somebody to stairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

ANYONE = frozenset({"anyone"})

_NEEDS = {
    "mind": r"counsel|mental|anxiety|depress|wellbeing|well-being|mindful|therap|bereave|stress|talking",
    "body": r"exercise|fitness|sport|walk|yoga|swim|\bgym\b|cycl|danc|football|physical health|healthy|nutrition",
    "hope": r"mutual aid|recovery|sober|12[- ]step|twelve[- ]step|\bsmart\b|peer[- ]led",
    "people": r"peer|befriend|social|lonel|isolat|drop-?in|mutual aid|caf[eé]|coffee|lunch club|support group",
    "home": r"hous(?:e|ing)\b|homeless|tenan|shelter|accommodation|rent\b",
    "time": r"volunteer|\bart\b|\barts\b|craft|\bchoir\b|music|allotment|garden|learn|course|training|repair|\bshed\b",
    "money": r"\bdebt|money|benefits?\b|budget|employment|\bjobs?\b|foodbank|food bank|welfare advice|citizens advice",
    "belonging": r"belong|community group|mutual aid|faith|\blgbt|cultur|choir|peer",
}
_NEEDS_IN = {need: re.compile(pattern, re.IGNORECASE) for need, pattern in _NEEDS.items()}

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
    said = " ".join(words)
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
