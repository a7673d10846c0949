"""What staff text back: ON IT, PASS, DONE, LATER and the rest with the codes of alerts, in forgiving spelling.

Only a whole message counts. A word inside a sentence is only a word, because a mentor may be a participant as well:
"I'm done with this" is somebody's life, not an alert that is finished.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from flows.talking.plain import bare, folded, listed, unstretched
from flows.talking.staff_times import says_later, says_off

ON_IT, PASS, DONE, LATER = "on it", "pass", "done", "later"
WHO, LIST, REOPEN, OFF, BACK, HELP = "who", "list", "reopen", "off", "back", "help"

SPOKE, NO_ANSWER, VISITED, OTHER = "spoke", "no answer", "visited", "other"


@dataclass(frozen=True, slots=True)
class StaffWord:
    """``word`` is one of the ten above; ``codes`` name alerts, none where none was given.

    ``everyday``: people say this without an alert in mind, too. ``outcome`` comes with DONE, ``name`` with PASS … TO,
    ``when`` with LATER and OFF: words for ``flows/talking/staff_times.py``, "" where nothing was said.
    """

    word: str
    codes: tuple[str, ...] = ()
    outcome: str = ""
    name: str = ""
    when: str = ""
    everyday: bool = False


_LONGEST_HEARD = 80
_PAIRING = re.compile(r"\s*(?:code|pair)?\W*(?P<code>\d{3}[\s-]?\d{3})\W*", re.IGNORECASE)

_COURTESY = "please|pls|plz|plse|ta|thanks|thank you|thankyou|thx|thnx|cheers|mate|x+|ok|okay|👍|🙏|👌|✅"
_TRAILING = re.compile(rf"(?: (?:{_COURTESY}|now|then|sorry))+$")
_LEADING = re.compile(rf"^(?:(?:{_COURTESY}|hi|hello|hey|yes|yep|yeah|yh|right|sorry|oh) )+")
_JOINED_ON = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")  # done47, 47on it
_CODES = re.compile(r"(?:\b(?:code|number|no|nr|alert|person|for|on|with|about|of|re|and) )*\b(\d{2,4})\b")

# One letter may be wrong in words of four letters or more, unless what was typed is a word of its own.
_KEYWORDS = ("done", "pass", "later", "back", "list", "help", "reopen", "spoke", "answer", "visited", "finished")
_SHORTEST_SLIP = 4
_REAL = listed(
    """
    gone, none, bone, dune, tone, zone, lone, dine, dome, dose, dove, doze, cone, hone, dones, donee, one, down,
    past, mass, bass, piss, pads, pats, paws, path, lass, sass, gass, pals, passe, pasts, parts, ass,
    late, water, latter, cater, hater, alter, layer, laser, lather, eater, dater, rater, lager, lair,
    bank, bark, pack, lack, rack, sack, hack, beck, buck, black, jack, tack, balk, bach, bask, backs, aback,
    lost, last, lisp, fist, mist, lint, lift, gist, twist, lists, lit, lust, life, like, live, line, link, lips,
    helps, held, hell, helo, hello, heap, kelp, hemp, yelp, whelp, halp, helm, heal, heel, herp,
    open, smoke, broke, poke, stoke, spike, spoken, smoked, spore, spook, spokes, spoof, poked,
    answers, visitor, visits
    """
)

_IT = r"(?:it|this|that|this one|that one|them)"
_ON_IT = re.compile(
    rf"(?:(?:im|i am|ill be|i will be) )?(?:on ?it|onto it|on to it)|(?:ill|i will|i can) take {_IT}|taking {_IT}"
)
_GOT_IT = re.compile(r"(?:(?:ive|i have|i) )?got (?:it|this|this one)")
_TAKES_A_CODE = re.compile(r"(?:ill|i will|i can) take|taking|mine|thats mine")
_DONE = re.compile(r"\b(?:all done|done|finished|closed?|sorted)\b")
_PASS = re.compile(
    rf"(?:pass|passing)(?: {_IT})?(?: (?:on|over|along|back))?(?:(?: on)? to (?P<name>[a-z]+(?: [a-z]+){{0,2}}))?"
)
_CANNOT = re.compile(rf"(?:i )?(?:cant|cannot|can not)(?: (?:do|take|make|manage))?(?: {_IT})?")  # counts with a code
_WHO = re.compile(
    rf"who|who(?:s| is| has|s has)? (?:got|on|taken|doing|took|has)(?: {_IT})?|who has(?: {_IT})?|whos on(?: {_IT})?"
)
_LIST = re.compile(r"(?:(?:my|the|show|show me|open|send) )*(?:list|alerts)")
_REOPEN = re.compile(r"re ?open(?: it)?")
_BACK = re.compile(
    r"(?:(?:im|i am) )?back(?: (?:today|again|on|at work|on duty|from (?:leave|holiday|my holiday|my hols|hols)))*"
)
_HELP = re.compile(r"help|commands|words|what can i (?:text|send|say)")
_ANYBODY = listed("someone, somebody, someone else, somebody else, anyone, anyone else, next, the next, another mentor")
_NOBODY_BY_NAME = listed("me, you, him, her, them, us, the, my, your, a, an, it, this, that, bed, hell, death, work")

_WHOM = r"(?: (?:him|her|them|everyone|[a-z]+))?"
_WHEN = (
    r"(?: (?:today|earlier|this morning|this afternoon|last night|just now|on the phone|by phone|by text|at length))*"
)
_THEY = r"(?:(?:they|he|she|we|i|ive|have) )*"
_OUTCOME = {
    SPOKE: re.compile(
        rf"{_THEY}(?:spoke|spoken|talked|chatted)(?: (?:to|with){_WHOM})?{_WHEN}"
        rf"|{_THEY}had a (?:(?:good|nice|quick|long) )?(?:chat|talk|word)(?: with{_WHOM})?{_WHEN}"
        rf"|{_THEY}(?:answered|replied|picked up|rang back|called back|texted back|texted){_WHEN}"
    ),
    NO_ANSWER: re.compile(
        rf"{_THEY}(?:(?:rang|called|tried|phoned)(?: (?:him|her|them|twice))? )?"
        r"(?:no ?(?:answer|reply|response|luck|ans)|unanswered|voicemail|not answering|not picking up)"
        rf"|{_THEY}(?:didnt|did not|doesnt|wont|hasnt|isnt) "
        r"(?:answer|answering|answered|reply|replied|pick up|picking up|respond)"
        r"|(?:nobody|no one|noone) (?:answered|there|home|in)|left (?:a )?(?:message|voicemail|msg)"
        rf"|{_THEY}(?:couldnt|could not|cant|cannot) (?:reach|get hold of|get through)(?: to)?(?: (?:him|her|them))?"
    ),
    VISITED: re.compile(
        rf"{_THEY}(?:visited|visit|seen|saw|went to see|been to see|met|met up with|met with){_WHOM}{_WHEN}"
        rf"|{_THEY}(?:went|been|popped|called) (?:round|over)(?: there)?{_WHEN}"
    ),
    OTHER: re.compile(r"other|something else|another way|not needed"),
}


def read_staff_word(text: str) -> StaffWord | None:
    """The word that a whole message is, if it is one.

    >>> read_staff_word("On it 47!")
    StaffWord(word='on it', codes=('47',), outcome='', name='', when='', everyday=False)
    """
    if len(text) > _LONGEST_HEARD:
        return None
    if text.strip() == "?":
        return StaffWord(HELP)
    timed = _timed(text)
    if timed is not None:
        return timed
    words = " ".join(_mended(word) for word in _JOINED_ON.sub(" ", unstretched(bare(text))).split())
    words = _TRAILING.sub("", _LEADING.sub("", words))
    codes = tuple(dict.fromkeys(_CODES.findall(words)))
    said = " ".join(_CODES.sub(" ", words).split())
    said = _TRAILING.sub("", _LEADING.sub("", f"{said} ").strip())
    found = _untimed(said, bool(codes))
    if found is None or not codes:
        return found
    return replace(found, codes=codes, everyday=False)


def _untimed(said: str, has_code: bool) -> StaffWord | None:
    """What is left of a message without its codes and courtesies."""
    if _ON_IT.fullmatch(said) or (has_code and _TAKES_A_CODE.fullmatch(said)):
        return StaffWord(ON_IT)
    if _GOT_IT.fullmatch(said):
        return StaffWord(ON_IT, everyday=True)
    if has_code and _CANNOT.fullmatch(said):
        return StaffWord(PASS)
    if has_code and said in ("open again", "open it again"):
        return StaffWord(REOPEN)
    passed = _PASS.fullmatch(said)
    if passed is not None:
        name = passed["name"] or ""
        if name.split(" ")[0] in _NOBODY_BY_NAME and name not in _ANYBODY:
            return None
        return StaffWord(PASS, name="" if name in _ANYBODY else name)
    for word, pattern in ((WHO, _WHO), (LIST, _LIST), (REOPEN, _REOPEN), (BACK, _BACK), (HELP, _HELP)):
        if pattern.fullmatch(said):
            return StaffWord(word)
    return _done(said)


def _done(said: str) -> StaffWord | None:
    """DONE and how it ended, in any order; nothing else beside them."""
    found = _DONE.search(said)
    if found is None:
        return None
    rest = " ".join(f"{said[: found.start()]} {said[found.end() :]}".split())
    rest = re.sub(r"^(?:and|it) |(?: and| it)$", "", rest)
    if not rest:
        return StaffWord(DONE, everyday=found.group() not in ("done", "all done"))
    outcome = next((name for name, pattern in _OUTCOME.items() if pattern.fullmatch(rest)), None)
    return StaffWord(DONE, outcome=outcome) if outcome is not None else None


def _timed(text: str) -> StaffWord | None:
    """LATER and OFF, which carry a time of their own: its figures are not codes."""
    said = " ".join(folded(text).lower().replace("'", "").replace(",", " ").split()).strip(" .!?")
    said = _TRAILING.sub("", _LEADING.sub("", said)).rstrip(" .!?")
    off = says_off(said)
    if off is not None:
        return StaffWord(OFF, when=off)
    mended = " ".join(_mended(word) if word.isalpha() else word for word in said.split())
    later = says_later(mended)
    if later is None:
        return None
    when, rest = later
    codes = tuple(dict.fromkeys(_CODES.findall(rest)))
    if bare(_CODES.sub(" ", rest)):
        return None
    if not when and not codes and bare(text) not in ("later", "later please", "later pls"):
        return None  # "later mate" is a goodbye
    return StaffWord(LATER, codes, when=when)


def _mended(word: str) -> str:
    """A keyword for its one-letter slip; any other word as it is."""
    if len(word) < _SHORTEST_SLIP or word in _REAL or word in _KEYWORDS or not word.isalpha():
        return word
    return next((each for each in _KEYWORDS if OSA.distance(word, each, score_cutoff=1) <= 1), word)


def read_pairing_code(text: str) -> str | None:
    """Six digits and nothing else: a code to pair a phone with.

    >>> read_pairing_code(" 123 456. ")
    '123456'
    """
    said = _PAIRING.fullmatch(text)
    return re.sub(r"\D", "", said["code"]) if said else None


# ---------------------------------------------------------------- buttons below an alert

_TAP = "alert "


def tap_of(alert_id: int, word: str) -> str:
    """What comes back when the button ``word`` of an alert is tapped: the alert's id, because codes are used again."""
    return f"{_TAP}{alert_id}:{word}"


def alert_tapped(tap: str) -> int | None:
    """The id of the alert whose button was tapped; None for any other button."""
    number = tap.removeprefix(_TAP)
    return int(number) if tap.startswith(_TAP) and number.isascii() and number.isdigit() and len(number) < 20 else None
