"""Numbers and sizes as people and programs write them."""

import re
from typing import Final

LARGEST_SIZE: Final = 2**63 - 1
"""What a column of the database holds; nobody has as much."""

_UNITS: Final = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_LARGEST_FIRST: Final = tuple(reversed(_UNITS.items()))
_SIZE: Final = re.compile(r"([0-9]{1,19})([KMGT]?)")


def parse_size(text: str) -> int | None:
    """Return what a text such as ``50G`` or ``512`` says in bytes, None for any other text."""
    match = _SIZE.fullmatch(text.strip().upper())
    if match is None:
        return None
    size = int(match[1]) * _UNITS[match[2]]
    return size if size <= LARGEST_SIZE else None


def exact_size(size: int) -> str:
    """Return what ``parse_size`` reads as the same size, in the largest unit that is exact."""
    unit, factor = next(
        (unit, factor)
        for unit, factor in _LARGEST_FIRST
        if size % factor == 0 and (size or not unit)
    )
    return f"{size // factor}{unit}"


def rough_size(size: int) -> str:
    """Return a size to look at, with a digit behind the point: ``1.5G``."""
    unit, factor = next(
        ((unit, factor) for unit, factor in _LARGEST_FIRST if abs(size) >= factor), ("", 1)
    )
    return f"{size / factor:.1f}{unit}" if size % factor else f"{size // factor}{unit}"


def whole_number(text: str, digits: int) -> int | None:
    """Return what up to ``digits`` ASCII digits say, None for any other text.

    ``int`` alone would take signs, blanks, underscores and the digits of every script.
    """
    if text.isascii() and text.isdecimal() and len(text) <= digits:
        return int(text)
    return None
