"""Plankton, version 1: registering objects, and what is told of them (contract b3)."""

from urllib.parse import quote

import pytest

from tests.images.client import ImageClient, of_meta

ROOTS = ["/image/v1", "/image/v1.0"]
FIELDS = {
    *("id", "name", "status", "disk_format", "container_format", "size", "store", "location"),
    *("checksum", "created_at", "updated_at", "deleted_at", "is_public", "owner", "properties"),
    *("is_snapshot", "description"),
}
NAME = "Ελληνικά 50% & <ü>"


@pytest.mark.requirement("I12")
@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("tail", ["/images/", "/images"])
def test_an_object_is_registered_and_listed(images: ImageClient, root: str, tail: str) -> None:
    image = images.register("disk", b"12345")
    listed = images.send("GET", root + tail).json
    assert [each for each in listed if each["id"] == image] == [
        {"id": image, "name": "disk", "status": "AVAILABLE", "disk_format": "diskdump",
         "container_format": "bare", "size": 5}
    ]  # fmt: skip
    assert images.store.head("c/disk")["X-Object-UUID"] == image


@pytest.mark.requirement("I12")
def test_the_detailed_list_tells_everything(images: ImageClient) -> None:
    image = images.register("disk", Property_OS_Family="linux", Property_Description="mine")
    found = images.detail(image)
    assert found.keys() == FIELDS
    assert found["location"] == f"pithos://{images.account}/c/disk"
    assert found["checksum"] == images.store.head("c/disk")["X-Object-Hash"]
    assert found["properties"] == {"os_family": "linux", "description": "mine"}
    assert found["description"] == "mine"
    assert (found["owner"], found["is_public"], found["deleted_at"]) == (images.account, False, "")


@pytest.mark.requirement("I12", "I13")
def test_the_reply_to_registering_is_what_head_says(images: ImageClient) -> None:
    images.store.put("c/disk", b"x")
    posted = images.post_location("c/disk", Name="disk", Property_Kernel="3.2")
    found = images.head(posted["X-Image-Meta-Id"])
    meta = posted.meta("X-Image-Meta-")
    assert meta == found.meta("X-Image-Meta-")
    assert meta["X-Image-Meta-Property-Kernel"] == "3.2"
    assert meta["X-Image-Meta-Size"] == "1"
    assert meta["X-Image-Meta-Location"] == f"pithos://{images.account}/c/disk"


@pytest.mark.requirement("I13")
def test_names_and_properties_go_both_ways_percent_encoded(images: ImageClient) -> None:
    images.store.put("c/δίσκος", b"x")
    value = quote(NAME)
    posted = images.post_location("c/δίσκος", Name=value, Property_Note=value)
    assert posted["X-Image-Meta-Name"].isascii()
    found = images.detail(posted["X-Image-Meta-Id"])
    assert found["name"] == NAME
    assert found["properties"] == {"note": NAME}
    assert found["location"].endswith("/c/δίσκος")
    sent_back = images.update(
        found["id"],
        Name=posted["X-Image-Meta-Name"],
        Property_Note=posted["X-Image-Meta-Property-Note"],
    )
    assert sent_back["X-Image-Meta-Name"] == posted["X-Image-Meta-Name"]
    assert images.detail(found["id"])["properties"] == {"note": NAME}


@pytest.mark.requirement("I12")
@pytest.mark.parametrize(
    "headers",
    [
        {"Name": ""},
        {"Name": "%ff"},
        {"Name": "%00"},
        {"Location": ""},
        {"Location": "pithos://alone"},
        {"Location": "pithos://a/c"},
        {"Location": "pithos:///c/o"},
        {"Location": "http://a/c/o"},
        {"Id": "7"},
        {"Colour": "red"},
        {"Store": "swift"},
        {"Disk_Format": "floppy"},
        {"Container_Format": "box"},
        {"Size": "4"},
        {"Size": "many"},
        {"Checksum": "0" * 64},
        {"Is_Public": "perhaps"},
        {"Owner": "somebody"},
    ],
    ids=str,
)
def test_what_is_wrong_is_400_and_registers_nothing(
    images: ImageClient, headers: dict[str, str]
) -> None:
    images.store.put("c/o", b"12345")
    usual = {"Name": "o", "Location": f"pithos://{images.account}/c/o"}
    answer = images.send("POST", "/image/v1/images/", None, of_meta(**{**usual, **headers}))
    assert answer.status == 400
    assert answer.json["badRequest"]["code"] == 400
    assert images.own_names() == []


