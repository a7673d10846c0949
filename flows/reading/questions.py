"""Builds the steps that wait for an answer, and what silence does to them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from flows.reading.answers import KINDS, kind_name, read_answer, read_range, read_scale
from flows.reading.fields import Fields
from flows.reading.nodes import List, Map, Node, Text
from flows.reading.problems import MISSING, did_you_mean
from flows.reading.steps import LENGTH_FIX, Draft, Page, read_wording
from flows.reading.values import read_length, read_times
from flows.steps import Answer, Ask, Choice, Choices, DayAndTime, Find, NoReply, Number, Scale, Step, When, YesNo

NO_REPLY = ("nudge", "say", "sms", "telegram", "close", "then")

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CLOSE = re.compile(r"(?P<close>[^,]+?)(?:, *(?P<sooner>[^,]+?) +until +(?P<until>\w+))?")
_KIND_FIX = "add one of answer:, scale: or choices:, like answer: yes or no"


def build_ask(draft: Draft) -> Step | None:
    fields, problems = draft.fields, draft.page.problems
    fields.need("ask", "write the question after it.")
    remember = "remember" in fields
    name = _name(draft, "remember" if remember else "save")
    if remember and "save" in fields:
        problems.error(
            fields.place_of("save"),
            "two ways",
            "This answer has both save: and remember:",
            "keep save: for this flow, or remember: for the person's record.",
        )
    if remember and name:
        draft.page.links.mention("variable", name, fields.place_of("remember"))
    answer = _answer(draft)
    if answer is None or not name:
        return None
    _check_taking(draft, answer)
    return Ask(
        at=draft.at,
        index=draft.index,
        next=draft.next,
        words=draft.wording("ask"),
        name=name,
        remember=remember,
        answer=answer,
        when=_when(draft, answer),
        no_reply=read_no_reply(fields.map("no_reply"), draft.page),
        skip=fields.flag("skip"),
        must=fields.flag("must"),
        example=fields.text("example"),
        was=_was(draft, name, remember=remember),
    )


def _check_taking(draft: Draft, answer: Answer) -> None:
    """``must: yes`` makes anything but a yes a no: it needs a question of that kind, and leaves nothing to skip."""
    fields, problems = draft.fields, draft.page.problems
    if not fields.flag("must"):
        return
    if not isinstance(answer, YesNo):
        what = "must: takes anything but a clear yes for a no, and this is no yes-or-no question."
        problems.error(fields.place_of("must"), "must", what, "type answer: yes or no, or leave the must: line out.")
    if fields.flag("skip"):
        what = "This question must be answered, and may be skipped: one of the two."
        problems.error(fields.place_of("skip"), "must", what, "leave the skip: line out.")


def build_find(draft: Draft) -> Step | None:
    fields, problems = draft.fields, draft.page.problems
    if fields.text("find") != "groups":
        problems.error(fields.place_of("find"), "not understood", "find: looks only for groups.", "type find: groups")
    fields.need("ask", "write the question that goes above the list, like ask: Which would you like?")
    name = _name(draft, "save")
    show = fields.read("show", _small_number, "type a number from 1 to 9, like show: 3")
    if not name:
        return None
    return Find(
        at=draft.at,
        index=draft.index,
        next=draft.next,
        words=draft.wording("ask"),
        name=name,
        near=draft.use("near"),
        on=draft.use("on"),
        needs_met=draft.use("with"),
        needs=draft.use("for"),
        show=show if show is not None else 3,
        when=_when(draft, None),
        no_reply=read_no_reply(fields.map("no_reply"), draft.page),
        was=_was(draft, name, remember=False),
    )


def _small_number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) == 1 and text != "0" else None


def _name(draft: Draft, key: str) -> str:
    fields, problems = draft.fields, draft.page.problems
    name = fields.text(key)
    if not name and key in fields.misspelt:
        return ""
    if not name:
        what = "This answer has no name, so nothing can use it."
        problems.error(draft.at, MISSING, what, "add a line save: and one word for the answer.")
    elif not _NAME.fullmatch(name):
        plain = re.sub(r"\W+", "_", name.lower()).strip("_0123456789") or "answer"
        what = f"{name} cannot be the name of an answer: small letters, digits and _ only."
        problems.error(fields.place_of(key), "name", what, f"type {key}: {plain}")
        return plain
    return name


def _was(draft: Draft, name: str, *, remember: bool) -> str:
    """The name that this answer had before."""
    was, problems = draft.fields.text("was"), draft.page.problems
    if was and remember:
        what = f"{name} is remembered of the person, so its old name belongs in variables.yaml."
        problems.error(draft.fields.place_of("was"), "was", what, f"move was: {was} below {name}: in variables.yaml.")
    elif was == name and was:
        what = f"{name} has that name now."
        problems.error(draft.fields.place_of("was"), "was", what, "leave the was: line out.")
    return was


# ---------------------------------------------------------------- the kind of answer


def _answer(draft: Draft) -> Answer | None:
    fields, problems = draft.fields, draft.page.problems
    given = [key for key in ("answer", "scale", "choices") if key in fields]
    if not given and not fields.misspelt.isdisjoint(("answer", "scale", "choices")):
        return None
    if not given:
        problems.error(draft.at, MISSING, "This question does not say what kind of answer it takes.", _KIND_FIX)
        return None
    for key in given[1:]:
        what = f"This question has both {given[0]}: and {key}:"
        problems.error(fields.place_of(key), "two ways", what, "keep one of the two.")
    if "pick" in fields and (given[0] != "choices" or fields.text("pick") != "many"):
        problems.error(fields.place_of("pick"), "pick", "pick: goes with choices.", "type pick: many above choices:")
    if given[0] == "choices":
        return _choices(draft)
    if given[0] == "scale":
        return fields.read("scale", read_scale, "type two numbers with a word each, like scale: 1 rough to 5 good")
    answer = fields.read("answer", read_answer, did_you_mean(fields.text("answer"), KINDS))
    if "between" not in fields:
        return answer
    times = fields.read("between", lambda text: read_times(text, "and"), "type two times: between: 09:00 and 20:00")
    if not isinstance(answer, DayAndTime):
        what = "between: goes with answer: day and time."
        problems.error(fields.place_of("between"), "between", what, "leave the between: line out.")
        return answer
    return replace(answer, earliest=times[0], latest=times[1]) if times else answer


def _choices(draft: Draft) -> Answer | None:
    node, problems = draft.fields.node("choices"), draft.page.problems
    many = draft.fields.text("pick") == "many"
    if not isinstance(node, List) or not node.items:
        fix = "put each choice below it: - choice: Find a group"
        problems.error(draft.fields.place_of("choices"), "wrong shape", "choices: needs a list of choices.", fix)
        return None
    choices: list[Choice] = []
    for item in node.items:
        choice = _choice(item, draft)
        if choice is None:
            continue
        if any(choice.name == known.name for known in choices):
            what = f"Two choices here are named {choice.name}."
            problems.error(item.place, "said twice", what, "give one of them another name: line.")
        if choice.then is not None and many:
            what = "Several may be chosen here, so a choice has no outcome of its own."
            answer = draft.fields.text("save") or "needs"
            fix = f"move its steps below the question: - if: {answer} includes {choice.name}"
            problems.error(item.place, "outcome", what, fix)
        if choice.clears and not many:
            problems.error(item.place, "clears", "clears: goes with pick: many.", "leave the clears: line out.")
        choices.append(choice)
    return Choices(tuple(choices), many)


def _choice(item: Node, draft: Draft) -> Choice | None:
    problems = draft.page.problems
    if not isinstance(item, Map):
        words = item.value if isinstance(item, Text) else "Find a group"
        problems.error(item.place, "wrong shape", "A choice is expected here.", f"type - choice: {words}")
        return None
    fields = Fields(item, ("choice", "name", "then", "clears", "sms", "telegram"), "A choice", problems)
    fields.need("choice", "write what the person reads: choice: Find a group")
    label = fields.text("choice")
    name = fields.text("name") or "_".join(re.findall(r"[a-z0-9]+", label.lower()))
    return Choice(
        name,
        read_wording(fields, "choice", draft.page.name, draft.page.links),
        draft.page.outline.first(fields.node("then")),
        fields.flag("clears"),
    )


# ---------------------------------------------------------------- what follows an answer


def _when(draft: Draft, answer: Answer | None) -> tuple[When, ...]:
    """The branches of a question; ``answer`` None is a ``find``."""
    node = draft.fields.map("when")
    if node is None:
        return ()
    branches: list[When] = []
    for key, block in node.pairs:
        branch = _branch(key, block, draft, answer)
        if branch is None:
            continue
        if any(branch.key == known.key for known in branches):
            draft.page.problems.error(key.place, "said twice", f"{key.value}: is said twice here.", "keep one of them.")
        branches.append(branch)
    return tuple(branches)


def _branch(key: Text, block: Node, draft: Draft, answer: Answer | None) -> When | None:
    written = " ".join(key.value.lower().split())
    then = draft.page.outline.first(block)
    fixed = _branches_of(answer)
    if written in fixed:
        return When(written, then)
    if isinstance(answer, Number | Scale) and (found := read_range(written)):
        if answer.low <= found[0] <= found[1] <= answer.high:
            return When(written, then, *found)
        what = f"The answer goes from {answer.low} to {answer.high}; {key.value} is outside it."
        draft.page.problems.error(key.place, "range", what, f"stay within {answer.low} to {answer.high}.")
        return None
    kind = kind_name(answer) if answer is not None else "find"
    example = " or a range like 1 to 2" if isinstance(answer, Number | Scale) else ""
    fix = f"use {', '.join(fixed)}{example}."
    if isinstance(answer, Choices):
        fix = "put the outcome under its choice with then:, or use not answered."
    draft.page.problems.error(key.place, "branch", f"A question of the kind {kind} has no outcome {key.value}.", fix)
    return None


def _branches_of(answer: Answer | None) -> tuple[str, ...]:
    if answer is None:
        return "nothing found", "not answered"
    return ("yes", "no", "not answered") if isinstance(answer, YesNo) else ("not answered",)


def read_no_reply(node: Map | None, page: Page) -> NoReply | None:
    """What silence does: ``close: 48 hours, 24 hours until early_until``."""
    if node is None:
        return None
    fields = Fields(node, NO_REPLY, "no_reply", page.problems)
    nudge = fields.read("nudge", read_length, LENGTH_FIX)
    if nudge is not None:
        fields.need("say", "write the nudge's words: say: No rush. Reply any time.")
    found = _CLOSE.fullmatch(fields.text("close"))
    close = fields.read("close", lambda _: read_length(found["close"]) if found else None, LENGTH_FIX)
    sooner: timedelta | None = None
    if found and found["until"]:
        sooner = fields.read("close", _sooner(found["sooner"]), LENGTH_FIX)
        page.links.use(page.name, found["until"], fields.place_of("close"))
    return NoReply(
        nudge=nudge,
        say=read_wording(fields, "say", page.name, page.links) if "say" in fields else None,
        close=close,
        close_until=found["until"] or "" if found else "",
        close_sooner=sooner,
        then=page.outline.first(fields.node("then")),
    )


def _sooner(written: str) -> Callable[[str], timedelta | None]:
    return lambda _: read_length(written)
