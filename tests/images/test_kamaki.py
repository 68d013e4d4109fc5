"""What kamaki asks for, as it asks (contract b5): the login, the catalog, and nine requests."""

import json
from urllib.parse import quote, urlsplit

import pytest

from tests.images.client import ImageClient, of_meta


def catalog(images: ImageClient) -> dict[str, str]:
    """Where each service is, as the login tells."""
    answer = images.store.raw(
        "POST",
        "/identity/v2.0/tokens",
        json.dumps({"auth": {"token": {"id": images.store.token}}}),
        {"Content-Type": "application/json"},
    )
    services = json.loads(answer.body)["access"]["serviceCatalog"]
    assert all(each["endpoints"][0]["SNF:uiURL"] for each in services)
    return {
        each["type"]: urlsplit(each["endpoints"][0]["publicURL"]).path
        for each in services
        if each["endpoints"][0]["versionId"]
    }


@pytest.mark.requirement("I26")
def test_the_catalog_names_all_services(images: ImageClient) -> None:
    found = catalog(images)
    assert found["image"] == "/image/v1.0"
    assert found["compute"] == "/compute/v2.0"
    assert found.keys() >= {"identity", "account", "object-store", "image", "compute"}


@pytest.mark.requirement("I26")
def test_registering_listing_sharing_and_unregistering(
    images: ImageClient, others: ImageClient
) -> None:
    place = catalog(images)["image"]
    images.store.put("c/disk.img", b"12345")
    location = f"pithos://{quote(f'{images.account}/c/disk.img')}"
    posted = images.send(
        "POST", f"{place}/images/", None, of_meta(Name=quote("my disk"), Location=location)
    )
    assert posted.status == 200
    image = posted["X-Image-Meta-Id"]
    listed = images.send("GET", f"{place}/images/detail", sort_key="name", sort_dir="asc").json
    assert image in [each["id"] for each in listed]
    assert images.send("HEAD", f"{place}/images/{image}")["X-Image-Meta-Name"] == "my disk"
    changed = of_meta(Name="renamed", Property_OS="linux")
    assert images.send("PUT", f"{place}/images/{image}", None, changed).status == 200
    member = f"{place}/images/{image}/members/{others.account}"
    assert images.send("PUT", member).status == 204
    assert others.send("GET", f"{place}/shared-images/{images.account}").json["shared_images"]
    assert images.send("DELETE", member).status == 204
    assert images.send("DELETE", f"{place}/images/{image}").status == 204


@pytest.mark.requirement("I26")
def test_compute_lists_shows_and_changes_properties(images: ImageClient) -> None:
    image = images.register("disk", Property_OS="linux")
    place = f"{catalog(images)['compute']}/images"
    assert image in [each["id"] for each in images.send("GET", f"{place}/detail").json["images"]]
    assert images.send("GET", f"{place}/{image}").json["image"]["name"] == "disk"
    assert images.send("GET", f"{place}/{image}/metadata/os").json == {"meta": {"os": "linux"}}
    body = {"metadata": {"os": "bsd", "kernel": "7"}}
    posted = images.send("POST", f"{place}/{image}/metadata", body)
    assert (posted.status, posted.json) == (201, body)
    assert images.send("DELETE", f"{place}/{image}/metadata/kernel").status == 204


@pytest.mark.requirement("I26")
@pytest.mark.parametrize("path", ["/v2.0/tokens", "/v3/auth/tokens"])
def test_catalogs_of_openstack_name_images(images: ImageClient, path: str) -> None:
    account, key = images.account, images.store.token
    password = {"user": {"name": account, "domain": {"id": "default"}, "password": key}}
    bodies = {
        "/v2.0/tokens": {"passwordCredentials": {"username": account, "password": key}},
        "/v3/auth/tokens": {"identity": {"methods": ["password"], "password": password}},
    }
    headers = {"Content-Type": "application/json"}
    answer = images.store.raw("POST", path, json.dumps({"auth": bodies[path]}), headers)
    assert answer.status in {200, 201}, answer.body
    host, port = images.store.address
    assert f'"http://{host}:{port}/image"'.encode() in answer.body
    assert f'"http://{host}:{port}/compute/v2.0"'.encode() in answer.body
