"""``/v1/AUTH_A/C/O``."""

from collections.abc import Callable
from hashlib import md5

import pytest

from tests.swift.client import SwiftClient, visit

RED = {"X-Object-Meta-Color": "red", "X-Object-Meta-Size": "big"}


def test_put_without_a_type_guesses_it(box: SwiftClient) -> None:
    box.put("c/photo.jpg", b"x", {"Content-Type": ""})
    assert box.head("c/photo.jpg")["Content-Type"] == "image/jpeg"


def test_put_tells_md5_and_time(box: SwiftClient) -> None:
    stored = box.put("c/o", [b"one", b"two"])
    assert stored.status == 201
    assert stored["ETag"] == md5(b"onetwo").hexdigest()
    assert stored["Last-Modified"] == box.head("c/o")["Last-Modified"]


def test_post_replaces_the_metadata_but_not_the_type(box: SwiftClient) -> None:
    box.put("c/o", b"x", {**RED, "Content-Type": "a/b", "Content-Encoding": "gzip"})
    assert box.post("c/o", headers={"X-Object-Meta-Shape": "round"}).status == 202
    head = box.head("c/o")
    assert head.meta("X-Object-Meta-") == {"X-Object-Meta-Shape": "round"}
    assert (head["Content-Type"], head.get("Content-Encoding")) == ("a/b", None)
    assert box.get("c/o").body == b"x"


@pytest.mark.parametrize("kind", ["a/new", "application/octet-stream"])
def test_post_with_a_type_alone_changes_the_type(box: SwiftClient, kind: str) -> None:
    box.put("c/o", b"x", RED)
    headers = {"Content-Type": kind, "Accept-Ranges": "bytes"}
    assert box.post("c/o", headers=headers).status == 202
    assert box.head("c/o")["Content-Type"] == kind
    assert box.head("c/o").meta("X-Object-Meta-") == {}


def test_post_with_a_content_range_writes_data_as_in_pithos(box: SwiftClient) -> None:
    box.put("c/o", b"x")
    headers = {"Content-Type": "application/octet-stream", "Content-Range": "bytes */*"}
    assert box.post("c/o", b"y", headers).status == 204
    assert box.get("c/o").body == b"xy"


@pytest.mark.parametrize("destination", ["/c/p%20q", "c/p%20q"])
def test_copy_merges_the_metadata(box: SwiftClient, destination: str) -> None:
    box.put("c/o", b"x", {**RED, "Content-Type": "a/b"})
    headers = {"Destination": destination, "X-Object-Meta-Color": "blue"}
    assert box.request("COPY", "c/o", None, headers).status == 201
    head = box.head("c/p q")
    assert head["Content-Type"] == "a/b"
    assert head.meta("X-Object-Meta-") == {**RED, "X-Object-Meta-Color": "blue"}


def test_a_copy_with_fresh_metadata_drops_the_old(box: SwiftClient) -> None:
    box.put("c/o", b"x", {**RED, "Content-Type": "a/b"})
    headers = {"Destination": "c/p", "X-Fresh-Metadata": "true", "X-Object-Meta-New": "1"}
    assert box.request("COPY", "c/o", None, headers).status == 201
    assert box.head("c/p").meta("X-Object-Meta-") == {"X-Object-Meta-New": "1"}
    assert box.head("c/p")["Content-Type"] == "a/b"


@pytest.mark.parametrize("source", ["/c/o%2F1", "c/o/1"])
def test_put_with_copy_from(box: SwiftClient, source: str) -> None:
    box.put("c/o/1", b"bytes", RED)
    assert box.put("c/p", headers={"X-Copy-From": source}).status == 201
    assert box.get("c/p").body == b"bytes"
    assert box.head("c/p").meta("X-Object-Meta-") == RED


