"""Every place in the content where words are said to a person, by the name that a translation gives it.

English stands in the content itself. A translation is kept apart, one file for each flow and language, and is put
beside the English here: ``through`` goes to each place in turn and takes back what is said there, in every language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from flows.content import Flow, Helpline, Instrument, Item, Library, Service, Variable
from flows.phrasebook import PHRASES, is_for_staff
from flows.steps import Answer, Ask, Choices, Find, NoReply, Say, Scale, Step
from flows.wording import Place, Wording

ENGLISH = "en"
PHRASES_FILE, SAFETY_FILE, VARIABLES_FILE, SERVICE_FILE = "phrases", "safety", "variables", "service"
SAFETY, CONSENT = "safety", "consent"

_EMERGENCY = re.compile(r"\b999\b")
# "1 garw i 5 da", "1 źle do 5 dobrze": between the two stands one word, whatever it is in that language.
_SCALE = re.compile(r"(\d{1,3}) (\S.*?) (?:\S{1,5}) (\d{1,3}) (\S.*)")


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """One thing to be translated. ``file`` is its file's name without ``.yaml``; ``part`` is "" for the words
    themselves, "scale", or "choices" and the choice's name."""

    file: str
    at: str
    part: str = ""

    def __str__(self) -> str:
        return f"{self.at} {self.part}".strip()


@dataclass(frozen=True, slots=True)
class Said:
    """What is said at a spot, by language. ``grave`` is "safety" or "consent" where a wrong word does harm, else "".

    ``step`` is what it belongs to, to be laid out with; ``asks`` is the answer that the words ask for.
    """

    spot: Spot
    table: Mapping[str, str]
    place: Place | None
    grave: str = ""
    step: Step | None = None
    asks: Answer | None = None

    @property
    def english(self) -> str:
        return self.table[ENGLISH]


@dataclass(frozen=True, slots=True)
class Pair:
    """The English as it was when somebody translated it, and their words. ``was`` is English older still: the words
    have changed since, and nobody has looked at the translation yet.

    ``lines`` is setting → the line where it stands; ``short`` is a choice or scale without the English beside it.
    """

    spot: Spot
    en: str
    words: str
    was: str
    place: Place
    lines: Mapping[str, int] = field(default_factory=dict)
    short: bool = False

    @property
    def translated_from(self) -> str:
        """The English that the words were made from; "" where nobody can know."""
        return self.was or self.en


@dataclass(frozen=True, slots=True)
class Translation:
    """Everything that was written in one language. ``reviewed_by`` is file → who read it."""

    language: str
    reviewed_by: Mapping[str, str] = field(default_factory=dict)
    pairs: Mapping[Spot, Pair] = field(default_factory=dict)
    spare: tuple[Pair, ...] = ()  # pairs for something that nothing says any more

    def fits(self, pair: Pair, english: str) -> bool:
        """Whether these words were made from the English that is said now."""
        return not pair.was and same_words(pair.en, english)


Visit = Callable[[Said], Mapping[str, str]]


def same_words(one: str, other: str) -> bool:
    """Whether two wordings differ in line breaks and spaces at most."""
    return " ".join(one.split()) == " ".join(other.split())


def everything_said(library: Library) -> tuple[Said, ...]:
    """Every spot, in page order, flow by flow."""
    found: list[Said] = []

    def note(said: Said) -> Mapping[str, str]:
        found.append(said)
        return said.table

    through(library, note)
    return tuple(found)


def through(library: Library, visit: Visit) -> Library:
    """The same library, in which every spot says what ``visit`` returns for it."""
    return replace(
        library,
        flows={name: _flow(flow, library.variables, visit) for name, flow in library.flows.items()},
        phrases=_phrases(library.phrases, visit),
        helplines={name: _helpline(line, visit) for name, line in library.helplines.items()},
        instruments={name: _instrument(each, visit) for name, each in library.instruments.items()},
        variables={name: _variable(each, visit) for name, each in library.variables.items()},
        service=_service(library.service, visit),
    )


# ---------------------------------------------------------------- one file


def _phrases(phrases: Mapping[str, Wording], visit: Visit) -> dict[str, Wording]:
    return {
        name: wording if name not in PHRASES or is_for_staff(name) else _visited(wording, PHRASES_FILE, name, visit)
        for name, wording in phrases.items()
    }


def _helpline(line: Helpline, visit: Visit) -> Helpline:
    return replace(line, say=_visited(line.say, SAFETY_FILE, line.name, visit, grave=SAFETY))


def _instrument(instrument: Instrument, visit: Visit) -> Instrument:
    items = {name: _item(item, instrument, visit) for name, item in instrument.items.items()}
    spot = Spot(instrument.name, "scale", "scale")
    return replace(instrument, items=items, scale=_scale(instrument.scale, spot, instrument.place, visit))


def _item(item: Item, instrument: Instrument, visit: Visit) -> Item:
    def told(words: Wording | None, part: str) -> Wording | None:
        return words and _visited(words, instrument.name, f"{item.name} {part}", visit)

    say = _visited(item.say, instrument.name, item.name, visit, asks=instrument.scale)
    return replace(item, say=say, short=told(item.short, "short"), idea=told(item.idea, "idea"))


def _variable(variable: Variable, visit: Visit) -> Variable:
    if not variable.if_empty:
        return variable
    table = {ENGLISH: variable.if_empty, **variable.if_empty_in}
    said = visit(Said(Spot(VARIABLES_FILE, variable.name), table, variable.place))
    return replace(variable, if_empty_in=_others(said))


