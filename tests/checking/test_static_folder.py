"""What can be seen without talking, of flows beside one another and of the files around them."""

from __future__ import annotations

from datetime import date

import pytest

from flows.checking.static import check_library
from flows.wording import Level, Problem
from tests.checking.pieces import (
    HEAD,
    SCHEDULED,
    THANKS,
    TODAY,
    YES_NO,
    found,
)
from tests.reading.folder import FLOW, SERVICE, SIGNPOSTS, WHOLE, flow_text, mutilated, reading_of, told


def test_flows_that_run_each_other_without_a_question_are_refused_at_each_end() -> None:
    other = {"flows/other.yaml": "flow: other\nsteps:\n  - say: b\n  - run: talk\n"}
    assert [problem.code for problem in found("- say: a\n- run: other\n", HEAD, dict(other))] == ["round and round"]
    assert found(f"{YES_NO}- run: other\n", HEAD, dict(other)) == []


def test_an_opening_is_private_wherever_it_is_said() -> None:
    other = {"flows/other.yaml": "flow: other\nstarts: schedule\nsteps:\n  - run: talk\n"}
    assert [problem.code for problem in found("- say: Sober?\n", HEAD, dict(other))] == ["private word"]
    booked = {"flows/other.yaml": "flow: other\nsteps:\n  - later: talk\n    after: 1 week\n  - say: OK.\n"}
    assert [problem.code for problem in found("- say: Sober?\n", HEAD, dict(booked))] == ["private word"]


def test_the_name_of_the_service_is_looked_at_where_it_is_shown() -> None:
    named = {"service.yaml": SERVICE.replace("West Kent Friends", "Rehab Friends")}
    assert [p.code for p in found("- say: Hi from ((service.name)).\n", SCHEDULED, dict(named))] == ["private word"]


def test_what_follows_a_flow_that_another_runs_is_said_there() -> None:
    other = {"flows/other.yaml": "flow: other\nsteps:\n  - run: talk\n  - say: Thanks.\n"}
    assert found(YES_NO, HEAD, dict(other)) == []


def test_a_language_on_offer_needs_words_that_worry() -> None:
    asks = flow_text(f"- ask: Goal?\n  save: aim\n  answer: text up to 20\n{THANKS}")
    reading = reading_of(
        {"flows/talk.yaml": asks, "service.yaml": SERVICE.replace("languages: en", "languages: en, cy")}
    )
    problems = check_library(reading, TODAY)
    told_of_words = [
        (problem.code, problem.fix.partition(" to ")[0]) for problem in problems if problem.code == "language"
    ]
    assert told_of_words == [("language", "add hear cy:")]


def test_the_words_of_phrases_and_signposts_are_looked_at_too() -> None:
    phrases = WHOLE["phrases.yaml"].replace("stopped: stopped", "stopped: Text SAIB.")
    signposts = SIGNPOSTS.replace("Samaritans: 116 123, free.", "A junkie can ring 116 123.")
    problems = check_library(reading_of({"phrases.yaml": phrases, "directory/signposts.yaml": signposts}), TODAY)
    assert [(problem.place.file, problem.code) for problem in problems] == [
        ("directory/signposts.yaml", "hurtful word"),
        ("phrases.yaml", "taught word"),
    ]


@pytest.mark.parametrize(("today", "old"), [(date(2027, 4, 30), False), (date(2027, 5, 1), True)])
def test_a_helpline_is_old_after_a_hundred_and_eighty_days(today: date, old: bool) -> None:
    problems = check_library(reading_of(), today)
    assert [problem.code for problem in problems] == (["old check"] if old else [])
    assert all(problem.level is Level.WARNING for problem in problems)


def test_a_flow_that_did_not_read_is_not_checked_for_what_it_lacks_and_the_others_are() -> None:
    broken = flow_text(f"{YES_NO}- saay: Thanks.\n")
    reading = reading_of(
        {"flows/broken.yaml": broken.replace("flow: talk", "flow: broken"), "flows/talk.yaml": flow_text(YES_NO)}
    )
    assert [(problem.place.file, problem.code) for problem in check_library(reading)] == [
        ("flows/broken.yaml", "unknown step"),
        ("flows/talk.yaml", "dead end"),
    ]


def test_a_flow_that_runs_one_that_did_not_read_is_still_checked() -> None:
    broken = flow_text(f"- saay: Hi.\n{YES_NO}- run: talk\n").replace("flow: talk", "flow: broken")
    talk = flow_text(f"- run: broken\n{YES_NO}{THANKS}", SCHEDULED)
    problems = found_among({"flows/broken.yaml": broken, "flows/talk.yaml": talk})
    assert [(problem.place.file, problem.code) for problem in problems] == [("flows/broken.yaml", "unknown step")]


def found_among(changes: dict[str, str | bytes | None]) -> tuple[Problem, ...]:
    return check_library(reading_of(changes), TODAY)


@pytest.mark.parametrize("file", ["variables.yaml", "service.yaml", "safety/words.yaml", "flows/talk.yaml"])
def test_a_slip_in_any_line_is_survived(file: str) -> None:
    text = FLOW if file == "flows/talk.yaml" else WHOLE[file]
    for changed in list(mutilated(text))[:120]:
        found_among({"flows/talk.yaml": FLOW, file: changed})


def test_a_group_is_old_after_a_hundred_and_eighty_days() -> None:
    groups = (
        "id,name,kind,day,time,until,every,postcode,town,place,needs,access,for,cost,contact,phone,link,source,checked\n"
        "ton-tue,Tuesday Table,peer group,Tuesday,18:30,20:00,week,TN9 1AA,Tonbridge,Room,people,step_free:yes,anyone,"
        "free,host,01632 960101,,own list,2026-05-25\n"
    )
    reading = reading_of({"directory/groups-sample.csv": groups})
    assert told(check_library(reading, date(2026, 11, 21))) == ""
    (problem,) = check_library(reading, date(2026, 11, 22))
    assert (problem.place.file, problem.place.line, problem.code) == ("directory/groups-sample.csv", 2, "old check")
