"""The benchmarks run: every contender holds the conversation and answers each turn, in a small form."""

from __future__ import annotations

import pytest

from benchmarks import ours, paired, six, webhooks
from benchmarks.contender import BEGINS
from bot.web import proofs
from flows.model import Channel
from flows.talking.conversation import Conversation
from storage.database import Database
from storage.fields import Keyring
from tests.house.tree import ROOT

PEOPLE = 3
ONE_OF_EACH = {entry.settings[0]: entry for entry in paired.THEIRS}.values()


@pytest.fixture(scope="module")
def talks() -> Conversation:
    return ours.conversation()


@pytest.fixture
def said() -> list[list[bytes]]:
    return list(six.rounds_of(1, PEOPLE, BEGINS))


def test_the_engine_alone_answers_every_turn(talks: Conversation, said: list[list[bytes]]) -> None:
    engine = ours.Engine(talks)

    assert engine.hold(said, BEGINS) == PEOPLE * six.TURNS
    assert engine.saved == {}  # the last answer ended it


def test_a_durable_turn_queues_a_reply_to_every_update(
    database_url: str, talks: Conversation, said: list[list[bytes]]
) -> None:
    with Database.open(database_url, Keyring.generate(), inline=True) as database:
        ours.settle(database, Channel.TELEGRAM, [str(six.chat_of(person)) for person in range(PEOPLE)])
        durable = ours.Durable(database, talks, at_once=2)

        assert durable.hold(said, BEGINS) == PEOPLE * six.TURNS
        assert durable.queued() == PEOPLE * six.TURNS


def test_the_signed_webhooks_are_signed_as_twilio_signs() -> None:
    head, _, body = webhooks.request(1, 7, "saw my brother and we cooked").partition(b"\r\n\r\n")
    signature = next(line[20:].strip() for line in head.decode().split("\r\n") if line.startswith("X-Twilio-Signature"))
    fields = proofs.fields_of(body)

    assert fields is not None
    assert proofs.is_from_twilio(webhooks.TOKEN, webhooks.PUBLIC_URL, webhooks.PATH, fields, signature)
    fields["Body"] = "something else"
    assert not proofs.is_from_twilio(webhooks.TOKEN, webhooks.PUBLIC_URL, webhooks.PATH, fields, signature)


def test_the_aims_are_about_contenders_that_run() -> None:
    running = {entry.name for entry in (*paired.OURS, *paired.THEIRS)}

    assert {name for theirs, mine, *_ in paired.AIMS for name in (theirs, mine)} <= running
    assert all(
        (ROOT / f"{entry.settings[0].replace('.', '/')}.py").exists() for entry in (*paired.OURS, *paired.THEIRS)
    )


def test_a_contender_in_a_process_of_its_own_says_what_its_rounds_cost() -> None:
    engine = paired.OURS[0]._replace(people=2)
    found = paired.measure([engine], rounds=1)

    assert [row.name for row in found.rows] == [paired.ENGINE]
    assert found.rows[0].cpu > 0
    assert found.ratios[paired.ENGINE, paired.ENGINE] == 1


@pytest.mark.skipif(not paired.PEERS.exists(), reason="the other bots are installed by make bench")
@pytest.mark.parametrize(
    "entry",
    # a process of its own each, which reads its libraries for seconds: one of each bot every time
    [entry if entry in ONE_OF_EACH else pytest.param(entry, marks=pytest.mark.prove) for entry in paired.THEIRS],
    ids=lambda entry: " ".join(entry.settings),
)
def test_every_other_bot_holds_the_same_conversation(entry: paired.Entry) -> None:
    settings = tuple("10" if each.isdigit() else each for each in entry.settings)

    # it counts its replies itself, and stops where one is missing
    assert paired.measure([entry._replace(people=2, settings=settings)], rounds=1).rows[0].cpu > 0
