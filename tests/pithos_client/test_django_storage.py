"""Django's storage in a container, as Django and its users call it."""

import os
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, cast

import pytest
from django.contrib.staticfiles.finders import get_finder
from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.core.management import call_command
from django.db import models
from django.db.migrations.writer import MigrationWriter
from django.db.models.fields.files import FieldFile
from django.test import override_settings
from django.test.utils import isolate_apps
from pithos_client import ChangedError, ContainerNotFoundError
from pithos_client.django_storage import PithosStorage

from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token
from accounts.users.users import find_user
from tests.api.client import Client
from tests.api.server import BLOCK_SIZE
from tests.pithos_client.proxy import Proxy

LARGE = os.urandom(3 * BLOCK_SIZE + 7)


def options(api: Client, **more: Any) -> dict[str, Any]:
    base = f"http://{api.address[0]}:{api.address[1]}/v1"
    reached = {"endpoint": base, "account": api.account, "token": api.token}
    return {**reached, "container": "media", **more}


@pytest.fixture
def files(api: Client) -> Iterator[PithosStorage]:
    """A storage in a container that is not there yet."""
    storage = PithosStorage(**options(api))
    yield storage
    storage.driver.connection.close()


def get(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        content: bytes = answer.read()
    return content


@pytest.mark.requirement("L9")
@isolate_apps()
def test_a_file_field_keeps_its_files_in_the_store(files: PithosStorage) -> None:
    class Letter(models.Model):
        scan = models.FileField(upload_to="scans/%Y", storage=files)

        class Meta:
            app_label = "letters"

        def __str__(self) -> str:
            return str(self.scan)

    letter = Letter()
    letter.scan.save("a b.pdf", ContentFile(LARGE), save=False)
    assert letter.scan.name == f"scans/{datetime.now(UTC):%Y}/a_b.pdf"
    kept = Letter(scan=letter.scan.name).scan
    assert isinstance(kept, FieldFile)
    with kept.open() as file:
        assert (kept.size, file.read()) == (len(LARGE), LARGE)
    kept.delete(save=False)
    assert not files.exists(letter.scan.name)


def test_settings_make_a_storage(api: Client) -> None:
    backend = {"BACKEND": "pithos_client.django_storage.PithosStorage"}
    with override_settings(STORAGES={"default": {**backend, "OPTIONS": options(api)}}):
        storage = storages["default"]
        assert isinstance(storage, PithosStorage)
        assert storage.open(storage.save("a.txt", ContentFile("äö"))).read() == "äö".encode()
        storage.driver.connection.close()


@pytest.mark.parametrize("told", [{}, {"endpoint": "e", "account": "a", "container": "c", "x": 1}])
def test_options_are_complete_and_known(told: dict[str, Any]) -> None:
    with pytest.raises(ImproperlyConfigured, match="OPTIONS of PithosStorage"):
        PithosStorage(**told)


def sources() -> dict[str, Any]:
    temporary = TemporaryUploadedFile("t.bin", "image/x-t", len(LARGE), None)
    temporary.write(LARGE)
    return {
        "bytes": ContentFile(LARGE),
        "text": ContentFile("Ωμέγα\n" * 50_000),
        "empty": ContentFile(b""),
        "small": SimpleUploadedFile("s", b"small", "text/x-s"),
        "temporary": temporary,
        "memory": BytesIO(LARGE),
        "string": StringIO("Ωμέγα"),
        "not at its beginning": File(at_its_end()),
    }


def at_its_end() -> BytesIO:
    file = BytesIO(LARGE)
    file.seek(0, 2)
    return file


@pytest.mark.parametrize("kind", sources())
def test_whatever_django_saves_is_saved_whole(files: PithosStorage, kind: str) -> None:
    source = sources()[kind]
    name = files.save("folder/f.bin", source)
    source.seek(0)
    content = source.read()
    content = content.encode() if isinstance(content, str) else content
    with files.open(name) as kept:
        assert (kept.size, kept.read()) == (len(content), content)
    assert files.size(name) == len(content)
    source.close()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.png", "image/png"),
        ("a", "application/octet-stream"),
        ("a.tar.gz", "application/octet-stream"),
    ],
)
def test_a_file_has_the_type_of_its_name(files: PithosStorage, name: str, kind: str) -> None:
    files.save(name, ContentFile(b"x"))
    assert files.driver.get_object("media", name).extra["content_type"] == kind
    files.save("typed", SimpleUploadedFile("s", b"small", "text/x-s"))
    assert files.driver.get_object("media", "typed").extra["content_type"] == "text/x-s"


def test_no_file_is_replaced_unasked(files: PithosStorage) -> None:
    names = {files.save("a/b.tar.gz", ContentFile(bytes([n]))) for n in range(3)}
    assert len(names) == 3
    assert all(name.startswith("a/b") and name.endswith(".tar.gz") for name in names)
    files.save("a/abcdefgh.txt", ContentFile(b"x"))
    assert len(files.save("a/abcdefgh.txt", ContentFile(b"x"), max_length=18)) == 18
    assert files.open("a/b.tar.gz").read() == b"\0"


