"""COPY, and PUT with X-Copy-From (contract §2.4)."""

import hashlib
from typing import Any

import pytest

from tests.api.client import Client
from tests.api.server import BLOCK_SIZE
from tests.api.state import unchanged
from tests.api.transfers import DATA, HEADERS, fill, transfer

VERBS = ("COPY", "PUT")


@pytest.fixture
def full(box: Client) -> Client:
    """A user with an object of all kinds of headers and the empty container ``d``."""
    return fill(box)


@pytest.mark.requirement("R98")
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("destination", ["c/x", "d/o", "d/a/b/ç /"])
def test_a_copy_is_equal_but_for_its_identity(full: Client, verb: str, destination: str) -> None:
    answer = transfer(full, verb, "c/o", destination)
    assert answer.status == 201
    source, copy = full.get("c/o"), full.get(destination)
    assert copy.body == source.body == DATA
    for name in (*HEADERS, "ETag", "X-Object-Hash", "Content-Length"):
        assert copy[name] == source[name]
    assert copy["X-Object-UUID"] != source["X-Object-UUID"]
    assert copy["X-Object-Version"] == answer["X-Object-Version"] != source["X-Object-Version"]
    assert answer["ETag"] == copy["ETag"] == hashlib.md5(DATA).hexdigest()


@pytest.mark.requirement("R98")
@pytest.mark.parametrize("verb", [*VERBS, "MOVE", "PUT-MOVE"])
def test_headers_given_are_merged(full: Client, verb: str) -> None:
    given = {
        "Content-Type": "text/plain",
        "Content-Encoding": "",
        "Content-Disposition": "inline",
        "X-Object-Meta-Hue": "",
        "X-Object-Meta-Size": "small",
        "X-Object-Meta-Age": "9",
    }
    assert transfer(full, verb, "c/o", "d/o", given).status == 201
    copy = full.head("d/o")
    assert (copy["Content-Type"], copy["Content-Disposition"]) == ("text/plain", "inline")
    assert copy.get("Content-Encoding") is None
    assert copy.meta("X-Object-Meta-") == {"X-Object-Meta-Size": "small", "X-Object-Meta-Age": "9"}


@pytest.mark.requirement("R102")
@pytest.mark.parametrize("verb", [*VERBS, "MOVE", "PUT-MOVE"])
def test_a_content_type_can_be_ignored(full: Client, verb: str) -> None:
    given = {"Content-Type": "text/plain"}
    assert transfer(full, verb, "c/o", "d/o", given, ignore_content_type="").status == 201
    assert full.head("d/o")["Content-Type"] == "image/svg+xml"


@pytest.mark.requirement("R98")
@pytest.mark.parametrize("verb", VERBS)
def test_what_a_copy_replaces_becomes_history(full: Client, verb: str) -> None:
    full.put("d/o", b"old", {"X-Object-Meta-Gone": "1", "X-Object-Sharing": "read=*"})
    old = full.head("d/o")
    assert transfer(full, verb, "c/o", "d/o").status == 201
    new = full.head("d/o")
    assert (new.get("X-Object-Meta-Gone"), new["X-Object-Sharing"]) == (None, "read=*")
    assert full.get("d/o", version=old["X-Object-Version"]).body == b"old"
    assert full.head("d")["X-Container-Bytes-Used"] == str(len(DATA))


@pytest.mark.requirement("R98", "R97")
@pytest.mark.parametrize("verb", VERBS)
def test_onto_itself_only_what_is_given_changes(full: Client, verb: str) -> None:
    before = full.head("c/o")
    given = {"X-Object-Meta-Hue": "blue", "Content-Type": "text/plain"}
    assert transfer(full, verb, "c/o", "c/o", given).status == 201
    after = full.get("c/o")
    assert (after.body, after["X-Object-UUID"]) == (DATA, before["X-Object-UUID"])
    assert (after["X-Object-Meta-Hue"], after["X-Object-Meta-Size"]) == ("blue", "big")
    assert after["Content-Type"] == "text/plain"
    assert full.head("c")["X-Container-Object-Count"] == "1"


@pytest.mark.requirement("R99")
@pytest.mark.parametrize("verb", VERBS)
def test_a_version_is_copied_with_its_own_data_type_and_metadata(full: Client, verb: str) -> None:
    old = full.head("c/o")["X-Object-Version"]
    full.put("c/o", b"new", {"Content-Type": "text/new", "X-Object-Meta-New": "1"})
    assert transfer(full, verb, "c/o", "d/o", {"X-Source-Version": old}).status == 201
    copy = full.get("d/o")
    assert (copy.body, copy["ETag"]) == (DATA, hashlib.md5(DATA).hexdigest())
    assert copy["Content-Type"] == "image/svg+xml"
    assert set(copy.meta("X-Object-Meta-")) == {"X-Object-Meta-Hue", "X-Object-Meta-Size"}


