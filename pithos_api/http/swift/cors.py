"""Requests of browsers from other origins (the Fetch standard's CORS protocol)."""

import re
from collections.abc import Collection, Iterable
from itertools import accumulate

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.errors import OriginNotAllowedError
from pithos_api.http.headers import header
from pithos_api.http.names import InvalidPathError, container_path
from pithos_api.http.reply import Reply
from pithos_api.services.origins import OriginRules, find_origin_rules

_CONTAINER = re.compile(r"/v1(?:\.0)?/AUTH_([^/]+)/([^/]+)")

# Bytes of the list of headers that scripts may read.
MAX_EXPOSED = 8192

_EXPOSED = (
    *("cache-control", "content-language", "content-type", "expires", "last-modified", "pragma"),
    *("etag", "x-timestamp", "x-trans-id", "x-openstack-request-id"),
)


def origin_headers(request: WSGIRequest, sent: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what lets a script of the request's origin read the reply, if it may.

    sent: the reply's headers.
    """
    rules = _rules(request)
    allowed = rules.allow(request.META.get("HTTP_ORIGIN", ""))
    if not allowed:
        return []
    own = (name.lower() for name, _ in sent if name.startswith(("X-Object-", "X-Container-")))
    names = dict.fromkeys((*_EXPOSED, *map(str.lower, rules.exposed), *own))
    return [
        ("Access-Control-Allow-Origin", allowed),
        ("Access-Control-Expose-Headers", _listed(names)),
        ("Vary", "Origin"),
    ]


def _listed(names: Collection[str]) -> str:
    """Return as many of the names as there is room for; metadata has long ones."""
    ends = accumulate(len(name) + len(", ") for name in names)
    return ", ".join(name for name, end in zip(names, ends, strict=True) if end <= MAX_EXPOSED)


def preflight_reply(request: WSGIRequest, methods: list[str]) -> Reply:
    """Return what a browser asks before a script's request: 200.

    Raises: OriginNotAllowedError: the origin, or the method that it asks for, is not allowed.
    """
    allow = ("Allow", ", ".join(methods))
    origin = header(request, "Origin")
    if not origin:
        return Reply(200, [allow])
    rules = _rules(request)
    allowed = rules.allow(origin)
    if not allowed or header(request, "Access-Control-Request-Method") not in methods:
        raise OriginNotAllowedError
    headers = [
        allow,
        ("Access-Control-Allow-Origin", allowed),
        ("Access-Control-Allow-Methods", ", ".join(methods)),
        ("Vary", "Origin, Access-Control-Request-Headers"),
    ]
    wanted = header(request, "Access-Control-Request-Headers")
    if wanted:
        headers.append(("Access-Control-Allow-Headers", wanted))
    if rules.max_age.isascii() and rules.max_age.isdecimal():
        headers.append(("Access-Control-Max-Age", rules.max_age))
    return Reply(200, headers)


def _rules(request: WSGIRequest) -> OriginRules:
    match = _CONTAINER.match(request.path_info)
    if match is None:
        return OriginRules()
    try:
        path = container_path(match[1], match[2])
    except InvalidPathError:
        return OriginRules()
    return find_origin_rules(path)
