"""What a change of one flow means to people: words, branches, answers, time limits. Places and comments count for
nothing."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from flows.content import Flow
from flows.drawing import kind, silence, told
from flows.new_names import Names, answers_renamed, renamed
from flows.quotes import beside, quoted
from flows.reading.release import spelled
from flows.steps import Ask, Choices, Find, If, NoReply, Say, Step
from flows.wording import Wording

SAME_WORDS = 0.5  # so alike that a message is taken for the same one, said otherwise
LANGUAGES = {"en": "English", "cy": "Welsh", "pl": "Polish"}


class Change(NamedTuple):
    """One thing that is other than it was. ``where`` is a flow or a file; ``answer`` names stored values that the
    change leaves without a question: ``flow.name``, or a variable."""

    where: str
    what: str
    answer: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class _Spot(NamedTuple):
    """A step and the branch that it stands in: ``("consent yes", …)``."""

    step: Step
    path: tuple[str, ...]


def compare_flow(old: Flow, new: Flow, elsewhere: Names) -> Iterator[Change]:
    """Every change from one flow to the other, in page order.

    ``elsewhere``: variables and other flows' answers that have a new name, by the old one.
    """
    names = answers_renamed(old, new)
    for known, name in names.items():
        yield Change(new.name, f"{name} was called {known}: what is stored moves with it")
    old = renamed(old, {**elsewhere, **names})
    for what in _head(old, new):
        yield Change(new.name, what)
    before, after = list(_spots(old)), list(_spots(new))
    pairs = _matched(before, after)
    relabelled = _relabelled(before, after, pairs)
    for index, spot in enumerate(after):
        if index not in pairs:
            yield Change(new.name, f"new{_where(spot)}: {told(spot.step)}")
            continue
        was = before[pairs[index]]
        if tuple(relabelled.get(label, label) for label in was.path) != spot.path:
            yield Change(new.name, f"moves from {_branch(was)} to {_branch(spot)}: {_short(spot.step)}")
        for what, answer in _step(was.step, spot.step):
            yield Change(new.name, what, f"{new.name}.{answer}" if answer else "")
    for index, spot in enumerate(before):
        if index not in pairs.values():
            gone = f"{old.name}.{spot.step.name}" if isinstance(spot.step, Ask | Find) and _saves(spot.step) else ""
            yield Change(new.name, f"gone{_where(spot)}: {told(spot.step)}", gone)
    if _reordered(pairs):
        yield Change(new.name, "its steps come in another order")


def wording(old: Wording, new: Wording) -> Iterator[str]:
    """Which words are others, in which language and for which channel."""
    for channel, was, now in (
        ("", old.text, new.text),
        (" by SMS", old.sms, new.sms),
        (" on Telegram", old.telegram, new.telegram),
    ):
        for language in dict.fromkeys((*was, *now)):
            if was.get(language) == now.get(language):
                continue
            said = f"in {LANGUAGES.get(language, language)}{channel}" if language != "en" else channel.strip()
            if language not in now:
                yield f"no words of its own {said}: {quoted(was[language])}"
            elif language not in was:
                yield f"words of its own {said}: {quoted(now[language])}"
            else:
                yield f"{said}{': ' if said else ''}{beside(was[language], now[language])}"


# ---------------------------------------------------------------- the flow as a whole


def _head(old: Flow, new: Flow) -> Iterator[str]:
    for word in new.words:
        if word not in old.words:
            yield f"people can text {word.upper()} to start it"
    for word in old.words:
        if word not in new.words:
            yield f"{word.upper()} no longer starts it"
    if old.starts != new.starts:
        yield f"starts with {new.starts or 'a word only'}, not {old.starts or 'a word only'}"
    was, now = (flow.only_if.written if flow.only_if is not None else "" for flow in (old, new))
    if was != now:
        yield (
            f"is for people with {now}, not {was}"
            if was and now
            else f"is only for people with {now}"
            if now
            else f"is for everybody, not only for people with {was}"
        )
    yield from _no_reply(old.no_reply, new.no_reply, "no reply")


def _no_reply(old: NoReply | None, new: NoReply | None, what: str) -> Iterator[str]:
    was, now = (silence(rule) if rule is not None else "" for rule in (old, new))
    if was != now:
        yield f"{what}: {now or 'as in the rest of the flow'}, not {was or 'as in the rest of the flow'}"
    if old is not None and new is not None and old.say is not None and new.say is not None:
        yield from (f"{what}, {change}" for change in wording(old.say, new.say))


# ---------------------------------------------------------------- which step is which


def _spots(flow: Flow) -> Iterator[_Spot]:
    yield from _block(flow, flow.first, None, ())
    if flow.no_reply is not None:
        yield from _block(flow, flow.no_reply.then, None, ("nobody replies",))


def _block(flow: Flow, first: int | None, until: int | None, path: tuple[str, ...]) -> Iterator[_Spot]:
    number = first
    while number is not None and number != until:
        step = flow.steps[number]
        yield _Spot(step, path)
        for label, start in _below(step):
            yield from _block(flow, start, None if label == "nobody replies" else step.next, (*path, label))
        number = step.next


def _below(step: Step) -> Iterator[tuple[str, int | None]]:
    """The branches of a step, by names that rewording does not change."""
    if isinstance(step, If):
        yield step.test.written or "the condition holds", step.then
        yield f"not ({step.test.written})", step.otherwise
    if isinstance(step, Ask) and isinstance(step.answer, Choices):
        for choice in step.answer.choices:
            yield f"{step.name} {choice.name}", choice.then
    if isinstance(step, Ask | Find):
        for when in step.when:
            yield f"{step.name} {when.key}", when.then
        if step.no_reply is not None:
            yield "nobody replies", step.no_reply.then


def _matched(before: list[_Spot], after: list[_Spot]) -> dict[int, int]:
    """Which new step is which old one: new index → old index."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()

    def pair(alike: object) -> None:
        assert callable(alike)
        for index, spot in enumerate(after):
            if index in pairs:
                continue
            found = next((i for i, was in enumerate(before) if i not in taken and alike(was, spot)), None)
            if found is not None:
                pairs[index] = found
                taken.add(found)

    pair(lambda was, spot: was.path == spot.path and _is(was.step, spot.step))
    pair(lambda was, spot: _is(was.step, spot.step))
    pair(lambda was, spot: was.path == spot.path and _is_like(was.step, spot.step))
    return pairs


