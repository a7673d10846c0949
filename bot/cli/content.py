"""``fingerpost check``: what is wrong in the content, where, and what to type instead."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import typer

from bot.app import clock
from bot.cli import translations
from bot.cli.mending import mend_folder
from bot.cli.opening import settings
from bot.content import check_folder
from flows.wording import Level, Problem


def check(paths: Sequence[Path], *, as_json: bool, tests: bool, fix: bool = False) -> int:
    """Check the folder that ``paths`` lie in, and show the problems of those files. The exit status.

    With ``fix``, what can be mended with certainty is written first, and told on standard error.
    """
    folder = _folder_of(paths)
    if folder is None or not folder.is_dir():
        typer.echo(_no_folder(folder, paths), err=True)
        return 2
    if fix:
        for told in mend_folder(folder, frozenset(path.absolute() for path in paths if path.is_file())):
            typer.echo(told, err=True)
    checked = check_folder(folder, tests=tests, today=clock().date())
    shown = [problem for problem in checked.problems if _wanted(problem, folder, paths)]
    for problem in shown:
        typer.echo(_as_json(problem) if as_json else str(problem))
    errors = sum(problem.level is Level.ERROR for problem in shown)
    if not as_json:
        files = sum(path.is_file() for path in paths) or len(checked.files)
        typer.echo(_summary(files, errors, len(shown) - errors, len(checked.problems) - len(shown)))
    return 1 if errors else 0


def check_language(paths: Sequence[Path], language: str, *, as_json: bool, write: bool) -> int:
    """How a language stands, beside the English. The exit status."""
    folder = _folder_of(paths)
    if folder is None or not folder.is_dir():
        typer.echo(_no_folder(folder, paths), err=True)
        return 2
    problems, told, status = translations.report(folder, language, write=write)
    for problem in problems:
        typer.echo(_as_json(problem) if as_json else str(problem))
    typer.echo(told, err=as_json or status == 2)
    return status


def _folder_of(paths: Sequence[Path]) -> Path | None:
    """The content folder: one that was named, the one a named file lies in, or CONTENT_DIR."""
    if not paths:
        return settings().content_dir
    for path in paths:
        for candidate in (path, *path.absolute().parents):
            if (candidate / "service.yaml").is_file():
                return candidate
    return paths[0] if paths[0].is_dir() else None


def _no_folder(folder: Path | None, paths: Sequence[Path]) -> str:
    missing = next((path for path in paths if not path.exists()), None)
    if missing is not None:
        return f"There is no {'file' if missing.suffix else 'folder'} {missing}. Name one that there is."
    if paths:
        return f"{paths[0]} lies in no content folder: no folder above it holds a service.yaml."
    return f"There is no content folder {folder}. Name one, or set CONTENT_DIR."


def _wanted(problem: Problem, folder: Path, paths: Sequence[Path]) -> bool:
    files = [path for path in paths if path.is_file()]
    return not files or any((folder / problem.place.file).absolute() == path.absolute() for path in files)


def _as_json(problem: Problem) -> str:
    place = problem.place
    return json.dumps(
        {
            "file": place.file,
            "line": place.line,
            "column": place.column,
            "level": problem.level,
            "code": problem.code,
            "what": problem.what,
            "fix": problem.fix,
        },
        ensure_ascii=False,
    )


def _summary(files: int, errors: int, warnings: int, elsewhere: int) -> str:
    """``elsewhere``: so many in files that were not asked for; one of them may keep all of it from going live."""
    seen = f"{files} {'file' if files == 1 else 'files'} checked"
    other = f" In other files: {elsewhere} more; type fingerpost check." if elsewhere else ""
    if not errors and not warnings:
        return f"{seen}. {'Nothing to mend here.' if elsewhere else 'All is well.'}{other}"
    found = [f"{errors} to mend"] if errors else []
    found += [f"{warnings} to look at"] if warnings else []
    return f"{seen}: {' and '.join(found)}.{other}"
