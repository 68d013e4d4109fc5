"""Uploads of the library to a live store."""

import hashlib
import io
import os
from pathlib import Path
from typing import Any

import pytest
from pithos_client import (
    Container,
    Driver,
    NotAllowedError,
    SourceChangedError,
)

from tests.api.server import BLOCK_SIZE
from tests.pithos_client.proxy import Asked, Proxy

LARGE = os.urandom(5 * BLOCK_SIZE + 77)


@pytest.mark.requirement("L5", "L8")
@pytest.mark.parametrize("content", [b"", b"small", LARGE], ids=["empty", "small", "large"])
@pytest.mark.parametrize("kind", ["path", "file", "memory", "generator", "pipe"])
def test_any_source_is_taken(box: Container, tmp_path: Path, kind: str, content: bytes) -> None:
    path = tmp_path / "source"
    path.write_bytes(content)
    with path.open("rb") as file:
        sources: dict[str, Any] = {
            "path": path,
            "file": file,
            "memory": io.BytesIO(content),
            "generator": (content[at : at + 1000] for at in range(0, len(content), 1000)),
            "pipe": Unseekable(content),
        }
        made = box.upload_object(sources[kind], "o")
    assert (made.size, made.as_file().read()) == (len(content), content)


class Unseekable(io.BytesIO):
    def seekable(self) -> bool:
        return False


@pytest.mark.requirement("L6")
def test_a_changed_block_alone_is_sent_again(proxied: tuple[Proxy, Driver], tmp_path: Path) -> None:
    proxy, driver = proxied
    box = driver.create_container("c")
    content = bytearray(os.urandom(40 * BLOCK_SIZE))
    box.upload_object(bytes(content), "o")
    content[7 * BLOCK_SIZE + 5] ^= 1
    proxy.asked.clear()
    box.upload_object(bytes(content), "o")
    [sent] = proxy.of("POST")
    assert sent.body == content[7 * BLOCK_SIZE : 8 * BLOCK_SIZE]
    proxy.asked.clear()
    box.upload_object(bytes(content), "copy")
    assert proxy.of("POST") == []


@pytest.mark.requirement("L7")
def test_blocks_are_sent_several_at_once(proxied: tuple[Proxy, Driver]) -> None:
    proxy, driver = proxied
    box = driver.create_container("c")
    box.upload_object(os.urandom(30 * BLOCK_SIZE), "o")
    assert 2 <= max(each.at_once for each in proxy.of("POST")) <= 4
    assert len(proxy.of("POST")) == 30


@pytest.mark.requirement("L7")
def test_a_block_that_fails_fails_the_upload(proxied: tuple[Proxy, Driver]) -> None:
    proxy, driver = proxied
    box = driver.create_container("c")
    proxy.spoil = lambda asked: "403" if asked.body == LARGE[BLOCK_SIZE : 2 * BLOCK_SIZE] else ""
    with pytest.raises(NotAllowedError):
        box.upload_object(LARGE, "o")
    assert list(box.list_objects()) == []


@pytest.mark.parametrize("waits", [True, False])
def test_who_does_not_wait_for_the_md5_has_the_hash(
    box: Container, monkeypatch: pytest.MonkeyPatch, waits: bool
) -> None:
    monkeypatch.setattr("pithos_client.uploads._LONG", 2 * BLOCK_SIZE)
    content = os.urandom(3 * BLOCK_SIZE)
    made = box.driver.store_object(box, content, "o", waits=waits)
    assert made.etag == (hashlib.md5(content).hexdigest() if waits else made.object_hash)
    assert box.get_object("o").as_file().read() == content


def test_a_file_that_changes_amid_an_upload_makes_no_object(
    proxied: tuple[Proxy, Driver], tmp_path: Path
) -> None:
    proxy, driver = proxied
    box = driver.create_container("c")
    path = tmp_path / "f"
    path.write_bytes(LARGE)

    def rewrite(asked: Asked) -> str:
        if "hashmap" in asked.query:
            path.write_bytes(os.urandom(len(LARGE)))
        return ""

    proxy.spoil = rewrite
    with pytest.raises(SourceChangedError):
        box.upload_object(path, "o")
    assert list(box.list_objects()) == []
