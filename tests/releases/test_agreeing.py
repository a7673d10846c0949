"""Two coordinators agree before safety words, consent or escalation change, where service.yaml asks for it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot import releasing
from bot.content import Checked
from bot.releasing import Waits
from flows.agreeing import wants_two
from flows.content import Library
from flows.errors import Refused
from flows.model import Channel
from storage import people, releases, staff
from storage.database import Database
from storage.fields import Keyring
from storage.statements import Db
from tests.releases.desk import HOW, ROUGHLY, Office, edited

ASKS = ("service.yaml", "second_approver: no", "second_approver: yes")

OVERDOSE = "- rule: overdose happening"
SENSITIVE = {
    "a phrase that is heard": (
        "safety/crisis.yaml",
        "- rule: overdose happening\n  tier: A",
        "- rule: overdose happening\n  tier: B",
    ),
    "an idiom": ("safety/idioms.yaml", "en:\n", "en:\n  - dying for a sandwich\n"),
    "a word": ("safety/words.yaml", "PAUSE    ", "PAUSE, HAVE A REST    "),
    "what is said to them": ("directory/signposts.yaml", "In danger now? Call 999.", "In danger now? Please call 999."),
    "consent": ("flows/onboarding.yaml", "Can I keep", "May I keep"),
    "escalation": ("escalation.yaml", "after 1 working day: coordinators", "after 2 working days: coordinators"),
    "the setting itself": ("service.yaml", "second_approver: yes", "second_approver: no"),
}
HARMLESS = {
    "a message": ("flows/check-in.yaml", HOW, ROUGHLY),
    "a comment": ("safety/crisis.yaml", "# ---- A: life at risk now", "# ---- A"),
    "a date of a helpline": ("directory/signposts.yaml", "checked: 2026-11-01", "checked: 2026-11-20"),
    "a phrase": ("phrases.yaml", "thanks: You're welcome", "thanks: You are welcome"),
}


def library(checked: Checked) -> Library:
    assert checked.conversation is not None
    return checked.conversation.library


@pytest.fixture(scope="module")
def asking(checked: Checked) -> Checked:
    return edited(checked, ASKS)


@pytest.mark.parametrize("change", SENSITIVE)
def test_these_changes_want_two(asking: Checked, change: str) -> None:
    file, old, new = SENSITIVE[change]
    if change == "consent":
        old = asking.files[file].decode().split("consent_join", 1)[0].rsplit("- ask: ", 1)[1].split("\n", 1)[0]
        new = f"{old} Thanks."
    after = edited(asking, (file, old, new))
    assert len(wants_two(library(asking), library(after))) == 1


@pytest.mark.parametrize("change", HARMLESS)
def test_these_do_not(asking: Checked, change: str) -> None:
    assert wants_two(library(asking), library(edited(asking, HARMLESS[change]))) == ()


def test_nothing_does_where_the_service_does_not_ask(checked: Checked) -> None:
    changed = replace(library(checked), idioms={})
    assert wants_two(library(checked), changed) == ()


# ---------------------------------------------------------------- the codes


class Two:
    """A service that asks for two, with so many coordinators, and a change that wants them."""

    def __init__(self, database: Database, asking: Checked, keyring: Keyring) -> None:
        self.office = Office(database, asking, keyring)
        self.change = edited(asking, SENSITIVE["escalation"])
        self.name = library(self.change).release
        number = iter(range(100_000, 999_999, 7919))
        self.office.desk.draw = lambda _: next(number)

    def coordinator(self, number: str) -> None:
        def unit(db: Db) -> None:
            address = people.address(db, Channel.SMS, number, self.office.now)
            code = staff.add(db, "Kim", staff.Role.COORDINATOR, address, self.office.now, lambda _: 0)
            staff.confirm(db, address, code, self.office.now)

        self.office.database.run_now(unit)

    def go(self, *codes: str) -> Waits | None:
        office = self.office
        return office.database.run_now(
            lambda db: releasing.put_live(
                db, office.desk, self.name, self.change.files, office.now, two=True, codes=set(codes)
            )
        )

    def codes(self, *phones: str) -> list[str]:
        self.office.deliver()
        told = {message.address: message.text for message in self.office.sent}
        return [re.findall(r"\d{6}", told[phone])[0] for phone in phones]

    def is_live(self) -> bool:
        live = self.office.database.run_now(releases.live)
        return live is not None and live.hash == self.name


ANA, BEN = "+447700900011", "+447700900012"


@pytest.fixture
def two(database: Database, asking: Checked, keyring: Keyring) -> Two:
    found = Two(database, asking, keyring)
    found.coordinator(ANA)
    found.coordinator(BEN)
    return found


def test_two_codes_put_it_live_and_the_record_says_whose(two: Two) -> None:
    assert two.go() == Waits(agreed=0, asked=2)
    assert not two.is_live()
    ana, ben = two.codes(ANA, BEN)
    assert two.go(ana, ben) is None
    assert two.is_live()
    actors = {row.actor for row in two.office.rows("audit", action="release.live")}
    assert len(actors) == 2
    assert all(actor.startswith("staff ") for actor in actors)
    assert all(row.body and ana.encode() not in row.body for row in two.office.rows("outbox"))


def test_one_code_is_not_enough_nor_the_same_twice(two: Two) -> None:
    two.go()
    (ana,) = two.codes(ANA)
    assert two.go(ana) == Waits(agreed=1, asked=0)
    assert two.go(ana, ana) == Waits(agreed=1, asked=0)
    assert not two.is_live()


def test_guesses_run_out(two: Two) -> None:
    two.go()
    ana, ben = two.codes(ANA, BEN)
    for number in range(4):
        assert two.go(ana, f"00000{number}") == Waits(agreed=1, asked=0)
    # the fifth spends them: new ones are sent, and the old are worth nothing
    assert two.go(ana, "000005") == Waits(agreed=1, asked=2)
    assert two.go(ana, ben) == Waits(agreed=0, asked=0)
    assert not two.is_live()


def test_codes_of_one_release_do_not_count_for_another(two: Two, asking: Checked) -> None:
    two.go()
    ana, ben = two.codes(ANA, BEN)
    two.change = edited(asking, SENSITIVE["an idiom"])
    two.name = library(two.change).release
    assert two.go(ana, ben) == Waits(agreed=0, asked=2)
    assert not two.is_live()


def test_a_code_counts_for_a_day(two: Two) -> None:
    two.go()
    ana, ben = two.codes(ANA, BEN)
    two.office.passes(hours=24)
    assert two.go(ana, ben) == Waits(agreed=0, asked=2)


def test_where_there_are_not_two_it_says_so(sqlite_url: str, asking: Checked, keyring: Keyring) -> None:
    with Database.open(sqlite_url, keyring, inline=True) as database:
        alone = Two(database, asking, keyring)
        alone.coordinator(ANA)
        with pytest.raises(Refused, match="1 can be reached"):
            alone.go()
        assert not alone.is_live()
