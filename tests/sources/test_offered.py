"""From somebody else's list to a person's phone, and off it again once nobody finds the door open."""

from __future__ import annotations

from bot.importing import take
from flows.content import Feed
from storage import directory
from storage.database import Database
from storage.fields import Keyring
from tests.releases.desk import Office
from tests.shipped import shipped
from tests.sources.feeds import meetings

KENT = Feed("kent-aa", "meeting-guide", "https://example.org/meetings.json")
SAM = "+447700900001"


def asks(office: Office) -> str:
    """What somebody hears who asks for groups near TN9 on a Tuesday, and needs nothing in particular."""
    asked = office.says(SAM, "GROUPS TUE TN9")
    everything = [line.split()[0] for text in asked for line in text.splitlines() if "Show me everything" in line]
    return " ".join(office.says(SAM, everything[0]) if everything else asked)


async def test_what_was_imported_reaches_a_phone_until_it_is_hidden(
    sqlite_database: Database, keyring: Keyring
) -> None:
    office = Office(sqlite_database, shipped(), keyring)
    await office.app.begin_with(shipped())
    office.opens()
    office.joins(SAM)
    await take(sqlite_database, KENT, [meetings(3)], office.now, "Europe/London", by="operator")
    await office.app.following.look()
    offered = asks(office)
    assert "Meeting 2" in offered
    assert "Meeting 1" not in offered, "that is on Monday"
    sqlite_database.run_now(lambda db: directory.hide(db, "kent-aa/meeting-2.tu", "shut, twice", office.now))
    await office.app.following.look()
    assert "Meeting 2" not in asks(office)


async def test_an_invented_group_of_an_import_is_offered_to_nobody_real(
    sqlite_database: Database, keyring: Keyring
) -> None:
    office = Office(sqlite_database, shipped(), keyring)
    await office.app.begin_with(shipped())
    office.opens()
    office.joins(SAM)
    body = meetings(3, phone="01632 960101")
    await take(sqlite_database, KENT, [body], office.now, "Europe/London", by="operator")
    await office.app.following.look()
    assert "Meeting" not in asks(office)
