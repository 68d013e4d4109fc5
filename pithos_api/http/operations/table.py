"""Which operation a request asks for, as data: a verb, what tells it from others, and its parts.

A view finds the row, its parser makes a value of the request's head, and the operation goes on with
that value alone: nothing below sees the request.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.handlers.wsgi import WSGIRequest

from accounts.tokens.credentials import Credentials
from pithos_api.http.bodies.opening import open_body
from pithos_api.http.operations.judged import judged
from pithos_api.http.operations.rights import Needs, P, require
from pithos_api.services.access.credentials import credentials_of
from pithos_api.services.access.permissions import own_path
from pithos_api.values import ObjectPath
from web.bodies.body import NOTHING, RequestBody
from web.errors import (
    InvalidRequest,
    LengthRequired,
    PithosError,
    PreconditionFailed,
    RangeNotSatisfiable,
    TooLarge,
)
from web.reply import Reply
from web.request_head import RequestHead
from web.views import Origin, head_of, known_origin, nowhere, validators_of

V = TypeVar("V")

Test = Callable[[RequestHead], bool]
Check = Callable[[RequestHead], None]
Together = Callable[[Credentials, P, V, bytes], object | None]

_READING = frozenset({"GET", "HEAD"})

_PARSED = "store.parsed"

# What is wrong with a request whoever sends it.
_MALFORMED = (InvalidRequest, LengthRequired, RangeNotSatisfiable, TooLarge)

# What is about the state that the request met.
_OF_STATE = (PreconditionFailed, RangeNotSatisfiable)


def shown(head: RequestHead, _: Any) -> Credentials:
    """Return what the request shows for itself. Raises: as ``credentials_of``."""
    return credentials_of(head)


def nothing(_: RequestHead) -> None:
    """Let every request pass."""


def as_sent(head: RequestHead) -> RequestHead:
    """Read the headers as they were sent."""
    return head


class Call(NamedTuple, Generic[P, V]):
    """What an operation is given.

    path: what the URL names; wanted: what the head asks for. body: opens the request's body; it
    raises NoLengthError, InvalidLengthError. origin: under which the client reached us.
    """

    credentials: Credentials
    path: P
    wanted: V
    body: Callable[[], RequestBody]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Operation(Generic[P, V]):
    """A row: requests of ``verb`` that pass the test are parsed and performed so.

    parse: pure; raises InvalidRequest. perform: calls services, and makes the reply.
    needs: what a caller must be allowed, to be told what is wrong with the request.
    together: what is asked about such a request and its whole body in one statement with others;
    None: it is performed alone.
    """

    verb: str
    applies: Test
    parse: Callable[[RequestHead, P], V]
    perform: Callable[[Call[P, V]], Reply]
    needs: Needs[P]
    together: Together[P, V] | None = None


class _Parsed(NamedTuple):
    """What was read of a request's head before the request is performed."""

    row: Operation[Any, Any]
    wanted: Any


