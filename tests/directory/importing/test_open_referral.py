"""Open Referral services: the UK's profile, HSDS 3 and version 1; lists, items and files; nobody's name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from flows.directory.importing.open_referral import read_open_referral
from flows.directory.model import Imported, Venue, all_offers
from tests.directory.importing.feeds import (
    HALL,
    TODAY,
    held_at,
    location,
    looked_over,
    only,
    referral,
    schedule,
    service,
    session,
    times,
    told,
    why,
    without_none,
)

POINT = (HALL["latitude"], HALL["longitude"])


def pages(*found: object) -> Imported:
    return read_open_referral([told(each) for each in found], source="kent", today=TODAY)


def summary(**changes: object) -> dict[str, Any]:
    return service(schedules=None, service_at_locations=None) | changes


def listed(*contents: object, **changes: object) -> dict[str, Any]:
    return {"total_items": len(contents), "total_pages": 1, "page_number": 1, "contents": list(contents)} | changes


# ---------------------------------------------------------------- whole services


def test_a_service_is_read_with_its_place_and_its_hours() -> None:
    found = only(referral(service()))

    assert times(referral(service())) == ["tu 10:00-12:00"]
    assert found.sessions[0].venue == Venue("Quayside Hall", "TN9 1ZZ", "Tonbridge", POINT)
    assert found.id == "kent/5b0f5a3e-0000-4000-8000-000000000001"
    assert (found.assured, found.closed, found.link) == (date(2026, 10, 1), False, "https://example.org/mornings")


@pytest.mark.parametrize(
    "reply",
    [
        {"services": [service()]},
        [service()],
        service(),
        listed(service()),
        {"content": [service()], "totalPages": 1, "number": 1},  # version 1
        {"organizations": [{"id": "o", "name": "Mill Lane Trust", "services": [service()]}]},
    ],
)
def test_a_file_may_hold_services_in_any_of_the_published_ways(reply: object) -> None:
    assert times(pages(reply)) == ["tu 10:00-12:00"]


def test_the_pages_of_a_list_and_its_items_make_one_directory_in_any_order() -> None:
    other = service(id="5b0f5a3e-0000-4000-8000-000000000009", name="Evenings", schedules=[schedule(byday="WE")])
    asked = [listed(summary()), listed(summary(id=other["id"], name="Evenings")), other, service()]

    assert times(pages(*asked)) == times(pages(*reversed(asked))) == ["tu 10:00-12:00", "we 10:00-12:00"]


def test_what_an_item_says_stands_before_what_the_list_said_and_fills_what_it_left_out() -> None:
    found = only(pages(listed(summary(name="Old name", description="From the list")), service(description=None)))

    assert (found.name, found.about) == ("Mill Lane Mornings", "From the list")


def test_a_list_of_summaries_alone_says_no_time_and_is_refused() -> None:
    found = pages(listed(summary()))

    assert found.refused == "It holds nothing that anybody could be offered."
    assert why(found) == ["It does not say when it meets."]


def test_a_service_at_a_location_is_its_service_held_there() -> None:
    held = held_at(service=summary(schedules=[schedule()]))
    elsewhere = held_at(
        id="5b0f5a3e-0000-4000-8000-000000000014",
        service=summary(),
        location=location(name="Ferry Rooms"),
        schedules=[schedule(id="5b0f5a3e-0000-4000-8000-000000000013", byday="FR")],
    )

    found = only(pages(held, elsewhere))

    assert [(each.rule[-2:], each.venue and each.venue.name) for each in found.sessions] == [
        ("TU", "Quayside Hall"),
        ("FR", "Ferry Rooms"),
    ]


def test_ids_stay_the_same_at_the_next_import_and_differ_within_one() -> None:
    two_places = [held_at(), held_at(id="b", location=location(name="Ferry Rooms"))]
    rows = [service(service_at_locations=two_places), service(id="x" * 400), service(id=None, name="Third")]

    found = referral(*rows)

    ids = [each.id for one in found.initiatives for each in one.sessions] + [one.id for one in found.initiatives]
    again = [each.id for one in referral(*rows).initiatives for each in one.sessions]
    assert again == ids[: len(again)]
    assert len(set(again)) == len(again) == 4
    assert all(len(each) <= 120 for each in ids)


QUAYSIDE, FERRY = held_at(), held_at(id="b", location=location(name="Ferry Rooms"))
MON, TUE = schedule(byday="MO", opens_at="09:00"), schedule(byday="TU")
NO_CODES: dict[str, Any] = {"id": None}


def ids(*schedules: dict[str, Any], places: tuple[object, ...] = (QUAYSIDE,), **how: object) -> dict[str, object]:
    """The ids that people's bookings and coordinators' marks go by, and the meeting that each stands for."""
    rows = [without_none(each | how) for each in schedules]
    found = referral(service(schedules=rows, service_at_locations=list(places)))
    return {each.id: (each.rule, each.time, each.place) for each in all_offers(found.initiatives)}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (ids(MON, TUE, **NO_CODES), ids(TUE, **NO_CODES)),
        (ids(MON, TUE, **NO_CODES), ids(TUE, MON, **NO_CODES)),
        (ids(schedule(byday="MO,TU")), ids(TUE)),
        (ids(schedule(byday="MO,TU"), **NO_CODES), ids(TUE, **NO_CODES)),
        (ids(TUE, places=(QUAYSIDE, FERRY)), ids(TUE)),
        (ids(TUE, places=(QUAYSIDE, FERRY), **NO_CODES), ids(TUE, places=(FERRY,), **NO_CODES)),
    ],
)
def test_what_is_left_of_a_service_keeps_its_ids_when_the_rest_goes(
    before: dict[str, object], now: dict[str, object]
) -> None:
    assert now.items() <= before.items()
    assert len(now) >= 1


@pytest.mark.parametrize("moved", [{"byday": "WE"}, {"opens_at": "11:00"}])
def test_another_day_or_hour_without_a_code_is_another_meeting(moved: dict[str, Any]) -> None:
    assert not ids(TUE, **NO_CODES).keys() & ids(TUE | moved, **NO_CODES).keys()


def test_first_and_third_tuesdays_are_told_apart() -> None:
    first, third = schedule(freq="MONTHLY", byday="1TU"), schedule(freq="MONTHLY", byday="3TU")
    assert ids(third, **NO_CODES).items() < ids(first, third, **NO_CODES).items()


# ---------------------------------------------------------------- version 1


def test_version_1_is_read_with_its_own_names_for_things() -> None:
    found = referral(
        {
            "id": "11",
            "name": "Reading Room",
            "status": "active",
            "regular_schedules": [
                {
                    "id": "21",
                    "weekday": "Thursday",
                    "opens_at": "09:30",
                    "closes_at": "10:30",
                    "dtstart": "2026-09-09T23:00:00.000Z",
                    "freq": "week",
                    "interval": 1,
                    "byday": "TH",
                }
            ],
            "eligibilitys": [
                {"id": "31", "eligibility": "Women only", "minimum_age": 18, "maximum_age": 25},
                {"id": "32", "eligibility": "Carers welcome", "minimum_age": 16, "maximum_age": None},
            ],
            "service_taxonomys": [{"id": "41", "taxonomy": {"id": "51", "name": "Debt advice"}}],
            "service_at_locations": [
                {
                    "id": "61",
                    "location": {
                        "id": "71",
                        "name": "Library",
                        "latitude": "51.1954",
                        "longitude": "0.2743",
                        "physical_addresses": [{"id": "81", "city": "Tonbridge", "postal_code": "TN9 1ZZ"}],
                        "accessibility_for_disabilities": [{"accessibility": "Step free throughout"}],
                    },
                }
            ],
            "contacts": [
                {"id": "91", "name": "Nobody Surname", "title": "Librarian", "phones": [{"number": "01632 960123"}]}
            ],
        }
    )

    one = only(found)
    assert times(found) == ["th 09:30-10:30"]
    assert one.sessions[0].starts == date(2026, 9, 10)
    assert one.sessions[0].venue == Venue("Library", "TN9 1ZZ", "Tonbridge", POINT)
    assert (one.audience, one.min_age, one.max_age) == (frozenset({"women"}), 16, None)
    assert one.eligibility == "Women only; Carers welcome"
    assert (one.kind, "money" in one.needs, dict(one.access)) == ("Debt advice", True, {"step_free": True})
    assert (one.contact, one.phone) == ("Librarian", "01632 960123")


def test_version_1s_weekday_in_words_stands_where_there_is_no_byday() -> None:
    found = referral(service(schedules=None, regular_schedules=[schedule(byday=None, freq=None, weekday="Thursday")]))

    assert times(found) == ["th 10:00-12:00"]


# ---------------------------------------------------------------- where


def test_a_places_own_schedules_stand_before_those_of_the_service() -> None:
    places = [
        held_at(schedules=[schedule(id="a", byday="SA")]),
        held_at(id="b", location=location(name="Ferry Rooms")),
    ]

    found = only(referral(service(service_at_locations=places)))

    assert [(each.rule[-2:], each.venue and each.venue.name) for each in found.sessions] == [
        ("SA", "Quayside Hall"),
        ("TU", "Ferry Rooms"),
    ]


def test_a_schedule_that_names_its_place_holds_there_alone() -> None:
    places = [held_at(id="a"), held_at(id="b", location=location(name="Ferry Rooms"))]

    found = referral(service(service_at_locations=places, schedules=[schedule(service_at_location_id="b")]))

    assert session(found).venue == Venue("Ferry Rooms", "TN9 1ZZ", "Tonbridge", POINT)


@pytest.mark.parametrize(
    ("changes", "attending", "online", "in_person"),
    [
        ({}, None, False, True),
        ({}, "in-person", False, True),
        ({}, "You can attend in-person or remotely via video conferencing", True, True),
        ({}, "online", True, False),
        ({"location_type": "virtual", "name": None}, None, True, False),
    ],
)
def test_people_come_in_person_online_or_either(
    changes: dict[str, object], attending: str | None, online: bool, in_person: bool
) -> None:
    places = [held_at(location=location(**changes))]
    found = session(referral(service(service_at_locations=places, schedules=[schedule(attending_type=attending)])))

    assert (found.online, found.venue is not None) == (online, in_person)


def test_nobody_is_sent_to_an_address_for_letters() -> None:
    found = referral(service(service_at_locations=[held_at(location=location(location_type="postal"))]))

    assert session(found).venue is None
    assert looked_over(found) == ["It does not say where it is, so nobody near can be sent there."]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"latitude": 100}, "Its place on the map, 100 north and 0.2743 east, is not on earth."),
        ({"latitude": 38.7, "longitude": -75.1}, "Its place on the map lies outside the UK."),
        ({"latitude": 0.2743, "longitude": 51.1954}, "Its latitude and longitude have changed places."),
        ({"addresses": [{"postal_code": "ABC 1234"}]}, "“ABC 1234” is not a postcode of the UK."),
    ],
)
def test_a_place_that_lies_about_one_thing_is_kept_without_it(changes: dict[str, object], said: str) -> None:
    found = referral(service(service_at_locations=[held_at(location=location(**changes))]))

    assert looked_over(found)[0] == said
    assert times(found) == ["tu 10:00-12:00"]


# ---------------------------------------------------------------- what is said of it


@pytest.mark.parametrize(
    ("said", "access"),
    [
        ("Wheelchair access is possible on all levels.", {"step_free": True}),
        ("The building is equipped with induction loops. Step-free.", {"step_free": True, "hearing_loop": True}),
        ("There is no wheelchair access.", {"step_free": False}),
        ("Not wheelchair accessible; hearing loop in the hall", {"step_free": False, "hearing_loop": True}),
        ("Limited wheelchair access, please ring first.", {}),
        ("Parking behind the hall", {}),
        ("Level access at the front. No wheelchair access to the toilets.", {"step_free": False}),
    ],
)
def test_access_is_a_yes_or_a_no_only_where_it_is_said_without_an_if(said: str, access: dict[str, bool]) -> None:
    place = location(accessibility=[{"description": said}])

    assert dict(only(referral(service(service_at_locations=[held_at(location=place)]))).access) == access


def test_access_that_differs_between_two_places_is_unknown() -> None:
    places = [
        held_at(location=location(accessibility=[{"description": "Step free"}])),
        held_at(id="b", location=location(name="Ferry Rooms")),
    ]

    assert dict(only(referral(service(service_at_locations=places))).access) == {}


@pytest.mark.parametrize(
    ("changes", "audience"),
    [
        ({}, {"anyone"}),
        ({"eligibility_description": "Women only"}, {"women"}),
        ({"name": "Evening Women's Circle"}, {"women"}),
        ({"name": "Men's Shed"}, {"men"}),
        ({"eligibility_description": "Men and women over 18"}, {"anyone"}),
        ({"eligibility_description": "For veterans"}, {"veterans"}),
        ({"name": "Mental health drop-in"}, {"anyone"}),
    ],
)
def test_whom_it_is_for_is_read_from_its_name_and_its_eligibility(
    changes: dict[str, object], audience: set[str]
) -> None:
    assert only(referral(service(**changes))).audience == audience


@pytest.mark.parametrize(
    ("changes", "cost"),
    [
        ({}, ""),
        ({"fees": "fees_description"}, ""),
        ({"fees": "Free of charge."}, "free"),
        ({"cost_options": [{"amount": 0}]}, "free"),
        ({"cost_options": [{"amount": 35, "amount_description": "per 1 hour session"}]}, "£35 per 1 hour session"),
        ({"cost_options": [{"amount": 2.5, "currency": "gbp"}]}, "£2.50"),
        ({"cost_options": [{"amount": 35, "valid_to": "2022-12-31"}, {"option": "Free"}]}, "free"),
        ({"cost_options": [{"amount": "many"}], "fees": "Donations welcome"}, "Donations welcome"),
    ],
)
def test_what_it_costs_today_is_said_in_a_few_words(changes: dict[str, object], cost: str) -> None:
    assert only(referral(service(**changes))).cost == cost


@pytest.mark.parametrize(
    ("changes", "ages"),
    [
        ({"minimum_age": 12, "maximum_age": 100}, (12, 100)),
        ({"minimum_age": 0, "maximum_age": 0}, (None, None)),
        ({"minimum_age": "18.0"}, (18, None)),
        ({"minimum_age": 60, "maximum_age": 18}, (None, None)),
        ({"minimum_age": -3, "maximum_age": 999}, (None, None)),
        ({"eligibilitys": [{"minimum_age": 18}, {"minimum_age": 16, "maximum_age": 25}]}, (16, None)),
        ({"eligibilitys": [{"minimum_age": 18, "maximum_age": 25}, {"eligibility": "Carers"}]}, (None, None)),
        ({"minimum_age": 18, "eligibilitys": [{"minimum_age": 16}]}, (18, None)),
    ],
)
def test_ages_that_nobody_has_shut_nobody_out(changes: dict[str, object], ages: tuple[int | None, int | None]) -> None:
    found = only(referral(service(**changes)))
    assert (found.min_age, found.max_age) == ages


@pytest.mark.parametrize(
    ("status", "closed"),
    [
        ("active", False),
        (None, False),
        ("ACTIVE", False),
        ("live", False),
        ("inactive", True),
        ("defunct", True),
        ("temporarily closed", True),
    ],
)
def test_a_service_that_is_not_active_is_kept_and_not_offered(status: str | None, closed: bool) -> None:
    assert only(referral(service(status=status))).closed is closed


@pytest.mark.parametrize(
    ("written", "assured"),
    [
        ("2005-01-01", date(2005, 1, 1)),
        ("2026-10-01T00:00:00Z", date(2026, 10, 1)),
        ("2027-01-01", None),
        ("last year", None),
        (None, None),
    ],
)
def test_it_was_assured_on_a_date_that_has_been(written: str | None, assured: date | None) -> None:
    assert only(referral(service(assured_date=written, last_modified="2026-11-01T00:00:00Z"))).assured == assured


@pytest.mark.parametrize(
    ("said", "needs"),
    [
        ("Debt and benefits advice", {"money"}),
        ("A walking group with coffee after", {"body", "people"}),
        ("Walk-in centre for current parents", set()),
        ("Support for families with a parent in social care", set()),
        ("Homeless outreach", {"home"}),
        ("SMART Recovery meeting", {"hope"}),
        ("Volunteer gardening", {"time"}),
        ("Counselling", {"mind"}),
    ],
)
def test_the_needs_it_serves_are_read_from_plain_words(said: str, needs: set[str]) -> None:
    assert only(referral(service(name="Mill Lane", description=said))).needs == needs


def test_a_service_by_referral_says_so_before_anybody_goes() -> None:
    assert only(referral(service(attending_access="referral"))).eligibility == "by referral"


def test_an_alert_that_it_is_closed_is_shown_to_whoever_imports_it() -> None:
    assert looked_over(referral(service(alert="Closed until spring."))) == [
        "It is offered, and carries an alert: “Closed until spring.”."
    ]


def test_words_are_plain_short_and_without_tags() -> None:
    found = only(
        referral(service(name="Tea &amp; “Chat”", description="<p>Come in…</p><script>x</script>" + " word" * 200))
    )

    assert found.name == 'Tea & "Chat"'
    assert found.about.startswith("Come in... x word")
    assert len(found.about) <= 300


# ---------------------------------------------------------------- anonymity


def test_a_contacts_name_and_address_never_come_in() -> None:
    contact = {
        "name": "Ann Persona",
        "title": "Ms Ann Persona, Reception Manager",
        "email": "ann@example.org",
        "phones": [{"number": "07700 900123", "type": "cell"}],
    }
    place = location(addresses=[{"attention": "A. Persona", "city": "Tonbridge", "postal_code": "TN9 1ZZ"}])
    row = service(
        contacts=[contact],
        email="ann@example.org",
        assurer_email="ann@example.org",
        description="Ask for a place: ann@example.org or 07700 900123.",
        service_at_locations=[held_at(contacts=[contact], location=place)],
        metadata=[{"updated_by": "Ann Persona"}],
    )

    found = only(referral(row))

    written = repr(found)
    assert found.contact == "Reception Manager"
    assert found.phone == ""
    for trace in ("Ann", "Persona", "07700", "example.org'"):
        assert trace not in written.replace("https://example.org/mornings", "")


@pytest.mark.parametrize(
    ("contact", "role"),
    [
        ({"title": "Reception Manager"}, "Reception Manager"),
        ({"name": "Ann Persona", "title": "Ann Persona"}, ""),
        ({"name": "Ann Persona", "title": "Dr", "department": "Reception"}, "Reception"),
        ({"name": "Ann Persona", "title": "Ann, Front Desk"}, "Front Desk"),
        ({"title": "Ann Persona"}, ""),  # a name in the wrong field
        ({"name": "Reception"}, ""),
        ({"name": ["Ann"], "title": {"x": 1}}, ""),
    ],
)
def test_whom_to_ask_for_is_a_role(contact: dict[str, object], role: str) -> None:
    assert only(referral(service(contacts=[contact]))).contact == role


@pytest.mark.parametrize(
    ("changes", "phone"),
    [
        ({"phones": [{"number": "01632 960123"}]}, "01632 960123"),
        ({"phones": [{"number": '"+44 1632 960123"', "extension": 100}]}, "01632 960123 ext 100"),
        ({"phones": [{"number": "01632 960124", "type": "fax"}, {"number": "01632 960123"}]}, "01632 960123"),
        ({"phones": [{"number": "07700 900123"}]}, "07700 900123"),  # the service's own
        ({"contacts": [{"name": "Ann Persona", "phones": [{"number": "07700 900123"}]}]}, ""),
        ({"contacts": [{"name": "Ann Persona", "phones": [{"number": "01632 960123"}]}]}, "01632 960123"),
        ({"phones": [{"number": "ring us"}]}, ""),
        ({"phones": "01632 960123"}, ""),
    ],
)
def test_a_number_is_one_that_answers_for_the_service(changes: dict[str, object], phone: str) -> None:
    assert only(referral(service(**changes))).phone == phone
