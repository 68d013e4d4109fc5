"""Replies that programs compare with Swift's (contract/swift.md, a)."""

from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from urllib.parse import quote

import pytest

from tests.swift.client import SwiftClient

HTML = "text/html; charset=UTF-8"
VALIDATORS = ("ETag", "Last-Modified", "Accept-Ranges")


@pytest.fixture
def one(box: SwiftClient) -> SwiftClient:
    """A user with the object ``c/o``."""
    box.put("c/o", b"data")
    return box


@pytest.mark.requirement("S1")
@pytest.mark.parametrize("path", ["", "c"])
def test_documents_have_the_types_that_swift_writes(one: SwiftClient, path: str) -> None:
    types = [one.get(path, format=form)["Content-Type"] for form in ("json", "plain", "xml")]
    assert types == [
        "application/json; charset=utf-8",
        "text/plain; charset=utf-8",
        "application/xml; charset=utf-8",
    ]
    empty = one.get(path, prefix="none")
    assert (empty.status, empty["Content-Type"]) == (204, "text/plain; charset=utf-8")


@pytest.mark.requirement("S1")
def test_what_else_is_told_as_a_document_has_these_types_too(one: SwiftClient) -> None:
    assert one.raw("GET", "/info")["Content-Type"] == "application/json; charset=utf-8"
    gone = one.post("", b"/c/none", {"Accept": "application/json"}, **{"bulk-delete": ""})
    assert gone["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.requirement("S1")
def test_faults_and_replies_to_writes_are_pages(one: SwiftClient) -> None:
    answers = [one.get("c/none"), one.post("c/o"), one.delete("c/o"), one.delete("c/none")]
    assert [answer.status for answer in answers] == [404, 202, 204, 404]
    assert [answer["Content-Type"] for answer in answers] == [HTML] * 4


@pytest.mark.requirement("S4")
@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"If-None-Match": "*"}, 304),
        ({"If-Match": '"0"'}, 412),
        ({"If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:01 GMT"}, 412),
        ({"Range": "bytes=9-"}, 416),
    ],
)
def test_who_is_refused_learns_the_state(
    one: SwiftClient, condition: dict[str, str], status: int
) -> None:
    known = one.head("c/o")
    for reader in (one, one.pithos):
        answer = reader.get("c/o", condition)
        told = [answer[name] for name in VALIDATORS]
        assert (answer.status, told) == (status, [known[name] for name in VALIDATORS])


@pytest.mark.requirement("S5")
@pytest.mark.parametrize("name", ["%ff", "a%00b", "%c3"])
@pytest.mark.parametrize("place", ["/{}", "/c/{}"])
def test_a_path_that_is_no_text_is_412(box: SwiftClient, name: str, place: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        answer = box.raw(method, box.url() + place.format(name), b"", box.own)
        assert (answer.status, answer["Content-Type"]) == (412, "text/plain")
        assert answer.body == b"Invalid UTF8 or contains NULL"
    assert box.raw("GET", f"/v1/{box.account}{place.format(name)}", None, box.own).status == 400


@pytest.mark.requirement("S5")
@pytest.mark.parametrize("value", [None, "", "c", "/c", "c/", "/"])
def test_a_copy_to_or_from_no_object_is_412(one: SwiftClient, value: str | None) -> None:
    to = {} if value is None else {"Destination": value}
    answers = [one.request("COPY", "c/o", None, to)]
    if value:
        answers.append(one.put("c/p", b"", {"X-Copy-From": value}))
    assert {answer.status for answer in answers} == {412}
    assert all(b"header" in answer.body for answer in answers)
    assert one.names("c") == ["o"]


@pytest.mark.requirement("S5")
@pytest.mark.parametrize("path", ["", "c"])
def test_more_than_can_be_listed_is_412(one: SwiftClient, path: str) -> None:
    assert one.get(path, limit=10_000).status == 200
    for limit in ("10001", "9" * 40):
        answer = one.get(path, limit=limit)
        assert (answer.status, answer.body) == (412, b"Maximum limit is 10000")


@pytest.mark.requirement("S5", "S19")
def test_the_top_is_no_account(swift: SwiftClient) -> None:
    for method in ("PUT", "POST", "DELETE"):
        assert swift.raw(method, "/v1/", b"", swift.own).status == 412
    assert swift.raw("GET", "/v1", None, swift.own).status in {200, 204}  # Pithos' list of sharers


@pytest.mark.requirement("S5")
def test_strangers_learn_only_that_they_are(one: SwiftClient) -> None:
    for headers in ({}, {"X-Auth-Token": "stale"}):
        answers = [
            one.raw("COPY", one.url("c/o"), None, headers),
            one.raw("GET", one.url("c", limit=10_001), None, {**headers, "X-Auth-Token": "x"}),
        ]
        assert [answer.status for answer in answers] == [401, 401]


@pytest.mark.requirement("S6")
@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"X-Delete-At": "soon"}, b"Non-integer X-Delete-At"),
        ({"X-Delete-At": "1.5"}, b"Non-integer X-Delete-At"),
        ({"X-Delete-After": "1 h"}, b"Non-integer X-Delete-After"),
        ({"X-Delete-At": "1"}, b"X-Delete-At in past"),
        ({"X-Delete-At": "-1"}, b"X-Delete-At in past"),
        ({"X-Delete-After": "-1"}, b"X-Delete-After in past"),
        ({"X-Delete-After": "0"}, b"X-Delete-After in past"),
    ],
)
def test_times_that_are_none(one: SwiftClient, headers: dict[str, str], told: bytes) -> None:
    copied = one.request("COPY", "c/o", None, {"Destination": "c/p", **headers})
    for answer in (one.put("c/o", b"new", headers), one.post("c/o", headers=headers), copied):
        assert (answer.status, answer["Content-Type"], answer.body) == (400, "text/plain", told)
    assert (one.get("c/o").body, one.names("c")) == (b"data", ["o"])


