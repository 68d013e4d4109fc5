"""python-swiftclient's command."""

import shlex
from typing import Any

import pytest

from tests.api.client import Answer
from tests.clients.conftest import Desk
from tests.clients.pages import blocks


def swift(desk: Desk, *words: str) -> list[str]:
    return desk.shell("swift", shlex.join(["swift", *words])).splitlines()


def test_the_page_s_example(desk: Desk) -> None:
    desk.shell("swift", blocks("swift")[1])
    assert desk.tree("back/tree") == desk.tree() == desk.stored()
    assert desk.api.names("photos", prefix="c") == []
    assert desk.api.head("photos")["X-Container-Meta-Topic"] == "travel"


def test_identical_files_are_skipped_and_changed_ones_are_not(desk: Desk) -> None:
    swift(desk, "upload", "photos", "tree")
    (desk.place / "tree/a.txt").write_bytes(b"changed")
    before = desk.api.head("photos/tree/empty")["X-Object-Version"]
    swift(desk, "upload", "--skip-identical", "photos", "tree")
    assert desk.stored() == desk.tree()
    assert desk.api.head("photos/tree/empty")["X-Object-Version"] == before


@pytest.mark.parametrize("kind", ["--use-slo", "--use-dlo"])
def test_segments(desk: Desk, kind: str) -> None:
    path = "tree/more than one"
    swift(desk, "upload", "-S", "1000000", kind, "photos", path)
    assert len(desk.api.names("photos_segments")) == 5
    assert desk.api.get(f"photos/{path}").body == desk.tree()["more than one"]
    swift(desk, "download", "photos", path, "-o", "back")
    assert (desk.place / "back").read_bytes() == desk.tree()["more than one"]
    before = desk.api.head(f"photos/{path}")["X-Object-Version"]
    swift(desk, "upload", "-S", "1000000", kind, "--skip-identical", "photos", path)
    assert desk.api.head(f"photos/{path}")["X-Object-Version"] == before
    swift(desk, "delete", "photos", path)
    assert (desk.api.names("photos"), desk.api.names("photos_segments")) == ([], [])


def test_metadata_and_stat(desk: Desk) -> None:
    swift(desk, "upload", "photos", "tree/a.txt")
    swift(desk, "post", "-m", "Color:red", "-H", "Content-Type:a/b", "photos", "tree/a.txt")
    told = {line.strip() for line in swift(desk, "stat", "photos", "tree/a.txt")}
    assert {"Meta Color: red", "Content Type: a/b", "Content Length: 10"} <= told
    assert "Containers: 1" in {line.strip() for line in swift(desk, "stat")}


def test_text_beyond_ascii(desk: Desk) -> None:
    swift(desk, "post", "photos", "-m", "Colour:grün", "-m", "Größe:5", "-r", "müller,.r:*")
    told = {line.strip() for line in swift(desk, "stat", "photos")}
    assert {"Meta Colour: grün", "Meta Größe: 5", "Read ACL: müller,.r:*"} <= told
    kept = ("-H", "X-Object-Meta-Titel: grün", "-H", "Content-Disposition: inline; filename=ü")
    swift(desk, "upload", *kept, "photos", "tree/a.txt")
    told = {line.strip() for line in swift(desk, "stat", "photos", "tree/a.txt")}
    assert {"Meta Titel: grün", "Content-Disposition: inline; filename=ü"} <= told


def test_metadata_is_kept_as_it_is(desk: Desk) -> None:
    swift(desk, "upload", "photos", "tree/a.txt")
    swift(desk, "post", "photos", "tree/a.txt", "-m", "Share:100%", "-m", "Escaped:%41")
    head = desk.api.head("photos/tree/a.txt")
    assert (head["X-Object-Meta-Share"], head["X-Object-Meta-Escaped"]) == ("100%", "%41")


