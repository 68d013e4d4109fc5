"""``PUT …?extract-archive=tar``: the files of an archive become objects."""

import os
import socket
import tarfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import transaction

from pithos_api.services.locks import lock_names
from pithos_api.values import ObjectPath
from tests.api.client import Answer
from tests.server.wire import Wire, put
from tests.swift.archives.making import archive, entry, of_infos, unpack
from tests.swift.client import SwiftClient, in_swift, visit

FILES = {"c/a.txt": b"text", "c/deep/er/ä": b"", "d/large": os.urandom(5_000_000)}
MADE = {
    "Number Files Created": 3,
    "Response Status": "201 Created",
    "Response Body": "",
    "Errors": [],
}


def stored(client: SwiftClient) -> dict[str, bytes]:
    return {
        f"{container}/{name}": client.get(f"{container}/{name}").body
        for container in client.names("")
        for name in client.names(container)
    }


@pytest.mark.requirement("S60")
@pytest.mark.parametrize(
    ("kind", "mode"), [("tar", "w"), ("tar.gz", "w:gz"), ("tar.bz2", "w:bz2"), (".TAR", "w")]
)
def test_files_become_objects(swift: SwiftClient, kind: str, mode: str) -> None:
    assert unpack(swift, archive(FILES, mode), kind=kind) == MADE
    assert stored(swift) == FILES


@pytest.mark.requirement("S60")
def test_an_archive_may_come_in_chunks(swift: SwiftClient) -> None:
    body = archive(FILES, "w:gz")
    pieces = (body[at : at + 100_000] for at in range(0, len(body), 100_000))
    assert unpack(swift, pieces, kind="tar.gz") == MADE
    assert stored(swift) == FILES


def test_a_client_may_end_its_side_behind_a_small_archive(swift: SwiftClient) -> None:
    body = archive({"c/a": b"x", "d/b": b"y"})
    fields = b"X-Auth-Token: %b" % swift.token.encode(), b"Content-Length: %d" % len(body)
    asked = put(swift.url("", **{"extract-archive": "tar"}), *fields)
    with Wire(swift.address[1], 30) as wire:
        wire.send(asked + body)
        wire.sock.shutdown(socket.SHUT_WR)
        assert b"201 Created" in wire.answer().body
    assert stored(swift) == {"c/a": b"x", "d/b": b"y"}


@pytest.mark.requirement("S60")
@pytest.mark.parametrize("path", ["c", "c/new", "c/new/folder/"])
def test_names_follow_the_path(swift: SwiftClient, path: str) -> None:
    names = [("./a", b"1"), ("/b", b"2"), ("//deep/c", b"3"), ("./../d", b"4"), ("e", b"")]
    told = unpack(swift, archive(names), path)
    base = path.rstrip("/") + "/"
    assert sorted(stored(swift)) == sorted(
        base + each for each in ("a", "b", "deep/c", "../d", "e")
    )
    assert told["Number Files Created"] == 5


def test_only_files_become_objects(box: SwiftClient) -> None:
    kinds = (tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE)
    infos = [entry(f"c/{kind.decode()}", kind, linkname="c/file") for kind in kinds]
    told = unpack(box, of_infos(*infos, entry("base"), entry("c/file", size=3)))
    assert (told["Number Files Created"], told["Errors"]) == (1, [])
    assert stored(box) == {"c/file": bytes(3)}


def test_an_archive_without_files_is_no_archive(swift: SwiftClient) -> None:
    told = unpack(swift, of_infos(entry("c", tarfile.DIRTYPE)))
    assert told["Response Status"] == "400 Bad Request"
    assert told["Response Body"] == "Invalid Tar File: No Valid Files"


