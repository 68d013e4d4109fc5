"""Glance, version 2: images are made, loaded, changed and deleted (contract b4)."""

import hashlib
import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.images.client import ImageClient
from tests.images.glance import V2, GlanceClient
from tests.server.wire import Wire, head

DATA = os.urandom(300_000)


@pytest.mark.requirement("I24")
def test_an_image_is_queued_until_its_bytes_come(glance: GlanceClient) -> None:
    answer = glance.send("POST", f"{V2}/images", {"name": "disk", "disk_format": "raw"})
    image = answer.json["id"]
    assert (answer.status, answer["Location"]) == (201, f"/v2/images/{image}")
    queued = glance.show(image)
    assert (queued["status"], queued["size"], queued["checksum"]) == ("queued", None, None)
    assert glance.send("GET", f"{V2}/images/{image}/file").status == 204
    assert glance.upload(image, DATA).status == 204
    active = glance.show(image)
    assert (active["status"], active["size"]) == ("active", len(DATA))
    assert active["checksum"] == hashlib.md5(DATA).hexdigest()
    assert active["os_hash_algo"] == "sha512"
    assert active["os_hash_value"] == hashlib.sha512(DATA).hexdigest()
    assert glance.upload(image, b"other").status == 409


@pytest.mark.requirement("I24")
def test_bytes_come_in_chunks_and_go_with_their_md5(glance: GlanceClient) -> None:
    image = glance.create()
    pieces: Iterator[bytes] = (DATA[at : at + 7777] for at in range(0, len(DATA), 7777))
    assert glance.upload(image, pieces).status == 204
    answer = glance.send("GET", f"{V2}/images/{image}/file")
    assert (answer.status, answer.body) == (200, DATA)
    assert answer["Content-MD5"] == hashlib.md5(DATA).hexdigest()
    part = glance.send("GET", f"{V2}/images/{image}/file", None, {"Range": "bytes=-3"})
    assert (part.status, part.body) == (206, DATA[-3:])


def test_an_image_without_bytes_can_be_loaded_once(glance: GlanceClient) -> None:
    image = glance.made(b"")
    assert (glance.show(image)["status"], glance.show(image)["size"]) == ("active", 0)
    assert glance.upload(image, b"x").status == 409


@pytest.mark.requirement("I24")
def test_an_upload_of_another_type_is_415(glance: GlanceClient) -> None:
    image = glance.create()
    headers = {"Content-Type": "text/plain"}
    assert glance.send("PUT", f"{V2}/images/{image}/file", b"x", headers).status == 415
    assert glance.show(image)["status"] == "queued"


@pytest.mark.requirement("I5")
def test_all_interfaces_show_the_same_images(glance: GlanceClient) -> None:
    image = glance.made(DATA, name="same", os="linux", tags=["x"])
    found = glance.detail(image)
    assert (found["name"], found["size"], found["status"]) == ("same", len(DATA), "AVAILABLE")
    assert found["properties"] == {"os": "linux"}
    assert found["checksum"] == glance.store.head(f"images/{image}")["X-Object-Hash"]
    assert glance.store.get(f"images/{image}").body == DATA
    registered = glance.register("old", b"12345", Property_OS="bsd")
    shown = glance.show(registered)
    assert (shown["os"], shown["size"], shown["os_hash_algo"]) == ("bsd", 5, None)
    assert shown["checksum"] == hashlib.md5(b"12345").hexdigest()


def test_everything_that_a_client_may_set_is_kept(glance: GlanceClient) -> None:
    said = {
        "name": "n", "disk_format": "qcow2", "container_format": "bare", "visibility": "public",
        "protected": True, "os_hidden": True, "min_disk": 3, "min_ram": 512,
        "tags": ["a", "β"], "os.version": "7", "kernel_id": "x" * 300,
    }  # fmt: skip
    image = glance.create(**said)
    shown = glance.show(image)
    assert {key: shown[key] for key in said} == said
    assert shown["owner"] == glance.account
    assert (shown["self"], shown["file"]) == (f"/v2/images/{image}", f"/v2/images/{image}/file")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"status": "active"}, 403),
        ({"size": 5}, 403),
        ({"owner": "somebody"}, 403),
        ({"disk_format": "floppy"}, 400),
        ({"container_format": 7}, 400),
        ({"visibility": "community"}, 400),
        ({"protected": "yes"}, 400),
        ({"min_disk": -1}, 400),
        ({"min_ram": True}, 400),
        ({"min_ram": 2**31}, 400),
        ({"tags": "a"}, 400),
        ({"tags": [7]}, 400),
        ({"tags": [""]}, 400),
        ({"name": "x" * 256}, 400),
        ({"name": "a\0b"}, 400),
        ({"property": 7}, 400),
        ({"": "x"}, 400),
        ({"p": "x" * 30_000}, 413),
        ({"tags": [str(n) for n in range(129)]}, 413),
        ({str(n): "x" for n in range(129)}, 413),
        ({"id": "no-uuid"}, 404),
        ({"id": 7}, 400),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_wrong_about_a_new_image_makes_none(
    glance: GlanceClient, fields: dict[str, Any], status: int
) -> None:
    answer = glance.send("POST", f"{V2}/images", fields, {"Accept": "application/json"})
    assert answer.status == status
    assert answer.json["code"].startswith(str(status))
    assert glance.listed() == []


