"""The reference of steps, one page a kind: what it does, a whole flow with it, what it takes, what is good to know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from flows import meanings
from flows.reading.registry import KINDS, StepKind

_MADE = "<!-- Made by `fingerpost schema --pages`: change flows/pages.py or examples/ instead. -->"


class Example(NamedTuple):
    """A whole flow that shows a step: where the file lies, from the page, and what is in it."""

    file: str
    text: str


NOTES: Mapping[str, tuple[str, ...]] = {
    "say": (
        "One purpose a message, 160 characters, at most 15 words a sentence. `check` says when a text costs two.",
        "Everything after `say:` is sent as it stands: colons, quotes and `#` too.",
        "`((nickname))` is filled in. `((alert.by))` is the time by which a person will act: never write one yourself.",
    ),
    "ask": (
        "It takes one of `answer:`, `scale:` or `choices:`, and a name for the answer: `save:` or `remember:`.",
        "`save:` keeps the answer with this flow; another flow reads it as `flow.name`, like `tea-or-walk.friday`. "
        "`remember:` changes what is known about the person, and needs an entry in `variables.yaml`.",
        "Two answers that nobody can read, and it moves on as unanswered: `not answered` under `when:` says what then. "
        "An answer that `when:` does not list goes on below the question.",
        "A question about age or consent also says `must: yes`: anything but a clear yes is then a no.",
        "The flow says what silence does: `no_reply:` at its top, or in the question where this one differs.",
        "New choices go last: people have learned the numbers. A choice is never STOP, YES, HELP or "
        "another word that a network acts on.",
        "Steps are set in three levels at most; what goes deeper becomes a flow of its own, and `run:`.",
    ),
    "rate": (
        "`next 2 from recovery-capital` asks the two that were answered longest ago; `all from recovery-capital` all.",
        "A flow that asks how somebody is shows a way to a person: an `alert:`, a `signpost:`, or MENTOR in its words.",
        "An item may name a signpost or a flow for a low answer, `low: mind-help at most 3`, in the instrument's file: "
        "for the lowest answer, once in a conversation.",
        "SKIP leaves an item out. LATER leaves the rest; of `all`, what is left is asked the day after.",
    ),
    "find": (
        "The groups come from `directory/groups.csv`. Offered are the next sessions of the nearest that fit.",
        "`with:` looks at the row's `access` and `for`; `for:` at its `needs`.",
        "`nothing found` and `not answered` go under `when:`. Below the step the group is there for blanks: "
        "`((group.name))`, `((group.place))`, `((group.day))`, and every other column. `((group.where))` is room, "
        "town, postcode and distance; `((group.note))` one line about the door; `((group.more))` all that helps to get "
        "there; `group.days` the days until it meets.",
        "Where nothing fits, the list says how the search was stretched: further away, another day, online.",
        "NEXT shows others, any time; MORE tells more of the one that was chosen; GROUPS TUE, GROUPS TN9 and the like "
        "answer the questions before the list, whose steps stand under `if: day not answered`.",
    ),
    "if": (
        "A test is a name, a word between and a value: `is`, `is not`, `at least`, `at most`, `more than`, "
        "`less than`, `one of`, `includes`; or a name and `answered`, `not answered`.",
        "Tests are joined by `and` or by `or`; where both are used, put brackets: `a is yes and (b is no or c is no)`.",
        "What was never answered makes a test false. So help for a low answer asks for both: "
        "`mood not answered or mood at most 2`.",
        "Text that people wrote themselves can only be `answered`.",
        "Besides answers and what is remembered there are `channel`, `language`, `today`, `joined` (a day), "
        "and `rated`: how many items they have ever rated. `rated not answered` means none yet.",
    ),
    "progress": (
        "What grew since the start, what is lowest now, one idea: `short:` and `idea:` in the instrument's file, and "
        "phrases that begin with `progress`. It names no number and no date.",
        "On Telegram a picture follows, with the same in words. Both come covered; a tap shows them.",
        "In a test, `given: rated 12 weeks ago = mind 3; home 5, rated = mind 7` says what was answered before.",
    ),
    "signpost": (
        "The words stand in `directory/signposts.yaml`, with the day that somebody last checked them.",
        "People always get today's entry, also in the middle of a conversation that began before you changed it.",
    ),
    "alert": (
        "Who hears, and when, stands in `escalation.yaml` under this name.",
        "An alert never carries what the person wrote. `about:` is yours; put no answer in it.",
        "Asking for somebody is agreeing, that once. Anywhere else it stands under `if: consent_mentor is yes`.",
        "Every alert needs a test with `! alert` in it. After it, say `((alert.by))`, never a time of your own.",
    ),
    "submit": (
        "`with:` names answers of this flow. They are kept sealed, and wait until a coordinator accepts or declines.",
        "The queue is `idea`, `grant` or `survey`. Left out, `with:` means all answers of the flow.",
    ),
    "referral": (
        "It goes into figures about the service, never to staff: how many got there, and what got in the way.",
        "`not there` also tells the coordinators that the door was shut. When a second person says so, the group is "
        "offered to nobody until somebody has checked it.",
        "`why:` keeps the name of the choice, never words that somebody wrote.",
    ),
    "set": (
        "Without `to:` the value is forgotten. `set: forget me` erases everything about the person.",
        "Consent is asked for, never set; `to: no` is the one exception.",
        "What only staff may change, `set_by: staff` in `variables.yaml`, no flow can set.",
    ),
    "run": (
        "Talk comes back to the step below it when the other flow has ended.",
        "Two flows that run each other need a question between them, or they would talk for ever.",
    ),
    "later": (
        "`after: 1 week`, or `on:` a weekday, a date of `variables.yaml`, or `day after group` (the day after the next "
        "session of the group that was chosen), or `day before group`: nothing is booked where that time has passed.",
        "The flow that is booked opens with a message that may show on a locked phone: no private word in it.",
        "Nothing goes out at night: it waits for the end of quiet hours.",
    ),
    "wait": (
        "Lengths are `30 minutes`, `24 hours`, `3 days`, `2 weeks`.",
        "What comes after the wait is sent unasked: no private word in it, and nothing at night.",
    ),
    "end": (
        "The reason is for your records and the map; nobody is sent it.",
        "The foot of the file ends the flow too. `end:` is for stopping before that.",
    ),
}
_ANSWERS = (
    ("`yes or no`", "`yh`, `nah`, `ok`, 👍, `no ta`; put `Y or N` at the end of the question"),
    ("`number 0 to 10`", "`7`, `seven`, `about a 7`, `7/10`; for `6 or 7` it asks which"),
    ("`text up to 20`", "their own words, up to so many letters"),
    ("`postcode`", "a whole one or its first half; no more than `TN9 1` is kept"),
    ("`postcode or town`", "`tn9`, `Tonbridge`, `near Newport`: it asks which Newport"),
    ("`day or any`", "`tues`, `tomorrow`, `any`"),
    ("`day and time`", "`mon 10am`, `fri at 3`; `between: 09:00 and 20:00` says which times will do"),
    ("`date`", "`25/12`, `3rd of May`"),
    ("`phone`", "a phone number"),
    ("`scale: 1 rough to 5 good`", "a number with a word at each end"),
    ("`choices:`", "the number, the words, their first words, a slip of one letter; `pick: many` takes several"),
)


_FILES = (
    ("`service.yaml`", meanings.SERVICE),
    ("`variables.yaml`: below each name", meanings.VARIABLE),
    ("`schedules.yaml`: each schedule", meanings.SCHEDULE),
    ("`schedules.yaml`: each of its `phases:`", meanings.PHASE),
    ("`escalation.yaml`: each alert", meanings.POLICY),
    ("`directory/signposts.yaml`: each signpost", meanings.SIGNPOST),
    ("`safety/crisis.yaml`: each rule", meanings.RULE),
    ("`instruments/`: each file", meanings.INSTRUMENT),
    ("`instruments/`: each of the `items:`", meanings.ITEM),
    ("`translations/`: each file", meanings.TRANSLATION),
    ("`translations/`: each of the `words:`, with the language's own letters, like `cy:`", meanings.ENTRY),
    ("`style.yaml`", meanings.STYLE),
)


def pages(examples: Mapping[str, Iterable[Example]]) -> dict[str, str]:
    """Every page by its file's name; ``examples`` are flows by the kind of step that they show."""
    made = {f"{name}.md": _page(kind, tuple(examples.get(name, ()))) for name, kind in KINDS.items()}
    return {"README.md": _index(), "files.md": _files(), **made}


