"""``POST`` or ``DELETE /v1/AUTH_A?bulk-delete``."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.swift.client import SwiftClient, visit

BULK: dict[str, Any] = {"bulk-delete": "1"}
JSON = {"Accept": "application/json", "Content-Type": "text/plain"}


@pytest.fixture
def full(box: SwiftClient) -> SwiftClient:
    for name in ("a", "b/c", "d e", "ä"):
        box.put(f"c/{name}", b"x")
    return box


def bulk(client: SwiftClient, body: str, method: str = "POST", **query: Any) -> Any:
    answer = client.request(method, "", body, JSON, **{"bulk-delete": "", **query})
    assert answer.status == 200
    return answer.json


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_objects_and_containers_go(full: SwiftClient, method: str) -> None:
    lines = "/c/a\nc/b/c\n/c/d%20e\n/c/%C3%A4\n\n/c/none\n/none/o\n/c\n"
    assert bulk(full, lines, method) == {
        "Number Deleted": 5,
        "Number Not Found": 2,
        "Response Status": "200 OK",
        "Response Body": "",
        "Errors": [],
    }
    assert full.get().status == 204


def test_what_cannot_be_deleted_is_told(full: SwiftClient) -> None:
    told = bulk(full, "/c/a\n/c\n/c/%ff\n/\n")
    assert (told["Number Deleted"], told["Response Status"]) == (1, "400 Bad Request")
    assert told["Errors"] == [
        ["/c", "409 Conflict"],
        ["/c/%ff", "400 Bad Request"],
        ["/", "400 Bad Request"],
    ]


def test_nothing_to_delete(full: SwiftClient) -> None:
    told = bulk(full, "\n\n")
    assert (told["Response Status"], told["Response Body"]) == (
        "400 Bad Request",
        "Invalid bulk delete.",
    )


def test_only_the_owner_deletes(
    full: SwiftClient, new_swift_user: Callable[[], SwiftClient]
) -> None:
    other = new_swift_user()
    full.post("c/a", headers={"X-Object-Sharing": f"write={other.account}"})
    told = bulk(visit(other, full), "/c/a\n/c/none\n")
    assert told["Errors"] == [["/c/a", "403 Forbidden"], ["/c/none", "403 Forbidden"]]
    assert len(full.names("c")) == 4


@pytest.mark.parametrize("accept", ["", "application/xml"])
def test_other_forms(full: SwiftClient, accept: str) -> None:
    answer = full.post("", "/c/a\n/c\n", {"Accept": accept}, **BULK)
    if accept:
        assert answer.xml.findtext("number_deleted") == "1"
        assert answer.xml.findtext("errors/object/status") == "409 Conflict"
    else:
        assert answer.lines[0] == "Number Deleted: 1"
        assert "/c, 409 Conflict" in answer.lines


def test_too_many_lines_are_refused_as_a_whole(full: SwiftClient) -> None:
    answer = full.post("", "/c/a\n" * 10_001, **BULK)
    assert (answer.status, len(full.names("c"))) == (413, 4)


def test_a_plain_delete_of_the_account_is_not_allowed(full: SwiftClient) -> None:
    assert full.request("DELETE").status == 403
