"""Everything that can be seen without talking: each flow's course, its care for the person, and its words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flows.checking.care import check_care, check_languages
from flows.checking.paths import walk
from flows.checking.talk import check_course, check_runs
from flows.checking.wording import check_dates, check_wording, check_words
from flows.model import Flow, Level, Library, Problem
from flows.reading.library import Reading
from flows.reading.problems import Problems


def check_library(reading: Reading, today: date | None = None) -> tuple[Problem, ...]:
    """What reading found and what the checks find, by file, line and column.

    A flow that did not read well is left out of the checks: half a flow would look broken in ways that it is not.
    Without ``today``, nothing is called old.
    """
    library, problems = reading.draft, Problems()
    problems.found += reading.problems
    spoiled = {problem.place.file for problem in reading.problems if problem.level is Level.ERROR}
    for flow in library.flows.values():
        if flow.place.file not in spoiled:
            _check_flow(flow, library, problems)
    check_runs(library, problems)
    check_languages(library, problems)
    for line in library.helplines.values():
        check_wording(line.place, line.say, library, problems)
    for phrase in library.phrases.values():
        if phrase.place is not None:
            check_wording(phrase.place, phrase, library, problems)

    if today is not None:
        check_dates(library, today, problems)
    return problems.ordered()


def _check_flow(flow: Flow, library: Library, problems: Problems) -> None:
    reached = walk(flow, library.variables)
    check_course(flow, reached, library, problems)
    check_care(flow, reached, library, problems)
    check_words(flow, reached, library, problems)


def blocks_release(problems: Iterable[Problem]) -> bool:
    """Whether any of these keeps a draft from going live."""
    return any(problem.level is Level.ERROR for problem in problems)
