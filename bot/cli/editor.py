"""``fingerpost schema``: completion and help for editors, written beside the content."""

from __future__ import annotations

from pathlib import Path

import typer

from bot.cli.opening import settings
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


def editor_files() -> dict[str, str]:
    """What the command writes: path inside the content folder → text."""
    made = {f".schema/{name}.json": written(schema) for name, schema in schemas().items()}
    return made | {f".vscode/{name}": text for name, text in editor_settings().items()}
