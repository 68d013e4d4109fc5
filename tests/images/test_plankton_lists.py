"""Plankton's lists: filters, sorts, and who is a member (contract b3)."""

from typing import Any

import pytest

from tests.api.visitors import share
from tests.images.client import ImageClient


@pytest.fixture
def three(images: ImageClient) -> ImageClient:
    """Images a, b, c of 1, 2 and 3 bytes; b is dumped otherwise, c is to come."""
    images.register("a", b"1", Property_OS="debian")
    images.register("b", b"22", Disk_Format="extdump", Container_Format="ovf")
    images.update(images.register("c", b"333"), Status="SAVING")
    return images


@pytest.mark.requirement("I17")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, "cba"),
        ({"name": "b"}, "b"),
        ({"status": "SAVING"}, "c"),
        ({"status": "available"}, "ba"),
        ({"disk_format": "diskdump"}, "ca"),
        ({"container_format": "ovf"}, "b"),
        ({"size_min": "2"}, "cb"),
        ({"size_max": "2"}, "ba"),
        ({"size_min": "2", "size_max": "2", "name": "b"}, "b"),
        ({"property-os": "debian"}, "a"),
        ({"colour": "red"}, "cba"),
        ({"sort_dir": "asc"}, "abc"),
        ({"sort_key": "name"}, "cba"),
        ({"sort_key": "name", "sort_dir": "asc"}, "abc"),
        ({"sort_key": "size", "sort_dir": "asc"}, "abc"),
        ({"sort_key": "disk_format", "sort_dir": "desc"}, "bca"),
        ({"sort_key": "updated_at"}, "cba"),
    ],
    ids=str,
)
def test_filters_and_sorts(three: ImageClient, query: dict[str, Any], names: str) -> None:
    own = three.own_names(**query)
    assert sorted(own) == sorted(names)
    if query.get("sort_key") != "disk_format":
        assert "".join(own) == names


@pytest.mark.requirement("I17")
@pytest.mark.parametrize("path", ["/image/v1/images/", "/image/v1/images/detail"])
@pytest.mark.parametrize(
    "query",
    [{"sort_key": "colour"}, {"sort_dir": "up"}, {"size_min": "x"}, {"size_max": "-1"},
     {"status": "GONE"}],
    ids=str,
)  # fmt: skip
def test_bad_parameters_are_400(images: ImageClient, path: str, query: dict[str, Any]) -> None:
    assert images.send("GET", path, **query).status == 400


def members(images: ImageClient, image: str) -> list[str]:
    found = images.send("GET", f"/image/v1/images/{image}/members").json["members"]
    assert all(each["can_share"] is False for each in found)
    return [each["member_id"] for each in found]


@pytest.mark.requirement("I16")
def test_members_are_readers(images: ImageClient, others: ImageClient) -> None:
    image = images.register("o")
    path = f"/image/v1/images/{image}/members"
    assert images.send("PUT", f"{path}/{others.account}").status == 204
    assert images.store.head("c/o")["X-Object-Sharing"] == f"read={others.account}"
    assert members(images, image) == [others.account]
    assert others.detail(image)["name"] == "o"
    assert images.send("DELETE", f"{path}/{others.account}").status == 204
    assert members(images, image) == []
    assert others.head(image).status == 404
    assert images.send("DELETE", f"{path}/{others.account}").status == 404


@pytest.mark.requirement("I16")
def test_a_list_of_members_replaces_them_and_public_survives(images: ImageClient) -> None:
    image = images.register("o", Is_Public="true")
    path = f"/image/v1/images/{image}/members"
    for names in (["a", "b"], ["b", "c"], []):
        body = {"memberships": [{"member_id": name, "can_share": True} for name in names]}
        assert images.send("PUT", path, body).status == 204
        assert members(images, image) == names
        assert images.detail(image)["is_public"]


@pytest.mark.requirement("I16")
@pytest.mark.parametrize(
    "body", [b"", b"x", [], {}, {"memberships": "a"}, {"memberships": [{"member": "a"}]},
             {"memberships": [{"member_id": "*"}]}, {"memberships": [{"member_id": "a,b"}]}],
    ids=str,
)  # fmt: skip
def test_a_bad_list_of_members_is_400(images: ImageClient, body: Any) -> None:
    image = images.register("o")
    assert images.send("PUT", f"/image/v1/images/{image}/members", body).status == 400
    assert members(images, image) == []


@pytest.mark.requirement("I16")
def test_only_the_owner_has_a_say_in_members(images: ImageClient, others: ImageClient) -> None:
    image = images.register("o")
    share(images.store, "c/o", f"read={others.account},third")
    path = f"/image/v1/images/{image}/members"
    assert members(others, image) == [others.account]
    assert others.send("PUT", f"{path}/fourth").status == 403
    assert others.send("DELETE", f"{path}/third").status == 403
    assert others.send("PUT", path, {"memberships": []}).status == 403


@pytest.mark.requirement("I16")
def test_shared_images_are_those_of_an_account_that_it_shares_with_me(
    images: ImageClient, others: ImageClient
) -> None:
    image = images.register("o")
    images.register("public", Is_Public="true")
    images.send("PUT", f"/image/v1/images/{image}/members/{others.account}")
    shared = others.send("GET", f"/image/v1/shared-images/{images.account}").json
    assert shared == {"shared_images": [{"image_id": image, "can_share": False}]}
    assert images.send("GET", f"/image/v1/shared-images/{images.account}").json == {
        "shared_images": []
    }
