"""Every table. Sealed columns hold AES-256-GCM ciphertext bound to table, column and row (storage/fields.py).

Times are UTC, stored as whole microseconds since 1970 (``Moment``), so that both databases compare them alike.
Ids come from storage/ids.py before the row is written, because sealed columns bind the id.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """Whole microseconds since 1970. Raises TypeError for a naive time."""
    return (at - EPOCH) // MICROSECOND


def moment(value: int) -> datetime:
    """The aware UTC time of so many microseconds since 1970."""
    return EPOCH + value * MICROSECOND


class Moment(TypeDecorator[datetime]):
    """An aware UTC time, kept as microseconds since 1970. A naive time is refused."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else moment(value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB, "postgresql")


def _id() -> Column[Any]:
    return Column("id", Id, primary_key=True, autoincrement=False)


def _of(table: str, name: str | None = None, *, nullable: bool = False) -> Column[Any]:
    return Column(name or f"{table.rstrip('s')}_id", Id, ForeignKey(f"{table}.id"), nullable=nullable)


def _sealed(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, LargeBinary, nullable=nullable, info={"sealed": True})


participants = Table(
    "participants",
    metadata,
    _id(),
    Column("status", String(16), nullable=False),
    Column("language", String(8), nullable=False, default="en"),
    Column("time_zone", String(64), nullable=False, default=""),
    Column("created_at", Moment, nullable=False),
    Column("joined_at", Moment),
    Column("stopped_at", Moment),
    Column("paused_until", Date),
    Column("erase_asked_at", Moment),  # DELETE during an open crisis waits for its end
    Column("remembered", Json, nullable=False, default=dict),  # values that are not private
    _sealed("sealed", nullable=True),  # private values: JSON
    Column("rated", Json, nullable=False, default=dict),  # "instrument.item" → ISO date last answered
    # Staff are never deleted, so that none of the columns below that name one needs a foreign key.
    Column("mentor_id", Id),
    Column("backup_id", Id),
    Column("plan_at", Moment),  # when the next check-in falls due; empty: none does as things stand
    Column("planned_at", Moment),  # every slot due until then has its row
    Index(
        "ix_participants_plan",
        "plan_at",
        "id",
        sqlite_where=text("plan_at IS NOT NULL"),
        postgresql_where=text("plan_at IS NOT NULL"),
    ),
    Index(
        "ix_participants_leaving",
        "erase_asked_at",
        "id",
        sqlite_where=text("erase_asked_at IS NOT NULL"),
        postgresql_where=text("erase_asked_at IS NOT NULL"),
    ),
    Index(
        "ix_participants_mentor_id",
        "mentor_id",
        sqlite_where=text("mentor_id IS NOT NULL"),
        postgresql_where=text("mentor_id IS NOT NULL"),
    ),
)

staff = Table(
    "staff",
    metadata,
    _id(),
    _sealed("name"),
    Column("role", String(16), nullable=False),  # mentor | coordinator
    Column("paid", Boolean, nullable=False, default=False),
    Column("status", String(16), nullable=False),
    Column("code_hash", LargeBinary),  # keyed hash of the pairing code
    Column("code_until", Moment),
    Column("code_tries", SmallInteger, nullable=False, default=0),
    Column("created_at", Moment, nullable=False),
    Column("confirmed_at", Moment),
    Column("prefers", String(20)),  # the channel that alerts go by first; empty: the one last used
    Column("away_until", Date),  # the first day that they are back
    Column("cover_id", Id),  # who stands in for them while they are away
)

shifts = Table(
    "shifts",
    metadata,
    _id(),
    _of("staff", "staff_id"),
    Column("weekday", SmallInteger, nullable=False),  # Monday is 0
    Column("starts", SmallInteger, nullable=False),  # minutes after midnight on the service's clock
    Column("ends", SmallInteger, nullable=False),  # not after ``starts``: the next morning
    Column("first_day", Date, nullable=False),
    Column("last_day", Date),  # empty: every week until it is taken out
    Index("ix_shifts_staff_id", "staff_id"),
)

