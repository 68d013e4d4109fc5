"""``X-Container-Read`` and ``X-Container-Write``."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.swift.client import SwiftClient, visit

PUT: dict[str, Any] = {"multipart-manifest": "put"}


@pytest.fixture
def olga(box: SwiftClient) -> SwiftClient:
    """The owner of ``c/o``."""
    box.put("c/o", b"bytes", {"X-Object-Meta-A": "1"})
    return box


@pytest.fixture
def igor(new_swift_user: Callable[[], SwiftClient]) -> SwiftClient:
    return new_swift_user()


def test_anybody_reads_but_does_not_list(olga: SwiftClient) -> None:
    assert olga.anonymous("GET", "c/o").status == 401
    olga.post("c", headers={"X-Container-Read": ".r:*"})
    assert olga.anonymous("GET", "c/o").body == b"bytes"
    assert olga.anonymous("HEAD", "c/o")["X-Object-Meta-A"] == "1"
    assert olga.anonymous("GET", "c/o", {"Range": "bytes=0-1"}).body == b"by"
    assert olga.anonymous("GET", "c").status == 401
    assert olga.anonymous("GET", "c/none").status == 404


def test_anybody_lists_where_that_is_given_too(olga: SwiftClient, igor: SwiftClient) -> None:
    olga.put("c", headers={"X-Container-Read": ".r:*,.rlistings"})
    for query in ({}, {"delimiter": "/"}, {"reverse": "true"}):
        more: dict[str, Any] = query
        assert olga.anonymous("GET", "c", format="json", **more).json[0]["name"] == "o"
        assert visit(igor, olga).names("c", **more) == ["o"]
    head = olga.anonymous("HEAD", "c")
    assert (head.status, head.get("X-Container-Read")) == (204, None)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "COPY"])
def test_anybody_only_reads(olga: SwiftClient, method: str) -> None:
    olga.post("c", headers={"X-Container-Read": ".r:*,.rlistings"})
    assert olga.anonymous(method, "c/o", {"Destination": "c/p"}).status == 401
    assert olga.anonymous("GET").status == 401
    assert olga.names("c") == ["o"]


@pytest.mark.parametrize("form", ["{}", "{0}:{0}", "{}:*", "*:{}", "AUTH_{}", "*", "*:*"])
def test_accounts_read_and_list(olga: SwiftClient, igor: SwiftClient, form: str) -> None:
    there = visit(igor, olga)
    assert there.get("c/o").status == 403
    olga.post("c", headers={"X-Container-Read": form.format(igor.account)})
    assert there.get("c/o").body == b"bytes"
    assert there.names("c") == ["o"]
    assert there.put("c/p", b"x").status == 403
    assert olga.anonymous("GET", "c/o").status == 401


def test_both_dialects_have_the_same_rights(olga: SwiftClient, igor: SwiftClient) -> None:
    olga.post("c", headers={"X-Container-Read": igor.account})
    assert visit(igor, olga).pithos.get("c/o").body == b"bytes"
    assert visit(igor, olga).pithos.names("c") == ["o"]


def test_writers_write_and_delete_but_do_not_read(olga: SwiftClient, igor: SwiftClient) -> None:
    olga.post("c", headers={"X-Container-Write": igor.account})
    there = visit(igor, olga)
    assert there.put("c/new", b"x").status == 201
    assert there.post("c/o", headers={"X-Object-Meta-B": "2"}).status == 202
    assert there.get("c/o").status == 403
    assert there.put("c/new", b"x", {"X-Delete-After": "500"}).status == 201
    assert there.delete("c/new").status == 204
    assert there.post("c", headers={"X-Container-Meta-A": "1"}).status == 403


def test_groups(olga: SwiftClient, igor: SwiftClient) -> None:
    olga.post(headers={"X-Account-Group-Pals": igor.account})
    olga.post("c", headers={"X-Container-Read": f"{olga.account}:pals"})
    assert visit(igor, olga).get("c/o").status == 200


def test_lists_are_shown_to_the_owner_and_removed(olga: SwiftClient, igor: SwiftClient) -> None:
    olga.put("c", headers={"X-Container-Read": ".r:*, igor", "X-Container-Write": igor.account})
    assert olga.head("c")["X-Container-Read"] == ".r:*,igor"
    assert olga.head("c")["X-Container-Write"] == igor.account
    assert visit(igor, olga).head("c").get("X-Container-Write") is None
    olga.post("c", headers={"X-Container-Meta-A": "1"})
    assert olga.head("c").get("X-Container-Read")
    olga.post("c", headers={"X-Remove-Container-Read": "x", "X-Container-Write": ""})
    assert olga.head("c").meta("X-Container-Read") == olga.head("c").meta("X-Container-Write") == {}
    assert visit(igor, olga).get("c/o").status == 403


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Container-Read", ".unknown"),
        ("X-Container-Read", "a/b"),
        ("X-Container-Read", ":b"),
        ("X-Container-Read", "x" * 300),
        ("X-Container-Write", ".r:*"),
        ("X-Container-Write", ".rlistings"),
    ],
)
def test_what_cannot_be_kept_is_refused(olga: SwiftClient, header: str, value: str) -> None:
    assert olga.post("c", headers={header: value}).status == 400


def test_a_manifest_needs_its_segments_to_be_readable(olga: SwiftClient) -> None:
    olga.put("parts")
    olga.put("parts/1", b"secret")
    olga.put("c/big", '[{"path": "parts/1"}]', **PUT)
    olga.put("c/dynamic", b"", {"X-Object-Manifest": "parts/"})
    olga.post("c", headers={"X-Container-Read": ".r:*,.rlistings"})
    assert olga.anonymous("GET", "c/big").status == 409
    assert olga.anonymous("GET", "c/dynamic").body == b""
    olga.post("parts", headers={"X-Container-Read": ".r:*,.rlistings"})
    assert olga.anonymous("GET", "c/big").body == b"secret"
    assert olga.anonymous("GET", "c/dynamic").body == b"secret"
