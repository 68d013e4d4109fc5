"""``X-Delete-At`` and ``X-Delete-After``, in both dialects."""

import time
from typing import Any

import pytest

from tests.api.client import Client
from tests.swift.client import SwiftClient


@pytest.fixture(params=["swift", "pithos"])
def either(request: pytest.FixtureRequest, box: SwiftClient) -> Client:
    return box if request.param == "swift" else box.pithos


def wait_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.time()) + 0.05)


def test_an_expired_object_is_gone_at_once(either: Client) -> None:
    moment = int(time.time()) + 3
    assert either.put("c/o", b"x", {"X-Delete-At": str(moment)}).status == 201
    either.put("c/stays", b"x")
    assert either.head("c/o")["X-Delete-At"] == str(moment)
    assert either.get("c/o").body == b"x"
    wait_until(moment)
    gone = [either.head("c/o"), either.get("c/o"), either.post("c/o")]
    gone.append(either.request("COPY", "c/o", None, {"Destination": "/c/p"}))
    assert [answer.status for answer in gone] == [404] * 4


def test_it_leaves_listings_and_counters(either: Client) -> None:
    either.put("c/o", b"x", {"X-Delete-After": "1"})
    either.put("c/stays", b"x")
    deadline = time.time() + 20
    while "o" in either.names("c"):
        assert time.time() < deadline
        time.sleep(0.2)
    assert either.head("c")["X-Container-Object-Count"] == "1"


def test_writers_find_it_gone_with_the_listings(box: SwiftClient) -> None:
    for name in ("o", "p"):
        box.put(f"c/{name}", b"x", {"X-Delete-After": "1"})
    deadline = time.time() + 20
    while box.names("c"):
        assert time.time() < deadline
        time.sleep(0.2)
    assert box.delete("c/o").status == 404
    assert box.put("c/p", b"y", {"If-Match": "*"}).status == 412
    assert box.put("c/p", b"y", {"If-None-Match": "*"}).status == 201


def test_it_is_history_afterwards(box: SwiftClient) -> None:
    serial = box.put("c/o", b"x", {"X-Delete-After": "1"})["X-Object-Version"]
    wait_until(time.time() + 2.5)
    assert box.get("c/o", version=serial).body == b"x"
    assert box.put("c/o", b"y", {"If-None-Match": "*"}).status == 201
    assert box.head("c/o").get("X-Delete-At") is None


def test_after_counts_from_now(either: Client) -> None:
    either.put("c/o", b"x", {"X-Delete-After": "500", "X-Delete-At": "9"})
    assert int(either.head("c/o")["X-Delete-At"]) == pytest.approx(time.time() + 500, abs=30)


@pytest.mark.parametrize("moment", [4_000_000_000_000, 253_402_300_800, 10**18 - 1])
def test_a_time_that_no_calendar_has_is_kept_as_it_was_sent(either: Client, moment: int) -> None:
    assert either.put("c/o", b"x", {"X-Delete-At": str(moment)}).status == 201
    assert either.request("COPY", "c/o", None, {"Destination": "c/p"}).status == 201
    assert either.request("COPY", "c/o", None, {"Destination": "c/o/p"}).status == 201
    folder: dict[str, Any] = {"delimiter": "/"}
    assert either.request("COPY", "c/o", None, {"Destination": "c/q"}, **folder).status == 201
    told = [either.head(f"c/{name}")["X-Delete-At"] for name in ("o", "p", "q", "q/p")]
    assert told == [str(moment)] * 4
    assert either.delete("c/o", {"X-If-Delete-At": str(moment - 1)}).status == 412
    assert either.delete("c/o", {"X-If-Delete-At": str(moment)}).status == 204


def test_so_is_one_that_is_counted_from_now(either: Client) -> None:
    later = 4_000_000_000_000
    assert either.put("c/o", b"x", {"X-Delete-After": str(later)}).status == 201
    told = int(either.head("c/o")["X-Delete-At"])
    assert told == pytest.approx(time.time() + later, abs=30)


@pytest.mark.parametrize("name", ["X-Delete-At", "X-Delete-After"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "-" + "9" * 5000])
def test_no_time_to_come_is_400(either: Client, name: str, value: str) -> None:
    assert either.put("c/o", b"x", {name: value}).status == 400
    assert either.names("c") == []


