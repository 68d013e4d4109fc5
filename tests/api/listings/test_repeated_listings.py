"""A page that was read before is never given out after anything in the container changed."""

import pytest

CHANGES = {
    "new object": lambda box: box.put("c/new", b"1"),
    "new content": lambda box: box.put("c/a", b"other"),
    "new metadata": lambda box: box.post("c/a", headers={"X-Object-Meta-Colour": "blue"}),
    "grown": lambda box: box.post(
        "c/a", b"more", {"Content-Type": "application/octet-stream", "Content-Range": "bytes */*"}
    ),
    "deleted": lambda box: box.delete("c/a"),
    "copied": lambda box: box.put("c/copy", headers={"X-Copy-From": "/c/a"}),
    "moved": lambda box: box.put("c/moved", headers={"X-Move-From": "/c/a"}),
    "shared": lambda box: box.post("c/a", headers={"X-Object-Sharing": "read=*"}),
    "published": lambda box: box.post("c/a", headers={"X-Object-Public": "True"}),
    "emptied": lambda box: box.delete("c", delimiter="/"),
}
PAGES = {
    "json": {"format": "json"},
    "text": {},
    "folders": {"format": "json", "delimiter": "/"},
}


@pytest.mark.parametrize("query", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_repeated_listing_shows_the_latest_change(box, change, query):
    box.put("c/a", b"content")
    box.put("c/b/c", b"content")
    before = [box.get("c", **query).body for _ in range(8)]
    assert len(set(before)) == 1
    assert change(box).status < 300
    after = [box.get("c", **query).body for _ in range(8)]
    # Another marker that selects the same names: no page of it can be remembered.
    assert set(after) == {box.get("c", marker="!", **query).body}


def test_pages_of_equal_requests_on_two_accounts_are_each_one_s_own(box, new_user):
    box.put("c/mine", b"1")
    other = new_user()
    other.put("c")
    other.put("c/theirs", b"1")
    assert box.get("c").body == b"mine\n"
    assert other.get("c").body == b"theirs\n"
