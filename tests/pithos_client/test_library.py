"""The library against a live store (contract client a–d)."""

import hashlib
import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pithos_client import (
    ChangedError,
    Container,
    ContainerNotFoundError,
    CredentialsError,
    Driver,
    HashMismatchError,
    NotAllowedError,
    ObjectNotFoundError,
    SourceChangedError,
    UnavailableError,
    connect,
)
from pithos_client.connection import Patience

from tests.api.client import Client
from tests.api.server import BLOCK_SIZE
from tests.pithos_client.proxy import Asked, Proxy

LARGE = os.urandom(5 * BLOCK_SIZE + 77)
NAMES = [
    "a b",
    "100%",
    "a#b",
    "a?b=c",
    "Ωμέγα/ü",
    "/rooted",
    "//",
    "..",
    "a/../b",
    "a//b",
    "+",
    "~",
]


@pytest.fixture
def proxied(api: Client) -> Iterator[tuple[Proxy, Driver]]:
    """The library with a proxy between it and the store."""
    with Proxy(api.address) as proxy:
        quick = Patience(retries=3, timeout_seconds=20, first_pause_seconds=0.01)
        host, port = proxy.address
        driver = connect(f"http://{host}:{port}", api.account, api.token, quick)
        yield proxy, driver
        driver.connection.close()


@pytest.mark.requirement("L1")
@pytest.mark.parametrize("content", [b"", b"x", b"\0" * 100, LARGE, bytes(2 * BLOCK_SIZE)])
def test_both_styles_do_the_same(box: Container, driver: Driver, content: bytes) -> None:
    one = box.upload_object(io.BytesIO(content), "one", meta={"Farbe": "grün"})
    two = driver.upload_object(box, content, "two", meta={"Farbe": "grün"})
    assert (one.object_hash, one.size, one.extra["meta"]) == (
        two.object_hash, len(content), {"Farbe": "grün"},
    )  # fmt: skip
    assert one.extra["md5"] == hashlib.md5(content).hexdigest()
    assert box.open_object("one").read() == driver.open_object(two).read() == content
    assert [each.name for each in box.list_objects()] == ["one", "two"]
    box.delete_object(one)
    driver.delete_object(two)
    assert not driver.list_objects(driver.get_container("c"))


@pytest.mark.requirement("L2")
def test_a_long_list_is_read_as_far_as_it_is_looked_at(
    proxied: tuple[Proxy, Driver], committed: None, api: Client
) -> None:
    from tests.factories import find_container, insert_objects

    proxy, driver = proxied
    box = driver.create_container("c")
    names = [f"{n:05}" for n in range(25_000)]
    insert_objects(find_container(api.account, "c"), names)
    proxy.asked.clear()
    objects = box.list_objects()
    assert [each.name for each in objects[:5]] == names[:5]
    assert len(proxy.asked) == 1
    assert [each.name for each in objects] == names
    assert (len(objects), objects[-1].name, objects[24_999].name) == (25_000, "24999", "24999")
    assert len(proxy.asked) == 4


@pytest.mark.requirement("L3")
def test_what_is_empty_is_an_empty_list(driver: Driver) -> None:
    assert list(driver.list_containers()) == []
    box = driver.create_container("c")
    assert (len(box.list_objects()), bool(box.list_objects())) == (0, False)
    assert [each.name for each in driver.list_containers()] == ["c"]


@pytest.mark.requirement("L4")
@pytest.mark.parametrize("name", NAMES)
def test_names_come_back_as_they_are(box: Container, tmp_path: Path, name: str) -> None:
    made = box.upload_object(name.encode(), name)
    assert (made.name, [each.name for each in box.list_objects()]) == (name, [name])
    assert made.download(tmp_path / "file").read_bytes() == name.encode()
    box.delete_object(name)
    with pytest.raises(ObjectNotFoundError):
        box.get_object(name)


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


@pytest.mark.parametrize("how", ["503", "close"])
def test_what_may_be_repeated_is(proxied: tuple[Proxy, Driver], how: str) -> None:
    proxy, driver = proxied
    turns: dict[tuple[str, str, bytes], int] = {}

    def first_time(asked: Asked) -> str:
        key = (asked.method, asked.path + asked.query, asked.body)
        turns[key] = turns.get(key, 0) + 1
        return how if turns[key] == 1 else ""

    proxy.spoil = first_time
    box = driver.create_container("c")
    assert box.upload_object(LARGE, "o").as_file().read() == LARGE
    proxy.spoil = lambda _: how
    with pytest.raises(UnavailableError, match="cannot be reached"):
        box.get_object("o")


def test_what_is_gone_is_named_when_it_is_read(box: Container) -> None:
    thing = box.upload_object(b"one", "o")
    thing.delete()
    with pytest.raises(ObjectNotFoundError, match="object"):
        list(thing.pieces())
    box.delete()
    with pytest.raises(ContainerNotFoundError, match="container"):
        list(thing.pieces())


@pytest.mark.parametrize("waits", [True, False])
def test_who_does_not_wait_for_the_md5_has_the_hash(
    box: Container, monkeypatch: pytest.MonkeyPatch, waits: bool
) -> None:
    monkeypatch.setattr("pithos_client.uploads._LONG", 2 * BLOCK_SIZE)
    content = os.urandom(3 * BLOCK_SIZE)
    made = box.driver.store_object(box, content, "o", waits=waits)
    assert made.etag == (hashlib.md5(content).hexdigest() if waits else made.object_hash)
    assert box.get_object("o").as_file().read() == content


