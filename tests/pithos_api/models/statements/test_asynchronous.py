"""A statement that is asked without waiting lets its connection go."""

import select
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from pithos_api.models.statements import asynchronous
from pithos_api.models.statements.asynchronous import AsyncStatement
from pithos_api.models.statements.listings.list_objects import writers

NOBODY = {"ids": [-1]}  # the id of no account


@pytest.fixture(autouse=True)
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def asked() -> Iterator[AsyncStatement[Any]]:
    """One that has been asked a question, and has answered."""
    statement = AsyncStatement(writers)
    while not statement.is_ready():
        await_progress(statement)
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
