"""The services in the pages of an Open Referral API or file, each whole: lists hold summaries, items hold the rest."""

from __future__ import annotations

from collections.abc import Iterator

from flows.directory.importing.fields import Record, code, record, records
from flows.directory.importing.reply import too_many

_LISTS = ("contents", "content", "services", "items", "data")
_DEEPEST = 6  # lists within pages within lists


def services_in(pages: list[object]) -> tuple[list[Record], str]:
    """Every service once, with all that any page says of it, in the order of the pages.

    The second is what is wrong: a page that holds no services at all, or too many in all. "" where nothing is (an empty
    list is a page of services).
    """
    found: dict[str, Record] = {}
    rows = 0
    for number, page in enumerate(pages, 1):
        listed = list(_services(page))
        if not listed and not _is_empty_list(page):
            return [], f"Page {number} holds no services." if len(pages) > 1 else "It is JSON, but holds no services."
        rows += len(listed)
        if trouble := too_many(rows):
            return [], trouble
        for service in listed:
            key = code(service, "id") or f"no id {len(found)}"
            found[key] = _merged(found[key], service) if key in found else service
    return list(found.values()), ""


def _services(page: object, depth: int = 0) -> Iterator[Record]:
    if isinstance(page, list) and depth < _DEEPEST:
        for each in page:
            yield from _services(each, depth + 1)
    if not isinstance(page, dict) or depth > _DEEPEST:
        return
    if isinstance(page.get("service"), dict) and isinstance(page.get("location"), dict):
        yield _merged(record(page, "service"), {"service_at_locations": [_without(page, "service")]})
        return
    lists = [page[key] for key in _LISTS if isinstance(page.get(key), list)]
    lists += [each["services"] for each in records(page, "organizations") if isinstance(each.get("services"), list)]
    if lists:
        for each in lists:
            yield from _services(each, depth + 1)
    elif "name" in page or "id" in page:
        yield page


def _is_empty_list(page: object) -> bool:
    if isinstance(page, dict):
        return any(page.get(key) == [] for key in _LISTS)
    return page == []


def _without(value: Record, name: str) -> Record:
    return {key: each for key, each in value.items() if key != name}


def _merged(known: Record, further: Record) -> Record:
    """Both; what ``further`` leaves empty stays, and places where it is held are added to each other."""
    said = {key: value for key, value in further.items() if value not in (None, "", [], {})}
    places = {code(each, "id") or str(number): each for number, each in enumerate(_places(known))}
    for number, each in enumerate(_places(further), len(places)):
        places[code(each, "id") or str(number)] = each
    return {**known, **said, "service_at_locations": list(places.values())}


def _places(service: Record) -> list[Record]:
    return records(service, "service_at_locations")
