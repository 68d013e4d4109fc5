"""``/info`` tells the truth."""

from tests.swift.client import SwiftClient


def test_it_needs_no_token(swift: SwiftClient) -> None:
    answer = swift.raw("GET", "/info")
    assert answer.status == 200
    assert answer.json["swift"]["account_autocreate"] is True


def test_what_is_not_served_is_not_listed(swift: SwiftClient) -> None:
    listed = swift.raw("GET", "/info").json
    assert not listed.keys() & {"ratelimit", "container_sync", "domain_remap", "cname_lookup"}


def test_its_limits_hold(box: SwiftClient) -> None:
    core = box.raw("GET", "/info").json["swift"]
    longest = core["max_object_name_length"]
    assert box.put("c/" + "x" * longest, b"").status == 201
    assert box.put("c/" + "x" * (longest + 1), b"").status == 400
    container = core["max_container_name_length"]
    assert box.put("x" * container).status == 201
    assert box.put("x" * (container + 1)).status == 400
    key = "X-Object-Meta-" + "K" * core["max_meta_name_length"]
    assert box.put("c/o", b"", {key: "v" * core["max_meta_value_length"]}).status == 201
    assert box.put("c/o", b"", {key + "k": "v"}).status == 400
    assert box.put("c/o", b"", {key: "v" * (core["max_meta_value_length"] + 1)}).status == 400


def test_only_reading_is_allowed(swift: SwiftClient) -> None:
    answer = swift.raw("PUT", "/info")
    assert (answer.status, answer["Allow"]) == (405, "GET,HEAD")
