"""Share: people and groups, links and their limits."""

import json

import pytest

from tests.api.client import Client

pytestmark = pytest.mark.tools("chromedriver", "chromium", package="chromium-driver")


@pytest.mark.requirement("F20")
def test_a_folder_is_shared_changed_and_no_longer_shared(filled, new_user):
    friend: Client = new_user()
    filled.user.put("c/docs/one", b"x")
    filled.open("my/c/")
    filled.choose("docs")
    filled.click('[data-act="share"]')
    filled.says("Nobody else may see this")
    filled.type("pithos-people [name=who]", friend.account)
    filled.click("pithos-people button.primary")
    filled.says(friend.account)
    read = f"/v1/{filled.user.account}/c/docs/one"
    token = {"X-Auth-Token": friend.token}
    assert friend.raw("GET", read, headers=token).status == 200
    filled.find(f"[aria-label='What {friend.account} may do']").send_keys("read and write")
    filled.wait(lambda: friend.raw("PUT", read, b"y", headers=token).status == 201)
    filled.click(f"[aria-label='No longer share with {friend.account}']")
    filled.says("Nobody else may see this")
    assert friend.raw("GET", read, headers=token).status == 403


@pytest.mark.requirement("F20", "F28")
def test_where_a_right_comes_from_and_what_stands_against_another_is_said(filled):
    for name in ("docs", "docs/one"):
        filled.user.put(f"c/{name}", b"x")
    filled.user.post("c/docs", headers={"X-Object-Sharing": "read=olga"}, update="")
    filled.open("my/c/docs/", panel="people", on="docs/one")
    filled.says("This right comes from “docs”")
    filled.user.post("c/docs", headers={"X-Object-Sharing": ""}, update="")
    filled.user.post("c/docs/one", headers={"X-Object-Sharing": "read=olga"}, update="")
    filled.open("my/c/", panel="people", on="docs/")
    filled.says("Nobody else may see this")  # before that its button takes no click
    filled.type("pithos-people [name=who]", "igor")
    filled.click("pithos-people button.primary")
    filled.says("is shared already: ")
    assert "docs/one" in filled.find("pithos-people .note").text


@pytest.mark.requirement("F21")
def test_a_link_that_is_used_up_stays_so_when_something_else_of_it_is_changed(filled):
    filled.user.put("c/a.txt", b"for all")
    made = filled.user.post("c/a.txt", json.dumps({"downloads": 1}), link="").json
    assert filled.user.raw("GET", made["url"] + "?download").status == 200
    filled.open("my/c/", panel="links", on="a.txt")
    filled.says("0 downloads left")
    filled.click("pithos-links button", text="Change limits")
    filled.type("dialog [name=password]", "open sesame")
    filled.click("dialog button.primary")
    filled.says("with a password")
    filled.says("0 downloads left")


@pytest.mark.requirement("F21")
def test_a_link_is_made_with_limits_shown_as_qr_changed_and_revoked(filled):
    filled.user.put("c/a.txt", b"for all")
    filled.open("my/c/", panel="links", on="a.txt")
    filled.click("pithos-links button", text="Make a link")
    filled.type("dialog [name=downloads]", "3")
    filled.type("dialog [name=password]", "open sesame")
    filled.click("dialog button.primary")
    filled.says("3 downloads left")
    filled.says("with a password")
    url = filled.find("pithos-links input").get_attribute("value")
    assert "/s/" in url
    filled.click("pithos-links button", text="QR code")
    assert filled.find(".qr path").get_attribute("d").startswith("M4 4h1v1h-1z")
    filled.click("dialog header button")
    filled.click("pithos-links button", text="Change limits")
    filled.type("dialog [name=downloads]", "1")
    filled.click("dialog button.primary")
    filled.says("1 download left")
    filled.says("with a password")
    filled.click("pithos-links button", text="Revoke")
    filled.says("There is no link yet")
    path = url.partition(filled.origin)[2]
    assert filled.user.raw("GET", path).status == 404
