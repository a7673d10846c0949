"""The directory file: what people and spreadsheets write is read, or refused with its row and the thing to type."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.directory.cells import is_drama_number
from flows.directory.groups import read_groups
from flows.directory.rows import COLUMNS
from flows.wording import Level, Place
from tests.directory.rows import GOOD, HEADING, ONLINE, group, read, row, table, wide
from tests.shared import shared

CONTENT = Path(__file__).resolve().parents[2] / "content" / "directory"


def test_a_good_row_is_a_group() -> None:
    found = group(exceptions="29/12/2026;2027-01-05", link="https://example.org/join")
    assert (found.id, found.name, found.kind, found.day, found.every) == (
        "ton-tue",
        "Tuesday Table",
        "peer group",
        1,
        "week",
    )
    assert (found.time, found.until, found.checked) == (time(18, 30), time(20), date(2026, 10, 30))
    assert found.needs == {"people", "belonging"}
    assert found.access == {"step_free": True, "children": True, "online": False}
    assert found.exceptions == {date(2026, 12, 29), date(2027, 1, 5)}
    assert found.sample
    assert found.at == Place("groups-sample.csv", 2)


def test_what_access_does_not_name_is_unknown_not_no() -> None:
    assert group(access="").access == {}
    assert "step_free" not in group(access="children:no").access


def test_the_sample_that_ships_is_sound_and_every_number_in_it_is_for_drama() -> None:
    groups, problems = read_groups((CONTENT / "groups-sample.csv").read_bytes(), "groups-sample.csv", sample=True)
    assert problems == ()
    assert len(groups) >= 12
    assert all(each.sample and is_drama_number(each.phone) for each in groups)
    assert all(each.checked and date(2026, 9, 1) <= each.checked <= date(2026, 11, 30) for each in groups)


def test_the_real_directory_ships_empty() -> None:
    assert read_groups((CONTENT / "groups.csv").read_bytes(), "groups.csv", sample=False) == ((), ())


def test_the_example_of_the_format_reads_whole() -> None:
    written = shared("design/examples/directory/groups-sample.csv").read_bytes()
    groups, problems = read_groups(written, "groups-sample.csv", sample=True)
    assert [each.id for each in groups] == ["ton-tue", "mai-thu", "onl-sun"]
    assert problems == ()


# ---------------------------------------------------------------- cells, read


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("18:30", time(18, 30)),
        ("7pm", time(19)),
        ("7 PM", time(19)),
        ("7.30pm", time(19, 30)),
        ("07:30", time(7, 30)),
        ("18:30:00", time(18, 30)),
        ("1830", time(18, 30)),
        ("19.15", time(19, 15)),
        ("12am", time(0)),
        ("noon", time(12)),
        ("9:30", time(9, 30)),
    ],
)
def test_times_are_read_as_they_are_written(written: str, expected: time) -> None:
    assert group(time=written, until="").time == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [("Tuesday", 1), ("tue", 1), ("TUES", 1), ("Tuesdays", 1), (" Wed ", 2), ("Sun", 6), ("thurs", 3)],
)
def test_days_are_read_as_they_are_written(written: str, expected: int) -> None:
    assert group(day=written).day == expected


@pytest.mark.parametrize(
    "written",
    [
        "2026-10-09",
        "09/10/2026",
        "9/10/26",
        "9.10.2026",
        "9 Oct 2026",
        "09-Oct-26",
        "9th October 2026",
        "Fri 9 Oct 2026",
    ],
)
def test_dates_are_read_with_the_day_first(written: str) -> None:
    assert group(checked=written).checked == date(2026, 10, 9)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("TN9 1AA", "TN9 1AA"),
        ("tn91aa", "TN9 1AA"),
        ("TN9", "TN9"),
        ("m1 1ae", "M1 1AE"),
        ("SW1A1AA", "SW1A 1AA"),
        ("EC1A 1BB", "EC1A 1BB"),
    ],
)
def test_postcodes_are_spaced(written: str, expected: str) -> None:
    assert group(postcode=written).postcode == expected


@pytest.mark.parametrize(
    "written",
    [
        "01632 960101",
        "01632960101",
        "(01632) 960-101",
        "'01632960101",
        "+44 1632 960101",
        "+44 (0)1632 960101",
        "07700 900123",
    ],
)
def test_whole_phone_numbers_are_kept(written: str) -> None:
    assert group(phone=written).phone == written.removeprefix("'")


@pytest.mark.parametrize(
    "written", ["111", "116 123", "85258", "0800 1111", "0300 123 6600", "01539 72000", "+353 1 234 5678"]
)
def test_a_real_directory_may_have_lines_and_short_numbers(written: str) -> None:
    groups, problems = read(row(phone=written), sample=False)
    assert [each.phone for each in groups] == [written]
    assert problems == ()


def test_lists_may_have_spaces_capitals_and_commas() -> None:
    found = group(needs='"People, Belonging; hope"', access="Step-free: Yes; children :N")
    assert found.needs == {"people", "belonging", "hope"}
    assert found.access == {"step_free": True, "children": False}


def test_an_evening_may_end_past_midnight() -> None:
    assert group(time="22:00", until="00:00").until == time(0)


# ---------------------------------------------------------------- cells, refused


@pytest.mark.parametrize(
    ("cells", "fix"),
    [
        ({"phone": "1632960107"}, "01632 960107"),
        ({"phone": "1632960107.0"}, "01632 960107"),
        ({"phone": "7700900123"}, "07700 900123"),
        ({"phone": "2079460123"}, "020 7946 0123"),
        ({"phone": "1134960123"}, "0113 496 0123"),
        ({"phone": "447700900123"}, "07700 900123"),
        ({"phone": "4.47700900123E+11"}, "07700 900123"),
        ({"phone": "1.632960107e9"}, "01632 960107"),
        ({"phone": "4.47E+11"}, "the whole number again, spaced like 01632 960101"),
        ({"phone": "ring Sam"}, "the number alone, such as 01632 960101"),
        ({"phone": "01632 9601"}, "the number alone, such as 01632 960101"),
        ({"phone": "01632 960101 or 01632 960102"}, "the number alone, such as 01632 960101"),
        ({"phone": "07400 123456"}, "01632 960 and three figures"),  # could be somebody's
        ({"time": "7"}, "7pm or 7am"),
        ({"time": "7:30"}, "19:30 or 07:30"),
        ({"time": "0.770833333"}, "18:30"),
        ({"time": "25:00"}, "a time, such as 18:30 or 7pm"),
        ({"time": "evening"}, "a time, such as 18:30 or 7pm"),
        ({"until": "17:00"}, "the time it ends"),
        ({"day": "Tusday"}, "Tuesday; a row for each day it meets"),
        ({"day": "Tue/Thu"}, "Tuesday; a row for each day it meets"),
        ({"checked": "10/30/2026"}, "30/10/2026"),
        ({"checked": "46325"}, "30/10/2026"),
        ({"checked": "31/02/2026"}, "a date, such as 30/10/2026"),
        ({"checked": "last week"}, "a date, such as 30/10/2026"),
        ({"checked": "30/10/2206"}, "the date again, such as 30/10/2026"),
        ({"exceptions": "25/12/2026;Easter"}, "a date, such as 30/10/2026"),
        ({"every": "month"}, "week, 2 weeks from 03/11/2026, first Monday or last Friday"),
        ({"every": "first Wed"}, "the same day in both"),
        ({"postcode": "Tonbridge"}, "a postcode, such as TN9 1AA, or its first half"),
        ({"postcode": ""}, "its postcode; or online:yes in access"),
        ({"access": "step_free"}, "step_free:yes or step_free:no"),
        ({"access": "step_free:maybe"}, "step_free:yes or step_free:no"),
        ({"access": "children:yes;children:no"}, "children:yes or children:no"),
        ({"link": "javascript:alert(1)"}, "a link that starts https://"),
        ({"name": ""}, "what it is called"),
        ({"contact": ""}, "who to ask for there, such as welcome host"),
        ({"place": " "}, "where it is, or online"),
        ({"every": ""}, "week, or how often it meets"),
        ({"id": "a b"}, "a short name, such as ton-tue"),
        ({"name": "#NAME?"}, "the words themselves"),
        ({"name": "=HYPERLINK(1)"}, "the words themselves"),
        ({"town": "x" * 201}, 'at most 200; a " may be missing'),
    ],
)
def test_a_spoiled_cell_is_refused_with_the_thing_to_type(cells: dict[str, str], fix: str) -> None:
    groups, problems = read(row(id="first", name="First"), row(**cells))
    assert [each.id for each in groups] == ["first"]
    assert [(problem.place.line, problem.level, problem.fix) for problem in problems] == [(3, Level.ERROR, f"{fix}.")]
    (column,) = cells
    assert problems[0].what.startswith(f"Row 3, {column}: ")


def test_the_place_of_a_fault_is_its_cell() -> None:
    written = row(place='"Room, upstairs"', phone="1632960107")
    _, (problem,) = read(written)
    assert written[problem.place.column - 1 :].startswith("1632960107")


@pytest.mark.parametrize(
    ("cells", "asks"),
    [
        ({"name": "Caf?bar"}, "“Caf?bar” may have lost a letter"),
        ({"contact": "Zo\ufffd"}, "“Zo\ufffd” may have lost a letter"),
        ({"checked": ""}, "nobody says when it was last checked"),
        ({"every": "2 weeks"}, "it does not say which weeks"),
    ],
)
def test_a_doubtful_cell_is_asked_about_and_kept(cells: dict[str, str], asks: str) -> None:
    groups, problems = read(row(**cells))
    assert len(groups) == 1
    assert [problem.level for problem in problems] == [Level.WARNING]
    assert asks in problems[0].what


@pytest.mark.parametrize(
    "cells", [{"name": "Fancy a cuppa?"}, {"link": "https://example.org/a?b=c"}, {"name": "Zoë’s café"}]
)
def test_a_question_mark_that_belongs_there_is_not_asked_about(cells: dict[str, str]) -> None:
    assert read(row(**cells))[1] == ()


def test_a_number_kept_for_drama_is_asked_about_in_the_real_directory() -> None:
    groups, problems = read(row(), sample=False)
    assert not groups[0].sample
    assert [(problem.level, problem.fix) for problem in problems] == [(Level.WARNING, "the real number.")]


# ---------------------------------------------------------------- rows and files


def test_an_extra_comma_is_named_by_row_and_hides_no_other_row() -> None:
    groups, problems = read(row(place="Room, upstairs"), row(id="b", phone="1632960107"), row(id="c", name="C"))
    assert [each.id for each in groups] == ["c"]
    assert [problem.place.line for problem in problems] == [2, 3]
    assert problems[0].what == "Row 2 (ton-tue) has 21 cells, and there are 20 headings: a comma too many."
    assert problems[0].fix == 'put "…" around the cell that holds a comma.'


def test_a_missing_comma_is_named_by_row() -> None:
    _, problems = read(row().rpartition(",")[0])
    assert problems[0].what == "Row 2 (ton-tue) has 19 cells, and there are 20 headings: a comma is missing."


def test_a_doubled_id_is_named_by_both_rows() -> None:
    groups, (problem,) = read(row(), row(id="b"), row(name="Another"))
    assert [each.name for each in groups] == ["Tuesday Table", "Tuesday Table"]
    assert (problem.place.line, problem.what) == (4, "Row 4, id: “ton-tue” is also the id of row 2.")


def test_empty_rows_do_no_harm_nor_does_a_table_saved_too_wide() -> None:
    groups, problems = read("", "," * 19, row(), "   ", row(id="b"))
    assert [each.id for each in groups] == ["ton-tue", "b"]
    assert problems == ()
    wide = table("", row(), row(id="b")).replace("\n", ",,,\n")
    assert read_groups(wide, "groups-sample.csv", sample=True)[1] == ()
    assert len(read_groups(wide, "groups-sample.csv", sample=True)[0]) == 2


def test_a_quote_left_open_is_the_fault_of_its_own_row() -> None:
    groups, problems = read(row(id="a"), row(id="b", name='"Open'), row(id="c", place='"Room, upstairs"'), row(id="d"))
    assert [each.id for each in groups] == ["a", "c", "d"]
    assert [(problem.place.line, problem.place.column) for problem in problems] == [(3, 3)]


def test_a_quote_inside_a_cell_opens_nothing() -> None:
    assert group(place='Room with the 12" clock').place == 'Room with the 12" clock'
    assert group(place='"The ""Snug"", upstairs"').place == 'The "Snug", upstairs'


def test_a_line_break_inside_a_cell_is_a_space() -> None:
    groups, problems = read(row(place='"Community\nRoom"'), row(id="b", phone="1632960107"))
    assert [each.place for each in groups] == ["Community Room"]
    assert [problem.place.line for problem in problems] == [4]


@pytest.mark.parametrize(
    "saved",
    [
        table(row(name="Zoë’s Table")).encode("utf-8"),
        table(row(name="Zoë’s Table")).encode("utf-8-sig"),
        table(row(name="Zoë’s Table")).replace("\n", "\r\n").encode("utf-8-sig"),
        table(row(name="Zoë’s Table")).replace("\n", "\r").encode("utf-8"),
        table(row(name="Zoë’s Table")).encode("utf-16"),
        b"sep=,\r\n" + table(row(name="Zoë’s Table")).replace("\n", "\r\n").encode("utf-8"),
    ],
)
def test_any_way_to_save_the_file_gives_the_same_group(saved: bytes) -> None:
    groups, problems = read_groups(saved, "groups.csv", sample=True)
    assert [each.name for each in groups] == ["Zoë’s Table"]
    assert problems == ()


def test_older_windows_letters_are_read_and_asked_about() -> None:
    groups, problems = read_groups(table(row(name="Zoë’s Table")).encode("cp1252"), "groups.csv", sample=True)
    assert [each.name for each in groups] == ["Zoë’s Table"]
    assert [problem.level for problem in problems] == [Level.WARNING]


@pytest.mark.parametrize(("mark", "kind"), [(";", "semicolons"), ("\t", "tabs")])
def test_columns_split_by_something_else_are_said_once(mark: str, kind: str) -> None:
    written = table(row(needs="", access="online:yes")).replace(",", mark)
    groups, problems = read_groups(written, "groups.csv", sample=True)
    assert groups == ()
    assert [problem.what for problem in problems] == [f"The columns are split by {kind}."]


def test_headings_may_come_in_any_order_and_capitals_and_a_wrong_one_is_named() -> None:
    written = "\n".join(",".join(reversed(line.split(","))) for line in table(row()).splitlines()).replace(
        "name", "Name"
    )
    assert [each.name for each in read_groups(written, "g", sample=True)[0]] == ["Tuesday Table"]
    groups, problems = read_groups(table(row()).replace(",phone,", ",fone,"), "g", sample=True)
    assert [each.phone for each in groups] == [""]
    assert [(problem.level, problem.what) for problem in problems] == [
        (Level.ERROR, "There is no column headed “phone”."),
        (Level.WARNING, "Nothing reads a column headed “fone”."),
    ]
    groups, problems = read_groups(table(row()).replace("until", "time"), "g", sample=True)
    assert groups == ()
    assert problems[0].what == "There is no column headed “until”."


def test_an_empty_file_has_no_groups_and_no_faults() -> None:
    for written in ("", "\n\n", "\ufeff"):
        assert read_groups(written, "groups.csv", sample=False) == ((), ())


# ---------------------------------------------------------------- anything at all

CELL = st.one_of(
    st.sampled_from(
        ["", '"', '""', "7pm", "1E9", "4.4E+99", "99999999999", "2 weeks from 1/1/99", "first", "last and last",
         "a:b;c", "=1", "30/10/2026", "0.5", ".99", "४५", "1.", "²:30", "1st & 3rd Mon of the month", "0 weeks", "TN9"]
    ),
    st.text(max_size=12),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(sorted(GOOD)), CELL, max_size=5), max_size=4), st.booleans())
def test_no_cell_makes_reading_stop(changes: list[dict[str, str]], sample: bool) -> None:
    rows = [",".join((GOOD | {"id": f"g{n}"} | changed).values()) for n, changed in enumerate(changes)]
    groups, problems = read_groups(table(*rows), "groups.csv", sample=sample)
    assert bool(groups or problems) == bool(changes)
    assert all(problem.place.line >= 1 and problem.place.column >= 1 and problem.what for problem in problems)
    assert len({each.id for each in groups}) == len(groups)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(st.text(max_size=300), st.binary(max_size=300)),
    st.sampled_from(["", HEADING + "\n", HEADING + "\r\n" + row() + "\n"]),
)
def test_no_file_makes_reading_stop(rest: str | bytes, start: str) -> None:
    written = start + rest if isinstance(rest, str) else start.encode() + rest
    groups, _ = read_groups(written, "groups.csv", sample=True)
    assert all(each.at and each.at.line > 1 for each in groups)


def test_a_cell_of_a_million_letters_is_one_fault() -> None:
    groups, problems = read(row(id="a"), row(id="b", name="x" * 1_000_000), row(id="c"))
    assert [each.id for each in groups] == ["a", "c"]
    assert [problem.place.line for problem in problems] == [3]


def test_every_column_is_known_to_the_tests() -> None:
    assert tuple(GOOD) == COLUMNS == tuple(HEADING.split(","))
    assert group(**ONLINE).postcode == ""


# ---------------------------------------------------------------- columns that a directory may add


@pytest.mark.parametrize(
    ("written", "ages"),
    [
        ("", (None, None)),
        ("18+", (18, None)),
        ("18 and over", (18, None)),
        ("over 50s", (50, None)),
        ("From 16", (16, None)),
        ("16 to 25", (16, 25)),
        ("16-25", (16, 25)),
        ("under 25s", (None, 24)),
        ("25 and under", (None, 25)),
        ("up to 25", (None, 25)),
        ("18+ only", (18, None)),
        ("all ages", (None, None)),
    ],
)
def test_ages_are_read_as_people_put_them(written: str, ages: tuple[int | None, int | None]) -> None:
    (found,), problems = wide(ages=written)
    assert problems == ()
    assert (found.min_age, found.max_age) == ages


@pytest.mark.parametrize("written", ["25 to 16", "10-Dec", "adults", "18", "200+", "0 to 999", "over"])
def test_ages_that_cannot_be_known_are_asked_about(written: str) -> None:
    groups, (problem,) = wide(ages=written)
    assert groups == ()
    assert "18+, 16 to 25 or under 25" in problem.fix


def test_it_may_meet_on_other_days_as_well_and_say_what_it_is() -> None:
    (found,), problems = wide(also="26/11/2026; 3 Dec 2026", about="Tea and a talk")
    assert problems == ()
    assert found.also_on == {date(2026, 11, 26), date(2026, 12, 3)}
    assert found.about == "Tea and a talk"
    (_, (problem,)) = wide(also="Boxing Day")
    assert "Row 2, also" in problem.what
