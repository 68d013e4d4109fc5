"""COPY, and PUT with X-Copy-From (contract §2.4)."""

import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.client import Answer, Client
from tests.api.conftest import BLOCK_SIZE
from tests.api.state import unchanged

DATA = b"some data" * BLOCK_SIZE
HEADERS = {
    "Content-Type": "image/svg+xml",
    "Content-Encoding": "br",
    "Content-Disposition": 'attachment; filename="a"',
    "X-Object-Meta-Hue": "red",
    "X-Object-Meta-Size": "big",
}
VERBS = ("COPY", "PUT")


def transfer(
    client: Client, verb: str, source: str, destination: str, headers: Any = None, **query: Any
) -> Answer:
    """COPY or MOVE a path to another; PUT is COPY by X-Copy-From, PUT-MOVE by X-Move-From."""
    given = dict(headers or {})
    if verb in {"COPY", "MOVE"}:
        given["Destination"] = quote(f"/{destination}")
        return client.request(verb, source, None, given, **query)
    given["X-Copy-From" if verb == "PUT" else "X-Move-From"] = quote(f"/{source}")
    return client.put(destination, headers=given, **query)


@pytest.fixture
def full(box: Client) -> Client:
    """A user with an object of all kinds of headers and the empty container ``d``."""
    assert box.put("c/o", DATA, HEADERS).status == 201
    assert box.put("d").status == 201
    return box


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


DESTINATIONS = [
    "/d/x",
    "d/x",
    "/d/%78",
    "%2Fd%2Fx",
    "/d%2Fx",
]


@pytest.mark.requirement("R104")
@pytest.mark.parametrize("value", DESTINATIONS)
@pytest.mark.parametrize("verb", ["COPY", "MOVE"])
def test_forms_of_a_destination(full: Client, verb: str, value: str) -> None:
    assert full.request(verb, "c/o", None, {"Destination": value}).status == 201
    assert full.names("d") == ["x"]


@pytest.mark.requirement("R104")
@pytest.mark.parametrize("value", DESTINATIONS)
@pytest.mark.parametrize("name", ["X-Copy-From", "X-Move-From"])
def test_forms_of_a_source(full: Client, name: str, value: str) -> None:
    assert full.put("d/x", b"here").status == 201
    assert full.put("c/new", headers={name: value}).status == 201
    assert full.get("c/new").body == b"here"


@pytest.mark.requirement("R104", "R66")
@pytest.mark.parametrize("name", ["//o", "a//b/", " o ", "%", "%25", "a?b#c", "日本", "o;p=1", "+"])
@pytest.mark.parametrize("verb", [*VERBS, "MOVE", "PUT-MOVE"])
def test_names_survive_the_headers(full: Client, verb: str, name: str) -> None:
    assert transfer(full, verb, "c/o", f"d/{name}").status == 201
    assert full.names("d") == [name]
    assert transfer(full, verb, f"d/{name}", "c/back").status == 201
    assert full.get("c/back").body == DATA


MALFORMED = [
    "",
    "/",
    "//",
    "x",
    "/d",
    "/d/",
    "//o",
    "/d/%FF",
    "/d/%00",
    "/d/a%0Ab",
    "/d/%EF%BF%BF",
    "/" + "d" * 257 + "/o",
    "/d/" + "o" * 1025,
    "/d/" + "%C3%BC" * 513,
]


@pytest.mark.requirement("R104")
@pytest.mark.parametrize("value", MALFORMED, ids=lambda value: value[:20])
@pytest.mark.parametrize("verb", ["COPY", "MOVE"])
def test_a_malformed_destination(full: Client, verb: str, value: str) -> None:
    with unchanged(full), unchanged(full, "d"):
        assert full.request(verb, "c/o", None, {"Destination": value}).status == 400


@pytest.mark.requirement("R104")
@pytest.mark.parametrize("value", MALFORMED, ids=lambda value: value[:20])
@pytest.mark.parametrize("name", ["X-Copy-From", "X-Move-From"])
def test_a_malformed_source(full: Client, name: str, value: str) -> None:
    with unchanged(full), unchanged(full, "d"):
        assert full.put("c/x", headers={name: value}).status == 400


@pytest.mark.requirement("R104")
@pytest.mark.parametrize("verb", ["COPY", "MOVE"])
def test_a_destination_is_needed(full: Client, verb: str) -> None:
    with unchanged(full):
        assert full.request(verb, "c/o").status == 400
        assert full.request(verb, "c/o", None, {"X-Copy-From": "/c/o"}).status == 400


