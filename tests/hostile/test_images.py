"""Whatever is sent about images is answered with what is wrong about it, and changes none."""

from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.client import Client
from tests.images.client import PATCH, V11, V20, of_meta
from tests.images.glance import V2, GlanceClient

NASTY = (
    *("", "\0", "a\0b", "\n", "\x1b[0m", "\x85", "\ufffe", "%", "%00", "%2F", "..", "/", "//", "'"),
    *('"', "\\", "<&>", "ü", "\U0001f4be", "x" * 2000, "-1", "1e9", "NaN", "null", "{}", "[]", "*"),
    *("9" * 40, "0" * 32, "00000000-0000-0000-0000-000000000000", "a:b", "in:", "in:,", "gt:", ":"),
)
VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**63, 1e300, "", "\0", "\x01", "x" * 70_000, [], {}, [[]], [None]),
    *({"a": {"b": []}}, ["a", 7], "\U0001f4be", "\ufffe"),
)
# What each list reads, and something that it does not know.
OF_GLANCE = (
    *("limit", "marker", "after", "sort", "sort_key", "sort_dir", "name", "id", "status", "tag"),
    *("visibility", "owner", "protected", "os_hidden", "member_status", "size_min", "size_max"),
    *("created_at", "updated_at", "disk_format", "any thing"),
)
OF_PLANKTON = (
    *("name", "status", "disk_format", "size_min", "size_max", "sort_key", "sort_dir"),
    *("property-x", "any thing"),
)
OF_COMPUTE = ("limit", "marker", "name", "status", "changes-since", "any thing")
LISTS = {
    "/image/v1/images/detail": OF_PLANKTON,
    f"{V2}/images": OF_GLANCE,
    f"{V11}/images/detail": OF_COMPUTE,
    f"{V20}/images": OF_COMPUTE,
}
PLACES = (
    *("/image/v1/images/{}", "/image/v1/images/{}/members", "/image/v1/shared-images/{}"),
    *(f"{V2}/images/{{}}", f"{V2}/images/{{}}/file", f"{V2}/schemas/{{}}", f"{V2}/{{}}"),
    *(f"{V11}/images/{{}}", f"{V20}/images/{{}}", f"{V11}/images/{{}}/meta", "/compute/{}"),
)
INSIDE = (
    *("/image/v1/images/{image}/members/{}", f"{V2}/images/{{image}}/members/{{}}"),
    *(f"{V2}/images/{{image}}/tags/{{}}", f"{V11}/images/{{image}}/meta/{{}}"),
    f"{V20}/images/{{image}}/metadata/{{}}",
)


@pytest.fixture
def glance(box: Client) -> GlanceClient:
    return GlanceClient(box)


def answered(glance: GlanceClient, *request: Any) -> bool:
    answer = glance.send(*request)
    return 200 <= answer.status < 500


@pytest.mark.parametrize("path", LISTS)
def test_nasty_parameters(glance: GlanceClient, path: str) -> None:
    for name, value in product(LISTS[path], NASTY):
        assert answered(glance, "GET", f"{path}?{quote(name)}={quote(value)}"), (name, value)


@pytest.mark.parametrize("path", PLACES)
def test_nasty_paths(glance: GlanceClient, path: str) -> None:
    for value, verb in product(NASTY, ("GET", "DELETE", "PUT")):
        assert answered(glance, verb, path.format(quote(value, safe=""))), (verb, value)


@pytest.mark.parametrize("path", INSIDE)
def test_nasty_names_below_an_image(glance: GlanceClient, path: str) -> None:
    image = glance.made()
    for value, verb in product(NASTY, ("GET", "PUT", "DELETE")):
        place = path.format(quote(value, safe=""), image=image)
        assert answered(glance, verb, place, {"meta": {value: value}, "status": value}), (
            verb,
            value,
        )
    assert glance.show(image)["status"] == "active"


def bodies() -> Iterator[tuple[str, str, Any]]:
    """Verb, path and body of requests with a value of every kind in every place."""
    for value in VALUES:
        for key in ("name", "id", "tags", "min_ram", "visibility", "disk_format", "owner", "x"):
            yield "POST", f"{V2}/images", {"name": "nasty", key: value}
        yield "POST", f"{V2}/images/{{image}}/members", {"member": value}
        yield "PUT", "/image/v1/images/{image}/members", {"memberships": value}
        yield "PUT", "/image/v1/images/{image}/members", {"memberships": [{"member_id": value}]}
        yield "POST", f"{V11}/images", {"image": {"serverRef": value, "name": "x"}}
        yield "POST", f"{V11}/images/{{image}}/meta", {"metadata": value}
        yield "PUT", f"{V20}/images/{{image}}/metadata", {"metadata": {"a": value}}
        for step in ({"op": value}, {"op": "add", "path": value, "value": 1}, value):
            yield "PATCH", f"{V2}/images/{{image}}", [step]
        yield "PATCH", f"{V2}/images/{{image}}", [{"op": "add", "path": "/k", "value": value}]


def test_nasty_bodies(glance: GlanceClient) -> None:
    image = glance.made()
    for verb, path, body in bodies():
        headers = {"Content-Type": PATCH if verb == "PATCH" else "application/json"}
        assert answered(glance, verb, path.format(image=image), body, headers), (verb, path, body)
    assert glance.show(image)["status"] == "active"


@pytest.mark.parametrize("body", [b"\xff", b'{"a":', b"[" * 100_000, b'"\\ud800"', b"{}" * 9])
def test_what_is_no_json(glance: GlanceClient, body: bytes) -> None:
    image = glance.made()
    for path in (f"{V2}/images", f"{V11}/images", f"{V20}/images/{image}/metadata"):
        headers = {"Content-Type": "application/json"}
        assert glance.send("POST", path, body, headers).status == 400


def test_documents_are_small(glance: GlanceClient) -> None:
    assert glance.send("POST", f"{V2}/images", {"name": "x" * 300_000}).status == 413


def test_nasty_headers(glance: GlanceClient) -> None:
    glance.store.put("c/o", b"x")
    location = f"pithos://{glance.account}/c/o"
    for name, value in product(("Name", "Location", "Size", "Property-X", "Owner", "A%00"), NASTY):
        if name.isascii() and "\0" not in name:
            meta = {**of_meta(Name="n", Location=location), **of_meta(**{name: quote(value)})}
            assert answered(glance, "POST", "/image/v1/images/", None, meta), (name, value)


def test_errors_repeat_no_markup(glance: GlanceClient) -> None:
    answer = glance.send("GET", f"{V2}/schemas/x?<script>")
    page = glance.send("GET", f"{V2}/images?sort_key=<script>")
    assert b"<script" not in answer.body + page.body
