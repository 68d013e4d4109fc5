"""A thousand uploads and a thousand downloads that stop: others hardly notice, and all end well."""

import resource
import time
from collections.abc import Iterator

import pytest

from tests.reliability.stalls import SMALL, check, memory, probe, stalled, threads
from tests.reliability.store import Store, new_store
from tests.reliability.vitals import MIB

CROWD = 1000
SIZE = 400_000
AT_MOST = 1024 * MIB
# What the machine's other programs may add. Without a thread for others it would be seconds.
NOISE_MS = 150.0


@pytest.fixture(scope="module")
def calm() -> Iterator[Store]:
    """A store whose clients have ten minutes, for a machine that is busy with all of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with new_store(PITHOS_TRANSFER_WINDOW="10m") as store:
        client = store.client()
        assert client.put("box").status == client.put("box/small", SMALL).status == 201
        yield store
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_thousand_stalled_uploads_and_downloads_hold_nobody_up(calm: Store) -> None:
    idle = probe(calm, "box/small")
    with stalled(calm, "box", CROWD, CROWD, SIZE) as (sending, reading, content):
        time.sleep(2)
        seen = probe(calm, "box/small")
        assert seen.head < 3 * idle.head + NOISE_MS
        assert seen.get < 3 * idle.get + NOISE_MS
        assert memory(calm) < AT_MOST
        assert threads(calm) < 150  # the usual ones, and what is left of the rush
        check(calm, "box", sending, reading, content)