addresses = Table(
    "addresses",
    metadata,
    _id(),
    Column("channel", String(20), nullable=False),
    Column("blind", LargeBinary, nullable=False),  # keyed hash: finds the row without opening it
    _sealed("sealed"),
    _of("participants", nullable=True),
    _of("staff", "staff_id", nullable=True),
    Column("trouble", String(16)),  # why it cannot be reached: a Meaning of flows/errors.py
    Column("used_at", Moment, nullable=False),  # when they last wrote from it
    UniqueConstraint("blind"),  # the channel is hashed into it
    Index("ix_addresses_participant_id", "participant_id"),
    Index("ix_addresses_staff_id", "staff_id"),
)

inbox = Table(
    "inbox",
    metadata,
    _id(),
    Column("channel", String(20), nullable=False),
    Column("provider_id", String(80), nullable=False),
    Column("kind", String(16), nullable=False),
    _sealed("body", nullable=True),
    Column("address_id", Id),  # no foreign key: it would want an index of its own on every inbound row
    _of("participants", nullable=True),
    Column("received_at", Moment, nullable=False),
    Column("status", String(16), nullable=False),
    Column("finding", String(80)),  # the crisis rule that fired, "A going to act"; no words of theirs
    Column("error", String(200)),
    UniqueConstraint("channel", "provider_id"),
    Index("ix_inbox_participant_id", "participant_id", "received_at"),
    Index("ix_inbox_failed", "id", sqlite_where=text("status = 'failed'"), postgresql_where=text("status = 'failed'")),
)

sessions = Table(
    "sessions",
    metadata,
    _id(),
    _of("participants"),
    Column("version", Integer, nullable=False),
    Column("release", String(64), nullable=False),
    Column("flow", String(80), nullable=False),
    _sealed("state"),  # flows.model.Session as JSON: it holds answers
    Column("status", String(16), nullable=False),
    Column("next_due", Moment),  # nudge or close, whichever comes first
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("outcome", String(80)),
    Column("slot_id", Id),  # the check-in that began it
    Column("asked_by", Id),  # the outbox row that asked the open question: its wait counts from the real send
    Index("ix_sessions_participant_id", "participant_id", "started_at"),
    Index(
        "uq_sessions_open",
        "participant_id",
        unique=True,
        sqlite_where=text("status = 'open'"),
        postgresql_where=text("status = 'open'"),
    ),
    Index(
        "ix_sessions_due",
        "next_due",
        "id",
        sqlite_where=text("status = 'open'"),
        postgresql_where=text("status = 'open'"),
    ),
)

slots = Table(
    "slots",
    metadata,
    _id(),
    _of("participants"),
    Column("schedule", String(80), nullable=False),
    Column("local_date", Date, nullable=False),  # on the person's own calendar: with the schedule, who it is
    Column("flow", String(80), nullable=False),
    Column("due_at", Moment, nullable=False),  # spread included
    Column("until_at", Moment, nullable=False),  # from then on it is too late: the quiet hours begin
    Column("status", String(16), nullable=False),
    Column("reason", String(80)),
    Column("look_at", Moment),  # when to look at it again, while it is not ended
    Column("outbox_id", Id),  # the message that opened it
    Column("asked_at", Moment),  # when that was really sent
    Column("ended_at", Moment),
    Column("replied_at", Moment),  # they wrote after it had ended missed
    UniqueConstraint("participant_id", "schedule", "local_date"),
    Index(
        "ix_slots_waiting",
        "look_at",
        "id",
        sqlite_where=text("status = 'waiting'"),
        postgresql_where=text("status = 'waiting'"),
    ),
    Index("ix_slots_asked", "id", sqlite_where=text("status = 'asked'"), postgresql_where=text("status = 'asked'")),
)