def test_what_is_past_is_400(either: Client) -> None:
    assert either.put("c/o", b"x", {"X-Delete-At": str(int(time.time()) - 1)}).status == 400


@pytest.mark.parametrize("headers", [{}, {"X-Remove-Delete-At": "1"}, {"X-Delete-At": ""}])
def test_a_post_without_it_takes_it_back(box: SwiftClient, headers: dict[str, str]) -> None:
    box.put("c/o", b"x", {"X-Delete-After": "500"})
    assert box.post("c/o", headers=headers).status == 202
    assert box.head("c/o").get("X-Delete-At") is None


def test_an_update_of_pithos_keeps_it_unless_it_says_otherwise(box: SwiftClient) -> None:
    box.put("c/o", b"x", {"X-Delete-After": "500"})
    query: dict[str, Any] = {"update": ""}
    box.pithos.post("c/o", headers={"X-Object-Meta-A": "1"}, **query)
    assert box.head("c/o")["X-Delete-At"]
    box.pithos.post("c/o", headers={"X-Delete-At": ""}, **query)
    assert box.head("c/o").get("X-Delete-At") is None


def test_a_copy_expires_with_its_source_unless_told_otherwise(box: SwiftClient) -> None:
    box.put("c/o", b"x", {"X-Delete-After": "500"})
    box.request("COPY", "c/o", None, {"Destination": "c/p"})
    box.request("COPY", "c/o", None, {"Destination": "c/q", "X-Delete-At": ""})
    assert box.head("c/p")["X-Delete-At"] == box.head("c/o")["X-Delete-At"]
    assert box.head("c/q").get("X-Delete-At") is None


def test_who_may_not_delete_copies_no_time_for_it(box: SwiftClient, new_swift_user: Any) -> None:
    igor = new_swift_user()
    for path in ("c/o", "c/d"):
        box.put(path, b"", {"X-Object-Sharing": f"write={igor.account}"})
    igor.put("c")
    for path in ("c/o", "c/d", "c/d/o"):
        igor.put(path, b"x", {"X-Delete-After": "500"})
    there = {"Destination-Account": box.account}
    assert igor.request("COPY", "c/o", None, there | {"Destination": "c/o"}).status == 403
    kept = there | {"Destination": "c/o", "X-Delete-At": ""}
    assert igor.request("COPY", "c/o", None, kept).status == 201
    assert box.head("c/o").get("X-Delete-At") is None
    kept["Destination"] = "c/d"
    assert igor.request("COPY", "c/d", None, kept, delimiter="/").status == 403
    assert box.names("c") == ["d", "o"]


def test_who_may_delete_copies_it(box: SwiftClient, new_swift_user: Any) -> None:
    igor = new_swift_user()
    box.post("c", headers={"X-Container-Write": igor.account})
    igor.put("c")
    igor.put("c/o", b"x", {"X-Delete-After": "500"})
    there = {"Destination-Account": box.account, "Destination": "c/o"}
    assert igor.request("COPY", "c/o", None, there).status == 201
    assert box.head("c/o")["X-Delete-At"] == igor.head("c/o")["X-Delete-At"]


def test_a_published_object_expires_too(box: SwiftClient) -> None:
    moment = int(time.time()) + 3
    box.put("c/o", b"x", {"X-Delete-At": str(moment), "X-Object-Public": "true"})
    public = box.head("c/o")["X-Object-Public"]
    wait_until(moment)
    assert box.raw("GET", public).status == 404


def test_no_manifest_shows_what_is_over(box: SwiftClient) -> None:
    box.put("c/stays", b"")
    box.put("c/all", b"", {"X-Object-Manifest": "c/part"})
    put: dict[str, Any] = {"multipart-manifest": "put"}
    for _ in range(3):  # it is buried within the second: seldom before all three are read
        moment = int(time.time()) + 2
        box.put("c/part", b"over", {"X-Delete-At": str(moment)})
        box.put("c/big", b'[{"path": "/c/part"}]', **put)
        assert (box.get("c/all").body, box.get("c/big").body) == (b"over", b"over")
        time.sleep(max(0.0, moment - time.time()) + 0.001)
        assert (box.get("c/part").status, box.get("c/all").body) == (404, b"")
        assert box.get("c/big").status == 409
