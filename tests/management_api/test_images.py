"""Images, members, servers and encrypted blobs as resources."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.blobs.client import named
from tests.management_api.conftest import Manager, code


@pytest.fixture
def disk(user: Manager) -> str:
    """An object of the user's."""
    user.post("container", {"name": "c"})
    assert user.store.put("c/disk", b"bytes").status == 201
    return f"{user.account}/c/disk"


@pytest.fixture
def image(user: Manager, disk: str) -> dict[str, Any]:
    """An image that it is."""
    wanted = {"object": disk, "name": "Debian", "properties": {"os": "linux"}, "tags": ["a"]}
    return dict(user.post("image", wanted))


def test_an_object_becomes_an_image(user: Manager, disk: str, image: dict[str, Any]) -> None:
    assert (image["object"], image["size"], image["visibility"]) == (disk, 5, "private")
    plankton = user.store.raw(
        "HEAD", f"/image/v1/images/{image['id']}", None, {"X-Auth-Token": user.store.token}
    )
    assert plankton["X-Image-Meta-Name"] == "Debian"
    change = {"name": "Ubuntu", "visibility": "public", "properties": {"v": "1"}, "min_ram": 5}
    changed = user.patch(f"image/{image['id']}", change)
    assert {name: changed[name] for name in change} == change
    assert changed["readers"] == ["*"]
    assert code(user.ask("POST", "image", {"object": disk})) == (400, "BAD_REQUEST")
    assert user.get("image", filter={"name": "Ubuntu"}, depth=0) == [image["id"]]
    cleared = user.patch(
        f"image/{image['id']}",
        {"name": None, "tags": None, "properties": None, "protected": None, "min_ram": None},
    )
    assert (cleared["name"], cleared["tags"], cleared["properties"]) == ("", [], {})
    assert (cleared["protected"], cleared["min_ram"]) == (False, 0)


@pytest.mark.parametrize(
    "content",
    [
        {"object": "c/disk"},
        {"object": "{me}/c/none"},
        {"name": "x"},
        {"object": "{me}/c/disk", "visibility": "hidden"},
        {"object": "{me}/c/disk", "min_disk": -1},
        {"object": "{me}/c/disk", "properties": {"os": 1}},
        {"object": "{me}/c/disk", "name": "x" * 256},
        {"object": "{me}/c/disk", "status": "queued"},
        {"object": "nobody/c/disk"},
    ],
)
def test_what_cannot_be_an_image(user: Manager, disk: str, content: dict[str, Any]) -> None:
    if "object" in content:
        content = {**content, "object": content["object"].format(me=user.account)}
    assert user.ask("POST", "image", content).status in {400, 404}
    assert user.get("image") == []


def test_a_protected_image_stays(user: Manager, image: dict[str, Any], disk: str) -> None:
    place = f"image/{image['id']}"
    user.patch(place, {"protected": True})
    assert code(user.ask("DELETE", place)) == (403, "FORBIDDEN")
    assert code(user.ask("PATCH", place, {"object": disk})) == (400, "FIELD_UPDATE_FORBIDDEN")
    user.patch(place, {"protected": False})
    user.delete(place)
    assert code(user.ask("GET", place)) == (404, "OBJECT_DOES_NOT_EXIST")
    assert code(user.ask("GET", "image/no-uuid")) == (404, "OBJECT_DOES_NOT_EXIST")
    assert user.store.head("c/disk").status == 200


def test_members_say_what_they_take(
    user: Manager, operator: Manager, image: dict[str, Any]
) -> None:
    wanted = {"image": image["id"], "member": operator.account, "status": "pending"}
    odd = user.ask("POST", "member", {**wanted, "status": "maybe"})
    assert code(odd) == (400, "BAD_REQUEST")
    made = user.post("member", wanted)
    place = f"member/{made['id']}"
    assert (made["id"], made["status"]) == (f"{image['id']}/{operator.account}", "pending")
    assert user.get(f"image/{image['id']}")["readers"] == [operator.account]
    assert code(user.ask("POST", "member", wanted)) == (400, "BAD_REQUEST")
    assert code(user.ask("PATCH", place, {"status": "accepted"})) == (403, "FORBIDDEN")
    assert operator.patch(place, {"status": "rejected"})["status"] == "rejected"
    assert user.get("member")[0]["status"] == "rejected"
    assert code(operator.ask("PATCH", place, {"status": "maybe"})) == (400, "BAD_REQUEST")
    user.delete(place)
    assert user.get("member") == []
    for wrong in ("not-a-uuid/x", "x"):
        assert user.ask("GET", f"member/{wrong}").status == 404
    answer = user.ask("POST", "member", {**wanted, "image": operator.account})
    assert code(answer) == (400, "BAD_FIELD_VALUE")


def test_servers_are_made_by_operators(user: Manager, operator: Manager, disk: str) -> None:
    wanted = {"name": "web", "disk": disk}
    assert code(user.ask("POST", "server", wanted)) == (403, "FORBIDDEN")
    made = operator.post("server", wanted)
    assert (made["user"], made["disk"]) == (user.account, disk)
    assert user.get("user", depth=2)[0]["servers"] == [made]
    missing = operator.ask("POST", "server", {**wanted, "disk": f"{disk}x"})
    assert code(missing) == (400, "BAD_REQUEST")
    assert code(operator.ask("POST", "server", {**wanted, "disk": "x"})) == (400, "BAD_REQUEST")
    assert code(user.ask("DELETE", f"server/{made['id']}")) == (403, "FORBIDDEN")
    operator.delete(f"server/{made['id']}")
    assert user.get("server") == []


def test_blobs_are_told_and_flagged(user: Manager, operator: Manager) -> None:
    url = f"/blobs/{quote(user.account)}/first"
    shown = named(user.account, user.store.token)
    assert user.store.raw("PUT", url, b"x" * 2000, shown).status == 200
    [blob] = user.get("blob")
    assert (blob["id"], blob["size"], blob["flags"]) == (
        f"{user.account}/default/first",
        2000,
        [],
    )
    assert blob["tag"] == user.store.raw("HEAD", url, None, shown)["Tag"]
    place = f"blob/{blob['id']}"
    assert operator.patch(place, {"flags": ["PENDING"]})["flags"] == ["PENDING"]
    assert user.store.raw("GET", f"{url}?only_flags=1", None, shown).json == ["PENDING"]
    assert code(user.ask("PATCH", place, {"flags": ["LOST"]})) == (400, "BAD_REQUEST")
    assert user.patch(place, {"flags": None})["flags"] == []
    assert user.get("user")[0]["blob_kib"] == 2
    assert code(user.ask("DELETE", place)) == (405, "METHOD_NOT_ALLOWED")
