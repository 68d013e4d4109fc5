import hashlib
from uuid import UUID

import pytest

from tests.api.client import Client
from tests.api.server import BLOCK_SIZE, Server
from tests.api.state import unchanged
from tests.server.wire import Wire, put

DATA = b"hello world"
MD5 = hashlib.md5(DATA).hexdigest()


@pytest.mark.requirement("R59")
def test_what_was_put_is_what_is_read(box: Client) -> None:
    stored = box.put("c/o", DATA, {"Content-Type": "text/x-greeting", "X-Object-Meta-Mood": "gay"})
    assert stored.status == 201
    assert stored["ETag"] == MD5
    answer = box.get("c/o")
    assert (answer.status, answer.body) == (200, DATA)
    assert answer["ETag"] == stored["ETag"]
    assert answer["X-Object-Version"] == stored["X-Object-Version"]
    assert answer["Content-Type"] == "text/x-greeting"
    assert answer["X-Object-Meta-Mood"] == "gay"


@pytest.mark.requirement("R59")
@pytest.mark.parametrize("size", [0, 1, 16384, 16385, BLOCK_SIZE - 1, BLOCK_SIZE, BLOCK_SIZE + 1])
def test_every_size_comes_back_whole(box: Client, size: int) -> None:
    data = bytes(index % 251 for index in range(size))
    assert box.put("c/o", data).status == 201
    answer = box.get("c/o")
    assert answer["Content-Length"] == str(size)
    assert answer.body == data


@pytest.mark.requirement("R59")
def test_each_write_has_a_version_of_its_own(box: Client) -> None:
    versions = [int(box.put("c/o", DATA)["X-Object-Version"]) for _ in range(3)]
    assert versions == sorted(set(versions))
    assert box.head("c/o")["X-Object-Version"] == str(versions[-1])


@pytest.mark.requirement("R60")
def test_a_body_of_unknown_length_is_411(box: Client, server: Server) -> None:
    token = f"X-Auth-Token: {box.token}".encode()
    with unchanged(box), Wire(server.address[1]) as wire:
        wire.send(put(box.url("c/o"), token, b"Content-Type: text/plain"))
        assert wire.answer().status == 411
    assert box.head("c/o").status == 404


@pytest.mark.requirement("R60")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("photo.png", "image/png"),
        ("dir.png/page.html", "text/html"),
        ("README", "application/octet-stream"),
        ("page.html/", "application/octet-stream"),
        ("data:α/β,x", "application/octet-stream"),
        ("data:text/css,x", "application/octet-stream"),
    ],
)
@pytest.mark.parametrize("sent", [{}, {"Content-Type": ""}])
def test_a_missing_content_type_is_guessed_from_the_name(
    box: Client, name: str, expected: str, sent: dict[str, str]
) -> None:
    assert box.put(f"c/{name}", DATA, sent).status == 201
    answer = box.get(f"c/{name}")
    assert answer["Content-Type"] == expected
    assert answer.body == DATA


@pytest.mark.requirement("R62")
@pytest.mark.parametrize("existing", [False, True])
def test_a_body_that_is_not_what_its_etag_says_is_422(box: Client, existing: bool) -> None:
    if existing:
        assert box.put("c/o", b"before").status == 201
    with unchanged(box):
        wrong = hashlib.md5(b"something else").hexdigest()
        assert box.put("c/o", DATA, {"ETag": wrong}).status == 422
    assert box.get("c/o").status == (200 if existing else 404)


@pytest.mark.requirement("R62")
@pytest.mark.parametrize("etag", [MD5, f'"{MD5}"', MD5.upper(), f'"{MD5.upper()}"'])
def test_an_etag_may_be_quoted_and_of_any_case(box: Client, etag: str) -> None:
    stored = box.put("c/o", DATA, {"ETag": etag})
    assert (stored.status, stored["ETag"]) == (201, MD5)


@pytest.mark.requirement("R62")
@pytest.mark.parametrize(
    "etag", ["123", "xyz", MD5[:-1], MD5 + "00", '"', "*", f"W/{MD5}", "%D9%A3"]
)
def test_an_etag_that_is_no_md5_is_422(box: Client, etag: str) -> None:
    with unchanged(box):
        answer = box.put("c/o", DATA, {"ETag": etag})
        assert (answer.status, b"no MD5" in answer.body) == (422, True)
    assert box.put("c/o", b'{"bytes":0,"hashes":[]}', {"ETag": etag}, hashmap="").status == 422
    assert box.put("none/o", DATA, {"ETag": etag}).status == 404
    assert box.put("c/o", DATA, {"ETag": etag, "If-Match": "*"}).status == 412


