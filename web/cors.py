"""Requests of browsers from other origins (the Fetch standard's CORS protocol)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import accumulate

from web.errors import OriginNotAllowedError
from web.headers import header
from web.numbers import whole_number
from web.reply import Reply
from web.request_head import RequestHead


@dataclass(frozen=True, slots=True)
class OriginRules:
    """origins: ``scheme://host``, or ``*`` for any. max_age: seconds, as text; "" says nothing.

    exposed: names of headers that scripts may read besides the usual ones.
    """

    origins: tuple[str, ...] = ()
    max_age: str = ""
    exposed: tuple[str, ...] = ()

    def allow(self, origin: str) -> str:
        """Return what an allowed origin is answered with, "" for one that is not."""
        if "*" in self.origins:
            return "*"
        return origin if origin in self.origins else ""


VARIES = ("Vary", "Origin")

# Bytes of the list of headers that scripts may read.
MAX_EXPOSED = 8192

_EXPOSED = (
    *("cache-control", "content-language", "content-type", "expires", "last-modified", "pragma"),
    *("etag", "x-timestamp", "x-trans-id", "x-openstack-request-id"),
)


def origin_headers(
    head: RequestHead, sent: Iterable[tuple[str, str]], rules: OriginRules
) -> list[tuple[str, str]]:
    """Return what lets a script of the request's origin read the reply, if it may.

    A cache is told in any case that the reply to another origin may be another.

    sent: the reply's headers.
    """
    allowed = rules.allow(head.fields.get("HTTP_ORIGIN", ""))
    if not allowed:
        return [VARIES]
    own = (name.lower() for name, _ in sent if name.startswith(("X-Object-", "X-Container-")))
    names = dict.fromkeys((*_EXPOSED, *map(str.lower, rules.exposed), *own))
    return [
        ("Access-Control-Allow-Origin", allowed),
        ("Access-Control-Expose-Headers", _listed(names)),
        VARIES,
    ]


def _listed(names: Collection[str]) -> str:
    """Return as many of the names as there is room for; metadata has long ones."""
    ends = accumulate(len(name) + len(", ") for name in names)
    return ", ".join(name for name, end in zip(names, ends, strict=True) if end <= MAX_EXPOSED)


def preflight_reply(head: RequestHead, methods: list[str], rules: OriginRules) -> Reply:
    """Return what a browser asks before a script's request: 200.

    Raises: OriginNotAllowedError: the origin, or the method that it asks for, is not allowed.
    """
    allow = ("Allow", ", ".join(methods))
    origin = header(head, "Origin")
    if not origin:
        return Reply(200, [allow])
    allowed = rules.allow(origin)
    if not allowed or header(head, "Access-Control-Request-Method") not in methods:
        raise OriginNotAllowedError
    headers = [
        allow,
        ("Access-Control-Allow-Origin", allowed),
        ("Access-Control-Allow-Methods", ", ".join(methods)),
        ("Vary", "Origin, Access-Control-Request-Headers"),
    ]
    wanted = header(head, "Access-Control-Request-Headers")
    if wanted:
        headers.append(("Access-Control-Allow-Headers", wanted))
    if whole_number(rules.max_age, len(rules.max_age)) is not None:
        headers.append(("Access-Control-Max-Age", rules.max_age))
    return Reply(200, headers)
