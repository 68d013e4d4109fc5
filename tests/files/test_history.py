"""Time: versions of a file, a folder as it was, what changed, and the way back."""

import time
import zipfile

import pytest
from selenium.webdriver.common.keys import Keys

from tests.chromium import save_to
from tests.factories import find_container, insert_objects
from tests.files.browser import Page

pytestmark = pytest.mark.tools("chromedriver", "chromium", package="chromium-driver")

TEXT = {"Content-Type": "text/plain"}


def versions(page: Page) -> list[str]:
    return [row.text for row in page.all("pithos-versions li")]


def menu(page: Page, row: int, text: str) -> None:
    page.wait(lambda: len(page.all("pithos-versions li button")) > row)
    page.all("pithos-versions li button")[row].click()
    page.click("[role=menuitem]", text=text)


@pytest.mark.requirement("F17")
def test_versions_of_a_file_are_listed_looked_at_and_brought_back(filled):
    for content in (b"one\n", b"one\nlonger\n"):
        filled.user.put("c/a.txt", content, headers=TEXT)
    filled.open("my/c/", panel="versions", on="a.txt")
    filled.wait(lambda: len(versions(filled)) == 2)
    assert "current" in versions(filled)[0]
    assert f"11 bytes · {filled.user.account}" in versions(filled)[0]
    menu(filled, 1, "Look at it")
    filled.wait(lambda: filled.find(".stage pre").text == "one")
    filled.open("my/c/", panel="versions", on="a.txt")
    menu(filled, 1, "Bring it back")
    filled.wait(lambda: len(versions(filled)) == 3)
    assert filled.user.get("c/a.txt").body == b"one\n"
    filled.click(".undo")
    filled.wait(lambda: filled.user.get("c/a.txt").body == b"one\nlonger\n")


@pytest.mark.requirement("F17")
def test_two_versions_of_a_text_stand_side_by_side(filled):
    filled.user.put("c/a.txt", b"same\nold\nend", headers=TEXT)
    filled.user.put("c/a.txt", b"same\nnew\nmore\nend", headers=TEXT)
    filled.open("my/c/", panel="versions", on="a.txt")
    menu(filled, 1, "Compare with the current one")
    filled.find(".sides td")
    rows = [
        [cell.text for cell in row.find_elements("css selector", "td")]
        for row in filled.all(".sides tbody tr")
    ]
    assert rows == [["same", "same"], ["old", "new"], ["", "more"], ["end", "end"]]
    assert len(filled.all(".sides tr.changed")) == 2


@pytest.mark.requirement("F17")
def test_of_long_texts_the_beginnings_are_compared(filled):
    for first in (b"old", b"new"):
        filled.user.put("c/a.txt", first + b"\n" + b"x" * 400_000, headers=TEXT)
    filled.open("my/c/", panel="versions", on="a.txt")
    menu(filled, 1, "Compare with the current one")
    filled.says("Only the first 400 kB are shown.")
    assert len(filled.all(".sides tr.changed")) == 1


def past(page: Page) -> float:
    """A folder with a past: three files; then one is changed, one moved, one deleted, one is new.

    Returns: a moment between the two.
    """
    for name in ("a.txt", "b.txt", "d.txt"):
        page.user.put(f"c/docs/{name}", name.encode(), headers=TEXT)
    page.user.put("c/docs", headers={"Content-Type": "application/directory"})
    time.sleep(0.05)
    between = time.time()
    time.sleep(0.05)
    page.user.put("c/docs/a.txt", b"changed", headers=TEXT)
    page.user.request("MOVE", "c/docs/b.txt", headers={"Destination": "/c/docs/moved.txt"})
    page.user.delete("c/docs/d.txt")
    page.user.put("c/docs/new.txt", b"1234567890", headers=TEXT)
    return between