@pytest.mark.requirement("R99")
@pytest.mark.parametrize("verb", VERBS)
def test_an_object_goes_back_to_a_version_of_its_own(full: Client, verb: str) -> None:
    old = full.head("c/o")
    full.put("c/o", b"new")
    given = {"X-Source-Version": old["X-Object-Version"]}
    assert transfer(full, verb, "c/o", "c/o", given).status == 201
    assert full.get("c/o").body == DATA
    assert full.head("c/o")["X-Object-UUID"] == old["X-Object-UUID"]


@pytest.mark.requirement("R99")
@pytest.mark.parametrize("verb", ["MOVE", "PUT-MOVE"])
@pytest.mark.parametrize("version", ["1", "junk"])
def test_moves_know_no_versions(full: Client, verb: str, version: str) -> None:
    assert transfer(full, verb, "c/o", "d/o", {"X-Source-Version": version}).status == 201
    assert full.get("d/o").body == DATA


@pytest.mark.requirement("R105")
@pytest.mark.parametrize("verb", VERBS)
def test_sharing_and_publication_stay_behind(full: Client, verb: str) -> None:
    shared = {"X-Object-Sharing": "read=*", "X-Object-Public": "true"}
    assert full.post("c/o", headers=shared, update="").status == 202
    assert transfer(full, verb, "c/o", "d/x").status == 201
    assert (
        full.head("c/o")["X-Object-Sharing"],
        full.head("c/o").get("X-Object-Public") is None,
    ) == ("read=*", False)
    copy = full.head("d/x")
    assert (copy.get("X-Object-Sharing"), copy.get("X-Object-Public")) == (None, None)


@pytest.mark.requirement("R105")
@pytest.mark.parametrize("verb", [*VERBS, "MOVE", "PUT-MOVE"])
def test_sharing_and_publication_that_are_asked_for(full: Client, verb: str) -> None:
    shared = {"X-Object-Sharing": "read=x", "X-Object-Public": "true"}
    assert transfer(full, verb, "c/o", "d/x", shared).status == 201
    assert full.head("d/x")["X-Object-Sharing"] == "read=x"
    assert full.head("d/x")["X-Object-Public"]


@pytest.mark.requirement("R105", "R140")
@pytest.mark.parametrize("verb", [*VERBS, "MOVE", "PUT-MOVE"])
def test_sharing_in_the_way_undoes_it_all(full: Client, verb: str) -> None:
    full.put("d/x/below", b"1", {"X-Object-Sharing": "read=x"})
    with unchanged(full), unchanged(full, "d"):
        answer = transfer(full, verb, "c/o", "d/x", {"X-Object-Sharing": "read=y"}, format="json")
        assert (answer.status, answer.json) == (409, [f"{full.account}/d/x/below"])


@pytest.mark.requirement("R98")
@pytest.mark.parametrize("verb", [*VERBS, "MOVE", "PUT-MOVE"])
def test_a_manifest_is_carried_as_a_manifest(full: Client, verb: str) -> None:
    full.put("c/m", b"raw", {"X-Object-Manifest": "c/o"})
    assert transfer(full, verb, "c/m", "d/m").status == 201
    answer = full.get("d/m")
    assert (answer.body, answer["X-Object-Manifest"]) == (DATA, "c/o")
    assert full.get("d", format="json").json[0]["bytes"] == 3
    assert transfer(full, verb, "d/m", "c/raw", {"X-Object-Manifest": ""}).status == 201
    assert full.get("c/raw").body == b"raw"


@pytest.mark.requirement("R137", "R138")
@pytest.mark.parametrize("verb", VERBS)
def test_a_copy_counts_fully(full: Client, verb: str) -> None:
    quota = {"X-Container-Policy-Quota": str(2 * len(DATA) - 1)}
    assert full.post("c", headers=quota, update="").status == 202
    with unchanged(full):
        assert transfer(full, verb, "c/o", "c/x").status == 413
    assert transfer(full, verb, "c/o", "c/o").status == 201
    assert transfer(full, verb, "c/o", "d/x").status == 201


