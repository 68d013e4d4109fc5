"""Symlinks: how they are stored, changed, copied and deleted (contract/swift.md, d)."""

from typing import Any

import pytest

from tests.swift.client import SwiftClient, in_swift
from tests.swift.symlinks.making import ACCOUNT, EMPTY, ITSELF, TARGET, link


@pytest.mark.requirement("S59")
def test_post_changes_the_symlink_and_tells_of_the_target(linked: SwiftClient) -> None:
    answer = linked.post("c/l", headers={"X-Object-Meta-A": "of l"})
    assert (answer.status, answer["Location"]) == (307, linked.url("c/o"))
    assert linked.head("c/l", **ITSELF)["X-Object-Meta-A"] == "of l"
    assert linked.head("c/l", **ITSELF)[TARGET] == "c/o"
    assert linked.head("c/o")["X-Object-Meta-A"] == "of o"
    assert linked.get("c/l").body == b"bytes of o"


@pytest.mark.requirement("S59")
@pytest.mark.parametrize("path", ["c/l", "c/o"])
def test_post_makes_no_symlink(linked: SwiftClient, path: str) -> None:
    assert linked.post(path, headers={TARGET: "c/other"}).status == 400
    assert linked.head("c/l", **ITSELF)[TARGET] == "c/o"
    assert linked.head("c/o", **ITSELF).get(TARGET) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Range": "bytes */*", "Content-Type": "application/octet-stream"},
        {"X-Object-Manifest": "c/p"},
    ],
)
def test_a_symlink_gets_no_bytes_and_is_no_manifest(
    linked: SwiftClient, headers: dict[str, str]
) -> None:
    assert linked.post("c/l", b"x", headers).status == 409
    assert linked.pithos.post("c/l", b"x", headers, update="").status == 409
    assert linked.head("c/l", **ITSELF)["Content-Length"] == "0"
    assert linked.get("c/l").body == b"bytes of o"


@pytest.mark.requirement("S64")
def test_put_and_delete_are_about_the_symlink(linked: SwiftClient) -> None:
    assert linked.put("c/l", b"plain").status == 201
    assert (linked.get("c/l").body, linked.get("c/o").body) == (b"plain", b"bytes of o")
    assert linked.head("c/l", **ITSELF).get(TARGET) is None
    assert link(linked, "c/l", "c/o").status == 201
    assert linked.get("c/l").body == b"bytes of o"
    assert linked.delete("c/l").status == 204
    assert (linked.get("c/l", **ITSELF).status, linked.get("c/o").status) == (404, 200)
    link(linked, "c/l", "c/o")
    linked.delete("c/o")
    assert linked.delete("c/l").status == 204
    assert linked.names("c") == []


@pytest.mark.requirement("S65")
def test_a_copy_is_of_the_target(linked: SwiftClient) -> None:
    linked.request("COPY", "c/l", None, {"Destination": "c/copy"})
    linked.put("c/into", b"", {"X-Copy-From": "/c/l"})
    linked.request("COPY", "c/l", None, {"Destination": "c/part", "Range": "bytes=0-4"})
    for name, body in (("copy", b"bytes of o"), ("into", b"bytes of o"), ("part", b"bytes")):
        answer = linked.get(f"c/{name}", **ITSELF)
        assert (answer.body, answer.get(TARGET)) == (body, None)
        assert answer["X-Object-Meta-A"] == "of o"


@pytest.mark.requirement("S65")
def test_the_symlink_itself_is_copied(linked: SwiftClient) -> None:
    linked.request("COPY", "c/l", None, {"Destination": "c/copy"}, **ITSELF)
    linked.put("c/into", b"", {"X-Copy-From": "/c/l"}, **ITSELF)
    for name in ("copy", "into"):
        assert linked.get(f"c/{name}", **ITSELF)[TARGET] == "c/o"
        assert linked.get(f"c/{name}").body == b"bytes of o"
    ranged = {"Destination": "c/part", "Range": "bytes=0-4"}
    assert linked.request("COPY", "c/l", None, ranged, **ITSELF).status == 400


def test_a_symlink_becomes_what_it_names_by_a_copy_onto_it(linked: SwiftClient) -> None:
    assert linked.request("COPY", "c/l", None, {"Destination": "c/l"}).status == 201
    assert linked.get("c/l", **ITSELF).body == b"bytes of o"
    link(linked, "c/l", "c/o")
    assert linked.request("COPY", "c/l", None, {"Destination": "c/o"}).status == 201
    assert linked.get("c/o").body == b"bytes of o"


def test_copies_of_what_leads_nowhere_fail_as_reading_does(box: SwiftClient) -> None:
    link(box, "c/l", "c/nothing")
    link(box, "c/a", "c/b")
    link(box, "c/b", "c/a")
    assert box.request("COPY", "c/l", None, {"Destination": "c/x"}).status == 404
    assert box.request("COPY", "c/a", None, {"Destination": "c/x"}).status == 409
    assert box.get("c/x").status == 404


def test_a_symlink_that_goes_to_another_account_names_what_it_named(
    linked: SwiftClient, new_swift_user: Any
) -> None:
    other = new_swift_user()
    other.put("d")
    link(linked, "c/f/l", "c/o")
    linked.post("c", headers={"X-Container-Read": other.account})
    other.post("d", headers={"X-Container-Write": linked.account})
    to = {"Destination": "d/l", "Destination-Account": f"AUTH_{other.account}"}
    assert linked.request("COPY", "c/l", None, to, **ITSELF).status == 201
    itself = other.head("d/l", **ITSELF)
    assert (itself[TARGET], itself[ACCOUNT]) == ("c/o", f"AUTH_{linked.account}")
    assert other.get("d/l").body == b"bytes of o"
    assert other.get("d/l")["Content-Location"] == linked.url("c/o")


def test_folders_are_copied_with_the_symlinks_in_them(linked: SwiftClient) -> None:
    link(linked, "c/f/l", "c/o", X_Object_Meta_B="of l")
    linked.put("c/f", b"", {"Content-Type": "application/directory"})
    for verb in ("COPY", "MOVE"):
        to = {"Destination": f"/c/{verb}"}
        assert linked.pithos.request(verb, "c/f", None, to, delimiter="/").status == 201
        itself = linked.head(f"c/{verb}/l", **ITSELF)
        assert (itself[TARGET], itself["X-Object-Meta-B"]) == ("c/o", "of l")
        assert linked.get(f"c/{verb}/l").body == b"bytes of o"


def test_symlinks_of_a_folder_that_goes_to_another_account_name_what_they_named(
    linked: SwiftClient, new_swift_user: Any
) -> None:
    other = new_swift_user()
    other.put("d")
    other.put("d/f", b"")
    other.pithos.post("d/f", None, {"X-Object-Sharing": f"write={linked.account}"}, update="")
    linked.put("c/f", b"")
    link(linked, "c/f/l", "c/o")
    link(linked, "c/f/m", "d/x", X_Symlink_Target_Account=other.account)
    to = {"Destination": "/d/f", "Destination-Account": other.account}
    assert linked.pithos.request("COPY", "c/f", None, to, delimiter="/").status == 201
    accounts = [other.head(f"d/f/{name}", **ITSELF)[ACCOUNT] for name in "lm"]
    assert accounts == [f"AUTH_{linked.account}", f"AUTH_{other.account}"]


@pytest.mark.requirement("S66")
def test_a_symlink_has_no_body(box: SwiftClient) -> None:
    assert box.put("c/l", b"x", {TARGET: "c/o"}).status == 400
    assert box.put("c/l", iter([b"x"]), {TARGET: "c/o"}).status == 400
    assert box.put("c/l", b"", {TARGET: "c/o", "ETag": EMPTY}).status == 201
    assert box.put("c/l", b"", {TARGET: "c/p", "ETag": "0" * 32}).status == 422
    assert box.head("c/l", **ITSELF)[TARGET] == "c/o"


@pytest.mark.requirement("S66")
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({TARGET: ""}, 412),
        ({TARGET: "c"}, 412),
        ({TARGET: "c/"}, 412),
        ({TARGET: "/c/o"}, 412),
        ({TARGET: "c%2Fo"}, 412),
        ({ACCOUNT: "AUTH_other"}, 412),
        ({TARGET: "c/o", ACCOUNT: "AUTH_a/b"}, 412),
        ({TARGET: "c/o", ACCOUNT: "AUTH_"}, 412),
        ({TARGET: "c/l"}, 400),
        ({TARGET: "c/%6C"}, 400),
        ({TARGET: "c/%FF"}, 400),
        ({TARGET: "c/a%00b"}, 400),
        ({TARGET: "c/a%0Ab"}, 400),
        ({TARGET: "c/\xff"}, 400),
        ({TARGET: f"c/{'x' * 1025}"}, 400),
        ({TARGET: f"{'c' * 257}/o"}, 400),
        ({TARGET: "c/o", ACCOUNT: "AUTH_a%00b"}, 400),
        ({TARGET: "c/o", ACCOUNT: "a" * 257}, 400),
        ({TARGET: "c/o", "X-Copy-From": "c/p"}, 400),
        ({TARGET: "c/o", "X-Object-Manifest": "c/p"}, 400),
    ],
)
def test_names_that_lead_nowhere_are_refused(
    box: SwiftClient, headers: dict[str, str], status: int
) -> None:
    box.put("c/p", b"of p")
    assert box.put("c/l", b"", headers).status == status
    assert box.names("c") == ["p"]


@pytest.mark.parametrize("query", [{"hashmap": ""}, {"multipart-manifest": "put"}])
def test_a_symlink_is_nothing_else_as_well(box: SwiftClient, query: dict[str, Any]) -> None:
    assert box.put("c/l", b"", {TARGET: "c/o"}, **query).status == 400
    assert box.names("c") == []


@pytest.mark.parametrize(
    "name", ["c/..", "c/../o", "c//o", "c/.", "c/o?symlink=get", "c/%2e%2e%2fo"]
)
def test_names_are_names_and_no_paths_of_a_file_system(box: SwiftClient, name: str) -> None:
    assert link(box, "c/l", name.replace("?", "%3F")).status == 201
    assert box.get("c/l").status == 404


def test_conditions_of_writes_are_about_the_symlink(linked: SwiftClient) -> None:
    absent = {TARGET: "c/p", "If-None-Match": "*"}
    assert linked.put("c/l", b"", absent).status == 412
    assert linked.put("c/new", b"", absent).status == 201
    assert linked.delete("c/l", {"If-Match": linked.head("c/o")["ETag"]}).status == 412
    assert linked.delete("c/l", {"If-Match": EMPTY}).status == 204


def test_the_pithos_dialect_shows_a_symlink_as_it_is(linked: SwiftClient) -> None:
    pithos = linked.pithos
    answer = pithos.get("c/l")
    assert (answer.body, answer[TARGET], answer["ETag"]) == (b"", "c/o", EMPTY)
    assert (pithos.head("c/l")["Content-Length"], pithos.head("c/l")[TARGET]) == ("0", "c/o")
    assert answer.get("Content-Location") is None
    pithos.request("COPY", "c/l", None, {"Destination": "/c/copy"})
    pithos.request("MOVE", "c/l", None, {"Destination": "/c/moved"})
    for name in ("copy", "moved"):
        assert in_swift(pithos).get(f"c/{name}").body == b"bytes of o"
    [entry] = [each for each in pithos.get("c", format="json").json if each["name"] == "copy"]
    assert (entry["bytes"], entry["hash"]) == (0, EMPTY)


def test_metadata_of_a_symlink_is_changed_in_pithos_too(linked: SwiftClient) -> None:
    assert linked.pithos.post("c/l", None, {"X-Object-Meta-B": "new"}, update="").status == 202
    assert linked.head("c/l", **ITSELF)["X-Object-Meta-B"] == "new"
    assert linked.get("c/l").body == b"bytes of o"


@pytest.mark.parametrize(
    ("name", "sent", "told"),
    [
        ("l", {}, "application/octet-stream"),
        ("l.png", {}, "image/png"),
        ("l.png", {"Content-Type": "application/symlink"}, "application/symlink"),
    ],
)
def test_the_type_of_a_symlink_is_what_was_said_or_its_name(
    linked: SwiftClient, name: str, sent: dict[str, str], told: str
) -> None:
    linked.put(f"c/{name}", b"", {TARGET: "c/o", **sent})
    assert linked.head(f"c/{name}", **ITSELF)["Content-Type"] == told
    assert linked.head(f"c/{name}")["Content-Type"] == "text/x-o"
