"""Encrypted blobs over HTTP (contract blobs b)."""

import os

import pytest

from pithos_api.models import Container
from tests.api.client import Client
from tests.blobs.client import BlobClient, tag_of

ALL = [("GET", b""), ("POST", b"[]"), ("DELETE", b"")]


@pytest.mark.requirement("B1")
@pytest.mark.parametrize("size", [0, 1, 100, 16 * 1024, 300_000])
def test_a_blob_is_read_as_it_was_written(blobs: BlobClient, size: int) -> None:
    data = os.urandom(size)
    put = blobs.put("a", data)
    assert (put.status, put.body) == (200, b"")
    got = blobs.get("a")
    assert (got.status, got.body, got["Content-Length"]) == (200, data, str(size))


@pytest.mark.requirement("B2")
def test_a_blob_is_written_once(blobs: BlobClient) -> None:
    assert blobs.put("a", b"first").status == 200
    assert blobs.put("a", b"second").status == 409
    assert blobs.put("a", os.urandom(100_000)).status == 409
    assert blobs.get("a").body == b"first"


@pytest.mark.requirement("B3")
@pytest.mark.parametrize(("method", "body"), ALL)
@pytest.mark.parametrize("others", [True, False])
def test_a_missing_blob_is_404(blobs: BlobClient, method: str, body: bytes, others: bool) -> None:
    if others:
        blobs.put("b", b"")
    assert blobs.ask(method, "a", body).status == 404
    assert blobs.get("a", "only_flags=1").status == 404


@pytest.mark.requirement("B4", "B5")
@pytest.mark.parametrize("size", [0, 5, 15, 16, 17, 70_000])
def test_the_tag_is_the_end_of_the_blob(blobs: BlobClient, size: int) -> None:
    data = os.urandom(size)
    blobs.put("a", data)
    assert blobs.get("a")["Tag"] == tag_of(data)
    assert f"{size:08x}{tag_of(data)} ".encode() + data == blobs.download("a").body


@pytest.mark.requirement("B6", "B7")
@pytest.mark.parametrize("other", ["namespace=x", "namespace=default"])
def test_one_id_in_two_namespaces_is_two_blobs(blobs: BlobClient, other: str) -> None:
    mine = "namespace=y"
    blobs.put("a", b"mine", mine)
    blobs.put("a", b"other", other)
    blobs.set_flags("a", "FAILED", query=other)
    assert (blobs.get("a", mine).body, blobs.get("a", other).body) == (b"mine", b"other")
    assert (blobs.flags("a", mine), blobs.flags("a", other)) == ([], ["FAILED"])
    assert blobs.delete("a", other).status == 200
    assert (blobs.ids(mine), blobs.ids(other)) == (["a"], [])
    assert blobs.ids(f"only_count=1&{mine}") == {"count": 1}


@pytest.mark.requirement("B7")
@pytest.mark.parametrize("named", ["", "namespace=", "namespace=default"])
def test_the_namespace_is_default_where_none_is_named(blobs: BlobClient, named: str) -> None:
    blobs.put("a", b"data", named)
    assert blobs.get("a").body == blobs.get("a", "namespace=default").body == b"data"


@pytest.mark.requirement("B8")
@pytest.mark.parametrize(
    ("order", "wanted"), [("date", "bca"), ("+date", "bca"), ("%2Bdate", "bca"), ("-date", "acb")]
)
def test_lists_are_in_the_order_of_writing(blobs: BlobClient, order: str, wanted: str) -> None:
    for blob in "bca":
        blobs.put(blob, b"")
    blobs.set_flags("c", "PENDING")
    assert blobs.ids(f"order_by={order}") == list(wanted)


@pytest.mark.requirement("B8")
@pytest.mark.parametrize("query", ["order_by=size", "order_by=--date", "filter_flag=DONE"])
def test_an_order_or_a_flag_that_is_none_is_400(blobs: BlobClient, query: str) -> None:
    assert blobs.ask("GET", query=query).status == 400


@pytest.mark.requirement("B9")
def test_lists_are_limited_to_a_flag_in_order(blobs: BlobClient) -> None:
    for blob in "bca":
        blobs.put(blob, b"")
    for blob in "ab":
        blobs.set_flags(blob, "PENDING", "FAILED")
    assert blobs.ids("filter_flag=FAILED&order_by=-date") == ["a", "b"]
    assert blobs.ids("filter_flag=FAILED&order_by=date") == ["b", "a"]


@pytest.mark.requirement("B10")
def test_flags_are_set_and_cleared(blobs: BlobClient) -> None:
    blobs.put("a", b"data")
    assert blobs.flags("a") == []
    for flags in (["PENDING"], ["PROCESSED", "FAILED"], []):
        assert blobs.set_flags("a", *flags).status == 200
        assert blobs.flags("a") == flags
    assert blobs.get("a", "only_flags=0").body == b"data"


