"""``variables.yaml``: everything that may be remembered about a person, of what kind it is and how long it is kept."""

from __future__ import annotations

import re

from flows.content import Variable
from flows.reading import nodes
from flows.reading.answers import KINDS, kind_name, read_answer
from flows.reading.fields import Fields
from flows.reading.nodes import Map
from flows.reading.problems import Problems, did_you_mean
from flows.reading.values import read_length
from flows.steps import Number, Scale, Text
from flows.wording import Place

_VARIABLE = ("type", "private", "shows", "keep_for", "if_empty", "set_by", "keep", "was")
_FIRST_HALF = "first half only"
_KEPT = "write it like 90 days or 24 months."
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CONSENT = "consent"


def read_variables(root: Map, problems: Problems) -> dict[str, Variable]:
    """Everything that may be remembered about a person, by name."""
    fields = Fields(root, (), "variables.yaml", problems, any_name=True)
    found: dict[str, Variable] = {}
    for name, key in fields.keys.items():
        node = fields.map(name)
        if node is None:
            if isinstance(fields.node(name), nodes.Text) and not fields.text(name):
                problems.error(key.place, "empty", f"Nothing is set in below {name}:", f"add type: below {name}:")
            continue
        if not _NAME.fullmatch(name):
            plain = re.sub(r"\W+", "_", name.lower()).strip("_0123456789") or "value"
            what = f"{name} cannot be the name of a variable: small letters, digits and _ only."
            problems.error(key.place, "name", what, f"type {plain}:")
        inner = Fields(node, _VARIABLE, "A variable", problems)
        found[name] = _variable(name, key.place, inner)
        _check_keeping(found[name], inner)
    _check_renames(found, problems)
    return found


def _variable(name: str, place: Place, fields: Fields) -> Variable:
    fields.need("type", "add type: and the kind of answer, like type: text up to 20")
    kind, longest = "text", None
    written = fields.text("type")
    if written in (_CONSENT, "choices"):
        kind = written
    elif written:
        answer = fields.read("type", read_answer, did_you_mean(written, (_CONSENT, "choices", *KINDS)))
        if isinstance(answer, Text):
            longest = answer.longest
        elif answer is not None:
            kind = written if isinstance(answer, Number | Scale) else kind_name(answer)
    fields.read("set_by", lambda text: text if text == "staff" else None, "type set_by: staff, or leave it out.")
    fields.read("keep", lambda text: text if text == _FIRST_HALF else None, f"type keep: {_FIRST_HALF}")
    return Variable(
        name=name,
        kind=kind,
        longest=longest,
        private=fields.flag("private"),
        shows=fields.flag("shows"),
        if_empty=fields.text("if_empty") if "if_empty" in fields else None,
        keep_for=fields.read("keep_for", read_length, _KEPT),
        set_by_staff=fields.text("set_by") == "staff",
        first_half_only=fields.text("keep") == _FIRST_HALF,
        was=fields.text("was"),
        place=place,
    )


def _check_keeping(variable: Variable, fields: Fields) -> None:
    """How much of a value is kept, and for how long, goes with what kind of value it is."""
    problems = fields.problems
    if variable.first_half_only and not variable.kind.startswith("postcode"):
        what = f"{variable.name} is kept as {variable.kind}, and only a postcode has a first half."
        problems.error(fields.place_of("keep"), "keep", what, "leave the keep: line out, or type type: postcode")
    if variable.keep_for is not None and variable.kind == _CONSENT:
        what = f"{variable.name} is a consent: it counts until the person takes it back."
        problems.error(fields.place_of("keep_for"), "keep", what, "leave the keep_for: line out.")
    if variable.keep_for is not None and not variable.keep_for:
        problems.error(fields.place_of("keep_for"), "keep", f"{variable.name} would not be kept at all.", _KEPT)


def _check_renames(found: dict[str, Variable], problems: Problems) -> None:
    taken: dict[str, str] = {}
    for name, variable in found.items():
        place = variable.place or Place("variables.yaml", 1)
        if not variable.was:
            continue
        if variable.was in found:
            what = f"{name} says that it was {variable.was}, and {variable.was} is still here."
            problems.error(place, "was", what, f"leave out was: {variable.was}, or take {variable.was}: out.")
        elif variable.was in taken:
            what = f"Both {taken[variable.was]} and {name} say that they were {variable.was}."
            problems.error(place, "was", what, "keep was: on the one that takes its values.")
        taken.setdefault(variable.was, name)
