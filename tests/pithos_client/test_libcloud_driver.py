"""The driver for Libcloud, and Libcloud's own for a directory, which shows the contract is fair."""

import gzip
import hashlib
import io
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from libcloud.common.types import InvalidCredsError, LibcloudError
from libcloud.storage.base import Container, Object, StorageDriver
from libcloud.storage.drivers.local import LocalStorageDriver
from libcloud.storage.providers import get_driver
from libcloud.storage.types import (
    ContainerDoesNotExistError,
    InvalidContainerNameError,
    ObjectDoesNotExistError,
    ObjectHashMismatchError,
    Provider,
)
from pithos_client.libcloud_driver import PithosStorageDriver, register

from tests.api.client import Client
from tests.api.server import BLOCK_SIZE
from tests.pithos_client.libcloud_contract import LibcloudContract, pieces
from tests.pithos_client.proxy import Proxy

LARGE = os.urandom(3 * BLOCK_SIZE + 6) + b"."


def reach(api: Client, address: tuple[str, int] | None = None) -> PithosStorageDriver:
    host, port = address or api.address
    register()
    driver = get_driver("pithos")(api.account, api.token, secure=False, host=host, port=port)
    assert isinstance(driver, PithosStorageDriver)
    return driver


@pytest.fixture
def pithos(api: Client) -> Iterator[PithosStorageDriver]:
    """The driver, for a user with an empty account."""
    driver = reach(api)
    yield driver
    driver.store.connection.close()


@pytest.fixture
def photos(pithos: PithosStorageDriver) -> Container:
    return pithos.create_container("photos")


@pytest.fixture
def proxied(api: Client) -> Iterator[tuple[Proxy, PithosStorageDriver]]:
    with Proxy(api.address) as proxy:
        driver = reach(api, proxy.address)
        yield proxy, driver
        driver.store.connection.close()


# That it picks names by their prefix itself.
@pytest.mark.filterwarnings("ignore:Driver LocalStorageDriver:UserWarning")
class TestLocal(LibcloudContract):
    @pytest.fixture
    def libcloud(self, tmp_path_factory: pytest.TempPathFactory) -> StorageDriver:
        return LocalStorageDriver(str(tmp_path_factory.mktemp("local")))


class TestPithos(LibcloudContract):
    @pytest.fixture
    def libcloud(self, pithos: PithosStorageDriver) -> StorageDriver:
        return pithos


@pytest.mark.requirement("L16")
def test_libcloud_finds_the_driver_by_its_name() -> None:
    assert register() is register() is get_driver("pithos") is PithosStorageDriver
    with pytest.raises(ValueError, match="host"):
        PithosStorageDriver("alice", "token")


@pytest.mark.requirement("L18")
@pytest.mark.parametrize(
    ("start", "stop"),
    [(0, 1), (BLOCK_SIZE - 1, BLOCK_SIZE + 1), (5, 2 * BLOCK_SIZE), (BLOCK_SIZE, None)],
)
def test_a_part_spans_blocks(photos: Container, start: int, stop: int | None) -> None:
    thing = photos.upload_object_via_stream(pieces(LARGE), "o")
    assert b"".join(thing.range_as_stream(start, stop)) == LARGE[start:stop]
    assert b"".join(thing.range_as_stream(start, stop, chunk_size=999)) == LARGE[start:stop]


@pytest.mark.requirement("L17")
def test_what_is_not_there_is_not_deleted(photos: Container) -> None:
    thing = photos.upload_object_via_stream(iter([b"x"]), "o")
    assert thing.delete()
    with pytest.raises(ObjectDoesNotExistError):
        thing.delete()


@pytest.mark.requirement("L17", "L22")
def test_anybody_reads_what_has_a_public_url(photos: Container) -> None:
    thing = photos.upload_object_via_stream(pieces(LARGE), "cdn")
    assert thing.enable_cdn()
    with urllib.request.urlopen(thing.get_cdn_url()) as answer:
        assert answer.read() == LARGE
    assert photos.get_cdn_url().endswith("/photos")


@pytest.mark.requirement("L19")
@pytest.mark.parametrize("content", [b"small", LARGE], ids=["small", "large"])
def test_what_is_compressed_stays_compressed(
    photos: Container, tmp_path: Path, content: bytes
) -> None:
    packed = gzip.compress(content)
    path = tmp_path / "packed"
    path.write_bytes(packed)
    encoded = {"Content-Encoding": "gzip"}
    photos.upload_object_via_stream(pieces(packed), "a", headers=encoded)
    photos.upload_object(str(path), "b", headers=encoded)
    for thing in (*photos.list_objects(), photos.get_object("a"), photos.get_object("b")):
        assert thing.extra["content_encoding"] == "gzip"
        assert b"".join(thing.as_stream()) == packed
        assert thing.download(str(path), overwrite_existing=True)
        assert path.read_bytes() == packed