@pytest.mark.requirement("S61")
@pytest.mark.parametrize(
    ("said", "kind", "colour"),
    [
        ({}, "text/plain", None),
        ({"SCHILY.xattr.user.meta.colour": "grün"}, "text/plain", "grün"),
        ({"SCHILY.xattr.user.mime_type": "a/b; c=d"}, "a/b; c=d", None),
        ({"LIBARCHIVE.xattr.user.meta.colour": "Z3LDvG4"}, "text/plain", "grün"),
        ({"LIBARCHIVE.xattr.user.mime_type": "YS9i"}, "a/b", None),
        ({"SCHILY.xattr.user.meta.COLOUR": "%41 ~"}, "text/plain", "%41 ~"),
    ],
)
def test_attributes_of_files_are_metadata(
    box: SwiftClient, said: dict[str, str], kind: str, colour: str | None
) -> None:
    body = archive({"a.txt": b"x"}, said=said, format=tarfile.PAX_FORMAT)
    assert unpack(box, body, "c")["Number Files Created"] == 1
    head = box.head("c/a.txt")
    told = head.headers.get("X-Object-Meta-Colour")
    assert head["Content-Type"] == kind
    assert (told and told.encode("latin-1").decode()) == colour


@pytest.mark.requirement("S61")
def test_what_the_request_says_is_said_of_all(box: SwiftClient) -> None:
    said = {"SCHILY.xattr.user.mime_type": "a/b", "SCHILY.xattr.user.meta.n": "own"}
    body = archive({"a.txt": b"x", "b.bin": b"y" * 20_000}, said=said, format=tarfile.PAX_FORMAT)
    headers = {
        "X-Object-Meta-Topic": "travel",
        "X-Object-Meta-N": "common",
        "X-Delete-After": "1000",
        "X-Detect-Content-Type": "true",
        "Content-Type": "application/x-tar",
    }
    assert unpack(box, body, "c", headers=headers)["Number Files Created"] == 2
    heads = [box.head(f"c/{name}") for name in ("a.txt", "b.bin")]
    assert [head["Content-Type"] for head in heads] == ["text/plain", "application/octet-stream"]
    for head in heads:
        assert (head["X-Object-Meta-Topic"], head["X-Object-Meta-N"]) == ("travel", "own")
        assert "X-Delete-At" in head.headers


@pytest.mark.requirement("S61")
def test_files_are_kept_for_good_unless_something_else_is_said(box: SwiftClient) -> None:
    """Small files are stored together, large ones each alone."""
    unpack(box, archive({"small": b"x", "large": b"y" * 100_000}), "c")
    for name in ("small", "large"):
        assert "X-Delete-At" not in box.head(f"c/{name}").headers


@pytest.mark.requirement("S61")
def test_attributes_that_cannot_be_metadata_fail_their_file(box: SwiftClient) -> None:
    said = {"SCHILY.xattr.user.meta.n": "x" * 257}
    told = unpack(box, archive({"c/a": b"x"}, said=said, format=tarfile.PAX_FORMAT))
    assert told["Errors"] == [["c/a", "400 Bad Request"]]
    assert box.names("c") == []


@pytest.mark.requirement("S60")
@pytest.mark.parametrize("accept", ["", "application/xml"])
def test_other_forms_of_the_report(box: SwiftClient, accept: str) -> None:
    body = archive([("c/a", b"1"), ("c/\x01", b"2")])
    query: dict[str, Any] = {"extract-archive": "tar"}
    answer = box.request("PUT", "", body, {"Accept": accept}, **query)
    if accept:
        assert answer.xml.tag == "extract"
        assert answer.xml.findtext("number_files_created") == "1"
        assert answer.xml.findtext("errors/object/name") == "c/%01"
    else:
        assert {"Number Files Created: 1", "c/%01, 400 Bad Request"} <= set(answer.lines)


