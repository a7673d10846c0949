"""The commands about staff, as somebody types them: what they print, and what they say to a mistake."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import __main__ as program
from bot.cli import people as peopling
from bot.cli import rota as keeping
from bot.cli import staff as staffing
from flows.model import Channel
from storage import people, releases, staff, tables
from storage.database import Database
from storage.fields import Keyring
from storage.statements import Db
from tests.house.tree import ROOT

MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
SAM = "07700900123"


@dataclass
class Screen:
    """What a command printed. ``wrong`` is standard error."""

    out: str
    wrong: str
    code: int

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Types = Callable[..., Screen]


@pytest.fixture
def types(
    database_url: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Types:
    """Type a command on this machine, on the Monday at ten."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("FINGERPOST_KEYS", keyring.format())
    monkeypatch.setenv("CONSOLE_SECRET", "a secret of the console, long enough")
    monkeypatch.setenv("CONTENT_DIR", str(ROOT / "content"))
    for module in (staffing, keeping, peopling):
        monkeypatch.setattr(module, "clock", lambda: MONDAY)

    def typed(*words: str) -> Screen:
        monkeypatch.setattr(sys, "argv", ["fingerpost", *words])
        with pytest.raises(SystemExit) as left:
            program.main()
        shown = capsys.readouterr()
        return Screen(shown.out, shown.err, int(left.value.code or 0))

    return typed


@pytest.fixture
def inside(database_url: str, keyring: Keyring) -> Callable[[Callable[[Db], object]], object]:
    """Do something to the database between two commands."""

    def unit(work: Callable[[Db], object]) -> object:
        with Database.open(database_url, keyring) as database:
            return database.run_now(work)

    return unit


def pairs(inside: Callable[..., object], screen: Screen, number: str) -> None:
    """Text the code that a command printed, from this number."""
    found = re.search(r"by hand: (\d{6})", screen.out)
    assert found is not None, screen

    def unit(db: Db) -> None:
        address_id = people.address(db, Channel.SMS, number, MONDAY)
        assert staff.confirm(db, address_id, found[1], MONDAY)[0] is staff.Pairing.CONFIRMED

    inside(unit)


def refused(screen: Screen) -> str:
    """One sentence or two on standard error, nothing else."""
    assert screen.code == 2, screen
    assert screen.out == ""
    (line,) = screen.wrong.splitlines()
    return line


# ---------------------------------------------------------------- staff


def test_nobody_yet_says_what_to_type(types: Types) -> None:
    assert types("staff", "list").out == "Nobody yet. Type: fingerpost staff add NAME NUMBER --role coordinator\n"


def test_the_list_shows_caseload_absence_and_channels(types: Types, inside: Callable[..., object]) -> None:
    pairs(inside, types("staff", "add", "Ana", "07700900456", "--role", "coordinator"), "+447700900456")
    types("staff", "add", "Ben", "--paid")
    types("people", "add", SAM)
    types("people", "move", SAM, "--to", "ana")
    types("staff", "prefer", "Ana", "sms")
    types("staff", "away", "Ana", "--until", "monday")
    ana, ben = types("staff", "list").lines
    assert "Ana  coordinator  confirmed  sms …456 (first)  supports 1 of 15" in ana
    assert ana.endswith("away until 2026-11-09, nobody covers")
    assert ben.endswith("Ben  mentor, paid  invited  no phone  supports 0 of 15")
    types("staff", "back", "Ana")
    assert "away" not in types("staff", "list").out


def test_a_name_that_nobody_has_is_told_who_was_meant(types: Types) -> None:
    types("staff", "add", "Ana")
    assert refused(types("staff", "code", "Anna")) == (
        "Nobody on the staff is called Anna. Did you mean Ana? Type fingerpost staff list to see who is there."
    )
    assert "Did you mean" not in refused(types("staff", "code", "Zebedee"))


def test_two_of_a_name_are_told_apart_by_id(types: Types) -> None:
    types("staff", "add", "Ana")
    types("staff", "add", "ana")
    ids = [line.split()[0] for line in types("staff", "list").lines]
    line = refused(types("staff", "away", "ANA", "--until", "monday"))
    assert line == f"2 people on the staff are called ANA. Type the id of one: {', '.join(ids)}."
    assert types("staff", "away", ids[1], "--until", "monday").code == 0


def test_a_code_adds_a_second_phone_and_says_so(types: Types, inside: Callable[..., object]) -> None:
    pairs(inside, types("staff", "add", "Ana", "07700900456"), "+447700900456")
    screen = types("staff", "code", "Ana")
    assert "adds that one to theirs" in screen.out
    pairs(inside, screen, "+447700900457")
    assert "sms …456, sms …457" in types("staff", "list").out


@pytest.mark.parametrize(
    ("until", "line"),
    [
        ("yesterday", "yesterday is no day ahead. Type it like 2026-12-24, monday or 2 weeks."),
        ("2026-11-02", "2026-11-02 is no day ahead. Type it like 2026-12-24, monday or 2 weeks."),
        ("whenever", "whenever is no day ahead. Type it like 2026-12-24, monday or 2 weeks."),
    ],
)
def test_away_until_no_day_is_refused(types: Types, until: str, line: str) -> None:
    types("staff", "add", "Ana")
    assert refused(types("staff", "away", "Ana", "--until", until)) == line


