"""An image is its object: what happens to the one at the object API shows at the other."""

from typing import Any

import pytest

from accounts.tokens.credentials import Credentials
from accounts.users.suspension import resume, suspend
from accounts.users.users import create_user, find_user
from images.services.registering import change_image
from images.services.registry import find_image, list_images
from images.values.changes import ImageChange
from images.values.queries import ImageQuery
from tests.api.client import Client
from tests.api.visitors import share
from tests.images.client import ImageClient
from tests.swift.client import in_swift


def move(store: Client, source: str, destination: str) -> None:
    assert store.request("MOVE", source, None, {"Destination": f"/{destination}"}).status == 201


@pytest.mark.requirement("I18")
@pytest.mark.parametrize("destination", ["c/new", "d/deep/new"])
def test_a_renamed_object_keeps_its_image(images: ImageClient, destination: str) -> None:
    image = images.register("o", Property_A="1")
    images.store.put("d")
    move(images.store, "c/o", destination)
    found = images.detail(image)
    assert found["location"] == f"pithos://{images.account}/{destination}"
    assert (found["name"], found["properties"]) == ("o", {"a": "1"})


@pytest.mark.requirement("I18")
def test_images_in_a_renamed_folder_keep_their_ids(images: ImageClient) -> None:
    image = images.register("f/o")
    images.store.put("c/f", headers={"Content-Type": "application/directory"})
    headers = {"Destination": "/c/g"}
    assert images.store.request("MOVE", "c/f", None, headers, delimiter="/").status == 201
    assert images.detail(image)["location"].endswith("/c/g/o")


@pytest.mark.requirement("I18")
def test_images_in_a_folder_that_goes_to_another_account_stay_images(
    images: ImageClient, others: ImageClient
) -> None:
    ids = {images.register(f"f/{name}") for name in "ab"}
    directory = {"Content-Type": "application/directory"}
    images.store.put("c/f", headers=directory)
    others.store.put("their")
    others.store.put("their/g", headers=directory)
    share(others.store, "their/g", f"write={images.account}")
    headers = {"Destination": "/their/g", "Destination-Account": others.account}
    assert images.store.request("MOVE", "c/f", None, headers, delimiter="/").status == 201
    assert images.own_names() == []
    assert {others.detail(image)["location"] for image in ids} == {
        f"pithos://{others.account}/their/g/{name}" for name in "ab"
    }


@pytest.mark.requirement("I18")
def test_size_and_checksum_follow_an_overwritten_object(images: ImageClient) -> None:
    image = images.register("o", b"12345")
    images.store.put("c/o", b"1234567")
    found = images.detail(image)
    assert found["size"] == 7
    assert found["checksum"] == images.store.head("c/o")["X-Object-Hash"]
    assert images.send("GET", f"/image/v1/images/{image}").body == b"1234567"


@pytest.mark.requirement("I18")
def test_a_deleted_object_is_no_image_and_a_new_one_of_its_name_neither(
    images: ImageClient,
) -> None:
    image = images.register("o")
    images.store.delete("c/o")
    assert images.own_names() == []
    assert images.head(image).status == 404
    images.store.put("c/o", b"new")
    assert images.own_names() == []


@pytest.mark.requirement("I18")
@pytest.mark.parametrize("how", ["folder", "container", "bulk"])
def test_however_objects_are_deleted_their_images_go(images: ImageClient, how: str) -> None:
    images.register("f/o")
    if how == "folder":
        images.store.put("c/f")
        assert images.store.delete("c/f", delimiter="/").status == 204
    elif how == "container":
        assert images.store.delete("c", delimiter="/").status == 204
    else:
        url = in_swift(images.store).url() + "?bulk-delete"
        assert images.send("POST", url, b"c/f/o\n").status == 200
    assert images.own_names() == []


