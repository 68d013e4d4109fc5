"""Requests to a store: exact paths, retries with patience, errors for statuses."""

import random
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from urllib3.exceptions import HTTPError, TimeoutError
from urllib3.response import BaseHTTPResponse

from pithos_client.door import Door
from pithos_client.errors import (
    ChangedError,
    ContainerNotFoundError,
    CredentialsError,
    NotAllowedError,
    NotEmptyError,
    NotFoundError,
    ObjectNotFoundError,
    QuotaError,
    RequestError,
    UnavailableError,
)

IN_FLIGHT: Final = 4
"""Most requests that one transfer makes at once."""

_SAFE_TO_REPEAT: Final = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_ERRORS: Final[Mapping[int, type[RequestError]]] = {
    401: CredentialsError,
    403: NotAllowedError,
    404: NotFoundError,
    409: NotEmptyError,
    412: ChangedError,
    413: QuotaError,
}
_LONGEST_PAUSE_SECONDS: Final = 15.0

Body = bytes | Iterable[bytes] | None


@dataclass(frozen=True)
class Patience:
    """How long a store is waited for. retries: how often a request is repeated.

    timeout_seconds: without a sign of life.
    """

    retries: int = 5
    timeout_seconds: float = 60.0
    first_pause_seconds: float = 0.3

    def pause(self, turn: int, told: str | None) -> float:
        """Return how long to wait before the next turn, in seconds. told: ``Retry-After``."""
        if told is not None and told.isdecimal():
            return min(float(told), _LONGEST_PAUSE_SECONDS)
        most: float = min(self.first_pause_seconds * 2**turn, _LONGEST_PAUSE_SECONDS)
        return most * (0.5 + random.random() / 2)  # noqa: S311 - no secret


PATIENCE: Final = Patience()


@dataclass(frozen=True)
class Request:
    """A request below the account. path: names, none of them encoded.

    body: bytes, or pieces that can be sent once. repeatable: whether it may be sent twice; None
    is what its method says, and pieces never are.
    """

    method: str
    path: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str | bytes] = field(default_factory=dict)
    body: Body = None
    stream: bool = False
    repeatable: bool | None = None

    @property
    def may_be_repeated(self) -> bool:
        """Whether a second one does no harm."""
        if not (self.body is None or isinstance(self.body, bytes)):
            return False
        return self.method in _SAFE_TO_REPEAT if self.repeatable is None else self.repeatable


class Connection:
    """An account of a store. Threads may share it."""

    def __init__(
        self, endpoint: str, account: str, token: str, patience: Patience = PATIENCE
    ) -> None:
        """Keep where the store is; nothing is asked yet.

        endpoint: such as ``https://store.example/v1``; ``/v1`` is added where it is missing.
        """
        base = endpoint.rstrip("/")
        self.endpoint = base if urlsplit(base).path.strip("/") else f"{base}/v1"
        self.account = account
        self.patience = patience
        self.token = token
        self._door = Door(self.endpoint, patience.timeout_seconds)

    def __repr__(self) -> str:
        return f"<{self.account} at {self.endpoint}>"

    def close(self) -> None:
        """Close what is open."""
        self._door.close()

    def url(self, path: Iterable[str], query: Mapping[str, str] | None = None) -> str:
        """Return the address of something below the account."""
        names = "/".join(quote(name, safe="/") for name in (self.account, *path))
        return f"{self.endpoint}/{_undotted(names)}" + (f"?{urlencode(query)}" if query else "")

    def send(
        self, wanted: Request, expected: Iterable[int] = (200, 201, 202, 204)
    ) -> BaseHTTPResponse:
        """Return the response to a request that succeeds; what may be repeated is.

        Raises: RequestError, or a subclass by status; UnavailableError.
        """
        expected = frozenset(expected)
        turn = 0
        while True:
            last = turn >= self.patience.retries or not wanted.may_be_repeated
            try:
                response = self._once(wanted)
            except HTTPError as error:
                if last:
                    raise UnavailableError(self.endpoint, _reason(error)) from None
                told = None
            else:
                if response.status in expected:
                    return response
                if response.status != 503 or last:
                    raise self._error(wanted, response)
                told = response.headers.get("Retry-After")
                response.drain_conn()
            time.sleep(self.patience.pause(turn, told))
            turn += 1

    def _once(self, wanted: Request) -> BaseHTTPResponse:
        # Without an account there may be no token yet: it is a login that asks.
        own = {"X-Auth-Token": self.token} if self.token else {}
        return self._door.send(
            wanted.method,
            self.url(wanted.path, wanted.query),
            {**own, **wanted.headers},
            wanted.body,
            stream=wanted.stream,
        )

    def _error(self, wanted: Request, response: BaseHTTPResponse) -> RequestError:
        status = response.status
        message = _message(response)
        kind = _ERRORS.get(status, RequestError)
        if kind is NotFoundError and wanted.path:
            missing = len(wanted.path) == 1 or "container" in message
            kind = ContainerNotFoundError if missing else ObjectNotFoundError
            if not response.data:  # of a HEAD
                what = "container" if missing else "object"
                message = f"there is no {what} {wanted.path[-1]!r}"
        if status == 503:
            raise UnavailableError(self.endpoint, message)
        return kind(status, message)


def _undotted(path: str) -> str:
    """Return a path whose names ``.`` and ``..`` nobody on the way takes for steps."""
    return "/".join(
        name.replace(".", "%2E") if name in {".", ".."} else name for name in path.split("/")
    )


def _message(response: BaseHTTPResponse) -> str:
    if response.headers.get("Content-Type", "").startswith("application/json"):
        for fault in response.json().values():
            return str(fault["message"])
    lines = response.data.decode(errors="replace").strip().splitlines() if response.data else []
    return lines[0][:300] if lines else str(response.reason)


def _reason(error: HTTPError) -> str:
    """Return what is wrong with a connection, in a few words and without the address."""
    slow = isinstance(error, TimeoutError)
    unknown = "it does not answer in time" if slow else "the connection was cut"
    return next((told for told in map(_told, _causes(error)) if told), unknown)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it came from, the nearest first."""
    yield error
    inner = [getattr(error, "reason", None), *error.args, error.__cause__, error.__context__]
    for each in inner:
        if isinstance(each, BaseException):
            yield from _causes(each)
            return


def _told(error: BaseException) -> str:
    return (error.strerror or "").lower() if isinstance(error, OSError) else ""
