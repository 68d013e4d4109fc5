"""The registry of containers' images that Debian has, which keeps its layers in the store."""

import http.client
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

import pytest

from tests.clients.conftest import PATIENCE_SECONDS, Desk
from tests.clients.pages import blocks

pytestmark = pytest.mark.tools("docker-registry", package="docker-registry")

SECTION = "Container registry"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"
OCTETS = {"Content-Type": "application/octet-stream"}


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass
class Registry:
    """A running registry, spoken to as those who push and pull do."""

    address: str

    def ask(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send a request to the registry, or to where it sends its clients."""
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc or self.address, timeout=60)
        query = f"?{parts.query}" if parts.query else ""
        connection.request(method, f"{parts.path}{query}", body, headers or {})
        reply = connection.getresponse()
        answer = Answer(reply.status, reply.headers, reply.read())
        connection.close()
        return answer

    def push_blob(self, content: bytes) -> str:
        """Upload a blob in two pieces; its digest."""
        begun = self.ask("POST", "/v2/me/image/blobs/uploads/")
        assert begun.status == 202, begun.body
        place = begun.headers["Location"]
        half = len(content) // 2
        for piece in (content[:half], content[half:]):
            sent = self.ask("PATCH", place, piece, OCTETS)
            assert sent.status == 202, sent.body
            place = sent.headers["Location"]
        digest = digest_of(content)
        ended = self.ask("PUT", f"{place}&digest={digest}", b"")
        assert ended.status == 201, ended.body
        return digest

    def push(self, layer: bytes, tag: str) -> str:
        """Push an image of one layer; the digest of its manifest."""
        config = json.dumps({"tag": tag}).encode()
        described = [
            {"mediaType": kind, "size": len(content), "digest": self.push_blob(content)}
            for kind, content in ((CONFIG, config), (LAYER, layer))
        ]
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST}
        body = json.dumps({**manifest, "config": described[0], "layers": described[1:]}).encode()
        put = self.ask("PUT", f"/v2/me/image/manifests/{tag}", body, {"Content-Type": MANIFEST})
        assert put.status == 201, put.body
        return put.headers["Docker-Content-Digest"]

    def manifest(self, tag: str) -> Answer:
        return self.ask("GET", f"/v2/me/image/manifests/{tag}", None, {"Accept": MANIFEST})

    def layer_at(self, digest: str) -> Answer:
        """What the registry answers to who wants a layer, not followed."""
        return self.ask("GET", f"/v2/me/image/blobs/{digest}")


def digest_of(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"


@pytest.fixture
def registry(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """The page's registry, on the user's account."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    monkeypatch.setenv("REGISTRY", address)
    desk.shell(SECTION, "")
    command = ["bash", "-c", f"exec {blocks(SECTION)[1]}"]
    with (desk.place / "registry.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=desk.place, stdout=log, stderr=log)
    try:
        wait_until_served(address, process)
        yield Registry(address)
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def wait_until_served(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if Registry(address).ask("GET", "/v2/").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the registry does not start")


@pytest.mark.requirement("S52")
def test_images_are_pushed_and_pulled_by_signed_urls(registry: Registry, desk: Desk) -> None:
    layer = os.urandom(6_000_000)
    registry.push(layer, "latest")
    [described] = json.loads(registry.manifest("latest").body)["layers"]
    sent_on = registry.layer_at(described["digest"])
    url = sent_on.headers["Location"]
    assert (sent_on.status, f"/v1/AUTH_{desk.store.account}/registry/" in url) == (307, True)
    assert registry.ask("GET", url).body == layer
    part = registry.ask("GET", url, None, {"Range": "bytes=5999990-"})
    assert (part.status, part.body) == (206, layer[-10:])
    assert registry.ask("GET", url.replace("temp_url_sig=", "temp_url_sig=0")).status == 401


def test_tags_are_listed_and_images_deleted(registry: Registry) -> None:
    digests = {tag: registry.push(tag.encode() * 1000, tag) for tag in ("one", "two")}
    listed = json.loads(registry.ask("GET", "/v2/me/image/tags/list").body)
    assert sorted(listed["tags"]) == ["one", "two"]
    assert json.loads(registry.ask("GET", "/v2/_catalog").body) == {"repositories": ["me/image"]}
    assert registry.ask("DELETE", f"/v2/me/image/manifests/{digests['one']}").status == 202
    assert (registry.manifest("one").status, registry.manifest("two").status) == (404, 200)


def test_what_no_image_has_any_more_is_collected(registry: Registry, desk: Desk) -> None:
    kept, lost = os.urandom(10_000), os.urandom(10_000)
    registry.push(kept, "kept")
    manifest = registry.push(lost, "lost")
    registry.ask("DELETE", f"/v2/me/image/manifests/{manifest}")
    desk.run(["docker-registry", "garbage-collect", "registry.yml"])
    digests = {name.split("/")[-2] for name in desk.api.names("registry") if "/blobs/" in name}
    assert {digest_of(each).partition(":")[2] for each in (kept, lost)} & digests == {
        digest_of(kept).partition(":")[2]
    }
    assert registry.ask("GET", registry.layer_at(digest_of(kept)).headers["Location"]).body == kept


def test_an_image_that_is_pushed_again_is_there_already(registry: Registry, desk: Desk) -> None:
    layer = os.urandom(100_000)
    registry.push(layer, "one")
    sent_on = registry.ask("HEAD", f"/v2/me/image/blobs/{digest_of(layer)}")
    head = registry.ask("HEAD", sent_on.headers["Location"])
    assert (head.status, head.headers["Content-Length"]) == (200, "100000")
    before = len(desk.api.names("registry"))
    registry.push(layer, "one")
    assert len(desk.api.names("registry")) == before