def test_a_name_that_is_taken_meanwhile_is_not_replaced(files: PithosStorage) -> None:
    files.save("a", ContentFile(b"mine"))
    with pytest.raises(ChangedError):
        files.upload("a", ContentFile(LARGE), replace=False)
    other = files._save("a", ContentFile(LARGE))
    assert other != "a"
    assert (files.open("a").read(), files.open(other).read()) == (b"mine", LARGE)


def test_no_two_savers_get_the_same_name(files: PithosStorage) -> None:
    files.save("else", ContentFile(b"x"))
    with ThreadPoolExecutor(4) as pool:
        contents = [bytes([n]) * 70_000 for n in range(8)]
        names = list(pool.map(lambda each: files.save("a", ContentFile(each)), contents))
    assert [files.open(name).read() for name in names] == contents


def test_saving_asks_little(api: Client) -> None:
    with Proxy(api.address) as proxy:
        endpoint = f"http://{proxy.address[0]}:{proxy.address[1]}"
        files = PithosStorage(**options(api, endpoint=endpoint))
        files.save("first", ContentFile(b"x"))
        proxy.asked.clear()
        files.save("a", ContentFile(b"x"))
        assert [each.method for each in proxy.asked] == ["HEAD", "HEAD", "PUT"]
        files.driver.connection.close()


def test_a_storage_may_replace(api: Client) -> None:
    files = PithosStorage(**options(api, overwrite=True))
    assert files.save("a", ContentFile(b"one")) == files.save("a", ContentFile(LARGE)) == "a"
    assert files.open("a").read() == LARGE
    files.driver.connection.close()


def test_what_is_missing_is_told_as_of_files(files: PithosStorage) -> None:
    for _ in ("no container", "no object"):
        assert not files.exists("nothing")
        assert files.listdir("nowhere") == ([], [])
        for ask in (files.open, files.size, files.get_modified_time):
            with pytest.raises(FileNotFoundError, match="nothing"):
                ask("nothing")
        files.delete("nothing")
        files.save("else", ContentFile(b"x"))
    with pytest.raises(ValueError, match="name must be given"):
        files.delete("")


def test_folders_are_listed(files: PithosStorage) -> None:
    for name in ("a", "b/c", "b/d/e", "b/d/f", "ü/x", "b.txt"):
        files.save(name, ContentFile(b"x"))
    assert files.listdir("") == (["b", "ü"], ["a", "b.txt"])
    assert files.listdir("b") == files.listdir("b/") == files.listdir("./b") == (["d"], ["c"])
    assert files.listdir("b/d") == ([], ["e", "f"])


def test_a_long_folder_is_listed_whole(files: PithosStorage, committed: None, api: Client) -> None:
    from tests.factories import find_container, insert_objects

    files.driver.create_container("media")
    insert_objects(
        find_container(api.account, "media"),
        [name for n in range(10_005) for name in (f"{n:05}/x", f"{n:05}/y")] + ["z"],
    )
    folders, names = files.listdir("")
    assert (folders, names) == ([f"{n:05}" for n in range(10_005)], ["z"])


def test_a_storage_has_a_folder_of_its_own(api: Client, files: PithosStorage) -> None:
    inner = PithosStorage(**options(api, location="/in/ner/"))
    assert inner.save("a/b", ContentFile(b"x")) == "a/b"
    assert (inner.listdir(""), inner.listdir("a")) == ((["a"], []), ([], ["b"]))
    assert files.open("in/ner/a/b").read() == b"x"
    inner.driver.connection.close()


@pytest.mark.parametrize("name", ["../a", "/a", "a/../../b", "..", "..\\a"])
def test_no_name_leads_out_of_the_storage(files: PithosStorage, name: str) -> None:
    for ask in (files.exists, files.open, files.delete, files.listdir):
        with pytest.raises(SuspiciousFileOperation):
            ask(name)
    with pytest.raises(SuspiciousFileOperation):
        files.save(name, ContentFile(b"x"))


def test_a_file_has_the_time_of_its_saving(files: PithosStorage) -> None:
    files.save("a", ContentFile(b"x"))
    with override_settings(USE_TZ=True):
        assert abs(files.get_modified_time("a") - datetime.now(UTC)) < timedelta(seconds=30)
    with override_settings(USE_TZ=False, TIME_ZONE="Asia/Tokyo"):
        tokyo = datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=9)
        assert abs(files.get_modified_time("a") - tokyo) < timedelta(seconds=30)


