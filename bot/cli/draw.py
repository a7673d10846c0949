"""``fingerpost draw``: a map of one flow, or of all of them, to read or to draw with Mermaid."""

from __future__ import annotations

import typer

from bot.cli.opening import say_what_to_mend, settings
from bot.content import read_files
from flows import drawing, mermaid
from flows.errors import ContentError
from flows.reading.library import read_library
from flows.reading.problems import did_you_mean
from flows.wording import Level


def draw(flow: str, *, as_mermaid: bool) -> int:
    """Print the map. The exit status: 0, or 2 when the content cannot be read or there is no such flow."""
    folder = settings().content_dir
    files, problems = read_files(folder)
    reading = read_library(files)
    library = reading.library
    if library is None:
        # what a check would say about the words does not keep anybody from looking at the map
        errors = [each for each in (*problems, *reading.problems) if each.level is Level.ERROR]
        say_what_to_mend(folder, ContentError(errors))
        return 2
    if not flow:
        typer.echo(mermaid.charts(library) if as_mermaid else drawing.overview(library), nl=False)
        return 0
    found = library.flows.get(flow)
    if found is None:
        typer.echo(f"There is no flow {flow}: {did_you_mean(flow, library.flows)}", err=True)
        return 2
    typer.echo(mermaid.chart(found, library) if as_mermaid else drawing.outline(found, library), nl=False)
    return 0
