"""Operators' pages in a browser: narrow and wide, light and dark, in both languages.

``OPERATORS_SHOTS=directory`` keeps a picture of each, to be looked at.
"""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from django.db import connection
from selenium import webdriver
from selenium.webdriver.common.by import By

from accounts.models import User
from accounts.tokens.tokens import create_token
from accounts.users.users import create_user
from operators.models import JobRun
from operators.services.history import reading, recording
from operators.services.jobs import runs
from operators.services.overview import read_figures
from operators.values.jobs import RunState
from tests.api.client import Client
from tests.api.server import Server
from tests.e2e.test_browser import PASSWORD, follow, hashed

pytestmark = pytest.mark.tools("chromedriver", "chromium", package="chromium-driver")

AXE = Path(__file__).with_name("axe.min.js")
LANGUAGES = ("en", "el")
# Each language is seen at each width and in each colours, and so are all widths in all colours.
LOOKS = {"en": ((1280, "light"), (360, "dark")), "el": ((1280, "dark"), (360, "light"))}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another language, another width or other colours can change.
SEEN = {"type": "rule", "values": ["color-contrast", "target-size", "link-in-text-block"]}
LOOK = """
    const done = arguments[1];
    const told = {runOnly: arguments[0], resultTypes: ['violations']};
    axe.run(told).then(found => done(found.violations.map(
        each => each.id + ': ' + each.nodes.map(node => node.html).join(' '))))"""

PAGES = [
    *("", "accounts", "accounts?q=no-such-", "accounts/{account}"),
    *("find", "find?q={account}/photos/", f"find?q={'0' * 64}"),
    "object?account={account}&container=photos&name=summer.jpg",
    "jobs",
    *("identity", "report", "uploads", "jobs/{running}", "jobs/{killed}"),
    *("shares?account={account}", "audit?account={account}", "sign-ins"),
]


@pytest.fixture(scope="module")
def account(server: Server, django_db_blocker: Any) -> str:
    """A user with a token, an object and a history; an operator looks at them."""
    with django_db_blocker.unblock():
        user = create_user(f"δημήτρης-{token_hex(4)}.with-a-long-name.example.org")
        client = Client(server.address, user.account, create_token(user, label="laptop"))
        assert client.put("photos").status == 201
        shared = {"X-Object-Public": "true", "X-Object-Sharing": "read=*"}
        assert client.put("photos/gone.jpg", b"x").status == 201
        assert client.delete("photos/gone.jpg").status == 204
        for body in (b"x", b"x" * 100_000):
            assert client.put("photos/summer.jpg", body, shared).status == 201
        limits = b'{"downloads": 5}'
        assert client.post("photos/summer.jpg", limits, link="").status == 201
        client.connection.close()
        figures = read_figures()
        assert figures is not None
        recording.record_store(reading.today(), figures)
        recording.record_accounts(reading.today())
    return user.account


@pytest.fixture(scope="module")
def jobs(server: Server, django_db_blocker: Any) -> Iterator[dict[str, int]]:
    """A job that is under way, as this process says, and one whose process is gone."""
    told = ["damaged " + "0" * 64, "missing " + "1" * 64]
    so_far = {"blocks": 1234, "bytes": 1 << 40, "sound": 1232, "damaged": 2}
    common = {"by": "somebody", "state": RunState.RUNNING, "result": so_far, "told": told}
    with django_db_blocker.unblock():
        running = JobRun.objects.create(kind="fsck", label="reading", done=4, total=10, **common)
        killed = JobRun.objects.create(kind="scrub", **common)
        with runs.alive(running.pk):
            yield {"running": running.pk, "killed": killed.pk}
        JobRun.objects.filter(pk__in=(running.pk, killed.pk)).delete()
        connection.close()  # which gives the lock back


@pytest.fixture(scope="module")
def names(account: str, jobs: dict[str, int]) -> dict[str, Any]:
    """What stands in the addresses of pages."""
    return {"account": account, **jobs}


@pytest.fixture(scope="module")
def operator(server: Server, django_db_blocker: Any) -> str:
    with django_db_blocker.unblock():
        user = create_user(f"operator-{token_hex(4)}", operator=True)
        User.objects.filter(pk=user.pk).update(password=hashed(PASSWORD))
    return user.account


@pytest.fixture(scope="module")
def browser(unused: webdriver.Chrome, server: Server, operator: str) -> webdriver.Chrome:
    """A browser where an operator is signed in."""
    unused.get(url(server, "/account/sign-in"))
    unused.find_element(By.NAME, "username").send_keys(operator)
    unused.find_element(By.NAME, "password").send_keys(PASSWORD)
    follow(unused, unused.find_element(By.CSS_SELECTOR, "button.primary").click)
    return unused