alerts = Table(
    "alerts",
    metadata,
    _id(),
    _of("participants", nullable=True),  # empty: a test alert
    Column("policy", String(80), nullable=False),
    Column("tier", String(1)),
    Column("about", String(200), nullable=False),
    Column("code", String(4), nullable=False),  # what staff text back: ON IT 47
    Column("is_test", Boolean, nullable=False, default=False),
    Column("status", String(16), nullable=False),
    Column("step", SmallInteger, nullable=False, default=0),
    Column("next_at", Moment),
    Column("within_at", Moment),
    Column("snapshot", Json, nullable=False),  # the policy as it stood when the alert opened
    Column("opened_at", Moment, nullable=False),
    Column("times", Integer, nullable=False, default=1),  # how often it happened while open
    Column("acknowledged_at", Moment),
    _of("staff", "acknowledged_by", nullable=True),
    Column("resolved_at", Moment),
    Column("outcome", String(40)),
    Column("dedupe", String(120)),  # unique while not resolved
    Column("round_at", Moment),  # since when its steps count: it opened, or opened again
    Column("consented", Boolean),  # a mentor may be told, and given the number
    Column("asked", Boolean),  # … because they asked for it themselves, whatever they agree to otherwise
    Column("passed", Json),  # staff ids that sent PASS: not paged again in this round
    Index(
        "uq_alerts_dedupe",
        "dedupe",
        unique=True,
        sqlite_where=text("status <> 'resolved'"),
        postgresql_where=text("status <> 'resolved'"),
    ),
    Index(
        "uq_alerts_code",
        "code",
        unique=True,
        sqlite_where=text("status <> 'resolved'"),
        postgresql_where=text("status <> 'resolved'"),
    ),
    Index("ix_alerts_participant_id", "participant_id"),
    Index(
        "ix_alerts_due",
        "next_at",
        "id",
        sqlite_where=text("status <> 'resolved' AND next_at IS NOT NULL"),
        postgresql_where=text("status <> 'resolved' AND next_at IS NOT NULL"),
    ),
)

