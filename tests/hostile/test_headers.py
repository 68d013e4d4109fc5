"""Header values that would end a line, break a listing or a parser (contract §3.2)."""

import string

import pytest

from tests.hostile.attack import Attack, Place, attack

OCTETS = "Content-Type: application/octet-stream"

# What is stored and given back; each is told the value after ``: ``.
STORED = {
    "metadata": ("PUT", "/c/o", "X-Object-Meta-A"),
    "updated metadata": ("POST", "/c/o?update", "X-Object-Meta-A"),
    "container metadata": ("POST", "/c", "X-Container-Meta-A"),
    "account metadata": ("POST", "", "X-Account-Meta-A"),
    "group": ("POST", "", "X-Account-Group-Kin"),
    "manifest": ("PUT", "/c/o", "X-Object-Manifest"),
    "sharing": ("PUT", "/c/o", "X-Object-Sharing"),
    "public": ("PUT", "/c/o", "X-Object-Public"),
    "quota": ("POST", "/c", "X-Container-Policy-Quota"),
    "versioning": ("PUT", "/c", "X-Container-Policy-Versioning"),
    "source": ("PUT", "/c/p", "X-Copy-From"),
    "source account": ("PUT", "/c/p", "X-Copy-From: /c/o\r\nX-Source-Account"),
    "destination": ("COPY", "/c/o", "Destination"),
    "destination account": ("COPY", "/c/o", "Destination: /c/p\r\nDestination-Account"),
}

# Given back as they came, never decoded: what looks like a line break stays four characters.
VERBATIM = ("Content-Disposition", "Content-Encoding", "Content-Type")

CONTROLS = {
    "line break": "a%0D%0ASet-Cookie:%20evil=1",
    "line feed": "a%0AX-Evil:%201",
    "carriage return": "a%0DX-Evil:%201",
    "NUL": "a%00b",
    "escape": "a%1B[2Jb",
    "DEL": "a%7Fb",
    "C1": "a%C2%85b",
    "noncharacter": "a%EF%BF%BFb",
    "broken UTF-8": "a%FFb",
    "overlong slash": "a%C0%AFb",
    "surrogate": "a%ED%A0%80b",
    "beyond Unicode": "a%F7%BF%BF%BFb",
}

# Those that are no UTF-8.
NO_TEXT = {"broken UTF-8", "overlong slash", "surrogate", "beyond Unicode"}

RAW = {
    "latin-1": b"caf\xe9",
    "UTF-8": "café".encode(),
    "overlong": b"\xc0\xaf",
    "C1": b"\x85x",
    "bytes": b"\xff\xfe\xfd",
}


@pytest.mark.parametrize("what", STORED)
def test_what_would_break_a_reply_is_refused(place: Place, what: str) -> None:
    method, path, header = STORED[what]
    for value in [*(text.encode() for text in CONTROLS.values()), *RAW.values()]:
        answer = place.strike(attack("400", method, path, header.encode() + b": " + value))
        assert not {"set-cookie", "x-evil"} & set(answer.headers)


@pytest.mark.parametrize("header", VERBATIM)
def test_what_is_given_back_verbatim_is_ascii(place: Place, header: str) -> None:
    for value in RAW.values():
        place.strike(attack("400", "PUT", "/c/o", header.encode() + b": " + value))


@pytest.mark.parametrize("header", VERBATIM)
def test_what_is_given_back_verbatim_stays_one_line(place: Place, header: str) -> None:
    for name, value in CONTROLS.items():
        if name in NO_TEXT and header != "Content-Type":
            place.strike(attack("400", "PUT", "/c/o", f"{header}: text/{value}"))
            continue
        place.strike(attack("201", "PUT", "/c/o", f"{header}: text/{value}"))
        found = place.strike(attack("200", "GET", "/c/o"))
        assert not {"set-cookie", "x-evil"} & set(found.headers)
        assert header == "Content-Type" or found.headers[header.lower()] == f"text/{value}"


# Percent-encoded names of metadata that would end the name of a reply's header, or its line.
NAMES = ["a%3A%20b", "a%20b", "%3A", "a%22b", "a%2Cb", "%28a%29", "a%5B0%5D", "a%5Cb", "a%3Bb"]


TOKEN_CHARS = frozenset("!#$%&'*+-.^_`|~" + string.ascii_lowercase + string.digits)


