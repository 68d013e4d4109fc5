"""What an account, a container or a folder takes, and what would be freed (contract/time.md)."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.client import Client
from tests.api.containers.test_garbage import Collect, collect
from tests.api.server import BLOCK_SIZE
from tests.api.visitors import share, visit

__all__ = ["collect"]

FOREVER = "9999999999"


def fresh(size: int) -> bytes:
    """New content of which no block ends with NULs."""
    return os.urandom(size).replace(b"\0", b"x")


def usage(client: Client, path: str = "", /, **query: Any) -> dict[str, Any]:
    answer = client.get(path, usage="", **query)
    assert answer.status == 200
    found: dict[str, Any] = answer.json
    assert found["stored"] == found["unique"] + found["shared"]
    return found


@pytest.fixture
def filled(box: Client) -> tuple[Client, int]:
    """Blocks that are in two folders, two containers, twice in one object, only in history.

    With it come the bytes of a block, and how many are below ``c/a/`` alone.
    """
    common, twice, old = fresh(BLOCK_SIZE), fresh(BLOCK_SIZE), fresh(1000)
    box.put("d")
    box.put("c/a/one", old)
    box.put("c/a/one", common + b"tail" + bytes(9))
    box.put("c/a/two", twice + twice)
    box.put("c/a/copy", twice)
    box.put("c/b/one", common)
    box.put("d/a/one", b"tail" + bytes(2))  # NULs at the end are not stored
    return box, BLOCK_SIZE + 1000


def test_each_block_counts_once(filled: tuple[Client, int]) -> None:
    box, alone = filled
    assert usage(box, "c", prefix="a/") == {
        "current": {"bytes": 4 * BLOCK_SIZE + 13, "objects": 3},
        "history": {"bytes": 1000, "versions": 1},
        "stored": 2 * BLOCK_SIZE + 1004,
        "unique": alone,
        "shared": BLOCK_SIZE + 4,
    }
    whole = usage(box, "c")
    assert (whole["unique"], whole["shared"]) == (2 * BLOCK_SIZE + 1000, 4)
    everything = usage(box)
    assert everything["current"] == {"bytes": 5 * BLOCK_SIZE + 19, "objects": 5}
    assert everything["unique"] == 2 * BLOCK_SIZE + 1004
    assert usage(box, "c", prefix="none")["stored"] == 0


def test_what_a_purge_would_free(filled: tuple[Client, int]) -> None:
    box, _ = filled
    box.delete("c/a/two")
    assert usage(box, "c", until=FOREVER)["freed_by_purge"] == 1000
    box.delete("c/a/copy")
    assert usage(box, "c", until="9")["freed_by_purge"] == 0
    for query in ({}, {"prefix": "a/"}):
        assert usage(box, "c", until=FOREVER, **query)["freed_by_purge"] == 1000 + BLOCK_SIZE
    assert usage(box, until=FOREVER)["freed_by_purge"] == 1000 + BLOCK_SIZE
    assert usage(box, "d", until=FOREVER)["freed_by_purge"] == 0


@pytest.mark.requirement("T8")
@pytest.mark.usefixtures("committed")
def test_they_are_what_is_freed(filled: tuple[Client, int], collect: Collect) -> None:
    box, _ = filled
    for container in ("c", "d"):
        told = usage(box, container, until=FOREVER)
        assert box.delete(container, until=FOREVER).status == 204
        assert collect().freed_bytes == told["freed_by_purge"]
        unique = usage(box, container)["unique"]
        box.delete(container, delimiter="/")
        box.delete(container, until=FOREVER)
        assert collect().freed_bytes == unique


@pytest.mark.requirement("T9")
def test_only_the_owner_is_told(box: Client, new_user: Callable[[], Client]) -> None:
    friend = new_user()
    box.put("c/o", b"x")
    share(box, "c/o", f"write={friend.account}")
    for path in ("", "c"):
        assert visit(friend, box).get(path, usage="").status == 403
        assert box.get(path, usage="", until="tomorrow").status == 400
    assert box.get("none", usage="").status == 404
