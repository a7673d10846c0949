"""Invented groups among what was imported: they are for practice, and nobody real is sent to them."""

from __future__ import annotations

from dataclasses import replace

from flows.directory.cells import is_drama_number
from flows.directory.model import Imported, Initiative, Note

_WHAT = "Its number is one that Ofcom keeps for drama, so it is taken as invented: it is offered in practice alone."


def samples_marked(imported: Imported) -> Imported:
    """The same with every initiative a sample that has a number of nobody's, each said in the report."""
    notes = [Note(each.name, _WHAT) for each in imported.initiatives if _is_invented(each) and not each.sample]
    initiatives = tuple(replace(each, sample=each.sample or _is_invented(each)) for each in imported.initiatives)
    return imported._replace(initiatives=initiatives, notes=(*imported.notes, *notes))


def _is_invented(initiative: Initiative) -> bool:
    return bool(initiative.phone) and is_drama_number(initiative.phone)
