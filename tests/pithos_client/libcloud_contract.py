"""What programs expect of every storage driver of Libcloud; the driver's tests run it.

It has the shape of the integration tests that Libcloud runs against live stores.
"""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from libcloud.common.types import LibcloudError
from libcloud.storage.base import Container, Object, StorageDriver
from libcloud.storage.types import (
    ContainerAlreadyExistsError,
    ContainerDoesNotExistError,
    ContainerIsNotEmptyError,
    InvalidContainerNameError,
    ObjectDoesNotExistError,
)

CONTENT = os.urandom(300_000)
DIGITS = b"0123456789"
RANGES = [(0, 1), (1, 5), (5, None), (5, 10), (0, None), (0, 10), (9, 10)]
NOT_RANGES = [(5, 5), (5, 4), (-1, 3)]

Upload = Callable[[Container, str, bytes], Object]
Download = Callable[[Object], bytes]


def pieces(content: bytes) -> Iterator[bytes]:
    return (content[at : at + 1000] for at in range(0, len(content), 1000))


class LibcloudContract:
    """A driver's tests bring ``libcloud``, a driver of an empty account."""

    @pytest.fixture
    def photos(self, libcloud: StorageDriver) -> Container:
        return libcloud.create_container("photos")

    @pytest.fixture(params=["file", "memory", "generator", "lines"])
    def upload(self, request: pytest.FixtureRequest, tmp_path: Path) -> Upload:
        def do(container: Container, name: str, content: bytes) -> Object:
            if request.param == "file":
                path = tmp_path / "source"
                path.write_bytes(content)
                return container.upload_object(str(path), name)
            sources: dict[str, Any] = {
                "memory": io.BytesIO(content),
                "generator": pieces(content),
                "lines": iter(content.splitlines(keepends=True)),
            }
            return container.upload_object_via_stream(sources[request.param], name)

        return do

    @pytest.fixture(params=["file", "stream", "pieces"])
    def download(self, request: pytest.FixtureRequest, tmp_path: Path) -> Download:
        def do(thing: Object) -> bytes:
            if request.param == "file":
                assert thing.download(str(tmp_path / "target"), overwrite_existing=True)
                return (tmp_path / "target").read_bytes()
            found = list(thing.as_stream(None if request.param == "stream" else 1000))
            if request.param == "pieces":
                assert {len(piece) for piece in found[:-1]} <= {1000}
            return b"".join(found)

        return do

    def test_a_container_is_made_found_listed_and_deleted(self, libcloud: StorageDriver) -> None:
        made = libcloud.create_container("photos")
        assert made.name == libcloud.get_container("photos").name == "photos"
        assert [each.name for each in libcloud.list_containers()] == ["photos"]
        assert made.list_objects() == []
        assert libcloud.delete_container(made)
        assert libcloud.list_containers() == []
        with pytest.raises(ContainerDoesNotExistError):
            libcloud.get_container("photos")

    def test_a_container_is_made_once(self, libcloud: StorageDriver, photos: Container) -> None:
        with pytest.raises(ContainerAlreadyExistsError):
            libcloud.create_container(photos.name)
        with pytest.raises(InvalidContainerNameError):
            libcloud.create_container("a/b")

    def test_a_container_is_deleted_when_it_is_empty(
        self, libcloud: StorageDriver, photos: Container, upload: Upload
    ) -> None:
        thing = upload(photos, "o", b"content")
        with pytest.raises(ContainerIsNotEmptyError):
            photos.delete()
        assert thing.delete()
        assert photos.delete()
        with pytest.raises(ContainerDoesNotExistError):
            photos.delete()

    def test_what_goes_up_comes_back(
        self, libcloud: StorageDriver, photos: Container, upload: Upload, download: Download
    ) -> None:
        assert upload(photos, "photo", CONTENT).name == "photo"
        upload(photos, "otohp", CONTENT[::-1])
        thing = libcloud.get_object("photos", "photo")
        assert (thing.name, thing.size, thing.container.name) == ("photo", 300_000, "photos")
        assert download(thing) == CONTENT
        assert [each.name for each in photos.list_objects()] == ["otohp", "photo"]
        assert [each.name for each in photos.list_objects(prefix="pho")] == ["photo"]
        assert libcloud.delete_object(thing)
        assert [download(each) for each in photos.list_objects()] == [CONTENT[::-1]]

    def test_what_is_replaced_is_new(
        self, photos: Container, upload: Upload, download: Download
    ) -> None:
        found = upload(photos, "o", b"first")
        upload(photos, "o", CONTENT)
        assert download(photos.get_object("o")) == download(found) == CONTENT

    def test_nothing_is_an_object(
        self, photos: Container, upload: Upload, download: Download
    ) -> None:
        assert upload(photos, "empty", b"").size == 0
        assert download(photos.get_object("empty")) == b""

    NAMES: ClassVar = ["a b", "100%", "a#b", "a?b=c", "Ωμέγα/ü", "a/b/c", "+", "~", "a&b;c"]

    @pytest.mark.parametrize("name", NAMES)
    def test_names_are_kept_as_they_are(self, photos: Container, name: str, tmp_path: Path) -> None:
        photos.upload_object_via_stream(iter([b"here"]), name)
        [found] = photos.list_objects()
        assert (found.name, photos.get_object(name).name) == (name, name)
        assert b"".join(found.as_stream()) == b"here"
        assert found.delete()

    def test_what_is_missing_is_told(self, libcloud: StorageDriver, photos: Container) -> None:
        with pytest.raises(ObjectDoesNotExistError):
            libcloud.get_object("photos", "nothing")
        with pytest.raises(ContainerDoesNotExistError):
            libcloud.get_object("nowhere", "nothing")
        nowhere = Container("nowhere", {}, libcloud)
        with pytest.raises(ContainerDoesNotExistError):
            nowhere.list_objects()
        with pytest.raises(ContainerDoesNotExistError):
            nowhere.upload_object_via_stream(iter([b"x"]), "o")

    @pytest.mark.parametrize(("start", "stop"), RANGES)
    def test_a_part_is_read(
        self, photos: Container, tmp_path: Path, start: int, stop: int | None
    ) -> None:
        thing = photos.upload_object_via_stream(iter([DIGITS]), "digits")
        assert b"".join(thing.range_as_stream(start, stop)) == DIGITS[start:stop]
        assert thing.download_range(str(tmp_path / "part"), start, stop)
        assert (tmp_path / "part").read_bytes() == DIGITS[start:stop]

    @pytest.mark.parametrize(("start", "stop"), NOT_RANGES)
    def test_a_part_has_a_beginning_before_its_end(
        self, photos: Container, tmp_path: Path, start: int, stop: int
    ) -> None:
        thing = photos.upload_object_via_stream(iter([DIGITS]), "digits")
        with pytest.raises(ValueError, match="_bytes"):
            list(thing.range_as_stream(start, stop))
        with pytest.raises(ValueError, match="_bytes"):
            thing.download_range(str(tmp_path / "part"), start, stop)
        assert list(tmp_path.iterdir()) == []

    def test_a_file_is_replaced_only_if_that_is_said(
        self, photos: Container, tmp_path: Path
    ) -> None:
        thing = photos.upload_object_via_stream(iter([DIGITS]), "digits")
        target = tmp_path / "file"
        target.write_bytes(b"mine")
        for save in (thing.download, lambda path: thing.download_range(path, 1, 3)):
            with pytest.raises(LibcloudError, match="already exists"):
                save(str(target))
        assert target.read_bytes() == b"mine"
        assert thing.download_range(str(target), 1, 3, overwrite_existing=True)
        assert target.read_bytes() == b"12"

    def test_a_folder_takes_objects_by_their_names(self, photos: Container, tmp_path: Path) -> None:
        thing = photos.upload_object_via_stream(iter([DIGITS]), "digits")
        assert thing.download(f"{tmp_path}/")
        assert (tmp_path / "digits").read_bytes() == DIGITS
        with pytest.raises(LibcloudError, match="does not exist"):
            thing.download(f"{tmp_path}/nowhere/")