@pytest.mark.requirement("R104")
def test_two_sources_are_one_too_many(full: Client) -> None:
    with unchanged(full):
        headers = {"X-Copy-From": "/c/o", "X-Move-From": "/c/o"}
        assert full.put("c/x", headers=headers).status == 400


@pytest.mark.requirement("R60", "R104")
@pytest.mark.parametrize("name", ["X-Copy-From", "X-Move-From"])
def test_a_put_that_copies_needs_a_length(full: Client, name: str) -> None:
    with unchanged(full):
        connection = full.connection
        connection.putrequest("PUT", full.url("c/x"))
        for key, value in ((name, "/c/o"), ("X-Auth-Token", full.token)):
            connection.putheader(key, value)
        connection.endheaders()
        response = connection.getresponse()
        assert (response.status, bool(response.read())) == (411, True)


@pytest.mark.requirement("R104")
@pytest.mark.parametrize("verb", [*VERBS, "MOVE", "PUT-MOVE"])
@pytest.mark.parametrize(
    ("source", "destination"),
    [("c/none", "d/x"), ("none/o", "d/x"), ("c/o", "none/x"), ("c/o/", "d/x"), ("c/gone", "d/x")],
)
def test_what_is_missing_is_not_found(
    full: Client, verb: str, source: str, destination: str
) -> None:
    full.put("c/gone", b"1")
    full.delete("c/gone")
    with unchanged(full), unchanged(full, "d"):
        assert transfer(full, verb, source, destination).status == 404


@pytest.mark.requirement("R104")
@pytest.mark.parametrize("verb", [*VERBS, "MOVE", "PUT-MOVE"])
@pytest.mark.parametrize(
    "headers",
    [
        {"X-Object-Meta-A": "%FF"},
        {"X-Object-Meta-A": "x" * 257},
        {"X-Object-Public": "maybe"},
        {"X-Object-Sharing": "own=me"},
        {f"X-Object-Meta-K{number}": "1" for number in range(31)},
    ],
    ids=str,
)
def test_bad_headers_change_nothing(full: Client, verb: str, headers: dict[str, str]) -> None:
    with unchanged(full), unchanged(full, "d"):
        assert transfer(full, verb, "c/o", "d/x", headers).status == 400


@pytest.mark.requirement("R82")
@pytest.mark.parametrize("verb", ["COPY", "MOVE"])
def test_conditions_of_copy_and_move_are_on_the_source(full: Client, verb: str) -> None:
    etag = full.head("c/o")["ETag"]
    full.put("d/x", b"there")
    wrong = [{"If-Match": "0" * 32}, {"If-None-Match": etag}, {"If-None-Match": "*"}]
    for headers in wrong:
        with unchanged(full), unchanged(full, "d"):
            assert transfer(full, verb, "c/o", "d/x", headers).status == 412
    right = {"If-Match": f'"{etag}"', "If-None-Match": "0" * 32}
    assert transfer(full, verb, "c/o", "d/x", right).status == 201


@pytest.mark.requirement("R82", "R99")
def test_conditions_of_copy_are_on_the_version_that_is_copied(full: Client) -> None:
    old = full.head("c/o")
    full.put("c/o", b"new")
    version = {"X-Source-Version": old["X-Object-Version"]}
    assert (
        transfer(full, "COPY", "c/o", "d/x", {"If-None-Match": old["ETag"], **version}).status
        == 412
    )
    assert transfer(full, "COPY", "c/o", "d/x", {"If-Match": old["ETag"], **version}).status == 201


@pytest.mark.requirement("R82")
@pytest.mark.parametrize("verb", ["PUT", "PUT-MOVE"])
def test_conditions_of_put_are_on_the_destination(full: Client, verb: str) -> None:
    etag = full.head("c/o")["ETag"]
    there = full.put("d/x", b"there")["ETag"]
    wrong = [
        {"If-None-Match": "*"},
        {"If-None-Match": there},
        {"If-Match": etag},
        {"If-Match": "0" * 32},
    ]
    for headers in wrong:
        with unchanged(full), unchanged(full, "d"):
            assert transfer(full, verb, "c/o", "d/x", headers).status == 412
    with unchanged(full), unchanged(full, "d"):
        assert transfer(full, verb, "c/o", "d/none", {"If-Match": "*"}).status == 412
    right = {"If-Match": there, "If-None-Match": etag}
    assert transfer(full, verb, "c/o", "d/x", right).status == 201


@pytest.mark.requirement("R82")
@pytest.mark.parametrize("verb", ["PUT", "PUT-MOVE"])
def test_a_free_name_can_be_asked_for(full: Client, verb: str) -> None:
    assert transfer(full, verb, "c/o", "d/new", {"If-None-Match": "*"}).status == 201


