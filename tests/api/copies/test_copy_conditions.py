"""If-Match and If-None-Match of COPY, MOVE and POST (contract §2.4)."""

import pytest

from tests.api.client import Client
from tests.api.state import unchanged
from tests.api.transfers import fill, transfer


@pytest.fixture
def full(box: Client) -> Client:
    """A user with an object of all kinds of headers and the empty container ``d``."""
    return fill(box)


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
