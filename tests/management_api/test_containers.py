"""Containers, objects, and what is shared and published of them."""

from urllib.parse import urlsplit

import pytest

from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token
from accounts.users.users import find_user
from tests.api.client import Client
from tests.management_api.conftest import Manager, code
from tests.swift.client import in_swift


@pytest.fixture
def owner(user: Manager) -> Manager:
    """A user with the container ``c`` and the objects ``a`` and ``d/b`` in it."""
    user.post("container", {"name": "c"})
    assert user.store.put("c/a", b"one").status == 201
    assert user.store.put("c/d/b", b"three").status == 201
    return user


@pytest.mark.requirement("M25")
def test_a_container_that_is_made_here_is_there(user: Manager) -> None:
    made = user.post("container", {"name": "φ ωτό", "versioning": "none", "quota": 5})
    assert made["id"] == f"{user.account}/φ ωτό"
    assert user.store.head("φ ωτό")["X-Container-Policy-Quota"] == "5"
    assert user.store.put("φ ωτό/o", b"123456").status == 413
    changed = user.patch(f"container/{made['id']}", {"quota": "7", "keep_days": 3})
    assert (changed["quota"], changed["keep_days"], changed["versioning"]) == (7, 3, "none")
    assert user.store.put("φ ωτό/o", b"123456").status == 201
    assert user.get(f"container/{made['id']}")["bytes"] == 6
    reset = user.patch(f"container/{made['id']}", {"quota": None, "keep_days": None})
    assert "keep_days" not in reset
    assert reset["quota"] == 0


@pytest.mark.requirement("M16", "M13")
def test_what_cannot_be_done_with_a_container(owner: Manager) -> None:
    place = f"container/{owner.account}/c"
    before = owner.get(place)
    assert code(owner.ask("POST", "container", {"name": "c"})) == (400, "BAD_REQUEST")
    assert code(owner.ask("POST", "container", {"name": ""})) == (400, "BAD_REQUEST")
    assert code(owner.ask("POST", "container", {})) == (400, "BAD_REQUEST")
    assert code(owner.ask("PUT", place, {"name": "c"})) == (405, "METHOD_NOT_ALLOWED")
    assert code(owner.ask("PATCH", place, {"name": "d"})) == (400, "FIELD_UPDATE_FORBIDDEN")
    assert code(owner.ask("PATCH", place, {"quota": -1})) == (400, "BAD_REQUEST")
    assert code(owner.ask("PATCH", place, {"versioning": "no"})) == (400, "BAD_REQUEST")
    assert code(owner.ask("PATCH", place, {"objects": []})) == (400, "FIELD_IS_READONLY")
    assert code(owner.ask("DELETE", place)) == (409, "CONFLICT")
    assert owner.get(place) == before
    for name in ("c/a", "c/d/b"):
        assert owner.store.delete(name).status == 204
    owner.delete(place)
    assert code(owner.ask("DELETE", place)) == (404, "OBJECT_DOES_NOT_EXIST")
    assert owner.store.head("c").status == 404


def test_objects_are_read(owner: Manager) -> None:
    first = f"{owner.account}/c/a"
    place = f"container/{owner.account}/c"
    assert "objects" not in owner.get(place)
    assert [each["name"] for each in owner.get(place, depth=2)["objects"]] == ["a", "d/b"]
    found = owner.get("object", filter={"container": f"{owner.account}/c"}, sort=["-size"])
    assert [each["size"] for each in found] == [5, 3]
    head = owner.store.head("c/a")
    one = owner.get(f"object/{first}")
    assert (one["uuid"], str(one["version"])) == (head["X-Object-UUID"], head["X-Object-Version"])
    assert (one["public"], one["modified_by"]) == (False, owner.account)
    assert code(owner.ask("DELETE", f"object/{first}")) == (405, "METHOD_NOT_ALLOWED")
    assert code(owner.ask("POST", "object", {"name": "x"})) == (405, "METHOD_NOT_ALLOWED")
    assert code(owner.ask("PATCH", f"object/{first}", {"size": 0})) == (400, "FIELD_IS_READONLY")


def test_an_object_is_published_at_either_place(owner: Manager) -> None:
    first = f"object/{owner.account}/c/a"
    url = owner.patch(first, {"public": True})["public_url"]
    assert owner.store.raw("GET", urlsplit(url).path).body == b"one"
    assert "public_url" not in owner.patch(first, {"public": False})
    assert owner.store.raw("GET", urlsplit(url).path).status == 404
    place = {"container": f"{owner.account}/c", "object": "d/b"}
    made = owner.post("publication", place)
    assert owner.store.raw("GET", urlsplit(made["url"]).path).body == b"three"
    assert owner.get(f"container/{owner.account}/c")["publications"] == [made["id"]]
    assert code(owner.ask("POST", "publication", place)) == (400, "BAD_REQUEST")
    missing = owner.ask("POST", "publication", {**place, "object": "x"})
    assert code(missing) == (404, "OBJECT_DOES_NOT_EXIST")
    owner.delete(f"publication/{made['id']}")
    assert owner.store.raw("GET", urlsplit(made["url"]).path).status == 404


