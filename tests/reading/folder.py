"""A small content folder in which nothing is wrong, for tests to spoil one thing at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flows.content import Flow
from flows.phrasebook import PHRASES
from flows.reading.library import Reading, read_library
from flows.steps import Step
from flows.wording import Problem

SERVICE = """\
name: West Kent Friends
sender: Fingerpost
area: West Kent
time_zone: Europe/London
languages: en
working_hours: Mon to Fri 09:00 to 17:00
quiet_hours: 20:00 to 09:00
privacy_link: https://example.org/privacy
price_per_text: 4p
keep:
  message text: 90 days
  audit: 6 years
holidays: 2026-12-25, 28/12/2026
"""
VARIABLES = """\
nickname:
  type: text up to 20
  shows: yes
  if_empty: there
goal:
  type: text up to 60
adult:
  type: yes or no
area:
  type: postcode
consent_checkins:
  type: consent
consent_mentor:
  type: consent
early_until:
  type: date
  set_by: staff
checkin_time:
  type: day and time
"""
SIGNPOSTS = """\
- signpost: lines
  say: Samaritans: 116 123, free.
  source: https://www.samaritans.org
  checked: 2026-11-01
"""
CRISIS = """\
- rule: wish to die
  tier: B
  reply: lines
  hear en:
    - want to die
  must alarm:
    - i want to die
  must not alarm:
    - want to dye my hair
"""
WORDS = """\
en:
  stop: STOP, stop please
  join: JOIN, START
  mentor: MENTOR
  pause: PAUSE
  yes: Y, yes
  no: N, no
"""
ESCALATION = """\
- alert: asked for a mentor
  hours: working
  steps:
    - at once: mentor
    - after 2 working hours: coordinators
  repeat: every working day
- alert: crisis B
  hours: any
  steps:
    - at once: duty
  repeat: every hour
- alert: went quiet
  hours: any
  steps:
    - at once: coordinators
  repeat: every 15 minutes
"""
STYLE = """\
private words: sober, rehab
kinder words:
  junkie: person who uses
"""
INSTRUMENT = """\
instrument: capital
version: 1
licence: CC0
scale: 0 not at all to 10 completely
items:
  mind:
    say: How settled has your mind been?
    domain: personal
    low: lines at most 3
minimum: 1 of 1 within 42 days
"""
PHRASES_FILE = "".join(f"{name}: {name}{''.join(f' (({blank}))' for blank in PHRASES[name])}\n" for name in PHRASES)

WHOLE = {
    "service.yaml": SERVICE,
    "variables.yaml": VARIABLES,
    "phrases.yaml": PHRASES_FILE,
    "escalation.yaml": ESCALATION,
    "style.yaml": STYLE,
    "directory/signposts.yaml": SIGNPOSTS,
    "safety/crisis.yaml": CRISIS,
    "safety/words.yaml": WORDS,
    "safety/idioms.yaml": "en:\n  - dying for (a|an) (drink|brew)\n",
    "instruments/capital.yaml": INSTRUMENT,
}


def folder(changes: dict[str, str | bytes | None] | None = None) -> dict[str, bytes]:
    """The whole folder as bytes, with some files put in, changed or (None) taken out."""
    files: dict[str, str | bytes | None] = {**WHOLE, **(changes or {})}
    return {name: text.encode() if isinstance(text, str) else text for name, text in files.items() if text is not None}


def reading_of(changes: dict[str, str | bytes | None] | None = None) -> Reading:
    return read_library(folder(changes))


def flow_text(steps: str, head: str = "no_reply:\n  close: 24 hours\n") -> str:
    """A flow file called ``talk`` with these steps, given from the left edge."""
    return f"flow: talk\n{head}steps:\n{indented(steps)}"


def indented(text: str, by: int = 2) -> str:
    return "".join(f"{' ' * by}{line}\n" if line else "\n" for line in text.strip("\n").split("\n"))


def reading_flow(steps: str, head: str = "no_reply:\n  close: 24 hours\n") -> Reading:
    return reading_of({"flows/talk.yaml": flow_text(steps, head)})


def the_flow(steps: str, head: str = "no_reply:\n  close: 24 hours\n") -> Flow:
    reading = reading_flow(steps, head)
    assert reading.library is not None, told(reading.problems)
    return reading.library.flows["talk"]


def the_step(steps: str) -> Step:
    return the_flow(steps).steps[0]


def told(problems: Iterable[Problem]) -> str:
    """Problems as a coordinator sees them, one a line."""
    return "\n".join(str(problem) for problem in problems)


def codes(problems: Iterable[Problem]) -> set[str]:
    return {problem.code for problem in problems}


def mutilated(text: str) -> Iterator[str]:
    """The text with each line in turn left out, set in, said twice or cut short."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        for instead in ([], [f"  {line}"], [line, line], [line[: len(line) // 2]]):
            yield "\n".join([*lines[:number], *instead, *lines[number + 1 :]])


FLOW = flow_text(
    """\
- ask: Hi ((nickname)), how are things?
  save: mood
  scale: 1 rough to 5 good
- if: mood not answered or mood at most 2
  then:
    - ask: What would help?
      save: help_wanted
      choices:
        - choice: A mentor
          name: mentor
          then:
            - alert: asked for a mentor
              within: 4 hours
            - say: By ((alert.by)).
        - choice: Nothing
          name: fine
          then:
            - say: OK.
  else:
    - rate: next 2 from capital
- say: Thanks.
"""
)
