"""Reading accounts and containers as they were before a time (contract §2.2, §2.3, §3.8)."""

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from tests.api.client import Client
from tests.api.state import unchanged
from tests.swift.client import in_swift

SHARED = {"X-Object-Sharing": "read=*"}


def now() -> str:
    """The time between what was done and what will be."""
    return f"{time.time():.6f}"


def counts(client: Client, until: str) -> tuple[str, str, str]:
    answer = client.head("c", until=until)
    names = ("Object-Count", "Bytes-Used", "Object-Meta")
    count, size, keys = (answer[f"X-Container-{name}"] for name in names)
    return count, size, keys


@pytest.fixture
def past(box: Client) -> dict[str, str]:
    """The times at which ``c`` was empty, had ``a`` and ``d/b``, and had ``a`` changed only."""
    times = {"empty": now()}
    box.put("c/a", b"12345", {"X-Object-Meta-Hue": "red"})
    box.put("c/d/b", b"123", {"X-Object-Meta-Age": "9", **SHARED, "X-Object-Public": "true"})
    times["both"] = now()
    box.put("c/a", b"1")
    assert box.delete("c/d/b").status == 204
    times["one"] = now()
    assert box.delete("c/a").status == 204
    box.put("c/z", b"12", {"X-Object-Public": "true"})
    return times


@pytest.mark.requirement("R40")
@pytest.mark.parametrize(
    ("when", "expected"),
    [("empty", ("0", "0", "")), ("both", ("2", "8", "Age,Hue")), ("one", ("1", "1", ""))],
)
def test_counts_of_the_past(
    box: Client, past: dict[str, str], when: str, expected: tuple[str, str, str]
) -> None:
    assert counts(box, past[when]) == expected


@pytest.mark.requirement("R57")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["a", "d/b"]),
        ({"delimiter": "/"}, ["a", "d/"]),
        ({"path": "d"}, ["d/b"]),
        ({"prefix": "d"}, ["d/b"]),
        ({"marker": "a"}, ["d/b"]),
        ({"limit": 1}, ["a"]),
    ],
)
def test_names_of_the_past(
    box: Client, past: dict[str, str], query: dict[str, Any], names: list[str]
) -> None:
    assert box.names("c", until=past["both"], **query) == names


@pytest.mark.requirement("R57")
@pytest.mark.parametrize(("when", "names"), [("empty", []), ("one", ["a"])])
@pytest.mark.parametrize("query", [{}, {"delimiter": "/"}])
def test_only_what_was_there_is_listed(
    box: Client, past: dict[str, str], query: dict[str, Any], when: str, names: list[str]
) -> None:
    assert box.get("c", until=past[when], **query).status == (200 if names else 204)
    assert box.names("c", until=past[when], **query) == names


@pytest.mark.requirement("R57")
def test_entries_of_the_past_show_the_state_of_then_without_sharing(
    box: Client, past: dict[str, str]
) -> None:
    a, b = box.get("c", until=past["both"], format="json").json
    assert (a["bytes"], a["x_object_meta"]) == (5, {"hue": "red"})
    assert (b["bytes"], b["x_object_meta"]) == (3, {"age": "9"})
    hidden = {"x_object_sharing", "x_object_public", "x_object_shared_by", "x_object_allowed_to"}
    assert not hidden & {*a, *b}
    assert "x_object_public" in box.get("c", format="json").json[0]


@pytest.mark.requirement("R57")
def test_entries_of_the_past_show_no_sharing_that_is_still_there(box: Client) -> None:
    box.put("c/o", b"data", {**SHARED, "X-Object-Public": "true"})
    (then,) = box.get("c", until=now(), format="json").json
    (current,) = box.get("c", format="json").json
    assert set(current) - set(then) == {"x_object_sharing", "x_object_public"}
    assert {**current, **then} == current


