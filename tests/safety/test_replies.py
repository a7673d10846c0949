"""The words that answer a worry: short, true, and never more than the phone may show."""

from __future__ import annotations

import pytest

from flows.content import CrisisRule
from flows.talking.sms import parts
from tests.safety.lines import library

RULES = [rule for rule in library().crisis if rule.reply]
GRAVE = [rule for rule in RULES if rule.tier in ("A", "B")]


def words_of(reply: str) -> str:
    return library().helplines[reply].say.text["en"]


@pytest.mark.parametrize("reply", sorted({rule.reply for rule in RULES}))
def test_a_reply_is_one_plain_text(reply: str) -> None:
    sent = parts(words_of(reply))
    assert (sent.encoding, sent.count) == ("GSM-7", 1)


@pytest.mark.parametrize("rule", GRAVE, ids=lambda rule: rule.name)
def test_a_grave_reply_names_999_and_never_says_that_anyone_is_watching(rule: CrisisRule) -> None:
    words = words_of(rule.reply)
    assert "999" in words
    assert "obody watches this line all the time" in words


@pytest.mark.parametrize("rule", GRAVE, ids=lambda rule: rule.name)
def test_life_at_risk_hears_999_before_any_other_number(rule: CrisisRule) -> None:
    words = words_of(rule.reply)
    others = [at for number in ("116 123", "111", "0808", "85258", "MENTOR") if (at := words.find(number)) >= 0]
    if rule.tier == "A":
        assert all(words.index("999") < at for at in others)
    elif not rule.then:
        assert others


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.tier == "S"], ids=lambda rule: rule.name)
def test_a_soft_reply_promises_no_telling_of_staff(rule: CrisisRule) -> None:
    assert "telling our staff" not in words_of(rule.reply)
    assert "telling staff" not in words_of(rule.reply)


def test_a_reply_about_danger_from_somebody_never_says_so() -> None:
    words = words_of("unsafe-now").casefold()
    assert not [word for word in ("abuse", "violen", "partner", "safe", "0808", "staff", "hurt") if word in words]


def test_a_lapse_is_warned_and_never_praised() -> None:
    words = words_of("lapse-any-time")
    assert "your body takes less" in words
    assert not [word for word in ("well done", "great", "proud", "!") if word in words.casefold()]
