import contextlib

import pytest

from tests.server.wire import CHUNKED, head, length, put

HOST = b"Host: x\r\n"
PUT = b"PUT /echo HTTP/1.1\r\n" + HOST
TE = PUT + b"Transfer-Encoding: chunked\r\n\r\n"

SMUGGLING = {
    "length and chunked": PUT + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked and length": PUT + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": PUT + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "length twice": PUT + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "length +5": PUT + b"Content-Length: +5\r\n\r\nhello",
    "length 5,5": PUT + b"Content-Length: 5, 5\r\n\r\nhello",
    "length 1_0": PUT + b"Content-Length: 1_0\r\n\r\nhellohello",
    "length -1": PUT + b"Content-Length: -1\r\n\r\n",
    "length 0x5": PUT + b"Content-Length: 0x5\r\n\r\nhello",
    "length 5 5": PUT + b"Content-Length: 5 5\r\n\r\nhello",
    "length of 20 digits": PUT + b"Content-Length: 99999999999999999999\r\n\r\n",
    "empty length": PUT + b"Content-Length:\r\n\r\n",
    "coding xchunked": PUT + b"Transfer-Encoding: xchunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "coding identity": PUT + b"Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello",
    "coding chunked, identity": PUT + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "coding gzip, chunked": PUT + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "coding gzip behind a length": PUT
    + b"Content-Length: 4\r\nTransfer-Encoding: gzip\r\n\r\nbody",
    "coding gzip before a length": PUT
    + b"Transfer-Encoding: gzip\r\nContent-Length: 4\r\n\r\nbody",
    "coding of nothing": PUT + b"Content-Length: 4\r\nTransfer-Encoding:\r\n\r\nbody",
    "chunked twice": PUT
    + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "coding after VT": PUT + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "space before colon": PUT + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "chunked in HTTP/1.0": b"PUT /echo HTTP/1.0\r\n" + HOST + TE[len(PUT) :] + b"0\r\n\r\n",
    "chunk 0x5": TE + b"0x5\r\nhello\r\n0\r\n\r\n",
    "chunk -5": TE + b"-5\r\nhello\r\n0\r\n\r\n",
    "chunk +5": TE + b"+5\r\nhello\r\n0\r\n\r\n",
    "chunk 5_0": TE + b"1_0\r\nhello\r\n0\r\n\r\n",
    "chunk of nothing": TE + b"\r\nhello\r\n0\r\n\r\n",
    "chunk size with space": TE + b"5 \r\nhello\r\n0\r\n\r\n",
    "huge chunk": TE + b"FFFFFFFFFFFFFFFF1\r\nhello\r\n0\r\n\r\n",
    "chunk ends with LF": TE + b"5\nhello\r\n0\r\n\r\n",
    "chunk data ends with LF": TE + b"5\r\nhello\n0\r\n\r\n",
    "no CRLF after chunk": TE + b"5\r\nhelloXX0\r\n\r\n",
    "LF in chunk extension": TE + b"5;a\nb\r\nhello\r\n0\r\n\r\n",
    "trailer that is no field": TE + b"0\r\nnonsense\r\n\r\n",
    "trailer with CR": TE + b"0\r\na: b\rc\r\n\r\n",
    "folded field": PUT + b"X-A: b\r\n c\r\nContent-Length: 0\r\n\r\n",
    "fold at the start": b"PUT /echo HTTP/1.1\r\n Host: x\r\n\r\n",
    "bare LF": b"PUT /echo HTTP/1.1\nHost: x\nContent-Length: 0\n\n",
    "one bare LF": b"PUT /echo HTTP/1.1\r\nHost: x\nContent-Length: 0\r\n\r\n",
    "NUL in a field": PUT + b"X-A: b\x00c\r\n\r\n",
    "CR in a field": PUT + b"X-A: b\rc\r\n\r\n",
    "control in a field": PUT + b"X-A: b\x01c\r\n\r\n",
    "no colon": PUT + b"X-A\r\n\r\n",
    "no name": PUT + b": b\r\n\r\n",
    "no Host": b"GET /nodb HTTP/1.1\r\n\r\n",
    "two Hosts": b"GET /nodb HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "control in the target": b"GET /\x01 HTTP/1.1\r\n" + HOST + b"\r\n",
    "two blanks before the target": b"GET  /nodb HTTP/1.1\r\n" + HOST + b"\r\n",
    "two blanks after the target": b"GET /nodb  HTTP/1.1\r\n" + HOST + b"\r\n",
    "tab after the target": b"GET /nodb\tHTTP/1.1\r\n" + HOST + b"\r\n",
    "blank after the version": b"GET /nodb HTTP/1.1 \r\n" + HOST + b"\r\n",
    "junk after the version": b"GET /nodb HTTP/1.1 x\r\n" + HOST + b"\r\n",
    "version of three digits": b"GET /nodb HTTP/1.10\r\n" + HOST + b"\r\n",
    "lower-case version": b"GET /nodb http/1.1\r\n" + HOST + b"\r\n",
    "no version": b"GET /nodb\r\n" + HOST + b"\r\n",
    "another protocol": b"GET /nodb RTSP/1.0\r\n" + HOST + b"\r\n",
    "blank in the target": b"GET /no db HTTP/1.1\r\n" + HOST + b"\r\n",
    "NUL in the target": b"GET /no\0db HTTP/1.1\r\n" + HOST + b"\r\n",
    "fragment in the target": b"GET /nodb#x HTTP/1.1\r\n" + HOST + b"\r\n",
    "absolute target of nobody": b"GET http:///nodb HTTP/1.1\r\n" + HOST + b"\r\n",
    "CR in the request line": b"GET /nodb HTTP/1.1\r\r\n" + HOST + b"\r\n",
    "CR before the request line": b"\rGET /nodb HTTP/1.1\r\n" + HOST + b"\r\n",
    "LF before the request line": b"\nGET /nodb HTTP/1.1\r\n" + HOST + b"\r\n",
    "five empty lines": b"\r\n" * 5 + b"GET /nodb HTTP/1.1\r\n" + HOST + b"\r\n",
    "tab before colon": PUT + b"Content-Length\t: 5\r\n\r\nhello",
    "blank in a name": PUT + b"Content Length: 5\r\n\r\nhello",
    "NUL in a name": PUT + b"Content\0-Length: 5\r\n\r\nhello",
    "field folded by a tab": PUT + b"X-A: b\r\n\tc\r\nContent-Length: 0\r\n\r\n",
    "authority as target": b"CONNECT x:80 HTTP/1.1\r\n" + HOST + b"\r\n",
}


