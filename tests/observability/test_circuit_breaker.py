from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore
from time import monotonic, sleep

from observability.circuit_breaker import CircuitBreaker, Limits


class AwayError(Exception):
    pass


class LeftAloneError(Exception):
    pass


class Watched:
    """A guarded service under a clock of its own."""

    def __init__(self, **limits):
        self.now = 0.0
        self.limits = Limits(**limits)
        self.breaker = CircuitBreaker(
            "x",
            LeftAloneError,
            lambda error: isinstance(error, AwayError),
            self.limits,
            clock=lambda: self.now,
        )

    def ask(self, error=None, seconds=0.0):
        """What comes of asking a service that takes so long to raise this."""
        try:
            with self.breaker.passage():
                self.now += seconds
                if error:
                    raise error
        except Exception as raised:
            return type(raised)
        return None


def test_after_failures_in_a_row_nobody_is_let_through():
    watched = Watched()
    assert {watched.ask(AwayError()) for _ in range(5)} == {AwayError}
    assert watched.ask() is LeftAloneError


def test_a_refusal_is_an_answer():
    watched = Watched()
    for error in [AwayError] * 4 + [KeyError] + [AwayError] * 4:
        assert watched.ask(error()) is error
    assert watched.ask() is None


def test_only_one_tries_whether_it_is_back():
    watched = Watched()
    for _ in range(5):
        watched.ask(AwayError())
    watched.now = watched.limits.rest_seconds + 1
    with watched.breaker.passage():
        assert watched.ask() is LeftAloneError
    assert watched.ask() is None


def test_one_that_tries_in_vain_makes_it_rest_again():
    watched = Watched()
    for _ in range(5):
        watched.ask(AwayError())
    watched.now += watched.limits.rest_seconds
    assert watched.ask(AwayError()) is AwayError
    assert watched.ask() is LeftAloneError


def test_failures_that_come_fast_count_once_nobody_has_been_answered_for_a_while():
    watched = Watched(silence_seconds=2.0)
    assert {watched.ask(AwayError(), seconds=0.1) for _ in range(19)} == {AwayError}
    watched.ask(AwayError(), seconds=0.2)
    assert watched.ask() is LeftAloneError


def test_a_service_that_answers_now_and_then_is_not_left_alone():
    watched = Watched(silence_seconds=2.0)
    for _ in range(5):
        assert {watched.ask(AwayError(), seconds=0.2) for _ in range(9)} == {AwayError}
        assert watched.ask() is None


def passes(breaker):
    try:
        with breaker.passage():
            sleep(0.3)
    except LeftAloneError:
        return False
    return True


def crowd(breaker, count):
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(passes, [breaker] * count))


def hang(breaker: CircuitBreaker, inside: Semaphore, answered: Event) -> None:
    with breaker.passage():
        inside.release()
        answered.wait(10)


def test_a_slow_service_holds_few_threads_only():
    breaker = CircuitBreaker("x", LeftAloneError, lambda _: False, Limits(at_once=8))
    assert crowd(breaker, 30).count(True) == 8


def test_all_get_a_place_where_answers_keep_coming():
    breaker = CircuitBreaker(
        "x", LeftAloneError, lambda _: False, Limits(at_once=8, silence_seconds=2.0)
    )
    assert crowd(breaker, 30).count(True) == 30


def test_one_that_hangs_alone_takes_nothing_from_a_crowd_that_comes_later():
    breaker = CircuitBreaker(
        "x", LeftAloneError, lambda _: False, Limits(at_once=8, silence_seconds=1.0)
    )
    inside, answered = Semaphore(0), Event()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(hang, breaker, inside, answered)
        inside.acquire()
        sleep(1.1)
        assert crowd(breaker, 12).count(True) == 12
        answered.set()


def test_a_silent_service_is_waited_for_by_no_more_than_have_a_place():
    breaker = CircuitBreaker(
        "x", LeftAloneError, lambda _: False, Limits(at_once=2, silence_seconds=0.2)
    )
    inside, answered = Semaphore(0), Event()

    with ThreadPoolExecutor(2) as pool:
        hanging = [pool.submit(hang, breaker, inside, answered) for _ in range(2)]
        for _ in hanging:
            inside.acquire()
        begun = monotonic()
        assert crowd(breaker, 10).count(True) == 0
        assert 0.1 < monotonic() - begun < 5  # those that hang do so for ten
        answered.set()
        assert [each.result() for each in hanging] == [None, None]
    assert passes(breaker)
