from typing import Any

import pytest

from tests.swift.client import SwiftClient

HTML = {"Content-Type": "text/html; charset=utf-8"}
INDEX = b"<!DOCTYPE html><title>home</title>"


def describe(client: SwiftClient, container: str = "c", **said: str) -> None:
    """Make a container a website: ``index="x"`` is X-Container-Meta-Web-Index."""
    headers = {f"X-Container-Meta-Web-{key.replace('_', '-')}": said[key] for key in said}
    assert client.post(container, headers=headers).status == 204


def let_read(client: SwiftClient, readers: str, container: str = "c") -> None:
    assert client.post(container, headers={"X-Container-Read": readers}).status == 204


@pytest.fixture
def site(box: SwiftClient) -> SwiftClient:
    """A user whose container ``c`` is a website with an index, listings and a page for 404."""
    let_read(box, ".r:*,.rlistings")
    describe(box, index="index.html", listings="true", error="error.html")
    files: dict[str, Any] = {
        "index.html": INDEX,
        "docs/index.html": b"<p>docs",
        "404error.html": b"<p>nothing here",
        "a/b.html": b"<p>b",
    }
    for name, body in files.items():
        assert box.put(f"c/{name}", body, HTML).status == 201
    assert box.put("c/a/deep/x.txt", b"x" * 2345, {"Content-Type": "text/plain"}).status == 201
    return box
