"""The published shape of both providers' requests, read from ``shared/data/specs``.

A fake asks here whether a request is one that the provider has promised to understand. Without the shared folder
every check passes, since there is nothing to check against.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Protocol

from aiohttp.web import FileField
from jsonschema import Draft202012Validator, FormatChecker

from tests import shared

formats = FormatChecker(())


class Form(Protocol):
    """A multi-dictionary: a form's or a query's fields, each of which may come more than once."""

    def __iter__(self) -> Any: ...
    def getall(self, key: str) -> list[Any]: ...


@formats.checks("phone-number")
def _is_sender_or_number(value: object) -> bool:
    """E.164, a short code, or an alphanumeric sender of at most eleven characters."""
    return not isinstance(value, str) or bool(
        re.fullmatch(r"\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}", value)
    )


@formats.checks("uri")
def _is_address(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"(https?://[^\s_/]+)?/\S*|https?://[^\s_/]+", value))


@formats.checks("date-time")
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?", value))


@formats.checks("date-time-rfc-2822")
def _is_mail_date(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000", value))


# ---------------------------------------------------------------- Twilio: an OpenAPI document


def _nullable(schema: Any) -> Any:
    """OpenAPI's ``nullable`` in JSON Schema's words."""
    if isinstance(schema, list):
        return [_nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _nullable(value) for key, value in schema.items() if key != "nullable"}
    if schema.get("nullable") and isinstance(schema.get("type"), str):
        plain["type"] = [schema["type"], "null"]
    return plain


def _from_text(schema: Mapping[str, Any], values: Sequence[str]) -> object:
    """What a form's text stands for under this schema; text that does not fit stays text and fails the check."""
    kind = schema.get("type")
    if kind == "array":
        return list(values)
    value = values[-1]
    if kind == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return float(value)
    if kind == "boolean" and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return value


class TwilioSpec:
    """Twilio's Messages resource, as published."""

    LIST = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
    ONE = "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json"

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._paths = document["paths"]
        self._components = _nullable(document["components"])

    def of_create(self, form: Form) -> list[str]:
        """What is wrong with a form that asks to send a message."""
        return self._form(self.LIST, form)

    def of_update(self, form: Form) -> list[str]:
        return self._form(self.ONE, form)

    def of_list(self, query: Form) -> list[str]:
        known = {each["name"]: each["schema"] for each in self._paths[self.LIST]["get"]["parameters"]}
        return self._check({"properties": known}, query)

    def of_message(self, answer: object) -> list[str]:
        """What is wrong with a message resource that the fake is about to answer with."""
        return self._faults({"$ref": "#/components/schemas/api.v2010.account.message"}, answer)

    def of_page(self, answer: object) -> list[str]:
        content = self._paths[self.LIST]["get"]["responses"]["200"]["content"]
        return self._faults(_nullable(content["application/json"]["schema"]), answer)

    def _form(self, path: str, form: Form) -> list[str]:
        content = self._paths[path]["post"]["requestBody"]["content"]
        return self._check(content["application/x-www-form-urlencoded"]["schema"], form)

    def _check(self, schema: Mapping[str, Any], form: Form) -> list[str]:
        known = schema["properties"]
        unknown = sorted({name for name in form if name not in known})
        read = {name: _from_text(known[name], form.getall(name)) for name in form if name in known}
        return [f"{name} is not a field of this request" for name in unknown] + self._faults(_nullable(schema), read)

    def _faults(self, schema: Mapping[str, Any], value: object) -> list[str]:
        validator = Draft202012Validator({**schema, "components": self._components}, format_checker=formats)
        return [
            f"{'.'.join(map(str, error.path)) or 'the request'}: {error.message}"
            for error in validator.iter_errors(value)
        ]


# ---------------------------------------------------------------- Telegram: a list of methods and types


