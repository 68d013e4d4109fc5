"""Death of a worker that writes for several clients at once (ADR 40)."""

import os

import pytest

from tests.reliability.crowd import together
from tests.reliability.store import Store, check_container
from tests.server.wire import Wire, head

CROWD = 24
TURNS = 60
VERSIONS = """
    SELECT coalesce(max(n), 0) FROM (
        SELECT count(*) AS n FROM version JOIN container c ON c.id = container_id
         WHERE c.name = %s GROUP BY version.name) AS counted
"""


def put(store: Store, wire: Wire, path: str, body: bytes) -> int:
    fields = b"X-Auth-Token: %b\r\nContent-Length: %d\r\n" % (store.token.encode(), len(body))
    wire.send(head("PUT", f"/v1/{store.account}/{path}", fields) + body)
    return wire.answer("PUT").status


def write_until_death(
    store: Store, box: str, number: int
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Store object after object; return what was acknowledged, and what was not."""
    done: dict[str, bytes] = {}
    with Wire(store.address[1], 30) as wire:
        for turn in range(TURNS):
            name, body = f"{number}-{turn}", os.urandom(100)
            try:
                status = put(store, wire, f"{box}/{name}", body)
            except ConnectionError:
                return done, {name: body}
            assert status == 201
            done[name] = body
    return done, {}


@pytest.mark.parametrize("point", ["before-batch", "after-batch"])
def test_a_worker_that_dies_writing_for_many_loses_nothing_that_was_acknowledged(
    store: Store, box: str, point: str
) -> None:
    store.kill()
    store.restart(CRASH_AT=point)
    try:
        told = together(CROWD, lambda number: write_until_death(store, box, number))
    finally:
        store.kill()
        store.restart(CRASH_AT="")
    acknowledged = {name: body for done, _ in told for name, body in done.items()}
    unknown = {name: body for _, left in told for name, body in left.items()}
    assert unknown, "no batch was begun"
    client = store.client()
    there = {
        name: body for name, body in unknown.items() if client.get(f"{box}/{name}").body == body
    }
    if point == "after-batch":
        assert there
    check_container(client, box, acknowledged | there)
    assert store.ask(VERSIONS, box) == 1
