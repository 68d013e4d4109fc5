"""Garbage collection as users and operators see it (contract R142)."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from pithos_api.models import Block, BlockClaim, Store, Version
from pithos_api.services.storage import block_store
from pithos_api.services.upkeep.collector.passes import Place, advance
from pithos_api.services.upkeep.collector.steps import CollectionCounts, CollectionTerms
from tests.api.client import Client
from tests.api.server import BLOCK_SIZE, Server

pytestmark = [pytest.mark.requirement("R142"), pytest.mark.usefixtures("committed")]

LARGE = 3 * BLOCK_SIZE - 1000
FOREVER = "9999999999"
Collect = Callable[..., CollectionCounts]


@pytest.fixture
def collect(server: Server, settings: Any) -> Iterator[Collect]:
    """A whole pass on the server's store, of which this is a second process."""
    settings.PITHOS_BLOCK_STORE = server.env["PITHOS_BLOCK_STORE"]
    block_store.current.cache_clear()

    def run(grace: float = 0, *, batch: int = 2000, apply: bool = True) -> CollectionCounts:
        place, counts = Place(), CollectionCounts()
        while not place.ended:
            place, each = advance(
                place, CollectionTerms(grace, batch=batch, apply=apply, hold_seconds=0)
            )
            counts += each
        return counts

    run()  # what other tests have left
    yield run
    block_store.current.cache_clear()


def fresh(size: int) -> bytes:
    """New content that is stored as it is: no block of it ends with NULs."""
    return os.urandom(size).replace(b"\0", b"x")


def digests(content: bytes) -> list[bytes]:
    blocks = range(0, len(content), BLOCK_SIZE)
    return [sha256(content[at : at + BLOCK_SIZE].rstrip(b"\0")).digest() for at in blocks]


def is_kept(content: bytes) -> list[bool]:
    """Of each block whether it is in the database and, if it is large, a file."""
    store = block_store.current()
    rows = dict(Block.objects.filter(digest__in=digests(content)).values_list("digest", "size"))
    return [
        any(bytes(row) == digest and (size <= 16384 or store.exists([digest]))
            for row, size in rows.items())
        for digest in digests(content)
    ]  # fmt: skip


def purge(client: Client, path: str) -> None:
    assert client.delete(path).status == 204
    assert client.delete(path, until=FOREVER).status == 204


def test_what_nothing_names_is_freed_to_the_byte(box: Client, collect: Collect) -> None:
    large, small = fresh(LARGE), fresh(5000)
    for name, content in (("large", large), ("small", small)):
        assert box.put(f"c/{name}", content).status == 201
        purge(box, f"c/{name}")
    freed = collect()
    assert (freed.blocks, freed.freed_bytes) == (4, LARGE + 5000)
    assert not any(is_kept(large) + is_kept(small))
    assert collect() == CollectionCounts(visited=collect().visited)


def test_what_is_named_stays_wherever_it_is_named(box: Client, collect: Collect) -> None:
    past, copied, part = fresh(LARGE), fresh(LARGE), fresh(BLOCK_SIZE)
    contents = {"many": fresh(LARGE) + part, "one": part, "small": b"small", "empty": b""}
    box.put("c/copied", copied)
    assert box.request("COPY", "c/copied", headers={"Destination": "/c/copy"}).status == 201
    purge(box, "c/copied")
    version = box.put("c/small", past)["X-Object-Version"]
    for name, content in contents.items():
        assert box.put(f"c/{name}", content).status == 201
    purge(box, "c/one")
    collect()
    assert box.get("c/small", version=version).body == past
    assert box.get("c/copy").body == copied
    for name in contents.keys() - {"one"}:
        assert box.get(f"c/{name}").body == contents[name]


