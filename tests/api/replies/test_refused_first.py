"""Who may not do something is told so first, whatever else is wrong with the request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from tests.api.client import Client
from tests.api.state import unchanged
from tests.api.visitors import share, visit
from tests.server.wire import Wire
from tests.swift.client import in_swift

NewUser = Callable[[], Client]

OCTETS = {"Content-Type": "application/octet-stream"}
FORM = {"Content-Type": "multipart/form-data"}
BAD_META = {"X-Object-Meta-A": "%FF"}
FROM = {"X-Copy-From": "/c/o", "X-Source-Account": "{owner}"}
TO_OWN = {"Destination": "/mine/o"}
BACK = {"Destination": "/c/p", "Destination-Account": "{owner}"}


@dataclass(frozen=True)
class Malformed:
    """A request and how its owner is answered. reader: how somebody who may read ``c/o`` is.

    swift: as Swift's dialect takes it; headers may have {owner} in them.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    owner: int = 400
    reader: int = 403
    swift: bool = False

    def __str__(self) -> str:
        told = "&".join([*self.query, *self.headers])
        return f"{self.method} {self.path} {told} {'swift' if self.swift else ''}".strip()


ACCOUNTS = [
    Malformed("GET", "", query={"until": "abc"}),
    Malformed("HEAD", "", query={"until": "abc"}),
    Malformed("POST", "", {"X-Account-Meta-A": "%FF"}),
    Malformed("POST", "", {"X-Account-Group-a-b": "x"}),
    Malformed("POST", "", {"X-Account-Group-a-b": "x"}, swift=True),
]
CONTAINERS = [
    Malformed("GET", "c", query={"until": "abc"}),
    Malformed("HEAD", "c", query={"until": "abc"}),
    Malformed("GET", "c", query={"until": "abc"}, swift=True),
    Malformed("PUT", "c", {"X-Container-Meta-A": "%FF"}),
    Malformed("PUT", "new", {"X-Container-Policy-Quota": "x"}),
    Malformed("POST", "c", {"X-Container-Meta-A": "%FF"}),
    Malformed("POST", "c", {**OCTETS, "X-Container-Meta-A": "%FF"}, body=b"x"),
    Malformed("POST", "c", {"X-Container-Read": ".r:-"}, swift=True),
    Malformed("PUT", "c", {"X-Versions-Location": "x/y"}, swift=True),
    Malformed("DELETE", "c", query={"until": "abc"}),
    Malformed("DELETE", "c", query={"version": "1"}),
    Malformed("DELETE", "c", {"X-If-Delete-At": "x"}),
]
OBJECTS = [
    Malformed("GET", "c/o", query={"hashmap": ""}, reader=400),
    Malformed("GET", "c/o", query={"until": "abc"}, reader=400),
    Malformed("HEAD", "c/o", query={"until": "abc"}, reader=400),
    Malformed("GET", "c/o", query={"until": "9", "version": "1"}, reader=400),
    Malformed("GET", "c/o", query={"version": "list"}, reader=400),
    Malformed("PUT", "c/o", BAD_META),
    Malformed("PUT", "c/o", {"Content-Type": "text/\xe9"}),
    Malformed("PUT", "c/o", {"X-Delete-At": "x"}),
    Malformed("PUT", "c/o", {"X-Object-Sharing": "x"}),
    Malformed("PUT", "c/o", query={"version": "1"}),
    Malformed("PUT", "c/o", {"X-Object-Manifest": "%FF"}),
    Malformed("PUT", "c/o", BAD_META, {"hashmap": ""}, b"{}"),
    Malformed("PUT", "c/o", {}, {"hashmap": ""}, b"{"),
    Malformed("PUT", "c/o", {"X-Delete-At": "x"}, {"multipart-manifest": "put"}, swift=True),
    Malformed("PUT", "c/o", {}, {"multipart-manifest": "put"}, b"[", swift=True),
    Malformed("PUT", "c/o", {"X-Symlink-Target": "c/o"}, swift=True),
    Malformed("PUT", "c/o", {**FROM, **BAD_META}),
    Malformed("PUT", "c/o", {**FROM, "X-Move-From": "/c/p"}),
    Malformed("PUT", "c/o", {**FROM, "X-Copy-From": "/"}),
    Malformed("PUT", "mine/o", {**FROM, **BAD_META}, owner=400, reader=403),
    Malformed("POST", "c/o", BAD_META),
    Malformed("POST", "c/o", {"X-Object-Public": "x"}, {"update": ""}),
    Malformed("POST", "c/o", {"X-Delete-At": "x"}, swift=True),
    Malformed("POST", "c/o", OCTETS, body=b"x"),
    Malformed("POST", "c/o", {**OCTETS, "Content-Range": "bytes 5-1/*"}, body=b"x", owner=416),
    Malformed("POST", "c/o", {**OCTETS, "Content-Range": "x"}, body=b"x", owner=416, swift=True),
    Malformed("POST", "c/o", {**OCTETS, "Content-Range": "bytes */*", "X-Object-Bytes": "x"}),
    Malformed("POST", "c/o", {"X-Source-Object": "x", "Content-Range": "bytes */*"}),
    Malformed("POST", "c/o", FORM, body=b"x"),
    Malformed("COPY", "c/o", reader=400),
    Malformed("COPY", "c/o", {**TO_OWN, **BAD_META}, reader=400),
    Malformed("COPY", "c/o", {**BACK, **BAD_META}),
    Malformed("COPY", "c/o", {"Destination": "c/p", "X-Delete-At": "x"}, swift=True),
    Malformed("MOVE", "c/o", {**TO_OWN, **BAD_META}),
    Malformed("MOVE", "c/o"),
    Malformed("DELETE", "c/o", query={"version": "1"}),
    Malformed("DELETE", "c/o", query={"until": "abc"}),
    Malformed("DELETE", "c/o", {"X-If-Delete-At": "x"}, swift=True),
    Malformed("DELETE", "c/o", {"If-Match": "x"}, {"until": "9"}),
]


