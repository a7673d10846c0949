"""The whole loop, on both channels: an offer, company, a reminder, "did you get there?", and what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from bot.directory import hidden
from flows.model import Channel, Heard
from flows.steps import Later
from flows.talking import sms
from flows.talking.booking import book
from flows.talking.conversation import Scene
from flows.wording import Place
from storage import directory
from tests.signposting.phone import MONDAY, Phone
from tests.turns.table import COORDINATOR, Table

SAM, ALEX, KIM = "+447700900123", "+447700900124", "+447700900125"
CHAT = "5550123"


def joined(table: Table, *phones: str, channel: Channel = Channel.SMS) -> None:
    """Without check-ins, so that nothing comes between."""
    ring = ("SKIP",) if channel is Channel.TELEGRAM else ()
    for phone in phones:
        for text in ("hello", "Y", "Y", "Sam", "SKIP", *ring, "N"):
            table.says(phone, text, channel)
        assert any("all set" in text for text in table.says(phone, "N", channel))


def referrals(table: Table) -> list[tuple[str, str]]:
    return [(row.group_id, row.status) for row in sorted(table.rows("referrals"), key=lambda row: row.id)]


def chosen(table: Table) -> Any:
    (row,) = [row for row in table.rows("referrals") if row.chosen_at is not None]
    return row


def goes_to_tuesday_table(table: Table, phone: str) -> None:
    """Chooses the Tuesday group, alone, on a Monday at ten: there is no day before to be reminded on."""
    table.says(phone, "GROUPS TUE TN9")
    table.says(phone, "5")
    told = table.says(phone, "tuesday table")
    assert told[0].startswith("Tuesday Table, Tuesday 18:30."), told
    assert table.says(phone, "n") == ["No problem. You can just turn up."]


def told_coordinator(table: Table) -> list[str]:
    return [each.text for each in table.sent if each.address == COORDINATOR]


# ---------------------------------------------------------------- all the way


def test_somebody_is_offered_a_group_and_goes(table: Table) -> None:
    joined(table, SAM)
    assert table.says(SAM, "GROUPS WED TN9") == [
        "Does any of this matter to you? Send all the numbers you want.\n1 Step-free access\n2 Women only\n"
        "3 Children welcome\n4 Online\n5 Show me everything"
    ]
    (offer,) = table.says(SAM, "5")
    assert "1 Steady Steps Walk, Wed 13:00, about" in offer
    shown = [group for group, _ in referrals(table)]
    assert 0 < len(shown) <= 3
    assert {status for _, status in referrals(table)} == {"offered"}

    details, company = table.says(SAM, "1")
    assert details.startswith("Steady Steps Walk, Wednesday 13:00. Park gates, Tunbridge Wells TN2 5ZZ, about")
    assert sms.parts(details).count == 1
    assert company == "Would you like someone to go with you? Y or N"
    assert (chosen(table).group_id, chosen(table).status) == ("tun-wed", "chosen")
    assert chosen(table).meets_on.isoformat() == "2026-11-04"

    asked, remind = table.says(SAM, "yes please")
    assert asked.startswith("I've asked a mentor to text you by ")
    assert table.alerts() == [("wants company", "open")]
    assert chosen(table).company
    assert remind == "Shall I send you a reminder the day before? Y or N"
    assert table.says(SAM, "y") == ["I will. Text NEXT any time to see other groups."]

    before = len(table.sent)
    table.passes(days=3, hours=2)
    assert [each.text for each in table.sent[before:] if each.address == SAM] == [
        "Hi Sam, a reminder about tomorrow. Text MORE for where and when.",
        "Hi Sam, did you get there in the end? Y or N",
    ]
    assert table.says(SAM, "yh i did")[0].startswith("Good to hear. How was it for you?")
    assert chosen(table).status == "went"
    assert table.says(SAM, "5") == ["Thanks Sam. I'm glad I asked."]
    assert not table.rows("sessions", status="open")


def test_the_same_on_telegram_by_buttons(table: Table) -> None:
    joined(table, CHAT, channel=Channel.TELEGRAM)
    table.says(CHAT, "groups any TN9", Channel.TELEGRAM)
    table.says(CHAT, "5", Channel.TELEGRAM)
    first = next(each for each in reversed(table.sent) if each.address == CHAT)
    shown = [button.data.partition(":")[2] for button in first.buttons]
    assert shown[-1] == "next"
    assert first.text.startswith("Which would you like to know about?")
    table.taps(CHAT, first.buttons[-1].label)
    second = next(each for each in reversed(table.sent) if each.address == CHAT)
    assert not {button.data.partition(":")[2] for button in second.buttons[:-1]} & set(shown[:-1])
    details, _ = table.taps(CHAT, second.buttons[0].label)
    assert "Text MORE for more." in details
    assert table.says(CHAT, "more", Channel.TELEGRAM)[0].startswith(chosen_name(table))
    assert [status for _, status in referrals(table)].count("chosen") == 1


def chosen_name(table: Table) -> str:
    group = table.desk.live.directory.group(chosen(table).group_id)
    assert group is not None
    return group.name


def test_a_reminder_of_a_group_that_is_gone_sends_nobody_there(table: Table) -> None:
    joined(table, SAM)
    table.says(SAM, "GROUPS WED TN9")
    table.says(SAM, "5")
    table.says(SAM, "1")
    table.says(SAM, "n")
    table.says(SAM, "y")
    live = table.desk.live
    table.desk.go_live(live.with_groups(tuple(each for each in live.library.groups if each.id != "tun-wed")))
    before = len(table.sent)
    table.passes(days=1, hours=8)
    assert [each.text for each in table.sent[before:] if each.address == SAM] == [
        "Hi Sam, tomorrow may not be on after all, sorry. Text NEXT for something else."
    ]
    (others,) = table.says(SAM, "next")
    assert others.startswith("Which would you like") or "None on that day." in others


def test_after_a_reminder_more_tells_of_the_group_that_it_was_about(table: Table) -> None:
    joined(table, SAM)
    table.says(SAM, "GROUPS WED TN9")
    table.says(SAM, "5")
    for group, then in (("steady steps", "GROUPS FRI"), ("friday", "")):
        table.says(SAM, group)
        table.says(SAM, "n")
        table.says(SAM, "y")
        if then:
            table.says(SAM, then)
    assert table.says(SAM, "more")[0].startswith("Friday Kitchen")
    table.passes(days=1, hours=8)
    assert table.says(SAM, "more")[0].startswith("Steady Steps Walk")


def test_of_two_groups_chosen_for_one_day_it_asks_of_the_later(table: Table) -> None:
    joined(table, SAM)
    live = table.desk.live
    walk = next(group for group in live.library.groups if group.id == "tun-wed")
    choir = replace(walk, id="tun-choir", initiative="tun-choir", name="Castle Choir", time=time(19))
    table.desk.go_live(live.with_groups((walk, choir)))
    table.says(SAM, "GROUPS WED TN9")
    table.says(SAM, "5")
    for group in ("steady steps", "castle choir"):
        table.says(SAM, group)
        table.says(SAM, "n")
        table.says(SAM, "y")
        if group == "steady steps":
            table.says(SAM, "GROUPS WED")
    assert len(table.rows("bookings", status="waiting")) == 2  # one question and one reminder, not two of each
    table.passes(days=3, hours=2)
    finds_it_shut(table, SAM)
    assert [row.group_id for row in table.rows("group_reports")] == ["tun-choir"]
    assert dict(referrals(table))["tun-wed"] == "chosen", "nobody asked, so nobody knows"


@pytest.mark.parametrize("wants_one", [True, False])
def test_of_two_groups_chosen_for_one_day_it_reminds_of_the_later_or_of_none(table: Table, wants_one: bool) -> None:
    joined(table, SAM)
    live = table.desk.live
    walk = next(group for group in live.library.groups if group.id == "tun-wed")
    choir = replace(walk, id="tun-choir", initiative="tun-choir", name="Castle Choir", time=time(19))
    other_day = replace(
        walk, id="tun-fri", initiative="tun-fri", name="Friday Fire", day=4, rule="FREQ=WEEKLY;BYDAY=FR"
    )
    table.desk.go_live(live.with_groups((walk, choir, other_day)))
    for text in ("GROUPS WED TN9", "5", "steady steps", "n", "y"):
        table.says(SAM, text)
    for text in ("GROUPS FRI", "friday fire", "n", "y"):
        table.says(SAM, text)
    for text in ("GROUPS WED", "castle choir", "n", "y" if wants_one else "n"):
        table.says(SAM, text)
    booked = [row.flow for row in table.rows("bookings", status="waiting")]
    assert sorted(booked) == sorted(
        ["did-you-go", "did-you-go", "group-reminder", *(["group-reminder"] if wants_one else [])]
    )
    before = len(table.sent)
    table.passes(days=1, hours=12)
    told = [each.text for each in table.sent[before:] if "about tomorrow" in each.text]
    assert len(told) == wants_one
    if wants_one:
        assert any("Castle Choir" in text for text in table.says(SAM, "MORE"))


def test_silent_twice_it_is_left_at_that(table: Table) -> None:
    joined(table, SAM)
    goes_to_tuesday_table(table, SAM)
    before = len(table.sent)
    table.passes(days=6)
    assert [each.text for each in table.sent[before:] if each.address == SAM] == [
        "Hi Sam, did you get there in the end? Y or N",
        "No rush. Did you get there? Y or N",
    ]
    assert chosen(table).status == "no answer"
    assert table.alerts() == []
    # a late answer is an answer
    table.says(SAM, "y")
    assert chosen(table).status == "went"


def test_what_got_in_the_way_is_asked_gently_and_kept_as_a_choice_and_never_in_words(table: Table) -> None:
    joined(table, SAM)
    goes_to_tuesday_table(table, SAM)
    table.passes(days=2, hours=2)
    assert table.says(SAM, "no")[0].startswith("That's OK. What got in the way?")
    assert chosen(table).status == "did not go"
    assert table.says(SAM, "getting there, the bus is awful") == [
        "Thanks. Text NEXT for others, or MENTOR to ask about lifts."
    ]
    assert (chosen(table).status, chosen(table).why) == ("did not go", "travel")
    (others,) = table.says(SAM, "next")
    assert "Tuesday Table" not in others


def test_whoever_says_no_and_no_more_has_said_no(table: Table) -> None:
    joined(table, SAM)
    goes_to_tuesday_table(table, SAM)
    table.passes(days=2, hours=2)
    table.says(SAM, "no")
    table.passes(days=3)
    assert (chosen(table).status, chosen(table).why) == ("did not go", None)


@pytest.mark.parametrize(
    ("hour", "on", "due"),
    [
        (10, "day before group", "2026-11-02 17:00"),  # of the Tuesday group, on the Monday
        (16, "day before group", "2026-11-02 17:00"),
        (17, "day before group", ""),  # that time has come: nobody is reminded at once
        (18, "day before group", ""),
        (18, "day after group", "2026-11-04 17:00"),
    ],
)
def test_nobody_is_reminded_once_the_day_before_is_over(hour: int, on: str, due: str) -> None:
    sam = Phone(needs="all", area="TN9")
    now = MONDAY.replace(hour=hour)
    step = Later(at=Place("a.yaml", 1), index=0, next=None, flow="group-reminder", on=on, clock=time(17))
    booked = book(sam.talk.stage(Scene(sam.person, None, now)), step, {"*chosen": {"group": "ton-tue"}}, lambda _: None)
    assert (f"{booked.due:%Y-%m-%d %H:%M}" if booked is not None else "") == due


# ---------------------------------------------------------------- shut, or not there


def finds_it_shut(table: Table, phone: str) -> list[str]:
    table.says(phone, "no")
    return table.says(phone, "it was shut")


def test_two_people_find_it_shut_and_nobody_else_is_sent_there(table: Table) -> None:
    joined(table, SAM, ALEX)
    goes_to_tuesday_table(table, SAM)
    goes_to_tuesday_table(table, ALEX)
    table.passes(days=2, hours=2)
    assert finds_it_shut(table, SAM) == ["Sorry about that. I've told our team. Text NEXT for others."]
    assert told_coordinator(table)[-1] == (
        "Tuesday Table (ton-tue): somebody found it shut or not there. Please check it. I still offer it."
    )
    assert not hidden(table.database.run_now(directory.states))
    finds_it_shut(table, ALEX)
    assert told_coordinator(table)[-1] == (
        "Tuesday Table (ton-tue): two people found it shut or not there. I offer it to nobody until it is checked."
    )
    assert hidden(table.database.run_now(directory.states)) == {"ton-tue"}
    for row in table.rows("group_reports"):
        assert set(row._mapping) == {"group_id", "day", "people"}  # nothing says who


def test_whatever_day_its_source_gives_coordinators_hear_of_a_shut_door(table: Table) -> None:
    joined(table, SAM, ALEX)
    live = table.desk.live
    (group,) = (group for group in live.library.groups if group.id == "ton-tue")
    table.desk.go_live(live.with_groups((replace(group, checked=table.now.date() + timedelta(days=2)),)))
    goes_to_tuesday_table(table, SAM)
    goes_to_tuesday_table(table, ALEX)
    table.passes(days=2, hours=2)
    for phone, heard in ((SAM, "somebody found it shut"), (ALEX, "two people found it shut")):
        assert "I've told our team" in finds_it_shut(table, phone)[0]
        assert heard in told_coordinator(table)[-1]


def test_one_person_cannot_hide_a_group_alone(table: Table) -> None:
    joined(table, SAM)
    for _ in range(2):
        goes_to_tuesday_table_again(table)
        table.passes(days=2, hours=2)
        finds_it_shut(table, SAM)
        table.passes(days=5)
    assert [row.people for row in table.rows("group_reports")] == [1]
    assert not hidden(table.database.run_now(directory.states))
    assert sum("somebody found it shut" in text for text in told_coordinator(table)) == 1


def goes_to_tuesday_table_again(table: Table) -> None:
    told = table.says(SAM, "GROUPS TUE TN9")
    if told[0].startswith("Does any of this"):
        table.says(SAM, "5")
    table.says(SAM, "tuesday table")
    table.says(SAM, "n")


def test_a_report_at_night_wakes_no_coordinator(table: Table) -> None:
    joined(table, SAM)
    goes_to_tuesday_table(table, SAM)
    table.passes(days=2, hours=12)
    before = len(told_coordinator(table))
    finds_it_shut(table, SAM)
    assert len(told_coordinator(table)) == before
    table.passes(hours=12)
    assert any("somebody found it shut" in text for text in told_coordinator(table)[before:])


# ---------------------------------------------------------------- nothing to offer


def test_a_miss_is_kept_as_where_and_what_and_a_person_is_never_named(table: Table) -> None:
    joined(table, SAM)
    table.desk.go_live(table.desk.live.with_groups(()))
    table.says(SAM, "GROUPS TUE TN9")
    told = table.says(SAM, "1")
    assert told[0] == "I can't see a match yet, sorry."
    assert any("116 123" in text for text in told)
    assert [(row.near, row.need) for row in table.rows("unmet_needs")] == [("TN9", "step_free")]
    assert "participant_id" not in table.rows("unmet_needs")[0]._mapping


def test_a_day_on_which_nothing_meets_is_said_and_kept(table: Table) -> None:
    joined(table, SAM)
    groups = tuple(group for group in table.desk.live.library.groups if group.id == "ton-tue")
    table.desk.go_live(table.desk.live.with_groups(groups))
    table.says(SAM, "GROUPS FRI TN9")
    (offer,) = table.says(SAM, "5")
    assert offer.startswith("None on that day. Which would you like")
    assert "1 Tuesday Table, Tue 18:30, close by" in offer
    assert [(row.near, row.need) for row in table.rows("unmet_needs")] == [("TN9", "")]


# ---------------------------------------------------------------- leaving


def test_whoever_leaves_takes_what_they_were_offered_with_them(table: Table) -> None:
    joined(table, SAM)
    goes_to_tuesday_table(table, SAM)
    table.says(SAM, "DELETE")
    table.says(SAM, "Y")
    table.passes(hours=2)
    assert table.rows("referrals") == []


def test_a_tap_on_an_old_list_chooses_nothing(table: Table) -> None:
    joined(table, SAM)
    goes_to_tuesday_table(table, SAM)
    told = table.says(SAM, "tun-wed", kind=Heard.TAP, tap="1")
    assert told[0].startswith("That button is from an earlier question")
    assert chosen(table).group_id == "ton-tue"
