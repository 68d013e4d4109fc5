"""Opening the blocks of a download, which verifies them, while those before them are sent."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Final, TypeVar

from pithos_api.blocks.base import Piece

P = TypeVar("P", bytes, Piece)
Opening = Callable[[], Iterator[P]]

AHEAD: Final = 2
"""Blocks of a download that are open before they are wanted."""

_POOL_THREADS: Final = 16
"""More than cores, because a thread sleeps while the disk or a remote store reads."""


@cache
def _threads() -> ThreadPoolExecutor:
    """The process's pool, made on first use: threads do not survive the fork of a worker."""
    os.register_at_fork(after_in_child=_threads.cache_clear)
    return ThreadPoolExecutor(_POOL_THREADS, thread_name_prefix="readahead")


def opened_ahead(openings: Sequence[Opening[P]]) -> Generator[Iterator[P], None, None]:
    """Yield what each opening returns, in order; other threads open the next ``AHEAD`` meanwhile.

    An opening's error is raised at its turn. What is open and not wanted any more is closed when
    this iterator is. A single opening is not worth another thread.
    """
    if len(openings) == 1:
        yield openings[0]()
        return
    waiting: deque[Future[Iterator[P]]] = deque()
    try:
        for opening in openings:
            waiting.append(_threads().submit(opening))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            if not future.cancel():
                future.add_done_callback(_close)


def _close(opened: Future[Iterator[P]]) -> None:
    if opened.exception() is None:
        close = getattr(opened.result(), "close", None)
        if close is not None:
            close()
