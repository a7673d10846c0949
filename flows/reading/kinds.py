"""Whether values fit the kind of answer that they are compared with, set to or looked up by."""

from __future__ import annotations

from collections.abc import Mapping

from flows.conditions import BUILT_IN, ORDERED
from flows.content import Flow, Library, Variable
from flows.reading.answers import kind_name, read_answer
from flows.reading.links import NameUse
from flows.reading.problems import Problems, did_you_mean
from flows.reading.values import read_date
from flows.steps import (
    Answer,
    Ask,
    Choices,
    DateAnswer,
    DayOrAny,
    Find,
    Later,
    NoReply,
    Number,
    Postcode,
    Scale,
    Set,
    Step,
    Test,
    Text,
    YesNo,
)
from flows.timing import weekday_named
from flows.wording import Place

_CHANNELS = ("sms", "telegram")


def answer_kind(variable: Variable) -> Answer | None:
    """The kind of answer that a variable holds; None where any choice may stand."""
    if variable.kind == "consent":
        return YesNo()
    if variable.kind == "text":
        return Text(variable.longest or 1)
    return read_answer(variable.kind)


def check_test(
    use: NameUse, answers: Mapping[str, Step], variables: Mapping[str, Variable], problems: Problems
) -> None:
    """A test compares an answer with something that it can be."""
    test = use.test
    if test is None or test.op.endswith("answered"):
        return
    step = answers.get(use.name)
    if isinstance(step, Ask):
        kind: Answer | None = step.answer
    elif use.name in variables:
        kind = answer_kind(variables[use.name])
    elif use.name in BUILT_IN:
        _check_built_in(test, use.place, problems)
        return
    else:
        return
    what, fix = _mismatch(test, kind)
    if what:
        problems.error(use.place, "kind", what, fix)


def _mismatch(test: Test, kind: Answer | None) -> tuple[str, str]:
    """What is wrong with a test of this kind of answer, and what to type; two empty texts when it fits."""
    name = test.name
    values = [part.strip() for part in test.value.split(",")] if test.op == "one of" else [test.value]
    if isinstance(kind, Text):
        return f"{name} is free text: a test can only ask whether it was answered.", f"type {name} answered"
    if test.op in ORDERED and not isinstance(kind, Number | Scale | DateAnswer):
        return f"{name} is not a number or a date, so it is never {test.op} anything.", f"type {name} is …"
    if test.op == "includes" and not (isinstance(kind, Choices) and kind.many):
        return f"{name} is one answer, not several.", f"type {name} is {test.value}"
    if isinstance(kind, YesNo):
        wrong = next((value for value in values if value.casefold() not in ("yes", "no")), None)
        return (f"{name} is yes or no, never {wrong}.", f"type {name} is yes") if wrong else ("", "")
    if isinstance(kind, Choices):
        names = [choice.name for choice in kind.choices]
        wrong = next((value for value in values if value not in names), None)
        return (f"{name} has no choice named {wrong}.", did_you_mean(wrong, names)) if wrong else ("", "")
    if isinstance(kind, Number | Scale):
        wrong = next((value for value in values if not _within(value, kind)), None)
        return (
            (f"{name} goes from {kind.low} to {kind.high}; {wrong} is outside it.", f"use {kind.low} to {kind.high}.")
            if wrong
            else ("", "")
        )
    if isinstance(kind, DateAnswer):
        wrong = next((value for value in values if value != "today" and read_date(value) is None), None)
        return (f"{name} is a date; {wrong} is not.", "write it like 2026-12-25, or today.") if wrong else ("", "")
    return "", ""


def _within(value: str, kind: Number | Scale) -> bool:
    return value.isdecimal() and kind.low <= int(value) <= kind.high


def _check_built_in(test: Test, place: Place, problems: Problems) -> None:
    if test.name == "channel" and test.value not in _CHANNELS:
        problems.error(place, "kind", f"There is no channel {test.value}.", did_you_mean(test.value, _CHANNELS))


# ---------------------------------------------------------------- steps


