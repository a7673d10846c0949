"""Proof that a webhook comes from whom it says. Every comparison takes the same time, right or wrong."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from multidict import MultiDict
from twilio.request_validator import RequestValidator, add_port, remove_port

MOST_FIELDS = 500  # Twilio sends about twenty


def same(given: str, expected: str) -> bool:
    """Whether two secrets are the same; an empty ``expected`` is never matched."""
    return bool(expected) and hmac.compare_digest(
        given.encode("utf-8", "surrogateescape"), expected.encode("utf-8", "surrogateescape")
    )


def fields_of(body: bytes) -> MultiDict[str] | None:
    """The fields of a form, whatever charset its header claims: what is not UTF-8 becomes �. None: not a form."""
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    return MultiDict(pairs)


def is_from_twilio(token: str, public_url: str, raw_path: str, fields: MultiDict[str], signature: str) -> bool:
    """Whether Twilio signed this form for this address (``public_url`` + ``raw_path``, query included).

    The library computes; we compare, because its own comparison stops early on length. Twilio signs with or without
    the port, by its own account, so both are tried.
    https://www.twilio.com/docs/usage/webhooks/webhooks-security
    """
    url = public_url + raw_path
    if not token or not public_url or not signature or not raw_path.startswith("/") or not url.isascii():
        return False
    validator = RequestValidator(token)
    return any(same(signature, validator.compute_signature(spelling, fields)) for spelling in _spellings(url))


def _spellings(url: str) -> Iterator[str]:
    """The likeliest first: each costs a hash."""
    yield url
    parts = urlsplit(url)
    yield remove_port(parts)
    yield add_port(parts)
