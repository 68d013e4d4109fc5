"""ETags of what is too large to be read while a client waits: the Merkle hash, then the MD5."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import md5, sha256
from itertools import count
from typing import Any

import pytest

from pithos_api.models import LateMD5
from tests.api.client import Answer, Client
from tests.api.server import BLOCK_SIZE, Serve, Server

BLOCK = b"a block of what is summed up late".ljust(BLOCK_SIZE, b"|")
DIGEST = sha256(BLOCK).hexdigest()
OCTETS = {"Content-Type": "application/octet-stream"}
FRESH = count(6)  # blocks of what nobody has stored yet
PATIENCE_SECONDS = 30


@pytest.fixture(scope="module")
def late(serve: Serve) -> Iterator[Server]:
    """A server that reads next to nothing for an MD5, and makes none by itself."""
    few = {"PITHOS_WORKERS": "1", "PITHOS_MD5_NOW": str(2 * BLOCK_SIZE)}
    with serve(PITHOS_MAX_GUESSES="0", **few) as running:
        yield running


@pytest.fixture
def new_box(new_user: Callable[[], Client], late: Server) -> Iterator[Callable[[], Client]]:
    with ExitStack() as opened:

        def make() -> Client:
            client = opened.enter_context(new_user().at(late.address))
            assert client.put("c").status == 201
            assert client.put("c/block", BLOCK).status == 201
            return client

        yield make


@pytest.fixture
def box(new_box: Callable[[], Client]) -> Client:
    """A user whose container ``c`` has the object ``block``."""
    return new_box()


def command(late: Server, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return late.manage("make_checksums", *words, **env)


@pytest.fixture
def make_md5s(late: Server) -> Callable[[], None]:
    def make() -> None:
        assert command(late, "--apply").returncode == 0

    return make


def put_map(client: Client, path: str, blocks: int, **headers: str) -> Answer:
    listed = json.dumps({"bytes": blocks * BLOCK_SIZE, "hashes": [DIGEST] * blocks})
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.put(path, listed, sent, hashmap="")


def merkle(blocks: int) -> str:
    """The hash of so many equal blocks."""
    level = [bytes.fromhex(DIGEST)] * blocks
    level += [bytes(32)] * ((1 << (blocks - 1).bit_length()) - blocks)
    while len(level) > 1:
        level = [sha256(a + b).digest() for a, b in zip(level[::2], level[1::2], strict=True)]
    return level[0].hex()


def md5_of(blocks: int) -> str:
    return md5(BLOCK * blocks).hexdigest()


def listed(client: Client, name: str) -> str:
    """The hash that the container's listing shows of an object."""
    return str(next(o["hash"] for o in client.get("c", format="json").json if o["name"] == name))


@pytest.mark.requirement("R89")
def test_what_is_too_large_is_known_by_its_hash_until_its_md5_is_made(
    box: Client, make_md5s: Callable[[], None]
) -> None:
    blocks = next(FRESH)
    answer = put_map(box, "c/o", blocks)
    assert (answer.status, answer["ETag"]) == (201, merkle(blocks))
    assert box.head("c/o")["ETag"] == box.head("c/o")["X-Object-Hash"] == listed(box, "o")
    make_md5s()
    found = box.head("c/o")
    assert (found["ETag"], found["X-Object-Hash"]) == (md5_of(blocks), merkle(blocks))
    assert found["X-Object-Version"] == answer["X-Object-Version"]
    assert listed(box, "o") == md5_of(blocks)
    assert box.get("c/o").body == BLOCK * blocks


def test_what_is_not_too_large_has_its_md5_at_once(box: Client) -> None:
    assert put_map(box, "c/o", 2)["ETag"] == md5_of(2)


def test_known_content_has_its_md5_at_once(box: Client) -> None:
    blocks = next(FRESH)
    assert box.put("c/sent", BLOCK * blocks)["ETag"] == md5_of(blocks)
    assert put_map(box, "c/o", blocks)["ETag"] == md5_of(blocks)


