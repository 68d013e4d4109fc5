import errno
import mmap
import os
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from stat import S_IMODE

import pytest

from pithos_api.blocks.base import Leftovers
from pithos_api.blocks.local.files import DIRECT_SIZE
from pithos_api.blocks.local.store import LocalBlockStore
from pithos_api.errors import (
    BlockDamagedError,
    BlockStoreFullError,
    BlockStoreUnavailableError,
)
from tests import tools
from tests.pithos_api.blocks.contract import (
    LONG,
    BlockStoreContract,
    digest_of,
    digests,
    put,
    read,
)


class NamedFilesStore(LocalBlockStore):
    """As on a file system without O_TMPFILE."""

    def _has_anonymous_files(self) -> bool:
        return False


class ChecksummedStore(LocalBlockStore):
    """As a server opens it."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, key=b"k" * 32)


@pytest.fixture(params=[LocalBlockStore, NamedFilesStore, ChecksummedStore])
def store(request, tmp_path):
    return request.param(tmp_path / "blocks")


@pytest.fixture
def root(tmp_path):
    return tmp_path / "blocks"


def file_of(root: Path, digest: bytes) -> Path:
    name = digest.hex()
    return root / name[:3] / name


def flip_a_bit(path: Path) -> None:
    """Damage in place, later than the last change by more than the clock's grain."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    later = path.stat().st_mtime + 5
    os.utime(path, (later, later))


def mapped(content: bytes) -> memoryview:
    """In memory as an upload's block is: from the start of a page on."""
    buffer = mmap.mmap(-1, len(content))
    buffer.write(content)
    return memoryview(buffer)


class TestLocalBlockStore(BlockStoreContract):
    @pytest.fixture
    def damage(self, root):
        def overwrite(digest, stored):
            file_of(root, digest).write_bytes(stored)

        return overwrite


def test_layout_and_modes(store, root):
    digest = put(store, b"abc")
    file = file_of(root, digest)
    assert file.read_bytes() == b"abc"
    modes = [S_IMODE(path.stat().st_mode) for path in (file, file.parent, root)]
    assert modes == [0o600, 0o700, 0o700]
    assert list((root / "incoming").iterdir()) == []


def test_opening_again_finds_everything(store, root):
    digest = put(store, b"abc")
    (root / "README").write_text("an operator's note")
    (root / digest.hex()[:3] / "note").write_text("another")
    again = LocalBlockStore(root)
    assert again.get(digest) == b"abc"
    assert digests(again) == [digest]
    assert (root / "README").exists()


def test_putting_again_replaces_the_file_and_never_changes_it(store, root):
    file = file_of(root, put(store, LONG))
    with file.open("rb") as old:
        put(store, LONG)
        assert os.fstat(old.fileno()).st_ino != file.stat().st_ino
        assert old.read() == LONG
    assert list((root / "incoming").iterdir()) == []


def test_a_directory_removed_behind_the_back_is_made_again(store, root):
    digest = put(store, b"abc")
    store.delete(digest)
    file_of(root, digest).parent.rmdir()
    assert store.get(put(store, b"abc")) == b"abc"


def test_putting_an_old_block_again_makes_it_young(store, root):
    digest = put(store, b"old")
    os.utime(file_of(root, digest), (1, 1))
    assert [block.put_at for block in store.scan()] == [1.0]
    put(store, b"old")
    assert [block.put_at > time.time() - 60 for block in store.scan()] == [True]


def test_sweeping_takes_only_old_leftovers(store, root):
    digest = put(store, b"kept")
    for name in ("old", "young"):
        (root / "incoming" / name).write_bytes(b"half a blo")
    os.utime(root / "incoming" / "old", (1, 1))
    assert store.sweep(3600, remove=False) == Leftovers(files=1, bytes=10)
    assert store.sweep(3600) == Leftovers(files=1, bytes=10)
    assert [path.name for path in (root / "incoming").iterdir()] == ["young"]
    assert store.get(digest) == b"kept"


def test_a_recalled_block_is_durable_before_it_stops_being_retired(store, root, calls):
    digest = put(store, b"abc")
    store.retire(digest)
    calls.clear()
    store.recall([digest])
    file = file_of(root, digest)
    assert calls == [
        ("link", str(file)), ("fsync", str(file.parent)), ("unlink", f"{root}/retired/{file.name}"),
    ]  # fmt: skip


@pytest.mark.parametrize("access", [lambda s, d: s.get(d), lambda s, d: read(s, d, 0, 9)])
def test_a_block_verified_once_is_verified_again_when_its_file_changed(store, root, access):
    digest = put(store, LONG)
    access(store, digest)
    flip_a_bit(file_of(root, digest))
    with pytest.raises(BlockDamagedError):
        access(store, digest)


