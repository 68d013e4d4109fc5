"""Small objects that were read before: what the worker remembers is sent only if it is right."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import sha256

import pytest
from django.db import connection

from tests.api.client import Client
from tests.api.replies.test_batched_reads import CROWD, Read, alone, crowd, sent
from tests.api.server import BLOCK_SIZE
from tests.server.wire import Wire

READINGS = 4
SMALL = 4096

Bodies = Callable[[str], set[bytes]]


@pytest.fixture(params=[1, CROWD])
def bodies(box: Client, request: pytest.FixtureRequest) -> Iterator[Bodies]:
    """Reads an object on each of some connections at once, which stay with their workers."""
    with ExitStack() as opened:
        port = box.address[1]
        wires = [opened.enter_context(Wire(port, 30)) for _ in range(request.param)]

        def read(name: str) -> set[bytes]:
            for wire in wires:
                wire.send(sent(box, ("GET", f"/v1/{box.account}/c/{name}", b"")))
            return {wire.answer().body for wire in wires}

        yield read


def content(seed: int, size: int = SMALL) -> bytes:
    return random.Random(seed).randbytes(size)


def digest_of(block: bytes) -> bytes:
    return sha256(block.rstrip(b"\0")).digest()


def test_an_object_that_was_replaced_is_read_anew(box: Client, bodies: Bodies) -> None:
    for seed in range(3):
        assert box.put("c/o", content(seed)).status == 201
        assert bodies("o") == {content(seed)}
        assert bodies("o") == {content(seed)}


def test_the_same_block_in_objects_of_other_sizes(box: Client, bodies: Bodies) -> None:
    for ending in (b"", b"\0", bytes(100), b"\0"):
        assert box.put("c/o", b"the same block" + ending).status == 201
        assert bodies("o") == {b"the same block" + ending}


def test_two_blocks_whose_joint_hash_is_that_of_a_small_object(box: Client, bodies: Bodies) -> None:
    """A small object may consist of digests: then it has the hash of what they are of."""
    large = content(1, 2 * BLOCK_SIZE)
    digests = b"".join(digest_of(large[at : at + BLOCK_SIZE]) for at in (0, BLOCK_SIZE))
    assert box.put("c/o", digests).status == 201
    known = box.head("c/o")["X-Object-Hash"]
    for _ in range(3):
        assert bodies("o") == {digests}
    assert box.put("c/o", large).status == 201
    assert box.head("c/o")["X-Object-Hash"] == known
    assert bodies("o") == {large}
    assert box.put("c/o", digests).status == 201
    assert bodies("o") == {digests}


def test_ranges_and_copies_of_what_is_remembered(box: Client, bodies: Bodies) -> None:
    assert box.put("c/o", content(1)).status == 201
    for _ in range(3):
        assert bodies("o") == {content(1)}
    for first, last in ((0, 0), (5, 4000), (4000, 5000)):
        read: Read = ("GET", f"/v1/{box.account}/c/o", b"Range: bytes=%d-%d\r\n" % (first, last))
        assert {alone(box, read)[2] for _ in range(READINGS)} == {content(1)[first : last + 1]}
    assert box.put("c/copy", b"", {"X-Copy-From": "/c/o"}).status == 201
    assert bodies("copy") == {content(1)}


def test_what_was_deleted_or_belongs_to_somebody_else_is_not_told(
    box: Client, new_user: Callable[[], Client]
) -> None:
    assert box.put("c/o", content(1)).status == 201
    read: Read = ("GET", f"/v1/{box.account}/c/o", b"")
    assert {alone(box, read)[0] for _ in range(READINGS)} == {200}
    stranger = new_user()
    assert {alone(stranger, read)[0] for _ in range(READINGS)} == {403}
    assert box.delete("c/o").status == 204
    assert {alone(box, read)[0] for _ in range(READINGS)} == {404}


@pytest.mark.usefixtures("committed")
def test_the_database_sends_no_bytes_again(box: Client, bodies: Bodies) -> None:
    """So damage of a row is not met by who has read it before."""
    own = content(len(box.account), 1000) + box.account.encode()
    assert box.put("c/o", own).status == 201
    for _ in range(3):
        assert bodies("o") == {own}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE block SET data = set_byte(data, 7, get_byte(data, 7) # 1) WHERE digest = %s",
            [digest_of(own)],
        )
        assert cursor.rowcount == 1
        assert bodies("o") == {own}
        cursor.execute("UPDATE block SET data = %s WHERE digest = %s", [own, digest_of(own)])


@pytest.mark.usefixtures("committed")
def test_damaged_bytes_are_neither_sent_nor_remembered(box: Client) -> None:
    own = content(len(box.account), 1001) + box.account.encode()
    assert box.put("c/o", own).status == 201
    read: Read = ("GET", f"/v1/{box.account}/c/o", b"")
    flip = "UPDATE block SET data = set_byte(data, 7, get_byte(data, 7) # 1) WHERE digest = %s"
    with connection.cursor() as cursor:
        cursor.execute(flip, [digest_of(own)])
        assert {alone(box, read)[0] for _ in range(READINGS)} == {503}
        with crowd(box) as wires:
            for wire in wires:
                wire.send(sent(box, read))
            assert {wire.answer().status for wire in wires} == {503}
        cursor.execute(flip, [digest_of(own)])
    assert {alone(box, read)[2] for _ in range(READINGS)} == {own}


@pytest.mark.usefixtures("committed")
def test_where_bytes_were_lost_those_of_before_are_not_sent(box: Client, bodies: Bodies) -> None:
    before, now = (f"{box.account} {which}".encode() for which in ("before", "now"))
    assert box.put("c/o", before).status == 201
    assert {bytes(each) for _ in range(3) for each in bodies("o")} == {before}
    assert box.put("c/o", now).status == 201
    lose = "UPDATE block SET data = %s WHERE digest = %s"
    with connection.cursor() as cursor:
        cursor.execute(lose, [b"", digest_of(now)])
        assert cursor.rowcount == 1
        read: Read = ("GET", f"/v1/{box.account}/c/o", b"")
        assert {alone(box, read)[0] for _ in range(READINGS)} == {503}
        cursor.execute(lose, [now, digest_of(now)])
    assert bodies("o") == {now}