def _is(old: Step, new: Step) -> bool:
    """The same step beyond doubt: a question by its name, anything else by what it does."""
    if type(old) is not type(new):
        return False
    if isinstance(old, Ask | Find) and isinstance(new, Ask | Find):
        return old.name == new.name
    return told(old) == told(new)


def _is_like(old: Step, new: Step) -> bool:
    """Perhaps the same step, changed."""
    if type(old) is not type(new) or isinstance(old, Ask | Find):
        return False
    if isinstance(old, Say) and isinstance(new, Say):
        return SequenceMatcher(None, old.words.text["en"], new.words.text["en"]).ratio() >= SAME_WORDS
    return True


def _relabelled(before: list[_Spot], after: list[_Spot], pairs: dict[int, int]) -> dict[str, str]:
    """What the branches of a changed condition are called now: what stands in them has not moved."""
    return {
        was: now
        for index, old in pairs.items()
        if isinstance(before[old].step, If)
        for (was, _), (now, _) in zip(_below(before[old].step), _below(after[index].step), strict=True)
    }


def _reordered(pairs: dict[int, int]) -> bool:
    order = [pairs[index] for index in sorted(pairs)]
    return order != sorted(order)


# ---------------------------------------------------------------- one step


def _step(old: Step, new: Step) -> Iterator[tuple[str, str]]:
    """What is other about one step, with the answer that it leaves without a question."""
    about = f"{new.name}: " if isinstance(new, Ask | Find) else ""
    if isinstance(old, Say | Ask | Find) and isinstance(new, Say | Ask | Find):
        yield from ((f"{about}{what}", "") for what in wording(old.words, new.words))
    elif told(old) != told(new):
        yield f"{told(new)}; it was: {told(old)}", ""
    if isinstance(old, Ask) and isinstance(new, Ask):
        yield from ((f"{about}{what}", name) for what, name in _question(old, new))
    if isinstance(old, Ask | Find) and isinstance(new, Ask | Find):
        yield from ((f"{about}{what}", "") for what in _no_reply(old.no_reply, new.no_reply, "no reply"))
    if isinstance(old, Find) and isinstance(new, Find):
        was, now = told(old).partition(":")[0], told(new).partition(":")[0]
        if was != now:
            yield f"{about}{now}; it was: {was}", ""


def _question(old: Ask, new: Ask) -> Iterator[tuple[str, str]]:
    if isinstance(old.answer, Choices) and isinstance(new.answer, Choices):
        yield from _choices(old.answer, new.answer, new)
    elif spelled(old.answer) != spelled(new.answer):
        yield f"takes {kind(new.answer)}, not {kind(old.answer)}", new.name if _saves(new) else ""
    if old.remember != new.remember:
        yield ("is remembered about the person" if new.remember else "stays with this flow, and is not remembered"), ""
    if old.must != new.must:
        yield ("needs a clear yes" if new.must else "no longer needs a clear yes"), ""
    if old.skip != new.skip:
        yield ("may be skipped" if new.skip else "can no longer be skipped"), ""
    if old.example != new.example:
        yield f"the example is {new.example or 'gone'}", ""


def _choices(old: Choices, new: Choices, step: Ask) -> Iterator[tuple[str, str]]:
    was = {choice.name: choice for choice in old.choices}
    now = {choice.name: choice for choice in new.choices}
    for name, choice in now.items():
        if name not in was:
            yield f"can be answered {quoted(choice.words.text['en'])}", ""
        else:
            yield from ((f"{name}, {what}", "") for what in wording(was[name].words, choice.words))
    for name, choice in was.items():
        if name not in now:
            yield f"can no longer be answered {quoted(choice.words.text['en'])}", step.name if _saves(step) else ""
    kept = [name for name in was if name in now]
    if [name for name in now if name in was] != kept or any(
        list(now).index(name) != list(was).index(name) for name in kept
    ):
        yield "its choices have other numbers than people have learned", ""
    if old.many != new.many:
        yield ("takes several answers" if new.many else "takes one answer"), ""


def _saves(step: Ask | Find) -> bool:
    return isinstance(step, Find) or not step.remember


def _where(spot: _Spot) -> str:
    return f", where {_named(spot.path)}" if spot.path else ""


def _branch(spot: _Spot) -> str:
    return f"where {_named(spot.path)}" if spot.path else "the main line"


def _named(path: tuple[str, ...]) -> str:
    return " and ".join(path)


def _short(step: Step) -> str:
    return step.name if isinstance(step, Ask | Find) else told(step)
