"""Checksums beside block files: they spare readers the SHA-256 and are never trusted for damage."""

import errno
import logging
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from pithos_api.blocks.local.checksums import ATTRIBUTE, LEAST_SIZE
from pithos_api.blocks.local.store import LocalBlockStore
from pithos_api.errors import BlockDamagedError
from tests.pithos_api.blocks.contract import LONG, put, read

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
OTHER = LONG[::-1]
REFUSALS = ["ENOTSUP", "ENOSPC", "E2BIG", "EPERM", "EDQUOT", "ERANGE", "EROFS", "EIO"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "blocks"


@pytest.fixture
def store(root: Path) -> LocalBlockStore:
    return LocalBlockStore(root, "always", KEY)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names the module of each SHA-256 that the store begins."""
    begun: list[str] = []
    for module in ("store", "files", "checksums"):

        def counting(*data: Any, module: str = module) -> Any:
            begun.append(module)
            return sha256(*data)

        monkeypatch.setattr(f"pithos_api.blocks.local.{module}.sha256", counting)
    return begun


def file_of(root: Path, digest: bytes) -> Path:
    return root / digest.hex()[:3] / digest.hex()


def content(store: LocalBlockStore, digest: bytes) -> bytes:
    return b"".join(store.read(digest, 0, len(LONG)))


def test_the_first_read_after_an_upload_computes_no_sha256(root: Path, hashed: list[str]) -> None:
    store = LocalBlockStore(root, "first", KEY)
    digest = put(store, LONG)
    assert content(store, digest) == content(store, digest) == LONG
    assert hashed == []


def test_checks_and_copies_compute_it(store: LocalBlockStore, hashed: list[str]) -> None:
    digest = put(store, LONG)
    assert (store.check(digest), len(hashed)) == (len(LONG), 1)
    assert (store.quarantine(digest), len(hashed)) == (False, 2)
    assert (store.get(digest), len(hashed)) == (LONG, 3)


def test_what_is_small_has_none(store: LocalBlockStore, root: Path, hashed: list[str]) -> None:
    digest = put(store, LONG[: LEAST_SIZE - 1])
    assert os.listxattr(file_of(root, digest)) == []
    assert read(store, digest, 0, 9) == LONG[:9]
    assert len(hashed) == 1


def flip(file: Path, _other: Path) -> None:
    with file.open("r+b") as out:
        out.seek(len(LONG) // 2)
        out.write(bytes([LONG[len(LONG) // 2] ^ 1]))


def cut(file: Path, _other: Path) -> None:
    os.truncate(file, len(LONG) - 1)


def cut_short(file: Path, _other: Path) -> None:
    os.truncate(file, 100)


def erase(file: Path, _other: Path) -> None:
    os.truncate(file, 0)
    os.truncate(file, len(LONG))


def take_the_others_name(file: Path, other: Path) -> None:
    other.replace(file)


def take_the_others_bytes_and_checksum(file: Path, other: Path) -> None:
    file.write_bytes(other.read_bytes())
    os.setxattr(file, ATTRIBUTE, os.getxattr(other, ATTRIBUTE))


def flip_without_checksum(file: Path, other: Path) -> None:
    flip(file, other)
    os.removexattr(file, ATTRIBUTE)


DAMAGES = [
    flip, cut, cut_short, erase, take_the_others_name, take_the_others_bytes_and_checksum,
    flip_without_checksum,
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(
    "access", [content, LocalBlockStore.get, LocalBlockStore.check], ids=["read", "get", "check"]
)
def test_damage_is_found(
    store: LocalBlockStore, root: Path, damage: Callable[[Path, Path], None], access: Any
) -> None:
    digest, other = put(store, LONG), put(store, OTHER)
    damage(file_of(root, digest), file_of(root, other))
    with pytest.raises(BlockDamagedError):
        access(store, digest)
    assert store.quarantine(digest) is True
    assert content(store, put(store, LONG)) == LONG


def lose(file: Path) -> None:
    os.removexattr(file, ATTRIBUTE)


def spoil(file: Path) -> None:
    kept = bytearray(os.getxattr(file, ATTRIBUTE))
    kept[-1] ^= 1
    os.setxattr(file, ATTRIBUTE, bytes(kept))


def shorten(file: Path) -> None:
    os.setxattr(file, ATTRIBUTE, os.getxattr(file, ATTRIBUTE)[:-1])


def empty(file: Path) -> None:
    os.setxattr(file, ATTRIBUTE, b"")


def make_it_of_another_kind(file: Path) -> None:
    os.setxattr(file, ATTRIBUTE, b"\x7f" + os.getxattr(file, ATTRIBUTE)[1:])


@pytest.mark.parametrize("change", [lose, spoil, shorten, empty, make_it_of_another_kind])
def test_a_sound_block_with_a_useless_checksum_is_sound(
    store: LocalBlockStore, root: Path, hashed: list[str], change: Callable[[Path], None]
) -> None:
    digest = put(store, LONG)
    change(file_of(root, digest))
    assert content(store, digest) == LONG
    assert hashed == ["files"]


@pytest.mark.parametrize("key", [OTHER_KEY, None])
def test_another_key_or_none_means_sha256(
    store: LocalBlockStore, root: Path, hashed: list[str], key: bytes | None
) -> None:
    digest = put(store, LONG)
    assert content(LocalBlockStore(root, "always", key), digest) == LONG
    assert hashed == ["files"]


@pytest.mark.parametrize("change", [lose, spoil, shorten, empty, make_it_of_another_kind])
def test_a_check_that_only_tells_leaves_it_as_it_is(
    store: LocalBlockStore, root: Path, change: Callable[[Path], None]
) -> None:
    digest = put(store, LONG)
    file = file_of(root, digest)
    change(file)
    kept = {name: os.getxattr(file, name) for name in os.listxattr(file)}
    assert store.check(digest) == len(LONG)
    assert {name: os.getxattr(file, name) for name in os.listxattr(file)} == kept


@pytest.mark.parametrize("change", [lose, spoil, shorten, empty, make_it_of_another_kind])
def test_a_check_that_mends_puts_it_right_and_makes_no_block_young(
    store: LocalBlockStore, root: Path, hashed: list[str], change: Callable[[Path], None]
) -> None:
    digest = put(store, LONG)
    file = file_of(root, digest)
    kept = os.getxattr(file, ATTRIBUTE)
    change(file)
    os.utime(file, (1, 1))
    store.check(digest, mend=True)
    hashed.clear()
    assert content(store, digest) == LONG
    assert (hashed, os.getxattr(file, ATTRIBUTE), file.stat().st_mtime) == ([], kept, 1)


def test_a_check_that_mends_gives_one_to_blocks_that_came_without(
    root: Path, hashed: list[str]
) -> None:
    digest = put(LocalBlockStore(root), LONG)
    store = LocalBlockStore(root, "first", KEY)
    store.check(digest, mend=True)
    hashed.clear()
    assert content(store, digest) == LONG
    assert hashed == []


def test_a_check_gives_none_to_a_damaged_block(store: LocalBlockStore, root: Path) -> None:
    digest = put(store, LONG)
    file = file_of(root, digest)
    flip_without_checksum(file, file)
    with pytest.raises(BlockDamagedError):
        store.check(digest, mend=True)
    assert os.listxattr(file) == []


def test_without_the_key_nobody_makes_one(store: LocalBlockStore, root: Path) -> None:
    digest = put(store, LONG)
    strangers = LocalBlockStore(root.parent / "strangers", "always", OTHER_KEY)
    strangers.put(digest, OTHER)
    made = os.getxattr(file_of(root.parent / "strangers", digest), ATTRIBUTE)
    file, head = file_of(root, digest), os.getxattr(file_of(root, digest), ATTRIBUTE)[:5]
    file.write_bytes(OTHER)
    os.setxattr(file, ATTRIBUTE, head + made[5:])
    with pytest.raises(BlockDamagedError):
        content(store, digest)


@pytest.mark.parametrize("number", [getattr(errno, name) for name in REFUSALS])
@pytest.mark.parametrize("call", ["setxattr", "getxattr"])
def test_a_file_system_that_refuses_attributes_keeps_blocks_all_the_same(
    store: LocalBlockStore, monkeypatch: pytest.MonkeyPatch, number: int, call: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, "refused")

    monkeypatch.setattr(os, call, refuse)
    digest = put(store, LONG)
    assert content(store, digest) == LONG
    assert store.check(digest) == len(LONG)


def test_the_checksum_is_there_before_the_bytes_are_flushed(
    store: LocalBlockStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush, had = os.fdatasync, []

    def look_and_flush(fd: int) -> None:
        had.append(len(os.getxattr(fd, ATTRIBUTE)))
        flush(fd)

    monkeypatch.setattr(os, "fdatasync", look_and_flush)
    put(store, LONG)
    assert had == [21]


def test_a_checksum_that_does_not_fit_is_told(
    store: LocalBlockStore, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    digest = put(store, LONG)
    spoil(file_of(root, digest))
    with caplog.at_level(logging.WARNING):
        content(store, digest)
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_damaged_block_marked_sound_stays_damaged_after_it_changed(root: Path) -> None:
    store = LocalBlockStore(root, "first", KEY)
    digest = put(store, LONG)
    assert content(store, digest) == LONG
    file = file_of(root, digest)
    flip(file, file)
    os.utime(file, (1, 1))
    with pytest.raises(BlockDamagedError):
        content(store, digest)
