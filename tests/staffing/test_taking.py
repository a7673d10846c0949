"""ON IT, PASS, DONE, LATER and REOPEN: what the mentor sees, what the others see, what is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.staff import Role
from tests.staffing.room import ANA, BEN, CAI, DEE, SAM, Room

# ---------------------------------------------------------------- ON IT


def test_on_it_gives_the_mentor_first_name_number_and_safe_times(room: Room) -> None:
    code = room.asks_for_mentor()
    assert any(f"ON IT {code}" in text for text in room.told(BEN))
    taken, contact = room.says(BEN, "on it")
    assert f"code {code}, is yours. Text DONE {code}" in taken
    assert (
        contact == "Sam, +447700900123. Safe times: any time. Somebody else may answer, so give only your first name."
    )
    (seen,) = room.audited("number.seen")
    assert (seen.actor, seen.participant_id) == (f"staff {room.id_of('Ben')}", room.sam)
    assert room.alert(code).status == "acknowledged"


def test_who_else_had_been_told_hears_who_has_it_and_nobody_else_does(room: Room) -> None:
    code = room.asks_for_mentor()
    room.table.passes(hours=2.5)  # the backup has been told by now, the coordinator not yet
    assert any(f"ON IT {code}" in text for text in room.told(CAI))
    before = room.now
    room.says(BEN, f"On it {code}!")
    (line,) = room.told(CAI, before)
    assert line.startswith("Ben has Person ")
    assert f"code {code}. Nothing for you to do." in line
    assert room.told(ANA, before) == []
    # said once more, it is still theirs, and nobody is told twice
    before = room.now
    assert any("is yours" in text for text in room.says(BEN, f"on it {code}"))
    assert room.told(CAI, before) == []


def test_without_a_code_it_counts_only_where_one_alert_has_reached_them(room: Room) -> None:
    room.table.joins("+447700900124")
    alex = room.other()
    room.supports("Ben", whom=alex)
    first = room.asks_for_mentor()
    room.told(BEN)
    second = room.asks_for_mentor("+447700900124")
    room.told(BEN)
    (which,) = room.says(BEN, "ON IT")
    assert which == f"Please send that again with its code. Yours or waiting: {first}, {second}."
    assert any("is yours" in text for text in room.says(BEN, f"on it {second}"))
    assert room.alert(first).status == "open"


def test_several_codes_in_one_text_take_several(room: Room) -> None:
    room.table.joins("+447700900124")
    room.supports("Ben", whom=room.other())
    codes = [room.asks_for_mentor(), room.asks_for_mentor("+447700900124")]
    room.told(BEN)
    said = room.says(BEN, f"on it {codes[0]} and {codes[1]}")
    assert [text for text in said if "is yours" in text]
    assert [room.alert(code).status for code in codes] == ["acknowledged", "acknowledged"]


def test_the_second_one_hears_who_has_it_and_since_when(room: Room) -> None:
    code = room.asks_for_mentor()
    room.table.passes(hours=2.5)
    room.says(BEN, f"on it {code}")
    (said,) = room.says(CAI, f"on it {code}")
    assert said.startswith("Ben has Person ")
    assert said.endswith("since 12:30pm today. Nothing for you to do.")


@pytest.mark.parametrize("text", ["ON IT 00", "done 00", "pass 00", "later 00 2h", "who 00"])
def test_a_code_that_nobody_has_is_said_to_be_so_with_those_that_are_open(room: Room, text: str) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    assert room.says(BEN, text) == [f"I can't match that code to an open alert. Yours or waiting: {code}."]
    assert room.alert(code).status == "open"


@pytest.mark.parametrize("text", ["ON IT", "on it 00", "DONE", "PASS", "LATER 2H", "WHO", "LIST"])
def test_with_nothing_open_that_is_what_they_hear(room: Room, text: str) -> None:
    assert room.says(BEN, text) == ["Nothing is open for you now."]


def test_a_code_of_an_alert_that_is_over_is_said_to_be_so(room: Room) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    room.says(BEN, "on it")
    room.says(BEN, "done")
    assert room.says(BEN, f"on it {code}") == [f"Code {code} is closed already. Text LIST for what is open."]


def test_a_mentor_takes_nothing_that_never_reached_them(room: Room) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    assert room.says(CAI, f"on it {code}") == ["That one isn't yours to take. Please ask a coordinator."]
    assert room.alert(code).status == "open"
    assert not room.audited("number.seen")


def test_a_stranger_with_a_code_is_answered_as_a_stranger(room: Room) -> None:
    code = room.asks_for_mentor()
    told = room.says("+447700900777", f"ON IT {code}")
    assert any("18 or over" in text for text in told)
    assert not any("yours" in text or "code" in text for text in told)
    assert room.alert(code).status == "open"


# ---------------------------------------------------------------- a crisis


def test_a_crisis_wants_its_code_and_gives_a_coordinator_the_number_whatever_was_agreed(room: Room) -> None:
    room.table.joins("+447700900125", mentor="N")
    room.says("+447700900125", "want to die")
    (page,) = [text for text in room.told(ANA) if "URGENT" in text]
    code = room.alert_of_crisis()
    assert f"ON IT {code}" in page
    assert room.says(ANA, "on it") == [f"Please send that again with its code. Yours or waiting: {code}."]
    _, contact = room.says(ANA, f"on it {code}")
    assert "+447700900125" in contact
    assert len(room.audited("number.seen")) == 1


def test_a_volunteer_never_takes_a_crisis_though_they_are_its_mentor(room: Room) -> None:
    room.says(SAM, "want to die")
    code = room.alert_of_crisis()
    room.told(ANA)
    assert room.says(BEN, f"on it {code}") == ["That one isn't yours to take. Please ask a coordinator."]
    assert room.alert(code).status == "open"


def test_without_consent_on_it_gives_no_number(room: Room) -> None:
    room.table.joins("+447700900125", mentor="N")
    alex = room.other()
    from bot import alerting
    from flows.effects import OpenAlert

    lost = OpenAlert("contact lost", None, "we cannot reach them")
    room.table.database.run_now(lambda db: alerting.raise_alert(db, room.table.desk, alex, lost, room.table.now))
    room.told(ANA)
    said = room.says(ANA, "on it")
    assert said[1:] == ["They have not agreed to give out their number. What we hold is in their record."]
    assert "+447700900125" not in " ".join(said)
    assert not room.audited("number.seen")


def test_whoever_takes_back_that_a_mentor_is_told_takes_it_back_for_what_is_open_already(room: Room) -> None:
    from bot import alerting
    from flows.effects import OpenAlert

    lost = OpenAlert("contact lost", None, "we cannot reach them")
    room.table.database.run_now(lambda db: alerting.raise_alert(db, room.table.desk, room.sam, lost, room.table.now))
    room.told(ANA)
    room.table.says(SAM, "SHARE")
    room.table.says(SAM, "N")
    said = room.says(ANA, "on it")
    assert said[1:] == ["They have not agreed to give out their number. What we hold is in their record."]
    assert not room.audited("number.seen")


def test_what_they_asked_for_themselves_stays_agreed(room: Room) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    room.table.says(SAM, "SHARE")
    room.table.says(SAM, "N")
    assert SAM in " ".join(room.says(BEN, f"on it {code}"))


def test_done_after_a_crisis_asks_the_other_coordinators_to_look_after_whoever_took_it(room: Room) -> None:
    room.pairs("Dee", DEE, role=Role.COORDINATOR)
    room.says(SAM, "want to die")
    code = room.alert_of_crisis()
    room.says(DEE, f"on it {code}")
    before = room.now
    (said,) = room.says(DEE, f"done {code} spoke to her")
    assert "That was heavy." in said
    assert "116 123" in said
    (asked,) = room.told(ANA, before)
    over = f"Dee took an urgent alert, code {code}, which is over now. Please ask how they are."
    assert asked == f"{over} Not over? Text REOPEN {code}."
    assert room.alert(code).outcome == "spoke"


# ---------------------------------------------------------------- DONE


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("DONE {code}", "done"),
        ("done{code} spoke to him", "spoke"),
        ("no answer {code} done", "no answer"),
        ("DONE VISITED", "visited"),
        ("done {code} other", "other"),
    ],
)
def test_done_closes_it_with_how_it_ended_and_asks_nothing_more(room: Room, text: str, outcome: str) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    room.says(BEN, "on it")
    (said,) = room.says(BEN, text.format(code=code))
    assert said.startswith("Thanks. Person ")
    assert said.endswith(f"code {code}, is closed.")
    assert (room.alert(code).status, room.alert(code).outcome) == ("resolved", outcome)


def test_done_without_on_it_first_takes_it_and_closes_it(room: Room) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    assert any("is closed" in text for text in room.says(BEN, f"done {code} spoke"))
    assert (room.alert(code).acknowledged_by, room.alert(code).outcome) == (room.id_of("Ben"), "spoke")


def test_nobody_closes_what_another_mentor_has_but_a_coordinator_may(room: Room) -> None:
    code = room.asks_for_mentor()
    room.table.passes(hours=2.5)
    room.says(BEN, f"on it {code}")
    assert any(text.startswith("Ben has") for text in room.says(CAI, f"done {code}"))
    assert room.alert(code).status == "acknowledged"
    before = room.now
    assert any("is closed" in text for text in room.says(ANA, f"done {code} spoke"))
    (told,) = room.told(BEN, before)
    assert told.startswith("Ana has closed Person ")


def test_done_with_several_of_theirs_asks_for_the_code(room: Room) -> None:
    room.table.joins("+447700900124")
    room.supports("Ben", whom=room.other())
    codes = [room.asks_for_mentor(), room.asks_for_mentor("+447700900124")]
    room.told(BEN)
    room.says(BEN, f"on it {codes[0]} {codes[1]}")
    assert room.says(BEN, "done") == [
        f"Please send that again with its code. Yours or waiting: {codes[0]}, {codes[1]}."
    ]


# ---------------------------------------------------------------- PASS


def test_pass_tells_the_next_at_once_and_asks_whoever_passed_no_more(room: Room) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    before = room.now
    (said,) = room.says(BEN, "pass")
    assert said.endswith(f"code {code}, goes to the next person.")
    assert any(f"ON IT {code}" in text for text in room.told(CAI, before))
    room.table.passes(hours=6)
    assert not any(f"ON IT {code}" in text for text in room.told(BEN, before))


def test_pass_from_whoever_has_it_opens_it_again(room: Room) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    room.says(BEN, "on it")
    before = room.now
    room.says(BEN, f"pass {code}")
    assert room.alert(code).status == "open"
    assert any(f"ON IT {code}" in text for text in room.told(CAI, before))


def test_pass_to_somebody_tells_them_and_leaves_them_a_while(room: Room) -> None:
    room.pairs("Anna Marie", DEE, paid=True)
    code = room.asks_for_mentor()
    room.told(BEN)
    before = room.now
    (said,) = room.says(BEN, f"PASS {code} TO ANNA")
    assert said.startswith("OK. I'm telling Anna Marie about Person ")
    assert [text for text in room.told(DEE, before) if f"ON IT {code}" in text]
    assert room.told(CAI, before) == []  # not yet: it is Anna's for a while
    assert any("is yours" in text for text in room.says(DEE, "on it"))


def test_what_was_handed_over_and_not_taken_goes_on_to_the_next(room: Room) -> None:
    room.pairs("Anna", DEE, paid=True)
    code = room.asks_for_mentor()
    room.told(BEN)
    before = room.now
    room.says(BEN, f"pass {code} to anna")
    room.table.passes(hours=3)
    assert any(f"ON IT {code}" in text for text in room.told(CAI, before))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("zoe", "I can't tell who you mean."),
        ("ben", "Ben can't take that one now."),
        ("eve", "Eve can't take that one now."),
    ],
)
def test_pass_to_somebody_who_cannot_take_it_says_so_and_changes_nothing(room: Room, name: str, line: str) -> None:
    from storage import staff

    table = room.table
    table.database.run_now(lambda db: staff.add(db, "Eve", Role.MENTOR, None, table.now, table.desk.draw))  # no phone
    code = room.asks_for_mentor()
    room.told(BEN)
    (said,) = room.says(BEN, f"pass {code} to {name}")
    assert said == f"{line} Text PASS {code} and I'll find the next person."
    assert room.alert(code).passed in (None, [])


def test_pass_to_somebody_who_is_away_or_in_a_crisis_to_a_volunteer_is_not_done(room: Room) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    room.says(CAI, "off till friday")
    assert any("Cai can't take that one now" in text for text in room.says(BEN, f"pass {code} to cai"))
    room.says(SAM, "want to die")
    crisis = room.alert_of_crisis()
    room.told(ANA)
    assert any("Ben can't take that one now" in text for text in room.says(ANA, f"pass {crisis} to ben"))


# ---------------------------------------------------------------- LATER


def test_later_takes_it_says_when_and_asks_again_then(room: Room) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    (said,) = room.says(BEN, "later 3pm")
    assert said.startswith("OK. It's yours. I'll ask again about Person ")
    assert said.endswith(f"code {code}, at 3pm today.")
    assert room.alert(code).status == "acknowledged"
    before = room.now
    room.table.passes(hours=4.5)
    assert not any(f"ON IT {code}" in text for text in room.told(BEN, before))
    room.table.passes(hours=1)
    assert any(f"ON IT {code}" in text for text in room.told(BEN, before))
    assert room.alert(code).status == "open"


def test_later_is_at_most_a_day_and_says_the_time_that_it_means(room: Room) -> None:
    room.asks_for_mentor()
    room.told(BEN)
    (said,) = room.says(BEN, "later friday")
    assert said.endswith("at 10am tomorrow.")


def test_later_without_a_time_asks_for_one(room: Room) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    assert room.says(BEN, "later") == ["For how long? Text LATER 2H, LATER 3PM or LATER TOMORROW. A day is the most."]
    assert room.alert(code).status == "open"


def test_a_crisis_cannot_be_put_off(room: Room) -> None:
    room.says(SAM, "want to die")
    code = room.alert_of_crisis()
    room.told(ANA)
    for text in (f"later {code} 2h", f"later {code}"):
        (said,) = room.says(ANA, text)
        assert said == f"This is urgent and can't wait. Text ON IT {code} to take it, or PASS {code}."
    assert room.alert(code).status == "open"


# ---------------------------------------------------------------- REOPEN


def test_reopen_begins_it_again_within_two_days(room: Room) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    room.says(BEN, "on it")
    room.says(BEN, "done")
    (said, *_) = room.says(BEN, f"reopen {code}")
    assert "is open again" in said
    assert room.alert(code).status == "open"
    assert f"Code {code} is open already" in room.says(BEN, f"reopen {code}")[0]


def test_reopen_after_two_days_or_without_a_code_is_not_done(room: Room) -> None:
    code = room.asks_for_mentor()
    room.told(BEN)
    room.says(BEN, "on it")
    room.says(BEN, "done")
    assert room.says(BEN, "reopen")[0].startswith("I can't open that again.")
    room.table.now += timedelta(days=2, minutes=1)
    assert room.says(BEN, f"reopen {code}")[0].startswith("I can't open that again.")
    assert room.alert(code).status == "resolved"
