"""A store whose operator allows little: a second server of it."""

from collections.abc import Iterator

import pytest

from tests.api.client import Client
from tests.api.server import BLOCK_SIZE, Serve, Server
from tests.api.state import unchanged
from tests.server.wire import CHUNKED, Wire, length, put

MAX_SIZE = 2 * BLOCK_SIZE + 10


@pytest.fixture(scope="module")
def tight_server(serve: Serve) -> Iterator[Server]:
    limits = {
        "PITHOS_MAX_UPLOAD_SIZE": str(MAX_SIZE),
        "PITHOS_MAX_META_COUNT": "2",
        "PITHOS_STRICT_CONTENT_TYPE": "1",
        "PITHOS_WORKERS": "1",
    }
    with serve(**limits) as running:
        yield running


@pytest.fixture
def tight(tight_server: Server, box: Client) -> Iterator[Client]:
    """The user of ``box`` at the second server."""
    with box.at(tight_server.address) as client:
        yield client


TYPE = {"Content-Type": "text/plain"}


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_as_large_as_allowed_is_taken(tight: Client, chunked: bool) -> None:
    data = b"x" * MAX_SIZE
    assert tight.put("c/o", iter([data]) if chunked else data, TYPE).status == 201
    assert tight.get("c/o").body == data


def head(client: Client, framing: bytes) -> bytes:
    token = f"X-Auth-Token: {client.token}".encode()
    return put(client.url("c/o"), token, b"Content-Type: text/plain", framing)


@pytest.mark.parametrize("existing", [False, True])
@pytest.mark.parametrize(
    ("framing", "sent"),
    [
        (length(MAX_SIZE + 1), b""),
        (length(10**15), b""),
        (CHUNKED, b"%x\r\n%b\r\n" % (MAX_SIZE + 1, b"x" * (MAX_SIZE + 1))),
        (CHUNKED, b"%x\r\n%b\r\n" % (BLOCK_SIZE, b"x" * BLOCK_SIZE) * 3),
    ],
    ids=["by its length", "by far", "in one chunk", "in several"],
)
def test_a_larger_body_is_413_without_reading_on(
    tight: Client, framing: bytes, sent: bytes, existing: bool
) -> None:
    if existing:
        assert tight.put("c/o", b"before", TYPE).status == 201
    with unchanged(tight), Wire(tight.address[1]) as wire:
        wire.send(head(tight, framing), sent)
        assert wire.answer().status == 413
    assert tight.get("c/o").status == (200 if existing else 404)


@pytest.mark.requirement("R60")
@pytest.mark.parametrize("sent", [{}, {"Content-Type": ""}])
def test_a_strict_store_wants_a_content_type(tight: Client, sent: dict[str, str]) -> None:
    with unchanged(tight):
        assert tight.put("c/photo.png", b"data", sent).status == 411
    assert tight.put("c/photo.png", b"data", TYPE).status == 201


@pytest.mark.requirement("R72")
def test_the_operator_says_how_many_keys_an_object_may_have(tight: Client) -> None:
    keys = {"X-Object-Meta-A": "1", "X-Object-Meta-B": "2"}
    assert tight.put("c/o", b"", {**TYPE, **keys}).status == 201
    with unchanged(tight):
        assert tight.put("c/o", b"", {**TYPE, **keys, "X-Object-Meta-C": "3"}).status == 400