@pytest.mark.requirement("R40", "R57")
def test_a_time_is_whole_or_decimal_seconds(box: Client) -> None:
    box.put("c/o", b"1")
    serial = box.get("c/o", version="list", format="json").json["versions"][0]
    moment = float(serial[1])
    assert box.names("c", until=serial[1]) == []  # what began at that very time is not before it
    assert box.names("c", until=f"{moment + 0.00001:.6f}") == ["o"]
    assert box.names("c", until=int(moment) + 1) == ["o"]
    assert box.get("c", until=int(moment) - 60).status == 404


@pytest.mark.requirement("R40")
@pytest.mark.parametrize("query", [{}, {"delimiter": "/"}, {"format": "json"}])
def test_before_its_creation_there_is_no_container(api: Client, query: dict[str, Any]) -> None:
    before = now()
    api.put("c")
    assert api.head("c", until=before).status == 404
    assert api.get("c", until=before, **query).status == 404
    assert api.get("c", until=now(), **query).status in {200, 204}


@pytest.mark.requirement("R40")
def test_before_its_creation_a_container_is_not_listed(api: Client) -> None:
    api.put("a")
    between = now()
    api.put("b")
    assert api.get(until=between).lines == ["a"]
    assert api.get(until=now()).lines == ["a", "b"]
    assert api.head(until=between)["X-Account-Container-Count"] == "1"


JUNK = ["x", "-1", "1e9", " ", "NaN", "inf", "0x10", "1,5", "1.2.3", "١٢", "1e999"]


@pytest.mark.requirement("R14", "R40")
@pytest.mark.parametrize("value", JUNK)
@pytest.mark.parametrize("path", ["c", ""])
def test_what_is_no_time_does_not_show_the_present(box: Client, path: str, value: str) -> None:
    box.put("c/o", b"1")
    for client in (box, in_swift(box)):
        assert client.head(path, until=value).status == 400
        answer = client.get(path, until=value)
        assert (answer.status, b"until=" in answer.body) == (400, True)


@pytest.mark.requirement("R14", "R40")
@pytest.mark.parametrize(("path", "prefix"), [("c", "X-Container-"), ("", "X-Account-")])
def test_an_empty_time_is_the_present(box: Client, path: str, prefix: str) -> None:
    box.put("c/o", b"1")
    for answer in (box.head(path, until=""), box.get(path, until="")):
        assert answer.status in {200, 204}
        assert answer[f"{prefix}Bytes-Used"] == "1"
        assert answer.get(f"{prefix}Until-Timestamp") is None


@pytest.mark.parametrize("path", ["c", ""])
def test_a_head_of_swifts_shows_the_past_as_its_get_does(box: Client, path: str) -> None:
    box.put("c/o", b"1")
    then = now()
    box.put("c/p", b"22")
    for answer in (in_swift(box).head(path, until=then), in_swift(box).get(path, until=then)):
        kind = "Container" if path else "Account"
        assert answer[f"X-{kind}-Bytes-Used"] == "1"


@pytest.mark.requirement("R13", "R40")
@pytest.mark.parametrize("value", ["4102444800", "99999999999999999999", "9" * 39])
def test_the_far_future_is_now(box: Client, value: str) -> None:
    box.put("c/o", b"1")
    assert box.names("c", until=value) == ["o"]
    assert box.head(until=value)["X-Account-Bytes-Used"] == "1"
    assert box.get(until=value).lines == ["c"]


def next_second() -> None:
    """Wait for it: headers have whole seconds."""
    time.sleep(-time.time() % 1)


def until_header(client: Client, path: str, until: str) -> float:
    name = "X-Container-Until-Timestamp" if path else "X-Account-Until-Timestamp"
    return parsedate_to_datetime(client.head(path, until=until)[name]).timestamp()


@pytest.mark.requirement("R13")
def test_an_account_with_nothing_older_says_until_itself(api: Client) -> None:
    assert until_header(api, "", "1000") == 1000
    answer = api.head(until="1000")
    assert answer["X-Account-Container-Count"] == "0"
    assert answer["X-Account-Bytes-Used"] == "0"


