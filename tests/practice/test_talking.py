"""The practice phone does what a real one does, and shows what a real one cannot: parts, prices, and what was held."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.app import App
from bot.config import read_settings
from bot.practice.room import Room
from flows.model import Channel
from storage import tables
from storage.statements import Db
from tests.edges.front_door import BOTH
from tests.practice.conftest import CONTENT, MONDAY, Client
from tests.practice.handset import Handset

TO_CHECK_INS = ("hello", "y", "y", "Sam", "skip")
JOINS = (*TO_CHECK_INS, "y", "mon 10am", "y", "any", "n")


async def test_hello_is_answered_with_parts_and_price(client: Client) -> None:
    phone = Handset(client)
    state = await phone.texts("hello")
    assert [message["mine"] for message in phone.messages] == [True, False, False, False]
    assert phone.heard("18 or over")["note"] == "1 part, 4p"
    assert state["total"] == "3 messages in 3 parts, 12p"
    assert state["now"] == "Monday 1 March 2027, 10:00"


async def test_somebody_joins_by_typing(client: Client) -> None:
    phone = Handset(client)
    await phone.texts(*JOINS)
    phone.heard("all set, Sam")


async def test_somebody_joins_by_tapping(client: Client) -> None:
    phone = Handset(client, look="telegram")
    await phone.texts("hello")
    await phone.taps("Yes")
    assert [message["text"] for message in phone.messages if message["mine"]] == ["hello", "Yes"]
    await phone.taps("Yes")
    phone.heard("What shall I call you")
    assert phone.last["note"] == "free"


async def test_a_button_of_an_earlier_question_is_known_for_old(client: Client) -> None:
    phone = Handset(client, look="telegram")
    await phone.texts("hello")
    old = phone.last["buttons"][0]["data"]
    await phone.taps("Yes")
    answer = await client.post("/practice/tap", json={"phone": "07700900001", "look": "telegram", "data": old})
    assert "earlier question" in (await answer.json())["messages"][-1]["text"]


async def test_the_same_number_on_telegram_is_another_phone(client: Client) -> None:
    await Handset(client).texts("hello")
    assert (await Handset(client, look="telegram").looks())["messages"] == []


async def test_nothing_is_sent_twice_when_nothing_has_changed(client: Client) -> None:
    phone = Handset(client)
    state = await phone.texts("hello")
    again = await phone.looks(after=state["version"])
    assert again["messages"] is None
    assert again["version"] == state["version"]


# ---------------------------------------------------------------- time


async def test_silence_is_nudged_at_its_hour_and_closed_at_its_own(client: Client) -> None:
    phone = Handset(client)
    await phone.texts(*JOINS, "CHECKIN")
    await phone.waits(hours=72)
    nudge = phone.heard("No rush")
    assert (nudge["day"], nudge["at"]) == ("Tuesday 2 March", "10:00")
    assert phone.screen["now"] == "Thursday 4 March 2027, 10:00"
    assert "next check-in" in phone.screen["next"]


async def test_the_clock_goes_to_the_next_thing_and_no_further(client: Client) -> None:
    phone = Handset(client)
    await phone.texts(*JOINS, "CHECKIN")
    assert phone.screen["next"] == "Next: Tuesday 2 March, 10:00, a question still has no answer."
    await phone.waits(until="next")
    assert phone.screen["now"] == "Tuesday 2 March 2027, 10:00"
    phone.heard("No rush")


async def test_when_nothing_waits_the_clock_stays_and_says_so(client: Client) -> None:
    fields = {"phone": "07700900001", "look": "sms", "until": "next"}
    answer = await client.post("/practice/clock", json=fields)
    assert answer.status == 400
    assert "Nothing is waiting" in (await answer.json())["error"]
    assert (await Handset(client).looks())["now"] == "Monday 1 March 2027, 10:00"


async def test_what_the_bot_starts_at_night_is_held_until_the_morning(client: Client) -> None:
    phone = Handset(client)
    await phone.texts(*JOINS)
    await phone.waits(hours=12)
    assert phone.screen["quiet"] == "Quiet hours until 09:00: the bot starts nothing."
    await phone.texts("CHECKIN")
    await phone.waits(hours=24)
    assert phone.heard("No rush")["note"] == "held until Wednesday 09:00: the bot starts nothing in quiet hours"
    assert phone.screen["next"] == "Next: Wednesday 3 March, 09:00, a held message goes out."
    await phone.waits(until="next")
    assert phone.heard("No rush")["state"] == "sent"


async def test_what_stop_takes_back_says_why(client: Client) -> None:
    phone = Handset(client)
    await phone.texts(*JOINS)
    await phone.waits(hours=12)
    await phone.texts("CHECKIN")
    await phone.waits(hours=24)
    await phone.texts("STOP")
    nudge = phone.heard("No rush")
    assert (nudge["state"], nudge["note"]) == ("not sent", "not sent: this phone has sent STOP.")


async def test_the_clock_stays_ahead_when_the_service_starts_again(client: Client, app: App) -> None:
    await Handset(client).waits(hours=30)
    again = App(app.settings, app.database, app.checked)
    await Room(again).restore()
    assert again.clock() == MONDAY + timedelta(hours=30)


# ---------------------------------------------------------------- what a phone keeps


async def test_a_phone_keeps_the_goodbye_of_a_service_that_has_forgotten_it(client: Client, app: App) -> None:
    phone = Handset(client)
    await phone.texts("hello", "y", "n")
    await phone.waits(hours=1)
    assert await app.database.run(_people) == 0
    assert phone.heard("deleting your number")["state"] == "sent"
    assert [message["text"] for message in phone.messages if message["mine"]] == ["hello", "y", "n"]


def _people(db: Db) -> int:
    return int(db.connection.execute(select(func.count()).select_from(tables.participants)).scalar_one())


# ---------------------------------------------------------------- staff


async def test_a_practice_phone_becomes_the_coordinator_and_takes_an_alert(client: Client, app: App) -> None:
    coordinator, person = Handset(client, "07700900009"), Handset(client)
    await coordinator.texts(await app.first_coordinator_code())
    await person.texts(*JOINS, "MENTOR")
    await app.clockwork.run("alerts")  # as every few seconds
    await app.delivery.cycle()
    await app.delivery.finish()
    await coordinator.looks()
    code = coordinator.last["text"].split("ON IT ")[1].split()[0].rstrip(".")
    await coordinator.texts(f"ON IT {code}")
    coordinator.heard("+447700900001")


# ---------------------------------------------------------------- nobody real


async def test_only_practice_channels_are_ever_written_to(client: Client, app: App) -> None:
    await Handset(client).texts(*JOINS, "MENTOR")
    await Handset(client, look="telegram").texts("hello")

    def channels(db: Db) -> set[str]:
        return {
            channel
            for table in (tables.addresses, tables.inbox, tables.outbox)
            for channel in db.connection.execute(select(table.c.channel)).scalars()
        }

    assert await app.database.run(channels) == {Channel.PRACTICE, Channel.PRACTICE_TELEGRAM}


async def test_a_service_that_reaches_people_has_no_practice_page(app: App) -> None:
    real = App(read_settings({**BOTH, "CONTENT_DIR": str(CONTENT)}), app.database, app.checked)
    served = {resource.canonical for resource in real.web().router.resources()}
    assert not [path for path in served if path.startswith("/practice")]
    with pytest.raises(AssertionError, match="reaches people"):
        Room(real)
