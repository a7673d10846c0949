"""Log lines of actions and ids, and of nothing else.

A line is an action and a few known keys: ``checkin.sent participant=41 slot=902``. What is not on the list is kept
out, and so is a value that does not look like what its key holds: text, numbers, names and tokens have no way in.
Lines of libraries give their logger and the kind of error, never their message, which may quote a URL or a value.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import MutableMapping
from enum import StrEnum
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, WrappedLogger

KEPT_OUT = "[kept out]"

NUMBERS = frozenset(
    {"participant", "session", "inbox", "outbox", "address", "alert", "staff", "booking", "slot"}  # ids of rows
    | {"attempts", "batch", "count", "parts", "pid", "port", "repeats", "seconds", "size", "status_code", "waiting"}
)
# names that Fingerpost itself made up, or a provider's short code: one word, perhaps joined by . : / - _
WORDS = frozenset(
    {"channel", "purpose", "kind", "meaning", "status", "state", "mode", "role", "tier", "signal", "code", "reason"}
    | {"flow", "phrase", "policy", "step", "setting", "database", "schema", "version", "method", "route", "logger"}
    | {"error", "where", "cause", "source"}
)
HASHES = frozenset({"release"})

_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,79}")
_NUMBER_OF_SOMEBODY = re.compile(r"\d[\d.:/_-]{4,}\d")
_ACTION = re.compile(r"[a-z_]+(\.[a-z_]+)+")
_HASH = re.compile(r"[0-9a-f]{32,64}")
_ROOMS = ("bot", "storage", "flows")
_ROOT = Path(__file__).resolve().parent.parent
_QUIET = (
    "aiohttp.access",
    "httpx",
    "httpcore",
    "telegram",
    "twilio",
    "urllib3",
    "apscheduler",
    "asyncio",
    "sqlalchemy",
    "alembic",
)


def configure(log_format: Literal["text", "json"] = "text", stream: TextIO | None = None) -> None:
    """Set up every log line of this process, those of libraries included. ``stream`` is standard error by default."""
    ours: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        keep_to_the_list,
    ]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[only_who_and_what, *ours],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                as_json if log_format == "json" else as_text,
            ],
        )
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *ours, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of one module; ``name`` is its ``__name__``."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


# ---------------------------------------------------------------- what may pass


def keep_to_the_list(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Let through the known keys with values of their kind; an error becomes its type and place."""
    kept: dict[str, Any] = {"timestamp": line.pop("timestamp", ""), "level": line.pop("level", "info")}
    action = str(line.pop("event", ""))
    kept["action"] = action if _ACTION.fullmatch(action) else KEPT_OUT
    error = _error_of(line.pop("exc_info", None))
    if error is not None:
        kept |= describe(error)
    for key, value in line.items():
        if key.startswith("_"):  # structlog's own: the record, where it came from
            kept[key] = value
        elif key in NUMBERS | WORDS | HASHES:
            kept[key] = value if _fits(key, value) else KEPT_OUT
        elif key not in ("stack_info", "positional_args"):
            kept.setdefault("left_out", []).append(key if _WORD.fullmatch(key) else KEPT_OUT)
    if "left_out" in kept:
        kept["left_out"] = ",".join(sorted(kept["left_out"]))
    return kept


def _fits(key: str, value: object) -> bool:
    if value is None or value == "" or isinstance(value, bool | StrEnum):
        return True  # nothing is told; and our own enums hold none of a person's words
    if key in NUMBERS:
        return isinstance(value, int | float)
    text = str(value)
    if key in HASHES:
        return bool(_HASH.fullmatch(text))
    return bool(_WORD.fullmatch(text)) and not _NUMBER_OF_SOMEBODY.search(text)


def only_who_and_what(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """A library's line: the name of its logger and the error it carries. Its words stay out."""
    record: logging.LogRecord = line["_record"]
    kept: EventDict = {"event": "library.said", "logger": record.name, "_record": record}
    kept["_from_structlog"] = line.get("_from_structlog", False)
    if record.exc_info:
        kept["exc_info"] = record.exc_info
    return kept


def _error_of(exc_info: ExcInfo | BaseException | bool | None) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1]
    return sys.exc_info()[1] if exc_info else None


def describe(error: BaseException) -> dict[str, str]:
    """An error as type and place, and the type and place of what caused it; never its message.

    A message may quote a row, a URL with its token, or what somebody wrote.
    """
    said = {"error": type(error).__qualname__}
    where = _place(error.__traceback__)
    if where:
        said["where"] = where
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        said["cause"] = " ".join(filter(None, (type(cause).__qualname__, _place(cause.__traceback__))))
    return said


def _place(trace: TracebackType | None) -> str:
    """The last line of our own that the error passed, and the line that raised it where that is a library's."""
    ours = theirs = ""
    for frame, line in walk_tb(trace):
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(_ROOT) and file.relative_to(_ROOT).parts[0] in _ROOMS:
            ours, theirs = f"{file.relative_to(_ROOT).as_posix()}:{line}", ""
        else:
            theirs = f"{file.parent.name}/{file.name}:{line}"
    return " ".join(filter(None, (ours, theirs)))


# ---------------------------------------------------------------- how it looks


def as_json(_logger: WrappedLogger, _method: str, line: MutableMapping[str, Any]) -> str:
    return json.dumps(dict(line), ensure_ascii=True, default=lambda _: KEPT_OUT)


def as_text(_logger: WrappedLogger, _method: str, line: MutableMapping[str, Any]) -> str:
    rest = " ".join(
        f"{key}={_quoted(value)}" for key, value in line.items() if key not in ("timestamp", "level", "action")
    )
    return f"{line['timestamp']} {line['level']:<7} {line['action']} {rest}".rstrip()


def _quoted(value: object) -> str:
    text = str(value)
    return f'"{text}"' if " " in text else text
