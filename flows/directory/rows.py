"""The rows of a directory file, by column: what a spreadsheet does to a table, undone or named by row."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from flows.directory.cells import Refused, name_of
from flows.reading.problems import Problems, did_you_mean
from flows.wording import Place

COLUMNS = (
    "id", "name", "kind", "day", "time", "until", "every", "postcode", "town", "place", "needs", "access", "for",
    "cost", "contact", "phone", "link", "source", "checked", "exceptions",
)  # fmt: skip
NO_ROW_WITHOUT = ("id", "name", "day", "time", "every")
EXTRA_COLUMNS = ("also", "ages", "about")
"""Columns that a directory may add: dates on which it meets besides, whom it is for by age, a line on what it is."""

OPTIONAL_COLUMNS = ("exceptions",)
MOST_LINES = 5  # that one row may run over: more, and a quote has been left open

_QUOTED = re.compile(r'"[^"]*(?:""[^"]*)*"')

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One row, by column. ``columns`` says where each cell starts on its line, from 1."""

    cells: Mapping[str, str]
    columns: Mapping[str, int]
    file: str
    line: int
    problems: Problems

    def place(self, column: str) -> Place:
        return Place(self.file, self.line, self.columns.get(column, 1))

    def wrong(self, column: str, what: str, fix: str) -> None:
        self.problems.error(self.place(column), f"group {column}", f"Row {self.line}, {column}: {what}.", f"{fix}.")

    def ask(self, column: str, what: str, fix: str) -> None:
        self.problems.warn(self.place(column), f"group {column}", f"Row {self.line}, {column}: {what}.", f"{fix}.")

    def read(self, column: str, reader: Callable[[str], T | Refused]) -> T | None:
        """The cell as ``reader`` has it; None where it is empty, or refused and noted."""
        text = self.cells[column]
        if not text:
            return None
        found = reader(text)
        if isinstance(found, Refused):
            self.wrong(column, f"“{text}” {found.what}", found.fix)
            return None
        return found


def read_rows(text: str, file: str, problems: Problems) -> Iterator[Row]:
    """Each row below the headings that has a cell for each; the others are noted. Empty rows are passed over."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    heading: list[str] | None = None
    number = 0
    while number < len(lines):
        place = Place(file, number + 1)
        written = lines[number]
        number += 1
        if (opened := _left_open(written)) is not None:
            joined, number = _run_on(written, lines, number, len(heading or COLUMNS))
            if joined is None:
                problems.error(
                    replace(place, column=opened + 1),
                    "group row",
                    f'Row {place.line}: a " opens a cell and nothing closes it.',
                    'take it out, or add a " where the cell ends.',
                )
                continue
            written = joined
        values = _values(written)
        if not any(map(str.strip, values)) or (place.line == 1 and written.startswith("sep=")):
            continue
        if heading is None:
            heading = _heading(values, written, place, problems)
            if heading is None:
                return
        elif _fits(values, heading, place, problems):
            starts = dict(zip(heading, _starts(written, values), strict=False))
            found = dict(zip(heading, map(_tidied, values), strict=False))
            yield Row(dict.fromkeys((*COLUMNS, *EXTRA_COLUMNS), "") | found, starts, file, place.line, problems)


def _values(written: str) -> list[str]:
    """The cells of a line. What the csv module will not take (100,000 letters in a cell) is one cell, and too few."""
    try:
        return next(csv.reader([written]), [])
    except csv.Error:
        return [written]


def _left_open(written: str) -> int | None:
    """Where a quote opens a cell that nothing closes. A quote inside a cell (a 12" pizza) opens nothing."""
    at = 0
    while True:
        if written.startswith('"', at):
            closed = _QUOTED.match(written, at)
            if closed is None:
                return at
            at = closed.end()
        at = written.find(",", at) + 1
        if at == 0:
            return None


def _run_on(written: str, lines: Sequence[str], number: int, wanted: int) -> tuple[str | None, int]:
    """A row with a line break inside a cell, made one line, and the next line's number.

    None when the quote was just left open: then it is the fault of its own row, and swallows no others.
    """
    joined = written
    for last in range(number, min(number + MOST_LINES, len(lines))):
        joined += " " + lines[last]
        if _left_open(joined) is None:
            return (joined, last + 1) if len(_values(joined)) == wanted else (None, number)
    return None, number


def _fits(values: Sequence[str], heading: Sequence[str], place: Place, problems: Problems) -> bool:
    """Whether a row has a cell for each heading. One to spare is a comma too many even when the last is empty: all the
    cells between have moved along."""
    named = max(number for number, column in enumerate(heading, 1) if column)
    if named <= len(values) <= len(heading):
        return True
    many = len(values) > named
    problems.error(
        place,
        "group row",
        f"Row {place.line} ({values[0].strip()[:40]}) has {len(values)} cells, and there are {named} headings: "
        + ("a comma too many." if many else "a comma is missing."),
        'put "…" around the cell that holds a comma.' if many else "keep the comma of a cell that is empty.",
    )
    return False


def _heading(values: Sequence[str], written: str, place: Place, problems: Problems) -> list[str] | None:
    """The columns in order, None where the rows cannot be read by them."""
    if len(values) == 1 and (mark := next((mark for mark in ";\t" if mark in written), "")):
        kind = "tabs" if mark == "\t" else "semicolons"
        problems.error(
            place, "group headings", f"The columns are split by {kind}.", "save it as CSV (comma delimited)."
        )
        return None
    heading = [name_of(value) for value in values]
    seen: set[str] = set()
    sound = True
    for column in heading:
        if not column:
            continue  # a spreadsheet widens every row, headings and all
        if column in seen:
            problems.error(place, "group headings", f"Two columns are headed “{column}”.", "take one of them out.")
            sound = False
        elif column not in (*COLUMNS, *EXTRA_COLUMNS):
            what = f"Nothing reads a column headed “{column}”."
            problems.warn(place, "group headings", what, did_you_mean(column, (*COLUMNS, *EXTRA_COLUMNS)))
        seen.add(column)
    for column in COLUMNS:
        if column not in seen and column not in OPTIONAL_COLUMNS:
            problems.error(place, "group headings", f"There is no column headed “{column}”.", f"add {column}.")
            sound = sound and column not in NO_ROW_WITHOUT
    return heading if sound else None


def _starts(written: str, values: Sequence[str]) -> list[int]:
    """Where each cell starts, counted from 1 (the quote before it is part of it)."""
    starts, at = [], 0
    for value in values:
        found = written.find(value.replace('"', '""'), at)
        starts.append(max(found, at) + 1)
        at = max(found, at) + len(value) + 1
    return starts


def _tidied(value: str) -> str:
    """Spaces made single, and the ' with which a spreadsheet marks text dropped."""
    value = " ".join(value.split())
    return value[1:] if re.match(r"'[\d+]", value) else value
