"""What differs between two moments (contract/time.md)."""

from collections.abc import Callable
from random import Random
from time import time
from typing import Any

import pytest

from tests.api.client import Client
from tests.api.visitors import share, visit

Lines = list[tuple[str, ...]]


def moment(client: Client) -> float:
    """A moment between what was done before and what comes next, by the store's clock."""
    client.put("clock")
    client.put("clock/tick", b"")
    [tick] = client.get("clock", format="json").json
    return float(tick["x_object_version_timestamp"])


def changes(client: Client, since: float, container: str = "c", /, **query: Any) -> list[Any]:
    answer = client.get(container, changes="", since=f"{since:.6f}", format="json", **query)
    assert answer.status == 200
    found: list[Any] = answer.json
    return found


def kinds(found: list[Any]) -> Lines:
    return [
        (each["change"], each["name"], *([each["from"]] if each["from"] else [])) for each in found
    ]


@pytest.fixture
def then(box: Client) -> tuple[Client, float]:
    """A container with some objects, and the moment when there was no more."""
    for name in ("a/1", "a/2", "a/3", "a/4", "b"):
        box.put(f"c/{name}", name.encode(), {"X-Object-Meta-Hue": "red"})
    return box, moment(box)


def move(client: Client, source: str, destination: str) -> None:
    headers = {"X-Move-From": f"/{source}", "Content-Length": "0"}
    assert client.put(destination, b"", headers).status == 201


def edit(client: Client) -> None:
    """One change of each kind."""
    client.put("c/a/1", b"longer than before")
    client.post("c/a/2", headers={"X-Object-Meta-Hue": "blue"})
    move(client, "c/a/3", "c/moved")
    client.delete("c/a/4")
    client.put("c/new", b"new")
    client.put("c/gone", b"added and removed again")
    client.delete("c/gone")
    client.put("c/b", b"b", {"X-Object-Meta-Hue": "red"})  # as it was


def test_each_kind_of_change(then: tuple[Client, float]) -> None:
    box, since = then
    edit(box)
    found = changes(box, since)
    assert kinds(found) == [
        *(("changed", "a/1"), ("metadata", "a/2"), ("removed", "a/4")),
        *(("moved", "moved", "a/3"), ("added", "new")),
    ]
    assert [(each["bytes_before"], each["bytes"]) for each in found] == [
        *((3, 18), (3, 3), (3, None), (3, 3), (None, 3)),
    ]
    assert {each["modified_by"] for each in found} == {box.account}
    text = box.get("c", changes="", since=since).lines
    assert text == ["C a/1", "P a/2", "D a/4", "M a/3 -> moved", "A new"]


def test_a_change_says_what_the_listings_say(then: tuple[Client, float]) -> None:
    box, since = then
    [old] = box.get("c", format="json", prefix="a/1", until=f"{since:.6f}").json
    edit(box)
    [new] = box.get("c", format="json", prefix="a/1").json
    [told] = changes(box, since, prefix="a/1")
    assert told == {
        "change": "changed",
        "name": "a/1",
        "from": None,
        "uuid": new["x_object_uuid"],
        "bytes": 18,
        "bytes_before": 3,
        "hash": new["hash"],
        "hash_before": old["hash"],
        "version": new["x_object_version"],
        "version_before": old["x_object_version"],
        "modified": new["last_modified"],
        "modified_by": box.account,
    }
    entry = box.get("c", changes="", since=since, prefix="a/1", format="xml").xml
    assert (entry.tag, entry.get("name"), entry[0].tag) == ("changes", "c", "object")
    assert {each.tag: each.text for each in entry[0]}["bytes_before"] == "3"


def test_they_can_be_between_two_moments_in_the_past(then: tuple[Client, float]) -> None:
    box, since = then
    edit(box)
    until = moment(box)
    box.delete("c/new")
    move(box, "c/moved", "c/moved twice")
    assert ("added", "new") in kinds(changes(box, since, until=f"{until:.6f}"))
    assert kinds(changes(box, until)) == [("moved", "moved twice", "moved"), ("removed", "new")]
    assert ("moved", "moved twice", "a/3") in kinds(changes(box, since))
    assert changes(box, until, until=since) == changes(box, time() + 9) == []


@pytest.mark.requirement("T2")
def test_moves_are_told_by_the_uuid(then: tuple[Client, float]) -> None:
    box, since = then
    box.put("d")
    there = moment(box)
    move(box, "c/a/1", "d/1")
    box.put("d/1", b"and changed")
    box.post("c/a/2?delimiter=/", None)
    assert box.request("MOVE", "c/a", None, {"Destination": "/d/folder"}, delimiter="/").status in {
        201,
        404,
    }
    found = changes(box, there, "d")
    assert kinds(found)[0] == ("moved", "1", f"{box.account}/c/a/1")
    assert (found[0]["bytes_before"], found[0]["bytes"]) == (3, 11)
    assert ("removed", "a/1") in kinds(changes(box, since))
    assert kinds(changes(box, since, prefix="a/")) == kinds(changes(box, since))


def test_folders_that_move(then: tuple[Client, float]) -> None:
    box, since = then
    box.put("c/a", b"the folder's own")
    since = moment(box)
    assert box.request("MOVE", "c/a", None, {"Destination": "/c/z"}, delimiter="/").status == 201
    assert kinds(changes(box, since)) == [
        ("moved", "z", "a"),
        *(("moved", f"z/{n}", f"a/{n}") for n in (1, 2, 3, 4)),
    ]
    assert kinds(changes(box, since, prefix="a/")) == [("removed", f"a/{n}") for n in (1, 2, 3, 4)]


