"""What a deletion demands of what it deletes, and that it is about the present."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from time import sleep
from typing import Any

import pytest
from django.db import transaction

from pithos_api.models import Container, Version
from pithos_api.services.locks import lock_names
from pithos_api.values import ObjectPath
from tests.api.client import Answer, Client
from tests.api.state import unchanged
from tests.swift.client import SwiftClient, in_swift

DATA = b"data"
OTHER = "0" * 32
LONG_AGO = "Sat, 01 Jan 2000 00:00:00 GMT"
LATER = "Fri, 01 Jan 2100 00:00:00 GMT"

Dialect = Callable[[Client], Client]


def in_pithos(client: Client) -> Client:
    return client


dialects = pytest.mark.parametrize("dialect", [in_pithos, in_swift])


@pytest.fixture
def one(box: Client) -> Client:
    """A user with the object ``c/o``."""
    assert box.put("c/o", DATA).status == 201
    return box


def filled(headers: dict[str, str], client: Client) -> dict[str, str]:
    etag = client.head("c/o").get("ETag") or OTHER
    return {name: value.format(etag=etag) for name, value in headers.items()}


@dialects
@pytest.mark.requirement("R82", "R118")
@pytest.mark.parametrize(
    "headers",
    [
        {"If-Match": OTHER},
        {"If-Match": "junk"},
        {"If-Match": ""},
        {"If-None-Match": "{etag}"},
        {"If-None-Match": f"{OTHER}, {{etag}}"},
        {"If-None-Match": "*"},
        {"If-Unmodified-Since": LONG_AGO},
        {"If-Match": "{etag}", "If-None-Match": "*"},
        {"If-None-Match": OTHER, "If-Unmodified-Since": LONG_AGO},
        {"X-If-Delete-At": "4000000000"},
    ],
    ids=str,
)
def test_a_condition_that_does_not_hold_is_412(
    one: Client, dialect: Dialect, headers: dict[str, str]
) -> None:
    with unchanged(one):
        for query in ({}, {"delimiter": "/"}):
            more: dict[str, Any] = query
            answer = dialect(one).delete("c/o", filled(headers, one), **more)
            assert answer.status == 412
    assert one.get("c/o").body == DATA


@dialects
@pytest.mark.requirement("R82", "R118")
@pytest.mark.parametrize(
    "headers",
    [
        {"If-Match": '"{etag}"'},
        {"If-Match": f"{OTHER}, {{etag}}"},
        {"If-Match": "*"},
        {"If-None-Match": OTHER},
        {"If-Unmodified-Since": LATER},
        {"If-Unmodified-Since": "yesterday"},
        {"If-Modified-Since": LATER},
        {"If-Match": "{etag}", "If-Unmodified-Since": LATER},
    ],
    ids=str,
)
def test_one_that_holds_lets_it_go(one: Client, dialect: Dialect, headers: dict[str, str]) -> None:
    assert dialect(one).delete("c/o", filled(headers, one)).status == 204
    assert one.get("c/o").status == 404
    assert one.names("c") == []


@pytest.mark.requirement("R82", "R118")
def test_beside_if_match_a_date_counts_in_swifts_dialect_only(one: Client) -> None:
    headers = filled({"If-Match": "{etag}", "If-Unmodified-Since": LONG_AGO}, one)
    assert in_swift(one).delete("c/o", headers).status == 412
    assert one.delete("c/o", headers).status == 204


@dialects
@pytest.mark.requirement("R118")
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Match": "*"}, 412),
        ({"If-Match": OTHER}, 412),
        ({"If-None-Match": "*"}, 404),
        ({"If-Unmodified-Since": LONG_AGO}, 404),
    ],
)
def test_conditions_on_what_is_not_there(
    one: Client, dialect: Dialect, headers: dict[str, str], status: int
) -> None:
    one.delete("c/o")
    with unchanged(one):
        assert dialect(one).delete("c/o", headers).status == status
        assert dialect(one).delete("c/none", headers).status == status
        assert dialect(one).delete("none/o", headers).status == 404


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_a_date_compares_whole_seconds(one: Client, seconds: int) -> None:
    changed = parsedate_to_datetime(one.head("c/o")["Last-Modified"])
    date = format_datetime(changed + timedelta(seconds=seconds), usegmt=True)
    expected = 412 if seconds < 0 else 204
    assert one.delete("c/o", {"If-Unmodified-Since": date}).status == expected


def container_of(client: Client) -> Container:
    return Container.objects.get(account__account=client.account, name="c")


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("method", ["DELETE", "PUT"])
def test_conditions_are_judged_under_the_lock(one: Client, method: str) -> None:
    """Who waits for a writer sees what the writer leaves."""
    headers = filled({"If-Match": "{etag}"}, one)
    name = ObjectPath(one.account, "c", "o")
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            lock_names(name)
            waiting = thread.submit(one.request, method, "c/o", b"", headers)
            sleep(0.5)
            Version.objects.filter(name="o", container=container_of(one)).update(etag=b"n" * 16)
        assert waiting.result().status == 412
    assert one.get("c/o").body == DATA


@pytest.mark.usefixtures("committed")
def test_a_put_that_demands_any_state_makes_none_anew(one: Client) -> None:
    name = ObjectPath(one.account, "c", "o")
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            lock_names(name)
            waiting = thread.submit(one.put, "c/o", b"new", {"If-Match": "*"})
            sleep(0.5)
            Version.objects.filter(name="o", container=container_of(one)).delete()
        assert waiting.result().status == 412
    assert one.get("c/o").status == 404


def race(one: Client, number: int) -> tuple[str, Answer]:
    """Write, or delete what was seen: the etag that was demanded, and the answer."""
    with one.at(one.address) as client:
        if number % 2:
            return "", client.put("c/o", f"state {number}".encode())
        etag = client.head("c/o").get("ETag") or OTHER
        return etag, client.delete("c/o", {"If-Match": etag})


def test_no_deletion_takes_another_state_than_it_demands(one: Client) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda number: race(one, number), range(200)))
    assert {answer.status for _, answer in answers} <= {201, 204, 412}
    deleted = [etag for etag, answer in answers if answer.status == 204]
    written = [answer["ETag"] for _, answer in answers if answer.status == 201]
    assert len(deleted) == len(set(deleted))  # each state was another, and went once
    assert set(deleted) <= {*written, "8d777f385d3dfec8815d20f7496026dc"}
    left = one.get("c/o")
    assert left["ETag"] not in deleted if left.status == 200 else deleted


@dialects
@pytest.mark.parametrize("parameter", ["version", "version-id"])
@pytest.mark.parametrize("method", ["DELETE", "PUT", "POST", "COPY", "MOVE"])
def test_a_version_is_not_what_a_write_is_about(
    one: Client, dialect: Dialect, method: str, parameter: str
) -> None:
    serial = one.head("c/o")["X-Object-Version"]
    one.put("c/o", b"new")
    client = dialect(one)
    restores = isinstance(client, SwiftClient) and parameter == "version-id"
    told = b"version-id" if restores else f"{parameter} cannot be used with {method}".encode()
    values = ["list", "junk", ""] + ([] if restores and method in {"PUT", "DELETE"} else [serial])
    with unchanged(one):
        for value in values:
            to: dict[str, Any] = {parameter: value}
            answer = client.request(method, "c/o", b"", {"Destination": "/c/p"}, **to)
            assert (answer.status, told in answer.body) == (400, True)
    assert one.get("c/o").body == b"new"


@dialects
def test_nor_is_it_for_whom_nobody_knows(one: Client, dialect: Dialect) -> None:
    url = dialect(one).url("c/o", version="1")
    assert one.raw("DELETE", url, None, {"X-Auth-Token": "unknown"}).status == 401


@dialects
@pytest.mark.parametrize("header", ["If-Match", "If-None-Match", "If-Unmodified-Since"])
def test_a_purge_takes_no_conditions(one: Client, dialect: Dialect, header: str) -> None:
    one.put("c/o", b"new")
    with unchanged(one):
        for path in ("c/o", "c"):
            answer = dialect(one).delete(path, {header: LATER}, until="9999999999")
            assert answer.status == 400
    assert len(one.get("c/o", version="list", format="json").json["versions"]) == 2


@dialects
@pytest.mark.parametrize("query", [{}, {"delimiter": "/"}])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Unmodified-Since": LONG_AGO}, 412),
        ({"If-None-Match": "*"}, 412),
        ({"If-Match": OTHER}, 412),
        ({"X-If-Delete-At": "1"}, 412),
        ({"If-Unmodified-Since": LATER}, 204),
        ({"If-Match": "*"}, 204),
    ],
)
def test_containers_have_a_date_and_no_etag(
    box: Client, dialect: Dialect, headers: dict[str, str], status: int, query: dict[str, Any]
) -> None:
    box.put("c/o", DATA)
    if not query:
        box.delete("c/o")
    assert dialect(box).delete("c", headers, **query).status == status
    kept = [box.names("c") == ["o"], box.head("c").status == 204][not query]
    assert kept == (status == 412)


@dialects
def test_a_container_is_no_older_than_its_last_write(one: Client, dialect: Dialect) -> None:
    before = parsedate_to_datetime(one.head("c")["Last-Modified"]) - timedelta(seconds=1)
    date = {"If-Unmodified-Since": format_datetime(before, usegmt=True)}
    one.put("c/p", DATA)
    assert dialect(one).delete("c", date, delimiter="/").status == 412
    assert one.names("c") == ["o", "p"]
    assert dialect(one).delete("c", version="1").status == 400


@pytest.mark.parametrize(("demanded", "status"), [(0, 204), (1, 412), ("x", 400), (" ", 400)])
def test_the_time_of_an_expiry_is_a_condition(
    box: Client, demanded: int | str, status: int
) -> None:
    at = 4_000_000_000
    box.put("c/o", DATA, {"X-Delete-At": str(at)})
    value = demanded if isinstance(demanded, str) else str(at + demanded)
    assert in_swift(box).delete("c/o", {"X-If-Delete-At": value}).status == status
    assert (box.get("c/o").status == 404) == (status == 204)


@pytest.fixture
def large(box: Client) -> SwiftClient:
    """A user with the static large object ``c/big`` of ``parts/1`` and ``parts/2``."""
    swift = in_swift(box)
    swift.put("parts")
    for number in "12":
        swift.put(f"parts/{number}", number.encode())
    put: dict[str, Any] = {"multipart-manifest": "put"}
    swift.put("c/big", b'[{"path": "parts/1"}, {"path": "parts/2"}]', **put)
    return swift


DELETE: dict[str, Any] = {"multipart-manifest": "delete", "format": "json"}


@pytest.mark.parametrize("query", [{}, DELETE])
def test_a_large_object_is_known_by_the_etag_that_it_shows(
    large: SwiftClient, query: dict[str, Any]
) -> None:
    etag = large.head("c/big")["ETag"]
    for headers in ({"If-Match": OTHER}, {"If-None-Match": etag}, {"If-None-Match": "*"}):
        assert large.delete("c/big", headers, **query).status == 412
    assert large.get("c/big").body == b"12"
    assert large.delete("c/big", {"If-Match": etag}, **query).status == (200 if query else 204)
    assert large.get("c/big").status == 404
    assert large.names("parts") == ([] if query else ["1", "2"])


def test_a_large_object_and_its_segments_are_counted(large: SwiftClient) -> None:
    answer = large.delete("c/big", {"If-Match": "*"}, **DELETE)
    assert b'"Number Deleted":3' in answer.body


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_bulk_deletions_take_no_conditions(large: SwiftClient, method: str) -> None:
    bulk: dict[str, Any] = {"bulk-delete": ""}
    answer = large.request(method, "", b"parts/1", {"If-Match": OTHER}, **bulk)
    assert answer.status == 400
    assert large.names("parts") == ["1", "2"]
