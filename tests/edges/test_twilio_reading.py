"""Every text that Twilio can bring is read as something."""

from __future__ import annotations

import pytest

from bot.channels import twilio
from flows.model import Channel, Heard

SMS = {"MessageSid": "SM1", "From": "+447700900123", "Body": "Hello", "NumMedia": "0"}


@pytest.mark.parametrize(
    ("changes", "kind", "text"),
    [
        ({}, Heard.TEXT, "Hello"),
        ({"Body": ""}, Heard.TEXT, ""),
        ({"Body": " \n"}, Heard.TEXT, " \n"),
        ({"Body": "STOP", "OptOutType": "STOP"}, Heard.OPT_OUT, "STOP"),
        ({"Body": "start", "OptOutType": " start "}, Heard.OPT_IN, "start"),
        ({"Body": "HELP", "OptOutType": "HELP"}, Heard.CARRIER_HELP, "HELP"),
        ({"Body": "Hello", "OptOutType": "NEW KIND"}, Heard.TEXT, "Hello"),
        ({"Body": "STOP"}, Heard.TEXT, "STOP"),
        ({"Body": "", "NumMedia": "1"}, Heard.MEDIA, ""),
        ({"Body": "look", "NumMedia": "10"}, Heard.MEDIA, "look"),
        ({"NumMedia": ""}, Heard.TEXT, "Hello"),
        ({"NumMedia": "many"}, Heard.TEXT, "Hello"),
        ({"NumMedia": "-1"}, Heard.TEXT, "Hello"),
        ({"NumMedia": "9" * 5000}, Heard.MEDIA, "Hello"),
        ({"NumMedia": "1", "OptOutType": "STOP"}, Heard.OPT_OUT, "Hello"),
        ({"From": ""}, Heard.OTHER, "Hello"),
        ({"MessageSid": ""}, Heard.OTHER, "Hello"),
    ],
)
def test_what_a_text_is(changes: dict[str, str], kind: Heard, text: str) -> None:
    inbound = twilio.read(SMS | changes)

    assert (inbound.channel, inbound.kind, inbound.text) == (Channel.SMS, kind, text)


@pytest.mark.parametrize(
    "sender", ["+447700900123", "85258", "60123", "VODAFONE", "O2 Offers", "whatsapp:+447700900123"]
)
def test_the_sender_is_kept_as_given(sender: str) -> None:
    assert twilio.read(SMS | {"From": f" {sender} "}).address == sender


def test_a_text_from_the_number_that_it_was_sent_to_is_kept_and_answers_nobody() -> None:
    inbound = twilio.read(SMS | {"To": SMS["From"]})

    assert (inbound.address, inbound.kind, inbound.text) == ("", Heard.OTHER, "Hello")


def test_an_older_name_of_the_message_id_will_do() -> None:
    assert twilio.read({"SmsSid": "SM9", "From": "+447700900123"}).provider_id == "SM9"


@pytest.mark.parametrize("fields", [{}, {"Body": "x"}, {"From": "+447700900123"}, {"MessageSid": "S" * 500}])
def test_an_id_always_fits_and_a_repeat_has_the_same(fields: dict[str, str]) -> None:
    first, second = twilio.read(fields), twilio.read(dict(reversed(fields.items())))

    assert 0 < len(first.provider_id) <= 80
    assert first.provider_id == second.provider_id


def test_different_unreadable_texts_are_not_taken_for_one() -> None:
    assert twilio.read({"Body": "a"}).provider_id != twilio.read({"Body": "b"}).provider_id


@pytest.mark.parametrize("body", ["nul\x00", "\ud800 half", "half \udfff", "\x1b[2J", "\x9b2J", "\x07bell", "back\x08"])
def test_what_no_database_can_hold_or_no_screen_should_show_is_replaced(body: str) -> None:
    text = twilio.read(SMS | {"Body": body}).text

    assert "\ufffd" in text
    assert text.encode()
