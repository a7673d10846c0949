"""``fingerpost reviews``: what people handed in, and what somebody decided about it."""

from __future__ import annotations

import re
from datetime import datetime

import typer

from bot.app import clock
from bot.cli.opening import library, opened, settings
from bot.reviews import PHRASES, words_of
from bot.telling import alias_letters
from flows import blanks
from flows.checking.care import private_pattern
from flows.content import Library
from flows.errors import ConfigError
from flows.model import Look
from flows.reading.problems import did_you_mean
from flows.statuses import SubmissionStatus
from flows.steps import QUEUES
from flows.talking import sms
from storage import audit, submissions
from storage.statements import Db
from storage.submissions import Submission

DECISIONS = {
    "accept": SubmissionStatus.ACCEPTED,
    "decline": SubmissionStatus.DECLINED,
    "withdraw": SubmissionStatus.WITHDRAWN,
}
LONGEST = 300  # letters of a coordinator's own words: with the phrase around them three texts at most
_CODE = re.compile(r"[A-Z]{6}")


def list_all(queue: str, *, decided: bool) -> None:
    """One line each, oldest first."""
    if queue and queue not in QUEUES:
        raise ConfigError([f"There is no queue {queue}: {did_you_mean(queue, QUEUES)}"])
    with opened() as database:
        found = database.run_now(
            lambda db: submissions.everything(db, queue) if decided else submissions.waiting(db, queue)
        )
    for one in found:
        typer.echo(_line(one))
    if not found:
        where = f"in {queue}" if queue else "in any queue"
        typer.echo(f"Nothing waits {where}. Type fingerpost reviews list --all for what was decided.")


def show(code: str) -> None:
    """One of them: every question and answer, and what became of it. That it was looked at is written down."""

    def unit(db: Db) -> Submission:
        one = _named(db, code)
        seen = audit.Line(audit.OPERATOR, "submission.seen", one.participant_id, {"submission": one.id})
        audit.write(db, [seen], clock())
        return one

    with opened() as database:
        one = database.run_now(unit)
    typer.echo("\n".join([_line(one), *_answers(one), *_outcome(one)]))


def decide(code: str, decision: str, words: str) -> None:
    """Accept it, decline it, or note that they took it back; the words go to the person."""
    status = DECISIONS.get(decision)
    if status is None:
        raise ConfigError([f"{decision} is no decision: {did_you_mean(decision, DECISIONS)}"])
    said = " ".join(words.split())
    content = library(settings())
    _check_words(said, status, content)
    now = clock()

    def unit(db: Db) -> Submission:
        one = _named(db, code)
        tell = bool(said) or status is not SubmissionStatus.WITHDRAWN
        if not submissions.decide(db, one.id, status, said, now, tell=tell):
            raise ConfigError([f"{code.upper()} was {one.status} already, on {_day(one.decided_at)}. It stays so."])
        action = f"submission.{status}"
        audit.write(db, [audit.Line(audit.OPERATOR, action, one.participant_id, {"submission": one.id})], now)
        decided = submissions.get(db, one.id)
        assert decided is not None
        return decided

    with opened() as database:
        one = database.run_now(unit)
    typer.echo(f"{alias_letters(one.id)} is {one.status}.")
    if one.tells:
        text = content.phrases[PHRASES[one.status]].spoken("en", Look.SMS)
        shown = blanks.fill(text, words_of(one).get)
        count = sms.parts(sms.fold(shown)).count
        typer.echo(f"They hear, outside quiet hours, in {count} text{'s' if count > 1 else ''}: {shown}")


def _check_words(said: str, status: SubmissionStatus, content: Library) -> None:
    if not said and status is not SubmissionStatus.WITHDRAWN:
        raise ConfigError(['They deserve a word with it. Type --say "…" with a sentence of your own for them.'])
    if len(said) > LONGEST:
        raise ConfigError(
            [f"That is {len(said)} letters. Keep what you say to {LONGEST}, so that it fits their phone."]
        )
    private = private_pattern(content)
    if private is not None and (found := private.search(said)):
        raise ConfigError([f"{found[0]} may be read on a locked phone. Say it without that word."])


def _named(db: Db, code: str) -> Submission:
    """The one that a code stands for. Raises ConfigError."""
    wanted = code.strip().upper()
    if _CODE.fullmatch(wanted):
        for each in submissions.ids(db):
            if alias_letters(each) == wanted:
                found = submissions.get(db, each)
                if found is not None:
                    return found
    raise ConfigError([f"Nothing handed in has the code {code}. Type fingerpost reviews list --all to see the codes."])


def _line(one: Submission) -> str:
    who = alias_letters(one.participant_id)
    return f"{alias_letters(one.id)}  {one.queue}  {_day(one.made_at)}  {one.status}  {one.about}  from person {who}"


def _answers(one: Submission) -> list[str]:
    if one.answers is None:
        return ["  It cannot be opened: the key that sealed it is not in FINGERPOST_KEYS."]
    return [line for each in one.answers for line in (f"  {each.question}", f"    {each.answer or 'not answered'}")]


def _outcome(one: Submission) -> list[str]:
    if not one.is_decided:
        code = alias_letters(one.id)
        return [f'  Type: fingerpost reviews decide {code} accept --say "…" (or decline, or withdraw)']
    lines = [f"  {one.status} on {_day(one.decided_at)}{f', with: {one.said}' if one.said else ''}"]
    if one.told_at is not None:
        lines.append(f"  told on {_day(one.told_at)}")
    elif one.tells:
        lines.append("  not told yet: it goes out in the day, when nothing else is open with them")
    elif one.untold:
        lines.append(f"  not told: {one.untold}")
    return lines


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at is not None else "a day not known"