@pytest.mark.requirement("R13", "R40")
def test_the_until_timestamp_is_the_last_change_before_it(box: Client) -> None:
    box.put("c/o", b"1")
    before = now()
    changed = float(box.get("c/o", version="list", format="json").json["versions"][0][1])
    next_second()
    box.put("c/o", b"2")
    for path in ("c", ""):
        assert until_header(box, path, before) == int(changed)
        assert until_header(box, path, now()) > changed


@pytest.mark.requirement("R13", "R40")
def test_the_until_timestamp_knows_of_changed_metadata(
    box: Client, new_user: Callable[[], Client]
) -> None:
    clients = {"c": (box, "X-Container-Meta-A"), "": (new_user(), "X-Account-Meta-A")}
    next_second()
    start, before = int(time.time()), {}
    for path, (client, name) in clients.items():
        assert client.post(path, headers={name: "1"}).status == 202
        before[path] = now()
    next_second()
    for path, (client, name) in clients.items():
        assert client.post(path, headers={name: "2"}).status == 202
        assert start <= until_header(client, path, before[path]) <= float(before[path])


@pytest.mark.requirement("R40")
def test_containers_of_the_past_are_listed_as_they_were(box: Client) -> None:
    box.put("c/o", b"123")
    before = now()
    box.put("c/p", b"1")
    (entry,) = box.get(until=before, format="json").json
    assert (entry["count"], entry["bytes"]) == (1, 3)
    assert abs(entry["x_container_until_timestamp"] - float(before)) < 60
    (item,) = box.get(until=before, format="xml").xml
    assert (item.findtext("count"), item.findtext("bytes")) == ("1", "3")


@pytest.mark.requirement("R13", "R40")
@pytest.mark.parametrize(("path", "prefix"), [("c", "X-Container-Meta-"), ("", "X-Account-Meta-")])
def test_metadata_of_the_past(box: Client, path: str, prefix: str) -> None:
    times = [now()]
    for value in ("one", "two", ""):
        assert box.post(path, headers={f"{prefix}A": value}).status == 202
        times.append(now())
    shown = [box.head(path, until=each).get(f"{prefix}A") for each in times]
    assert shown == [None, "one", "two", None]
    assert [box.get(path, until=each).get(f"{prefix}A") for each in times] == shown


@pytest.mark.requirement("R40", "R96")
def test_without_versioning_old_metadata_is_forgotten(api: Client) -> None:
    api.put("c", headers={"X-Container-Policy-Versioning": "none"})
    api.post("c", headers={"X-Container-Meta-A": "one"})
    before = now()
    api.post("c", headers={"X-Container-Meta-A": "two"})
    assert api.head("c", until=before).get("X-Container-Meta-A") is None
    assert api.head("c", until=now())["X-Container-Meta-A"] == "two"


@pytest.mark.requirement("R25", "R57")
@pytest.mark.parametrize("path", ["", "c"])
@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_the_past_is_the_owners_alone(
    box: Client, new_user: Callable[[], Client], method: str, path: str
) -> None:
    guest = new_user()
    box.put("c/o", b"1", SHARED)
    url = box.url(path)
    token = {"X-Auth-Token": guest.token}
    assert guest.raw(method, url, None, token).status in {200, 204}
    assert guest.raw(method, f"{url}?until={now()}", None, token).status == 403
    assert guest.raw(method, f"{url}?until=x", None, token).status == 403
    assert guest.raw(method, f"{url}?until=", None, token).status in {200, 204}


@pytest.mark.requirement("R57")
def test_reading_the_past_changes_nothing(box: Client, past: dict[str, str]) -> None:
    with unchanged(box):
        for until in past.values():
            assert box.get("c", until=until, format="xml").status == 200
            assert box.get(until=until).status == 200
