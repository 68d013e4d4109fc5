"""Images of servers: made by commands, copied at Compute's interface (contract b1, c)."""

import os
from io import StringIO
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command

from pithos_api.models import Block
from tests.api.client import Answer
from tests.images.client import V11, V20, ImageClient
from tests.images.glance import V2, GlanceClient

pytestmark = pytest.mark.usefixtures("committed")
DISK = os.urandom(200_000)


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def machine(glance: GlanceClient) -> int:
    """The number of a server whose disk is ``c/disk``."""
    glance.store.put("c/disk", DISK)
    return int(run("create_server", "web", f"{glance.account}/c/disk"))


def post(client: ImageClient, reference: Any, root: str = V11, name: str = "snap") -> Answer:
    body = {"image": {"serverRef": reference, "name": name}}
    return client.send("POST", f"{root}/images", body)


@pytest.mark.requirement("I5")
@pytest.mark.parametrize("root", [V11, V20])
def test_an_image_of_a_disk_is_everywhere_at_once_and_costs_no_block(
    glance: GlanceClient, machine: int, root: str
) -> None:
    blocks = Block.objects.count()
    answer = post(glance, machine, root)
    assert answer.status == 202
    made = answer.json["image"]
    assert (made["name"], made["serverRef"], made["progress"]) == ("snap", machine, 100)
    assert glance.seen_by(made["id"]) == [200] * 4
    assert glance.send("GET", f"{V2}/images/{made['id']}/file").body == DISK
    assert Block.objects.count() == blocks
    glance.store.put("c/disk", b"other")
    assert glance.detail(made["id"])["size"] == len(DISK)


@pytest.mark.requirement("I7")
def test_the_object_of_a_server_s_image_outlives_it(glance: GlanceClient, machine: int) -> None:
    image = post(glance, machine).json["image"]["id"]
    [name] = glance.store.names("images")
    assert glance.send("DELETE", f"{V11}/images/{image}").status == 204
    assert glance.seen_by(image) == [404] * 4
    assert glance.store.get(f"images/{name}").body == DISK


@pytest.mark.requirement("I5")
def test_a_disk_is_found_where_it_was_moved(glance: GlanceClient, machine: int) -> None:
    glance.store.put("d")
    glance.store.request("MOVE", "c/disk", None, {"Destination": "/d/moved"})
    for _ in range(2):
        image = post(glance, machine).json["image"]["id"]
        assert glance.send("GET", f"{V2}/images/{image}/file").body == DISK
    assert "d/moved" in run("servers", glance.account)


@pytest.mark.requirement("I5")
@pytest.mark.parametrize("form", ["{}", "/v1.1/servers/{}", "http://host/compute/v1.1/servers/{}"])
def test_a_server_is_named_by_number_or_url(glance: GlanceClient, machine: int, form: str) -> None:
    assert post(glance, form.format(machine)).status == 202


@pytest.mark.requirement("I5", "I3")
def test_the_new_image_in_xml(glance: GlanceClient, machine: int) -> None:
    body = {"image": {"serverRef": machine, "name": "<&>"}}
    answer = glance.send("POST", f"{V11}/images.xml", body)
    root = ElementTree.fromstring(answer.body)
    assert (answer.status, root.attrib["name"]) == (202, "<&>")
    assert root.attrib["serverRef"] == str(machine)


@pytest.mark.requirement("I6")
@pytest.mark.parametrize(
    "body",
    [b"", b"text", [], {}, {"image": {}}, {"image": "x"}, {"image": {"name": "x"}},
     {"image": {"serverRef": 1}}, {"image": {"serverRef": "one", "name": "x"}},
     {"image": {"serverRef": -1, "name": "x"}}, {"image": {"serverRef": True, "name": "x"}},
     {"image": {"serverRef": 1.5, "name": "x"}}, {"image": {"serverRef": None, "name": "x"}},
     {"image": {"serverRef": "9" * 19, "name": "x"}}, {"image": {"serverRef": 1, "name": ""}},
     {"image": {"serverRef": 1, "name": 7}}],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("root", [V11, V20])
def test_a_bad_request_for_an_image_is_400(glance: GlanceClient, root: str, body: Any) -> None:
    assert glance.send("POST", f"{root}/images", body).status == 400
    assert glance.own_names(name="x") == []


@pytest.mark.requirement("I6")
def test_a_body_of_another_type_is_400(glance: GlanceClient, machine: int) -> None:
    body = b'{"image": {"serverRef": %d, "name": "x"}}' % machine
    headers = {"Content-Type": "text/plain"}
    assert glance.send("POST", f"{V11}/images", body, headers).status == 400


@pytest.mark.requirement("I6")
def test_no_server_and_another_s_server_are_404(
    glance: GlanceClient, another: GlanceClient, machine: int
) -> None:
    assert post(glance, 10**12).status == 404
    assert post(another, machine).status == 404
    glance.store.delete("c/disk")
    assert post(glance, machine).status == 404
    assert glance.own_names() == []


@pytest.mark.requirement("I6")
def test_over_quota_nothing_is_made(glance: GlanceClient, machine: int) -> None:
    glance.store.put("images", headers={"X-Container-Policy-Quota": "1000"})
    assert post(glance, machine).status == 413
    assert glance.store.names("images") == []


def test_servers_are_listed_and_forgotten(glance: GlanceClient, machine: int) -> None:
    assert run("servers", glance.account) == f"{machine}\t{glance.account}\tweb\tc/disk\n"
    run("delete_server", str(machine))
    assert run("servers", glance.account) == ""
    assert post(glance, machine).status == 404
    with pytest.raises(CommandError, match="no server"):
        run("delete_server", str(machine))


@pytest.mark.parametrize("disk", ["alone", "a/c", "{}/c/none", "nobody-at-all/c/o"])
def test_a_server_needs_a_disk(glance: GlanceClient, disk: str) -> None:
    with pytest.raises(CommandError):
        run("create_server", "web", disk.format(glance.account))