@pytest.mark.parametrize(
    ("method", "path", "prefix"),
    [
        ("POST", "/c/o?update", "X-Object-Meta-"),
        ("POST", "/c?update", "X-Container-Meta-"),
        ("POST", "?update", "X-Account-Meta-"),
        ("POST", "?update", "X-Account-Group-"),
    ],
)
def test_no_name_ends_a_header(place: Place, method: str, path: str, prefix: str) -> None:
    for name in NAMES:
        place.strike(attack("202 400", method, path, f"{prefix}{name}: 1"))
    found = place.strike(attack("200 204", "HEAD", path.partition("?")[0])).headers
    assert all(TOKEN_CHARS.issuperset(name) for name in found)
    given = [value for name, value in found.items() if name.startswith(prefix.lower())]
    assert given == ["1"] * len(NAMES)


def metas(count: int, prefix: str = "X-Object-Meta-", value: str = "v") -> list[str]:
    return [f"{prefix}N{number}: {value}" for number in range(count)]


FLOODS = {
    "32 metadata": attack("201", "PUT", "/c/o", *metas(32)),
    "91 metadata": attack("400", "PUT", "/c/o", *metas(91)),
    "91 in an update": attack("400", "POST", "/c/o?update", *metas(91)),
    "91 of a container": attack("400", "POST", "/c", *metas(91, "X-Container-Meta-")),
    "91 of an account": attack("400", "POST", "", *metas(91, "X-Account-Meta-")),
    "33 stored": attack("400", "PUT", "/c/o", *metas(33)),
    "150 fields of one name": attack("200", "GET", "/c/o", *["X-A: b"] * 150),
    "201 fields": attack("431", "GET", "/c/o", *["X-A: b"] * 201),
    "10,000 fields": attack("431", "GET", "/c/o", *["X-A: b"] * 10_000),
    "a field of 20 kB": attack("431", "GET", "/c/o", "X-A: " + "b" * 20_000),
    "a field of 2 MB": attack("431", "GET", "/c/o", "X-A: " + "b" * 2_000_000),
    "a name of 20 kB": attack("400 431", "GET", "/c/o", "X-" + "b" * 20_000 + ": 1"),
    "four of 15 kB": attack("200 431", "GET", "/c/o", *["X-A: " + "b" * 15_000] * 4),
    "name of 114": attack("201", "PUT", "/c/o", f"X-Object-Meta-{'n' * 114}: v"),
    "name of 115": attack("400", "PUT", "/c/o", f"X-Object-Meta-{'n' * 115}: v"),
    "no name": attack("400", "PUT", "/c/o", "X-Object-Meta-: v"),
    "value of 256": attack("201", "PUT", "/c/o", f"X-Object-Meta-A: {'v' * 256}"),
    "value of 257": attack("400", "PUT", "/c/o", f"X-Object-Meta-A: {'v' * 257}"),
    "value of 257, encoded": attack("400", "PUT", "/c/o", "X-Object-Meta-A: " + "%C3%A9" * 257),
    "33 groups": attack("400", "POST", "", *[f"X-Account-Group-N{n}: a" for n in range(33)]),
    "33 members": attack("400", "POST", "", f"X-Account-Group-N: {','.join(map(str, range(33)))}"),
    "a member of 257": attack("400", "POST", "", f"X-Account-Group-N: {'m' * 257}"),
    "a reader of 257": attack("400", "PUT", "/c/o", f"X-Object-Sharing: read={'m' * 257}"),
    "1000 readers": attack(
        "201 400", "PUT", "/c/o", f"X-Object-Sharing: read={','.join(map(str, range(1000)))}"
    ),
    "7000 commas": attack("412", "PUT", "/c/p", "If-Match: " + "," * 7000 + "x"),
    "a manifest of 15 kB": attack("201 400", "PUT", "/c/p", "X-Object-Manifest: c/" + "p" * 15_000),
    "a type of 15 kB": attack("201 400", "PUT", "/c/o", "Content-Type: a/b;" + "c" * 15_000),
    "a disposition of 15 kB": attack(
        "201 400", "PUT", "/c/o", "Content-Disposition: " + "c" * 15_000
    ),
    "an encoding of 15 kB": attack("201 400", "PUT", "/c/o", "Content-Encoding: " + "c" * 15_000),
}

JUNK = ["-1", "+1", "1.5", "1e3", "0x1", "NaN", "%D9%A3", "%C2%B2", "1_0", "1,1"]
JUNK += ["9" * 19, "9" * 20, "9" * 5000, "0" * 30 + "9" * 30, "0" * 20 + "9" * 5000, "1 1"]

APPEND = (OCTETS, "Content-Range: bytes */*")
FROM_ITSELF = ("X-Source-Object: /c/o", "Content-Range: bytes 0-0/*")

