"""What is read of an object before it is asked for, and then neither in the database nor on disk.

None of these tests may use the database: who answers a batch must not wait for it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from accounts.tokens.credentials import Credentials
from observability import request_context
from pithos_api.blocks.hashing import block_digest, trimmed_length
from pithos_api.models.statements.objects.read_object import OwnObject
from pithos_api.services.objects.large_objects.opening import Readable, open_readable
from pithos_api.services.objects.small.parts import WantedPart, wanted_part
from pithos_api.services.objects.small.reading import OWN_READS, FoundRead, OwnRead
from pithos_api.services.storage import block_store
from pithos_api.values import MAX_BLOCKS, ObjectPath

BLOCK = 4 << 20
KIB = 1 << 10
SIZE = 2 * BLOCK + 100 * KIB
CONTENT = Random(1).randbytes(SIZE - 9) + bytes(9)
BLOCKS = [CONTENT[at : at + BLOCK] for at in range(0, SIZE, BLOCK)]
HASHMAP = b"".join(map(block_digest, BLOCKS))
PATH = ObjectPath("a", "c", "o")
OWNER = Credentials(bytes(32))


@pytest.fixture(autouse=True)
def kept(settings: Any, tmp_path: Path) -> Iterator[None]:
    """The blocks are in a store, which has verified them."""
    settings.PITHOS_BLOCK_SIZE = BLOCK
    settings.PITHOS_BLOCK_STORE = f"file://{tmp_path}/blocks"
    settings.PITHOS_SECRET_KEY = "configured"  # else the one in the database is looked up
    block_store.current.cache_clear()
    store = block_store.current()
    for block in BLOCKS:
        digest = block_digest(block)
        store.put(digest, block[: trimmed_length(block)])
        store.get(digest)
    yield
    block_store.current.cache_clear()


def row(size: int = SIZE, hashmap: bytes | None = HASHMAP, merkle: bytes = bytes(32)) -> OwnObject:
    """A row of the owner's object."""
    nothing: dict[str, Any] = dict.fromkeys(OwnObject._fields)
    return OwnObject(**nothing)._replace(
        actor=1,
        unnoted=False,
        container=1,
        container_quota=0,
        keeps_history=True,
        serial=7,
        uuid="u",
        size=size,
        etag=memoryview(bytes(16)),
        merkle=memoryview(merkle),
        content_type="text/plain",
        meta="{}",
        modified=datetime.now(UTC),
        shares_second=False,
        hashmap=None if hashmap is None else memoryview(hashmap),
    )


def found(header: str | None, **columns: Any) -> FoundRead:
    """What is found for a GET with this Range header."""
    asked = OwnRead(bytes(32), PATH, content=True, part=wanted_part(header))
    known = row(**columns)
    if asked.first is not None and known.hashmap is not None:
        start = 32 * asked.first
        known = known._replace(hashmap=known.hashmap[start : start + 64])
    before = OWN_READS.found(asked, known)
    assert isinstance(before, FoundRead)
    return before


def opened(before: FoundRead) -> Readable:
    """The object as a thread or the poller opens it, once that was found."""
    request_context.enter({request_context.FOUND: before})
    try:
        return open_readable(OWNER, PATH)
    finally:
        request_context.leave()


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", (0, 1)),
        (f"bytes={BLOCK - 5}-{BLOCK + 4}", (BLOCK - 5, BLOCK + 5)),
        (f"bytes={BLOCK}-{BLOCK + 64 * KIB - 1}", (BLOCK, BLOCK + 64 * KIB)),
        (f"bytes={SIZE - 20}-{SIZE + 99}", (SIZE - 20, SIZE)),
        (f"bytes={SIZE - 20}-", (SIZE - 20, SIZE)),
        ("bytes=-20", (SIZE - 20, SIZE)),
    ],
)
def test_a_small_part_is_there_before_it_is_asked_for(header: str, part: tuple[int, int]) -> None:
    before = found(header)
    assert before.whole
    assert list(opened(before).read(*part)) == [CONTENT[slice(*part)]]


def test_a_small_object_of_one_block_is_there_as_well() -> None:
    end = BLOCKS[-1]
    before = found(None, size=len(end), hashmap=None, merkle=block_digest(end))
    assert not before.whole  # 100 KiB
    before = found("bytes=7-70", size=len(end), hashmap=None, merkle=block_digest(end))
    assert before.whole
    assert list(opened(before).read(7, 71)) == [end[7:71]]


@pytest.mark.parametrize(
    "header",
    [
        *(None, f"bytes=0-{64 * KIB}", "bytes=0-1,8-9", "bytes=5-4", "lines=0-1", "bytes=-99999"),
        *(f"bytes={SIZE}-{SIZE + 9}", f"bytes={10**30}-", f"bytes=0-{10**30}"),
    ],
)
def test_other_replies_are_left_to_threads(header: str | None) -> None:
    assert not found(header).whole


def test_a_part_of_an_object_whose_digests_are_not_known_is_left_to_a_thread() -> None:
    assert not found("bytes=-20", size=20_000 * BLOCK, hashmap=None).whole
    assert not found("bytes=5-9", size=20_000 * BLOCK, hashmap=None).whole
    straddling = f"bytes={BLOCK - 5}-{BLOCK + 4}"
    assert not found(straddling, hashmap=HASHMAP[:32]).whole


def test_what_cannot_be_foreseen_is_left_to_a_thread() -> None:
    asked = OwnRead(bytes(32), PATH, content=True, part=None)
    assert not OWN_READS.found(asked, row()).whole


def test_a_thread_knows_the_digests_that_were_found() -> None:
    before = found(f"bytes={BLOCK}-{BLOCK + 9}")
    digests = opened(before).state.version.digests
    assert (len(digests), digests[1:3], digests[2]) == (3, tuple(_listed()[1:]), _listed()[2])


def _listed() -> list[bytes]:
    return list(map(block_digest, BLOCKS))


@pytest.mark.parametrize(
    ("header", "first"),
    [
        ("bytes=0-9", 0),
        (f"bytes={BLOCK - 1}-{BLOCK}", 0),
        (f"bytes={BLOCK}-{BLOCK + 64 * KIB - 1}", 1),
        (f"bytes={BLOCK}-{BLOCK + 64 * KIB}", None),
        (f"bytes={(MAX_BLOCKS - 1) * BLOCK}-{(MAX_BLOCKS - 1) * BLOCK}", MAX_BLOCKS - 1),
        (f"bytes={MAX_BLOCKS * BLOCK}-{MAX_BLOCKS * BLOCK}", None),
        *((header, None) for header in ("bytes=-5", "bytes=5-", "bytes=1-2,3-4", "bytes=x", "")),
    ],
)
def test_where_a_part_begins_is_known_if_both_its_ends_are(header: str, first: int | None) -> None:
    assert wanted_part(header) == WantedPart(header, first)


def test_small_blocks_are_looked_up_two_at_most(settings: Any) -> None:
    settings.PITHOS_BLOCK_SIZE = 10
    assert [wanted_part(f"bytes=5-{end}").first for end in (9, 10, 19, 20)] == [0, 0, 0, None]
