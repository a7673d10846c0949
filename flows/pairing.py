"""Writes the English of today into a file of translations, by line: comments, order and the translator's words stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from flows.translating import Pair, Said, Spot, Translation, same_words

_ENTRY = re.compile(r"\s*-\s+at:\s*(?P<at>.*\S)\s*$")
_REVIEWED = "reviewed_by:"
_ODD_START = re.compile(r"[\[\]{}#|>@`%&*!?,\"'-]")  # what means something to YAML at the start of a value


def new_file(language: str, name: str) -> str:
    """The head of a file that is not there yet."""
    return (
        f"# {name} in {language}. Edit the {language}: lines only; the English beside each is put here by\n"
        f"# fingerpost check --translations {language} --write. {_REVIEWED} names the speaker who read it.\n"
        f"{_REVIEWED}\nwords:\n"
    )


def paired(text: str, language: str, said: Sequence[Said], translation: Translation) -> str:
    """``text``, a file that reads well, with every spot of ``said`` in page order and the English as it is now.

    English that has changed since is kept after ``was:``. An entry whose message is gone stays at the end; one whose
    number another message has taken stays there as a comment, or it would be read as that one's.
    """
    sheet = _Sheet.of(text, language)
    for spot, pair in translation.pairs.items():
        if pair.spot.at != spot.at:
            sheet.rename(pair, spot.at)
    blocks: list[list[str]] = []
    names = {at: list(parts) for at, parts in groupby(said, key=lambda each: each.spot.at)}
    for at, parts in names.items():
        pairs = {each.spot: translation.pairs[each.spot] for each in parts if each.spot in translation.pairs}
        block = sheet.block_of(next((pair.spot.at for pair in pairs.values()), at)) if pairs else None
        if block is None:
            blocks.append(list(_entry(at, parts, language)))
        else:
            sheet.bring_up(block, parts, pairs)
            blocks.append(sheet.lines_of(block))
    for block in sheet.left():
        taken = block.at in names
        blocks.append([f"# {line}".rstrip() if taken and line.strip() else line for line in sheet.lines_of(block)])
    return "\n".join([*sheet.head, *(line for each in blocks for line in each)]).rstrip("\n") + "\n"


# ---------------------------------------------------------------- new lines


def literal(words: str) -> str:
    """Words as they are written after a colon; in quotes where an editor would take them for something else."""
    flat = " ".join(words.split())
    if _ODD_START.match(flat) or ": " in flat or " #" in flat or flat.endswith(":"):
        return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return flat


def _entry(at: str, parts: Iterable[Said], language: str) -> Iterator[str]:
    yield f"  - at: {at}"
    chosen = False
    for each in parts:
        kind, _, name = each.spot.part.partition(" ")
        if kind == "choices" and not chosen:
            chosen = True
            yield "    choices:"
        yield from _two_lines(each, language, "    ", name if kind == "choices" else kind)


def _two_lines(said: Said, language: str, indent: str, key: str) -> Iterator[str]:
    """The English and room for the translation; below ``key:`` where it is a part of something."""
    if key:
        deeper = indent + ("  " if said.spot.part.startswith("choices") else "")
        yield f"{deeper}{key}:"
        indent = deeper + "  "
    yield f"{indent}en: {literal(said.english)}"
    yield f"{indent}{language}:"


# ---------------------------------------------------------------- the lines that are there


@dataclass(slots=True)
class _Block:
    """One entry: lines ``start`` to ``end`` (not included), counted from 0, the comments above it among them."""

    at: str
    start: int
    first: int  # the line of ``- at:``
    end: int
    used: bool = False


@dataclass(slots=True)
class _Sheet:
    """A file as lines, with what is to stand in place of a line and what comes after it."""

    language: str
    lines: list[str]
    head: list[str] = field(default_factory=list)
    blocks: list[_Block] = field(default_factory=list)
    instead: dict[int, list[str]] = field(default_factory=dict)
    after: dict[int, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, language: str) -> _Sheet:
        sheet = cls(language, text.rstrip("\n").split("\n"))
        starts = [number for number, line in enumerate(sheet.lines) if _ENTRY.match(line)]
        begins = [sheet._comments_above(number) for number in starts]
        sheet.head = sheet.lines[: begins[0]] if begins else sheet.lines
        for number, begin, end in zip(starts, begins, [*begins[1:], len(sheet.lines)], strict=bool(begins)):
            found = _ENTRY.match(sheet.lines[number])
            assert found is not None, "a line was taken for an entry"
            sheet.blocks.append(_Block(" ".join(found["at"].split()), begin, number, end))
        if not any(line.startswith("words:") for line in sheet.head):
            sheet.head = [*sheet.head, "words:"]
        return sheet

    def _comments_above(self, number: int) -> int:
        while number > 0 and (not self.lines[number - 1].strip() or self.lines[number - 1].lstrip().startswith("#")):
            number -= 1
        return number

    def block_of(self, at: str) -> _Block | None:
        found = next((block for block in self.blocks if block.at == at and not block.used), None)
        if found is not None:
            found.used = True
        return found

    def left(self) -> list[_Block]:
        return [block for block in self.blocks if not block.used]

    def lines_of(self, block: _Block) -> list[str]:
        found: list[str] = []
        for number in range(block.start, block.end):
            found += self.instead.get(number, [self.lines[number]])
            found += self.after.get(number, [])
        return found

    # ---------------------------------------------------------------- changes

    def rename(self, pair: Pair, at: str) -> None:
        for block in self.blocks:
            if block.at == pair.spot.at:
                line = self.lines[block.first]
                self.instead[block.first] = [f"{line[: line.index('at:')]}at: {at}"]

    def bring_up(self, block: _Block, said: Sequence[Said], pairs: Mapping[Spot, Pair]) -> None:
        """The entry's English as it is now, and room for what it lacks."""
        chosen = [pairs[each.spot] for each in said if each.spot in pairs and each.spot.part.startswith("choices")]
        for each in said:
            pair = pairs.get(each.spot)
            if pair is not None:
                self._update(each, pair)
            elif not each.spot.part:
                self._add(block.first, _two_lines(each, self.language, "    ", ""))
            elif chosen and each.spot.part.startswith("choices"):
                last = self._end_of(max(line for other in chosen for line in other.lines.values()) - 1)
                self._add(last, _two_lines(each, self.language, "    ", each.spot.part.partition(" ")[2]))
            else:
                kind, _, name = each.spot.part.partition(" ")
                first = kind == "choices" and not any("    choices:" in lines for lines in self.after.values())
                head = ["    choices:"] if first else []
                self._add(self._last_of(block), [*head, *_two_lines(each, self.language, "    ", name or kind)])

    def _update(self, said: Said, pair: Pair) -> None:
        if pair.short:
            (key, line), *_ = pair.lines.items()
            indent = self._indent(line - 1)
            new = [f"{indent}{key}:", f"{indent}  en: {literal(said.english)}"]
            self._put(line - 1, [*new, f"{indent}  {self.language}: {literal(pair.words)}"])
            return
        first = min(pair.lines.values()) - 1
        indent = self._indent(pair.lines.get("en", pair.lines.get(self.language, first + 1)) - 1)
        english = f"{indent}en: {literal(said.english)}"
        if "en" not in pair.lines:
            own = pair.lines.get(self.language)
            if own is not None:
                self._put(own - 1, [english, *self.lines[own - 1 : self._end_of(own - 1) + 1]])
            return
        line = pair.lines["en"] - 1
        if same_words(pair.was, said.english):
            self._put(pair.lines["was"] - 1, [])  # the English has come back to what was translated
        if not same_words(pair.en, said.english):
            # only words that were there can be out of date
            was = [f"{indent}was: {literal(pair.en)}"] if pair.words and not pair.was else []
            self._put(line, [english, *was])
        if self.language not in pair.lines:
            self._add(self._end_of(line), [f"{indent}{self.language}:"])

    def _put(self, line: int, new: list[str]) -> None:
        """These lines in place of a setting and all that runs on from it."""
        for number in range(line, self._end_of(line) + 1):
            self.instead[number] = []
        self.instead[line] = new

    def _add(self, line: int, new: Iterable[str]) -> None:
        self.after.setdefault(line, []).extend(new)

    def _indent(self, line: int) -> str:
        text = self.lines[line]
        body = text.lstrip(" ")
        return " " * (len(text) - len(body) + (2 if body.startswith("- ") else 0))

    def _end_of(self, line: int) -> int:
        """The last line that is set in deeper than the setting in ``line``, or that line itself."""
        depth = len(self._indent(line))
        end = line
        for number in range(line + 1, len(self.lines)):
            text = self.lines[number]
            if text.strip() and len(text) - len(text.lstrip()) <= depth:
                break
            end = number if text.strip() else end
        return end

    def _last_of(self, block: _Block) -> int:
        last = block.end - 1
        while last > block.first and (not self.lines[last].strip() or self.lines[last].lstrip().startswith("#")):
            last -= 1
        return last
