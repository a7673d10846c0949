"""WHO and LIST: what somebody on the staff may know of alerts without taking one."""

from __future__ import annotations

from collections.abc import Sequence

from bot import areas, guessing
from bot.saying import MOST_NAMES, Saying
from flows.talking.staff_words import LIST, WHO, StaffWord
from storage import alerts, pages, staff, taking
from storage.alerts import Alert
from storage.staff import Role

QUESTIONS = frozenset({WHO, LIST})
_MOST_AT_ONCE = 3  # of theirs, each answered by a text of its own; more are listed


def answer(saying: Saying, word: StaffWord) -> None:
    """Say it; nothing changes."""
    if word.word == LIST:
        _lists(saying)
    elif word.codes:
        for code in word.codes[:_MOST_AT_ONCE]:
            if not guessing.may_try(saying, code):
                saying.answer("staff codes rest")
                return
            _who_has_code(saying, code)
    else:
        theirs = saying.theirs()
        if not theirs:
            saying.answer("staff nothing")
        elif len(theirs) > _MOST_AT_ONCE:
            saying.answer("staff which", codes=saying.codes(theirs))
        for alert in theirs if len(theirs) <= _MOST_AT_ONCE else ():
            _who(saying, alert)


def _lists(saying: Saying) -> None:
    theirs = saying.theirs()
    if not theirs:
        saying.answer("staff nothing")
        return
    held = [alert for alert in theirs if alert.acknowledged_by is not None]
    waiting = [alert for alert in theirs if alert.acknowledged_by is None]
    saying.answer("staff list", held=saying.codes(held), open=saying.codes(waiting))


def _who_has_code(saying: Saying, code: str) -> None:
    """A coordinator may ask about any alert but one about themselves; a mentor about what has reached them."""
    alert = alerts.by_code(saying.db, code)
    member = saying.member
    may_know = alert is not None and (
        (member.role is Role.COORDINATOR or alerts.was_told(saying.db, member.id, alert.id))
        and not taking.is_about(saying.db, member.id, alert)
    )
    if alert is None or not may_know:
        guessing.refused(saying, code)
        theirs = saying.theirs()
        if theirs:
            saying.answer("staff unknown code", codes=saying.codes(theirs))
        else:
            saying.answer("staff nothing")
        return
    _who(saying, alert)


def _who(saying: Saying, alert: Alert) -> None:
    """Who has it, since when, and who was told."""
    told = dict.fromkeys(page.staff_id for page in pages.told(saying.db, alert.id))
    members = staff.load(saying.db, list(told))
    names = _names(saying, [members[each].name for each in told if each in members])
    if alert.acknowledged_by is None:
        saying.answer_about(alert, "staff who open", time=saying.time(alert.round_at), told=names)
    else:
        since = saying.time(alert.acknowledged_at or alert.round_at)
        saying.answer_about(alert, "staff who taken", owner=saying.owner(alert), time=since, told=names)
    areas.tell(saying, alert)


def _names(saying: Saying, names: Sequence[str]) -> str:
    if len(names) > MOST_NAMES:
        shown = ", ".join(names[:MOST_NAMES])
        return saying.say("staff and more", names=shown, count=str(len(names) - MOST_NAMES))
    return ", ".join(names) or saying.say("staff nobody")
