"""Archives that mean harm, or are none."""

import bz2
import gzip
import io
import os
import socket
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.server import Serve, Server
from tests.swift.archives.making import archive, entry, unpack
from tests.swift.client import SwiftClient, in_swift

MIB = 1 << 20
KINDS: dict[str, Callable[[bytes], bytes]] = {
    "tar": bytes,
    "tar.gz": gzip.compress,
    "tar.bz2": bz2.compress,
}
pytestmark = pytest.mark.requirement("S63")


def refused(told: dict[str, Any], status: str, made: int = 0) -> str:
    """The reason why the rest of an archive is not unpacked."""
    assert (told["Response Status"], told["Number Files Created"]) == (status, made)
    return str(told["Response Body"])


def head(kind: bytes, size: int, name: str = "x") -> bytes:
    return entry(name, kind, size).tobuf(tarfile.USTAR_FORMAT)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


def record(key: str, value: bytes) -> bytes:
    """A PAX record."""
    rest = b" " + key.encode() + b"=" + value + b"\n"
    size = len(rest) + 1
    while len(str(size)) + len(rest) != size:
        size += 1
    return str(size).encode() + rest


def pax(data: bytes, kind: bytes = tarfile.XHDTYPE) -> bytes:
    return head(kind, len(data)) + padded(data)


FILE = head(tarfile.REGTYPE, 1, "c/good") + padded(b"x")
END = bytes(1024)

