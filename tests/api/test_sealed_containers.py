"""A container that one of the other interfaces writes into: its owner reads it and deletes."""

from collections.abc import Callable

import pytest

from pithos_api.models import Container
from tests.api.client import Answer, Client

Write = Callable[[Client], Answer]

WRITES: dict[str, Write] = {
    "PUT": lambda box: box.put("c/o", b"new"),
    "PUT of another name": lambda box: box.put("c/new", b"new"),
    "PUT of a hashmap": lambda box: box.put("c/new", b'{"bytes":0,"hashes":[]}', hashmap=""),
    "POST of metadata": lambda box: box.post("c/o", headers={"X-Object-Meta-A": "b"}),
    "POST of sharing": lambda box: box.post("c/o", headers={"X-Object-Sharing": "read=*"}),
    "POST of data": lambda box: box.post(
        "c/o",
        b"new",
        headers={"Content-Type": "application/octet-stream", "Content-Range": "bytes 0-2/*"},
    ),
    "COPY": lambda box: box.request("COPY", "d/o", headers={"Destination": "/c/new"}),
    "MOVE": lambda box: box.request("MOVE", "d/o", headers={"Destination": "/c/new"}),
    "PUT of a manifest": lambda box: box.put("c/m", b"", headers={"X-Object-Manifest": "d/o"}),
}


@pytest.fixture
def sealed(box: Client, committed: None) -> Client:
    """A user with the sealed container ``c`` and the usual one ``d``; an object ``o`` in each."""
    assert box.put("d").status == 201
    for path in ("c/o", "d/o"):
        assert box.put(path, b"content").status == 201
    Container.objects.filter(account__account=box.account, name="c").update(sealed=True)
    return box


@pytest.mark.parametrize("write", WRITES)
def test_nothing_is_written_into_it(sealed: Client, write: str) -> None:
    refused = WRITES[write](sealed)
    assert refused.status == 403
    assert b"objects in 'c' can be read and deleted here, not written" in refused.body
    assert sealed.get("c").lines == ["o"]
    assert sealed.get("c/o").body == sealed.get("d/o").body == b"content"


def test_what_is_in_it_is_read_copied_and_deleted(sealed: Client) -> None:
    assert sealed.request("COPY", "c/o", headers={"Destination": "/d/copy"}).status == 201
    assert sealed.get("d/copy").body == sealed.get("c/o").body == b"content"
    assert sealed.delete("c/o").status == 204
    assert sealed.delete("c").status == 204
