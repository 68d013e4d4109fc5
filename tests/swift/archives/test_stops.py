"""Archives that stop and go on: no thread is theirs, and they end as if they had not stopped."""

import bz2
import gzip
import hashlib
import os
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Token
from tests.api.halting import STOP_SECONDS, Said, halting, in_pieces, sized, stopped
from tests.api.server import Serve, Server
from tests.server.wire import Wire
from tests.swift.archives.making import JSON, archive, entry, unpack
from tests.swift.archives.test_hostile import END, KINDS, head, padded, pax, record
from tests.swift.client import SwiftClient, in_swift

pytestmark = pytest.mark.requirement("S60")

BYTES = hashlib.shake_256(b"archives").digest(300_000)
LONG = "l" * 140


def file(name: str, data: bytes) -> bytes:
    return entry(name, size=len(data)).tobuf(tarfile.GNU_FORMAT) + padded(data)


SPARSE = record("GNU.sparse.map", b"10,90000,200000,90000") + record("GNU.sparse.size", b"400000")
PARTS = [
    pax(record("comment", b"of all"), tarfile.XGLTYPE),
    *(file(f"small/{number}", BYTES[number : number * 900]) for number in range(1, 30)),
    file("medium", BYTES[:60_000]),
    pax(record("SCHILY.xattr.user.mime_type", b"a/b") + record("path", LONG.encode())),
    file("short", BYTES[:100]),
    file("large", BYTES),
    file("refused\x07", BYTES[:150_000]),
    entry("folder", tarfile.DIRTYPE).tobuf(),
    file(LONG * 2, BYTES[1:70_000]),
    pax(SPARSE),
    head(tarfile.REGTYPE, 180_000, "sparse") + padded(BYTES[:180_000]),
    file("large", BYTES[5:]),
    file("last", b"last"),
    END,
]
PLAIN = b"".join(PARTS)


