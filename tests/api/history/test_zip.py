"""A container, a folder or a selection as one zip archive (contract/time.md)."""

import hashlib
import http.client
import io
import json
import os
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import reduce
from operator import xor
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.client import Answer, Client
from tests.api.server import BLOCK_SIZE, Server
from tests.api.visitors import share, visit
from tests.reliability.damages import flip_a_bit, solid
from tests.reliability.vitals import resident

_ONES = 2**32 - 1
FILES = {
    "a/empty": b"",
    "a/inner/long": Random(1).randbytes(3 * BLOCK_SIZE + 7),
    "a/small": b"small",
    "a/εἰκών.txt": Random(2).randbytes(BLOCK_SIZE),
    "b": b"beside",
}


def unzip(answer: Answer) -> dict[str, bytes]:
    assert answer.status == 200
    assert answer["Content-Type"] == "application/zip"
    assert int(answer["Content-Length"]) == len(answer.body)
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def filled(box: Client) -> Client:
    for name, data in FILES.items():
        assert box.put(f"c/{name}", data).status == 201
    return box


@pytest.mark.requirement("T6")
@pytest.mark.tools("unzip", package="unzip")
def test_a_container_as_an_archive(filled: Client, tmp_path: Path) -> None:
    answer = filled.get("c", zip="")
    assert unzip(answer) == FILES
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''c.zip"
    (tmp_path / "c.zip").write_bytes(answer.body)
    tested = subprocess.run(
        ["unzip", "-t", "c.zip"], cwd=tmp_path, capture_output=True, check=False
    )
    assert (tested.returncode, b"No errors detected" in tested.stdout) == (0, True)


@pytest.mark.requirement("T6")
def test_a_folder_with_its_times(filled: Client) -> None:
    answer = filled.get("c", zip="", prefix="a/")
    inner = {name[2:]: data for name, data in FILES.items() if name.startswith("a/")}
    assert unzip(answer) == inner
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''a.zip"
    listed = filled.get("c", format="json", prefix="a/small").json[0]["last_modified"]
    modified = datetime.fromisoformat(listed).replace(microsecond=0)
    entry = zipfile.ZipFile(io.BytesIO(answer.body)).getinfo("small")
    assert struct.unpack("<HHBi", entry.extra) == (0x5455, 5, 1, int(modified.timestamp()))
    shown = datetime(*entry.date_time, tzinfo=UTC)
    assert 0 <= (modified - shown).total_seconds() < 2


def test_a_prefix_amid_a_name(filled: Client) -> None:
    assert list(unzip(filled.get("c", zip="", prefix="a/inn"))) == ["inner/long"]
    assert list(unzip(filled.get("c", zip="", prefix="a"))) == sorted(FILES)[:-1]
    assert unzip(filled.get("c", zip="", prefix="none")) == {}


def test_a_folder_of_then(filled: Client) -> None:
    then = filled.get("c", format="json", prefix="b").json[0]["x_object_version_timestamp"]
    filled.put("c/b", b"later")
    filled.put("c/new", b"new")
    filled.delete("c/a/small")
    assert unzip(filled.get("c", zip="", until=float(then) + 1e-6)) == FILES
    assert filled.get("c", zip="", until="9").status == 404


def selected(box: Client, *names: str, **query: Any) -> dict[str, bytes]:
    body = "names=" + quote(json.dumps(names))
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = box.post("c", body, kind, zip="", **query)
    assert box.post("c", json.dumps(names), kind, zip="", **query).body == answer.body
    assert box.get("c", zip="", names=json.dumps(names), **query).body == answer.body
    return unzip(answer)


def test_a_selection(filled: Client) -> None:
    assert selected(filled, "b", "a/small", "b") == {"a/small": b"small", "b": b"beside"}
    assert list(selected(filled, "a/inner/", "a/inner/long", prefix="a/")) == ["inner/long"]
    assert selected(filled, "a/εἰκών.txt", prefix="a/") == {"εἰκών.txt": FILES["a/εἰκών.txt"]}
    assert selected(filled) == {}


