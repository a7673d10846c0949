"""``fingerpost check --translations cy``: how far a language has come; ``--write`` puts the English of today there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import typer

from bot.cli.mending import write_beside
from bot.content import read_files
from bot.quantities import quantity
from flows.checking.translations import Standing, standing_of
from flows.checking.wording import cost_words
from flows.pairing import new_file, paired
from flows.reading.encoding import read_text
from flows.reading.library import Reading, read_library
from flows.reading.problems import Problems
from flows.reading.translations import FOLDER
from flows.translating import ENGLISH, Said, Translation, everything_said
from flows.wording import Level, Problem

LANGUAGE = re.compile(r"[a-z]{2}")


def report(folder: Path, language: str, *, write: bool) -> tuple[list[Problem], str, int]:
    """The problems of a language, how it stands in one sentence or two, and the exit status."""
    if not LANGUAGE.fullmatch(language) or language == ENGLISH:
        return [], f"{language} is no language to translate into. Use its two letters, like cy or pl.", 2
    files, _ = read_files(folder)
    reading = read_library(files)
    mine = [problem for problem in reading.problems if problem.place.file.startswith(f"{FOLDER}/{language}/")]
    if write:
        if any(problem.level is Level.ERROR for problem in reading.problems):
            return list(reading.problems), "Nothing was written: mend this first, then try again.", 1
        for told in _write(folder, language, files, reading):
            typer.echo(told, err=True)
        files, _ = read_files(folder)
        reading = read_library(files)
        mine = [problem for problem in reading.problems if problem.place.file.startswith(f"{FOLDER}/{language}/")]
    standing = standing_of(reading, language)
    problems = sorted({*mine, *standing.problems})
    return problems, in_words(standing, reading), int(any(problem.level is Level.ERROR for problem in problems))


def in_words(standing: Standing, reading: Reading) -> str:
    """``cy: 190 of 233 translated, 2 changed since. …`` and what its texts cost."""
    changed = f", {standing.changed} of them from English that has changed since" if standing.changed else ""
    read = f"read by {standing.reviewer}" if standing.reviewer else "read by nobody yet"
    heard = "On offer to people." if standing.offered else "Not on offer: heard in practice only."
    told = (
        f"{standing.language}: {standing.translated} of {standing.said} translated{changed}. "
        f"Safety words: {read}. {heard}"
    )
    if not standing.lengths:
        return told
    longest = max(standing.lengths, key=lambda each: each.count)
    letters = "".join(sorted({each.why for each in standing.lengths if each.why}))
    why = f" Letters like {letters} make a text 70 letters long instead of 160." if letters else ""
    cost = cost_words(longest.count, reading.english).removesuffix(" each time")
    return (
        f"{told}\nIt costs more texts than in English to send {quantity(len(standing.lengths), 'message')}. "
        f"The longest, {longest.spot}, takes {longest.count}{cost}.{why}"
    )


def _write(folder: Path, language: str, files: dict[str, bytes], reading: Reading) -> Iterator[str]:
    """One file for each flow, and one each for phrases, safety words and the rest. Only what changes is written."""
    by_file: dict[str, list[Said]] = {}
    for each in everything_said(reading.english):
        by_file.setdefault(each.spot.file, []).append(each)
    translation = reading.translations.get(language) or Translation(language)
    for name, said in by_file.items():
        file = f"{FOLDER}/{language}/{name}.yaml"
        raw = files.get(file)
        before = read_text(raw, file, Problems()) if raw is not None else new_file(language, name)
        own = {spot: pair for spot, pair in translation.pairs.items() if spot.file == name}
        after = paired(before, language, said, Translation(language, {}, own))
        if raw is not None and after == before:
            continue
        path = folder / file
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_beside(path, after.encode()) if path.exists() else path.write_bytes(after.encode())
        except OSError as error:
            yield f"{file}: I could not write it ({error.strerror})."
        else:
            yield f"{file}: the English is up to date."
