"""Every kind of disorder is found, and put right where nothing can be lost by it."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from threading import Event, Thread
from typing import Any

import pytest

from tests import forks
from tests.api.client import Client
from tests.reliability.damages import flip_a_bit, solid
from tests.reliability.store import BLOCK, Store, new_store, wait_for
from tests.waiting import who_waits

SMALL, LARGE = 1000, BLOCK + 20_000
HOUR, DAY = 3600, 86400


def fsck(store: Store, *words: str) -> dict[str, Any]:
    """The whole report. Its exit status must agree with it."""
    done = store.manage("fsck", "--json", *words)
    assert done.returncode in {0, 1}, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    assert report["sound"] is (done.returncode == 0)
    return report


def problems(report: dict[str, Any]) -> dict[str, int]:
    """How many problems each check has found, of those that found any."""
    return {each["name"]: each["problems"] for each in report["checks"] if each["problems"]}


@pytest.fixture(scope="module")
def kept() -> Iterator[Store]:
    """A store of this module's own, for other tests leave damage behind."""
    with new_store() as store:
        client = store.client()
        client.put("c")
        client.put("c/small", b"old")
        for name in ("small", "gone"):
            client.put(f"c/{name}", solid(SMALL), headers={"X-Object-Meta-Colour": "red"})
        client.put("c/large", solid(LARGE))
        client.delete("c/gone")
        client.put("c/empty", b"")
        client.put("c/nuls", bytes(3 * BLOCK))
        put_symlinks(client)
        yield store


def put_symlinks(client: Client) -> None:
    """Store what is no disorder."""
    etag = {"X-Symlink-Target-Etag": str(client.head("c/large")["ETag"])}
    for name, told in (("symlink", {}), ("static", etag)):
        headers = {"X-Symlink-Target": "c/large", **told, "X-Auth-Token": client.token}
        stored = client.raw("PUT", f"/v1/AUTH_{client.account}/c/{name}", b"", headers)
        assert stored.status == 201


@dataclass(frozen=True)
class Disorder:
    """What is done, how it is undone, what finds it, and whether a repair removes it."""

    change: str
    undo: str
    found: dict[str, int]
    repaired: bool = False
    strict: bool = False


LAST = "(SELECT serial FROM version WHERE name = 'large')"
ROW_OF_SMALL = (
    "digest = (SELECT merkle FROM version WHERE name = 'small' AND valid_to = 'infinity')"
)


def symlinks(*told: str) -> str:
    """Return SQL that copies the symlink for each of these, with what it tells."""
    values = ", ".join(f"({place}, '{json}'::jsonb)" for place, json in enumerate(told))
    return f"""
        INSERT INTO version (container_id, name, uuid, size, etag, merkle, content_type,
                             modified_by_id, valid_from, meta, symlink)
        SELECT container_id, 'wrong ' || place, gen_random_uuid(), size, etag, merkle,
               content_type, modified_by_id, now(), meta, told
          FROM version CROSS JOIN (VALUES {values}) AS wrong (place, told)
         WHERE name = 'symlink'"""


