"""Blobs in memory: the twin of ``StoredObjectBlobs`` for tests, and an example for sites."""

import threading
import time
from dataclasses import dataclass, field
from itertools import count as counting
from typing import Final

import orjson

from blobs.errors import BlobExistsError, BlobNotFoundError
from blobs.services.flags import read_flags, reserved_at
from blobs.values.blobs import Blob, Flag, tag_of, unknown_flag
from blobs.values.requests import BlobRequest
from web.bodies.body import read_all

MOST_BYTES: Final = 1 << 30

_Key = tuple[str, str, str]


@dataclass
class _Kept:
    """A blob that is there. written: its place among all that ever were."""

    data: bytes
    written: int
    flags: list[str] = field(default_factory=list)
    reserved: int | None = None


class MemoryBlobs:
    """Keeps blobs as long as the process lives."""

    def __init__(self) -> None:
        self._kept: dict[_Key, _Kept] = {}
        self._deleted: dict[_Key, float] = {}
        self._order = counting()
        self._lock = threading.Lock()

    def read_blob(self, user: str, blob_id: str, request: BlobRequest, namespace: str = "") -> Blob:
        """Return a blob: see ``IBlobsBackend``."""
        data = self._find(user, blob_id, namespace).data
        return Blob(len(data), tag_of(data), lambda start, stop: iter((data[start:stop],)))

    def write_blob(
        self, user: str, blob_id: str, request: BlobRequest, namespace: str = ""
    ) -> None:
        """Keep a blob that is not there yet: see ``IBlobsBackend``."""
        data = read_all(request.body(), MOST_BYTES)
        key = (user, namespace, blob_id)
        with self._lock:
            if key in self._kept:
                raise BlobExistsError(blob_id)
            self._kept[key] = _Kept(data, next(self._order), [*request.flags])
            self._deleted.pop(key, None)

    def delete_blob(self, user: str, blob_id: str, namespace: str = "") -> None:
        """Delete a blob: see ``IBlobsBackend``."""
        with self._lock:
            self._find(user, blob_id, namespace)
            del self._kept[user, namespace, blob_id]
            self._deleted[user, namespace, blob_id] = time.time()

    def get_blob_size(self, user: str, blob_id: str, namespace: str = "") -> int:
        """Return a blob's size in bytes: see ``IBlobsBackend``."""
        return len(self._find(user, blob_id, namespace).data)

    def count(self, user: str, request: BlobRequest, namespace: str = "") -> int:
        """Return how many blobs there are: see ``IBlobsBackend``."""
        return sum(whose == user and namespace in {"", where} for whose, where, _ in self._kept)

    def list_blobs(  # noqa: PLR0913, PLR0917 - the contract's
        self,
        user: str,
        request: BlobRequest,
        namespace: str = "",
        order_by: str | None = None,
        deleted: bool = False,
        filter_flag: str | None = None,
    ) -> str:
        """Return ids: see ``IBlobsBackend``."""
        if deleted:
            found = sorted(blob for *place, blob in self._deleted if place == [user, namespace])
            return orjson.dumps(found).decode()
        kept = {
            blob: each
            for (*place, blob), each in self._kept.items()
            if place == [user, namespace] and (filter_flag is None or filter_flag in each.flags)
        }
        names = sorted(kept)
        if order_by is not None:
            names.sort(key=lambda name: kept[name].written, reverse=order_by == "-date")
        return orjson.dumps(names).decode()

    def get_total_storage(self, user: str) -> int:
        """Return what all blobs take in KiB: see ``IBlobsBackend``."""
        sizes = (len(each.data) for (whose, *_), each in self._kept.items() if whose == user)
        return -(-sum(sizes) // 1024)

    def add_tag_header(
        self, user: str, blob_id: str, request: BlobRequest, namespace: str = ""
    ) -> None:
        """Tell a blob's tag: see ``IBlobsBackend``."""
        data = self._find(user, blob_id, namespace).data
        request.reply_headers.append(("Tag", tag_of(data)))

    def get_flags(self, user: str, blob_id: str, request: BlobRequest, namespace: str = "") -> str:
        """Return a blob's flags: see ``IBlobsBackend``."""
        return orjson.dumps(self._find(user, blob_id, namespace).flags).decode()

    def set_flags(
        self, user: str, blob_id: str, request: BlobRequest, namespace: str = ""
    ) -> str | None:
        """Replace a blob's flags: see ``IBlobsBackend``."""
        flags = read_flags(request.body())
        unknown = unknown_flag(flags)
        with self._lock:
            kept = self._find(user, blob_id, namespace)
            if unknown is not None:
                return f"{unknown[:40]!r} is not one of {', '.join(Flag)}"
            kept.reserved = reserved_at(blob_id, flags, kept.reserved)
            kept.flags = flags
        return None

    def _find(self, user: str, blob: str, namespace: str) -> _Kept:
        """Return a blob. Raises: BlobNotFoundError."""
        try:
            return self._kept[user, namespace, blob]
        except KeyError:
            raise BlobNotFoundError(blob) from None