@pytest.mark.requirement("S18")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_both_conditions_of_writers_must_hold(one: SwiftClient, method: str) -> None:
    match, late = {"If-Match": one.head("c/o")["ETag"]}, "Fri, 01 Jan 2100 00:00:00 GMT"
    early = "Thu, 01 Jan 1970 00:00:01 GMT"
    for date, status in ((late, 200), (early, 412)):
        headers = {**match, "If-Unmodified-Since": date}
        assert one.request(method, "c/o", None, headers).status == status
    assert one.get("c/o", {"If-Match": "0" * 32, "If-Unmodified-Since": late}).status == 412


@pytest.mark.requirement("S18")
def test_both_conditions_of_a_deletion_must_hold(one: SwiftClient) -> None:
    early = {"If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:01 GMT"}
    assert one.delete("c/o", {"If-Match": one.head("c/o")["ETag"], **early}).status == 412
    assert one.get("c/o").body == b"data"


@pytest.mark.requirement("S19")
@pytest.mark.parametrize("path", ["", "c", "c/o"])
def test_a_method_that_there_is_not_is_405(one: SwiftClient, path: str) -> None:
    for method in ("PATCH", "LINK", "TRACE"):
        answer = one.request(method, path)
        assert answer.status == 405
        assert "GET" in answer["Allow"]


@pytest.mark.requirement("S10", "S19")
@pytest.mark.parametrize("coding", ["gzip, chunked", "gzip", "identity", "xchunked"])
@pytest.mark.parametrize("length", [{}, {"Content-Length": "4"}])
def test_codings_that_are_not_known_are_501(
    box: SwiftClient, coding: str, length: dict[str, str]
) -> None:
    wire = HTTPConnection(*box.address, timeout=30)
    wire.putrequest("PUT", box.url("c/o"))
    for name, value in {**box.own, "Transfer-Encoding": coding, **length}.items():
        wire.putheader(name, value)
    wire.endheaders(b"data")
    answer = wire.getresponse()
    assert (answer.status, answer.headers["Connection"]) == (501, "close")
    wire.close()
    assert box.names("c") == []


@pytest.mark.requirement("S21")
def test_the_realm_is_the_account(box: SwiftClient) -> None:
    answer = box.raw("GET", box.url("c"), None, {})
    assert answer["WWW-Authenticate"] == f'Swift realm="AUTH_{box.account}"'
    name = quote('grün "x"')
    other = box.raw("GET", f"/v1/AUTH_{name}/c", None, {})
    assert other["WWW-Authenticate"] == 'Swift realm="AUTH_gr%C3%BCn%20%22x%22"'


@pytest.mark.requirement("S13")
def test_each_part_has_the_type_with_its_parameters(box: SwiftClient) -> None:
    box.put("c/o", b"0123456789", {"Content-Type": "text/plain; charset=utf-8; x=y"})
    answer = box.get("c/o", {"Range": "bytes=0-1,8-9"})
    assert answer.status == 206
    assert answer.body.count(b"Content-Type: text/plain; charset=utf-8; x=y\r\n") == 2


@pytest.mark.requirement("S16")
def test_a_container_s_date_moves_with_what_is_said_to_it(box: SwiftClient) -> None:
    first = box.head("c")["Last-Modified"]
    box.put("c/o", b"x")
    (listed,) = box.get("", format="json").json
    assert box.head("c")["Last-Modified"] == first
    before = parsedate_to_datetime(first).replace(tzinfo=None).isoformat()
    assert before >= listed["last_modified"]


@pytest.mark.requirement("S17")
def test_policies(swift: SwiftClient) -> None:
    (policy,) = swift.raw("GET", "/info").json["swift"]["policies"]
    assert swift.put("c", headers={"X-Storage-Policy": "gold"}).status == 400
    assert swift.put("c", headers={"X-Storage-Policy": policy["name"]}).status == 201
    assert swift.put("c", headers={"X-Storage-Policy": policy["name"].upper()}).status == 202
    for answer in (swift.head("c"), swift.get("c")):
        assert answer["X-Storage-Policy"] == policy["name"]
    assert swift.pithos.head("c").get("X-Storage-Policy") is None
