"""Updates of objects with blocks that are nearly all NULs: these live in the database."""

import pytest

from tests.api.client import Client
from tests.api.server import BLOCK_SIZE
from tests.api.visitors import share, visit

SPARSE = b"x".ljust(BLOCK_SIZE, b"\0")
APPEND = {"Content-Type": "application/octet-stream", "Content-Range": "bytes */*"}


@pytest.mark.requirement("R64", "R115")
@pytest.mark.parametrize("rest", [b"y", b"y" * BLOCK_SIZE, SPARSE])
@pytest.mark.parametrize("size", [1, BLOCK_SIZE - 1, BLOCK_SIZE, BLOCK_SIZE + 1])
def test_a_sparse_block_is_still_found_when_the_object_is_cut(
    box: Client, rest: bytes, size: int
) -> None:
    assert box.put("c/o", SPARSE + rest).status == 201
    cut = box.post("c/o", b"more", {**APPEND, "X-Object-Bytes": str(size)})
    assert cut.status == 204
    assert box.get("c/o").body == (SPARSE + rest)[:size]


@pytest.mark.requirement("R103", "R145")
@pytest.mark.parametrize("method", ["COPY", "MOVE"])
def test_a_source_one_may_not_read_is_403_even_if_there_is_nowhere_to_go(
    box: Client, new_user, method: str
) -> None:
    assert box.put("c/o", b"data").status == 201
    visitor = new_user()
    wanted = {"Destination": "/nowhere/o", "Destination-Account": visitor.account}
    assert visit(visitor, box).request(method, "c/o", None, wanted).status == 403


@pytest.mark.requirement("R114", "R145")
def test_a_source_one_may_not_read_is_403_even_if_there_is_nothing_to_update(
    box: Client, new_user
) -> None:
    assert box.put("c/shared", b"").status == 201
    visitor = new_user()
    share(box, "c/shared", f"write={visitor.account}")
    source = {"X-Source-Object": "/c/secret", "X-Source-Account": box.account}
    answer = visit(visitor, box).post("c/shared/none", headers={**APPEND, **source})
    assert answer.status == 403
