"""Turns at unpacking archives: only who works for long needs one, and nobody waits for it."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from pithos_api.errors import BusyError
from pithos_api.services.storage import heavy_work
from pithos_api.services.storage.heavy_work import UnpackingTurns

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


def begin(stack: ExitStack, actor: int) -> UnpackingTurns:
    turns = UnpackingTurns(actor)
    stack.enter_context(turns.at_work(may_leave=True))
    return turns


def test_short_work_needs_none_and_long_work_does(begun: ExitStack) -> None:
    one, same, other = (begin(begun, actor) for actor in (1, 1, 2))
    assert [each.may_go_on(SHORT) for each in (one, same, other)] == [True] * 3
    with ExitStack() as stack:
        third = begin(stack, 3)
        assert [each.may_go_on(LONG) for each in (third, one, same)] == [True, True, False]
        assert not other.may_go_on(LONG)
        assert not same.may_go_on(0)
    assert other.may_go_on(0)
    assert not same.may_go_on(0)


def test_who_seeks_one_for_longer_has_it_first(begun: ExitStack) -> None:
    with ExitStack() as stack:
        assert begin(stack, 1).may_go_on(LONG)
        first, second = begin(begun, 1), begin(begun, 1)
        assert [each.may_go_on(LONG) for each in (first, second)] == [False, False]
    assert [each.may_go_on(0) for each in (second, first)] == [False, True]


def test_it_is_others_after_a_while_if_they_seek_it(
    begun: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heavy_work, "_SHARE_SECONDS", 0.0)
    one, other = begin(begun, 1), begin(begun, 1)
    assert one.may_go_on(LONG)
    assert one.may_go_on(LONG)
    assert not other.may_go_on(LONG)
    assert not one.may_go_on(SHORT)
    assert one.may_stay()
    assert one.may_go_on(SHORT)


def test_who_cannot_leave_has_one_from_the_beginning(begun: ExitStack) -> None:
    with UnpackingTurns(1).at_work(may_leave=False):
        assert not begin(begun, 1).may_stay()
        with pytest.raises(BusyError):
            begun.enter_context(UnpackingTurns(1).at_work(may_leave=False))
