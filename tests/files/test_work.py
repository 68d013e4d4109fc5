"""Work: chosen, renamed, moved, copied, deleted, undone; downloaded, looked at, described."""

import struct
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.chromium import save_to
from tests.files.browser import Page

pytestmark = pytest.mark.tools("chromedriver", "chromium", package="chromium-driver")

TEXT = {"Content-Type": "text/plain"}


def png() -> bytes:
    """A picture of one pixel."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        sum_of = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", sum_of)

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00\xff\x00\x00")
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def wave() -> bytes:
    """A second of silence."""
    rate = struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    head = b"RIFF" + struct.pack("<I", 36 + 8000) + b"WAVEfmt " + rate + b"data"
    return head + struct.pack("<I", 8000) + b"\x80" * 8000


def names(page: Page, container: str = "c") -> set[str]:
    return {each["name"] for each in page.user.get(container, format="json").json}


def folder(page: Page) -> None:
    """Three files and a folder, looked at."""
    for name in ("a.txt", "b.txt", "d.txt", "docs/one", "docs/deep/two"):
        page.user.put(f"c/{name}", name.encode(), headers=TEXT)
    page.open("my/c/")
    page.shows("docs", "a.txt", "b.txt", "d.txt")


def chosen(page: Page) -> list[str]:
    rows = page.all("pithos-grid .row[aria-selected=true] .name a")
    return [row.text for row in rows]


@pytest.mark.requirement("F12", "F27")
def test_rows_are_chosen_by_mouse_and_keys(filled):
    folder(filled)
    filled.choose("a.txt")
    ActionChains(filled.driver).key_down(Keys.SHIFT).click(filled.row("d.txt")).key_up(
        Keys.SHIFT
    ).perform()
    assert chosen(filled) == ["a.txt", "b.txt", "d.txt"]
    ActionChains(filled.driver).key_down(Keys.CONTROL).click(filled.row("b.txt")).key_up(
        Keys.CONTROL
    ).perform()
    assert chosen(filled) == ["a.txt", "d.txt"]
    filled.grid()
    filled.press(Keys.HOME)
    filled.chord(Keys.SHIFT, Keys.ARROW_DOWN)
    assert chosen(filled) == ["docs", "a.txt"]
    filled.press(Keys.ARROW_DOWN, Keys.SPACE)
    assert chosen(filled) == []
    filled.chord(Keys.CONTROL, "a")
    assert len(chosen(filled)) == 4
    filled.press(Keys.ESCAPE)
    assert chosen(filled) == []
    filled.row("b.txt").find_element("css selector", ".tick").click()
    assert chosen(filled) == ["b.txt"]


@pytest.mark.requirement("F12")
def test_a_file_is_renamed_and_that_is_undone(filled):
    folder(filled)
    filled.grid()
    filled.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.F2)
    filled.find("dialog [name=name]")
    filled.press("z.txt", Keys.ENTER)
    filled.shows("docs", "b.txt", "d.txt", "z.txt")
    filled.chord(Keys.CONTROL, "z")
    filled.shows("docs", "a.txt", "b.txt", "d.txt")
    assert filled.user.get("c/a.txt").body == b"a.txt"


@pytest.mark.requirement("F12", "F28")
def test_a_name_that_is_taken_is_said_in_the_dialog(filled):
    folder(filled)
    filled.choose("a.txt")
    filled.click('[data-act="rename"]')
    filled.type("dialog [name=name]", "b.txt")
    filled.press(Keys.ENTER)
    filled.says("There is one of this name already")
    assert filled.user.get("c/b.txt").body == b"b.txt"


@pytest.mark.requirement("F12")
def test_a_folder_is_moved_to_another_container_and_back(filled):
    filled.user.put("other")
    folder(filled)
    filled.choose("docs")
    filled.click('[data-act="move"]')
    filled.click("dialog .crumbs button", text="My files")
    filled.click(".choices button", text="other")
    filled.says("No folders in here")
    filled.click("dialog button.primary", text="Move here")
    filled.shows("a.txt", "b.txt", "d.txt")
    assert names(filled, "other") >= {"docs/one", "docs/deep/two"}
    filled.click(".undo")
    filled.shows("docs", "a.txt", "b.txt", "d.txt")
    assert names(filled) >= {"docs/one", "docs/deep/two"}
    assert names(filled, "other") == set()


@pytest.mark.requirement("F12")
def test_a_copy_in_the_same_place_gets_a_name_of_its_own(filled):
    folder(filled)
    filled.choose("a.txt")
    filled.click('[data-act="copy"]')
    filled.click("dialog button.primary", text="Copy here")
    filled.click("dialog button", text="Keep both")
    filled.shows("docs", "a (2).txt", "a.txt", "b.txt", "d.txt")
    filled.click(".undo")
    filled.shows("docs", "a.txt", "b.txt", "d.txt")


@pytest.mark.requirement("F12")
def test_files_are_deleted_and_brought_back(filled):
    folder(filled)
    filled.grid()
    filled.press(Keys.END)
    filled.chord(Keys.SHIFT, Keys.ARROW_UP)
    filled.press(Keys.DELETE)
    filled.shows("docs", "a.txt")
    filled.says("2 deleted")
    filled.click(".undo")
    filled.shows("docs", "a.txt", "b.txt", "d.txt")
    assert filled.user.get("c/d.txt").body == b"d.txt"


@pytest.mark.requirement("F12")
def test_what_no_history_keeps_is_asked_about_before_it_goes(filled):
    filled.user.post("c", headers={"X-Container-Policy-Versioning": "none"}, update="")
    folder(filled)
    filled.grid()
    filled.press(Keys.END, Keys.DELETE)
    filled.says("Delete 1 thing for good?")
    assert "d.txt" in filled.find("dialog").text
    filled.press(Keys.ESCAPE)
    filled.wait(lambda: not filled.all("dialog"))
    assert filled.user.head("c/d.txt").status == 200
    filled.grid()
    filled.press(Keys.DELETE)
    filled.click("dialog button.danger")
    filled.shows("docs", "a.txt", "b.txt")
    filled.says("1 deleted")
    assert not filled.all(".undo")


@pytest.mark.requirement("F12")
def test_a_deleted_folder_comes_back_by_one_request_however_much_is_in_it(filled):
    for name in ("z.txt", *(f"docs/deep/{number:02d}" for number in range(30))):
        filled.user.put(f"c/{name}", b"inside")
    filled.open("my/c/")
    filled.shows("docs", "z.txt")
    filled.grid()
    filled.press(Keys.HOME, Keys.DELETE)
    filled.shows("z.txt")
    filled.run("performance.clearResourceTimings()")
    filled.click(".undo")
    filled.shows("docs", "z.txt")
    assert filled.user.get("c/docs/deep/29").body == b"inside"
    asked = "return performance.getEntriesByType('resource').map(each => each.name)"
    assert len([each for each in filled.run(asked) if "/c/docs/" in each]) == 0
    assert len([each for each in filled.run(asked) if "restore" in each]) == 1


@pytest.mark.requirement("F12")
def test_a_file_beside_a_folder_of_its_name_stays_when_the_folder_goes(filled):
    filled.user.put("c/foo", b"file")
    filled.user.put("c/foo/bar", b"inside")
    filled.open("my/c/")
    filled.shows("foo", "foo")
    filled.grid()
    filled.press(Keys.ARROW_DOWN, Keys.DELETE)
    filled.shows("foo")
    assert names(filled) == {"foo"}
    filled.click(".undo")
    filled.shows("foo", "foo")
    assert filled.user.get("c/foo/bar").body == b"inside"


@pytest.fixture
def saved(filled: Page, tmp_path: Path) -> Path:
    """Where the browser saves what it downloads."""
    save_to(filled.driver, str(tmp_path))
    return tmp_path


def arrived(page: Page, path: Path) -> Path:
    page.wait(path.exists, f"no {path.name}")
    return path


@pytest.mark.requirement("F13")
def test_a_file_and_archives_of_a_folder_and_a_selection_are_downloaded(filled, saved):
    folder(filled)
    filled.choose("a.txt")
    filled.click('[data-act="download"]')
    assert arrived(filled, saved / "a.txt").read_bytes() == b"a.txt"
    filled.choose("docs")
    filled.click('[data-act="download"]')
    with zipfile.ZipFile(arrived(filled, saved / "docs.zip")) as archive:
        assert {name.removeprefix("docs/") for name in archive.namelist()} >= {"one", "deep/two"}
    filled.grid()
    filled.chord(Keys.CONTROL, "a")
    filled.click('[data-act="download"]')
    with zipfile.ZipFile(arrived(filled, saved / "c.zip")) as archive:
        assert {"a.txt", "b.txt", "d.txt", "docs/one"} <= set(archive.namelist())


@pytest.mark.requirement("F14")
def test_files_are_looked_at_and_arrow_keys_lead_to_the_next(filled):
    page = b"# Title\n\nSome *words* and <b>no tag</b>.\n\n- one\n- two\n"
    filled.user.put("c/a.md", page, headers={"Content-Type": "text/markdown"})
    filled.user.put("c/b.png", png(), headers={"Content-Type": "image/png"})
    filled.user.put("c/c.txt", "γεια\n".encode(), headers=TEXT)
    filled.user.put("c/d.bin", b"\x00\x01")
    filled.open("my/c/")
    filled.click("pithos-grid a", text="a.md")
    assert filled.find(".markdown h3").text == "Title"
    assert filled.find(".markdown li").text == "one"
    filled.says("<b>no tag</b>")
    filled.press(Keys.ARROW_RIGHT)
    image = filled.find(".stage img")
    filled.wait(lambda: filled.run("return arguments[0].naturalWidth", image) == 1)
    assert filled.address().endswith("show=b.png")
    filled.press(Keys.ARROW_RIGHT)
    filled.wait(lambda: filled.find(".stage pre").text == "γεια")
    filled.press(Keys.ARROW_RIGHT)
    filled.says("This cannot be shown here")
    filled.press(Keys.ESCAPE)
    filled.wait(lambda: not filled.all("dialog") and filled.address() == "/my/c/")
    filled.open("my/c/", show="c.txt")
    filled.wait(lambda: filled.find(".stage pre").text == "γεια")


@pytest.mark.requirement("F14")
def test_what_users_keep_is_never_a_page_of_this_site(filled):
    evil = b"<script>parent.document.title='taken'</script>"
    for name, kind in (
        ("x.html", "text/html"),
        ("x.svg", "image/svg+xml"),
        ("x.pdf", "application/pdf"),
    ):
        filled.user.put(f"c/{name}", evil, headers={"Content-Type": kind})
        filled.open("my/c/", show=name)
        filled.find(".stage > *")
        time.sleep(0.2)
        assert "taken" not in filled.driver.title
    filled.open("my/c/", show="x.html")
    filled.wait(lambda: filled.find(".stage pre").text == evil.decode())


@pytest.mark.requirement("F14")
def test_a_pdf_is_shown_by_the_viewer_of_the_browser_with_an_origin_of_its_own(filled):
    filled.user.put("c/a.pdf", b"%PDF-1.4\n", headers={"Content-Type": "application/pdf"})
    filled.open("my/c/", show="a.pdf")
    url = filled.find(".stage iframe").get_attribute("src")
    path = url.removeprefix(filled.origin)
    answer = filled.user.raw("GET", path)
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Content-Type"] == "application/pdf"
    time.sleep(0.5)
    assert filled.refusals() == []


@pytest.mark.requirement("F14")
def test_sound_is_played_by_ranges_without_a_token_in_the_page(filled):
    filled.user.put("c/a.wav", wave(), headers={"Content-Type": "audio/wav"})
    filled.open("my/c/", show="a.wav")
    sound = filled.find("audio")
    filled.wait(lambda: filled.run("return arguments[0].duration", sound) == 1)
    assert "X-Auth-Token" not in filled.run("return document.documentElement.outerHTML")
    kept = filled.run(
        "return JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    )
    assert filled.user.token not in kept


@pytest.mark.requirement("F14")
def test_sound_goes_on_after_its_address_has_ended(filled):
    filled.user.put("c/a.wav", wave(), headers={"Content-Type": "audio/wav"})
    filled.open("my/c/", show="a.wav")
    sound = filled.find("audio")
    filled.wait(lambda: filled.run("return arguments[0].duration", sound) == 1)
    before = filled.run("return arguments[0].src", sound)
    filled.run("const now = Date.now; Date.now = () => now() + 60_000")
    # So the store answers it after a minute.
    filled.run("arguments[0].currentTime = 0.5; arguments[0].src += '0'", sound)
    # An address that was made within the same second is the same.
    filled.wait(lambda: filled.run("return arguments[0].src", sound) != before + "0")
    filled.wait(lambda: filled.run("return arguments[0].duration", sound) == 1)


@pytest.mark.requirement("F14")
def test_what_is_no_picture_though_it_says_so_is_told(filled):
    filled.user.put("c/a.png", b"no picture", headers={"Content-Type": "image/png"})
    filled.open("my/c/", show="a.png")
    filled.says("This cannot be shown here.")


@pytest.mark.requirement("F15")
def test_metadata_and_type_are_shown_and_changed(filled):
    filled.user.put(
        "c/a", b"x", headers={**TEXT, "X-Object-Meta-Color": "red", "X-Object-Meta-Old": "1"}
    )
    filled.open("my/c/")
    filled.choose("a")
    filled.grid()
    filled.press("i")
    filled.wait(lambda: len(filled.all("pithos-facts .condition")) == 2)
    filled.click("[aria-label='Remove old']")
    filled.type("pithos-facts [name=value]", "μπλε")
    filled.type("pithos-facts [name=type]", "text/markdown")
    filled.click("pithos-facts button.primary")
    filled.says("Saved")
    head = filled.user.head("c/a")
    assert head["Content-Type"] == "text/markdown"
    assert head.meta("X-Object-Meta") == {"X-Object-Meta-Color": "%CE%BC%CF%80%CE%BB%CE%B5"}


@pytest.mark.requirement("F15", "F28")
def test_a_type_that_no_header_can_carry_is_told_in_words(filled):
    filled.user.put("c/a", b"x", headers=TEXT)
    filled.open("my/c/", panel="facts", on="a")
    filled.type("pithos-facts [name=type]", "text/ελληνικά")
    filled.click("pithos-facts button.primary")
    filled.says("A type looks like text/plain")
    filled.type("pithos-facts [name=type]", "text/css")
    filled.click("pithos-facts button.primary")
    filled.says("Saved")
    assert filled.user.head("c/a")["Content-Type"] == "text/css"
