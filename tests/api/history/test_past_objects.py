"""An object as it was at a moment: GET and HEAD with ``until``."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.client import Answer, Client
from tests.api.history.test_purge import moments, now
from tests.swift.client import in_swift


@pytest.fixture
def past(box: Client) -> tuple[Client, list[str]]:
    """An object that was written twice, described, deleted and written again; and when."""
    box.put("c/o", b"first", {"X-Object-Meta-Hue": "red"})
    box.put("c/o", b"second")
    box.post("c/o", headers={"X-Object-Meta-Hue": "blue"})
    box.delete("c/o")
    deleted = now()
    box.put("c/o", b"again")
    return box, [*moments(box), deleted]


def said(answer: Answer) -> tuple[int, bytes, str | None]:
    return answer.status, answer.body, answer.get("X-Object-Meta-Hue")


@pytest.mark.parametrize("dialect", [lambda box: box, in_swift], ids=["pithos", "swift"])
def test_an_object_is_read_as_it_was(
    past: tuple[Client, list[str]], dialect: Callable[[Client], Client]
) -> None:
    box, (first, second, described, again, deleted) = past
    there = dialect(box)
    assert there.get("c/o", until=first).status == 404
    assert said(there.get("c/o", until=second)) == (200, b"first", "red")
    assert said(there.get("c/o", until=described)) == (200, b"second", None)
    assert there.get("c/o", until=deleted).status == there.get("c/o", until=again).status == 404
    assert said(there.get("c/o", until=now())) == (200, b"again", None)
    assert said(there.get("c/o", until="")) == (200, b"again", None)


def test_a_head_tells_of_the_same_state(past: tuple[Client, list[str]]) -> None:
    box, (first, second, *_) = past
    assert box.head("c/o", until=first).status == 404
    told = box.head("c/o", until=second)
    got = box.get("c/o", until=second)
    assert (told.status, told["Content-Length"], told["ETag"]) == (200, "5", got["ETag"])
    assert told["X-Object-Version"] == got["X-Object-Version"]
    assert told["X-Object-Version"] != box.head("c/o")["X-Object-Version"]


def test_ranges_conditions_and_hashmaps_are_of_that_state(past: tuple[Client, list[str]]) -> None:
    box, (_, second, *_) = past
    was = box.head("c/o", until=second)["ETag"]
    part = box.get("c/o", {"Range": "bytes=1-2", "If-Range": was}, until=second)
    assert (part.status, part.body) == (206, b"ir")
    assert box.get("c/o", {"If-None-Match": was}, until=second).status == 304
    assert box.get("c/o", {"If-None-Match": was}).status == 200
    found = box.get("c/o", hashmap="", format="json", until=second)
    assert found.json["hashes"] == [found["X-Object-Hash"]]
    assert found["X-Object-Hash"] != box.head("c/o")["X-Object-Hash"]


def test_what_was_purged_is_not_there_any_more(past: tuple[Client, list[str]]) -> None:
    box, (_, second, described, *_) = past
    box.delete("c/o", until=second)
    assert box.get("c/o", until=second).status == box.get("c/o", until=described).status == 404


@pytest.mark.parametrize("version", ["1", "list", "x", ""])
def test_a_moment_and_a_version_exclude_each_other(
    past: tuple[Client, list[str]], version: str
) -> None:
    box, _ = past
    query: dict[str, Any] = {"version": version, "format": "json", "until": now()}
    for method in ("GET", "HEAD"):
        assert box.request(method, "c/o", **query).status == 400
    query = {"version-id": "1", "until": now()}
    assert in_swift(box).get("c/o", **query).status == 400


def test_a_moment_tells_no_more_than_a_version_does(
    past: tuple[Client, list[str]], new_user: Callable[[], Client]
) -> None:
    box, (_, second, *_) = past
    reader, stranger = new_user(), new_user()
    box.post("c/o", headers={"X-Object-Sharing": f"read={reader.account}"}, update="")
    version = box.head("c/o", until=second)["X-Object-Version"]
    for who, status in ((reader, 200), (stranger, 403)):
        for query in ({"until": second}, {"version": version}):
            url = box.url("c/o", **query)
            assert who.raw("GET", url, None, {"X-Auth-Token": who.token}).status == status
    assert "X-Object-Sharing" in box.head("c/o").headers
    assert "X-Object-Sharing" not in box.head("c/o", until=second).headers


def test_who_may_read_a_container_s_objects_reads_them_as_they_are(
    past: tuple[Client, list[str]],
) -> None:
    box, (_, second, *_) = past
    there = in_swift(box)
    there.post("c", headers={"X-Container-Read": ".r:*", "X-Container-Meta-Web-Index": "o"})
    assert there.raw("GET", there.url("c/o"), None, {}).body == b"again"
    assert there.raw("GET", there.url("c/o", until=second), None, {}).status == 401
