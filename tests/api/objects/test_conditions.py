import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from tests.api.client import Answer, Client
from tests.api.state import unchanged

DATA = b"hello world"
TAG = hashlib.md5(DATA).hexdigest()
OTHER = "0" * 32
FORMATS = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
HITS = [TAG, f'"{TAG}"', TAG.upper(), "*", f"{OTHER},{TAG}", f' "{OTHER}" , "{TAG}" ', f"x, {TAG}"]
MISSES = [OTHER, f'"{OTHER}"', f"{OTHER}, {OTHER}", "x", TAG[:-1], ""]


@pytest.fixture
def one(box: Client) -> Client:
    """``c/o`` has ``DATA``."""
    assert box.put("c/o", DATA).status == 201
    return box


def modified(client: Client) -> datetime:
    return parsedate_to_datetime(client.head("c/o")["Last-Modified"]).astimezone(UTC)


def check_full(answer: Answer, method: str) -> None:
    assert answer.status == 200
    assert answer.body == (DATA if method == "GET" else b"")


def check_unmodified(answer: Answer) -> None:
    assert (answer.status, answer.body) == (304, b"")
    assert answer["ETag"] == TAG
    assert answer["Last-Modified"].endswith(" GMT")


@pytest.mark.requirement("R81")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("tags", HITS)
def test_a_matching_tag(one: Client, method: str, tags: str) -> None:
    check_full(one.request(method, "c/o", headers={"If-Match": tags}), method)
    check_unmodified(one.request(method, "c/o", headers={"If-None-Match": tags}))


@pytest.mark.requirement("R81")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("tags", MISSES)
def test_a_tag_that_does_not_match(one: Client, method: str, tags: str) -> None:
    check_full(one.request(method, "c/o", headers={"If-None-Match": tags}), method)
    refused = one.request(method, "c/o", headers={"If-Match": tags})
    assert refused.status == 412
    assert DATA not in refused.body


@pytest.mark.requirement("R81")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("form", FORMATS)
def test_dates_come_in_three_forms(one: Client, method: str, form: str) -> None:
    now = modified(one)
    same, before = now.strftime(form), (now - timedelta(seconds=1)).strftime(form)
    check_unmodified(one.request(method, "c/o", headers={"If-Modified-Since": same}))
    check_full(one.request(method, "c/o", headers={"If-Modified-Since": before}), method)
    check_full(one.request(method, "c/o", headers={"If-Unmodified-Since": same}), method)
    assert one.request(method, "c/o", headers={"If-Unmodified-Since": before}).status == 412


@pytest.mark.requirement("R81")
@pytest.mark.parametrize(
    "date",
    ["yesterday", "", "0", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:00:00 GMT",
     "1994-11-06T08:49:37Z", "Sun, 06 Nov 99999 08:49:37 GMT"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["If-Modified-Since", "If-Unmodified-Since"])
def test_what_is_no_date_is_ignored(one: Client, name: str, date: str) -> None:
    check_full(one.get("c/o", {name: date}), "GET")


@pytest.mark.requirement("R81")
def test_the_tag_decides_before_the_date(one: Client) -> None:
    now = modified(one).strftime(FORMATS[0])
    old = (modified(one) - timedelta(days=1)).strftime(FORMATS[0])
    check_full(one.get("c/o", {"If-None-Match": OTHER, "If-Modified-Since": now}), "GET")
    check_unmodified(one.get("c/o", {"If-None-Match": TAG, "If-Modified-Since": old}))
    check_full(one.get("c/o", {"If-Match": TAG, "If-Unmodified-Since": old}), "GET")


@pytest.mark.requirement("R81")
def test_what_demands_fails_before_what_saves_a_transfer(one: Client) -> None:
    both = {"If-Match": OTHER, "If-None-Match": TAG}
    assert one.get("c/o", both).status == 412
    old = (modified(one) - timedelta(days=1)).strftime(FORMATS[0])
    assert one.get("c/o", {"If-Unmodified-Since": old, "If-None-Match": TAG}).status == 412
    check_unmodified(one.get("c/o", {"If-Match": TAG, "If-None-Match": TAG}))


@pytest.mark.requirement("R81", "R75")
def test_conditions_come_before_ranges(one: Client) -> None:
    part = {"Range": "bytes=0-1"}
    check_unmodified(one.get("c/o", {**part, "If-None-Match": TAG}))
    assert one.get("c/o", {**part, "If-Match": OTHER}).status == 412
    assert one.get("c/o", {"Range": "bytes=99-", "If-Match": OTHER}).status == 412
    assert one.get("c/o", {**part, "If-Match": TAG}).status == 206


@pytest.mark.requirement("R82")
@pytest.mark.parametrize("tags", HITS)
def test_a_write_may_demand_the_state_it_replaces(one: Client, tags: str) -> None:
    with unchanged(one):
        assert one.put("c/o", b"new", {"If-None-Match": tags}).status == 412
    assert one.put("c/o", b"new", {"If-Match": tags}).status == 201
    assert one.get("c/o").body == b"new"


@pytest.mark.requirement("R82")
@pytest.mark.parametrize("tags", MISSES)
def test_a_write_that_demands_another_state_is_412(one: Client, tags: str) -> None:
    with unchanged(one):
        assert one.put("c/o", b"new", {"If-Match": tags}).status == 412
    assert one.put("c/o", b"new", {"If-None-Match": tags}).status == 201
    assert one.get("c/o").body == b"new"


@pytest.mark.requirement("R82")
@pytest.mark.parametrize("deleted", [False, True])
def test_nothing_matches_what_is_not_there(box: Client, deleted: bool) -> None:
    if deleted:
        assert box.put("c/o", DATA).status == 201
        assert box.delete("c/o").status == 204
    with unchanged(box):
        for tags in HITS:
            assert box.put("c/o", DATA, {"If-Match": tags}).status == 412
    assert box.put("c/o", DATA, {"If-None-Match": "*"}).status == 201


@pytest.mark.requirement("R82")
@pytest.mark.parametrize("name", ["If-Modified-Since", "If-Unmodified-Since"])
@pytest.mark.parametrize("year", [1994, 2100])
def test_dates_say_nothing_about_writes(one: Client, name: str, year: int) -> None:
    date = datetime(year, 1, 1, tzinfo=UTC).strftime(FORMATS[0])
    assert one.put("c/o", b"new", {name: date}).status == 201
