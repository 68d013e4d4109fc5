"""A statement that is asked without waiting lets its connection go."""

import select
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from pytest_django import DjangoDbBlocker

from pithos_api.models.statements import asynchronous
from pithos_api.models.statements.asynchronous import AsyncStatement
from pithos_api.models.statements.listings.list_objects import writers
from pithos_api.models.statements.prepared import Statement

NOBODY = {"ids": [-1]}  # the id of no account


class Text(NamedTuple):
    """A row of some length."""

    text: str


long_texts = Statement(
    "long_texts", Text, "SELECT repeat('x', 10000) FROM generate_series(1, %(count)s::int)"
)

planner = Statement("planner", Text, "SELECT current_setting(%(name)s::text)")


@pytest.fixture(autouse=True)
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def ready(asks: Statement[Any]) -> AsyncStatement[Any]:
    statement = AsyncStatement(asks)
    while not statement.is_ready():
        await_progress(statement)
    return statement


@pytest.fixture
def asked() -> Iterator[AsyncStatement[Any]]:
    """One that has been asked a question, and has answered."""
    statement = ready(writers)
    statement.ask(NOBODY)
    while (found := statement.fetch()) is None:
        await_progress(statement)
    assert found == []
    yield statement
    statement.close()


def await_progress(statement: AsyncStatement[Any]) -> None:
    poll = select.poll()
    poll.register(statement.fileno(), select.POLLOUT if statement.writes else select.POLLIN)
    poll.poll(1000)


def test_a_connection_that_was_used_just_now_is_kept(asked):
    asked.trim()
    assert asked.is_ready()


def test_a_connection_that_nobody_uses_is_closed_and_the_next_is_made_at_once(asked, monkeypatch):
    monkeypatch.setattr(asynchronous, "_IDLE_SECONDS", -1.0)
    asked.trim()
    assert asked._raw is None
    assert not asked.is_ready()
    assert asked.fileno() > 0


def test_a_connection_is_kept_while_it_answers(asked, monkeypatch):
    asked.ask(NOBODY)
    monkeypatch.setattr(asynchronous, "_IDLE_SECONDS", -1.0)
    asked.trim()
    while (found := asked.fetch()) is None:
        await_progress(asked)
    assert found == []


def test_an_answer_that_comes_in_pieces_is_mostly_fetched_at_once():
    statement = ready(long_texts)
    looks = []
    for _ in range(20):
        statement.ask({"count": 10})
        await_progress(statement)
        looks.append(1)
        while (found := statement.fetch()) is None:
            await_progress(statement)
            looks[-1] += 1
        assert [len(row.text) for row in found] == [10_000] * 10
    statement.close()
    assert looks.count(1) > 10, looks


def test_tables_are_never_read_whole_where_an_index_helps():
    statement = ready(planner)
    statement.ask({"name": "enable_seqscan"})
    while (found := statement.fetch()) is None:
        await_progress(statement)
    assert found == [Text("off")]
    statement.close()