BROKEN = {
    "nothing": b"",
    "text": b"no archive\n" * 100,
    "zeros": bytes(10240),
    "a head that is cut": FILE[:300],
    "a wrong sum": head(tarfile.REGTYPE, 0).replace(b"x", b"y", 1) + END,
    "gzip within": gzip.compress(archive({"c/a": b"x"})),
    "a negative length in PAX": pax(record("size", b"-1024")) + FILE + END,
    "PAX records that overlap": pax(b"2 " * 30_000 + b"=") + FILE + END,
    "a PAX record beyond its header": pax(b"99 path=c/evil\n") + FILE + END,
    "PAX without an entry": pax(record("path", b"c/evil")),
    "a number without end": pax(record("path", b"7" * 60_000)) + FILE + END,
    "a sparse map that is none": pax(record("GNU.sparse.map", b"a,b")) + FILE + END,
    "a sparse map backwards": pax(
        record("GNU.sparse.map", b"900,10,0,5") + record("GNU.sparse.size", b"1000")
    )
    + FILE
    + END,
    "a sparse map below nothing": pax(
        record("GNU.sparse.map", b"0,-5") + record("GNU.sparse.size", b"1000")
    )
    + FILE
    + END,
}
LARGE = {
    "a long name without end": head(tarfile.GNUTYPE_LONGNAME, 1 << 30) + bytes(MIB),
    "a long link without end": head(tarfile.GNUTYPE_LONGLINK, 1 << 30) + bytes(MIB),
    "a PAX header without end": head(tarfile.XHDTYPE, 1 << 30) + bytes(MIB),
    "heads before heads": pax(record("comment", b"x")) * 2000 + FILE + END,
    "much that is said of all": b"".join(
        pax(record(f"k{n}", b"v" * 10_000), tarfile.XGLTYPE) + FILE for n in range(20)
    ),
    "a sparse map without end": pax(
        record("GNU.sparse.major", b"1")
        + record("GNU.sparse.minor", b"0")
        + record("GNU.sparse.realsize", b"1")
    )
    + head(tarfile.REGTYPE, 8 * MIB, "c/sparse")
    + padded(b"4000000\n" + b"1\n" * (2 * MIB)),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_archive_is_400_in_the_report(swift: SwiftClient, body: bytes) -> None:
    reason = refused(unpack(swift, body), "400 Bad Request")
    assert reason.startswith("Invalid Tar File")
    assert swift.names("") == []


@pytest.mark.parametrize("body", LARGE.values(), ids=LARGE.keys())
def test_what_has_too_much_before_its_content_is_413(swift: SwiftClient, body: bytes) -> None:
    told = unpack(swift, gzip.compress(body), kind="tar.gz")
    assert told["Response Status"] == "413 Request Entity Too Large"


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_made_before_a_cut_is_told(box: SwiftClient, kind: str) -> None:
    body = archive({"c/a": os.urandom(3000), "c/b": os.urandom(100_000), "c/d": b"x"})
    told = unpack(box, KINDS[kind](body)[:60_000], kind=kind)
    made = told["Number Files Created"]
    assert "Invalid Tar File" in refused(told, "400 Bad Request", made)
    assert box.names("c") == ["a"][:made]


@pytest.mark.parametrize("kind", ["tar.gz", "tar.bz2"])
def test_another_compression_than_was_said(box: SwiftClient, kind: str) -> None:
    assert refused(unpack(box, archive({"c/a": b"x"}), kind=kind), "400 Bad Request")
    assert refused(unpack(box, KINDS[kind](archive({"c/a": b"x"}))), "400 Bad Request")
    assert box.names("c") == []


@pytest.mark.parametrize("kind", KINDS)
def test_garbage_behind_the_end_is_dropped(box: SwiftClient, kind: str) -> None:
    body = KINDS[kind](archive({"c/a": b"x"})) + os.urandom(3 * MIB)
    told = unpack(box, body, kind=kind)
    assert (told["Response Status"], box.names("c")) == ("201 Created", ["a"])


NAMES = {
    "c/\udcff": "412 Precondition Failed",
    "c/\x07": "400 Bad Request",
    "c/" + "x" * 1025: "400 Bad Request",
    "x" * 257 + "/o": "400 Bad Request",
    "c/" + "d/" * 101 + "o": "400 Bad Request",
}


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize(("name", "status"), NAMES.items(), ids=map(str, range(len(NAMES))))
def test_names_that_no_object_has(box: SwiftClient, name: str, status: str, form: int) -> None:
    options: Any = {"format": form, "encoding": "utf-8", "errors": "surrogateescape"}
    told = unpack(box, archive([(name, b"x"), ("c/good", b"y")], **options))
    assert [each for _, each in told["Errors"]] == [status]
    assert (told["Number Files Created"], box.names("c")) == (1, ["good"])


def test_a_nul_in_a_name(box: SwiftClient) -> None:
    body = pax(record("path", b"c/a\0b")) + FILE + END
    assert unpack(box, body)["Errors"] == [["c/a%00b", "412 Precondition Failed"]]
    assert box.names("c") == []


def test_long_names_of_gnu_tar(box: SwiftClient) -> None:
    name = "n" * 1000
    unpack(box, archive({f"c/{name}": b"x"}, format=tarfile.GNU_FORMAT))
    assert box.names("c") == [name]


def test_no_name_leaves_its_container(box: SwiftClient) -> None:
    box.put("other")
    names = ["../other/a", "/../other/b", "../../other/c", "x/../../other/d", "..\\other\\e"]
    assert unpack(box, archive(dict.fromkeys(names, b"x")), "c")["Number Files Created"] == 5
    assert box.names("other") == []
    assert len(box.names("c")) == 5


def test_too_many_failures_end_it(box: SwiftClient) -> None:
    body = archive([(f"c/\x01{n}", b"") for n in range(1200)] + [("c/late", b"")])
    told = unpack(box, body)
    assert (len(told["Errors"]), told["Response Status"]) == (1000, "400 Bad Request")
    assert box.names("c") == []


def test_sparse_files_are_whole(box: SwiftClient) -> None:
    said = record("GNU.sparse.map", b"10,5,3000,1") + record("GNU.sparse.size", b"4000")
    body = pax(said) + head(tarfile.REGTYPE, 6, "c/sparse") + padded(b"hello!") + FILE + END
    assert unpack(box, body)["Number Files Created"] == 2
    wanted = bytearray(4000)
    wanted[10:15], wanted[3000:3001] = b"hello", b"!"
    assert box.get("c/sparse").body == wanted


@pytest.mark.parametrize(
    "options", ["--format=gnu", "--format=oldgnu", "--format=posix", "--sparse-version=0.0"]
)
@pytest.mark.parametrize("parts", [1, 30])
def test_sparse_files_of_gnu_tar_are_whole(
    box: SwiftClient, tmp_path: Path, options: str, parts: int
) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        for n in range(parts):
            file.seek(100_000 * (n + 1))
            file.write(b"some")
        file.truncate(100_000 * (parts + 2))
    form = options if "format" in options else f"--format=posix {options}"
    command = ["tar", "-S", *form.split(), "-cf", "-", "sparse"]
    body = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout
    assert len(body) < 100_000 * parts
    assert unpack(box, body, "c")["Number Files Created"] == 1
    assert box.get("c/sparse").body == (tmp_path / "sparse").read_bytes()


def test_a_file_that_is_larger_than_any_upload(box: SwiftClient) -> None:
    body = head(tarfile.REGTYPE, 6 << 30, "c/huge") + bytes(MIB)
    told = unpack(box, body)
    assert told["Errors"] == [["c/huge", "413 Request Entity Too Large"]]
    assert "Invalid Tar File" in told["Response Body"]


class Zeros(io.RawIOBase):
    """A file of so many zeros."""

    def __init__(self, size: int) -> None:
        self.left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = min(len(buffer), self.left)
        buffer[:count] = bytes(count)
        self.left -= count
        return count


def bomb(mode: str, size: int) -> bytes:
    """An archive of a file of zeros."""
    out = io.BytesIO()
    with tarfile.open(mode=mode, fileobj=out) as made:  # type: ignore[call-overload]
        made.addfile(entry("c/zeros", size=size), io.BufferedReader(Zeros(size)))
    return out.getvalue()


@pytest.mark.parametrize(("kind", "mode"), [("tar.gz", "w:gz"), ("tar.bz2", "w:bz2")])
def test_what_becomes_much_more_than_has_come_is_refused(
    box: SwiftClient, kind: str, mode: str
) -> None:
    told = unpack(box, bomb(mode, 128 * MIB), kind=kind)
    assert "250 times" in refused(told, "413 Request Entity Too Large")
    assert box.names("c") == []


def test_holes_count_as_much_as_bytes(box: SwiftClient) -> None:
    said = record("GNU.sparse.map", b"0,1") + record("GNU.sparse.size", b"4000000000")
    body = pax(said) + head(tarfile.REGTYPE, 1, "c/holes") + padded(b"x") + END
    assert "250 times" in refused(unpack(box, body), "413 Request Entity Too Large")


def test_heads_without_end_are_refused_by_their_ratio(box: SwiftClient) -> None:
    heads = head(tarfile.DIRTYPE, 0, "c/d") * (66 * MIB // 512)
    told = unpack(box, bz2.compress(heads), kind="tar.bz2")
    assert refused(told, "413 Request Entity Too Large")


@pytest.fixture(scope="module")
def strict(serve: Serve) -> Iterator[Server]:
    with serve(
        PITHOS_ARCHIVE_ENTRIES="10",
        PITHOS_ARCHIVE_SIZE="1M",
        PITHOS_ARCHIVE_DEPTH="2",
        PITHOS_WORKERS="1",
    ) as running:
        yield running


LIMITED = {
    "entries": [(f"c/{n}", b"") for n in range(11)],
    "bytes": [("c/a", bytes(MIB))],
}


@pytest.mark.parametrize("files", LIMITED.values(), ids=LIMITED.keys())
def test_operators_set_the_limits(
    strict: Server, box: SwiftClient, files: list[tuple[str, bytes]]
) -> None:
    with box.at(strict.address) as there:
        told = unpack(in_swift(there), archive(files))
    assert told["Response Status"] == "413 Request Entity Too Large"
    assert told["Number Files Created"] == len(box.names("c"))


def test_bodies_that_break_off_leave_no_part_and_keep_no_turn(box: SwiftClient) -> None:
    body = archive({"c/a": b"x" * 20_000, "c/b": os.urandom(3 * MIB)})
    lines = [
        f"PUT {box.url()}?extract-archive=tar HTTP/1.1",
        *("Host: a", f"X-Auth-Token: {box.token}", f"Content-Length: {len(body)}"),
    ]
    for _ in range(6):
        with socket.create_connection(box.address) as raw:
            raw.sendall("\r\n".join([*lines, "", ""]).encode() + body[: 2 * MIB])
    assert unpack(box, archive({"c/late": b"x"}))["Number Files Created"] == 1
    assert set(box.names("c")) <= {"a", "late"}


def test_a_turn_is_given_back_whatever_comes(
    box: SwiftClient, new_swift_user: Callable[[], SwiftClient]
) -> None:
    for _ in range(12):
        unpack(box, b"no archive")
    assert unpack(box, archive({"c/a": b"x"}))["Number Files Created"] == 1