@pytest.mark.requirement("S60")
def test_blanks_are_sent_while_it_takes_long(box: SwiftClient, committed: None) -> None:
    """Here because somebody holds a file's name."""
    body = archive({f"c/{n:03}": b"x" for n in range(200)}, "w:gz")
    query: dict[str, Any] = {"extract-archive": "tar.gz"}

    def send(accept: str) -> Answer:
        with box.at(box.address) as there:
            return in_swift(there).request("PUT", "", body, {"Accept": accept}, **query)

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            lock_names(ObjectPath(box.account, "c", "000"))
            answers = pool.map(send, ("text/plain", "application/xml"))
            time.sleep(11)
        text, page = answers
    assert text.body.startswith(b" \r\n\r\nNumber Files Created: 200\n")
    assert page.body.startswith(b"<?xml")
    assert page.xml.findtext("number_files_created") == "200"
    assert len(box.names("c")) == 200


@pytest.mark.requirement("S60")
def test_the_last_of_two_files_of_a_name_is_current(box: SwiftClient) -> None:
    told = unpack(box, archive([("c/a", b"one"), ("c/b", b""), ("c/a", b"two")]))
    assert told["Number Files Created"] == 3
    assert box.get("c/a").body == b"two"
    assert len(box.pithos.get("c/a", version="list", format="json").json["versions"]) == 2


@pytest.mark.requirement("S60")
def test_many_small_files(box: SwiftClient) -> None:
    files = {f"{n % 3}/{n:04}": f"{n % 50}".encode() * (n % 7) for n in range(700)}
    assert unpack(box, archive(files), "c")["Number Files Created"] == 700
    assert unpack(box, archive(files), "c")["Number Files Created"] == 700
    assert {name: box.get(f"c/{name}").body for name in box.names("c")} == files
    head = box.head("c")
    assert head["X-Container-Object-Count"] == "700"
    assert int(head["X-Container-Bytes-Used"]) == sum(map(len, files.values()))


@pytest.mark.requirement("S60")
def test_files_of_all_small_sizes(box: SwiftClient) -> None:
    sizes = (0, 1, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537)
    files = {f"{size}/{n}": os.urandom(size) for size in sizes for n in range(9)}
    files |= {f"zeros/{size}": bytes(size) for size in sizes}
    files |= {f"same/{n}": b"same" * 10_000 + bytes(20_000) for n in range(50)}
    assert unpack(box, archive(files), "c")["Number Files Created"] == len(files)
    assert unpack(box, archive(files), "c")["Number Files Created"] == len(files)
    assert {name: box.get(f"c/{name}").body for name in box.names("c")} == files
    part = box.get("c/same/7", {"Range": "bytes=39998-40001"})
    assert part.body == b"me\0\0"


def test_overwritten_metadata_is_counted(box: SwiftClient) -> None:
    said = {"SCHILY.xattr.user.meta.colour": "red"}
    body = archive({"c/a": b"1", "c/b": b"2"}, said=said, format=tarfile.PAX_FORMAT)
    unpack(box, body)
    assert "Colour" in box.pithos.head("c")["X-Container-Object-Meta"]
    unpack(box, archive({"c/a": b"1", "c/b": b"2"}))
    assert "Colour" not in box.pithos.head("c").headers.get("X-Container-Object-Meta", "")


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2"])
def test_compressed_streams_may_follow_each_other(box: SwiftClient, mode: str) -> None:
    compress: Any = __import__("gzip" if mode == "w:gz" else "bz2").compress
    body = archive({"c/a": b"one", "c/b": b"two"})
    parts = b"".join(compress(body[at : at + 700]) for at in range(0, len(body), 700))
    assert unpack(box, parts, kind=mode.replace("w:", "tar."))["Number Files Created"] == 2


@pytest.mark.requirement("S62")
def test_each_file_takes_the_rights_of_a_put(
    box: SwiftClient, new_swift_user: Callable[[], SwiftClient]
) -> None:
    other = new_swift_user()
    body = archive({"c/a": b"x" * 80_000, "c/b": b"y", "d/e": b"z"})
    told = unpack(visit(other, box), body)
    assert (told["Number Files Created"], told["Response Status"]) == (0, "400 Bad Request")
    assert told["Errors"] == [[name, "403 Forbidden"] for name in ("c/a", "c/b", "d/e")]
    box.post("c", headers={"X-Container-Write": other.account})
    told = unpack(visit(other, box), body)
    assert (told["Number Files Created"], told["Errors"]) == (2, [["d/e", "403 Forbidden"]])
    assert (box.names(""), box.names("c")) == (["c"], ["a", "b"])


