"""The words that start a flow: each must reach it, whatever else the service listens for."""

from __future__ import annotations

from flows.content import Flow, Library
from flows.reading.problems import Problems
from flows.talking.plain import bare
from flows.talking.stopping import CARRIER_STOP
from flows.talking.words import ANSWERS, Vocabulary

# What these do comes first, with a flow of that name or without.
_ALWAYS_OURS = ANSWERS | {"stop", "wrong number", "delete", "help", "pause", "thanks", "next", "more"}


def check_starting_words(library: Library, problems: Problems) -> None:
    """Refuses those that are heard as something else, and those that begin like STOP."""
    heard = Vocabulary(library.words)
    answers = {
        bare(spelling): word
        for spoken in library.words.values()
        for word in ANSWERS
        for spelling in spoken.get(word, ())
    }
    stops = {bare(word) for word in CARRIER_STOP}
    stops |= {bare(word) for spoken in library.words.values() for word in spoken.get("stop", ()) if " " not in word}
    for flow in library.flows.values():
        for word in flow.words:
            plain = bare(word)
            command = heard.hear(word)
            meant = answers.get(plain) or (command.word if command is not None else "")
            if meant and not _is_free(flow, meant, library):
                what = f"The word {word} already means {meant} everywhere, and would never start this."
                problems.error(flow.place, "taken word", what, "choose another word for words:")
            elif plain.split(" ")[0] in stops:
                what = f"{word} begins with {plain.split(' ')[0].upper()}: whoever texts that may want no more texts."
                problems.error(flow.place, "taken word", what, "choose another word for words:")


def _is_free(flow: Flow, meant: str, library: Library) -> bool:
    """A word of ``words.yaml`` starts the flow of its name, or this one where there is none of that name.

    JOIN starts the flow that a first message starts.
    """
    name = meant.replace(" ", "-")
    if meant == "join":
        return flow.starts == "first message"
    return name == flow.name or (meant not in _ALWAYS_OURS and name not in library.flows)
