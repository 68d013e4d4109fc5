"""Small reads that come at once are answered as those that come alone (ADR 40)."""

import contextlib
import random
from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.models.functions import Now

from accounts.models import Token
from tests.api.client import Client
from tests.api.replies.test_monitoring import counted
from tests.server.wire import Answer, Wire, head
from tests.swift.client import in_swift

CROWD = 24
ROUNDS = 12
OWN = {"date", "x-trans-id", "x-openstack-request-id"}

Read = tuple[str, str, bytes]
Said = tuple[int, list[tuple[str, str]], bytes]
Expected = dict[Read, Said]


def reads_of(box: Client, account: str) -> list[Read]:
    """Requests for what ``stored`` has: each verb with each path and each wish."""
    etag = box.head("c/small")["ETag"].encode()
    then = box.head("c/small")["Last-Modified"].encode()
    names = [
        "c/small",
        "c/large",
        "c/empty",
        "c/page",
        "c/joined",
        "c/linked",
        "c/missing",
        "no/o",
        "c/a%2Fb",
    ]
    wishes = [
        b"",
        b"Range: bytes=1-2\r\n",
        b"Range: bytes=-3\r\n",
        b"Range: bytes=0-0,2-3\r\n",
        b"Range: bytes=99999999-\r\n",
        b'If-None-Match: "%b"\r\n' % etag,
        b'If-Match: "%b"\r\n' % etag,
        b"If-Match: nothing\r\n",
        b"If-Modified-Since: %b\r\n" % then,
        b"If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n",
        b"Range: bytes=1-2\r\nIf-Range: %b\r\n" % then,
        b"Connection: close\r\n",
    ]
    paths = [f"/v1/{account}/{name}" for name in names]
    return [(verb, path, wish) for verb in ("GET", "HEAD") for path in paths for wish in wishes]


@pytest.fixture
def stored(box: Client) -> Client:
    box.put("c/small", b"some bytes", {"X-Object-Meta-Name": "worth", "Content-Type": "text/plain"})
    box.put("c/large", bytes(range(256)) * 1024)
    box.put("c/empty", b"")
    box.put("c/page", b"<p>", {"Content-Type": "text/html"})
    box.put("c/a/b", b"below")
    box.put("c/joined", b"", {"X-Object-Manifest": "c/a/"})
    in_swift(box).put("c/linked", b"", {"X-Symlink-Target": "c/small"})
    return box


@contextlib.contextmanager
def crowd(client: Client) -> Iterator[list[Wire]]:
    with contextlib.ExitStack() as opened:
        port = client.address[1]
        yield [opened.enter_context(Wire(port, 30)) for _ in range(CROWD)]


def said(answer: Answer) -> Said:
    """All of an answer but what differs from one to the next."""
    boundary = answer.headers.get("content-type", "").partition("boundary=")[2]
    fields = [
        (name, value.replace(boundary, "…") if boundary else value)
        for name, value in answer.headers.items()
        if name not in OWN
    ]
    body = answer.body.replace(boundary.encode(), b"...") if boundary else answer.body
    return answer.status, fields, body


def sent(client: Client, read: Read) -> bytes:
    verb, path, wish = read
    return head(verb, path, b"X-Auth-Token: %b\r\n%b" % (client.token.encode(), wish))


def alone(client: Client, read: Read) -> Said:
    with Wire(client.address[1], 30) as wire:
        return said(wire.send(sent(client, read)).answer(read[0]))


def compare(client: Client, wires: list[Wire], reads: list[Read], expected: Expected) -> None:
    """Send a read on each connection at once, and compare all answers."""
    ask(client, wires, reads)
    check(wires, reads, expected)


def ask(client: Client, wires: list[Wire], reads: list[Read]) -> None:
    for wire, read in zip(wires, reads, strict=True):
        wire.send(sent(client, read))


def check(wires: list[Wire], reads: list[Read], expected: Expected) -> None:
    for wire, read in zip(wires, reads, strict=True):
        assert said(wire.answer(read[0])) == expected[read], read


