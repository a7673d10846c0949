"""What is past its time goes; what is still open or on its way stays, however old."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from flows.effects import Purpose, Rated, Unmet
from flows.model import Inbound
from storage import answers, audit, ends, inbox, outbox, referrals, retention
from storage.database import Database
from storage.outbox import Message
from storage.retention import AUDIT, RATINGS, TEXT
from storage.tables import metadata
from tests.storage.scene import NOW, SAM, participant, person_id

KEEP = {TEXT: timedelta(days=90), RATINGS: timedelta(days=730), AUDIT: timedelta(days=2190)}


def count(database: Database, table: str) -> int:
    query = select(func.count()).select_from(metadata.tables[table])
    return database.run_now(lambda db: db.connection.execute(query).scalar_one())


def expire_after(database: Database, days: int) -> None:
    while database.run_now(lambda db: retention.expire(db, KEEP, NOW + timedelta(days=days), 500)):
        pass


@pytest.mark.parametrize(("days", "left"), [(89, 1), (90, 1), (91, 0)])
def test_what_somebody_texted_goes_after_ninety_days(database: Database, days: int, left: int) -> None:
    inbound = Inbound(channel=SAM[0], provider_id="SM1", address=SAM[1], text="hello")
    database.run_now(lambda db: inbox.keep(db, [inbox.Arrival(inbound)], NOW))
    expire_after(database, days)
    assert count(database, "inbox") == left


def test_a_message_goes_once_it_is_over_and_stays_while_it_waits(database: Database) -> None:
    sam = participant(database)
    message = Message(address_id=sam.address_id, channel=SAM[0], purpose=Purpose.REPLY, text="Hello")
    sent, waiting = database.run_now(lambda db: outbox.queue(db, [message, message], NOW))
    database.run_now(
        lambda db: db.connection.execute(
            metadata.tables["outbox"].update().where(metadata.tables["outbox"].c.id == sent).values(status="sending")
        )
    )
    database.run_now(lambda db: ends.record(db, [ends.Sent(sent, "P1")], NOW))
    expire_after(database, 91)
    kept = database.run_now(lambda db: list(db.connection.execute(select(metadata.tables["outbox"].c.id)).scalars()))
    assert kept == [waiting]


@pytest.mark.parametrize(("days", "left"), [(91, 1), (729, 1), (731, 0)])
def test_ratings_are_kept_for_two_years(database: Database, days: int, left: int) -> None:
    sam = person_id(participant(database))
    database.run_now(lambda db: answers.keep_ratings(db, [(sam, Rated("recovery-capital", "1", "mind", 7))], NOW))
    expire_after(database, days)
    assert count(database, "ratings") == left


@pytest.mark.parametrize(("days", "left"), [(730, 1), (731, 0)])
def test_what_is_counted_by_the_day_goes_with_the_ratings(database: Database, days: int, left: int) -> None:
    database.run_now(lambda db: referrals.miss(db, [Unmet("TN9", ("home",))], NOW.date()))
    database.run_now(lambda db: referrals.report(db, 1, "ton-tue", "ton-tue", NOW.date()))
    expire_after(database, days)
    assert (count(database, "unmet_needs"), count(database, "group_reports")) == (left, left)


@pytest.mark.parametrize(("days", "left"), [(2189, 1), (2191, 0)])
def test_the_audit_is_kept_for_six_years(database: Database, days: int, left: int) -> None:
    database.run_now(lambda db: audit.write(db, [audit.Line(audit.SERVICE, "service.started")], NOW))
    expire_after(database, days)
    assert count(database, "audit") == left


def test_a_kind_with_no_length_is_kept(database: Database) -> None:
    database.run_now(lambda db: audit.write(db, [audit.Line(audit.SERVICE, "service.started")], NOW))
    assert database.run_now(lambda db: retention.expire(db, {}, NOW + timedelta(days=9999), 500)) == 0
