"""What users stored never acts for the store in a browser."""

from urllib.parse import quote

import pytest

from tests.api.client import Answer, Client

ACTIVE = [
    "text/html",
    "image/svg+xml",
    "application/xhtml+xml",
    "text/xml",
    "application/xml",
    "application/pdf",
    "text/javascript",
    "TEXT/HTML; charset=utf-8",
]
PASSIVE = ["text/plain", "image/png", "application/octet-stream", "video/mp4"]


def both(client: Client, path: str, query: str = "") -> list[Answer]:
    """The object as its owner gets it, and as the public does; GET and HEAD of each."""
    public = client.head(path)["X-Object-Public"]
    token = {"X-Auth-Token": client.token}
    return [
        client.raw(method, url + query, None, token)
        for url in (client.url(path), public)
        for method in ("GET", "HEAD")
    ]


def put(client: Client, path: str, kind: str, **headers: str) -> None:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"Content-Type": kind, "X-Object-Public": "true", **named}
    assert client.put(path, b"<script>", sent).status == 201


@pytest.mark.requirement("R130")
@pytest.mark.parametrize("kind", [*ACTIVE, *PASSIVE])
def test_no_type_is_sniffed_and_all_is_sandboxed(box: Client, kind: str) -> None:
    put(box, "c/o", kind)
    for answer in both(box, "c/o"):
        assert answer.status == 200
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].partition(";")[0] == "sandbox"
        assert answer["Content-Type"] == kind


@pytest.mark.requirement("R130")
@pytest.mark.parametrize("kind", ACTIVE)
def test_what_could_act_is_downloaded(box: Client, kind: str) -> None:
    put(box, "c/dir/page.html", kind)
    for answer in both(box, "c/dir/page.html"):
        assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''page.html"


@pytest.mark.requirement("R130")
@pytest.mark.parametrize("kind", PASSIVE)
def test_what_cannot_act_is_as_it_was_stored(box: Client, kind: str) -> None:
    put(box, "c/o", kind)
    get, head, public, public_head = both(box, "c/o")
    assert get.get("Content-Disposition") is head.get("Content-Disposition") is None
    expected = "attachment; filename*=UTF-8''o"
    assert public["Content-Disposition"] == public_head["Content-Disposition"] == expected


@pytest.mark.requirement("R130")
def test_a_stored_disposition_is_kept(box: Client) -> None:
    put(box, "c/o", "text/html", Content_Disposition='inline; filename="a b.txt"')
    for answer in both(box, "c/o"):
        assert answer["Content-Disposition"] == 'inline; filename="a b.txt"'


@pytest.mark.requirement("R130")
@pytest.mark.parametrize("kind", ["inline", "attachment"])
@pytest.mark.parametrize("stored", [{}, {"Content_Disposition": "form-data"}])
def test_the_reader_may_choose(box: Client, kind: str, stored: dict[str, str]) -> None:
    put(box, "c/dir/o.txt", "text/plain", **stored)
    for answer in both(box, "c/dir/o.txt", f"?disposition-type={kind}"):
        assert answer["Content-Disposition"] == f"{kind}; filename*=UTF-8''o.txt"


@pytest.mark.requirement("R130")
@pytest.mark.parametrize("kind", ["", "x", "INLINE", "inline%0d%0aX-Evil:%201"])
def test_other_wishes_are_ignored(box: Client, kind: str) -> None:
    put(box, "c/o", "text/plain", Content_Disposition="form-data")
    for answer in both(box, "c/o", f"?disposition-type={kind}"):
        assert answer["Content-Disposition"] == "form-data"
        assert answer.get("X-Evil") is None


@pytest.mark.requirement("R130")
@pytest.mark.parametrize(
    "name", ["a b", 'q"uote', "semi;colon", "ώρα", "100%", "per%0d%0aX: y", "dir/"]
)
def test_a_file_name_cannot_break_out(box: Client, name: str) -> None:
    put(box, f"c/x/{name}", "text/html")
    for answer in both(box, f"c/x/{name}"):
        last = name.rstrip("/")
        expected = f"attachment; filename*=UTF-8''{quote(last, safe='')}"
        assert answer["Content-Disposition"] == expected


@pytest.mark.requirement("R130")
def test_ranges_and_versions_are_no_way_around(box: Client) -> None:
    put(box, "c/o", "text/html")
    version = box.head("c/o")["X-Object-Version"]
    public = box.head("c/o")["X-Object-Public"]
    for answer in (
        box.get("c/o", {"Range": "bytes=0-3"}),
        box.get("c/o", version=version),
        box.raw("GET", public, None, {"Range": "bytes=0-3"}),
    ):
        assert answer.status in {200, 206}
        assert answer["Content-Security-Policy"].startswith("sandbox")
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
