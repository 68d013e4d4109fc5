"""What a report says to be made of an archive is there after a crash."""

import os

import pytest

from tests.reliability.store import new_store
from tests.swift.archives.making import archive, unpack
from tests.swift.client import in_swift

FILES = {
    **{f"c/{n}": os.urandom(n) for n in range(0, 3000, 10)},
    **{f"c/medium-{n}": os.urandom(40_000) for n in range(60)},
    **{f"d/large-{n}": os.urandom(5_000_000) for n in range(2)},
}


@pytest.mark.requirement("S60")
def test_what_is_told_to_be_made_survives_a_crash() -> None:
    with new_store() as store:
        told = unpack(in_swift(store.client()), archive(FILES))
        store.kill_all()
        assert told["Number Files Created"] == len(FILES)
        store.restart()
        client = in_swift(store.client())
        assert len(client.names("c")) + len(client.names("d")) == len(FILES)
        assert {name: client.get(name).body for name in FILES} == FILES
