"""Two hundred slow clients: commands find database connections, and all are given back."""

import contextlib
import io
import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.reliability.crowd import together
from tests.reliability.store import Store, wait_for
from tests.reliability.vitals import MIB, resident
from tests.server.wire import Wire, head, length

CLIENTS = 200
USUAL = 2 * (16 + 3) + 1  # connections of the workers' threads and upkeep, and the one that asks
RESTING = 5  # a worker's upkeep has one, some of it for a moment, and the one that asks
CONTENT = os.urandom(8 << 20)
CONNECTIONS = "SELECT count(*)::int FROM pg_stat_activity WHERE datname = 'pithos'"


@contextlib.contextmanager
def many(store: Store, said: bytes, clients: int = CLIENTS) -> Iterator[list[Wire]]:
    """Clients who say something and then do nothing."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(Wire(store.address[1], 30)).send(said) for _ in range(clients)]


def check_commands_and_connections(store: Store) -> None:
    """They work amid the burst, and soon few connections are in use although it goes on."""
    done = store.manage("tokens", store.account)
    assert done.returncode == 0, done.stderr
    assert store.client().head().status == 204
    wait_for(lambda: store.ask(CONNECTIONS) <= USUAL)


def test_slow_readers_hold_no_connections(store: Store, box: str) -> None:
    client = store.client()
    assert client.put(f"{box}/o", CONTENT).status == 201
    token = f"X-Auth-Token: {store.token}\r\n".encode()
    with many(store, head("GET", client.url(f"{box}/o"), token)) as wires:
        check_commands_and_connections(store)
        assert wires[0].answer().body == CONTENT
    wait_for(lambda: store.ask(CONNECTIONS) <= USUAL)


def test_slow_senders_hold_no_connections(store: Store, box: str) -> None:
    client = store.client()
    fields = f"X-Auth-Token: {store.token}\r\n".encode() + length(100_000) + b"\r\n"
    said = head("PUT", client.url(f"{box}/o"), fields) + bytes(70_000)
    with many(store, said) as wires:
        check_commands_and_connections(store)
        for wire in wires:
            wire.send(bytes(30_000))
        assert {wire.answer().status for wire in wires} == {201}
    wait_for(lambda: store.ask(CONNECTIONS) <= USUAL)
    assert store.client().get(f"{box}/o").body == bytes(100_000)


def test_archives_that_nobody_reads_take_little_memory(store: Store, box: str) -> None:
    client, contents = store.client(), [os.urandom(3 * MIB), os.urandom(3 * MIB)]
    for number, content in enumerate(contents):
        assert client.put(f"{box}/{number}", content).status == 201
    workers = [Path(f"/proc/{pid}") for pid in store.workers()]
    token = f"X-Auth-Token: {store.token}\r\n".encode()
    said = head("GET", client.url(box, zip=""), token)
    with many(store, said, 20) as wires:
        time.sleep(2)  # until each is as far as it comes
        before = sum(map(resident, workers))
        with many(store, said, 60):
            time.sleep(3)
            taken = sum(map(resident, workers)) - before
            assert taken < 60 * 1.5 * MIB  # half of one of its files each
        received = wires[0].answer().body
    with zipfile.ZipFile(io.BytesIO(received)) as archive:
        assert [archive.read(name) for name in archive.namelist()] == contents


def test_connections_are_closed_when_work_of_every_kind_has_ended(store: Store, box: str) -> None:
    def work(number: int) -> None:
        client, name = store.client(), f"{box}/{number}"
        for _ in range(5):
            assert client.put(name, b"content").status == 201
            assert client.get(name).body == b"content"
            assert client.get(box, limit=10).status == 200
            assert client.delete(name).status == 204

    together(32, work)
    wait_for(lambda: store.ask(CONNECTIONS) <= RESTING)
