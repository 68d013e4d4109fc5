"""What does not fit is refused by its announced length, before a byte of it is sent or stored."""

import pytest

from accounts.models import User
from tests.api.client import Client
from tests.api.server import BLOCK_SIZE, Server
from tests.api.state import unchanged
from tests.server.wire import Answer, Wire
from tests.swift.client import in_swift

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.requirement("R137", "R138")]

LIMIT = 4 * BLOCK_SIZE
APPEND = ("Content-Type: application/octet-stream", "Content-Range: bytes */*")
FORM = ("Content-Type: multipart/form-data; boundary=b",)
EXPECT = ("Expect: 100-continue",)
ROOM = 2 * BLOCK_SIZE


@pytest.fixture(params=["container", "account"])
def full(request: pytest.FixtureRequest, box: Client) -> Client:
    """There is room for ROOM bytes beside ``c/o``."""
    if request.param == "container":
        headers = {"X-Container-Policy-Quota": str(LIMIT)}
        assert box.post("c", headers=headers, update="").status == 202
    else:
        User.objects.filter(account=box.account).update(quota=LIMIT)
    assert box.put("c/o", b"o" * (LIMIT - ROOM)).status == 201
    return box


def ask(client: Client, method: str, path: str, *lines: str, body: bytes = b"") -> Answer:
    """Send a head, and as much of the body as is given; return the first that comes back."""
    head = [f"{method} {client.url(path)} HTTP/1.1", "Host: x", f"X-Auth-Token: {client.token}"]
    with Wire(client.address[1]) as wire:
        wire.send("\r\n".join([*head, *lines, "", ""]).encode() + body)
        return wire.answer(method)


WAYS = {
    "PUT": ("PUT", "c/new", ROOM, ()),
    "overwrite": ("PUT", "c/o", LIMIT, ()),
    "append": ("POST", "c/o", ROOM, APPEND),
    "cut": ("POST", "c/o", LIMIT, (*APPEND[:1], "Content-Range: bytes 0-/*", "X-Object-Bytes: 9")),
    "write in the middle": ("POST", "c/o", LIMIT - 10, (*APPEND[:1], "Content-Range: bytes 10-/*")),
}


@pytest.mark.parametrize("expect", [(), EXPECT], ids=["", "expecting"])
@pytest.mark.parametrize("way", WAYS)
def test_an_announced_length_is_enough(full: Client, way: str, expect: tuple[str, ...]) -> None:
    method, path, room, lines = WAYS[way]
    too_long = (*lines, *expect, f"Content-Length: {room + 1}")
    with unchanged(full):
        for client in (full, in_swift(full)):
            assert ask(client, method, path, *too_long).status == 413
    fits = ask(full, method, path, *lines, *EXPECT, f"Content-Length: {room}")
    assert fits.status == 100


@pytest.mark.parametrize("way", WAYS)
def test_of_a_chunked_body_no_more_is_taken_than_fits(full: Client, way: str) -> None:
    method, path, room, lines = WAYS[way]
    mark = full.account.encode()
    chunk = mark + b"x" * (room + 1 - len(mark))
    body = b"%x\r\n%b\r\n" % (len(chunk), chunk)  # more would come
    for client in (full, in_swift(full)):
        with unchanged(full):
            chunked = (*lines, "Transfer-Encoding: chunked")
            assert ask(client, method, path, *chunked, body=body).status == 413


def test_what_is_refused_stores_no_block(full: Client, server: Server) -> None:
    blocks = sum(1 for _ in server.block_directory.glob("*/*"))
    for data in (full.account.encode() * ROOM, b"%b" % full.account.encode() * 1000):
        assert full.put("c/o/new", data + b"n" * ROOM).status == 413
    assert sum(1 for _ in server.block_directory.glob("*/*")) == blocks


def test_a_form_that_does_not_fit_is_refused(full: Client) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="X-Object-Data"; filename="f"\r\n\r\n'
    body = part + b"f" * (ROOM + 1) + b"\r\n--b--\r\n"
    with unchanged(full):
        sized = (*FORM, f"Content-Length: {len(body)}")
        assert ask(full, "POST", "c/new", *sized, body=body).status == 413


def test_a_form_that_cannot_fit_is_refused_unread(full: Client) -> None:
    sized = (*FORM, *EXPECT, f"Content-Length: {ROOM + 2**20}")
    with unchanged(full):
        assert ask(full, "POST", "c/new", *sized).status == 413


def test_what_shrinks_needs_no_room(full: Client) -> None:
    User.objects.filter(account=full.account).update(quota=100)
    cut = (*APPEND[:1], "Content-Range: bytes 0-/*", "X-Object-Bytes: 20000")
    data = b"s" * 20_000
    done = ask(full, "POST", "c/o", *cut, f"Content-Length: {len(data)}", body=data)
    assert done.status == 204
    assert full.get("c/o").body == data


def test_whoever_is_over_the_quota_may_replace_by_as_much(full: Client) -> None:
    User.objects.filter(account=full.account).update(quota=100)
    assert full.put("c/o", b"O" * (LIMIT - ROOM)).status == 201
    with unchanged(full):
        assert full.put("c/o", b"o" * (LIMIT - ROOM + 1)).status == 413
