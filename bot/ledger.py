"""What a batch of turns adds up to: gathered while they are stepped in memory, written with one statement a table.

A Standing is one person within the batch: as loaded, and as the turns so far have left them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.alerting import raise_alert
from bot.desk import Desk
from bot.reported import not_there
from flows import timing
from flows.content import Library
from flows.effects import (
    BookLater,
    Doubt,
    Effect,
    Ended,
    ForgetMe,
    Join,
    KeepNote,
    Offered,
    OpenAlert,
    Pause,
    Purpose,
    Rated,
    Referred,
    Remember,
    Say,
    Stop,
    Submit,
    Turn,
    Unmet,
)
from flows.model import Channel, Participant, Session
from flows.statuses import PersonStatus, ReferralStatus, SlotStatus
from flows.talking import sms
from flows.talking.conversation import WELCOME
from flows.talking.person import person_after
from flows.talking.stage import spoken_to
from storage import (
    alerts,
    answers,
    audit,
    bookings,
    erasure,
    outbox,
    people,
    referrals,
    sessions,
    slots,
    submissions,
    values,
)
from storage.people import Contact, PersonChange
from storage.sessions import Advanced, Finished, Opened
from storage.statements import Db

MENTOR_TOLD = "consent_mentor"
CUT_SHORT = frozenset(
    {"stop", "pause", "crisis", "wrong number", "failed", "withdrawn"}
)  # a check-in that ends so is excused


@dataclass(slots=True)
class Standing:
    """One person in this batch. ``stored`` is the conversation that the database has open, ``session`` today's."""

    contact: Contact
    was: Participant
    person: Participant
    stored: Session | None
    session: Session | None
    outcome: str = ""  # how the stored conversation ended, once it has
    last_words: Session | None = None  # its answers at the end
    begun: list[Opened] = field(default_factory=list)  # others that began and ended within the batch
    said_stop: bool = False  # perhaps for the second time
    forget: ForgetMe | None = None
    unlinked: int = 0  # the address that WRONG NUMBER came from
    slot_id: int | None = None  # the check-in that today's conversation began with
    asked_by: int | None = None  # the message that asks its open question
    expires_at: datetime | None = None  # what is said now may not go out later than that
    answers_at: datetime | None = None  # what is answered now goes out then: it is night, and they wrote long ago

    @property
    def is_wrong_number(self) -> bool:
        """Somebody else has this phone now. Of one who never joined nothing need be kept: they are forgotten."""
        return self.forget is not None and self.forget.wrong_number and self.was.joined_at is not None

    @classmethod
    def of(cls, contact: Contact, person: Participant) -> Standing:
        return cls(
            contact,
            person,
            person,
            contact.session,
            contact.session,
            slot_id=contact.slot_id,
            asked_by=contact.asked_by,
        )


