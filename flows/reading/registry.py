"""The kinds of step: one entry each, with what it takes and who builds it. Messages and reference read from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flows.reading import questions, steps
from flows.reading.steps import Draft
from flows.steps import Step


@dataclass(frozen=True, slots=True)
class StepKind:
    """``takes`` is setting → what it means, the kind's own name first."""

    name: str
    does: str
    takes: Mapping[str, str]
    build: Callable[[Draft], Step | None]


_SMS = {"sms": "the words for text messages, where they differ", "telegram": "the words for Telegram"}
_NO_REPLY = {"no_reply": "what silence does here, in place of the flow's own"}
_WHEN = {"when": "what follows each answer"}

KINDS: Mapping[str, StepKind] = {
    kind.name: kind
    for kind in (
        StepKind("say", "sends a message", {"say": "the words", **_SMS}, steps.build_say),
        StepKind(
            "ask",
            "asks, waits and understands",
            {
                "ask": "the question",
                "save": "the answer's name in this flow",
                "remember": "the entry of variables.yaml that the answer changes",
                "answer": "the kind of answer, like yes or no",
                "scale": "two numbers with a word each, like 1 rough to 5 good",
                "choices": "the answers to choose from, each with its outcome",
                "pick": "many, where several may be chosen",
                "example": "an answer to show to somebody who is stuck",
                "between": "the hours that a day and time may fall in",
                **_WHEN,
                **_NO_REPLY,
                "skip": "yes, where SKIP is an answer",
                "must": "yes, where anything but a clear yes is a no",
                "was": "the name that the answer had before, once it is renamed",
                **_SMS,
            },
            questions.build_ask,
        ),
        StepKind(
            "rate",
            "asks for self-ratings",
            {"rate": "next 2 from an instrument, or all from it"},
            steps.build_rate,
        ),
        StepKind(
            "progress",
            "says what has changed in the person's self-ratings, on Telegram with a picture",
            {"progress": "the instrument"},
            steps.build_progress,
        ),
        StepKind(
            "find",
            "offers groups from the directory",
            {
                "find": "groups",
                "near": "the answer that holds a postcode",
                "on": "the answer that holds a day",
                "with": "the answer that lists what must be true of a group",
                "for": "the answer that lists the needs it should serve",
                "show": "how many to offer",
                "ask": "the question above the list",
                "save": "the name of the group chosen",
                "was": "the name that the answer had before, once it is renamed",
                **_WHEN,
                **_NO_REPLY,
                **_SMS,
            },
            questions.build_find,
        ),
        StepKind(
            "if",
            "branches",
            {"if": "the condition", "then": "steps when it holds", "else": "steps when it does not"},
            steps.build_if,
        ),
        StepKind("signpost", "sends a checked entry", {"signpost": "its name"}, steps.build_signpost),
        StepKind(
            "alert",
            "tells staff",
            {
                "alert": "the policy in escalation.yaml",
                "within": "by when coordinators hear at the latest",
                "about": "what the alert says; never the person's answers",
            },
            steps.build_alert,
        ),
        StepKind(
            "submit",
            "hands answers to a review queue",
            {
                "submit": "the queue: idea, grant or survey",
                "with": "names of this flow's answers, with commas; left out, all of them",
                "about": "what it is, in a few words of English; staff read it, and people in any language hear it as"
                " it stands",
            },
            steps.build_submit,
        ),
        StepKind(
            "referral",
            "keeps what came of the group that was chosen",
            {
                "referral": "company wanted, went, did not go, not there or no answer",
                "why": "the answer that says what got in the way",
            },
            steps.build_referral,
        ),
        StepKind(
            "set",
            "remembers or forgets one value",
            {"set": "the variable, or forget me", "to": "the value; left out, it is forgotten"},
            steps.build_set,
        ),
        StepKind("run", "does another flow, then comes back", {"run": "the flow"}, steps.build_run),
        StepKind(
            "later",
            "books a flow",
            {"later": "the flow", "on": "the day", "at": "the time", "after": "how long from now"},
            steps.build_later,
        ),
        StepKind("wait", "waits", {"wait": "how long, like 3 days"}, steps.build_wait),
        StepKind("end", "stops early", {"end": "the reason, for the record"}, steps.build_end),
    )
}