@pytest.mark.requirement("L9")
def test_an_object_is_a_file_like_any_other(box: Container) -> None:
    lines = b"".join(b"line %d\n" % n for n in range(50_000))
    box.upload_object(lines, "o")
    with box.open_object("o") as file:
        assert (file.readline(), file.read(5)) == (b"line 0\n", b"line ")
        file.seek(-6, io.SEEK_END)
        assert (file.read(), file.read(), file.tell()) == (b"49999\n", b"", len(lines))
        file.seek(0)
        assert sum(1 for _ in file) == 50_000


@pytest.mark.requirement("L9")
def test_an_archive_is_read_without_the_rest_of_it(proxied: tuple[Proxy, Driver]) -> None:
    proxy, driver = proxied
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for n in range(40):
            archive.writestr(f"{n}.bin", os.urandom(200_000))
        archive.writestr("wanted.txt", b"here")
    box = driver.create_container("c")
    thing = box.upload_object(made.getvalue(), "a.zip")
    proxy.asked.clear()
    with thing.as_file() as file, zipfile.ZipFile(file) as archive:
        assert (archive.read("wanted.txt"), len(archive.namelist())) == (b"here", 41)
    assert all(each.method == "GET" for each in proxy.asked)
    assert len(proxy.asked) < 6


@pytest.mark.requirement("L10")
def test_a_download_overwrites_nothing_unasked(box: Container, tmp_path: Path) -> None:
    thing = box.upload_object(LARGE, "folder/o.bin")
    saved = thing.download(tmp_path)
    assert (saved, saved.read_bytes()) == (tmp_path / "o.bin", LARGE)
    with pytest.raises(FileExistsError):
        box.download_object("folder/o.bin", tmp_path / "o.bin")
    saved.write_bytes(b"mine")
    assert box.download_object("folder/o.bin", saved, overwrite=True).read_bytes() == LARGE
    assert [each.name for each in tmp_path.iterdir()] == ["o.bin"]


@pytest.mark.requirement("L10")
def test_a_download_that_is_cut_goes_on(proxied: tuple[Proxy, Driver], tmp_path: Path) -> None:
    proxy, driver = proxied
    thing = driver.create_container("c").upload_object(LARGE, "o")
    proxy.asked.clear()
    proxy.spoil = lambda asked: "cut" if asked.method == "GET" and len(proxy.asked) < 4 else ""
    assert thing.download(tmp_path / "o").read_bytes() == LARGE
    assert len(proxy.of("GET")) == 4
    proxy.spoil = lambda asked: "close" if asked.method == "GET" else ""
    with pytest.raises(UnavailableError):
        thing.download(tmp_path / "again")
    assert [each.name for each in tmp_path.iterdir()] == ["o"]


@pytest.mark.requirement("L11")
def test_bytes_that_changed_on_the_way_are_noticed(
    proxied: tuple[Proxy, Driver], tmp_path: Path
) -> None:
    proxy, driver = proxied
    thing = driver.create_container("c").upload_object(LARGE, "o")
    proxy.spoil = lambda asked: "flip" if asked.method == "GET" else ""
    with pytest.raises(HashMismatchError, match="'o' has the hash"):
        thing.download(tmp_path / "o")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.requirement("L29")
def test_a_download_is_of_one_version(
    proxied: tuple[Proxy, Driver], box: Container, tmp_path: Path
) -> None:
    proxy, driver = proxied
    thing = driver.get_container("c").upload_object(LARGE, "o")

    def replace(asked: Asked) -> str:
        gets = len(proxy.of("GET"))
        if asked.method == "GET" and gets == 2:
            box.upload_object(os.urandom(len(LARGE)), "o")
        return "cut" if gets == 1 else ""

    proxy.spoil = replace
    with pytest.raises(ChangedError):
        thing.download(tmp_path / "o")
    assert list(tmp_path.iterdir()) == []


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


@pytest.mark.requirement("L12", "L13")
def test_a_container_goes_with_all_that_is_in_it(driver: Driver, box: Container) -> None:
    for name in ("a", "b/c", "//x"):
        box.upload_object(name.encode(), name)
    assert driver.get_container("c").object_count == 3
    box.delete()
    with pytest.raises(ContainerNotFoundError):
        driver.get_container("c")


@pytest.mark.requirement("L14")
def test_what_is_missing_has_an_error_of_its_own(driver: Driver, box: Container) -> None:
    for name, error in (("c", ObjectNotFoundError), ("nowhere", ContainerNotFoundError)):
        with pytest.raises(error):
            driver.get_object(name, "o")
        with pytest.raises(error):
            driver.delete_path(name, "o")
    with pytest.raises(ContainerNotFoundError):
        driver.delete_container("nowhere")


@pytest.mark.requirement("L15", "L30")
def test_a_token_that_is_not_valid_is_told_and_not_shown(api: Client) -> None:
    driver = connect(f"http://{api.address[0]}:{api.address[1]}", api.account, "S3CRET-token")
    with pytest.raises(CredentialsError) as refused:
        driver.get_container("c")
    assert "S3CRET" not in str(refused.value) + repr(driver) + repr(driver.connection)


@pytest.mark.requirement("L22")
def test_a_published_object_is_read_without_a_token(box: Container) -> None:
    import urllib.request

    thing = box.upload_object(b"for all", "o")
    with urllib.request.urlopen(thing.publish()) as answer:
        assert answer.read() == b"for all"
    assert thing.get_cdn_url() == thing.publish()


def test_a_store_that_is_away_is_named_without_a_traceback_of_its_own() -> None:
    driver = connect("http://127.0.0.1:9/v1", "a", "t", Patience(retries=0))
    with pytest.raises(UnavailableError, match=r"http://127.0.0.1:9/v1 cannot be reached: conn"):
        driver.get_container("c")
