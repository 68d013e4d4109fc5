"""What is answered where there is no page, and what browsers are told about every page."""

import re
from collections.abc import Iterator

import pytest

from tests.api.client import Client
from tests.api.server import Serve, Server

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def strict(serve: Serve) -> Iterator[Server]:
    """A server as in production: without Django's own error pages."""
    with serve(PITHOS_DEBUG="0", PITHOS_WORKERS="1") as running:
        yield running


@pytest.fixture
def anybody(strict: Server) -> Iterator[Client]:
    client = Client(strict.address, "", "")
    yield client
    client.connection.close()


def test_a_browser_is_shown_where_it_can_go_on(anybody: Client) -> None:
    answer = anybody.raw("GET", "/nothing", headers=HTML)
    assert (answer.status, answer["Content-Type"]) == (404, "text/html; charset=utf-8")
    page = answer.body.decode()
    assert "<h1>There is nothing here</h1>" in page
    assert 'href="/static/accounts/pages.css"' in page
    assert 'href="/account/"' in page


@pytest.mark.parametrize("accept", ["*/*", "application/json"])
def test_a_program_is_told_in_a_line(anybody: Client, accept: str) -> None:
    answer = anybody.raw("GET", "/demo/photos", headers={"Accept": accept})
    assert (answer.status, answer["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert answer.body.startswith(b"There is nothing here. Objects are below")


def test_what_was_asked_for_is_not_repeated(anybody: Client) -> None:
    for headers in (HTML, {}):
        answer = anybody.raw("GET", "/%3Cscript%3Ealert(1)%3C/script%3E?x=<b>", headers=headers)
        assert answer.status == 404
        assert b"alert" not in answer.body
        assert b"<b>" not in answer.body


@pytest.mark.parametrize("path", ["/", "/account/sign-in", "/admin/", "/v3/auth/tokens"])
def test_a_name_that_is_not_ours_is_told_how_it_becomes_ours(anybody: Client, path: str) -> None:
    for headers in (HTML, {}):
        answer = anybody.raw("GET", path, headers={"Host": "192.168.1.5:8000", **headers})
        assert answer.status == 400
        assert b"PITHOS_ALLOWED_HOSTS" in answer.body
        assert b"192.168" not in answer.body


def test_the_log_says_once_a_minute_which_name_is_not_ours(strict: Server, anybody: Client) -> None:
    """Of all that the other tests and this one have asked for within the minute."""
    for number in range(5):
        assert anybody.raw("GET", "/", headers={"Host": f"store-{number}.lan"}).status == 400
    said = [line for line in strict.errors().splitlines() if "PITHOS_ALLOWED_HOSTS" in line]
    assert len(said) == 1
    assert re.search(r"WARNING accounts\.middleware \[tx.+\] 400 under the name '\S+'", said[0])


def test_a_form_from_elsewhere_is_refused_on_a_page_of_ours(anybody: Client) -> None:
    form = b"username=a&password=b"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = anybody.raw("POST", "/account/sign-in", form, {**HTML, **kind})
    assert answer.status == 403
    assert b"<h1>This form was not taken</h1>" in answer.body


PAGES = ["/nothing", "/account/sign-in", "/admin/login/", "/account/", "/static/nothing"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_a_policy_that_lets_nothing_in(anybody: Client, path: str) -> None:
    policy = anybody.raw("GET", path, headers=HTML)["Content-Security-Policy"] or ""
    rules = dict(each.strip().split(" ", 1) for each in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    scripts = rules.get("script-src", "'none'")
    assert scripts == ("'self'" if path.startswith("/admin/") else "'none'")
    assert "unsafe" not in policy
    assert "*" not in policy


def test_a_browser_finds_an_icon(anybody: Client) -> None:
    place = anybody.raw("GET", "/favicon.ico")["Location"] or ""
    icon = anybody.raw("GET", place)
    assert (icon.status, icon["Content-Type"]) == (200, "image/svg+xml")
    for page in ("/account/sign-in", "/admin/login/", "/nothing"):
        shown = anybody.raw("GET", page, headers=HTML).body.decode()
        assert re.search(rf'<link rel="icon" href="{place}"', shown)