def _service(service: Service, visit: Visit) -> Service:
    """How long things are kept is told in words: "6 years"."""
    kept = service.written.get("keep_for", "")
    if not kept:
        return service
    table = {ENGLISH: kept, **service.written_in.get("keep_for", {})}
    said = visit(Said(Spot(SERVICE_FILE, "keep_for"), table, Place("service.yaml", 1)))
    others = _others(said)
    return replace(service, written_in={"keep_for": others}) if others else service


# ---------------------------------------------------------------- a flow


class _Names:
    """``mood``, and ``mood 2`` where a flow asks for it twice."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def take(self, name: str) -> str:
        self._used[name] = count = self._used.get(name, 0) + 1
        return name if count == 1 else f"{name} {count}"


def _flow(flow: Flow, variables: Mapping[str, Variable], visit: Visit) -> Flow:
    names = _Names()
    no_reply = _nudge(flow.no_reply, flow.name, names.take("nudge"), visit)
    steps: list[Step] = []
    says = 0
    for step in flow.steps:
        if isinstance(step, Say):
            says += 1
            steps.append(replace(step, words=_visited(step.words, flow.name, f"say {says}", visit, step=step)))
        elif isinstance(step, Ask):
            steps.append(_ask(step, flow.name, names.take(step.name), _asks_consent(step, variables), visit))
        elif isinstance(step, Find):
            at = names.take(step.name)
            words = _visited(step.words, flow.name, at, visit, step=step)
            steps.append(replace(step, words=words, no_reply=_nudge(step.no_reply, flow.name, f"{at} nudge", visit)))
        else:
            steps.append(step)
    return replace(flow, no_reply=no_reply, steps=tuple(steps))


def _asks_consent(step: Ask, variables: Mapping[str, Variable]) -> bool:
    variable = variables.get(step.name) if step.remember else None
    return step.must or (variable is not None and variable.kind == "consent")


def _ask(step: Ask, file: str, at: str, consent: bool, visit: Visit) -> Ask:
    grave = CONSENT if consent else ""
    words = _visited(step.words, file, at, visit, grave=grave, step=step, asks=step.answer)
    answer = step.answer
    if isinstance(answer, Scale):
        answer = _scale(answer, Spot(file, at, "scale"), step.words.place, visit)
    elif isinstance(answer, Choices):
        choices = tuple(
            replace(choice, words=_visited(choice.words, file, at, visit, part=f"choices {choice.name}"))
            for choice in answer.choices
        )
        answer = replace(answer, choices=choices)
    no_reply = _nudge(step.no_reply, file, f"{at} nudge", visit)
    return replace(step, words=words, answer=answer, no_reply=no_reply)


def _nudge(rule: NoReply | None, file: str, at: str, visit: Visit) -> NoReply | None:
    if rule is None or rule.say is None:
        return rule
    return replace(rule, say=_visited(rule.say, file, at, visit))


# ---------------------------------------------------------------- one wording


def _visited(
    wording: Wording,
    file: str,
    at: str,
    visit: Visit,
    *,
    part: str = "",
    grave: str = "",
    step: Step | None = None,
    asks: Answer | None = None,
) -> Wording:
    """The words, and those for one channel alone under a name of their own: ``mood sms``."""

    def told(table: Mapping[str, str], name: str) -> Mapping[str, str]:
        if ENGLISH not in table:
            return table
        weight = grave or (SAFETY if _EMERGENCY.search(table[ENGLISH]) else "")
        return visit(Said(Spot(file, name, part), table, wording.place, weight, step, asks))

    # a choice's own words for one channel go by the choice's name as well, so they stay untranslated
    if part:
        return replace(wording, text=told(wording.text, at))
    return replace(
        wording,
        text=told(wording.text, at),
        sms=told(wording.sms, f"{at} sms"),
        telegram=told(wording.telegram, f"{at} telegram"),
    )


def _scale(scale: Scale, spot: Spot, place: Place | None, visit: Visit) -> Scale:
    ends = {ENGLISH: (scale.low_label, scale.high_label), **scale.labels}
    table = {language: f"{scale.low} {low} to {scale.high} {high}" for language, (low, high) in ends.items()}
    said = visit(Said(spot, table, place))
    labels = {}
    for language, words in _others(said).items():
        read = scale_words(words, scale.low, scale.high) if words != table.get(language) else ends[language]
        if read is not None:
            labels[language] = read
    return replace(scale, labels=labels)


def scale_words(written: str, low: int, high: int) -> tuple[str, str] | None:
    """The two labels of ``1 garw i 5 da``; None where the numbers are not ``low`` and ``high``."""
    found = _SCALE.fullmatch(" ".join(written.split()))
    if found is None or (int(found[1]), int(found[3])) != (low, high):
        return None
    return found[2], found[4]


def _others(table: Mapping[str, str]) -> dict[str, str]:
    return {language: words for language, words in table.items() if language != ENGLISH}


def merged(library: Library, translations: Iterable[Translation]) -> Library:
    """The library with every translation beside the English."""
    written = list(translations)

    def visit(said: Said) -> Mapping[str, str]:
        table = dict(said.table)
        for translation in written:
            pair = translation.pairs.get(said.spot)
            if pair is not None and pair.words:
                table[translation.language] = pair.words
        return table

    return through(library, visit) if written else library
