"""What is written, and refused, as programs expect it of Swift (contract/swift.md, a)."""

import socket
from collections.abc import Callable
from hashlib import md5
from time import time

import pytest

from tests.swift.client import SwiftClient, visit

HASH = md5(b"data", usedforsecurity=False).hexdigest()


@pytest.fixture
def one(box: SwiftClient) -> SwiftClient:
    """A user with the object ``c/o``."""
    box.put("c/o", b"data", {"Content-Type": "a/b"})
    return box


@pytest.mark.requirement("S2")
@pytest.mark.parametrize("kind", ["abc", "false", "a/b; c", "/", "text/html;", "x y z", "%41"])
def test_a_type_is_kept_as_it_was_sent(box: SwiftClient, kind: str) -> None:
    assert box.put("c/o.jpg", b"x", {"Content-Type": kind}).status == 201
    told = [box.head("c/o.jpg"), box.get("c/o.jpg"), box.get("c/o.jpg", {"Range": "bytes=0-0"})]
    assert [answer["Content-Type"] for answer in told] == [kind] * 3
    (entry,) = box.get("c", format="json").json
    assert entry["content_type"] == kind


@pytest.mark.requirement("S2")
@pytest.mark.parametrize(
    "headers", [{}, {"Content-Type": ""}, {"Content-Type": "a/b", "X-Detect-Content-Type": "true"}]
)
def test_a_type_is_guessed_where_none_is_sent(box: SwiftClient, headers: dict[str, str]) -> None:
    box.put("c/o.jpg", b"x", headers)
    assert box.head("c/o.jpg")["Content-Type"] == "image/jpeg"


@pytest.mark.requirement("S3")
@pytest.mark.parametrize("etag", ["0" * 32, "x", "a" * 31, "*", '"', f"{HASH}, {HASH}", "W/"])
def test_an_etag_that_is_not_the_md5_is_422(one: SwiftClient, etag: str) -> None:
    for user in (one, one.pithos):
        assert user.put("c/o", b"other", {"ETag": etag}).status == 422
        assert user.put("c/new", [b"oth", b"er"], {"ETag": etag}).status == 422
    assert (one.get("c/o").body, one.names("c")) == (b"data", ["o"])


@pytest.mark.requirement("S3")
@pytest.mark.parametrize("etag", [HASH, f'"{HASH}"', HASH.upper()])
def test_an_etag_that_is_the_md5_is_taken(box: SwiftClient, etag: str) -> None:
    assert box.put("c/o", b"data", {"ETag": etag}).status == 201


@pytest.mark.requirement("S7")
@pytest.mark.parametrize("moment", [4_000_000_000, 1_764_426_840_000_000_000, 10**18])
def test_a_time_in_the_far_future_is_kept_as_it_was_sent(one: SwiftClient, moment: int) -> None:
    assert one.put("c/p", b"x", {"X-Delete-At": str(moment)}).status == 201
    assert one.post("c/o", headers={"X-Delete-At": str(moment)}).status == 202
    assert [one.head(f"c/{name}")["X-Delete-At"] for name in "op"] == [str(moment)] * 2


@pytest.mark.requirement("S7")
@pytest.mark.parametrize("digits", [20, 400, 5000])
def test_a_time_that_no_clock_can_hold_is_never(box: SwiftClient, digits: int) -> None:
    assert box.put("c/o", b"x", {"X-Delete-At": "9" * digits}).status == 201
    assert box.put("c/p", b"x", {"X-Delete-After": "9" * digits}).status == 201
    assert [box.head(f"c/{name}")["X-Delete-At"] for name in "op"] == [str(2**63 - 1)] * 2


@pytest.mark.requirement("S8")
@pytest.mark.parametrize(
    ("sent", "status"),
    [("soon", 400), ("", 400), ("1.5", 400), ("-5", 412), ("5", 412), ("9" * 400, 412)],
)
def test_an_object_that_is_to_go_at_another_time_stays(
    one: SwiftClient, sent: str, status: int
) -> None:
    one.post("c/o", headers={"X-Delete-At": "4000000000"})
    assert one.delete("c/o", {"X-If-Delete-At": sent}).status == status
    assert one.get("c/o").body == b"data"
    assert one.delete("c/o", {"X-If-Delete-At": "4000000000"}).status == 204


@pytest.mark.requirement("S9")
def test_nothing_is_replaced_by_who_wants_nothing_there(one: SwiftClient) -> None:
    only_new = {"If-None-Match": "*"}
    assert one.put("c/o", b"other", only_new).status == 412
    assert one.put("c/p", b"other", only_new).status == 201
    assert one.put("c/o", b"other", {"If-None-Match": HASH}).status == 412  # more than Swift has
    assert one.put("c/o", b"other", {"If-None-Match": "0" * 32}).status == 201


