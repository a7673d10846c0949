"""What a change of content means to people: words that are others, a branch that moved, what is new, what is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from typing import Any

from flows.checking.transcripts import spoken_length
from flows.content import CrisisRule, Group, Library, Rhythm, Service, Variable
from flows.flow_changes import Change, compare_flow, wording
from flows.lengths import longest
from flows.new_names import answers_renamed
from flows.quotes import quoted
from flows.reading.release import spelled
from flows.wording import Place, Span, Wording

MOST = 6  # phrases of one list that are named; the rest are counted
_SAID_ALREADY = frozenset({"rule", "starts", "initiative"})  # of a group: its day, how often and its name say as much


def compare(old: Library, new: Library) -> tuple[Change, ...]:
    """Every change from one release to the other, flows first. Empty: they say and do the same."""
    return (*_flows(old, new), *_safety(old, new), *_rest(old, new))


def lengths(old: Library, new: Library) -> Iterator[str]:
    """The flows whose longest way through is longer or shorter than it was, and the new ones."""
    for name, flow in new.flows.items():
        now = longest(flow, new)
        was = longest(old.flows[name], old) if name in old.flows else None
        if was is None:
            yield f"{name}: at its longest {now}"
        elif was != now:
            yield f"{name}: at its longest {now}; it was {was}"


def _flows(old: Library, new: Library) -> Iterator[Change]:
    renamed = {flow.was: name for name, flow in new.flows.items() if flow.was in old.flows and name not in old.flows}
    names = _new_names(old.variables, new.variables)
    for flow in new.flows.values():
        if (before := old.flows.get(flow.name) or old.flows.get(flow.was)) is not None:
            names |= {
                f"{before.name}.{was}": f"{flow.name}.{now}" for was, now in answers_renamed(before, flow).items()
            }
    for name, flow in new.flows.items():
        before = old.flows.get(name) or old.flows.get(flow.was)
        if before is None:
            yield Change(name, f"this flow is new: to read it, type fingerpost draw {name}")
        elif spelled(before) != spelled(flow):
            if name not in old.flows:
                yield Change(name, f"was called {flow.was}")
            yield from compare_flow(before, flow, names)
    for name in old.flows:
        if name not in new.flows and name not in renamed:
            yield Change(name, "this flow is gone", f"{name}.*")


# ---------------------------------------------------------------- safety


def _safety(old: Library, new: Library) -> Iterator[Change]:
    where = "words that worry us"
    was, now = ({rule.name: rule for rule in library.crisis} for library in (old, new))
    for name, rule in now.items():
        if name not in was:
            yield Change(where, f"{name} is new: tier {rule.tier}, answered by {rule.reply}")
        elif spelled(was[name]) != spelled(rule):
            yield from (Change(where, f"{name} {what}") for what in _rule(was[name], rule))
    yield from (Change(where, f"{name} is gone: nothing of it is heard any more") for name in was if name not in now)
    for language in dict.fromkeys((*old.idioms, *new.idioms)):
        before, after = old.idioms.get(language, ()), new.idioms.get(language, ())
        yield from (Change("idioms", what) for what in _listed(before, after, "cuts out", "no longer cuts out"))
    for language in dict.fromkeys((*old.words, *new.words)):
        for word in dict.fromkeys((*old.words.get(language, {}), *new.words.get(language, {}))):
            before, after = (library.words.get(language, {}).get(word, ()) for library in (old, new))
            says = f"{word.upper()} is", f"{word.upper()} is no longer"
            yield from (Change("words", what) for what in _listed(before, after, *says))


def _rule(old: CrisisRule, new: CrisisRule) -> Iterator[str]:
    for language in dict.fromkeys((*old.hear, *new.hear)):
        yield from _listed(old.hear.get(language, ()), new.hear.get(language, ()), "hears", "no longer hears")
    if old.tier != new.tier:
        yield f"is tier {new.tier}, not {old.tier}"
    if old.reply != new.reply:
        yield f"is answered by {new.reply}, not {old.reply}"
    if old.then != new.then:
        yield f"goes on with {new.then or 'nothing'}, not {old.then or 'nothing'}"


def _listed(old: tuple[str, ...], new: tuple[str, ...], more: str, less: str) -> Iterator[str]:
    for verb, words in ((more, [w for w in new if w not in old]), (less, [w for w in old if w not in new])):
        if words:
            left = f" and {len(words) - MOST} more" if len(words) > MOST else ""
            yield f"{verb} {', '.join(map(quoted, words[:MOST]))}{left}"


# ---------------------------------------------------------------- everything else


def _rest(old: Library, new: Library) -> Iterator[Change]:
    for where, was, now in (
        ("signposts", old.helplines, new.helplines),
        ("phrases", old.phrases, new.phrases),
        ("alerts", old.policies, new.policies),
        ("schedules", old.schedules, new.schedules),
        ("instruments", old.instruments, new.instruments),
        ("groups", {each.id: each for each in old.groups}, {each.id: each for each in new.groups}),
    ):
        yield from _things(where, was, now)
    yield from _variables(old.variables, new.variables)
    yield from (Change("service", what) for what in _service(old.service, new.service))
    yield from (
        Change("style", what)
        for what in _listed(old.private_words, new.private_words, "keeps private", "no longer keeps private")
    )
    yield from (Change("style", what) for what in _pairs(old.kinder_words, new.kinder_words))


def _service(old: Service, new: Service) -> Iterator[str]:
    """Settings as they are written, and those that are blocks of others."""
    for key in dict.fromkeys((*old.written, *new.written)):
        was, now = old.written.get(key), new.written.get(key)
        if was != now and key != "keep_for":
            yield f"{_spoken(key)} is {_value(now)}, not {_value(was)}"
    yield from _pairs(old.keep, new.keep, "keep: ")
    yield from _pairs(old.caseload, new.caseload, "caseload: ")
    yield from _pairs(_sources(old), _sources(new), "sources: ")
    for name, before, after in (
        ("texts a person a day", old.texts_a_day, new.texts_a_day),
        ("texts a month", old.texts_a_month, new.texts_a_month),
    ):
        if before != after:
            yield f"limits: {name} is {_value(after)}, not {_value(before)}"


def _sources(service: Service) -> Mapping[str, str]:
    return {feed.name: f"{feed.format} {feed.location}" for feed in service.sources}


def _things(where: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name, thing in new.items():
        if name not in old:
            yield Change(where, f"{name} is new")
        elif spelled(old[name]) != spelled(thing):
            yield from (Change(where, f"{name}, {what}") for what in _differences(old[name], thing))
    yield from (Change(where, f"{name} is gone") for name in old if name not in new)


def _new_names(old: Mapping[str, Variable], new: Mapping[str, Variable]) -> dict[str, str]:
    return {each.was: name for name, each in new.items() if each.was in old and name not in old}


def _variables(old: Mapping[str, Variable], new: Mapping[str, Variable]) -> Iterator[Change]:
    renamed = _new_names(old, new)
    for name, variable in new.items():
        if name not in old and variable.was in old:
            yield Change("variables", f"{name} was called {variable.was}: what is stored moves with it")
        elif name not in old:
            yield Change("variables", f"{name} is new")
        elif spelled(old[name]) != spelled(variable):
            for what in _fields(old[name], variable):
                yield Change("variables", f"{name}, {what}", name if old[name].kind != variable.kind else "")
    for name in old:
        if name not in new and name not in renamed:
            yield Change("variables", f"{name} is gone", name)


def _differences(old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, Wording):
        yield from wording(old, new)
    else:
        yield from _fields(old, new)


def _fields(old: Any, new: Any) -> Iterator[str]:
    """What is other about two values of a kind, setting by setting."""
    for each in fields(old):
        was, now = getattr(old, each.name), getattr(new, each.name)
        if isinstance(was, Place) or isinstance(now, Place) or spelled(was) == spelled(now):
            continue
        if isinstance(old, Group) and each.name in _SAID_ALREADY:
            continue
        if isinstance(was, Wording) and isinstance(now, Wording):
            yield from wording(was, now)
        elif isinstance(was, Rhythm) and isinstance(now, Rhythm):
            yield from _rhythms(was, now)
        elif isinstance(was, Mapping) and isinstance(now, Mapping):
            yield from _pairs(was, now, f"{_spoken(each.name)}: ")
        elif _is_plain(was) and _is_plain(now):
            yield f"{_spoken(each.name)} is {_value(now)}, not {_value(was)}"
        else:
            yield f"{_spoken(each.name)} is changed"


def _rhythms(old: Rhythm, new: Rhythm) -> Iterator[str]:
    if (old.count, old.unit) != (new.count, new.unit):
        yield f"comes {_how_often(new)}, not {_how_often(old)}"
    yield from _fields(replace(old, count=new.count, unit=new.unit), new)


def _how_often(rhythm: Rhythm) -> str:
    if rhythm.unit == "once":
        return "once"
    return f"every {rhythm.unit}" if rhythm.count == 1 else f"every {rhythm.count} {rhythm.unit}s"


def _pairs(old: Mapping[str, Any], new: Mapping[str, Any], about: str = "") -> Iterator[str]:
    for name in dict.fromkeys((*old, *new)):
        if name not in new:
            yield f"{about}{name} is gone"
        elif name not in old:
            yield f"{about}{name} is new"
        elif spelled(old[name]) != spelled(new[name]):
            for what in (
                _differences(old[name], new[name]) if is_dataclass(old[name]) else [_plainly(old[name], new[name])]
            ):
                yield f"{about}{name} {what}"


def _plainly(old: Any, new: Any) -> str:
    return f"is {_value(new)}, not {_value(old)}" if _is_plain(old) and _is_plain(new) else "is changed"


def _is_plain(value: object) -> bool:
    return value is None or not (is_dataclass(value) or isinstance(value, tuple | Mapping)) or isinstance(value, Span)


def _value(value: object) -> str:
    if value is None or value == "":
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, timedelta):
        return spoken_length(value)
    if isinstance(value, Span):
        return value.written or spoken_length(value.length)
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(str, value))) or "nothing"
    return str(value)


def _spoken(name: str) -> str:
    return name.replace("_", " ")