@pytest.mark.requirement("S62")
def test_nobody_unpacks_without_a_token(box: SwiftClient) -> None:
    box.post("c", headers={"X-Container-Write": "*"})
    query: dict[str, Any] = {"extract-archive": "tar"}
    for path in ("", "c", "c/o"):
        answer = box.raw("PUT", box.url(path, **query), archive({"c/a": b"x"}), {})
        assert answer.status == 401


@pytest.mark.requirement("S62")
@pytest.mark.parametrize("size", [10, 20_000, 100_000])
def test_quotas_hold(box: SwiftClient, size: int) -> None:
    box.post("c", headers={"X-Container-Meta-Quota-Bytes": str(3 * size)})
    told = unpack(box, archive({f"c/{n}": os.urandom(size) for n in range(5)}))
    assert told["Number Files Created"] == 3
    assert told["Errors"] == [[f"c/{n}", "413 Request Entity Too Large"] for n in (3, 4)]


@pytest.mark.requirement("S62")
def test_a_full_archive_within_a_quota_is_stored(box: SwiftClient) -> None:
    box.post("c", headers={"X-Container-Meta-Quota-Count": "150"})
    files = {f"c/{n:03}": b"x" for n in range(150)}
    assert unpack(box, archive(files))["Number Files Created"] == 150
    assert unpack(box, archive({**files, "c/one more": b""}))["Errors"] == [
        ["c/one%20more", "413 Request Entity Too Large"]
    ]


@pytest.mark.requirement("S62")
@pytest.mark.parametrize("way", ["X-Versions-Location", "X-History-Location"])
def test_archives_of_versions_get_what_is_overwritten(box: SwiftClient, way: str) -> None:
    box.post("c", headers={way: "old"})
    for content in (b"one", b"two"):
        assert unpack(box, archive({"c/a": content}))["Number Files Created"] == 1
    [name] = box.names("old")
    assert box.get(f"old/{name}").body == b"one"


def test_a_container_without_history_keeps_none(box: SwiftClient) -> None:
    box.pithos.put("c", headers={"X-Container-Policy-Versioning": "none"})
    for content in (b"one", b"two"):
        unpack(box, archive({"c/a": content, "c/b": b"same"}))
    assert len(box.pithos.get("c/a", version="list", format="json").json["versions"]) == 1
    assert box.get("c/a").body == b"two"


@pytest.mark.parametrize("kind", ["", "zip", "tar.xz", "tar.gz.gz"])
def test_other_kinds_are_400(box: SwiftClient, kind: str) -> None:
    query: dict[str, Any] = {"extract-archive": kind}
    assert box.request("PUT", "c", archive({"a": b""}), **query).status == 400
    assert box.names("c") == []


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": "*"},
        {"Content-Range": "bytes 0-1/2"},
        {"X-Delete-At": "1"},
        {"X-Object-Meta-N": "x" * 257},
    ],
)
def test_what_can_be_said_of_no_file_is_400(box: SwiftClient, headers: dict[str, str]) -> None:
    query: dict[str, Any] = {"extract-archive": "tar"}
    assert box.request("PUT", "c", archive({"a": b""}), headers, **query).status == 400
    assert box.names("c") == []


def test_an_account_is_put_by_nobody(swift: SwiftClient) -> None:
    assert swift.request("PUT").status == 405


def test_its_limits_are_told(swift: SwiftClient) -> None:
    told = swift.raw("GET", "/info").json["bulk_upload"]
    assert told == {"max_containers_per_extraction": 10_000, "max_failed_extractions": 1000}
