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

MANY = 12
BLOCK = hashlib.shake_256(b"unread").digest(BLOCK_SIZE)
DATA = BLOCK * 160  # 10 MiB, more than the kernel takes
WIDE = 4096  # bytes that a client's kernel takes


@pytest.fixture(scope="module")
def few(serve: Serve) -> Iterator[Server]:
    """A server with one thread, four at most."""
    with serve(PITHOS_WORKERS="1", PITHOS_THREADS="1") as running:
        yield running


@pytest.fixture
def full(box: Client) -> Client:
    assert box.put("c/o", DATA).status == 201
    return box


Wanted = tuple[str, dict[str, str], bytes]


def data(full: Client) -> Wanted:
    return f"GET {full.url('c/o')}", {}, b""


def ranges(full: Client) -> Wanted:
    wanted = ",".join(f"{at}-{at + 2_000_000}" for at in range(0, 8_000_000, 2_100_000))
    return f"GET {full.url('c/o')}", {"Range": f"bytes={wanted}"}, b""


def manifest(full: Client) -> Wanted:
    full.put("c/whole", b"", {"X-Object-Manifest": "c/o"})
    return f"GET {full.url('c/whole')}", {}, b""


def hashmap(full: Client) -> Wanted:
    hashes = [hashlib.sha256(BLOCK).hexdigest()] * 200_000
    body = json.dumps({"bytes": 200_000 * BLOCK_SIZE, "hashes": hashes}).encode()
    assert full.put("c/long", body, hashmap="", format="json").status == 201
    return f"GET {full.url('c/long', hashmap='', format='json')}", {}, b""


def archive(full: Client) -> Wanted:
    return f"GET {full.url('c', zip='')}", {}, b""


def public(full: Client) -> Wanted:
    full.post("c/o", None, {"X-Object-Public": "true"})
    link = full.head("c/o")["X-Object-Public"]
    return f"GET /public{link.partition('/public')[2]}", {}, b""


def blobs(full: Client) -> Wanted:
    client = BlobClient(full)
    names = [f"b{number}" for number in range(4)]
    for name in names:
        assert client.put(name, DATA[: 3 << 20]).status == 200
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
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WIDE)
    sock.connect(("127.0.0.1", port))
    line, headers, body = wanted
    fields = {"Host": "localhost", "X-Auth-Token": token, **headers}
    if body:
        fields["Content-Length"] = str(len(body))
    lines = [f"{line} HTTP/1.1", *(f"{name}: {each}" for name, each in fields.items())]
    sock.sendall("\r\n".join([*lines, "", ""]).encode() + body)
    return sock


def answer(sock: socket.socket) -> tuple[int, bytes]:
    response = HTTPResponse(sock)
    response.begin()
    return response.status, response.read()


@pytest.mark.parametrize("kind", KINDS)
def test_no_thread_waits_for_it(full: Client, few: Server, kind: str) -> None:
    wanted = KINDS[kind](full)
    with ExitStack() as stack, full.at(few.address) as other:
        quick = stack.enter_context(ask(few.address[1], wanted, full.token))
        status, content = answer(quick)
        assert (status // 100, len(content) > 8_000_000) == (2, True)
        unread = [stack.enter_context(ask(few.address[1], wanted, full.token)) for _ in range(MANY)]
        time.sleep(1)
        began = time.monotonic()
        assert other.head("c").status == 204
        assert time.monotonic() - began < 5
        for each in unread:
            found, got = answer(each)
            assert (found, len(got)) == (status, len(content))
