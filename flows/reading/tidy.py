"""The first pass over a file: mends what is certain, line by line, and never touches the words.

Coordinators write in Notepad, on a phone, from Word and Excel. Tabs, no-break spaces, bullets, curly quotes around a
value, ``Ask:`` and Windows-1252 are mended here; words that a person hears are put between quotes, so that the YAML
parser takes ``say: FRANK: 0300 123 6600`` as it stands. Columns still count as the author's editor counts them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flows.reading.encoding import read_text
from flows.reading.keys import KNOWN, STEP_NAMES, holds_words, lists_phrases
from flows.reading.problems import Problems, spaces
from flows.wording import Place

_BULLET = re.compile(r"[•·–—‣◦▪●○■*]\s+|[•·‣◦▪●○■](?=\w)|-(?=[\t\u00a0\u2007\u202f])")
_DASHED_KEY = re.compile(r"[-–—](?=([A-Za-z][A-Za-z _]*?)\s*:(?:\s|$))")
KEY = re.compile(r"(?P<dashes>(?:- +)*)(?P<key>[^\W\d_][^:#\"'\[\]{}]*?|\d[^:#\"'\[\]{}]*?)(?P<colon>[ ]*:)(?=\s|$)\s*")
GLUED = re.compile(r"(?P<dashes>(?:- +)*)(?P<key>[A-Za-z][A-Za-z _]*?)(?P<colon>\s*:)(?=[^\s])")
BLOCK = re.compile(r"[|>][+-]?\d?[+-]?(?:\s+#.*)?")
_COMMENT = re.compile(r"\s#")
_NOTE = re.compile(r"\s#\s")
ODD_SPACES = "\u00a0\u2007\u202f\u2009\u3000\t\x0b\x0c"
TO_SPACES = str.maketrans(dict.fromkeys(ODD_SPACES, " "))
_CURLY_PAIRS = {"“": "”", "„": "”", "‘": "’", "«": "»"}
_TAB = 2  # one press of Tab is one step in, as the files of this format are laid out
_TALK_MARKS = ("> ", "< ", "@ ", "! ", "# ", ">", "<", "@", "!")


@dataclass(slots=True)
class Tidied:
    """A file ready for the YAML parser. ``place`` turns its lines and columns back into the original's."""

    file: str
    text: str
    written: list[str]  # the lines as the author has them
    adrift: bool = False  # a setting stands further in than the words above it
    shifts: dict[int, list[tuple[int, int]]] = field(default_factory=dict)  # line → (from this column, add this)

    def place(self, line: int, column: int) -> Place:
        """The author's line and column for a spot in the tidied text; both count from 0 here, from 1 in the answer."""
        add = 0
        for start, shift in self.shifts.get(line, ()):
            if column >= start:
                add = shift
        return Place(self.file, line + 1, max(column + add, 0) + 1)

    def move_left(self, line: int, margin: int, by: int) -> None:
        """Keeps the author's columns of a line that stands ``by`` columns further left than ``margin``, as it was."""
        known = self.shifts.get(line, [])
        self.shifts[line] = [(margin - by, by), *((column - by, add + by) for column, add in known)]


def tidy(raw: bytes, file: str, problems: Problems) -> Tidied:
    """Reads bytes of any kind; what was refused or guessed is written down in ``problems``."""
    return Pass(file, problems).run(read_text(raw, file, problems))


@dataclass(slots=True)
class _Valued:
    """The last line that had something after its colon: what comes next may have been joined to it."""

    line: int
    indent: int  # of the key, after any dashes
    head: str | None  # the line up to its words, when they are taken literally
    words: list[str] = field(default_factory=list)


