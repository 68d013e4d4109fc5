from pathlib import Path

import pytest

from tests.server import app
from tests.server.wire import head


def test_the_usual_headers(wire):
    headers = wire.ask().headers
    assert headers["server"] == "pithos"
    assert headers["date"].endswith(" GMT")
    assert headers["content-length"] == "2"
    assert "connection" not in headers


@pytest.mark.parametrize(("method", "body"), [("GET", b"ok"), ("HEAD", b"")])
def test_head_is_get_without_the_body(wire, method, body):
    answers = [wire.ask("/nodb", method) for _ in range(2)]
    assert [answer.body for answer in answers] == [body, body]
    assert answers[0].headers["content-length"] == "2"


@pytest.mark.parametrize(("fields", "left_out"), [(63, None), (64, "1"), (70, "7"), (150, "87")])
def test_a_head_is_no_longer_than_64_kib(wire, fields, left_out):
    answer = wire.ask(f"/wide?{fields}")
    headers = answer.headers
    assert sum(len(name) + len(value) + 4 for name, value in headers.items()) < 65536 - 40
    assert headers.get("x-headers-left-out") == left_out
    assert ("x-longest" in headers) == (left_out is None)
    assert {"x-short", "date", "content-length", "x-trans-id"} <= headers.keys()
    assert (answer.body, wire.ask().body) == (b'""', b"ok")


@pytest.mark.parametrize("status", ["204", "304"])
def test_bodiless_statuses(wire, status):
    wire.ask(f"/refuse?{status}")
    assert wire.ask().body == b"ok"


def test_a_body_of_unknown_length_is_chunked(wire):
    answer = wire.ask("/stream?3")
    assert answer.headers["transfer-encoding"] == "chunked"
    assert answer.body == b"piece0;piece1;piece2;"
    assert wire.ask("/stream?0").body == b""
    assert wire.ask().status == 200


def test_large_bodies_arrive_whole(wire):
    assert len(wire.ask("/large").body) == 64 << 20


@pytest.mark.parametrize("extra", [b"", b"X-Chunked: 1\r\n"])
def test_bytes_of_a_file_arrive_whole(wire, extra):
    expected = Path(app.__file__).read_bytes()
    for _ in range(3):
        assert wire.ask("/file", extra=extra).body == expected


@pytest.mark.parametrize("target", ["/short", "/break", "/file?1000"])
def test_a_response_that_breaks_off_is_not_taken_for_whole(wire, target):
    with pytest.raises((ConnectionError, ValueError)):
        wire.ask(target)


@pytest.mark.parametrize("target", ["/crash", "/split"])
def test_errors_before_the_response_are_500(wire, target):
    answer = wire.ask(target)
    assert (answer.status, answer.body) == (500, b"")
    assert "x-evil" not in answer.headers


def test_close_is_called_even_if_the_client_sees_only_the_head(server):
    """One worker counts, so ask until each has answered both kinds."""
    with server.connect() as wire:
        before = wire.ask("/closed").json
        wire.ask("/closing")
        wire.ask("/closing", "HEAD")
        assert wire.ask("/closed").json == before + 2


@pytest.mark.parametrize(
    ("version", "fields", "connection", "stays"),
    [
        (b"1.1", b"", None, True),
        (b"1.1", b"Connection: close\r\n", "close", False),
        (b"1.1", b"Connection: TE, Close\r\n", "close", False),
        (b"1.0", b"", "close", False),
        (b"1.0", b"Connection: keep-alive\r\n", "keep-alive", True),
    ],
)
def test_persistence(wire, version, fields, connection, stays):
    wire.send(b"GET /nodb HTTP/%b\r\nHost: x\r\n%b\r\n" % (version, fields))
    assert wire.answer().headers.get("connection") == connection
    assert wire.is_closed(0.2) == (not stays)


def test_http_1_0_gets_no_chunks(wire):
    wire.send(b"GET /stream?2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    answer = wire.answer()
    assert answer.body == b"piece0;piece1;"
    assert "transfer-encoding" not in answer.headers
    assert answer.headers["connection"] == "close"


def test_pipelined_requests_are_answered_in_order(wire):
    wire.send(head("GET", "/stream?1") + head("HEAD", "/nodb") + head("GET", "/nodb"))
    assert wire.answer().body == b"piece0;"
    assert wire.answer("HEAD").body == b""
    assert wire.answer().body == b"ok"
