"""Values go when their time is over, and move to the name that their variable has now. Nothing else of anybody does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from flows.content import Variable
from storage import answers, audit, people, records, values
from storage.answers import Consent
from storage.database import Database
from storage.people import Key, PersonChange
from storage.tables import participants
from tests.storage.scene import ALEX, KIM, NOW, SAM, meet, participant, person_id, rows

A_MONTH = timedelta(days=30)
SAFE_TIMES = Variable("safe_times", "text", 40, private=True, keep_for=A_MONTH)
GOAL = Variable("goal", "text", 60, private=True)
AREA = Variable("area", "postcode", keep_for=A_MONTH)
KEPT = {each.name: each for each in (SAFE_TIMES, GOAL, AREA)}


def somebody(database: Database, key: Key = SAM) -> int:
    """With a private and a public value that may be kept for a month, and one that may be kept for good."""
    who = person_id(participant(database, key))
    change = PersonChange(id=who, remembered={"area": "TN9"}, private={"safe_times": "evenings", "goal": "a flat"})
    database.run_now(lambda db: people.save(db, [change], NOW))
    return who


def remembered(database: Database, key: Key = SAM) -> Mapping[str, str]:
    person = meet(database, key)[key].participant
    assert person is not None
    return person.values


def forgets(database: Database, at: datetime, variables: Mapping[str, Variable] = KEPT) -> None:
    database.run_now(lambda db: values.forget_old(db, variables, at, 100))


def moves(database: Database, variables: Mapping[str, Variable], limit: int = 100) -> int:
    """Walks to the end; in how many units."""
    for count in range(1, 100):
        if database.run_now(lambda db: values.move_renamed(db, variables, NOW, limit)) < limit:
            return count
    raise AssertionError("the walk never ends")


# ---------------------------------------------------------------- keep_for


@pytest.mark.parametrize(
    ("days", "left"),
    [(29, {"area", "safe_times", "goal"}), (30, {"goal"}), (31, {"goal"})],
)
def test_a_value_goes_when_its_time_is_over(database: Database, days: int, left: set[str]) -> None:
    who = somebody(database)
    database.run_now(lambda db: values.kept(db, [(who, "area"), (who, "safe_times")], NOW))
    forgets(database, NOW + timedelta(days=days))
    assert remembered(database).keys() == left
    lines = database.run_now(lambda db: audit.of(db, who))
    assert {line.detail["name"] for _, line in lines} == {"area", "safe_times", "goal"} - left
    assert "evenings" not in str(lines)


def test_a_value_given_again_is_kept_from_then_on(database: Database) -> None:
    who = somebody(database)
    database.run_now(lambda db: values.kept(db, [(who, "area"), (who, "safe_times")], NOW))
    database.run_now(lambda db: values.kept(db, [(who, "area")], NOW + timedelta(days=20)))
    forgets(database, NOW + timedelta(days=31))
    assert remembered(database).keys() == {"area", "goal"}
    forgets(database, NOW + timedelta(days=50))
    assert remembered(database).keys() == {"goal"}


def test_what_was_there_before_keep_for_was_written_counts_from_the_first_look(database: Database) -> None:
    somebody(database)
    forgets(database, NOW + timedelta(days=400))
    assert remembered(database).keys() == {"area", "safe_times", "goal"}
    forgets(database, NOW + timedelta(days=430))
    assert remembered(database).keys() == {"goal"}


# ---------------------------------------------------------------- was


AIM = {"aim": Variable("aim", "text", 60, private=True, was="goal"), "area": Variable("area", "postcode")}
BACK = {"goal": GOAL, "area": Variable("area", "postcode")}


def test_values_move_to_the_new_name_for_everybody_and_stay_sealed(database: Database) -> None:
    for key in (SAM, ALEX, KIM):
        somebody(database, key)
    assert moves(database, AIM, limit=2) == 2
    for key in (SAM, ALEX, KIM):
        assert remembered(database, key) == {"area": "TN9", "aim": "a flat", "safe_times": "evenings"}
    assert "a flat" not in str(rows(database, "SELECT remembered FROM participants"))
    assert moves(database, AIM, limit=2) == 1


def test_a_value_given_under_the_new_name_already_is_the_one_that_counts(database: Database) -> None:
    who = somebody(database)
    change = PersonChange(id=who, private={"goal": "a flat", "aim": "a job"})
    database.run_now(lambda db: people.save(db, [change], NOW))
    moves(database, AIM)
    assert remembered(database) == {"area": "TN9", "aim": "a job"}


def test_a_release_that_is_gone_back_to_finds_them_under_the_old_name(database: Database) -> None:
    somebody(database)
    moves(database, AIM)
    moves(database, BACK)
    assert remembered(database)["goal"] == "a flat"
    assert "aim" not in remembered(database)
    moves(database, AIM)
    assert remembered(database)["aim"] == "a flat"


def test_consents_and_retention_move_with_their_name(database: Database) -> None:
    who = somebody(database)
    given = Consent("consent_old", True, "May we?", "en", "a" * 64)
    database.run_now(lambda db: answers.keep_consents(db, [(who, given)], NOW))
    database.run_now(lambda db: values.kept(db, [(who, "area")], NOW))
    renamed = {
        "half": Variable("half", "postcode", keep_for=A_MONTH, was="area"),
        "consent_new": Variable("consent_new", "consent", was="consent_old"),
    }
    moves(database, renamed)
    assert database.run_now(lambda db: answers.consents_of(db, who)).keys() == {"consent_new"}
    forgets(database, NOW + A_MONTH, renamed)
    assert "half" not in remembered(database)


def test_where_nothing_was_renamed_nobody_is_walked(database: Database) -> None:
    somebody(database)
    assert database.run_now(lambda db: values.move_renamed(db, KEPT, NOW, 100)) == 0


def test_what_is_exported_shows_since_when_a_value_is_kept(database: Database) -> None:
    who = somebody(database)
    database.run_now(lambda db: values.kept(db, [(who, "area")], NOW))
    exported = database.run_now(lambda db: records.export(db, who))
    assert exported is not None
    assert [line["name"] for line in exported["kept_values"]] == ["area"]


def test_somebody_whose_record_does_not_open_holds_up_nobody_and_waits_for_their_key(database: Database) -> None:
    whose = [somebody(database, key) for key in (SAM, ALEX, KIM)]
    broken = update(participants).where(participants.c.id == whose[1]).values(sealed=b"x")
    database.run_now(lambda db: values.kept(db, [(who, "safe_times") for who in whose], NOW))
    database.run_now(lambda db: db.connection.execute(broken))
    moves(database, {**AIM, "safe_times": SAFE_TIMES}, limit=1)
    forgets(database, NOW + A_MONTH, {"safe_times": SAFE_TIMES})
    for key in (SAM, KIM):
        assert remembered(database, key) == {"area": "TN9", "aim": "a flat"}
    assert rows(database, "SELECT count(*) FROM kept_values") == [(1,)]
