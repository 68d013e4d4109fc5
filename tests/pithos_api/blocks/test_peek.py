"""What is in memory and verified is read without waiting; anything else is left to ``read``."""

import ctypes
import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pithos_api.blocks.base import BlockStore, Verify
from pithos_api.blocks.fallback import FallbackBlockStore
from pithos_api.blocks.hashing import EMPTY_DIGEST
from pithos_api.blocks.local import page_cache
from pithos_api.blocks.local.store import LocalBlockStore
from pithos_api.blocks.memory import MemoryBlockStore
from tests.pithos_api.blocks.contract import LONG, put
from tests.pithos_api.blocks.test_local import file_of, flip_a_bit

CUT = (5000, 70_000)
PART = LONG[slice(*CUT)]
# The kernel may take memory back, or say "not now" of a path that others change meanwhile. Where it
# has nothing in memory it begins to read, and a quick disk may have answered before it looks.
ATTEMPTS = 20


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "blocks"


@pytest.fixture
def store(root: Path) -> LocalBlockStore:
    return LocalBlockStore(root)


@pytest.fixture
def digest(store: LocalBlockStore) -> bytes:
    """A block that was read, and so verified."""
    digest: bytes = put(store, LONG)
    assert store.get(digest) == LONG
    return digest


def forget(path: Path) -> None:
    """Let the page cache have nothing of a file."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(fd)


def finds(store: BlockStore, digest: bytes, cut: tuple[int, int], part: bytes = PART) -> bool:
    """Whether a peek finds what was read right before it."""
    return part in peeks(lambda: b"".join(store.read(digest, *cut)), store, digest, cut, part)


def peeks(
    before: Callable[[], object],
    store: BlockStore,
    digest: bytes,
    cut: tuple[int, int] = CUT,
    part: bytes = PART,
) -> set[bytes | None]:
    """What peeks give, each after the same: the part, or nothing."""
    found = set()
    for _ in range(ATTEMPTS):
        before()
        found.add(store.peek(digest, *cut))
    assert found <= {part, None}
    return found


@pytest.mark.parametrize(
    "cut", [(0, 1), (0, 4096), CUT, (len(LONG) - 3, len(LONG)), (len(LONG) - 3, len(LONG) + 9)]
)
def test_what_was_read_before_is_there(
    store: LocalBlockStore, digest: bytes, cut: tuple[int, int]
) -> None:
    assert finds(store, digest, cut, LONG.ljust(cut[1], b"\0")[slice(*cut)])


def test_what_a_block_is_stored_without_is_nuls(store: LocalBlockStore, digest: bytes) -> None:
    assert store.peek(digest, len(LONG) + 5, len(LONG) + 9) == bytes(4)
    assert store.peek(EMPTY_DIGEST, 2, 9) == bytes(7)


def test_what_no_process_has_verified_is_left_to_a_read(
    store: LocalBlockStore, root: Path, digest: bytes
) -> None:
    again = LocalBlockStore(root)
    assert again.peek(digest, *CUT) is None
    next(again.read(digest, *CUT))
    assert finds(again, digest, CUT)


@pytest.mark.parametrize(("verify", "found"), [("always", None), ("never", PART)])
def test_verification_is_as_of_reads(root: Path, verify: Verify, found: bytes | None) -> None:
    store = LocalBlockStore(root, verify)
    digest = put(store, LONG)
    assert finds(store, digest, CUT) == (found == PART)


def test_what_would_have_to_come_from_the_disk_is_left_to_a_read(
    store: LocalBlockStore, root: Path, digest: bytes
) -> None:
    file = file_of(root, digest)
    assert None in peeks(lambda: forget(file), store, digest)
    assert b"".join(store.read(digest, *CUT)) == PART
    assert finds(store, digest, CUT)


def test_what_is_there_in_part_is_left_to_a_read(
    store: LocalBlockStore, root: Path, digest: bytes
) -> None:
    file = file_of(root, digest)

    def forget_the_rest() -> None:
        forget(file)
        with file.open("rb", buffering=0) as opened:
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_RANDOM)  # what is asked for alone
            opened.read(8192)

    start = (4096, 8192)
    assert LONG[slice(*start)] in peeks(forget_the_rest, store, digest, start, LONG[slice(*start)])
    assert None in peeks(forget_the_rest, store, digest)


def test_a_block_that_changed_is_left_to_a_read(
    store: LocalBlockStore, root: Path, digest: bytes
) -> None:
    flip_a_bit(file_of(root, digest))
    assert store.peek(digest, *CUT) is None


def test_a_block_that_is_gone_or_going_is_left_to_a_read(
    store: LocalBlockStore, digest: bytes
) -> None:
    store.retire(digest)
    assert store.peek(digest, *CUT) is None
    assert b"".join(store.read(digest, *CUT)) == PART
    store.delete(digest)
    assert store.peek(digest, *CUT) is None


def test_nothing_stays_open(store: LocalBlockStore, root: Path, digest: bytes) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        store.peek(digest, *CUT)
        flip_a_bit(file_of(root, digest))
        store.peek(digest, *CUT)
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("number", sorted(page_cache.UNABLE))
def test_a_system_that_cannot_is_asked_once(
    store: LocalBlockStore, digest: bytes, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    asked = []

    def refuse(*_: object) -> int:
        asked.append(number)
        ctypes.set_errno(number)
        return -1

    monkeypatch.setattr(page_cache, "_call", lambda: refuse)
    assert [store.peek(digest, *CUT) for _ in range(3)] == [None] * 3
    assert asked == [number]


def test_a_file_system_that_cannot_is_asked_once(
    store: LocalBlockStore, digest: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def refuse(fd: int, *_: object) -> int:
        asked.append(fd)
        raise OSError(errno.EOPNOTSUPP, "injected")

    monkeypatch.setattr(os, "preadv", refuse)
    assert [store.peek(digest, *CUT) for _ in range(3)] == [None] * 3
    assert len(asked) == 1


def test_either_of_two_stores_may_have_it(store: LocalBlockStore, digest: bytes) -> None:
    both = FallbackBlockStore(MemoryBlockStore(), store)
    assert finds(both, digest, CUT)
    assert finds(FallbackBlockStore(store, MemoryBlockStore()), digest, CUT)
    assert both.peek(bytes(32), *CUT) is None
