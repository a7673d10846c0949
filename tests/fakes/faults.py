"""What a fake provider can be told to do instead of answering as it should."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

Fields = Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Fault:
    """One way of going wrong, for the next ``times`` requests that ``only`` holds for.

    ``does_it`` says whether the message goes out all the same: an answer lost on the way, not a refusal. ``drops`` cuts
    the connection instead of answering. ``held`` keeps the request until it is set.
    """

    status: int | None = None  # None: the real answer
    body: str = ""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    does_it: bool = False
    drops: bool = False
    held: asyncio.Event | None = None
    times: int = 1
    only: Callable[[Fields], bool] | None = None  # None: any request

    def answer(self) -> web.Response:
        return web.Response(
            status=self.status or 200, text=self.body, content_type=self.content_type, headers=self.headers
        )


class Faults:
    """The faults still to come, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._coming: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._coming.append(fault)

    def clear(self) -> None:
        """Behave again; a request that is being held goes on."""
        for fault in self._coming:
            if fault.held is not None:
                fault.held.set()
        self._coming.clear()

    @property
    def is_clear(self) -> bool:
        """Whether every fault that was asked for has been met."""
        return not self._coming

    def next_for(self, fields: Fields) -> Fault | None:
        """The fault that this request meets, if one does."""
        for fault in self._coming:
            if fault.only is None or fault.only(fields):
                fault.times -= 1
                if fault.times <= 0:
                    self._coming.remove(fault)
                return fault
        return None


def drop_after_accepting(times: int = 1) -> Fault:
    """The request is carried out and the connection cut before the answer: nobody on the other side can know."""
    return Fault(drops=True, does_it=True, times=times)


def drop_before_accepting(times: int = 1) -> Fault:
    return Fault(drops=True, times=times)


def html(status: int = 502, times: int = 1) -> Fault:
    """A web page from some machine in between, where JSON should be."""
    page = f"<html><head><title>{status} Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"
    return Fault(status=status, body=page, content_type="text/html", times=times)


def empty(status: int = 201, *, does_it: bool = True, times: int = 1) -> Fault:
    """Success with nothing in it."""
    return Fault(status=status, body="", does_it=does_it, times=times)


def held() -> Fault:
    """The next request waits until its ``held`` is set, and is then answered as usual."""
    return Fault(held=asyncio.Event())


def said(status: int, body: Mapping[str, object], *, headers: Mapping[str, str] | None = None, times: int = 1) -> Fault:
    """Any status with any JSON."""
    return Fault(status=status, body=json.dumps(body), headers=headers or {}, times=times)
