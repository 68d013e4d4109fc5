"""DELETE with ``until``: old history goes, what is current stays (contract §2.3, §2.4)."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.client import Client
from tests.api.history.test_versions import serials
from tests.api.state import unchanged


def now() -> str:
    return f"{time.time():.6f}"


def moments(client: Client, path: str = "c/o") -> list[str]:
    answer = client.get(path, version="list", format="json")
    return [moment for _, moment in answer.json["versions"]]


@pytest.fixture
def history(box: Client) -> list[int]:
    """Serials of the three versions of ``c/o``, the last one current."""
    for data in (b"one", b"two", b"three"):
        box.put("c/o", data)
    return serials(box)


@pytest.mark.requirement("R120")
@pytest.mark.parametrize("gone", [0, 1, 2])
def test_history_up_to_a_time_goes(box: Client, history: list[int], gone: int) -> None:
    until = moments(box)[gone - 1] if gone else "1"  # at that very time counts as up to it
    with unchanged(box):
        assert box.delete("c/o", until=until).status == 204
    assert serials(box) == history[gone:]
    reads = [box.get("c/o", version=serial).status for serial in history]
    assert reads == [404] * gone + [200] * (3 - gone)


@pytest.mark.requirement("R120")
@pytest.mark.parametrize("until", ["4102444800", "9" * 39])
@pytest.mark.parametrize("path", ["c", "c/o"])
def test_the_live_version_is_kept(box: Client, history: list[int], path: str, until: str) -> None:
    with unchanged(box):
        assert box.delete(path, until=until).status == 204
    assert serials(box) == history[-1:]
    assert box.get("c/o").body == b"three"


@pytest.mark.requirement("R120")
@pytest.mark.parametrize("until", ["x", "-1", "1e9", "", "NaN", "inf", "1,5", "now", " "])
@pytest.mark.parametrize("path", ["c", "c/o"])
def test_a_time_that_is_none_deletes_nothing(
    box: Client, history: list[int], path: str, until: str
) -> None:
    with unchanged(box):
        assert box.delete(path, until=until).status == 400
    assert serials(box) == history


@pytest.mark.requirement("R120", "R119")
def test_a_deleted_object_is_purged_to_the_last_version(box: Client, history: list[int]) -> None:
    box.delete("c/o")
    assert serials(box) == history
    assert box.delete("c/o", until=now()).status == 204
    assert box.get("c/o", version="list", format="json").status == 404
    assert box.get("c/o", version=history[0]).status == 404
    assert box.delete("c/o", until=now()).status == 404


@pytest.mark.requirement("R120")
@pytest.mark.parametrize("path", ["c/none", "none/o", "none", "c/o/", "c/O"])
def test_what_never_was_cannot_be_purged(box: Client, history: list[int], path: str) -> None:
    assert box.delete(path, until=now()).status == 404
    assert serials(box) == history


@pytest.mark.requirement("R120")
def test_only_the_one_object_is_purged(box: Client, history: list[int]) -> None:
    for name in ("o/p", "o2", "n"):
        box.put(f"c/{name}", b"1")
        box.put(f"c/{name}", b"2")
    assert box.delete("c/o", until=now(), delimiter="/").status == 204  # ``until`` goes first
    assert len(serials(box)) == 1
    assert [len(serials(box, f"c/{name}")) for name in ("o/p", "o2", "n")] == [2, 2, 2]
    assert box.names("c") == ["n", "o", "o/p", "o2"]


@pytest.mark.requirement("R35")
def test_a_container_loses_only_history_up_to_the_time(box: Client, history: list[int]) -> None:
    box.put("c/gone", b"1")
    box.delete("c/gone")
    between = now()
    box.put("c/o", b"four")
    box.put("c/later", b"1")
    box.delete("c/later")
    with unchanged(box):
        assert box.delete("c", until=between).status == 204
    assert serials(box)[-1:] == serials(box)  # three was older than ``between`` and is history now
    assert box.get("c/gone", version="list", format="json").status == 404
    assert len(serials(box, "c/later")) == 1


@pytest.mark.requirement("R35")
@pytest.mark.parametrize("query", [{}, {"delimiter": "/"}])
def test_a_container_stays_and_so_do_others(
    box: Client, history: list[int], query: dict[str, Any]
) -> None:
    box.put("c2")
    box.put("c2/o", b"1")
    box.put("c2/o", b"2")
    assert box.delete("c", until=now(), **query).status == 204
    assert box.get().lines == ["c", "c2"]
    assert box.names("c") == ["o"]
    assert len(serials(box, "c2/o")) == 2


@pytest.mark.requirement("R35")
@pytest.mark.parametrize("in_swift", [False, True])
@pytest.mark.parametrize(
    ("until", "left", "stays"),
    [
        ("4102444800.61", "nothing", False),
        ("4102444800.0", "nothing", False),
        ("4102444800", "nothing", True),
        ("4102444800.61", "an object", True),
        ("1.5", "a tombstone", True),
    ],
)
def test_a_decimal_moment_takes_an_empty_container_along(
    box: Client, until: str, left: str, stays: bool, in_swift: bool
) -> None:
    box.put("c/o", b"1")
    if left != "an object":
        box.delete("c/o")
    kept = left != "nothing"
    url = box.url("c", until=until).replace("/v1/", "/v1/AUTH_" if in_swift else "/v1/")
    assert box.raw("DELETE", url, None, {"X-Auth-Token": box.token}).status == 204
    assert box.head("c").status == (204 if stays else 404)
    assert box.get("c/o", version="list", format="json").status == (200 if kept else 404)


@pytest.mark.requirement("R35", "R57")
def test_purged_history_is_gone_from_the_past(box: Client) -> None:
    box.put("c/o", b"one")
    then = now()
    box.put("c/o", b"three")
    assert box.names("c", until=then) == ["o"]
    assert box.delete("c", until=now()).status == 204
    assert box.names("c", until=then) == []
    assert box.names("c", until=now()) == ["o"]


@pytest.mark.requirement("R120", "R103")
@pytest.mark.parametrize("path", ["c", "c/o", "c/none", "none"])
def test_only_the_owner_purges(
    box: Client, history: list[int], new_user: Callable[[], Client], path: str
) -> None:
    guest = new_user()
    box.post("c/o", headers={"X-Object-Sharing": f"write={guest.account}"}, update="")
    url = box.url(path, until=now())
    assert guest.raw("DELETE", url, None, {"X-Auth-Token": guest.token}).status == 403
    assert serials(box) == history


@pytest.mark.requirement("R120")
def test_a_purge_of_history_frees_what_only_it_referred_to(box: Client) -> None:
    box.put("c/o", b"old")
    box.put("c/o", b"new")
    box.put("c/copy", headers={"X-Copy-From": "/c/o"})
    first = serials(box)[0]
    box.put("c/old", headers={"X-Copy-From": "/c/o", "X-Source-Version": str(first)})
    assert box.delete("c/o", until=now()).status == 204
    assert (box.get("c/old").body, box.get("c/copy").body) == (b"old", b"new")
