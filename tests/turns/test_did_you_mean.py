"""One gentle confirm: asked in a person's words, and answered by them."""

from __future__ import annotations

import pytest

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


def test_yes_to_which_one_of_several_groups_chooses_none(table: Table) -> None:
    table.joins(SAM)
    for text in ("GROUPS", "TN9"):
        table.says(SAM, text)
    assert "Which one, Tuesday / Wednesday" in table.says(SAM, "tues or weds")[0]
    table.says(SAM, "yes")
    assert "day" not in answers_of(table).get("find-group", {})
