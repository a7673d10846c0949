"""Reasons in words: why we did not send something, and what a carrier or provider means by not delivering it. Pure."""

from __future__ import annotations

from typing import assert_never

from flows.errors import Meaning
from flows.statuses import Because


def ours(because: Because) -> str:
    """Why it did not go, where that was our own doing or theirs."""
    match because:
        case Because.QUIET_HOURS:
            return "it was held for quiet hours"
        case Because.TALKING:
            return "another conversation was open all the time"
        case Because.TOO_LATE:
            return "it was too late in the day, after an outage or a delay of ours"
        case Because.EXPIRED:
            return "it could not go out in its time, which is ours to answer for"
        case Because.STOPPED | Because.STOP:
            return "they had sent STOP"
        case Because.PAUSED | Because.PAUSE:
            return "they had paused"
        case Because.CRISIS:
            return "a crisis was open"
        case Because.WRONG_NUMBER:
            return "they said that it is the wrong number"
        case Because.ERASING:
            return "they had asked to be erased"
        case Because.IN_DOUBT:
            return "they were being asked whether the phone is still theirs"
        case Because.REPLIED:
            return "they had just written to us"
        case Because.NOT_FOR_THEM:
            return "the conversation is not meant for them, as their answers stand"
        case Because.ASKS_NOTHING:
            return "the conversation had nothing to ask them"
        case Because.NO_SUCH_FLOW:
            return "the content no longer has that conversation"
        case Because.FAILED:
            return "the conversation broke off at our end, and staff were told"
        case Because.UNREADABLE:
            return "their record could not be opened, and staff were told"
        case Because.NOBODY_THERE:
            return "they have no phone that we know of"
        case Because.WITHDRAWN:
            return "the conversation was withdrawn, because something in it was wrong"
        case Because.NEVER_TAKEN:
            return "it never reached the provider"
        case Because.RESTORED:
            return "this service was put back from a backup, and what was under way then was not gone on with"
        case never:
            assert_never(never)


def theirs(meaning: Meaning) -> str:
    """Why it did not arrive."""
    match meaning:
        case Meaning.TRY_LATER:
            return "the provider was too busy, and went on being so"
        case Meaning.BAD_MESSAGE:
            return "the carrier will not carry these words"
        case Meaning.BAD_ADDRESS:
            return "the number or chat does not exist, or cannot take texts"
        case Meaning.BLOCKED:
            return "they, or their network, block us"
        case Meaning.OPTED_OUT:
            return "their network holds a STOP; they must text START"
        case Meaning.NOT_ALLOWED:
            return "our account may not send there"
        case Meaning.CREDENTIALS:
            return "the provider refused our account: an operator must act"
        case Meaning.NOT_SET_UP:
            return "the channel that they use is not set up here any more"
        case Meaning.UNREACHABLE:
            return "the phone was off, out of range or unknown to its network"
        case never:
            assert_never(never)
