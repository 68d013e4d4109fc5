"""A container that one of the other interfaces writes into: its owner reads it and deletes."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from pithos_api.models import Container
from tests.api.client import Answer, Client
from tests.swift.client import in_swift
from tests.swift.forms import Form, file_part
from tests.swift.signed.test_signed_urls import KEY, signed

Write = Callable[[Client], Answer]
MANIFEST: dict[str, Any] = {"multipart-manifest": "put"}
FOLDER: dict[str, Any] = {"delimiter": "/"}


def put_signed(box: Client) -> Answer:
    swift = in_swift(box)
    swift.post(headers={"X-Account-Meta-Temp-URL-Key": KEY})
    return swift.anonymous("PUT", "c/new", **signed(swift, "PUT", "c/new"))


def post_form(box: Client) -> Answer:
    swift = in_swift(box)
    swift.post(headers={"X-Account-Meta-Temp-URL-Key": KEY})
    return Form(swift, "c/").send(file_part("f", b"x"))


def register_image(box: Client) -> Answer:
    named = {"X-Image-Meta-Name": "i", "X-Image-Meta-Location": f"pithos://{box.account}/c/o"}
    return box.raw("POST", "/image/v1/images/", b"", {"X-Auth-Token": box.token, **named})


WRITES: dict[str, Write] = {
    "PUT": lambda box: box.put("c/o", b"new"),
    "PUT of another name": lambda box: box.put("c/new", b"new"),
    "PUT of a hashmap": lambda box: box.put("c/new", b'{"bytes":0,"hashes":[]}', hashmap=""),
    "POST of metadata": lambda box: box.post("c/o", headers={"X-Object-Meta-A": "b"}),
    "POST of sharing": lambda box: box.post("c/o", headers={"X-Object-Sharing": "read=*"}),
    "POST of data": lambda box: box.post(
        "c/o",
        b"new",
        headers={"Content-Type": "application/octet-stream", "Content-Range": "bytes 0-2/*"},
    ),
    "COPY": lambda box: box.request("COPY", "d/o", headers={"Destination": "/c/new"}),
    "MOVE": lambda box: box.request("MOVE", "d/o", headers={"Destination": "/c/new"}),
    "COPY of a folder": lambda box: box.request(
        "COPY", "d/o", None, {"Destination": "/c/new"}, **FOLDER
    ),
    "MOVE of a folder": lambda box: box.request(
        "MOVE", "d/o", None, {"Destination": "/c/new"}, **FOLDER
    ),
    "MOVE within": lambda box: box.request("MOVE", "c/o", headers={"Destination": "/c/new"}),
    "POST of another's bytes": lambda box: box.post(
        "c/o", headers={"Content-Range": "bytes 0-/*", "X-Source-Object": "/d/o"}
    ),
    "PUT of a static manifest": lambda box: in_swift(box).put(
        "c/m", b'[{"path": "d/o"}]', None, **MANIFEST
    ),
    "a signed PUT": put_signed,
    "a signed form": post_form,
    "an image's registration": register_image,
    "PUT of a manifest": lambda box: box.put("c/m", b"", headers={"X-Object-Manifest": "d/o"}),
}


@pytest.fixture
def sealed(box: Client, committed: None) -> Client:
    """A user with the sealed container ``c`` and the usual one ``d``; an object ``o`` in each."""
    assert box.put("d").status == 201
    for path in ("c/o", "d/o"):
        assert box.put(path, b"content").status == 201
    Container.objects.filter(account__account=box.account, name="c").update(sealed=True)
    return box


@pytest.mark.parametrize("write", WRITES)
def test_nothing_is_written_into_it(sealed: Client, write: str) -> None:
    refused = WRITES[write](sealed)
    assert refused.status == 403
    assert "objects in 'c' can be read and deleted here, not written" in unescape(
        refused.body.decode()
    )
    assert sealed.get("c").lines == ["o"]
    assert sealed.get("c/o").body == sealed.get("d/o").body == b"content"


def test_what_is_in_it_is_read_copied_and_deleted(sealed: Client) -> None:
    assert sealed.request("COPY", "c/o", headers={"Destination": "/d/copy"}).status == 201
    assert sealed.get("d/copy").body == sealed.get("c/o").body == b"content"
    assert sealed.delete("c/o").status == 204
    assert sealed.delete("c").status == 204
