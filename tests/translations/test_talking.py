"""Talking in a language: chosen by text, also during a question; drafts in practice only; staff in English."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

from flows.directory.geography import Geography
from flows.effects import OpenAlert, Remember, Say, SpeakLanguage, Turn
from flows.model import Channel, Inbound, Participant, Session
from flows.reading.library import read_library
from flows.statuses import PersonStatus
from flows.talking.conversation import Conversation, Scene
from flows.talking.person import person_after
from flows.talking.words import Vocabulary
from tests.translations.test_reading import content

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@cache
def conversation(*offered: str) -> Conversation:
    """The content that ships, with these languages on offer as if somebody had reviewed them."""
    library = read_library(content()).draft
    service = replace(library.service, languages=("en", *offered))
    return Conversation(replace(library, service=service), Geography(""))


class Talk:
    """Somebody and the bot."""

    def __init__(
        self, *offered: str, channel: Channel = Channel.SMS, language: str = "en", joined: bool = True
    ) -> None:
        self.conversation = conversation(*offered)
        status = PersonStatus.ACTIVE if joined else PersonStatus.STRANGER
        values = {"nickname": "Sam", "consent_join": "yes", "consent_checkins": "yes", "consent_mentor": "yes"}
        known = NOW if joined else None
        self.person = Participant(1, status, channel, language, joined_at=known, values=values if joined else {})
        self.session: Session | None = None
        self.effects: tuple[object, ...] = ()
        self.count = 0

    def says(self, text: str) -> list[str]:
        """What the bot answers."""
        self.count += 1
        heard = Inbound(self.person.channel, str(self.count), "+447700900001", text=text)
        scene = Scene(self.person, self.session, NOW)
        return self.take(self.conversation.hear(scene, heard, self.conversation.screened(heard)))

    def starts(self, flow: str) -> list[str]:
        return self.take(self.conversation.start(Scene(self.person, self.session, NOW), flow))

    def take(self, turn: Turn) -> list[str]:
        self.session, self.effects = turn.session, turn.effects
        self.person = person_after(self.person, turn.effects, NOW)
        return [effect.text for effect in turn.effects if isinstance(effect, Say)]


def test_a_whole_check_in_is_held_in_the_language_of_the_person() -> None:
    talk = Talk("cy", language="cy")
    assert talk.starts("check-in") == ["Haia Sam, sut mae pethau heddiw? Atebwch 1 (garw) i 5 (da)."]
    assert talk.says("beth") == ["Diolch. Rwyf am ddeall yn iawn. Anfonwch rif, 1 (garw) i 5 (da)."]
    (asked,) = talk.says("2")
    assert asked.endswith(
        "\n1 Clywed gan fentor heddiw\n2 Dod o hyd i grŵp\n3 Rhif i'w ffonio nawr\n4 Dim byd ar hyn o bryd"
    )
    (promised,) = talk.says("clywed gan fentor heddiw")
    assert promised == "Rwyf wedi gofyn i fentor gysylltu erbyn 2yh heddiw."
    (alert,) = (effect for effect in talk.effects if isinstance(effect, OpenAlert))
    assert alert.about == "asked to hear from a mentor today", "staff are written to in English"


def test_polish_says_times_and_yes_in_its_own_way() -> None:
    talk = Talk("pl", language="pl")
    assert talk.says("MENTOR")[0].startswith("Proszę mentora o kontakt. Odezwie się najpóźniej: dziś, 14:00.")
    (asked,) = talk.says("USUŃ")
    assert asked.endswith("T lub N")
    assert talk.says("t") == [
        "Gotowe. Twój numer i wszystkie odpowiedzi są usunięte. Jeśli zechcesz wrócić, wyślij DOŁĄCZ."
    ]


def test_a_language_is_chosen_by_its_name_and_the_open_question_comes_again() -> None:
    talk = Talk("cy")
    (english,) = talk.starts("check-in")
    assert english.startswith("Hi Sam")
    changed, again = talk.says("Cymraeg")
    assert SpeakLanguage("cy") in talk.effects
    assert changed.startswith("Fe decstia i yn Gymraeg")
    assert again == "Haia Sam, sut mae pethau heddiw? Atebwch 1 (garw) i 5 (da)."
    assert "Clywed gan fentor" in talk.says("1")[0]
    changed, again = talk.says("ENGLISH")
    assert changed.startswith("I'll text you in English")
    assert "Hear from a mentor today" in again


def test_a_label_of_the_other_language_still_counts() -> None:
    talk = Talk("cy", language="cy")
    talk.starts("check-in")
    talk.says("2")
    assert talk.says("nothing just now")[0].startswith("Mae hynny'n iawn.")


def test_a_stranger_may_begin_in_their_language() -> None:
    talk = Talk("pl", joined=False)
    changed, *welcome = talk.says("polski")
    assert changed.startswith("Od teraz piszę po polsku.")
    assert any("Czy masz 18 lat lub więcej? T lub N" in text for text in welcome)
    assert talk.says("tak")[-1].endswith("Czy zaczynamy? T lub N")
    talk.says("tak")
    (consent,) = (each for each in talk.effects if isinstance(each, Remember) and each.name == "consent_join")
    assert consent.wording.startswith("Przechowuję Twój numer"), "what they agreed to is kept as it was shown"


@pytest.mark.parametrize(
    ("offered", "channel", "heard"),
    [
        ((), Channel.SMS, "I can text in English so far."),
        (("cy",), Channel.SMS, "I can text in English, Cymraeg so far."),
        ((), Channel.PRACTICE, "Od teraz piszę po polsku."),
        (("pl",), Channel.SMS, "Od teraz piszę po polsku."),
    ],
)
def test_a_draft_is_heard_in_practice_only(offered: tuple[str, ...], channel: Channel, heard: str) -> None:
    assert Talk(*offered, channel=channel).says("POLSKI")[0].startswith(heard)


def test_somebody_whose_language_is_no_longer_on_offer_hears_english() -> None:
    assert Talk(language="cy").starts("check-in")[0].startswith("Hi Sam, how are things today? Reply 1 (rough)")


def test_the_crisis_reply_comes_in_their_language_and_words_that_worry_are_heard_from_anybody() -> None:
    assert Talk("cy", language="cy").says("want to die")[0].startswith("Ffoniwch 111 a phwyso 2")
    assert Talk().says("nie chcę już żyć")[0].startswith("Ring 111 and press 2")
    assert Talk("pl", language="pl").says("dwi isio marw")[0].startswith("Dzwoń 111 i naciśnij 2")


def test_stop_in_any_language_stops_and_start_is_taught_as_the_networks_know_it() -> None:
    for words in ("STOPIO", "koniec", "Przestań pisać"):
        (said,) = Talk("cy", "pl", language="cy").says(words)
        assert said.startswith("Iawn, rwyf wedi stopio. Anfonwch START")


def test_pause_takes_a_length_in_their_language() -> None:
    assert Talk("cy", language="cy").says("SAIB 2 WYTHNOS")[0].startswith("Iawn, dim negeseuon tan Llun 7 Rhagfyr.")
    assert (
        Talk("pl", language="pl")
        .says("pauza do piątku")[0]
        .startswith("OK, przerwa w SMS-ach. Wracam: Piątek 27 listopada.")
    )


def test_one_letter_of_a_language_that_they_do_not_speak_is_no_yes() -> None:
    words = Vocabulary({"en": {"yes": ("Y",), "no": ("N",)}, "pl": {"yes": ("T", "tak"), "no": ("nie",)}})
    assert [words.answer("t", language) for language in ("pl", "en", "")] == ["yes", None, None]
    assert [words.answer("tak", language) for language in ("pl", "en")] == ["yes", "yes"]
    assert [words.answer("y", language) for language in ("pl", "en")] == ["yes", "yes"]


def test_a_language_of_the_services_own_is_chosen_by_the_name_among_its_words() -> None:
    words = Vocabulary({"en": {"language": ("LANGUAGE",)}, "ro": {"language": ("ROMANA", "română")}})
    heard = [words.hear(text) for text in ("română", "ROMANA", "LANGUAGE")]
    assert [command and (command.word, command.rest) for command in heard] == [
        ("language", "ro"),
        ("language", "ro"),
        ("language", ""),
    ]
