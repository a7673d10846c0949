"""The directory as a spreadsheet saves it: rows to groups, and every fault named by its row with the thing to type."""

from __future__ import annotations

import re
from datetime import date

from flows.content import Group
from flows.directory import cells
from flows.directory.cells import Refused
from flows.directory.meetings import read_every
from flows.directory.model import CSV, own_id, said
from flows.directory.rows import NO_ROW_WITHOUT, Row, read_rows
from flows.reading.encoding import read_text
from flows.reading.problems import Problems
from flows.timing import DAYS
from flows.wording import Level, Place, Problem

LONGEST_CELL = 200  # letters: more would never fit a text, and means that cells have run together

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_LOST_LETTER = re.compile(r"\w*(?:[^\W\d_]\?[^\W\d_]|\ufffd)\w*")
_SPREADSHEET_ERRORS = ("#NAME?", "#REF!", "#VALUE!", "#N/A", "#DIV/0!", "#NUM!", "##")
_LINK = re.compile(r"https?://[^\s/]+\.\S+")
_NEXT_DAY_BEFORE = 6  # o'clock: a group that starts in the evening may end past midnight


def read_groups(text: str | bytes, file: str, *, sample: bool) -> tuple[tuple[Group, ...], tuple[Problem, ...]]:
    """The groups of a directory file, and what is wrong with it. Never raises; a row with an error gives no group.

    ``sample`` says that the groups are invented: they must have Ofcom's drama numbers, and real ones may not.
    """
    problems = Problems()
    if isinstance(text, bytes):
        text = read_text(text, file, problems)
    groups: dict[str, Group] = {}
    for row in read_rows(text, file, problems):
        group = _group(row, sample)
        if group is None:
            continue
        first = groups.get(group.id)
        if first is None:
            groups[group.id] = group
        else:
            line = first.at.line if first.at else 0
            row.wrong("id", f"“{group.id}” is also the id of row {line}", f"{group.id}-2, or any id not used yet")
    return tuple(groups.values()), problems.ordered()


# ---------------------------------------------------------------- a row to a group


def _group(row: Row, sample: bool) -> Group | None:
    """The group of a row; None where anything in it is an error, all of which are noted."""
    before = len(row.problems.found)
    whole = _looked_over(row)
    day = row.read("day", cells.read_day)
    starts, until = row.read("time", cells.read_clock), row.read("until", cells.read_clock)
    if starts and until and until <= starts and until.hour >= _NEXT_DAY_BEFORE:
        row.wrong("until", f"it would end at {until:%H:%M}, before it starts at {starts:%H:%M}", "the time it ends")
    every = row.read("every", read_every)
    if every and every.day is not None and day is not None and every.day != day:
        row.wrong(
            "every",
            f"it says {DAYS[every.day].capitalize()}, and day says {DAYS[day].capitalize()}",
            "the same day in both",
        )
    if every and every.weeks > 1 and every.start is None:
        fix = f"{every.weeks} weeks from 03/11/2026, with a date on which it meets"
        row.ask("every", "it does not say which weeks, and half the people would come in the wrong one", fix)
    access = row.read("access", cells.read_access) or {}
    postcode = row.read("postcode", cells.read_postcode) or ""
    online = access.get("online", False)
    if not row.cells["postcode"] and not online:
        row.wrong(
            "postcode", "there is none, so nobody can be told how far it is", "its postcode; or online:yes in access"
        )
    phone = row.read("phone", cells.read_phone) or ""
    _check_invented(row, phone, sample)
    link = row.cells["link"]
    if link and not _LINK.fullmatch(link):
        row.wrong("link", f"“{link}” is not a link", "a link that starts https://")
    checked = row.read("checked", cells.read_date)
    if not row.cells["checked"]:
        row.ask("checked", "nobody says when it was last checked", "the date of the last check, such as 30/10/2026")
    exceptions = row.read("exceptions", _read_dates) or frozenset()
    also = row.read("also", _read_dates) or frozenset()
    youngest, oldest = row.read("ages", cells.read_ages) or (None, None)

    found = row.problems.found[before:]
    if not whole or day is None or starts is None or every is None or any(each.level is Level.ERROR for each in found):
        return None
    rule = every.rule(day)
    return Group(
        id=row.cells["id"],
        name=row.cells["name"],
        kind=row.cells["kind"],
        day=day,
        time=starts,
        until=until,
        every=said(rule, every.start),
        postcode=postcode,
        town=row.cells["town"],
        place=row.cells["place"],
        needs=cells.read_names(row.cells["needs"]),
        access=access,
        audience=row.cells["for"].lower() or "anyone",
        cost=row.cells["cost"],
        contact=row.cells["contact"],
        phone=phone,
        link=link,
        source=row.cells["source"],
        checked=checked,
        exceptions=exceptions,
        sample=sample,
        at=Place(row.file, row.line),
        initiative=own_id(CSV, row.cells["name"].casefold()),
        rule=rule.written(),
        starts=every.start,
        also_on=also,
        min_age=youngest,
        max_age=oldest,
        about=row.cells["about"],
    )


def _looked_over(row: Row) -> bool:
    """Whether nothing is missing or spoiled, whichever column it is in."""
    whole = True
    for column in (*NO_ROW_WITHOUT, "place", "contact"):
        if not row.cells[column]:
            whole = False
            row.wrong(column, "it is empty", _WANTED[column])
    if row.cells["id"] and not _ID.fullmatch(row.cells["id"]):
        whole = False
        row.wrong("id", f"“{row.cells['id']}” holds more than letters, numbers and -", "a short name, such as ton-tue")
    for column, value in row.cells.items():
        if len(value) > LONGEST_CELL:
            whole = False
            row.wrong(column, f"it is {len(value)} letters long", f'at most {LONGEST_CELL}; a " may be missing')
        elif value.startswith(("=", "@")) or value.upper().startswith(_SPREADSHEET_ERRORS):
            whole = False
            row.wrong(column, f"“{value}” is a spreadsheet's, not a person's", "the words themselves")
        elif column != "link" and (lost := _LOST_LETTER.search(value)):
            row.ask(column, f"“{lost[0]}” may have lost a letter", "the word again, and save as CSV UTF-8")
    return whole


_WANTED = {
    "id": "a short name of its own, such as ton-tue",
    "name": "what it is called",
    "day": "a day, such as Tuesday",
    "time": "when it starts, such as 18:30",
    "every": "week, or how often it meets",
    "place": "where it is, or online",
    "contact": "who to ask for there, such as welcome host",
}


def _check_invented(row: Row, phone: str, sample: bool) -> None:
    """Numbers kept for drama belong in a sample and nowhere else: people ring what they are given."""
    if phone and sample and not cells.is_drama_number(phone):
        row.wrong(
            "phone", f"“{phone}” could be somebody's, and this file is all invented", "01632 960 and three figures"
        )
    elif phone and not sample and cells.is_drama_number(phone):
        row.ask("phone", f"“{phone}” is kept for drama, so nobody answers it", "the real number")


def _read_dates(text: str) -> frozenset[date] | Refused:
    dates = set()
    for part in filter(None, map(str.strip, re.split("[;,]", text))):
        found = cells.read_date(part)
        if isinstance(found, Refused):
            return found
        dates.add(found)
    return frozenset(dates)
