"""Hashmaps of very many blocks: as many as 16 MiB of JSON name, at a bounded cost."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection

from accounts.models import User
from pithos_api.models.statements.searches.find_versions import by_content
from tests.api.client import Answer, Client
from tests.api.server import BLOCK_SIZE, Serve, Server

MANY = 10_500
OCTETS = {"Content-Type": "application/octet-stream"}
STORED = """
    INSERT INTO block (digest, size, data)
    SELECT sha256(data), length(data), data
      FROM (SELECT convert_to('long ' || n, 'UTF8') AS data
              FROM generate_series(1, %(count)s) AS n) AS made
        ON CONFLICT DO NOTHING;
    INSERT INTO block_claim (user_id, digest)
    SELECT %(user)s, sha256(convert_to('long ' || n, 'UTF8'))
      FROM generate_series(1, %(count)s) AS n"""

pytestmark = pytest.mark.usefixtures("committed")


def block(number: int) -> bytes:
    return b"long %d" % number


def digests(count: int) -> list[str]:
    return [sha256(block(n)).hexdigest() for n in range(1, count + 1)]


def send_blocks(client: Client, count: int) -> None:
    """Make blocks the client's, which have few bytes before their NULs, as if it had sent them."""
    user = User.objects.get(account=client.account).pk
    with connection.cursor() as cursor:
        cursor.execute(STORED, {"count": count, "user": user})
        cursor.execute("ANALYZE block, block_claim")


def put_map(client: Client, path: str, hashes: list[str]) -> Answer:
    body = json.dumps({"bytes": len(hashes) * BLOCK_SIZE, "hashes": hashes})
    return client.put(path, body, hashmap="")


def tail(client: Client, path: str, count: int) -> bytes:
    return client.get(path, {"Range": f"bytes=-{count}"}).body


@pytest.fixture(scope="module")
def one_worker(serve: Serve) -> Iterator[Server]:
    with serve(PITHOS_WORKERS="1", PITHOS_MAX_GUESSES="0", PITHOS_MD5_NOW="100M") as running:
        yield running


@pytest.fixture
def long_box(box: Client, one_worker: Server) -> Iterator[Client]:
    """A user with container ``c`` who may name MANY blocks.

    Nothing is left of what takes long to be read for an MD5.
    """
    send_blocks(box, MANY)
    with box.at(one_worker.address) as client:
        yield client
        client.purge("c")


@pytest.mark.requirement("R84")
def test_a_long_hashmap_is_stored_and_read_as_it_is(long_box: Client) -> None:
    hashes = digests(MANY)
    assert put_map(long_box, "c/o", hashes).status == 201
    assert long_box.get("c/o", hashmap="", format="json").json["hashes"] == hashes
    first = long_box.get("c/o", {"Range": f"bytes=0-{2 * BLOCK_SIZE - 1}"}).body
    assert first == block(1).ljust(BLOCK_SIZE, b"\0") + block(2).ljust(BLOCK_SIZE, b"\0")
    assert tail(long_box, "c/o", BLOCK_SIZE) == block(MANY).ljust(BLOCK_SIZE, b"\0")
    assert long_box.head("c/o")["Content-Length"] == str(MANY * BLOCK_SIZE)


def test_copies_and_changes_of_it_are_right(long_box: Client) -> None:
    hashes = digests(MANY)
    assert put_map(long_box, "c/o", hashes).status == 201
    assert long_box.post("c/o", headers={"X-Object-Meta-A": "b"}).status == 202
    copy = long_box.request("COPY", "c/o", headers={"Destination": "/c/copy"})
    assert copy.status == 201
    appended = {**OCTETS, "Content-Range": "bytes */*"}
    assert long_box.post("c/copy", b"end", appended).status == 204
    assert tail(long_box, "c/copy", 4) == b"\0end"
    listed = long_box.get("c/copy", hashmap="", format="json").json["hashes"]
    assert listed == [*hashes, sha256(b"end").hexdigest()]
    assert long_box.get("c/o", hashmap="", format="json").json["hashes"] == hashes


SHARED = "SELECT DISTINCT pieces FROM version WHERE pieces IS NOT NULL AND name"
WHOLE = """
    UPDATE version SET pieces = NULL, hashmap = (
           SELECT string_agg(digests, ''::bytea ORDER BY place)
             FROM generate_series(0, length(pieces) / 32 - 1) AS place
             JOIN hashmap_piece ON hash = substr(pieces, 32 * place + 1, 32))
     WHERE name = %s AND pieces IS NOT NULL"""


def test_versions_of_the_same_blocks_share_their_digests(long_box: Client) -> None:
    names = [f"{name}-{long_box.account}" for name in ("one", "two", "three")]
    for name in names[:2]:
        assert put_map(long_box, f"c/{name}", digests(MANY)).status == 201
    moved = {"Destination": f"/c/{names[2]}"}
    assert long_box.request("MOVE", f"c/{names[0]}", headers=moved).status == 201
    with connection.cursor() as cursor:
        cursor.execute(f"{SHARED} = ANY(%s)", [names])
        assert [len(pieces) for (pieces,) in cursor.fetchall()] == [2 * 32]


