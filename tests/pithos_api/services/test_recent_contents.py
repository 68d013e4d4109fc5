"""How much of small objects a worker remembers."""

from random import Random

from pithos_api.blocks.hashing import block_digest
from pithos_api.services.objects.small.recent import KeptContent, RecentContents
from pithos_api.values import ObjectPath

SIZE = 4096
ROOM = 10 * SIZE


def content(seed: int, size: int = SIZE) -> KeptContent:
    data = Random(seed).randbytes(size - 1) + b"."
    return KeptContent(block_digest(data), data)


def path(number: int) -> ObjectPath:
    return ObjectPath("a", "c", str(number))


def kept(contents: RecentContents, numbers: range) -> list[int]:
    return [number for number in numbers if contents.at(path(number)) is not None]


def read(contents: RecentContents, number: int, times: int = 2) -> None:
    for _ in range(times):
        contents.note(path(number), content(number))


def test_what_was_read_last_is_there_within_the_room() -> None:
    contents = RecentContents(ROOM)
    for number in range(100):
        read(contents, number)
    there = kept(contents, range(100))
    assert 5 < len(there) <= ROOM // SIZE
    assert there == list(range(100 - len(there), 100))
    assert contents.at(path(99)) == content(99)


def test_what_is_asked_for_stays() -> None:
    contents = RecentContents(ROOM)
    for number in range(100):
        read(contents, number)
        contents.at(path(0))
    assert contents.at(path(0)) == content(0)


def test_what_has_no_room_is_not_kept() -> None:
    for room in (0, SIZE):
        contents = RecentContents(room)
        read(contents, 1)
        assert contents.at(path(1)) is None


def test_what_is_read_once_in_a_while_is_not_kept() -> None:
    contents = RecentContents(ROOM)
    for _ in range(2):
        for number in range(10_000):
            read(contents, number, times=1)
    assert kept(contents, range(10_000)) == []
    read(contents, 7)
    assert kept(contents, range(10_000)) == [7]
