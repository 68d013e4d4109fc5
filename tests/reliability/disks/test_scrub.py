"""Decay is found, never served, and healed by whoever has the bytes."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests import forks
from tests.reliability.damages import DAMAGES, flip_a_bit, solid
from tests.reliability.store import Store, new_store, wait_for

FLIPS = 100
SIZE = 20_000  # more than what the database keeps itself


@pytest.fixture(scope="module")
def only_store() -> Iterator[Store]:
    """A store in which no other test has lost blocks."""
    with new_store() as store:
        yield store


def scrub(store: Store, *words: str, status: int = 0) -> dict[str, Any]:
    """What a whole pass finds."""
    done = store.manage("scrub", "--restart", "--json", *words)
    assert done.returncode == status, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def damaged(found: dict[str, Any]) -> set[str]:
    return {each["digest"] for each in found["named"]}


def test_every_one_of_a_hundred_flipped_bits_is_found_and_none_is_served(
    store: Store, box: str
) -> None:
    client = store.client()
    contents = {f"{box}/{n}": solid(SIZE) for n in range(FLIPS)}
    assert {client.put(name, content).status for name, content in contents.items()} == {201}
    digests = {sha256(content).hexdigest() for content in contents.values()}
    for digest in digests:
        flip_a_bit(store.blocks()[digest])
    early = random.sample(sorted(contents), FLIPS // 2)
    assert [client.get(name).status for name in early] == [503] * len(early)
    found = scrub(store, status=1)
    assert damaged(found) == digests
    assert found["damaged"] + found["missing"] == FLIPS
    event = store.ask("SELECT details FROM audit_event WHERE action = 'scrub.quarantine'")
    assert event["damaged"] + event["missing"] == FLIPS
    assert {client.get(name).status for name in contents} == {503}
    assert {client.put(name, content).status for name, content in contents.items()} == {201}
    assert damaged(scrub(store)) == set()
    assert {name: client.get(name).body for name in contents} == contents


def test_a_dry_run_tells_of_damage_and_sets_nothing_aside(store: Store, box: str) -> None:
    client, content = store.client(), solid(SIZE)
    assert client.put(f"{box}/o", content).status == 201
    flip_a_bit(store.blocks()[sha256(content).hexdigest()])
    before = store.ask("SELECT count(*) FROM audit_event"), sorted(store.blocks())
    done = store.manage("scrub", "--dry-run", "--json")
    assert (done.returncode, json.loads(done.stdout)["damaged"]) == (1, 1), done.stderr
    assert damaged(json.loads(done.stdout)) == {sha256(content).hexdigest()}
    assert (store.ask("SELECT count(*) FROM audit_event"), sorted(store.blocks())) == before
    assert store.ask("SELECT count(*) FROM block WHERE damaged IS NOT NULL") == 0
    assert damaged(scrub(store, status=1)) == {sha256(content).hexdigest()}
    assert client.put(f"{box}/o", content).status == 201


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("finds", [lambda s, n: scrub(s, status=1), lambda s, n: s.client().get(n)])
def test_who_has_the_bytes_is_asked_for_them(
    store: Store, box: str, damage: Callable[[Path], None], finds: Callable[[Store, str], object]
) -> None:
    client, content = store.client(), solid(SIZE)
    digest = sha256(content).hexdigest()
    body = json.dumps({"bytes": SIZE, "hashes": [digest]}).encode()
    assert client.put(f"{box}/o", content).status == 201
    damage(store.blocks()[digest])
    finds(store, f"{box}/o")
    refused = client.put(f"{box}/o", body, hashmap="")
    assert (refused.status, refused.body.split()) == (409, [digest.encode()])
    octets = {"Content-Type": "application/octet-stream"}
    assert client.post(box, content, headers=octets, update="").status == 202
    assert client.put(f"{box}/o", body, hashmap="").status == 201
    assert client.get(f"{box}/o").body == content
    scrub(store)


def test_damage_in_the_database_is_found_and_healed_too(store: Store, box: str) -> None:
    client, content = store.client(), solid(1000)
    digest = sha256(content).digest()
    client.put(f"{box}/o", content)
    store.execute("UPDATE block SET data = set_byte(data, 7, 0) WHERE digest = %s", digest)
    store.execute("UPDATE block SET data = set_byte(data, 8, 1) WHERE digest = %s", digest)
    found = scrub(store, status=1)
    assert (damaged(found), found["damaged"]) == ({digest.hex()}, 1)
    assert client.get(f"{box}/o").status == 503
    assert client.put(f"{box}/again", content).status == 201
    assert client.get(f"{box}/o").body == content
    scrub(store)


def test_what_an_operator_puts_back_is_healed(store: Store, box: str) -> None:
    content = solid(SIZE)
    store.client().put(f"{box}/o", content)
    [path] = [store.blocks()[sha256(content).hexdigest()]]
    flip_a_bit(path)
    scrub(store, status=1)
    assert scrub(store, status=1)["missing"] == 1
    path.write_bytes(content)
    assert scrub(store)["healed"] == 1
    assert store.client().get(f"{box}/o").body == content
    assert scrub(store)["healed"] == 0


@pytest.fixture
def many_blocks(store: Store) -> Iterator[int]:
    """A thousand small blocks more."""
    store.execute(
        "INSERT INTO block (digest, size, data)"
        " SELECT sha256(n::text::bytea), 10, n::text::bytea FROM generate_series(1, 1000) n"
    )
    yield store.ask("SELECT count(*) FROM block")
    store.execute("DELETE FROM block WHERE size = 10")


def test_a_scrub_that_was_killed_goes_on_where_it_was(store: Store, many_blocks: int) -> None:
    slow = ("scrub", "--restart", "--rate", "1M")
    store.execute("DELETE FROM scrub_pass")
    with forks.start(slow, store.env) as process:
        try:
            wait_for(lambda: store.ask("SELECT coalesce(max(blocks), 0) FROM scrub_pass"))
        finally:
            process.kill()
    done = store.manage("scrub", "--json")
    read = json.loads(done.stdout)["blocks"]
    assert (done.returncode, store.ask("SELECT blocks FROM scrub_pass")) == (0, many_blocks)
    assert 0 < read < many_blocks


def test_two_scrubs_at_once_are_refused(store: Store) -> None:
    with closing(store.session()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(4, 2)")
        done = store.manage("scrub")
    assert (done.returncode, done.stderr) == (2, "CommandError: another scrub is under way\n")


def test_blocks_that_are_all_away_are_not_damaged(store: Store, box: str) -> None:
    store.client().put(f"{box}/o", solid(SIZE))
    away = (store.data / "blocks").rename(store.data / "away")
    try:
        assert store.client().get(f"{box}/o").status == 503
    finally:
        away.rename(store.data / "blocks")
    assert store.ask("SELECT count(*) FROM block WHERE damaged IS NOT NULL") == 0


def test_a_running_server_scrubs_unasked(store: Store, box: str) -> None:
    content = solid(SIZE)
    store.client().put(f"{box}/o", content)
    digest = sha256(content).hexdigest()
    flip_a_bit(store.blocks()[digest])
    store.ask("WITH gone AS (DELETE FROM scrub_pass RETURNING 1) SELECT count(*) FROM gone")
    store.kill()
    store.restart(PITHOS_SCRUB_RATE="1G")
    wait_for(lambda: f"scrub: block {digest} is damaged" in store.errors())
    store.kill()
    store.restart(PITHOS_SCRUB_RATE="0")
    assert store.client().put(f"{box}/o", content).status == 201
