"""Listing what is shared or public, one's own and that of others (contract §2.3, §7)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.client import Client
from tests.api.visitors import visit

NewUser = Callable[[], Client]
SHARED = ["doc", "doc/a", "doc/b/c", "music/x"]
ALL = ["doc", "doc-x", "doc/a", "doc/b/c", "document", "music/x", "music/y", "z"]


@pytest.fixture
def friend(new_user: NewUser) -> Client:
    return new_user()


@pytest.fixture
def shelf(box: Client, friend: Client) -> Client:
    """``doc`` with all below it and ``music/x`` are shared with ``friend``; ``z`` is public."""
    for name in ALL:
        assert box.put(f"c/{name}", b"data", {"X-Object-Meta-Mood": "gay"}).status == 201
    for name, verb in (("doc", "read"), ("music/x", "write")):
        headers = {"X-Object-Sharing": f"{verb}={friend.account}"}
        assert box.post(f"c/{name}", headers=headers, update="").status == 202
    assert box.post("c/z", headers={"X-Object-Public": "true"}, update="").status == 202
    return box


@pytest.fixture
def guest(shelf: Client, friend: Client) -> Client:
    return visit(friend, shelf)


@pytest.mark.requirement("R56")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, SHARED),
        ({"delimiter": "/"}, ["doc", "doc/", "music/"]),
        ({"prefix": "doc/"}, ["doc/a", "doc/b/c"]),
        ({"prefix": "doc", "delimiter": "/"}, ["doc/a", "doc/b/"]),
        ({"path": "doc"}, ["doc/a"]),
        ({"limit": 2}, ["doc", "doc/a"]),
        ({"marker": "doc/a"}, ["doc/b/c", "music/x"]),
        ({"marker": "doc/", "delimiter": "/"}, ["music/"]),
        ({"marker": "doc", "delimiter": "/", "limit": 1}, ["doc/"]),
        ({"meta": "mood=gay", "prefix": "m"}, ["music/x"]),
        ({"meta": "!mood"}, []),
    ],
)
def test_shared_includes_what_inherits(
    shelf: Client, guest: Client, query: dict[str, Any], names: list[str]
) -> None:
    assert shelf.names("c", shared="", **query) == names
    assert guest.names("c", **query) == names
    assert guest.names("c", shared="", **query) == names


@pytest.mark.requirement("R56")
def test_public_lists_what_is_published(shelf: Client) -> None:
    assert shelf.names("c", public="") == ["z"]
    assert shelf.names("c", public="", shared="") == [*SHARED, "z"]
    shelf.post("c/doc/a", headers={"X-Object-Public": "true"}, update="")
    assert shelf.names("c", public="", shared="") == [*SHARED, "z"]
    assert shelf.names("c", public="") == ["doc/a", "z"]
    assert shelf.names("c", public="", delimiter="/") == ["doc/", "z"]


@pytest.mark.requirement("R56", "R132")
def test_what_is_public_is_the_owners_to_ask(shelf: Client, guest: Client) -> None:
    assert guest.get("c", public="").status == 403
    assert guest.get("c", public="", shared="").status == 403
    shown = [entry.get("x_object_public") for entry in guest.get("c", format="json").json]
    assert shown == [None] * len(SHARED)


@pytest.mark.requirement("R57")
def test_what_was_then_tells_no_sharing(shelf: Client) -> None:
    now = {entry["name"]: entry for entry in shelf.get("c", format="json").json}
    assert {"x_object_sharing"} <= set(now["doc"]) & set(now["doc/a"])
    assert "x_object_public" in now["z"]
    then = shelf.get("c", format="json", until="9999999999").json
    assert [entry["name"] for entry in then] == ALL
    for entry in then:
        hidden = {"sharing", "shared_by", "allowed_to", "public"}
        assert not {f"x_object_{key}" for key in hidden} & set(entry)


@pytest.mark.requirement("R56", "R58")
def test_entries_tell_sharing_and_what_the_caller_may_do(shelf: Client, guest: Client) -> None:
    source = f"{shelf.account}/c/doc"
    sharing = [f"read={visitor_name(guest, shelf)}"] * 3 + [f"write={visitor_name(guest, shelf)}"]
    for client, allowed in ((shelf, [None] * 4), (guest, ["read"] * 3 + ["write"])):
        entries = client.get("c", shared="", format="json").json
        assert [each["x_object_sharing"] for each in entries] == sharing
        assert [each.get("x_object_shared_by") for each in entries] == [None, source, source, None]
        assert [each.get("x_object_allowed_to") for each in entries] == allowed


def visitor_name(guest: Client, shelf: Client) -> str:
    """The guest's account, as the grant on ``doc`` has it."""
    return guest.head("c/doc")["X-Object-Sharing"].partition("=")[2]


@pytest.mark.requirement("R58")
def test_xml_tells_the_same(guest: Client) -> None:
    for entry, element in zip(
        guest.get("c", format="json").json, guest.get("c", format="xml").xml, strict=True
    ):
        for key in ("name", "x_object_sharing", "x_object_allowed_to"):
            assert element.findtext(key) == entry[key]
        assert element.findtext("x_object_shared_by") == entry.get("x_object_shared_by")


@pytest.mark.requirement("R58")
@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_others_are_told_less_of_a_container(shelf: Client, guest: Client, method: str) -> None:
    shelf.post("c", headers={"X-Container-Meta-Secret": "x"}, update="")
    shelf.post("c/z", headers={"X-Object-Meta-Hidden": "x"}, update="")
    answer = guest.request(method, "c")
    assert answer.status == (204 if method == "HEAD" else 200)
    owners = shelf.request(method, "c")
    shown = {f"X-Container-{name}" for name in ("Block-Size", "Block-Hash", "Object-Meta")}
    assert set(answer.meta("X-Container-")) == shown
    assert answer["X-Container-Object-Meta"] == "Mood"
    assert owners["X-Container-Object-Meta"] == "Hidden,Mood"
    assert answer["Last-Modified"] == owners["Last-Modified"]


@pytest.mark.requirement("R58", "R132")
@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_who_may_read_nothing_sees_no_container(
    shelf: Client, new_user: NewUser, method: str
) -> None:
    assert visit(new_user(), shelf).request(method, "c").status == 403


@pytest.mark.requirement("R58")
@pytest.mark.parametrize("until", ["1", "9999999999"])
def test_others_are_not_told_the_past(guest: Client, until: str) -> None:
    assert guest.get("c", until=until).status == 403
    assert guest.head("c", until=until).status == 403


@pytest.mark.requirement("R58")
def test_a_page_that_has_nothing_for_me_is_empty(guest: Client) -> None:
    assert guest.get("c", prefix="document").status == 204
    assert guest.get("c", prefix="document", format="json").json == []
    assert guest.get("c", marker="music/x").status == 204
