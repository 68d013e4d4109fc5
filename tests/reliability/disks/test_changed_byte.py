"""A client that keeps a large file in step sends what has changed, and no more.

PITHOS_LARGE_FILE: bytes of the file; a release is worth 1073741824.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from tests.api.client import Answer, Client
from tests.reliability.store import BLOCK, Store

SIZE = int(os.environ.get("PITHOS_LARGE_FILE", str(256 << 20)))
OCTETS = {"Content-Type": "application/octet-stream"}
REGIONS = 5  # of the file that hold anything; the rest are holes, whose blocks cost nothing

pytestmark = [pytest.mark.requirement("R87"), pytest.mark.timeout(600)]


class SyncingClient:
    """Uploads a file by hashmap. sent: how many blocks it had to send."""

    def __init__(self, client: Client, path: str) -> None:
        self.client, self.path, self.sent = client, path, 0

    def upload(self, file: Path) -> Answer:
        hashes = [sha256(block.rstrip(b"\0")).hexdigest() for block in blocks(file)]
        body = json.dumps({"bytes": file.stat().st_size, "hashes": hashes})
        answer = self.client.put(self.path, body, hashmap="", format="json")
        if answer.status != 409:
            return answer
        missing = set(answer.json)
        for digest, block in zip(hashes, blocks(file), strict=True):
            if digest in missing:
                self._send(block)
                missing.remove(digest)
        return self.client.put(self.path, body, hashmap="", format="json")

    def _send(self, block: bytes) -> None:
        box = self.path.partition("/")[0]
        assert self.client.post(box, block, OCTETS, update="").status == 202
        self.sent += 1


def blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as content:
        while block := content.read(BLOCK):
            yield block


@contextmanager
def counted(uploader: SyncingClient) -> Iterator[list[int]]:
    """Leaves how many blocks were sent meanwhile."""
    before, sent = uploader.sent, list[int]()
    yield sent
    sent.append(uploader.sent - before)


def write(file: Path, at: int, content: bytes) -> None:
    with file.open("r+b") as out:
        out.seek(at)
        out.write(content)


def is_stored(client: Client, path: str, file: Path) -> bool:
    """Whether the object has the file's bytes."""
    client.connection.request("GET", client.url(path), headers={"X-Auth-Token": client.token})
    answer = client.connection.getresponse()
    same = all(answer.read(len(block)) == block for block in blocks(file))
    return same and answer.read() == b""


def test_a_changed_byte_sends_its_block_alone(store: Store, box: str, tmp_path: Path) -> None:
    file, uploader = tmp_path / "file", SyncingClient(store.client(), f"{box}/file")
    with file.open("wb") as out:
        out.truncate(SIZE)
    for region in range(REGIONS):
        write(file, region * SIZE // REGIONS, os.urandom(BLOCK))
    assert uploader.upload(file).status == 201
    middle = SIZE // 2 // BLOCK * BLOCK
    for at, changed, most in ((middle, b"a", 1), (middle - 1, b"bc", 2)):
        write(file, at, changed)
        with counted(uploader) as sent:
            assert uploader.upload(file).status == 201
        assert sent == [most]
    assert is_stored(store.client(), uploader.path, file)
