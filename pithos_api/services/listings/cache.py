"""Pages of containers' listings, kept for as long as nothing in the container changes."""

from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import TypeAlias

from cachetools import LRUCache
from django.conf import settings

from pithos_api.values import ContainerState, Entry, ListingForm, ObjectPage

# A JSON list as text in pieces, or its entries.
Content: TypeAlias = tuple[str, ...] | list[Entry]
_Key: TypeAlias = tuple[int, str, ObjectPage, ListingForm | None]

# About what an entry takes, and what a page takes besides its content.
_ENTRY_BYTES = 1500
_PAGE_BYTES = 500


class PageCache:
    """A bounded memory of pages, each tied to the revision of the container it was read in.

    A page is only given out for the very revision that the request at hand has just read: so
    a remembered page is equal to one that is read now. Pages that were not asked for go first.
    """

    def __init__(self, most_bytes: int) -> None:
        self._pages: LRUCache[_Key, tuple[object, Content]] = LRUCache(most_bytes, _weight)
        self._lock = Lock()

    def read(
        self,
        state: ContainerState,
        request: tuple[str, ObjectPage, ListingForm | None],
        fetch: Callable[[], Content],
    ) -> Content:
        """Return the page of the container, by ``fetch`` unless it is remembered.

        state: as this request has read it, before ``fetch`` reads the page.
        request: what else decides what the page says: the owner's name, the page, and the
            form that its text has, if it is one.
        """
        key = (state.id, *request)
        with self._lock:
            revision, content = self._pages.get(key, (None, ()))
        if revision is not None and revision == state.revision:
            return content
        content = fetch()
        with self._lock:
            if _weight((state.revision, content)) <= self._pages.maxsize:
                self._pages[key] = (state.revision, content)
        return content


def _weight(kept: tuple[object, Content]) -> int:
    content = kept[1]
    text = isinstance(content, tuple)
    size = sum(map(len, content)) if text else len(content) * _ENTRY_BYTES
    return size + _PAGE_BYTES


@cache
def pages() -> PageCache:
    """Return this process's pages."""
    return PageCache(settings.PITHOS_LISTING_CACHE)
