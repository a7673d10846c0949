"""The one table of settings: what ``doctor`` prints, what the documentation lists and what the tests walk."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable. ``default`` is as a person would type it; empty means none."""

    name: str
    about: str
    default: str = ""
    secret: bool = False


SETTINGS = (
    Setting(
        "DATABASE_URL",
        "Where everything is kept: a SQLite file, or postgresql://user:password@host/name.",
        "sqlite:///data/fingerpost.db",
        secret=True,
    ),
    Setting("CONTENT_DIR", "The folder of flows and words that coordinators edit.", "content"),
    Setting(
        "HOST",
        "The network address to listen on. Becomes 0.0.0.0 where the host sets PORT.",
        "127.0.0.1",
    ),
    Setting("PORT", "The port to listen on.", "8080"),
    Setting("PUBLIC_URL", "The https address at which Twilio and Telegram reach this service."),
    Setting(
        "FINGERPOST_KEYS",
        "Keys that seal names, numbers and words in the database: id:base64, comma between, the first one seals. "
        "On SQLite they are made at the first run; on PostgreSQL they must be set.",
        secret=True,
    ),
    Setting("TELEGRAM_BOT_TOKEN", "The token that BotFather gave. Switches Telegram on.", secret=True),
    Setting("TELEGRAM_MODE", "How Telegram messages arrive: polling (no public address needed) or webhook.", "polling"),
    Setting("TELEGRAM_WEBHOOK_SECRET", "What Telegram must show with every webhook.", secret=True),
    Setting("TELEGRAM_API_URL", "Where Telegram's API is.", "https://api.telegram.org"),
    Setting("TWILIO_ACCOUNT_SID", "The account that sends SMS (starts with AC). Switches SMS on."),
    Setting("TWILIO_AUTH_TOKEN", "The account's auth token: signs what arrives, opens what is sent.", secret=True),
    Setting("TWILIO_MESSAGING_SERVICE_SID", "The messaging service that sends (starts with MG)."),
    Setting("TWILIO_FROM", "The number that sends, where there is no messaging service."),
    Setting("TWILIO_ALERT_FROM", "A number of its own for crisis replies and alerts, with no queue before it."),
    Setting("TWILIO_API_URL", "Where Twilio's API is.", "https://api.twilio.com"),
    Setting(
        "CONSOLE_SECRET",
        "Signs sign-in cookies of the staff console.",
        secret=True,
    ),
    Setting(
        "HEARTBEAT_URL",
        "Called while all is well; whoever watches it raises the alarm when the calls stop.",
        secret=True,
    ),
    Setting("METRICS_TOKEN", "Opens /metrics to callers from another machine.", secret=True),
    Setting("LOG_FORMAT", "How log lines look: text or json.", "text"),
)


def masked(setting: Setting, value: str) -> str:
    """The value as it may be shown to anybody: enough to recognise it, nothing to use.

    >>> masked(Setting("METRICS_TOKEN", "", secret=True), "correct-horse-battery")
    '•••••••• (21 characters)'
    """
    if not setting.secret or not value:
        return value
    if setting.name == "DATABASE_URL":
        return re.sub(r"(//[^/@:]*:).*@", r"\1••••••••@", value)
    return f"•••••••• ({len(value)} characters)"
