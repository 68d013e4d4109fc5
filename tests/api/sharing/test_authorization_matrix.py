"""Every route, method and variant of a request, and what each kind of caller is answered."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import md5
from typing import Any
from urllib.parse import urlencode

import pytest
from pytest_django import DjangoDbBlocker

from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token, revoke_token
from accounts.users.users import create_user, find_user
from tests.api.client import Answer, Client
from tests.api.conftest import new_users
from tests.api.routes import VIEWS
from tests.api.server import Server
from tests.api.visitors import visit
from tests.swift.client import in_swift as in_dialect
from web.views import METHODS

READING = {"GET", "HEAD", "OPTIONS"}

SECRET = b"what nobody else may see"
OCTETS = {"Content-Type": "application/octet-stream"}
FORM = {"Content-Type": "multipart/form-data; boundary=b"}
FORM_BODY = (
    b'--b\r\nContent-Disposition: form-data; name="X-Object-Data"; filename="f"\r\n'
    b"\r\nform\r\n--b--\r\n"
)
OF_ANOTHER = {"If-Match": "0" * 32}
MAP = b'{"bytes":0,"hashes":["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]}'
BULK = {"bulk-delete": ""}
ZIP = {"zip": ""}
REHEARSED = {"restore": "", "until": "9999999999", "rehearse": ""}
SIGNED = {"signed-url": ""}
UNPACKED = {"extract-archive": "tar"}
TO_OWN = {"Destination": "/mine/o"}
BACK = {"Destination": "/c/new", "Destination-Account": "{owner}"}
FROM = {"X-Copy-From": "/c/o", "X-Source-Account": "{owner}"}
MOVE_FROM = {"X-Move-From": "/c/o", "X-Source-Account": "{owner}"}

WEB = {"X-Web-Mode": "true"}
STATIC = {"X-Symlink-Target": "c/other", "X-Symlink-Target-Etag": md5(SECRET).hexdigest()}

LISTS = (("Read", "reader"), ("Write", "writer"))

NOBODIES = ("anonymous", "bad token", "expired", "revoked", "disabled")
# Of the others: the account's owner; who may read c/o, or write c/o and below it; a member of a
# group that may read; somebody with whom nothing is shared.
# Whom only the container's lists name, as readers or as writers, comes last.
SOMEBODIES = (
    *("owner", "reader", "writer", "member", "stranger"),
    *("list reader", "list writer"),
)
ACTORS = (*NOBODIES, *SOMEBODIES)
# Of tokens of the owner's that are limited: one changes nothing, one reaches another container.
LIMITED = {"reading": Scope(read_only=True), "elsewhere": Scope(container="mine")}


@dataclass(frozen=True)
class Row:
    """A request on a view, and the status for each of SOMEBODIES. {owner} in it is filled in.

    path: below the account; None is /v1. Views of Swift's dialect are asked in it.
    public: nobody is asked who they are.
    changes: whether it changes something if it succeeds; None: if its method is not for reading.
    """

    view: str
    method: str
    path: str | None
    statuses: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    public: bool = False
    changes: bool | None = None

    @property
    def may_change(self) -> bool:
        return self.method not in READING if self.changes is None else self.changes

    def __str__(self) -> str:
        variant = "&".join([*self.query, *self.headers])
        return f"{self.method} {self.path} {variant}".strip()


def account(method: str, statuses: str, **query: str) -> Row:
    return Row("AccountView", method, "", statuses, query)


def container(method: str, statuses: str, **query: str) -> Row:
    return Row("ContainerView", method, "c", statuses, query)


def on_object(
    method: str, path: str, statuses: str, headers: Mapping[str, str] | None = None, **query: str
) -> Row:
    return Row("ObjectView", method, path, statuses, query, headers or {})


def in_swift(
    method: str, path: str, statuses: str, headers: Mapping[str, str] | None = None
) -> Row:
    return Row("SwiftObjectView", method, path, statuses, {}, headers or {})


def harmless(
    view: str, request: str, statuses: str, query: Mapping[str, str], body: bytes = b""
) -> Row:
    """A request that changes nothing, for all its method says."""
    method, _, path = request.partition(" ")
    return Row(view, method, path, statuses, query, {}, body, changes=False)


def manifest(method: str, statuses: str, body: bytes = b"") -> Row:
    query = {"multipart-manifest": method.lower()}
    return Row("SwiftObjectView", method, "c/o/new", statuses, query, {}, body)


def data(statuses: str, headers: Mapping[str, str], body: bytes = b"x") -> Row:
    return Row("ObjectView", "POST", "c/o", statuses, {}, headers, body)


ROWS = [
    # As JSON a page without any is 200 too: other tests share with everybody.
    Row("TopView", "GET", None, "200 200 200 200 200 200 200", {"format": "json"}),
    # The account
    account("HEAD", "204 204 204 204 403 403 403"),
    account("HEAD", "204 403 403 403 403 403 403", until="9"),
    account("GET", "200 200 200 200 403 403 403"),
    account("GET", "200 200 200 200 403 403 403", shared=""),
    account("GET", "200 403 403 403 403 403 403", public=""),
    account("GET", "204 403 403 403 403 403 403", until="9"),
    account("GET", "200 403 403 403 403 403 403", links=""),
    account("POST", "404 403 403 403 403 403 403", links="none"),
    account("POST", "200 403 403 403 403 403 403", links="{link}"),
    account("DELETE", "404 403 403 403 403 403 403", links="none"),
    account("DELETE", "204 403 403 403 403 403 403", links="{link}"),
    account("GET", "200 403 403 403 403 403 403", usage=""),
    account("GET", "200 403 403 403 403 403 403", moments=""),
    account("POST", "202 403 403 403 403 403 403"),
    account("POST", "202 403 403 403 403 403 403", update=""),
    # A container
    container("HEAD", "204 204 204 204 403 204 403"),
    container("HEAD", "404 403 403 403 403 403 403", until="9"),
    container("GET", "200 200 200 200 403 200 403"),
    container("GET", "200 200 200 200 403 200 403", delimiter="/"),
    container("GET", "200 200 200 200 403 204 403", shared=""),  # with them, not with the list
    container("GET", "200 403 403 403 403 403 403", public=""),
    container("GET", "404 403 403 403 403 403 403", until="9"),
    container("GET", "200 403 403 403 403 403 403", usage=""),
    container("POST", "200 403 403 403 403 403 403", restore="", until="9999999999"),
    harmless("ContainerView", "POST c", "200 403 403 403 403 403 403", REHEARSED),
    container("POST", "400 403 403 403 403 403 403", restore=""),
    container("GET", "200 403 403 403 403 403 403", moments=""),
    container("GET", "200 403 403 403 403 403 403", changes="", since="9", format="json"),
    container("GET", "400 403 403 403 403 403 403", changes=""),
    container("GET", "200 200 200 200 403 200 403", zip=""),
    container("GET", "404 403 403 403 403 403 403", zip="", until="9"),
    container("GET", "404 404 404 404 403 404 403", zip="", names='["none"]'),
    harmless("ContainerView", "POST c", "200 200 200 200 403 200 403", ZIP, b'["o"]'),
    harmless("ContainerView", "POST c", "200 404 404 404 403 200 403", ZIP, b'["other"]'),
    container("PUT", "202 403 403 403 403 403 403"),
    Row("ContainerView", "PUT", "new", "201 403 403 403 403 403 403"),
    container("POST", "202 403 403 403 403 403 403"),
    container("POST", "202 403 403 403 403 403 403", update=""),
    Row("ContainerView", "POST", "c", "202 403 202 403 403 403 202", {"update": ""}, OCTETS, b"x"),
    container("POST", "201 403 403 403 403 403 403", link=""),
    container("DELETE", "409 403 403 403 403 403 403"),
    container("DELETE", "204 403 403 403 403 403 403", until="9"),
    container("DELETE", "204 403 403 403 403 403 403", delimiter="/"),
    # An object, and what is not there but would be covered
    on_object("HEAD", "c/o", "200 200 200 200 403 200 403"),
    on_object("HEAD", "c/none", "404 403 403 403 403 404 403"),
    on_object("HEAD", "c/o/none", "404 404 404 404 403 404 403"),
    on_object("HEAD", "c/o", "404 404 404 404 403 403 403", version="1"),
    on_object("GET", "c/o", "200 200 200 200 403 200 403"),
    on_object("GET", "c/other", "200 403 403 403 403 200 403"),
    on_object("GET", "c/published", "200 200 200 200 200 200 200"),
    on_object("GET", "c/o", "206 206 206 206 403 206 403", {"Range": "bytes=0-3"}),
    on_object("GET", "c/o", "200 200 200 200 403 200 403", hashmap="", format="json"),
    on_object("GET", "c/o", "200 200 200 200 403 403 403", version="list", format="json"),
    on_object("HEAD", "c/other", "404 403 403 403 403 403 403", version="1"),
    on_object("GET", "c/other", "200 403 403 403 403 403 403", version="list", format="json"),
    on_object("GET", "c/published", "200 403 403 403 403 403 403", version="list", format="json"),
    on_object("PUT", "c/o", "201 403 201 403 403 403 201"),
    on_object("PUT", "c/o/new", "201 403 201 403 403 403 201"),
    on_object("PUT", "c/published", "201 403 403 403 403 403 201"),
    on_object("PUT", "none/o", "404 403 403 403 403 403 403"),
    on_object("PUT", "c/o", "201 403 403 403 403 403 403", {"X-Object-Sharing": "read=*"}),
    on_object("PUT", "c/o", "201 403 403 403 403 403 403", {"X-Object-Public": "true"}),
    Row("ObjectView", "PUT", "c/o", "201 403 201 403 403 403 201", {"hashmap": ""}, {}, MAP),
    on_object("PUT", "c/o/new", "201 403 201 403 403 403 403", FROM),
    on_object("PUT", "c/other", "201 403 403 403 403 403 403", FROM),
    on_object("PUT", "c/o/new", "201 403 403 403 403 403 403", MOVE_FROM),
    on_object("PUT", "c/o/new", "201 403 403 403 403 403 403", {**FROM, "X-Copy-From": "/c/other"}),
    on_object("POST", "c/o", "202 403 202 403 403 403 202"),
    on_object("POST", "c/o", "202 403 202 403 403 403 202", update=""),
    on_object("POST", "c/o", "202 403 403 403 403 403 403", {"X-Object-Sharing": ""}, update=""),
    on_object("POST", "c/o", "202 403 403 403 403 403 403", {"X-Object-Public": "true"}, update=""),
    data("204 403 204 403 403 403 403", {**OCTETS, "Content-Range": "bytes */*"}),
    data("204 403 204 403 403 403 403", {**OCTETS, "Content-Range": "bytes 0-0/*"}),
    data(
        "204 403 204 403 403 403 403",
        {"Content-Range": "bytes */*", "X-Source-Object": "/c/o", "X-Source-Account": "{owner}"},
        b"",
    ),
    data(
        "204 403 403 403 403 403 403",
        {"Content-Range": "bytes */*", "X-Source-Object": "/c/other"}
        | {"X-Source-Account": "{owner}"},
        b"",
    ),
    data("201 403 201 403 403 403 201", FORM, FORM_BODY),
    harmless("ObjectView", "POST c/o", "201 201 201 201 403 201 403", SIGNED),
    harmless("ObjectView", "POST c/other", "201 403 403 403 403 201 403", SIGNED),
    harmless("ObjectView", "POST c/published", "201 201 201 201 201 201 201", SIGNED),
    harmless("ObjectView", "POST c/o/none", "404 404 404 404 403 404 403", SIGNED),
    on_object("COPY", "c/o", "201 201 201 201 403 201 403", TO_OWN),
    on_object("COPY", "c/o", "201 403 403 403 403 403 403", BACK),
    on_object("COPY", "c/o", "201 403 201 403 403 403 403", {**BACK, "Destination": "/c/o/new"}),
    on_object("COPY", "c/other", "201 403 403 403 403 201 403", TO_OWN),
    on_object("COPY", "c/o", "404 404 404 404 403 403 403", {**TO_OWN, "X-Source-Version": "1"}),
    on_object("COPY", "c/o", "201 403 403 403 403 403 403", TO_OWN, delimiter="/"),
    on_object("MOVE", "c/o", "201 403 403 403 403 403 403", TO_OWN),
    on_object("MOVE", "c/o", "201 403 403 403 403 403 403", TO_OWN, delimiter="/"),
    on_object("DELETE", "c/o", "204 403 403 403 403 403 403"),
    on_object("DELETE", "c/o", "412 403 403 403 403 403 403", OF_ANOTHER),
    on_object("DELETE", "c/o", "400 403 403 403 403 403 403", version="1"),
    on_object("DELETE", "c/o", "204 403 403 403 403 403 403", until="9"),
    on_object("DELETE", "c/o", "204 403 403 403 403 403 403", delimiter="/"),
    on_object("POST", "c/o", "201 403 403 403 403 403 403", link=""),
    on_object("POST", "c/none", "404 403 403 403 403 403 403", link=""),
    # The same in Swift's dialect
    *(
        Row("SwiftAccountView", method, "", statuses)
        for method, statuses in (
            ("HEAD", "204 204 204 204 403 403 403"),
            ("GET", "200 200 200 200 403 403 403"),
            ("POST", "204 403 403 403 403 403 403"),
        )
    ),
    *(
        harmless(view, f"PUT {path}", "200 200 200 200 200 200 200", UNPACKED, b"no archive")
        for view, path in (
            ("SwiftAccountView", ""),
            ("SwiftContainerView", "c"),
            ("SwiftObjectView", "c/o"),
        )
    ),
    harmless("SwiftAccountView", "POST ", "200 200 200 200 200 200 200", BULK, b"/none"),
    harmless("SwiftAccountView", "DELETE ", "200 200 200 200 200 200 200", BULK, b"/none"),
    *(
        Row("SwiftContainerView", method, path, statuses)
        for method, path, statuses in (
            ("HEAD", "c", "204 204 204 204 403 204 403"),
            ("GET", "c", "200 200 200 200 403 200 403"),
            ("PUT", "c", "202 403 403 403 403 403 403"),
            ("PUT", "new", "201 403 403 403 403 403 403"),
            ("POST", "c", "204 403 403 403 403 403 403"),
            ("DELETE", "c", "409 403 403 403 403 403 403"),
        )
    ),
    Row("SwiftContainerView", "GET", "c", "200 200 200 200 403 200 403", {"reverse": "true"}),
    Row("SwiftContainerView", "POST", "c", "202 403 202 403 403 403 202", {}, OCTETS, b"x"),
    in_swift("HEAD", "c/o", "200 200 200 200 403 200 403"),
    in_swift("HEAD", "c/none", "404 403 403 403 403 404 403"),
    in_swift("GET", "c/o", "200 200 200 200 403 200 403"),
    in_swift("GET", "c/other", "200 403 403 403 403 200 403"),
    in_swift("HEAD", "c/o", "200 200 200 200 403 200 403", WEB),
    in_swift("GET", "c/o", "200 200 200 200 403 200 403", WEB),
    in_swift("GET", "c/other", "200 403 403 403 403 200 403", WEB),
    in_swift("GET", "c/none", "404 403 403 403 403 404 403", WEB),
    Row("SwiftContainerView", "HEAD", "c", "404 404 404 404 403 404 403", {}, WEB),
    Row("SwiftContainerView", "GET", "c", "404 404 404 404 403 404 403", {}, WEB),
    in_swift("PUT", "c/o", "201 403 201 403 403 403 201"),
    in_swift("PUT", "c/other", "201 403 403 403 403 403 201"),
    in_swift("GET", "c/link", "200 403 403 403 403 200 403"),
    in_swift("HEAD", "c/link", "200 403 403 403 403 200 403"),
    in_swift("POST", "c/link", "307 403 403 403 403 403 307"),
    in_swift("COPY", "c/link", "201 403 403 403 403 403 403", {"Destination": "c/o/new"}),
    in_swift("PUT", "c/o", "201 403 201 403 403 403 201", {"X-Symlink-Target": "c/other"}),
    in_swift("PUT", "c/o/new", "201 403 403 403 403 403 403", STATIC),
    in_swift("PUT", "c/o/new", "201 403 201 403 403 403 403", {"X-Copy-From": "/c/o"}),
    in_swift("PUT", "c/o/new", "201 403 403 403 403 403 403", {"X-Copy-From": "/c/other"}),
    in_swift("POST", "c/o", "202 403 202 403 403 403 202"),
    in_swift("COPY", "c/o", "201 403 201 403 403 403 403", {"Destination": "c/o/new"}),
    in_swift("COPY", "c/o", "201 403 403 403 403 403 403", {"Destination": "c/new"}),
    in_swift("MOVE", "c/o", "201 403 403 403 403 403 403", TO_OWN),
    in_swift("DELETE", "c/o", "204 403 403 403 403 403 204"),
    in_swift("DELETE", "c/o", "412 403 403 403 403 403 412", OF_ANOTHER),
    *(
        Row("SwiftObjectView", method, "c/o", statuses, {"version-id": "1"})
        for method, statuses in (
            ("HEAD", "404 404 404 404 403 403 403"),
            ("GET", "404 404 404 404 403 403 403"),
            ("PUT", "404 403 404 403 403 403 403"),
            ("POST", "400 403 400 403 403 403 400"),
            ("DELETE", "404 403 403 403 403 403 403"),
        )
    ),
    Row(
        "SwiftContainerView",
        "GET",
        "c",
        "200 403 403 403 403 403 403",
        {"versions": "", "format": "json"},
    ),
    *(
        Row("SwiftContainerView", "POST", "c", "204 403 403 403 403 403 403", {}, {name: "true"})
        for name in ("X-Versions-Enabled", "X-Versions-Location", "X-History-Location")
    ),
    Row("SwiftAccountView", "DELETE", "", "403 403 403 403 403 403 403"),
    Row(
        "SwiftContainerView",
        "POST",
        "c",
        "204 403 403 403 403 403 403",
        {},
        {"X-Container-Meta-Quota-Count": "7"},
    ),
    Row(
        "SwiftAccountView",
        "POST",
        "",
        "403 403 403 403 403 403 403",
        {},
        {"X-Account-Meta-Quota-Bytes": "7"},
    ),
    Row(
        "SwiftContainerView",
        "POST",
        "c",
        "204 403 403 403 403 403 403",
        {},
        {"X-Container-Read": "*"},
    ),
    Row(
        "SwiftAccountView",
        "POST",
        "",
        "204 403 403 403 403 403 403",
        {},
        {"X-Account-Access-Control": '{{"admin":["*"]}}'},
    ),
    Row(
        "SwiftContainerView",
        "GET",
        "c",
        "200 200 200 200 403 200 403",
        {},
        {"Referer": "http://a.org"},
    ),
    Row("SwiftContainerView", "POST", "c", "401 401 401 401 401 401 401", {}, FORM, FORM_BODY),
    Row("SwiftObjectView", "POST", "c/o", "401 401 401 401 401 401 401", {}, FORM, FORM_BODY),
    manifest("PUT", "201 403 201 403 403 403 400", b'[{"path": "c/o"}]'),
    manifest("PUT", "201 403 400 403 403 403 400", b'[{"path": "c/other"}]'),
    manifest("PUT", "400 403 400 403 403 403 400", b'[{"path": "c/none"}]'),
    manifest("PUT", "400 403 400 403 403 403 400", b'[{"path": "none/o"}]'),
    manifest("GET", "404 404 404 404 403 404 403"),
    manifest("DELETE", "404 403 403 403 403 403 403"),
    # What is published
    Row("PublicView", "HEAD", "{public}", "200 200 200 200 200 200 200", public=True),
    Row("PublicView", "GET", "{public}", "200 200 200 200 200 200 200", public=True),
    Row("LinkView", "HEAD", "/s/{link}", "200 200 200 200 200 200 200", public=True),
    Row("LinkView", "GET", "/s/{link}", "200 200 200 200 200 200 200", public=True),
    Row("LinkView", "POST", "/s/{link}", "303 " * 7, public=True, changes=False),
    *(
        Row(
            view,
            "OPTIONS",
            f"/v1/AUTH_{{owner}}/{path}",
            "200 200 200 200 200 200 200",
            public=True,
        )
        for view, path in (("SwiftContainerView", "c"), ("SwiftObjectView", "c/o"))
    ),
    Row("CapabilitiesView", "HEAD", "/info", "200 200 200 200 200 200 200", public=True),
    Row("CapabilitiesView", "GET", "/info", "200 200 200 200 200 200 200", public=True),
]


@dataclass
class World:
    """The owner's account, everybody's token for it, and clients of those who have accounts.

    seen: all of the account at the last look.
    """

    owner: Client
    tokens: dict[str, str | None]
    visitors: dict[str, Client]
    public: str
    link: str
    seen: list[Any] = field(default_factory=list)


@pytest.fixture(scope="module")
def others(server: Server, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Client]]:
    """All but an owner, for many worlds."""
    with new_users(server, django_db_blocker) as new_user:
        yield make_others(new_user)


@pytest.fixture(scope="module")
def still(
    server: Server, others: dict[str, Client], django_db_blocker: DjangoDbBlocker
) -> Iterator[World]:
    """A world in which nothing is changed."""
    with new_users(server, django_db_blocker) as new_user:
        owner = new_user()
        with django_db_blocker.unblock():
            nobodies = _tokens_of_nobodies(owner)
        made = furnish(owner, others, nobodies)
        made.seen = everything(made)
        yield made


@pytest.fixture
def world(new_user: Callable[[], Client], others: dict[str, Client]) -> World:
    """A world to change, where all are somebody."""
    return furnish(new_user(), others, {})


def make_world(new_user: Callable[[], Client]) -> World:
    owner = new_user()
    return furnish(owner, make_others(new_user), _tokens_of_nobodies(owner))


def make_others(new_user: Callable[[], Client]) -> dict[str, Client]:
    made = {who: new_user() for who in SOMEBODIES if who != "owner"}
    for client in made.values():
        client.put("mine")
    made["stranger"].put("mine/first")  # has version 1, which is nobody's of whom rows tell
    return made


def furnish(
    owner: Client, others: Mapping[str, Client], nobodies: Mapping[str, str | None]
) -> World:
    """Make what the owner has, and share it."""
    owner.put("mine")
    owner.post("", headers={"X-Account-Group-Pals": others["member"].account})
    lists = {f"X-Container-{verb}": others[f"list {who}"].account for verb, who in LISTS}
    in_dialect(owner).put("c", headers=lists)
    names = {who: others[who].account for who in ("reader", "writer")}
    sharing = f"read={names['reader']},{owner.account}:pals; write={names['writer']}"
    owner.put("c/o", SECRET, {"X-Object-Sharing": sharing})
    owner.put("c/other", SECRET)
    in_dialect(owner).put("c/link", b"", {"X-Symlink-Target": "c/other"})
    owner.put("c/published", b"for all", {"X-Object-Public": "true"})
    public = owner.head("c/published")["X-Object-Public"]
    link = owner.post("c/o", link="").json["key"]
    visitors = {"owner": owner, **others}
    tokens = {**nobodies, **{who: client.token for who, client in visitors.items()}}
    return World(owner, tokens, visitors, public, link)


def _tokens_of_nobodies(client: Client) -> dict[str, str | None]:
    """A token for each nobody, which were the owner's or would be, and the owner's limited ones."""
    owner = find_user(client.account)
    expired = create_token(owner, expires=datetime.now(UTC) - timedelta(seconds=1))
    revoked = create_token(owner)
    revoke_token(revoked)
    disabled = create_user(f"{owner.account}-gone")
    unusable = create_token(disabled)
    disabled.is_active = False
    disabled.save()
    bad = client.token[:-1] + "!"
    nobodies = dict(zip(NOBODIES, (None, bad, expired, revoked, unusable), strict=True))
    return {
        **nobodies,
        **{name: create_token(owner, scope=scope) for name, scope in LIMITED.items()},
    }


def ask(world: World, row: Row, actor: str) -> Answer:
    token = world.tokens[actor]
    return send(world, row, {} if token is None else {"X-Auth-Token": token})


def send(world: World, row: Row, who: Mapping[str, str]) -> Answer:
    """Send a row's request with the headers that show who asks."""
    headers = {key: value.format(owner=world.owner.account) for key, value in row.headers.items()}
    headers |= who
    if row.method == "PUT":
        headers.setdefault("Content-Type", "text/plain")
    return world.owner.raw(row.method, place_of(world, row), row.body, headers)


