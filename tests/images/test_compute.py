"""Compute, version 1.1: lists, details, properties and faults, in JSON and XML (contract b1)."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.api.client import Answer
from tests.images.client import V11, V20, ImageClient
from tests.images.glance import GlanceClient

NS = "{http://docs.openstack.org/compute/api/v1.1}"
NAME = "Ελληνικά <&\"' "
JSON, XML = "application/json", "application/xml"
Shape = dict[str, Any]


def in_xml(answer: Answer) -> ElementTree.Element:
    assert answer["Content-Type"].startswith("application/xml")
    return ElementTree.fromstring(answer.body)


def from_xml(element: ElementTree.Element) -> Shape:
    """An image as the JSON has it."""
    found: Shape = dict(element.attrib)
    meta = element.findall(f"{NS}metadata/{NS}meta")
    if meta:
        found["metadata"] = {"values": {each.attrib["key"]: each.text or "" for each in meta}}
    return found


def as_texts(image: Shape) -> Shape:
    return {key: value if key == "metadata" else str(value) for key, value in image.items()}


def since(images: ImageClient, path: str, moment: str, verb: str = "GET") -> Answer:
    query: Shape = {"changes-since": moment}
    return images.send(verb, path, **query)


def values(images: ImageClient, tail: str = "") -> list[Shape]:
    found: list[Shape] = images.send("GET", f"{V11}/images{tail}").json["images"]["values"]
    own = [image["id"] for image in images.send("GET", "/image/v1/images/").json]
    return [image for image in found if image["id"] in own]


@pytest.mark.requirement("I1")
@pytest.mark.parametrize("tail", ["", "/", ".json"])
def test_the_list_has_ids_and_names(images: ImageClient, tail: str) -> None:
    image = images.register("disk")
    assert {"id": image, "name": "disk"} in values(images, tail)


@pytest.mark.requirement("I1")
def test_the_details_say_everything(images: ImageClient) -> None:
    plain, told = images.register("a"), images.register("b", Property_OS="linux")
    images.update(plain, Status="SAVING")
    found = {image["id"]: image for image in values(images, "/detail")}
    assert found[plain].keys() == {"id", "name", "updated", "created", "status", "progress"}
    assert (found[plain]["status"], found[plain]["progress"]) == ("SAVING", 0)
    assert (found[told]["status"], found[told]["progress"]) == ("ACTIVE", 100)
    assert found[told]["metadata"] == {"values": {"os": "linux"}}
    for name in ("created", "updated"):
        assert datetime.fromisoformat(found[told][name]).utcoffset() is not None
    assert images.send("GET", f"{V11}/images/{told}").json == {"image": found[told]}


@pytest.mark.requirement("I2")
@pytest.mark.parametrize(
    ("tail", "accept", "form"),
    [
        ("", "", JSON),
        ("", "*/*", JSON),
        ("", "image/png", JSON),
        ("", XML, XML),
        ("", f"text/html, {XML};q=0.1, {JSON}", XML),
        ("", f"{JSON}, {XML}", JSON),
        (".json", XML, JSON),
        (".xml", JSON, XML),
        (".xml", "", XML),
    ],
)
@pytest.mark.parametrize("path", ["/images", "/images/detail", "/images/{}", "/images/{}/meta"])
def test_the_suffix_beats_accept(
    glance: GlanceClient, path: str, tail: str, accept: str, form: str
) -> None:
    target = f"{V11}{path}{tail}".format(glance.create(name="x", a="1"))
    answer = glance.send("GET", target, None, {"Accept": accept})
    assert (answer.status, answer["Content-Type"].partition(";")[0]) == (200, form)
    bad = glance.send("GET", f"{V11}/images/none{tail}", None, {"Accept": accept})
    assert (bad.status, bad["Content-Type"].partition(";")[0]) == (404, form)


@pytest.mark.requirement("I2")
@pytest.mark.parametrize("path", ["/imagesXjson", "/images/detailXxml", "/images.txt"])
def test_a_dot_is_a_dot(images: ImageClient, path: str) -> None:
    assert images.send("GET", f"{V11}{path}").status in {400, 404}


@pytest.mark.requirement("I3")
def test_the_xml_says_the_same_as_the_json(glance: GlanceClient) -> None:
    meta: Shape = {"a": NAME, "items": "b\tc", "κ": "λ"}
    image = glance.made(name=NAME, **meta)
    for tail in ("", "/detail"):
        [listed] = [each for each in values(glance, tail) if each["id"] == image]
        root = in_xml(glance.send("GET", f"{V11}/images{tail}.xml"))
        assert root.tag == f"{NS}images"
        [found] = [each for each in map(from_xml, root) if each["id"] == image]
        assert found == as_texts(listed)
    one = in_xml(glance.send("GET", f"{V11}/images/{image}.xml"))
    assert one.tag == f"{NS}image"
    assert from_xml(one) == as_texts(listed)
    assert from_xml(one)["metadata"]["values"] == meta


@pytest.mark.requirement("I3", "I8")
def test_properties_in_xml(glance: GlanceClient) -> None:
    image = glance.made(a=NAME, b="")
    root = in_xml(glance.send("GET", f"{V11}/images/{image}/meta.xml"))
    assert root.tag == f"{NS}metadata"
    assert {each.attrib["key"]: each.text or "" for each in root} == {"a": NAME, "b": ""}
    one = in_xml(glance.send("GET", f"{V11}/images/{image}/meta/a.xml"))
    assert (one.tag, one.attrib, one.text) == (f"{NS}meta", {"key": "a"}, NAME)


@pytest.mark.requirement("I4")
@pytest.mark.parametrize("path", ["/images", "/images/detail"])
@pytest.mark.parametrize("root", [V11, V20])
def test_changes_since_lists_what_changed(images: ImageClient, root: str, path: str) -> None:
    old = images.register("old")
    updated = images.send("GET", f"{V11}/images/{old}").json["image"]["updated"]
    listed = since(images, root + path, updated)
    assert old in listed.body.decode()
    after = (datetime.fromisoformat(updated) + timedelta(microseconds=1)).isoformat()
    images.update(images.register("new"), Property_A="1")
    newer = since(images, root + path, after).body.decode()
    assert '"new"' in newer
    assert old not in newer
    images.update(old, Property_A="1")
    again = since(images, root + path, after).body.decode()
    assert old in again


@pytest.mark.requirement("I4")
@pytest.mark.parametrize("verb", ["GET", "HEAD"])
def test_nothing_changed_is_304_and_empty(images: ImageClient, verb: str) -> None:
    now = datetime.now(UTC).isoformat()
    answer = since(images, f"{V11}/images", now, verb)
    assert (answer.status, answer.body) == (304, b"")


@pytest.mark.requirement("I4")
@pytest.mark.parametrize(
    "shift", ["Z", "+00:00", "", "+03:00", "-03:30", " 03:00"], ids=lambda s: s or "naive"
)
def test_times_come_in_any_zone(images: ImageClient, shift: str) -> None:
    image = images.register("o")
    zone = shift.strip() if shift != " 03:00" else "+03:00"
    offset = datetime.fromisoformat(f"2026-01-01T00:00:00{zone}").utcoffset() or timedelta()
    moment = datetime.now(UTC) - timedelta(minutes=1) + offset
    answer = since(images, f"{V11}/images", f"{moment:%Y-%m-%dT%H:%M:%S}{shift}")
    assert image in answer.body.decode()


@pytest.mark.requirement("I4")
@pytest.mark.parametrize(
    "moment", ["yesterday", "", "2026-13-01", "2999-01-01T00:00:00Z", "2001-01-01T00:00:00Z"]
)
def test_bad_future_and_old_times_are_400(images: ImageClient, moment: str) -> None:
    answer = since(images, f"{V11}/images", moment)
    assert (answer.status, answer.json["badRequest"]["code"]) == (400, 400)


@pytest.mark.requirement("I7")
@pytest.mark.parametrize(("root", "status"), [(V11, 401), (V20, 403)])
def test_the_owner_deletes_and_nobody_else(
    images: ImageClient, others: ImageClient, root: str, status: int
) -> None:
    path = f"{root}/images/{images.register('o', b'kept', Is_Public='true')}"
    refused = others.send("DELETE", path)
    assert refused.status == status
    assert list(refused.json) == ["unauthorized" if status == 401 else "forbidden"]
    assert images.send("DELETE", path).status == 204
    assert images.send("DELETE", path).status == 404
    assert images.store.get("c/o").body == b"kept"


@pytest.mark.requirement("I10")
@pytest.mark.parametrize(
    ("path", "status", "name"),
    [("/images/none", 404, "itemNotFound"), ("/nothing", 400, "badRequest"),
     ("/images?limit=x", 400, "badRequest")],
)  # fmt: skip
def test_faults_in_json_and_xml(images: ImageClient, path: str, status: int, name: str) -> None:
    answer = images.send("GET", V11 + path)
    fault = json.loads(answer.body)[name]
    assert (answer.status, fault["code"]) == (status, status)
    assert fault["message"]
    root = in_xml(images.send("GET", V11 + path, None, {"Accept": XML}))
    assert (root.tag, root.attrib) == (f"{NS}{name}", {"code": str(status)})
    assert root.findtext(f"{NS}message") == fault["message"]


@pytest.mark.requirement("I10")
@pytest.mark.parametrize("path", ["/images", "/images/detail", "/images/x", "/images/x/meta/y"])
@pytest.mark.parametrize("verb", ["PATCH", "COPY"])
def test_a_wrong_method_is_400_and_then_405(images: ImageClient, path: str, verb: str) -> None:
    first = images.send(verb, V11 + path)
    assert (first.status, list(first.json)) == (400, ["badRequest"])
    second = images.send(verb, V20 + path.replace("meta", "metadata"))
    assert (second.status, list(second.json)) == (405, ["badMethod"])
    assert re.search(r"\bGET\b", second["Allow"])


def test_a_fault_without_a_token_is_401(images: ImageClient) -> None:
    answer = images.store.raw("GET", f"{V11}/images.xml")
    assert (answer.status, in_xml(answer).tag) == (401, f"{NS}unauthorized")