@pytest.mark.requirement("F16", "F6")
def test_the_slider_shows_the_folder_as_it_was(filled, tmp_path):
    past(filled)
    filled.open("my/c/docs/")
    filled.shows("a.txt", "moved.txt", "new.txt")
    filled.click('[data-act="history"]')
    filled.wait(lambda: filled.run("return document.querySelectorAll('.marks i').length > 1"))
    slider = filled.find("[type=range]")
    slider.send_keys(Keys.HOME)
    filled.says("As it was at")
    filled.shows("a.txt")

    def there_then() -> list[str]:
        at = filled.address().partition("at=")[2]
        names = filled.user.names("c", prefix="docs/", until=at)
        return [name.removeprefix("docs/") for name in names]

    def step() -> None:
        before = filled.address()
        filled.click("[aria-label='To the next change']")
        filled.wait(lambda: filled.address() != before)
        filled.shows(*there_then())

    while "b.txt" not in filled.rows():
        step()
    shown = there_then()
    filled.driver.refresh()
    filled.shows(*shown)
    assert not filled.all('[data-act="upload"]')
    save_to(filled.driver, str(tmp_path))
    filled.click('[data-act="zip"]')
    filled.wait((tmp_path / "docs.zip").exists)
    with zipfile.ZipFile(tmp_path / "docs.zip") as archive:
        assert sorted(archive.namelist()) == shown
    filled.click("pithos-grid a", text="a.txt")
    filled.wait(lambda: filled.find(".stage pre").text == "a.txt")
    filled.press(Keys.ESCAPE)
    filled.click("button", text="Back to now")
    filled.shows("a.txt", "moved.txt", "new.txt")


@pytest.mark.requirement("F18")
def test_what_changed_between_two_moments_is_told(filled):
    between = past(filled)
    filled.open("my/c/docs/", history="1", at=str(between))
    filled.shows("a.txt", "b.txt", "d.txt")
    filled.run("location.hash = location.hash.replace(/at=[^&]*/, '')")
    filled.shows("a.txt", "moved.txt", "new.txt")
    filled.open("my/c/docs/", history="1", at=str(between))
    filled.click('[data-act="changes"]')
    filled.find("dialog .changes")
    told = [row.text.splitlines()[:2] for row in filled.all("dialog .changes li")]
    assert ["new", "new.txt"] in told


@pytest.mark.requirement("F18")
def test_more_than_a_thousand_changes_are_said_to_be_more(filled):
    insert_objects(find_container(filled.user.account, "c"), [f"{n:04}" for n in range(1001)])
    filled.open("my/c/", history="1")
    filled.click("[data-act=changes]")
    filled.says("Only the first 1,000 changes are shown.")
    assert len(filled.all("dialog li")) == 1000


@pytest.mark.requirement("F19")
def test_deleted_files_are_found_and_brought_back(filled):
    past(filled)
    for round_of in (b"first", b"second"):
        filled.user.put("c/docs/short.txt", round_of, headers=TEXT)
    filled.user.delete("c/docs/short.txt")
    filled.open("my/c/docs/", history="1")
    filled.click('[data-act="deleted"]')
    filled.wait(lambda: len(filled.all("dialog .changes li")) == 2)
    filled.click("[aria-label='Bring back docs/short.txt']")
    filled.says("1 file is back")
    filled.shows("a.txt", "moved.txt", "new.txt", "short.txt")
    assert filled.user.get("c/docs/short.txt").body == b"second"
    filled.click(".undo")
    filled.shows("a.txt", "moved.txt", "new.txt")


@pytest.mark.requirement("F16")
def test_a_folder_is_restored_after_it_was_told_what_would_happen_and_that_is_undone(filled):
    between = past(filled)
    filled.open("my/c/docs/", history="1", at=str(between))
    filled.shows("a.txt", "b.txt", "d.txt")
    filled.click('[data-act="restore"]')
    filled.says("3 files come back, 2 go, 7 bytes less.")
    assert filled.user.get("c/docs/a.txt").body == b"changed"
    filled.click("dialog button.primary")
    filled.wait(lambda: "at=" not in filled.address())
    filled.shows("a.txt", "b.txt", "d.txt")
    kept = {name: filled.user.get(f"c/docs/{name}").body for name in filled.rows()}
    assert kept == {name: name.encode() for name in ("a.txt", "b.txt", "d.txt")}
    filled.click(".undo")
    filled.shows("a.txt", "moved.txt", "new.txt")
    assert filled.user.get("c/docs/a.txt").body == b"changed"


@pytest.mark.requirement("F16")
def test_one_file_is_restored_from_the_past(filled):
    between = past(filled)
    filled.open("my/c/docs/", history="1", at=str(between))
    filled.choose("d.txt")
    filled.click('[data-act="restore"]')
    filled.says("1 file comes back, 0 go")
    filled.click("dialog button.primary")
    filled.shows("a.txt", "d.txt", "moved.txt", "new.txt")


@pytest.mark.requirement("F12")
def test_a_deleted_folder_comes_back_whole(filled):
    past(filled)
    filled.open("my/c/")
    filled.choose("docs")
    filled.click('[data-act="delete"]')
    filled.says("Nothing here yet")
    filled.click(".undo")
    filled.click("pithos-grid a", text="docs")
    filled.shows("a.txt", "moved.txt", "new.txt")