@pytest.fixture
def owner(box: Client) -> Client:
    box.put("c/o", b"data")
    box.put("mine")
    return box


def ask(who: Client, owner: Client, row: Malformed) -> int:
    there = visit(who, owner)
    headers = {key: value.format(owner=owner.account) for key, value in row.headers.items()}
    spoken_to = in_swift(there) if row.swift else there
    place = spoken_to.url(row.path, **row.query)
    token = {"X-Auth-Token": who.token}
    return spoken_to.raw(row.method, place, row.body, {**headers, **token}).status


@pytest.mark.requirement("R145")
@pytest.mark.parametrize("row", [*ACCOUNTS, *CONTAINERS, *OBJECTS], ids=str)
def test_who_may_not_is_told_so_before_what_is_malformed(
    owner: Client, new_user: NewUser, row: Malformed
) -> None:
    reader, stranger = new_user(), new_user()
    share(owner, "c/o", f"read={reader.account}")
    with unchanged(owner):
        assert ask(stranger, owner, row) == 403
        assert ask(reader, owner, row) == row.reader
        assert ask(owner, owner, row) == row.owner


@pytest.mark.requirement("R145", "R60")
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_who_may_not_is_told_so_before_a_length_is_asked_for(
    owner: Client, new_user: NewUser, method: str
) -> None:
    headers = OCTETS if method == "PUT" else {**OCTETS, "Content-Range": "bytes */*"}
    for who, status in ((new_user(), 403), (owner, 411)):
        sent = {"Host": "a", "X-Auth-Token": who.token, "Connection": "close", **headers}
        lines = [f"{method} {owner.url('c/o')} HTTP/1.1", *map(": ".join, sent.items()), "", ""]
        with Wire(owner.address[1]) as wire:
            wire.send("\r\n".join(lines).encode())
            assert wire.answer().status == status
