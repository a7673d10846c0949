"""A flow as a map: an outline that reads like its page, and one of all flows together. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flows.checking.transcripts import spoken_length
from flows.content import Flow, Library
from flows.lengths import longest
from flows.steps import (
    MORE_FLOW,
    Alert,
    Answer,
    Ask,
    Choices,
    DateAnswer,
    DayAndTime,
    DayOrAny,
    End,
    Find,
    If,
    Later,
    NoReply,
    Number,
    Phone,
    Postcode,
    Progress,
    Rate,
    Referral,
    Run,
    Say,
    Scale,
    Set,
    Signpost,
    Step,
    Submit,
    Text,
    Wait,
    YesNo,
)


class Line(NamedTuple):
    """One line of an outline. ``step`` is the step that it shows; None for a heading, such as an answer."""

    depth: int
    text: str
    step: int | None = None


class Branch(NamedTuple):
    """What stands set in below a step: under which words, and its first step (None: talk goes on below the step)."""

    label: str
    first: int | None


MOST_WORDS = 4  # of those that start a flow; the rest are spellings of the same
UNNAMED = "when the service needs it"


# ---------------------------------------------------------------- all flows


def overview(library: Library) -> str:
    """Every flow in a few lines: how it starts, where it leads, whom it tells."""
    told = []
    for flow in library.flows.values():
        lines = [*head(flow, library), *(Line(1, words) for words in outcomes(flow))]
        told.append("\n".join("  " * (line.depth or bool(number)) + line.text for number, line in enumerate(lines)))
    return "\n\n".join(told) + "\n"


def outcomes(flow: Flow) -> Iterator[str]:
    """What a flow may lead to, each kind on a line."""
    runs = [step.flow for step in flow.steps if isinstance(step, Run)]
    books = [step.flow for step in flow.steps if isinstance(step, Later)]
    alerts = [step.policy for step in flow.steps if isinstance(step, Alert)]
    queues = [step.queue for step in flow.steps if isinstance(step, Submit)]
    found = (("goes through", runs), ("books for later", books), ("may tell staff", alerts), ("may hand in", queues))
    for words, names in found:
        if names:
            yield f"{words}: {', '.join(dict.fromkeys(names))}"


# ---------------------------------------------------------------- one flow


def outline(flow: Flow, library: Library) -> str:
    """The map of one flow as plain text, two spaces for each level."""
    lines = [*head(flow, library), Line(0, ""), *body(flow)]
    return "\n".join("  " * line.depth + line.text for line in lines) + "\n"


def head(flow: Flow, library: Library) -> Iterator[Line]:
    """What a flow is, how it starts, and what silence does in it."""
    yield Line(0, f"{flow.name}: {flow.about}" if flow.about else flow.name)
    yield Line(0, f"starts {', or '.join(starts(flow, library))}")
    if flow.only_if is not None:
        yield Line(0, f"only if {flow.only_if.written}")
    if flow.no_reply is not None and (kept := silence(flow.no_reply)):
        yield Line(0, f"no reply: {kept}")
    yield Line(0, f"at its longest: {longest(flow, library)}")


def body(flow: Flow) -> Iterator[Line]:
    """The steps in page order, each branch set in below the words that lead to it."""
    yield from _block(flow, flow.first, None, 0)
    if flow.no_reply is not None and flow.no_reply.then is not None:
        yield Line(0, "when it closes without a reply →")
        yield from _block(flow, flow.no_reply.then, None, 1)


def _block(flow: Flow, first: int | None, until: int | None, depth: int) -> Iterator[Line]:
    number = first
    while number is not None and number != until:
        step = flow.steps[number]
        yield Line(depth, told(step), number)
        own = step.no_reply if isinstance(step, Ask | Find) else None
        for branch in branches(step):
            yield Line(depth + 1, f"{branch.label} →" if branch.first is not None else branch.label)
            yield from _block(flow, branch.first, step.next, depth + 2)
        if own is not None and own.then is None and (kept := silence(own)):
            yield Line(depth + 1, f"no reply: {kept}")
        number = step.next


def starts(flow: Flow, library: Library) -> list[str]:
    """Every way for a flow to start, in a few words each."""
    found = [f"by the schedule {each.name}" for each in library.schedules.values() if each.flow == flow.name]
    if flow.starts and not (flow.starts == "schedule" and found):
        found.append(
            {"schedule": "by a schedule", "alert": "with an alert"}.get(flow.starts, f"with the {flow.starts}")
        )
    word = "more" if flow.name == MORE_FLOW else flow.name.replace("-", " ")
    taught = [*library.words.get("en", {}).get(word, ()), *flow.words]
    if taught:
        found.append(f"by texting {' or '.join([word.upper() for word in dict.fromkeys(taught)][:MOST_WORDS])}")
    found += [f"after the words that worry us: {rule.name}" for rule in library.crisis if rule.then == flow.name]
    for other in library.flows.values():
        if any(isinstance(step, Run) and step.flow == flow.name for step in other.steps):
            found.append(f"inside {other.name}")
        if any(isinstance(step, Later) and step.flow == flow.name for step in other.steps):
            found.append(f"later, booked by {other.name}")
    for instrument in library.instruments.values():
        low = [item.name for item in instrument.items.values() if item.low_opens == flow.name]
        if low:
            found.append(f"after a low answer to {', '.join(low)} of {instrument.name}")
    return found or [UNNAMED]


def silence(held: NoReply) -> str:
    """What silence does: ``asks once more after 24 hours, closes after 48 hours (24 hours until early_until)``."""
    said = []
    if held.nudge is not None and held.say is not None:
        said.append(f"asks once more after {spoken_length(held.nudge)}")
    if held.close is not None:
        sooner = held.close_sooner
        until = f" ({spoken_length(sooner)} until {held.close_until})" if sooner is not None else ""
        said.append(f"closes after {spoken_length(held.close)}{until}")
    return ", ".join(said)


def told(step: Step) -> str:
    """What one step does, in one line."""
    match step:
        case Say():
            return f"says “{_words(step)}”"
        case Ask():
            where = "remembered" if step.remember else "saved"
            must = ", needs a clear yes" if step.must else ", may be skipped" if step.skip else ""
            return f"asks “{_words(step)}” ({kind(step.answer)}{must}, {where} as {step.name})"
        case Rate():
            count = "all" if step.count is None else f"the next {step.count}"
            return f"asks {count} of {step.instrument}"
        case Progress():
            return f"says what has changed in {step.instrument}"
        case Find():
            by = [f"near {step.near}"] * bool(step.near) + [f"on {step.on}"] * bool(step.on)
            by += [f"with {step.needs_met}"] * bool(step.needs_met) + [f"for {step.needs}"] * bool(step.needs)
            return f"finds {step.show} groups {', '.join(by)}: “{_words(step)}” (saved as {step.name})"
        case If():
            return f"if {step.test.written}"
        case Signpost():
            return f"sends the entry {step.name}"
        case Alert():
            within = f", within {step.within.written or spoken_length(step.within.length)}" if step.within else ""
            return f"tells staff: {step.policy}{within}"
        case Submit():
            return f"hands in {', '.join(step.answers) or 'the answers'} for staff to decide on: {step.queue}"
        case Referral():
            return f"keeps of the group: {step.came}{f', why: {step.why}' * bool(step.why)}"
        case Set(forget_me=True):
            return "forgets this person"
        case Set():
            return f"forgets {step.name}" if step.to is None else f"remembers {step.name} as {step.to}"
        case Run():
            return f"does {step.flow}, then comes back"
        case Later():
            return f"books {step.flow} {_booked(step)}"
        case Wait():
            return f"waits {spoken_length(step.length)}"
        case End():
            return f"ends: {step.reason}"
        case _:
            return type(step).__name__.lower()


def kind(answer: Answer) -> str:
    """A kind of answer as content writes it."""
    match answer:
        case YesNo():
            return "yes or no"
        case Number(low, high):
            return f"number {low} to {high}"
        case Scale(low, high, low_label, high_label):
            return f"{low} {low_label} to {high} {high_label}"
        case Text(longest):
            return f"text up to {longest}"
        case DayAndTime(earliest, latest) if earliest is not None and latest is not None:
            return f"day and time between {earliest:%H:%M} and {latest:%H:%M}"
        case Postcode(towns=True):
            return "postcode or town"
        case Choices(many=True):
            return "choose any"
        case Choices():
            return "choose one"
        case _:
            return _PLAIN[type(answer)]


_PLAIN: dict[type[Answer], str] = {
    Postcode: "postcode",
    DayOrAny: "day or any",
    DayAndTime: "day and time",
    DateAnswer: "date",
    Phone: "phone",
}


def branches(step: Step) -> Iterator[Branch]:
    """Everything set in below a step, in page order."""
    if isinstance(step, If):
        yield Branch("then", step.then)
        if step.otherwise is not None:
            yield Branch("else", step.otherwise)
    if isinstance(step, Ask) and isinstance(step.answer, Choices):
        for choice in step.answer.choices:
            alone = " (drops the others)" if choice.clears else ""
            yield Branch(choice.words.text["en"] + alone, choice.then)
    if isinstance(step, Ask | Find):
        for when in step.when:
            yield Branch(when.key, when.then)
        if step.no_reply is not None and step.no_reply.then is not None:
            yield Branch(f"no reply: {silence(step.no_reply)}", step.no_reply.then)


def _words(step: Say | Ask | Find) -> str:
    return " ".join(step.words.text["en"].split())


def _booked(step: Later) -> str:
    when = (
        f"after {spoken_length(step.after)}" if step.after is not None else f"on {step.on}".replace("on day", "the day")
    )
    return f"{when} at {step.clock:%H:%M}" if step.clock is not None else when


def _on(day: str) -> str:
    return f"on the {day}" if day.startswith("day ") else f"on {day}"


def _a(thing: str) -> str:
    return f"an {thing}" if thing.startswith("a") else f"a {thing}"
