"""Flows that were withdrawn because they do harm: which of a release are, and the release without them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from flows.content import Flow, Library
from flows.reading.release import spelled
from flows.steps import Say
from flows.wording import Place

FOR_NOW = "withdrawn for now"  # the phrase that stands in for a flow nobody may start


def withdrawn_live(live: Library, standing: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The withdrawn flows of the live release. ``standing`` pairs a name with what the flow spelled when it was
    withdrawn: once a release has mended it, it may start again."""
    return frozenset(
        name for name, spelling in standing if name in live.flows and spelled(live.flows[name]) == spelling
    )


def withdrawn_pinned(pinned: Library, live: Library, standing: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The withdrawn flows of an older release: all that were withdrawn, but for those that are as the mended one is."""
    standing = tuple(standing)
    gone = withdrawn_live(live, standing)
    return frozenset(
        name
        for name, _ in standing
        if name in pinned.flows
        and (name in gone or name not in live.flows or spelled(pinned.flows[name]) != spelled(live.flows[name]))
    )


def without(library: Library, names: Collection[str], live: Library) -> Library:
    """The release with these flows silenced: who comes to one hears that it is not there for now, in today's words."""
    if not names:
        return library
    silenced = {name: _silenced(library.flows[name], live) for name in names}
    return replace(library, flows={**library.flows, **silenced})


def _silenced(flow: Flow, live: Library) -> Flow:
    words = live.phrases[FOR_NOW]
    say = Say(at=words.place or Place("phrases.yaml", 1), index=0, next=None, words=words)
    return replace(flow, only_if=None, no_reply=None, first=0, steps=(say,), tests=())
