"""What is judged whenever a message leaves: promises 5, 11, 12, 13, 14, 15 and 16."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.simulator.account import Leaving
from bot.simulator.oracle.findings import Findings

CODE = re.compile(r"ON IT (\d{2,4})")
DAY_BEGINS, DAY_ENDS = 9, 20  # outside them the bot starts nothing
FRESH = timedelta(minutes=10, seconds=5)
SECOND = timedelta(seconds=1)
NOT_AGAIN = timedelta(hours=20)


class Sending:
    """Looks at every call to a provider at the moment at which it is made."""

    def __init__(self, findings: Findings) -> None:
        self._found = findings
        self.stopped: dict[str, tuple[int, int | None]] = {}  # address → when its STOP was taken, and from whom
        self._confirmed: dict[
            str, dict[str, set[int]]
        ] = {}  # address → since then, what was confirmed by which messages
        self._asked: dict[tuple[object, ...], int] = {}  # one check-in → the message that asked it

    def stops(self, address: str, at: int, participant_id: int | None) -> None:
        self.stopped[address] = (at, participant_id)
        self._confirmed[address] = {}

    def comes_back(self, address: str) -> None:
        self.stopped.pop(address, None)

    def look(self, call: Leaving) -> None:
        row = self._found.one(
            "SELECT participant_id, staff_id, alert_id, inbox_id, made_at, claimed_at, priority, about"
            " FROM outbox WHERE id = ?",
            call.outbox_id,
        )
        if row is None:
            return  # erased between the claim and the call
        participant_id, _, alert_id, inbox_id, made_at, claimed_at, priority, about = row
        self._once(call)
        self._patience(call, priority)
        self._night(call, made_at, participant_id)
        stopped, who = self.stopped.get(call.address, (0, None))
        if participant_id is not None and participant_id == who:  # whoever was forgotten and has joined anew is another
            self._stop(call, inbox_id, claimed_at, stopped, about)
        if call.purpose == "alert":
            self._acknowledged(call, alert_id, claimed_at)
        if call.purpose == "started":
            self._one_a_day(call, participant_id)

    # ------------------------------------------------------------ each promise

    def _once(self, call: Leaving) -> None:
        before = [each for each in self._found.world.account.calls[call.outbox_id] if each is not call]
        again = [each for each in before if not each.end.startswith("refused")]
        self._found.expect(15, not again, "sent again after", again[0].end or "a death" if again else "", call.purpose)

    def _patience(self, call: Leaving, priority: int) -> None:
        """Nothing of that message, and nothing routine to that address, before the provider's time."""
        world = self._found.world
        for each in world.account.to[call.address][-6:]:
            if each is call or each.wait_until is None or each.at < world.disturbed_clock_at():
                continue
            same = each.outbox_id == call.outbox_id
            if same or (priority > 0 and world.is_same_life_since(each.at) and each.purpose == call.purpose):
                early = each.wait_until - call.at
                self._found.expect(16, early <= SECOND, "not waited for Retry-After", call.channel, early)

    def _night(self, call: Leaving, made_at: int, participant_id: int | None) -> None:
        # staff are answered at any hour: it may be the number that they are to ring
        late = participant_id is not None and call.by_clock - self._found.moment(made_at) > FRESH
        held = call.purpose == "started" or (call.purpose == "reply" and late)
        if not held:
            return
        zone = self._found.world.zone_of(call.channel, call.address, participant_id)
        hour = call.by_clock.astimezone(zone).hour
        self._found.expect(
            14, DAY_BEGINS <= hour < DAY_ENDS, f"{call.purpose} at {hour}:xx", zone.key, call.address, call.text[:40]
        )

    def _stop(self, call: Leaving, inbox_id: int | None, claimed_at: int, stopped: int, about: str) -> None:
        if claimed_at <= stopped or call.purpose == "crisis":
            return
        if call.purpose == "confirm":
            said = self._confirmed[call.address].setdefault(about, set())  # WRONG NUMBER after STOP is confirmed too
            said.add(call.outbox_id)
            self._found.expect(13, len(said) <= 1, "confirmed twice:", about, call.address)
            return
        answered = None if inbox_id is None else self._found.one("SELECT received_at FROM inbox WHERE id=?", inbox_id)
        answers = call.purpose == "reply" and answered is not None and answered[0] >= stopped
        self._found.expect(13, answers, "after STOP:", call.purpose, call.address, call.text[:50])

    def _acknowledged(self, call: Leaving, alert_id: int | None, claimed_at: int) -> None:
        rows = self._found.sql(
            "SELECT a.status, max(coalesce(a.acknowledged_at, 0), coalesce(a.resolved_at, 0)), a.tier FROM alerts a"
            " WHERE a.id = ? OR a.id IN (SELECT alert_id FROM pages WHERE outbox_id = ?)",
            alert_id,
            call.outbox_id,
        )
        if not rows:
            return
        is_open = any(status == "open" or over >= claimed_at for status, over, _ in rows)
        self._found.expect(12, is_open, "paged after ON IT", call.address, call.text[:50])
        if any(tier for _, _, tier in rows):
            codes = len(CODE.findall(call.text))
            self._found.expect(11, codes <= 1 and len(rows) == 1, "a crisis bundled", call.text[:60])

    def _one_a_day(self, call: Leaving, participant_id: int | None) -> None:
        """One check-in a person, a schedule and a date on their own calendar, by the database's names and by ours.

        And no words that the bot begins with twice in a day: one nudge, one question.
        """
        for each in reversed(self._found.world.account.to[call.address]):
            if call.at - each.at > NOT_AGAIN:
                break
            same = each.outbox_id != call.outbox_id and each.purpose == "started" and each.text == call.text
            twice = same and each.accepted_at is not None and self._goes_to(each, participant_id)
            self._found.expect(5, not twice, "said twice within a day:", call.text[:40])
        row = self._found.one(
            "SELECT participant_id, schedule, local_date FROM slots WHERE outbox_id = ?", call.outbox_id
        )
        if row is None:
            return
        zone: ZoneInfo = self._found.world.zone_of(call.channel, call.address, participant_id)
        today = call.by_clock.astimezone(zone).date()
        moved = self._found.world.has_moved(call.address)
        named = str(today) == row[2] or moved or bool(self._found.world.clock.wrong)
        self._found.expect(5, named, "under the date", row[2], "on", today, zone.key)
        for key in (tuple(row), (row[0], row[1], today, "seen")):
            first = self._asked.setdefault(key, call.outbox_id)
            self._found.expect(5, first == call.outbox_id or moved, "a second check-in for", *key[1:], call.address)

    def _goes_to(self, call: Leaving, participant_id: int | None) -> bool:
        """Whether it was for the same person: whoever was forgotten and has joined anew is another."""
        row = self._found.one("SELECT participant_id FROM outbox WHERE id = ?", call.outbox_id)
        return row is not None and row[0] == participant_id
