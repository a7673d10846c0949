"""What is remembered of people, moved and forgotten as variables.yaml says: ``was:`` and ``keep_for:``.

A value that may be kept only so long has a row in ``kept_values`` since it was last set; the others cost nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, literal, select, update

from flows.content import Variable
from flows.errors import Unreadable
from storage import audit, marks, people
from storage.people import PersonChange
from storage.statements import Db, insert
from storage.tables import consents, kept_values, microseconds, participants

Pair = tuple[str, str]  # the name that a value had, and the one that it has now

_MOVED = "values moved"  # pairs that everybody's values have been moved by
_WALKED = "values walked"  # how far a walk has come that is moving them
_COUNTED = "values counted "  # since when the age of a variable's values is known


def kept(db: Db, values: Sequence[tuple[int, str]], now: datetime) -> None:
    """Values were set, by participant id and variable: from now on their time counts."""
    rows = [{"participant_id": who, "name": name, "at": now} for who, name in dict.fromkeys(values)]
    if not rows:
        return
    statement = insert(db, kept_values)
    db.connection.execute(
        statement.on_conflict_do_update(
            index_elements=["participant_id", "name"], set_={"at": statement.excluded["at"]}
        ),
        rows,
    )


# ---------------------------------------------------------------- forgetting


def forget_old(db: Db, variables: Mapping[str, Variable], now: datetime, limit: int) -> int:
    """Forget up to ``limit`` values that have been kept as long as their variable allows; how many were looked at.

    What was already there when a variable was first given a ``keep_for`` counts from then on.
    """
    looked_at = 0
    for variable in variables.values():
        if variable.keep_for is not None:
            _begin_to_count(db, variable.name, now)
            looked_at = max(looked_at, _forget(db, variable.name, now - variable.keep_for, variables, now, limit))
    return looked_at


def _begin_to_count(db: Db, name: str, now: datetime) -> None:
    if marks.get(db, _COUNTED + name) is not None:
        return
    everybody = select(participants.c.id, literal(name), literal(microseconds(now))).where(
        participants.c.id.is_not(None)  # SQLite takes ON CONFLICT after a bare FROM for a join's ON
    )
    statement = insert(db, kept_values).from_select(["participant_id", "name", "at"], everybody)
    # who is counted already is left to the key: PostgreSQL looked for them one by one, for minutes where there are many
    db.connection.execute(statement.on_conflict_do_nothing())
    marks.put(db, _COUNTED + name, now.isoformat(), now)


def _forget(db: Db, name: str, before: datetime, variables: Mapping[str, Variable], now: datetime, limit: int) -> int:
    due = select(kept_values.c.participant_id).where(kept_values.c.name == name, kept_values.c.at <= before)
    ids = list(db.connection.execute(due.limit(limit)).scalars())
    changes, lines = [], []
    found, _ = _locked(db, participants.c.id.in_(ids))
    for who, values in found.items():
        if name in values:
            del values[name]
            changes.append(_change(who, values, variables))
            lines.append(audit.Line(audit.SERVICE, "value.forgotten", who, {"name": name}))
    people.save(db, changes, now)
    audit.write(db, lines, now)
    db.connection.execute(
        delete(kept_values).where(
            kept_values.c.name == name, kept_values.c.participant_id.in_(list(found)), kept_values.c.at <= before
        )
    )
    return len(found)  # whoever cannot be opened keeps the row, for the day when their key is back


# ---------------------------------------------------------------- moving


def move_renamed(db: Db, variables: Mapping[str, Variable], now: datetime, limit: int) -> int:
    """Move the values of up to ``limit`` people from the name that a variable had (``was:``) to the one it has now.

    Where somebody has gone back to a release that knows only the old name, they move back. How many were looked at.
    """
    done = frozenset((old, new) for old, new in json.loads(marks.get(db, _MOVED) or "[]"))
    forward = {(each.was, each.name) for each in variables.values() if each.was and each.was not in variables}
    undone = {(old, new) for old, new in done if old in variables and new not in variables}
    if forward <= done and not undone:
        return 0
    moves = dict(forward - done) | {new: old for old, new in undone}
    written = json.dumps(sorted(moves.items()))
    walked, _, after = (marks.get(db, _WALKED) or "").rpartition(" ")
    last = int(after) if walked == written else 0  # a walk for other names begins anew
    # read with a lock, so that a turn that is being taken is waited for
    found, seen = _locked(db, participants.c.id > last, limit)
    people.save(db, [change for who, each in found.items() if (change := _moved(who, each, moves, variables))], now)
    for old, new in moves.items():
        _move_rows(db, list(found), old, new)
    if len(seen) < limit:
        marks.put(db, _MOVED, json.dumps(sorted((done - undone) | forward)), now)
        marks.drop(db, _WALKED)
    else:
        marks.put(db, _WALKED, f"{written} {max(seen)}", now)
    return len(seen)


def _moved(
    who: int, values: dict[str, str], moves: Mapping[str, str], variables: Mapping[str, Variable]
) -> PersonChange | None:
    there = moves.keys() & values.keys()
    if not there:
        return None
    for old in there:
        values.setdefault(moves[old], values[old])  # one given under the new name is the later one
        del values[old]
    return _change(who, values, variables)


def _move_rows(db: Db, ids: Collection[int], old: str, new: str) -> None:
    """What else is filed under a variable's name: since when it is kept, and the consents."""
    which = kept_values.c.participant_id.in_(ids), kept_values.c.name == old
    moved = select(kept_values.c.participant_id, literal(new), kept_values.c.at).where(*which)
    statement = insert(db, kept_values).from_select(["participant_id", "name", "at"], moved)
    db.connection.execute(statement.on_conflict_do_nothing())
    db.connection.execute(delete(kept_values).where(*which))
    db.connection.execute(
        update(consents).where(consents.c.participant_id.in_(ids), consents.c.name == old).values(name=new)
    )


# ---------------------------------------------------------------- a person's values


def _locked(
    db: Db, which: ColumnElement[bool], limit: int | None = None
) -> tuple[dict[int, dict[str, str]], list[int]]:
    """What is remembered of these people, private or not, by id; nobody else changes it until the unit ends.

    And everybody who was looked at: one whose record does not open is left as they are, and holds up nobody.
    """
    rows = db.connection.execute(
        select(participants.c.id, participants.c.remembered, participants.c.sealed)
        .where(which)
        .order_by(participants.c.id)
        .limit(limit)
        .with_for_update()
    )
    found: dict[int, dict[str, str]] = {}
    seen: list[int] = []
    for row in rows:
        seen.append(row.id)
        try:
            found[row.id] = {**row.remembered, **_private(db, row)}
        except Unreadable:
            continue
    return found, seen


def _private(db: Db, row: Any) -> dict[str, str]:
    if row.sealed is None:
        return {}
    values: dict[str, str] = json.loads(db.vault.open("participants", "sealed", row.id, row.sealed))
    return values


def _change(who: int, values: Mapping[str, str], variables: Mapping[str, Variable]) -> PersonChange:
    private, public = split(values, variables)
    return PersonChange(id=who, remembered=public, private=private)


def split(values: Mapping[str, str], variables: Mapping[str, Variable]) -> tuple[dict[str, str], dict[str, str]]:
    """What is remembered: (private, not private). What no variable describes is private, to be safe."""
    private: dict[str, str] = {}
    public: dict[str, str] = {}
    for name, value in values.items():
        variable = variables.get(name)
        (public if variable is not None and not variable.private else private)[name] = value
    return private, public
