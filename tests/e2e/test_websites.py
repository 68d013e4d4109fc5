"""Websites of users in a browser: they look as they were made, and reach nothing of the store.

``WEBSITES_SHOTS=directory`` keeps a picture of each page, to be looked at.
"""

import os
from itertools import product

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.e2e.test_operators import AXE, LOOK, RULES, SEEN, show
from tests.files.conftest import sign_in
from tests.swift.client import SwiftClient, in_swift
from tests.swift.conftest import committed, new_swift_user, new_user, swift
from tests.swift.websites.conftest import describe, let_read

__all__ = ["committed", "new_swift_user", "new_user", "swift"]

pytestmark = [
    pytest.mark.tools("chromedriver", "chromium", package="chromium-driver"),
    pytest.mark.requirement("S80"),
]

WIDTHS, SCHEMES = (1280, 360), ("light", "dark")
HTML = """<!DOCTYPE html><html lang="en"><title>Home</title>
<link rel="stylesheet" href="look/style.css"><h1>A site</h1><img src="look/dot.svg" alt="">
<p><a href="texts">Texts</a></p><form action="found.html"><button>Find</button></form>
<script src="look/run.js"></script>"""
FILES = {
    "index.html": ("text/html", HTML),
    "found.html": ("text/html", "<title>Found</title>"),
    "404error.html": ("text/html", "<title>Lost</title>"),
    "look/style.css": ("text/css", "h1 { color: rgb(1, 2, 3) }"),
    "look/dot.svg": (
        "image/svg+xml",
        '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"></svg>',
    ),
    "look/run.js": ("text/javascript", "document.querySelector('h1').append(', running')"),
    "texts/σημειώσεις για το καλοκαίρι.txt": ("text/plain; charset=utf-8", "notes"),
    "texts/" + "a-long-name-without-any-blank-" * 6 + ".pdf": ("application/pdf", "%PDF"),
    "texts/<img src=x onerror=alert(1)>.jpg": ("image/jpeg", ""),
    "texts/javascript:alert(1)": ("text/plain", "text"),
    "texts/more/a.txt": ("text/plain", "x" * 70_000),
}

# Everything that a page could want of the store, each with what came of it.
ATTACK = """<!DOCTYPE html><title>attack</title><iframe src="/account/"></iframe><script>
const outcomes = {}, mine = '/v1/AUTH_ACCOUNT';
const attempt = async (name, act) => {
    try { outcomes[name] = 'got ' + await act() } catch (error) { outcomes[name] = error.name }
};
const read = (url, options) => async () =>
    (await fetch(url, {credentials: 'include', ...options})).text();
const later = ms => new Promise(done => setTimeout(done, ms));
(async () => {
    await attempt('origin', () => self.origin);
    await attempt('cookie', () => document.cookie);
    await attempt('localStorage', () => localStorage.length);
    await attempt('sessionStorage', () => sessionStorage.length);
    await attempt('database', () => indexedDB.open('x'));
    await attempt('worker', () => navigator.serviceWorker.register('worker.js'));
    await attempt('page', read('/account/'));
    await attempt('files', read('/files/'));
    await attempt('api', read(mine + '?format=json'));
    await attempt('token', read('/account/session-token', {method: 'POST'}));
    await attempt('simple', read('/account/session-token',
        {method: 'POST', body: new URLSearchParams({csrfmiddlewaretoken: 'x'})}));
    await attempt('put', read(mine + '/c/planted', {method: 'PUT', body: 'x'}));
    await later(2000);  // now the windows have what they were opened with
    await attempt('frame', () => frames[0].document.title);
    await attempt('window', () => opened.document.title);
    await attempt('blank', () => blank.document.cookie);
    await attempt('parent', () => opener.document.title);
    document.title = 'over';
})();
const opened = window.open('/account/'), blank = window.open('about:blank');
document.outcomes = outcomes;
</script>"""
REFUSED = {
    *("cookie", "localStorage", "sessionStorage", "database", "worker", "frame", "window"),
    *("page", "files", "api", "token", "simple", "put", "blank", "parent"),
}


@pytest.fixture(scope="module")
def browser(unused: webdriver.Chrome) -> webdriver.Chrome:
    return unused