def test_nobody_covers_for_themselves(types: Types) -> None:
    types("staff", "add", "Ana")
    assert "cannot cover for themselves" in refused(
        types("staff", "away", "Ana", "--until", "monday", "--cover", "ana")
    )


def test_only_a_coordinator_covers_for_a_coordinator(types: Types) -> None:
    types("staff", "add", "Ana", "--role", "coordinator")
    types("staff", "add", "Ben")
    assert "Name a coordinator after --cover" in refused(
        types("staff", "away", "Ana", "--until", "monday", "--cover", "Ben")
    )


def test_a_cover_who_cannot_be_reached_is_pointed_out(types: Types) -> None:
    types("staff", "add", "Ana")
    types("staff", "add", "Ben")
    said = types("staff", "away", "Ana", "--until", "2026-11-20", "--cover", "Ben").out
    assert "Ana is away until Friday 20 November 2026, and Ben covers." in said
    assert "Ben is invited, so nothing reaches them yet." in said


def test_a_channel_that_is_none_is_refused(types: Types) -> None:
    types("staff", "add", "Ana")
    assert refused(types("staff", "prefer", "Ana", "fax")).startswith("fax is no channel.")
    assert "have no phone there yet" in types("staff", "prefer", "Ana", "telegram").out


# ---------------------------------------------------------------- the rota


def test_an_empty_rota_says_who_hears_meanwhile(types: Types) -> None:
    said = types("staff", "rota").lines
    assert said[0] == "The rota is empty, so urgent alerts go to all coordinators at any hour."
    assert said[1].startswith("Type: fingerpost staff rota add")


def test_the_coming_week_is_shown_with_its_gaps(types: Types, inside: Callable[..., object]) -> None:
    pairs(inside, types("staff", "add", "Ana", "07700900456", "--role", "coordinator"), "+447700900456")
    types("staff", "rota", "add", "Ana", "Mon to Fri", "09:00", "5pm")
    said = types("staff", "rota").lines
    assert said[0] == "Mon 2 Nov  09:00 to 17:00     Ana"
    assert "Nobody is on duty from Mon 2 Nov 17:00 to Tue 3 Nov 09:00." in said
    assert "Nobody is on duty from Fri 6 Nov 17:00 to Mon 9 Nov 09:00." in said
    types("staff", "rota", "add", "Ana", "every day", "5pm", "9am")
    types("staff", "rota", "add", "Ana", "weekends", "09:00", "17:00")
    assert types("staff", "rota").lines[-1] == "Somebody is on duty at every hour of this week."


def test_somebody_away_or_unconfirmed_on_the_rota_is_shown_as_such(types: Types, inside: Callable[..., object]) -> None:
    pairs(inside, types("staff", "add", "Ana", "07700900456", "--paid"), "+447700900456")
    types("staff", "add", "Ben", "--paid")
    types("staff", "rota", "add", "Ana", "Mon", "09:00", "17:00")
    assert "Nothing reaches Ben yet" in types("staff", "rota", "add", "Ben", "Tue", "09:00", "17:00").out
    types("staff", "away", "Ana", "--until", "tomorrow")
    said = types("staff", "rota").out
    assert "Ana (away, nobody covers)" in said
    assert "Ben (invited: nothing reaches them)" in said


def test_a_shift_ends_after_its_last_day(types: Types, inside: Callable[..., object]) -> None:
    pairs(inside, types("staff", "add", "Ana", "07700900456", "--paid"), "+447700900456")
    types("staff", "rota", "add", "Ana", "every day", "09:00", "17:00", "--until", "2026-11-03")
    assert [line[:9] for line in types("staff", "rota").lines if "Ana" in line] == ["Mon 2 Nov", "Tue 3 Nov"]
    assert "over before it begins" in refused(
        types("staff", "rota", "add", "Ana", "Mon", "09:00", "17:00", "--until", "2026-11-01")
    )


def test_shifts_are_taken_off_by_name_and_day(types: Types) -> None:
    types("staff", "add", "Ana")
    types("staff", "rota", "add", "Ana", "Mon, Tue", "09:00", "17:00")
    types("staff", "rota", "add", "Ana", "Mon", "17:00", "21:00")
    assert types("staff", "rota", "remove", "Ana", "Mon", "17:00").out == "Shifts of Ana taken off the rota: 1.\n"
    assert types("staff", "rota", "remove", "Ana", "every day").out == "Shifts of Ana taken off the rota: 2.\n"
    assert refused(types("staff", "rota", "remove", "Ana", "Mon")).startswith("Ana has no such shift.")


