"""The content of small objects that were read last: the database need not send it again."""

from functools import cache
from threading import Lock
from typing import Final, NamedTuple, TypeAlias

from cachetools import LRUCache
from django.conf import settings

from pithos_api.values import ObjectPath

_Key: TypeAlias = tuple[str, str, str]

# About what an entry takes besides its bytes.
_ENTRY_BYTES: Final = 700

_READS: Final = 1024


class KeptContent(NamedTuple):
    """The one block of a small object, as it is stored. digest: of ``data``, which was checked."""

    digest: bytes
    data: bytes


class RecentContents:
    """A bounded memory of what small objects held when they were read.

    Whether an object still holds that, and who may read it, the database says at each request: it
    is told the digest. Objects that were not asked for go first. What is read once in a while is
    not worth its place: kept is what is read twice within about a thousand reads.
    """

    def __init__(self, most_bytes: int) -> None:
        self._kept: LRUCache[_Key, KeptContent] = LRUCache(most_bytes, _weight)
        self._read: set[int] = set()  # hashes of paths
        self._lock = Lock()

    def at(self, path: ObjectPath) -> KeptContent | None:
        """Return what the object at ``path`` held, None if that is not kept."""
        key = _key(path)
        if key not in self._kept:  # most are not: what is not changed needs no lock
            return None
        with self._lock:
            return self._kept.get(key)

    def note(self, path: ObjectPath, kept: KeptContent) -> None:
        """Note that the object was read and holds this, which was checked; keep it if it is due."""
        key = _key(path)
        if self._is_due(hash(key)) and _weight(kept) <= self._kept.maxsize:
            with self._lock:
                self._kept[key] = kept

    def _is_due(self, path: int) -> bool:
        """Return whether it was read before, of late. Threads at once may forget a few, no more."""
        if path in self._read:
            return True
        if len(self._read) >= _READS:
            self._read.clear()
        self._read.add(path)
        return False


def _key(path: ObjectPath) -> _Key:
    return path.account, path.container, path.name


def _weight(kept: KeptContent) -> int:
    return len(kept.data) + _ENTRY_BYTES


@cache
def contents() -> RecentContents:
    """Return this process's contents."""
    return RecentContents(settings.PITHOS_CONTENT_CACHE)
