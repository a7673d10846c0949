"""What is judged every hour, and after a day of calm: promises 4, 6, 7, 8, 10, 16, and that nothing is left pending."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.simulator.oracle.findings import Findings

HOUR = timedelta(hours=1)
LATE = timedelta(minutes=10)  # how much later than its time anything may be done
LONGEST_TALK = timedelta(days=14)  # a check-in that is answered bit by bit still ends
CLOSE = timedelta(hours=48)  # after the real send
LONGEST_GAP = timedelta(days=14)  # a week, and the week less a day that a day chosen anew may put it off by
SINCE_THEN = ("blocked", "opted out", "bad address", "unreachable")  # what their address came to after it was delivered
UNLEARNT = "stopped while sending"  # a process died of it, and nobody told the next one
TOLD = ("weekly check-in", "twelve-week review")  # whose silence somebody hears of

# tier → how far ahead the next step of an alert that nobody has taken may lie
NEXT_STEP = {
    "A": timedelta(minutes=20),
    "B": timedelta(minutes=65),
    None: timedelta(days=8),
}  # three working days, with a holiday
REOPENS = {"A": timedelta(minutes=35), "B": timedelta(minutes=35), None: timedelta(days=8)}

PENDING = {
    "a slot past its time": "SELECT count(*) FROM slots WHERE status = 'waiting' AND until_at < ?",
    "an alert past its time": "SELECT count(*) FROM alerts WHERE status <> 'resolved' AND next_at < ?",
    "a message that should have gone": "SELECT count(*) FROM outbox WHERE status = 'queued' AND next_at < ?",
    "a message left half sent": "SELECT count(*) FROM outbox WHERE status = 'sending' AND claimed_at < ?",
    "a question past its close": "SELECT count(*) FROM sessions WHERE status = 'open' AND next_due < ?",
    "a booking past its time": "SELECT count(*) FROM bookings WHERE status = 'waiting' AND look_at < ?",
    "a check-in not planned": "SELECT count(*) FROM participants WHERE plan_at < ?",
    "an erasure that waits": "SELECT count(*) FROM participants p WHERE erase_asked_at + 3600000000 < ? AND NOT EXISTS"
    " (SELECT 1 FROM alerts a WHERE a.participant_id = p.id AND a.status <> 'resolved' AND a.tier IS NOT NULL)",
}


class Sweeping:
    """Looks over the database every hour."""

    def __init__(self, findings: Findings) -> None:
        self._found = findings
        self._seen_until = 0
        self._missed: dict[int, int] = {}  # participant → slots missed whose silence somebody should hear of
        self._judged: set[int] = set()
        self.slots: dict[str, int] = {}  # end → how many

    def look(self) -> None:
        self._fetched()
        self._ends_of_slots()
        if self._found.has_been_well():
            self._open_slots()
            self._alerts()
            self._queue()
            self._forgotten()

    # ------------------------------------------------------------ what nobody took

    def _fetched(self) -> None:
        """What people texted while nobody answered the webhook has been fetched soon after."""
        found, world = self._found, self._found.world
        for provider_id, (lost_at, text) in list(world.sms.lost.items()):
            row = found.one("SELECT received_at FROM inbox WHERE channel = 'sms' AND provider_id = ?", provider_id)
            if row is not None:  # fetched by a process that died of it
                text.acknowledged_at = text.acknowledged_at or found.moment(row[0])
            elif not self._may_be_fetched(lost_at):
                continue
            erased = found.one("SELECT 1 FROM suppressions WHERE at >= ?", found.stamp(text.at - HOUR))
            found.expect(4, row is not None or erased is not None, "missed, and not fetched:", provider_id)
            del world.sms.lost[provider_id]

    def _may_be_fetched(self, lost_at: datetime) -> bool:
        """Whether nothing has been in the way for long enough."""
        found = self._found
        return found.world.clock.true() - lost_at > LATE and found.has_been_well() and found.carries("sms")

    # ------------------------------------------------------------ slots

    def _open_slots(self) -> None:
        now = self._found.stamp(self._found.now - LATE)
        (waiting,) = self._found.one("SELECT count(*) FROM slots WHERE status = 'waiting' AND until_at < ?", now)
        self._found.expect(6, waiting == 0, waiting, "held past their time")
        old = self._found.stamp(self._found.now - LONGEST_TALK)
        (asked,) = self._found.one("SELECT count(*) FROM slots WHERE status = 'asked' AND due_at < ?", old)
        self._found.expect(6, asked == 0, asked, "asked and never ended")
        close = self._found.stamp(self._found.now - CLOSE - LATE - HOUR)
        rows = self._found.sql(
            "SELECT s.id, o.sent_at FROM slots s JOIN outbox o ON o.id = s.outbox_id"
            " WHERE s.status = 'asked' AND o.sent_at < ? AND NOT EXISTS"
            " (SELECT 1 FROM inbox i WHERE i.participant_id = s.participant_id AND i.received_at > s.due_at)",
            close,
        )
        self._found.expect(6, not rows, "silent for two days and not ended:", rows[:1])

    def _ends_of_slots(self) -> None:
        rows = self._found.sql(
            "SELECT s.id, s.participant_id, s.schedule, s.status, s.reason, s.outbox_id, s.due_at, s.ended_at,"
            " json_extract(p.remembered, '$.consent_mentor')"
            " FROM slots s JOIN participants p ON p.id = s.participant_id WHERE s.ended_at >= ? ORDER BY s.id",
            self._seen_until,
        )
        self._seen_until = self._found.stamp(self._found.now) - 7200 * 10**6
        for row in rows:
            if row[0] not in self._judged:
                self._judged.add(row[0])
                self.slots[row[3]] = self.slots.get(row[3], 0) + 1
                self._kind_of_silence(*row)

    def _kind_of_silence(
        self,
        slot_id: int,
        participant_id: int,
        schedule: str,
        status: str,
        reason: str | None,
        outbox_id: int | None,
        due_at: int,
        ended_at: int,
        consent: str | None,
    ) -> None:
        found, world = self._found, self._found.world
        calls = world.account.calls.get(outbox_id, []) if outbox_id is not None else []
        taken = next((call for call in calls if call.accepted_at is not None), None)
        about = (status, "slot", slot_id, reason)
        named = status in ("answered", "partly", "missed") or bool(reason)
        found.expect(6, named, "ended without saying why:", *about)
        if status == "missed":
            found.expect(8, taken is not None, "nothing was sent, and it counts as a miss", *about)
            if taken is None or taken.accepted_at is None:
                return
            surely = not (taken.carried == "undelivered" and world.reported(taken))
            found.expect(8, surely, "the carrier said that it was not delivered:", *about)
            found.expect(8, taken.end != "unknown" or world.reported(taken), "nobody knows whether it was sent", *about)
            ended = found.moment(ended_at) - world.clock.wrong
            spoke = world.account.heard_from(taken.address, taken.accepted_at, ended)
            # what ended it may be a text itself, which is acknowledged only after that commit
            wrote = found.one(
                "SELECT 1 FROM inbox WHERE participant_id = ? AND received_at = ?", participant_id, ended_at
            )
            found.expect(8, not spoke and wrote is None, "they had written, and it counts as a miss", *about)
            waited = found.moment(ended_at) - taken.by_clock
            slack = timedelta(minutes=2) + world.clock_slack(taken.at)
            found.expect(7, waited >= CLOSE - slack, "closed too early, after", waited, *about)
            late = 2 * LATE + world.clock_slack(taken.at)
            on_time = waited <= CLOSE + late or world.was_troubled(taken.accepted_at + CLOSE - LATE)
            found.expect(6, on_time, "closed late, after", waited, *about)
            if schedule in TOLD and consent == "yes":
                self._missed[participant_id] = self._missed.get(participant_id, 0) + 1
            self._one_alert_each(participant_id)
        elif status in ("answered", "partly"):
            spoke = any(
                world.account.heard_from(a, found.moment(due_at) - HOUR * 2, world.clock.true())
                for a in ({taken.address} if taken is not None else set())
            )
            found.expect(8, taken is None or spoke, "nobody wrote, and it counts as answered", *about)
        elif status == "not_sent":
            sent = taken is not None and taken.end == "sent"
            found.expect(8, not sent, "it was sent, and counts as not sent", *about)
        elif status == "undelivered":
            well = taken is not None and taken.end == "sent" and taken.carried == "delivered"
            found.expect(
                8, not well or reason in (*SINCE_THEN, UNLEARNT), "it was delivered, and counts as undelivered", *about
            )

    def _one_alert_each(self, participant_id: int) -> None:
        """As often as their silence was to be heard of, so often was the alert opened or counted."""
        (counted,) = self._found.one(
            "SELECT coalesce(sum(times), 0) FROM alerts WHERE participant_id = ? AND policy = 'missed check-in'",
            participant_id,
        )
        expected = self._missed.get(participant_id, 0)
        self._found.expect(7, counted == expected, "misses to be told:", expected, "told:", counted, participant_id)

    def _forgotten(self) -> None:
        """Everybody who agreed to check-ins, and is neither paused nor stopped, has had a slot not long ago."""
        now = self._found.now
        rows = self._found.sql(
            "SELECT p.id, (SELECT max(local_date) FROM slots s WHERE s.participant_id = p.id) FROM participants p"
            " WHERE p.status = 'active' AND p.erase_asked_at IS NULL AND p.paused_until IS NULL"
            " AND EXISTS (SELECT 1 FROM addresses a WHERE a.participant_id = p.id)"
            " AND json_extract(p.remembered, '$.consent_checkins') = 'yes' AND coalesce(p.stopped_at, 0) < ?1"
            " AND (SELECT max(at) FROM consents c WHERE c.participant_id = p.id) < ?1 AND p.joined_at < ?1",
            self._found.stamp(now - LONGEST_GAP - timedelta(days=2)),
        )
        since = str((now - LONGEST_GAP).date())
        left_out = [row for row in rows if row[1] is None or row[1] < since]
        self._found.expect(6, not left_out, "no check-in for two weeks, participant and last one:", left_out[:1])

    # ------------------------------------------------------------ alerts

    def _alerts(self) -> None:
        now = self._found.stamp(self._found.now)
        for alert_id, status, tier, policy, next_at in self._found.sql(
            "SELECT id, status, tier, policy, next_at FROM alerts WHERE status <> 'resolved' AND is_test = 0"
        ):
            about = (policy, alert_id, status)
            self._found.expect(10, next_at is not None, "an alert with nothing to come:", *about)
            if next_at is None:
                continue
            self._found.expect(10, next_at > now - LATE / timedelta(microseconds=1), "an alert is overdue:", *about)
            limit = (NEXT_STEP if status == "open" else REOPENS)[tier]
            ahead = timedelta(microseconds=next_at - now)
            self._found.expect(10, ahead <= limit, "the next step lies too far ahead:", ahead, *about)
            if status == "open":
                self._paging(alert_id, tier, about)

    def _paging(self, alert_id: int, tier: str | None, about: tuple[object, ...]) -> None:
        """The chain goes on: somebody was told again not long ago, unless there is nobody."""
        (last, since) = self._found.one(
            "SELECT (SELECT max(at) FROM pages WHERE alert_id = a.id), coalesce(round_at, opened_at) FROM alerts a"
            " WHERE id = ?",
            alert_id,
        )
        quiet = self._found.now - self._found.moment(max(last or 0, since))
        limit = NEXT_STEP[tier] + (timedelta(minutes=10) if tier else timedelta(0))
        recent = quiet <= limit or not self._found.has_been_well(limit) or not self._found.world.coordinators()
        self._found.expect(10, recent, "nobody told for", quiet, *about)

    # ------------------------------------------------------------ the outbox

    def _queue(self) -> None:
        """One blocked phone delays nobody: what may go, goes, while its provider is well."""
        before = self._found.stamp(self._found.now - LATE)
        for channel in ("sms", "telegram"):
            if not self._found.carries(channel, HOUR):
                continue
            rows = self._found.sql(
                "SELECT id, purpose, next_at FROM outbox WHERE status = 'queued' AND channel = ? AND next_at < ?",
                channel,
                before,
            )
            self._found.expect(16, not rows, "waits though nothing is in its way:", rows[:1])
        (thrice,) = self._found.one(
            "SELECT count(*) FROM outbox o JOIN outbox b ON o.dedupe = 'again ' || b.id WHERE b.dedupe LIKE 'again %'"
        )
        self._found.expect(15, thrice == 0, thrice, "sent a third time after an unknown end")

    def rest(self) -> None:
        """A day of calm has passed: nothing is pending."""
        late = self._found.stamp(self._found.now - LATE)
        for what, query in PENDING.items():
            (count,) = self._found.one(query, late)
            promise = 10 if "alert" in what else 6
            self._found.expect(promise, count == 0, "a day after the last fault", count, "of", what)