UNKNOWN_CODINGS = {
    "coding xchunked",
    "coding identity",
    "coding chunked, identity",
    "coding gzip, chunked",
    "coding gzip behind a length",
    "coding gzip before a length",
}


def refusal(name: str) -> int:
    """The status of a request of SMUGGLING (RFC 9112 §6.1)."""
    return 501 if name in UNKNOWN_CODINGS else 400


@pytest.mark.parametrize("name", SMUGGLING)
def test_ambiguous_requests_are_refused_and_end_the_connection(wire, name):
    wire.send(SMUGGLING[name] + head("GET", "/nodb"))
    assert wire.answer().status == refusal(name)
    assert wire.is_closed()


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (head("GET", "/" + "a" * 20000), 201),
        (head("GET", "/" + "a" * 33000), 414),
        (b"GET /" + b"a" * 70000, 414),
        (head("GET", "/", b"X-A: " + b"a" * 16000 + b"\r\n"), 201),
        (head("GET", "/", b"X-A: " + b"a" * 17000 + b"\r\n"), 431),
        (head("GET", "/", b"X-A: b\r\n" * 199), 201),
        (head("GET", "/", b"X-A: b\r\n" * 201), 431),
        (head("GET", "/", b"X-A: %b\r\n" % (b"a" * 8000) * 9), 431),
        (b"GET / HTTP/1.1\r\n" + b"X-A: b\r\n" * 100000, 431),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        (b"NONSENSE / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        (b"GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        (b" GET / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        (b"get / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01", 501),
        (put("/echo", length(1), b"Expect: 200-ok"), 417),
    ],
)
def test_limits(wire, request_bytes, status):
    with contextlib.suppress(ConnectionError):  # refused before all of it was sent
        wire.send(request_bytes)
    assert wire.answer().status == status
    assert wire.is_closed(0.2 if status == 201 else 2.0) == (status != 201)