@pytest.mark.requirement("I12")
@pytest.mark.parametrize("missing", ["Name", "Location"])
def test_name_and_location_are_needed(images: ImageClient, missing: str) -> None:
    headers = of_meta(Name="o", Location=f"pithos://{images.account}/c/o")
    del headers[f"X-Image-Meta-{missing}"]
    assert images.send("POST", "/image/v1/images/", None, headers).status == 400


@pytest.mark.requirement("I12")
def test_what_is_not_there_is_404_and_of_others_403(
    images: ImageClient, others: ImageClient
) -> None:
    assert images.post_location("c/none", Name="o").status == 404
    assert images.post_location("none/o", Name="o").status == 404
    images.store.put("c/o", b"x")
    location = f"pithos://{images.account}/c/o"
    headers = of_meta(Name="o", Location=location)
    assert others.send("POST", "/image/v1/images/", None, headers).status == 403


@pytest.mark.requirement("I12")
def test_all_that_may_be_said_is_taken(images: ImageClient) -> None:
    images.store.put("c/o", b"12345")
    checksum = images.store.head("c/o")["X-Object-Hash"]
    answer = images.post_location(
        "c/o", Name="o", Store="pithos", Disk_Format="extdump", Container_Format="ami", Size="5",
        Checksum=checksum.upper(), Is_Public="false", Owner=images.account,
    )  # fmt: skip
    assert answer.status == 200
    assert answer["X-Image-Meta-Disk-Format"] == "extdump"
    assert answer["X-Image-Meta-Container-Format"] == "ami"


@pytest.mark.requirement("I14")
def test_an_update_leaves_what_it_does_not_name(images: ImageClient) -> None:
    image = images.register("o", Property_A="1", Property_B="2")
    answer = images.update(image, Property_B="3", Status="SAVING", Name="other")
    assert answer.status == 200
    found = images.detail(image)
    assert found["properties"] == {"a": "1", "b": "3"}
    assert (found["name"], found["status"]) == ("other", "SAVING")
    assert found["disk_format"] == "diskdump"


@pytest.mark.requirement("I14")
def test_registering_again_forgets_what_was_said(images: ImageClient) -> None:
    image = images.register("o", Property_A="1", Disk_Format="extdump")
    again = images.post_location("c/o", Name="new", Property_B="2")
    assert again["X-Image-Meta-Id"] == image
    found = images.detail(image)
    assert (found["name"], found["disk_format"]) == ("new", "diskdump")
    assert found["properties"] == {"b": "2"}


@pytest.mark.parametrize("bad", [{"Id": "7"}, {"Size": "5"}, {"Status": "GONE"}, {"Name": ""}])
def test_a_bad_update_is_400_and_changes_nothing(images: ImageClient, bad: dict[str, str]) -> None:
    image = images.register("o", Property_A="1")
    before = images.detail(image)
    assert images.update(image, Property_A="2", **bad).status == 400
    assert images.detail(image) == before


@pytest.mark.requirement("I7")
def test_deleting_unregisters_and_the_object_stays(images: ImageClient) -> None:
    image = images.register("o", b"12345")
    assert images.send("DELETE", f"/image/v1/images/{image}").status == 204
    assert images.own_names() == []
    assert images.head(image).status == 404
    assert images.store.get("c/o").body == b"12345"
    assert images.send("DELETE", f"/image/v1/images/{image}").status == 404


def test_the_bytes_are_served_in_ranges_and_on_conditions(images: ImageClient) -> None:
    path = f"/image/v1/images/{images.register('o', b'0123456789')}"
    whole = images.send("GET", path)
    assert (whole.status, whole.body) == (200, b"0123456789")
    assert whole["X-Image-Meta-Name"] == "o"
    part = images.send("GET", path, None, {"Range": "bytes=2-4"})
    assert (part.status, part.body) == (206, b"234")
    unchanged = images.send("GET", path, None, {"If-None-Match": whole["ETag"]})
    assert unchanged.status == 304
    assert images.send("GET", path, None, {"If-Match": "0" * 32}).status == 412
    assert images.send("GET", path, None, {"Range": "bytes=99-"}).status == 416


@pytest.mark.parametrize("path", ["/image/v1/nothing", "/image/v1/images/a/b/c", "/image/v1.0"])
def test_unknown_paths_are_faults(images: ImageClient, path: str) -> None:
    answer = images.send("GET", path)
    assert (answer.status, answer.json["badRequest"]["code"]) == (400, 400)


def test_a_wrong_method_is_405(images: ImageClient) -> None:
    answer = images.send("DELETE", "/image/v1/images/")
    assert (answer.status, answer["Allow"]) == (405, "GET,POST")
