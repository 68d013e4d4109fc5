"""Scripts of other origins: ``OPTIONS``, and ``Access-Control-*`` on replies."""

import pytest

from tests.swift.client import SwiftClient

SITE = "https://site.example"
ALLOWED = {"X-Container-Meta-Access-Control-Allow-Origin": f"https://a.example {SITE}"}


@pytest.fixture
def open_box(box: SwiftClient) -> SwiftClient:
    """A user with ``c/o``, which scripts of SITE may use."""
    more = {
        "X-Container-Meta-Access-Control-Max-Age": "300",
        "X-Container-Meta-Access-Control-Expose-Headers": "X-Mine",
    }
    box.post("c", headers={**ALLOWED, **more})
    box.put("c/o", b"x", {"X-Object-Meta-A": "1"})
    return box


def preflight(origin: str, method: str) -> dict[str, str]:
    wanted = {"Access-Control-Request-Headers": "x-auth-token, range"}
    return {"Origin": origin, "Access-Control-Request-Method": method, **wanted}


@pytest.mark.parametrize("path", ["c", "c/o", "c/none"])
def test_a_preflight_of_an_allowed_origin(open_box: SwiftClient, path: str) -> None:
    answer = open_box.anonymous("OPTIONS", path, preflight(SITE, "PUT"))
    assert answer.status == 200
    assert answer["Access-Control-Allow-Origin"] == SITE
    assert "PUT" in answer["Access-Control-Allow-Methods"].split(", ")
    assert answer["Access-Control-Allow-Headers"] == "x-auth-token, range"
    assert answer["Access-Control-Max-Age"] == "300"


@pytest.mark.parametrize(
    ("origin", "method"), [("https://other.example", "GET"), (SITE, "BREW"), ("null", "GET")]
)
def test_a_preflight_of_another(open_box: SwiftClient, origin: str, method: str) -> None:
    answer = open_box.anonymous("OPTIONS", "c/o", preflight(origin, method))
    assert (answer.status, answer.get("Access-Control-Allow-Methods")) == (401, None)


def test_without_an_origin_it_says_what_there_is(open_box: SwiftClient) -> None:
    answer = open_box.anonymous("OPTIONS", "c/o")
    assert answer.status == 200
    assert {"GET", "PUT", "OPTIONS"} <= set(answer["Allow"].split(", "))


def test_replies_may_be_read_by_an_allowed_origin(open_box: SwiftClient) -> None:
    answer = open_box.get("c/o", {"Origin": SITE})
    assert answer["Access-Control-Allow-Origin"] == SITE
    exposed = set(answer["Access-Control-Expose-Headers"].split(", "))
    assert {"etag", "x-trans-id", "x-object-meta-a", "x-mine"} <= exposed
    assert "Origin" in answer.headers.get_all("Vary", [])
    assert open_box.get("c/none", {"Origin": SITE})["Access-Control-Allow-Origin"] == SITE
    assert open_box.get("c", {"Origin": SITE})["Access-Control-Allow-Origin"] == SITE


def test_other_replies_may_not(open_box: SwiftClient) -> None:
    other = {"Origin": "https://other.example"}
    assert open_box.get("c/o", other).get("Access-Control-Allow-Origin") is None
    assert open_box.get("", {"Origin": SITE}).get("Access-Control-Allow-Origin") is None
    assert open_box.pithos.get("c/o", {"Origin": SITE}).get("Access-Control-Allow-Origin") is None


@pytest.mark.parametrize("path", ["c/o", "c/none", "c"])
def test_caches_are_told_that_another_origin_may_get_another_reply(
    open_box: SwiftClient, path: str
) -> None:
    other = {"Origin": "https://other.example"}
    assert "Origin" in open_box.get(path, other).headers.get_all("Vary", [])
    refused = open_box.anonymous("OPTIONS", path, preflight("https://other.example", "GET"))
    assert "Origin" in refused.headers.get_all("Vary", [])


def test_any_origin(box: SwiftClient) -> None:
    box.put("c", headers={"X-Container-Meta-Access-Control-Allow-Origin": "*"})
    answer = box.anonymous("OPTIONS", "c", preflight("https://any.example", "GET"))
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_no_container_allows_nothing(swift: SwiftClient) -> None:
    assert swift.anonymous("OPTIONS", "none/o", preflight(SITE, "GET")).status == 401


@pytest.mark.parametrize("path", ["\x01", "c\x01", "c\x01/o", "c" * 257, "\ufffe/o"])
def test_of_a_name_that_nothing_can_have_scripts_may_use_nothing(
    open_box: SwiftClient, path: str
) -> None:
    assert open_box.anonymous("OPTIONS", path, preflight(SITE, "GET")).status == 401
    for answer in (open_box.get(path, {"Origin": SITE}), open_box.put(path, b"", {"Origin": SITE})):
        assert (answer.status, answer.get("Access-Control-Allow-Origin")) == (400, None)
