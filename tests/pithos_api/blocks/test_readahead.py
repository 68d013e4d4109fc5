import threading
import time
from functools import partial

import pytest

from pithos_api.blocks.readahead import AHEAD, opened_ahead


class Block:
    """Notes when it is opened and closed, as a file would be."""

    def __init__(self, opened: list[int], number: int) -> None:
        self.opened, self.number = opened, number
        opened.append(number)

    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration

    def close(self) -> None:
        self.opened.remove(self.number)


def wait_for(condition) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_blocks_come_in_order_however_long_each_takes():
    def opening(number):
        time.sleep(0.02 * (number % 3))
        return iter([bytes([number])])

    opened = opened_ahead([partial(opening, number) for number in range(9)])
    assert b"".join(b"".join(each) for each in opened) == bytes(range(9))


def test_no_more_than_two_are_opened_early():
    opened: list[int] = []
    blocks = opened_ahead([partial(Block, opened, number) for number in range(9)])
    next(blocks)
    wait_for(lambda: len(opened) == 1 + AHEAD)
    time.sleep(0.05)
    assert sorted(opened) == [0, 1, 2]
    blocks.close()


def test_what_is_open_and_not_wanted_any_more_is_closed():
    opened: list[int] = []
    blocks = opened_ahead([partial(Block, opened, number) for number in range(9)])
    next(blocks)
    blocks.close()
    wait_for(lambda: opened == [0])  # the reader's


def test_an_error_comes_at_its_turn():
    def fail():
        raise OSError("the second")

    blocks = opened_ahead([partial(iter, [b"a"]), fail, partial(iter, [b"c"])])
    assert list(next(blocks)) == [b"a"]
    with pytest.raises(OSError, match="the second"):
        next(blocks)


def test_a_single_block_is_opened_by_the_reader_itself():
    opened = opened_ahead([lambda: iter([threading.current_thread().name.encode()])])
    assert list(next(opened)) == [threading.current_thread().name.encode()]
