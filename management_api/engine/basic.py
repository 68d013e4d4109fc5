"""The second layer: the same calls; what goes wrong is part of the answer."""

import logging
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from django.db import DataError, Error, IntegrityError

from management_api.engine.actors import Actor
from management_api.engine.engine import NO_PARAMS, Answer, Engine, Params
from management_api.engine.errors import EngineError
from observability.metrics import count_event
from web.errors import (
    Conflict,
    Forbidden,
    InsufficientStorage,
    InvalidRequest,
    MethodNotAllowed,
    NotFound,
    PithosError,
    TooLarge,
    TooManyRequests,
    Unauthorized,
    UnsupportedMediaType,
)
from web.faults import headers_of, status_of
from web.json_values import JSONValue

log = logging.getLogger(__name__)

CODES: Final[Mapping[type[PithosError], str]] = {
    InvalidRequest: "BAD_REQUEST",
    Unauthorized: "UNAUTHORIZED",
    Forbidden: "FORBIDDEN",
    NotFound: "OBJECT_DOES_NOT_EXIST",
    MethodNotAllowed: "METHOD_NOT_ALLOWED",
    Conflict: "CONFLICT",
    TooLarge: "TOO_LARGE",
    UnsupportedMediaType: "UNSUPPORTED_MEDIA_TYPE",
    TooManyRequests: "TOO_MANY_REQUESTS",
    InsufficientStorage: "INSUFFICIENT_STORAGE",
}
"""What errors of services are called, by their category; engine errors have codes of their own."""


class Captured(NamedTuple):
    """An answer, or what went wrong. headers: that belong to it in HTTP."""

    data: JSONValue
    status: int
    headers: tuple[tuple[str, str], ...] = ()


class Basic:
    """Calls of an engine that raise nothing."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def get(
        self, actor: Actor | None, name: str, key: str | None = None, params: Params = NO_PARAMS
    ) -> Captured:
        """As ``Engine.get``."""
        return captured(lambda: self.engine.get(actor, name, key, params))

    def post(
        self, actor: Actor | None, name: str, content: JSONValue, params: Params = NO_PARAMS
    ) -> Captured:
        """As ``Engine.post``."""
        return captured(lambda: self.engine.post(actor, name, content, params))

    def put(
        self,
        actor: Actor | None,
        name: str,
        key: str,
        content: JSONValue,
        params: Params = NO_PARAMS,
    ) -> Captured:
        """As ``Engine.put``."""
        return captured(lambda: self.engine.put(actor, name, key, content, params))

    def patch(
        self,
        actor: Actor | None,
        name: str,
        key: str,
        content: JSONValue,
        params: Params = NO_PARAMS,
    ) -> Captured:
        """As ``Engine.patch``."""
        return captured(lambda: self.engine.patch(actor, name, key, content, params))

    def delete(self, actor: Actor | None, name: str, key: str) -> Captured:
        """As ``Engine.delete``."""
        return captured(lambda: self.engine.delete(actor, name, key))


def captured(call: Callable[[], Answer]) -> Captured:
    """Return what a call answers, or its error."""
    try:
        return Captured(*call())
    except Exception as error:
        return fault_of(error)


def fault_of(error: Exception) -> Captured:
    """Return an error as clients read it; one that nobody foresaw goes to the log alone."""
    if isinstance(error, IntegrityError | DataError):
        log.info("a constraint does not hold: %s", str(error).strip())
        return _fault("BAD_REQUEST", {"msg": "a value is there already, missing, or impossible"})
    code = code_of(error)
    if not isinstance(error, PithosError) or code is None:
        return _unforeseen(error)
    details = error.details if isinstance(error, EngineError) else {"msg": str(error)}
    status = status_of(error)
    return _fault(code, details, status, tuple(headers_of(error, status)))


def code_of(error: Exception) -> str | None:
    """Return what clients know an error by, None for one of the store itself."""
    if isinstance(error, EngineError):
        return error.code
    return next((CODES[each] for each in type(error).__mro__ if each in CODES), None)


def _unforeseen(error: Exception) -> Captured:
    """Return a bare 500: the database or another service is away, or there is a bug."""
    kind = "database_errors" if isinstance(error, Error) else "unforeseen_errors"
    log.error("a request for resources failed", exc_info=error)
    count_event(kind)
    return _fault("SERVER_ERROR", {}, 500)


def _fault(
    code: str,
    details: JSONValue,
    status: int = 400,
    headers: tuple[tuple[str, str], ...] = (),
) -> Captured:
    return Captured({"error": {"code": code, "details": details}}, status, headers)