def test_a_replaced_file_of_the_same_size_and_times_is_noticed(store, root):
    digest = put(store, LONG)
    store.get(digest)
    file = file_of(root, digest)
    times = (file.stat().st_atime_ns, file.stat().st_mtime_ns)
    impostor = root / "impostor"
    impostor.write_bytes(LONG[::-1])
    os.utime(impostor, ns=times)
    impostor.replace(file)
    with pytest.raises(BlockDamagedError):
        store.get(digest)


@pytest.mark.parametrize(("verify", "hashed"), [("always", 3), ("first", 1), ("never", 0)])
def test_when_a_block_is_verified(tmp_path, monkeypatch, verify, hashed):
    store = LocalBlockStore(tmp_path, verify)
    digest = put(store, LONG)
    calls = []

    def counting_sha256(*data):
        calls.append(data)
        return sha256(*data)

    for module in ("store", "files"):
        monkeypatch.setattr(f"pithos_api.blocks.local.{module}.sha256", counting_sha256)
    assert [store.get(digest), read(store, digest, 0, len(LONG)), store.get(digest)] == [LONG] * 3
    assert len(calls) == hashed


def test_never_verifying_serves_what_is_there(tmp_path):
    store = LocalBlockStore(tmp_path, "never")
    digest = put(store, b"abcd")
    file_of(tmp_path, digest).write_bytes(b"abXd")
    assert store.get(digest) == b"abXd"


def test_an_abandoned_read_closes_its_file(store):
    digest = put(store, LONG)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        next(store.read(digest, 0, len(LONG)))
        store.read(digest, 0, len(LONG))
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.fixture
def calls(monkeypatch):
    """The names of the system calls that write, in order, with the file that each concerns."""
    seen = []

    def record(name, path_of):
        original = getattr(os, name)

        def call(*args, **kwargs):
            seen.append((name, path_of(*args)))
            return original(*args, **kwargs)

        monkeypatch.setattr(os, name, call)

    def opened(fd):
        return os.readlink(f"/proc/self/fd/{fd}")

    record("write", lambda fd, _: "part")
    record("fdatasync", lambda _: "part")
    record("link", lambda _source, target, **_: target)
    record("replace", lambda _source, target: target)
    record("unlink", lambda path: path)
    record("mkdir", lambda path, *_: path)
    record("fsync", opened)
    return seen


def test_bytes_then_name_then_directories_reach_the_disk(store, root, calls):
    digest = digest_of(b"abc")
    store.put(digest, b"abc")
    naming = "replace" if isinstance(store, NamedFilesStore) else "link"
    file = str(file_of(root, digest))
    attempt = (naming, file)
    fanout = os.path.dirname(file)
    assert calls == [
        ("write", "part"), ("fdatasync", "part"), attempt, ("mkdir", fanout), attempt,
    ]  # fmt: skip
    calls.clear()
    store.settle([digest])
    assert calls == [("fsync", fanout), ("fsync", str(root))]


def test_each_directory_is_settled_once_and_the_root_only_for_new_ones(store, root, calls):
    digest = digest_of(b"abc")
    sibling = digest[:2] + bytes(30)
    for name in (digest, sibling):
        store.put(name, b"abc")
    calls.clear()
    store.settle([digest, sibling, digest])
    store.settle([digest])
    fanout = str(file_of(root, digest).parent)
    assert calls == [("fsync", fanout), ("fsync", str(root)), ("fsync", fanout)]


def test_a_directory_made_by_another_process_still_gets_its_root_settled(store, root, calls):
    digest = put(LocalBlockStore(root), b"abc")
    calls.clear()
    store.put(digest, b"abc")
    store.settle([digest])
    assert ("fsync", str(root)) in calls


@pytest.mark.parametrize(
    "failure",
    [
        (errno.EIO, BlockStoreUnavailableError),
        (errno.ENOSPC, BlockStoreFullError),
        (errno.EDQUOT, BlockStoreFullError),
    ],
)
@pytest.mark.parametrize("call", ["write", "fdatasync"])
def test_a_failed_write_leaves_nothing_and_is_not_tried_again(
    store, root, monkeypatch, call, failure
):
    (number, raised), tries = failure, []

    def fail(*_):
        tries.append(call)
        raise OSError(number, "injected")

    with monkeypatch.context() as broken:
        broken.setattr(os, call, fail)
        with pytest.raises(raised):
            store.put(digest_of(b"abc"), b"abc")
    assert tries == [call]
    assert digests(store) == []
    assert list((root / "incoming").iterdir()) == []
    assert store.get(put(store, b"abc")) == b"abc"


