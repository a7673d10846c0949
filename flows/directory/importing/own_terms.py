"""What Fingerpost knows of an initiative and Open Referral has no field for, kept in terms of taxonomies of our own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from flows.directory.cells import name_of
from flows.directory.importing.fields import Record, raw, record, records, text

TAXONOMY = "fingerpost"
NEED, AUDIENCE, ACCESS, KIND, SAMPLE = "need", "audience", "access", "kind", "sample"


class OwnTerms(NamedTuple):
    """What a service says in our own terms; each is empty where it says nothing."""

    needs: frozenset[str]
    audience: frozenset[str]
    access: Mapping[str, bool]
    kind: str
    sample: bool


def own_terms(service: Record) -> OwnTerms:
    """What was written by ``spelled``, read back."""
    said: dict[str, list[str]] = {}
    for taxonomy, term in _terms(service):
        said.setdefault(taxonomy, []).append(term)
    access = {}
    for term in said.get(ACCESS, []):
        what, _, answer = term.partition(":")
        if answer.strip() in ("yes", "no"):
            access[name_of(what)] = answer.strip() == "yes"
    return OwnTerms(
        needs=frozenset(map(name_of, said.get(NEED, []))),
        audience=frozenset(said.get(AUDIENCE, [])),
        access=access,
        kind=next(iter(said.get(KIND, [])), ""),
        sample=bool(said.get(SAMPLE)),
    )


def is_own(term: Record) -> bool:
    """Whether a term is of one of our own taxonomies."""
    return raw(term, "taxonomy").startswith(f"{TAXONOMY} ")


def _terms(service: Record) -> Iterator[tuple[str, str]]:
    for attribute in records(service, "attributes"):
        term = record(attribute, "taxonomy_term")
        if is_own(term) and (said := text(term, "name", 60)):
            yield raw(term, "taxonomy").removeprefix(f"{TAXONOMY} "), said


def spelled(
    needs: frozenset[str], audience: frozenset[str], access: Mapping[str, bool], kind: str, sample: bool
) -> list[tuple[str, str]]:
    """Pairs of taxonomy and term, in a fixed order."""
    found = [(NEED, each) for each in sorted(needs)] + [(AUDIENCE, each) for each in sorted(audience)]
    found += [(ACCESS, f"{each}: {'yes' if access[each] else 'no'}") for each in sorted(access)]
    found += [(KIND, kind)] if kind else []
    found += [(SAMPLE, "invented, for practice")] if sample else []
    return [(f"{TAXONOMY} {taxonomy}", term) for taxonomy, term in found]
