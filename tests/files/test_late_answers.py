"""Answers that come late: nothing that was done or asked meanwhile is lost to them."""

from pathlib import Path

import pytest

from tests.files.browser import Page
from tests.files.test_upload import made, pick

pytestmark = pytest.mark.tools("chromedriver", "chromium", package="chromium-driver")

# The first request like this waits until ``letGo`` is called.
_DELAY = """
    const [method, end] = arguments, real = window.fetch;
    window.fetch = async (url, options) => {
        if (window.letGo || options?.method !== method || !String(url).split("?")[0].endsWith(end))
            return real(url, options);
        await new Promise((goOn) => { window.letGo = goOn; });
        const answer = await real(url, options);
        window.setTimeout(() => { window.came = true; });
        return answer;
    };"""


def delay(page: Page, method: str, end: str) -> None:
    """Let the first request of a method wait whose path ends so, until ``let_go``."""
    page.run(_DELAY, method, end)


def await_request(page: Page) -> None:
    page.wait(lambda: page.run("return !!window.letGo"))


def let_go(page: Page) -> None:
    """Let the request be sent, and wait for its answer."""
    page.run("window.letGo()")
    page.wait(lambda: page.run("return window.came"))


@pytest.fixture
def two(filled: Page) -> Page:
    """A folder with two files, with the details of a third at its side."""
    for name in ("one", "two"):
        headers = {"Content-Type": "text/plain", "X-Object-Meta-Name": name}
        filled.user.put(f"c/{name}", name.encode(), headers)
    filled.user.put("c/zero", b"zero")
    filled.open("my/c/", panel="facts", on="zero")
    filled.find("pithos-facts [name=type]")
    return filled


def look_at(page: Page, name: str) -> None:
    page.go("my/c/", panel="facts", on=name)


def shows_details_of(page: Page, name: str) -> bool:
    fields = page.all("pithos-facts [name=value]")
    return [field.get_property("value") for field in fields] == [name]


@pytest.mark.requirement("F15")
def test_the_details_of_one_file_are_not_shown_as_those_of_another(two):
    delay(two, "HEAD", "/c/one")
    look_at(two, "one")
    await_request(two)
    look_at(two, "two")
    two.wait(lambda: shows_details_of(two, "two"))
    let_go(two)
    assert shows_details_of(two, "two")


@pytest.mark.requirement("F15")
def test_a_type_is_changed_of_the_file_for_which_it_was_saved(two):
    look_at(two, "one")
    two.wait(lambda: shows_details_of(two, "one"))
    delay(two, "POST", "/c/one")
    two.type("pithos-facts [name=type]", "text/css")
    two.click("pithos-facts button.primary")
    await_request(two)
    look_at(two, "two")
    two.wait(lambda: shows_details_of(two, "two"))
    let_go(two)
    two.says("Saved")
    for name, kind in (("one", "text/css"), ("two", "text/plain")):
        got = two.user.get(f"c/{name}")
        assert (got.body, got["Content-Type"]) == (name.encode(), kind)


@pytest.mark.requirement("F8")
def test_an_upload_that_is_paused_before_it_knows_its_block_size_stays_so(filled, tmp_path: Path):
    filled.open("my/c/")
    content = made(tmp_path / "film", 2)
    delay(filled, "HEAD", "/c")
    pick(filled, tmp_path / "film")
    await_request(filled)
    filled.click("[aria-label='Pause film']")
    let_go(filled)
    filled.says("Paused")
    assert filled.user.head("c/film").status == 404
    filled.click("[aria-label='Go on with film']")
    filled.says("1 upload is over")
    assert filled.user.get("c/film").body == content


@pytest.mark.requirement("F2")
def test_nobody_is_told_that_a_folder_is_empty_before_that_is_known(filled):
    filled.open()
    filled.says("My files")
    delay(filled, "GET", "/c")
    filled.go("my/c/")
    await_request(filled)
    filled.says("Loading")
    assert "Nothing here yet" not in filled.find("main").text
    let_go(filled)
    filled.says("Nothing here yet")
