"""Where the time of a turn goes: the engine alone, and a durable turn on SQLite with 16 at once, by Python's profiler.

A profiler slows small functions down more than large ones, so these are shares and never times.

    python -m benchmarks.shares
"""

from __future__ import annotations

import cProfile
import pstats
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks import ours, six
from benchmarks.contender import A_DAY, BEGINS, ROOT, settle_down
from benchmarks.town import sqlite_url
from flows.model import Channel
from storage.database import Database
from storage.fields import Keyring

PEOPLE = 64
ROUNDS = 5

# the first that a file's name begins with
AREAS = (
    ("flows/talking/safety", "the crisis screen"),
    ("flows/talking/normalise", "the crisis screen"),
    ("flows/talking/scanner", "the crisis screen"),
    ("flows/talking/words", "words that mean something at any time"),
    ("flows/talking/plain", "words that mean something at any time"),
    ("flows/talking/looking", "words that mean something at any time"),
    ("flows/talking/stopping", "words that mean something at any time"),
    ("flows/talking/hearing", "reading the answer"),
    ("flows/talking/replies", "reading the answer"),
    ("flows/talking/numbers", "reading the answer"),
    ("flows/talking/yes_no", "reading the answer"),
    ("flows/talking/choosing", "reading the answer"),
    ("flows/talking/reading", "reading the answer"),
    ("flows/talking/render", "laying out the reply"),
    ("flows/talking/sms", "laying out the reply"),
    ("flows/wording", "laying out the reply"),
    ("flows/blanks", "laying out the reply"),
    ("flows/session_json", "the session as JSON"),
    ("flows/", "walking the flow"),
    ("bot/channels", "reading the webhook's bytes"),
    ("bot/", "what a turn asks for, gathered"),
    ("storage/fields", "sealing and opening"),
    ("storage/", "rows for the database, and out of it"),
    ("benchmarks/", "the benchmark itself"),
)
DRIVER = "SQLite and its disk"
ELSEWHERE = "Python's own library, and SQLAlchemy"

Function = tuple[str, int, str]


def area_of(function: Function) -> str:
    """What a function of ours, or of anybody's, is for."""
    file, _, name = function
    if "sqlite3." in name:
        return DRIVER
    if "aead" in name:
        return "sealing and opening"
    if "/json/" in file or "_json" in name:
        return "reading the webhook's bytes"
    path = file.removeprefix(f"{ROOT}/")
    return next((area for begins, area in AREAS if path.startswith(begins)), ELSEWHERE)


def shares(profile: cProfile.Profile) -> tuple[Counter[str], int]:
    """Seconds of each area, and how many calls there were. What is built into Python counts where it was called."""
    stats = pstats.Stats(profile)
    spent: Counter[str] = Counter()
    for function, (_, _, own, _, callers) in stats.stats.items():  # type: ignore[attr-defined]
        if function[0] != "~" or area_of(function) != ELSEWHERE:
            spent[area_of(function)] += own
            continue
        for caller, (_, _, within, _) in callers.items():
            spent[area_of(caller)] += within
    return spent, stats.total_calls  # type: ignore[attr-defined]


def profiled(hold: Callable[[list[list[bytes]], int], int]) -> tuple[Counter[str], float]:
    """Shares of ``hold``, and calls a turn."""
    rounds = [
        list(six.rounds_of(1_000_000 + number * PEOPLE * six.TURNS, PEOPLE, BEGINS + number * A_DAY))
        for number in range(ROUNDS + 1)
    ]
    settle_down()
    hold(rounds[0], BEGINS)
    profile = cProfile.Profile(time.process_time)
    profile.enable()
    for number, said in enumerate(rounds[1:], 1):
        hold(said, BEGINS + number * A_DAY)
    profile.disable()
    spent, calls = shares(profile)
    return spent, calls / (ROUNDS * PEOPLE * six.TURNS)


def show(name: str, spent: Counter[str], calls: float) -> None:
    whole = spent.total()
    print(f"{name}: {calls:.0f} calls of functions a turn")
    for area, seconds in spent.most_common():
        if seconds / whole >= 0.005:
            print(f"  {seconds / whole:>4.0%}  {area}")


def main() -> None:
    """Profile and print."""
    talks = ours.conversation()
    show("the engine alone", *profiled(ours.Engine(talks).hold))
    with (
        tempfile.TemporaryDirectory() as folder,
        sqlite_url(Path(folder)) as url,
        Database.open(url, Keyring.generate(), hold=True, inline=True) as database,
    ):
        ours.settle(database, Channel.TELEGRAM, [str(six.chat_of(person)) for person in range(PEOPLE)])
        show("durable, SQLite, 16 at once", *profiled(ours.Durable(database, talks, 16).hold))


if __name__ == "__main__":
    main()
