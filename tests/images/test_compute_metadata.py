"""Properties of images at Compute's interface, in both versions (contract b1, b2)."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.images.client import V11, V20
from tests.images.glance import GlanceClient


@pytest.fixture
def image(glance: GlanceClient) -> str:
    return glance.made(a="1", b="2")


def properties(glance: GlanceClient, image: str) -> dict[str, str]:
    found = glance.send("GET", f"{V20}/images/{image}/metadata").json["metadata"]
    return dict(found)


@pytest.mark.requirement("I8")
def test_properties_are_listed_and_read(glance: GlanceClient, image: str) -> None:
    first, second = f"{V11}/images/{image}/meta", f"{V20}/images/{image}/metadata"
    assert glance.send("GET", first).json == {"metadata": {"values": {"a": "1", "b": "2"}}}
    assert glance.send("GET", second).json == {"metadata": {"a": "1", "b": "2"}}
    for path in (first, second):
        assert glance.send("GET", f"{path}/a").json == {"meta": {"a": "1"}}
        assert glance.send("GET", f"{path}/none").status == 404


@pytest.mark.requirement("I8")
def test_the_first_version_updates_what_is_there(glance: GlanceClient, image: str) -> None:
    body = {"metadata": {"a": "3", "new": "x"}}
    answer = glance.send("POST", f"{V11}/images/{image}/meta", body)
    assert (answer.status, answer.json) == (201, {"metadata": {"a": "3"}})
    assert properties(glance, image) == {"a": "3", "b": "2"}


@pytest.mark.requirement("I8")
def test_the_second_version_merges_and_creates(glance: GlanceClient, image: str) -> None:
    body = {"metadata": {"a": "3", "new": "x"}}
    answer = glance.send("POST", f"{V20}/images/{image}/metadata", body)
    assert answer.status == 201
    assert answer.json == {"metadata": {"a": "3", "b": "2", "new": "x"}}
    replaced = glance.send("PUT", f"{V20}/images/{image}/metadata", {"metadata": {"c": "4"}})
    assert (replaced.status, replaced.json) == (200, {"metadata": {"c": "4"}})
    assert properties(glance, image) == {"c": "4"}


@pytest.mark.requirement("I8")
@pytest.mark.parametrize("path", [f"{V11}/images/{{}}/meta", f"{V20}/images/{{}}/metadata"])
def test_one_property_is_created_replaced_and_removed(
    glance: GlanceClient, image: str, path: str
) -> None:
    place = f"{path.format(image)}/k"
    for value in ("x", "y <&>"):
        answer = glance.send("PUT", place, {"meta": {"k": value}})
        assert (answer.status, answer.json) == (201, {"meta": {"k": value}})
        assert properties(glance, image)["k"] == value
    assert glance.send("DELETE", place).status == 204
    assert glance.send("DELETE", place).status == 404
    assert properties(glance, image) == {"a": "1", "b": "2"}


@pytest.mark.requirement("I9")
@pytest.mark.parametrize("path", [f"{V11}/images/{{}}/meta/a", f"{V20}/images/{{}}/metadata/a"])
@pytest.mark.parametrize(
    "body",
    [b"", b"text", [], {}, {"meta": {}}, {"meta": {"b": "1"}}, {"meta": {"a": "1", "b": "2"}},
     {"meta": "a"}, {"meta": {"a": 7}}, {"meta": {"a": {}}}, {"meta": {"a": "\x01"}}],
    ids=str,
)  # fmt: skip
def test_a_body_that_is_not_this_one_pair_is_400(
    glance: GlanceClient, image: str, path: str, body: Any
) -> None:
    assert glance.send("PUT", path.format(image), body).status == 400
    assert properties(glance, image) == {"a": "1", "b": "2"}


@pytest.mark.requirement("I9")
@pytest.mark.parametrize("path", [f"{V11}/images/{{}}/meta", f"{V20}/images/{{}}/metadata"])
@pytest.mark.parametrize(
    "body", [b"", b"text", [], {}, {"metadata": []}, {"metadata": "a"}, {"metadata": {"a": 7}}],
    ids=str,
)  # fmt: skip
def test_a_body_without_properties_is_400(
    glance: GlanceClient, image: str, path: str, body: Any
) -> None:
    assert glance.send("POST", path.format(image), body).status == 400
    assert properties(glance, image) == {"a": "1", "b": "2"}


@pytest.mark.requirement("I8")
def test_a_changed_property_is_a_change(glance: GlanceClient, image: str) -> None:
    before = glance.send("GET", f"{V11}/images/{image}").json["image"]["updated"]
    glance.send("PUT", f"{V11}/images/{image}/meta/a", {"meta": {"a": "9"}})
    assert glance.send("GET", f"{V11}/images/{image}").json["image"]["updated"] > before


def test_the_second_version_s_details(glance: GlanceClient, image: str) -> None:
    found = glance.send("GET", f"{V20}/images/{image}").json["image"]
    host, port = glance.store.address
    base = f"http://{host}:{port}"
    assert found["metadata"] == {"a": "1", "b": "2"}
    assert (found["tenant_id"], found["user_id"]) == (glance.account, glance.account)
    assert (found["public"], found["is_snapshot"]) == (False, False)
    assert {each["rel"]: each["href"] for each in found["links"]} == {
        "self": f"{base}/compute/v2.0/images/{image}",
        "bookmark": f"{base}/compute/v2.0/images/{image}",
        "alternate": f"{base}/image/v1.0/images/{image}",
    }
    listed = glance.send("GET", f"{V20}/images/detail").json["images"]
    assert found in listed
    brief = glance.send("GET", f"{V20}/images").json["images"]
    assert {"id": image, "name": "new", "links": found["links"]} in brief


def test_pages_of_the_second_version(glance: GlanceClient) -> None:
    made = [glance.made(name="same") for _ in range(3)]
    url, seen = f"{V20}/images?name=same&limit=2", []
    while url:
        page = glance.send("GET", url).json
        seen += [image["id"] for image in page["images"]]
        links = page.get("images_links", [])
        url = links[0]["href"].partition(f":{glance.store.address[1]}")[2] if links else ""
    assert [image for image in seen if image in made] == made


def test_links_repeat_no_token(glance: GlanceClient) -> None:
    for _ in range(2):
        glance.made()
    token = {"X-Auth-Token": glance.store.token, "limit": 1}
    for path in (f"{V20}/images", "/image/v2/images"):
        page = glance.store.raw("GET", f"{path}?{urlencode(token)}")
        assert page.status == 200
        assert b"marker" in page.body
        assert glance.store.token.encode() not in page.body


@pytest.mark.parametrize("path", ["/compute", "/compute/", "/compute/v2.0", "/compute/v1.1/"])
def test_versions_of_compute_are_told_to_anybody(glance: GlanceClient, path: str) -> None:
    answer = glance.store.raw("GET", path)
    assert answer.status == (200 if "v" in path else 300)
    told = answer.json.get("versions") or [answer.json["version"]]
    assert told[0]["links"][0]["href"].endswith(f"/compute/{told[0]['id']}/")
