"""Who writes while a folder is restored finds each name before or after it (contract/time.md)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from tests.api.client import Client
from tests.api.history.test_changes import moment
from tests.api.history.test_restore import restore, state

NAMES = [f"f/{number}" for number in range(12)]
ROUNDS = 5


def write(client: Client, names: list[str], stop: Event) -> list[tuple[str, int, bytes]]:
    """Write and delete again and again; return what was acknowledged, with its version."""
    written, turn = [], 0
    with client.at(client.address) as own:
        while not stop.is_set() or turn < 3:
            turn += 1
            for name in names:
                body = f"{name} {turn}".encode()
                answer = own.put(f"c/{name}", body)
                assert answer.status == 201
                written.append((name, int(answer["X-Object-Version"]), body))
            own.delete(f"c/{names[0]}")
    return written


@pytest.mark.requirement("T5")
def test_each_name_is_before_or_after_it(box: Client) -> None:
    for name in NAMES:
        box.put(f"c/{name}", b"then")
    until, was, stop = moment(box), state(box), Event()
    with ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(write, box, NAMES[at::3], stop) for at in range(3)]
        done = [restore(box, until, prefix="f/") for _ in range(ROUNDS)]
        stop.set()
        written = [each for writer in writers for each in writer.result()]
    for each in done:
        assert state(box, until=f"{each['moment'] + 1e-6:.6f}") == was
    for name, serial, body in written:  # nothing that was acknowledged is lost
        assert box.get(f"c/{name}", version=serial).body == body
    last = {name: body for name, serial, body in sorted(written, key=lambda each: each[1])}
    for name in NAMES[3:]:  # which nobody deletes
        versions = box.get(f"c/{name}", version="list", format="json").json["versions"]
        newest = box.get(f"c/{name}", version=versions[-1][0]).body
        assert box.get(f"c/{name}").body == newest in {b"then", last[name]}
