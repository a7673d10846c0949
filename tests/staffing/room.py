"""The staff of a small service, and Sam whom they support."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flows.model import Channel
from storage import caseload, staff
from storage.staff import Role
from tests.turns.table import COORDINATOR, Table

SAM = "+447700900123"
ANA = COORDINATOR  # coordinator
BEN = "+447700900201"  # Sam's mentor, a volunteer
CAI = "+447700900202"  # Sam's backup, paid
DEE = "+447700900203"  # a second coordinator, where a test wants one


@dataclass
class Room:
    """Who is there. ``page`` is what a phone was last told of an alert."""

    table: Table

    def __post_init__(self) -> None:
        self.table.once(("room",), self._fills)
        self.sam = self.table.rows("participants", status="active")[0].id

    def _fills(self) -> None:
        self.pairs("Ben", BEN)
        self.pairs("Cai", CAI, paid=True)
        self.table.joins(SAM)
        self.sam = self.table.rows("participants", status="active")[0].id
        self.supports("Ben", "Cai")

    # ------------------------------------------------------------ arranging

    def pairs(
        self,
        name: str,
        phone: str,
        *,
        role: Role = Role.MENTOR,
        paid: bool = False,
        channel: Channel = Channel.SMS,
    ) -> list[str]:
        """Invite somebody and let them text their code; what they are sent."""
        table = self.table
        code = table.database.run_now(lambda db: staff.add(db, name, role, None, table.now, _digits(name), paid=paid))
        return table.says(phone, code, channel)

    def adds_phone(self, name: str, phone: str, channel: Channel = Channel.TELEGRAM) -> list[str]:
        """Pair another phone of somebody, a minute later: it is then the one last used."""
        self.table.now += timedelta(minutes=1)
        table, member = self.table, self.id_of(name)
        code = table.database.run_now(lambda db: staff.new_code(db, member, table.now, _digits(phone)))
        return table.says(phone, code, channel)

    def other(self) -> int:
        """The id of the other participant who has joined beside Sam."""
        (found,) = [row.id for row in self.table.rows("participants", status="active") if row.id != self.sam]
        return int(found)

    def id_of(self, name: str) -> int:
        found: list[int] = [each.id for each in self.table.database.run_now(staff.everybody) if each.name == name]
        return found[0]

    def supports(self, mentor: str | None, backup: str | None = None, *, whom: int | None = None) -> None:
        ids = [self.id_of(each) if each is not None else None for each in (mentor, backup)]
        person = self.sam if whom is None else whom
        now = self.table.now
        self.table.database.run_now(lambda db: caseload.assign(db, person, ids[0], ids[1], {}, now))

    # ------------------------------------------------------------ what happens

    def asks_for_mentor(self, phone: str = SAM) -> str:
        """Somebody asks for a mentor; the code of the alert."""
        self.table.says(phone, "MENTOR")
        return str(self.table.rows("alerts", is_test=False)[-1].code)

    def says(self, phone: str, text: str, **more: Any) -> list[str]:
        return self.table.says(phone, text, **more)

    def told(self, phone: str, since: int = 0) -> list[str]:
        """All that this phone was sent, after so many messages in all."""
        self.table.hears(phone)
        return [message.text for message in self.table.sent[since:] if message.address == phone]

    @property
    def now(self) -> int:
        """How many messages have been sent so far: for ``told``."""
        return len(self.table.sent)

    def alert(self, code: str) -> Any:
        return [row for row in self.table.rows("alerts") if row.code == code][-1]

    def alert_of_crisis(self) -> str:
        """The code of the last crisis alert."""
        return str([row for row in self.table.rows("alerts", is_test=False) if row.tier][-1].code)

    def audited(self, action: str) -> list[Any]:
        return self.table.rows("audit", action=action)


def _digits(seed: str) -> Any:
    """A draw that gives everybody a code of their own."""
    number = sum(ord(letter) * 31**place for place, letter in enumerate(seed))
    return lambda below: number % below
