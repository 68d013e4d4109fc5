"""Pages behind links in a browser: narrow and wide, light and dark, in both languages.

``LINKS_SHOTS=directory`` keeps a picture of each, to be looked at.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from accounts.tokens.tokens import create_token
from accounts.users.users import create_user
from tests.api.client import Client
from tests.api.links.visitors import make_link
from tests.api.server import Server
from tests.chromium import save_to
from tests.e2e.test_browser import follow, press
from tests.e2e.test_operators import (
    AXE,
    LANGUAGES,
    LOOK,
    LOOKS,
    RULES,
    SEEN,
    show,
    url,
)

pytestmark = pytest.mark.tools("chromedriver", "chromium", package="chromium-driver")

LONG = "a-very-long-name-without-any-blank-" * 4 + "end.tar.gz"
PAGES = ("image", "file", "folder", "below", "locked", "gone")


def picture(width: int = 960, height: int = 480) -> bytes:
    """A PNG with colours from one corner to the other."""
    lines = b"".join(
        b"\0" + bytes(v for x in range(width) for v in (x * 255 // width, y * 255 // height, 160))
        for y in range(height)
    )
    chunks = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0),
        b"IDAT": zlib.compress(lines, 9),
        b"IEND": b"",
    }
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks.items()
    )


@pytest.fixture(scope="module")
def places(server: Server, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """The paths of pages of each kind."""
    with django_db_blocker.unblock():
        user = create_user(f"links-{token_hex(4)}")
        client = Client(server.address, user.account, create_token(user))
    assert client.put("photos").status == 201
    for name, kind, body in (
        ("summer/sunset.png", "image/png", picture()),
        ("summer/σημειώσεις για το καλοκαίρι.txt", "text/plain; charset=utf-8", b"x" * 2345),
        (f"summer/{LONG}", "application/gzip", b"x" * 70_000),
        ("summer/more/a/b/c.txt", "text/plain", b"x"),
        ("summer/<img src=x onerror=alert(1)>.html", "text/html", b"<script>alert(1)</script>"),
        ("summer/\u202egpj.exe", "application/octet-stream", b""),
    ):
        assert client.put(f"photos/{name}", body, {"Content-Type": kind}).status == 201
    folder = make_link(client, "photos/summer", folder=True)
    yield {
        "image": make_link(client, "photos/summer/sunset.png", expires="2099-01-01"),
        "file": f"{folder}/{LONG}",
        "folder": folder,
        "below": f"{folder}/more/a/b/",
        "locked": make_link(client, "photos/summer/sunset.png", password="open sesame"),
        "gone": "/s/" + "x" * 22,
    }
    client.connection.close()


@pytest.fixture(scope="module")
def browser(unused: webdriver.Chrome, downloads: Path) -> webdriver.Chrome:
    """A browser of somebody who is not signed in."""
    save_to(unused, str(downloads))
    return unused


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the browser saves."""
    return tmp_path_factory.mktemp("downloads")


def keep_picture(browser: webdriver.Chrome, name: str, width: int, scheme: str) -> None:
    place = os.environ.get("LINKS_SHOTS")
    if place:
        height = browser.execute_script("return document.documentElement.scrollHeight")
        show(browser, width, scheme, min(height, 6000))
        browser.save_screenshot(f"{place}/{name}-{width}-{scheme}.png")


@pytest.mark.requirement("F23", "F27")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_everybody_can_use_the_page(
    browser: webdriver.Chrome, server: Server, places: dict[str, str], page: str, language: str
) -> None:
    browser.get(url(server, places["gone"]))
    browser.add_cookie({"name": "django_language", "value": language})
    browser.get_log("browser")
    browser.get(url(server, places[page]))
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == language
    browser.execute_script(AXE.read_text())
    first = RULES if language == "en" else SEEN
    for (width, scheme), rules in zip(LOOKS[language], (first, SEEN), strict=True):
        show(browser, width, scheme)
        assert browser.execute_async_script(LOOK, rules) == []
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        keep_picture(browser, f"{page}-{language}", width, scheme)
    told = [each["message"] for each in browser.get_log("browser") if each["level"] == "SEVERE"]
    assert [each for each in told if "status of 40" not in each] == []


@pytest.mark.requirement("F23")
def test_a_visitor_without_scripts_opens_a_link_and_saves_what_it_leads_to(
    browser: webdriver.Chrome, downloads: Path, server: Server, places: dict[str, str]
) -> None:
    browser.delete_all_cookies()
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(url(server, places["locked"]))
        for password, told in (("wrong", "The password is wrong."), ("open sesame", "sunset.png")):
            browser.find_element(By.NAME, "password").send_keys(password)
            press(browser, "Open")
            assert told in browser.find_element(By.TAG_NAME, "main").text
        shown = browser.find_element(By.TAG_NAME, "img")
        assert (shown.get_property("complete"), shown.get_property("naturalWidth")) == (True, 960)
        browser.find_element(By.CSS_SELECTOR, "a.primary").click()
        assert saved(downloads / "sunset.png") == picture()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def saved(place: Path) -> bytes:
    from tests.reliability.store import wait_for

    wait_for(lambda: place.exists() and place.stat().st_size > 0)
    return place.read_bytes()


def test_a_page_that_somebody_stored_does_not_run(
    browser: webdriver.Chrome, server: Server, places: dict[str, str]
) -> None:
    browser.get(url(server, places["folder"]))
    follow(browser, browser.find_element(By.PARTIAL_LINK_TEXT, "<img").click)
    assert "<img src=x onerror=alert(1)>.html" in browser.find_element(By.TAG_NAME, "h1").text
    before = browser.current_url
    browser.find_element(By.CSS_SELECTOR, "a.primary").click()
    assert browser.current_url == before  # it is saved
    browser.get(f"{before}?preview")
    assert "There is nothing here" in browser.find_element(By.TAG_NAME, "h1").text