@pytest.mark.requirement("R98")
@pytest.mark.parametrize("body", [b"unasked for", [b"unasked", b"for"]])
@pytest.mark.parametrize("name", ["X-Copy-From", "X-Move-From"])
def test_a_put_that_copies_brings_no_bytes(full: Client, body: Any, name: str) -> None:
    with unchanged(full):
        assert full.request("PUT", "c/x", body, {name: "/c/o"}).status == 400
    assert full.request("PUT", "c/x", [], {name: "/c/o"}).status == 201
    assert full.get("c/x").body == DATA


@pytest.mark.requirement("R98")
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [
        ("bytes=1-4", 1, 5),
        (f"bytes={BLOCK_SIZE - 3}-{2 * BLOCK_SIZE + 3}", BLOCK_SIZE - 3, 2 * BLOCK_SIZE + 4),
        ("bytes=-7", len(DATA) - 7, len(DATA)),
        ("bytes=9-", 9, len(DATA)),
        ("bytes=0-99999999", 0, len(DATA)),
        ("items=1-4", 0, len(DATA)),
    ],
)
def test_a_range_is_copied(full: Client, verb: str, wanted: str, start: int, stop: int) -> None:
    full.put("d/x", b"before")
    answer = transfer(full, verb, "c/o", "d/x", {"Range": wanted, "X-Object-Meta-Hue": "blue"})
    copy = full.get("d/x")
    assert copy.body == DATA[start:stop]
    assert answer["ETag"] == copy["ETag"] == hashlib.md5(copy.body).hexdigest()
    described = {key: copy[key] for key in HEADERS}
    assert described == {**HEADERS, "X-Object-Meta-Hue": "blue"}
    assert copy["X-Object-UUID"] != full.head("c/o")["X-Object-UUID"]


@pytest.mark.requirement("R98")
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({"Range": f"bytes={len(DATA)}-"}, {}, 416),
        ({"Range": "bytes=0-1,3-4"}, {}, 400),
        ({"Range": "bytes=0-1"}, {"delimiter": "/"}, 400),
    ],
)
def test_a_range_that_is_no_one_object(
    full: Client, verb: str, headers: dict[str, str], query: dict[str, str], status: int
) -> None:
    with unchanged(full):
        assert transfer(full, verb, "c/o", "c/x", headers, **query).status == status


@pytest.mark.requirement("R98", "R80")
@pytest.mark.parametrize("verb", VERBS)
def test_a_range_is_of_the_state_that_is_meant(full: Client, verb: str) -> None:
    old = full.head("c/o")
    full.put("c/o", b"another", HEADERS)
    new = full.head("c/o")["ETag"]
    part = {"Range": "bytes=0-1"}
    for condition, copied in ((new, b"an"), (old["ETag"], b"another")):
        assert transfer(full, verb, "c/o", "c/x", part | {"If-Range": condition}).status == 201
        assert full.get("c/x").body == copied
    version = {"X-Source-Version": old["X-Object-Version"]}
    assert transfer(full, verb, "c/o", "c/x", part | version).status == 201
    assert full.get("c/x").body == DATA[:2]


@pytest.mark.requirement("R98")
@pytest.mark.parametrize("verb", VERBS)
def test_a_copied_range_is_what_the_request_makes_of_it(full: Client, verb: str) -> None:
    made = {"X-Object-Manifest": "c/p/", "X-Object-Public": "true", "If-None-Match": "0" * 32}
    assert transfer(full, verb, "c/o", "d/x", {"Range": "bytes=0-1", **made}).status == 201
    head = full.head("d/x")
    assert (head["X-Object-Manifest"], bool(head["X-Object-Public"])) == ("c/p/", True)
    quota = {"X-Container-Policy-Quota": "3"}
    assert full.post("d", headers=quota, update="").status == 202
    assert transfer(full, verb, "c/o", "d/y", {"Range": "bytes=0-1"}).status == 413
    assert full.names("d") == ["x"]


@pytest.mark.requirement("R98")
@pytest.mark.parametrize("verb", VERBS)
def test_a_range_of_a_manifest_is_one_of_its_parts(full: Client, verb: str) -> None:
    full.put("c/p/1", b"one,")
    full.put("c/p/2", b"two")
    full.put("c/whole", b"", {"X-Object-Manifest": "c/p/"})
    assert transfer(full, verb, "c/whole", "d/x", {"Range": "bytes=2-5"}).status == 201
    assert full.get("d/x").body == b"e,tw"
    assert full.head("d/x").get("X-Object-Manifest") is None