@pytest.mark.parametrize("dialect", ["", "AUTH_"])
def test_a_crowd_is_answered_byte_for_byte_as_one_alone(stored: Client, dialect: str) -> None:
    reads = reads_of(stored, f"{dialect}{stored.account}")
    expected = {read: alone(stored, read) for read in reads}
    statuses = {answer[0] for answer in expected.values()}
    assert statuses >= {200, 206, 304, 404, 412, 416}
    before = counted(stored, "pithos_batched_reads_total")
    chosen = random.Random(7)
    lasting = [read for read in reads if b"close" not in read[2]]
    for _ in range(ROUNDS):  # each closes what asked for it
        with crowd(stored) as wires:
            compare(stored, wires, chosen.sample(lasting, CROWD), expected)
            compare(stored, wires, chosen.sample(lasting, CROWD), expected)
            compare(stored, wires, chosen.sample(reads, CROWD), expected)
    assert counted(stored, "pithos_batched_reads_total") > before


def test_a_crowd_with_a_token_that_was_revoked_is_refused_at_once(
    stored: Client, committed: None
) -> None:
    small = ("GET", f"/v1/{stored.account}/c/small", b"")
    with crowd(stored) as wires:
        for status in (200, 200, 200, 401, 401):
            if status == 401:
                Token.objects.filter(user__account=stored.account).update(revoked=Now())
            for wire in wires:
                wire.send(sent(stored, small))
            assert {wire.answer().status for wire in wires} == {status}


def test_a_crowd_that_has_a_large_object_already_is_answered_without_it(stored: Client) -> None:
    etag = stored.head("c/large")["ETag"].encode()
    path = f"/v1/{stored.account}/c/large"
    read = ("GET", path, b'If-None-Match: "%b"\r\n' % etag)
    expected = {read: alone(stored, read)}
    assert expected[read][0] == 304
    before = counted(stored, "pithos_batched_reads_total")
    with crowd(stored) as wires:
        for _ in range(ROUNDS):
            compare(stored, wires, [read] * CROWD, expected)
    assert counted(stored, "pithos_batched_reads_total") > before + CROWD


@pytest.mark.parametrize(
    ("dialect", "wish"),
    [
        ("AUTH_", b"X-Web-Mode: true\r\n"),
        ("AUTH_", b"X-Web-Mode: no\r\n"),
        ("", b"Range: bytes=%FF\r\n"),
        ("", b"If-None-Match: %FF\r\n"),
    ],
)
def test_what_takes_another_look_waits_for_no_batch(
    stored: Client, dialect: str, wish: bytes
) -> None:
    """A website is looked up; and who is told what is wrong. No poller waits for that."""
    read = ("GET", f"/v1/{dialect}{stored.account}/c/page", wish)
    expected = {read: alone(stored, read)}
    before = counted(stored, "pithos_batched_reads_total")
    with crowd(stored) as wires:
        for _ in range(ROUNDS):
            compare(stored, wires, [read] * CROWD, expected)
    assert counted(stored, "pithos_batched_reads_total") == before


def test_pipelined_requests_of_a_crowd_are_answered_in_their_order(stored: Client) -> None:
    account = stored.account
    reads = [("GET", f"/v1/{account}/c/{name}", b"") for name in ("small", "empty", "page", "a/b")]
    bodies = [alone(stored, read)[2] for read in reads]
    text = b"".join(sent(stored, read) for read in reads)
    with crowd(stored) as wires:
        for _ in range(5):
            for wire in wires:
                wire.send(text)
            for wire in wires:
                assert [wire.answer().body for _ in reads] == bodies


def test_what_is_written_is_read_by_a_crowd_at_once(stored: Client) -> None:
    path = f"/v1/{stored.account}/c/small"
    with crowd(stored) as wires:
        for number in range(10):
            body = b"version %d" % number
            assert stored.put("c/small", body).status == 201
            for wire in wires:
                wire.send(sent(stored, ("GET", path, b"")))
            assert {wire.answer().body for wire in wires} == {body}


def test_a_crowd_is_answered_when_the_database_drops_what_asks_for_it(
    stored: Client, committed: None
) -> None:
    small = ("GET", f"/v1/{stored.account}/c/small", b"")
    with crowd(stored) as wires, connection.cursor() as cursor:
        for round_ in range(6):
            for wire in wires:
                wire.send(sent(stored, small))
            if round_ % 2:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE query LIKE '%EXECUTE read_own_objects%' AND pid <> pg_backend_pid()"
                )
            assert {wire.answer().status for wire in wires} == {200}
