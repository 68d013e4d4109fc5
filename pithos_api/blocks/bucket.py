"""One S3 bucket, asked with patience. The only module that knows obstore.

obstore must not be used before a process forks: its threads would be missing in the child, and the
child would wait for them for ever. Hence the client is made by the first who needs it.
"""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from observability.circuit_breaker import CircuitBreaker, Limits
from pithos_api.blocks.patience import T, persist
from pithos_api.errors import BlockStoreFullError, BlockStoreUnavailableError

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import ClientConfig, S3Config

logger = logging.getLogger(__name__)

_PAGE: Final = 1000
_CONNECT_SECONDS: Final = 3
_REST_SECONDS: Final = 2.0
_SILENCE_SECONDS: Final = 2.0

_FAULT: Final = re.compile(
    r"<(?:\?xml|Error).*?<Code>(.*?)</Code>(?:.*?<Message>(.*?)</Message>)?.*", re.DOTALL
)
# How services say that nothing more fits: HTTP's own way, MinIO's, Ceph's.
_NO_ROOM: Final = re.compile(r"code: 507 | (XMinioStorageFull|QuotaExceeded):")
_NO_BUCKET: Final = " NoSuchBucket:"


@dataclass(frozen=True, slots=True)
class S3Location:
    """Where blocks are.

    prefix: of all keys, without slashes at its ends. endpoint: a URL; "" is AWS itself.
    access_key, secret_key: "" takes them from the environment as AWS's own programs do.
    timeout_seconds: for one request; failed ones are tried again for up to twice as long.
    requests_at_once: of this process; further ones wait, but not for a service that is silent.
    """

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = "us-east-1"
    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    timeout_seconds: int = 10
    requests_at_once: int = 32


class Bucket:
    """The objects below a location's prefix. The first operation makes the first request.

    Raises, everywhere: BlockStoreFullError; BlockStoreUnavailableError, after several attempts, or
    at once while the service is left alone because all attempts of all threads have failed.
    """

    def __init__(self, location: S3Location) -> None:
        self._location = location
        self._trouble = "it does not answer"
        self._breaker = CircuitBreaker(
            f"the bucket {location.bucket}",
            refusal=lambda: BlockStoreUnavailableError(self._trouble),
            is_failure=self._is_outage,
            limits=Limits(
                rest_seconds=_REST_SECONDS,
                at_once=location.requests_at_once,
                silence_seconds=min(_SILENCE_SECONDS, location.timeout_seconds),
            ),
        )

    def put(self, key: str, content: bytes | memoryview) -> None:
        """Keep an object, durable when this returns; sent with its SHA-256, which S3 judges."""
        self._ask(lambda client: obstore.put(client, key, content, use_multipart=False))

    def get(self, key: str) -> memoryview:
        """All bytes of an object, as they came.

        Raises: FileNotFoundError.
        """
        return self._ask(lambda client: memoryview(obstore.get(client, key).bytes()))

    def has(self, key: str) -> bool:
        """Whether there is such an object."""
        try:
            self._ask(lambda client: obstore.head(client, key))
        except FileNotFoundError:
            return False
        return True

    def copy(self, source: str, target: str) -> None:
        """Make another object of the same bytes, which do not travel; it may replace one.

        Raises: FileNotFoundError: there is no source.
        """
        self._ask(lambda client: obstore.copy(client, source, target))

    def delete(self, key: str) -> None:
        """Forget an object; one that is absent is no error."""
        self._ask(lambda client: obstore.delete(client, key))

    def objects(self, after: str = "", below: str | None = None) -> Iterator["ObjectMeta"]:
        """What comes after the key ``after``, in order of keys, in the folder ``below``."""
        page = self._page(after, below)
        while page:
            yield from page
            page = self._page(page[-1]["path"], below)

    def _page(self, after: str, below: str | None) -> "Sequence[ObjectMeta]":
        """The keys that come next; none at the end. Asked for anew, so that it can be retried."""
        return self._ask(
            lambda client: next(
                obstore.list(client, below, offset=after or None, chunk_size=_PAGE), []
            )
        )

    @cached_property
    def _client(self) -> S3Store:
        place = self._location
        config: S3Config = {"region": place.region, "checksum_algorithm": "SHA256"}
        if place.endpoint:
            config["endpoint"] = place.endpoint
        else:
            config["virtual_hosted_style_request"] = True
        if place.access_key:
            config["access_key_id"] = place.access_key
            config["secret_access_key"] = place.secret_key
        config["disable_bulk_delete"] = True  # not every service has it
        network: ClientConfig = {
            "timeout": timedelta(seconds=place.timeout_seconds),
            "connect_timeout": timedelta(seconds=min(_CONNECT_SECONDS, place.timeout_seconds)),
            "allow_http": place.endpoint.startswith("http://"),
        }
        return S3Store(
            place.bucket,
            prefix=place.prefix or None,
            config=config,
            client_options=network,
            retry_config={"max_retries": 0},  # ``persist`` does that, also for spoilt bodies
        )

    def _ask(self, request: Callable[[S3Store], T]) -> T:
        """The answer of a request, which is made again while the service or the network fails.

        Raises:
            FileNotFoundError: there is no such key.
            BlockStoreFullError, BlockStoreUnavailableError.
        """

        def attempt() -> T:
            with self._breaker.passage():
                return request(self._client)

        try:
            return persist(attempt, _is_transient, 2 * self._location.timeout_seconds)
        except (BaseError, OSError) as error:
            reason = _reason(error)
            if isinstance(error, FileNotFoundError) and _NO_BUCKET not in reason:
                raise
            logger.error("the block store fails: %s", reason)
            if _NO_ROOM.search(reason):
                raise BlockStoreFullError from error
            raise BlockStoreUnavailableError(reason) from error

    def _is_outage(self, error: Exception) -> bool:
        """Whether the error counts for the breaker."""
        reason = _reason(error)
        if not _is_transient(error) or _NO_ROOM.search(reason):
            return False
        self._trouble = reason
        return True


def _reason(error: Exception) -> str:
    """What obstore says, without its debugging output; of a service's XML the fault itself."""
    message = str(error).partition("\n\nDebug source")[0]
    return _FAULT.sub(r"\1: \2", message).strip()


def _is_transient(error: Exception) -> bool:
    refused = isinstance(error, (PermissionDeniedError, UnauthenticatedError, FileNotFoundError))
    return isinstance(error, (BaseError, OSError)) and not refused
