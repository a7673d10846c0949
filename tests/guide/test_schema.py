"""Editors offer what the reader takes, all of it and nothing else, and never refuse what ``check`` takes."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.cli.editor import editor_files
from flows.examples import NEW_FLOW
from flows.reading.fields import Fields
from flows.reading.library import read_library
from flows.reading.nodes import List, Map, Node, Text, read_yaml
from flows.reading.problems import Problems
from flows.reading.registry import KINDS
from flows.reading.tidy import tidy
from flows.schema import PLACES, schemas
from tests.guide.scratch import CONTENT, content_files, problems_with

SCHEMAS = schemas()
LANGUAGE = re.compile(r"hear [a-z]{2}|cy|fr|pl")  # settings that are named after a language
NUMBER = re.compile(r"-?\d+(\.\d+)?")
PART_OF = {  # what a reader calls a thing → where its settings stand in the schemas
    "A flow": ("flow",),
    "no_reply": ("flow", "definitions", "no_reply"),
    "A choice": ("flow", "definitions", "choices", "items"),
    "service.yaml": ("service",),
    "A variable": ("variables", "additionalProperties"),
    "A schedule": ("schedules", "items"),
    "A phase": ("schedules", "items", "properties", "phases", "items"),
    "A policy": ("escalation", "items"),
    "A signpost": ("signposts", "items"),
    "A crisis rule": ("crisis", "items"),
    "An instrument": ("instrument",),
    "An item": ("instrument", "properties", "items", "additionalProperties"),
    "style.yaml": ("style",),
    "A translation": ("translation",),
    "An entry": ("translation", "properties", "words", "items"),
    "phrases.yaml": ("phrases",),
}


def in_the_editor(node: Node) -> object:
    """What an editor makes of the same file: numbers and yes-words of YAML 1.2 are no strings to it."""
    if isinstance(node, Map):
        return {key.value: in_the_editor(value) for key, value in node.pairs}
    if isinstance(node, List):
        return [in_the_editor(item) for item in node.items]
    assert isinstance(node, Text)
    if node.value in ("true", "false"):
        return node.value == "true"
    if NUMBER.fullmatch(node.value):
        return float(node.value)
    return node.value or None


def faults(schema: str, text: str) -> list[str]:
    root = read_yaml(tidy(text.encode(), "flows/tea.yaml", Problems()), Problems())
    assert root is not None
    return [error.message for error in Draft7Validator(SCHEMAS[schema]).iter_errors(in_the_editor(root))]


# ---------------------------------------------------------------- the files are what the program makes


def test_the_files_for_editors_are_as_the_program_writes_them() -> None:
    kept = {name: (CONTENT / name).read_text(encoding="utf-8") for name in editor_files() if (CONTENT / name).is_file()}
    assert kept == editor_files(), "they are out of date: run .venv/bin/fingerpost schema"


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one(name: str) -> None:
    Draft7Validator.check_schema(SCHEMAS[name])


def test_every_file_of_the_content_has_a_schema_that_takes_it() -> None:
    wrong: list[str] = []
    seen: set[str] = set()
    for name, pattern in PLACES.items():
        for path in CONTENT.glob(pattern):
            seen.add(path.relative_to(CONTENT).as_posix())
            name_of_file = path.relative_to(CONTENT).as_posix()
            root = read_yaml(tidy(path.read_bytes(), name_of_file, Problems()), Problems())
            assert root is not None
            found = Draft7Validator(SCHEMAS[name]).iter_errors(in_the_editor(root))
            wrong += [f"{path.name}: {'/'.join(map(str, error.path))}: {error.message}" for error in found]
    assert wrong == []
    assert {file for file in content_files() if file.endswith(".yaml")} == seen


# ---------------------------------------------------------------- they know what the reader knows


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """What the reader takes, by what it calls the thing: noted while it reads the content that ships."""
    noted: dict[str, set[str]] = {}
    begin = Fields.__init__

    def note(
        self: Fields, node: Map, takes: Collection[str], what: str, problems: Problems, *, any_name: bool = False
    ) -> None:
        if not any_name:
            noted.setdefault(what, set()).update(takes)
        begin(self, node, takes, what, problems, any_name=any_name)

    monkeypatch.setattr(Fields, "__init__", note)
    read_library({**content_files(), "translations/fr/menu.yaml": b"words:\n  - at: say 1\n    fr: Bonjour"})
    return noted


def offered(path: tuple[str, ...]) -> set[str]:
    here: object = SCHEMAS
    for part in path:
        assert isinstance(here, dict)
        here = here[part]
    assert isinstance(here, dict)
    return set(here["properties"])


def test_an_editor_offers_every_setting_that_the_reader_takes_and_no_other(taken: dict[str, set[str]]) -> None:
    told = {what: offered(path) for what, path in PART_OF.items()}
    read = {what: {name for name in taken[what] if not LANGUAGE.fullmatch(name)} for what in PART_OF}
    assert told == read, "put the setting into flows/meanings.py, then run .venv/bin/fingerpost schema"


def test_the_settings_of_a_test_are_offered(taken: dict[str, set[str]]) -> None:
    tests = SCHEMAS["flow"]["properties"]["tests"]["anyOf"][0]["items"]  # type: ignore[index]
    assert set(tests["properties"]) == taken["A test"]


# ---------------------------------------------------------------- steps


def steps(*lines: str) -> str:
    return "flow: tea\nsteps:\n" + "".join(f"  {line}\n" for line in lines)


EACH_SETTING = [(kind.name, setting) for kind in KINDS.values() for setting in kind.takes if setting != kind.name]


def value_of(setting: str) -> str:
    blocks = {"then", "else"}
    if setting in blocks:
        return "\n      - say: Hi"
    if setting == "when":
        return "\n      yes:\n        - say: Hi"
    if setting == "choices":
        return "\n      - choice: Tea"
    return "\n      close: 24 hours" if setting == "no_reply" else " words"


@pytest.mark.parametrize(("kind", "setting"), EACH_SETTING)
def test_a_step_takes_each_of_its_own_settings(kind: str, setting: str) -> None:
    assert faults("flow", steps(f"- {kind}: words", f"  {setting}:{value_of(setting)}")) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_takes_no_setting_of_another_kind(kind: str) -> None:
    others = {setting for other in KINDS.values() for setting in other.takes} - set(KINDS[kind].takes) - set(KINDS)
    for setting in others:
        assert faults("flow", steps(f"- {kind}: words", f"  {setting}:{value_of(setting)}")), setting


REFUSED = {
    "a kind of step that there is not": steps("- shout: Hello"),
    "a misspelt setting": steps("- ask: Tea? Y or N", "  saev: tea", "  answer: yes or no"),
    "a step without its dash": "flow: tea\nsteps:\n  say: Hello\n",
    "steps where words belong": steps("- say:", "    - say: Hello"),
    "words where steps belong": steps("- if: joined answered", "  then: say Hello"),
    "a flow that does not say its name": "steps:\n  - say: Hello\n",
    "a choice without words": steps("- ask: Tea?", "  choices:", "    - name: tea"),
    "a nudge that is misspelt": "flow: tea\nno_reply:\n  nugde: 3 hours\nsteps:\n  - say: Hello\n",
    "a test that says nothing": steps("- say: Hello") + "tests:\n  - name: hello\n",
    "nothing after say": steps("- say:"),
}
TAKEN = {
    "numbers and yes": steps("- ask: How many?", "  save: n", "  answer: number 1 to 9", "  must: yes"),
    "a number alone": steps("- find: groups", "  ask: Which?", "  save: one", "  show: 3"),
    "a range as a key": steps("- ask: How many?", "  save: n", "  when:", "    3:", "      - say: Three"),
    "tests that are not written yet": steps("- say: Hello") + "tests:\n",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=list(REFUSED))
def test_an_editor_underlines(text: str) -> None:
    assert faults("flow", text)


@pytest.mark.parametrize("text", TAKEN.values(), ids=list(TAKEN))
def test_an_editor_is_content_with(text: str) -> None:
    assert faults("flow", text) == []


def test_every_kind_of_step_has_a_snippet_that_is_a_good_step() -> None:
    not_begun = SCHEMAS["flow"]["definitions"]["step"]["allOf"][-1]["then"]  # type: ignore[index]
    snippets = {snippet["label"]: snippet["body"] for snippet in not_begun["defaultSnippets"]}
    assert set(snippets) == set(KINDS)
    bare = re.sub(r"\$\{\d:([^}]*)\}", r"\1", json.dumps(list(snippets.values())))
    flow = {"flow": "tea", "steps": json.loads(bare)}
    assert list(Draft7Validator(SCHEMAS["flow"]).iter_errors(flow)) == []


def test_the_new_flow_that_an_editor_puts_in_has_nothing_to_mend(tmp_path: Path) -> None:
    text = re.sub(r"\$\{\d:([^}]*)\}", r"\1", NEW_FLOW)
    found = problems_with(tmp_path, {"flows/tea.yaml": text})
    assert [str(problem) for problem in found if problem.place.file == "flows/tea.yaml"] == []


def test_the_content_that_ships_is_plain_yaml_too() -> None:
    """What ``check`` forgives, a colon in a message for one, an editor underlines: the samples keep clear of it."""
    spoiled = []
    for name, pattern in PLACES.items():
        for path in CONTENT.glob(pattern) if name != "translation" else ():  # there the words stand as they are
            try:
                yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            except yaml.YAMLError as error:
                spoiled.append(f"{path.name}: {error}")
    assert spoiled == []


def test_a_flow_says_which_schema_is_its_own() -> None:
    """The first line of each file tells editors where to look, from wherever the folder is opened."""
    for name, pattern in PLACES.items():
        for path in CONTENT.glob(pattern) if name != "translation" else ():  # those are written by the program
            first = path.read_text(encoding="utf-8").splitlines()[0]
            up = "../" * (len(Path(path.relative_to(CONTENT)).parts) - 1)
            assert first == f"# yaml-language-server: $schema={up or './'}.schema/{name}.json", path.name
