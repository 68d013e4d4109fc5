"""What an archive holds is the same, wherever the body pauses on its way."""

import bz2
import gzip
import subprocess
import tarfile
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest

from pithos_api.http.bodies.archives.decompressing import Compression
from pithos_api.http.bodies.archives.expanding import ArchiveLimits, ExpandedBody
from pithos_api.http.bodies.archives.members import MemberReader
from tests.swift.archives.making import archive, entry
from tests.swift.archives.test_hostile import BROKEN, END, FILE, LARGE, head, padded, pax, record
from web.bodies.body import RequestBody
from web.bodies.pausing import Aside, BodyPauses, Pausing, new_queue
from web.errors import PithosError

LIMITS = ArchiveLimits(entries=60, size=1 << 30, ratio=1000, depth=10)
RANDOM = Random(1)
T = TypeVar("T")
Seen = list[tuple[str, dict[str, str], bytes]]


class Stuttering:
    """A body that pauses before each few bytes, and before its end."""

    def __init__(self, data: bytes, most: int) -> None:
        self.left = memoryview(data)
        self.most = most
        self.pauses = False
        self.ended = False

    def receive(self, buffer: memoryview) -> int:
        self.pauses = not self.pauses and not self.ended
        if self.pauses:
            raise BodyPauses
        piece = self.left[: min(len(buffer), RANDOM.randint(1, self.most))]
        buffer[: len(piece)] = piece
        self.left = self.left[len(piece) :]
        self.ended = not piece
        return len(piece)

    def body(self) -> RequestBody:
        def never(_: int) -> None:
            raise AssertionError

        def no_queue() -> Aside:
            raise AssertionError

        pausing = Pausing(self.receive, never, lambda: False, new_queue(None), no_queue, {})
        return RequestBody(self.receive, None, pausing)


def whole(data: bytes) -> RequestBody:
    left = memoryview(data)

    def readinto(buffer: memoryview) -> int:
        nonlocal left
        count = min(len(buffer), len(left))
        buffer[:count] = left[:count]
        left = left[count:]
        return count

    return RequestBody(readinto, None)


def again(call: Callable[[], T]) -> T:
    while True:
        try:
            return call()
        except BodyPauses:
            pass


def read(body: RequestBody, kind: str, rests: bool = False) -> tuple[Seen, str]:
    """The files of an archive, and what ended it. rests: every third time it may not go on."""
    turns = cycle([not rests, True, True])
    source = ExpandedBody(body, Compression(kind), LIMITS, lambda _: next(turns))
    members, seen = MemberReader(source, LIMITS), Seen()
    buffer = memoryview(bytearray(1000))
    try:
        while (member := again(members.next)) is not None:
            data = b""
            # Of the second file of three nothing is read, as of one that is refused.
            while len(seen) % 3 != 1 and (count := again(lambda: member.readinto(buffer))):
                data += buffer[:count]
            seen.append((member.name, dict(member.said), data))
    except PithosError as error:
        return seen, str(error)
    finally:
        source.close()
    return seen, ""


def sparse(path: Path, *options: str) -> bytes:
    with (path / "sparse").open("wb") as file:
        for number in range(30):
            file.seek(3000 * (number + 1))
            file.write(b"some")
        file.truncate(100_000)
    command = ["tar", "-S", *options, "-cf", "-", "sparse"]
    return subprocess.run(command, cwd=path, capture_output=True, check=True).stdout


def made(data: bytes) -> Callable[[Path], bytes]:
    return lambda _: data


FILES = {f"c/{'n' * 150}{number}": b"%d" % number * 5000 for number in range(4)}
COMMON = pax(record("comment", b"of all"), tarfile.XGLTYPE)
NUMBERED = b"".join(
    pax(record("SCHILY.xattr.user.meta.n", b"%d" % number)) + FILE for number in range(12)
)
ENDLESS = head(tarfile.DIRTYPE, 0, "c/d") * 100 + END
PLAIN: dict[str, Callable[[Path], bytes]] = {
    "PAX": lambda _: archive(FILES, said={"SCHILY.xattr.user.meta.a": "b"}, format=2),
    "GNU": lambda _: archive(FILES, format=1),
    "what is said of all": made(COMMON + NUMBERED + COMMON + FILE + END),
    "folders": lambda _: b"".join(entry(f"{n}", tarfile.DIRTYPE).tobuf() for n in range(9)) + FILE,
    "too many entries": made(ENDLESS),
    "sparse 0.0": lambda path: sparse(path, "--format=posix", "--sparse-version=0.0"),
    "sparse 0.1": lambda path: sparse(path, "--format=posix", "--sparse-version=0.1"),
    "sparse 1.0": lambda path: sparse(path, "--format=posix"),
    "sparse of old": lambda path: sparse(path, "--format=oldgnu"),
    "cut": lambda _: archive(FILES)[:9000],
    "a wrong sum amid it": lambda _: FILE + COMMON.replace(b"x", b"y", 1) + FILE + END,
    "much behind the end": lambda _: FILE + END + bytes(40_000),
    **{name: made(padded(data)) for name, data in BROKEN.items()},
    **{name: made(data[:150_000]) for name, data in LARGE.items()},
}


def in_streams(data: bytes, compress: Callable[[bytes], bytes]) -> bytes:
    """Compressed, each few bytes on their own."""
    return b"".join(compress(data[at : at + 700]) for at in range(0, len(data), 700))


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "tar": bytes,
    "tar.gz": gzip.compress,
    "tar.bz2": lambda data: in_streams(data, bz2.compress),
}


@pytest.mark.requirement("S60")
@pytest.mark.parametrize("make", PLAIN.values(), ids=PLAIN.keys())
def test_an_archive_may_stop_anywhere(tmp_path: Path, make: Callable[[Path], bytes]) -> None:
    plain = make(tmp_path)
    for kind, pack in PACKED.items():
        data = pack(plain)
        wanted = read(whole(data), kind)
        assert read(whole(data), kind, rests=True) == wanted
        assert read(Stuttering(data, 1 + len(data) // 20).body(), kind) == wanted


@pytest.mark.requirement("S60")
@pytest.mark.parametrize("kind", ["tar.gz", "tar.bz2"])
def test_it_may_stop_amid_the_head_of_a_stream(kind: str) -> None:
    pack = gzip.compress if kind == "tar.gz" else bz2.compress
    data = in_streams(archive(FILES), pack)
    wanted = read(whole(archive(FILES)), "tar")
    assert read(Stuttering(data, 2).body(), kind) == wanted
    assert read(Stuttering(data + b"no stream", 2).body(), kind) == wanted
