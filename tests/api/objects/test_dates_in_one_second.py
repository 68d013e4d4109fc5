"""A date has whole seconds: it names no state of an object that had two in one of them."""

import time
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from tests.api.client import Answer, Client
from tests.api.halting import side_by_side
from tests.swift.client import in_swift

OLD, NEW = b"old and whole", b"new and whole"


def put(client: Client) -> Answer:
    return client.put("c/o", NEW)


def put_anew(client: Client) -> Answer:
    client.delete("c/o")
    return client.put("c/o", NEW)


def write_into(client: Client) -> Answer:
    headers = {"Content-Type": "application/octet-stream", "Content-Range": "bytes 0-2/*"}
    return client.post("c/o", b"new", headers)


def copy_onto(client: Client) -> Answer:
    return client.request("COPY", "d/o", None, {"Destination": "c/o"})


def copy_folder_onto(client: Client) -> Answer:
    folder: dict[str, Any] = {"delimiter": "/"}
    return client.request("COPY", "d/o", None, {"Destination": "c/o"}, **folder)


POLICIES = ("auto", "none")


@pytest.fixture
def new_two(new_user: Callable[[], Client]) -> Callable[[str], Client]:
    """Make users: ``c`` keeps history or not; ``d/o`` and ``d/o/1`` are there to be copied."""

    def make(policy: str) -> Client:
        box = new_user()
        box.put("c", b"", {"X-Container-Policy-Versioning": policy})
        box.put("d")
        for name in ("d/o", "d/o/1"):
            box.put(name, NEW)
        return box

    return make


@pytest.fixture(params=POLICIES)
def two(request: pytest.FixtureRequest, new_two: Callable[[str], Client]) -> Client:
    return new_two(request.param)


def twice_in_a_second(client: Client, change: Callable[[Client], Answer]) -> str:
    """Put ``c/o`` and change it within one second; the date of both states."""
    for _ in range(10):
        time.sleep(-time.time() % 1)
        client.put("c/o", OLD, {"X-Object-Public": "true"})
        first = client.head("c/o")["Last-Modified"]
        assert change(client).status < 300
        if client.head("c/o")["Last-Modified"] == first:
            return first
    raise AssertionError("the machine is too slow")


def reads(client: Client, headers: dict[str, str]) -> list[Answer]:
    """By the owner in both dialects, and by anybody where it is published."""
    found = [client.get("c/o", headers), in_swift(client).get("c/o", headers)]
    public = client.head("c/o").get("X-Object-Public")
    return [*found, client.raw("GET", public, None, headers)] if public else found


CHANGES = [put, put_anew, write_into, copy_onto, copy_folder_onto]


@pytest.mark.requirement("R80", "R81")
def test_no_state_is_taken_for_the_other(new_two: Callable[[str], Client]) -> None:
    def look(two: Client, change: Callable[[Client], Answer]) -> None:
        date = twice_in_a_second(two, change)
        for answer in reads(two, {"Range": "bytes=4-6", "If-Range": date}):
            assert (answer.status, answer.body) == (200, NEW)
        assert {each.status for each in reads(two, {"If-Modified-Since": date})} == {200}
        assert {each.status for each in reads(two, {"If-Unmodified-Since": date})} == {412}
        assert two.delete("c/o", {"If-Unmodified-Since": date}).status == 412

    side_by_side(look, [(new_two(policy), change) for policy, change in product(POLICIES, CHANGES)])


@pytest.mark.requirement("R80", "R81")
def test_a_version_s_bytes_never_change(new_two: Callable[[str], Client]) -> None:
    def look(two: Client) -> None:
        date = twice_in_a_second(two, put)
        serial = two.head("c/o")["X-Object-Version"]
        assert two.get("c/o", {"If-Modified-Since": date}, version=serial).status == 304
        part = {"Range": "bytes=4-6", "If-Range": date}
        assert two.get("c/o", part, version=serial).body == b"and"

    side_by_side(look, [(new_two(policy),) for policy in POLICIES])


@pytest.mark.requirement("R80", "R81")
def test_a_state_that_was_alone_is_named_by_its_date(new_two: Callable[[str], Client]) -> None:
    def look(two: Client) -> None:
        two.put("c/o", OLD)
        time.sleep(-time.time() % 1)
        two.put("c/o", NEW)
        date = two.head("c/o")["Last-Modified"]
        assert two.get("c/o", {"Range": "bytes=4-6", "If-Range": date}).body == b"and"
        assert two.get("c/o", {"If-Modified-Since": date}).status == 304
        assert two.get("c/o", {"If-Unmodified-Since": date}).status == 200
        assert two.delete("c/o", {"If-Unmodified-Since": date}).status == 204

    side_by_side(look, [(new_two(policy),) for policy in POLICIES])


@pytest.mark.requirement("R80")
@pytest.mark.parametrize("form", ["W/{}", 'W/"{}"'])
def test_a_weak_etag_names_no_bytes(two: Client, form: str) -> None:
    two.put("c/o", NEW)
    tag = form.format(two.head("c/o")["ETag"])
    assert two.get("c/o", {"Range": "bytes=4-6", "If-Range": tag}).body == NEW


@pytest.mark.requirement("R133")
def test_a_manifest_s_date_says_nothing_of_its_parts(two: Client) -> None:
    two.put("c/whole", b"", {"X-Object-Manifest": "c/part"})
    date = two.head("c/whole")["Last-Modified"]
    two.put("c/part", NEW)
    for client in (two, in_swift(two)):
        assert client.get("c/whole", {"If-Modified-Since": date}).body == NEW
        assert client.get("c/whole", {"Range": "bytes=4-6", "If-Range": date}).body == NEW