def test_a_failed_directory_fsync_is_an_error(store, monkeypatch):
    digest = digest_of(b"abc")
    store.put(digest, b"abc")

    def fail(_fd):
        raise OSError(errno.EIO, "injected")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(BlockStoreUnavailableError):
        store.settle([digest])


def test_a_failing_disk_is_not_a_missing_block(store, root):
    digest = digest_of(b"abc")
    put(store, b"abc")
    fanout = file_of(root, digest).parent
    fanout.rename(root / "away")
    fanout.symlink_to(fanout)  # ELOOP
    for access in (lambda: store.get(digest), lambda: store.exists([digest])):
        with pytest.raises(BlockStoreUnavailableError):
            access()


def test_short_writes_are_continued(store, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:1000]))
    block = LONG[:50_000]
    assert store.get(put(store, block)) == block


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MiB."""
    path = tmp_path / "disk"
    path.mkdir()
    with tools.small_disk(path, 1 << 20):
        yield path


def test_a_full_disk_loses_nothing_and_recovers(small_disk):
    store = LocalBlockStore(small_disk / "blocks")
    kept = put(store, LONG[:600_000])
    with pytest.raises(BlockStoreFullError):
        put(store, LONG[1:600_000])
    assert digests(store) == [kept]
    assert store.get(kept) == LONG[:600_000]
    store.delete(kept)
    assert store.get(put(store, LONG[1:600_000])) == LONG[1:600_000]


CRASH = """
import sys
import time
from hashlib import sha256
from pithos_api.blocks.local.store import LocalBlockStore
store = LocalBlockStore(sys.argv[1])
digest = sha256(b"abc").digest()
store.put(digest, b"abc")
store.settle([digest])
print("alive")
"""


@pytest.mark.parametrize(
    ("point", "status", "stored"),
    [
        ("block-written", 137, []),
        ("block-linked", 137, [b"abc"]),
        ("blocks-settled", 137, [b"abc"]),
        ("elsewhere", 0, [b"abc"]),
    ],
)
def test_dying_at_a_named_point_leaves_a_whole_block_or_none(tmp_path, point, status, stored):
    command = [sys.executable, "-c", CRASH, str(tmp_path / "blocks")]
    environment = {**os.environ, "CRASH_AT": point, "PYTHONPATH": os.getcwd()}
    died = subprocess.run(command, env=environment, capture_output=True, check=False)
    store = LocalBlockStore(tmp_path / "blocks")
    assert died.returncode == status
    assert [store.get(digest) for digest in digests(store)] == stored
    assert list((tmp_path / "blocks" / "incoming").iterdir()) == []


def test_what_was_damaged_is_kept_for_the_operator(store, root):
    digest = put(store, LONG)
    flip_a_bit(file_of(root, digest))
    damaged = file_of(root, digest).read_bytes()
    store.quarantine(digest)
    assert (root / "quarantine" / digest.hex()).read_bytes() == damaged
    assert (store.exists([digest]), list(store.scan())) == (set(), [])


def test_a_block_on_its_way_out_may_be_damaged_too(store, root):
    digest = put(store, LONG)
    store.retire(digest)
    flip_a_bit(root / "retired" / digest.hex())
    assert store.quarantine(digest) is True
    assert list(store.retired()) == []


def test_a_block_that_is_uploaded_while_it_is_moved_aside_stays(store, root, monkeypatch):
    digest = put(store, LONG)
    flip_a_bit(file_of(root, digest))
    move = os.rename

    def upload_and_move(source, target):
        put(store, LONG)
        move(source, target)

    monkeypatch.setattr(os, "rename", upload_and_move)
    assert store.quarantine(digest) is False
    assert store.get(digest) == LONG
    assert list((root / "quarantine").iterdir()) == []


@pytest.mark.parametrize("size", [DIRECT_SIZE + each for each in (-1, 0, 1, 511, 4095, 4096, 4097)])
@pytest.mark.parametrize("where", [mapped, bytes, lambda content: memoryview(b"x" + content)[1:]])
def test_what_goes_past_the_page_cache_arrives_whole(store, root, size, where):
    content = os.urandom(size - 1) + b"."
    digest = sha256(content).digest()
    store.put(digest, where(content))
    assert file_of(root, digest).read_bytes() == content
    assert store.get(digest) == content


def test_a_file_system_without_direct_writes_takes_blocks_too(store, monkeypatch):
    monkeypatch.setattr("fcntl.fcntl", refuse_direct)
    content = os.urandom(2 * DIRECT_SIZE - 1) + b"."
    store.put(sha256(content).digest(), mapped(content))
    assert store.get(sha256(content).digest()) == content


def refuse_direct(fd: int, command: int, argument: int = 0) -> int:
    if argument & os.O_DIRECT:
        raise OSError(errno.EINVAL, "no direct writes")
    return 0