WRONG_TARGETS = symlinks(
    '{"name": "o"}',
    '{"container": "c"}',
    '{"container": "c/d", "name": "o"}',
    '{"container": 7, "name": "o"}',
    '{"account": "", "container": "c", "name": "o"}',
    '{"container": "c", "name": "line\\nbreak"}',
)
WRONG_STATICS = symlinks(
    '{"container": "c", "name": "o", "size": 3}',
    '{"container": "c", "name": "o", "etag": "d41d8cd98f00b204e9800998ecf8427e"}',
    '{"container": "c", "name": "o", "size": 3, "etag": "d41d"}',
    '{"container": "c", "name": "o", "size": -3, "etag": "d41d8cd98f00b204e9800998ecf8427e"}',
)
DISORDERS = {
    "a container counts too much": Disorder(
        "UPDATE container SET object_count = object_count + 2, byte_count = byte_count - 7",
        "",
        {"counters": 1},
        repaired=True,
    ),
    "a metadata key counts too much": Disorder(
        """UPDATE container SET meta_keys = '{"Colour": 7, "Form": 1}'""",
        "",
        {"metadata-counters": 2},
        repaired=True,
    ),
    "a claim of nobody": Disorder(
        "INSERT INTO block_claim (user_id, digest) VALUES (4711, sha256('x'))",
        "",
        {"claims": 1},
        repaired=True,
    ),
    "a version in no container": Disorder(
        "UPDATE version SET container_id = container_id + 900 WHERE name = 'gone'",
        "UPDATE version SET container_id = container_id - 900 WHERE name = 'gone'",
        {"containers": 2},
    ),
    "a version that outlives the next": Disorder(
        "UPDATE version SET valid_to = valid_to + interval '1 hour' WHERE name = 'small'"
        " AND valid_to <> 'infinity'",
        "UPDATE version SET valid_to = valid_to - interval '1 hour' WHERE name = 'small'"
        " AND valid_to <> 'infinity'",
        {"history": 1},
    ),
    "a size that the blocks do not make": Disorder(
        f"UPDATE version SET size = size + {BLOCK} WHERE name = 'large'",
        f"UPDATE version SET size = size - {BLOCK} WHERE name = 'large'",
        {"hashmaps": 1, "counters": 1},
    ),
    "a manifest that nobody has set": Disorder(
        "UPDATE version SET manifest_by_id = 4711 WHERE name = 'empty'",
        "UPDATE version SET manifest_by_id = NULL WHERE name = 'empty'",
        {"manifests": 1},
    ),
    "symlinks that have content": Disorder(
        """UPDATE version SET symlink = '{"container": "c", "name": "o"}' WHERE name = 'small'""",
        "UPDATE version SET symlink = NULL WHERE name = 'small'",
        {"symlinks": 2},
    ),
    "symlinks that name nothing": Disorder(
        WRONG_TARGETS,
        "DELETE FROM version WHERE starts_with(name, 'wrong ')",
        {"symlinks": 6, "counters": 1},
    ),
    "static symlinks that do not tell how their targets were": Disorder(
        WRONG_STATICS,
        "DELETE FROM version WHERE starts_with(name, 'wrong ')",
        {"symlinks": 4, "counters": 1},
    ),
    "a hash that the hashmap does not make": Disorder(
        "UPDATE version SET merkle = set_byte(merkle, 0, get_byte(merkle, 0) # 1)"
        " WHERE name = 'large'",
        "UPDATE version SET merkle = set_byte(merkle, 0, get_byte(merkle, 0) # 1)"
        " WHERE name = 'large'",
        {"merkle": 1},
        strict=True,
    ),
    "a piece of a hashmap that is not what it is called": Disorder(
        "INSERT INTO hashmap_piece (hash, digests) VALUES (sha256('a'), sha256('b'))",
        "DELETE FROM hashmap_piece",
        {"merkle": 1},
        strict=True,
    ),
    "a piece of a hashmap that is not there": Disorder(
        "UPDATE version SET pieces = sha256('none') WHERE name = 'large'",
        "UPDATE version SET pieces = NULL WHERE name = 'large'",
        {"hashmaps": 1},
    ),
    "a small block that has decayed": Disorder(
        f"UPDATE block SET data = set_byte(data, 0, get_byte(data, 0) # 1) WHERE {ROW_OF_SMALL}",
        f"UPDATE block SET data = set_byte(data, 0, get_byte(data, 0) # 1) WHERE {ROW_OF_SMALL}",
        {"database-digests": 1},
        strict=True,
    ),
    "a small block that was cut": Disorder(
        f"UPDATE block SET size = size + 1 WHERE {ROW_OF_SMALL}",
        f"UPDATE block SET size = size - 1 WHERE {ROW_OF_SMALL}",
        {"lengths": 1},
    ),
    "a block that is marked": Disorder(
        f"UPDATE block SET damaged = now() WHERE {ROW_OF_SMALL}",
        f"UPDATE block SET damaged = NULL WHERE {ROW_OF_SMALL}",
        {"damaged": 1},
    ),
    "references that lost their rows": Disorder(
        "UPDATE block SET digest = set_byte(digest, 0, get_byte(digest, 0) # 1)"
        " WHERE data IS NULL AND size = 20000",
        "UPDATE block SET digest = set_byte(digest, 0, get_byte(digest, 0) # 1)"
        " WHERE data IS NULL AND size = 20000",
        {"references": 1, "storage": 1},
    ),
}


