"""Glance's lists: pages, filters, sorts (contract b4)."""

from typing import Any

import pytest

from tests.images.glance import V2, GlanceClient


@pytest.fixture
def three(glance: GlanceClient) -> GlanceClient:
    """Images a, b, c of 1, 2 bytes, and one that is still to come."""
    glance.made(b"1", name="a", tags=["x"], disk_format="raw", os="debian")
    glance.made(b"22", name="b", tags=["x", "y"], container_format="bare", visibility="public")
    glance.create(name="c", protected=True, min_ram=7)
    return glance


@pytest.mark.requirement("I17")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, "cba"),
        ({"name": "b"}, "b"),
        ({"name": "in:a,c"}, "ca"),
        ({"status": "queued"}, "c"),
        ({"status": "in:queued,active"}, "cba"),
        ({"status": "deleted"}, ""),
        ({"visibility": "public"}, "b"),
        ({"visibility": "private"}, "ca"),
        ({"visibility": "shared"}, ""),
        ({"visibility": "all"}, "cba"),
        ({"tag": "x"}, "ba"),
        ({"tag": ["x", "y"]}, "b"),
        ({"os": "debian"}, "a"),
        ({"os": "bsd"}, ""),
        ({"disk_format": "raw"}, "a"),
        ({"container_format": "bare"}, "b"),
        ({"size_min": "2"}, "b"),
        ({"size_max": "1", "status": "active"}, "a"),
        ({"protected": "true"}, "c"),
        ({"os_hidden": "true"}, ""),
        ({"created_at": "gt:2001-01-01T00:00:00Z"}, "cba"),
        ({"updated_at": "lt:2001-01-01T00:00:00Z"}, ""),
        ({"sort_key": "name", "sort_dir": "asc"}, "abc"),
        ({"sort_key": ["size", "name"], "sort_dir": ["asc", "desc"]}, "cab"),
        ({"sort": "name:asc"}, "abc"),
        ({"sort": "status,name:asc"}, "cab"),
        ({"sort": "status:asc,name:desc"}, "bac"),
        ({"limit": "2"}, "cb"),
        ({"limit": "0"}, ""),
    ],
    ids=str,
)
def test_filters_and_sorts_of_glance(three: GlanceClient, query: Any, names: str) -> None:
    pairs = [
        (k, v) for k, value in query.items() for v in ([value] if isinstance(value, str) else value)
    ]
    url = f"{V2}/images?" + "&".join(f"{key}={value}" for key, value in pairs)
    if "limit" not in query:
        url += "&limit=1000"
    answer = three.send("GET", url + f"&owner={three.account}")
    assert "".join(image["name"] for image in answer.json["images"]) == names


@pytest.mark.requirement("I17")
def test_an_image_is_found_by_owner_and_by_ids(three: GlanceClient) -> None:
    image = three.send("GET", f"{V2}/images", name="a", owner=three.account).json["images"][0]
    assert three.listed(owner="nobody-here") == []
    assert three.listed(id=f"in:{image['id']},{'0' * 36}") == ["a"]


@pytest.mark.requirement("I17")
@pytest.mark.parametrize(
    "query",
    [
        *("limit=x", "limit=-1", "sort_key=colour", "sort_dir=up", "sort=name:up", "status=gone"),
        *("visibility=community", "os_hidden=perhaps", "member_status=maybe", "size_min=x"),
        *("marker=none", "marker=00000000-0000-4000-8000-000000000000"),
        *("name=%00", "tag=%00", "x=%00", "%00=x", "owner=%00", "marker=%00"),
        *('marker=x&after=["yesterday","x"]', 'marker=x&after=["2026-01-01","x"]'),
        *(
            "created_at=gt:yesterday",
            "sort_key=name&sort_key=id&sort_key=size&sort_dir=asc&sort_dir=",
        ),
    ],
)
def test_bad_parameters_of_glance_are_400(glance: GlanceClient, query: str) -> None:
    assert glance.send("GET", f"{V2}/images?{query}").status == 400


@pytest.mark.requirement("I28")
@pytest.mark.parametrize("sort", ["", "sort_key=name", "sort=size:asc,name:desc", "sort=status"])
def test_pages_follow_one_another_without_gap_or_repetition(
    glance: GlanceClient, sort: str
) -> None:
    made = {glance.create(name=f"{n % 3}") for n in range(7)}
    url, seen = f"{V2}/images?limit=3&owner={glance.account}&{sort}", []
    while url:
        page = glance.send("GET", url).json
        assert page["schema"] == "/v2/schemas/images"
        seen += [image["id"] for image in page["images"]]
        url = page.get("next") and f"/image{page['next']}"
    assert len(seen) == 7
    assert set(seen) == made


@pytest.mark.requirement("I28")
def test_what_comes_and_goes_between_pages_moves_no_other(glance: GlanceClient) -> None:
    made = [glance.create() for _ in range(6)]
    first = glance.send("GET", f"{V2}/images?limit=3&owner={glance.account}").json
    glance.create()  # newer than the first page
    glance.send("DELETE", f"{V2}/images/{made[5]}")  # on it
    glance.patch(made[1], ("replace", "/name", "changed"))
    second = glance.send("GET", f"/image{first['next']}").json
    assert [image["id"] for image in second["images"]] == [made[2], made[1], made[0]]
    assert "next" not in second


@pytest.mark.requirement("I28")
def test_the_image_that_a_page_ended_with_may_go(glance: GlanceClient) -> None:
    made = [glance.create(name=str(n)) for n in range(6)]
    first = glance.send("GET", f"{V2}/images?limit=3&sort_key=name&owner={glance.account}").json
    last = first["images"][-1]["id"]
    assert last == made[3]
    glance.send("DELETE", f"{V2}/images/{last}")
    second = glance.send("GET", f"/image{first['next']}").json
    assert [image["id"] for image in second["images"]] == [made[2], made[1], made[0]]


def test_hidden_images_are_found_by_who_asks_for_them(glance: GlanceClient) -> None:
    image = glance.made(name="old", os_hidden=True)
    assert glance.listed() == []
    assert "old" not in glance.own_names()
    assert glance.listed(os_hidden="true") == ["old"]
    assert glance.show(image)["os_hidden"] is True


@pytest.mark.requirement("I28")
def test_a_marker_of_ones_own_beats_what_a_link_said(glance: GlanceClient) -> None:
    made = [glance.create() for _ in range(4)]
    first = glance.send("GET", f"{V2}/images?limit=2&owner={glance.account}").json
    own = first["next"].replace(f"marker={made[2]}", f"marker={made[1]}")
    page = glance.send("GET", f"/image{own}").json
    assert [image["id"] for image in page["images"]] == [made[0]]
