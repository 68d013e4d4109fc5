"""When how much of an account, a container or a folder changed (contract/time.md)."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from tests.api.client import Client
from tests.api.history.test_changes import NAMES, moment, step
from tests.api.visitors import share, visit

SUMS = ("changes", "added", "removed", "bytes")


def moments(client: Client, path: str = "c", /, **query: Any) -> dict[str, Any]:
    answer = client.get(path, moments="", **query)
    assert answer.status == 200
    found: dict[str, Any] = answer.json
    return found


def sums(found: dict[str, Any]) -> tuple[int, ...]:
    return tuple(sum(bucket[name] for bucket in found["buckets"]) for name in SUMS)


def listed(client: Client, container: str, name: str) -> tuple[int, int]:
    """How many states an object has in its list of versions, and their bytes."""
    answer = client.get(f"{container}/{name}", version="list", format="json")
    if answer.status == 404:
        return 0, 0
    serials = [serial for serial, _ in answer.json["versions"]]
    sizes = [
        int(client.head(f"{container}/{name}", version=serial)["Content-Length"])
        for serial in serials
    ]
    return len(serials), sum(sizes)


@pytest.mark.requirement("T7")
def test_they_sum_up_to_the_lists_of_versions(box: Client) -> None:
    random = Random(7)
    box.put("d")
    for _ in range(80):
        step(box, random)
    for container, prefix in (("c", ""), ("d", ""), ("c", "f/"), ("d", "f/g")):
        found = moments(box, container, prefix=prefix, buckets=random.choice([1, 7, 500]))
        names = [name for name in NAMES if name.startswith(prefix)]
        states, size = map(sum, zip(*(listed(box, container, each) for each in names), strict=True))
        changes, added, removed, bytes_ = sums(found)
        assert (changes - removed, bytes_) == (states, size)
        assert added - removed == len(box.names(container, prefix=prefix))
    both = [sums(moments(box, each)) for each in ("c", "d")]
    assert sums(moments(box, "")) == tuple(map(sum, zip(*both, strict=True)))


def test_stretches_are_of_one_length_and_in_order(box: Client) -> None:
    for size in (1, 2, 3):
        box.put("c/o", b"x" * size)
    box.delete("c/o")
    found = moments(box, buckets=500)
    first, last = found["first"], found["last"]
    assert found["buckets"][0]["from"] == first
    assert found["buckets"][-1]["to"] > last
    assert [bucket["changes"] for bucket in found["buckets"]] == [1, 1, 1, 1]
    assert [bucket["bytes"] for bucket in found["buckets"]] == [1, 2, 3, 0]
    for bucket in found["buckets"]:
        assert bucket["to"] - bucket["from"] == pytest.approx((last - first) / 500, abs=2e-6)
    assert sums(moments(box, buckets=1)) == (4, 1, 1, 6)


@pytest.mark.parametrize("prefix", ["", "o"])
def test_they_can_be_of_a_part_of_the_time(box: Client, prefix: str) -> None:
    box.put("c/o", b"1")
    since = moment(box)
    box.put("c/o", b"22")
    until = moment(box)
    box.put("c/o", b"333")
    part = {"since": f"{since:.6f}", "until": f"{until:.6f}", "prefix": prefix}
    assert sums(moments(box, **part)) == (1, 0, 0, 2)
    assert sums(moments(box, since=f"{since:.6f}", prefix=prefix)) == (2, 0, 0, 5)
    assert sums(moments(box, until=f"{since:.6f}", prefix=prefix)) == (1, 1, 0, 1)
    assert moments(box, until="9") == {"first": None, "last": None, "buckets": []}
    assert moments(box, since=f"{until:.6f}", until=f"{since:.6f}")["buckets"] == []
    assert sums(moments(box, since="0", until="99999999999", prefix=prefix)) == (3, 1, 0, 6)


@pytest.mark.requirement("T9")
def test_they_are_the_owners(box: Client, new_user: Callable[[], Client]) -> None:
    friend = new_user()
    box.put("c/o", b"x")
    share(box, "c/o", f"write={friend.account}")
    for path in ("", "c"):
        assert visit(friend, box).get(path, moments="").status == 403
        for query in ("buckets=0", "buckets=501", "buckets=x", "since=x", "until=x", "buckets=1.5"):
            url = f"{box.url(path)}?moments&{query}"
            assert box.raw("GET", url, None, {"X-Auth-Token": box.token}).status == 400
    assert box.get("none", moments="").status == 404
