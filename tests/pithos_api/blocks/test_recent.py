"""The few blocks that were read last."""

from pithos_api.blocks.s3.recent import RecentBlocks


def test_the_block_asked_for_least_lately_goes_first() -> None:
    recent = RecentBlocks(limit=2)
    recent.add(b"a", memoryview(b"A"))
    recent.add(b"b", memoryview(b"B"))
    assert recent.find(b"a") is not None
    recent.add(b"c", memoryview(b"C"))
    assert [recent.find(digest) for digest in (b"a", b"b", b"c")] == [b"A", None, b"C"]


def test_a_deleted_block_is_forgotten() -> None:
    recent = RecentBlocks()
    recent.add(b"a", memoryview(b"A"))
    recent.forget(b"a")
    recent.forget(b"never seen")
    assert recent.find(b"a") is None