@pytest.mark.parametrize("body", [b"", b"x", [], "text"], ids=str)
def test_a_body_that_is_no_object_is_400(glance: GlanceClient, body: Any) -> None:
    assert glance.send("POST", f"{V2}/images", body).status == 400


def test_a_client_may_choose_an_id_that_no_image_has(
    glance: GlanceClient, others: ImageClient
) -> None:
    image = f"6f1b3f6e-0000-4000-8000-{int.from_bytes(os.urandom(6)):012x}"
    assert glance.create(id=image) == image
    assert others.send("POST", f"{V2}/images", {"id": image}).status == 409
    assert glance.show(image)["owner"] == glance.account


@pytest.mark.requirement("I23")
def test_a_patch_adds_replaces_and_removes(glance: GlanceClient) -> None:
    image = glance.create(a="1", b="2")
    answer = glance.patch(
        image,
        ("replace", "/name", "other"),
        ("add", "/c~1d", "3"),
        ("replace", "/a", "4"),
        ("remove", "/b"),
        ("add", "/tags", ["x", "y"]),
        ("replace", "/protected", True),
    )
    assert answer.status == 200
    shown = glance.show(image)
    assert answer.json == shown
    assert (shown["name"], shown["a"], shown["c/d"]) == ("other", "4", "3")
    assert (shown["tags"], shown["protected"]) == (["x", "y"], True)
    assert "b" not in shown


@pytest.mark.requirement("I23")
@pytest.mark.parametrize(
    ("step", "status"),
    [
        (("replace", "/none", "x"), 409),
        (("remove", "/none"), 409),
        (("remove", "/name"), 403),
        (("replace", "/status", "active"), 403),
        (("replace", "/checksum", "x"), 403),
        (("add", "/locations", []), 400),
        (("move", "/a", "x"), 400),
        (("add", "a", "x"), 400),
        (("add", "/a/b", "x"), 400),
        (("add", "/a"), 400),
        (("add", "/a", 7), 400),
        (("replace", "/visibility", "all"), 400),
        (("replace", "/disk_format", "x"), 400),
    ],
    ids=str,
)
def test_a_bad_patch_changes_nothing(
    glance: GlanceClient, step: tuple[Any, ...], status: int
) -> None:
    image = glance.create(a="1")
    before = glance.show(image)
    assert glance.patch(image, ("replace", "/name", "other"), step).status == status
    assert glance.show(image) == before


@pytest.mark.requirement("I23")
@pytest.mark.parametrize("kind", ["application/json", "", "application/json-patch+json"])
def test_a_patch_of_another_type_is_415(glance: GlanceClient, kind: str) -> None:
    path = f"{V2}/images/{glance.create()}"
    assert glance.send("PATCH", path, b"[]", {"Content-Type": kind}).status == 415


@pytest.mark.requirement("I23")
def test_a_protected_image_is_not_deleted_by_anybody(glance: GlanceClient) -> None:
    image = glance.made(protected=True)
    for path in ("image/v2/images", "image/v1/images"):
        assert glance.send("DELETE", f"/{path}/{image}").status == 403
    assert glance.show(image)["status"] == "active"
    glance.patch(image, ("replace", "/protected", False))
    assert glance.send("DELETE", f"{V2}/images/{image}").status == 204
    assert glance.send("GET", f"{V2}/images/{image}").status == 404


@pytest.mark.requirement("I23")
def test_nobody_reads_the_bytes_of_a_deactivated_image(glance: GlanceClient) -> None:
    image = glance.made()
    actions = f"{V2}/images/{image}/actions"
    assert glance.send("POST", f"{actions}/deactivate").status == 204
    assert glance.show(image)["status"] == "deactivated"
    for path in ("image/v2/images/{}/file", "image/v1/images/{}"):
        assert glance.send("GET", f"/{path.format(image)}").status == 403
    assert glance.send("POST", f"{actions}/reactivate").status == 204
    assert glance.send("GET", f"{V2}/images/{image}/file").body == b"bytes"