@pytest.mark.requirement("R82")
def test_conditions_of_post(full: Client) -> None:
    etag = full.head("c/o")["ETag"]
    append = {"Content-Type": "application/octet-stream", "Content-Range": "bytes */*"}
    for wrong in ({"If-Match": "0" * 32}, {"If-None-Match": etag}, {"If-None-Match": "*"}):
        with unchanged(full):
            assert full.post("c/o", None, {"X-Object-Meta-A": "1", **wrong}).status == 412
            assert full.post("c/o", b"more", {**append, **wrong}).status == 412
    assert full.post("c/o", b"more", {**append, "If-Match": etag}).status == 204
    assert full.post("c/o", None, {"If-None-Match": etag}).status == 202


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


@pytest.mark.requirement("R103")
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("sharing", "status"),
    [
        ("", 403),
        ("read=other", 403),
        ("read={guest}", 201),
        ("write={guest}", 201),
        ("read=*", 201),
    ],
)
def test_who_may_copy_from_others(
    full: Client, new_user: Callable[[], Client], verb: str, sharing: str, status: int
) -> None:
    guest = new_user()
    guest.put("c")
    shared = {"X-Object-Sharing": sharing.format(guest=guest.account)}
    assert full.post("c/o", headers=shared, update="").status == 202
    token = {"X-Auth-Token": guest.token}
    if verb == "COPY":
        answer = guest.raw("COPY", full.url("c/o"), None, {**token, "Destination": "/c/x"})
    else:
        named = {"X-Copy-From": "/c/o", "X-Source-Account": full.account.upper()}
        answer = guest.put("c/x", headers=named)
    assert answer.status == status
    assert guest.get("c/x").status == (200 if status == 201 else 404)
    if status == 201:
        assert guest.head("c/x")["X-Object-Modified-By"] == guest.account


@pytest.mark.requirement("R103", "R128")
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("sharing", "status"), [("", 403), ("read={guest}", 403), ("write={guest}", 201)]
)
def test_who_may_copy_to_others(
    full: Client, new_user: Callable[[], Client], verb: str, sharing: str, status: int
) -> None:
    guest = new_user()
    guest.put("c")
    guest.put("c/mine", b"mine")
    full.put("d/x", b"old", {"X-Object-Sharing": sharing.format(guest=guest.account)})
    token = {"X-Auth-Token": guest.token}
    if verb == "COPY":
        named = {"Destination": "/d/x/new", "Destination-Account": full.account}
        answer = guest.request("COPY", "c/mine", None, named)
    else:
        headers = {**token, "X-Copy-From": "/c/mine"}
        answer = guest.raw("PUT", full.url("d/x/new"), None, headers)
    assert answer.status == status
    assert full.names("d") == (["x", "x/new"] if status == 201 else ["x"])
    assert full.head("d")["X-Container-Bytes-Used"] == ("7" if status == 201 else "3")


@pytest.mark.requirement("R103")
@pytest.mark.parametrize("given", [{"X-Object-Sharing": "read=*"}, {"X-Object-Public": "true"}])
def test_a_writer_shares_and_publishes_nothing(
    full: Client, new_user: Callable[[], Client], given: dict[str, str]
) -> None:
    guest = new_user()
    guest.put("c")
    guest.put("c/mine", b"mine")
    full.put("d/x", b"old", {"X-Object-Sharing": f"write={guest.account}"})
    named = {"Destination": "/d/x", "Destination-Account": full.account, **given}
    with unchanged(full, "d"):
        assert guest.request("COPY", "c/mine", None, named).status == 403


@pytest.mark.requirement("R103", "R145")
@pytest.mark.parametrize("path", ["c/none", "none/o", "c/o"])
def test_what_may_not_be_read_is_forbidden_whether_there_or_not(
    full: Client, new_user: Callable[[], Client], path: str
) -> None:
    guest = new_user()
    guest.put("c")
    named = {"X-Copy-From": f"/{path}", "X-Source-Account": full.account}
    assert guest.put("c/x", headers=named).status == 403
    named = {"Destination": f"/{path}", "Destination-Account": full.account}
    guest.put("c/x", b"1")
    assert guest.request("COPY", "c/x", None, named).status == 403
    assert full.get("c/o").body == DATA


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
def test_the_body_of_a_copying_put_is_ignored(full: Client, body: Any) -> None:
    answer = full.request("PUT", "c/x", body, {"X-Copy-From": "/c/o"})
    assert answer.status == 201
    assert full.get("c/x").body == DATA
