"""Blocks that no object names count against a cap of their sender (contract §1)."""

import hashlib
import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command

from pithos_api.models import BlockClaim
from tests.api.client import Answer, Client
from tests.api.server import BLOCK_SIZE, Serve, Server
from tests.api.visitors import share, visit
from tests.swift.client import in_swift

pytestmark = pytest.mark.usefixtures("committed")

OCTETS = {"Content-Type": "application/octet-stream"}
LIMIT = 4 * BLOCK_SIZE


@pytest.fixture(scope="module")
def capped_server(serve: Serve) -> Iterator[Server]:
    with serve(PITHOS_UNNAMED_LIMIT=str(LIMIT), PITHOS_WORKERS="1") as running:
        yield running


@pytest.fixture
def capped(capped_server: Server, box: Client) -> Iterator[Client]:
    """The user of ``box`` where LIMIT bytes may wait for a name."""
    with box.at(capped_server.address) as client:
        yield client


def block(seed: object) -> bytes:
    # No NUL is at its end, which would not count.
    return hashlib.sha256(str(seed).encode()).hexdigest().encode() * (BLOCK_SIZE // 64)


def post(client: Client, *blocks: bytes, chunked: bool = False, path: str = "c") -> Answer:
    body = iter(blocks) if chunked else b"".join(blocks)
    return client.post(path, body, OCTETS, update="")


def fill(client: Client, mark: str = "") -> list[bytes]:
    """Send as much as may be sent."""
    blocks = [block(f"{client.account}{mark}{n}") for n in range(4)]
    assert post(client, *blocks).status == 202
    return blocks


def pending(client: Client) -> int:
    claims = BlockClaim.objects.filter(user__account=client.account, pending__isnull=False)
    return sum(each.pending or 0 for each in claims)


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_what_nobody_names_has_a_cap(capped: Client, chunked: bool) -> None:
    fill(capped)
    for client in (capped, in_swift(capped)):
        refused = post(client, b"1", chunked=chunked)
        assert (refused.status, b"no object names" in refused.body) == (413, True)
    assert pending(capped) == LIMIT


def test_what_would_pass_the_cap_is_refused_whole(capped: Client) -> None:
    assert post(capped, block(capped.account)).status == 202
    many = [block(f"{capped.account} {n}") for n in range(4)]
    assert post(capped, *many).status == 413
    assert pending(capped) == BLOCK_SIZE
    assert post(capped, *many[:3]).status == 202


def test_what_came_in_chunks_before_the_cap_counts(capped: Client) -> None:
    assert post(capped, block(capped.account)).status == 202
    many = [block(f"{capped.account} {n}") for n in range(4)]
    assert post(capped, *many, chunked=True).status == 413
    assert pending(capped) == LIMIT


def by_map(client: Client, blocks: list[bytes]) -> int:
    names = [hashlib.sha256(each).hexdigest() for each in blocks]
    body = json.dumps({"bytes": LIMIT, "hashes": names})
    return client.put("c/o", body, hashmap="", format="json").status


NAMING: dict[str, Callable[[Client, list[bytes]], int]] = {
    "a hashmap": by_map,
    "a PUT": lambda client, blocks: client.put("c/o", b"".join(blocks)).status,
    "several PUTs": lambda client, blocks: max(
        client.put(f"c/{n}", each).status for n, each in enumerate(blocks)
    ),
    "an append": lambda client, blocks: (
        client.put("c/o", b"").status
        and client.post(
            "c/o", b"".join(blocks), {**OCTETS, "Content-Range": "bytes */*"}, update=""
        ).status
    ),
}


@pytest.mark.parametrize("name", NAMING.values(), ids=NAMING)
def test_what_is_named_counts_no_more(
    capped: Client, name: Callable[[Client, list[bytes]], int]
) -> None:
    blocks = fill(capped)
    assert name(capped, blocks) in {201, 204}
    assert pending(capped) == 0
    fill(capped, "more")


def test_a_copied_folder_names_what_is_in_it(capped: Client) -> None:
    blocks = fill(capped)
    for n, each in enumerate(blocks):
        capped.put(f"c/f/{n}", each)
    capped.put("c/f")
    BlockClaim.objects.filter(user__account=capped.account).update(pending=BLOCK_SIZE)
    copied = capped.request("COPY", "c/f", None, {"Destination": "/c/g"}, delimiter="/")
    assert (copied.status, pending(capped)) == (201, 0)


def test_what_is_named_already_counts_not_when_it_is_sent_again(capped: Client) -> None:
    blocks = [block(f"{capped.account}{n}") for n in range(4)]
    assert capped.put("c/o", b"".join(blocks)).status == 201
    for _ in range(3):
        assert post(capped, *blocks).status == 202
    assert pending(capped) == 0


def test_what_was_named_once_and_is_purged_counts_when_it_is_sent_again(capped: Client) -> None:
    blocks = [block(f"{capped.account}{n}") for n in range(4)]
    capped.put("c/o", b"".join(blocks))
    capped.delete("c/o")
    capped.delete("c/o", until="99999999999")
    assert post(capped, *blocks).status == 202
    assert pending(capped) == LIMIT


def test_the_same_block_counts_once(capped: Client) -> None:
    for _ in range(9):
        assert post(capped, block(capped.account)).status == 202
    assert pending(capped) == BLOCK_SIZE


def test_what_is_collected_counts_no_more(capped: Client) -> None:
    fill(capped)
    call_command("collect_garbage", "--apply", "--grace", "0", verbosity=0)
    assert pending(capped) == 0
    fill(capped, "again")


def test_what_others_made_of_it_settles_with_the_next_collection(
    capped: Client, new_user: Callable[[], Client]
) -> None:
    writer = new_user()
    capped.put("c/o", b"", {"X-Object-Sharing": f"write={writer.account}"})
    blocks = fill(capped)
    assert visit(writer, capped).put("c/o/theirs", b"".join(blocks)).status == 201
    assert pending(capped) == LIMIT
    call_command("collect_garbage", "--apply", "--grace", "0", verbosity=0)
    assert pending(capped) == 0


def test_a_writer_of_one_path_fills_their_own_cap(
    capped: Client, new_user: Callable[[], Client]
) -> None:
    writer = new_user()
    assert capped.put("c/o").status == 201
    share(capped, "c/o", f"write={writer.account}")
    with writer.at(capped.address) as there:
        guest = visit(there, capped)
        fill(guest, writer.account)
        assert post(guest, b"1").status == 413
    assert (pending(writer), pending(capped)) == (LIMIT, 0)
    fill(capped)


def test_of_many_at_once_each_passes_the_cap_by_one_body_at_most(capped: Client) -> None:
    def send(number: int) -> int:
        with capped.at(capped.address) as client:
            return post(client, block(f"{capped.account} {number}")).status

    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(send, range(24)))
    assert set(statuses) == {202, 413}
    assert LIMIT <= pending(capped) <= LIMIT + 8 * BLOCK_SIZE