class TelegramSpec:
    """Telegram's Bot API, as published in machine-readable form."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._methods = document["methods"]
        self._types = document["types"]

    def knows(self, method: str) -> bool:
        return method in self._methods

    def of_call(self, method: str, sent: Mapping[str, object]) -> list[str]:
        """What is wrong with these parameters. Text counts as a number, a truth or JSON: forms carry only text."""
        if method not in self._methods:
            return [f"{method} is not a method of the Bot API"]
        return self._fields(self._methods[method].get("fields", []), sent, method, lenient=True)

    def of_value(self, kind: str, value: object, where: str = "") -> list[str]:
        """What is wrong with a JSON value that should be of this type of the Bot API."""
        return self._value(kind, value, where or kind, lenient=False)

    def _fields(
        self, fields: Sequence[Mapping[str, Any]], sent: Mapping[str, object], where: str, *, lenient: bool
    ) -> list[str]:
        known = {field["name"]: field for field in fields}
        faults = [f"{where}: {name} is not a field of it" for name in sent if name not in known]
        for name, field in known.items():
            if name not in sent:
                if field["required"]:
                    faults.append(f"{where}: {name} is missing")
                continue
            tries = [self._value(kind, sent[name], f"{where}.{name}", lenient=lenient) for kind in field["types"]]
            faults += _fewest(tries)
        return faults

    def _value(self, kind: str, value: object, where: str, *, lenient: bool) -> list[str]:
        if kind.startswith("Array of "):
            return self._array(kind.removeprefix("Array of "), value, where, lenient=lenient)
        if kind == "InputFile":
            return [] if isinstance(value, bytes | FileField) else [f"{where}: {value!r} is not a file"]
        if kind == "String":
            return [] if isinstance(value, str) else [f"{where}: {value!r} is not text"]
        if kind == "Integer":
            fits = isinstance(value, int) and not isinstance(value, bool)
            fits = fits or (lenient and isinstance(value, str) and bool(re.fullmatch(r"-?\d+", value)))
            return [] if fits else [f"{where}: {value!r} is not a whole number"]
        if kind == "Float":
            fits = isinstance(value, int | float) and not isinstance(value, bool)
            fits = fits or (lenient and isinstance(value, str) and bool(re.fullmatch(r"-?\d+(\.\d+)?", value)))
            return [] if fits else [f"{where}: {value!r} is not a number"]
        if kind in ("Boolean", "True"):
            fits = isinstance(value, bool) or (lenient and value in ("true", "false", "True", "False"))
            return [] if fits else [f"{where}: {value!r} is neither true nor false"]
        return self._object(kind, value, where, lenient=lenient)

    def _array(self, kind: str, value: object, where: str, *, lenient: bool) -> list[str]:
        value = _unwrap(value) if lenient else value
        if not isinstance(value, list):
            return [f"{where}: {value!r} is not a list"]
        return [
            fault
            for index, each in enumerate(value)
            for fault in self._value(kind, each, f"{where}[{index}]", lenient=False)
        ]

    def _object(self, kind: str, value: object, where: str, *, lenient: bool) -> list[str]:
        value = _unwrap(value) if lenient else value
        if not isinstance(value, dict):
            return [f"{where}: {value!r} is not a {kind}"]
        described = self._types[kind]
        if "subtypes" in described:
            return _fewest([self._object(each, value, where, lenient=False) for each in described["subtypes"]])
        return self._fields(described.get("fields", []), value, where, lenient=False)


def _fewest(tries: Sequence[list[str]]) -> list[str]:
    """What is wrong with a value under the type that it comes nearest to."""
    return sorted(tries, key=len)[0]


def _unwrap(value: object) -> object:
    """An object or a list as JSON text, as forms carry them."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


@cache
def twilio_spec() -> TwilioSpec | None:
    """Twilio's specification, or None where there is no shared folder."""
    if not shared.is_here():
        return None
    return TwilioSpec(json.loads(shared.shared("data/specs/twilio_messages.json").read_bytes()))


@cache
def telegram_spec() -> TelegramSpec | None:
    """Telegram's specification, or None where there is no shared folder."""
    if not shared.is_here():
        return None
    return TelegramSpec(json.loads(shared.shared("data/specs/telegram_bot_api.json").read_bytes()))
