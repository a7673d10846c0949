"""Canaries in everything that people can tell a running service, and a search for them wherever they could get out.

Real processes, real providers' requests. What is sealed must not show; what is erased must not be there at all.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from sqlalchemy import func, select

from flows.effects import BookLater, KeepNote
from flows.statuses import SubmissionStatus
from storage import answers, bookings, records, staff, submissions, tables
from storage.database import Database
from storage.fields import Keyring
from storage.staff import Role
from storage.statements import Db
from storage.tables import metadata, sealed_columns
from tests.e2e.stories import JOINING
from tests.e2e.world import PUBLIC_URL, World
from tests.fakes.phones import Phone
from tests.postgres import Postgres
from tests.privacy.everything import SEALED, opened
from tests.privacy.search import found, stored
from tests.storage.scene import NOW, lowest

NAME, GOAL, SAFE, IDEA, GRANT, CRISIS, ASIDE, STAFF, CHAT, NOTE, BOOKED, DECIDED = (
    "quokkaro",
    "wombatten",
    "bandicooty",
    "numbattish",
    "potorooly",
    "bettongish",
    "dunnartly",
    "dibbleron",
    "kowarine",
    "bilbyish",
    "pademelora",
    "quollery",
)
CANARIES = (NAME, GOAL, SAFE, IDEA, GRANT, CRISIS, ASIDE, STAFF, CHAT, NOTE, BOOKED, DECIDED)
ANSWERS = {"call you": NAME.title(), "working towards": f"a {GOAL} flat", "safe for them": f"after 6 {SAFE}"}
METRICS_TOKEN = "a-metrics-token-nobody-logs"


async def tells_everything(world: World, phone: Phone) -> None:
    """Join, hand in an idea, leave an application half done, ask for a mentor, and say what worries us."""
    await phone.says("hello")
    for question, answer in JOINING:
        await phone.hears(question)
        await phone.says(ANSWERS.get(question, answer))
    await phone.hears(f"all set, {NAME.title()}")
    await phone.says(f"the {ASIDE} thing again")
    await phone.hears()
    await phone.says("IDEA")
    await phone.hears("your idea")
    await phone.says(f"a {IDEA} walk")
    await phone.hears("reads every idea")
    await phone.says("GRANT")
    await phone.hears("name of your idea")
    await phone.says(f"the {GRANT} kettle")
    await phone.hears("money be for")
    await phone.says("MENTOR")
    await phone.hears("asked a mentor")
    await world.coordinator.texts(f"ON IT {world.code_of('asked for a mentor')}")
    await world.coordinator.hears(phone.number)
    await phone.says(f"gonna kms fr {CRISIS}")
    await phone.hears("999")
    await world.coordinator.hears("URGENT")
    chat = world.new_chat(name=CHAT.title())
    await chat.types(f"hello, {CHAT} here")
    await chat.hears("18 or over")
    await world.everything_went_out()


def what_no_story_brings(db: Db, person: int) -> None:
    """A note beside an answer, an answer that travels with a booking, and what a coordinator decided."""
    answers.keep_notes(db, [(person, KeepNote("checkin.mind", f"because of the {NOTE}"))], NOW)
    bookings.add(db, [(person, BookLater("first-look", NOW + timedelta(days=3650), (("a.b", BOOKED),)))], NOW)
    for row in db.connection.execute(select(tables.submissions.c.id)).scalars().all():
        submissions.decide(db, row, SubmissionStatus.ACCEPTED, f"a {DECIDED} word", NOW, tell=False)


def columns_that_hold(signs: tuple[str, ...], database: Database) -> set[tuple[str, str]]:
    """The sealed columns in which one of these stands, once opened."""
    return {
        (table, column)
        for (table, column, _), words in opened(database).items()
        if words is not None and found(signs, words.encode())
    }


async def replies(world: World) -> str:
    """All that the service answers to whoever asks it, rightly or not; what they send is full of canaries."""
    form = {"From": "+447700900177", "Body": " ".join(CANARIES), "MessageSid": "SM1"}
    heard = []
    async with ClientSession() as session:
        for method, path, body in (
            ("GET", "/health", b""),
            ("GET", "/ready", b""),
            ("GET", "/metrics", b""),
            ("GET", f"/{NAME}", b""),
            ("DELETE", f"/webhooks/telegram?name={NAME}", b""),
            ("POST", "/webhooks/telegram", NAME.encode()),
            ("POST", "/webhooks/twilio/message", NAME.encode() * 10_000),
            ("POST", f"/webhooks/twilio/status?m={NAME}", NAME.encode()),
        ):
            headers = {"Authorization": f"Bearer {METRICS_TOKEN}"} if path == "/metrics" else {"Cookie": NAME}
            async with session.request(method, world.service.url + path, data=body, headers=headers) as answer:
                heard.append(f"{answer.status} {answer.headers} {await answer.text()}")
    forged = await world.twilio.calls(f"{PUBLIC_URL}/webhooks/twilio/message", form, signature="forged")
    assert forged.status == 403
    assert "fingerpost_received" in heard[2]
    return "\n".join(heard)


def traces(world: World, phone: Phone, person: int) -> list[str | bytes]:
    """What stands in the database because of this person alone: ciphertext, and the providers' names of messages."""
    theirs: list[str | bytes] = [
        message.sid for message in world.twilio.messages.values() if message.sender == phone.number
    ]
    theirs += [message.sid for message in phone.messages]
    for name, table in metadata.tables.items():
        if "participant_id" in table.c or name == "participants":
            whose = table.c.id if name == "participants" else table.c.participant_id
            for column in sealed_columns(table):
                theirs += [
                    bytes(row[0])
                    for row in world.service.rows(select(table.c[column]).where(whose == person))
                    if row[0]
                ]
    return theirs


