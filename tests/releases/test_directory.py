"""What is imported, checked or reported shut is so in every process without a restart."""

from __future__ import annotations

import asyncio
from datetime import date, time, timedelta

from bot.content import Checked
from flows.content import Feed, Group
from flows.directory import initiative_json
from flows.directory.model import Initiative, Session, Venue
from storage import directory
from storage.fields import Keyring
from tests.releases.desk import HOW, ROUGHLY, Office, edited
from tests.sources.feeds import NEWER

HALL = Venue("Castle Hall", "TN9 1BG", "Tonbridge", (51.2, 0.27))


def choir(*days: str) -> bytes:
    rule = f"FREQ=WEEKLY;BYDAY={','.join(days)}"
    session = Session("kent/choir.1", rule, time(18, 30), venue=HALL)
    return initiative_json.dump(
        [Initiative("kent/choir", "kent", "Castle Choir", assured=date(2026, 5, 1), sessions=(session,))]
    )


def holds(office: Office, held: bytes, name: str = "kent") -> None:
    office.now += timedelta(seconds=1)
    office.database.run_now(lambda db: directory.replace(db, Feed(name, "bmlt", "x"), held, 1, office.now))


def offered(office: Office) -> dict[str, Group]:
    return {group.id: group for group in office.app.desk.live.library.groups if group.source == "kent"}


async def test_an_import_is_offered_by_every_process(
    office_on_both: Office, checked: Checked, keyring: Keyring
) -> None:
    office = office_on_both
    other = office.another(checked, keyring)
    await other.app.begin_with(checked)
    holds(office, choir("TU", "TH"))
    await asyncio.gather(office.app.following.look(), other.app.following.look())
    assert set(offered(office)) == set(offered(other)) == {"kent/choir.1.tu", "kent/choir.1.th"}
    assert len(other.app.desk.live.library.groups) > 2, "what coordinators wrote is offered as well"
    holds(office, choir("TU"))
    await other.app.following.look()
    assert set(offered(other)) == {"kent/choir.1"}
    office.database.run_now(lambda db: directory.remove(db, "kent", office.now))
    await other.app.following.look()
    assert offered(other) == {}


async def test_what_is_reported_shut_is_offered_again_once_it_was_checked(office: Office) -> None:
    holds(office, choir("TU", "TH"))
    office.database.run_now(lambda db: directory.hide(db, "kent/choir.1.tu", "two reports", office.now))
    await office.app.following.look()
    assert set(offered(office)) == {"kent/choir.1.th"}
    today = date(2026, 11, 23)
    name, now = "kent/choir.1.tu", office.now
    office.database.run_now(lambda db: directory.checked(db, name, today, "operator", now, now))
    await office.app.following.look()
    found = offered(office)
    assert (found["kent/choir.1.tu"].checked, found["kent/choir.1.th"].checked) == (today, date(2026, 5, 1))
    office.database.run_now(lambda db: directory.hide(db, "kent/choir", "it closed down", office.now))
    await office.app.following.look()
    assert offered(office) == {}, "the name of an initiative stands for all its groups"


async def test_imports_outlive_another_release_and_another_start(
    office: Office, checked: Checked, keyring: Keyring
) -> None:
    holds(office, choir("TU"))
    await office.app.following.look()
    office.goes_live(edited(checked, ("flows/check-in.yaml", HOW, ROUGHLY)))
    await office.app.following.look()
    assert set(offered(office)) == {"kent/choir.1"}
    other = office.another(checked, keyring)
    await other.app.begin_with(checked)
    await other.app.stock.look()
    assert set(offered(other)) == {"kent/choir.1"}


async def test_what_a_newer_program_wrote_leaves_an_older_one_with_what_it_has(office: Office) -> None:
    holds(office, choir("TU"))
    await office.app.following.look()
    holds(office, NEWER)
    holds(office, initiative_json.dump(()), name="sussex")
    await office.app.following.look()
    assert set(offered(office)) == {"kent/choir.1"}
