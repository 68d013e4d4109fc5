"""X-Container-Read by the page that leads to an object (contract/swift.md, b)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.hostile.attack import DATA
from tests.swift.client import SwiftClient

pytestmark = pytest.mark.requirement("S23", "S24")


def reads(box: SwiftClient, referer: str | None, path: str = "c/o") -> int:
    """The status for who shows no token and comes from a page."""
    return box.anonymous("GET", path, {} if referer is None else {"Referer": referer}).status


@pytest.mark.parametrize(
    ("rules", "allowed", "refused"),
    [
        (".r:example.com", ["http://example.com/a", "https://EXAMPLE.com:8080"], ["http://b.org"]),
        (
            ".r:.example.com",
            ["http://www.example.com"],
            ["http://example.com", "http://aexample.com"],
        ),
        (".r:*.example.com", ["http://www.example.com"], ["http://example.com"]),
        (".r:*,.r:-evil.org", ["http://a", None], ["http://evil.org/x"]),
        (".r:-evil.org,.r:*", ["http://evil.org"], []),
        (".r:*,.r:-.evil.org,.r:good.evil.org", ["http://good.evil.org"], ["http://a.evil.org"]),
        (".r:*,.r:-a,.r:*", ["http://a"], []),
        (".r:*,.r:-*", [], ["http://a", None]),
        (".r:[::1]", [], ["http://[::2]/", "http://[", "[::1]", "http://a\xff"]),
        (" .referrer : a.org , .rlistings", ["http://a.org"], ["http://b.org", None, "a.org"]),
    ],
)
def test_the_last_rule_that_matches_counts(
    box: SwiftClient, rules: str, allowed: list[str | None], refused: list[str | None]
) -> None:
    box.put("c/o", DATA)
    assert box.post("c", headers={"X-Container-Read": rules}).status == 204
    assert [reads(box, page) for page in allowed] == [200] * len(allowed)
    assert [reads(box, page) for page in refused] == [401] * len(refused)


def test_listings_are_for_whom_both_rules_let_in(box: SwiftClient) -> None:
    box.put("c/o", DATA)
    box.post("c", headers={"X-Container-Read": ".r:a.org"})
    assert reads(box, "http://a.org", "c") == 401
    box.post("c", headers={"X-Container-Read": ".rlistings,.r:a.org"})
    assert box.anonymous("GET", "c", {"Referer": "http://a.org"}).lines == ["o"]
    assert box.anonymous("HEAD", "c", {"Referer": "http://a.org"}).status == 204
    assert reads(box, "http://b.org", "c") == 401


def test_a_token_makes_the_page_no_worse_and_no_better(
    box: SwiftClient, new_swift_user: Callable[[], SwiftClient]
) -> None:
    box.put("c/o", DATA)
    box.post("c", headers={"X-Container-Read": ".r:*,.r:-evil.org"})
    token = {"X-Auth-Token": new_swift_user().token}
    for page, status in (("http://evil.org", 403), ("http://a.org", 200)):
        headers = {**token, "Referer": page}
        assert box.raw("GET", box.url("c/o"), None, headers).status == status
    assert box.get("c/o", {"Referer": "http://evil.org"}).status == 200


def test_pages_lead_to_no_writing(box: SwiftClient) -> None:
    box.put("c/o", DATA)
    box.post("c", headers={"X-Container-Read": ".r:*"})
    page = {"Referer": "http://a.org"}
    for method in ("PUT", "POST", "DELETE", "COPY"):
        assert box.anonymous(method, "c/o", page).status == 401
    assert box.post("c", headers={"X-Container-Write": ".r:*"}).status == 400


@pytest.mark.requirement("S34")
def test_parts_of_a_large_object_are_read_by_the_same_rule(box: SwiftClient) -> None:
    box.put("parts")
    for number in "12":
        box.put(f"parts/{number}", number.encode())
    box.put("c/dynamic", b"", {"X-Object-Manifest": "parts/"})
    listed = b'[{"path": "parts/1"}, {"path": "parts/2"}]'
    static: dict[str, Any] = {"multipart-manifest": "put"}
    box.put("c/static", listed, **static)
    for name in ("c", "parts"):
        box.post(name, headers={"X-Container-Read": ".r:a.org"})
    for path in ("c/dynamic", "c/static"):
        assert box.anonymous("GET", path, {"Referer": "http://a.org"}).body == b"12"
        assert reads(box, "http://b.org", path) == 401
    box.post("parts", headers={"X-Container-Read": ".r:b.org"})
    assert box.anonymous("GET", "c/dynamic", {"Referer": "http://a.org"}).body == b""
    assert reads(box, "http://a.org", "c/static") == 409


@pytest.mark.parametrize(
    "rules",
    [
        ".r:",
        ".r",
        ".r:-",
        ".r:.",
        ".x:a",
        ".r:a b",
        ".r:a/b",
        ".r:*a",
        ".r:" + "a" * 257,
        ".rlistings:",
    ],
)
def test_rules_that_are_none_are_400_and_change_nothing(box: SwiftClient, rules: str) -> None:
    box.post("c", headers={"X-Container-Read": ".r:a.org"})
    assert box.post("c", headers={"X-Container-Read": f".r:*,{rules}"}).status == 400
    assert box.head("c")["X-Container-Read"] == ".r:a.org"


def test_lists_come_in_any_order_with_blanks(box: SwiftClient) -> None:
    sent = " olga , .rlistings,  .r:-b.org,.r:*, olga:pals, olga "
    assert box.post("c", headers={"X-Container-Read": sent}).status == 204
    assert box.head("c")["X-Container-Read"] == ".rlistings,.r:-b.org,.r:*,olga:pals,olga"
