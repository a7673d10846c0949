"""The folder of shared material beside the checkout: specifications, examples, design documents.

Somebody who has only the repository lacks it, and the tests that read it skip. Where it is there, a missing file is a
failure: a skip would hide that nothing was checked.
"""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared"


def is_here() -> bool:
    return FOLDER.is_dir()


def shared(path: str) -> Path:
    """The shared file at ``path``, or skip the test where there is no shared folder at all."""
    if not is_here():
        pytest.skip("there is no shared folder beside this checkout")
    found = FOLDER / path
    assert found.exists(), f"shared/{path} is missing, though the shared folder is there"
    return found