def test_an_object_that_expires_is_no_image_any_more(images: ImageClient) -> None:
    image = images.register("o")
    swift = in_swift(images.store)
    swift.post("c/o", headers={"X-Delete-After": "1"})
    assert images.head(image).status == 200
    swift.post("c/o", headers={"X-Delete-At": "9999999999"})
    assert images.head(image).status == 200


@pytest.mark.requirement("I19")
def test_a_copy_is_no_image_until_it_is_registered(images: ImageClient) -> None:
    image = images.register("o", Property_A="1")
    images.store.request("COPY", "c/o", None, {"Destination": "/c/copy"})
    assert images.own_names() == ["o"]
    posted = images.post_location("c/copy", Name="copy")
    assert posted["X-Image-Meta-Id"] != image
    assert images.detail(posted["X-Image-Meta-Id"])["properties"] == {}
    assert sorted(images.own_names()) == ["copy", "o"]


@pytest.mark.requirement("I19")
def test_a_copy_onto_an_image_becomes_its_bytes(images: ImageClient) -> None:
    image = images.register("o", b"old")
    images.register("p", b"newer", Property_A="1")
    images.store.request("COPY", "c/p", None, {"Destination": "/c/o"})
    assert images.own_names() == ["p"]  # the copy is another object, with an id of its own
    assert images.head(image).status == 404


def test_metadata_at_the_object_api_leaves_the_image(images: ImageClient) -> None:
    image = images.register("o", Property_A="1")
    images.store.post("c/o", headers={"X-Object-Meta-B": "2"})
    assert images.detail(image)["properties"] == {"a": "1"}
    assert images.store.head("c/o").get("X-Object-Meta-A") is None
    assert images.update(image, Property_C="3").status == 200
    assert images.store.head("c/o")["X-Object-Meta-B"] == "2"


@pytest.mark.requirement("I15", "I11")
def test_a_public_image_is_everybodys_to_see(images: ImageClient, others: ImageClient) -> None:
    image = images.register("o", Is_Public="true")
    assert images.detail(image)["is_public"]
    assert images.store.head("c/o")["X-Object-Sharing"] == "read=*"
    assert others.detail(image)["owner"] == images.account
    assert others.send("GET", f"/image/v1/images/{image}").body == b"bytes"
    images.update(image, Is_Public="false")
    assert images.store.head("c/o").get("X-Object-Sharing") is None
    assert others.head(image).status == 404


@pytest.mark.requirement("I11")
def test_sharing_at_the_object_api_shows_the_image(
    images: ImageClient, others: ImageClient
) -> None:
    image = images.register("f/o")
    assert others.head(image).status == 404
    share(images.store, "c/f/o", f"read={others.account}")
    assert others.detail(image)["name"] == "f/o"
    share(images.store, "c/f/o", "")
    images.store.put("c/f", b"")
    share(images.store, "c/f", f"write={others.account}")  # what is above covers it
    assert others.head(image).status == 200
    share(images.store, "c/f", "read=nobody-else")
    assert others.head(image).status == 404


@pytest.mark.requirement("I11")
@pytest.mark.parametrize("readers", ["{}", ".r:*"])
def test_a_container_that_others_may_read_shows_its_images(
    images: ImageClient, others: ImageClient, readers: str
) -> None:
    image = images.register("o")
    listed = {"X-Container-Read": readers.format(others.account)}
    in_swift(images.store).post("c", headers=listed)
    assert others.head(image).status == 200
    in_swift(images.store).post("c", headers={"X-Container-Read": ""})
    assert others.head(image).status == 404


@pytest.mark.requirement("I11")
def test_a_member_of_a_group_sees_an_image(images: ImageClient, others: ImageClient) -> None:
    image = images.register("o")
    images.store.post("", headers={"X-Account-Group-Pals": others.account}, update="")
    share(images.store, "c/o", f"read={images.account}:pals")
    assert others.head(image).status == 200
    images.store.post("", headers={"X-Account-Group-Pals": ""}, update="")
    assert others.head(image).status == 404


