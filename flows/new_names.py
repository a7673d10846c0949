"""A flow as it reads once some answers and variables are called something else: nothing of it has changed by that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from flows.content import Flow
from flows.steps import Ask, Choices, Condition, Find, If, NoReply, Say, Set, Step, Submit, Test
from flows.wording import Wording

Names = Mapping[str, str]  # old name → new name


def answers_renamed(old: Flow, new: Flow) -> dict[str, str]:
    """The answers of ``new`` that say ``was:``, where ``old`` still has them by that name."""
    before = {step.name for step in old.steps if isinstance(step, Ask | Find)}
    return {
        step.was: step.name
        for step in new.steps
        if isinstance(step, Ask | Find) and step.was in before and step.name not in before
    }


def renamed(flow: Flow, names: Names) -> Flow:
    """The flow with the new names wherever it says one of the old."""
    if not names:
        return flow
    return replace(
        flow,
        only_if=_condition(flow.only_if, names) if flow.only_if is not None else None,
        no_reply=_silence(flow.no_reply, names),
        steps=tuple(_step(step, names) for step in flow.steps),
    )


def _step(step: Step, names: Names) -> Step:
    if isinstance(step, Say):
        return replace(step, words=_wording(step.words, names))
    if isinstance(step, Ask):
        answer = step.answer
        if isinstance(answer, Choices):
            choices = tuple(replace(choice, words=_wording(choice.words, names)) for choice in answer.choices)
            answer = replace(answer, choices=choices)
        name, words = names.get(step.name, step.name), _wording(step.words, names)
        return replace(step, name=name, words=words, answer=answer, no_reply=_silence(step.no_reply, names))
    if isinstance(step, Find):
        near, on, met, needs = (names.get(name, name) for name in (step.near, step.on, step.needs_met, step.needs))
        name, words = names.get(step.name, step.name), _wording(step.words, names)
        silence = _silence(step.no_reply, names)
        return replace(step, name=name, words=words, near=near, on=on, needs_met=met, needs=needs, no_reply=silence)
    if isinstance(step, If):
        return replace(step, test=_condition(step.test, names))
    if isinstance(step, Submit):
        return replace(step, answers=tuple(names.get(name, name) for name in step.answers))
    if isinstance(step, Set):
        return replace(step, name=names.get(step.name, step.name))
    return step


def _silence(silence: NoReply | None, names: Names) -> NoReply | None:
    if silence is None or silence.say is None:
        return silence
    return replace(silence, say=_wording(silence.say, names))


def _condition(condition: Condition, names: Names) -> Condition:
    parts = tuple(
        _condition(part, names)
        if isinstance(part, Condition)
        else Test(names.get(part.name, part.name), part.op, part.value)
        for part in condition.parts
    )
    return replace(condition, parts=parts, written=_swapped(condition.written, names, r"(?<![\w.])({})(?!\w)"))


def _wording(words: Wording, names: Names) -> Wording:
    tables = (
        {language: _swapped(text, names, r"(?<=\(\()({})(?=[).])") for language, text in table.items()}
        for table in (words.text, words.sms, words.telegram)
    )
    text, sms, telegram = tables
    return replace(words, text=text, sms=sms, telegram=telegram)


def _swapped(text: str, names: Names, where: str) -> str:
    either = "|".join(map(re.escape, names))
    return re.sub(where.format(either), lambda found: names[found[1]], text)