def keys_of(world: World, given: Keyring | None) -> Keyring:
    return given or Keyring.parse((world.folder / "fingerpost.keys").read_text())


async def lives_and_is_forgotten(world: World, url: str, given: Keyring | None = None) -> None:
    await world.opens()
    ring = keys_of(world, given)
    with Database.open(url, ring) as beside:

        def add(db: Db) -> int:
            staff.add(db, STAFF.title(), Role.MENTOR, None, NOW, lowest)
            return 0

        beside.run_now(add)
    phone = world.new_phone()
    await tells_everything(world, phone)
    private = (*CANARIES, phone.number.removeprefix("+44"), world.twilio.auth_token, world.telegram.token)
    row = tables.participants.c
    person = world.service.rows(select(func.min(row.id)).where(row.joined_at.is_not(None)))[0][0]
    with Database.open(url, ring) as beside:
        beside.run_now(lambda db: what_no_story_brings(db, person))
        assert columns_that_hold(private, beside) == set(SEALED), "a column in which nothing was planted"
    said = await replies(world)
    assert found((*private, METRICS_TOKEN), said.encode()) == []
    assert found(private, stored(url)) == []
    assert found(private, "\n".join((*world.service.printed, *world.service.logged)).encode()) == []

    with Database.open(url, ring) as beside:
        export = str(beside.run_now(lambda db: records.export(db, person)))
        others = str(
            beside.run_now(lambda db: [records.export(db, each.id) for each in records.listed(db) if each.id != person])
        )
    assert found((NAME, GOAL, SAFE, IDEA, GRANT, CRISIS, ASIDE, phone.number), export.encode()) == [
        NAME,
        GOAL,
        SAFE,
        IDEA,
        GRANT,
        CRISIS,
        ASIDE,
        phone.number,
    ]
    assert found((NAME, GOAL, SAFE, IDEA, GRANT, CRISIS, ASIDE, phone.number), others.encode()) == []

    code = world.code_of("crisis A")
    await world.coordinator.texts(f"ON IT {code}")
    await world.coordinator.hears(phone.number)
    await world.coordinator.texts(f"DONE {code} spoke")
    await world.eventually(lambda: ("crisis A", "A", "resolved") in world.alerts(), "the crisis is still open")
    left_behind = traces(world, phone, person)
    assert len(left_behind) > 30
    await phone.says("DELETE")
    await phone.hears("can't be undone")
    await phone.says("Y")
    await phone.hears("are deleted")
    left_behind += [message.sid for message in phone.messages]
    gone = select(func.count()).where(tables.participants.c.id == person)
    await world.eventually(lambda: world.service.rows(gone)[0][0] == 0, "nothing was erased")
    asked = select(func.count()).where(tables.marks.c.name == "scrub asked")
    await world.eventually(lambda: world.service.rows(asked)[0][0] == 0, "the log was not emptied")
    held = stored(url)
    assert found((*private, *left_behind), held) == []
    assert found(private, "\n".join((*world.service.printed, *world.service.logged)).encode()) == []
    with Database.open(url, ring) as beside:
        assert beside.run_now(lambda db: records.export(db, person)) is None
        everything = str(beside.run_now(lambda db: [records.export(db, each.id) for each in records.listed(db)]))
    assert found((NAME, GOAL, SAFE, IDEA, GRANT, CRISIS, ASIDE, phone.number), everything.encode()) == []


async def test_nothing_of_anybody_shows_anywhere_and_nothing_is_left_after_an_erasure(tmp_path: Path) -> None:
    async with World(tmp_path, more={"METRICS_TOKEN": METRICS_TOKEN}) as world:
        await lives_and_is_forgotten(world, f"sqlite:///{tmp_path / 'fingerpost.db'}")


@pytest.mark.prove
async def test_nor_on_postgresql(tmp_path: Path, postgres: Postgres, keyring: Keyring) -> None:
    more = {"FINGERPOST_KEYS": keyring.format(), "METRICS_TOKEN": METRICS_TOKEN}
    with postgres.fresh() as url:
        async with World(tmp_path, database=url, more=more) as world:
            await lives_and_is_forgotten(world, url, keyring)