def check_steps(flow: Flow, library: Library, answers: Mapping[str, Step], problems: Problems) -> None:
    """What a flow remembers, sets and looks up by is of the right kind."""
    for held in (flow.no_reply, *(step.no_reply for step in flow.steps if isinstance(step, Ask | Find))):
        _check_until(held, flow.place, library, problems)
    for step in flow.steps:
        if isinstance(step, Ask) and step.remember:
            _check_remembered(step, library, problems)
        elif isinstance(step, Set) and step.name in library.variables:
            _check_set(step, library.variables[step.name], problems)
        elif isinstance(step, Find):
            _check_looked_up(step, step.near, "near", Postcode, answers, library, problems)
            _check_looked_up(step, step.on, "on", DayOrAny, answers, library, problems)
            _check_looked_up(step, step.needs_met, "with", Choices, answers, library, problems)
            _check_looked_up(step, step.needs, "for", Choices, answers, library, problems)
        elif isinstance(step, Later) and step.on in library.variables and library.variables[step.on].kind != "date":
            what = f"{step.on} is not a date."
            problems.error(step.at, "kind", what, "name a date, a weekday, day after group or day before group.")


def _check_until(held: NoReply | None, place: Place, library: Library, problems: Problems) -> None:
    variable = library.variables.get(held.close_until) if held is not None else None
    if variable is not None and variable.kind != "date":
        what = f"{variable.name} is not a date, so nothing can last until it."
        problems.error(place, "kind", what, "name a date of variables.yaml.")


def _check_remembered(step: Ask, library: Library, problems: Problems) -> None:
    variable = library.variables.get(step.name)
    if variable is None:
        return
    if variable.set_by_staff:
        problems.error(step.at, "set by staff", f"Only staff change {step.name}.", "use save: and a name of its own.")
    wanted = "yes or no" if variable.kind == "consent" else variable.kind.split(" ")[0]
    given = kind_name(step.answer)
    fits = given.startswith(wanted)
    if isinstance(step.answer, Text) and variable.longest is not None:
        fits = fits and step.answer.longest <= variable.longest
    if not fits:
        length = f" up to {variable.longest}" if variable.longest else ""
        what = f"{step.name} is kept as {variable.kind}{length}, and this question takes {_described(step.answer)}."
        problems.error(step.at, "kind", what, "make the two the same, here or in variables.yaml.")


def _described(answer: Answer) -> str:
    return f"text up to {answer.longest}" if isinstance(answer, Text) else kind_name(answer)


def _check_set(step: Set, variable: Variable, problems: Problems) -> None:
    if variable.set_by_staff:
        problems.error(step.at, "set by staff", f"Only staff change {step.name}.", "leave this step out.")
    if step.to is None:
        return
    kind = answer_kind(variable)
    fits = {
        YesNo: step.to.casefold() in ("yes", "no"),
        DateAnswer: step.to == "today" or read_date(step.to) is not None,
        Text: isinstance(kind, Text) and len(step.to) <= kind.longest,
        DayOrAny: step.to == "any" or weekday_named(step.to) is not None,
    }
    if isinstance(kind, Number) and not _within(step.to, kind):
        problems.error(step.at, "kind", f"{step.name} goes from {kind.low} to {kind.high}.", "type a number within it.")
    elif kind is not None and not fits.get(type(kind), True):
        what = f"{step.name} is kept as {variable.kind}; {step.to} does not fit."
        problems.error(step.at, "kind", what, "set it to a value of that kind.")


def _check_looked_up(
    step: Find,
    name: str,
    setting: str,
    wanted: type[Answer],
    answers: Mapping[str, Step],
    library: Library,
    problems: Problems,
) -> None:
    asked = answers.get(name)
    if isinstance(asked, Ask):
        kind: Answer | None = asked.answer
    elif name in library.variables:
        kind = answer_kind(library.variables[name]) or Choices(())
    else:
        return
    if not isinstance(kind, wanted):
        shown = {Postcode: "a postcode", DayOrAny: "a day", Choices: "a list of choices"}[wanted]
        problems.error(
            step.at, "kind", f"{setting}: needs {shown}; {name} is not one.", f"name an answer that is {shown}."
        )