def place_of(world: World, row: Row) -> str:
    if row.path is None:
        return f"/v1?{urlencode(row.query)}"
    if row.public:
        names = {"public": world.public, "owner": world.owner.account, "link": world.link}
        return row.path.format(**names)
    spoken_to = in_dialect(world.owner) if row.view.startswith("Swift") else world.owner
    query = {name: value.format(link=world.link) for name, value in row.query.items()}
    return spoken_to.url(row.path, **query)


def everything(world: World) -> list[Any]:
    """All that the owner can see of the account."""
    owner = world.owner
    boxes = owner.get("", format="json")
    names = [box["name"] for box in boxes.json]
    listings = [owner.get(name, format="json") for name in names]
    versions = owner.get("c/o", version="list", format="json").body
    groups = boxes.meta("X-Account-")
    links = owner.get("", links="").body
    return [boxes.body, groups, links, *(each.body for each in listings), versions]


def has_changed(world: World) -> bool:
    """Whether anything is other than at the last look."""
    before, world.seen = world.seen, everything(world)
    return world.seen != before


def expected(row: Row, actor: str) -> int:
    if actor in NOBODIES:
        if row.view == "TopView" and actor == "anonymous":
            return 400
        return int(row.statuses.split()[0]) if row.public else 401
    return int(row.statuses.split()[SOMEBODIES.index(actor)])