def test_an_object_needs_no_room_under_the_cap(capped: Client) -> None:
    fill(capped)
    data = block(f"{capped.account} more") * 9
    assert capped.put("c/o", data).status == 201
    assert capped.put("c/small", b"small").status == 201
    assert pending(capped) == LIMIT


def cut_short(client: Client, *blocks: bytes) -> None:
    """Send a body that ends before it is as long as it says."""
    size = sum(map(len, blocks)) + BLOCK_SIZE
    lines = ("PUT", f"/v1/{client.account}/c/cut"), client.connection.host
    with socket.create_connection((lines[1], client.connection.port)) as sock:
        head = f"{lines[0][0]} {lines[0][1]} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n"
        sock.sendall(f"{head}X-Auth-Token: {client.token}\r\n\r\n".encode() + b"".join(blocks))
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(65536):
            pass


def test_what_broken_uploads_leave_counts(capped: Client) -> None:
    blocks = [block(f"{capped.account} cut {n}") for n in range(5)]
    cut_short(capped, *blocks[:4])
    assert pending(capped) == LIMIT
    assert capped.put("c/large", b"".join(blocks[:2])).status == 201
    cut_short(capped, *(block(f"{capped.account} more {n}") for n in range(6)))
    assert capped.put("c/again", b"".join(blocks[:2])).status == 413
    assert capped.put("c/small", b"x").status == 201


def test_what_failed_its_checksum_counts(capped: Client) -> None:
    blocks = [block(f"{capped.account} sum {n}") for n in range(4)]
    assert capped.put("c/o", b"".join(blocks), {"ETag": "0" * 32}).status == 422
    assert pending(capped) == LIMIT


def test_a_block_that_is_cut_short_is_not_kept(capped: Client) -> None:
    cut_short(capped, block(f"{capped.account} short")[:-1])
    assert pending(capped) == 0