def test_operators_find_it_by_any_of_its_blocks(long_box: Client) -> None:
    name, hashes = f"found-{long_box.account}", digests(MANY)
    assert put_map(long_box, f"c/{name}", hashes).status == 201
    wanted = {"digest": bytes.fromhex(hashes[9_000]), "limit": 100}
    assert (name, MANY) in {(row.name, row.blocks) for row in by_content.all(wanted)}


def test_what_an_older_version_of_the_store_has_written_is_read_and_copied(
    long_box: Client,
) -> None:
    name, hashes = f"old-{long_box.account}", digests(MANY)
    assert put_map(long_box, f"c/{name}", hashes).status == 201
    with connection.cursor() as cursor:
        cursor.execute(WHOLE, [name])
        assert cursor.rowcount == 1
    assert tail(long_box, f"c/{name}", BLOCK_SIZE) == block(MANY).ljust(BLOCK_SIZE, b"\0")
    copy = {"Destination": f"/c/{name}-copy"}
    assert long_box.request("COPY", f"c/{name}", headers=copy).status == 201
    for each in (name, f"{name}-copy"):
        assert long_box.get(f"c/{each}", hashmap="", format="json").json["hashes"] == hashes
    with connection.cursor() as cursor:
        cursor.execute(f"{SHARED} = %s", [f"{name}-copy"])
        assert cursor.rowcount == 1


def test_folders_of_long_objects_are_copied(long_box: Client) -> None:
    assert put_map(long_box, "c/f", digests(MANY)).status == 201
    assert put_map(long_box, "c/f/o", digests(MANY)).status == 201
    copy = {"Destination": "/c/g"}
    assert long_box.request("COPY", "c/f", headers=copy, delimiter="/").status == 201
    assert long_box.get("c/g/o", hashmap="", format="json").json["hashes"] == digests(MANY)


def test_what_is_missing_is_told_in_order_and_once(long_box: Client) -> None:
    unknown = [sha256(b"%d unknown" % n).hexdigest() for n in range(3)]
    hashes = digests(MANY)
    wanted = [*unknown, *hashes[:9_999], *reversed(unknown)]
    answer = put_map(long_box, "c/o", wanted)
    assert (answer.status, answer.lines) == (409, unknown)
    assert long_box.head("c/o").status == 404


def test_blocks_of_others_are_missing_and_a_reader_gets_none_of_them(
    long_box: Client, new_user: Callable[[], Client]
) -> None:
    other, hashes = new_user(), digests(MANY)
    assert other.put("c").status == 201
    answer = put_map(other, "c/o", hashes)
    assert (answer.status, answer.lines) == (409, hashes)
    assert put_map(long_box, "c/o", hashes).status == 201
    assert long_box.post("c/o", headers={"X-Object-Sharing": f"read={other.account}"}).status == 202
    source = {"X-Copy-From": "/c/o", "X-Source-Account": long_box.account, "Content-Length": "0"}
    assert other.put("c/copy", b"", source).status == 201
    assert put_map(other, "c/o", hashes).status == 201  # who has copied may name


def test_damaged_blocks_are_missing_and_a_last_block_must_fit(long_box: Client) -> None:
    hashes = digests(MANY)
    body = json.dumps({"bytes": (MANY - 1) * BLOCK_SIZE + 3, "hashes": hashes})
    assert long_box.put("c/o", body, hashmap="").status == 400
    with connection.cursor() as cursor:
        digest = bytes.fromhex(hashes[77])
        cursor.execute("UPDATE block SET damaged = now() WHERE digest = %s", [digest])
        assert put_map(long_box, "c/o", hashes).lines == [hashes[77]]
        cursor.execute("UPDATE block SET damaged = NULL WHERE digest = %s", [digest])


def highest(server: Server) -> int:
    """The most memory that the server's worker has had, in MiB."""
    children = ["ps", "-o", "pid=", "--ppid", str(server.process.pid)]
    pids = subprocess.run(children, capture_output=True, text=True, check=True).stdout.split()
    status = [Path(f"/proc/{pid}/status").read_text() for pid in pids]
    return max(int(each) for text in status for each in re.findall(r"VmHWM:\s+(\d+)", text)) >> 10


def test_as_many_blocks_as_a_body_names_take_little_memory(
    long_box: Client, one_worker: Server
) -> None:
    before, hashes = highest(one_worker), (digests(MANY) * 23)[:240_000]
    answer = put_map(long_box, "c/o", hashes)
    assert (answer.status, answer["ETag"]) == (201, long_box.head("c/o")["X-Object-Hash"])
    assert tail(long_box, "c/o", 1) == b"\0"
    assert highest(one_worker) - before < 100
