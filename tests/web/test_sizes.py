"""Sizes are read and shown with units, and are never below zero."""

import pytest

from web.numbers import LARGEST_SIZE, exact_size, parse_size, rough_size


@pytest.mark.parametrize(
    ("text", "size"),
    [("0", 0), ("512", 512), ("4k", 4096), (" 50G ", 50 << 30), (str(LARGEST_SIZE), LARGEST_SIZE)],
)  # fmt: skip
def test_a_size_is_read(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text",
    ["", "-5", "-5G", "+5", "1.5G", "5 G", "5GB", "G", "five", "٣G", "9" * 19 + "T", "9" * 20],
)
def test_what_is_no_size_is_none(text: str) -> None:
    assert parse_size(text) is None


@pytest.mark.parametrize("size", [0, 1, 1023, 1024, 1025, 3 << 20, 50 << 30, 1 << 40, LARGEST_SIZE])
def test_an_exact_size_is_read_as_the_same(size: int) -> None:
    assert parse_size(exact_size(size)) == size


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "0"), (1023, "1023"), (1536, "1.5K"), (50 << 30, "50G"), ((1 << 40) + 1, "1.0T")],
)  # fmt: skip
def test_a_rough_size_is_short(size: int, shown: str) -> None:
    assert rough_size(size) == shown
