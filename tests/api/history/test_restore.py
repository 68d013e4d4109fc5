"""A container or a folder becomes what it was at a time (contract/time.md)."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.db import connection

from tests.api.client import Client
from tests.api.history.test_changes import changes, kinds, moment, move, step
from tests.api.visitors import share, visit

COUNTS = ("restored", "recreated", "removed", "kept", "unchanged")


def restore(client: Client, until: float, path: str = "c", /, **query: Any) -> dict[str, Any]:
    answer = client.post(path, restore="", until=f"{until:.6f}", **query)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found


def counts(found: dict[str, Any]) -> tuple[int, ...]:
    return tuple(found[name] for name in COUNTS)


# What a state is known by; when it was written, and by whom, is not.
KEPT = ("name", "bytes", "hash", "content_type", "x_object_hash", "x_object_uuid", "x_object_meta")


def state(client: Client, container: str = "c", **query: Any) -> list[tuple[Any, ...]]:
    listed = client.get(container, format="json", **query).json
    return [tuple(entry.get(name) for name in KEPT) for entry in listed]


@pytest.fixture
def then(box: Client) -> tuple[Client, float]:
    for name in ("a/1", "a/2", "a/3", "a/4", "b"):
        box.put(f"c/{name}", name.encode(), {"X-Object-Meta-Hue": "red"})
    return box, moment(box)


def edit(client: Client) -> None:
    client.put("c/a/1", b"longer than before")
    client.post("c/a/2", headers={"X-Object-Meta-Hue": "blue"})
    client.delete("c/a/3")
    client.put("c/a/new", b"new")
    client.put("c/b", b"beside")


def test_it_is_as_it_was_and_can_be_undone(then: tuple[Client, float]) -> None:
    box, until = then
    was = state(box)
    edit(box)
    edited, sizes = state(box), [int(box.head("c")["X-Container-Bytes-Used"])]
    done = restore(box, until)
    assert counts(done) == (3, 1, 1, 0, 1)
    assert (done["bytes_before"], done["bytes_after"]) == (sizes[0], 13)
    assert state(box) == was
    assert box.head("c")["X-Container-Bytes-Used"] == "13"
    assert box.head("c")["X-Container-Object-Meta"] == "Hue"
    undone = restore(box, done["moment"])
    assert counts(undone) == (3, 1, 1, 0, 1)
    assert state(box) == edited
    assert int(box.head("c")["X-Container-Bytes-Used"]) == sizes[0]
    assert counts(restore(box, done["moment"])) == (0, 0, 0, 0, 5)


def test_a_folder_is_restored_alone(then: tuple[Client, float]) -> None:
    box, until = then
    edit(box)
    assert counts(restore(box, until, prefix="a/")) == (2, 1, 1, 0, 1)
    assert box.get("c/b").body == b"beside"
    assert box.names("c") == ["a/1", "a/2", "a/3", "a/4", "b"]


def test_newer_names_can_be_kept(then: tuple[Client, float]) -> None:
    box, until = then
    edit(box)
    done = restore(box, until, **{"keep-newer": ""})
    assert counts(done) == (3, 1, 0, 1, 1)
    assert done["bytes_after"] == 16 == int(box.head("c")["X-Container-Bytes-Used"])
    assert box.get("c/a/new").body == b"new"


@pytest.mark.requirement("T4")
@pytest.mark.parametrize("quota", [0, 12, 13])
def test_a_rehearsal_tells_what_is_done(then: tuple[Client, float], quota: int) -> None:
    box, until = then
    for name in box.names("c"):
        box.delete(f"c/{name}")
    box.post("c", headers={"X-Container-Policy-Quota": str(quota)}, update="")
    before = state(box)
    query: dict[str, Any] = {"restore": "", "until": f"{until:.6f}"}
    rehearsed = box.post("c", rehearse="", **query)
    assert state(box) == before
    done = box.post("c", **query)
    assert rehearsed.status == done.status == (413 if quota == 12 else 200)
    if done.status == 413:
        assert (state(box), rehearsed.body) == (before, done.body)
    else:
        assert counts(rehearsed.json) == counts(done.json) == (0, 5, 0, 0, 0)
        assert rehearsed.json["bytes_after"] == done.json["bytes_after"] == 13


def test_what_was_moved_is_told_as_moved_back(then: tuple[Client, float]) -> None:
    box, until = then
    was = state(box)
    move(box, "c/a/1", "c/moved")
    move(box, "c/b", "c/a/2")
    done = restore(box, until)
    assert state(box) == was
    told = kinds(changes(box, done["moment"]))
    assert told == [("moved", "a/1", "moved"), ("added", "a/2"), ("moved", "b", "a/2")]


def test_no_two_objects_have_one_uuid(then: tuple[Client, float]) -> None:
    box, until = then
    box.put("d")
    move(box, "c/a/1", "d/outside")
    move(box, "c/a/2", "c/outside")
    restore(box, until, prefix="a/")
    uuids = [each[5] for container in ("c", "d") for each in state(box, container)]
    assert len(set(uuids)) == len(uuids) == 7
    assert box.get("c/a/1").body == b"a/1"


def test_no_two_objects_have_one_uuid_where_no_history_tells_of_a_move(
    then: tuple[Client, float],
) -> None:
    box, until = then
    box.put("d", b"", {"X-Container-Policy-Versioning": "none"})
    move(box, "c/a/1", "d/outside")
    box.put("d/outside", b"overwritten")
    restore(box, until)
    assert box.head("c/a/1")["X-Object-UUID"] != box.head("d/outside")["X-Object-UUID"]


@pytest.mark.requirement("T7")
def test_what_comes_back_has_no_history_where_none_is_kept_any_more(
    then: tuple[Client, float],
) -> None:
    box, _ = then
    box.put("c/b", b"b2")
    until = moment(box)
    box.delete("c/a/3")
    box.post("c", headers={"X-Container-Policy-Versioning": "none"})
    assert counts(restore(box, until)) == (0, 1, 0, 0, 4)
    assert len(box.get("c/a/3", version="list", format="json").json["versions"]) == 1
    assert len(box.get("c/b", version="list", format="json").json["versions"]) == 2  # untouched


def test_sharing_stays_as_it_is_but_for_what_goes(then: tuple[Client, float]) -> None:
    box, until = then
    box.put("c/a/new", b"new")
    share(box, "c/a/1", "read=*")
    share(box, "c/a/new", "read=*")
    box.put("c/a/1", b"changed")
    restore(box, until)
    assert box.head("c/a/1")["X-Object-Sharing"] == "read=*"
    box.put("c/a/new", b"another")
    assert box.head("c/a/new").get("X-Object-Sharing") is None


def test_an_expiry_that_is_over_is_not_restored(box: Client, committed: None) -> None:
    box.put("c/o", b"x", {"X-Delete-After": "3600"})
    until = moment(box)
    box.put("c/o", b"y")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE version SET expires = now() - interval '1 second'"
            " WHERE expires IS NOT NULL AND uuid = %s",
            [box.head("c/o")["X-Object-UUID"]],
        )
    restore(box, until)
    assert (box.get("c/o").body, box.head("c/o").get("X-Delete-At")) == (b"x", None)
    assert counts(restore(box, until)) == (0, 0, 0, 0, 1)


@pytest.mark.requirement("T9")
def test_it_is_the_owners(then: tuple[Client, float], new_user: Callable[[], Client]) -> None:
    box, until = then
    friend = new_user()
    share(box, "c/b", f"write={friend.account}")
    for query in ({"restore": ""}, {"restore": "", "rehearse": ""}):
        at = {**query, "until": f"{until:.6f}"}
        assert visit(friend, box).post("c", None, None, **at).status == 403
        for bad in ("", "yesterday", "2026-11-29T00:00:00"):
            assert box.post("c", None, None, **query, until=bad).status == 400
        assert box.post("c", None, None, **query).status == 400
        assert box.post("c", None, None, **query, until="9").status == 404
        assert box.post("none", None, None, **query, until="9").status == 404
    assert len(box.names("c")) == 5


@pytest.mark.requirement("T1", "T3")
def test_any_moment_can_be_had_again(box: Client) -> None:
    random = Random(11)
    box.put("d")
    moments, states = [], []
    for _ in range(8):
        moments.append(moment(box))
        states.append(state(box))
        for _ in range(random.randrange(1, 9)):
            step(box, random)
    for _ in range(16):
        before, at = state(box), random.randrange(8)
        rehearsed = restore(box, moments[at], rehearse="")
        done = restore(box, moments[at])
        assert counts(done) == counts(rehearsed)
        assert same_but_for_uuids(state(box), states[at])
        assert int(box.head("c")["X-Container-Object-Count"]) == len(states[at])
        if random.random() < 0.5:
            restore(box, done["moment"])
            assert same_but_for_uuids(state(box), before)
        step(box, random)


def same_but_for_uuids(one: list[tuple[Any, ...]], other: list[tuple[Any, ...]]) -> bool:
    """An object that is also elsewhere by now got another UUID."""
    return [(*each[:5], each[6]) for each in one] == [(*each[:5], each[6]) for each in other]
