"""No thread waits for a client that stops: every kind of body, more of them than threads."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

import pytest

from tests.api.client import Client
from tests.api.halting import Said, finish, stopped
from tests.api.server import BLOCK_SIZE, Serve, Server
from tests.images.glance import GlanceClient
from tests.swift.archives import making

DATA = hashlib.shake_256(b"stalled").digest(3 * BLOCK_SIZE)
JSON = {"Content-Type": "application/json"}
OCTETS = {"Content-Type": "application/octet-stream"}
MANY = 9
FRAMINGS = ["length", "chunked", "asked for"]


@pytest.fixture(scope="module")
def few(serve: Serve) -> Iterator[Server]:
    """A server with one thread, eight at most."""
    with serve(PITHOS_WORKERS="1", PITHOS_THREADS="1") as running:
        yield running


def put(box: Client, number: int) -> Said:
    return Said(f"PUT {box.url(f'c/{number}')}", {}, DATA, 70_000)


def append(box: Client, number: int) -> Said:
    box.put(f"c/{number}", b"before")
    url = box.url(f"c/{number}", update="")
    return Said(f"POST {url}", {**OCTETS, "Content-Range": "bytes */*"}, DATA, 70_000)


def blocks(box: Client, _: int) -> Said:
    return Said(f"POST {box.url('c', update='')}", OCTETS, DATA, 70_000)


def hashmap(box: Client, number: int) -> Said:
    box.put("c/known", DATA[:BLOCK_SIZE])
    hashes = [hashlib.sha256(DATA[:BLOCK_SIZE]).hexdigest()] * 1500
    body = json.dumps({"bytes": 1500 * BLOCK_SIZE, "hashes": hashes}).encode()
    return Said(f"PUT {box.url(f'c/{number}', hashmap='', format='json')}", {}, body, 80_000)


def small_hashmap(box: Client, number: int) -> Said:
    box.put("c/known", DATA[:BLOCK_SIZE])
    hashes = [hashlib.sha256(DATA[:BLOCK_SIZE]).hexdigest()]
    body = json.dumps({"bytes": BLOCK_SIZE, "hashes": hashes}).encode()
    return Said(f"PUT {box.url(f'c/{number}', hashmap='', format='json')}", {}, body, 20)


def segments(box: Client, number: int) -> Said:
    box.put("c/part", b"1")
    listed = [{"path": "c/part", "etag": hashlib.md5(b"1").hexdigest()}] * 1000
    url = f"/v1/AUTH_{box.account}/c/{number}?multipart-manifest=put"
    return Said(f"PUT {url}", {}, json.dumps(listed).encode(), 30_000)


def deletion(box: Client, _: int) -> Said:
    lines = b"c/none\n" * 100 + b"\n" * 100_000
    url = f"/v1/AUTH_{box.account}?bulk-delete"
    return Said(f"POST {url}", {"Content-Type": "text/plain"}, lines, 70_000)


def archive(box: Client, _: int) -> Said:
    content = making.archive([(f"f{number}", DATA) for number in range(12)])
    url = f"/v1/AUTH_{box.account}/c?extract-archive=tar"
    return Said(f"PUT {url}", {}, content, 1_500_000)


def image(box: Client, _: int) -> Said:
    made = GlanceClient(box).create()
    return Said(f"PUT /image/v2/images/{made}/file", OCTETS, DATA, 70_000)


def blob(box: Client, number: int) -> Said:
    return Said(f"PUT /blobs/{box.account}/{number}", {}, DATA, 70_000)


def resource(box: Client, _: int) -> Said:
    body = json.dumps({"data": {"key": "a" * 70_000}}).encode()
    return Said("POST /api/link", JSON, body, 66_000)


def small_resource(box: Client, _: int) -> Said:
    return Said("POST /api/link", JSON, b'{"data": {"key": 1}}', 5)


def login(box: Client, _: int) -> Said:
    body = json.dumps({"auth": {"token": {"id": box.token}}}).encode()
    return Said("POST /identity/v2.0/tokens", JSON, body, 20)


KINDS: dict[str, tuple[Callable[[Client, int], Said], set[int]]] = {
    "an object": (put, {201}),
    "an append": (append, {204}),
    "blocks": (blocks, {202}),
    "a long hashmap": (hashmap, {201, 503}),  # few read for an MD5 at once
    "a short hashmap": (small_hashmap, {201}),
    "a list of segments": (segments, {201}),
    "a bulk deletion": (deletion, {200}),
    "an archive": (archive, {200}),
    "an image": (image, {204}),
    "a blob": (blob, {200}),
    "a large body of the management API": (resource, {400, 404}),
    "a small one": (small_resource, {400, 404}),
    "a login": (login, {200}),
}


def framed(said: Said, framing: str, token: str) -> Said:
    headers = {**said.headers, "X-Auth-Token": token}
    if framing == "asked for":
        return replace(said, headers={**headers, "Expect": "100-continue"}, at=0)
    return replace(said, headers=headers, chunked=framing == "chunked")


def many_of(kind: str, box: Client, framing: str) -> list[Said]:
    make, _ = KINDS[kind]
    assert box.put("c").status == 201
    return [framed(make(box, number), framing, box.token) for number in range(MANY)]


@pytest.mark.parametrize("framing", FRAMINGS)
def test_no_thread_waits_for_it(new_user: Callable[[], Client], few: Server, framing: str) -> None:
    """Of each kind more stop than there may be threads, and all kinds at once."""
    requests = {kind: many_of(kind, new_user(), framing) for kind in KINDS}
    every = [said for made in requests.values() for said in made]
    with new_user().at(few.address) as other, stopped(few.address[1], every) as wires:
        began = time.monotonic()
        assert other.head().status == 204
        assert time.monotonic() - began < 5
        if framing == "asked for":
            assert {wire.answer().status for wire in wires} == {100}
        statuses = iter(finish(wires, every))
    for kind, (_, expected) in KINDS.items():
        assert set(islice(statuses, MANY)) <= expected, kind