def test_field_names_with_underscores_are_dropped(wire):
    sent = b"X_Auth_Token: stolen\r\nContent_Length: 9\r\nX-Real: yes\r\n"
    environ = wire.ask("/", "PUT", sent).json["environ"]
    assert environ["HTTP_X_REAL"] == "yes"
    assert "stolen" not in environ.values()
    assert "CONTENT_LENGTH" not in environ


def test_environ(wire):
    target = "/v1/a%2Fb/c//z%C3%A9%20k%3Fq?format=json&x=%2F"
    fields = b"X-A:  one \t\r\nx-a: two\r\nCookie: a=1\r\nCookie: b=2\r\nX-Meta: zo\xc3\xa9\r\n"
    environ = wire.ask(target, "COPY", fields).json["environ"]
    expected = {
        "REQUEST_METHOD": "COPY",
        "RAW_URI": target,
        "PATH_INFO": "/v1/a/b/c//zé k?q".encode().decode("latin-1"),
        "QUERY_STRING": "format=json&x=%2F",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_X_A": "one,two",
        "HTTP_COOKIE": "a=1; b=2",
        "HTTP_X_META": "zoé".encode().decode("latin-1"),
    }
    assert {key: environ.get(key) for key in expected} == expected


@pytest.mark.parametrize("size", [1, 40, 1000])
def test_utf_8_in_targets_and_names_of_metadata_is_percent_encoded(wire, size):
    fields = "x-object-meta-Größe: ü\r\nX-Remove-Container-Meta-é: \r\n".encode()
    request = head("PUT", "/a/ü%20?é".encode().decode("latin-1"), fields)
    wire.send(*(request[i : i + size] for i in range(0, len(request), size)), pause=0.002)
    environ = wire.answer().json["environ"]
    expected = {
        "RAW_URI": "/a/%C3%BC%20?%C3%A9",
        "HTTP_X_OBJECT_META_GR%C3%B6%C3%9FE": "ü".encode().decode("latin-1"),
        "HTTP_X_REMOVE_CONTAINER_META_%C3%A9": "",
    }
    assert {key: environ.get(key) for key in expected} == expected


@pytest.mark.parametrize(
    "name", ["Größe", "X-Object-Größe", "X-Object-Meta-a ü", "é-X-Object-Meta-a"]
)
def test_no_other_name_is_beyond_ascii(wire, name):
    assert wire.ask("/nodb", "GET", f"{name}: 1\r\n".encode()).status == 400
    assert wire.is_closed()


def test_absolute_target(wire):
    environ = wire.ask("http://other:80/a?b").json["environ"]
    assert (environ["RAW_URI"], environ["PATH_INFO"]) == ("/a?b", "/a")


def test_empty_lines_before_a_request(wire):
    assert wire.send(b"\r\n\r\n" + head("GET", "/nodb")).answer().status == 200


def test_upgrade_is_ignored(wire):
    assert wire.ask("/nodb", "GET", b"Connection: Upgrade\r\nUpgrade: h2c\r\n").status == 200
    assert wire.ask().status == 200


@pytest.mark.parametrize("size", [1, 3, 40])
def test_a_head_in_pieces(wire, size):
    request = put("/echo", CHUNKED) + b"3\r\nabc\r\n0\r\n\r\n"
    wire.send(*(request[i : i + size] for i in range(0, len(request), size)), pause=0.002)
    assert wire.answer().json["size"] == 3
