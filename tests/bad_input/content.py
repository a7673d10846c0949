"""Content that cannot be used, saved while the service runs: people go on hearing what is live."""

from __future__ import annotations

from tests.bad_input.house import House
from tests.bad_input.kinds import KEPT, Group
from tests.reading.folder import FLOW

GROUP = Group("Content")
LIVE = "the words that are live: “I'm a robot”"
TALK = "flows/talk.yaml"


def told(where: str, words: str) -> str:
    return f"{KEPT}, `content.refused` in the log, and `{where}` with `{words}`"


async def save(house: House, file: str, written: str | bytes) -> None:
    """Somebody saves this file, and somebody else texts."""
    await house.saves(file, written.encode() if isinstance(written, str) else written)
    assert await house.phone().texts("hello") == 200


@GROUP.of("A colon that was forgotten", LIVE, told("flows/talk.yaml:25:5", "A step is expected here"))
async def _(house: House) -> None:
    await save(house, TALK, FLOW.replace("- say: Thanks", "- say Thanks"))


@GROUP.of("Tabs where spaces belong", LIVE, told("flows/talk.yaml:6:1", "begins with a Tab"))
async def _(house: House) -> None:
    await save(house, TALK, FLOW.replace("    save: mood", "\tsave: mood"))


@GROUP.of("A tag that would run a program", LIVE, told("flows/talk.yaml:1:7", "cannot begin with !"))
async def _(house: House) -> None:
    await save(house, TALK, FLOW.replace("flow: talk", "flow: !!python/object/apply:os.system [reboot]"))


@GROUP.of("A list that names itself a billion times", LIVE, told("flows/talk.yaml:2:4", "brackets are not used here"))
async def _(house: House) -> None:
    bomb = "a: &a0 [x, x]\n" + "".join(f"a: &a{n + 1} [*a{n}, *a{n}]\n" for n in range(30))
    await save(house, TALK, "flow: talk\n" + bomb)


@GROUP.of("A list set in 1,000 times", LIVE, told("flows/talk.yaml:1:", "set too far in"))
async def _(house: House) -> None:
    await save(house, TALK, "- " * 1000)


@GROUP.of("A file of a million letters", LIVE, told("flows/talk.yaml:1", "far too large"))
async def _(house: House) -> None:
    await save(house, TALK, "a" * 1_000_001)


@GROUP.of("A picture under the name of a flow", LIVE, told("flows/talk.yaml:1", "This file is made of settings"))
async def _(house: House) -> None:
    await save(house, TALK, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4)


@GROUP.of("An emptied phrases.yaml", LIVE, told("phrases.yaml:1", "There is nothing in this file"))
async def _(house: House) -> None:
    await save(house, "phrases.yaml", "")


@GROUP.of("The same setting twice", LIVE, told("service.yaml:2:1", "twice"))
async def _(house: House) -> None:
    await save(house, "service.yaml", "name: One\nname: Two\n")


@GROUP.of("A question without an end to its wait", LIVE, told("flows/talk.yaml:3:5", "This question waits for ever"))
async def _(house: House) -> None:
    await save(house, TALK, FLOW.replace("no_reply:\n  close: 24 hours\n", ""))
