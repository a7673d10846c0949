"""Scores are means of what was answered lately enough; what is missing is told, and never filled in."""

from __future__ import annotations

import math
import statistics

import numpy
import pytest

from flows.capital import (
    Missing,
    Rating,
    Real,
    Shift,
    change,
    enough,
    smallest_real_change,
    standing,
    start,
    together,
)
from flows.steps import Scale
from tests.capital.ratings import all_nine, instrument, on, rated

OURS = instrument()


def test_a_mean_needs_seven_of_nine() -> None:
    seven = all_nine(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)[:7]
    found = standing(OURS, seven, on(0))
    assert (found.overall.mean, found.overall.answered, found.overall.of) == (4, 7, 9)
    six = standing(OURS, seven[:6], on(0))
    assert (six.overall.mean, six.score, six.overall.answered) == (None, None, 6)


@pytest.mark.parametrize(("age", "counts"), [(0, True), (41, True), (42, True), (43, False), (400, False)])
def test_an_answer_counts_for_six_weeks(age: int, counts: bool) -> None:
    found = standing(OURS, rated(0, home=4), on(age))
    assert ("home" in found.values) is counts
    assert found.missing.get("home") == (None if counts else Missing.OLD)


def test_what_is_missing_is_told_and_why() -> None:
    found = standing(OURS, [*rated(0, mind=4, body=None), *rated(60, hope=6)], on(60))
    assert found.values == {"hope": 6}
    assert [found.missing[each] for each in ("mind", "body", "home")] == [
        Missing.OLD,
        Missing.UNANSWERED,
        Missing.NEVER,
    ]
    assert sum(found.values.values()) == 6, "nothing stands in for what was not answered"


def test_what_lies_ahead_is_not_known_yet() -> None:
    assert standing(OURS, rated(5, home=4), on(4)).missing["home"] is Missing.NEVER


def test_domains_have_their_own_means_by_the_same_share() -> None:
    assert [enough(OURS, of) for of in (1, 2, 4, 9)] == [1, 2, 3, 7]
    found = standing(OURS, rated(0, mind=2, body=4, goal=6, people=7, home=5), on(0))
    assert [(each.name, each.mean, each.answered, each.of) for each in found.domains] == [
        ("personal", 4, 3, 4),
        ("social", 7, 1, 1),
        ("practical", None, 1, 2),
        ("community", None, 0, 2),
    ]


def test_two_reviews_on_one_day_are_one_and_the_later_answer_counts() -> None:
    twice = [*all_nine(0, *[3] * 9), *all_nine(0, *[6] * 9)]
    found = change(OURS, twice, on(0))
    assert found.now.overall.mean == 6
    assert (found.moved, found.overall.paired, found.overall.by) == ((), 0, None)


def test_a_skip_on_the_same_day_takes_no_answer_away() -> None:
    assert standing(OURS, rated(0, home=4) + rated(0, home=None), on(0)).values == {"home": 4}


def test_a_reversed_item_counts_the_other_way_round() -> None:
    found = standing(
        instrument({"calm": "", "lonely": ""}, minimum=2, reverse="lonely"), rated(0, calm=8, lonely=9), on(0)
    )
    assert (found.values, found.overall.mean) == ({"calm": 8, "lonely": 1}, 4.5)


def test_a_sum_with_one_item_missing_is_no_score() -> None:
    summed = instrument({"a": "", "b": "", "c": ""}, minimum=2, score="sum")
    assert standing(summed, rated(0, a=1, b=2), on(0)).score is None
    assert standing(summed, rated(0, a=1, b=2, c=4), on(0)).score == 7


# ---------------------------------------------------------------- change


def test_change_is_of_pairs_and_says_how_many() -> None:
    began = all_nine(0, 2, 2, 2, 2, 3, 3, 3, 5, 5)
    later = rated(84, mind=4, body=5, goal=3, hope=6, people=3, home=4, money=2)
    found = change(OURS, [*began, *later], on(84))
    assert (found.overall.paired, found.overall.of) == (7, 9)
    assert found.overall.by == pytest.approx(statistics.fmean([2, 3, 1, 4, 0, 1, -1]))
    assert {each.name: each.by for each in found.domains} == {
        "personal": 2.5,
        "social": 0,
        "practical": 0,
        "community": None,
    }
    assert found.now.missing == {"time": Missing.OLD, "belonging": Missing.OLD}


def test_with_too_few_pairs_there_is_no_change_to_tell() -> None:
    found = change(OURS, [*all_nine(0, *[2] * 9), *rated(60, mind=8, body=8, goal=8, hope=8, people=8, home=8)], on(60))
    assert (found.overall.by, found.overall.paired) == (None, 6)
    assert found.domains[0].by == 6


def test_the_start_is_the_first_answer_and_does_not_wander() -> None:
    ratings = [*rated(0, mind=2), *rated(20, mind=7), *rated(42, body=3), *rated(43, hope=4)]
    began, days = start(OURS, ratings)
    assert began.values == {"mind": 2, "body": 3}, "what came later than six weeks is no start"
    assert days["body"] == on(42)
    assert began.missing["hope"] is Missing.LATE
    assert change(OURS, [*ratings, *rated(70, hope=9)], on(70)).moved == ()


