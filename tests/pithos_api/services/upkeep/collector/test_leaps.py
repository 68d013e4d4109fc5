"""How far the clock has leapt forward, as far as that still matters."""

import time

import pytest

from pithos_api.services.upkeep.collector.clock_leaps import Leaps


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    shown = {"time": 1e9, "monotonic": 50.0}
    monkeypatch.setattr(time, "time", lambda: shown["time"])
    monkeypatch.setattr(time, "monotonic", lambda: shown["monotonic"])
    return shown


def test_time_that_passes_is_no_leap(clock: dict[str, float]) -> None:
    leaps = Leaps()
    clock["time"] += 1000
    clock["monotonic"] += 999
    assert leaps.seconds(10) == 0


def test_a_leap_back_is_none_that_matters(clock: dict[str, float]) -> None:
    leaps = Leaps()
    clock["time"] -= 1000
    assert leaps.seconds(10) == 0
    clock["time"] += 1000
    assert leaps.seconds(10) == 1000


def test_a_leap_matters_until_it_is_long_ago(clock: dict[str, float]) -> None:
    leaps = Leaps()
    clock["time"] += 1000
    for _ in range(2):
        assert leaps.seconds(10) == 1000
        clock["monotonic"] += 9
        clock["time"] += 9
    assert leaps.seconds(10) == 0
    assert leaps.seconds(100) == 0