class Table(Generic[P]):
    """The operations on one kind of resource in one dialect. The first row that applies counts."""

    def __init__(
        self,
        *rows: Operation[P, Any],
        caller: Callable[[RequestHead, P], Credentials] = shown,
        of_writes: Check = nothing,
        reading: Callable[[RequestHead], RequestHead] = as_sent,
    ) -> None:
        """Keep the rows by verb.

        caller: whose request it is. of_writes: raises InvalidRequest for what no request that
        changes something may say. reading: how the dialect reads standard headers; raises
        InvalidRequest.
        """
        self._caller = caller
        self._of_writes = of_writes
        self._reading = reading
        self._by_verb = {
            verb: tuple(row for row in rows if row.verb == verb)
            for verb in dict.fromkeys(row.verb for row in rows)
        }

    def perform(self, request: WSGIRequest, path: P) -> Reply:
        """Do what the request asks for.

        Raises: InvalidTokenError, NotAllowedError; InvalidRequest; whatever the operation raises.
        """
        sent = head_of(request)
        credentials = self._caller(sent, path)
        before: _Parsed | None = sent.fields.pop(_PARSED, None)
        row, wanted = before or _Parsed(self.find(sent), None)
        try:
            if before is None:
                head = self._reading(sent)
                if head is not sent:
                    row = self.find(head)
                if head.query and head.method not in _READING:
                    self._of_writes(head)
                wanted = row.parse(head, path)
            body, origin = partial(open_body, request), partial(known_origin, request)
            return row.perform(Call(credentials, path, wanted, body, origin))
        except _MALFORMED as error:
            if not _was_read(sent, error):
                require(credentials, row.needs(sent, path))
            self._tell_state(error, sent, path, wanted)
            raise
        except PreconditionFailed as error:
            self._tell_state(error, sent, path, wanted)
            raise

    def together(
        self, sent: RequestHead, path: P, credentials: Credentials, body: bytes
    ) -> object | None:
        """Return what is asked about a request without parameters with others; None: nothing is.

        What it reads of the head stays in the environ for ``perform``.

        Raises: InvalidRequest.
        """
        row = self.find(head := self._reading(sent))
        if row.together is None:
            return None
        wanted = row.parse(head, path)
        asked = row.together(credentials, path, wanted, body)
        if asked is not None:
            sent.fields[_PARSED] = _Parsed(row, wanted)
        return asked

    def _tell_state(self, error: PithosError, sent: RequestHead, path: P, wanted: object) -> None:
        """Let the error of a write tell what a HEAD by the caller would, if they may ask that.

        It is looked up now, so that writes which succeed do nothing for it. A write in between
        shows.
        """
        if sent.method in _READING or not isinstance(error, _OF_STATE):
            return
        found = judged(path, wanted, error)
        head = RequestHead("HEAD", sent.path, {}, found.query)
        row = self.find(head)
        with suppress(PithosError):
            asker = self._caller(sent._replace(method="HEAD"), path)
            place: Any = found.path  # of the same kind as path
            if isinstance(place, ObjectPath):
                place = own_path(asker, place)
            state = Call(asker, place, row.parse(head, place), _no_body, nowhere)
            error.validators = tuple(validators_of(row.perform(state).headers))

    def find(self, head: RequestHead) -> Operation[P, Any]:
        """Return the row of a request whose verb has one."""
        return next(row for row in self._by_verb[head.method] if row.applies(head))


def _was_read(sent: RequestHead, error: PithosError) -> bool:
    """Return whether the error is about bytes that the caller was found to be allowed to read."""
    return sent.method in _READING and isinstance(error, RangeNotSatisfiable)


def _no_body() -> RequestBody:
    return NOTHING


def always(_: RequestHead) -> bool:
    """Return that no more than the verb counts."""
    return True


def has_header(name: str) -> Test:
    """Return a test for requests that have a header, whatever it says."""
    key = f"HTTP_{name.upper().replace('-', '_')}"
    return lambda head: key in head.fields


def has_filled_header(name: str) -> Test:
    """Return a test for requests that have a header which is not empty."""
    key = f"HTTP_{name.upper().replace('-', '_')}"
    return lambda head: bool(head.fields.get(key))


def has_parameter(name: str) -> Test:
    """Return a test for requests that have a parameter, whatever it says."""
    return lambda head: name in head.query


def has_text(name: str) -> Test:
    """Return a test for requests that have a parameter which is not empty."""
    return lambda head: bool(head.query.get(name))


def has_value(name: str, value: str) -> Test:
    """Return a test for requests whose parameter is ``value``."""
    return lambda head: head.query.get(name) == value


def has_type(media_type: str) -> Test:
    """Return a test for requests whose body is of a media type, whatever its parameters."""

    def applies(head: RequestHead) -> bool:
        sent = head.fields.get("CONTENT_TYPE", "").partition(";")[0]
        return bool(sent.strip().lower() == media_type)

    return applies


def both(one: Test, other: Test) -> Test:
    """Return a test for requests that pass both tests."""
    return lambda head: one(head) and other(head)