def test_a_volunteer_on_the_rota_is_pointed_out(types: Types) -> None:
    types("staff", "add", "Ana")
    assert "A volunteer on duty alone" in types("staff", "rota", "add", "Ana", "Mon", "09:00", "17:00").out


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("Ana", "someday", "09:00", "17:00"), 'someday names no days. Type them like "Mon to Fri", Sat,'),
        (("Ana", "Mon", "9", "17:00"), "9 is no time. Type it like 09:00 or 9am."),
        (("Ana", "Mon", "09:00", "25:00"), "25:00 is no time. Type it like 09:00 or 9am."),
        (("Ann", "Mon", "09:00", "17:00"), "Nobody on the staff is called Ann. Did you mean Ana?"),
        (("Ana", "Mon", "09:00", "17:00", "--until", "xmas"), "xmas is no date. Type it like 2026-12-24."),
    ],
)
def test_a_shift_that_cannot_be_read_is_refused(types: Types, words: tuple[str, ...], line: str) -> None:
    types("staff", "add", "Ana")
    assert refused(types("staff", "rota", "add", *words)).startswith(line)


# ---------------------------------------------------------------- who supports whom


def test_a_person_is_given_a_mentor_and_a_backup(types: Types) -> None:
    types("staff", "add", "Ana")
    types("staff", "add", "Ben", "--paid")
    types("people", "add", SAM)
    said = types("people", "move", SAM, "--to", "Ana", "--backup", "Ben").lines
    assert said[:2] == ["Mentor: Ana.", "Backup: Ben."]
    assert any("have not agreed that a mentor may be told" in line for line in said)
    assert any(line.startswith("Ana is invited: nothing reaches them") for line in said)
    # what is not named stays; a backup who becomes the mentor is not both
    assert types("people", "move", SAM, "--to", "Ben").lines[:2] == ["Mentor: Ben.", "Backup: nobody."]
    assert types("people", "move", SAM, "--to", "nobody").lines[0] == "Mentor: nobody."


def test_over_the_cap_nobody_is_moved(types: Types) -> None:
    types("staff", "add", "Ana")
    for last in range(8):
        types("people", "add", f"077009001{last:02}")
        assert types("people", "move", f"077009001{last:02}", "--to", "Ana").code == 0
    types("people", "add", SAM)
    assert refused(types("people", "move", SAM, "--to", "Ana")) == (
        "Ana supports 8 people already, and a volunteer supports at most 8."
        " Choose somebody else, or move one of theirs first."
    )


def test_a_person_moves_to_another_time_zone_and_is_planned_for_again(
    types: Types, inside: Callable[..., object]
) -> None:
    types("people", "add", SAM)
    person = tables.participants
    inside(lambda db: db.connection.execute(person.update().values(status="active", joined_at=MONDAY)))
    assert "Europe/Paris" in types("people", "move", SAM, "--zone", "Europe/Paris").out
    row = inside(lambda db: db.connection.execute(select(person.c.time_zone, person.c.plan_at)).one())
    assert row == ("Europe/Paris", MONDAY)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("07700900199", "--to", "Ana"), "Nobody is known as 07700900199."),
        ((SAM, "--to", "Anna"), "Nobody on the staff is called Anna. Did you mean Ana?"),
        ((SAM,), "Nothing to change was named."),
        ((SAM, "--zone", "Mars/Base"), "Mars/Base is no time zone."),
        ((SAM, "--to", "Ana", "--backup", "Ana"), "A backup has to be somebody else than the mentor."),
    ],
)
def test_a_move_that_cannot_be_is_refused(types: Types, words: tuple[str, ...], line: str) -> None:
    types("staff", "add", "Ana")
    types("people", "add", SAM)
    assert refused(types("people", "move", *words)).startswith(line)


@pytest.mark.parametrize(
    "command",
    [
        ("staff", "list"),
        ("staff", "code"),
        ("staff", "prefer"),
        ("staff", "away"),
        ("staff", "back"),
        ("staff", "rota"),
        ("staff", "rota", "add"),
        ("staff", "rota", "remove"),
        ("people", "move"),
    ],
)
def test_every_command_shows_an_example(types: Types, command: tuple[str, ...]) -> None:
    assert f"Example: fingerpost {' '.join(command)}" in types(*command, "--help").out


# ---------------------------------------------------------------- the service as it is live


def test_what_is_live_counts_and_not_what_is_saved(
    types: Types, database_url: str, keyring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody is trying other numbers in the folder: nothing of that counts until it is released."""
    written = (ROOT / "content" / "service.yaml").read_text(encoding="utf-8")
    assert "volunteer: 8" in written
    with Database.open(database_url, keyring) as database:
        live = {"service.yaml": written.replace("volunteer: 8", "volunteer: 3").encode()}
        database.run_now(lambda db: releases.store(db, "live", live, MONDAY))
        database.run_now(lambda db: releases.go_live(db, "live", MONDAY))
    types("staff", "add", "Ana", "07700900101", "--role", "mentor")
    assert "supports 0 of 3" in types("staff", "list").out
    monkeypatch.setenv("CONTENT_DIR", str(tmp_path / "none"))
    assert "supports 0 of 3" in types("staff", "list").out


def test_the_folder_counts_until_something_goes_live(types: Types) -> None:
    types("staff", "add", "Ana", "07700900101", "--role", "mentor")
    assert "supports 0 of 8" in types("staff", "list").out
