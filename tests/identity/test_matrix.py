"""The authorization matrix again, its actors known by each of the backends instead of a token."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from accounts.identity import users
from accounts.models import User
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token
from accounts.users.users import create_user, find_user
from tests.api.client import Client
from tests.api.server import Serve, Server
from tests.api.sharing.test_authorization_matrix import (
    READING,
    ROWS,
    SECRET,
    SOMEBODIES,
    Row,
    World,
    expected,
    make_world,
    send,
)
from tests.identity.provider import Provider, SigningKey

pytestmark = pytest.mark.requirement("R103")

ACTORS = ("owner", "reader", "stranger")
BACKENDS = ("astakos", "keystone", "introspection", "jwt", "header", "keystone-header", "scoped")


@dataclass(frozen=True)
class Site:
    """A provider, and a store that asks it."""

    provider: Provider
    server: Server

    def introduce(self, backend: str, user: User) -> Mapping[str, str]:
        """Make a user known to a backend; the headers that show who they are."""
        known = f"{backend}-{user.account}"
        source = "keystone" if backend == "keystone-header" else backend
        users.link(user, source, known)
        return _SHOWN[backend](self.provider, known, user)


def _by_token(known: str) -> Mapping[str, str]:
    return {"X-Auth-Token": f"token-{known}"}


def _by_astakos(provider: Provider, known: str, _: User) -> Mapping[str, str]:
    provider.know_astakos(f"token-{known}", id=known)
    return _by_token(known)


def _by_keystone(provider: Provider, known: str, _: User) -> Mapping[str, str]:
    provider.know_keystone(f"token-{known}", "member", project={"id": known, "name": known})
    return _by_token(known)


def _by_introspection(provider: Provider, known: str, _: User) -> Mapping[str, str]:
    provider.know_introspection(f"token-{known}", sub=known)
    return _by_token(known)


def _by_signature(provider: Provider, known: str, _: User) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {provider.keys[0].sign(sub=known)}"}


def _by_header(_: Provider, known: str, __: User) -> Mapping[str, str]:
    return {"Remote-User": known}


def _by_middleware(_: Provider, known: str, __: User) -> Mapping[str, str]:
    return {"X-Identity-Status": "Confirmed", "X-Project-Id": known, "X-Roles": "member"}


def _by_scoped_token(_: Provider, __: str, user: User) -> Mapping[str, str]:
    return {"X-Auth-Token": create_token(user, scope=Scope(read_only=True))}


_SHOWN: Mapping[str, Callable[[Provider, str, User], Mapping[str, str]]] = {
    "astakos": _by_astakos,
    "keystone": _by_keystone,
    "introspection": _by_introspection,
    "jwt": _by_signature,
    "header": _by_header,
    "keystone-header": _by_middleware,
    "scoped": _by_scoped_token,
}


@pytest.fixture(scope="module")
def site(serve: Serve) -> Iterator[Site]:
    provider = Provider(keys=[SigningKey("k1")])
    choices = {
        "PITHOS_IDENTITY": (
            "static,database,astakos,keystone,introspection,jwt,header,keystone-header"
        ),
        "PITHOS_TRUSTED_PROXIES": "127.0.0.0/8",
        **{name: _text(value) for name, value in provider.settings().items()},
    }
    with serve(**choices) as server:
        yield Site(provider, server)
    provider.stop()


def _text(value: Any) -> str:
    return ",".join(value) if isinstance(value, list) else str(value)


@pytest.fixture
def world(site: Site, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    made: list[Client] = []

    def new_user() -> Client:
        made.append(_new_user(site.server))
        return made[-1]

    with django_db_blocker.unblock():
        spare = new_user()  # has version 1, which the matrix takes for nobody's
        spare.put("c")
        spare.put("c/o")
        yield make_world(new_user)
    for client in made:
        client.connection.close()


def _new_user(server: Server) -> Client:
    user = create_user(f"user-{token_hex(8)}")
    return Client(server.address, user.account, create_token(user))


def status(row: Row, actor: str, backend: str) -> int:
    usual = expected(row, actor)
    writes = row.method not in READING and not row.public  # a link looks at no token
    if backend == "scoped" and writes and usual != 401:
        return 403  # a form without its signature is 401, whoever sends it
    return usual


def shown(site: Site, world: World, backend: str, actor: str) -> Mapping[str, str]:
    return site.introduce(backend, find_user(world.visitors[actor].account))


@pytest.mark.parametrize("backend", BACKENDS)
def test_reading_and_being_refused(site: Site, world: World, backend: str) -> None:
    for actor in ACTORS:
        who = shown(site, world, backend, actor)
        for row in ROWS:
            wanted = status(row, actor, backend)
            if wanted >= 400 or row.method in READING:
                answer = send(world, row, who)
                assert answer.status == wanted, (str(row), actor)
                assert wanted < 400 or SECRET not in answer.body


# Each changes the world, so each has its own; the backends take turns. The matrix of tokens shows
# all changes; here are four for each backend.
CHANGES = [
    (row, actor)
    for row in ROWS
    for actor in ACTORS
    if expected(row, actor) < 400 and row.method not in READING
]
TURNS = [
    (*change, BACKENDS[turn % (len(BACKENDS) - 1)]) for turn, change in enumerate(CHANGES[::3])
]


@pytest.mark.parametrize(("row", "actor", "backend"), TURNS, ids=str)
def test_who_may_change_something_can(
    site: Site, world: World, row: Row, actor: str, backend: str
) -> None:
    who = shown(site, world, backend, actor)
    assert send(world, row, who).status == expected(row, actor)


def test_the_actors_are_those_of_the_matrix() -> None:
    assert set(ACTORS) <= set(SOMEBODIES)
