"""Builds the steps of a flow that do not wait for an answer; ``questions`` builds those that do."""

from __future__ import annotations

from dataclasses import dataclass, field

from flows.reading.fields import Fields
from flows.reading.links import Links
from flows.reading.outline import Outline
from flows.reading.problems import Problems, did_you_mean
from flows.reading.values import read_length, read_list, read_time
from flows.spans import read_span
from flows.steps import (
    CAME,
    QUEUES,
    Alert,
    End,
    If,
    Later,
    Progress,
    Rate,
    Referral,
    Run,
    Say,
    Set,
    Signpost,
    Step,
    Submit,
    Wait,
)
from flows.timing import weekday_named
from flows.wording import Place, Wording

GROUP_DAYS = ("day after group", "day before group")
LENGTH_FIX = "write it like 24 hours or 3 days."
_RATE_FIX = "write it like rate: next 2 from recovery-capital"


@dataclass(slots=True)
class Page:
    """The flow that is being read: its outline, and where to note faults and names."""

    name: str
    outline: Outline
    problems: Problems
    links: Links


@dataclass(slots=True)
class Draft:
    """One step as written, ready to be built."""

    fields: Fields
    at: Place
    index: int
    next: int | None
    page: Page = field(repr=False)

    def first(self, key: str) -> int | None:
        """The first step of the block under ``key:``."""
        return self.page.outline.first(self.fields.node(key))

    def mention(self, kind: str, key: str) -> str:
        """The name after ``key:``, noted to be looked up among things of this kind."""
        name = self.fields.text(key)
        self.page.links.mention(kind, name, self.fields.place_of(key))
        return name

    def use(self, key: str) -> str:
        """The answer or variable named after ``key:``."""
        name = self.fields.text(key)
        self.page.links.use(self.page.name, name, self.fields.place_of(key))
        return name

    def wording(self, key: str) -> Wording:
        return read_wording(self.fields, key, self.page.name, self.page.links)


def read_wording(fields: Fields, key: str, flow: str, links: Links) -> Wording:
    """The words after ``key:``, with ``sms:`` and ``telegram:`` beside it where they differ."""
    wording = Wording(
        {"en": fields.text(key)},
        {"en": fields.text("sms")} if "sms" in fields else {},
        {"en": fields.text("telegram")} if "telegram" in fields else {},
        fields.place_of(key),
    )
    links.words(flow, wording, fields.problems)
    return wording


def build_say(draft: Draft) -> Step:
    return Say(at=draft.at, index=draft.index, next=draft.next, words=draft.wording("say"))


def build_rate(draft: Draft) -> Step | None:
    written = draft.fields.text("rate")
    amount, found, instrument = written.partition(" from ")
    words = amount.split()
    place = draft.fields.place_of("rate")
    if found and words == ["all"]:
        count = None
    elif found and len(words) == 2 and words[0] == "next" and words[1].isdecimal() and int(words[1]) > 0:
        count = int(words[1])
    else:
        draft.page.problems.error(place, "not understood", f"rate: {written} is not understood.", _RATE_FIX)
        return None
    draft.page.links.mention("instrument", instrument.strip(), place)
    return Rate(at=draft.at, index=draft.index, next=draft.next, instrument=instrument.strip(), count=count)


def build_progress(draft: Draft) -> Step:
    instrument = draft.mention("instrument", "progress")
    return Progress(at=draft.at, index=draft.index, next=draft.next, instrument=instrument)


def build_if(draft: Draft) -> Step | None:
    draft.fields.need("then", "say what to do: then: and steps below it.")
    test = draft.page.links.condition(
        draft.page.name, draft.fields.text("if"), draft.fields.place_of("if"), draft.page.problems
    )
    if test is None:
        return None
    return If(
        at=draft.at,
        index=draft.index,
        next=draft.next,
        test=test,
        then=draft.first("then"),
        otherwise=draft.first("else"),
    )


def build_signpost(draft: Draft) -> Step:
    return Signpost(at=draft.at, index=draft.index, next=draft.next, name=draft.mention("signpost", "signpost"))


def build_alert(draft: Draft) -> Step:
    about = draft.fields.text("about")
    if "((" in about:
        what = "What an alert says is read on a mentor's phone: it never holds an answer."
        fix = "say it in words that fit everybody, with no ((blank))."
        draft.page.problems.error(draft.fields.place_of("about"), "copies an answer", what, fix)
    return Alert(
        at=draft.at,
        index=draft.index,
        next=draft.next,
        policy=draft.mention("policy", "alert"),
        within=draft.fields.read("within", read_span, LENGTH_FIX),
        about=about,
    )


def build_submit(draft: Draft) -> Step:
    fields, problems = draft.fields, draft.page.problems
    queue = fields.text("submit")
    if queue and queue not in QUEUES:
        what = f"There is no queue {queue}: nobody would read what is handed in."
        problems.error(fields.place_of("submit"), "unknown queue", what, did_you_mean(queue, QUEUES))
    names = read_list(fields.text("with"))
    for name in names:
        draft.page.links.hand_in(draft.page.name, name, fields.place_of("with"))
    return Submit(
        at=draft.at, index=draft.index, next=draft.next, queue=queue, answers=names, about=fields.text("about") or queue
    )


def build_referral(draft: Draft) -> Step:
    came, place = draft.fields.text("referral"), draft.fields.place_of("referral")
    if came and came not in CAME:
        what = f"Nothing is kept of a group as “{came}”."
        draft.page.problems.error(place, "not understood", what, did_you_mean(came, CAME))
    return Referral(at=draft.at, index=draft.index, next=draft.next, came=came, why=draft.use("why"))


def build_set(draft: Draft) -> Step:
    name = draft.fields.text("set")
    if name == "forget me":
        if "to" in draft.fields:
            draft.page.problems.error(
                draft.fields.place_of("to"), "not used", "forget me takes no value.", "leave the to: line out."
            )
        return Set(at=draft.at, index=draft.index, next=draft.next, name="", forget_me=True)
    draft.page.links.mention("variable", name, draft.fields.place_of("set"))
    value = draft.fields.text("to") or None
    return Set(at=draft.at, index=draft.index, next=draft.next, name=name, to=value)


def build_run(draft: Draft) -> Step:
    return Run(at=draft.at, index=draft.index, next=draft.next, flow=draft.mention("flow", "run"))


def build_later(draft: Draft) -> Step:
    fields = draft.fields
    flow = draft.mention("flow", "later")
    on = fields.text("on")
    if on and on not in GROUP_DAYS and weekday_named(on) is None:
        draft.use("on")
    if on and "after" in fields:
        fields.problems.error(
            fields.place_of("after"), "two ways", "This says both on: and after:", "keep one of the two."
        )
    if not on and "after" not in fields:
        fields.problems.error(draft.at, "missing", f"later: {flow} does not say when.", "add after: 1 week")
    return Later(
        at=draft.at,
        index=draft.index,
        next=draft.next,
        flow=flow,
        on=on,
        clock=fields.read("at", read_time, "write the time like 11:00"),
        after=fields.read("after", read_length, LENGTH_FIX),
    )


def build_wait(draft: Draft) -> Step | None:
    length = draft.fields.read("wait", read_length, LENGTH_FIX)
    if length is None:
        return None
    return Wait(at=draft.at, index=draft.index, next=draft.next, length=length)


def build_end(draft: Draft) -> Step:
    return End(at=draft.at, index=draft.index, next=draft.next, reason=draft.fields.text("end"))
