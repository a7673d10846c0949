"""Signed texts come in once they are committed; anything else is refused and writes nothing."""

from __future__ import annotations

import pytest

from flows.errors import CommitUnknown, StorageError
from flows.model import Channel, Heard
from tests.edges.conftest import Client
from tests.edges.front_door import PUBLIC_URL, SMS, RememberingService, form, headers_for, signature

MESSAGE = "/webhooks/twilio/message"
STATUS = "/webhooks/twilio/status?m=41"


async def test_a_signed_text_is_taken_and_answered_with_an_empty_response(
    client: Client, service: RememberingService
) -> None:
    answer = await client.post(MESSAGE, data=form(SMS), headers=headers_for(SMS, MESSAGE))

    assert answer.status == 200
    assert answer.content_type == "text/xml"
    assert await answer.text() == "<Response/>"
    [inbound] = service.taken
    assert (inbound.channel, inbound.provider_id, inbound.address) == (Channel.SMS, SMS["MessageSid"], SMS["From"])
    assert (inbound.kind, inbound.text) == (Heard.TEXT, "Hello there")


@pytest.mark.parametrize(
    "trouble", [StorageError("disk full"), CommitUnknown("lost"), RuntimeError("a bug"), RecursionError()]
)
@pytest.mark.parametrize("path", [MESSAGE, STATUS])
async def test_what_could_not_be_stored_is_asked_for_again(
    client: Client, service: RememberingService, path: str, trouble: Exception
) -> None:
    service.will_raise = trouble
    fields = SMS | {"MessageStatus": "delivered"}

    answer = await client.post(path, data=form(fields), headers=headers_for(fields, path))

    assert answer.status == 503
    assert "Retry-After" in answer.headers


@pytest.mark.parametrize(
    "text", ["", "👍🏽", "ŵ ŷ ął", "a=b&c=d+e %20", "x" * 1600, "\r\n \t", "\x00nul", "שלום", "\u202etxet"]
)
async def test_any_words_come_through_as_sent(client: Client, service: RememberingService, text: str) -> None:
    fields = SMS | {"Body": text}

    answer = await client.post(MESSAGE, data=form(fields), headers=headers_for(fields, MESSAGE))

    assert answer.status == 200
    assert service.taken[0].text == text.replace("\x00", "\ufffd")


# ---------------------------------------------------------------- forgeries

_GOOD = signature(SMS, MESSAGE)
_SHORT = {name: value for name, value in SMS.items() if name != "Body"}
_FLIPPED = [_GOOD[:at] + ("A" if _GOOD[at] != "A" else "B") + _GOOD[at + 1 :] for at in range(27)]

FORGED: list[tuple[str, dict[str, str], str | None]] = [
    *((f"letter {at} changed", SMS, changed) for at, changed in enumerate(_FLIPPED)),
    ("no signature", SMS, None),
    ("an empty one", SMS, ""),
    ("a space", SMS, " "),
    ("cut short", SMS, _GOOD[:-1]),
    ("half of it", SMS, _GOOD[:14]),
    ("one letter more", SMS, _GOOD + "A"),
    ("twice", SMS, _GOOD * 2),
    ("lower case", SMS, _GOOD.lower()),
    ("not base64", SMS, "*" * len(_GOOD)),
    ("not ASCII", SMS, "é" * 28),
    ("the digest of nothing", SMS, signature({}, MESSAGE)),
    ("another token", SMS, signature(SMS, MESSAGE, token="another")),
    ("an empty token", SMS, signature(SMS, MESSAGE, token="")),
    ("http for https", SMS, signature(SMS, MESSAGE, base=PUBLIC_URL.replace("https", "http"))),
    ("another host", SMS, signature(SMS, MESSAGE, base="https://evil.example.org")),
    ("another port", SMS, signature(SMS, MESSAGE, base=f"{PUBLIC_URL}:8443")),
    ("another path", SMS, signature(SMS, "/webhooks/twilio/status")),
    ("a slash more", SMS, signature(SMS, MESSAGE + "/")),
    ("a query that was not sent", SMS, signature(SMS, MESSAGE + "?a=1")),
    ("words changed", SMS | {"Body": "Hello There"}, _GOOD),
    ("words added", SMS | {"Body": "Hello there."}, _GOOD),
    ("words taken out", SMS | {"Body": ""}, _GOOD),
    ("sender changed", SMS | {"From": "+447700900124"}, _GOOD),
    ("message id changed", SMS | {"MessageSid": "SM" + "b" * 32}, _GOOD),
    ("a field added", SMS | {"OptOutType": "STOP"}, _GOOD),
    ("a field taken out", _SHORT, _GOOD),
    ("no fields", {}, _GOOD),
]


def test_there_are_fifty_forgeries() -> None:
    assert len(FORGED) >= 50


