"""Reading at a bounded rate."""

import time

from pithos_api.services.upkeep.scrubbing import ReadRate


def seconds_for(rate: int, sizes: list[int]) -> float:
    pace, begun = ReadRate(rate), time.monotonic()
    for size in sizes:
        pace.spend(size)
    return time.monotonic() - begun


def test_no_more_is_read_than_the_rate_allows() -> None:
    assert seconds_for(100_000, [10_000] * 5) >= 0.5


def test_a_rate_of_0_waits_for_nothing() -> None:
    assert seconds_for(0, [1 << 40] * 5) < 0.5
