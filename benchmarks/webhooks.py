"""Signed webhooks over HTTP, 64 connections at once: the whole service on SQLite beside an aiohttp hello-world.

Both servers get the same bytes, as Twilio would send and sign them, each on a connection that stays open; ours answers
when all that follows is committed. Rounds take turns. What counts is CPU time a request: its inverse is requests a
second a core, whoever else uses the machine; the waits (p50, p99) are by the clock.

    python -m benchmarks.webhooks
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import NamedTuple
from urllib.parse import quote_plus

from benchmarks import six
from benchmarks.contender import ROOT
from benchmarks.town import number

PUBLIC_URL = "https://fingerpost.test"
PATH = "/webhooks/twilio/message"
ACCOUNT = "AC" + "0" * 32
TOKEN = "0" * 32
OUR_NUMBER = "+447700900000"
CONNECTIONS = 64
ROUNDS = 15
TALKS = 3  # conversations of everybody in a round
SHARE, HOPED = 0.25, 0.40  # of hello's requests a second a core
P99 = 100.0  # milliseconds


def request(person: int, which: int, text: str) -> bytes:
    """A text message as Twilio posts it: https://www.twilio.com/docs/messaging/guides/webhook-request."""
    fields = {
        "ToCountry": "GB",
        "MessageSid": f"SM{which:032x}",
        "SmsMessageSid": f"SM{which:032x}",
        "AccountSid": ACCOUNT,
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "FromCountry": "GB",
        "From": number(person),
        "To": OUR_NUMBER,
        "Body": text,
        "ApiVersion": "2010-04-01",
    }
    signed = PUBLIC_URL + PATH + "".join(name + fields[name] for name in sorted(fields))
    signature = base64.b64encode(hmac.digest(TOKEN.encode(), signed.encode(), hashlib.sha1)).decode()
    body = "&".join(f"{name}={quote_plus(value)}" for name, value in fields.items())
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: fingerpost.test\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        f"X-Twilio-Signature: {signature}\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


class Round(NamedTuple):
    """CPU microseconds a request, requests a second by the clock, and every wait in milliseconds, sorted."""

    each: float
    a_second: float
    waits: list[float]


class Server:
    """A server of benchmarks/serving.py, with its connections. ``with`` ends it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.rounds: list[Round] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.serving", kind],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._line())

    def cpu(self) -> float:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._line())

    async def takes(self, texts: Sequence[Sequence[bytes]]) -> Round:
        """A round: each connection sends its texts, one after the other."""
        lines = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", self.port) for _ in texts))
        cpu, began = self.cpu(), time.perf_counter()
        waits = await asyncio.gather(*(_talk(line, each) for line, each in zip(lines, texts, strict=True)))
        took, cpu = time.perf_counter() - began, self.cpu() - cpu
        for _, writer in lines:
            writer.close()
        every = sorted(wait for each in waits for wait in each)
        return Round(cpu / len(every) * 1e6, len(every) / took, every)

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the server {self.kind} ended with exit code {self._process.wait()}")
        return line.strip()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()


async def _talk(line: tuple[asyncio.StreamReader, asyncio.StreamWriter], texts: Sequence[bytes]) -> list[float]:
    reader, writer = line
    waits = []
    for text in texts:
        began = time.perf_counter()
        writer.write(text)
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head[:16]:
            raise AssertionError(head.decode())
        length = next(int(each[15:]) for each in head.split(b"\r\n") if each.lower().startswith(b"content-length:"))
        await reader.readexactly(length)
        waits.append((time.perf_counter() - began) * 1000)
    return waits


def texts(first: int, people: int, talks: int) -> list[list[bytes]]:
    """What each of so many people sends in a round. ``first`` numbers the texts on."""
    said = six.REPLIES * talks
    return [
        [request(person, first + turn * people + person, text) for turn, text in enumerate(said)]
        for person in range(people)
    ]


def measure(rounds: int = ROUNDS, people: int = CONNECTIONS, talks: int = TALKS) -> tuple[Server, Server]:
    """Both servers, with their rounds. One round to warm up does not count."""
    sent = 1
    with ExitStack() as stack:
        hello, ours = (stack.enter_context(Server(kind)) for kind in ("hello", "ours"))
        for round_ in range(rounds + 1):
            bytes_ = texts(sent, people, talks)
            sent += people * talks * six.TURNS
            for server in (hello, ours) if round_ % 2 else (ours, hello):
                took = asyncio.run(server.takes(bytes_))
                if round_:
                    server.rounds.append(took)
    return hello, ours


def main(rounds: int = ROUNDS) -> bool:
    """Measure and print; whether the aims were met."""
    hello, ours = measure(rounds)
    print(f"{CONNECTIONS} connections, medians of {rounds} rounds:")
    print(f"{'':41} {'CPU µs':>7} {'a second a core':>17} {'a second here':>15} {'p50 ms':>8} {'p99 ms':>8}")
    for name, server in (("aiohttp hello-world", hello), ("signed, durable webhook", ours)):
        each = statistics.median(one.each for one in server.rounds)
        here = statistics.median(one.a_second for one in server.rounds)
        half, p99 = _waits(server)
        print(f"{name:41} {each:>7.0f} {1e6 / each:>17.0f} {here:>15.0f} {half:>8.1f} {p99:>8.1f}")
    share = statistics.median(one.each / other.each for one, other in zip(hello.rounds, ours.rounds, strict=True))
    _, slowest = _waits(ours)
    verdict = "met" if share >= SHARE else "MISSED"
    hope = "met" if share >= HOPED else "not yet"
    print(f"of hello's requests a second a core: {share:.2f}: aim {SHARE:g} {verdict}, hoped for {HOPED:g}: {hope}")
    print(f"p99 {slowest:.1f} ms: aim {P99:g} {'met' if slowest <= P99 else 'MISSED'}")
    return share >= SHARE and slowest <= P99


def _waits(server: Server) -> tuple[float, float]:
    """The medians over the rounds of p50 and p99."""
    halves = statistics.median(one.waits[len(one.waits) // 2] for one in server.rounds)
    return halves, statistics.median(one.waits[len(one.waits) * 99 // 100] for one in server.rounds)


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
