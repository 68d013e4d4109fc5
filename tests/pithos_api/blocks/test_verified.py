import os

import pytest

from pithos_api.blocks.local.verified import VerifiedBlocks


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "block"
    path.write_bytes(b"abc")
    return path


def test_a_block_is_remembered_with_its_file(file):
    verified = VerifiedBlocks()
    verified.add(b"digest", file.stat())
    assert verified.holds(b"digest", file.stat())
    assert not verified.holds(b"other", file.stat())


def test_a_file_that_grew_is_unknown(file):
    verified = VerifiedBlocks()
    verified.add(b"digest", file.stat())
    with file.open("ab") as out:
        out.write(b"!")
    assert not verified.holds(b"digest", file.stat())


def test_the_memory_is_bounded(file):
    verified, seen = VerifiedBlocks(buckets=1), file.stat()
    for digest in (b"%d" % number for number in range(100)):
        verified.add(digest, seen)
        assert verified.holds(digest, seen)
    assert sum(verified.holds(b"%d" % number, seen) for number in range(100)) == 4


def test_a_block_verified_again_pushes_none_out(file):
    verified, seen = VerifiedBlocks(buckets=1), file.stat()
    for digest in (b"1", b"2", b"3", b"4", b"3", b"3"):
        verified.add(digest, seen)
    assert all(verified.holds(digest, seen) for digest in (b"1", b"2", b"3", b"4"))


def test_what_a_forked_process_verified_is_known_here(file):
    verified, seen = VerifiedBlocks(), file.stat()
    child = os.fork()
    if not child:
        verified.add(b"digest", seen)
        os._exit(0)
    os.waitpid(child, 0)
    assert verified.holds(b"digest", seen)
