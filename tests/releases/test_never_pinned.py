"""What is never pinned: crisis rules and replies, signposts, STOP and the other words, directory dates, DELETE."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.content import Checked
from tests.releases.desk import HOW, Office, edited

SAM = "+447700900001"
WORRYING = "i want to kill myself"


@pytest.fixture
async def mid_flow(office: Office) -> Office:
    """Sam has been asked how things are."""
    office.joins(SAM)
    assert HOW in office.says(SAM, "CHECKIN")[-1]
    return office


async def after(office: Office, checked: Checked, *edits: tuple[str, str, str]) -> str:
    """Another release goes live under Sam's feet; the one that the conversation began on."""
    before = office.live
    office.goes_live(edited(checked, *edits))
    await office.app.following.look()
    assert office.live != before
    return before


async def test_the_reply_to_words_that_worry_us_is_todays(mid_flow: Office, checked: Checked) -> None:
    edit = ("directory/signposts.yaml", "Call 999", "Ring 999")
    await after(mid_flow, checked, edit)
    assert any("Ring 999" in text for text in mid_flow.says(SAM, WORRYING))


async def test_the_rules_that_hear_them_are_todays(mid_flow: Office, checked: Checked) -> None:
    assert "purple elephants march" not in checked.files["safety/crisis.yaml"].decode()
    heard = "    - (should|might as well|may as well|could|must|deserve|need|meant) (to) (be dead"
    edit = ("safety/crisis.yaml", heard, f"    - purple elephants march tonight\n{heard}")
    await after(mid_flow, checked, edit)
    assert any("999" in text for text in mid_flow.says(SAM, "purple elephants march tonight"))
    assert ("crisis B", "open") in mid_flow.alerts()


async def test_a_signpost_is_todays_though_the_conversation_is_older(mid_flow: Office, checked: Checked) -> None:
    signposts = checked.files["directory/signposts.yaml"].decode()
    lines = signposts.split("- signpost: lines", 1)[1].split("say:", 1)[1].split("\n", 1)[0].strip()
    before = await after(mid_flow, checked, ("directory/signposts.yaml", lines, "Ring us on 01632 960123."))
    mid_flow.says(SAM, "1")
    assert "01632 960123" in " ".join(mid_flow.says(SAM, "3"))
    assert {row.release for row in mid_flow.rows("sessions", flow="check-in")} == {before}


async def test_a_signpost_that_is_gone_is_not_sent_from_an_older_release(mid_flow: Office, checked: Checked) -> None:
    await after(mid_flow, checked, ("phrases.yaml", "thanks: You're", "thanks: You are"))
    live = mid_flow.desk.live
    others = {name: line for name, line in live.library.helplines.items() if name != "lines"}
    mid_flow.desk.live = live.with_library(replace(live.library, helplines=others))
    mid_flow.says(SAM, "1")
    said = " ".join(mid_flow.says(SAM, "3"))
    assert "no number for that just now" in said
    assert mid_flow.rows("inbox", status="failed") == []


async def test_a_word_is_heard_as_it_is_taught_today(mid_flow: Office, checked: Checked) -> None:
    await after(mid_flow, checked, ("flows/menu.yaml", "about:", "words: purple\nabout:"))
    assert "MENTOR" in " ".join(mid_flow.says(SAM, "PURPLE"))


async def test_what_a_word_does_is_todays_and_the_open_question_stays_open(mid_flow: Office, checked: Checked) -> None:
    help_words = checked.files["flows/help.yaml"].decode()
    first = help_words.split("- say: ", 1)[1].split("\n", 1)[0]
    before = await after(mid_flow, checked, ("flows/help.yaml", first, f"Today. {first}"))
    assert mid_flow.says(SAM, "HELP")[0].startswith("Today.")
    (session,) = mid_flow.rows("sessions", status="open")
    assert (session.flow, session.release) == ("check-in", before)
    mid_flow.says(SAM, "4")
    assert mid_flow.rows("inbox", status="failed") == []


async def test_delete_asks_as_it_does_today(mid_flow: Office, checked: Checked) -> None:
    question = checked.files["flows/delete.yaml"].decode().split("- ask: ", 1)[1].split("\n", 1)[0]
    await after(mid_flow, checked, ("flows/delete.yaml", question, f"Today. {question}"))
    assert mid_flow.says(SAM, "DELETE")[-1].startswith("Today.")
    (session,) = mid_flow.rows("sessions", status="open")
    assert (session.flow, session.release) == ("delete", mid_flow.live)
    mid_flow.says(SAM, "Y")
    mid_flow.passes(minutes=1)
    assert mid_flow.status(SAM) == ""


async def test_a_word_whose_flow_is_as_it_was_interrupts_and_comes_back(mid_flow: Office, checked: Checked) -> None:
    before = await after(mid_flow, checked, ("flows/time.yaml", "about:", "about: changed,"))
    mid_flow.says(SAM, "HELP")
    (session,) = mid_flow.rows("sessions", status="open")
    assert (session.flow, session.release) == ("check-in", before)
