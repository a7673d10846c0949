"""Hears that somebody wants no more texts, however they put it, and does not hear "stop it" or "can't stop" as that.

Carriers and the law honour any plain way of saying it, so this goes past the words that we teach. Danger lies both
ways: a missed STOP is a text sent against a person's will; one heard by mistake takes away their line to us.
"""

from __future__ import annotations

import re

CARRIER_STOP = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
CARRIER_START = ("START", "YES", "UNSTOP")
CARRIER_HELP = ("HELP", "INFO")
CARRIER_WORDS = frozenset((*CARRIER_STOP, *CARRIER_START, *CARRIER_HELP))  # whole messages that Twilio acts on itself

# ---- the pieces of a request, all in bare words (lower case, no punctuation, no apostrophes)
_PLEASE = r"(?:please|pls|plz|plse|pl)"
_MESSAGES = r"(?:texts?|txts?|texs|texting|messages?|mesages?|msgs?|messaging|sms|check ?ins?|notifications)"
_THE = r"(?:all|any|of|the|these|this|those|your|ur|my|more|stupid|bloody)"
_LIST = rf"(?:{_THE} )*(?:{_MESSAGES}|list|service|thing|everything)(?: (?:list|service))?"
_TEXTING = (
    r"(?:text(?:ing|in)?|txt(?:ing|in)?|messag(?:e|ing|in)|msg(?:ing)?|contact(?:ing|in)?|bother(?:ing|in)?|spamming)"
)
_SENDING = rf"(?:send(?:ing|in)?|get(?:ting|tin)?|receiv(?:e|ing)|with)(?: me)? (?:{_THE} )*{_MESSAGES}"
_WANT = r"(?:i |id |i d )?(?:really )?(?:want|would like|like|need|wish) (?:you |u )?to (?:be )?"
_DONT = r"(?:i )?(?:really )?(?:dont|do not|dnt|never|no longer)"
_AGAIN = r"(?: (?:any ?more|again|ever|ever again|all the time|so much))?"

_BEFORE = (
    rf"(?:{_PLEASE}|just|ok|okay|hi|hello|hey|sorry|i said|(?:can|could|will|would) (?:you|u)"
    r"|(?:i (?:want|need|would like|d like)|id like) (?:you|u) to)"
)
_AFTER = rf"(?:{_PLEASE}|ta|thanks|thank you|thankyou|thx|cheers|mate|now|right now|immediately|asap|ok|okay|x+)"

_ASKS = (
    rf"stop(?: stop)*(?: all)?(?: (?:{_THE} )*{_MESSAGES})?",  # STOP STOP · stop all · stop these texts
    rf"stop (?:{_TEXTING}|{_SENDING})(?: me| us| my (?:phone|number))?{_AGAIN}",  # stop texting me
    rf"(?:{_WANT})stop (?:{_SENDING}|{_MESSAGES})",  # I want to stop getting texts
    rf"(?:cancel|end|quit) (?:{_THE} )*(?:{_MESSAGES}|subscription|membership|sign ?up)",
    rf"(?:{_WANT})?(?:un ?subscribed?|unsub|opt(?:ed)? out|optout|opt me out|revoke)(?: me)?(?: (?:of|from) {_LIST})?",
    rf"{_DONT} (?:{_TEXTING} (?:me|us|this number)|(?:want|send|wish for)(?: me)? (?:{_THE} )*{_MESSAGES}){_AGAIN}",
    rf"{_DONT} (?:want|wish) (?:you |u )?to (?:{_TEXTING} me|be (?:texted|messaged|contacted)|{_SENDING}){_AGAIN}",
    rf"no more (?:{_THE} )*{_MESSAGES}",
    rf"(?:take|get) me off {_LIST}",
    rf"remove (?:me|my number|this number)(?: from {_LIST})?",
    r"leave me alone",
)
_ALONE = r"(?:cancel|end|quit|stopall|revoke|optout)"  # everyday words: only "please" may stand beside them

_STOP = re.compile(
    rf"(?:{_BEFORE} )*(?:{'|'.join(_ASKS)})(?: {_AFTER})*|(?:{_PLEASE} )?{_ALONE}(?: {_PLEASE})?",
)

# Without one of these nothing above can match, and most messages hold none.
_HINT = re.compile(
    r"\b(?:stop|end|cancel|quit|unsub|un sub|opt|remove|revoke|alone|me off)|\b(?:text|txt|tex|mes+ag|msg|contact|sms)"
)

_LONGEST = 120
_SENTENCE_ENDS = re.compile(r"[.,!?;:\n]+|\s-+\s")

# The word that we teach, in capitals, with a reason behind it: "STOP I have moved away".
_TAUGHT_THEN_MORE = re.compile(
    r"\s*(?:STOP|UNSUBSCRIBE|STOPALL)(?:\s*[.!\n-]+\s*|\s+(?=(?:i|im|i'm|i’ve|i've|wrong|please|dont|don't|no)\b))"
    r"(?=.*[a-z])(?!it\b|that\b)\S",
    re.DOTALL | re.IGNORECASE,
)


def may_ask_to_stop(words: str) -> bool:
    """A quick look: False where ``wants_no_more`` surely is."""
    return _HINT.search(words) is not None


def wants_no_more(text: str, words: str) -> bool:
    """Whether the whole message asks for the texts to end. ``words`` is the message in bare words."""
    if len(words) > _LONGEST or not _HINT.search(words):
        return False
    if _STOP.fullmatch(words):
        return True
    return text.lstrip()[:4] in ("STOP", "UNSU") and _TAUGHT_THEN_MORE.match(text) is not None


def sentences(text: str) -> list[str]:
    """What ``text`` says between its commas and full stops, where it says more than one thing; else nothing."""
    parts = [part for part in _SENTENCE_ENDS.split(text) if part.strip()]
    return parts if len(parts) > 1 else []