@pytest.mark.requirement("T9")
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("names=", 400),
        ("name=[]", 400),
        ('{"a": 1}', 400),
        ('"b"', 400),
        ("[1]", 400),
        ('[""]', 400),
        ('["\\ud800"]', 400),
        ("[" * 5000, 400),
        ('["b"', 400),
        ('["none"]', 404),
        ('["a/nothing/"]', 404),
        ('["\\u0000"]', 404),
        ('["a"]', 404),
        (f'["{"x" * 2000}"]', 404),
        (" " * (4 * 2**20 + 1), 413),
    ],
)
def test_a_selection_that_is_none(filled: Client, body: str, status: int) -> None:
    assert filled.post("c", body, {"Content-Type": "application/json"}, zip="").status == status


def test_a_selection_outside_the_prefix(filled: Client) -> None:
    answer = filled.post("c", '["b"]', zip="", prefix="a/")
    assert (answer.status, b"'b'" in answer.body) == (400, True)
    assert filled.get("c", zip="", names='["b"]', prefix="a/").status == 400


HOSTILE = {
    "../up": "%2E%2E%2Fup",
    "/etc/passwd": "%2Fetc%2Fpasswd",
    "C:\\a": "C%3A%5Ca",
    "a//b": "a%2F%2Fb",
    "a/./b": "a%2F%2E%2Fb",
    "a/../b": "a%2F%2E%2E%2Fb",
    "a\\..\\b": "a%5C%2E%2E%5Cb",
    "folder/": "folder/",
    "no folder/": "no%20folder%2F",
    "one.two..three": "one.two..three",
}


@pytest.mark.requirement("T6", "T9")
def test_names_that_no_archive_holds_safely(box: Client) -> None:
    content = {each: b"" if each == "folder/" else each.encode() for each in HOSTILE}
    for name, data in content.items():
        assert box.put(f"c/{name}", data).status == 201
    found = unzip(box.get("c", zip=""))
    assert found == {stored: content[name] for name, stored in HOSTILE.items()}
    assert unzip(box.get("c", zip="", prefix="folder/")) == {}
    assert unzip(box.get("c", zip="", prefix="no folder/")) == {"%2F": b"no folder/"}


def test_an_empty_container_is_an_empty_archive(box: Client) -> None:
    assert unzip(box.get("c", zip="")) == {}


def test_large_objects_are_in_it_as_they_read(box: Client) -> None:
    box.put("parts")
    pieces = [Random(3).randbytes(BLOCK_SIZE + 1), b"end"]
    for number, piece in enumerate(pieces):
        box.put(f"parts/p{number}", piece)
    box.put("c/joined", b"", {"X-Object-Manifest": "parts/p"})
    segments = json.dumps([{"path": f"parts/p{number}"} for number in (1, 0)])
    swift = f"/v1/AUTH_{box.account}/c/listed?multipart-manifest=put"
    assert box.raw("PUT", swift, segments, {"X-Auth-Token": box.token}).status == 201
    expected = {"joined": pieces[0] + pieces[1], "listed": pieces[1] + pieces[0]}
    assert unzip(box.get("c", zip="")) == expected


@pytest.mark.requirement("T9")
def test_a_reader_gets_what_they_may_read(filled: Client, new_user: Callable[[], Client]) -> None:
    friend = new_user()
    guest = visit(friend, filled)
    assert guest.get("c", zip="").status == 403
    filled.put("c/a/inner", b"its own")
    share(filled, "c/a/inner", f"read={friend.account}")
    assert unzip(guest.get("c", zip="")) == {
        "a/inner": b"its own",
        "a/inner/long": FILES["a/inner/long"],
    }
    assert list(unzip(guest.get("c", zip="", prefix="a/inner/"))) == ["long"]
    assert guest.get("c", zip="", until="99999999999").status == 403
    assert guest.get("c", zip="", names='["b"]').status == 404
    assert visit(new_user(), filled).post("c", "x" * 100, zip="").status == 403


def blocks_of(server: Server, data: bytes) -> Path:
    digest = hashlib.sha256(data).hexdigest()
    return server.block_directory / digest[:3] / digest


@pytest.mark.requirement("T6")
def test_it_is_cut_off_at_a_damaged_block(box: Client, server: Server) -> None:
    good, bad = solid(BLOCK_SIZE), solid(BLOCK_SIZE)
    box.put("c/1", good * 2)
    box.put("c/2", good + bad)
    flip_a_bit(blocks_of(server, bad))
    box.connection.request("GET", box.url("c", zip=""), headers={"X-Auth-Token": box.token})
    answer = box.connection.getresponse()
    assert answer.status == 200
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        answer.read()
    box.connection.close()


