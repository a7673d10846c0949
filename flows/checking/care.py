"""Checks of the rules that keep people safe: consent, low answers, silence, the lock screen, words carriers take."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from flows import blanks
from flows.checking.paths import CONSENT_TO_TELL, Sure, first_spoken, silence, steps_from
from flows.conditions import tests_of
from flows.content import Flow, Library
from flows.reading.problems import Problems
from flows.steps import (
    Alert,
    Ask,
    Choices,
    Find,
    If,
    NoReply,
    Progress,
    Rate,
    Run,
    Say,
    Scale,
    Set,
    Signpost,
    Step,
    Text,
)
from flows.wording import Place, Wording

# Twilio acts on these itself when they are the whole message.
CARRIER_WORDS = frozenset(
    (
        *("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"),
        *("start", "yes", "unstop", "help", "info"),
    )
)
_HEARD_FIRST = ("stop", "join", "help", "delete", "pause")  # understood before the answers of an open question
_AGE = re.compile(r"\b(18|eighteen) (or|and) over\b|\bover (18|eighteen)\b|\bhow old\b|\byour age\b", re.IGNORECASE)


def check_care(
    flow: Flow, reached: Mapping[int, Sure], library: Library, booked: AbstractSet[str], problems: Problems
) -> None:
    """The errors of one flow's care for the person. ``booked`` names what a ``later`` or a schedule starts."""
    for step in flow.steps:
        if isinstance(step, Ask):
            _check_must(step, library, problems)
            _check_choices(step, library, problems)
            _check_low_ranges(step, flow, problems)
        elif isinstance(step, If):
            _check_low_branch(step, flow, problems)
        elif isinstance(step, Set):
            _check_consent_is_asked(step, library, problems)
        elif isinstance(step, Alert):
            _check_consent_to_alert(step, flow, reached, problems)
    _check_way_out(flow, library, problems)
    check_discreet(flow, library, flow.name in booked, problems)


# ---------------------------------------------------------------- consent


def _check_must(step: Ask, library: Library, problems: Problems) -> None:
    variable = library.variables.get(step.name) if step.remember else None
    consent = variable is not None and variable.kind == "consent"
    if step.must or not (consent or _AGE.search(step.words.text["en"])):
        return
    what = "A muddled answer about consent must be a no." if consent else "A muddled answer about age must be a no."
    problems.error(step.at, "must", what, "add must: yes")


def _check_consent_is_asked(step: Set, library: Library, problems: Problems) -> None:
    variable = library.variables.get(step.name)
    if variable is None or step.to is None:
        return
    if variable.kind == "consent" and step.to.casefold() != "no":
        problems.error(step.at, "consent", "Consent is asked for, never set.", "ask for it, with must: yes")


def _check_consent_to_alert(step: Alert, flow: Flow, reached: Mapping[int, Sure], problems: Problems) -> None:
    """Asking for somebody is consent to that one alert; so is a word texted to start this flow. Silence is not."""
    sure = reached.get(step.index)
    if sure is None or sure.consented or (sure.chosen and not sure.silent):
        return
    if not sure.silent and flow.starts != "schedule":
        return
    what = "This tells staff about somebody who has not agreed to it."
    problems.error(step.at, "consent", what, f"put it under - if: {CONSENT_TO_TELL} is yes")


# ---------------------------------------------------------------- low answers


def _check_low_branch(step: If, flow: Flow, problems: Problems) -> None:
    scales = {ask.name: ask.answer for ask in _asks(flow) if isinstance(ask.answer, Scale)}
    tests = list(tests_of(step.test))
    for test in tests:
        scale = scales.get(test.name)
        if scale is None or test.op not in ("at most", "less than", "is"):
            continue
        if test.op == "is" and test.value != str(scale.low):
            continue
        if not any(other.name == test.name and other.op == "not answered" for other in tests):
            what = f"An answer that nobody can read would skip this: {test.name} may be unanswered."
            problems.error(step.at, "help skipped", what, f"type - if: {test.name} not answered or {step.test.written}")
        _check_silence(flow, step.then, step.next, problems)
        return


def _check_low_ranges(step: Ask, flow: Flow, problems: Problems) -> None:
    if not isinstance(step.answer, Scale):
        return
    for branch in step.when:
        if branch.low != step.answer.low:
            continue
        if not any(other.key == "not answered" for other in step.when):
            what = "An answer that nobody can read would skip the help under " + branch.key + ":"
            problems.error(step.at, "help skipped", what, "add not answered: with the same help.")
        _check_silence(flow, branch.then, step.next, problems)


def _check_silence(flow: Flow, start: int | None, until: int | None, problems: Problems) -> None:
    for inner in steps_from(flow, start, until):
        if isinstance(inner, Ask | Find) and silence(inner, flow) is None:
            what = "Somebody who gave a low answer and goes quiet here is let go of."
            problems.error(inner.at, "silence", what, "add no_reply: with close: and then: steps that tell a mentor.")


def _check_way_out(flow: Flow, library: Library, problems: Problems) -> None:
    feelings = [step for step in flow.steps if isinstance(step, Rate) or (isinstance(step, Ask) and _feels(step))]
    if not feelings or any(isinstance(step, Alert | Signpost) for step in flow.steps):
        return
    taught = [spelling for spoken in library.words.values() for spelling in spoken.get("mentor", ())[:1]]
    said = " ".join(wording.text["en"] for _, wording in wordings(flow))
    if not any(re.search(rf"\b{re.escape(word)}\b", said) for word in taught):
        what = "This flow asks how somebody is and shows no way to a person."
        problems.error(feelings[0].at, "no way out", what, "say it: Text MENTOR any time to reach a person.")


