"""The library against a live store: lists, names, errors."""

import hashlib
import io
import os
from pathlib import Path

import pytest
from pithos_client import (
    Container,
    ContainerNotFoundError,
    CredentialsError,
    Driver,
    ObjectNotFoundError,
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
