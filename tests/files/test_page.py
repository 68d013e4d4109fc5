"""The page itself: who gets it, what it may load, how large it is, how it looks."""

import gzip
import json
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from tests.files.test_vendored import STATIC

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BROWSER = pytest.mark.tools("chromedriver", "chromium", package="chromium-driver")
POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self';"
    " img-src 'self'; media-src 'self'; connect-src 'self'; frame-src 'self';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def test_who_is_not_signed_in_is_sent_to_sign_in(api):
    answer = api.raw("GET", "/files/")
    assert (answer.status, answer["Location"]) == (302, "/account/sign-in?next=/files/")


def test_browsers_are_led_there_from_the_root_and_programs_are_not(api):
    answer = api.raw("GET", "/", headers={"Accept": "text/html"})
    assert (answer.status, answer["Location"]) == (302, "/files/")
    assert api.raw("GET", "/").status == 300


def test_a_worker_may_run_web_assembly_and_nothing_else_may(api):
    worker = api.raw("GET", "/static/files/upload/hash_worker.js")
    assert worker["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"
    )
    other = api.raw("GET", "/static/files/main.js")
    assert "wasm" not in (other.get("Content-Security-Policy") or "")


@BROWSER
@pytest.mark.requirement("F29")
def test_the_first_view_is_small_and_asks_no_other_host(filled):
    filled.open("my/c/")
    filled.says("Nothing here yet")
    loaded = filled.run("return performance.getEntriesByType('resource').map(e => e.name)")
    assert all(url.startswith(filled.origin) for url in loaded)
    scripts = [url.partition("/static/files/")[2] for url in loaded if url.endswith(".js")]
    assert len(scripts) > 20
    packed = sum(len(gzip.compress((STATIC / name).read_bytes(), 6)) for name in set(scripts))
    assert packed < 100_000
    shown = filled.run("return performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert shown < 1000
    assert filled.refusals() == []


@BROWSER
@pytest.mark.requirement("F26")
def test_the_language_is_changed_at_once_and_stays(page):
    page.open()
    page.click("button", text="Ελληνικά")
    page.says("Τα αρχεία μου")
    page.wait(lambda: page.driver.get_cookie("django_language"))
    page.driver.refresh()
    page.says("Καλώς ορίσατε")
    assert page.find("html").get_attribute("lang") == "el"
    page.click("button", text="English")
    page.says("My files")


@BROWSER
@pytest.mark.requirement("F25")
def test_the_theme_is_chosen_and_stays_and_tokens_are_a_click_away(page):
    page.open()
    page.click("[aria-label='Light or dark']")
    page.click("[role=menuitem]", text="Dark")
    page.driver.refresh()
    page.find("main")
    assert page.find("html").get_attribute("data-theme") == "dark"
    page.click("[aria-label='Light or dark']")
    page.click("[role=menuitem]", text="As the system")
    page.click(".person")
    page.click("[role=menuitem]", text="Tokens")
    page.says("Make another")


@BROWSER
@pytest.mark.requirement("F27")
def test_a_question_mark_lists_the_keys_and_single_letters_can_be_switched_off(filled):
    filled.open("my/c/")
    filled.says("Nothing here yet")
    filled.press("?")
    filled.says("To the folder above")
    filled.click("label.choice input")
    filled.click("dialog header button")
    filled.press("?")
    assert not filled.all("dialog")
    filled.run("localStorage.clear()")


@BROWSER
def test_a_session_that_is_over_is_said_and_goes_on_after_signing_in(filled):
    filled.open("my/c/")
    cookie = filled.driver.get_cookie("sessionid")
    filled.driver.delete_cookie("sessionid")
    filled.driver.refresh()
    filled.says("Sign in")
    assert "/account/sign-in" in filled.driver.current_url
    filled.driver.add_cookie({"name": "sessionid", "value": cookie["value"]})
    filled.open("my/c/")
    filled.says("Nothing here yet")


def axe(page) -> list[str]:
    """What axe finds wrong."""
    page.run(AXE)
    found = page.driver.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {runOnly: arguments[0]}).then(r => done(JSON.stringify("
        "r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]))))",
        RULES,
    )
    violations: list[str] = json.loads(found)
    return violations


@BROWSER
@pytest.mark.requirement("F27")
@pytest.mark.parametrize("language", ["en", "el"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_wrong(filled, language, width):
    filled.user.put("c/folder/file", b"x")
    filled.user.put("c/note.txt", b"x")
    filled.driver.add_cookie({"name": "django_language", "value": language})
    filled.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False},
    )
    try:
        for theme in ("light", "dark"):
            for place in ("", "my/c/"):
                filled.open(place)
                filled.run("document.documentElement.dataset.theme = arguments[0]", theme)
                filled.wait(lambda: filled.driver.find_elements(By.CSS_SELECTOR, ".row, tbody tr"))
                assert axe(filled) == [], (theme, place)
                over = filled.run("return document.documentElement.scrollWidth > innerWidth")
                assert not over
    finally:
        filled.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