def in_streams(compress: Callable[[bytes], bytes]) -> tuple[bytes, list[int]]:
    """The archive, compressed in two streams; places amid the head of the second, and in both."""
    first, second = compress(PLAIN[:600_000]), compress(PLAIN[600_000:])
    whole = first + second
    inside = [70_000 + number * (len(whole) - 71_000) // 9 for number in range(10)]
    return whole, [len(first), len(first) + 1, len(first) + 5, len(first) - 3, *inside]


def places() -> list[int]:
    """Places in the archive where it is awkward to stop."""
    at = {part: PLAIN.index(part) for part in PARTS}
    extended, short, large, refused, _, named, sparse, parts, again, last, end = (
        at[part] for part in PARTS[31:]
    )
    heads = [extended + 100, extended + 700, short + 300, named + 200, named + 1300, sparse + 600]
    files = [at[PARTS[30]] + 20_000, short + 550, large, large + 80_000, refused + 99_000]
    ends = [again - 1, last + 513, end, end + 600]
    return [*heads, *files, parts + 90_513, parts + 100_000, *ends]


BODIES: dict[str, tuple[bytes, list[int]]] = {
    "tar": (PLAIN, places()),
    "tar.gz": in_streams(lambda data: gzip.compress(data, 1)),
    "tar.bz2": in_streams(lambda data: bz2.compress(data, 1)),
}

# Amid a large file.
STOPS = {kind: len(body) // 3 for kind, (body, _) in BODIES.items()}
STOPS["tar"] = PLAIN.index(BYTES) + 100_000


@pytest.fixture(scope="module")
def few(serve: Serve) -> Iterator[Server]:
    """A server with one thread, eight at most."""
    with serve(PITHOS_WORKERS="1", PITHOS_THREADS="1", PITHOS_HEAVY_PER_WORKER="1") as running:
        yield running


def url(box: SwiftClient, container: str, kind: str) -> str:
    return box.url(container, **{"extract-archive": kind})


def said(box: SwiftClient, container: str, kind: str, body: bytes, at: int) -> Said:
    return Said(f"PUT {url(box, container, kind)}", {**JSON, **box.own}, body, at)


def listed(box: SwiftClient, container: str) -> Any:
    """What a container has, without what differs from one time to another."""
    keys = ("name", "hash", "bytes", "content_type")
    return [[each[key] for key in keys] for each in box.get(container, format="json").json]


@pytest.fixture
def wanted(swift: SwiftClient) -> tuple[Any, Any]:
    """The report on the archive, as it is for one that does not stop, and what is stored."""
    report = unpack(swift, PLAIN, "whole")
    assert (report["Number Files Created"], len(report["Errors"])) == (36, 1)
    report["Errors"] = [["/" + name.partition("/")[2], why] for name, why in report["Errors"]]
    return report, listed(swift, "whole")


def check(box: SwiftClient, container: str, report: Any, wanted: tuple[Any, Any]) -> None:
    report["Errors"] = [["/" + name.partition("/")[2], why] for name, why in report["Errors"]]
    assert (report, listed(box, container)) == wanted
    versions = box.pithos.get(f"{container}/large", version="list", format="json").json["versions"]
    assert len(versions) == 2


def test_many_that_stop_hold_no_thread_and_end_right(
    few: Server, swift: SwiftClient, wanted: tuple[Any, Any]
) -> None:
    cases = [(kind, body, at) for kind, (body, stops) in BODIES.items() for at in stops]
    requests = [
        replace(said(swift, f"b{number}", kind, body, at), chunked=number % 3 == 1)
        for number, (kind, body, at) in enumerate(cases)
    ]
    with swift.at(few.address) as other, stopped(few.address[1], requests) as wires:
        began = time.monotonic()
        assert other.head("whole/last").status == other.get("whole/last").status == 200
        assert time.monotonic() - began < 5
        for wire, each in zip(wires, requests, strict=True):
            wire.send(each.parts()[1])
        for number, wire in enumerate(wires):
            try:
                check(swift, f"b{number}", wire.answer().json, wanted)
            except AssertionError as error:
                error.add_note(f"{cases[number][0]} at {cases[number][2]}")
                raise


@pytest.mark.parametrize("kind", BODIES)
def test_one_may_stop_again_and_again(swift: SwiftClient, kind: str) -> None:
    """After each piece, which is as much as a thread goes on with."""
    sizes = (300 + number * 7919 % 250_000 for number in range(30))
    files = {f"{number}/{size}": os.urandom(size) for number, size in enumerate(sizes)}
    body = KINDS[kind](archive(files))
    report = unpack(swift, in_pieces(body, 3), "b", kind, sized(body))
    assert (report["Number Files Created"], report["Errors"]) == (len(files), [])
    assert {name: digest for name, digest, _, _ in listed(swift, "b")} == {
        name: hashlib.md5(data).hexdigest() for name, data in files.items()
    }


def test_a_file_whose_container_goes_in_a_pause_leaves_nothing_to_the_next(
    swift: SwiftClient,
) -> None:
    body = file("c/lost", BYTES) + file("d/kept", BYTES[9:]) + END
    with swift.at(swift.address) as other:

        def pieces() -> Iterator[bytes]:
            yield body[:180_000]
            time.sleep(STOP_SECONDS)
            assert in_swift(other).delete("c").status == 204
            yield body[180_000:]

        report = unpack(swift, pieces(), headers=sized(body))
    assert report["Errors"] == [["c/lost", "404 Not Found"]]
    assert (report["Number Files Created"], swift.get("d/kept").body) == (1, BYTES[9:])


@pytest.mark.usefixtures("committed")
def test_a_token_that_goes_in_a_pause_ends_it(swift: SwiftClient) -> None:
    def pieces() -> Iterator[bytes]:
        yield PLAIN[:700_000]
        time.sleep(STOP_SECONDS)
        Token.objects.filter(user__account=swift.account).update(revoked=timezone.now())
        yield PLAIN[700_000:]

    query = {"extract-archive": "tar"}
    assert swift.request("PUT", "b", pieces(), sized(PLAIN), **query).status == 401
    Token.objects.filter(user__account=swift.account).update(revoked=None)
    assert "last" not in swift.names("b")
    assert "small/29" in swift.names("b")


def test_one_that_is_cut_after_a_pause_tells_what_was_made(swift: SwiftClient) -> None:
    cut = PLAIN[: PLAIN.index(BYTES) + 200_000]
    report = unpack(swift, halting(cut, len(cut) - 50_000), "b", headers=sized(cut))
    assert report["Response Status"] == "400 Bad Request"
    assert report["Number Files Created"] == len(swift.names("b")) == 31


@contextmanager
def begun(box: SwiftClient, server: Server, kind: str, count: int, to: str) -> Iterator[list[Wire]]:
    """So many archives that have stopped amid a large file."""
    body, _ = BODIES[kind]
    requests = [said(box, f"{to}{number}", kind, body, STOPS[kind]) for number in range(count)]
    with stopped(server.address[1], requests) as wires:
        yield wires


def eventually(fact: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not fact() and time.monotonic() < deadline:
        time.sleep(0.1)
    return fact()


def has_names(box: SwiftClient, container: str) -> bool:
    return bool(box.names(container))


def files_of(server: Server) -> list[str]:
    """What the worker has open, but for gunicorn's own."""
    parent = server.process.pid
    [worker] = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    found = Path(f"/proc/{worker}/fd").iterdir()
    opened = [os.readlink(each) for each in found if each.is_symlink()]
    return [each for each in opened if "wgunicorn" not in each]


def waiting_files(server: Server) -> int:
    """How many files hold bytes that wait."""
    return sum("(deleted)" in each for each in files_of(server))


@pytest.mark.parametrize(("kind", "count"), [("tar", 5), ("tar.gz", 5), ("tar.bz2", 16)])
def test_who_leaves_leaves_what_is_whole_and_nothing_else(
    few: Server, swift: SwiftClient, kind: str, count: int
) -> None:
    """There is room for sixteen of bzip2, which need no file, again and again."""
    before = len(files_of(few))
    for to in ("a", "b"):
        with begun(swift, few, kind, count, to):
            assert eventually(partial(has_names, swift, f"{to}{count - 1}"))
            assert eventually(lambda: waiting_files(few) == 0)
        assert eventually(lambda: len(files_of(few)) <= before + 1)
    names = swift.names(f"b{count - 1}")
    assert ("small/29" in names, "large" in names) == (True, False)
    assert not any((few.block_directory / "incoming").iterdir())


def test_more_of_bzip2_than_there_is_room_for(few: Server, swift: SwiftClient) -> None:
    with begun(swift, few, "tar.bz2", 20, "b") as wires:
        assert eventually(lambda: waiting_files(few) == 4)
        for wire in wires:
            wire.send(BODIES["tar.bz2"][0][STOPS["tar.bz2"] :])
        assert {wire.answer().json["Number Files Created"] for wire in wires} == {36}


LONG_WORK: dict[str, tuple[str, bytes, int]] = {
    "small files": ("tar", archive({f"{number:03}": b"x" for number in range(600)}), 600),
    "a large file": ("tar.gz", gzip.compress(file("large", bytes(30 << 20)) + END), 1),
    "a large file that is refused": (
        "tar.gz",
        gzip.compress(file("\x07", bytes(30 << 20)) + file("last", b"") + END),
        1,
    ),
}


@pytest.mark.parametrize(("kind", "body", "made"), LONG_WORK.values(), ids=LONG_WORK.keys())
def test_who_has_no_turn_comes_again(
    serve: Serve, swift: SwiftClient, kind: str, body: bytes, made: int
) -> None:
    """All have come, and each takes long; one at a time may."""
    options = {"PITHOS_WORKERS": "1", "PITHOS_THREADS": "8", "PITHOS_HEAVY_WAIT": "1s"}
    with serve(**options, PITHOS_HEAVY_PER_WORKER="1") as server:
        half = len(body) // 2
        requests = [said(swift, f"b{number}", kind, body, half) for number in range(5)]
        with stopped(server.address[1], requests) as wires, swift.at(server.address) as other:
            for wire in wires:
                wire.send(body[half:])
            assert other.head().status == 204
            assert {wire.answer().json["Number Files Created"] for wire in wires} == {made}


def test_one_that_nobody_goes_on_with_ends_with_what_was_made(
    serve: Serve, swift: SwiftClient
) -> None:
    with serve(PITHOS_WORKERS="1", PITHOS_TRANSFER_WINDOW="2s") as server:
        with begun(swift, server, "tar", 1, "b") as [wire]:
            report = wire.answer().json
        assert report["Response Status"].startswith("408")
        assert report["Number Files Created"] == 31
