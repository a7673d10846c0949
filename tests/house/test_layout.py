"""The house has the rooms it says it has, and the doors between them open one way."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import ROOT, python_files, read, tracked

TOP_LEVEL = {
    ".ci",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "NOTICE",
    "Procfile",
    "README.md",
    "benchmarks",
    "bot",
    "content",
    "docs",
    "flows",
    "pyproject.toml",
    "requirements.txt",
    "storage",
    "tests",
}
LONGEST_FILE = 700  # lines; a file near 300 is asking to be two
LARGEST_FILE = 400_000  # bytes
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("uuid", "uuid4"),
    ("uuid", "uuid1"),
}


def test_nothing_else_lies_at_the_top() -> None:
    assert {name.split("/")[0] for name in tracked()} <= TOP_LEVEL


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {Path(name).parent for name in tracked() if name.startswith("tests/") and name.endswith(".py")}
    assert [str(folder) for folder in folders if f"{folder}/__init__.py" not in tracked()] == []


def test_every_package_is_listed_for_installing() -> None:
    listed = set(tomllib.loads(read("pyproject.toml"))["tool"]["setuptools"]["packages"])
    there = {
        Path(name).parent.as_posix().replace("/", ".")
        for name in tracked()
        if name.endswith("/__init__.py") and name.split("/")[0] in ("bot", "flows", "storage")
    }
    assert listed == there


def test_no_package_is_empty() -> None:
    packages = {Path(name).parent for name in tracked() if name.endswith("/__init__.py")}
    for package in packages:
        files = [name for name in tracked() if Path(name).is_relative_to(package)]
        assert len(files) > 1, f"{package} has nothing in it"


def test_imports_only_go_down() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("room", ["bot", "flows", "storage", "tests", "benchmarks"])
def test_no_file_is_too_long_to_read(room: str) -> None:
    lengths = {path.relative_to(ROOT).as_posix(): path.read_bytes().count(b"\n") for path in python_files(room)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_file_is_too_large_to_keep() -> None:
    sizes = {name: (ROOT / name).stat().st_size for name in tracked()}
    assert {name: size for name, size in sizes.items() if size > LARGEST_FILE} == {}


def clocks_in(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if (node.value.id, node.attr) in CLOCKS:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.value.id}.{node.attr}")
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name for alias in node.names} | {getattr(node, "module", "")}
            if "random" in names:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} random")
    return found


SIMULATOR = ROOT / "bot" / "simulator"  # a world outside the service: its weather is seeded, its calendar its own


def test_only_the_wiring_makes_a_clock_or_rolls_dice() -> None:
    elsewhere = [path for path in python_files("bot", "flows", "storage") if path != ROOT / "bot" / "app.py"]
    found = [clock for path in elsewhere if SIMULATOR not in path.parents for clock in clocks_in(path)]
    assert found == []


def test_the_simulator_rolls_seeded_dice_only_and_has_no_clock_but_its_own() -> None:
    paths = [path for path in python_files("bot") if SIMULATOR in path.parents]
    assert {found.split(" ")[1] for path in paths for found in clocks_in(path)} <= {"random"}
    rolled = {
        alias.name
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "random"
        for alias in node.names
    }
    assert rolled == {"Random"}
    assert not any("import random" in path.read_text(encoding="utf-8") for path in paths)


def test_time_zones_appear_in_one_file() -> None:
    homes = [
        path.relative_to(ROOT).as_posix()
        for path in python_files("bot", "flows", "storage")
        if "zoneinfo" in path.read_text(encoding="utf-8") and SIMULATOR not in path.parents
    ]
    assert homes == ["flows/timing.py"]


def test_pytest_alone_leaves_out_the_long_proofs_and_make_prove_runs_them() -> None:
    given = tomllib.loads(read("pyproject.toml"))["tool"]["pytest"]["ini_options"]["addopts"]
    assert given.endswith("-m 'not prove'")
    assert "pytest -m prove tests" in read("Makefile")  # the last -m counts