@pytest.mark.requirement("R67")
@pytest.mark.parametrize("kind", ["application/directory", "application/folder; charset=UTF-8"])
@pytest.mark.parametrize("name", ["photos", "photos/"])
def test_a_directory_marker_is_an_empty_object(box: Client, name: str, kind: str) -> None:
    assert box.put("c/photos/me.jpg", DATA).status == 201
    assert box.put(f"c/{name}", b"", {"Content-Type": kind}).status == 201
    answer = box.get(f"c/{name}")
    assert (answer.status, answer.body) == (200, b"")
    assert answer["Content-Type"] == kind
    assert box.names("c") == [name, "photos/me.jpg"]


@pytest.mark.requirement("R68")
def test_overwriting_drops_all_metadata_and_keeps_the_uuid(box: Client) -> None:
    details = {
        "Content-Type": "text/plain",
        "Content-Encoding": "gzip",
        "Content-Disposition": "inline",
        "X-Object-Manifest": "c/part",
        "X-Object-Meta-Old": "1",
    }
    assert box.put("c/o", DATA, details).status == 201
    first = box.head("c/o")
    assert all(first[name] == value for name, value in details.items())
    new = {"Content-Type": "text/css", "X-Object-Meta-New": "2"}
    assert box.put("c/o", b"new", new).status == 201
    second = box.head("c/o")
    assert second.meta("X-Object-Meta-") == {"X-Object-Meta-New": "2"}
    assert second["Content-Type"] == "text/css"
    gone = ("Content-Encoding", "Content-Disposition", "X-Object-Manifest")
    assert [second.get(name) for name in gone] == [None] * 3
    assert second["X-Object-UUID"] == first["X-Object-UUID"]


@pytest.mark.requirement("R97")
def test_every_object_gets_a_uuid_of_its_own(box: Client) -> None:
    for name in ("a", "b"):
        assert box.put(f"c/{name}", DATA).status == 201
    first, second = (box.head(f"c/{name}")["X-Object-UUID"] for name in ("a", "b"))
    assert str(UUID(first)) == first  # lower-case, with dashes
    assert first != second


@pytest.mark.requirement("R97")
def test_an_object_made_again_after_its_deletion_is_another(box: Client) -> None:
    assert box.put("c/o", DATA).status == 201
    before = box.head("c/o")["X-Object-UUID"]
    assert box.delete("c/o").status == 204
    assert box.put("c/o", DATA).status == 201
    assert box.head("c/o")["X-Object-UUID"] != before


def test_there_is_no_storing_into_a_missing_container(api: Client) -> None:
    assert api.put("none/o", DATA).status == 404
    assert api.head("none").status == 404


@pytest.mark.requirement("R41")
def test_a_container_counts_what_its_objects_are_now(box: Client) -> None:
    for data in (DATA, b"12345", b""):
        assert box.put("c/o", data).status == 201
        container = box.head("c")
        assert container["X-Container-Object-Count"] == "1"
        assert container["X-Container-Bytes-Used"] == str(len(data))


@pytest.mark.requirement("R59")
@pytest.mark.parametrize("in_swift", [False, True])
@pytest.mark.parametrize("query", ["", "?hashmap"])
def test_a_part_is_not_stored_as_the_whole(box: Client, in_swift: bool, query: str) -> None:
    """As ``curl -C - -T file`` sends what is missing of an upload that broke off."""
    box.put("c/o", b"hello")
    url = box.url("c/o").replace("/v1/", "/v1/AUTH_" if in_swift else "/v1/")
    headers = {"X-Auth-Token": box.token, "Content-Range": "bytes 5-9/10"}
    with unchanged(box):
        assert box.raw("PUT", url + query, b"world", headers).status == 400
    assert box.get("c/o").body == b"hello"


@pytest.mark.parametrize("size", [1, 20_000], ids=["in a row", "in the store"])
def test_a_stranger_learns_nothing_of_what_is_wrong_with_their_body(box: Client, size: int) -> None:
    wrong = {"ETag": "0" * 32, "X-Auth-Token": "nobody's"}
    assert box.put("c/o", bytes(size), wrong).status == 401
    assert box.head("c/o").status == 404
