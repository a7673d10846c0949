"""What is judged whenever something was acknowledged: promises 1, 3, 9, 11 and 12, and what STOP means from then on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.simulator.account import Texted
from bot.simulator.oracle.findings import Findings
from bot.simulator.oracle.sending import Sending

STOP_WORDS = frozenset({"STOP", "STOP PLEASE", "UNSUBSCRIBE", "STOPALL", "QUIT"})
NOT_TO_US = frozenset({"", "WRONG NUMBER"})  # a chat that is left, and somebody else's phone
BACK_WORDS = frozenset({"START", "UNSTOP", "JOIN"})
# DONE takes an alert and closes it in one
TAKES = re.compile(r"\W*(?:on\s*-?\s*it|i'?m on it|got it|done)\W*(\d{1,4})?\W*[a-z ]*", re.IGNORECASE)
AT_ONCE = timedelta(seconds=60)
TAKEN_UP = timedelta(days=7)  # so long after a miss a text still counts as the late reply
MICROSECOND = timedelta(microseconds=1)


class Arriving:
    """Looks at every message at the moment at which its sender is told that it is safe."""

    def __init__(self, findings: Findings, sending: Sending) -> None:
        self._found = findings
        self._sending = sending
        self._told: dict[int, object] = {}  # alert → when it was last acknowledged, as seen

    def look(self, text: Texted) -> None:
        rows = self._found.sql(
            "SELECT id, participant_id, finding, received_at, status FROM inbox WHERE channel = ? AND provider_id = ?",
            text.channel,
            text.provider_id,
        )
        kept = len(rows)
        safe = kept >= 1 or text.acknowledged > 1 or self._erased_since(text)
        self._found.expect(1, safe, "acknowledged and not kept:", text.provider_id)
        self._found.expect(3, kept <= 1, "kept", kept, "times:", text.provider_id)
        if not rows or text.acknowledged > 1:
            return
        row_id, participant_id, _, received_at, _ = rows[0]
        self._learn(text, received_at, participant_id)
        worker = self._found.world.worker_at(text.address)
        if worker is not None:
            self._staff(text, received_at)
        if participant_id is not None:
            self._late(text, participant_id, received_at)
        if self._found.world.is_crisis(text.text) and participant_id is not None:
            self._crisis(text, row_id, participant_id, received_at)

    def _erased_since(self, text: Texted) -> bool:
        """Whether they were forgotten between the commit and the acknowledgement: what was sent to them is gone too."""
        calls = self._found.world.account.to[text.address]
        newest = next((call for call in reversed(calls) if call.at >= text.at), None)
        return newest is not None and self._found.one("SELECT 1 FROM outbox WHERE id = ?", newest.outbox_id) is None

    def _learn(self, text: Texted, received_at: int, participant_id: int | None) -> None:
        word = text.text.strip().upper()
        if word in STOP_WORDS:
            self._sending.stops(text.address, received_at, participant_id)
        elif word in BACK_WORDS:
            self._sending.comes_back(text.address)

    # ------------------------------------------------------------ late replies

    def _late(self, text: Texted, participant_id: int, received_at: int) -> None:
        """Whoever was missed and now writes: the question is closed, and those who were told hear of it."""
        missed = self._found.one(
            "SELECT id, replied_at FROM slots WHERE participant_id = ? AND status = 'missed' AND ended_at > ?"
            " AND ended_at < ? ORDER BY ended_at DESC",
            participant_id,
            received_at - TAKEN_UP / MICROSECOND,
            received_at,
        )
        if missed is None or text.text.upper() in NOT_TO_US or self._left(participant_id):
            return
        self._found.expect(7, missed[1] is not None, "a late reply is not noted: slot", missed[0])
        for alert_id, status, outcome, resolved_at in self._found.sql(
            "SELECT id, status, outcome, resolved_at FROM alerts"
            " WHERE participant_id = ? AND policy = 'missed check-in'"
            " AND opened_at < ?",
            participant_id,
            received_at,
        ):
            self._found.expect(7, status != "open", "a late reply leaves the alert open:", alert_id)
            if outcome == "replied" and resolved_at == received_at:
                told = self._found.sql(
                    "SELECT DISTINCT p.staff_id FROM pages p JOIN outbox o ON o.id = p.outbox_id"
                    " JOIN staff s ON s.id = p.staff_id WHERE p.alert_id = ? AND o.status = 'sent'"
                    " AND s.status = 'confirmed' AND p.staff_id NOT IN"
                    " (SELECT staff_id FROM outbox n WHERE n.staff_id IS NOT NULL AND n.made_at = ?)",
                    alert_id,
                    received_at,
                )
                self._found.expect(7, not told, "told of the miss and not of the reply: staff", told)

    def _left(self, participant_id: int) -> bool:
        person = self._found.one("SELECT status FROM participants WHERE id = ?", participant_id)
        return person is None or person[0] != "active"

    # ------------------------------------------------------------ crisis

    def _crisis(self, text: Texted, row_id: int, participant_id: int, received_at: int) -> None:
        replies = self._found.sql(
            "SELECT id FROM outbox WHERE inbox_id = ? AND purpose = 'crisis' AND made_at = ?", row_id, received_at
        )
        self._found.expect(9, len(replies) >= 1, "no reply queued with a crisis text of", text.address)
        alert = self._found.one(
            "SELECT id, status, opened_at FROM alerts WHERE participant_id = ? AND tier IS NOT NULL"
            " AND status <> 'resolved' ORDER BY id DESC",
            participant_id,
        )
        self._found.expect(11, alert is not None, "a crisis opened no alert:", text.address)
        world = self._found.world
        for (reply,) in replies[:1]:
            world.later(AT_ONCE.total_seconds(), self._replied, reply, text.channel, text.address)
        if alert is not None and alert[2] == received_at:
            world.later(AT_ONCE.total_seconds(), self._paged, alert[0], text)

    def _undisturbed(self, channel: str) -> bool:
        return self._found.has_been_well(2 * AT_ONCE) and self._found.carries(channel, 3 * AT_ONCE)

    def _replied(self, reply: int, channel: str, address: str) -> None:
        if self._undisturbed(channel):
            tried = self._found.world.account.calls.get(reply)
            self._found.expect(11, bool(tried), "a crisis reply held back:", address)

    def _paged(self, alert_id: int, text: Texted) -> None:
        """Some phone that may take a crisis has been tried."""
        world = self._found.world
        tried = self._pages(alert_id)
        acknowledged = text.acknowledged_at
        assert acknowledged is not None
        if tried:
            self._found.crisis_waits.append((min(tried) - acknowledged).total_seconds())
        elif self._undisturbed("sms") and self._undisturbed("telegram"):
            phones = world.crisis_phones(but=text.address)
            self._found.expect(11, not phones, "nobody was paged for a crisis of", text.address)

    def _pages(self, alert_id: int) -> list[Any]:
        rows = self._found.sql(
            "SELECT id FROM outbox WHERE staff_id IS NOT NULL AND"
            " (alert_id = ? OR id IN (SELECT outbox_id FROM pages WHERE alert_id = ?))",
            alert_id,
            alert_id,
        )
        calls = self._found.world.account.calls
        return [call.at for (row_id,) in rows for call in calls.get(row_id, ())]

    # ------------------------------------------------------------ ON IT

    def _staff(self, text: Texted, received_at: int) -> None:
        """Whatever was acknowledged by this message: by its sender, with its code, and not about themselves."""
        taken: Sequence[Any] = self._found.sql(
            "SELECT a.id, a.code, a.acknowledged_by, a.tier,"
            " (SELECT count(*) FROM pages p WHERE p.alert_id = a.id AND p.staff_id = a.acknowledged_by),"
            " (SELECT count(*) FROM addresses d WHERE d.participant_id = a.participant_id"
            "  AND d.staff_id = a.acknowledged_by)"
            " FROM alerts a WHERE a.acknowledged_at = ?",
            received_at,
        )
        said = TAKES.fullmatch(text.text.strip())
        tap = ":" in text.text
        sender = self._found.world.worker_at(text.address)
        assert sender is not None
        for alert_id, code, by, tier, told, themselves in taken:
            if by != sender.staff_id:
                continue  # somebody else's, in the same batch
            theirs = sender.role == "coordinator" or (told and (sender.paid or not tier))
            self._found.expect(12, bool(theirs), "taken by a mentor whom it never reached:", alert_id)
            self._found.expect(12, not themselves, "took the alert about themselves", alert_id)
            if tap or "LATER" in text.text.upper():
                continue
            self._found.expect(12, said is not None, "taken by", repr(text.text), alert_id)
            given = said[1] if said is not None else None
            right = given == code if given else not tier
            self._found.expect(12, right, "taken with", repr(text.text), "but its code is", code)
