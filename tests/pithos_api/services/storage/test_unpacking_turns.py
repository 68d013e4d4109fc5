"""Turns at unpacking archives: only who works for long needs one, and nobody waits for it."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from pithos_api.errors import BusyError
from pithos_api.services.storage import heavy_work
from pithos_api.services.storage.heavy_work import UnpackingTurn, turn_at_unpacking

SHORT, LONG = 1 << 20, 100 << 20


@pytest.fixture(autouse=True)
def fresh(settings) -> Iterator[None]:
    settings.PITHOS_HEAVY_PER_USER, settings.PITHOS_HEAVY_PER_WORKER = 1, 2
    settings.PITHOS_HEAVY_WAIT = 0
    heavy_work._unpacking.cache_clear()
    yield
    heavy_work._unpacking.cache_clear()


@pytest.fixture
def begun() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def begin(stack: ExitStack, actor: int) -> UnpackingTurn:
    return stack.enter_context(turn_at_unpacking(actor, may_leave=True))


def test_short_work_needs_none_and_long_work_does(begun: ExitStack) -> None:
    turns = [begin(begun, actor) for actor in (1, 1, 2, 3)]
    assert [turn.add(SHORT) for turn in turns] == [True] * 4
    assert [turn.add(LONG) for turn in turns] == [True, False, True, False]
    turns[0].leave()
    assert [turn.take() for turn in turns[1:]] == [True, True, False]


def test_it_is_others_after_a_while_if_they_seek_it(
    begun: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heavy_work, "_SHARE_SECONDS", 0.0)
    one, other = begin(begun, 1), begin(begun, 1)
    assert one.add(LONG)
    assert one.add(LONG)
    assert not other.add(LONG)
    assert not one.add(SHORT)
    assert one.take_for_good()
    assert one.add(SHORT)


def test_who_cannot_leave_has_one_from_the_beginning(begun: ExitStack) -> None:
    with turn_at_unpacking(1, may_leave=False) as turn:
        assert turn.add(LONG)
        assert not begin(begun, 1).take()
        with pytest.raises(BusyError):
            begun.enter_context(turn_at_unpacking(1, may_leave=False))
    assert begin(begun, 1).take()
