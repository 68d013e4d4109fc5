"""No request makes a worker large, however its body is to be parsed, nor keeps it so."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection

from pithos_api.http.bodies import documents
from pithos_api.http.bodies.documents import PLACES, TooManyDocumentsError
from server.workers.lane import MOST
from tests.api.server import BLOCK_SIZE, Serve, Server
from tests.hostile.attack import Attack, Place
from tests.hostile.floods import FLOODS, MIB
from tests.reliability.store import wait_for
from tests.reliability.vitals import resident
from tests.server.wire import Wire
from web.bodies.body import RequestBody

AT_ONCE = 4
PATIENCE_SECONDS = 60.0
FOR_EACH = 64 * MIB
FOR_GOOD = 16 * MIB
RANGE = (b"Range: bytes=1000000-1000003",)


@pytest.fixture(scope="module")
def server(serve: Serve) -> Iterator[Server]:
    with serve(PITHOS_DEBUG="0", PITHOS_WORKERS="1", PITHOS_ALLOWED_HOSTS="x") as running:
        yield running


@pytest.fixture
def worker(place: Place) -> Path:
    """The server's only worker."""
    parent = place.server.process.pid
    (found,) = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return Path(f"/proc/{found}")


def send(place: Place, shot: Attack) -> int:
    """Send a request and return the status of its answer."""
    with Wire(place.client.address[1], PATIENCE_SECONDS) as wire:
        with suppress(ConnectionError):  # refused before all of it was sent
            wire.send(place.request(shot))
        return wire.answer(shot.method).status


MAPS = [name for name, flood in FLOODS.items() if flood.expected == "409"]
REFUSED = [name for name in FLOODS if name not in MAPS]


@pytest.mark.parametrize(
    ("names", "most"),
    [
        # None becomes more than its bytes, of which ``PLACES`` are in memory at a time.
        *((REFUSED[at : at + AT_ONCE], FOR_EACH) for at in range(0, len(REFUSED), AT_ONCE)),
        (MAPS, AT_ONCE * FOR_EACH),
    ],
    ids=lambda each: f"from {each[0]}" if isinstance(each, list) else f"{each // MIB} MiB",
)
def test_four_at_once_take_little_and_give_it_back(
    place: Place, worker: Path, names: list[str], most: int
) -> None:
    shots = {name: FLOODS[name].of(place.client.account) for name in names}
    idle = resident(worker)
    (worker / "clear_refs").write_text("5")  # forget what it had at most
    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = dict(zip(names, pool.map(partial(send, place), shots.values()), strict=True))
    peak = resident(worker, "VmHWM") - idle
    assert [name for name in names if statuses[name] not in shots[name].expected] == []
    wait_for(lambda: resident(worker) - idle < FOR_GOOD)
    assert peak < most
    place.check_alive()


def test_who_sends_slowly_keeps_nobody_from_being_parsed(place: Place, worker: Path) -> None:
    whole = FLOODS["map: objects"].of(place.client.account)
    begun = place.request(whole)[: 8 * MIB]
    idle = resident(worker)
    with ExitStack() as stack:
        for _ in range(PLACES + 2):
            wire = stack.enter_context(Wire(place.client.address[1], PATIENCE_SECONDS))
            wire.send(begun)
        assert send(place, whole) == 400
        assert resident(worker) - idle < FOR_GOOD


def test_what_finds_no_place_is_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "PATIENCE_SECONDS", 0.01)

    def read() -> bytes:
        body = RequestBody(BytesIO(bytes(2 * MIB)).readinto, 2 * MIB)
        with documents.open_document(body, 2 * MIB) as document:
            return document[:]

    with ExitStack() as stack:
        for _ in range(PLACES):
            stack.enter_context(documents.place_in_memory())
        with pytest.raises(TooManyDocumentsError):
            read()
    assert read() == bytes(2 * MIB)


def peak_of_crowd(wires: list[Wire], place: Place, worker: Path, name: str) -> int:
    """Let a batch of one byte each be read; what the worker had at most."""
    shot = Attack(frozenset({206}), "GET", f"/c/{name}", (b"Range: bytes=0-0",))
    (worker / "clear_refs").write_text("5")
    with place.server.halted():  # all are there when the server looks
        for wire in wires:
            wire.send(place.request(shot))
    assert {wire.answer().body for wire in wires} == {b"a"}
    return resident(worker, "VmHWM")


def test_a_long_object_of_one_byte_and_nuls_is_not_made_for_each_of_a_crowd(
    place: Place, worker: Path
) -> None:
    place.client.put("c/short", b"a")
    place.client.put("c/long", b"a".ljust(BLOCK_SIZE, b"\0"))
    with ExitStack() as stack:
        port = place.client.address[1]
        wires = [stack.enter_context(Wire(port, PATIENCE_SECONDS)) for _ in range(MOST)]
        for _ in range(3):
            short = peak_of_crowd(wires, place, worker, "short")
        long = max(peak_of_crowd(wires, place, worker, "long") for _ in range(3))
    assert long - short < MOST * BLOCK_SIZE // 4


PARTS = """
    INSERT INTO version (container_id, name, uuid, size, etag, merkle, hashmap, content_type,
                         modified_by_id, valid_from, valid_to, meta)
    SELECT v.container_id, 'part/' || n, gen_random_uuid(), %(size)s, v.etag, v.merkle,
           decode(repeat(encode(sha256(''), 'hex'), %(blocks)s), 'hex'), v.content_type,
           v.modified_by_id, v.valid_from, v.valid_to, v.meta
      FROM version v JOIN accounts_user u ON u.id = v.modified_by_id
     CROSS JOIN generate_series(1, %(count)s) AS n
     WHERE u.account = %(account)s AND v.name = 'empty'
"""
GONE = "DELETE FROM version USING accounts_user u WHERE modified_by_id = u.id AND u.account = %s"


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(("count", "blocks"), [(40_000, 1), (12, 240_000)])
def test_manifests_of_many_parts_or_large_ones_take_little(
    place: Place, worker: Path, count: int, blocks: int
) -> None:
    place.client.put("canary/empty", b"")
    place.client.put("c/all", b"", {"X-Object-Manifest": "canary/part/"})
    whose: dict[str, str | int] = {"account": place.client.account, "count": count}
    with connection.cursor() as cursor:
        cursor.execute(PARTS, {**whose, "blocks": blocks, "size": blocks * BLOCK_SIZE})
        idle = resident(worker)
        (worker / "clear_refs").write_text("5")
        shots = [Attack(frozenset({200, 206}), verb, "/c/all", RANGE) for verb in ("HEAD", "GET")]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            assert set(pool.map(partial(send, place), shots * 2)) == {200, 206}
        cursor.execute(GONE, [place.client.account])
    assert resident(worker, "VmHWM") - idle < FOR_GOOD
