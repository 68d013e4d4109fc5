"""Who asks is known before anything of a body is read: at every path of images."""

from collections import defaultdict
from uuid import UUID

import pytest

from tests.api.server import Server
from tests.hostile.attack import PATIENCE_SECONDS
from tests.hostile.test_unasked_bodies import begin
from tests.images.rows import ROWS
from tests.server.wire import CHUNKED, CONTINUE, Wire, length

NAMES: defaultdict[str, str] = defaultdict(lambda: str(UUID(int=7)))
CALLS = sorted({
    (row.method, row.path.format_map(NAMES))
    for row in ROWS
    if row.method not in {"GET", "HEAD"}
})  # fmt: skip


@pytest.mark.parametrize(("method", "target"), CALLS)
@pytest.mark.parametrize("framing", [length(60 << 10), CHUNKED], ids=["sized", "chunked"])
def test_nobody_is_not_asked_to_send_of_images(
    server: Server, method: str, target: str, framing: bytes
) -> None:
    fields = (b"Content-Type: application/octet-stream",)
    with Wire(server.address[1], PATIENCE_SECONDS) as wire:
        answer = begin(wire, (method, target, fields), framing, CONTINUE)
    assert answer.status == 401