@pytest.mark.parametrize(("fields", "proof"), [f[1:] for f in FORGED], ids=[f[0] for f in FORGED])
async def test_a_forged_text_is_refused_and_writes_nothing(
    client: Client, service: RememberingService, fields: dict[str, str], proof: str | None
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if proof is not None:
        headers["X-Twilio-Signature"] = proof

    answer = await client.post(MESSAGE, data=form(fields), headers=headers)

    assert answer.status == 403
    assert service.taken == []


async def test_a_query_is_part_of_what_is_signed(client: Client, service: RememberingService) -> None:
    path = MESSAGE + "?b=2&a=%C3%A9"

    good = await client.post(path, data=form(SMS), headers=headers_for(SMS, path))
    bad = await client.post(MESSAGE + "?b=3", data=form(SMS), headers=headers_for(SMS, path))

    assert (good.status, bad.status) == (200, 403)
    assert len(service.taken) == 1


@pytest.mark.parametrize("base", [f"{PUBLIC_URL}:443", PUBLIC_URL])
async def test_twilio_may_sign_with_the_port_or_without(client: Client, service: RememberingService, base: str) -> None:
    headers = {"X-Twilio-Signature": signature(SMS, MESSAGE, base=base)}

    assert (await client.post(MESSAGE, data=form(SMS), headers=headers)).status == 200


async def test_without_twilio_nothing_is_authentic(client: Client, service: RememberingService) -> None:
    service.environ = {}

    assert (await client.post(MESSAGE, data=form(SMS), headers=headers_for(SMS, MESSAGE))).status == 403
    assert service.taken == []


# ---------------------------------------------------------------- sizes and shapes


@pytest.mark.parametrize(("size", "status"), [(64 * 1024 - 1, 200), (64 * 1024, 200), (64 * 1024 + 1, 413)])
async def test_sixty_four_kilobytes_are_the_most(
    client: Client, service: RememberingService, size: int, status: int
) -> None:
    fields = SMS | {"Body": ""}
    fields["Body"] = "x" * (size - len(form(fields)))

    answer = await client.post(MESSAGE, data=form(fields), headers=headers_for(fields, MESSAGE))

    assert answer.status == status
    assert len(service.taken) == (status == 200)


@pytest.mark.parametrize(
    "body",
    [b"", b"&&&", b"=", b"%", b"%ZZ=%", b"\xff\xfe=\x00", b'{"MessageSid": "SM1"}', b"a=1;b=2", b"&a=1" * 600],
)
@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded; charset=klingon", "multipart/form-data", "application/json", "", "/"],
)
async def test_a_malformed_form_is_no_proof_of_anything(
    client: Client, service: RememberingService, body: bytes, content_type: str
) -> None:
    headers = {"X-Twilio-Signature": "x" * 28, "Content-Type": content_type}

    assert (await client.post(MESSAGE, data=body, headers=headers)).status == 403
    assert service.taken == []


@pytest.mark.parametrize(
    "fields",
    [{}, {"Body": "who sent this?"}, {"MessageSid": "SM1"}, {"From": "+447700900123", "Body": "no id"}],
)
async def test_an_authentic_text_that_cannot_be_read_is_recorded_all_the_same(
    client: Client, service: RememberingService, fields: dict[str, str]
) -> None:
    for _ in range(2):
        answer = await client.post(MESSAGE, data=form(fields), headers=headers_for(fields, MESSAGE))
        assert answer.status == 200

    first, second = service.taken
    assert first.kind is Heard.OTHER
    assert first.provider_id
    assert first == second  # so that the inbox refuses the repeat


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
async def test_a_webhook_takes_posts_only(client: Client, method: str) -> None:
    assert (await client.request(method, MESSAGE)).status == 405


async def test_a_body_that_lies_about_its_compression_is_a_bad_request(client: Client) -> None:
    answer = await client.post(MESSAGE, data=b"not gzip", headers={"Content-Encoding": "gzip"})

    assert answer.status == 400


# ---------------------------------------------------------------- receipts

RECEIPT = {"MessageSid": "SM" + "c" * 32, "MessageStatus": "undelivered", "ErrorCode": "30003"}


async def test_a_receipt_carries_our_own_id_back(client: Client, service: RememberingService) -> None:
    answer = await client.post(STATUS, data=form(RECEIPT), headers=headers_for(RECEIPT, STATUS))

    assert answer.status == 200
    [receipt] = service.receipts
    assert (receipt.outbox_id, receipt.status, receipt.code) == (41, "undelivered", "30003")
    assert receipt.provider_id == RECEIPT["MessageSid"]


NOT_OURS = ["", "?m=", "?m=x", "?m=-1", "?m=4.1", "?m=%D9%A4", "?m=" + "9" * 19, "?m=" + "9" * 400, "?m=%00"]


@pytest.mark.parametrize("query", NOT_OURS)
async def test_a_receipt_without_our_id_is_known_by_twilios(
    client: Client, service: RememberingService, query: str
) -> None:
    path = "/webhooks/twilio/status" + query

    assert (await client.post(path, data=form(RECEIPT), headers=headers_for(RECEIPT, path))).status == 200
    [receipt] = service.receipts
    assert (receipt.outbox_id, receipt.provider_id) == (None, RECEIPT["MessageSid"])


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        *((query, {"MessageStatus": "sent"}) for query in NOT_OURS),
        ("?m=41", {"MessageSid": "SM1"}),
        ("?m=41", {"MessageSid": "SM1", "MessageStatus": "on the moon"}),
    ],
)
async def test_a_receipt_about_nothing_we_know_is_answered_and_left(
    client: Client, service: RememberingService, query: str, fields: dict[str, str]
) -> None:
    path = "/webhooks/twilio/status" + query

    assert (await client.post(path, data=form(fields), headers=headers_for(fields, path))).status == 200
    assert service.receipts == []


@pytest.mark.parametrize(
    "change",
    [{"MessageStatus": "delivered"}, {"ErrorCode": "30004"}, {"ErrorCode": ""}, {"MessageSid": "SM" + "d" * 32}],
)
async def test_a_forged_receipt_changes_nothing(
    client: Client, service: RememberingService, change: dict[str, str]
) -> None:
    answer = await client.post(STATUS, data=form(RECEIPT | change), headers=headers_for(RECEIPT, STATUS))
    other_row = await client.post(
        "/webhooks/twilio/status?m=42", data=form(RECEIPT), headers=headers_for(RECEIPT, STATUS)
    )

    assert (answer.status, other_row.status) == (403, 403)
    assert service.receipts == []
