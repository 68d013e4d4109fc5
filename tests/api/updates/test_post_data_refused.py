"""POSTs of bytes that do not fit, and change nothing (contract §3.5)."""

import pytest

from tests.api.client import Client
from tests.api.state import unchanged
from tests.api.updates.test_post_data import BINARY, patch, put
from tests.server.wire import Wire, head


@pytest.fixture
def small(box: Client) -> Client:
    """``c/o`` is ``0123456789``."""
    put(box, "c/o", b"0123456789")
    return box


@pytest.mark.requirement("R112", "R113")
@pytest.mark.parametrize(
    ("content_range", "body", "status"),
    [
        ("bytes 0-1/11", b"xy", 416),
        ("bytes 0-1/9", b"xy", 416),
        ("bytes 9-10/10", b"xy", 416),
        ("bytes 10-10/10", b"x", 416),
        ("bytes 10-/10", b"x", 416),
        ("bytes 9-/10", b"xy", 416),
        ("bytes 0-/0", b"x", 416),
        ("bytes 10-10/11", b"x", 416),
        ("bytes 11-11/*", b"x", 416),
        ("bytes 11-/*", b"x", 416),
        ("bytes 5-4/*", b"x", 416),
        ("bytes */10", b"x", 416),
        ("bytes -5/*", b"x", 416),
        ("bytes 0-1", b"xy", 416),
        ("0-1/*", b"xy", 416),
        ("octets 0-1/*", b"xy", 416),
        ("bytes=0-1/*", b"xy", 416),
        ("bytes 0-1/x", b"xy", 416),
        ("bytes a-b/*", b"xy", 416),
        ("", b"xy", 416),
        ("junk", b"xy", 416),
        ("bytes 0-1/*", b"xyz", 400),
        ("bytes 0-2/*", b"xy", 400),
        ("bytes 0-0/*", b"", 400),
    ],
)
def test_ranges_that_do_not_fit_change_nothing(
    small: Client, content_range: str, body: bytes, status: int
) -> None:
    with unchanged(small):
        assert patch(small, content_range, body).status == status


@pytest.mark.requirement("R112")
@pytest.mark.parametrize(
    ("content_range", "body", "status"),
    [("bytes 0-1/*", b"xyz", 400), ("bytes 0-2/*", b"xy", 400), ("bytes 9-/10", b"xy", 416)],
)
def test_chunks_must_fit_too(small: Client, content_range: str, body: bytes, status: int) -> None:
    with unchanged(small):
        assert patch(small, content_range, iter([body])).status == status


@pytest.mark.requirement("R112")
def test_without_a_range_it_is_400(small: Client) -> None:
    with unchanged(small):
        assert small.post("c/o", b"xy", BINARY).status == 400
        assert small.post("c/o", headers={"X-Source-Object": "/c/o"}).status == 400


@pytest.mark.requirement("R112")
@pytest.mark.parametrize("content_range", ["bytes */*", "bytes 0-1/*", "bytes 3-/*"])
def test_without_a_length_it_is_411(small: Client, content_range: str) -> None:
    fields = {**BINARY, "X-Auth-Token": small.token, "Content-Range": content_range}
    extra = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
    with unchanged(small), Wire(small.address[1]) as wire:
        assert wire.send(head("POST", small.url("c/o"), extra)).answer().status == 411


@pytest.mark.requirement("R112")
@pytest.mark.parametrize("size", ["-1", "x", "1.5", "", "%30"])
def test_a_size_that_is_none_is_400(small: Client, size: str) -> None:
    with unchanged(small):
        assert patch(small, "bytes */*", b"x", X_Object_Bytes=size).status == 400


@pytest.mark.requirement("R112")
@pytest.mark.parametrize("path", ["c/none", "none/o"])
def test_what_is_not_there_is_404(small: Client, path: str) -> None:
    headers = {**BINARY, "Content-Range": "bytes */*"}
    with unchanged(small):
        assert small.post(path, b"x", headers).status == 404


@pytest.mark.requirement("R112")
@pytest.mark.parametrize(
    "headers", [{"If-Match": "0" * 32}, {"If-None-Match": "*"}], ids=["match", "none match"]
)
def test_a_failed_condition_changes_nothing(small: Client, headers: dict[str, str]) -> None:
    with unchanged(small):
        sent = {**BINARY, "Content-Range": "bytes */*", **headers}
        assert small.post("c/o", b"x", sent).status == 412
