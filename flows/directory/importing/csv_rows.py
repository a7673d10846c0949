"""Somebody's spreadsheet of groups, in the columns of content/directory/groups.csv, as a source of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from flows.directory.groups import read_groups
from flows.directory.importing.reaching import may_be_a_name
from flows.directory.importing.reply import MOST_BYTES, Reply, too_many
from flows.directory.importing.report import Report
from flows.directory.model import CSV, Imported, Initiative, gathered, own_id
from flows.wording import Level, Problem

_ROW = re.compile(r"Row \d+(?: \([^)]*\))?,? (?=\S)")


def read_csv(reply: Reply, *, source: str, today: date) -> Imported:
    """The initiatives of a spreadsheet saved as CSV. A row with a fault is left out, and named with what to type."""
    written = reply if isinstance(reply, bytes) else b"\n".join(reply)
    if len(written) > MOST_BYTES:
        return Imported(refused=f"It is {len(written) / 1_000_000:.1f} MB, and no more than 10 are read.")
    if written.lstrip()[:1] == b"<":
        return Imported(refused="It is a web page and not a spreadsheet saved as CSV.")
    rows = sum(bool(line.strip(b' \t,;"')) for line in written.splitlines())
    if trouble := too_many(rows - 1):
        return Imported(refused=trouble)
    groups, problems = read_groups(written, source, sample=False)
    report = Report()
    for problem in problems:
        note = report.left_out if problem.level is Level.ERROR else report.read_around
        note(f"row {problem.place.line}", _told(problem))
    for group in groups:
        if may_be_a_name(group.contact):
            row = f"row {group.at.line}" if group.at else group.id
            report.read_around(
                row, f"“{group.contact}” may be a person's name, so it is not taken. Fix: a role, such as host."
            )
    return report.done([_ours(each, source, today) for each in gathered(groups)])


def _told(problem: Problem) -> str:
    what = _ROW.sub("", problem.what)
    return f"{what[:1].upper()}{what[1:]} Fix: {problem.fix}" if problem.fix else f"{what[:1].upper()}{what[1:]}"


def _ours(initiative: Initiative, source: str, today: date) -> Initiative:
    """Under the ids of this source: another spreadsheet may well use the same ones."""
    assured = initiative.assured if initiative.assured and initiative.assured <= today else None
    sessions = tuple(replace(each, id=own_id(source, each.id)) for each in initiative.sessions)
    name = initiative.id.removeprefix(own_id(CSV, ""))
    contact = "" if may_be_a_name(initiative.contact) else initiative.contact
    return replace(
        initiative, id=own_id(source, name), source=source, contact=contact, assured=assured, sessions=sessions
    )
