"""What people said that is kept beyond the conversation: ratings, notes, and consents with the wording shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from flows.effects import KeepNote, Rated
from storage.statements import Bulk, Db
from storage.tables import consents, microseconds, notes, ratings


@dataclass(frozen=True, slots=True)
class Consent:
    """Agreed or declined, with the words that were on the screen."""

    name: str
    given: bool
    wording: str
    language: str
    release: str


_RATE = Bulk(
    ("id", "participant_id", "instrument", "version", "item", "value", "at"),
    lambda insert: insert(ratings),
)


def keep_ratings(db: Db, rated: Sequence[tuple[int, Rated]], now: datetime) -> None:
    """Ratings by participant id; one without a value was offered and not answered."""
    at = microseconds(now)
    _RATE.run(
        db,
        [
            (db.ids.next(now), participant_id, one.instrument, one.version, one.item, one.value, at)
            for participant_id, one in rated
        ],
    )


def keep_notes(db: Db, kept: Sequence[tuple[int, KeepNote]], now: datetime) -> None:
    """Words around an answer, sealed, by participant id."""
    rows = []
    for participant_id, note in kept:
        row_id = db.ids.next(now)
        body = db.vault.seal("notes", "body", row_id, note.text)
        rows.append(
            {"id": row_id, "participant_id": participant_id, "question": note.question, "body": body, "at": now}
        )
    if rows:
        db.connection.execute(insert(notes), rows)


def keep_consents(db: Db, given: Sequence[tuple[int, Consent]], now: datetime) -> None:
    """Consents by participant id. Every answer is a row of its own: the last one counts."""
    rows = [
        {
            "id": db.ids.next(now),
            "participant_id": participant_id,
            "name": consent.name,
            "given": consent.given,
            "wording": consent.wording,
            "language": consent.language,
            "release": consent.release,
            "at": now,
        }
        for participant_id, consent in given
    ]
    if rows:
        db.connection.execute(insert(consents), rows)


def consents_of(db: Db, participant_id: int) -> dict[str, tuple[datetime, Consent]]:
    """The last answer to every consent asked of somebody, and when it was given."""
    rows = db.connection.execute(
        select(consents).where(consents.c.participant_id == participant_id).order_by(consents.c.at, consents.c.id)
    )
    return {
        row.name: (row._mapping["at"], Consent(row.name, row.given, row.wording, row.language, row.release))
        for row in rows
    }


def ratings_of(db: Db, participant_id: int) -> list[tuple[datetime, Rated]]:
    """Everything somebody rated, oldest first."""
    rows = db.connection.execute(
        select(ratings).where(ratings.c.participant_id == participant_id).order_by(ratings.c.at, ratings.c.id)
    )
    return [(row._mapping["at"], Rated(row.instrument, row.version, row.item, row.value)) for row in rows]
