"""docs/bad-input.md, written from the table: ``python -m tests.bad_input.page``."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bad_input.kinds import Group
from tests.bad_input.table import GROUPS, KINDS
from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "bad-input.md"
HEAD = f"""\
# Bad input, and what becomes of it

{len(KINDS)} kinds in {len(GROUPS)} groups. Each is sent to the real service, by the doors through which people and
providers come, and what stands here is held against what happened: words in “quotes” reached the person, what is
`set like this` is what the operator could see, and nothing else was answered otherwise than 200, stood in the log as a
warning or worse, or opened an alert. After each of them the next person is heard. No answer is ever a 500.

“A row in the inbox” means that it is kept, sealed like everything that people say. “Nothing is written” means that
every table has the rows it had.

This page is written by `python -m tests.bad_input.page`, and a test keeps it true.
"""


def rendered() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for group in GROUPS for line in _section(group))])


def _section(group: Group) -> Iterator[str]:
    yield f"## {group.name}"
    yield ""
    yield "| What comes | The person sees | The operator sees |"
    yield "|---|---|---|"
    for kind in group.kinds:
        yield f"| {_cell(kind.what)} | {_cell(kind.sees)} | {_cell(kind.operator)} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    PAGE.write_text(rendered(), encoding="utf-8")
