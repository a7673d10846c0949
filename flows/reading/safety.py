"""The files of ``safety/`` and the signposts: what worries us, what is cut out first, what can be texted, who helps."""

from __future__ import annotations

from flows.content import CrisisRule, Helpline
from flows.reading.fields import Fields
from flows.reading.links import Links
from flows.reading.nodes import List, Map, Node
from flows.reading.problems import Problems
from flows.reading.values import read_date, read_list
from flows.wording import Place, Wording

_RULE = ("rule", "tier", "reply", "then", "must alarm", "must not alarm")
_SIGNPOST = ("signpost", "say", "sms", "telegram", "source", "checked")
_TIERS = ("A", "B", "S", "words")  # words: a list that phrases name in capitals; it alarms nobody by itself


def entries(root: Node, begins: str, problems: Problems) -> list[Map]:
    """The entries of a file that is one list, each begun by ``- begins:``."""
    if not isinstance(root, List):
        what = f"This file is a list: each entry begins with - {begins}:"
        problems.error(root.place, "wrong shape", what, f"type - {begins}: before the first one.")
        return []
    found = []
    for item in root.items:
        if isinstance(item, Map):
            found.append(item)
        else:
            problems.error(item.place, "wrong shape", "An entry is expected here.", f"begin it with - {begins}:")
    return found


def named(fields: Fields, key: str, known: dict[str, Place]) -> str:
    """The entry's name; one that stands there already is reported."""
    fields.need(key, f"write its name after {key}:")
    name = fields.text(key)
    if name and name in known:
        what = f"There are two entries called {name}; the other is in line {known[name].line}."
        fields.problems.error(fields.place_of(key), "said twice", what, "give one of them another name.")
    known[name] = fields.place
    return name


def read_signposts(root: Node, problems: Problems, links: Links) -> dict[str, Helpline]:
    """Helplines and services, by name."""
    found: dict[str, Helpline] = {}
    known: dict[str, Place] = {}
    for entry in entries(root, "signpost", problems):
        fields = Fields(entry, _SIGNPOST, "A signpost", problems)
        name = named(fields, "signpost", known)
        fields.need("say", "add say: and the words to send.")
        fields.need("source", "add source: and where this was looked up.")
        fields.need("checked", "add checked: and the day somebody rang or looked it up, like 2026-11-01")
        say = Wording(
            {"en": fields.text("say")},
            {"en": fields.text("sms")} if "sms" in fields else {},
            {"en": fields.text("telegram")} if "telegram" in fields else {},
            fields.place_of("say"),
        )
        links.words("", say, problems)
        checked = fields.read("checked", read_date, "write the day like 2026-11-01.")
        found[name] = Helpline(name, say, fields.text("source"), checked, fields.place)
    return found


def read_crisis(root: Node, problems: Problems, links: Links) -> tuple[CrisisRule, ...]:
    """Crisis rules in page order."""
    found: list[CrisisRule] = []
    known: dict[str, Place] = {}
    for entry in entries(root, "rule", problems):
        languages = [key.value for key, _ in entry.pairs if key.value.startswith("hear ")]
        fields = Fields(entry, (*_RULE, *languages), "A crisis rule", problems)
        name = named(fields, "rule", known)
        fields.need("tier", "add tier: A, tier: B or tier: S.")
        tier = fields.read("tier", lambda text: text if text in _TIERS else None, "type A, B or S.") or "A"
        if tier != "words":
            fields.need("reply", "add reply: and the name of a signpost.")
        if tier in ("A", "B"):
            links.mention("policy", f"crisis {tier}", fields.place_of("tier"))
        links.mention("signpost", fields.text("reply"), fields.place_of("reply"))
        links.mention("flow", fields.text("then"), fields.place_of("then"))
        hear = {
            key.removeprefix("hear ").strip(): tuple(line.value for line in fields.texts(key) if line.value)
            for key in languages
            if key in fields
        }
        if not any(hear.values()):
            problems.error(fields.place, "missing", f"{name} hears nothing.", "add hear en: and the phrases below it.")
        found.append(
            CrisisRule(
                name=name,
                tier=tier,
                reply=fields.text("reply"),
                then=fields.text("then"),
                hear=hear,
                must_alarm=tuple((line.place, line.value) for line in fields.texts("must alarm")),
                must_not_alarm=tuple((line.place, line.value) for line in fields.texts("must not alarm")),
                place=fields.place,
            )
        )
    return tuple(found)


def read_idioms(root: Map, problems: Problems) -> dict[str, tuple[str, ...]]:
    """Phrases that are cut out before the scan, by language."""
    fields = Fields(root, (), "idioms.yaml", problems, any_name=True)
    return {language: tuple(line.value for line in fields.texts(language)) for language in fields.keys}


def read_words(root: Map, problems: Problems) -> dict[str, dict[str, tuple[str, ...]]]:
    """What can be texted at any time: language → word → spellings, the one that is taught first."""
    fields = Fields(root, (), "words.yaml", problems, any_name=True)
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for language in fields.keys:
        node = fields.map(language)
        if node is None:
            continue
        inner = Fields(node, (), f"{language}:", problems, any_name=True)
        for word in inner.keys:
            inner.need(word, f"write the spellings after {word}: with commas between.")
        found[language] = {word: read_list(inner.text(word)) for word in inner.keys}
    return found
