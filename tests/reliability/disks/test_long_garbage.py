"""Blocks of long hashmaps and garbage collection: what a piece names stays, what none does goes."""

from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256

import pytest

from tests.api.client import Client
from tests.api.hashmaps.test_long_hashmaps import MANY, STORED, digests, put_map
from tests.api.server import BLOCK_SIZE
from tests.reliability.store import Store, new_store

pytestmark = pytest.mark.requirement("R142")

BLOCKS = "SELECT count(*) FROM block"
PIECES = "SELECT count(*) FROM hashmap_piece"


@pytest.fixture(scope="module")
def own() -> Iterator[Store]:
    env = {"PITHOS_GARBAGE_INTERVAL": "0", "PITHOS_MD5_NOW": "0", "PITHOS_MD5_RATE": "0"}
    with new_store(PITHOS_BLOCK_SIZE=str(BLOCK_SIZE), **env) as store:
        yield store


@pytest.fixture
def long_object(own: Store) -> Client:
    """A user whose object ``c/o`` has MANY blocks, and nothing else in the store."""
    client = own.client()
    user = own.ask("SELECT id FROM accounts_user WHERE account = %s", client.account)
    with closing(own.session()) as database, database, database.cursor() as cursor:
        cursor.execute(STORED, {"count": MANY, "user": user})
    client.put("c")
    assert put_map(client, "c/o", digests(MANY)).status == 201
    return client


def collect(store: Store) -> None:
    done = store.manage("collect_garbage", "--grace", "0", "--apply")
    assert done.returncode == 0, done.stderr


def purge(client: Client, path: str) -> None:
    assert client.delete(path).status == 204
    assert client.delete(path, until="9999999999").status == 204


def test_blocks_stay_as_long_as_a_copy_has_them(own: Store, long_object: Client) -> None:
    assert long_object.request("COPY", "c/o", headers={"Destination": "/c/copy"}).status == 201
    purge(long_object, "c/o")
    collect(own)
    assert (own.ask(BLOCKS), own.ask(PIECES)) == (MANY, 2)
    listed = long_object.get("c/copy", hashmap="", format="json").json["hashes"]
    assert listed == digests(MANY)
    purge(long_object, "c/copy")
    collect(own)  # the pieces
    collect(own)  # then their blocks
    assert (own.ask(BLOCKS), own.ask(PIECES)) == (0, 0)


def test_an_append_shares_what_it_leaves(own: Store, long_object: Client) -> None:
    appended = {"Content-Type": "application/octet-stream", "Content-Range": "bytes */*"}
    assert long_object.post("c/o", b"end", appended).status == 204
    assert own.ask(PIECES) == 3
    purge(long_object, "c/o")
    collect(own)
    collect(own)
    assert own.ask(PIECES) == 0


def test_a_block_is_not_deleted_while_a_long_hashmap_is_on_its_way(own: Store) -> None:
    unused = sha256(b"unused").digest()
    own.execute("INSERT INTO block (digest, size, data) VALUES (%s, 6, 'unused')", unused)
    with closing(own.session()) as writer, writer.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(7, 0)")
        collect(own)
        assert own.ask("SELECT count(*) FROM block WHERE digest = %s", unused) == 1
        writer.rollback()
    collect(own)
    assert own.ask("SELECT count(*) FROM block WHERE digest = %s", unused) == 0