@pytest.mark.parametrize("form", ["AUTH_{}", "{}"])
def test_copies_between_accounts_need_rights(
    new_swift_user: Callable[[], SwiftClient], form: str
) -> None:
    olga, igor = new_swift_user(), new_swift_user()
    for user in (olga, igor):
        user.put("c")
    olga.put("c/o", b"bytes")
    from_olga = {"X-Copy-From": "c/o", "X-Copy-From-Account": form.format(olga.account)}
    to_igor = {"Destination": "c/p", "Destination-Account": form.format(igor.account)}
    assert igor.put("c/p", headers=from_olga).status == 403
    olga.post("c/o", headers={"X-Object-Sharing": f"read={igor.account}"})
    assert igor.put("c/p", headers=from_olga).status == 201
    assert igor.get("c/p").body == b"bytes"
    assert visit(igor, olga).request("COPY", "c/o", None, to_igor).status == 201
    assert olga.request("COPY", "c/o", None, to_igor).status == 403


def test_one_request_may_bring_90_keys_and_4096_bytes(box: SwiftClient) -> None:
    most = {f"X-Object-Meta-K{n}": "v" for n in range(90)}
    assert box.put("c/o", b"x", most).status == 201
    assert len(box.head("c/o").meta("X-Object-Meta-")) == 90
    assert box.put("c/o", b"x", {**most, "X-Object-Meta-More": "x"}).status == 400
    longest = {f"X-Object-Meta-{n:06}": "x" * 250 for n in range(16)}
    assert box.post("c/o", headers=longest).status == 202
    assert box.post("c/o", headers={**longest, "X-Object-Meta-A": "b"}).status == 400


def test_mtime_is_kept_as_sent(box: SwiftClient) -> None:
    box.put("c/o", b"x", {"X-Object-Meta-Mtime": "1700000000.123456789"})
    assert box.head("c/o")["X-Object-Meta-Mtime"] == "1700000000.123456789"


def test_what_pithos_adds_is_there(box: SwiftClient) -> None:
    first = box.put("c/o", b"one")["X-Object-Version"]
    box.put("c/o", b"two")
    assert box.get("c/o", version=first).body == b"one"
    assert len(box.get("c/o", version="list", format="json").json["versions"]) == 2
    assert box.get("c/o", hashmap="", format="json").json["bytes"] == 3
    assert box.put("c/p", headers={"X-Move-From": "/c/o"}).status == 201
    assert box.names("c") == ["p"]


def test_an_empty_value_is_no_metadata(box: SwiftClient) -> None:
    box.put("c/o", b"x", {"X-Object-Meta-A": "", "X-Object-Meta-B": "1"})
    assert box.head("c/o").meta("X-Object-Meta-") == {"X-Object-Meta-B": "1"}


def test_an_empty_copy_from_is_none(box: SwiftClient) -> None:
    assert box.put("c/o", b"bytes", {"X-Copy-From": ""}).status == 201
    assert box.get("c/o").body == b"bytes"


def test_a_copy_takes_no_body(box: SwiftClient) -> None:
    box.put("c/o", b"bytes")
    for body in (b"lost", [b"lo", b"st"]):
        answer = box.request("PUT", "c/p", body, {"X-Copy-From": "c/o"})
        assert (answer.status, b"takes no body" in answer.body) == (400, True)
    assert box.names("c") == ["o"]


def test_a_copy_tells_what_was_copied(box: SwiftClient) -> None:
    box.put("c/ö", b"bytes")
    part = {"Range": "bytes=1-2"}
    copied = box.request("COPY", "c/ö", None, {"Destination": "c/p", **part})
    put = box.put("c/q", b"", {"X-Copy-From": "c/%C3%B6", **part})
    for answer in (copied, put):
        told = (answer["X-Copied-From"], answer["X-Copied-From-Account"])
        assert told == ("c/%C3%B6", f"AUTH_{box.account}")
    assert (box.get("c/p").body, box.get("c/q").body) == (b"yt", b"yt")