@pytest.fixture
def site(swift: SwiftClient, committed: None) -> SwiftClient:
    """A website of a user who is called ``owner`` here."""
    swift.put("site")
    let_read(swift, ".r:*,.rlistings", "site")
    describe(swift, "site", index="index.html", listings="true", error="error.html")
    for name, (kind, body) in FILES.items():
        assert swift.put(f"site/{name}", body.encode(), {"Content-Type": kind}).status == 201
    return swift


def address(site: SwiftClient, path: str) -> str:
    host, port = site.address
    return f"http://{host}:{port}{site.url('site')}/{path}"


def keep_picture(browser: webdriver.Chrome, name: str, width: int, scheme: str) -> None:
    place = os.environ.get("WEBSITES_SHOTS")
    if place:
        browser.save_screenshot(f"{place}/{name}-{width}-{scheme}.png")


def test_a_site_looks_and_works_as_it_was_made(
    browser: webdriver.Chrome, site: SwiftClient
) -> None:
    browser.get(address(site, ""))
    heading = browser.find_element(By.TAG_NAME, "h1")
    WebDriverWait(browser, 60).until(lambda _: heading.text == "A site, running")
    assert heading.value_of_css_property("color") == "rgba(1, 2, 3, 1)"
    assert browser.find_element(By.TAG_NAME, "img").get_property("naturalWidth") == 7
    browser.find_element(By.TAG_NAME, "button").click()
    WebDriverWait(browser, 60).until(lambda shown: shown.title == "Found")
    browser.get(address(site, "nothing/at/all"))
    assert browser.title == "Lost"
    browser.get(address(site, ""))
    browser.find_element(By.LINK_TEXT, "Texts").click()
    WebDriverWait(browser, 60).until(lambda shown: shown.current_url == address(site, "texts/"))
    browser.find_element(By.LINK_TEXT, "javascript:alert(1)").click()
    WebDriverWait(browser, 60).until(lambda shown: "notes" not in shown.title)
    assert browser.find_element(By.TAG_NAME, "body").text == "text"


def test_a_page_reaches_nothing_of_who_is_signed_in(
    browser: webdriver.Chrome, site: SwiftClient
) -> None:
    attack = ATTACK.replace("ACCOUNT", site.account).encode()
    site.put("site/attack.html", attack, {"Content-Type": "text/html"})
    site.put("site/worker.js", b"", {"Content-Type": "text/javascript"})
    site.put("c")
    sign_in(browser, site)
    browser.get(address(site, "attack.html"))
    page = browser.current_window_handle
    WebDriverWait(browser, 60).until(lambda shown: shown.title == "over")
    outcomes = browser.execute_script("return document.outcomes")
    for handle in set(browser.window_handles) - {page}:
        browser.switch_to.window(handle)
        browser.close()
    browser.switch_to.window(page)
    assert outcomes.pop("origin") == "got null"
    assert {name for name, told in outcomes.items() if not told.startswith("got")} == REFUSED
    assert outcomes.keys() == REFUSED
    assert in_swift(site).head("c/planted").status == 404
    browser.get(address(site, "").partition("/v1/")[0] + "/account/")
    assert site.account in browser.page_source  # the window was that of who is signed in


@pytest.mark.requirement("S75")
@pytest.mark.parametrize("path", ["texts/", "texts/more/", "texts/?limit=2"])
def test_a_listing_is_fit_for_everybody(
    browser: webdriver.Chrome, site: SwiftClient, path: str
) -> None:
    browser.get(address(site, path))
    for width, scheme in product(WIDTHS, SCHEMES):
        show(browser, width, scheme)
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        assert wide <= width
        keep_picture(browser, path.replace("/", "-"), width, scheme)
    copied = browser.page_source  # axe is a script, which the page does not run
    browser.get("about:blank")
    browser.execute_script("document.write(arguments[0]); document.close()", copied)
    browser.execute_script(AXE.read_text())
    for width, scheme in product(WIDTHS, SCHEMES):
        show(browser, width, scheme)
        first = (width, scheme) == (WIDTHS[0], SCHEMES[0])
        assert browser.execute_async_script(LOOK, RULES if first else SEEN) == []


@pytest.mark.requirement("S75")
def test_a_style_sheet_of_the_site_changes_a_listing(
    browser: webdriver.Chrome, site: SwiftClient
) -> None:
    describe(site, "site", listings_css="look/style.css")
    browser.get(address(site, "texts/more/"))
    heading = browser.find_element(By.TAG_NAME, "h1")
    assert heading.value_of_css_property("color") == "rgba(1, 2, 3, 1)"