@pytest.mark.requirement("B11")
@pytest.mark.parametrize(
    ("body", "status"), [(b'["PENDING","X"]', 406), (b"{}", 400), (b"x", 400), (b"[1]", 400)]
)
def test_flags_that_are_none_change_nothing(blobs: BlobClient, body: bytes, status: int) -> None:
    blobs.put("a", b"")
    blobs.set_flags("a", "FAILED")
    assert blobs.ask("POST", "a", body).status == status
    assert blobs.flags("a") == ["FAILED"]


@pytest.mark.requirement("B12", "B13")
def test_what_is_deleted_counts_no_more_and_is_listed_as_such(blobs: BlobClient) -> None:
    for blob in "ab":
        blobs.put(blob, b"data")
    blobs.set_flags("a", "FAILED")
    assert blobs.delete("a").status == 200
    assert (blobs.ids("deleted=1"), blobs.ids()) == (["a"], ["b"])
    assert blobs.ids("only_count=true") == {"count": 1}
    assert blobs.put("a", b"again").status == 200
    assert (blobs.ids("deleted=1"), blobs.flags("a")) == ([], [])
    assert blobs.ids("deleted=false") == ["a", "b"]


@pytest.mark.requirement("B14")
@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("bytes=10-20", 206, "bytes 10-20/100"),
        ("bytes=90-", 206, "bytes 90-99/100"),
        ("bytes=-5", 206, "bytes 95-99/100"),
        ("bytes=100-", 416, "bytes */100"),
        ("bytes=20-10", 416, "bytes */100"),
        ("bytes=x", 416, "bytes */100"),
        ("10-20", 416, "bytes */100"),
    ],
)
def test_ranges_are_those_of_http(blobs: BlobClient, asked: str, status: int, told: str) -> None:
    data = os.urandom(100)
    blobs.put("a", data)
    got = blobs.get("a", headers={"Range": asked})
    assert (got.status, got["Content-Range"]) == (status, told)
    if status == 206:
        first, last = map(int, told[6:-4].split("-"))
        assert (got.body, got["Tag"]) == (data[first : last + 1], tag_of(data))


@pytest.mark.requirement("B17")
def test_an_account_tells_what_blobs_take(blobs: BlobClient, api: Client) -> None:
    blobs.put("a", b"x" * 1000)
    blobs.put("b", b"x" * 500, "namespace=other")
    assert api.head("blobs")["X-Container-Bytes-Used"] == "1500"
    blobs.delete("a")
    assert api.head()["X-Account-Bytes-Used"] == "500"


@pytest.mark.requirement("B18")
@pytest.mark.parametrize("size", [2000, 100_000])
def test_over_quota_nothing_is_stored(blobs: BlobClient, committed: None, size: int) -> None:
    blobs.put("a", b"x" * 1000)
    found = Container.objects.filter(account__account=blobs.user.account, name="blobs")
    found.update(quota=1500)
    assert blobs.put("b", b"x" * size).status == 507
    assert blobs.put("b", [b"x" * size]).status == 507
    assert blobs.upload([("c", b"x"), ("d", b"x" * size)]).status == 507
    assert blobs.ids() == ["a"]


@pytest.mark.requirement("B23")
def test_blobs_come_in_chunks(blobs: BlobClient) -> None:
    pieces = [os.urandom(70_000), os.urandom(5)]
    assert blobs.put("a", iter(pieces)).status == 200
    got = blobs.get("a")
    assert (got.body, got["Tag"]) == (b"".join(pieces), tag_of(b"".join(pieces)))


@pytest.mark.requirement("B25")
def test_the_object_api_reads_and_deletes_blobs(blobs: BlobClient, api: Client) -> None:
    blobs.put("a", b"data")
    head = api.head("blobs/default/a")
    assert (head["Content-Length"], head["Content-Type"]) == ("4", "application/octet-stream")
    assert api.get("blobs/default/a").body == b"data"
    assert api.put("blobs/default/b", b"x").status == 403
    assert api.post("blobs/default/a", headers={"X-Object-Meta-A": "b"}).status == 403
    assert api.delete("blobs/default/a").status == 204
    assert blobs.ids("deleted=1") == ["a"]


def test_a_container_of_that_name_in_use_for_others_is_left_alone(
    blobs: BlobClient, api: Client
) -> None:
    api.put("blobs")
    api.put("blobs/default/mine", b"mine")
    assert blobs.put("a", b"x").status == 403
    assert api.put("blobs/default/mine", b"still").status == 201
