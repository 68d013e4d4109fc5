"""Downloads of the library from a live store, and objects as files."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from pithos_client import (
    ChangedError,
    Container,
    ContainerNotFoundError,
    Driver,
    HashMismatchError,
    ObjectNotFoundError,
    UnavailableError,
)

from tests.api.server import BLOCK_SIZE
from tests.pithos_client.proxy import Asked, Proxy

LARGE = os.urandom(5 * BLOCK_SIZE + 77)


def test_what_is_gone_is_named_when_it_is_read(box: Container) -> None:
    thing = box.upload_object(b"one", "o")
    thing.delete()
    with pytest.raises(ObjectNotFoundError, match="object"):
        list(thing.pieces())
    box.delete()
    with pytest.raises(ContainerNotFoundError, match="container"):
        list(thing.pieces())


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
