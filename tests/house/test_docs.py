"""The documents say what is so: every setting, every command, every library, every test that a hazard cites."""

from __future__ import annotations

import re
import tomllib
from fnmatch import fnmatch

import pytest
from typer.main import get_command

from bot.cli.commands import cli
from bot.settings import SETTINGS
from tests.house.tree import ROOT, python_files, read, tracked, words_of

DOCUMENTS = words_of(".md")
COMMAND = re.compile(
    r"(?:bin/|(?<!-u )(?<![/\w]))fingerpost ([a-z]+)(?: ([a-z]+(?:-[a-z]+)*))?"
)  # not the user of ``sudo -u``
IMPORTED_AS = {
    "psycopg": "psycopg",
    "python-dateutil": "dateutil",
    "pyyaml": "yaml",
    "phonenumberslite": "phonenumbers",
    "prometheus-client": "prometheus_client",
    "sqlalchemy": "sqlalchemy",
    "apscheduler": "apscheduler",
}
USED_BY_OTHERS = {"psycopg", "tzdata"}  # SQLAlchemy loads the first by name, zoneinfo the second


def settings_table() -> str:
    rows = [f"| `{s.name}` | {s.about} | {f'`{s.default}`' if s.default else ''} |" for s in SETTINGS]
    return "\n".join(["| setting | what it is | default |", "|---|---|---|", *rows])


def test_every_setting_is_documented_as_it_is() -> None:
    assert settings_table() in read("docs/operators.md"), "docs/operators.md needs this:\n" + settings_table()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_that_a_document_names_exists(name: str) -> None:
    commands = getattr(get_command(cli), "commands", {})
    for first, second in COMMAND.findall(in_code(DOCUMENTS[name])):
        assert first in commands, f"{name} speaks of fingerpost {first}"
        below = getattr(commands[first], "commands", None)
        if below is not None and second:
            assert second in below, f"{name} speaks of fingerpost {first} {second}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_target_that_a_document_names_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`|[$;&] )make ([a-z]+)\b", in_code(DOCUMENTS[name]), re.MULTILINE)) <= targets


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", DOCUMENTS[name]):
        if "://" not in target:
            assert (ROOT / name).parent.joinpath(target).exists(), f"{name} links to {target}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_a_document_names_exists(name: str) -> None:
    files = re.findall(r"`((?:bot|flows|storage|content|tests|docs)/[\w./-]+)`", DOCUMENTS[name])
    assert [file for file in files if not (ROOT / file).exists()] == []


def in_code(text: str) -> str:
    """The parts of a document that are set as code."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))


# ---------------------------------------------------------------- libraries


def libraries() -> list[str]:
    wanted = tomllib.loads(read("pyproject.toml"))["project"]["dependencies"]
    return [re.split(r"[\[><=~; ]", requirement)[0] for requirement in wanted]


def test_every_library_is_explained() -> None:
    explained = {name.casefold() for name in re.findall(r"\*\*([^*]+)\*\*", read("docs/decisions.md"))}
    missing = [name for name in libraries() if not any(name.casefold() == each.split(" (")[0] for each in explained)]
    assert missing == []


def test_every_library_is_used() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in python_files("bot", "flows", "storage"))
    unused = []
    for name in libraries():
        module = IMPORTED_AS.get(name.casefold(), name.casefold())
        if not re.search(rf"^\s*(?:import|from) {re.escape(module)}\b", source, re.MULTILINE):
            unused.append(name)
    assert set(unused) <= USED_BY_OTHERS


# ---------------------------------------------------------------- proofs

PROOFS = "docs/proof.md"
PROMISES = 25


def test_every_promise_has_its_row_in_order() -> None:
    table = DOCUMENTS[PROOFS].partition("\n## ")[0]
    assert [int(number) for number in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == [*range(1, PROMISES + 1)]


def test_every_test_that_the_proofs_name_exists() -> None:
    named = re.findall(r"`((?:tests/)?[\w/*]*?test_[\w*]+\.py|tests/[\w/*]+)(?:::(\w+))?`", DOCUMENTS[PROOFS])
    assert len(named) > 60
    lost = []
    for path, test in named:
        files = [name for name in tracked() if fnmatch(name, path) or fnmatch(name, f"*/{path}")]
        files += [name for name in tracked() if name.startswith(f"{path}/")]
        if not files or (test and not any(f"def {test}(" in read(name) for name in files)):
            lost.append(f"{path}::{test}")
    assert lost == []


# ---------------------------------------------------------------- hazards


def test_every_test_that_a_hazard_cites_exists() -> None:
    there = {
        test
        for name in tracked()
        if re.fullmatch(r"tests/(?!fakes/)(?:\w+/)*test_\w+\.py", name)  # a test of a fake shows nothing of ours
        for test in re.findall(r"def (test_\w+)", read(name))
    }
    cited = set(re.findall(r"`(test_\w+)`", read("docs/hazards.md")))
    assert cited, "the hazard log cites no test"
    assert cited - there == set()


def test_every_hazard_cites_a_test_or_says_that_none_covers_it() -> None:
    hazards = re.split(r"\n### ", read("docs/hazards.md"))[1:]
    assert len(hazards) > 10
    bare = [hazard.splitlines()[0] for hazard in hazards if "`test_" not in hazard and "No test" not in hazard]
    assert bare == []
