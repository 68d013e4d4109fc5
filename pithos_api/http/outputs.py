"""The store's values as reply headers."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.utils.http import http_date as format_date

from pithos_api.http.headers import encoded, meta_fields
from pithos_api.values import AccountState, ContainerState, StoredVersion

Headers = Iterator[tuple[str, str]]


@lru_cache(maxsize=4096)
def _http_date(seconds: int) -> str:
    return format_date(seconds)


def http_date(moment: datetime) -> str:
    """Return an RFC 9110 date, whole seconds rounded down."""
    return _http_date(int(moment.timestamp()))


def object_headers(version: StoredVersion) -> Headers:
    """Yield what describes a version, without Content-Length (contract §2.4, HEAD)."""
    details = version.details
    modified = http_date(version.modified)
    yield "ETag", version.etag.hex()
    yield "Content-Type", details.content_type
    yield "Last-Modified", modified
    yield "Accept-Ranges", "bytes"
    yield "X-Object-Hash", version.merkle.hex()
    yield "X-Object-UUID", str(version.uuid)
    yield "X-Object-Version", str(version.serial)
    yield "X-Object-Version-Timestamp", modified
    yield "X-Object-Modified-By", encoded(version.modified_by)
    if details.content_encoding:
        yield "Content-Encoding", details.content_encoding
    if details.content_disposition:
        yield "Content-Disposition", details.content_disposition
    if details.manifest:
        yield "X-Object-Manifest", encoded(details.manifest)
    if details.meta:
        yield from meta_fields("X-Object-Meta-", details.meta)


def container_headers(state: ContainerState) -> Headers:
    """Yield what describes a container to its owner (contract §2.3, HEAD)."""
    yield "X-Container-Object-Count", str(state.object_count)
    yield "X-Container-Bytes-Used", str(state.byte_count)
    yield "X-Container-Block-Size", str(settings.PITHOS_BLOCK_SIZE)
    yield "X-Container-Block-Hash", "sha256"
    yield "X-Container-Object-Meta", ",".join(map(encoded, state.object_meta or ()))
    yield "X-Container-Policy-Quota", str(state.quota)
    yield "X-Container-Policy-Versioning", state.versioning
    yield "Last-Modified", http_date(state.modified)
    yield from meta_fields("X-Container-Meta-", state.meta)


def account_headers(state: AccountState) -> Headers:
    """Yield what describes an account to its owner (contract §2.2, HEAD)."""
    yield "X-Account-Container-Count", str(state.container_count)
    yield "X-Account-Object-Count", str(state.object_count)
    yield "X-Account-Bytes-Used", str(state.byte_count)
    yield "X-Account-Policy-Quota", str(state.quota)
    yield "X-Account-Policy-Versioning", "auto"
    yield "Last-Modified", http_date(state.modified)
    yield from meta_fields("X-Account-Meta-", state.meta)