def _feels(step: Ask) -> bool:
    return isinstance(step.answer, Scale)


def _asks(flow: Flow) -> Iterator[Ask]:
    return (step for step in flow.steps if isinstance(step, Ask))


# ---------------------------------------------------------------- words that never arrive


def _check_choices(step: Ask, library: Library, problems: Problems) -> None:
    if not isinstance(step.answer, Choices):
        return
    ours = {
        spelling.casefold()
        for spoken in library.words.values()
        for word in _HEARD_FIRST
        for spelling in spoken.get(word, ())
    }
    for choice in step.answer.choices:
        labels = (words.casefold().strip(" .!?") for words in choice.words.text.values())
        label = next((label for label in labels if label in CARRIER_WORDS or label in ours), None)
        if label is not None:
            place = choice.words.place or step.at
            what = f"Somebody who types {label.upper()} would be taken to mean something else by us or the network."
            problems.error(place, "swallowed", what, "use other words for this choice.")


# ---------------------------------------------------------------- what a locked phone may show


def wordings(flow: Flow) -> Iterator[tuple[Place, Wording]]:
    """Everything that a flow says, nudges and choices included."""
    yield from _nudge(flow.no_reply, flow.place)
    for step in flow.steps:
        if isinstance(step, Say | Ask | Find):
            yield step.words.place or step.at, step.words
        if isinstance(step, Ask | Find):
            yield from _nudge(step.no_reply, step.at)
        if isinstance(step, Ask) and isinstance(step.answer, Choices):
            for choice in step.answer.choices:
                yield choice.words.place or step.at, choice.words


def _nudge(held: NoReply | None, place: Place) -> Iterator[tuple[Place, Wording]]:
    if held is not None and held.say is not None:
        yield held.say.place or place, held.say


def check_discreet(flow: Flow, library: Library, booked: bool, problems: Problems) -> None:
    """The opening of a flow that the bot starts, and every nudge."""
    private = private_pattern(library)
    if booked or flow.starts in ("schedule", "alert"):
        for step in _opens_with(flow, library, set()):
            if isinstance(step, Progress):
                what = "How somebody's life goes may be read on a locked phone: the bot sends this unasked."
                problems.error(step.at, "private word", what, "ask first whether they would like to see it.")
    for place, wording in started_by_us(flow, library, booked):
        for words in {*wording.text.values(), *wording.sms.values(), *wording.telegram.values()}:
            shown = blanks.fill(words, lambda name: library.service.written.get(name.removeprefix("service."), ""))
            if private is not None and (found := private.search(shown)):
                what = f"{found[0]} may be read on a locked phone: the bot sends this unasked."
                problems.error(place, "private word", what, "say it without that word.")
            for name in blanks.names_in(words):
                if not _may_show(name, library):
                    what = f"(({name})) may be read on a locked phone: the bot sends this unasked."
                    problems.error(place, "private word", what, "leave it out, or mark the variable shows: yes")


def private_pattern(library: Library) -> re.Pattern[str] | None:
    """Finds the words that may not show on a locked phone; None where there are none."""
    if not library.private_words:
        return None
    words = "|".join(re.escape(word) for word in sorted(library.private_words, key=len, reverse=True))
    return re.compile(rf"\b(?:{words})s?\b", re.IGNORECASE)


def _may_show(name: str, library: Library) -> bool:
    variable = library.variables.get(name)
    if variable is not None:
        return variable.shows
    return name.startswith(("service.", "alert.")) or name in ("today", "joined")


def started_by_us(flow: Flow, library: Library, booked: bool) -> Iterator[tuple[Place, Wording]]:
    """What the bot sends unasked: every nudge, and how a flow opens that is booked or scheduled."""
    yield from _nudge(flow.no_reply, flow.place)
    for step in flow.steps:
        if isinstance(step, Ask | Find):
            yield from _nudge(step.no_reply, step.at)
    if booked or flow.starts in ("schedule", "alert"):
        for step in _opens_with(flow, library, set()):
            if isinstance(step, Say | Ask | Find):
                yield step.words.place or step.at, step.words
            elif isinstance(step, Signpost) and step.name in library.helplines:
                yield step.at, library.helplines[step.name].say


def _opens_with(flow: Flow, library: Library, seen: set[str]) -> Iterator[Step]:
    """Every step that may be the first to say something, in this flow or in one that it runs."""
    seen.add(flow.name)
    for step in first_spoken(flow):
        yield step
        if isinstance(step, Run) and step.flow in library.flows and step.flow not in seen:
            yield from _opens_with(library.flows[step.flow], library, seen)


# ---------------------------------------------------------------- languages


def check_languages(library: Library, problems: Problems) -> None:
    """Where people answer in their own words, worrying ones must be heard in every language on offer."""
    free = any(
        isinstance(step, Ask) and isinstance(step.answer, Text) for f in library.flows.values() for step in f.steps
    )
    if not library.crisis and problems.errors_in("safety/crisis.yaml"):
        return  # the file is missing: that has been said
    for language in library.service.languages if free else ():
        if not any(rule.hear.get(language) for rule in library.crisis):
            what = f"{language} is offered, and no crisis rule hears it."
            place = Place("service.yaml", 1)
            problems.error(
                place, "language", what, f"add hear {language}: to safety/crisis.yaml, or leave {language} out."
            )
