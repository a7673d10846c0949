"""Who may look at and drive the practice page: a browser on this machine, and no other page in it."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from aiohttp import web

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def is_at_home(host_header: str, host: str) -> bool:
    """Whether the browser named this machine, or ``HOST``. Any other name may be somebody's DNS, bent to point here."""
    name = _name_of(f"//{host_header}")
    if not name:
        return False
    if name == "localhost" or name.endswith(".localhost") or name == host.casefold():
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_near(peer: str | None, given: Mapping[str, str]) -> bool:
    """Whether the caller sits at this machine. Whoever set HOST by hand has chosen who else may reach it."""
    if "HOST" in given:
        return True
    try:
        return ipaddress.ip_address(peer or "").is_loopback
    except ValueError:
        return False


def is_our_page(request: web.Request) -> bool:
    """Whether a POST comes from the practice page itself: browsers say so, and no other page can make them lie."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("Origin")
    if origin is not None and (not origin.startswith(("http://", "https://")) or _place_of(origin) != request.host):
        return False
    # what neither header vouches for is a program, or a form: a form cannot send JSON without asking first
    return request.content_type == "application/json"


def _name_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").casefold()
    except ValueError:
        return ""


def _place_of(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""
