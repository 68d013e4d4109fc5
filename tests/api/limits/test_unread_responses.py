"""No thread waits for a client that reads nothing: every kind of response, more than threads."""

import hashlib
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPResponse

import pytest

from tests.api.client import Client
from tests.api.server import BLOCK_SIZE, Serve, Server
from tests.blobs.client import BlobClient
from tests.images.glance import GlanceClient

MANY = 9
BLOCK = hashlib.shake_256(b"unread").digest(BLOCK_SIZE)
DATA = BLOCK * 96  # 6 MiB, more than the kernel takes, which is 4 by default
NARROW, WIDE = 4096, 1 << 20  # bytes that a client's kernel takes


@pytest.fixture(scope="module")
def few(serve: Serve) -> Iterator[Server]:
    """A server with one thread, eight at most."""
    with serve(PITHOS_WORKERS="1", PITHOS_THREADS="1") as running:
        yield running


@pytest.fixture
def full(box: Client) -> Client:
    assert box.put("c/o", DATA).status == 201
    assert box.put("d").status == 201
    return box


Wanted = tuple[str, dict[str, str], bytes]


def data(full: Client) -> Wanted:
    return f"GET {full.url('c/o')}", {}, b""


def ranges(full: Client) -> Wanted:
    wanted = ",".join(f"{at}-{at + 2_000_000}" for at in range(0, 6_000_000, 2_100_000))
    return f"GET {full.url('c/o')}", {"Range": f"bytes={wanted}"}, b""


def manifest(full: Client) -> Wanted:
    full.put("d/whole", b"", {"X-Object-Manifest": "c/o"})
    return f"GET {full.url('d/whole')}", {}, b""


def hashmap(full: Client) -> Wanted:
    hashes = [hashlib.sha256(BLOCK).hexdigest()] * 90_000
    body = json.dumps({"bytes": 90_000 * BLOCK_SIZE, "hashes": hashes}).encode()
    assert full.put("d/long", body, hashmap="", format="json").status == 201
    return f"GET {full.url('d/long', hashmap='', format='json')}", {}, b""


def archive(full: Client) -> Wanted:
    return f"GET {full.url('c', zip='')}", {}, b""


def public(full: Client) -> Wanted:
    full.post("c/o", None, {"X-Object-Public": "true"})
    link = full.head("c/o")["X-Object-Public"]
    return f"GET /public{link.partition('/public')[2]}", {}, b""


def blobs(full: Client) -> Wanted:
    client = BlobClient(full)
    names = [f"b{number}" for number in range(3)]
    for name in names:
        assert client.put(name, DATA[: 2 << 20]).status == 200
    kind = {"Content-Type": "application/json"}
    return f"POST /stream/{full.account}?direction=download", kind, json.dumps(names).encode()


def image(full: Client) -> Wanted:
    made = GlanceClient(full).made(DATA)
    return f"GET /image/v2/images/{made}/file", {}, b""


KINDS: dict[str, Callable[[Client], Wanted]] = {
    "an object": data,
    "ranges": ranges,
    "a manifest": manifest,
    "a hashmap": hashmap,
    "a zip": archive,
    "a public object": public,
    "a stream of blobs": blobs,
    "an image": image,
}


def ask(port: int, wanted: Wanted, token: str) -> socket.socket:
    sock = socket.socket()
    sock.settimeout(60)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW)
    sock.connect(("127.0.0.1", port))
    line, headers, body = wanted
    fields = {"Host": "localhost", "X-Auth-Token": token, **headers}
    if body:
        fields["Content-Length"] = str(len(body))
    lines = [f"{line} HTTP/1.1", *(f"{name}: {each}" for name, each in fields.items())]
    sock.sendall("\r\n".join([*lines, "", ""]).encode() + body)
    return sock


def answer(sock: socket.socket) -> tuple[int, bytes]:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WIDE)
    response = HTTPResponse(sock)
    response.begin()
    return response.status, response.read()


def test_no_thread_waits_for_it(full: Client, few: Server) -> None:
    """Of each kind more are not read than there may be threads, and all kinds at once."""
    expected, unread = {}, []
    with ExitStack() as stack, full.at(few.address) as other:
        for kind, make in KINDS.items():
            wanted = make(full)
            first, *rest = (
                stack.enter_context(ask(few.address[1], wanted, full.token))
                for _ in range(1 + MANY)
            )
            status, content = answer(first)
            assert (status // 100, len(content) > 6_000_000) == (2, True), kind
            expected[kind] = status, len(content)
            unread += [(kind, each) for each in rest]
        time.sleep(1)
        began = time.monotonic()
        assert other.head("c").status == 204
        assert time.monotonic() - began < 5
        for kind, each in unread:
            status, content = answer(each)
            assert (status, len(content)) == expected[kind], kind
    full.purge("d")  # or it is read for an MD5 by whoever makes these
