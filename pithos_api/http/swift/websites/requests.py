"""What visitors of websites ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlencode

from pithos_api.http.authentication import is_anonymous
from pithos_api.http.parsing.listings import comparable, read_limit
from pithos_api.http.parsing.reading import read_public
from pithos_api.http.swift.parsing.reading import read_object
from pithos_api.http.swift.parsing.requests import is_true
from pithos_api.http.swift.parsing.signed import SignedRead, is_signed, read_signed
from pithos_api.values import ContainerPath, ObjectPath
from pithos_api.values.requests import ReadObject
from web.request_head import RequestHead

V = TypeVar("V")

PREFIX = "temp_url_prefix"

# What a signed URL of a prefix says, and links to what is below it say again.
_SIGNED = ("temp_url_sig", "temp_url_expires", PREFIX, "temp_url_ip_range", "inline")
# What is about an object as it is stored, or was.
_OF_OBJECTS = frozenset({"version", "version-id", "until", "symlink"})
# What stays as it was sent where a query is repeated (RFC 3986 §3.4).
_OF_QUERIES = "!$&'()*+,;=:@/?%"


@dataclass(frozen=True, slots=True)
class PageVisit:
    """What a visitor of a website asks for.

    place: the path as it was asked for, decoded. sent: the query behind it, as it came, in Latin-1.
    bodiless: a HEAD.
    marker, limit: which page of a listing. signed, below: of a signed URL of a prefix, how it
    hands out objects, and the prefix. query: the parameters that links to what is below carry.
    """

    wanted: ReadObject
    place: str
    sent: str
    bodiless: bool
    marker: str
    limit: int
    signed: SignedRead | None = None
    below: str = ""
    query: tuple[tuple[str, str], ...] = ()

    @property
    def slashed(self) -> str:
        """The path with a slash, and the query: it may have a signature, which reaches there, too.

        What begins a name begins also the name of its folder.
        """
        query = f"?{quote(self.sent.encode('latin-1'), _OF_QUERIES)}" if self.sent else ""
        return f"{quote(self.place)}/{query}"

    def linked(self, name: str, **more: object) -> str:
        """Return the query of a link to ``name`` in the container, with its question mark.

        It carries the signature only as far as that reaches.
        """
        carried = self.query if name.startswith(self.below) else ()
        pairs = [*more.items(), *carried]
        return f"?{urlencode(pairs)}" if pairs else ""


@dataclass(frozen=True, slots=True)
class RootVisit(Generic[V]):
    """A visit to a container. insists: it is to be a website. ordinary: what else is wanted."""

    visit: PageVisit
    insists: bool
    ordinary: V


def visits(head: RequestHead) -> bool:
    """Return whether the request reads as visitors do: without a token, or if it says so.

    What is asked of a version or of a symlink itself is no page.
    """
    fields, query = head.fields, head.query
    if "HTTP_X_WEB_MODE" in fields and is_true(fields["HTTP_X_WEB_MODE"]):
        return _OF_OBJECTS.isdisjoint(query)
    if "HTTP_X_AUTH_TOKEN" in fields or not fields:
        return False  # most have a token; the state that a write met is asked for without headers
    return is_anonymous(head) and _OF_OBJECTS.isdisjoint(query)


def visits_by_signature(head: RequestHead) -> bool:
    """Return whether the request shows a signed URL of a prefix."""
    query = head.query
    return is_signed(head) and PREFIX in query and _OF_OBJECTS.isdisjoint(query)


def read_visit(head: RequestHead, path: ObjectPath) -> PageVisit:
    """Return what is to be seen of an object, or of the folder of its name."""
    return _visit(head, read_object(head, path))


def read_signed_visit(head: RequestHead, path: ObjectPath) -> PageVisit:
    """Return what is to be seen below the prefix that was signed."""
    signed = read_signed(head, path)
    return _visit(head, signed.wanted, signed)


def read_signed_root(head: RequestHead, _: ContainerPath) -> PageVisit:
    """Return what is to be seen of a container by a signed URL."""
    wanted = read_public(head)
    return _visit(head, wanted, SignedRead(wanted, None, inline=True, expires=None))


def read_root(
    ordinary: Callable[[RequestHead, ContainerPath], V],
) -> Callable[[RequestHead, ContainerPath], RootVisit[V]]:
    """Return what reads a visit to a container. ordinary: reads what else is wanted."""

    def read(head: RequestHead, path: ContainerPath) -> RootVisit[V]:
        insists = is_true(head.fields.get("HTTP_X_WEB_MODE"))
        return RootVisit(_visit(head, read_public(head)), insists, ordinary(head, path))

    return read


def _visit(head: RequestHead, wanted: ReadObject, signed: SignedRead | None = None) -> PageVisit:
    query = head.query
    known: dict[str, Any] = {}
    if signed is not None:
        carried = tuple((name, query[name]) for name in _SIGNED if name in query)
        known = {"signed": signed, "below": query[PREFIX], "query": carried}
    return PageVisit(
        wanted=wanted,
        place=head.path,
        sent=head.fields.get("QUERY_STRING", ""),
        bodiless=head.method == "HEAD",
        marker=comparable(query.get("marker", "")),
        limit=read_limit(head),
        **known,
    )
