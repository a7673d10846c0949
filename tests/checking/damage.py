"""Damages a file as editors, programs, disks and people do. The same seed does the same damage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

# What has a meaning in the notation that these files are a part of, and what people type by accident.
SIGNS = (
    *(
        "{",
        "}",
        "[",
        "]",
        "&a",
        "*a",
        "!!python/object/apply:os.system",
        "<<: *a",
        "? ",
        "---",
        "...",
        "%YAML 1.1",
        "|",
    ),
    *(
        ">",
        '"',
        "'",
        "“",
        "”",
        "\t",
        "\u00a0",
        "- ",
        "-",
        "–",
        "• ",
        ":",
        "::",
        ": ",
        "#",
        " #",
        "@",
        "`",
        "\\",
        "\x00",
    ),
    *(
        "\u2028",
        "\ufeff",
        "\u202e",
        "((",
        "))",
        "((nickname))",
        "((",
        "…",
        "~",
        "null",
        "yes",
        "0x1f",
        "1e9",
        "\U0001f600",
    ),
    *(
        "then:",
        "when:",
        "steps:",
        "choices:",
        "- say: x",
        "not answered:",
        "no_reply:",
        "close: 1 hour",
        "until",
        " to ",
    ),
    *(
        "99999999999999999999",
        "-1",
        "½",
        "７",
        "²",
        "25:61",
        "2026-02-30",
        "0000-00-00",
        "a" * 3000,
        "(" * 60,
        "\ud7ff",
    ),
)
ENCODINGS = (
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "latin-1",
    "shift-jis",
    "cp437",
    "utf-7",
    "utf-8-sig",
)

Damage = Callable[[bytes, Random], bytes]


def _lines(raw: bytes) -> list[bytes]:
    return raw.split(b"\n")


def line_lost(raw: bytes, dice: Random) -> bytes:
    lines = _lines(raw)
    del lines[dice.randrange(len(lines))]
    return b"\n".join(lines)


def line_twice(raw: bytes, dice: Random) -> bytes:
    lines = _lines(raw)
    at = dice.randrange(len(lines))
    return b"\n".join([*lines[: at + 1], *lines[at:]])


def line_moved(raw: bytes, dice: Random) -> bytes:
    lines = _lines(raw)
    line = lines.pop(dice.randrange(len(lines)))
    lines.insert(dice.randrange(len(lines) + 1), line)
    return b"\n".join(lines)


def line_set_in(raw: bytes, dice: Random) -> bytes:
    lines = _lines(raw)
    at = dice.randrange(len(lines))
    lines[at] = dice.choice((b" ", b"  ", b"\t", b"\xc2\xa0", b"        ")) + lines[at]
    return b"\n".join(lines)


def line_pulled_out(raw: bytes, dice: Random) -> bytes:
    lines = _lines(raw)
    at = dice.randrange(len(lines))
    lines[at] = lines[at].removeprefix(b" " * dice.randrange(1, 5))
    return b"\n".join(lines)


def cut_off(raw: bytes, dice: Random) -> bytes:
    return raw[: dice.randrange(len(raw) + 1)]


def sign_typed(raw: bytes, dice: Random) -> bytes:
    at = dice.randrange(len(raw) + 1)
    return raw[:at] + dice.choice(SIGNS).encode("utf-8", "surrogatepass") + raw[at:]


def letter_lost(raw: bytes, dice: Random) -> bytes:
    at = dice.randrange(len(raw) + 1)
    return raw[:at] + raw[at + 1 :]


def bytes_spoiled(raw: bytes, dice: Random) -> bytes:
    spoiled = bytearray(raw)
    for _ in range(dice.randrange(1, 9)):
        if spoiled:
            spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
    return bytes(spoiled)


def other_letters(raw: bytes, dice: Random) -> bytes:
    return raw.decode(errors="replace").encode(dice.choice(ENCODINGS), errors="replace")


def other_line_ends(raw: bytes, dice: Random) -> bytes:
    return raw.replace(b"\n", dice.choice((b"\r\n", b"\r", b"\n\r", b"\r\r\n", b"\x0b", b"\xe2\x80\xa8")))


def value_swapped(raw: bytes, dice: Random) -> bytes:
    """A value from one line stands in another."""
    lines = _lines(raw)
    first, second = dice.randrange(len(lines)), dice.randrange(len(lines))
    head, colon, _ = lines[first].partition(b":")
    lines[first] = head + colon + b" " + lines[second].rpartition(b":")[2].strip()
    return b"\n".join(lines)


def nothing_left(_: bytes, dice: Random) -> bytes:
    return dice.choice(
        (b"", b"\n\n", b"# only a note\n", b" ", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00" * 100, b"-", b"word", b"- - - -")
    )


def nested_deep(raw: bytes, dice: Random) -> bytes:
    return (
        raw
        + b"\n"
        + dice.choice(
            (b"- " * 3000, b"[" * 3000, b"{a: " * 2000, b"a:\n" + b"".join(b" " * n + b"a:\n" for n in range(200)))
        )
    )


DAMAGES: tuple[Damage, ...] = (
    *(line_lost, line_twice, line_moved, line_set_in, line_pulled_out, cut_off, sign_typed, letter_lost, bytes_spoiled),
    *(other_letters, other_line_ends, value_swapped, nothing_left, nested_deep),
)


def damaged(files: Mapping[str, bytes], seed: int) -> tuple[str, bytes]:
    """One file of these, damaged once to three times; its name and what is left of it."""
    dice = Random(seed)
    name = dice.choice(sorted(files))
    raw = files[name]
    if dice.random() < 0.03:
        return name, files[dice.choice(sorted(files))]  # saved under the wrong name
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        raw = dice.choice(DAMAGES)(raw, dice)
    return name, raw
