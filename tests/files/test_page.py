"""The page itself: who gets it, what it may load, how large it is, how it looks."""

import gzip
import json
import os
import shutil
import time
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from selenium.webdriver.common.keys import Keys

from tests.accounts.conftest import PASSWORD
from tests.files.test_vendored import STATIC

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text()
README = STATIC.parents[2] / "README.md"
PICTURE = STATIC.parents[2] / "docs/files.png"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Any two of a language, a width and a theme meet. The first of all is asked all rules.
LOOKS = {"en": ((360, "light"), (1280, "dark")), "el": ((1280, "light"), (360, "dark"))}
# What another language, another width or other colours can change.
SEEN = ["color-contrast", "target-size", "link-in-text-block"]
# Each view, how it is looked at, and what is there when it has what it shows.
PLACES: list[tuple[str, dict[str, str], str]] = [
    ("", {}, "pithos-containers tbody tr"),
    ("my/c/", {}, "pithos-grid .row"),
    ("my/c/", {"history": "1", "meta": "!color"}, "pithos-folder:has(.marks i, .builder) .row"),
    ("my/c/", {"panel": "facts", "on": "note.txt"}, "pithos-facts dl"),
    ("my/c/", {"panel": "versions", "on": "note.txt"}, "pithos-versions li"),
    ("my/c/", {"panel": "people", "on": "note.txt"}, "pithos-people p + form"),
    ("my/c/", {"panel": "links", "on": "note.txt"}, "pithos-links p"),
    ("my/c/", {"show": "note.txt"}, ".stage[aria-busy=false]"),
    ("shared", {}, "pithos-shared p"),
    ("links", {}, "pithos-links p"),
    ("usage", {}, "pithos-usage tbody tr"),
]
DIALOGS: list[tuple[str, dict[str, str], str]] = [
    ("", {}, "[data-act=new-container]"),
    ("", {}, ".menu-cell button"),
    ("my/c/", {}, "[data-act=new]"),
    ("my/c/", {}, "[data-act=upload]"),
    ("my/c/", {}, ".row .menu-cell button"),
    ("my/c/", {"history": "1"}, "[data-act=changes]"),
    ("my/c/", {"history": "1"}, "[data-act=deleted]"),
    ("my/c/", {}, ".head .round:nth-of-type(3)"),
]
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


def test_scripts_are_asked_for_at_each_visit_and_sent_when_they_have_changed(api):
    paths = [f"/static/files/{name}" for name in ("main.js", "core/api.js", "styles/base.css")]
    answers = [api.raw("GET", path) for path in paths]
    assert {answer["Cache-Control"] for answer in answers} == {"no-cache"}
    assert len({answer["ETag"] for answer in answers}) == 3
    for path, answer in zip(paths, answers, strict=True):
        again = api.raw("GET", path, headers={"If-None-Match": answer["ETag"]})
        assert (again.status, again.body, again["Cache-Control"]) == (304, b"", "no-cache")
        assert api.raw("GET", path, headers={"If-None-Match": 'W/"x"'}).body == answer.body


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
    assert min(painted(filled) for _ in range(3)) < 1000  # others use the machine, too
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
    # What is kept on the way outlives the page: it would change the language of the next test.
    page.wait(lambda: page.driver.get_cookie("django_language")["value"] == "en")


@BROWSER
@pytest.mark.requirement("F26", "F28")
def test_what_the_store_refuses_is_told_in_the_language_of_the_page(filled):
    filled.user.put("c/a.txt", b"x", {"X-Object-Meta-Hue": "red"})
    filled.driver.add_cookie({"name": "django_language", "value": "el"})
    filled.open("my/c/", panel="facts", on="a.txt")
    filled.type("pithos-facts [name=value]", "x" * 257)
    filled.click("pithos-facts button.primary")
    filled.says(
        "Η αποθήκη δεν το δέχτηκε: η τιμή ενός μεταδεδομένου έχει έως 256 χαρακτήρες."
        " Αλλάξτε το και δοκιμάστε ξανά."
    )


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


def lose_session(page) -> None:
    """End the session on the server, and meet that on making the folder "early"."""
    page.open("my/c/")
    page.says("Nothing here yet")
    Session.objects.filter(session_key=page.driver.get_cookie("sessionid")["value"]).delete()
    page.click("[data-act=new]")
    page.type("dialog [name=name]", "early")
    page.click("dialog button.primary")
    page.says("Your session is over. What is under way waits for you.")


def sign_in_elsewhere(page, place: str, shown: str) -> None:
    """Sign in by the form in another tab, up to what its next page shows, and come back."""
    first = page.driver.current_window_handle
    page.driver.switch_to.new_window("tab")
    page.driver.get(f"{page.origin}/account/sign-in?next={place}")
    page.type("[name=username]", page.user.account)
    page.type("[name=password]", PASSWORD)
    page.click("main button")
    page.find(shown)
    page.driver.close()
    page.driver.switch_to.window(first)


