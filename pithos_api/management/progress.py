"""A line on the terminal that shows how far a command has come."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

T = TypeVar("T")

_REDRAW_SECONDS: Final = 0.2
_CLEAR: Final = "\r\x1b[K"


def track(items: Iterable[T], total: int, label: str) -> Iterator[T]:
    """Yield the items, redrawing ``label 42% 1234/2939 87/s``; silent where nobody looks.

    total: how many there will be, about; with 0 no share is shown. The line is on standard
    error, so that what the command prints can be piped, and is gone at the end.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    begun = drawn = time.monotonic()
    try:
        for count, item in enumerate(items, start=1):
            yield item
            now = time.monotonic()
            if now - drawn >= _REDRAW_SECONDS:
                drawn = now
                _draw(f"{label} {_share(count, total)} {count / (now - begun):.0f}/s")
    finally:
        _draw("")


def _share(count: int, total: int) -> str:
    if not total:
        return str(count)
    total = max(total, count)
    return f"{100 * count // total}% {count}/{total}"


def _draw(text: str) -> None:
    sys.stderr.write(_CLEAR + text)
    sys.stderr.flush()
