"""Everything that can be seen without talking: each flow's course, its care for the person, and its words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flows.checking.alarms import check_rules
from flows.checking.care import check_care, check_languages
from flows.checking.paths import walk
from flows.checking.starting import check_starting_words
from flows.checking.talk import check_course, check_runs, check_unsure
from flows.checking.translations import check_translations
from flows.checking.wording import check_dates, check_ease, check_wording, check_words
from flows.content import Library
from flows.reading.library import Reading
from flows.reading.problems import Problems
from flows.steps import Later, Run
from flows.wording import Level, Problem


def check_library(reading: Reading, today: date | None = None) -> tuple[Problem, ...]:
    """What reading found and what the checks find, by file, line and column.

    A flow that did not read well is not looked into: half a flow would seem broken in ways that it is not. Without
    ``today``, nothing is called old.
    """
    problems = Problems()
    problems.found += reading.problems
    steps = [step for flow in reading.english.flows.values() for step in flow.steps]
    run = {step.flow for step in steps if isinstance(step, Run)}
    library = _sound(reading)
    booked = {step.flow for step in steps if isinstance(step, Later)}
    booked |= {schedule.flow for schedule in library.schedules.values()}
    for flow in library.flows.values():
        reached = walk(flow, library.variables)
        check_course(flow, reached, run, problems)
        check_care(flow, reached, library, booked, problems)
        check_words(flow, reached, library, problems)
        check_unsure(flow, reached, problems)
    check_runs(library, problems)
    check_languages(library, problems)
    check_starting_words(library, problems)
    problems.found += check_translations(reading, booked)
    problems.found += check_rules(library.crisis, library.idioms)
    for line in library.helplines.values():
        check_wording(line.place, line.say, library, problems)
        check_ease(line.place, line.say, problems)
    for phrase in library.phrases.values():
        if phrase.place is not None:
            check_wording(phrase.place, phrase, library, problems)
    if today is not None:
        check_dates(library, today, problems)
    return problems.ordered()


def _sound(reading: Reading) -> Library:
    """The draft with every flow that did not read well emptied: its name and its words still count."""
    spoiled = {problem.place.file for problem in reading.problems if problem.level is Level.ERROR}
    flows = {
        name: replace(flow, steps=(), first=None, no_reply=None) if flow.place.file in spoiled else flow
        for name, flow in reading.english.flows.items()
    }
    return replace(reading.english, flows=flows)