class Pass:
    """One file, line by line. ``mending`` looks over its shoulder, to write down what was mended."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.file = file
        self.problems = problems
        self.out: list[str] = []
        self.shifts: dict[int, list[tuple[int, int]]] = {}
        self.valued: _Valued | None = None
        self.dashes: list[int] = []  # columns of the lists that are open here
        self.block: int | None = None  # inside a | block: the column of its key
        self.base: int | None = None  # … and where its first line begins
        self.in_talk = False  # … and it is a conversation
        self.empty_talk: int | None = None  # line of a ``talk:`` that lacks its |
        self.moved: tuple[int, int] | None = None  # lines from this indent on are moved left by so much
        self.tidied: list[int] = []
        self.spaced = self.tabbed = False  # how the lines so far were set in
        self.lines: list[str] = []
        self.opens_steps = False  # the last line was ``steps:``, ``then:`` or ``else:``
        self.key: tuple[int, bool] | None = None  # the column of the last key, and whether nothing followed it
        self.phrases = lists_phrases(file)
        self.adrift = False

    def run(self, text: str) -> Tidied:
        lines = self.lines = text.split("\n")
        for number, raw in enumerate(lines):
            self.out.append(self._line(number, raw))
        self._close_words()
        if self.tidied:
            more = f" (and {len(self.tidied) - 1} more lines)" if len(self.tidied) > 1 else ""
            self.problems.warn(
                Place(self.file, self.tidied[0] + 1),
                "tidied",
                f"I tidied tabs, dashes or spaces here{more}.",
                "nothing to do: it is read as you meant it.",
            )
        return Tidied(self.file, "\n".join(self.out), lines, self.adrift, self.shifts)

    # ---------------------------------------------------------------- one line

    def _line(self, number: int, raw: str) -> str:
        body = raw.lstrip(" " + ODD_SPACES)
        indent = self._indent(number, raw[: len(raw) - len(body)])
        if self.block is not None:
            if not body or indent > self.block or (self.in_talk and body.startswith(_TALK_MARKS[:4])):
                return self._in_block(number, indent, body)
            self.block = self.base = None
        body = body.rstrip(" " + ODD_SPACES)
        if not body or body.startswith("#"):
            return " " * indent + body if self.valued is None else ""
        if self.empty_talk is not None:
            opener, self.empty_talk = self.empty_talk, None
            if body.startswith(_TALK_MARKS):
                self.block, self.in_talk = len(self.out[opener]) - len(self.out[opener].lstrip(" ")), True
                self.out[opener] += " |"
                return self._in_block(number, indent, body)
        mended = self._list_mark(number, indent, body)
        indent = self._among_spaces(number, indent, mended, raw)
        indent, mended = self._with_dash(number, indent, mended, raw)
        indent = self._follow_move(number, indent)
        if self.valued is not None and indent > self._floor(mended):
            if not _begins_anew(mended):
                self._run_on(mended)
                return ""
            self.adrift = True
        self._close_words()
        return self._keyed(number, indent, mended, raw)

    def _in_block(self, number: int, indent: int, body: str) -> str:
        """A line of words below a |: how far in it begins says nothing, as long as it is below."""
        assert self.block is not None
        if self.base is None and body:
            self.base = max(indent, self.block + 1)
        meant = max(indent, self.base or 0) if body else indent
        if meant != indent:
            self._move(number, indent, indent - meant)
        return " " * meant + body

    def _indent(self, number: int, space: str) -> int:
        if not space.strip(" "):
            return len(space)
        width = 0
        for character in space:
            width = (width // _TAB + 1) * _TAB if character == "\t" else width + 1
        self._shift(number, width, len(space) - width)
        self.tidied.append(number)
        return width

    def _among_spaces(self, number: int, indent: int, body: str, raw: str) -> int:
        """Where a line begins: a Tab between lines that begin with spaces is wider in one editor than in another."""
        space = raw[: len(raw) - len(raw.lstrip(" " + ODD_SPACES))]
        if "\t" not in space:
            self.spaced = self.spaced or (bool(space) and not self.tabbed)
            return indent
        self.tabbed = True
        if not self.spaced or self.key is None:
            return indent
        column, empty = self.key
        if body.startswith("- "):
            fitting = [*self.dashes, *([column + 2] if empty else [])]
        else:
            found = KEY.match(body)
            fitting = [column] if found and found["key"].lower() in KNOWN else []
        seen = len(space.expandtabs(8))  # as Notepad shows it
        if not fitting or fitting == [indent]:
            return indent
        meant = min(fitting, key=lambda each: abs(each - seen))
        self.problems.error(
            Place(self.file, number + 1, 1),
            "tab",
            "This line begins with a Tab, and those around it with spaces.",
            f"take the Tab out and put {spaces(meant)}: {' ' * meant}{body}",
        )
        self.tidied.remove(number)
        self._move(number, indent, indent - meant)
        return meant

    def _with_dash(self, number: int, indent: int, body: str, raw: str) -> tuple[int, str]:
        """The first step of a list whose dash was lost; the next step's dash shows where it stood."""
        found = KEY.match(body) if self.opens_steps else None
        if found is None or found["dashes"] or found["key"].lower() not in STEP_NAMES:
            return indent, body
        for line in self.lines[number + 1 :]:
            below = line.strip()
            column = len(line.expandtabs(_TAB)) - len(line.expandtabs(_TAB).lstrip())
            if below.startswith("- ") and column in (indent, indent - 2):
                break
            if below and column < indent:
                return indent, body
        else:
            return indent, body
        place = Place(self.file, number + 1, len(raw) - len(raw.lstrip()) + 1)
        self.problems.error(place, "missing dash", "A dash is missing before this line.", f"type - {body}")
        if column == indent:
            self._shift(number, indent + 2, -2)
        return column, f"- {body}"

    def _shift(self, number: int, column: int, add: int) -> None:
        """From this column on, the author's editor shows ``add`` columns more than the tidied text has."""
        known = self.shifts.setdefault(number, [])
        known.append((column, add + (known[-1][1] if known else 0)))

    def _list_mark(self, number: int, indent: int, body: str) -> str:
        """``• say: Hi``, ``–  say: Hi`` and ``-say: Hi`` all become ``- say: Hi``."""
        if found := _BULLET.match(body):
            rest = body[found.end() :].lstrip(" " + ODD_SPACES)
            self._shift(number, indent + 2, len(body) - len(rest) - 2)
        elif (found := _DASHED_KEY.match(body)) and found[1].lower() in KNOWN:
            rest = body[1:]
            self._shift(number, indent + 2, -1)
        else:
            return body
        self.tidied.append(number)
        return "- " + rest

    def _follow_move(self, number: int, indent: int) -> int:
        if self.moved is None:
            return indent
        start, by = self.moved
        if indent < start:
            self.moved = None
            return indent
        self._move(number, indent, by)
        return indent - by

    def _move(self, number: int, indent: int, by: int) -> None:
        known = self.shifts.get(number, [])
        self.shifts[number] = [(indent - by, by), *((column - by, add + by) for column, add in known)]

    # ---------------------------------------------------------------- lines that run on

    def _floor(self, body: str) -> int:
        """The column past which a line can only belong to the words above it."""
        assert self.valued is not None
        if body.startswith("- ") or body == "-":
            open_lists = [column for column in self.dashes if column < self.valued.indent]
            return max(open_lists, default=self.valued.indent - 1)
        return self.valued.indent

    def _run_on(self, body: str) -> None:
        """More of the value above, on a line of its own: a long message, a long list."""
        assert self.valued is not None
        if self.valued.head is not None:
            self.valued.words.append(body)
        else:
            begun = _COMMENT.split(self.out[self.valued.line], maxsplit=1)[0].rstrip()
            self.out[self.valued.line] = f"{begun} {_COMMENT.split(body, maxsplit=1)[0].rstrip()}"

    def _close_words(self) -> None:
        if self.valued is not None and self.valued.head is not None:
            words = _unwrap(" ".join(self.valued.words))
            if _NOTE.search(words):
                what = "Everything after the colon is sent to people, the # and what follows it too."
                place = Place(self.file, self.valued.line + 1, self.valued.indent + 1)
                self.problems.warn(place, "note sent", what, "put the note on a line of its own, or leave the # out.")
            self.out[self.valued.line] = self.valued.head + _quoted(words)
        self.valued = None

    # ---------------------------------------------------------------- keys and values

    def _keyed(self, number: int, indent: int, body: str, raw: str) -> str:
        dashes = 0
        while body.startswith("- ", dashes):
            self._open_list(indent + dashes)
            dashes += 2
            while body.startswith(" ", dashes):
                dashes += 1
        if body == "-":
            self._open_list(indent)
            return " " * indent + body
        if not dashes:
            self.dashes = [column for column in self.dashes if column < indent]
        found = KEY.match(body) or self._glued(number, body, raw)
        if found is None or (dashes and self.phrases and found["key"].lower() not in KNOWN):
            return self._listed(number, indent, dashes, body, raw)
        key = found["key"].strip()
        if key != key.lower() and key.lower() in KNOWN:
            key = key.lower()
        head = f"{' ' * indent}{body[:dashes]}{key}{found['colon'].lstrip() or ':'}"
        self._after_key(number, len(head), indent, body, found)
        value = body[found.end() :]
        column = indent + dashes
        self.key = (column, not value or value.startswith("#"))
        self.opens_steps = self.key[1] and key in ("steps", "then", "else")
        if not value or value.startswith("#"):
            if key == "talk":
                self.empty_talk = number
            return head + (" " + value if value else "")
        if BLOCK.fullmatch(value):
            self.block, self.in_talk = column, key == "talk"
            return f"{head} {value}"
        if holds_words(self.file, key):
            self.valued = _Valued(number, column, head + " ", [value])
            return ""
        self.valued = _Valued(number, column, None)
        return f"{head} {straight(value)}"

    def _after_key(self, number: int, head: int, indent: int, body: str, found: re.Match[str]) -> None:
        """Spaces dropped around the colon move the value left."""
        written = indent + found.end()
        if found.end() < len(body) and written != head + 1:
            self._shift(number, head + 1, written - head - 1)

    def _open_list(self, column: int) -> None:
        self.dashes = [known for known in self.dashes if known < column]
        self.dashes.append(column)

    def _glued(self, number: int, body: str, raw: str) -> re.Match[str] | None:
        """``say:Hi``: a space is missing. Refused, and read as if it were there."""
        found = GLUED.match(body)
        if found is None or found["key"].lower() not in KNOWN:
            return None
        mended = f"{found.group()} {body[found.end() :]}"
        column = len(raw) - len(raw.lstrip()) + found.end() + 1
        self.problems.error(
            Place(self.file, number + 1, column), "glued", "A space is missing after the colon.", f"type {mended}"
        )
        return found

    def _listed(self, number: int, indent: int, dashes: int, body: str, raw: str) -> str:
        """A line without a setting of its own: an item of a list, or something the parser will complain about."""
        item = body[dashes:]
        if not dashes and item[0].isalpha() and ":" not in item:
            return self._bare(number, item, raw)
        if not (dashes and self.phrases):
            return " " * indent + body[:dashes] + (straight(item) if dashes else item.translate(TO_SPACES))
        comment = _COMMENT.search(item)
        words = item[: comment.start()] if comment else item
        return " " * indent + body[:dashes] + _quoted(_unwrap(words.rstrip()))

    def _bare(self, number: int, item: str, raw: str) -> str:
        """A line with no colon and no dash says nothing: refused, and left out of what is parsed."""
        word = item.split()[0].lower()
        mended = f"{word}: {item[len(word) :].strip()}" if word in KNOWN else f"- {item}"
        place = Place(self.file, number + 1, len(raw) - len(raw.lstrip()) + 1)
        self.problems.error(place, "no colon", "This line has no colon and no dash.", f"type {mended.strip()}")
        return ""


def _begins_anew(body: str) -> bool:
    """Whether a line that stands further in than the words above it is a setting, and not more of those words."""
    found = KEY.match(body) or GLUED.match(body)
    return body.startswith("- ") or (found is not None and found["key"].lower() in KNOWN)


def _quoted(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unwrap(words: str) -> str:
    """Drops one pair of quotes around the whole; quotes inside, or around a part, are words."""
    if len(words) < 2:
        return words
    first, last, inner = words[0], words[-1], words[1:-1]
    if first == last == '"' and not re.search(r'(?<!\\)"', inner):
        return inner.replace('\\"', '"').replace("\\\\", "\\")
    if first == last == "'" and not re.search(r"(?<![\w'])'|'(?![\w'])", inner):
        return inner.replace("''", "'")
    if _CURLY_PAIRS.get(first) == last and first not in inner and (last not in inner or last == "’"):
        return inner
    return words


def straight(value: str) -> str:
    """A value that is not words: odd spaces and curly quotes around it are Word's doing."""
    value = value.translate(TO_SPACES)
    if len(value) >= 2 and _CURLY_PAIRS.get(value[0]) == value[-1]:
        return _quoted(value[1:-1])
    return value