def _index() -> str:
    rows = [f"| [`{name}`]({name}.md) | {kind.does} |" for name, kind in KINDS.items()]
    return _joined(
        _MADE,
        "# Steps",
        "A flow is a list of steps, in the order of talk. The first word of a step says what kind it is.",
        _table(("step", "what it does"), rows),
        "## A flow",
        _settings(meanings.FLOW),
        "## Silence: `no_reply:`",
        _settings(meanings.NO_REPLY),
        "## A test",
        _settings(meanings.TEST),
        "The settings of every other file: [the other files](files.md). "
        "How to write all of it: [the coordinators' guide](../coordinators.md). "
        "What goes wrong most often: [twenty mistakes](../mistakes.md).",
    )


def _files() -> str:
    parts = [part for head, takes in _FILES for part in (f"## {head}", _settings(takes))]
    return _joined(
        _MADE,
        "# The other files",
        "What each setting is. How the files belong together: [the coordinators' guide](../coordinators.md).",
        *parts,
        "[All steps](README.md)",
    )


def _page(kind: StepKind, examples: tuple[Example, ...]) -> str:
    parts = [_MADE, f"# `{kind.name}`", f"It {kind.does}."]
    for example in examples:
        parts += [f"`{example.file}`, a whole flow:", f"```yaml\n{example.text.rstrip()}\n```"]
    parts += ["## What it takes", _settings(kind.takes)]
    if "choices" in kind.takes:
        parts += ["## Kinds of answer", _table(("write", "it understands"), [f"| {a} | {b} |" for a, b in _ANSWERS])]
        parts += ["## A choice", _settings(meanings.CHOICE)]
    if "no_reply" in kind.takes:
        parts += ["## `no_reply:` in it", _settings(meanings.NO_REPLY)]
    parts += ["## Good to know", "\n".join(f"- {note}" for note in NOTES.get(kind.name, ()))]
    return _joined(*parts, "[All steps](README.md)")


def _settings(takes: Mapping[str, str]) -> str:
    return _table(("setting", "what to write"), [f"| `{name}` | {meaning} |" for name, meaning in takes.items()])


def _table(heads: tuple[str, str], rows: Iterable[str]) -> str:
    return "\n".join([f"| {heads[0]} | {heads[1]} |", "|---|---|", *rows])


def _joined(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"
