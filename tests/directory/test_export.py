"""Our directory, given away as Open Referral UK: it keeps to the published schema, and comes back as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from flows.directory.export import open_referral_uk
from flows.directory.groups import read_groups
from flows.directory.importing.open_referral import read_open_referral
from flows.directory.model import Initiative, Session, Venue, gathered
from tests.shared import shared
from tests.shipped import CONTENT

TODAY = date(2026, 11, 23)
HALL = Venue("Quayside Hall", "TN9 1ZZ", "Tonbridge", (51.1954, 0.2743))


def initiative(*sessions: Session, **changes: Any) -> Initiative:
    plain = Initiative(
        id="csv/mill lane mornings",
        source="csv",
        name="Mill Lane Mornings",
        kind="drop-in",
        about="Coffee and a chat.",
        needs=frozenset({"people", "mind"}),
        audience=frozenset({"women", "carers"}),
        min_age=18,
        max_age=64,
        eligibility="Over 18",
        access={"step_free": True, "children": False},
        cost="by donation",
        contact="welcome host",
        phone="01632 960123",
        link="https://example.org/mornings",
        assured=date(2026, 10, 1),
        sessions=sessions or (Session("a", "FREQ=WEEKLY;BYDAY=TU", time(10), time(12), venue=HALL),),
    )
    return replace(plain, **changes)


def there_and_back(*given: Initiative) -> list[Initiative]:
    back = read_open_referral(open_referral_uk(given, "Mill Lane Trust"), source="csv", today=TODAY)
    assert not back.refused, back
    return list(back.initiatives)


def without_ids(each: Initiative) -> Initiative:
    return replace(each, id="", sessions=tuple(replace(session, id="") for session in each.sessions))


ALIKE = {
    "plain": initiative(),
    "nothing but what it must have": Initiative(
        id="csv/x", source="csv", name="Bare", sessions=(Session("a", "FREQ=WEEKLY;BYDAY=MO", time(9), venue=HALL),)
    ),
    "closed for now": initiative(closed=True),
    "invented": initiative(sample=True),
    "accents": initiative(name="Caffi’r Bont", about="Croeso i bawb: tŷ, dŵr"),
    "past midnight": initiative(Session("a", "FREQ=WEEKLY;BYDAY=SA", time(22), time(0, 30), venue=HALL)),
    "no end": initiative(Session("a", "FREQ=WEEKLY;BYDAY=SA", time(22), venue=HALL)),
    "every other week": initiative(
        Session("a", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", time(10), starts=date(2026, 11, 3), venue=HALL)
    ),
    "by the month": initiative(Session("a", "FREQ=MONTHLY;BYDAY=1SA,-1SA", time(10), venue=HALL)),
    "by the day of the month": initiative(Session("a", "FREQ=MONTHLY;BYMONTHDAY=15", time(10), venue=HALL)),
    "until a date": initiative(Session("a", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270331", time(10), venue=HALL)),
    "a rule with no words in the standard": initiative(
        Session("a", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", time(10), venue=HALL),
        Session("b", "FREQ=WEEKLY;BYDAY=TU;BYMONTH=6,7", time(10), venue=HALL),
    ),
    "dates that differ": initiative(
        Session(
            "a",
            "FREQ=WEEKLY;BYDAY=FR",
            time(10),
            except_on=frozenset({date(2026, 12, 25), date(2027, 1, 1)}),
            also_on=frozenset({date(2026, 12, 23)}),
            venue=HALL,
        )
    ),
    "once": initiative(Session("a", "", time(10), starts=date(2026, 12, 5), venue=HALL)),
    "online": initiative(Session("a", "FREQ=WEEKLY;BYDAY=TU", time(10), online=True)),
    "online and in person": initiative(Session("a", "FREQ=WEEKLY;BYDAY=TU", time(10), online=True, venue=HALL)),
    "nobody says where": initiative(Session("a", "FREQ=WEEKLY;BYDAY=TU", time(10))),
    "two places": initiative(
        Session("a", "FREQ=WEEKLY;BYDAY=TU", time(10), venue=HALL),
        Session("b", "FREQ=WEEKLY;BYDAY=TU", time(10), venue=Venue("Ferry Rooms", "TN1 1ZZ", "Tunbridge Wells")),
        Session("c", "FREQ=WEEKLY;BYDAY=WE", time(10), venue=HALL),
    ),
}


@pytest.mark.parametrize("name", ALIKE)
def test_an_initiative_comes_back_as_it_was(name: str) -> None:
    given = ALIKE[name]
    plainer = replace(given, name=given.name.replace("’", "'"))

    (back,) = there_and_back(given)

    assert set(without_ids(back).sessions) == set(without_ids(given).sessions)
    assert replace(without_ids(back), sessions=()) == replace(without_ids(plainer), sessions=())


@pytest.mark.parametrize("name", ALIKE)
def test_what_is_given_away_keeps_to_the_uks_schema(name: str) -> None:
    from jsonschema import Draft202012Validator, FormatChecker

    schema = json.loads(shared("data/specs/oruk3_schema_service.json").read_bytes())
    (service,) = json.loads(open_referral_uk([ALIKE[name]], "Mill Lane Trust"))["contents"]

    assert [
        each.message for each in Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(service)
    ] == []


def test_the_shipped_groups_come_back_whole_and_keep_to_the_schema() -> None:
    from jsonschema import Draft202012Validator, FormatChecker

    groups, _ = read_groups((CONTENT / "directory/groups-sample.csv").read_bytes(), "groups-sample.csv", sample=True)
    given = [replace(each, source="csv") for each in gathered(groups)]
    assert len(given) > 5

    back = there_and_back(*given)

    assert [without_ids(each) for each in back] == [without_ids(each) for each in given]
    schema = json.loads(shared("data/specs/oruk3_schema_service.json").read_bytes())
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    for service in json.loads(open_referral_uk(given, "Mill Lane Trust"))["contents"]:
        assert [each.message for each in validator.iter_errors(service)] == []


def test_an_id_that_others_know_stays_the_same_and_ours_is_the_same_each_time() -> None:
    known = "ac148810-d857-441c-9679-408f346de14b"
    given = [initiative(id=f"kent/{known}"), initiative(id="csv/other")]

    first, again = (json.loads(open_referral_uk(given, "Mill Lane Trust"))["contents"] for _ in range(2))

    assert first == again
    assert first[0]["id"] == known
    assert len({each["id"] for each in first}) == 2


def test_no_person_is_named() -> None:
    (service,) = json.loads(open_referral_uk([initiative()], "Mill Lane Trust"))["contents"]

    assert service["contacts"] == [
        {"id": service["contacts"][0]["id"], "service_id": service["id"], "title": "welcome host"}
    ]
