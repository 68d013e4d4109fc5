"""Websites show nobody what they may not read (issue 17, 2)."""

from collections.abc import Callable

import pytest

from accounts.models import User
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token
from accounts.users.users import find_user
from tests.api.client import Answer
from tests.swift.client import SwiftClient, visit
from tests.swift.websites.conftest import HTML, INDEX, let_read

pytestmark = pytest.mark.requirement("S78")

PATHS = ("c", "c/", "c/index.html", "c/docs", "c/docs/", "c/a/", "c/nothing")
SEEN = {
    # who may read → the statuses of PATHS
    "": [401] * 7,
    ".rlistings": [401] * 7,
    ".r:*": [301, 200, 200, 301, 200, 401, 404],
    ".r:*,.rlistings": [301, 200, 200, 301, 200, 200, 404],
    ".r:good.org,.rlistings": [401] * 7,
    ".r:*,.r:-evil.org": [301, 200, 200, 301, 200, 401, 404],
}


@pytest.mark.parametrize("readers", SEEN)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_strangers_see_what_the_list_of_readers_says(
    site: SwiftClient, readers: str, method: str
) -> None:
    site.put("c/401error.html", b"<p>no", HTML)
    let_read(site, readers)
    answers = [site.anonymous(method, path) for path in PATHS]
    assert [answer.status for answer in answers] == SEEN[readers]
    if not readers:
        assert {answer.body for answer in answers} <= {b"", answers[0].body}
        assert b"<p>no" not in answers[0].body


def test_a_private_website_is_not_told_from_what_is_not_there(site: SwiftClient) -> None:
    let_read(site, "")
    private, absent = (site.anonymous("GET", f"{name}/x") for name in ("c", "none"))
    assert (private.status, private.body) == (absent.status, absent.body)
    private, absent = (site.anonymous("GET", name) for name in ("c", "none"))
    assert (private.status, private.body) == (absent.status, absent.body)


@pytest.mark.parametrize(("page", "status"), [("http://good.org/x", 200), ("http://a.org", 401)])
def test_rules_about_referrers_hold(site: SwiftClient, page: str, status: int) -> None:
    let_read(site, ".r:good.org,.rlistings")
    for path in ("c/", "c/docs/", "c/a/"):
        assert site.anonymous("GET", path, {"Referer": page}).status == status


def test_users_who_ask_for_pages_have_their_own_rights(
    site: SwiftClient, new_swift_user: Callable[[], SwiftClient]
) -> None:
    let_read(site, "")
    guest = visit(new_swift_user(), site)
    asked = {"X-Web-Mode": "true"}
    assert [guest.get(path, asked).status for path in PATHS] == [403] * 7
    let_read(site, "*:*")
    assert [guest.get(path, asked).status for path in PATHS] == SEEN[".r:*,.rlistings"]
    assert guest.get("c/", asked).body == INDEX


def test_a_token_that_is_nobody_s_sees_nothing(site: SwiftClient) -> None:
    let_read(site, ".r:*,.rlistings")
    for name in ("X-Auth-Token", "X-Storage-Token"):
        asked = {"X-Web-Mode": "true", name: "wrong"}
        answers = [site.raw("GET", site.url(path), None, asked) for path in PATHS]
        assert [answer.status for answer in answers] == [401] * 7


def test_a_page_for_errors_that_is_not_for_all_is_not_shown(
    site: SwiftClient, new_swift_user: Callable[[], SwiftClient]
) -> None:
    let_read(site, "")
    shared = {"X-Object-Sharing": "read=*"}
    assert site.pithos.post("c/a/b.html", headers=shared, update="").status == 202
    guest = visit(new_swift_user(), site)
    answer = guest.get("c/a", {"X-Web-Mode": "true"})
    assert b"nothing here" not in answer.body


def test_a_limited_token_sees_pages_below_its_prefix(site: SwiftClient, committed: None) -> None:
    scope = Scope(container="c", prefix="docs/")
    token = create_token(find_user(site.account), scope=scope)
    asked = {"X-Web-Mode": "true", "X-Auth-Token": token}

    def see(path: str) -> Answer:
        return site.raw("GET", site.url(path), None, asked)

    assert see("c/docs/").body == b"<p>docs"
    assert [see(path).status for path in ("c/", "c/a/", "c/nothing")] == [403] * 3


def test_a_suspended_user_s_website_is_not_there(site: SwiftClient, committed: None) -> None:
    User.objects.filter(account=site.account).update(is_active=False)
    statuses = [site.anonymous("GET", path).status for path in PATHS]
    assert statuses == [404] * 7
    assert b"<p>nothing" not in site.anonymous("GET", "c/nothing").body


def test_the_metadata_that_makes_a_website_is_the_owner_s_to_say(
    site: SwiftClient, new_swift_user: Callable[[], SwiftClient]
) -> None:
    site.post("c", headers={"X-Container-Write": "*:*"})
    guest = visit(new_swift_user(), site)
    said = {"X-Container-Meta-Web-Error": "x.html"}
    assert guest.post("c", headers=said).status == 403
    assert site.anonymous("POST", "c", said).status == 401


@pytest.mark.requirement("S67")
def test_an_index_that_is_a_symlink_is_read_with_the_visitor_s_rights(site: SwiftClient) -> None:
    site.put("other")
    site.put("other/page", b"<p>other", HTML)
    assert site.put("c/docs/index.html", b"", {"X-Symlink-Target": "other/page"}).status == 201
    site.put("c/401error.html", b"<p>not you", HTML)
    refused = site.anonymous("GET", "c/docs/")
    assert (refused.status, refused.body) == (401, b"<p>not you")
    let_read(site, ".r:*", "other")
    answer = site.anonymous("GET", "c/docs/")
    assert (answer.status, answer.body) == (200, b"<p>other")
    assert answer["Content-Location"] == site.url("other/page")
    assert site.anonymous("GET", "c/docs/index.html", symlink="get").body == b""
