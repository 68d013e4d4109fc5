"""Small writes that come at once are done as those that come alone (ADR 40)."""

import contextlib
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.models import Token
from pithos_api.models import Version
from pithos_api.models.expressions import Infinity
from pithos_api.services.locks import lock_names
from pithos_api.values import ObjectPath
from tests.api.client import Client
from tests.api.replies.test_batched_reads import crowd
from tests.api.replies.test_monitoring import counted
from tests.reliability.store import wait_for
from tests.server.wire import Answer, Wire, head

COUNT = "pithos_batched_writes_total"
ROUNDS = 6
DIFFERS = ("serial", "uuid", "name", "valid_from", "valid_to", "shares_second", "container_id")


def request(client: Client, verb: str, path: str, body: bytes = b"", fields: bytes = b"") -> bytes:
    """The bytes of a request; only a PUT has a body."""
    body = body if verb == "PUT" else b""
    length = b"Content-Length: %d\r\n" % len(body) if verb == "PUT" else b""
    token = b"X-Auth-Token: %b\r\n" % client.token.encode()
    return head(verb, f"/v1/{path}", token + length + fields) + body


def ask(wires: list[Wire], requests: list[bytes]) -> list[Answer]:
    """Send a request on each connection, all at once, and read the answers."""
    for wire, text in zip(wires, requests, strict=True):
        wire.send(text)
    return [wire.answer("PUT") for wire in wires]


def statuses(answers: list[Answer]) -> set[int]:
    return {answer.status for answer in answers}


@contextlib.contextmanager
def batched(client: Client) -> Iterator[list[Wire]]:
    """A crowd some of whose writes are done together, as were those before."""
    with crowd(client) as wires:
        names = [f"{client.account}/c/before{number}" for number in range(len(wires))]

        def are_together(verb: str) -> bool:
            begun = counted(client, COUNT)
            ask(wires, [request(client, verb, name, b"x") for name in names])
            return bool(counted(client, COUNT) > begun)

        # A database that was lost is tried again after a second.
        wait_for(lambda: all([are_together("PUT"), are_together("DELETE")]))
        before = counted(client, COUNT)
        yield wires
    assert counted(client, COUNT) > before


def said(answer: Answer) -> tuple[int, list[tuple[str, str]], bytes]:
    """An answer without what is never twice the same."""
    own = {"date", "x-trans-id", "x-openstack-request-id", "last-modified"}
    fields = [(name, re.sub(r"^\d+$", "N", value)) for name, value in answer.headers.items()]
    return answer.status, [field for field in fields if field[0] not in own], answer.body


def rows(client: Client, prefix: str) -> list[dict[str, object]]:
    """The versions of names with a prefix, in their order, without what is never the same."""
    found = Version.objects.filter(
        container__account__account=client.account, name__startswith=prefix
    )
    return [
        {key: value for key, value in row.items() if key not in DIFFERS}
        for row in found.order_by("name", "serial").values()
    ]


SAID = [
    b"",
    b"Content-Type: text/plain\r\nX-Object-Meta-Name: worth\r\nX-Object-Meta-Other: %CE%B1\r\n",
    b"Content-Encoding: gzip\r\nContent-Disposition: attachment\r\n",
    b"ETag: 9a0364b9e99bb480dd25e1f0284c8555\r\n",  # of b"content"
]


@pytest.mark.parametrize("dialect", ["", "AUTH_"])
@pytest.mark.parametrize("fields", SAID)
def test_a_crowd_writes_what_one_alone_does(
    box: Client, committed: None, dialect: str, fields: bytes
) -> None:
    place = f"{dialect}{box.account}/c"
    with Wire(box.address[1], 30) as wire:
        alone = [
            said(wire.send(request(box, verb, f"{place}/alone", b"content", fields)).answer("PUT"))
            for verb in ("PUT", "PUT", "DELETE", "PUT")
        ]
    assert [status for status, _, _ in alone] == [201, 201, 204, 201]
    with batched(box) as wires:
        for turn, verb in enumerate(("PUT", "PUT", "DELETE", "PUT")):
            names = [f"{place}/crowd{number}" for number in range(len(wires))]
            texts = [request(box, verb, name, b"content", fields) for name in names]
            for answer in ask(wires, texts):
                assert said(answer) == alone[turn]
    expected = rows(box, "alone")
    assert len(expected) == 4
    assert rows(box, "crowd") == expected * len(wires)


