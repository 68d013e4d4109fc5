"""Protocols and their routes. A protocol is one folder, and one line in PROTOCOLS (settings)."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string

from web.errors import UnknownEndpointError
from web.json_values import JSONObject
from web.reply import Reply
from web.request_head import RequestHead
from web.views import View

Fault = Callable[[Exception, RequestHead], Reply]


def nobody(_: RequestHead) -> bool:
    """Return that each request needs a token."""
    return False


def anybody(_: RequestHead) -> bool:
    """Return that no request needs a token."""
    return True


@dataclass(frozen=True, slots=True)
class Route:
    """A kind of resource.

    pattern: matches the whole decoded path. Its groups are arguments of the view's methods; the
    group of an account's name is called ``account``.
    label: its name in metrics.
    """

    pattern: re.Pattern[str]
    label: str
    view: View


@dataclass(frozen=True, slots=True)
class CatalogService:
    """A service that logins tell their clients of.

    kind, name: as OpenStack calls it. path: where clients of OpenStack begin, who find the version
    themselves. versioned_path, version: where clients of Pithos begin.
    """

    kind: str
    name: str
    path: str
    versioned_path: str
    version: str


@dataclass(frozen=True, slots=True)
class Protocol:
    """How clients of one kind speak to the store.

    prefixes: the first segments of the raw paths that are the protocol's, if one of its routes
    matches. Several protocols may have one in common.
    routes: the most frequent first.
    fault: makes the reply of an error.
    needs_no_token: tells which requests need no token.
    serves_content: whether users' content is found below the prefixes. A login never leads a
    token there.
    services: what catalogs name of it.
    describe: makes the paths of OpenAPI; None: openapi.yaml beside the protocol has them.
    """

    name: str
    prefixes: frozenset[str]
    routes: tuple[Route, ...]
    fault: Fault
    needs_no_token: Callable[[RequestHead], bool] = nobody
    serves_content: bool = False
    services: tuple[CatalogService, ...] = ()
    describe: Callable[[], JSONObject] | None = None


class Found(NamedTuple):
    """Where a path leads. names: what the route's pattern found in it; account: "" for none."""

    protocol: Protocol
    route: Route
    names: tuple[str, ...]
    account: str


ROUTED: Final = "web.routed"
"""The environ key of a ``Routed``, of a request that was looked at before it is answered."""


class Routed(NamedTuple):
    """Where a request leads. path: decoded."""

    path: str
    found: Found


class RouteTable:
    """The routes of some protocols, by first segment."""

    def __init__(self, protocols: tuple[Protocol, ...]) -> None:
        self.protocols = protocols
        self._by_prefix: Mapping[str, tuple[tuple[Protocol, Route], ...]] = {
            prefix: tuple(self._of(prefix)) for each in protocols for prefix in each.prefixes
        }

    def _of(self, prefix: str) -> Iterator[tuple[Protocol, Route]]:
        for protocol in self.protocols:
            if prefix in protocol.prefixes:
                yield from ((protocol, route) for route in protocol.routes)

    def serves(self, raw_path: str) -> bool:
        """Return whether a path as it was sent, still encoded, is one of these protocols'."""
        return first_segment(raw_path) in self._by_prefix

    def find(self, path: str) -> Found:
        """Return where a decoded path leads.

        Raises: UnknownEndpointError.
        """
        for protocol, route in self._by_prefix.get(first_segment(path), ()):
            match = route.pattern.fullmatch(path)
            if match is not None:
                account = match["account"] if "account" in route.pattern.groupindex else ""
                return Found(protocol, route, match.groups(), account)
        raise UnknownEndpointError

    def account_at(self, path: str) -> str:
        """Return the account that a path is in, "" for none."""
        with suppress(UnknownEndpointError):
            return self.find(path).account
        return ""

    def protocol_at(self, path: str) -> Protocol:
        """Return the protocol that answers a path, also one without a route."""
        with suppress(UnknownEndpointError):
            return self.find(path).protocol
        of_prefix = self._by_prefix.get(first_segment(path))
        return of_prefix[0][0] if of_prefix else self.protocols[0]

    def content_prefixes(self) -> frozenset[str]:
        """Return the first segments of paths below which users' content is found."""
        return frozenset[str]().union(*(p.prefixes for p in self.protocols if p.serves_content))

    def labels(self) -> tuple[str, ...]:
        """Return the names of the routes in metrics, each once."""
        every = (route.label for protocol in self.protocols for route in protocol.routes)
        return tuple(dict.fromkeys(every))


def catalog_services() -> tuple[CatalogService, ...]:
    """Return what PROTOCOLS have catalogs name, besides the store itself."""
    return tuple(service for each in installed().protocols for service in each.services)


def first_segment(path: str) -> str:
    """Return ``v1`` of ``/v1/a?b``, "" where there is none."""
    return path.partition("?")[0].split("/", 2)[1] if path.startswith("/") else ""


@cache
def installed() -> RouteTable:
    """Return the routes of PROTOCOLS."""
    return RouteTable(tuple(import_string(f"{name}.PROTOCOL") for name in settings.PROTOCOLS))
