"""Settings, read once from the environment. Every fault is reported together, each in one plain sentence."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from bot.settings import SETTINGS, Setting, masked
from flows.errors import ConfigError
from storage.fields import Keyring


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    token: str
    mode: Literal["polling", "webhook"]
    webhook_secret: str
    api_url: str


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """``messaging_service`` is used where both it and ``sender`` are set."""

    account: str
    token: str
    messaging_service: str
    sender: str
    alert_sender: str
    api_url: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything from the environment, checked. ``given`` names the settings that were really set."""

    database_url: str
    content_dir: Path
    host: str
    port: int
    public_url: str
    keys: str
    telegram: TelegramSettings | None
    twilio: TwilioSettings | None
    console_secret: str
    heartbeat_url: str
    metrics_token: str
    log_format: Literal["text", "json"]
    given: Mapping[str, str]

    @property
    def practice(self) -> bool:
        """No credentials at all: only the practice phone, which can reach nobody."""
        return self.telegram is None and self.twilio is None

    @property
    def database_file(self) -> Path | None:
        """The SQLite file; None on PostgreSQL."""
        prefix = "sqlite:///"
        return Path(self.database_url.removeprefix(prefix)) if self.database_url.startswith(prefix) else None

    @property
    def keys_file(self) -> Path | None:
        """Where embedded keys live: beside the SQLite file. None on PostgreSQL, where they come from the setting."""
        file = self.database_file
        return file.with_suffix(".keys") if file is not None else None

    @property
    def forgotten_file(self) -> Path | None:
        """The list of who was erased or left, beside the SQLite file. None on PostgreSQL: there a command writes it."""
        file = self.database_file
        return file.with_suffix(".forgotten") if file is not None else None

    def shown(self) -> tuple[tuple[Setting, str, bool], ...]:
        """Every setting with its value as it may be shown (secrets masked), and whether it was set by hand."""
        rows = []
        for setting in SETTINGS:
            value = self.given.get(setting.name, "")
            shown = value or (self.host if setting.name == "HOST" else setting.default)
            rows.append((setting, masked(setting, shown), bool(value)))
        return tuple(rows)

    def __repr__(self) -> str:
        # a dataclass would print every secret into the first traceback that shows locals
        return f"Settings(practice={self.practice}, given={sorted(self.given)})"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read and check every setting. Blank counts as not set. Raises ConfigError with every fault at once."""
    given = {s.name: environ[s.name].strip() for s in SETTINGS if environ.get(s.name, "").strip()}
    reader = _Reader(given)
    settings = Settings(
        database_url=reader.database(),
        content_dir=Path(reader.text("CONTENT_DIR")),
        host=given.get("HOST") or ("0.0.0.0" if "PORT" in given else "127.0.0.1"),  # noqa: S104  a Procfile host routes to us
        port=reader.port(),
        public_url=reader.url("PUBLIC_URL"),
        keys=reader.keys(),
        telegram=reader.telegram(),
        twilio=reader.twilio(),
        console_secret=given.get("CONSOLE_SECRET", ""),
        heartbeat_url=reader.url("HEARTBEAT_URL", anywhere=True),
        metrics_token=given.get("METRICS_TOKEN", ""),
        log_format="json" if reader.one_of("LOG_FORMAT", "text", "json") == "json" else "text",
        given=given,
    )
    if reader.faults:
        raise ConfigError(reader.faults)
    return settings


_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


class _Reader:
    """Reads one setting after another and keeps every fault, so that a person mends all of them in one go."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.faults: list[str] = []

    def text(self, name: str) -> str:
        return self.given.get(name) or _DEFAULTS[name]

    def one_of(self, name: str, *choices: str) -> str:
        value = self.text(name).lower()
        if value not in choices:
            self.faults.append(f"{name} is {self.text(name)!r}. Set it to {' or '.join(choices)}.")
        return value

    def matching(self, name: str, pattern: str, cure: str) -> str:
        value = self.given.get(name, "")
        if value and not re.fullmatch(pattern, value):
            self.faults.append(f"{name} does not look right. {cure}")
        return value

    def port(self) -> int:
        value = self.text("PORT")
        if not re.fullmatch(r"[0-9]{1,5}", value) or not 1 <= int(value) <= 65535:
            self.faults.append(f"PORT is {value!r}. Set it to a whole number from 1 to 65535.")
            return 0
        return int(value)

    def url(self, name: str, *, anywhere: bool = False) -> str:
        """An http(s) address with no slash at its end. Plain http only where nobody can listen in."""
        value = self.text(name).rstrip("/")
        if not value:
            return ""
        parts = _split(value)
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", value):
            self.faults.append(f"{name} is not a web address. Set it to one like https://bot.example.org.")
        elif parts.query or parts.fragment:
            if not anywhere:
                self.faults.append(f"{name} has a ? or a # in it. Leave off that and all that follows.")
        elif parts.scheme == "http" and not anywhere and not _is_near(parts.hostname):
            self.faults.append(f"{name} starts with http:. Set it to an https address, so that nobody can listen in.")
        return value

    def database(self) -> str:
        value = self.text("DATABASE_URL")
        if value.startswith("postgres://"):  # as several hosts still write it
            value = "postgresql://" + value.removeprefix("postgres://")
        if value.startswith("sqlite:"):
            file = value.removeprefix("sqlite:///")
            if file in (value, "", ":memory:") or "?" in file:
                self.faults.append(
                    "DATABASE_URL names no SQLite file. Set it to one like sqlite:///data/fingerpost.db "
                    "(four slashes for a path from the root)."
                )
        elif value.startswith("postgresql://"):
            parts = _split(value)
            if parts is None or not parts.path.strip("/"):
                self.faults.append(
                    "DATABASE_URL names no PostgreSQL database. Set it to one like postgresql://user:password@host/name."
                )
        else:
            self.faults.append("DATABASE_URL is not a database we know. Start it with sqlite:/// or postgresql://.")
        return value

    def keys(self) -> str:
        value = self.given.get("FINGERPOST_KEYS", "")
        if value:
            try:
                Keyring.parse(value)
            except ConfigError as error:
                self.faults.extend(error.faults)
        elif self.text("DATABASE_URL").startswith("postgres"):
            self.faults.append(
                "FINGERPOST_KEYS is not set, and PostgreSQL needs it. Run `fingerpost keys new` and set what it prints."
            )
        return value

    def telegram(self) -> TelegramSettings | None:
        token = self.matching(
            "TELEGRAM_BOT_TOKEN", r"[0-9]+:[A-Za-z0-9_-]+", "Copy it again from BotFather: digits, a colon, letters."
        )
        mode = self.one_of("TELEGRAM_MODE", "polling", "webhook")
        secret = self.matching(
            "TELEGRAM_WEBHOOK_SECRET", r"[A-Za-z0-9_-]{1,256}", "Telegram takes only letters, digits, _ and -."
        )
        api_url = self.url("TELEGRAM_API_URL")
        if not token:
            left = [n for n in ("TELEGRAM_WEBHOOK_SECRET",) if n in self.given]
            left += ["TELEGRAM_MODE=webhook"] if mode == "webhook" else []
            if left:
                self.faults.append(f"{' and '.join(left)} is set without TELEGRAM_BOT_TOKEN. Set both or neither.")
            return None
        if mode == "webhook":
            if not secret:
                self.faults.append("TELEGRAM_WEBHOOK_SECRET is not set. Webhook mode needs one: any long random word.")
            insecure = any(fault.startswith("PUBLIC_URL") for fault in self.faults)  # said already
            if not insecure and not self.given.get("PUBLIC_URL", "").startswith("https://"):
                self.faults.append("PUBLIC_URL is not an https address. Telegram's webhook mode needs one.")
        return TelegramSettings(
            token=token, mode="webhook" if mode == "webhook" else "polling", webhook_secret=secret, api_url=api_url
        )

    def twilio(self) -> TwilioSettings | None:
        account = self.matching("TWILIO_ACCOUNT_SID", r"AC[A-Za-z0-9]+", "Copy the Account SID: it starts with AC.")
        service = self.matching(
            "TWILIO_MESSAGING_SERVICE_SID", r"MG[A-Za-z0-9]+", "Copy the Messaging Service SID: it starts with MG."
        )
        number = r"\+[0-9]{7,15}|[0-9]{3,8}"
        cure = "Set it to a number that people can answer, like +447700900123."
        sender = self.matching("TWILIO_FROM", number, cure)
        alert_sender = self.matching("TWILIO_ALERT_FROM", number, cure)
        token = self.given.get("TWILIO_AUTH_TOKEN", "")
        api_url = self.url("TWILIO_API_URL")
        if not any((account, token, service, sender, alert_sender)):
            return None
        missing = [n for n in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN") if n not in self.given]
        if missing:
            self.faults.append(
                f"Twilio is half set up: {' and '.join(missing)} is not set. Set it, or no TWILIO_ setting at all."
            )
        if not service and not sender and not {"TWILIO_MESSAGING_SERVICE_SID", "TWILIO_FROM"} & set(self.given):
            self.faults.append("Twilio has nothing to send from. Set TWILIO_MESSAGING_SERVICE_SID or TWILIO_FROM.")
        if "PUBLIC_URL" not in self.given:
            self.faults.append("PUBLIC_URL is not set. Twilio needs the https address at which to reach this service.")
        return TwilioSettings(
            account=account,
            token=token,
            messaging_service=service,
            sender=sender,
            alert_sender=alert_sender,
            api_url=api_url,
        )


def _split(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        _ = parts.port  # raises where the port is no number
    except ValueError:
        return None
    return parts


def _is_near(host: str) -> bool:
    """This machine or its own network: a test, or a Bot API server next door."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost"))
