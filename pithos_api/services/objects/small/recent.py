"""The content of small objects that were read last: the database need not send it again."""

from functools import cache
from threading import Lock
from typing import Final, NamedTuple, TypeAlias

from cachetools import LRUCache
from django.conf import settings

from pithos_api.blocks.hashing import block_digest
from pithos_api.values import ObjectPath

_Key: TypeAlias = tuple[str, str, str]

# About what an entry takes besides its bytes.
_ENTRY_BYTES: Final = 700


class KeptContent(NamedTuple):
    """The one block of a small object, as it is stored. digest: of ``data``, which was checked."""

    digest: bytes
    data: bytes


class RecentContents:
    """A bounded memory of what small objects held when they were read.

    Whether an object still holds that, and who may read it, the database says at each request: it
    is told the digest. Objects that were not asked for go first.
    """

    def __init__(self, most_bytes: int) -> None:
        self._kept: LRUCache[_Key, KeptContent] = LRUCache(most_bytes, _weight)
        self._lock = Lock()

    def at(self, path: ObjectPath) -> KeptContent | None:
        """Return what the object at ``path`` held, None if that is not kept."""
        key = path.account, path.container, path.name
        with self._lock:
            return self._kept.get(key)

    def keep(self, path: ObjectPath, kept: KeptContent) -> bool:
        """Keep what the object holds, if there is room for it; whether the digest is right."""
        if block_digest(kept.data) != kept.digest:
            return False
        if _weight(kept) <= self._kept.maxsize:
            with self._lock:
                self._kept[path.account, path.container, path.name] = kept
        return True


def _weight(kept: KeptContent) -> int:
    return len(kept.data) + _ENTRY_BYTES


@cache
def contents() -> RecentContents:
    """Return this process's contents."""
    return RecentContents(settings.PITHOS_CONTENT_CACHE)
