"""A worker that dies in the midst of a write."""

import http.client

import pytest

from tests.api.server import Serve
from tests.blobs.client import BlobClient

CONTENTS = [("a", b"1"), ("b", b"x" * 100_000), ("c", b"2")]


@pytest.mark.requirement("B22")
@pytest.mark.parametrize("point", ["before-publish", "after-publish", "block-written"])
def test_a_stream_is_stored_whole_or_not_at_all(
    blobs: BlobClient, serve: Serve, point: str
) -> None:
    with (
        serve(CRASH_AT=point) as dying,
        blobs.user.at(dying.address) as at,
        pytest.raises((http.client.HTTPException, ConnectionError)),
    ):
        BlobClient(at).upload(CONTENTS)
    assert blobs.ids() == []
    assert blobs.upload(CONTENTS).status == 200
    assert [blobs.get(blob).body for blob, _ in CONTENTS] == [data for _, data in CONTENTS]