def test_shares_act_in_the_object_api(owner: Manager, operator: Manager) -> None:
    guest = operator.store
    place = {"container": f"{owner.account}/c", "object": "d/b"}
    made = owner.post("share", {**place, "readers": [operator.account.upper()]})
    assert (made["id"], made["readers"]) == (f"{owner.account}/c/d/b", [operator.account])
    path = f"/v1/{owner.account}/c/d/b"
    read = {"X-Auth-Token": guest.token}
    assert guest.raw("GET", path, None, read).status == 200
    assert guest.raw("PUT", path, b"x", read).status == 403
    changed = owner.patch(f"share/{made['id']}", {"writers": [operator.account]})
    assert changed["readers"] == []
    assert guest.raw("PUT", path, b"x", read).status == 201
    nobody: list[str] = []
    for readers, writers in ((nobody, nobody), (["a b"], nobody), ("x", nobody)):
        wrong = {"readers": readers, "writers": writers}
        assert owner.ask("PATCH", f"share/{made['id']}", wrong).status == 400
    assert code(owner.ask("POST", "share", {**place, "readers": ["x"]})) == (400, "BAD_REQUEST")
    above = owner.ask("POST", "share", {**place, "object": "nothing", "readers": ["x"]})
    assert above.status == 404
    operator.delete(f"share/{made['id']}")
    assert guest.raw("GET", path, None, read).status == 403


def test_groups_act_in_shares(owner: Manager, operator: Manager) -> None:
    made = owner.post("group", {"name": "Friends", "members": [operator.account]})
    assert made["id"] == f"{owner.account}:friends"
    assert owner.get("user", depth=2)[0]["groups"] == [made]
    place = {"container": f"{owner.account}/c", "object": "a"}
    owner.post("share", {**place, "readers": [made["id"]]})
    path, read = f"/v1/{owner.account}/c/a", {"X-Auth-Token": operator.store.token}
    assert operator.store.raw("GET", path, None, read).status == 200
    replaced = owner.put(f"group/{made['id']}", {"members": [owner.account]})
    assert replaced["members"] == [owner.account]
    assert operator.store.raw("GET", path, None, read).status == 403
    both = owner.patch(f"group/{made['id']}", {"members": [owner.account, operator.account]})
    assert both["members"] == sorted([owner.account, operator.account])
    owner.delete(f"group/{made['id']}")
    assert owner.get("group") == []


@pytest.mark.requirement("M9")
@pytest.mark.parametrize(
    ("content", "status"),
    [
        ({"name": "g", "members": ["no such user"]}, 404),
        ({"name": "g", "members": []}, 400),
        ({"name": "g", "members": [{}]}, 400),
        ({"name": "g"}, 400),
        ({"name": "a-b", "members": ["{me}"]}, 400),
        ({"name": "a:b", "members": ["{me}"]}, 400),
        ({"name": "g", "members": ["{me}"] * 1001}, 400),
        ({"name": "", "members": ["{me}"]}, 400),
        ({"members": ["{me}"]}, 400),
        ({"name": "g", "members": ["{me}"] * 33}, 201),
    ],
)
def test_groups_that_can_be_and_cannot(
    user: Manager, content: dict[str, object], status: int
) -> None:
    members = content.get("members")
    if isinstance(members, list):
        named = [user.account if each == "{me}" else each for each in members]
        content = {**content, "members": named}
    assert user.ask("POST", "group", content).status == status
    assert len(user.get("group")) == (status == 201)


@pytest.mark.parametrize(("scope", "told"), [(Scope(), True), (Scope(read_only=True), False)])
def test_a_limited_token_is_not_shown_keys_that_sign_urls(
    owner: Manager, operator: Manager, scope: Scope, told: bool
) -> None:
    keys = {"Temp-Url-Key": "k1-hidden", "Temp-Url-Key-2": "k2-hidden"}
    headers = {f"X-Container-Meta-{name}": value for name, value in keys.items()}
    in_swift(owner.store).post("c", headers={**headers, "X-Container-Meta-Color": "red"})
    owner.post("share", {"container": f"{owner.account}/c", "object": "a", "readers": ["*"]})
    for who in (owner, operator):
        token = create_token(find_user(who.account), scope=scope)
        asking = Manager(Client(who.store.address, who.account, token))
        shown = asking.get(f"container/{owner.account}/c")["meta"]
        assert shown == {"Color": "red", **(keys if told else {})}
        for resource in ("container", "share", "object", "user"):
            listed = asking.ask("GET", resource, depth=3, filter={"id": _id_of(owner, resource)})
            assert listed.status == 200
            assert told or b"-hidden" not in listed.body
        asking.store.connection.close()
    guess = {"filter": {"meta": {"Color": "red", **keys}}}
    assert code(owner.ask("GET", "container", **guess))[0] == 400


def _id_of(owner: Manager, resource: str) -> str:
    place = f"{owner.account}/c"
    named = {"container": place, "user": owner.account}
    return named.get(resource, f"{place}/a")