def goes_on(page) -> None:
    page.wait(lambda: not page.all(".banner"), "the session is still over")
    page.click("dialog button.primary")
    page.shows("early")


@BROWSER
def test_signing_in_by_the_form_in_another_tab_is_enough(filled):
    lose_session(filled)
    # In Chromium's shell no tab is ever hidden, as if it were in a window beside this one.
    sign_in_elsewhere(filled, "/files/", "pithos-files main")
    goes_on(filled)


@BROWSER
def test_who_has_signed_in_for_another_page_goes_on_when_this_one_is_seen_again(filled):
    lose_session(filled)
    sign_in_elsewhere(filled, "/account/", "#another")
    # Chromium says so by itself, its shell does not.
    filled.run("document.dispatchEvent(new Event('visibilitychange'))")
    goes_on(filled)


def painted(page) -> float:
    """After how many milliseconds a reader sees something."""
    page.open("my/c/")
    found = "performance.getEntriesByName('first-contentful-paint')"
    page.wait(lambda: page.run(f"return {found}.length"))
    return float(page.run(f"return {found}[0].startTime"))


def axe(page, rules: list[str] = RULES) -> list[str]:
    """What axe finds wrong by these tags or rules, on a page where it was loaded."""
    found = page.driver.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {runOnly: arguments[0], resultTypes: ['violations']}).then(r => done("
        "JSON.stringify(r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]))))",
        rules,
    )
    violations: list[str] = json.loads(found)
    return violations


def look(page, width: int, theme: str) -> None:
    """Make the window so wide, and the page of these colours."""
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    page.run("document.documentElement.dataset.theme = arguments[0]", theme)


@pytest.fixture(params=LOOKS)
def examined(request, filled):
    """The page with axe, in one of the languages: it is loaded once, for all views and dialogs."""
    filled.user.put("c/folder/file", b"x")
    filled.user.put("c/note.txt", b"x", headers={"Content-Type": "text/plain"})
    filled.driver.add_cookie({"name": "django_language", "value": request.param})
    filled.open()
    assert filled.find("html").get_attribute("lang") == request.param
    filled.run(AXE)
    yield filled
    filled.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@BROWSER
@pytest.mark.requirement("F27")
def test_axe_finds_nothing_wrong(examined):
    language = examined.find("html").get_attribute("lang")
    first = RULES if language == "en" else SEEN
    for place, query, shown in PLACES:
        examined.go(place, **query)
        examined.find(shown)
        for (width, theme), rules in zip(LOOKS[language], (first, SEEN), strict=True):
            look(examined, width, theme)
            assert axe(examined, rules) == [], (place, query, width)
            over = examined.run("return document.documentElement.scrollWidth > innerWidth")
            assert not over, (place, query, width)


@BROWSER
@pytest.mark.requirement("F27")
def test_axe_finds_nothing_wrong_with_dialogs_and_menus(examined):
    language = examined.find("html").get_attribute("lang")
    look(examined, 1280, {"en": "light", "el": "dark"}[language])
    for place, query, button in DIALOGS:
        examined.go(place, **query)
        examined.click(button)
        examined.find("dialog[open], [popover]")
        assert axe(examined, RULES if language == "en" else SEEN) == [], (place, button)
        examined.wait(lambda: escaped(examined), "it stays open")


def escaped(page) -> bool:
    """Press Escape, as often as this is asked: what is still about to open does not hear it."""
    page.press(Keys.ESCAPE)
    return not page.all("dialog[open], [popover]")


@BROWSER
def test_the_picture_of_the_readme_is_of_this_page(filled, tmp_path):
    """Written anew by PITHOS_PICTURE=1; it is of a page that the other tests use."""
    texts = {"Content-Type": "text/plain"}
    for name in ("Letters/Olga.txt", "Photos/Rhodes.txt", "Budget 2026.csv", "Plan.md"):
        filled.user.put(f"c/{name}", f"{name}\n".encode() * 900, headers=texts)
    time.sleep(0.6)
    filled.user.put("c/Plan.md", b"# The plan\n" * 700, headers=texts)
    filled.user.delete("c/Budget 2026.csv")
    filled.open("my/c/", history="1")
    filled.shows("Letters", "Photos", "Plan.md")
    filled.find(".marks i")
    filled.click("[aria-label='To the change before']")
    filled.shows("Letters", "Photos", "Budget 2026.csv", "Plan.md")
    filled.driver.save_screenshot(str(tmp_path / "files.png"))
    assert (tmp_path / "files.png").stat().st_size > 20_000
    if os.environ.get("PITHOS_PICTURE"):
        shutil.copy(tmp_path / "files.png", PICTURE)
    assert PICTURE.read_bytes().startswith(b"\x89PNG")
    assert f"({PICTURE.relative_to(PICTURE.parents[1])})" in README.read_text()