def test_a_person_who_never_answered_has_nothing_to_tell() -> None:
    found = change(OURS, [], on(0))
    assert (found.overall.by, found.moved, found.now.overall.answered) == (None, (), 0)
    assert set(found.start.missing.values()) == {Missing.NEVER}


# ---------------------------------------------------------------- reliable change

# Jacobson NS, Truax P (1991). Clinical significance: a statistical approach to defining meaningful change in
# psychotherapy research. J Consult Clin Psychol 59(1):12-19. Their worked example: SD 7.5, reliability 0.80, a score
# that goes from 32.5 to 47.5; standard error of measurement 3.35, of the difference 4.74, RC = 15 / 4.74 = 3.16.
PUBLISHED = {"sd": 7.5, "r": 0.80, "before": 32.5, "after": 47.5, "error": 4.74, "rc": 3.16}


def test_the_published_worked_example_comes_out() -> None:
    least = smallest_real_change(instrument(sd=PUBLISHED["sd"], r=PUBLISHED["r"]))
    assert least is not None
    assert round(least / 1.96, 2) == PUBLISHED["error"]
    assert round((PUBLISHED["after"] - PUBLISHED["before"]) / (least / 1.96), 2) == PUBLISHED["rc"]


def scored(by: int) -> Real | None:
    wide = instrument({"a": "", "b": ""}, minimum=2, sd=7.5, r=0.8, scale=Scale(0, 100, "low", "high"))
    return change(wide, [*rated(0, a=50, b=50), *rated(84, a=50 + by, b=50 + by)], on(84)).real


@pytest.mark.parametrize(
    ("by", "real"),
    [(9, Real.UNSURE), (10, Real.BETTER), (15, Real.BETTER), (-9, Real.UNSURE), (-10, Real.WORSE), (0, Real.UNSURE)],
)
def test_only_a_change_beyond_the_error_is_called_real(by: int, real: Real) -> None:
    assert 1.96 * math.sqrt(2) * 7.5 * math.sqrt(0.2) == pytest.approx(9.297, abs=0.001)
    assert scored(by) is real


@pytest.mark.parametrize(("sd", "r"), [(None, None), (2.0, None), (None, 0.9)])
def test_without_both_numbers_no_change_is_called_real(sd: float | None, r: float | None) -> None:
    found = instrument(sd=sd, r=r)
    assert smallest_real_change(found) is None
    assert change(found, [*all_nine(0, *[0] * 9), *all_nine(84, *[10] * 9)], on(84)).real is None


def test_a_single_item_is_never_called_better_or_worse() -> None:
    assert smallest_real_change(instrument({"mood": ""}, minimum=1, sd=2.0, r=0.9)) is None


def test_a_sum_is_held_against_the_error_of_a_sum() -> None:
    summed = instrument({"a": "", "b": ""}, minimum=1, score="sum", sd=1.5, r=0.5)
    assert smallest_real_change(summed) == pytest.approx(2.94, abs=0.01)
    ratings = [*rated(0, a=5, b=5), *rated(84, a=7, b=7)]
    assert change(summed, ratings, on(84)).real is Real.BETTER  # the mean moved by 2, and the sum by 4
    assert change(summed, [*rated(0, a=5, b=5), *rated(84, a=6, b=6)], on(84)).real is Real.UNSURE
    assert change(summed, ratings[:3], on(84)).real is None


# ---------------------------------------------------------------- several people


def test_a_group_is_told_with_who_was_left_out() -> None:
    shifts = [Shift("", 2, 5, 9, 9), Shift("", 4, 4, 8, 9), Shift("", 6, 5, 7, 9), Shift("", None, None, 3, 9)]
    found = together(shifts)
    assert (found.paired, found.left_out, found.start) == (3, 1, 4)
    assert found.by == pytest.approx(2 / 3)


def test_group_figures_agree_with_an_independent_library() -> None:
    before, after = [2.0, 3.5, 4.25, 6.0, 7.75, 1.0], [4.0, 3.0, 6.5, 6.0, 9.0, 5.5]
    found = together([Shift("", one, two, 9, 9) for one, two in zip(before, after, strict=True)])
    differences = numpy.subtract(after, before)
    assert found.by == pytest.approx(float(differences.mean()))
    assert found.sd == pytest.approx(float(differences.std(ddof=1)))


def test_one_person_has_no_spread_and_nobody_no_figures() -> None:
    assert together([Shift("", 2, 5, 9, 9)]).sd is None
    nobody = together([Shift("", None, None, 0, 9)])
    assert (nobody.paired, nobody.left_out, nobody.by, nobody.sd) == (0, 1, None, None)


def test_means_agree_with_an_independent_library() -> None:
    values = [3, 7, 8, 1, 10, 0, 4, 6, 9]
    found = standing(OURS, all_nine(0, *values), on(0))
    assert found.overall.mean == pytest.approx(float(numpy.mean(values)))
    assert found.score == found.overall.mean


def test_ratings_of_items_that_are_gone_change_nothing() -> None:
    assert standing(OURS, [Rating("faith", 9, on(0))], on(0)).values == {}
