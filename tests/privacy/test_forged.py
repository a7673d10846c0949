"""Fifty ways to forge each webhook, at the doors of the real service: all refused, and no row of any table touched."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import NamedTuple

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot.app import App
from bot.config import read_settings
from bot.content import Checked
from storage import tables
from storage.database import Database
from storage.fields import Keyring
from tests.edges.front_door import BOTH, PUBLIC_URL, SMS, TELEGRAM_SECRET, form, signature
from tests.shipped import CONTENT, shipped

MESSAGE, STATUS, TELEGRAM = "/webhooks/twilio/message", "/webhooks/twilio/status?m=41", "/webhooks/telegram"
RECEIPT = {"MessageSid": "SM" + "c" * 32, "MessageStatus": "failed", "ErrorCode": "30003"}
UPDATE = {
    "update_id": 900,
    "message": {"message_id": 5, "date": 1_790_000_000, "chat": {"id": 77, "type": "private"}, "text": "STOP"},
}
Client = TestClient[web.Request, web.Application]


class Forged(NamedTuple):
    """A request that is not from the provider."""

    path: str
    body: bytes
    headers: Mapping[str, str]


def by_twilio(path: str, fields: Mapping[str, str], proof: str | None) -> Forged:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return Forged(path, form(fields), headers if proof is None else {**headers, "X-Twilio-Signature": proof})


def forgeries_of_twilio(path: str, fields: dict[str, str]) -> dict[str, Forged]:
    """Fifty and more: of the signature, of what was signed, of how it is sent."""
    good = signature(fields, path)
    bare, query = path.partition("?")[0], path.partition("?")[2]
    proofs: dict[str, str | None] = {
        "no signature": None,
        "an empty one": "",
        "a space": " ",
        "cut short": good[:-1],
        "half of it": good[:14],
        "a letter more": good + "A",
        "twice": good * 2,
        "with a comma": f"{good},{good}x",
        "lower case": good.lower(),
        "upper case": good.upper(),
        "backwards": good[::-1],
        "not base64": "*" * len(good),
        "not ASCII": "é" * 28,
        "the digest of nothing": signature({}, path),
        "of another token": signature(fields, path, token="another"),
        "of an empty token": signature(fields, path, token=""),
        "of the account": signature(fields, path, token=BOTH["TWILIO_ACCOUNT_SID"]),
        "for http": signature(fields, path, base=PUBLIC_URL.replace("https", "http")),
        "for another host": signature(fields, path, base="https://evil.example.org"),
        "for a host that ends alike": signature(fields, path, base="https://bot.example.org.evil.example.org"),
        "for another port": signature(fields, path, base=f"{PUBLIC_URL}:8443"),
        "for the other door": signature(fields, STATUS if path == MESSAGE else MESSAGE),
        "for a slash more": signature(fields, bare + "/" + ("?" + query if query else "")),
        "for another query": signature(fields, bare + "?m=42"),
        "for capitals": signature(fields, path.upper()),
        **{
            f"letter {at} changed": f"{good[:at]}{'A' if good[at] != 'A' else 'B'}{good[at + 1 :]}"
            for at in range(0, 28, 3)
        },
    }
    found = {name: by_twilio(path, fields, proof) for name, proof in proofs.items()}
    changed: dict[str, dict[str, str]] = {
        **{f"{name} changed": {**fields, name: value + "x"} for name, value in fields.items()},
        **{f"{name} empty": {**fields, name: ""} for name in fields},
        **{f"{name} left out": {key: value for key, value in fields.items() if key != name} for name in fields},
        "a field more": {**fields, "OptOutType": "STOP"},
        "a field renamed": {(key if key != "MessageSid" else "SmsSid"): value for key, value in fields.items()},
        "no fields": {},
    }
    found |= {name: by_twilio(path, values, good) for name, values in changed.items()}
    sent = {"X-Twilio-Signature": good}
    found["another path"] = Forged(path.replace("twilio/", "twilio//"), form(fields), sent)
    found["another query"] = Forged(bare + "?m=43", form(fields), sent)
    found["a body more"] = Forged(path, form(fields) + b"&Body=STOP", sent)
    found["as JSON"] = Forged(path, json.dumps(fields).encode(), {**sent, "Content-Type": "application/json"})
    found["the other door"] = Forged(MESSAGE if path != MESSAGE else STATUS, form(fields), sent)
    return found


def forgeries_of_telegram() -> dict[str, Forged]:
    """Fifty and more headers that are not the secret, with an update that is as it should be."""
    good = TELEGRAM_SECRET
    secrets: dict[str, str] = {
        "empty": "",
        "a space": " ",
        "cut short": good[:-1],
        "cut in front": good[1:],
        "a letter more": good + "x",
        "a letter in front": "x" + good,
        "twice": good * 2,
        "upper case": good.upper(),
        "backwards": good[::-1],
        "in quotes": f'"{good}"',
        "as Bearer": f"Bearer {good}",
        "with a comma": f"{good},{good}",
        "not ASCII": "é" * len(good),
        "None": "None",
        "null": "null",
        "the token": BOTH["TELEGRAM_BOT_TOKEN"],
        "Twilio's": BOTH["TWILIO_AUTH_TOKEN"],
        "a star": "*",
        "very long": good + "x" * 4000,
        **{f"letter {at} changed": f"{good[:at]}!{good[at + 1 :]}" for at in range(len(good))},
        **{f"letter {at} left out": good[:at] + good[at + 1 :] for at in range(0, len(good) - 1, 2)},
    }
    name = "X-Telegram-Bot-Api-Secret-Token"
    found = {each: Forged(TELEGRAM, json.dumps(UPDATE).encode(), {name: value}) for each, value in secrets.items()}
    found["no header"] = Forged(TELEGRAM, json.dumps(UPDATE).encode(), {})
    found["another header"] = Forged(TELEGRAM, json.dumps(UPDATE).encode(), {"X-Telegram-Secret": good})
    found["in the query"] = Forged(f"{TELEGRAM}?secret_token={good}", json.dumps(UPDATE).encode(), {})
    found["in the body"] = Forged(TELEGRAM, json.dumps({**UPDATE, "secret_token": good}).encode(), {})
    return found


FORGERIES = {
    "text": forgeries_of_twilio(MESSAGE, SMS),
    "receipt": forgeries_of_twilio(STATUS, RECEIPT),
    "update": forgeries_of_telegram(),
}


@pytest.fixture(scope="session")
def checked() -> Checked:
    return shipped()


@pytest.fixture
async def service(database_url: str, keyring: Keyring, checked: Checked) -> AsyncIterator[tuple[Client, Database]]:
    """The real service behind its doors. Nothing ticks, so that whatever is written was written by a request."""
    settings = read_settings(
        {**BOTH, "DATABASE_URL": database_url, "CONTENT_DIR": str(CONTENT), "FINGERPOST_KEYS": keyring.format()}
    )
    with Database.open(database_url, keyring, hold=True) as database:
        app = App(settings, database, checked)
        await app.go_live(checked)
        async with TestClient(TestServer(app.web())) as client:
            yield client, database


def everything(database: Database) -> dict[str, list[object]]:
    """Every row of every table."""
    return database.run_now(
        lambda db: {
            name: sorted((tuple(row) for row in db.connection.execute(select(table))), key=str)
            for name, table in tables.metadata.tables.items()
        }
    )


@pytest.mark.parametrize("door", FORGERIES)
async def test_fifty_forgeries_are_refused_and_touch_no_row(service: tuple[Client, Database], door: str) -> None:
    client, database = service
    before = everything(database)
    assert len(FORGERIES[door]) >= 50
    taken = []
    for name, forged in FORGERIES[door].items():
        async with client.post(forged.path, data=forged.body, headers=forged.headers) as answer:
            if answer.status not in (403, 404):
                taken.append((name, answer.status))
    assert taken == []
    assert everything(database) == before


@pytest.mark.parametrize("door", FORGERIES)
async def test_the_same_with_its_true_proof_is_taken(service: tuple[Client, Database], door: str) -> None:
    client, database = service
    before = everything(database)
    genuine = {
        "text": by_twilio(MESSAGE, SMS, signature(SMS, MESSAGE)),
        "receipt": by_twilio(STATUS, RECEIPT, signature(RECEIPT, STATUS)),
        "update": Forged(TELEGRAM, json.dumps(UPDATE).encode(), {"X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET}),
    }[door]
    async with client.post(genuine.path, data=genuine.body, headers=genuine.headers) as answer:
        assert answer.status == 200
    assert (len(everything(database)["inbox"]) == len(before["inbox"]) + 1) == (door != "receipt")
