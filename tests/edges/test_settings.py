"""Settings: every fault at once in plain words, and no secret ever shown."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from bot.config import Settings, read_settings
from bot.settings import SETTINGS, masked
from flows.errors import ConfigError

SID = "AC" + "0" * 32
TWILIO = {
    "TWILIO_ACCOUNT_SID": SID,
    "TWILIO_AUTH_TOKEN": "canary-auth",
    "TWILIO_FROM": "+447700900000",
    "PUBLIC_URL": "https://bot.example.org",
}
TELEGRAM = {"TELEGRAM_BOT_TOKEN": "123456:canary_token"}
KEYS = "k1:" + base64.b64encode(b"0" * 32).decode()


def faults(environ: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        read_settings(environ)
    return caught.value.faults


def test_with_nothing_set_it_is_practice_mode_on_this_machine() -> None:
    settings = read_settings({})

    assert settings.practice
    assert settings.database_url == "sqlite:///data/fingerpost.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.content_dir == Path("content")
    assert settings.keys_file == Path("data/fingerpost.keys")
    assert settings.log_format == "text"


def test_blank_settings_count_as_not_set() -> None:
    blank = {setting.name: "  " for setting in SETTINGS}

    assert read_settings(blank) == read_settings({})


@pytest.mark.parametrize(
    ("environ", "host", "port"),
    [
        ({}, "127.0.0.1", 8080),
        ({"PORT": "5000"}, "0.0.0.0", 5000),
        ({"PORT": "5000", "HOST": "127.0.0.1"}, "127.0.0.1", 5000),
        ({"HOST": "10.0.0.4"}, "10.0.0.4", 8080),
    ],
)
def test_a_host_that_sets_the_port_can_reach_us(environ: dict[str, str], host: str, port: int) -> None:
    settings = read_settings(environ)

    assert (settings.host, settings.port) == (host, port)


def test_telegram_alone_polls() -> None:
    settings = read_settings(TELEGRAM)

    assert settings.telegram is not None
    assert settings.telegram.mode == "polling"
    assert settings.telegram.api_url == "https://api.telegram.org"
    assert settings.twilio is None
    assert not settings.practice


def test_twilio_alone_is_not_practice() -> None:
    settings = read_settings(TWILIO | {"PUBLIC_URL": "https://bot.example.org/", "TWILIO_ALERT_FROM": "+447700900009"})

    assert settings.twilio is not None
    assert settings.public_url == "https://bot.example.org"
    assert settings.twilio.alert_sender == "+447700900009"
    assert not settings.practice


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("postgres://u:p@db/name", "postgresql://u:p@db/name"),
        ("postgresql://u:p@db:5432/name?sslmode=require", "postgresql://u:p@db:5432/name?sslmode=require"),
    ],
)
def test_both_spellings_of_postgresql_are_understood(given: str, read: str) -> None:
    settings = read_settings({"DATABASE_URL": given, "FINGERPOST_KEYS": KEYS})

    assert settings.database_url == read
    assert settings.database_file is None
    assert settings.keys_file is None


@pytest.mark.parametrize(
    "environ",
    [
        {"PORT": "8081"},
        {"PUBLIC_URL": "https://bot.example.org/base"},
        {"PUBLIC_URL": "http://127.0.0.1:8080"},
        {"PUBLIC_URL": "http://localhost:8080"},
        TELEGRAM | {"TELEGRAM_API_URL": "http://127.0.0.1:9000"},
        TELEGRAM | {"TELEGRAM_API_URL": "http://bot-api:8081"},
        TELEGRAM | {"TELEGRAM_MODE": "Webhook", "TELEGRAM_WEBHOOK_SECRET": "s-1", "PUBLIC_URL": "https://a.example"},
        TWILIO | {"TWILIO_MESSAGING_SERVICE_SID": "MG" + "1" * 32},
        TWILIO | {"TWILIO_FROM": "85258"},
        {"TWILIO_API_URL": "https://twilio.example.org"},
        {"DATABASE_URL": "sqlite:////var/lib/fingerpost/f.db"},
        {"LOG_FORMAT": "JSON"},
        {"HEARTBEAT_URL": "https://hc.example.org/ping/1?a=b"},
        {"FINGERPOST_KEYS": KEYS},
    ],
)
def test_these_are_good(environ: dict[str, str]) -> None:
    read_settings(environ)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"PORT": "0"}, "PORT"),
        ({"PORT": "65536"}, "PORT"),
        ({"PORT": "http"}, "PORT"),
        ({"PORT": "8080.5"}, "PORT"),
        ({"PUBLIC_URL": "bot.example.org"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "http://bot.example.org"}, "https"),
        ({"PUBLIC_URL": "https://"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://bot.example.org:port"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://bot.example.org/?a=b"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://[bad"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "ftp://bot.example.org"}, "PUBLIC_URL"),
        ({"DATABASE_URL": "mysql://u:p@db/name"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://db", "FINGERPOST_KEYS": KEYS}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://u:p@db/name"}, "FINGERPOST_KEYS"),
        ({"FINGERPOST_KEYS": "canary"}, "FINGERPOST_KEYS"),
        ({"FINGERPOST_KEYS": "k1:canary"}, "FINGERPOST_KEYS"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
        ({"TELEGRAM_BOT_TOKEN": "canary"}, "TELEGRAM_BOT_TOKEN"),
        ({"TELEGRAM_MODE": "pigeon"}, "TELEGRAM_MODE"),
        ({"TELEGRAM_MODE": "webhook"}, "TELEGRAM_BOT_TOKEN"),
        ({"TELEGRAM_WEBHOOK_SECRET": "canary"}, "TELEGRAM_BOT_TOKEN"),
        (TELEGRAM | {"TELEGRAM_MODE": "webhook", "PUBLIC_URL": "https://a.example"}, "TELEGRAM_WEBHOOK_SECRET"),
        (TELEGRAM | {"TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": "s"}, "PUBLIC_URL"),
        (
            TELEGRAM
            | {"TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": "s", "PUBLIC_URL": "http://bot.example.org"},
            "PUBLIC_URL",
        ),
        (
            TELEGRAM | {"TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": "s", "PUBLIC_URL": "http://127.0.0.1"},
            "PUBLIC_URL",
        ),
        (TELEGRAM | {"TELEGRAM_WEBHOOK_SECRET": "canary with spaces"}, "TELEGRAM_WEBHOOK_SECRET"),
        (TELEGRAM | {"TELEGRAM_API_URL": "http://telegram.example.org"}, "TELEGRAM_API_URL"),
        (TWILIO | {"TWILIO_AUTH_TOKEN": ""}, "TWILIO_AUTH_TOKEN"),
        (TWILIO | {"TWILIO_ACCOUNT_SID": ""}, "TWILIO_ACCOUNT_SID"),
        (TWILIO | {"TWILIO_AUTH_TOKEN": "", "TWILIO_ACCOUNT_SID": ""}, "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"),
        (TWILIO | {"TWILIO_FROM": ""}, "TWILIO_MESSAGING_SERVICE_SID"),
        (TWILIO | {"PUBLIC_URL": ""}, "PUBLIC_URL"),
        (TWILIO | {"TWILIO_ACCOUNT_SID": "SK" + "0" * 32}, "TWILIO_ACCOUNT_SID"),
        (TWILIO | {"TWILIO_MESSAGING_SERVICE_SID": "PN1"}, "TWILIO_MESSAGING_SERVICE_SID"),
        (TWILIO | {"TWILIO_FROM": "Fingerpost"}, "TWILIO_FROM"),
        (TWILIO | {"TWILIO_FROM": "07700 900000"}, "TWILIO_FROM"),
        ({"HEARTBEAT_URL": "canary"}, "HEARTBEAT_URL"),
    ],
)
def test_these_are_faults_said_plainly(environ: dict[str, str], said: str) -> None:
    found = faults(environ)

    assert len(found) == 1, found
    assert said in found[0]
    assert found[0].endswith((".", "keys new"))
    assert "canary" not in found[0]


def test_every_fault_is_reported_together() -> None:
    found = faults(
        {
            "PORT": "x",
            "LOG_FORMAT": "x",
            "PUBLIC_URL": "x",
            "DATABASE_URL": "x",
            "TELEGRAM_BOT_TOKEN": "x",
            "TWILIO_ACCOUNT_SID": SID,
        }
    )

    text = "\n".join(found)
    for name in ("PORT", "LOG_FORMAT", "PUBLIC_URL", "DATABASE_URL", "TELEGRAM_BOT_TOKEN", "TWILIO_AUTH_TOKEN"):
        assert name in text


def test_secrets_are_masked_wherever_settings_are_shown() -> None:
    environ = TWILIO | TELEGRAM | {"FINGERPOST_KEYS": KEYS, "DATABASE_URL": "postgresql://u:canary@db.example.org/n"}
    environ |= {"CONSOLE_SECRET": "canary", "METRICS_TOKEN": "canary", "HEARTBEAT_URL": "https://hc.example.org/canary"}
    settings = read_settings(environ)

    shown = {setting.name: value for setting, value, _ in settings.shown()}

    assert "canary" not in "".join(shown.values()) + repr(settings)
    assert shown["DATABASE_URL"] == "postgresql://u:••••••••@db.example.org/n"
    assert KEYS not in shown.values()
    assert shown["TWILIO_ACCOUNT_SID"] == SID
    assert {setting.name for setting, _, by_hand in settings.shown() if by_hand} == set(environ)


def test_a_password_with_an_at_sign_is_masked_whole() -> None:
    [database] = [setting for setting in SETTINGS if setting.name == "DATABASE_URL"]

    assert masked(database, "postgresql://u:can@ry@db/n") == "postgresql://u:••••••••@db/n"


def test_every_setting_of_the_public_interface_is_in_the_table() -> None:
    names = {setting.name for setting in SETTINGS}

    assert names == {
        *("DATABASE_URL", "CONTENT_DIR", "HOST", "PORT", "PUBLIC_URL", "FINGERPOST_KEYS"),
        *("TELEGRAM_BOT_TOKEN", "TELEGRAM_MODE", "TELEGRAM_WEBHOOK_SECRET", "TELEGRAM_API_URL"),
        *("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_MESSAGING_SERVICE_SID", "TWILIO_FROM"),
        *("TWILIO_ALERT_FROM", "TWILIO_API_URL", "CONSOLE_SECRET", "HEARTBEAT_URL", "METRICS_TOKEN", "LOG_FORMAT"),
    }
    assert all(re.fullmatch(r"[A-Z].*\.", setting.about) for setting in SETTINGS)


def test_what_is_not_a_setting_is_left_alone() -> None:
    assert isinstance(read_settings({"PATH": "/bin", "TWILIO_SOMETHING_ELSE": "x"}), Settings)