def test_folders_are_listed(desk: Desk) -> None:
    swift(desk, "upload", "photos", "tree/many", "tree/a.txt")
    assert swift(desk, "list", "photos", "-d", "/", "-p", "tree/") == ["tree/a.txt", "tree/many/"]


def test_a_container_is_deleted_with_all_in_it(desk: Desk) -> None:
    swift(desk, "upload", "photos", "tree")
    swift(desk, "delete", "photos")
    assert desk.api.head("photos").status == 404


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha512"])
def test_a_signed_url_needs_no_token(desk: Desk, digest: str) -> None:
    swift(desk, "upload", "photos", "tree/a.txt")
    swift(desk, "post", "-m", "Temp-URL-Key:secret")
    place = f"/v1/AUTH_{desk.store.account}/photos/tree/a.txt"
    [url] = swift(desk, "tempurl", "--digest", digest, "GET", "600", place, "secret")
    assert desk.api.raw("GET", url).body == desk.tree()["a.txt"]
    assert desk.api.raw("GET", url.replace("a.txt", "b.txt")).status == 401


def test_capabilities(desk: Desk) -> None:
    told = "\n".join(swift(desk, "capabilities"))
    assert "max_manifest_segments" in told


@pytest.mark.requirement("S36", "S37", "S38", "S39")
def test_versions(desk: Desk) -> None:
    desk.shell("swift", blocks("swift")[2])
    assert (desk.place / "first.txt").read_bytes() == b"some text\n"
    listed = swift(desk, "list", "photos", "--versions")
    assert [line.split()[-1] for line in listed] == ["tree/a.txt", "tree/a.txt"]
    assert [line.split()[0] for line in listed] == ["5", "10"]
    told = {line.strip() for line in swift(desk, "stat", "photos", "tree/a.txt")}
    assert "Content Length: 5" in told
    versions: dict[str, Any] = {"versions": "", "format": "json"}
    for entry in desk.api.get("photos", **versions).json:
        swift(desk, "delete", "photos", "tree/a.txt", "--version-id", entry["version_id"])
    assert desk.api.get("photos", **versions).json == []


@pytest.mark.requirement("S54")
def test_symlinks(desk: Desk) -> None:
    swift(desk, "upload", "photos", "tree")
    desk.shell("swift", blocks("swift")[4])
    assert (desk.place / "latest.txt").read_bytes() == (desk.place / "tree/a.txt").read_bytes()
    told = {line.strip() for line in swift(desk, "stat", "photos", "latest.txt")}
    assert any(line.endswith("/photos/tree/a.txt") for line in told if "Content-Location" in line)
    itself: dict[str, Any] = {"symlink": "get"}
    target = desk.api.head("photos/latest.txt", **itself)["X-Symlink-Target"]
    assert target == "photos/tree/a.txt"


@pytest.mark.requirement("S47")
def test_archives(desk: Desk) -> None:
    swift(desk, "post", "photos", "-H", "X-Versions-Location: old")
    for text in (b"one", b"two"):
        (desk.place / "tree/a.txt").write_bytes(text)
        swift(desk, "upload", "photos", "tree/a.txt")
    swift(desk, "delete", "photos", "tree/a.txt")
    assert desk.api.get("photos/tree/a.txt").body == b"one"
    swift(desk, "post", "photos", "-H", "X-Versions-Location:")


@pytest.mark.requirement("S70", "S71", "S75")
def test_a_website(desk: Desk) -> None:
    shown = desk.shell("swift", blocks("swift")[3])
    assert shown.endswith("<h1>Hello</h1>")

    def see(path: str) -> Answer:
        return desk.api.anonymous("GET", path)

    assert see("site").status == see("site/tree").status == 301
    assert b'<a href="./a.txt">' in see("site/tree/").body
    assert see("site/tree/a.txt").body == desk.tree()["a.txt"]
    lost = see("site/nothing")
    assert (lost.status, b"Nothing here" in lost.body) == (404, True)
    swift(desk, "post", "site", "-m", "web-listings:", "-r", "")
    assert see("site/").status == 401
