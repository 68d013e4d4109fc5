"""Death at each named point of the write path, and amid a body: nothing lost, nothing torn."""

import http.client
import os
from dataclasses import dataclass

import pytest

from tests.reliability.store import BLOCK, Store, check_container, wait_for

CUT = (http.client.RemoteDisconnected, ConnectionError)
# Two blocks in files, and content that lives in the database alone.
SIZES = {"blocks": BLOCK + 1000, "inline": 1000}
NAMES = [f"{kind}, {fate}" for kind in SIZES for fate in ("overwritten", "created")]

# Each with the names whose writes get there, and whether the new version is in the database.
POINTS = {
    "block-written": (NAMES[:2], False),
    "block-linked": (NAMES[:2], False),
    "blocks-settled": (NAMES[:2], False),
    "before-publish": (NAMES, False),
    "after-publish": (NAMES, True),
}


def contents(names: list[str]) -> dict[str, bytes]:
    return {name: os.urandom(SIZES[name.split(",")[0]]) for name in names}


def put_all(store: Store, box: str, objects: dict[str, bytes]) -> None:
    client = store.client()
    for name, content in objects.items():
        assert client.put(f"{box}/{name}", content).status == 201


@dataclass(frozen=True)
class Death:
    """What was acknowledged before, what a worker died of, and what must be there since."""

    box: str
    old: dict[str, bytes]
    new: dict[str, bytes]
    left: dict[str, bytes]


@pytest.fixture(scope="module")
def deaths(only_store: Store) -> dict[str, Death]:
    """A death at each point for each way to reach it; the server has been started anew since."""
    made = {point: _prepare(only_store, point) for point in POINTS}
    for point, death in made.items():
        only_store.kill()
        only_store.restart(CRASH_AT=point)
        for name, content in death.new.items():
            with pytest.raises(CUT):
                only_store.client().put(f"{death.box}/{name}", content)
        # Seen by the workers that live on or took its place.
        check_container(only_store.client(), death.box, death.left)
    only_store.kill()
    only_store.restart(CRASH_AT="")
    return made


def _prepare(store: Store, point: str) -> Death:
    reached_by, committed = POINTS[point]
    old, new = contents(NAMES[::2]), contents(reached_by)
    assert store.client().put(point).status == 201
    put_all(store, point, old)
    return Death(point, old, new, left=old | new if committed else old)


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_dies_leaves_the_old_object_or_the_new_one(
    store: Store, deaths: dict[str, Death], point: str
) -> None:
    death = deaths[point]
    check_container(store.client(), death.box, death.left)
    put_all(store, death.box, death.new)  # no half of a block is in the way of the same content
    check_container(store.client(), death.box, death.old | death.new)


def test_half_a_body_is_no_object(store: Store, box: str) -> None:
    old, new = contents(NAMES[:1]), os.urandom(2 * BLOCK)
    put_all(store, box, old)
    before = store.blocks()
    for name in NAMES[:2]:
        _send_half(store, f"{box}/{name}", new)
    wait_for(lambda: len(store.blocks()) > len(before))  # the first block is already kept
    store.kill()
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
