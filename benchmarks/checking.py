"""What a check of a hundred flows costs: CPU seconds to read, to check, to run the tests and to walk every path.

The flows are those of the sample content, and copies of nine of them, long and short, under other names, each with its
own tests. Beside them stands the sample content alone, for the ratio.

    python -m benchmarks.checking
"""

from __future__ import annotations

import platform
import re
import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar

from bot.content import geography, read_files
from flows.checking.rehearsing import rehearse
from flows.checking.static import check_library
from flows.checking.walking import walk_paths
from flows.reading.library import read_library
from flows.talking.conversation import Conversation
from flows.wording import Level

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("check-in", "menu", "idea", "who", "time", "mentor", "grant", "privacy", "share")
FLOWS = 100
ROUNDS = 5

_WORDS = re.compile(r"^words:.*\n", re.MULTILINE)
_FIRST_SAID = re.compile(r"(talk: \|\n(?: +@.*\n)?) +>.*\n")

T = TypeVar("T")


def main() -> None:
    sample, _ = read_files(ROOT / "content")
    many = hundred(sample)
    print(f"Python {platform.python_version()}")
    print(f"{'CPU seconds':24} {'sample':>8} {'100 flows':>10} {'more':>6}")
    rows = [(name, costs(files)) for name, files in (("sample", sample), ("many", many))]
    (_, few), (_, lots) = rows
    for part in few:
        print(f"{part:24} {few[part]:>8.3f} {lots[part]:>10.3f} {lots[part] / few[part]:>6.1f}")
    print(f"{'all of it':24} {sum(few.values()):>8.3f} {sum(lots.values()):>10.3f}")


def hundred(sample: Mapping[str, bytes]) -> dict[str, bytes]:
    """The sample content, filled up to a hundred flows."""
    files = dict(sample)
    there = sum(name.startswith("flows/") for name in sample)
    for number, name in enumerate(islice(cycle(COPIED), FLOWS - there)):
        text = sample[f"flows/{name}.yaml"].decode()
        text = _WORDS.sub("", text).replace(f"flow: {name}", f"flow: {name}-{number}", 1)
        # the word that starts a flow would start the one that was copied
        files[f"flows/{name}-{number}.yaml"] = _FIRST_SAID.sub(r"\1", text).encode()
    return files


def costs(files: Mapping[str, bytes]) -> dict[str, float]:
    """CPU seconds of each part of a check, the median of some rounds. The crisis rules are checked before the first."""
    spent: dict[str, list[float]] = {}

    def timed(part: str, work: Callable[[], T]) -> T:
        began = time.process_time()
        done = work()
        spent.setdefault(part, []).append(time.process_time() - began)
        return done

    check_library(read_library(files))
    for _ in range(ROUNDS):
        reading = timed("read", partial(read_library, files))
        found = timed("check", partial(check_library, reading))
        assert reading.library is not None, "\n".join(map(str, reading.problems))
        conversation = Conversation(reading.library, geography())
        found = (*found, *timed("run the tests", partial(rehearse, conversation)))
        found = (*found, *timed("walk every path", partial(walk_paths, conversation)))
        assert not [problem for problem in found if problem.level is Level.ERROR]
    return {part: statistics.median(times) for part, times in spent.items()}


if __name__ == "__main__":
    main()