def test_names_that_change_places(then: tuple[Client, float]) -> None:
    box, since = then
    move(box, "c/a/1", "c/x")
    move(box, "c/a/2", "c/a/1")
    move(box, "c/x", "c/a/2")
    move(box, "c/a/3", "c/b")  # over what is there
    box.put("c/a/3", b"another")
    box.delete("c/a/4")
    box.put("c/a/4", b"with another UUID")
    assert kinds(changes(box, since)) == [
        *(("moved", "a/1", "a/2"), ("moved", "a/2", "a/1")),
        *(("added", "a/3"), ("changed", "a/4"), ("moved", "b", "a/3")),
    ]


def test_pages_follow_each_other(then: tuple[Client, float]) -> None:
    box, since = then
    edit(box)
    names, marker = [], ""
    while page := changes(box, since, marker=marker, limit=2):
        assert len(page) <= 2
        marker = page[-1]["name"]
        names += [each["name"] for each in page]
    assert names == [each["name"] for each in changes(box, since)]


@pytest.mark.requirement("T9")
def test_they_are_the_owners(then: tuple[Client, float], new_user: Callable[[], Client]) -> None:
    box, since = then
    friend = new_user()
    share(box, "c/b", f"write={friend.account}")
    assert visit(friend, box).get("c", changes="", since=since).status == 403
    queries: list[dict[str, Any]] = [
        {},
        {"since": ""},
        {"since": "yesterday"},
        {"since": "1", "until": "x"},
    ]
    for query in queries:
        assert box.get("c", changes="", **query).status == 400
    assert box.get("none", changes="", since="1").status == 404
    odd = {"marker": "\0", "prefix": "\U0010ffff" * 300, "limit": "-1"}
    assert changes(box, since, **odd) == []


NAMES = ["a", "b", "f/a", "f/b", "f/g/a"]


def step(client: Client, random: Random) -> None:
    """Do something to one of two containers."""
    one, other = (f"{random.choice('cd')}/{random.choice(NAMES)}" for _ in range(2))
    folder: dict[str, Any] = {"delimiter": "/"} if random.random() < 0.3 else {}
    match random.randrange(6):
        case 0 | 1:
            client.put(one, random.choice([b"x", b"yy"]), {"Content-Type": "text/plain"})
        case 2:
            client.post(one, headers={"X-Object-Meta-Hue": random.choice("rg")}, update="")
        case 3:
            client.request("DELETE", one, **folder)
        case _:
            verb = random.choice(["MOVE", "MOVE", "COPY"])
            client.request(verb, one, None, {"Destination": f"/{other}"}, **folder)


def state(client: Client, at: float) -> dict[tuple[str, str], Any]:
    """All that both containers had, by the listings of then."""
    return {
        (container, entry["name"]): entry
        for container in "cd"
        for entry in client.get(container, format="json", until=f"{at:.6f}").json
    }


def expected(client: Client, then: Any, now: Any, container: str, prefix: str) -> Lines:
    """The changes, straight from two listings."""
    was = {entry["x_object_uuid"]: place for place, entry in then.items()}
    seen = {
        entry["x_object_uuid"]
        for place, entry in now.items()
        if place[0] == container and place[1].startswith(prefix)
    }
    lines: Lines = []
    for name in (each for each in NAMES if each.startswith(prefix)):
        place = (container, name)
        old, new = then.get(place), now.get(place)
        goes_on = old is not None and old["x_object_uuid"] in seen
        came = was.get(new["x_object_uuid"]) if new else None
        if came not in {None, place}:
            assert came is not None
            whole = "" if came[0] == container else f"{client.account}/{came[0]}/"
            lines.append(("moved", name, f"{whole}{came[1]}"))
        elif kind := kind_of(old, new, goes_on=goes_on, is_same=came is not None):
            lines.append((kind, name))
    return lines


def kind_of(old: Any, new: Any, *, goes_on: bool, is_same: bool) -> str | None:
    """How a name differs that no object was moved to. is_same: it has the UUID that it had."""
    if new is None:
        return None if old is None or goes_on else "removed"
    if old is None or (not is_same and goes_on):
        return "added"
    if not is_same or new["hash"] != old["hash"]:
        return "changed"
    return None if new.get("x_object_meta") == old.get("x_object_meta") else "metadata"


@pytest.mark.requirement("T1", "T2")
@pytest.mark.parametrize("seed", range(3))
def test_they_agree_with_two_listings(box: Client, seed: int) -> None:
    random = Random(seed)
    box.put("d")
    moments, states = [], []
    for _ in range(12):
        moments.append(moment(box))
        states.append(state(box, moments[-1]))
        for _ in range(random.randrange(1, 9)):
            step(box, random)
    for one in range(12):
        for other in range(one, 12):
            for container, prefix in (("c", ""), ("d", ""), ("c", "f/")):
                query = {"until": f"{moments[other]:.6f}", "prefix": prefix}
                found = kinds(changes(box, moments[one], container, **query))
                wanted = expected(box, states[one], states[other], container, prefix)
                assert found == wanted