def test_history_copies_and_others_have_the_md5_too(
    box: Client, new_box: Callable[[], Client], make_md5s: Callable[[], None]
) -> None:
    blocks, other = next(FRESH), new_box()
    old = put_map(box, "c/o", blocks)["X-Object-Version"]
    assert box.put("c/o", b"new").status == 201
    assert put_map(box, "c/there", blocks).status == 201
    copy = box.request("COPY", "c/there", headers={"Destination": "/c/copy"})
    assert (copy.status, box.head("c/copy")["ETag"]) == (201, merkle(blocks))
    assert put_map(other, "c/o", blocks)["ETag"] == merkle(blocks)
    make_md5s()
    heads = box.head("c/o", version=old), box.head("c/copy"), other.head("c/o")
    assert {head["ETag"] for head in heads} == {md5_of(blocks)}


UPDATES: dict[str, tuple[bytes, dict[str, str], Callable[[bytes], bytes]]] = {
    "append": (b"x", {"Content-Range": "bytes */*"}, lambda old: old + b"x"),
    "range": (b"xyz", {"Content-Range": "bytes 5-7/*"}, lambda old: old[:5] + b"xyz" + old[8:]),
    "source": (
        b"",
        {"Content-Range": "bytes 9-/*", "X-Source-Object": "/c/block"},
        lambda old: old[:9] + BLOCK + old[9 + BLOCK_SIZE :],
    ),
    "cut": (b"x", {"Content-Range": "bytes 0-0/*", "X-Object-Bytes": str(3 * BLOCK_SIZE)},
            lambda old: b"x" + old[1 : 3 * BLOCK_SIZE]),
}  # fmt: skip


@pytest.mark.requirement("R116")
@pytest.mark.parametrize("update", UPDATES.values(), ids=UPDATES.keys())
def test_updates_of_what_is_too_large_read_no_more_than_they_write(
    box: Client, make_md5s: Callable[[], None], update: Any
) -> None:
    body, headers, change = update
    blocks = next(FRESH)
    new = change(BLOCK * blocks)
    assert put_map(box, "c/o", blocks).status == 201
    answer = box.post("c/o", body, {**OCTETS, **headers})
    assert (answer.status, answer["ETag"]) == (204, box.head("c/o")["X-Object-Hash"])
    make_md5s()
    assert box.head("c/o")["ETag"] == md5(new).hexdigest()
    assert box.get("c/o").body == new


@pytest.mark.parametrize("made", [False, True])
def test_conditions_take_either_hash(
    box: Client, make_md5s: Callable[[], None], made: bool
) -> None:
    blocks = next(FRESH)
    assert put_map(box, "c/o", blocks).status == 201
    if made:
        make_md5s()
    for tag in (merkle(blocks), *([md5_of(blocks)] if made else [])):
        assert box.get("c/o", {"If-None-Match": f'"{tag}"'}).status == 304
        part = {"If-Match": tag, "If-Range": tag, "Range": "bytes=0-1"}
        assert box.get("c/o", part).status == 206
        assert box.put("c/o", b"", {"If-None-Match": tag}).status == 412
        assert box.post("c/o", headers={"If-Match": tag, "X-Object-Meta-A": "b"}).status == 202
    for tag in (merkle(blocks + 1), DIGEST):
        assert box.get("c/o", {"If-Match": tag}).status == 412
        assert box.delete("c/o", {"If-Match": tag}).status == 412
    assert box.delete("c/o", {"If-Match": merkle(blocks)}).status == 204


def test_an_etag_that_is_sent_may_be_the_hash(box: Client) -> None:
    blocks = next(FRESH)
    assert put_map(box, "c/o", blocks, ETag=merkle(blocks + 1)).status == 422
    assert put_map(box, "c/o", blocks, ETag=merkle(blocks)).status == 201
    assert box.put("c/data", BLOCK, {"ETag": DIGEST}).status == 201
    assert box.put("c/data", BLOCK, {"ETag": merkle(2)}).status == 422


def test_a_list_of_segments_holds_when_their_md5_is_made(
    box: Client, make_md5s: Callable[[], None]
) -> None:
    blocks = next(FRESH)
    assert put_map(box, "c/part", blocks).status == 201
    swift = f"/v1/AUTH_{box.account}/c/whole?multipart-manifest=put"
    for etag in (merkle(blocks), md5_of(blocks)):
        body = json.dumps([{"path": "/c/part", "etag": etag}])
        answer = box.raw("PUT", swift, body, {"X-Auth-Token": box.token})
        assert answer.status == 201, answer.body
        make_md5s()
        assert box.get("c/whole").body == BLOCK * blocks
        assert f'"{box.head("c/whole")["ETag"]}"' == answer["ETag"]


