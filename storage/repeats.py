"""What was heard from somebody who is forgotten by now: a keyed hash of the number that the provider gave each text.

A provider brings a text again when our answer was lost. Were the row simply gone, the text would be new: whoever asked
to be forgotten, or said that it is the wrong number, would be greeted as a stranger. The hash says nothing of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, select

from flows.model import Channel, Heard
from flows.statuses import InboxStatus
from storage.statements import Db, Lookup
from storage.tables import inbox

AGAIN_WITHIN = timedelta(days=2)  # Telegram brings an update again for a day, Twilio for seconds

Name = tuple[Channel, str]  # a channel, and the provider's number of a text

_HEARD = Lookup("SELECT provider_id FROM inbox WHERE channel = ? AND provider_id IN (*)")


def names_of(db: Db, participant_id: int, now: datetime) -> list[Name]:
    """The texts of somebody who is about to be forgotten that may yet come again."""
    theirs = select(inbox.c.channel, inbox.c.provider_id).where(
        inbox.c.participant_id == participant_id, inbox.c.received_at > now - AGAIN_WITHIN
    )
    return [(Channel(row.channel), row.provider_id) for row in db.connection.execute(theirs)]


def remember(db: Db, names: Iterable[Name], now: datetime) -> None:
    """Keep what tells these texts when they come again, as rows of nobody's."""
    rows = [
        {
            "id": db.ids.next(now),
            "channel": channel,
            "provider_id": _hashed(db, channel, provider_id),
            "kind": Heard.OTHER,
            "received_at": now,
            "status": InboxStatus.DONE,
        }
        for channel, provider_id in names
    ]
    if rows:
        db.connection.execute(insert(inbox), rows)


def among(db: Db, names: Sequence[Name]) -> set[Name]:
    """Which of these came before, from somebody who is forgotten."""
    found: set[Name] = set()
    for channel in {channel for channel, _ in names}:
        hashes = {_hashed(db, *name): name for name in names if name[0] is channel}
        found |= {hashes[row[0]] for row in _HEARD.rows(db, list(hashes), channel.value)}
    return found


def _hashed(db: Db, channel: Channel, provider_id: str) -> str:
    return f"heard {db.vault.blind(f'text|{channel}', provider_id).hex()}"
