"""What keeps an object's UUID and what gives a new one (contract §1, UUID)."""

from uuid import UUID

import pytest

from tests.api.client import Client


def uuid(client: Client, path: str = "c/o") -> str:
    return client.head(path)["X-Object-UUID"]


UUID_KEPT = [
    ("PUT", b"2", {}, {}),
    ("POST", None, {"X-Object-Meta-A": "1"}, {}),
    (
        "POST",
        b"2",
        {"Content-Type": "application/octet-stream", "Content-Range": "bytes */*"},
        {},
    ),
    ("COPY", None, {"Destination": "/c/o"}, {}),
    ("MOVE", None, {"Destination": "/c/o"}, {}),
    ("PUT", None, {"X-Copy-From": "/c/o"}, {}),
    ("PUT", None, {"X-Move-From": "/c/o"}, {}),
    ("PUT", b'{"bytes":0,"hashes":[]}', {}, {"hashmap": ""}),
]


@pytest.mark.requirement("R97")
@pytest.mark.parametrize(("method", "body", "headers", "query"), UUID_KEPT)
def test_changes_keep_the_uuid(
    box: Client, method: str, body: bytes | None, headers: dict[str, str], query: dict[str, str]
) -> None:
    box.put("c/o", b"1")
    before = uuid(box)
    assert before == str(UUID(before))
    assert box.request(method, "c/o", body, headers, **query).status < 300
    assert uuid(box) == before


@pytest.mark.requirement("R97")
def test_a_name_that_lives_again_has_a_new_uuid(box: Client) -> None:
    seen = set()
    for _ in range(3):
        box.put("c/o", b"1")
        seen.add(uuid(box))
        box.delete("c/o")
    assert len(seen) == 3


@pytest.mark.requirement("R97")
@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize(("method", "keeps"), [("COPY", False), ("MOVE", True)])
def test_a_copy_has_a_new_uuid_and_what_moves_takes_it_along(
    box: Client, method: str, keeps: bool, there: bool
) -> None:
    box.put("c/o", b"1")
    source, replaced = uuid(box), ""
    if there:
        box.put("c/x", b"2")
        replaced = uuid(box, "c/x")
    assert box.request(method, "c/o", None, {"Destination": "/c/x"}).status == 201
    assert (uuid(box, "c/x") == source) == keeps
    assert uuid(box, "c/x") != replaced