@pytest.mark.requirement("S11")
def test_a_copy_of_a_range(one: SwiftClient) -> None:
    part = {"Range": "bytes=1-2"}
    copied = one.request("COPY", "c/o", None, {"Destination": "c/p", **part})
    put = one.put("c/q", b"", {"X-Copy-From": "c/o", **part})
    assert [answer["X-Copied-From"] for answer in (copied, put)] == ["c/o", "c/o"]
    assert [one.get(f"c/{name}").body for name in "pq"] == [b"at", b"at"]
    beyond = {"X-Copy-From": "c/o", "Range": "bytes=9-"}
    assert one.put("c/r", b"", beyond).status == 416


@pytest.mark.requirement("S12")
def test_copies_between_accounts(new_swift_user: Callable[[], SwiftClient]) -> None:
    olga, igor = new_swift_user(), new_swift_user()
    for user in (olga, igor):
        user.put("c")
    olga.put("shared", headers={"X-Container-Read": igor.account})

    def copies(source: str, of: SwiftClient, to: SwiftClient) -> int:
        there = {"X-Copy-From": source, "X-Copy-From-Account": f"AUTH_{of.account}"}
        answer = visit(igor, to).put("c/p", b"", there)
        headers = {"Destination": "c/p", "Destination-Account": f"AUTH_{to.account}"}
        assert visit(igor, of).request("COPY", source, None, headers).status == answer.status
        return answer.status

    assert copies("c/none", olga, igor) == 403
    assert copies("shared/none", olga, igor) == 404
    assert copies("none/none", olga, igor) == 403
    assert copies("c/none", igor, igor) == 404
    assert copies("c/none", igor, olga) == 403  # not 404: the destination is asked first


@pytest.mark.requirement("S14")
def test_text_in_a_path_may_come_as_it_is(box: SwiftClient) -> None:
    for method, body in (("PUT", b"x"), ("GET", b"")):
        with socket.create_connection(box.address, timeout=30) as wire:
            head = f"{method} {box.url('c')}/grün HTTP/1.1\r\nHost: x\r\nX-Auth-Token: {box.token}"
            length = f"\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            wire.sendall((head + length).encode() + body)
            answer = wire.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 20"), answer
    assert answer.endswith(b"\r\n\r\nx")
    assert box.names("c") == ["grün"]


@pytest.mark.requirement("S15")
@pytest.mark.parametrize(("path", "kind"), [("", "Account"), ("c", "Container"), ("c/o", "Object")])
def test_limits_of_metadata_are_those_that_are_told(one: SwiftClient, path: str, kind: str) -> None:
    core = one.raw("GET", "/info").json["swift"]
    name, value = core["max_meta_name_length"], core["max_meta_value_length"]
    assert (name, value) == (128, 256)
    assert (core["max_meta_count"], core["max_meta_overall_size"]) == (90, 4096)
    change = one.post if kind == "Account" else one.put

    def sets(headers: dict[str, str]) -> int:
        return change(path, headers=headers).status

    longest = f"X-{kind}-Meta-" + "k" * name
    assert sets({longest: "v" * value}) in {201, 202, 204}
    assert one.head(path)[longest] == "v" * value
    refused = [
        {longest + "k": "v"},
        {longest: "v" * (value + 1)},
        {longest: ("ü" * (value // 2 + 1)).encode().decode("latin-1")},
        {f"X-{kind}-Meta-K{n}": "v" for n in range(91)},
        {f"X-{kind}-Meta-{n:06}": "x" * 250 for n in range(17)},
    ]
    assert [sets(headers) for headers in refused] == [400] * 5


@pytest.mark.requirement("S20")
def test_who_writes_need_not_read(new_swift_user: Callable[[], SwiftClient]) -> None:
    olga, igor = new_swift_user(), new_swift_user()
    olga.put("c", headers={"X-Container-Write": igor.account})
    there = visit(igor, olga)
    assert there.put("c/o", b"x").status == 201
    assert [there.get("c/o").status, there.head("c/o").status, there.get("c").status] == [403] * 3
    assert there.delete("c/o").status == 204


@pytest.mark.requirement("S22")
def test_the_type_of_a_post(one: SwiftClient) -> None:
    assert one.post("c/o", headers={"X-Object-Meta-A": "b"}).status == 202
    assert one.head("c/o")["Content-Type"] == "a/b"
    assert one.post("c/o", headers={"Content-Type": "new"}).status == 202
    assert one.head("c/o")["Content-Type"] == "new"
    assert one.post("c/o", headers={"Content-Type": ""}).status == 202
    assert one.head("c/o")["Content-Type"] == "application/octet-stream"


@pytest.mark.requirement("S16")
def test_a_container_s_date_moves_with_each_put_and_post(
    box: SwiftClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = box.get("", format="json").json[0]["last_modified"]
    for write in (box.put, box.post):
        box.put(f"c/{time()}", b"x")
        assert box.get("", format="json").json[0]["last_modified"] == first
        assert write("c").status in {202, 204}
        then = box.get("", format="json").json[0]["last_modified"]
        assert then > first
        first = then
