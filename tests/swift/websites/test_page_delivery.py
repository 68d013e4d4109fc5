"""Pages of websites are shown, and cannot act for the store (docs/security.md)."""

import pytest

from tests.api.client import Answer
from tests.swift.client import SwiftClient
from tests.swift.websites.conftest import HTML, describe, let_read

pytestmark = pytest.mark.requirement("S80")


def policy(answer: Answer) -> dict[str, str]:
    """The directives of the answer's policy; there is just one policy."""
    assert len(answer.headers.get_all("Content-Security-Policy", [])) == 1
    parts = answer["Content-Security-Policy"].split(";")
    return {part.split()[0]: " ".join(part.split()[1:]) for part in parts}


@pytest.mark.parametrize("kind", ["text/html", "TEXT/HTML; charset=x", "image/svg+xml", "text/xml"])
def test_a_page_is_shown_in_a_sandbox(site: SwiftClient, kind: str) -> None:
    site.put("c/p", b"<html/>", {"Content-Type": kind})
    answer = site.anonymous("GET", "c/p")
    assert answer["Content-Disposition"].startswith("inline")
    flags = policy(answer)["sandbox"].split()
    assert "allow-scripts" in flags
    assert not {"allow-same-origin", "allow-top-navigation"} & set(flags)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert (answer.get("Set-Cookie"), answer["Cache-Control"]) == (None, "no-cache, private")
    assert answer["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["c/", "c/docs/", "c/nothing", "c/a/", "c/a"])
def test_every_page_has_a_sandbox(site: SwiftClient, path: str) -> None:
    answer = site.anonymous("GET", path)
    if answer.status != 301:
        assert "allow-same-origin" not in policy(answer)["sandbox"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.get("Set-Cookie") is None


def test_listings_run_no_scripts(site: SwiftClient) -> None:
    for css in ("", "look.css"):
        describe(site, listings_css=css)
        told = policy(site.anonymous("GET", "c/a/"))
        assert "allow-scripts" not in told["sandbox"]
        assert (told["default-src"], "script-src" in told) == ("'none'", False)


@pytest.mark.parametrize("kind", ["application/pdf", "text/plain", "image/png", "a/b"])
def test_what_is_no_page_is_handed_out_as_ever(site: SwiftClient, kind: str) -> None:
    site.put("c/p", b"bytes", {"Content-Type": kind})
    seen, own = site.anonymous("GET", "c/p"), site.get("c/p")
    assert policy(seen) == {"sandbox": "", "default-src": "'none'"}
    assert seen.get("Content-Disposition") == own.get("Content-Disposition")


def test_what_the_owner_says_of_saving_counts(site: SwiftClient) -> None:
    site.put("c/p", b"<p>", {**HTML, "Content-Disposition": "attachment; filename=a.html"})
    assert site.anonymous("GET", "c/p")["Content-Disposition"] == "attachment; filename=a.html"
    asked = {"disposition-type": "attachment"}
    saved = site.raw("GET", site.url("c/docs/", **asked), None, {})
    assert saved["Content-Disposition"].startswith("attachment")


def test_pages_of_what_is_no_website_are_saved(box: SwiftClient) -> None:
    let_read(box, ".r:*")
    box.put("c/p", b"<p>", HTML)
    answer = box.anonymous("GET", "c/p")
    assert answer["Content-Disposition"].startswith("attachment")
    assert policy(answer) == {"sandbox": "", "default-src": "'none'"}
    describe(box, listings_css="x.css", directory_type="a/b", listings_label="x")
    assert box.anonymous("GET", "c/p")["Content-Disposition"].startswith("attachment")


def test_a_public_link_is_saved_whatever_its_container_is(site: SwiftClient) -> None:
    site.pithos.post("c/index.html", headers={"X-Object-Public": "true"}, update="")
    link = site.pithos.head("c/index.html")["X-Object-Public"]
    answer = site.raw("GET", "/public/" + link.rpartition("/")[2], None, {})
    assert answer["Content-Disposition"].startswith("attachment")
    assert policy(answer) == {"sandbox": "", "default-src": "'none'"}