def test_what_is_queued_cannot_be_deactivated(glance: GlanceClient) -> None:
    image = glance.create()
    assert glance.send("POST", f"{V2}/images/{image}/actions/deactivate").status == 409


def test_tags_come_and_go(glance: GlanceClient) -> None:
    image = glance.create(tags=["a"])
    for tag in ("b%20c", "a", "%CE%B2"):
        assert glance.send("PUT", f"{V2}/images/{image}/tags/{tag}").status == 204
    assert glance.show(image)["tags"] == ["a", "b c", "β"]
    assert glance.send("DELETE", f"{V2}/images/{image}/tags/a").status == 204
    assert glance.send("DELETE", f"{V2}/images/{image}/tags/a").status == 404
    assert glance.send("PUT", f"{V2}/images/{image}/tags/{'x' * 256}").status == 400
    assert glance.show(image)["tags"] == ["b c", "β"]


def test_deleting_frees_what_the_registry_has_made(glance: GlanceClient) -> None:
    image = glance.made()
    registered = glance.register("mine")
    for each in (image, registered):
        assert glance.send("DELETE", f"{V2}/images/{each}").status == 204
    assert glance.store.head(f"images/{image}").status == 404
    assert glance.store.get("c/mine").body == b"bytes"


def test_sha512_is_told_of_no_other_bytes(glance: GlanceClient) -> None:
    image = glance.made(b"first")
    glance.store.put(f"images/{image}", b"other")
    shown = glance.show(image)
    assert (shown["os_hash_value"], shown["size"]) == (None, 5)
    assert shown["checksum"] == hashlib.md5(b"other").hexdigest()
    glance.patch(image, ("replace", "/name", "still"))
    assert glance.show(image)["os_hash_value"] is None


def test_bytes_that_come_at_the_object_api_make_an_image_active(glance: GlanceClient) -> None:
    image = glance.create()
    glance.store.put(f"images/{image}", b"12345")
    assert (glance.show(image)["status"], glance.show(image)["size"]) == ("active", 5)
    assert glance.upload(image, b"x").status == 409


def test_an_upload_that_breaks_off_leaves_the_image_queued(glance: GlanceClient) -> None:
    image = glance.create()
    path = f"{V2}/images/{image}/file"
    with Wire(glance.store.address[1], 10) as wire:
        fields = f"X-Auth-Token: {glance.store.token}\r\nContent-Length: 100\r\n"
        octets = "Content-Type: application/octet-stream\r\n"
        wire.send(head("PUT", path, f"{fields}{octets}".encode()) + b"short")
    assert glance.show(image)["status"] == "queued"
    assert glance.upload(image, b"whole").status == 204
    assert glance.send("GET", path).body == b"whole"


@pytest.mark.parametrize("name", ["image", "images", "member", "members"])
def test_schemas_tell_what_documents_say(glance: GlanceClient, name: str) -> None:
    schema = glance.send("GET", f"{V2}/schemas/{name}").json
    assert schema["name"] == name
    if name == "image":
        assert schema["properties"].keys() == glance.show(glance.create()).keys()


@pytest.mark.parametrize("path", ["/schemas/metadefs/namespace", "/schemas/none", "/tasks", "/x/y"])
def test_what_is_not_there_is_404(glance: GlanceClient, path: str) -> None:
    answer = glance.send("GET", f"{V2}{path}")
    assert answer.status == 404
    assert answer["Content-Type"].startswith("text/html")


def test_glance_shows_messages_as_they_are(glance: GlanceClient) -> None:
    answer = glance.send("GET", f"{V2}/images/it's<b>")
    assert b"'it" not in answer.body
    assert b"there is nothing" in answer.body
    assert b"'none'" in glance.send("GET", f"{V2}/images/none").body


@pytest.mark.parametrize(
    ("path", "status"), [("/image/", 300), ("/image", 300), ("/image/versions", 200)]
)
def test_versions_are_told_to_anybody(glance: GlanceClient, path: str, status: int) -> None:
    answer = glance.store.raw("GET", path)
    assert answer.status == status
    current = answer.json["versions"][0]
    assert (current["id"], current["status"]) == ("v2.9", "CURRENT")
    host, port = glance.store.address
    assert current["links"] == [{"rel": "self", "href": f"http://{host}:{port}/image/v2/"}]
