import threading

import pytest

from observability.single_flight import SingleFlight


def test_an_answer_comes_through_and_so_does_an_error():
    assert SingleFlight(lambda: 5).result(1) == 5
    with pytest.raises(ZeroDivisionError):
        SingleFlight(lambda: 1 // 0).result(1)


def test_whoever_hangs_is_waited_for_only_so_long_and_asked_once():
    go, asked = threading.Event(), []

    def hang():
        asked.append(1)
        go.wait(10)
        return len(asked)

    flight = SingleFlight(hang)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            flight.result(0.01)
    go.set()
    assert flight.result(1) == 1
    assert flight.result(1) == 2
