"""rclone, as Debian has it."""

from typing import Any

import pytest

from tests.clients.conftest import Desk
from tests.clients.pages import blocks

pytestmark = pytest.mark.tools("rclone", package="rclone")


def rclone(desk: Desk, command: str) -> list[str]:
    return desk.shell("rclone", f"rclone {command}").splitlines()


def test_the_page_s_example(desk: Desk) -> None:
    before = desk.tree()
    desk.shell("rclone", blocks("rclone")[1])
    renamed = {("b.txt" if name == "a.txt" else name): data for name, data in before.items()}
    assert desk.stored() == desk.tree("back") == renamed


def test_sync_makes_the_store_like_the_directory(desk: Desk) -> None:
    rclone(desk, "sync tree store:photos/tree")
    (desk.place / "tree/a.txt").unlink()
    (desk.place / "tree/empty").write_bytes(b"not any more")
    (desk.place / "tree/new").write_bytes(b"new")
    rclone(desk, "sync tree store:photos/tree")
    assert desk.stored() == desk.tree()


def test_times_are_kept(desk: Desk) -> None:
    rclone(desk, "copy tree store:photos/tree")
    rclone(desk, "copy store:photos/tree back")
    files = [path for path in (desk.place / "tree").rglob("*") if path.is_file()]
    for path in files:
        back = desk.place / "back" / path.relative_to(desk.place / "tree")
        assert back.stat().st_mtime == pytest.approx(path.stat().st_mtime, abs=1e-6)


def test_large_files_in_segments(desk: Desk) -> None:
    rclone(desk, "--swift-chunk-size 1M copy 'tree/more than one' store:photos")
    assert desk.api.get("photos/more than one").body == desk.tree()["more than one"]
    assert rclone(desk, "check --download --one-way tree store:photos --include 'more*'") == []
    rclone(desk, "deletefile 'store:photos/more than one'")
    assert desk.api.names("photos") == []
    assert desk.api.names("photos_segments") == []


def test_streams_parts_and_purge(desk: Desk) -> None:
    desk.shell("rclone", "rclone mkdir store:photos; echo streamed | rclone rcat store:photos/s")
    assert rclone(desk, "cat --offset 2 --count 3 store:photos/s") == ["rea"]
    rclone(desk, "touch store:photos/s")
    assert rclone(desk, "size store:photos")[0].startswith("Total objects: 1")
    rclone(desk, "purge store:photos")
    assert desk.api.head("photos").status == 404


@pytest.mark.requirement("S36", "S47", "S48")
@pytest.mark.parametrize("way", ["X-Versions-Enabled", "X-Versions-Location", "X-History-Location"])
def test_a_container_that_keeps_what_is_overwritten(desk: Desk, way: str) -> None:
    assert desk.api.put("photos", headers={way: "true"}).status == 201
    rclone(desk, "sync tree store:photos/tree")
    (desk.place / "tree/a.txt").write_bytes(b"changed")
    (desk.place / "tree/empty").unlink()
    rclone(desk, "sync tree store:photos/tree")
    assert desk.stored() == desk.tree() or way == "X-Versions-Location"
    if way == "X-Versions-Enabled":
        query: dict[str, Any] = {"versions": "", "format": "json", "prefix": "tree/a.txt"}
        assert len(desk.api.get("photos", **query).json) == 2
    else:
        assert any(name.startswith("00atree/a.txt/") for name in desk.api.names("true"))
    desk.api.post("photos", headers={"X-Versions-Enabled": "", "X-Versions-Location": ""})


@pytest.mark.requirement("S75", "S76")
def test_a_website_s_listings_are_read_by_visitors(desk: Desk) -> None:
    rclone(desk, "sync tree store:site/tree")
    said = {"X-Container-Read": ".r:*,.rlistings", "X-Container-Meta-Web-Listings": "true"}
    assert desk.api.post("site", headers=said).status == 204
    desk.shell("rclone", blocks("rclone")[2])
    assert desk.tree("back/tree") == desk.tree()
