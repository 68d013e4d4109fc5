import re

import pytest

from tests.server.wire import head

FORM = re.compile(r"tx[0-9a-f]{21}-[0-9a-f]{10}")


def ids(answer):
    return answer.headers["x-trans-id"], answer.headers["x-openstack-request-id"]


@pytest.mark.parametrize(
    "request_", [head("GET", "/nodb"), head("GET", "/stream?2"), head("GET", "/refuse?304")]
)
def test_every_answer_has_an_id(wire, request_):
    first, second = ids(wire.send(request_).answer())
    assert first == second
    assert FORM.fullmatch(first)


def test_the_application_may_keep_it(wire):
    for _ in range(2):
        told = wire.ask("/quiet").headers
        assert {"x-trans-id", "x-openstack-request-id"}.isdisjoint(told)
        assert {"server", "date", "content-length"} <= told.keys()
    assert all(ids(wire.ask("/")))


@pytest.mark.parametrize(
    "wrong", [b"GET / HTTP/9\r\n\r\n", b"nonsense\r\n\r\n", head("GET", "/crash")]
)
def test_the_server_s_own_errors_have_one_too(wire, wrong):
    assert FORM.fullmatch(ids(wire.send(wrong).answer())[0])


def test_a_head_that_is_given_up_has_one_too(wire):
    answer = wire.send(b"GET /nodb HTTP/1.1\r\nHo").answer()
    assert answer.status == 408
    assert FORM.fullmatch(ids(answer)[0])


def test_ids_differ_from_request_to_request(server, wire):
    with server.connect() as other:
        found = [ids(each.ask())[0] for each in (wire, wire, other, other)]
    assert len(set(found)) == 4


def test_the_application_learns_the_id(wire):
    answer = wire.ask("/")
    assert answer.json["environ"]["server.request_id"] == ids(answer)[0]
