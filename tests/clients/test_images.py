"""Stock clients of images, unmodified: they find the registry by their login alone."""

import os
import re

import pytest

from tests.clients.conftest import Desk
from tests.clients.pages import IMAGES, blocks

CLIENTS = ("glance", "openstack", "OpenStack SDK")
DATA = os.urandom(9_000_000)

SHARE = """
openstack image create --disk-format raw --container-format bare --file tree/disk disk
glance member-create $(openstack image show disk -f value -c id) $OTHER
"""
ACCEPT = """
export OS_USERNAME=$OTHER OS_PASSWORD=$OTHER_KEY OS_PROJECT_NAME=$OTHER
[ -z "$(openstack image list -f value -c Name)" ]
image=$(openstack image list --shared --member-status pending -f value -c ID)
openstack image set --accept $image
openstack image list -f value -c Name
glance image-download --file back $image
"""
FOUND = """
for name in "abc":
    connection.create_image(name, filename="tree/a.txt", disk_format="raw", container_format="bare",
                            tags=[name, "all"], os_distro=name)
images = connection.image.images
print(*[image.name for image in images(sort="name:asc", limit=2)])
print(*[image.name for image in images(name="b")])
print(*[image.name for image in images(tag="c")])
print(*[image.name for image in images(os_distro="a")])
print(connection.image.find_image("a").status, connection.image.find_image("none"))
image = connection.image.find_image("a")
print(connection.image.get_image(image.id).checksum == image.checksum)
"""
REFUSED = """
from openstack.exceptions import ForbiddenException, NotFoundException

image = connection.create_image("kept", filename="tree/a.txt", protected=True, disk_format="raw",
                                container_format="bare")
try:
    connection.image.delete_image(image.id, ignore_missing=False)
except ForbiddenException as error:
    print("protected" in str(error))
try:
    connection.image.get_image("00000000-0000-4000-8000-000000000000")
except NotFoundException as error:
    print("no image" in str(error))
connection.image.update_image(image, is_protected=False)
"""


@pytest.fixture
def desk(desk: Desk) -> Desk:
    (desk.place / "tree/disk").write_bytes(DATA)
    return desk


@pytest.mark.requirement("I20", "I21", "I22", "I24")
@pytest.mark.parametrize("client", CLIENTS)
def test_the_example_of_the_page_does_what_it_says(desk: Desk, client: str) -> None:
    example = blocks(client, IMAGES)[1]
    if client == "OpenStack SDK":
        desk.python(client, example, IMAGES)
    else:
        desk.shell(client, example, IMAGES)
    assert (desk.place / "back").read_bytes() == DATA
    assert desk.api.names("images") == []


@pytest.mark.requirement("I20", "I25")
def test_an_image_is_shared_accepted_and_loaded(desk: Desk) -> None:
    token = desk.manage("create_token", "--create", "colleague").strip()
    other = f"export OTHER=colleague OTHER_KEY={token}\n"
    assert "pending" in desk.shell("openstack", other + SHARE, IMAGES)
    told = desk.shell("openstack", other + ACCEPT, IMAGES)
    assert re.search(r"^disk$", told, re.MULTILINE)
    assert (desk.place / "back").read_bytes() == DATA


@pytest.mark.requirement("I21", "I17", "I28")
def test_the_sdk_lists_filters_and_finds(desk: Desk) -> None:
    told = desk.python("OpenStack SDK", FOUND, IMAGES).splitlines()
    assert told == ["a b c", "b", "c", "a", "active None", "True"]


@pytest.mark.requirement("I21", "I23")
def test_the_sdk_reads_what_is_refused(desk: Desk) -> None:
    assert desk.python("OpenStack SDK", REFUSED, IMAGES).split() == ["True", "True"]
