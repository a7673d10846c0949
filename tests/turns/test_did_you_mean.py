"""One gentle confirm: asked in a person's words, and answered by them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.steps import Ask, DayAndTime
from flows.talking.conversation import Conversation
from tests.turns.table import Table

SAM = "+447700900123"


def answers_of(table: Table) -> dict[str, dict[str, str]]:
    from flows.session_json import load

    (row,) = table.rows("sessions", status="open")
    opened = table.database.run_now(lambda db: db.vault.open("sessions", "state", row.id, row.state))
    return {flow: dict(given) for flow, given in load(opened).answers.items()}


def remembered(table: Table, name: str) -> str | None:
    from storage import people

    (row,) = table.rows("participants", status="active")
    values, _ = table.database.run_now(lambda db: people.values_of(db, row.id))
    return values.get(name)


@pytest.fixture
def at_any_hour(table: Table) -> None:
    """A service whose check-ins may be at any hour, so that seven may be either."""
    live = table.desk.live
    flow = live.library.flows["time"]
    asked = next(step for step in flow.steps if isinstance(step, Ask) and step.name == "checkin_time")
    steps = tuple(replace(step, answer=DayAndTime()) if step is asked else step for step in flow.steps)
    flows = {**live.library.flows, "time": replace(flow, steps=steps)}
    table.desk.live = Conversation(replace(live.library, flows=flows), live.geography)


@pytest.mark.parametrize(
    ("said", "shown", "raw"),
    [
        ("thurs at 5.30", "Thursday 5:30pm", "17:30"),
        ("tues or weds at 4pm", "Tuesday 4pm / Wednesday 4pm", "tuesday"),
    ],
)
def test_a_day_and_time_is_asked_about_as_people_say_it(table: Table, said: str, shown: str, raw: str) -> None:
    table.joins(SAM)
    table.says(SAM, "TIME")
    (asked,) = table.says(SAM, said)
    assert shown in asked
    assert raw not in asked


def test_a_choice_is_asked_about_by_its_label(table: Table) -> None:
    table.joins(SAM)
    for text in ("GROUPS", "TN9", "any"):
        table.says(SAM, text)
    (asked,) = table.says(SAM, "2 of my kids")
    assert "Women only" in asked or "Children welcome" in asked
    assert "women" not in asked
    assert "step_free" not in asked


def test_no_to_did_you_mean_yes_is_the_answer_no(table: Table) -> None:
    table.says(SAM, "hello")
    table.says(SAM, "Y")
    assert "Did you mean yes" in table.says(SAM, "ok")[0]
    assert any("deleting your number" in text for text in table.says(SAM, "no"))
    assert table.rows("participants", status="active") == []


def test_no_to_did_you_mean_no_asks_again(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "DELETE")
    assert "Did you mean no" in table.says(SAM, "not really")[0]
    assert "yes or a no" in table.says(SAM, "no")[0]


def test_yes_to_which_one_is_no_answer(table: Table) -> None:
    table.joins(SAM)
    table.says(SAM, "TIME")
    assert "Which one" in table.says(SAM, "tues or weds at 4pm")[0]
    assert not any("saved" in text for text in table.says(SAM, "yes"))
    assert remembered(table, "checkin_time") == "monday 10:00"
    assert any("saved" in text for text in table.says(SAM, "weds 4pm"))
    assert remembered(table, "checkin_time") == "wednesday 16:00"


@pytest.mark.parametrize(
    ("said", "told_apart", "saved"),
    [
        ("mon at 7", "7pm", "monday 19:00"),
        ("mon at 7", "7 am", "monday 07:00"),
        ("mon at 7", "the evening", "monday 19:00"),
        ("mon at 7", "07:00", "monday 07:00"),
        ("tues or weds at 16:00", "weds", "wednesday 16:00"),
        ("tues or weds at 16:00", "tuesday please", "tuesday 16:00"),
        ("mon at 7", "mon 7pm", "monday 19:00"),
        ("mon at 7", "tues 9pm", "tuesday 21:00"),  # changed their mind
    ],
)
def test_which_one_is_answered_by_what_tells_them_apart(
    table: Table, at_any_hour: None, said: str, told_apart: str, saved: str
) -> None:
    table.joins(SAM)
    table.says(SAM, "TIME")
    assert "Which one" in table.says(SAM, said)[0]
    assert any("saved" in text for text in table.says(SAM, told_apart))
    assert remembered(table, "checkin_time") == saved


@pytest.mark.parametrize("said", ["7", "yes", "9pm", "weds", "8pm or 7pm", "not 7pm"])
def test_which_one_is_not_answered_by_what_tells_nothing_apart(table: Table, at_any_hour: None, said: str) -> None:
    table.joins(SAM)
    table.says(SAM, "TIME")
    assert "Which one" in table.says(SAM, "mon at 7")[0]
    assert not any("saved" in text for text in table.says(SAM, said))
    assert remembered(table, "checkin_time") == "monday 10:00"


def test_yes_to_which_one_of_several_groups_chooses_none(table: Table) -> None:
    table.joins(SAM)
    for text in ("GROUPS", "TN9"):
        table.says(SAM, text)
    assert "Which one, Tuesday / Wednesday" in table.says(SAM, "tues or weds")[0]
    table.says(SAM, "yes")
    assert "day" not in answers_of(table).get("find-group", {})