def test_a_file_is_written_and_read_as_text(files: PithosStorage) -> None:
    with files.open("a.txt", "w") as file:
        file.write("Ωμέγα\nzwei\n")
    with files.open("a.txt", "r") as file:
        assert list(file) == ["Ωμέγα\n", "zwei\n"]
    with suppress(ZeroDivisionError), files.open("a.txt", "wb") as file:
        file.write(b"h" * (1 // 0))
    assert files.size("a.txt") == 16
    with pytest.raises(ValueError, match="'ab'"):
        files.open("a.txt", "ab")


@pytest.mark.requirement("L9")
@isolate_apps()
def test_a_file_that_was_closed_is_opened_again(
    files: PithosStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Note(models.Model):
        scan = models.FileField(storage=files)

        class Meta:
            app_label = "letters"

        def __str__(self) -> str:
            return str(self.scan)

    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").write_bytes(b"a local file of the same name")
    note = Note(scan=files.save("a", ContentFile(b"kept")))
    for _ in range(2):
        with note.scan.open() as file:
            assert (file.read(), file.size, note.scan.size) == (b"kept", 4, 4)
        assert note.scan.closed
    assert note.scan.open().read(2) == note.scan.open().read(2) == b"ke"


def test_static_files_are_collected_into_a_storage(api: Client, tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("a{}")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/b.js").write_bytes(LARGE)
    backend = {"BACKEND": "pithos_client.django_storage.PithosStorage"}
    said = {
        "STORAGES": {"staticfiles": {**backend, "OPTIONS": options(api, overwrite=True)}},
        "STATICFILES_DIRS": [str(tmp_path)],
        "STATICFILES_FINDERS": ["django.contrib.staticfiles.finders.FileSystemFinder"],
    }
    with override_settings(**said):
        cast(Any, get_finder).cache_clear()
        told = [collect(), collect()]
        assert storages["staticfiles"].listdir("deep") == ([], ["b.js"])
        cast(PithosStorage, storages["staticfiles"]).driver.connection.close()
    cast(Any, get_finder).cache_clear()
    assert told == ["2 static files copied.", "0 static files copied, 2 unmodified."]


def collect() -> str:
    out = StringIO()
    call_command("collectstatic", interactive=False, stdout=out)
    return out.getvalue().strip().splitlines()[-1]


@pytest.mark.requirement("L9")
def test_an_archive_is_read_in_place(files: PithosStorage) -> None:
    with files.open("a.zip", "wb") as file, zipfile.ZipFile(file, "w") as archive:
        archive.writestr("in.txt", "here")
    with files.open("a.zip") as file, zipfile.ZipFile(file) as archive:
        assert archive.read("in.txt") == b"here"


def test_a_file_has_no_url_unless_that_is_said(files: PithosStorage) -> None:
    files.save("a", ContentFile(b"x"))
    with pytest.raises(ValueError, match="not accessible via a URL"):
        files.url("a")


@pytest.mark.requirement("L22")
def test_a_public_storage_tells_public_urls(api: Client, files: PithosStorage) -> None:
    public = PithosStorage(**options(api, public=True))
    files.save("before", ContentFile(LARGE))
    for name in ("before", public.save("a b ü.txt", ContentFile(LARGE))):
        assert get(public.url(name)) == LARGE
        assert public.url(name) == public.url(name)
    with pytest.raises(FileNotFoundError):
        public.url("nothing")
    public.driver.connection.close()


def test_urls_are_signed_for_some_time(api: Client, files: PithosStorage) -> None:
    assert api.post("", headers={"X-Account-Meta-Temp-URL-Key": "k3y"}).status == 202
    name = files.save("ü/100% #?.txt", ContentFile(LARGE))
    signed = PithosStorage(**options(api, url_key="k3y", url_seconds=60))
    assert get(signed.url(name)) == LARGE
    for more in ({"url_key": "other"}, {"url_key": "k3y", "url_seconds": -1}):
        wrong = PithosStorage(**options(api, **more))
        with pytest.raises(urllib.error.HTTPError, match="401"):
            get(wrong.url(name))


def test_a_migration_shows_no_secret(api: Client) -> None:
    storage = PithosStorage(**options(api, url_key="k3y"))
    written, imports = MigrationWriter.serialize(storage)
    assert written.startswith("pithos_client.django_storage.PithosStorage(")
    assert "container='media'" in written
    assert api.token not in written
    assert "k3y" not in written
    assert imports == {"import pithos_client.django_storage"}


def test_a_container_that_was_deleted_is_made_again(files: PithosStorage) -> None:
    files.save("a", ContentFile(b"x"))
    files.driver.delete_container("media")
    with pytest.raises(ContainerNotFoundError):
        files.driver.get_container("media")
    assert files.save("a", ContentFile(LARGE)) == "a"
    assert files.open("a").read() == LARGE


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(("prefix", "location"), [("", ""), ("", "in"), ("in/", "in")])
def test_a_token_of_the_container_is_enough(
    api: Client, files: PithosStorage, prefix: str, location: str
) -> None:
    files.driver.create_container("media")
    token = create_token(find_user(api.account), scope=Scope(container="media", prefix=prefix))
    limited = PithosStorage(**options(api, token=token, location=location))
    names = [limited.save("d/a", ContentFile(content)) for content in (b"small", LARGE)]
    assert [limited.open(name).read() for name in names] == [b"small", LARGE]
    assert sorted(limited.listdir("d")[1]) == sorted(name[2:] for name in names)
    limited.delete("d/a")
    assert not limited.exists("d/a")
    limited.driver.connection.close()
