"""Death at each named point of the write path, and amid a body: nothing lost, nothing torn."""

import http.client
import os
from collections.abc import Callable

import pytest

from tests.reliability.store import BLOCK, Store, check_container, wait_for

CUT = (http.client.RemoteDisconnected, ConnectionError)
# Two blocks in files, and content that lives in the database alone.
SIZES = {"blocks": BLOCK + 1000, "inline": 1000}
NAMES = [f"{kind}, {fate}" for kind in SIZES for fate in ("overwritten", "created")]


def contents(names: list[str]) -> dict[str, bytes]:
    return {name: os.urandom(SIZES[name.split(",")[0]]) for name in names}


def put_all(store: Store, box: str, objects: dict[str, bytes]) -> None:
    client = store.client()
    for name, content in objects.items():
        assert client.put(f"{box}/{name}", content).status == 201


@pytest.mark.parametrize(
    ("point", "reached_by", "committed"),
    [
        ("block-written", NAMES[:2], False),
        ("block-linked", NAMES[:2], False),
        ("blocks-settled", NAMES[:2], False),
        ("before-publish", NAMES, False),
        ("after-publish", NAMES, True),
    ],
)
def test_a_worker_that_dies_leaves_the_old_object_or_the_new_one(
    store: Store, box: str, point: str, reached_by: list[str], committed: bool
) -> None:
    old = contents(NAMES[::2])
    put_all(store, box, old)
    store.kill()
    store.restart(CRASH_AT=point)
    new = contents(reached_by)
    for name, content in new.items():
        with pytest.raises(CUT):
            store.client().put(f"{box}/{name}", content)
    there = old | new if committed else old
    check_container(store.client(), box, there)  # by the workers that live on or took its place
    store.kill()
    store.restart(CRASH_AT="")
    check_container(store.client(), box, there)
    put_all(store, box, new)  # no half of a block is in the way of the same content
    check_container(store.client(), box, old | new)


@pytest.mark.parametrize("kill", [Store.kill, Store.kill_all], ids=["server", "with Postgres"])
def test_half_a_body_is_no_object(store: Store, box: str, kill: Callable[[Store], None]) -> None:
    old, new = contents(NAMES[:1]), os.urandom(2 * BLOCK)
    put_all(store, box, old)
    before = store.blocks()
    for name in NAMES[:2]:
        _send_half(store, f"{box}/{name}", new)
    wait_for(lambda: len(store.blocks()) > len(before))  # the first block is already kept
    kill(store)
    store.restart()
    check_container(store.client(), box, old)
    put_all(store, box, dict.fromkeys(NAMES[:2], new))
    check_container(store.client(), box, dict.fromkeys(NAMES[:2], new))


def _send_half(store: Store, path: str, content: bytes) -> None:
    client = store.client()
    client.connection.putrequest("PUT", client.url(path))
    client.connection.putheader("X-Auth-Token", client.token)
    client.connection.putheader("Content-Length", str(len(content)))
    client.connection.endheaders(content[: len(content) // 2 + 1])