class Ledger:
    """Gathers what turns ask for; ``write`` stores it all in the transaction of ``db``."""

    def __init__(self, db: Db, desk: Desk, now: datetime) -> None:
        self.db = db
        self.desk = desk
        self.now = now
        self.standings: dict[int, Standing] = {}
        self.messages: list[outbox.Message] = []
        self.ratings: list[tuple[int, Rated]] = []
        self.notes: list[tuple[int, KeepNote]] = []
        self.consents: list[tuple[int, answers.Consent]] = []
        self.bookings: list[tuple[int, BookLater]] = []
        self.submissions: list[tuple[int, str, Submit]] = []
        self.referrals: list[tuple[int, Offered | Referred]] = []
        self.unmet: list[Unmet] = []
        self.no_mentor: set[int] = set()  # who no longer agrees that a mentor is told
        self.kept: list[tuple[int, str]] = []  # values that may be kept only so long
        self.slots: list[slots.Ended] = []
        self.audit: list[audit.Line] = []

    def standing(self, contact: Contact) -> Standing:
        """This contact's person as the batch has left them so far."""
        person = contact.participant
        assert person is not None, "a turn is taken for somebody"
        if person.id not in self.standings:
            self.standings[person.id] = Standing.of(contact, person)
        standing = self.standings[person.id]
        if standing.contact.address_id != contact.address_id:
            # the same person from another phone: answers go to the one last used
            standing.contact = contact
        if standing.person.channel is not contact.channel:
            standing.person = standing.person._replace(channel=contact.channel)
        return standing

    def has_let_go(self, contact: Contact | None) -> bool:
        """Whether WRONG NUMBER came from this very phone in this batch."""
        person = contact.participant if contact is not None else None
        standing = self.standings.get(person.id) if person is not None else None
        return (
            contact is not None
            and standing is not None
            and standing.is_wrong_number
            and standing.unlinked == contact.address_id
        )

    def rated_by(self, participant_id: int) -> list[tuple[datetime, Rated]]:
        """All that somebody has rated, what this batch brings included."""
        new = [(self.now, rated) for who, rated in self.ratings if who == participant_id]
        return [*answers.ratings_of(self.db, participant_id), *new]

    # ------------------------------------------------------------ taking a turn

    def take(self, standing: Standing, turn: Turn, inbox_id: int | None = None) -> None:
        """Enter all that ``turn`` asks for."""
        self.move_session(standing, turn)
        # what was answered was shown by the conversation that was open, also where this answer ended it
        release = self.library_of(standing.session or turn.session)
        asked_by = None
        for effect in turn.effects:
            said = self.enter(standing, effect, inbox_id, release)
            if said and isinstance(effect, Say) and effect.asks:
                asked_by = said
        if turn.session is None or standing.session is None or asks_anew(standing.session, turn.session):
            standing.asked_by = asked_by
        standing.person = person_after(standing.person, turn.effects, self.now)
        if (
            standing.person.status is PersonStatus.STRANGER
            and turn.session is not None
            and turn.session.flow == WELCOME
        ):
            standing.person = standing.person._replace(status=PersonStatus.JOINING)
        standing.session = turn.session

    def move_session(self, standing: Standing, turn: Turn) -> None:
        before, after = standing.session, turn.session
        if before is None or (after is not None and after.started_at == before.started_at):
            return
        ended = next((e for e in turn.effects if isinstance(e, Ended) and e.flow == before.flow), None)
        outcome = ended.reason if ended is not None else "left"
        last = before._replace(answers=ended.answers) if ended is not None and ended.answers else None
        if standing.slot_id is not None:
            self.end_slot(standing.slot_id, turn, outcome)
            standing.slot_id = None
        if standing.stored is not None and before.started_at == standing.stored.started_at:
            standing.outcome, standing.last_words = outcome, last
        else:
            standing.begun.append(Opened(participant_id=standing.person.id, session=last or before, outcome=outcome))

    def end_slot(self, slot_id: int, turn: Turn, outcome: str) -> None:
        """The conversation of a check-in is over, and not by silence: bot/silences.py ends those."""
        if any(isinstance(effect, ForgetMe) and not effect.wrong_number for effect in turn.effects):
            self.slots.append(slots.Ended(slot_id, SlotStatus.EXCUSED, "erasing"))
        elif outcome in CUT_SHORT:
            self.slots.append(slots.Ended(slot_id, SlotStatus.EXCUSED, outcome))
        else:
            self.slots.append(slots.Ended(slot_id, SlotStatus.PARTLY if outcome == "left" else SlotStatus.ANSWERED))

    def library_of(self, session: Session | None) -> Library:
        pinned = self.desk.library(self.db, session.release) if session is not None else None
        return pinned or self.desk.live.library

    def enter(self, standing: Standing, effect: Effect, inbox_id: int | None, library: Library) -> int:
        """Enter one effect; the id of the message that it queues for them, or 0."""
        person = standing.person
        match effect:
            case Say():
                return self.say(standing, effect, inbox_id)
            case OpenAlert():
                self.alert(standing, effect)
            case Rated():
                self.ratings.append((person.id, effect))
            case KeepNote():
                self.notes.append((person.id, effect))
            case BookLater():
                self.bookings.append((person.id, effect))
            case Submit():
                self.submissions.append((person.id, library.release, effect))
                self.note_down(person, "submission.made", queue=effect.queue, flow=effect.flow)
            case Offered() | Referred():
                self.referrals.append((person.id, effect))
            case Unmet():
                self.unmet.append(effect)
            case Remember():
                self.remember(person, effect, library)
            case Stop():
                standing.said_stop = True
                self.take_back(person)
                self.note_down(person, "participant.stopped")
            case Doubt():
                self.note_down(person, "participant.in_doubt")
            case Join():
                self.note_down(person, "participant.joined")
            case Pause(until=until):
                self.note_down(person, "participant.paused", until=until.isoformat() if until is not None else "")
            case ForgetMe():
                standing.forget = effect
                standing.unlinked = standing.contact.address_id
                self.note_down(person, "address.wrong" if effect.wrong_number else "erasure.asked")
            case Ended():
                self.note_down(person, "session.ended", flow=effect.flow, reason=effect.reason)
            case _:
                pass
        return 0

    def remember(self, person: Participant, effect: Remember, library: Library) -> None:
        """What is kept beside the value itself: the wording of a consent, and since when it may be kept."""
        if effect.wording and effect.value is not None:
            given = effect.value == "yes"
            language = spoken_to(person, self.desk.live.library.service)
            shown = answers.Consent(effect.name, given, effect.wording, language, library.release)
            self.consents.append((person.id, shown))
        if effect.name == MENTOR_TOLD:
            (self.no_mentor.discard if effect.value == "yes" else self.no_mentor.add)(person.id)
        variable = self.desk.live.library.variables.get(effect.name)
        if effect.value is not None and variable is not None and variable.keep_for is not None:
            self.kept.append((person.id, effect.name))

    def say(self, standing: Standing, said: Say, inbox_id: int | None, dedupe: str | None = None) -> int:
        channel = standing.contact.channel
        message_id = self.db.ids.next(self.now)
        self.messages.append(
            outbox.Message(
                id=message_id,
                address_id=standing.contact.address_id,
                channel=channel,
                purpose=said.purpose,
                text=said.text,
                buttons=said.buttons,
                # whoever has the wrong number is not this person
                participant_id=None
                if standing.is_wrong_number and standing.contact.address_id == standing.unlinked
                else standing.person.id,
                inbox_id=inbox_id,
                about=said.about or said.asks,
                parts=parts_of(channel, said.text),
                expires_at=standing.expires_at,
                not_before=standing.answers_at if said.purpose is Purpose.REPLY else None,
                dedupe=dedupe,
                picture=said.picture,
            )
        )
        return message_id

    def take_back(self, person: Participant) -> None:
        """STOP: what the batch was about to say to them is not said, but for crisis and the confirmation."""
        kept = (Purpose.CRISIS, Purpose.CONFIRM)
        self.messages = [each for each in self.messages if each.participant_id != person.id or each.purpose in kept]

    def say_once(self, standing: Standing, turn: Turn) -> None:
        """Queue what ``turn`` says unless this address has ever been told it."""
        for said in turn.effects:
            if isinstance(said, Say):
                self.say(standing, said, None, dedupe=f"{said.about} {standing.contact.address_id}")

    def alert(self, standing: Standing, effect: OpenAlert, *, twice: bool = False) -> None:
        consent = standing.person.values.get(MENTOR_TOLD) == "yes"  # as this batch leaves it
        raise_alert(self.db, self.desk, standing.person.id, effect, self.now, consent=consent, twice=twice)

    def note_down(self, person: Participant, action: str, **detail: str) -> None:
        self.audit.append(audit.Line(audit.PARTICIPANT, action, person.id, detail))

    # ------------------------------------------------------------ writing

    def write(self) -> None:
        db, now = self.db, self.now
        standings = list(self.standings.values())
        people.save(db, [change for standing in standings if (change := self.change(standing)) is not None], now)
        self.write_sessions(standings)
        slots.end(db, self.slots, now)
        answers.keep_ratings(db, self.ratings, now)
        answers.keep_notes(db, self.notes, now)
        answers.keep_consents(db, self.consents, now)
        bookings.add(db, self.bookings, now)
        submissions.add(db, self.submissions, now)
        self.write_referrals()
        values.kept(db, self.kept, now)
        alerts.take_back_consent(db, self.no_mentor)
        audit.write(db, self.audit, now)
        for standing in standings:
            if standing.is_wrong_number:
                # their record stays for the staff who know them
                erasure.wrong_number(db, standing.unlinked, now)
        outbox.queue(db, self.messages, now)

    def write_referrals(self) -> None:
        """What was offered and what came of it, in the order of talk; a door that was shut is told."""
        db, now = self.db, self.now
        for participant_id, one in self.referrals:
            if isinstance(one, Offered):
                referrals.offer(db, participant_id, one, now)
            elif referrals.settle(db, participant_id, one, now) and one.status is ReferralStatus.NOT_THERE:
                self.messages.extend(not_there(db, self.desk, participant_id, one.group, now))
        referrals.miss(db, self.unmet, timing.local(now, self.desk.live.library.service.time_zone).date())

    def write_sessions(self, standings: Iterable[Standing]) -> None:
        advanced, finished, opened = [], [], []
        for standing in standings:
            stored, contact = standing.stored, standing.contact
            opened.extend(standing.begun)
            if stored is not None:
                session_id, version = contact.session_id, contact.session_version
                if standing.outcome:
                    finished.append(Finished(session_id, version, standing.outcome, standing.last_words))
                elif standing.session is not None and standing.session != stored:
                    advanced.append(Advanced(session_id, version, standing.session, standing.asked_by))
            current = standing.session
            if current is not None and (stored is None or standing.outcome):
                opened.append(
                    Opened(
                        participant_id=standing.person.id,
                        session=current,
                        slot_id=standing.slot_id,
                        asked_by=standing.asked_by,
                    )
                )
        if finished:
            sessions.end(self.db, finished, self.now)
        if advanced:
            sessions.advance(self.db, advanced)
        if opened:
            sessions.open_(self.db, opened, self.now)

    def change(self, standing: Standing) -> PersonChange | None:
        """What of this person's row is different now; None where nothing is."""
        was, person = standing.was, standing.person
        if person is was and standing.forget is None and not standing.said_stop:
            return None
        change = PersonChange(id=person.id)
        # said again, STOP holds what they were to be told since the first one
        if person.status is not was.status or (standing.said_stop and person.status is PersonStatus.STOPPED):
            change.status = person.status
        if person.language != was.language:
            change.language = person.language
        if person.joined_at != was.joined_at:
            change.joined_at = person.joined_at
        if person.stopped_at != was.stopped_at:
            change.stopped_at = person.stopped_at
        if person.paused_until != was.paused_until:
            change.paused_until = person.paused_until
        if person.values is not was.values:
            # both, always: where a release moved a name from one to the other, the old value must not outlive a change
            change.private, change.remembered = values.split(person.values, self.desk.live.library.variables)
        if person.rated is not was.rated:
            change.rated = person.rated
        if standing.forget is not None and not standing.is_wrong_number:
            change.erase_asked_at = self.now
        return change if change != PersonChange(id=person.id) else None


def asks_anew(before: Session, after: Session) -> bool:
    """Whether a turn opened another question, or the same once more."""
    was, now = before.waiting, after.waiting
    return was.question != now.question or was.asked_at != now.asked_at


def parts_of(channel: Channel, text: str) -> int:
    """What it costs, in SMS parts; a Telegram message is one."""
    return sms.parts(text).count if channel in (Channel.SMS, Channel.PRACTICE) else 1
