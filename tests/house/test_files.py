"""Nothing in the repository belongs to one machine, or to one real person's phone."""

from __future__ import annotations

import re
import subprocess
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house.tree import LOCKS, ROOT, read, tracked, words_of

TEXTS = (".py", ".md", ".yaml", ".csv", ".toml", ".txt", ".html", ".js", ".css", ".mako", "Makefile", "Procfile", "run")
ONE_MACHINE = re.compile(r"/(?:work|root|home|Users)/[\w.]|/tmp/[\w.]")
REGISTRIES = re.compile(r"pypi\.org|pythonhosted|npmjs|index-url|find-links|trusted-host", re.IGNORECASE)
# A UK mobile, or a landline with its area code. Helplines (0800, 0808, 0300) are meant to be rung.
A_PHONE = re.compile(r"(?<![\w.+-])(?:\+44 ?|0)(?:[17]\d{3} ?\d{3} ?\d{3}|2\d ?\d{4} ?\d{4})(?![\w-])")
# Ofcom keeps these for drama; the last is the phone library's own example of a UK mobile, for what must be real.
HARMLESS = re.compile(r"^(?:\+44|0)(?:7700900\d{3}|1632960\d{3}|2079460\d{3}|7400123456)$")
HERE = "tests/house/test_files.py"


def lines_with(pattern: re.Pattern[str], *, but: tuple[str, ...] = ()) -> list[str]:
    found = []
    for name, text in words_of(*TEXTS).items():
        if name in (*but, HERE):
            continue
        found += [f"{name}:{number}" for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]
    return found


def test_no_file_names_a_place_on_one_machine() -> None:
    assert lines_with(ONE_MACHINE) == []


def test_no_file_names_a_registry() -> None:
    # the Makefile tells uv to leave the index out of the lock files
    assert lines_with(REGISTRIES, but=("Makefile",)) == []


def test_every_phone_number_is_one_that_nobody_has() -> None:
    real = []
    for name, text in words_of(*TEXTS).items():
        if name in (*LOCKS, HERE) or name.startswith("flows/directory/data/"):
            continue
        numbers = (match[0].replace(" ", "") for match in A_PHONE.finditer(text))
        real += [f"{name} {number}" for number in numbers if not HARMLESS.match(number)]
    assert real == []


@pytest.mark.parametrize(
    ("text", "is_phone"),
    [("07911 123456", True), ("+447911123456", True), ("020 7946 0018", True), ("0808 2000 247", False), ("17", False)],
)
def test_the_watch_for_numbers_sees_them(text: str, is_phone: bool) -> None:
    assert bool(A_PHONE.search(text)) is is_phone


# ---------------------------------------------------------------- lock files


def pinned(lock: str) -> dict[str, str]:
    """Library → version, as the lock file pins it."""
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", read(lock), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_library_carries_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", read(lock).strip())
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_says_what_and_never_where_from(lock: str) -> None:
    assert re.findall(r"^\s*(?:-(?!-hash)\S+|--(?!hash)\S+)|https?:\S+|file:\S+", read(lock), re.MULTILINE) == []


def test_what_is_tested_is_what_runs() -> None:
    runtime, development = (pinned(lock) for lock in LOCKS[:2])
    assert {name: version for name, version in runtime.items() if development.get(name) != version} == {}


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    wanted = {
        "requirements.txt": project["project"]["dependencies"],
        "tests/requirements.txt": project["project"]["dependencies"] + project["dependency-groups"]["dev"],
        "benchmarks/requirements.txt": project["dependency-groups"]["bench"],
    }
    for lock, requirements in wanted.items():
        versions = {canonicalize_name(name): version for name, version in pinned(lock).items()}
        for requirement in map(Requirement, requirements):
            version = versions.get(canonicalize_name(requirement.name))
            assert version is not None, f"{lock} lacks {requirement.name}: run make lock"
            assert requirement.specifier.contains(Version(version)), f"{lock} has {requirement.name} {version}"


# ---------------------------------------------------------------- make and the rest


def test_make_run_installs_only_what_the_service_needs() -> None:
    plan = subprocess.run(
        ["make", "--dry-run", "--always-make", "run"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    assert "--require-hashes --requirement requirements.txt" in plan
    assert "tests/requirements.txt" not in plan


def test_make_help_lists_what_is_promised() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert {"run", "test", "check", "bench", "prove", "help"} <= set(re.findall(r"make (\w+)", listed))


def test_the_gate_stops_at_the_first_failure() -> None:
    gate = ROOT / ".ci" / "run"
    assert gate.stat().st_mode & 0o111
    assert "set -euo pipefail" in gate.read_text(encoding="utf-8")


def test_data_made_by_others_is_named_in_the_notice() -> None:
    shipped = [name for name in tracked() if "/data/" in name and name.endswith(".csv")]
    assert [name for name in shipped if name not in read("NOTICE")] == []