def test_an_image_that_is_shared_from_above_cannot_be_made_private(images: ImageClient) -> None:
    image = images.register("f/o")
    images.store.put("c/f")
    share(images.store, "c/f", "read=somebody")
    answer = images.update(image, Is_Public="true")
    assert answer.status == 400
    assert "'f'" in answer.json["badRequest"]["message"]


@pytest.mark.parametrize("verb", ["PUT", "DELETE"])
@pytest.mark.requirement("I7", "I11")
def test_others_change_nothing(images: ImageClient, others: ImageClient, verb: str) -> None:
    image = images.register("o", Is_Public="true")
    path = f"/image/v1/images/{image}"
    assert others.send(verb, path).status == 403
    images.update(image, Is_Public="false")
    assert others.send(verb, path).status == 404
    assert images.head(image).status == 200


@pytest.mark.parametrize("kind", ["dynamic", "static"])
def test_a_large_object_in_parts_is_an_image_once_it_is_copied(
    images: ImageClient, kind: str
) -> None:
    images.store.put("c/parts/1", b"12345")
    if kind == "dynamic":
        images.store.put("c/o", b"", {"X-Object-Manifest": "c/parts/"})
    else:
        url = in_swift(images.store).url("c/o") + "?multipart-manifest=put"
        assert images.send("PUT", url, [{"path": "c/parts/1"}]).status == 201
    assert images.post_location("c/o", Name="o").status == 400
    assert images.own_names() == []
    url = in_swift(images.store).url("c/o")
    assert images.send("COPY", url, None, {"Destination": "/c/whole"}).status == 201
    assert images.post_location("c/whole", Name="whole", Size="5").status == 200


def test_a_refused_registration_leaves_nothing_behind(images: ImageClient) -> None:
    version = images.store.put("c/o", b"x")["X-Object-Version"]
    properties = {f"Property_{n}": "x" for n in range(129)}
    headers = {f"X-Image-Meta-{name.replace('_', '-')}": v for name, v in properties.items()}
    headers |= {"X-Image-Meta-Name": "o", "X-Image-Meta-Location": f"pithos://{images.account}/c/o"}
    assert images.send("POST", "/image/v1/images/", None, headers).status == 413
    assert images.own_names() == []
    assert images.store.head("c/o")["X-Object-Version"] == version


@pytest.mark.usefixtures("committed")
def test_images_of_a_suspended_user_are_nobodys_to_see(
    images: ImageClient, others: ImageClient
) -> None:
    image = images.register("suspended", Is_Public="true")
    user = find_user(images.account)
    for change, seen in ((suspend, False), (resume, True)):
        change(user)
        assert ("suspended" in others.names(), others.head(image).status == 200) == (seen, seen)
    images.update(image, Is_Public="false")


def test_they_are_still_listed_where_the_operator_wants_it(
    images: ImageClient, others: ImageClient, committed: None, settings: Any
) -> None:
    image, caller = images.register("o", Is_Public="true"), Credentials(b"", vouched=others.account)
    suspend(find_user(images.account))
    for served in (False, True):
        settings.PITHOS_SERVE_SUSPENDED = served
        listed = [each.id for each in list_images(caller, ImageQuery())]
        assert (image in listed) is served
    resume(find_user(images.account))
    images.update(image, Is_Public="false")


def test_a_reseller_reads_and_changes_any_image_and_lists_those_of_whom_they_name(
    images: ImageClient, committed: None
) -> None:
    image = images.register("o")
    reseller = create_user(f"reseller-{images.account}").account
    caller = Credentials(b"", vouched=reseller, everywhere=True)
    assert find_image(caller, image).owner == images.account
    assert image not in [each.id for each in list_images(caller, ImageQuery())]
    named = ImageQuery(owner=images.account, member_status="all")
    assert [each.id for each in list_images(caller, named)] == [image]
    change_image(caller, image, ImageChange(name="renamed"))
    assert images.detail(image)["name"] == "renamed"
