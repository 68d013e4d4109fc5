"""Turns at work that takes long."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event

import pytest

from pithos_api.errors import BusyError, ClientGoneError
from pithos_api.services.storage.turns import Turns

LONG = 30.0


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


@pytest.fixture
def held() -> Iterator[ExitStack]:
    """Turns that the test has until it gives them back."""
    with ExitStack() as stack:
        yield stack


def have(turns: Turns, key: str, patience: float = LONG) -> bool:
    with turns.turn(key, patience):
        return True


def begin_waiting(pool: ThreadPoolExecutor, turns: Turns, key: str) -> Future[bool]:
    """Let a thread wait for a turn; return once it does."""
    waits = Event()

    def wait() -> bool:
        with turns.turn(key, LONG, waits.set):
            return True

    future = pool.submit(wait)
    assert waits.wait(LONG)
    return future


def test_each_and_all_have_so_many_at_once(held: ExitStack) -> None:
    turns = Turns(2, 3)
    for key in ("a", "a", "b"):
        held.enter_context(turns.turn(key, 0))
    for key in ("a", "b", "c"):
        with pytest.raises(BusyError):
            have(turns, key, 0)


def test_one_user_leaves_turns_to_others(held: ExitStack) -> None:
    turns = Turns(2, 3)
    for _ in range(2):
        held.enter_context(turns.turn("a", 0))
    with pytest.raises(BusyError):
        have(turns, "a", 0)
    assert have(turns, "b", 0)


def test_whoever_waits_comes_next(held: ExitStack, pool: ThreadPoolExecutor) -> None:
    turns = Turns(1, 1)
    held.enter_context(turns.turn("a", 0))
    waiting = begin_waiting(pool, turns, "b")
    assert not waiting.done()
    held.close()
    assert waiting.result(LONG)


def test_no_more_wait_than_twice_as_many(held: ExitStack, pool: ThreadPoolExecutor) -> None:
    turns = Turns(1, 2)
    held.enter_context(turns.turn("a", 0))
    waiting = [begin_waiting(pool, turns, "a") for _ in range(2)]
    began = time.monotonic()
    with pytest.raises(BusyError):
        have(turns, "a")
    assert time.monotonic() - began < LONG / 2
    held.close()
    assert all(each.result(LONG) for each in waiting)


def test_patience_ends(held: ExitStack) -> None:
    turns = Turns(1, 1)
    held.enter_context(turns.turn("a", 0))
    began = time.monotonic()
    with pytest.raises(BusyError):
        have(turns, "b", 0.2)
    assert time.monotonic() - began >= 0.2


def test_what_ends_in_an_error_gives_its_turn_back() -> None:
    turns = Turns(1, 1)
    with pytest.raises(ZeroDivisionError), turns.turn("a", 0):
        raise ZeroDivisionError
    assert have(turns, "a", 0)


def gone() -> None:
    raise ClientGoneError


def test_who_need_not_wait_any_more_makes_room_for_others(
    held: ExitStack, pool: ThreadPoolExecutor
) -> None:
    turns = Turns(1, 1)
    held.enter_context(turns.turn("a", 0))
    for _ in range(3):  # one more than may wait at once
        with pytest.raises(ClientGoneError), turns.turn("b", LONG, gone):
            pass
    waiting = begin_waiting(pool, turns, "b")
    held.close()
    assert waiting.result(LONG)


def test_who_does_not_wait_takes_what_is_free_and_is_noticed() -> None:
    turns = Turns(1, 2)
    assert turns.take("a", 1)
    assert not turns.are_sought
    assert not turns.take("a", 2)
    assert turns.are_sought
    turns.leave("a")
    assert [turns.take("a", 3), turns.take("b", 4)] == [False, True]
    assert turns.take("a", 2)
    assert not turns.take("c", 5)
