"""Glance's members: who is given an image says whether it is wanted (contract b4)."""

from typing import Any

import pytest

from tests.images.glance import V2, GlanceClient


def members(client: GlanceClient, image: str) -> list[tuple[str, str]]:
    found = client.send("GET", f"{V2}/images/{image}/members").json
    assert found["schema"] == "/v2/schemas/members"
    return [(each["member_id"], each["status"]) for each in found["members"]]


def give(glance: GlanceClient, image: str, member: str) -> int:
    return glance.send("POST", f"{V2}/images/{image}/members", {"member": member}).status


def say(client: GlanceClient, image: str, status: Any) -> int:
    path = f"{V2}/images/{image}/members/{client.account}"
    return client.send("PUT", path, {"status": status}).status


def found_in_list(client: GlanceClient, image: str, **query: Any) -> bool:
    images = client.send("GET", f"{V2}/images", limit=1000, **query).json["images"]
    return image in [each["id"] for each in images]


@pytest.mark.requirement("I25")
def test_a_pending_member_sees_an_image_only_by_its_id(
    glance: GlanceClient, another: GlanceClient
) -> None:
    image = glance.made(b"shared")
    assert give(glance, image, another.account) == 200
    assert members(glance, image) == [(another.account, "pending")]
    assert another.show(image)["visibility"] == "shared"
    assert another.send("GET", f"{V2}/images/{image}/file").body == b"shared"
    assert not found_in_list(another, image)
    waiting = {"visibility": "shared", "member_status": "pending"}
    assert found_in_list(another, image, **waiting)
    assert not found_in_list(another, image, visibility="shared", member_status="accepted")
    assert found_in_list(another, image, visibility="shared", member_status="all")


@pytest.mark.requirement("I25")
def test_what_is_accepted_is_listed_and_what_is_rejected_no_more(
    glance: GlanceClient, another: GlanceClient
) -> None:
    image = glance.made()
    give(glance, image, another.account)
    assert say(another, image, "accepted") == 200
    assert found_in_list(another, image)
    assert [each["id"] for each in another.send("GET", "/image/v1/images/").json].count(image) == 1
    assert say(another, image, "rejected") == 200
    assert not found_in_list(another, image)
    assert found_in_list(another, image, visibility="shared", member_status="rejected")
    assert another.show(image)["id"] == image


def test_only_the_member_says_so(glance: GlanceClient, another: GlanceClient) -> None:
    image = glance.made()
    give(glance, image, another.account)
    path = f"{V2}/images/{image}/members/{another.account}"
    assert glance.send("PUT", path, {"status": "accepted"}).status == 403
    assert say(another, image, "perhaps") == 400
    assert say(another, image, None) == 400
    assert members(glance, image) == [(another.account, "pending")]


@pytest.mark.parametrize(("member", "status"), [("", 400), ("*", 400), ("a,b", 400), (7, 400)])
def test_a_bad_member_is_400(glance: GlanceClient, member: Any, status: int) -> None:
    image = glance.made()
    assert give(glance, image, member) == status
    assert members(glance, image) == []


def test_a_member_twice_is_409_and_of_a_public_image_403(glance: GlanceClient) -> None:
    image = glance.made()
    assert give(glance, image, "somebody") == 200
    assert give(glance, image, "somebody") == 409
    assert give(glance, glance.made(visibility="public"), "somebody") == 403


def test_who_is_no_member_any_more_sees_nothing(
    glance: GlanceClient, another: GlanceClient
) -> None:
    image = glance.made()
    give(glance, image, another.account)
    say(another, image, "accepted")
    path = f"{V2}/images/{image}/members/{another.account}"
    assert glance.send("GET", path).json["status"] == "accepted"
    assert glance.send("DELETE", path).status == 204
    assert glance.send("GET", path).status == 404
    assert another.send("GET", f"{V2}/images/{image}").status == 404
    assert give(glance, image, another.account) == 200
    assert members(glance, image) == [(another.account, "pending")]


def test_private_ends_all_sharing(glance: GlanceClient, another: GlanceClient) -> None:
    image = glance.made()
    give(glance, image, another.account)
    assert glance.patch(image, ("replace", "/visibility", "public")).status == 200
    assert glance.patch(image, ("replace", "/visibility", "shared")).status == 200
    assert another.show(image)["visibility"] == "shared"
    assert glance.patch(image, ("replace", "/visibility", "private")).status == 200
    assert another.send("GET", f"{V2}/images/{image}").status == 404
    assert glance.store.head(f"images/{image}").get("X-Object-Sharing") is None