# The header that is told the junk last, and those that go before it.
NUMBERS = {
    "quota": ("400 202", "POST", "/c?update", ("X-Container-Policy-Quota",)),
    "size": ("400 204", "POST", "/c/o", (*APPEND, "X-Object-Bytes")),
    "version to PUT": ("404", "PUT", "/c/p", ("X-Copy-From: /c/o", "X-Source-Version")),
    "version to COPY": ("404", "COPY", "/c/o", ("Destination: /c/p", "X-Source-Version")),
    "version to update from": ("404", "POST", "/c/o", (*FROM_ITSELF, "X-Source-Version")),
}

# Names that only the inside of some store has, or that only a front door may set.
SPOOFED = [
    "X-Timestamp: 0000000001.00000",
    "X-Timestamp: 99999999999.00000",
    "X-Backend-Storage-Policy-Index: 1",
    "X-Container-Host: 127.0.0.1:1",
    "X-Object-Version: 1",
    "X-Object-UUID: 00000000-0000-0000-0000-000000000000",
    "X-Object-Modified-By: root",
    "X-Object-Hash: " + "0" * 64,
    "X-HTTP-Method-Override: DELETE",
    "X-Original-URL: /admin/",
    "X-Rewrite-URL: /admin/",
    "X-Forwarded-For: 127.0.0.1",
    "Forwarded: for=127.0.0.1;host=evil.example",
    "X-Forwarded-Proto: gopher",
    "Content-MD5: 0",
    "Accept-Encoding: " + "gzip;q=0.1, " * 1000,
    "Accept: " + "application/" * 1200,
    "Accept: " + "a/b;q=" * 2000,
    "Accept-Language: " + "x-" * 7000,
    "Cookie: " + "a=b; " * 3000,
    "If-Modified-Since: " + "Sun, " * 3000,
    "If-Modified-Since: Sun, 99 Foo 99999 99:99:99 GMT",
    "If-Unmodified-Since: Sat, 01 Jan 9999999999 00:00:00 GMT",
    'If-None-Match: W/"' + '"' * 9000,
    "If-Match: *, " + "0" * 32,
    "If-Range: " + "\\" * 9000,
    "Range: bytes",
    "TE: trailers, deflate;q=0.5",
    "Content-Type: text/plain; charset=rot13",
    "Content-Type: a/b; c*=nosuch'en'x",
    "Content-Type: a/b; c*=utf-8'en'%FF%00",
    "Content-Type: a/b; c*0*=x; c*1*=y; c*99999999999999999999=z",
    "Content-Type: a/b;" + " a=b;" * 3000,
    'Content-Type: a/b; c="' + '\\"' * 7000,
    "Content-Type: " + "multipart/" * 1000,
]


@pytest.mark.parametrize("name", FLOODS)
def test_more_than_there_is_room_for(place: Place, name: str) -> None:
    place.strike(FLOODS[name])
    place.strike(attack("200", "GET", "/c?format=xml"))


@pytest.mark.parametrize("what", NUMBERS)
def test_numbers_that_are_none(place: Place, what: str) -> None:
    expected, method, path, (*before, header) = NUMBERS[what]
    for junk in JUNK:
        place.strike(attack(expected, method, path, *before, f"{header}: {junk}"))


@pytest.mark.parametrize("spoofed", SPOOFED, ids=lambda each: each[:40])
def test_headers_that_a_client_may_not_be_heard_by(place: Place, spoofed: str) -> None:
    before = place.state()
    answer = place.strike(attack("200", "GET", "/c/o", spoofed))
    assert answer.headers["x-object-modified-by"] == place.client.account
    place.strike(attack("200 204", "GET", "/c", spoofed))
    assert place.state() == before


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "X-Host", "X-Forwarded-Server"])
def test_no_reply_repeats_a_host(place: Place, header: str) -> None:
    line = f"{header}: evil.example"
    for method, path in (("GET", "/c?format=json"), ("PUT", "/c/o"), ("GET", "/c/none")):
        shot = attack("200 201 400 404", method, path, line)
        answer = place.strike(shot)
        assert "evil.example" not in repr(answer.headers) + answer.body.decode()


def test_a_host_is_not_where_tokens_are_sent(place: Place) -> None:
    shot = Attack(
        frozenset({204, 400, 401}),
        "GET",
        "/v1/",
        (f"X-Auth-User: {place.client.account}".encode(), b"X-Auth-Key: none"),
        token=False,
        whole=True,
    )
    lines = place.request(shot).replace(b"Host: x", b"Host: evil.example")
    with place.wire() as wire:
        answer = wire.send(lines).answer()
    assert "evil.example" not in repr(answer.headers) + answer.body.decode()
