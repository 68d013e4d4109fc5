"""Hashes that are remembered: of files that look unchanged, and of no others."""

import os
import time
from pathlib import Path, PosixPath
from typing import Any

import pytest
from pithos_client.hash_records import HashRecords, Stamp

BLOCK = 4096
LONG_AGO = 1_700_000_000 * 10**9 + 1


class Watched(PosixPath):
    """A path that counts how often it is opened."""

    opened = 0

    def open(self, *how: Any, **more: Any) -> Any:
        Watched.opened += 1
        return super().open(*how, **more)


@pytest.fixture
def records(tmp_path: Path) -> HashRecords:
    return HashRecords(tmp_path / "cache" / "hashes")


@pytest.fixture
def file(tmp_path: Path) -> Watched:
    """A file that was written long ago."""
    path = Watched(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    path.write_bytes(b"a" * 5000)
    os.utime(path, ns=(LONG_AGO, LONG_AGO))
    return path


def reads(records: HashRecords, file: Watched, block_size: int = BLOCK) -> int:
    """How often a file is read to tell its hash, which is right."""
    Watched.opened = 0
    assert records.content_hash(file, block_size) == HashRecords(None).content_hash(
        Path(file), block_size
    )
    return Watched.opened


def test_an_unchanged_file_is_read_once(
    records: HashRecords, file: Watched, tmp_path: Path
) -> None:
    assert [reads(records, file), reads(records, file)] == [1, 0]
    assert reads(records, file, 2 * BLOCK) == 1
    records.close()
    assert reads(HashRecords(tmp_path / "cache" / "hashes"), file) == 0


def test_nothing_is_trusted_where_nothing_is_remembered(file: Watched) -> None:
    forgetful = HashRecords(None)
    assert [reads(forgetful, file), reads(forgetful, file)] == [1, 1]


def same_time(file: Path) -> None:
    file.write_bytes(b"b" * 5000)
    os.utime(file, ns=(LONG_AGO, LONG_AGO))


def other_file(file: Path) -> None:
    beside = file.with_name("beside")
    beside.write_bytes(b"b" * 5000)
    os.utime(beside, ns=(LONG_AGO, LONG_AGO))
    beside.replace(file)


def longer(file: Path) -> None:
    with file.open("ab") as opened:
        opened.write(b"c")


@pytest.mark.parametrize("change", [same_time, other_file, longer])
def test_a_change_is_seen(records: HashRecords, file: Watched, change: Any) -> None:
    assert reads(records, file) == 1
    change(file)
    assert reads(records, file) == 1


@pytest.mark.parametrize("age_ns", [0, -(10**9)], ids=["just now", "in the future"])
def test_what_may_change_without_a_sign_is_not_remembered(
    records: HashRecords, file: Watched, age_ns: int
) -> None:
    when = time.time_ns() - age_ns
    os.utime(file, ns=(when, when))
    assert [reads(records, file), reads(records, file)] == [1, 1]


def test_where_clocks_tick_in_seconds_more_is_recent() -> None:
    fine, coarse = Stamp(1, 10**9 + 1, 10**9 + 1, 1), Stamp(1, 10**9, 10**9, 1)
    soon, late = 10**9 + 10**8, 4 * 10**9
    found = [each.is_settled(now) for each in (fine, coarse) for now in (soon, late)]
    assert found == [True, True, False, True]


def test_what_changes_while_it_is_read_is_not_remembered(
    records: HashRecords, file: Watched
) -> None:
    stamp, begun = Stamp.of(file), time.time_ns()
    longer(file)
    records.keep(file, BLOCK, stamp, begun, "00")
    assert records.known(file, BLOCK, stamp) is None


def test_a_damaged_file_of_records_is_done_without(file: Watched, tmp_path: Path) -> None:
    (tmp_path / "damaged").write_bytes(b"no database, but long enough to look like one" * 100)
    for place in (tmp_path / "damaged", tmp_path / "damaged" / "below"):
        assert reads(HashRecords(place), file) == 1
