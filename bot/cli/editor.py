"""``fingerpost schema``: completion and help for editors, and the reference of steps."""

from __future__ import annotations

from pathlib import Path

import typer

from bot.cli.opening import settings
from flows.pages import Example, pages
from flows.reading.registry import KINDS
from flows.schema import editor_settings, schemas, written


def write_schemas(folder: Path | None) -> int:
    """Write ``.schema/`` and ``.vscode/`` into the content folder. The exit status."""
    content = folder or settings().content_dir
    if not content.is_dir():
        typer.echo(f"There is no content folder {content}. Name one, or set CONTENT_DIR.", err=True)
        return 2
    for name, text in editor_files().items():
        path = content / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    typer.echo(f"{len(schemas())} files written to {content / '.schema'}. Editors that know YAML now help you type.")
    return 0


def write_pages(folder: Path) -> int:
    """Write one page a kind of step into ``folder``, with the flows under its ``examples/``. The exit status."""
    if not (folder / "examples").is_dir():
        typer.echo(f"There are no examples/ in {folder}. Name the folder of the reference, like docs/steps.", err=True)
        return 2
    made = step_pages(folder)
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    typer.echo(f"{len(made)} pages written to {folder}.")
    return 0


def step_pages(folder: Path) -> dict[str, str]:
    """The reference of steps: file name → text. The flows that it shows lie in ``examples/KIND/``."""
    examples = {
        kind: [
            Example(path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8"))
            for path in sorted((folder / "examples" / kind).glob("*.yaml"))
        ]
        for kind in KINDS
    }
    return pages(examples)


def editor_files() -> dict[str, str]:
    """What the command writes: path inside the content folder → text."""
    made = {f".schema/{name}.json": written(schema) for name, schema in schemas().items()}
    return made | {f".vscode/{name}": text for name, text in editor_settings().items()}
