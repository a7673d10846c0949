"""JSON Schemas of the content files, for editors: completion, help under the mouse, a line under what is misspelt.

An editor never refuses what ``check`` takes: the schemas know the settings and where lists and blocks stand, and leave
the values to ``check``. They are draft 7, which the YAML language server reads; a step is flat, with an if/then for
each kind, so that only the settings of its own kind are offered. ``defaultSnippets`` put in a whole step.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from flows import meanings
from flows.examples import EXAMPLES, NEW_FLOW
from flows.phrasebook import PHRASES
from flows.reading.answers import KINDS as ANSWERS
from flows.reading.policies import ROLES
from flows.reading.registry import KINDS, StepKind

Schema = dict[str, object]

_DRAFT = "http://json-schema.org/draft-07/schema#"
_ONE_VALUE: list[str] = ["string", "number", "boolean"]  # 18 and yes are words here, whatever an editor takes them for
_STEPS: Schema = {"$ref": "#/definitions/steps"}
_FLAG = ("yes", "no")

# What is likely to stand after a setting; anything else may.
_OFFERED: Mapping[str, tuple[str, ...]] = {
    "answer": ANSWERS,
    "scale": ("1 rough to 5 good",),
    "pick": ("many",),
    "skip": _FLAG,
    "must": _FLAG,
    "clears": _FLAG,
    "starts": ("schedule", "first message", "alert"),
    "find": ("groups",),
    "close": ("48 hours", "48 hours, 24 hours until early_until"),
    "nudge": ("24 hours",),
    "rate": ("next 2 from recovery-capital", "all from recovery-capital"),
    "within": ("4 hours", "24 hours"),
    "between": ("09:00 and 20:00",),
    "wait": ("3 days",),
    "private": _FLAG,
    "shows": _FLAG,
    "set_by": ("staff",),
    "keep": ("first half only",),
    "keep_for": ("90 days", "24 months"),
    "hours": ("working", "any"),
    "tier": ("A", "B", "S", "words"),
    "silence": ("nobody is told",),
    "every": ("day", "week", "2 weeks", "month"),
    "type": ("consent", "choices", *ANSWERS),
    "reverse": _FLAG,
    "locked": _FLAG,
    "second_approver": _FLAG,
}


def schemas() -> dict[str, Schema]:
    """Every schema by the name of its file, without the ending."""
    made = {
        "flow": _flow(),
        "service": _map(meanings.SERVICE, keep=_map(None), caseload=_map(None), limits=_map(None), sources=_map(None)),
        "variables": _map(None, each=_map(meanings.VARIABLE)),
        "phrases": _phrases(),
        "instrument": _map(meanings.INSTRUMENT, items=_map(None, each=_map(meanings.ITEM)), reliability=_any()),
        "signposts": _list(_map(meanings.SIGNPOST, needs=("signpost", "say"))),
        "crisis": _list(_rule()),
        "idioms": _map(None, each=_lines("phrases that are cut out before the scan")),
        "words": _map(None, each=_map(None)),
        "schedules": _list(
            _map(meanings.SCHEDULE, phases=_list(_map(meanings.PHASE, needs=("until",))), needs=("schedule", "flow"))
        ),
        "escalation": _list(_policy()),
        "translation": _map(
            meanings.TRANSLATION,
            reviewed_by=_not_yet(meanings.TRANSLATION["reviewed_by"]),
            words=_list(_entry()),
        ),
        "style": _map(meanings.STYLE, **{"kinder words": _map(None), "private words": _lines_or_one()}),
    }
    return {name: {"$schema": _DRAFT, "title": f"Fingerpost: {name}", **schema} for name, schema in made.items()}


def written(schema: Schema) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


# ---------------------------------------------------------------- a flow and its steps


def _flow() -> Schema:
    test = _map(meanings.TEST, talk=_words(meanings.TEST["talk"]), needs=("name", "talk"))
    no_reply: Schema = {"$ref": "#/definitions/no_reply", "description": meanings.FLOW["no_reply"]}
    tests: Schema = {"description": meanings.FLOW["tests"], "anyOf": [_list(test), {"type": "null"}]}
    return {
        "defaultSnippets": [{"label": "a new flow", "description": "a flow with a test", "bodyText": NEW_FLOW}],
        **_map(meanings.FLOW, no_reply=no_reply, steps=_STEPS, tests=tests, needs=("flow", "steps")),
        "definitions": {
            "steps": {"type": "array", "items": {"$ref": "#/definitions/step"}, "description": meanings.FLOW["steps"]},
            "step": _step(),
            "no_reply": _map(meanings.NO_REPLY, then=_STEPS),
            "choices": _list(_map(meanings.CHOICE, then=_STEPS, needs=("choice",))),
            "when": _map(None, each=_STEPS),
        },
    }


def _step() -> Schema:
    """A flat step: which kind it is decides what else it takes."""
    kinds = [_kind(kind) for kind in KINDS.values()]
    names = {name: _words(kind.does) for name, kind in KINDS.items()}
    begun: Schema = {"anyOf": [{"required": [name]} for name in KINDS]}
    snippets = [_snippet(name) for name in KINDS if name in EXAMPLES]
    unknown: Schema = {"properties": names, "additionalProperties": False, "defaultSnippets": snippets}
    return {"type": "object", "minProperties": 1, "allOf": [*kinds, {"if": {"not": begun}, "then": unknown}]}


def _kind(kind: StepKind) -> Schema:
    """``if`` it is of this kind ``then`` these settings. The ``ask:`` of a ``find`` makes no ``ask`` of it."""
    holders = [other.name for other in KINDS.values() if other is not kind and kind.name in other.takes]
    named: Schema = {"type": "object", "required": [kind.name]}  # a step not begun yet is of no kind
    alone: Schema = {"not": {"anyOf": [{"required": [holder]} for holder in holders]}} if holders else {}
    blocks: dict[str, Schema] = {
        key: {"$ref": f"#/definitions/{block}", "description": kind.takes[key]}
        for key, block in _BLOCKS.items()
        if key in kind.takes and key != kind.name
    }
    return {"if": {**named, **alone}, "then": _map(kind.takes, **blocks)}


_BLOCKS = {"then": "steps", "else": "steps", "when": "when", "choices": "choices", "no_reply": "no_reply"}


def _snippet(name: str) -> Schema:
    return {"label": name, "description": KINDS[name].does, "body": EXAMPLES[name]}


# ---------------------------------------------------------------- the other files


def _phrases() -> Schema:
    about = {name: f"blanks: {', '.join(blanks) or 'none'}" for name, blanks in PHRASES.items()}
    properties = {name: {**_words(told), "type": [*_ONE_VALUE, "object"]} for name, told in about.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _rule() -> Schema:
    lines = {key: _lines(meanings.RULE[key]) for key in ("must alarm", "must not alarm")}
    rule = _map(meanings.RULE, **lines, needs=("rule", "tier"))
    return {**rule, "patternProperties": {"^hear [a-z]{2}$": _lines("phrases to be heard, one a line")}}


def _entry() -> Schema:
    said: Schema = {"type": [*_ONE_VALUE, "object"], "additionalProperties": _not_yet("")}
    entry = _map(meanings.ENTRY, scale=said, choices=_map(None, each=said), needs=("at",))
    return {**entry, "patternProperties": {"^[a-z]{2}$": _not_yet("the words in this language")}}


def _policy() -> Schema:
    step = _map(None, each=_words("who hears then: " + ", ".join(ROLES), ROLES))
    return _map(meanings.POLICY, steps=_list(step), needs=("alert", "hours", "steps"))


# ---------------------------------------------------------------- shapes


def _map(
    takes: Mapping[str, str] | None, *, each: Schema | None = None, needs: Iterable[str] = (), **shapes: Schema
) -> Schema:
    """A block of settings: those of ``takes``, or under any name where that is None; one value each if not said."""
    if takes is None:
        return {"type": "object", "additionalProperties": each if each is not None else _words()}
    properties = {key: shapes.get(key) or _words(told, _OFFERED.get(key, ())) for key, told in takes.items()}
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**made, "required": list(needs)} if needs else made


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _words(told: str = "", offered: Iterable[str] = ()) -> Schema:
    """One value on the line of its setting."""
    examples = list(offered)
    made: Schema = {"type": _ONE_VALUE if not examples else ["string", "number"]}  # else editors offer true and false
    if told:
        made["description"] = told
    if examples:
        made["examples"] = examples
    return made


def _not_yet(told: str) -> Schema:
    """One value, or nothing: somebody still has to write it."""
    words = _words(told)
    return {**words, "type": [*_ONE_VALUE, "null"]}


def _lines(told: str) -> Schema:
    return {"type": "array", "items": _words(), "description": told}


def _lines_or_one() -> Schema:
    return {"type": [*_ONE_VALUE, "array"], "items": _words()}


def _any() -> Schema:
    return {"type": [*_ONE_VALUE, "object"], "additionalProperties": _words()}


# ---------------------------------------------------------------- which file is which

PLACES: Mapping[str, str] = {
    "flow": "flows/*.yaml",
    "service": "service.yaml",
    "variables": "variables.yaml",
    "phrases": "phrases.yaml",
    "instrument": "instruments/*.yaml",
    "signposts": "directory/signposts.yaml",
    "crisis": "safety/crisis.yaml",
    "idioms": "safety/idioms.yaml",
    "words": "safety/words.yaml",
    "schedules": "schedules.yaml",
    "escalation": "escalation.yaml",
    "style": "style.yaml",
    "translation": "translations/*/*.yaml",
}


def editor_settings() -> dict[str, str]:
    """For Visual Studio Code, when the content folder is opened in it: its YAML extension, and which file is which."""
    which = {f".schema/{name}.json": place for name, place in PLACES.items()}
    settings: Schema = {"yaml.schemas": which, "editor.wordWrap": "on", "files.eol": "\n"}
    return {
        "settings.json": written(settings),
        "extensions.json": written({"recommendations": ["redhat.vscode-yaml"]}),
    }
