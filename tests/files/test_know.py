"""Know and share: usage by month, what others share, groups, the list of all links."""

import json

import pytest

from tests.api.client import Client

pytestmark = pytest.mark.tools("chromedriver", "chromium", package="chromium-driver")


@pytest.mark.requirement("F24")
def test_usage_is_told_now_and_by_month_and_what_a_purge_would_free(filled):
    for size in (3000, 1000):
        filled.user.put("c/a", b"x" * size)
    filled.open("usage")
    filled.find(".figure")
    figures = [each.text.splitlines()[1:] for each in filled.all(".figure")]
    assert figures[0] == ["1 kB", "1 file"]
    assert figures[1] == ["3 kB", "1 old version"]
    assert filled.all(".chart .value")[-1].text == "4 kB"
    assert len(filled.all(".chart tbody tr")) == 12
    filled.find("[name=container]").send_keys("c")
    filled.run("document.querySelector('[name=until]').value = '2099-01-01T00:00'")
    filled.click("button", text="How much?")
    filled.says("A purge would free 3 kB.")


@pytest.mark.requirement("F22")
def test_what_is_shared_with_me_and_by_me_and_groups(filled, new_user):
    giver: Client = new_user()
    giver.put("theirs")
    giver.put("theirs/docs/one", b"x", headers={"X-Object-Sharing": f"read={filled.user.account}"})
    filled.user.put("c/mine", b"x", headers={"X-Object-Sharing": "read=olga; write=igor"})
    filled.open("shared")
    filled.says("olga: read, igor: read and write")
    filled.type("[name=name]", "friends")
    filled.type("[name=members]", "olga, igor")
    filled.click("button", text="Save the group")
    filled.says("The group “friends” is saved")
    assert filled.user.head()["X-Account-Group-Friends"] == "igor,olga"
    filled.click(".list a", text="theirs")
    filled.shows("docs")
    assert filled.address() == f"/of/{giver.account}/theirs/"
    filled.click("pithos-grid a", text="docs")
    filled.shows("one")
    filled.click(".crumbs a", text=giver.account)
    filled.click("[aria-label='Delete the group friends']")
    filled.says("is deleted")
    assert filled.user.head().get("X-Account-Group-Friends") is None


@pytest.mark.requirement("F21")
def test_all_links_are_in_one_list(filled):
    for name in ("a", "b"):
        filled.user.put(f"c/{name}", b"x")
        filled.user.request("POST", f"c/{name}", json.dumps({"downloads": 2}).encode(), link="")
    filled.open("links")
    filled.wait(lambda: len(filled.all(".link-row")) == 2)
    filled.click(".link-row button", text="Revoke")
    filled.wait(lambda: len(filled.all(".link-row")) == 1)