def test_a_dry_run_predicts_to_the_byte_and_changes_nothing(box: Client, collect: Collect) -> None:
    box.put("c/o", fresh(LARGE))
    box.put("c/p", fresh(100))
    purge(box, "c/o")
    purge(box, "c/p")
    block_store.current().put(sha256(b"unnamed" * 3000).digest(), b"unnamed" * 3000)
    before = _everything()
    predicted = collect(apply=False)
    assert _everything() == before
    assert replace(predicted, visited=0) == replace(collect(), visited=0)
    assert (predicted.blocks, predicted.freed_bytes) == (5, LARGE + 100 + 21_000)
    assert predicted.claims == 4


def _everything() -> list[Any]:
    tables = [list(model.objects.order_by("pk").values_list()) for model in (Block, BlockClaim)]
    return [tables, list(block_store.current().scan()), list(block_store.current().retired())]


def age(seconds: int) -> None:
    """Let time pass for every block and claim."""
    with connection.cursor() as cursor:
        for table, column in (
            ("block", "touched"), ("block", "unused_since"), ("block_claim", "claimed"),
        ):  # fmt: skip
            cursor.execute(f"UPDATE {table} SET {column} = {column} - interval '{seconds} s'")


def test_a_block_stays_for_the_grace_after_its_last_use(box: Client, collect: Collect) -> None:
    content = fresh(LARGE)
    box.put("c/o", content)
    age(5000)
    purge(box, "c/o")
    seen = collect(3600)
    assert (seen.blocks, seen.waiting, seen.waiting_bytes) == (0, 3, LARGE)
    assert all(is_kept(content))
    age(5000)
    assert collect(3600).freed_bytes == LARGE
    assert not any(is_kept(content))


def test_a_block_that_is_used_again_gets_a_new_grace(box: Client, collect: Collect) -> None:
    content = fresh(LARGE)
    box.put("c/o", content)
    purge(box, "c/o")
    collect(3600)
    box.put("c/o", content)
    collect(3600)
    assert not Block.objects.filter(unused_since__isnull=False).exists()
    purge(box, "c/o")
    age(5000)
    assert (collect(3600).freed_bytes, all(is_kept(content))) == (0, True)


def test_a_young_block_that_was_sent_for_a_hashmap_waits_for_it(
    box: Client, collect: Collect
) -> None:
    content = fresh(LARGE)
    assert box.post("c", content, {"Content-Type": "application/octet-stream"}).status == 202
    collect(3600)
    assert _put_map(box, content) == 201
    collect()
    assert box.get("c/o").body == content


def _put_map(client: Client, content: bytes) -> int:
    hashes = [digest.hex() for digest in digests(content)]
    described = json.dumps({"bytes": len(content), "block_size": BLOCK_SIZE,
                            "block_hash": "sha256", "hashes": hashes})  # fmt: skip
    return client.put("c/o", described.encode(), hashmap="", format="json").status


def test_a_claim_ends_with_the_grace_and_the_last_version(box: Client, collect: Collect) -> None:
    content = fresh(LARGE)
    box.put("c/o", content)
    collect()
    assert _put_map(box, content) == 201
    purge(box, "c/o")
    assert collect(3600).claims == 0
    collect()
    assert _put_map(box, content) == 409


def test_a_claim_ends_though_others_use_the_block(
    box: Client, collect: Collect, new_user: Callable[[], Client]
) -> None:
    content, other = fresh(LARGE), new_user()
    other.put("c")
    for client in (box, other):
        assert client.put("c/o", content).status == 201
    purge(box, "c/o")
    assert collect().claims == 3
    assert (_put_map(box, content), _put_map(other, content)) == (409, 201)
    assert other.get("c/o").body == content


def test_a_writer_into_another_s_container_keeps_their_claim(
    box: Client, collect: Collect, new_user: Callable[[], Client]
) -> None:
    content, writer = fresh(LARGE), new_user()
    box.put("c/o", b"", {"X-Object-Sharing": f"write={writer.account}"})
    at_home = writer.account
    writer.account = box.account
    assert writer.put("c/o", content).status == 201
    collect()
    assert _put_map(writer, content) == 201
    writer.account = at_home


def test_a_file_that_no_row_names_goes_when_it_is_old(box: Client, collect: Collect) -> None:
    store, block = block_store.current(), fresh(20_000)
    store.put(sha256(block).digest(), block)
    assert collect(3600).freed_bytes == 0
    assert collect().freed_bytes == 20_000
    assert store.exists([sha256(block).digest()]) == set()