def test_every_method_of_every_route_has_a_row():
    served = {
        (type(view).__name__, method.upper())
        for view in VIEWS
        for method in METHODS
        if hasattr(view, method)
    }
    assert served == {(row.view, row.method) for row in ROWS}


CHANGES = [
    (row, actor)
    for row in ROWS
    for actor in ACTORS
    if expected(row, actor) < 400 and row.may_change
]


@pytest.mark.requirement("R1", "R25", "R26", "R103", "R122", "R123", "R127", "R145", "T9")
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_reading_and_being_refused_changes_nothing(still: World, row: Row) -> None:
    for actor in ACTORS:
        status = expected(row, actor)
        if status >= 400 or not row.may_change:
            answer = ask(still, row, actor)
            assert answer.status == status, actor
            assert status < 400 or SECRET not in answer.body
    assert not has_changed(still)


LIMITED_ROWS = [row for row in ROWS if not row.public]


@pytest.mark.parametrize("row", LIMITED_ROWS, ids=str)
def test_limited_tokens_of_the_owners_change_nothing_out_of_their_limits(
    still: World, row: Row
) -> None:
    signed = row.view.startswith("Swift") and row.headers == FORM
    for actor in LIMITED:
        if actor == "elsewhere" or row.method not in READING:
            answer = ask(still, row, actor)
            # Of every line, or file, is told what came of it.
            tells_each = row.query in (BULK, UNPACKED) and actor == "elsewhere"
            assert answer.status == (401 if signed else 200 if tells_each else 403), actor
            assert SECRET not in answer.body
    assert not has_changed(still)


@pytest.mark.requirement("R103", "R122", "R123")
@pytest.mark.parametrize(("row", "actor"), CHANGES, ids=str)
def test_who_may_change_something_can(world: World, row: Row, actor: str) -> None:
    assert ask(world, row, actor).status == expected(row, actor)


@pytest.mark.parametrize("actor", ["reader", "writer", "member"])
def test_who_may_read_sees_the_shared_object_only(still: World, actor: str) -> None:
    there = visit(still.visitors[actor], still.owner)
    assert there.names("c") == ["o"]
    assert there.get("c/o").body == SECRET
