from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest

from web.conditions import ReadConditions, Subject, is_unmodified
from web.errors import (
    InvalidHeaderError,
    MethodNotAllowed,
    PreconditionFailed,
    RangeNotSatisfiable,
)
from web.negotiation import CONTENT_TYPES, Format
from web.reply import Headers, Reply
from web.request_head import RequestHead

METHODS = ("get", "head", "put", "post", "patch", "delete", "copy", "move", "options")

Origin: TypeAlias = Callable[[], str]
"""Tells the origin under which clients reach the store, "" if it is not known."""

_NO_QUERY: dict[str, str] = {}

# What a reply without the resource's content says of its state (RFC 9110 §15.4.5).
_VALIDATORS = frozenset({"ETag", "Last-Modified", "Accept-Ranges", "Expires"})


def head_of(request: WSGIRequest) -> RequestHead:
    """Return what the request says before its body."""
    meta = request.META
    query = request.GET if meta["QUERY_STRING"] else _NO_QUERY
    return RequestHead(str(request.method), request.path_info, meta, query)


class View:
    """A resource: one method per verb, each lists the statuses it answers with.

    operations: the table of what it does with the object that its names lead to, if it is such.
    """

    operations: object = None

    def answer(self, request: WSGIRequest, *names: str) -> Reply:
        """Call the method of the request's verb.

        Raises: MethodNotAllowed.
        """
        verb = str(request.method).lower()
        method = getattr(self, verb, None) if verb in METHODS else None
        if method is None:
            raise MethodNotAllowed(request.method, self.allowed())
        reply: Reply = method(request, *names)
        return reply

    def allowed(self) -> list[str]:
        """Return the verbs that the resource has."""
        return [verb.upper() for verb in METHODS if hasattr(self, verb)]


def listing_reply(form: Format, body: bytes, headers: Headers) -> Reply:
    """Return a listing; an empty one in text is 204 (contract §2.2)."""
    if form is Format.TEXT and not body:
        return Reply(204, list(headers))
    return Reply(200, [*headers, ("Content-Type", CONTENT_TYPES[form])], body)


def not_modified(
    conditions: ReadConditions | None, subject: Subject, headers: Headers
) -> Reply | None:
    """Return 304 with what tells the state if the conditions say so, else None.

    headers: those that describe the resource.

    Raises: ConditionFailedError: 412.
    """
    if conditions is None:
        return None
    with telling_state(headers):
        unmodified = is_unmodified(conditions, subject)
    return Reply(304, validators_of(headers)) if unmodified else None


@contextmanager
def telling_state(headers: Headers) -> Iterator[None]:
    """Let a 412 or 416 that is raised within tell the state that was found, as 304 does."""
    try:
        yield
    except (PreconditionFailed, RangeNotSatisfiable) as error:
        error.validators = tuple(validators_of(headers))
        raise


def validators_of(headers: Headers) -> list[tuple[str, str]]:
    """Return those of a resource's headers that say which state it is in."""
    return [field for field in headers if field[0] in _VALIDATORS]


def base_url(request: HttpRequest) -> str:
    """Return PITHOS_BASE_URL, or else how the client reached us, without a slash at the end.

    Raises: DisallowedHost: the Host header is none of PITHOS_ALLOWED_HOSTS; never repeat it.
    """
    return settings.PITHOS_BASE_URL or f"{request.scheme}://{request.get_host()}"


def known_origin(request: HttpRequest) -> str:
    """Return ``base_url``, "" where the client used a name that is none of ours."""
    try:
        return base_url(request)
    except DisallowedHost:
        return ""


def nowhere() -> str:
    """Return that the origin is not told."""
    return ""


def checked_base_url(request: HttpRequest) -> str:
    """Return ``base_url`` for who answers errors without Django. Raises: InvalidHeaderError."""
    try:
        return base_url(request)
    except DisallowedHost as error:
        raise InvalidHeaderError("Host", "names none of the store's hosts") from error