pages = Table(
    "pages",
    metadata,
    _id(),
    _of("alerts"),
    _of("staff", "staff_id"),
    Column("round_at", Moment, nullable=False),
    Column("step", SmallInteger, nullable=False),  # counts on through the repeats of the last step
    Column("channel", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Column("outbox_id", Id, nullable=False),  # several alerts may share a message; no foreign key: it is kept shorter
    UniqueConstraint("alert_id", "staff_id", "round_at", "step", "channel"),  # at most once a channel a step
    Index("ix_pages_staff_id", "staff_id", "at"),
    Index("ix_pages_outbox_id", "outbox_id"),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("channel", String(20), nullable=False),
    Column("address_id", Id, nullable=False),  # no foreign key, as in inbox
    _of("participants", nullable=True),  # who it goes to, as a participant …
    _of("staff", "staff_id", nullable=True),  # … or as staff
    _of("alerts", nullable=True),
    Column("inbox_id", Id),  # what it answers
    Column("purpose", String(16), nullable=False),
    Column("priority", SmallInteger, nullable=False),  # 0 crisis, 1 alert, 2 reply, 3 started, 4 notice
    _sealed("body"),  # JSON: text and buttons
    Column("about", String(80), nullable=False, default=""),
    Column("parts", SmallInteger, nullable=False, default=1),
    Column("status", String(16), nullable=False),
    Column("reason", String(80)),  # why suppressed or failed: a provider code or our own words
    Column("attempts", SmallInteger, nullable=False, default=0),
    Column("made_at", Moment, nullable=False),
    Column("next_at", Moment, nullable=False),  # not before
    Column("expires_at", Moment),
    Column("claimed_at", Moment),
    Column("sent_at", Moment),
    Column("provider_id", String(80)),
    Column("receipt", String(16)),  # queued, sent, delivered, undelivered … only ever forward
    Column("receipt_code", String(16)),
    Column("dedupe", String(120)),
    # Partial indexes throughout: a plain reply pays for three.
    Index(
        "uq_outbox_dedupe",
        "dedupe",
        unique=True,
        sqlite_where=text("dedupe IS NOT NULL"),
        postgresql_where=text("dedupe IS NOT NULL"),
    ),
    Index(
        "ix_outbox_due",
        "channel",
        "priority",
        "next_at",
        "id",
        sqlite_where=text("status = 'queued'"),
        postgresql_where=text("status = 'queued'"),
    ),
    Index(
        "ix_outbox_sending",
        "address_id",
        sqlite_where=text("status = 'sending'"),
        postgresql_where=text("status = 'sending'"),
    ),
    Index("ix_outbox_participant_id", "participant_id", "made_at"),
    Index(
        "ix_outbox_staff_id",
        "staff_id",
        "made_at",
        sqlite_where=text("staff_id IS NOT NULL"),
        postgresql_where=text("staff_id IS NOT NULL"),
    ),
    Index(
        "ix_outbox_alert_id",
        "alert_id",
        sqlite_where=text("alert_id IS NOT NULL"),
        postgresql_where=text("alert_id IS NOT NULL"),
    ),
    Index(
        "ix_outbox_provider_id",
        "provider_id",
        sqlite_where=text("provider_id IS NOT NULL"),
        postgresql_where=text("provider_id IS NOT NULL"),
    ),
)

ratings = Table(
    "ratings",
    metadata,
    _id(),
    _of("participants"),
    Column("instrument", String(80), nullable=False),
    Column("version", String(20), nullable=False),
    Column("item", String(80), nullable=False),
    Column("value", SmallInteger),  # empty: offered and not answered
    Column("at", Moment, nullable=False),
    Index("ix_ratings_participant_id", "participant_id", "at"),
)

notes = Table(
    "notes",
    metadata,
    _id(),
    _of("participants"),
    Column("question", String(80), nullable=False),
    _sealed("body"),
    Column("at", Moment, nullable=False),
    Index("ix_notes_participant_id", "participant_id"),
)

consents = Table(
    "consents",
    metadata,
    _id(),
    _of("participants"),
    Column("name", String(80), nullable=False),
    Column("given", Boolean, nullable=False),
    Column("wording", Text, nullable=False),  # as it was shown
    Column("language", String(8), nullable=False),
    Column("release", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_consents_participant_id", "participant_id"),
)

bookings = Table(
    "bookings",
    metadata,
    _id(),
    _of("participants"),
    Column("flow", String(80), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("look_at", Moment, nullable=False),  # when to look next: later than due_at once it has been put off
    _sealed("sealed", nullable=True),  # answers carried along: JSON
    Column("status", String(16), nullable=False),
    Column("reason", String(80)),
    Column("made_at", Moment, nullable=False),
    Index(
        "ix_bookings_due",
        "look_at",
        "id",
        sqlite_where=text("status = 'waiting'"),
        postgresql_where=text("status = 'waiting'"),
    ),
    Index("ix_bookings_participant_id", "participant_id"),
)

submissions = Table(
    "submissions",
    metadata,
    _id(),
    _of("participants"),
    Column("queue", String(20), nullable=False),  # idea | grant | survey
    Column("flow", String(80), nullable=False),
    Column("release", String(64), nullable=False),
    Column("about", String(200), nullable=False),
    _sealed("sealed"),  # what was handed in: JSON, a list of name, question and answer
    Column("status", String(16), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("decided_at", Moment),
    _sealed("said", nullable=True),  # the coordinator's own words to them: JSON text
    Column("tell_at", Moment),  # when to try to tell them; empty: nothing is left to tell
    Column("told_at", Moment),
    Column("untold", String(80)),  # why they were not told
    Index("ix_submissions_participant_id", "participant_id"),
    Index(
        "ix_submissions_waiting",
        "id",
        sqlite_where=text("status = 'waiting'"),
        postgresql_where=text("status = 'waiting'"),
    ),
    Index(
        "ix_submissions_tell",
        "tell_at",
        "id",
        sqlite_where=text("tell_at IS NOT NULL"),
        postgresql_where=text("tell_at IS NOT NULL"),
    ),
)

kept_values = Table(
    "kept_values",
    metadata,
    Column("participant_id", Id, ForeignKey("participants.id"), primary_key=True, autoincrement=False),
    Column("name", String(80), primary_key=True),  # a variable that has a keep_for …
    Column("at", Moment, nullable=False),  # … and since when its value counts
    Index("ix_kept_values_name", "name", "at"),
)

referrals = Table(
    "referrals",
    metadata,
    _id(),
    _of("participants"),
    Column("group_id", String(120), nullable=False),
    Column("initiative", String(120), nullable=False),
    Column("status", String(16), nullable=False),
    Column("offered_at", Moment, nullable=False),
    Column("chosen_at", Moment),
    Column("meets_on", Date),  # the day that they meant to go
    Column("company", Boolean, nullable=False, default=False),  # they asked for somebody to go with them
    Column("ended_at", Moment),
    Column("why", String(40)),  # the name of the choice that says what got in the way
    Index("ix_referrals_participant_id", "participant_id", "group_id"),
    Index(
        "uq_referrals_open",
        "participant_id",
        "group_id",
        unique=True,
        sqlite_where=text("status IN ('offered', 'chosen')"),
        postgresql_where=text("status IN ('offered', 'chosen')"),
    ),
)

group_reports = Table(
    "group_reports",
    metadata,
    # no id and no moment: either would say whose "it was shut" a report is
    Column("group_id", String(120), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("people", Integer, nullable=False),  # who found it shut or gone
)

unmet_needs = Table(
    "unmet_needs",
    metadata,
    Column("day", Date, primary_key=True),
    Column("near", String(40), primary_key=True),  # an outcode or a town, "" where nobody said
    Column("need", String(40), primary_key=True),  # what it should have served or had, "" for any group at all
    Column("times", Integer, nullable=False),
)

releases = Table(
    "releases",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("bundle", LargeBinary, nullable=False),  # the folder's files: JSON, zlib
    Column("stored_at", Moment, nullable=False),
    Column("went_live_at", Moment),  # the live one is the latest
    Column("taken_back_at", Moment),  # somebody went back from it: not gone back to, until it goes live again
    Column("agreement", Json),  # codes that coordinators were sent, hashed, while it waits for two of them
)

withdrawals = Table(
    "withdrawals",
    metadata,
    _id(),
    Column("flow", String(80), nullable=False),
    Column("spelled", String(64), nullable=False),  # hash of the flow as it was live: another one is allowed again
    Column("at", Moment, nullable=False),
    Column("lifted_at", Moment),  # it was a mistake
    Column("reached", Id, nullable=False, default=0),  # the conversation up to which everybody has been told
    Column("look_at", Moment),  # when to look again for who is in it; empty: nobody is any more
)

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", Moment, nullable=False),
    Column("actor", String(40), nullable=False),  # "participant", "staff 12", "service", "operator"
    Column("action", String(60), nullable=False),
    Column("participant_id", Id),  # no foreign key: the line outlives an erasure, as a number that leads nowhere
    Column("detail", Json, nullable=False),  # ids and names of rules only; never words or numbers
    Index("ix_audit_participant_id", "participant_id", "at"),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("blind", LargeBinary, primary_key=True),  # of channel and address: somebody erased, or a wrong number
    Column("channel", String(20), nullable=False),
    Column("reason", String(20), nullable=False),  # stop | erased | wrong number
    Column("at", Moment, nullable=False),
)

directory_sources = Table(
    "directory_sources",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("format", String(20), nullable=False),  # csv | open-referral | meeting-guide | bmlt
    Column("location", Text, nullable=False),  # the file or the address it was read from
    Column("bundle", LargeBinary),  # its initiatives: JSON, zlib; whole, so that it is replaced whole
    Column("groups", Integer, nullable=False, default=0),  # how many groups those are
    Column("read_at", Moment),  # when the bundle was read
    Column("tried_at", Moment, nullable=False),  # when it was last asked for
    Column("trouble", String(200)),  # why nothing came of it the last time
)

directory_states = Table(
    "directory_states",
    metadata,
    Column("id", String(120), primary_key=True),  # of a group or of an initiative, as the directory spells it
    Column("checked_on", Date),  # a coordinator found it true, whatever its source says
    Column("checked_by", String(40)),  # "staff 12", "operator"
    Column("checked_at", Moment),  # what people reported until then is answered by it
    Column("hidden_at", Moment),  # people reported that it is not there
    Column("reason", String(80)),
)

marks = Table(
    "marks",
    metadata,
    Column("name", String(80), primary_key=True),  # telegram offset, go-live gate, last node, practice clock …
    Column("value", Text, nullable=False),
    Column("at", Moment),
)


def sealed_columns(table: Table) -> tuple[str, ...]:
    """The columns of a table that hold ciphertext."""
    return tuple(column.name for column in table.columns if column.info.get("sealed"))