def url(server: Server, path: str) -> str:
    host, port = server.address
    return f"http://{host}:{port}{path}"


def show(browser: webdriver.Chrome, width: int, scheme: str, height: int = 900) -> None:
    """Make the window so wide, for eyes that like it so."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def keep_picture(browser: webdriver.Chrome, page: str, width: int, scheme: str) -> None:
    place = os.environ.get("OPERATORS_SHOTS")
    if place:
        height = browser.execute_script("return document.documentElement.scrollHeight")
        show(browser, width, scheme, min(height, 6000))
        language = browser.find_element(By.TAG_NAME, "html").get_attribute("lang")
        name = f"{page.partition('?')[0].replace('/', '-') or 'overview'}-{language}"
        browser.save_screenshot(f"{place}/{name}-{width}-{scheme}.png")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_everybody_can_use_the_page(
    browser: webdriver.Chrome, server: Server, names: dict[str, Any], page: str, language: str
) -> None:
    browser.add_cookie({"name": "django_language", "value": language})
    browser.get(url(server, f"/operators/{page.format(**names)}"))
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == language
    browser.execute_script(AXE.read_text())
    first = RULES if language == "en" else SEEN
    for (width, scheme), rules in zip(LOOKS[language], (first, SEEN), strict=True):
        show(browser, width, scheme)
        assert browser.execute_async_script(LOOK, rules) == []
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        keep_picture(browser, page, width, scheme)
    log = browser.get_log("browser")
    assert [each["message"] for each in log if each["level"] == "SEVERE"] == []


def test_a_chart_has_its_table_without_scripts(
    browser: webdriver.Chrome, server: Server, account: str
) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(url(server, "/operators/"))
        chart = browser.find_element(By.ID, "chart-bytes")
        chart.find_element(By.TAG_NAME, "summary").click()
        assert f"{reading.today()}" in chart.find_element(By.TAG_NAME, "tbody").text
        drawing = chart.find_element(By.CSS_SELECTOR, "svg.drawing")
        assert drawing.size["height"] > 100
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_quota_is_changed_by_clicks(
    browser: webdriver.Chrome, server: Server, account: str
) -> None:
    show(browser, 360, "light")
    browser.add_cookie({"name": "django_language", "value": "en"})
    browser.get(url(server, "/operators/accounts"))
    browser.find_element(By.NAME, "q").send_keys(account[:12])
    follow(browser, browser.find_element(By.CSS_SELECTOR, ".search button").click)
    follow(browser, browser.find_element(By.LINK_TEXT, account).click)
    field = browser.find_element(By.NAME, "quota")
    field.send_keys("7G")
    follow(browser, field.submit)
    assert "The quota is changed." in browser.find_element(By.TAG_NAME, "main").text
    assert "quota: 7 GiB" in browser.find_element(By.CLASS_NAME, "tiles").text


def test_a_token_is_tried_by_typing_it(
    browser: webdriver.Chrome, server: Server, account: str
) -> None:
    browser.get(url(server, "/operators/identity"))
    browser.find_element(By.NAME, "token").send_keys("nobody-has-this")
    follow(browser, browser.find_element(By.NAME, "token").submit)
    assert "No backend knows it" in browser.find_element(By.CLASS_NAME, "note").text
    browser.execute_script(AXE.read_text())
    assert browser.execute_async_script(LOOK, RULES) == []


def test_a_deleted_object_is_brought_back_by_clicks(
    browser: webdriver.Chrome, server: Server, account: str
) -> None:
    show(browser, 1280, "light")
    browser.get(url(server, "/operators/find"))
    browser.find_element(By.ID, "q").send_keys(f"{account}/photos/")
    follow(browser, browser.find_element(By.CSS_SELECTOR, ".search button").click)
    row = browser.find_element(By.XPATH, "//tr[contains(., 'gone.jpg')]")
    follow(browser, row.find_element(By.TAG_NAME, "button").click)
    assert "It is back" in browser.find_element(By.TAG_NAME, "main").text
    assert browser.find_element(By.TAG_NAME, "h1").text == "gone.jpg"


def test_the_checker_is_the_one_that_was_chosen() -> None:
    """axe-core 4.14.1 of Deque, MPL 2.0, as npm has it; only tests use it."""
    digest = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
    assert sha256(AXE.read_bytes()).hexdigest() == digest
