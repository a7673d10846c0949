"""A whole content folder to one Library: every file tidied, parsed, built and linked, every fault in one list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePosixPath
from typing import TypeVar

from flows.content import Flow, Group, Instrument, Library
from flows.directory.groups import read_groups
from flows.phrasebook import PHRASES
from flows.reading import instruments, phrases, policies, safety, schedules, service, translations, variables
from flows.reading.encoding import read_text
from flows.reading.flow import read_flow
from flows.reading.linking import link
from flows.reading.links import Links
from flows.reading.nodes import BROKEN_LINE, UNFIT, Faults, Map, Node, read_yaml
from flows.reading.problems import MISSING, Problems
from flows.reading.release import release_of
from flows.reading.tidy import tidy
from flows.translating import Translation, merged
from flows.wording import Level, Place, Problem

T = TypeVar("T")

SAMPLE_GROUPS = "directory/groups-sample.csv"
_NEEDED = (
    *("service.yaml", "variables.yaml", "phrases.yaml", "escalation.yaml", "directory/signposts.yaml"),
    *("safety/crisis.yaml", "safety/words.yaml"),
)
_KNOWN = (*_NEEDED, "style.yaml", "schedules.yaml", "safety/idioms.yaml")
_FOLDERS = ("flows", "instruments", "private")
_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """``library`` is None when anything blocks a release; ``draft`` is what could be read all the same.

    ``english`` is the draft without its ``translations``: language → what was written in it.
    """

    library: Library | None
    problems: tuple[Problem, ...]
    draft: Library
    english: Library
    translations: Mapping[str, Translation]


def read_library(files: Mapping[str, bytes]) -> Reading:
    """Reads a content folder, given as relative path → bytes. Never raises, whatever the bytes.

    The invented groups of ``groups-sample.csv`` are marked ``sample``: they are found in practice and in the
    conversation tests, and never offered to a real person.
    """
    return _Folder(files).read()


def flow_faults(stem: str, root: Node) -> Sequence[Problem]:
    """What keeps a flow on its own from going live, before its names are looked up."""
    problems = Problems()
    if not isinstance(root, Map):
        problems.error(root.place, "wrong shape", "A flow is made of settings.")
    else:
        read_flow(root, stem, problems, Links())
    return [problem for problem in problems.found if problem.level is Level.ERROR]


@dataclass(slots=True)
class _Folder:
    files: Mapping[str, bytes]
    problems: Problems = field(default_factory=Problems)
    links: Links = field(default_factory=Links)
    unread: dict[str, set[str]] = field(default_factory=dict)

    def read(self) -> Reading:
        self._look_over()
        flows = self._each("flows", self._flow)
        style = self._map("style.yaml", service.read_style)
        draft = Library(
            release="",
            service=self._map("service.yaml", service.read_service) or service.NO_SERVICE,
            variables=self._map("variables.yaml", variables.read_variables) or {},
            flows=flows,
            phrases=self._map("phrases.yaml", lambda root, problems: phrases.read_phrases(root, PHRASES, problems))
            or {},
            instruments=self._each("instruments", self._instrument),
            helplines=self._list("directory/signposts.yaml", safety.read_signposts) or {},
            groups=self._groups(),
            crisis=self._list("safety/crisis.yaml", safety.read_crisis) or (),
            idioms=self._map("safety/idioms.yaml", safety.read_idioms) or {},
            words=self._map("safety/words.yaml", safety.read_words) or {},
            policies=self._list("escalation.yaml", lambda root, problems, _: policies.read_policies(root, problems))
            or {},
            schedules={},
            private_words=style[0] if style else (),
            kinder_words=style[1] if style else {},
        )
        root = self._node("schedules.yaml")
        if root is not None:
            draft = replace(draft, schedules=schedules.read_schedules(root, draft, self.problems, self.links))
        link(draft, self.links, self.unread, self.problems)
        written = self._translations(draft)
        whole = merged(draft, written.values())
        found = self._without_echoes()
        if any(problem.level is Level.ERROR for problem in found):
            return Reading(None, found, whole, draft, written)
        library = replace(whole, release=release_of(whole))
        return Reading(library, found, library, draft, written)

    # ---------------------------------------------------------------- one file

    def _node(self, file: str, faults: Faults | None = None) -> Node | None:
        raw = self.files.get(file)
        if raw is None:
            return None
        if len(raw) > _MOST_BYTES:
            what = "This file is far too large to be read."
            self.problems.error(Place(file, 1), "too large", what, "split it, or take out what does not belong.")
            return None
        root = read_yaml(tidy(raw, file, self.problems), self.problems, faults)
        if root is None and file in _KNOWN and not self.problems.errors_in(file):
            report = self.problems.error if file in _NEEDED else self.problems.warn
            fix = "put its lines back; fingerpost ships a file of this name to start from."
            report(Place(file, 1), "empty", "There is nothing in this file.", fix)
        return root

    def _map(self, file: str, reader: Callable[[Map, Problems], T], faults: Faults | None = None) -> T | None:
        root = self._node(file, faults)
        if isinstance(root, Map):
            return reader(root, self.problems)
        if root is not None:
            what = "This file is made of settings: each line is a name, a colon and a value."
            self.problems.error(root.place, "wrong shape", what, "begin with the first setting, at the left edge.")
        return None

    def _list(self, file: str, reader: Callable[[Node, Problems, Links], T]) -> T | None:
        root = self._node(file)
        return reader(root, self.problems, self.links) if root is not None else None

    def _each(self, folder: str, reader: Callable[[str, str], T | None]) -> dict[str, T]:
        """Every file of a folder, by the file's own name."""
        found: dict[str, T] = {}
        for file in sorted(self.files):
            path = PurePosixPath(file)
            if path.parent.as_posix() != folder or path.suffix != ".yaml" or path.name.startswith("."):
                continue
            thing = reader(file, path.stem)
            if thing is not None:
                found[path.stem] = thing
            else:
                self._could_not_read(file, folder.removesuffix("s"), path.stem)
        return found

    def _could_not_read(self, file: str, kind: str, stem: str) -> None:
        self.unread.setdefault(kind, set()).add(stem)
        if not self.problems.errors_in(file):
            self.problems.error(Place(file, 1), "empty", "There is nothing in this file.", f"begin with {kind}: {stem}")

    def _flow(self, file: str, stem: str) -> Flow | None:
        """One whose lines do not line up, or stand where nothing takes them, is read once more, trying what helps."""
        known, links = len(self.problems.found), self.links.mark()
        flow = self._map(file, lambda root, problems: read_flow(root, stem, problems, self.links))
        if UNFIT.isdisjoint(problem.code for problem in self.problems.found[known:]):
            return flow
        del self.problems.found[known:]
        self.links.back_to(links)
        faults = partial(flow_faults, stem)
        return self._map(file, lambda root, problems: read_flow(root, stem, problems, self.links), faults)

    def _instrument(self, file: str, stem: str) -> Instrument | None:
        return self._map(
            file,
            lambda root, problems: instruments.read_instrument(root, stem, problems, self.links, self._private),
        )

    def _private(self, file: str) -> Map | None:
        return self._map(file, lambda root, _: root) if file in self.files else None

    def _groups(self) -> tuple[Group, ...]:
        found: list[Group] = []
        for file in sorted(self.files):
            path = PurePosixPath(file)
            if path.parent.as_posix() != "directory" or path.suffix != ".csv":
                continue
            text = read_text(self.files[file], file, self.problems)
            groups, faults = read_groups(text, file, sample=file == SAMPLE_GROUPS)
            found += groups
            self.problems.found += faults
        return tuple(found)

    def _translations(self, library: Library) -> dict[str, Translation]:
        drafts: dict[str, translations.Draft] = {}
        for file in sorted(self.files):
            language = translations.language_of(file)
            if not language:
                continue
            draft = drafts.setdefault(language, translations.Draft(language))
            stem = PurePosixPath(file).stem
            self._map(file, partial(translations.read_pairs, stem, draft))
        return {language: draft.settled(library, self.problems) for language, draft in drafts.items()}

    # ---------------------------------------------------------------- the folder as a whole

    def _look_over(self) -> None:
        for file in _NEEDED:
            if file not in self.files:
                what = "This file is missing."
                self.problems.error(
                    Place(file, 1), MISSING, what, f"put {file} back; fingerpost ships one to start from."
                )
        for file in sorted(self.files):
            self._look_at(PurePosixPath(file))

    def _look_at(self, path: PurePosixPath) -> None:
        """A file that nothing reads is said to be so: it may be one that the author thinks is live."""
        file, folder = path.as_posix(), path.parent.as_posix()
        if any(part.startswith(".") for part in path.parts) or translations.language_of(file):
            return
        if path.name.lower().endswith((".yaml.txt", ".yml.txt", ".csv.txt")):
            what = "Notepad added .txt to this file's name, so it is not read."
            self.problems.error(Place(file, 1), "file name", what, f"rename it to {path.name[:-4]}")
        elif path.suffix.lower() in (".yml", ".yaml") and path.suffix != ".yaml":
            self.problems.error(
                Place(file, 1), "file name", "A file's name ends in .yaml here.", f"rename it to {path.stem}.yaml"
            )
        elif path.suffix == ".yaml" and file not in _KNOWN and folder not in _FOLDERS:
            what = "Nothing reads this file."
            self.problems.warn(Place(file, 1), "file name", what, "move it to flows/ or instruments/, or take it out.")

    def _without_echoes(self) -> tuple[Problem, ...]:
        """Leaves out what is missing only because a line of the same file could not be read."""
        broken = {problem.place.file for problem in self.problems.found if problem.code == BROKEN_LINE}
        return tuple(
            problem
            for problem in self.problems.ordered()
            if problem.code != MISSING or problem.place.file not in broken
        )
