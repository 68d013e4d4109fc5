"""Time: versions of a file, a folder as it was, what changed, and the way back."""

import pytest

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
