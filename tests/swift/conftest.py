from collections.abc import Callable

import pytest

from tests.api.client import Client
from tests.api.conftest import committed, new_user
from tests.swift.client import SwiftClient, in_swift

__all__ = ["committed", "new_user"]


@pytest.fixture(autouse=True)
def _many_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    """http.client reads no more than 100 headers; an object may have 90 of its own."""
    monkeypatch.setattr("http.client._MAXHEADERS", 200)


@pytest.fixture
def new_swift_user(new_user: Callable[[], Client]) -> Callable[[], SwiftClient]:
    """Make users who speak Swift, each with an empty account of their own."""
    return lambda: in_swift(new_user())


@pytest.fixture
def swift(new_swift_user: Callable[[], SwiftClient]) -> SwiftClient:
    """A user with an empty account, in Swift's dialect."""
    return new_swift_user()


@pytest.fixture
def box(swift: SwiftClient) -> SwiftClient:
    """A user with the empty container ``c``, in Swift's dialect."""
    assert swift.put("c").status == 201
    return swift
