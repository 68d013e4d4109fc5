"""What a list of things to delete costs the store, however long it is."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.api.client import Answer, Client
from tests.api.server import Serve, Server

MIB = 1 << 20
AT_ONCE = 4
LISTS = {
    "of short lines": (413, b"a\n" * (8 * MIB)),
    "without a line": (200, b"\n" * (8 * MIB)),  # as a list it would take eight times as much
    "one line": (413, b"/" * (16 * MIB)),
    # As text each would take four bytes a character.
    "of long lines that fail": (200, ("c/" + "\U0001f600" + "x" * 1650 + "\n").encode() * 10_000),
}


@pytest.fixture(scope="module")
def alone(serve: Serve) -> Iterator[Server]:
    with serve(PITHOS_WORKERS="1", PITHOS_MAX_GUESSES="0") as running:
        yield running


def peak(server: Server) -> int:
    """The most memory that the worker has had, in bytes; from now on it is counted anew."""
    parent = server.process.pid
    [worker] = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    status = Path(f"/proc/{worker}/status").read_text()
    Path(f"/proc/{worker}/clear_refs").write_text("5")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def bulk(client: Client, server: Server, body: bytes, token: str) -> Answer:
    with client.at(server.address) as there:
        url = f"/v1/AUTH_{client.account}?bulk-delete"
        return there.raw("POST", url, body, {"X-Auth-Token": token})


@pytest.mark.parametrize(("status", "body"), LISTS.values(), ids=LISTS.keys())
def test_a_list_takes_little_more_than_itself(
    alone: Server, new_user: Callable[[], Client], status: int, body: bytes
) -> None:
    client = new_user()
    peak(alone)
    idle = peak(alone)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = [pool.submit(bulk, client, alone, body, client.token) for _ in range(AT_ONCE)]
    answers = [each.result() for each in asked]
    assert {answer.status for answer in answers} == {status}
    assert peak(alone) - idle < AT_ONCE * 32 * MIB
