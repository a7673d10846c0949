"""Messages on their way out, up to the moment they are queued. Then storage/claiming.py, then storage/ends.py."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import update

from flows.effects import Button, Purpose
from flows.model import Channel
from flows.picture import Picture, dump, load
from flows.reached import Question
from flows.statuses import OutboxStatus
from storage.statements import Bulk, Db, Lookup
from storage.tables import microseconds, moment, outbox

PRIORITY: Mapping[Purpose, int] = {
    Purpose.CRISIS: 0,
    Purpose.ALERT: 1,
    Purpose.REPLY: 2,
    Purpose.CONFIRM: 2,
    Purpose.STARTED: 3,
    Purpose.NOTICE: 4,
}
CRISIS = PRIORITY[Purpose.CRISIS]
PRIORITIES = tuple(sorted(set(PRIORITY.values())))


@dataclass(slots=True, kw_only=True)  # not frozen: that would cost a turn three microseconds
class Message:
    """A message to queue. ``crisis`` puts an alert to staff in front of everything, with the crisis replies."""

    address_id: int
    channel: Channel
    purpose: Purpose
    text: str
    buttons: tuple[Button, ...] = ()
    participant_id: int | None = None  # whom it goes to, as a participant …
    staff_id: int | None = None  # … or as staff
    alert_id: int | None = None
    inbox_id: int | None = None  # what it answers
    about: str = ""
    parts: int = 1
    crisis: bool = False
    not_before: datetime | None = None
    expires_at: datetime | None = None
    dedupe: str | None = None  # a second message with the same is not queued
    picture: Picture | None = None  # drawn when it is sent
    id: int = 0  # drawn beforehand by whoever must know it; 0: drawn when it is queued


_QUEUE = Bulk(
    (
        "id",
        "channel",
        "address_id",
        "participant_id",
        "staff_id",
        "alert_id",
        "inbox_id",
        "purpose",
        "priority",
        "body",
        "about",
        "parts",
        "status",
        "attempts",
        "made_at",
        "next_at",
        "expires_at",
        "dedupe",
    ),
    lambda insert: insert(outbox).on_conflict_do_nothing(),
)


def write_body(text: str, buttons: Iterable[Button], picture: Picture | None = None) -> str:
    """Text, buttons and picture as JSON: what is sealed. The text alone where there are none, as on every SMS."""
    if not buttons and picture is None:
        return orjson.dumps(text).decode()
    written: list[object] = [text, [(button.label, button.data) for button in buttons]]
    if picture is not None:
        written.append(dump(picture))
    return orjson.dumps(written).decode()


def read_body(body: str) -> tuple[str, tuple[Button, ...]]:
    """The text and the buttons that ``write_body`` wrote."""
    written = orjson.loads(body)
    if isinstance(written, str):
        return written, ()
    text, buttons = written[:2]
    return text, tuple(Button(label, data) for label, data in buttons)


def read_picture(body: str) -> Picture | None:
    """The picture that ``write_body`` wrote, if there is one."""
    if not body.startswith("["):
        return None
    written = orjson.loads(body)
    return load(written[2]) if len(written) > 2 else None


def queue(db: Db, messages: Sequence[Message], now: datetime) -> list[int]:
    """Queue messages, in order; their ids. One whose ``dedupe`` is there already is not queued."""
    seal = db.vault.seal
    at = microseconds(now)
    ids = []
    rows = []
    for message in messages:
        row_id = message.id or db.ids.next(now)
        ids.append(row_id)
        rows.append(
            (
                row_id,
                message.channel.value,
                message.address_id,
                message.participant_id,
                message.staff_id,
                message.alert_id,
                message.inbox_id,
                message.purpose.value,
                CRISIS if message.crisis else PRIORITY[message.purpose],
                seal("outbox", "body", row_id, write_body(message.text, message.buttons, message.picture)),
                message.about,
                message.parts,
                "queued",
                0,
                at,
                at if message.not_before is None else microseconds(message.not_before),
                None if message.expires_at is None else microseconds(message.expires_at),
                message.dedupe,
            )
        )
    _QUEUE.run(db, rows)
    return ids


_FATES = Lookup("SELECT id, status, reason, sent_at, receipt, receipt_code, channel FROM outbox WHERE id IN (*)")


def questions(db: Db, outbox_ids: Collection[int]) -> dict[int, Question]:
    """What became of these messages, each of which asks somebody something."""
    return {
        row[0]: Question(
            status=OutboxStatus(row[1]),
            reason=row[2] or "",
            sent_at=None if row[3] is None else moment(row[3]),
            receipt=row[4] or "",
            code=row[5] or "",
            by_sms=row[6] == Channel.SMS,
        )
        for row in _FATES.rows(db, list(outbox_ids))
    }


def hold_back(db: Db, participant_ids: Iterable[int], reason: str, now: datetime) -> None:
    """Whatever waits to go to these people will not, but for crisis replies and the confirmation of STOP.

    What is with the provider this moment is not tried again if it is refused.
    """
    theirs = (
        outbox.c.participant_id.in_(list(participant_ids)),
        outbox.c.purpose.not_in((Purpose.CRISIS, Purpose.CONFIRM)),
    )
    queued, sending = (outbox.c.status == each for each in (OutboxStatus.QUEUED, OutboxStatus.SENDING))
    db.connection.execute(update(outbox).where(*theirs, queued).values(status=OutboxStatus.SUPPRESSED, reason=reason))
    db.connection.execute(update(outbox).where(*theirs, sending).values(expires_at=now))