@pytest.mark.requirement("L20")
def test_metadata_comes_back(photos: Container, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(LARGE)
    extra = {"meta_data": {"place": "Σούνιο 100%", "year-taken": "2026"}, "content_type": "a/b"}
    photos.upload_object(str(tmp_path / "f"), "a", extra)
    photos.upload_object_via_stream(pieces(LARGE), "b", extra)
    for thing in (photos.get_object("a"), photos.get_object("b")):
        assert thing.meta_data == thing.extra["meta_data"] == extra["meta_data"]
    for thing in photos.list_objects():
        assert thing.meta_data == {"place": "Σούνιο 100%", "year_taken": "2026"}
        assert thing.extra["content_type"] == "a/b"
        assert thing.hash == thing.extra["etag"]
        assert thing.extra["last_modified"]


@pytest.mark.parametrize(
    ("path", "name", "kind"),
    [
        ("a.txt", "b.png", "image/png"),
        ("a.png", "b", "image/png"),
        ("a", "b", "application/octet-stream"),
    ],
)
def test_a_type_is_guessed_by_the_name(
    photos: Container, tmp_path: Path, path: str, name: str, kind: str
) -> None:
    (tmp_path / path).write_bytes(b"x")
    made = photos.upload_object(str(tmp_path / path), name)
    assert made.extra["content_type"] == kind


@pytest.mark.requirement("L21")
def test_the_store_picks_names_by_their_prefix(
    proxied: tuple[Proxy, PithosStorageDriver],
) -> None:
    proxy, driver = proxied
    photos = driver.create_container("photos")
    for name in ("a/1", "a/2", "b/1"):
        driver.ex_upload_object(b"x", photos, name)
    proxy.asked.clear()
    assert [each.name for each in photos.list_objects(prefix="a/")] == ["a/1", "a/2"]
    assert all("prefix=a" in each.query for each in proxy.asked)
    with pytest.warns(DeprecationWarning, match="ex_prefix"):
        assert [each.name for each in photos.list_objects(ex_prefix="b")] == ["b/1"]


@pytest.mark.requirement("L2")
def test_a_long_list_is_read_as_it_is_used(
    proxied: tuple[Proxy, PithosStorageDriver], committed: None, api: Client
) -> None:
    from tests.factories import find_container, insert_objects

    proxy, driver = proxied
    photos = driver.create_container("photos")
    names = [f"{n:05}" for n in range(10_001)]
    insert_objects(find_container(api.account, "photos"), names)
    proxy.asked.clear()
    objects = photos.iterate_objects()
    assert proxy.asked == []
    assert [next(objects).name for _ in range(5)] == names[:5]
    assert len(proxy.asked) == 1
    assert [each.name for each in objects] == names[5:]


@pytest.mark.requirement("L15")
def test_a_token_that_is_not_valid_is_told(api: Client) -> None:
    host, port = api.address
    driver = PithosStorageDriver(api.account, "S3CRET", secure=False, host=host, port=port)
    for ask in (driver.list_containers, lambda: driver.create_container("c")):
        with pytest.raises(InvalidCredsError) as refused:
            ask()
        assert "S3CRET" not in str(refused.value)
    driver.store.connection.close()


@pytest.mark.parametrize("name", ["", "a/b", "x" * 257, "ü" * 129])
def test_a_container_has_a_name_of_up_to_256_bytes(pithos: PithosStorageDriver, name: str) -> None:
    with pytest.raises(InvalidContainerNameError):
        pithos.create_container(name)


def test_an_object_that_is_known_by_name_alone_is_read(photos: Container) -> None:
    photos.upload_object_via_stream(pieces(LARGE), "o")
    bare = Object("o", 0, "", {}, {}, Container("photos", {}, photos.driver), photos.driver)
    assert b"".join(bare.as_stream()) == LARGE
    assert b"".join(bare.range_as_stream(5, 9)) == LARGE[5:9]


@pytest.mark.requirement("L11")
def test_bytes_that_changed_on_the_way_are_noticed(
    proxied: tuple[Proxy, PithosStorageDriver], tmp_path: Path
) -> None:
    proxy, driver = proxied
    thing = driver.ex_upload_object(LARGE, driver.create_container("photos"), "o")
    proxy.spoil = lambda asked: "flip" if asked.method == "GET" else ""
    with pytest.raises(ObjectHashMismatchError):
        thing.download(str(tmp_path / "o"))
    with pytest.raises(ObjectHashMismatchError):
        list(thing.as_stream())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.requirement("L11")
def test_a_stream_that_changed_on_the_way_is_noticed(
    proxied: tuple[Proxy, PithosStorageDriver],
) -> None:
    proxy, driver = proxied
    photos = driver.create_container("photos")
    assert photos.upload_object_via_stream(pieces(LARGE), "o").size == len(LARGE)
    proxy.spoil = lambda asked: "spoil" if asked.method == "PUT" else ""
    with pytest.raises(ObjectHashMismatchError, match=hashlib.md5(LARGE).hexdigest()):
        photos.upload_object_via_stream(pieces(LARGE), "o")


@pytest.mark.requirement("L14")
def test_a_long_stream_to_nowhere_is_told(photos: Container) -> None:
    nowhere = Container("nowhere", {}, photos.driver)
    with pytest.raises(ContainerDoesNotExistError):
        nowhere.upload_object_via_stream((LARGE for _ in range(100)), "o")


def test_a_stream_that_fails_makes_no_object(photos: Container) -> None:
    def failing() -> Iterator[bytes]:
        yield LARGE
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        photos.upload_object_via_stream(failing(), "o")
    assert photos.list_objects() == []


@pytest.mark.parametrize("name", ["../out", "a/../../out", "/../out"])
def test_a_name_leads_nowhere_out_of_the_folder(
    photos: Container, tmp_path: Path, name: str
) -> None:
    (tmp_path / "in").mkdir()
    thing = photos.upload_object_via_stream(iter([b"x"]), name)
    with pytest.raises(LibcloudError, match="leads out of"):
        thing.download(f"{tmp_path}/in/")
    assert [each.name for each in tmp_path.iterdir()] == ["in"]


def test_a_file_goes_up_by_the_blocks_that_are_missing(
    proxied: tuple[Proxy, PithosStorageDriver], tmp_path: Path
) -> None:
    proxy, driver = proxied
    photos = driver.create_container("photos")
    driver.ex_upload_object(LARGE, photos, "first")
    path = tmp_path / "changed"
    path.write_bytes(LARGE[:-1] + b"!")
    proxy.asked.clear()
    thing = driver.upload_object(str(path), photos, "second")
    assert [len(each.body) for each in proxy.of("POST", "update")] == [7]
    assert b"".join(thing.as_stream()) == path.read_bytes()
    assert driver.ex_upload_object(LARGE, photos, "third").size == len(LARGE)


def test_objects_are_copied_and_moved_on_the_server(
    pithos: PithosStorageDriver, photos: Container
) -> None:
    other = pithos.create_container("other")
    thing = photos.upload_object_via_stream(pieces(LARGE), "ä 1%")
    copied = pithos.ex_copy_object(thing, other, "copy")
    moved = pithos.ex_move_object(thing, other, "ü?")
    assert [each.name for each in other.list_objects()] == ["copy", "ü?"]
    assert photos.list_objects() == []
    assert b"".join(copied.as_stream()) == b"".join(moved.as_stream()) == LARGE
    with pytest.raises(ObjectDoesNotExistError):
        pithos.ex_move_object(thing, other, "again")
    with pytest.raises(ContainerDoesNotExistError):
        pithos.ex_copy_object(moved, Container("nowhere", {}, pithos), "o")


def test_earlier_versions_are_listed_and_copied_back(
    pithos: PithosStorageDriver, photos: Container
) -> None:
    for content in (b"one", b"two"):
        thing = photos.upload_object_via_stream(iter([content]), "o")
    first, second = pithos.ex_list_versions(thing)
    assert second == thing.extra["version"]
    back = pithos.ex_copy_object(thing, photos, "o", version=first)
    assert b"".join(back.as_stream()) == b"one"


def test_metadata_and_sharing_are_changed(pithos: PithosStorageDriver, photos: Container) -> None:
    extra = {"meta_data": {"a": "1", "b": "2"}}
    thing = photos.upload_object_via_stream(iter([b"x"]), "o", extra)
    assert pithos.ex_set_meta_data(thing, {"b": "", "c": "3"}).meta_data == {"a": "1", "c": "3"}
    assert pithos.ex_get_sharing(thing) == ""
    pithos.ex_set_sharing(thing, read=["*"])
    assert pithos.ex_get_sharing(thing) == "read=*"
    pithos.ex_set_sharing(thing)
    assert pithos.ex_get_sharing(thing) == ""


@pytest.fixture
def swift(api: Client) -> StorageDriver:
    """Libcloud's own driver, in Swift's dialect."""
    host, port = api.address
    stock: type[Any] = get_driver(Provider.OPENSTACK_SWIFT)
    base = f"http://{host}:{port}/v1/AUTH_{api.account}"
    found = stock("u", "k", ex_force_base_url=base, ex_force_auth_token=api.token)
    assert isinstance(found, StorageDriver)
    return found


@pytest.mark.requirement("L23")
@pytest.mark.parametrize("by", ["file", "memory"])
def test_libcloud_s_own_driver_for_swift_still_works(
    swift: StorageDriver, tmp_path: Path, by: str
) -> None:
    photos = swift.create_container("photos")
    (tmp_path / "f").write_bytes(LARGE)
    if by == "file":
        thing = photos.upload_object(str(tmp_path / "f"), "o")
    else:
        thing = photos.upload_object_via_stream(io.BytesIO(LARGE), "o")
    assert [each.name for each in photos.list_objects(prefix="o")] == ["o"]
    assert b"".join(thing.as_stream()) == LARGE
    assert b"".join(photos.get_object("o").range_as_stream(5, 70_000)) == LARGE[5:70_000]
    assert thing.download(str(tmp_path / "f"), overwrite_existing=True)
    assert thing.delete()
    assert photos.delete()
