"""Every resource and method, and what each kind of caller is answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from secrets import token_hex

import pytest
from pytest_django import DjangoDbBlocker

from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token
from accounts.users.users import create_user
from management_api.resources.catalogue import CATALOGUE
from tests.api.client import Client
from tests.api.server import Server
from tests.blobs.client import named
from tests.management_api.conftest import Manager
from web.views import METHODS

NAMES = sorted(CATALOGUE.resources)
NOBODY = ("nobody", "wrong")
LIMITED = ("reading", "confined")
CONTENT = b"what only the object's bytes say"


@dataclass(frozen=True)
class World:
    """Callers by kind; the id of an object of the owner's, of each resource; what no list tells."""

    callers: dict[str, Manager]
    ids: dict[str, str]
    secrets: list[bytes]

    def status(self, actor: str, method: str, path: str) -> int:
        content: dict[str, str] | None = {} if method in {"POST", "PUT", "PATCH"} else None
        return self.callers[actor].ask(method, path, content).status

    def everything(self) -> list[object]:
        return [self.callers["operator"].get(f"{name}/{key}") for name, key in self.ids.items()]


def make_world(callers: dict[str, Manager]) -> World:
    """Make one object of each resource."""
    owner, operator = callers["owner"], callers["operator"]
    place = {"container": owner.post("container", {"name": "c"})["id"], "object": "o"}
    assert owner.store.put("c/o", CONTENT).status == 201
    identity = {"user": owner.account, "provider": "p", "subject": token_hex(8)}
    made = {
        "token": owner.post("token", {}),
        "app_password": owner.post("app_password", {}),
        "identity": operator.post("identity", identity),
        "group": owner.post("group", {"name": "g", "members": [owner.account]}),
        "share": owner.post("share", {**place, "readers": [owner.account]}),
        "publication": owner.post("publication", place),
        "link": owner.post("link", place),
    }
    image = owner.post("image", {"object": f"{place['container']}/{place['object']}"})
    made["image"] = image
    made["member"] = owner.post("member", {"image": image["id"], "member": owner.account + "x"})
    disk = {"name": "s", "disk": image["object"]}
    made["server"] = operator.post("server", disk)
    blob = f"/blobs/{owner.account}/first"
    assert owner.store.raw("PUT", blob, b"x", named(owner.account, owner.store.token)).status == 200
    made["blob"] = owner.get("blob")[0]
    ids = {name: str(each["id"]) for name, each in made.items()}
    container = str(place["container"])
    ids |= {"user": owner.account, "container": container, "object": f"{container}/o"}
    secrets = [str(made[name]["secret"]).encode() for name in ("token", "app_password")]
    return World(callers, ids, [CONTENT, *secrets])


@pytest.fixture(scope="module")
def world(server: Server, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One that no test changes."""

    def of(account: str, token: str) -> Manager:
        return Manager(Client(server.address, account, token))

    with django_db_blocker.unblock():
        owner, other, boss = (
            create_user(f"user-{token_hex(4)}", operator=each) for each in (False, False, True)
        )
        callers = {
            "nobody": of("", ""),
            "wrong": of("", "wrong"),
            "owner": of(owner.account, create_token(owner)),
            "other": of(other.account, create_token(other)),
            "operator": of(boss.account, create_token(boss)),
            "reading": of(owner.account, create_token(owner, scope=Scope(read_only=True))),
            "confined": of(owner.account, create_token(owner, scope=Scope(container="c"))),
        }
        yield make_world(callers)
    for each in callers.values():
        each.store.connection.close()


def expected(actor: str, name: str, method: str) -> set[int]:
    """What a request for one object of the owner's is answered with, with an empty body."""
    resource = CATALOGUE[name]
    if actor in NOBODY:
        return {401}
    if actor == "confined" or (actor == "reading" and method not in {"GET", "HEAD"}):
        return {403}
    if method not in {*resource.allowed(), "HEAD"}:
        return {405}
    if method == "PUT":  # an empty group, a user who is there, a user whom one may not make
        return {400, 403, 405}
    return {404} if actor == "other" else {200}


def test_there_is_an_object_of_each_resource(world: World) -> None:
    assert set(world.ids) == set(NAMES)


@pytest.mark.requirement("M19")
@pytest.mark.parametrize("actor", [*NOBODY, *LIMITED, "other"])
def test_who_may_not_gets_nothing_and_changes_nothing(world: World, actor: str) -> None:
    before = world.everything()
    for name, key in world.ids.items():
        for method in (each.upper() for each in METHODS):
            status = world.status(actor, method, f"{name}/{key}")
            assert status in expected(actor, name, method), (name, method)
    assert world.everything() == before


@pytest.mark.requirement("M19")
@pytest.mark.parametrize("name", NAMES)
def test_who_may_read_an_object_finds_it_in_the_list(world: World, name: str) -> None:
    key = world.ids[name]
    for actor, seen in {"owner": True, "reading": True, "operator": True, "other": False}.items():
        found = world.callers[actor].get(name, depth=0, filter={"id": key})
        assert list(map(str, found)) == [key] * seen, actor
        listed = world.callers[actor].ask("GET", name, depth=3).body
        assert seen or world.callers["owner"].account.encode() not in listed
        assert not any(secret in listed for secret in world.secrets)


@pytest.mark.parametrize("name", NAMES)
def test_the_owner_and_operators_may_do_what_the_resource_can(world: World, name: str) -> None:
    place = f"{name}/{world.ids[name]}"
    for actor in ("owner", "operator"):
        for method in ("GET", "HEAD", "PATCH"):
            assert world.status(actor, method, place) in expected(actor, name, method), method
