"""One file of ``flows/`` to one Flow: its head, its steps in page order, the tests at its foot."""

from __future__ import annotations

import re

from flows.content import Flow, Transcript
from flows.reading.astray import put_aside
from flows.reading.fields import Fields
from flows.reading.links import Links
from flows.reading.nodes import List, Map, Node, Text
from flows.reading.outline import Outline
from flows.reading.problems import Problems, did_you_mean
from flows.reading.questions import read_no_reply
from flows.reading.registry import KINDS
from flows.reading.steps import Draft, Page
from flows.reading.values import read_list
from flows.steps import Step
from flows.wording import Place

_TAKES = {name: kind.takes for name, kind in KINDS.items()}
_HEAD = ("flow", "was", "about", "starts", "words", "only_if", "no_reply", "steps", "tests")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_STARTS = ("schedule", "first message", "alert")


def read_flow(root: Map, stem: str, problems: Problems, links: Links) -> Flow:
    """The flow in a file named ``stem``. What could not be built is reported and left out."""
    fields = Fields(put_aside(root, _HEAD, problems), _HEAD, "A flow", problems)
    fields.need("flow", f"begin the file with flow: {stem}")
    fields.need("steps", "add steps: and the steps below it.")
    name = fields.text("flow") or stem
    if not _NAME.fullmatch(stem):
        plain = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "my-flow"
        what = f"{stem} cannot be the name of a flow: small letters, digits and - only."
        fix = f"rename the file to {plain}.yaml, and type flow: {plain}"
        problems.error(fields.place_of("flow"), "name", what, fix)
    elif name != stem:
        what = f"The file is called {stem} and the flow {name}."
        problems.error(fields.place_of("flow"), "name", what, f"type flow: {stem}, or rename the file to {name}.yaml.")
    starts = fields.text("starts")
    if starts and starts not in _STARTS:
        what = f"starts: {starts} is not a way for a flow to start."
        problems.error(fields.place_of("starts"), "starts", what, did_you_mean(starts, _STARTS))
    # The flow's own no_reply may hold steps: they are numbered with the others, after them.
    outline = Outline.of(_blocks(fields), _TAKES, problems)
    page = Page(stem, outline, problems, links)
    only_if = (
        links.condition(stem, fields.text("only_if"), fields.place_of("only_if"), problems)
        if "only_if" in fields
        else None
    )
    return Flow(
        name=stem,
        about=fields.text("about"),
        starts=starts,
        words=tuple(word.lower() for word in read_list(fields.text("words"))),
        only_if=only_if,
        no_reply=read_no_reply(fields.map("no_reply"), page),
        first=outline.first(fields.node("steps")),
        steps=_build(page),
        tests=_tests(fields),
        place=root.place,
        was=fields.text("was"),
    )


def _blocks(fields: Fields) -> list[Node]:
    found = [fields.node("steps")]
    silence = fields.node("no_reply")
    if isinstance(silence, Map):
        found.append(silence.get("then"))
    return [node for node in found if node is not None]


def _build(page: Page) -> tuple[Step, ...]:
    """Every step that reads well. With all of them well, a step's number is its position."""
    built: list[Step] = []
    for index, (kind, node) in enumerate(page.outline.steps):
        entry = KINDS[kind.value]
        settings = put_aside(node, entry.takes, page.problems)
        fields = Fields(settings, entry.takes, f"{kind.value}:", page.problems)
        fields.need(kind.value, f"write the rest after {kind.value}:")
        step = entry.build(Draft(fields, kind.place, index, page.outline.next[index], page))
        if step is not None:
            built.append(step)
    return tuple(built)


def _tests(fields: Fields) -> tuple[Transcript, ...]:
    problems = fields.problems
    node = fields.node("tests")
    if node is None or (isinstance(node, Text) and not node.value):
        return ()
    if not isinstance(node, List):
        problems.error(node.place, "wrong shape", "tests: needs a list of tests.", "begin each with - name:")
        return ()
    found: list[Transcript] = []
    for item in node.items:
        if not isinstance(item, Map):
            problems.error(item.place, "wrong shape", "A test is expected here.", "begin it with - name:")
            continue
        test = Fields(item, ("name", "given", "talk"), "A test", problems)
        test.need("name", "give it a sentence: name: a low day leads to a mentor")
        test.need("talk", "add talk: | and the lines below it.")
        name = test.text("name")
        if name and any(name == known.name for known in found):
            what = f"Two tests here are called {name}."
            problems.error(test.place_of("name"), "said twice", what, "give one of them another name.")
        found.append(Transcript(name, test.text("given"), _talk(test), item.place))
    return tuple(found)


def _talk(test: Fields) -> tuple[tuple[Place, str], ...]:
    node = test.node("talk")
    if not isinstance(node, Text):
        return ()
    if not node.block:
        return ((node.place, node.value),) if node.value else ()
    return tuple((place, line.strip()) for place, line in node.lines() if line.strip())