def test_a_crowd_is_told_what_is_wrong_as_one_alone_is(box: Client) -> None:
    place = f"{box.account}/c"
    wrong = [
        ("PUT", f"{place}/o", b"x" * 9, b"ETag: 9a0364b9e99bb480dd25e1f0284c8555\r\n"),
        ("PUT", f"{place}/o", b"", b"If-Match: *\r\n"),
        ("PUT", f"{box.account}/no/o", b"x", b""),
        ("PUT", f"{place}/o", b"x", b"X-Object-Meta-Bad: %ff\r\nX-Delete-At: yesterday\r\n"),
        ("DELETE", f"{place}/missing", b"", b""),
        ("DELETE", f"{box.account}/no/o", b"", b""),
        ("PUT", f"{box.account}x/c/o", b"x", b""),
        ("DELETE", f"{box.account}/c/%FF", b"", b""),
    ]
    with Wire(box.address[1], 30) as wire:
        alone = [said(wire.send(request(box, *each)).answer("PUT")) for each in wrong]
    assert {status for status, _, _ in alone} >= {422, 412, 404, 400, 403}
    with batched(box) as wires:
        for turn in range(ROUNDS):
            # Half of them are right, so that batches are there.
            good = [("PUT", f"{place}/{turn}-{number}", b"x", b"") for number in range(16)]
            answers = ask(wires, [request(box, *each) for each in (*good, *wrong)])
            assert statuses(answers[:16]) == {201}
            assert [said(answer) for answer in answers[16:]] == alone


@pytest.mark.parametrize(
    ("length", "status"), [(b"", 411), (b"Content-Length: 00000000000000000001\r\n", 400)]
)
def test_what_is_refused_for_its_length_stores_nothing(
    box: Client, length: bytes, status: int
) -> None:
    box.put("c/kept", b"kept")
    kept = head(
        "PUT", f"/v1/{box.account}/c/kept", b"X-Auth-Token: %b\r\n%b" % (box.token.encode(), length)
    )
    body = b"x" if length else b""
    with batched(box) as wires:
        for turn in range(ROUNDS):
            good = [request(box, "PUT", f"{box.account}/c/{turn}-{n}", b"x") for n in range(16)]
            answers = ask(wires, [*good, *[kept + body] * (len(wires) - len(good))])
            assert statuses(answers[:16]) == {201}
            assert statuses(answers[16:]) == {status}
    assert box.get("c/kept").body == b"kept"


def test_in_a_crowd_a_body_of_unknown_length_is_411(box: Client) -> None:
    length = b"Content-Length: 0\r\n"
    with batched(box) as wires:
        for turn in range(ROUNDS):
            names = [f"{box.account}/c/{turn}-{number}" for number in range(len(wires))]
            texts = [request(box, "PUT", name) for name in names]
            texts[::2] = [text.replace(length, b"") for text in texts[::2]]
            answers = ask(wires, texts)
            assert statuses(answers[1::2]) == {201}
            assert statuses(answers[::2]) == {411}
            assert box.get(f"c/{turn}-0").status == 404


def test_of_a_crowd_at_one_name_all_write_one_after_the_other(box: Client, committed: None) -> None:
    with batched(box) as wires:
        for turn in range(ROUNDS):
            bodies = [b"%d %d" % (turn, number) for number in range(len(wires))]
            texts = [request(box, "PUT", f"{box.account}/c/one", body) for body in bodies]
            answers = ask(wires, texts)
            assert statuses(answers) == {201}
            serials = [int(answer.headers["x-object-version"]) for answer in answers]
            written = dict(zip(serials, bodies, strict=True))
            assert box.get("c/one").body == written[max(written)]
            # Others in between, that a batch can take.
            texts = [request(box, "PUT", f"{box.account}/c/{n}", b"x") for n in range(len(wires))]
            assert statuses(ask(wires, texts)) == {201}
    versions = Version.objects.filter(container__account__account=box.account, name="one")
    times = list(versions.order_by("serial").values_list("valid_from", "valid_to"))
    assert len(times) == ROUNDS * len(wires)
    assert all(before[1] == after[0] for before, after in pairwise(times))


def test_of_a_crowd_that_deletes_one_object_one_does(box: Client) -> None:
    with batched(box) as wires:
        for turn in range(ROUNDS):
            box.put("c/one", b"x")
            names = [f"c/{turn}-{number}" for number in range(len(wires))]
            texts = [request(box, "PUT", f"{box.account}/{name}", b"x") for name in names]
            assert statuses(ask(wires, texts)) == {201}
            text = request(box, "DELETE", f"{box.account}/c/one")
            found = Counter(answer.status for answer in ask(wires, [text] * len(wires)))
            assert found == {204: 1, 404: len(wires) - 1}


def test_counters_are_right_after_crowds(box: Client) -> None:
    with batched(box) as wires:
        names = [f"{box.account}/c/{number}" for number in range(len(wires))]
        for body in (b"xxxx", b"xx", b"x" * 3):
            assert statuses(ask(wires, [request(box, "PUT", n, body) for n in names])) == {201}
        gone = [request(box, "DELETE", name) for name in names]
        assert statuses(ask(wires, gone)) == {204}
        assert statuses(ask(wires, [request(box, "PUT", n, b"yy") for n in names])) == {201}
    found = box.head("c")
    assert int(found["X-Container-Object-Count"]) == len(names)
    assert int(found["X-Container-Bytes-Used"]) == 2 * len(names)


