"""GROUPS TUE, GROUPS TN9, NEXT and MORE, whatever else is going on; and sentences that only sound like them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.effects import Remember, Unmet
from flows.model import Participant
from flows.statuses import PersonStatus
from flows.talking.last_search import LAST_SEARCH, LastSearch, last_of
from tests.signposting.phone import Phone

# ---------------------------------------------------------------- GROUPS and what comes with it


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("GROUPS TUE", {"day": "tuesday"}),
        ("groups tuesday", {"day": "tuesday"}),
        ("Groups on a Tuesday please", {"day": "tuesday"}),
        ("group tmrw", {"day": "tuesday"}),
        ("meetings any", {"day": "any"}),
        ("GROUPS TN9", {"area": "TN9"}),
        ("groups near tn9", {"area": "TN9"}),
        ("groups TN9 TUE", {"area": "TN9", "day": "tuesday"}),
        ("groups tue in tn9", {"area": "TN9", "day": "tuesday"}),
        ("groups tonbridge", {"area": "Tonbridge"}),
        ("groups money", {"low": "money"}),
        ("groups wed hope", {"day": "wednesday", "low": "hope"}),
        ("groups women only", {"needs": "women"}),
        ("groups show me everything", {"needs": "all"}),
    ],
)
def test_what_comes_with_the_word_is_an_answer(text: str, given: dict[str, str]) -> None:
    asked = Phone().asked_for(text)
    assert asked is not None
    place = given.get("area", "")
    assert {**asked.given} == given or (place and asked.given.get("area", "").startswith(place))


@pytest.mark.parametrize(
    "text",
    [
        "GROUPS",
        "groups please",
        "groups are rubbish",
        "groups arent for me",
        "group hug tuesday",
        "i went to the groups tue",
        "tue groups",
        "meetings bore me in tn9",
        "check in tue",
        "mentor tuesday",
    ],
)
def test_a_sentence_is_only_a_sentence(text: str) -> None:
    assert Phone().asked_for(text) is None


def test_with_day_place_and_needs_known_the_list_comes_at_once() -> None:
    sam = Phone(needs="all")
    (offer,) = sam.texts("GROUPS TUE TN9")
    assert sam.asks() == "group"
    assert offer.startswith("Which would you like to know about? Or text NEXT.\n1 Tuesday Table, Tue 18:30, close by")
    assert sam.person.values["area"] == "TN9"


def test_of_a_whole_postcode_no_more_than_the_sector_is_kept() -> None:
    sam = Phone(needs="all")
    sam.texts("GROUPS TN9 1AB")
    assert sam.person.values["area"] == "TN9 1"
    sam.talk = sam.talk.with_groups(())
    sam.texts("GROUPS TUE")
    assert [effect.near for effect in sam.effects if isinstance(effect, Unmet)] == ["TN9"]


def test_a_town_that_several_places_are_called_is_asked_about() -> None:
    sam = Phone(needs="all")
    (which,) = sam.texts("GROUPS TUE Newport")
    assert which.startswith("Which is nearest you? Send its number: 1 Newport")
    sam.texts("1")
    assert sam.asks() == "group"
    assert sam.person.values["area"].startswith("Newport")


def test_plain_groups_asks_only_for_the_day_once_the_rest_is_known() -> None:
    sam = Phone(needs="all", area="TN9")
    sam.texts("GROUPS")
    assert sam.asks() == "day"


def test_a_new_place_replaces_the_old_one() -> None:
    sam = Phone(needs="all", area="ME14")
    sam.texts("groups tue tn9")
    assert sam.person.values["area"] == "TN9"


def test_what_was_rated_low_comes_first() -> None:
    asked = Phone(needs="all", area="TN9")
    asked.texts("GROUPS ANY")
    low = Phone(needs="all", area="TN9", low="money")
    low.texts("GROUPS ANY")
    served = {group.id for group in low.talk.library.groups if "money" in group.needs}
    assert low.shown()[0] in served
    assert asked.shown()[0] not in served


def test_a_gate_stays_a_gate() -> None:
    sam = Phone(needs="step_free;women", area="TN9")
    sam.texts("GROUPS ANY")
    assert sam.shown() == ["sev-wed", "mai-tue"]


def test_in_the_middle_of_a_check_in_it_comes_on_top_and_the_question_comes_back() -> None:
    sam = Phone(needs="all", area="TN9", consent_checkins="yes")
    sam.texts("check in")
    assert sam.asks() == "mood"
    sam.texts("groups tue")
    assert sam.asks() == "group"
    sam.texts("1")
    sam.texts("n")
    assert sam.session is not None
    assert sam.session.frames[-1].flow == "check-in"


def test_whoever_has_not_joined_is_asked_to_join_first() -> None:
    sam = Phone()
    sam.person = replace_status(sam.person, PersonStatus.STRANGER)
    sam.texts("groups tue")
    assert sam.asks() == "adult"


def replace_status(person: Participant, status: PersonStatus) -> Participant:
    return person._replace(status=status, joined_at=None, values={})


# ---------------------------------------------------------------- NEXT


def test_next_below_a_list_shows_others_and_at_the_end_says_so() -> None:
    sam = Phone(needs="all", area="TN9")
    sam.texts("GROUPS ANY")
    seen = set(sam.shown())
    for _ in range(9):
        said = sam.texts("next")
        if said[0].startswith("That's all I know of"):
            break
        assert not seen & set(sam.shown())
        seen |= set(sam.shown())
    else:
        raise AssertionError("there was no end")
    assert sam.shown()
    assert not any(isinstance(effect, Unmet) for effect in sam.effects)


@pytest.mark.parametrize("word", ["NEXT", "next pls", "others", "Show me others"])
def test_next_works_when_nothing_is_open(word: str) -> None:
    sam = Phone(needs="all", area="TN9")
    sam.texts("GROUPS ANY")
    first = sam.shown()
    sam.texts("1")
    sam.closes()
    sam.texts(word)
    assert sam.asks() == "group"
    assert not set(first) & set(sam.shown())


def test_next_keeps_to_the_day_that_was_asked_for() -> None:
    sam = Phone(needs="all", area="TN9")
    sam.texts("GROUPS WED")
    sam.closes()
    sam.texts("next")
    last = last_of(sam.person)
    assert last is not None
    assert last.answers == {"day": "wednesday"}


def test_next_while_company_is_asked_about_goes_back_to_the_list() -> None:
    sam = Phone(needs="all", area="TN9")
    sam.texts("GROUPS WED")
    sam.texts("1")
    assert sam.asks() == "buddy"
    sam.texts("next")
    assert sam.asks() == "group"
    assert sam.session is not None
    assert len(sam.session.frames) == 1


def test_next_in_the_middle_of_a_check_in_comes_on_top_of_it() -> None:
    sam = Phone(needs="all", area="TN9", consent_checkins="yes")
    sam.texts("GROUPS WED")
    sam.closes()
    sam.texts("check in")
    sam.texts("next")
    assert sam.asks() == "group"
    assert sam.session is not None
    assert [frame.flow for frame in sam.session.frames] == ["check-in", "find-group"]


@pytest.mark.parametrize("word", ["NEXT", "MORE"])
def test_with_nothing_looked_for_they_are_words_like_any_other(word: str) -> None:
    sam = Phone()
    assert sam.texts(word)[0].startswith("Sorry, I didn't get that. Text MENU")


@pytest.mark.parametrize("kept", ["", "{", "[]", '["find-group"]', "null", '["a",[],[],""]', '["gone",{},[],""]'])
def test_what_an_older_program_kept_does_no_harm(kept: str) -> None:
    sam = Phone(last_search=kept)
    assert sam.texts("next")[0].startswith("Sorry, I didn't get that.")


def test_what_was_looked_for_reads_back_as_it_was_written() -> None:
    last = LastSearch("find-group", {"day": "tuesday"}, ("a", "kent/3b1c"), "a.mo")
    sam = Phone(last_search=last.written())
    assert last_of(sam.person) == last
    assert len(last.with_seen(tuple(map(str, range(40)))).seen) == 12


# ---------------------------------------------------------------- MORE


def test_more_tells_of_the_one_that_was_chosen_and_the_question_stays_open() -> None:
    sam = Phone(needs="all", area="TN9")
    sam.texts("GROUPS TUE")
    sam.texts("1")
    assert sam.texts("more") == [
        "Tuesday Table. Community Room, Tonbridge TN9 1AA. Step-free. Ask for the welcome host, 01632 960101. 18:30 "
        "to 20:00. Cost: free."
    ]
    assert sam.texts("n") == ["No problem. You can just turn up."]


def test_more_of_a_group_that_is_gone_shows_others() -> None:
    sam = Phone(needs="all", area="TN9")
    sam.texts("GROUPS TUE")
    sam.texts("1")
    sam.closes()
    sam.talk = sam.talk.with_groups(tuple(each for each in sam.talk.library.groups if each.id != "ton-tue"))
    sam.texts("more")
    assert sam.asks() == "group"


def test_no_words_but_the_choice_itself_are_kept_of_a_search() -> None:
    sam = Phone(needs="all", area="TN9")
    sam.texts("GROUPS TUE")
    kept = [effect.value for effect in sam.effects if isinstance(effect, Remember) and effect.name == LAST_SEARCH]
    assert kept
    assert "TUE" not in str(kept)


def test_content_without_the_variable_still_shows_others_below_the_list() -> None:
    sam = Phone(needs="all", area="TN9")
    variables = {name: each for name, each in sam.talk.library.variables.items() if name != LAST_SEARCH}
    sam.talk = sam.talk.with_library(replace(sam.talk.library, variables=variables))
    sam.texts("GROUPS ANY")
    first = sam.shown()
    sam.texts("next")
    assert not set(first) & set(sam.shown())
    sam.closes()
    assert sam.texts("next")[0].startswith("Sorry, I didn't get that.")
