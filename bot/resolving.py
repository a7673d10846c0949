"""Asking Twilio what became of the messages whose end nobody knows. Telegram cannot be asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot import logs, receipts
from bot.channels.base import Clock, Outgoing
from bot.channels.twilio_log import Listed
from bot.undelivered import OnUndeliverable, lost, note
from flows.errors import SendError
from flows.model import Channel
from storage import ends
from storage.database import Database
from storage.receipts import RANK, Receipt
from storage.statements import Db
from storage.unresolved import Unresolved, has_a_double, known, unresolved

log = logs.get_logger(__name__)

FIRST_LOOK = timedelta(seconds=30)  # the status callback usually settles it before
LAST_LOOK = timedelta(minutes=10)  # what Twilio does not list by then it never had
AT_ONCE = 10
NEVER_REACHED = "never reached the provider"


class Finds(Protocol):
    """The part of TwilioMessenger that looks messages up."""

    async def find(self, outgoing: Outgoing, since: datetime) -> tuple[Listed, ...]: ...


async def resolve(database: Database, twilio: Finds, clock: Clock, undeliverable: OnUndeliverable) -> int:
    """Settle what can be settled; how many were. Run it every minute or so."""
    pending = await database.run(lambda db: unresolved(db, Channel.SMS, clock() - FIRST_LOOK, AT_ONCE))
    settled = 0
    for each in pending:
        try:
            listed = await twilio.find(_as_sent(each), each.claimed_at)
        except SendError as error:
            log.warning("resolve.no_answer", outbox=each.id, exc_info=error)
            break  # the others would get no answer either
        settled += await database.run(_settling(each, listed, undeliverable, clock()))
    return settled


def _settling(
    each: Unresolved, listed: Sequence[Listed], undeliverable: OnUndeliverable, now: datetime
) -> Callable[[Db], bool]:
    def unit(db: Db) -> bool:
        # the same words may have gone to the same number twice; a message of ours that is known is not this one
        taken = known(db, [found.provider_id for found in listed])
        ours = next((found for found in listed if found.provider_id not in taken), None)
        if ours is not None and has_a_double(db, each, now - LAST_LOOK):
            return False  # the receipt of one of them says whose it is
        if ours is not None:
            ends.record(db, [ends.Sent(each.id, ours.provider_id)], now)
            if ours.status in RANK:
                code = "" if ours.code is None else str(ours.code)
                receipt = Receipt(status=ours.status, code=code, provider_id=ours.provider_id, outbox_id=each.id)
                receipts.take(db, [receipt], undeliverable, now)
            return True
        if now - each.claimed_at < LAST_LOOK:
            return False
        ends.record(db, [ends.Failed(each.id, NEVER_REACHED)], now)
        note(db, lost(each, None, NEVER_REACHED), undeliverable, now)
        return True

    return unit


def _as_sent(each: Unresolved) -> Outgoing:
    return Outgoing(outbox_id=each.id, address=each.address, text=each.text, purpose=each.purpose)