def test_a_crowd_whose_token_was_revoked_changes_nothing(box: Client, committed: None) -> None:
    with batched(box) as wires:
        names = [f"{box.account}/c/{number}" for number in range(len(wires))]
        for _ in range(ROUNDS):
            assert statuses(ask(wires, [request(box, "PUT", n, b"old") for n in names])) == {201}
        Token.objects.filter(user__account=box.account).update(revoked=Now())
        assert statuses(ask(wires, [request(box, "PUT", n, b"new") for n in names])) == {401}
        assert statuses(ask(wires, [request(box, "DELETE", n) for n in names])) == {401}
        Token.objects.filter(user__account=box.account).update(revoked=None)
    assert {box.get(f"c/{number}").body for number in range(len(names))} == {b"old"}


@pytest.mark.parametrize("verb", ["PUT", "DELETE"])
def test_a_name_that_somebody_holds_holds_up_nobody_else(
    box: Client, committed: None, verb: str
) -> None:
    names = [f"{box.account}/c/{number}" for number in range(24)]
    with batched(box) as wires:
        for _ in range(ROUNDS):
            assert statuses(ask(wires, [request(box, "PUT", n, b"x") for n in names])) == {201}
        with transaction.atomic():
            lock_names(ObjectPath(box.account, "c", "0"))
            for wire, name in zip(wires, names, strict=True):
                wire.send(request(box, verb, name, b"x"))
            assert {wire.answer("PUT").status for wire in wires[1:]} <= {201, 204}
            wires[0].sock.settimeout(0.2)
            with pytest.raises(TimeoutError):
                wires[0].sock.recv(1)
            wires[0].sock.settimeout(30)
        assert wires[0].answer("PUT").status in {201, 204}


def test_what_a_lost_database_leaves_open_is_not_done_twice(box: Client, committed: None) -> None:
    ended = threading.Event()

    def cut() -> None:
        with connection.cursor() as cursor:
            while not ended.wait(0.03):
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE query LIKE '%EXECUTE publish_own_objects%'"
                    " AND pid <> pg_backend_pid()"
                )
        connection.close()

    cutting = threading.Thread(target=cut)
    done: list[str] = []
    refused, before = 0, counted(box, "pithos_database_errors_total")
    try:
        with batched(box) as wires:
            cutting.start()
            for turn in range(30):
                names = [f"{turn}-{number}" for number in range(len(wires))]
                texts = [request(box, "PUT", f"{box.account}/c/{n}", n.encode()) for n in names]
                answers = ask(wires, texts)
                assert statuses(answers) <= {201, 503}
                done += [n for n, a in zip(names, answers, strict=True) if a.status == 201]
                refused += sum(answer.status == 503 for answer in answers)
                time.sleep(0.02)
    finally:
        ended.set()
        cutting.join()
    found = Counter(
        Version.objects.filter(container__account__account=box.account)
        .filter(valid_to=Infinity())
        .values_list("name", flat=True)
    )
    assert set(done) <= set(found)
    assert counted(box, "pithos_database_errors_total") >= before + refused
    every = Version.objects.filter(container__account__account=box.account)
    every = every.exclude(name__startswith="before")
    assert set(Counter(every.values_list("name", flat=True)).values()) == {1}


def test_bodies_that_come_behind_their_heads_are_taken_together(box: Client) -> None:
    names = [f"{box.account}/c/{number}" for number in range(24)]
    with batched(box) as wires:
        for turn in range(ROUNDS):
            body = b"%d" % turn * 100
            for wire, name in zip(wires, names, strict=True):
                wire.send(request(box, "PUT", name, body).removesuffix(body))
            for wire in wires:
                wire.send(body[:50], body[50:])
            assert {wire.answer("PUT").status for wire in wires} == {201}
    assert {box.get(f"c/{number}").body for number in range(24)} == {body}


def test_pipelined_writes_of_a_crowd_are_done_in_their_order(box: Client) -> None:
    with batched(box) as wires:
        for _ in range(ROUNDS):
            for number, wire in enumerate(wires):
                name = f"{box.account}/c/{number}"
                wire.send(
                    request(box, "PUT", name, b"one")
                    + request(box, "DELETE", name)
                    + request(box, "PUT", name, b"three")
                    + request(box, "GET", name)
                )
            for wire in wires:
                found = [wire.answer("PUT").status for _ in range(3)]
                assert found == [201, 204, 201]
                assert wire.answer().body == b"three"