def test_files_older_than_the_database_are_another_s(server: Server, collect: Collect) -> None:
    store, block = block_store.current(), fresh(20_000)
    store.put(sha256(block).digest(), block)
    name = sha256(block).hexdigest()
    before = Store.objects.get().created.timestamp() - 60
    os.utime(server.block_directory / name[:3] / name, (before, before))
    assert collect().freed_bytes == 0
    assert store.get(sha256(block).digest()) == block
    store.delete(sha256(block).digest())


def test_what_broken_uploads_left_is_swept_after_an_hour(server: Server, collect: Collect) -> None:
    left = [server.block_directory / "incoming" / name for name in ("old", "young")]
    for path in left:
        path.write_bytes(b"half a block")
    os.utime(left[0], (1, 1))
    swept = collect()
    assert (swept.leftovers, swept.freed_bytes) == (1, 12)
    assert [path.exists() for path in left] == [False, True]
    left[1].unlink()


def test_a_retired_block_that_is_named_comes_back(box: Client, collect: Collect) -> None:
    content = fresh(LARGE)
    box.put("c/o", content)
    for digest in digests(content):
        block_store.current().retire(digest)
    assert box.get("c/o").body == content
    assert collect().freed_bytes == 0
    assert list(block_store.current().retired()) == []
    assert box.get("c/o").body == content


def test_many_versions_and_blocks_are_done_in_small_batches(box: Client, collect: Collect) -> None:
    keep = {f"keep-{n}": fresh(30) for n in range(120)}
    for name, content in keep.items():
        box.put(f"c/{name}", content)
    for _ in range(120):
        box.put("c/o", fresh(30))
    purge(box, "c/o")
    assert collect(batch=50).blocks == 120
    assert all(box.get(f"c/{name}").body == content for name, content in keep.items())


def run_command(server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    return server.manage("collect_garbage", *arguments)


def test_the_command_predicts_frees_and_reports(
    server: Server, box: Client, collect: Collect
) -> None:
    box.put("c/o", fresh(LARGE))
    purge(box, "c/o")
    dry = run_command(server, "--grace", "0", "--json")
    real = run_command(server, "--grace", "0", "--json", "--apply")
    assert [each.returncode for each in (dry, real)] == [0, 0]
    predicted, freed = json.loads(dry.stdout), json.loads(real.stdout)
    assert predicted == {**freed, "applied": False, "visited": predicted["visited"]}
    assert freed["freed_bytes"] == LARGE
    again = run_command(server, "--grace", "0")
    assert again.stdout.startswith("0 bytes would be freed (--apply does it)\n")
    assert again.stderr == ""


@pytest.mark.parametrize("wrong", [["--grace", "soon"], ["--batch", "0"], ["--batch", "x"]])
def test_a_wrong_option_is_a_usage_error(wrong: list[str]) -> None:
    with pytest.raises(CommandError, match=wrong[0]):
        call_command("collect_garbage", *wrong)


def test_a_broken_run_is_gone_on_with(server: Server, box: Client, collect: Collect) -> None:
    contents = [fresh(20_000 + n) for n in range(4)]
    for content in contents:
        box.put("c/o", content)
    purge(box, "c/o")
    server.env["CRASH_AT"] = "block-retired"
    try:
        assert run_command(server, "--grace", "0", "--apply").returncode == 137
    finally:
        server.env["CRASH_AT"] = ""
    resumed = run_command(server, "--grace", "0", "--apply", "--resume", "--json")
    assert json.loads(resumed.stdout)["freed_bytes"] == sum(map(len, contents))
    assert not any(is_kept(b"".join(contents)))


def test_versions_are_untouched_without_a_policy(box: Client, collect: Collect) -> None:
    for n in range(3):
        box.put("c/o", b"%d" % n)
    before = Version.objects.count()
    assert (collect().versions, Version.objects.count()) == (0, before)