@pytest.mark.requirement("T6")
def test_what_no_history_keeps_is_in_it_as_it_was_when_it_began(box: Client) -> None:
    box.request("POST", "c", headers={"X-Container-Policy-Versioning": "none"}, update="")
    long = solid(BLOCK_SIZE)
    hashes = [hashlib.sha256(long).hexdigest()] * 1600
    assert box.put("c/0", long).status == 201
    body = json.dumps({"bytes": 1600 * BLOCK_SIZE, "hashes": hashes})
    assert box.put("c/1", body, hashmap="").status == 201
    files = {"2": b"small", "3": solid(3 * BLOCK_SIZE), "4": b"stays", "5": solid(BLOCK_SIZE)}
    for name, data in files.items():
        assert box.put(f"c/{name}", data).status == 201
    with box.at(box.address) as reader:
        reader.connection.request("GET", box.url("c", zip=""), headers={"X-Auth-Token": box.token})
        answer = reader.connection.getresponse()
        begun = answer.read(1)
        for name in ("2", "3"):
            assert box.put(f"c/{name}", b"other").status == 201
        assert box.request("DELETE", "c/5").status == 204
        whole = Answer(answer.status, answer.headers, begun + answer.read())
    assert unzip(whole) == {"0": long, "1": long * 1600, **files}


def peak_memory(server: Server) -> int:
    """Bytes that one of the server's processes had at most."""
    workers = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text()
    return max(resident(Path(f"/proc/{worker}"), "VmHWM") for worker in workers.split())


def received(box: Client, into: Path) -> int:
    """Stream the archive of ``c`` to a file that has holes for NULs; return its announced size."""
    box.connection.request("GET", box.url("c", zip=""), headers={"X-Auth-Token": box.token})
    answer = box.connection.getresponse()
    nothing = bytes(2**20)
    with into.open("wb") as file:
        while piece := answer.read1(len(nothing)):  # views would be compared byte by byte
            if piece == nothing[: len(piece)]:
                file.seek(len(piece), os.SEEK_CUR)
            else:
                file.write(piece)
    return int(answer.headers["Content-Length"])


def crc_with_nothing_behind(data: bytes, size: int) -> int:
    """The CRC-32 of data and as many NULs as there are up to a size.

    A NUL changes the register linearly, and so do 2, 4, 8 … of them: by what each bit becomes.
    """
    register, left = ~zlib.crc32(data) & _ONES, size - len(data)
    becomes = [~zlib.crc32(b"\0", ~(1 << bit) & _ONES) & _ONES for bit in range(32)]
    while left:
        if left & 1:
            register = _changed(register, becomes)
        becomes = [_changed(each, becomes) for each in becomes]
        left >>= 1
    return ~register & _ONES


def _changed(register: int, becomes: list[int]) -> int:
    return reduce(xor, (each for bit, each in enumerate(becomes) if register >> bit & 1), 0)


def test_the_crc_of_nothing_behind() -> None:
    whole = b"some".ljust(1_000_003, b"\0")
    assert crc_with_nothing_behind(b"some", len(whole)) == zlib.crc32(whole)


@pytest.mark.requirement("T6")
@pytest.mark.timeout(300)
def test_more_than_four_gigabytes_in_constant_memory(
    box: Client, server: Server, tmp_path: Path
) -> None:
    data, size = solid(BLOCK_SIZE), 2**32 + 2**20  # more than 32 bits can tell
    box.put("c/1", data)
    hashes = [hashlib.sha256(data).hexdigest()] * 500
    hashes += [hashlib.sha256(b"").hexdigest()] * (-(-size // BLOCK_SIZE) - 500)
    assert box.put("c/2", json.dumps({"bytes": size, "hashes": hashes}), hashmap="").status == 201
    box.put("c/3", b"behind it")
    before = peak_memory(server)
    assert received(box, tmp_path / "zip") == (tmp_path / "zip").stat().st_size
    assert peak_memory(server) - before < 20 * 2**20
    with zipfile.ZipFile(tmp_path / "zip") as archive:
        entries = {entry.filename: (entry.file_size, entry.CRC) for entry in archive.infolist()}
        assert entries["2"] == (size, crc_with_nothing_behind(data * 500, size))
        assert (archive.read("1"), archive.read("3")) == (data, b"behind it")