@pytest.mark.parametrize("name", DISORDERS)
def test_a_disorder_of_rows_is_found_and_repaired_where_nothing_is_lost(
    kept: Store, name: str
) -> None:
    disorder = DISORDERS[name]
    words = ["--strict"] if disorder.strict else []
    # Whoever folds pending counters at that moment would write over the change.
    wait_for(lambda: kept.ask("SELECT count(*) FROM usage_delta") == 0)
    kept.execute(disorder.change)
    try:  # exactly this: the next disorder's test sees whether this one was undone
        assert problems(fsck(kept, *words)) == disorder.found
        if disorder.repaired:
            left = fsck(kept, "--repair")
            assert problems(left) == {}
            assert sum(each["repaired"] for each in left["checks"]) >= 1
    finally:
        if disorder.undo:
            kept.execute(disorder.undo)
    head = kept.client().head("c")
    assert (head["X-Container-Object-Count"], head["X-Container-Object-Meta"]) == ("6", "Colour")


def test_a_sound_store_is_sound_and_says_so(kept: Store) -> None:
    done = kept.manage("fsck", "--strict")
    assert (done.returncode, done.stderr) == (0, "")
    assert {line.split(": ")[1] for line in done.stdout.splitlines()} == {"sound"}


def test_files_without_rows_are_a_problem_when_they_are_old(kept: Store) -> None:
    root, name = kept.data / "blocks", sha256(b"orphan").hexdigest()
    orphan = root / name[:3] / name
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"orphan")
    assert problems(fsck(kept, "--strict")) == {}
    os.utime(orphan, (time.time() - 8 * DAY,) * 2)
    assert problems(fsck(kept, "--repair")) == {"storage": 1}
    assert orphan.exists()
    orphan.unlink()


def test_leftovers_of_uploads_are_removed_after_an_hour(kept: Store) -> None:
    left = kept.data / "blocks" / "incoming" / "0123"
    left.write_bytes(b"part")
    assert problems(fsck(kept)) == {}
    os.utime(left, (time.time() - HOUR - 9,) * 2)
    assert problems(fsck(kept)) == {"leftovers": 1}
    assert left.exists()
    assert problems(fsck(kept, "--repair")) == {}
    assert not left.exists()


def _cut(path: Any) -> None:
    os.truncate(path, path.stat().st_size - 1)


@pytest.mark.parametrize(
    ("harm", "words", "found"),
    [
        (lambda path: path.unlink(), [], {"storage": 1}),
        (_cut, [], {"storage": 1}),
        (flip_a_bit, ["--strict"], {"digests": 1}),
    ],
)
def test_lost_bytes_are_found_and_asked_for(
    kept: Store, harm: Any, words: list[str], found: dict[str, int]
) -> None:
    client, content = kept.client(), solid(SMALL * 50)
    client.put("c/victim", content)
    harm(kept.blocks()[sha256(content).hexdigest()])
    assert problems(fsck(kept, *words)) == found
    fsck(kept, *words, "--repair")
    assert client.get("c/victim").status == 503
    assert problems(fsck(kept)) == {"damaged": 1}
    assert client.put("c/victim", content).status == 201
    assert client.get("c/victim").body == content
    client.delete("c/victim")


def test_writers_are_neither_locked_out_nor_taken_for_disorder(kept: Store) -> None:
    ended, statuses = Event(), set()

    def write() -> None:
        client = kept.client()
        while not ended.is_set():
            statuses.add(client.put("c/busy", solid(SMALL * 40)).status)
            statuses.add(client.delete("c/busy").status)

    writers = [Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    found = [problems(fsck(kept, "--strict", "--repair")) for _ in range(2)]
    ended.set()
    for writer in writers:
        writer.join()
    assert found == [{}] * 2
    assert statuses <= {201, 204, 404}


def test_repairs_take_turns_so_that_none_repairs_what_another_did(kept: Store) -> None:
    kept.execute("UPDATE container SET object_count = object_count + 2")
    with closing(kept.session()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(4, 4)")  # whose statement has not ended yet
        cursor.execute("UPDATE container SET object_count = object_count - 2")
        with forks.start(("fsck", "--repair"), kept.env) as next_one:
            wait_for(lambda: kept.ask(who_waits(key=(4, 4))))
            other.commit()
    assert next_one.returncode == 0
    assert problems(fsck(kept)) == {}


def test_what_cannot_be_checked_is_not_sound(kept: Store) -> None:
    away = (kept.data / "blocks").rename(kept.data / "away")
    try:
        (kept.data / "blocks").touch()
        done = kept.manage("fsck")
        assert done.returncode == 2
        assert "could not check" in done.stderr
    finally:
        (kept.data / "blocks").unlink()
        away.rename(kept.data / "blocks")
