"""Manifests of static large objects on their way to another account, where segments must be."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.api import visitors
from tests.api.client import Answer, Client
from tests.swift.client import SwiftClient, visit

PUT: dict[str, Any] = {"multipart-manifest": "put"}
GET: dict[str, Any] = {"multipart-manifest": "get"}
FOLDER: dict[str, Any] = {"delimiter": "/"}
PARTS = [b"one,", b"two"]


@pytest.fixture
def owner(box: SwiftClient) -> SwiftClient:
    """A user with the large object ``c/f/big`` below ``c/f``, and its segments in ``parts``."""
    box.put("parts")
    put_parts(box)
    box.put("c/f", b"root")
    listed = [{"path": f"parts/{n}"} for n in range(len(PARTS))]
    body = json.dumps(listed)
    assert box.put("c/f/big", body, **PUT).status == 201
    return box


def put_parts(client: SwiftClient) -> None:
    for n, part in enumerate(PARTS):
        assert client.put(f"parts/{n}", part).status == 201


@pytest.fixture
def other(owner: SwiftClient, new_swift_user: Callable[[], SwiftClient]) -> SwiftClient:
    """A user with the same containers, empty; each of the two may do all in those of the other."""
    other = new_swift_user()
    for name in ("c", "parts"):
        other.put(name)
        for one, another in ((owner, other), (other, owner)):
            lists = {"X-Container-Read": another.account, "X-Container-Write": another.account}
            one.post(name, headers=lists)
    return other


Way = Callable[[SwiftClient, SwiftClient], Answer]


def there(other: SwiftClient, path: str) -> dict[str, str]:
    return {"Destination": path, "Destination-Account": other.account}


def by_copy(owner: SwiftClient, other: SwiftClient) -> Answer:
    return visit(other, owner).request("COPY", "c/f/big", None, there(other, "c/f/big"), **GET)


def by_put(owner: SwiftClient, other: SwiftClient) -> Answer:
    source = {"X-Copy-From": "c/f/big", "X-Copy-From-Account": owner.account}
    return other.put("c/f/big", b"", source, **GET)


def by_pithos_copy(owner: SwiftClient, other: SwiftClient) -> Answer:
    asks: Client = visitors.visit(other, owner)
    return asks.request("COPY", "c/f/big", None, there(other, "/c/f/big"))


def by_move(owner: SwiftClient, other: SwiftClient) -> Answer:
    return owner.pithos.request("MOVE", "c/f/big", None, there(other, "/c/f/big"))


def by_folder_copy(owner: SwiftClient, other: SwiftClient) -> Answer:
    return owner.pithos.request("COPY", "c/f", None, there(other, "/c/f"), **FOLDER)


def by_folder_move(owner: SwiftClient, other: SwiftClient) -> Answer:
    return owner.pithos.request("MOVE", "c/f", None, there(other, "/c/f"), **FOLDER)


WAYS = [by_copy, by_put, by_pithos_copy, by_move, by_folder_copy, by_folder_move]


@pytest.mark.parametrize("way", WAYS)
def test_no_manifest_goes_where_its_segments_are_not(
    owner: SwiftClient, other: SwiftClient, way: Way
) -> None:
    before = owner.names("c")
    answer = way(owner, other)
    assert (answer.status, answer.body.count(b"404 Not Found")) == (400, len(PARTS))
    assert other.account.encode() in answer.body
    assert (other.names("c"), owner.names("c")) == ([], before)
    put_parts(other)
    assert way(owner, other).status == 201
    assert other.get("c/f/big").body == b"".join(PARTS)


def test_a_segment_that_differs_there_is_named(owner: SwiftClient, other: SwiftClient) -> None:
    put_parts(other)
    other.put("parts/1", b"TWO")
    answer = by_put(owner, other)
    assert (answer.status, answer.body.count(b"Etag Mismatch")) == (400, 1)


def test_segments_that_the_caller_may_not_read_are_not_there(
    owner: SwiftClient, other: SwiftClient
) -> None:
    put_parts(other)
    other.post("parts", headers={"X-Remove-Container-Read": "yes"})
    assert by_move(owner, other).status == 400
    assert by_put(owner, other).status == 201


def test_a_move_within_an_account_asks_for_no_segments(owner: SwiftClient) -> None:
    owner.delete("parts/0")
    assert owner.pithos.request("MOVE", "c/f/big", None, {"Destination": "/c/b"}).status == 201
    assert owner.names("c") == ["b", "f"]
