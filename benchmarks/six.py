"""The conversation that every contender holds: a word that starts it, six questions, six replies.

Here are the words, and the bytes as Telegram would bring them. It needs nothing but Python, because the peers live in
an environment of their own. ``WORDS_OF_OURS`` is the same conversation as a flow of Fingerpost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

STARTS = "six"
SAMPLE = ("4", "1", "yes", "5", "saw my brother and we cooked", "7")
REPLIES = (STARTS, *SAMPLE)  # seven turns
TURNS = len(REPLIES)

HOW = "Hi Sam, how are things today? 1 (rough) to 5 (good)"
HELPS = "What would help most right now? 1 A mentor 2 A group 3 Nothing just now"
SLEPT = "Did you sleep well? Y or N"
GOOD_DAYS = "How many good days did you have this week? 0 to 7."
WENT_WELL = "What went well? A few words will do."
SURE = "How sure are you of the week ahead? 1 (not at all) to 10 (quite)"
THANKS = "Thanks Sam. That's all six."
AGAIN = "Sorry, I did not get that."
HELP = {"1": "mentor", "2": "group", "3": "nothing"}

FLOW = """\
flow: six
about: Six questions, one after another.
words: six
no_reply:
  close: 24 hours

steps:
  - ask: Hi ((nickname)), how are things today?
    save: mood
    scale: 1 rough to 5 good
  - ask: What would help most right now?
    save: helps
    choices:
      - choice: A mentor
        name: mentor
      - choice: A group
        name: group
      - choice: Nothing just now
        name: nothing
  - ask: Did you sleep well? Y or N
    save: slept
    answer: yes or no
  - ask: How many good days did you have this week? 0 to 7.
    save: good_days
    answer: number 0 to 7
  - ask: What went well? A few words will do.
    save: went_well
    answer: text up to 200
  - ask: How sure are you of the week ahead?
    save: sure
    scale: 1 not at all to 10 quite
  - say: Thanks ((nickname)). That's all six.
"""


def chat_of(person: int) -> int:
    """The Telegram chat of somebody, counted from 0."""
    return 700_000_000 + person


def rounds_of(first_update: int, people: int, starts_at: int) -> Iterator[list[bytes]]:
    """What so many people send, one list for each of the seven turns. ``starts_at``: seconds since 1970."""
    for turn, text in enumerate(REPLIES):
        sent = starts_at + 30 * turn
        yield [update(first_update + turn * people + person, person, text, sent) for person in range(people)]


def update(number: int, person: int, text: str, sent: int) -> bytes:
    """A message as Telegram brings it: https://core.telegram.org/bots/api#update."""
    chat = chat_of(person)
    written = {
        "update_id": number,
        "message": {
            "message_id": number % 1_000_000 + 1,
            "from": {"id": chat, "is_bot": False, "first_name": "Sam", "language_code": "en"},
            "chat": {"id": chat, "first_name": "Sam", "type": "private"},
            "date": sent,
            "text": text,
        },
    }
    return json.dumps(written, separators=(",", ":")).encode()