def test_metrics_and_the_command_tell_how_many_wait(box: Client, late: Server) -> None:
    def told() -> int:
        return int(json.loads(command(late, "--json").stdout)["versions"])

    before, blocks = told(), next(FRESH)
    assert put_map(box, "c/o", blocks).status == 201
    assert told() == before + 1
    assert f"pithos_md5_pending {before + 1}.0" in box.raw("GET", "/metrics").body.decode()
    made = json.loads(command(late, "--apply", "--json").stdout)
    assert (made["broken"], made["versions"], made["bytes"]) == (0, 0, 0)


def test_what_has_a_missing_block_keeps_nobody_waiting(
    box: Client, late: Server, new_box: Callable[[], Client]
) -> None:
    lost = sha256(box.token.encode()).hexdigest().encode() * 1024
    assert box.put("c/o", lost).status == 201
    assert box.post("c/o", BLOCK * 4, {**OCTETS, "Content-Range": "bytes */*"}).status == 204
    name = sha256(lost).hexdigest()
    (late.block_directory / name[:3] / name).unlink()
    blocks, other = next(FRESH), new_box()
    assert put_map(box, "c/p", blocks).status == put_map(other, "c/o", blocks).status == 201
    assert command(late, "--apply").returncode == 1
    heads = box.head("c/p"), other.head("c/o")
    assert {head["ETag"] for head in heads} == {md5_of(blocks)}
    assert box.head("c/o")["ETag"] == box.head("c/o")["X-Object-Hash"]
    box.purge("c")


@pytest.mark.usefixtures("committed")
def test_what_was_read_before_kill_9_is_not_read_again(box: Client, late: Server) -> None:
    blocks, words = next(FRESH), ["--apply", "--rate", str(BLOCK_SIZE)]  # two blocks a turn
    assert put_map(box, "c/o", blocks).status == 201
    found = LateMD5.objects.filter(merkle=bytes.fromhex(merkle(blocks)))
    for done in (2, 4):
        assert command(late, *words, CRASH_AT="md5-half-made").returncode == 137
        assert found.get().done == done * BLOCK_SIZE
    assert command(late, "--apply", CRASH_AT="md5-made").returncode == 137
    assert box.head("c/o")["ETag"] == merkle(blocks)
    assert command(late, "--apply").returncode == 0
    assert (box.head("c/o")["ETag"], found.exists()) == (md5_of(blocks), False)


@pytest.fixture
def making(serve: Serve) -> Callable[..., Any]:
    """Start servers that make MD5s in the background."""

    def start(rate: str) -> Any:
        few = {"PITHOS_WORKERS": "2", "PITHOS_MD5_NOW": "1", "PITHOS_MD5_RATE": rate}
        return serve(PITHOS_MAX_GUESSES="0", **few)

    return start


def wait_for(condition: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < PATIENCE_SECONDS
        time.sleep(0.1)


def has_md5(client: Client, path: str) -> bool:
    return len(client.head(path)["ETag"]) == 32


@pytest.mark.usefixtures("committed")
def test_a_large_object_of_one_keeps_no_small_one_of_others_waiting(
    making: Callable[..., Any], box: Client, new_box: Callable[[], Client]
) -> None:
    other = new_box()
    assert put_map(box, "c/large", 3000).status == 201
    large = LateMD5.objects.filter(merkle=bytes.fromhex(merkle(3000)), done__gt=0)
    with making("4M"):
        wait_for(large.exists)
        assert put_map(other, "c/small", next(FRESH)).status == 201
        wait_for(lambda: has_md5(other, "c/small"))
        assert not has_md5(box, "c/large")
    box.purge("c")


def test_every_version_gets_its_own_md5_beside_a_writer_who_replaces_it(
    making: Callable[..., Any], box: Client
) -> None:
    expected: dict[str, str] = {}

    def replace() -> None:
        blocks = next(FRESH)
        expected[put_map(box, "c/o", blocks)["X-Object-Version"]] = md5_of(blocks)

    def made() -> int:
        return sum(len(box.head("c/o", version=version)["ETag"]) == 32 for version in expected)

    with making("1G"):
        while not made():
            replace()
            time.sleep(0.1)
        for _ in range(10):
            replace()
        wait_for(lambda: made() == len(expected))
    assert {v: box.head("c/o", version=v)["ETag"] for v in expected} == expected
    assert listed(box, "o") == list(expected.values())[-1]
