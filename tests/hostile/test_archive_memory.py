"""What archives cost the store, whatever is in them and however large they are."""

import bz2
import gzip
import os
import tarfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.client import Answer, Client
from tests.api.server import Serve, Server
from tests.hostile.test_bulk_memory import peak
from tests.swift.archives.making import archive, entry

MIB = 1 << 20
AT_ONCE = 2


def many_entries() -> bytes:
    """The heads of 200,000 folders, each with a name of its own."""
    head = entry("c/00000000", tarfile.DIRTYPE).tobuf()
    return b"".join(head.replace(b"00000000", b"%08o" % n, 1) for n in range(1000)) * 200


def long_heads() -> bytes:
    """PAX headers of 100 KiB, a hundred of them."""
    said = {"comment": "x" * 100 * 1024}
    return archive({f"c/{n}": b"" for n in range(100)}, said=said, format=tarfile.PAX_FORMAT)


ARCHIVES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a large file": ("tar", lambda: archive({"c/large": os.urandom(48 * MIB)})),
    "zeros by gzip": ("tar.gz", lambda: gzip.compress(archive({"c/zeros": bytes(64 * MIB)}))),
    "zeros by bzip2": ("tar.bz2", lambda: bz2.compress(archive({"c/zeros": bytes(64 * MIB)}))),
    "many entries": ("tar", many_entries),
    "long heads": ("tar.gz", lambda: gzip.compress(long_heads())),
    "a name without end": (
        "tar.gz",
        lambda: gzip.compress(
            entry("x", tarfile.GNUTYPE_LONGNAME, 1 << 30).tobuf() + bytes(100 * MIB)
        ),
    ),
    # What is the same costs the disk nothing, and as much memory as any other.
    "small files": ("tar", lambda: archive({f"c/{n}": b"x" * 16_384 for n in range(3000)})),
}


@pytest.fixture(scope="module")
def alone(serve: Serve) -> Iterator[Server]:
    with serve(PITHOS_WORKERS="1") as running:
        yield running


def unpack(client: Client, server: Server, kind: str, body: bytes, token: str) -> Answer:
    with client.at(server.address) as there:
        url = f"/v1/AUTH_{client.account}?extract-archive={kind}"
        return there.raw("PUT", url, body, {"X-Auth-Token": token})


@pytest.mark.requirement("S63")
@pytest.mark.parametrize(("kind", "make"), ARCHIVES.values(), ids=ARCHIVES.keys())
def test_an_archive_takes_a_few_pieces_of_itself(
    alone: Server, new_user: Callable[[], Client], kind: str, make: Callable[[], bytes]
) -> None:
    client, body = new_user(), make()
    peak(alone)
    idle = peak(alone)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sent = [
            pool.submit(unpack, client, alone, kind, body, client.token) for _ in range(AT_ONCE)
        ]
    assert {each.result().status for each in sent} == {200}
    assert peak(alone) - idle < AT_ONCE * 32 * MIB
