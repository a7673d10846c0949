"""What stands beside the phone: where in the map it is, the alerts, and what is wrong with the last save."""

from __future__ import annotations

from copy import copy
from dataclasses import replace

from bot.app import App
from bot.practice.panels import MOST_FAULTS, map_of
from flows.wording import Level, Place, Problem
from tests.practice.conftest import Client
from tests.practice.handset import Handset


async def test_the_map_of_a_flow_marks_the_step_that_the_phone_stands_on(app: App, client: Client) -> None:
    phone = Handset(client)
    assert (await phone.looks())["where"] is None
    await phone.texts("hello")
    at = phone.screen["where"]
    assert at["flow"] == "onboarding"
    map_ = await (await client.get("/practice/map", params={"flow": "onboarding"})).json()
    (here,) = [line for line in map_["lines"] if line["step"] == at["step"]]
    assert "Are you 18 or over?" in here["text"]
    assert map_["release"] == phone.screen["saved"]["release"] == app.desk.live.library.release


async def test_a_talk_inside_another_flow_stands_in_the_inner_one(app: App, client: Client) -> None:
    phone = Handset(client)
    await phone.texts("hello", "y", "y", "Sam", "skip", "y", "any", "mon 10am", "n", "n")
    assert not phone.screen["where"]
    for text, flow in (("CHECKIN", "check-in"), ("GROUPS", "find-group")):
        after = await phone.texts(text)
        assert after["where"]["flow"] == flow


async def test_with_no_flow_named_all_of_them_are_on_the_map(app: App, client: Client) -> None:
    for asked in ({}, {"flow": "no-such-flow"}):
        map_ = await (await client.get("/practice/map", params=asked)).json()
        assert map_["flow"] == ""
        assert map_["flows"] == list(app.desk.live.library.flows)
        assert any(line["text"].startswith("onboarding: ") for line in map_["lines"])
        assert all(line["step"] is None for line in map_["lines"])


async def test_an_alert_is_shown_with_how_it_stands(client: Client) -> None:
    phone = Handset(client)
    assert (await phone.looks())["alerts"] == []
    await phone.texts("hello", "y", "y", "Sam", "skip", "n", "n", "MENTOR")
    (alert,) = phone.screen["alerts"]
    assert alert["policy"] == "asked for a mentor"
    assert alert["standing"].startswith("open since Monday 1 March, 10:00, moves on ")
    assert not alert["crisis"]
    await phone.texts("i want to end my life tonight")
    newest, _ = phone.screen["alerts"]
    assert newest["crisis"]


async def test_what_is_handed_in_is_shown_without_the_answers(client: Client) -> None:
    phone = Handset(client)
    await phone.texts("hello", "y", "y", "Sam", "skip", "n", "n", "GRANT", "Tent", "A tent", "40", "Campers", "y")
    (handed_in,) = phone.screen["alerts"]
    assert (handed_in["policy"], handed_in["about"]) == ("grant handed in", "small grant")
    assert "Campers" not in str(handed_in)


async def test_a_talk_that_began_before_a_change_has_no_step_on_the_new_map(app: App, client: Client) -> None:
    phone = Handset(client)
    await phone.texts("hello")
    newer = copy(app.desk.live)
    newer.library = replace(newer.library, release="another")
    app.desk.live = newer
    assert (await phone.looks())["where"] == {"flow": "onboarding", "step": None}


async def test_a_broken_save_is_shown_line_by_line_and_not_for_ever(app: App, client: Client) -> None:
    phone = Handset(client)
    assert (await phone.looks())["saved"]["faults"] == []
    fault = Problem(
        Place("flows/menu.yaml", 3, 5), Level.ERROR, "unknown", "sya is not a setting.", "did you mean say?"
    )
    app.watch.problems = (fault,) * (MOST_FAULTS + 2)
    saved = (await phone.looks())["saved"]
    assert saved["faults"][0] == {"place": "flows/menu.yaml, line 3", "what": fault.what, "fix": fault.fix}
    assert (len(saved["faults"]), saved["more"]) == (MOST_FAULTS, 2)


async def test_every_step_can_be_stood_on(app: App) -> None:
    library = app.desk.live.library
    for name, flow in library.flows.items():
        steps = {line["step"] for line in map_of(library, name)["lines"]}
        assert steps >= set(range(len(flow.steps)))
