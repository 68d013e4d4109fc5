"""Bodies that would swell, loop or reach out: hashmaps, forms, ranges, updates."""

import hashlib
import json
import socket
from collections.abc import Iterator

import pytest

from tests.api.server import BLOCK_SIZE
from tests.hostile.attack import DATA, Attack, Place, attack

KNOWN = hashlib.sha256(DATA).hexdigest()
OCTETS = "Content-Type: application/octet-stream"
MAP = "/c/o?hashmap"


def in_json(size: object, *hashes: str) -> str:
    return f'{{"bytes":{size},"hashes":{json.dumps(hashes)}}}'


def nested(depth: int) -> str:
    return f'<object bytes="5">{"<a>" * depth}{"</a>" * depth}</object>'


LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lol">' for n in range(10)
)

HASHMAPS = {
    "100,000 unknown hashes": attack(
        "409",
        "PUT",
        MAP,
        body=in_json(100_000 * BLOCK_SIZE, *(f"{n:064x}" for n in range(100_000))),
    ),
    "100,000 times one unknown hash": attack(
        "409", "PUT", MAP, body=in_json(100_000 * BLOCK_SIZE, *["ab" * 32] * 100_000)
    ),
    "300,000 hashes": attack("413", "PUT", MAP, body=in_json(1, *["ab" * 32] * 300_000)),
    "17 MiB of blanks": attack("413", "PUT", MAP, body=b" " * (17 << 20)),
    "17 MiB of brackets": attack("413", "PUT", MAP, body=b"[" * (17 << 20)),
    "a million brackets": attack("400", "PUT", MAP, body=b"[" * 1_000_000),
    "a million keys": attack("400", "PUT", MAP, body=b'{"a":' * 1_000_000),
    "5000 digits": attack("400", "PUT", MAP, body=in_json("9" * 5000, KNOWN)),
    "1e400": attack("400", "PUT", MAP, body=in_json("1e400", KNOWN)),
    "NaN": attack("400", "PUT", MAP, body=in_json("NaN", KNOWN)),
    "past int64": attack("400", "PUT", MAP, body=in_json(2**63, KNOWN)),
    "int64 of one block": attack("400", "PUT", MAP, body=in_json(2**63 - 1, KNOWN)),
    "minus one": attack("400", "PUT", MAP, body=in_json(-1)),
    "upper case": attack("400 409", "PUT", MAP, body=in_json(5, "AB" * 32)),
    "a path for a hash": attack("400", "PUT", MAP, body=in_json(5, "../" * 21 + "a")),
    "blanks in a hash": attack("400", "PUT", MAP, body=in_json(5, "ab " * 21 + "a")),
    "fullwidth digits": attack("400", "PUT", MAP, body=in_json(5, "\uff11" * 64)),
    "a lone surrogate": attack("400", "PUT", MAP, body='{"bytes":1,"hashes":["\\ud800"]}'),
    "UTF-16": attack("400", "PUT", MAP, body=in_json(5, KNOWN).encode("utf-16")),
    "two sizes": attack(
        "400 409", "PUT", MAP, body='{"bytes":-1,"bytes":5,"hashes":["' + "ab" * 32 + '"]}'
    ),
    "gzip": attack("400", "PUT", MAP, "Content-Encoding: gzip", body=b"\x1f\x8b" + b"\0" * 100),
    "200 levels of XML": attack("400", "PUT", MAP, body=nested(200)),
    "10,000 levels of XML": attack("400", "PUT", MAP, body=nested(10_000)),
    "million levels of XML": attack("400", "PUT", MAP, body=nested(1_000_000)),
    "100,000 hashes in XML": attack(
        "409",
        "PUT",
        MAP,
        body=f'<object bytes="{100_000 * BLOCK_SIZE}">'
        + "".join(f"<hash>{n:064x}</hash>" for n in range(100_000))
        + "</object>",
    ),
    "100,000 attributes": attack(
        "400", "PUT", MAP, body="<object " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>"
    ),
    "an attribute of 12 MB": attack(
        "400", "PUT", MAP, body=f'<object bytes="{"1" * 12_000_000}"/>'
    ),
    "a comment of 12 MB": attack(
        "400", "PUT", MAP, body=f"<object><!--{'a' * 12_000_000}--></object>"
    ),
    "billion laughs": attack(
        "400",
        "PUT",
        MAP,
        body=f"<!DOCTYPE o [{LAUGHS}]><object bytes='&l9;'><hash>&l9;</hash></object>",
    ),
    "quadratic blowup": attack(
        "400",
        "PUT",
        MAP,
        body=f'<!DOCTYPE o [<!ENTITY a "{"a" * 50_000}">]>'
        f"<object><hash>{'&a;' * 50_000}</hash></object>",
    ),
    "a plain DOCTYPE": attack(
        "400", "PUT", MAP, body=f"<!DOCTYPE object><object bytes='23'><hash>{KNOWN}</hash></object>"
    ),
    "an unknown encoding": attack(
        "400", "PUT", MAP, body="<?xml version='1.0' encoding='x'?><object/>"
    ),
    "UTF-7": attack(
        "400", "PUT", MAP, body="<?xml version='1.0' encoding='utf-7'?>+ADw-object/+AD4-"
    ),
    "a processing instruction": attack("400", "PUT", MAP, body="<?php phpinfo(); ?><object/>"),
    "nothing but a declaration": attack("400", "PUT", MAP, body="<?xml version='1.0'?>"),
    "XML said to be JSON": attack("400", "PUT", MAP + "&format=json", body="<object/>"),
    "JSON said to be XML": attack("400", "PUT", MAP + "&format=xml", body=in_json(0)),
}


@pytest.mark.parametrize("name", HASHMAPS)
def test_hashmaps(place: Place, name: str) -> None:
    place.strike(HASHMAPS[name])


@pytest.fixture
def trap() -> Iterator[socket.socket]:
    """A port that nobody has a reason to connect to."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        yield listening


# ``{}`` is the trap's address.
OUTWARD = [
    "<!DOCTYPE o SYSTEM 'http://{}/dtd'><object bytes='0'/>",
    "<!DOCTYPE o PUBLIC 'x' 'http://{}/dtd'><object bytes='0'/>",
    "<!DOCTYPE o [<!ENTITY x SYSTEM 'http://{}/e'>]><object><hash>&x;</hash></object>",
    "<!DOCTYPE o [<!ENTITY % x SYSTEM 'http://{}/e'> %x;]><object bytes='0'/>",
    "<!DOCTYPE o [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><object><hash>&x;</hash></object>",
    "<!DOCTYPE o [<!ENTITY x SYSTEM 'ftp://{}/e'>]><object bytes='&x;'/>",
    "<?xml-stylesheet type='text/xsl' href='http://{}/x'?><object/>",
    "<object xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='http://{}/'/></object>",
    "<object xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
    "xsi:noNamespaceSchemaLocation='http://{}/x'/>",
]


@pytest.mark.parametrize("body", OUTWARD)
def test_no_xml_reaches_out(place: Place, trap: socket.socket, body: str) -> None:
    host, port = trap.getsockname()
    answer = place.strike(attack("400", "PUT", MAP, body=body.replace("{}", f"{host}:{port}")))
    assert b"root:" not in answer.body
    with pytest.raises(TimeoutError):
        trap.accept()


def test_one_block_two_thousand_times_is_charged_in_full(place: Place) -> None:
    block = place.client.account.encode().ljust(BLOCK_SIZE, b".")
    place.strike(attack("202", "POST", "/c?update", OCTETS, body=block))
    digest = hashlib.sha256(block).hexdigest()
    body = in_json(2000 * BLOCK_SIZE, *[digest] * 2000)
    place.strike(attack("201", "PUT", MAP, body=body))
    used = int(place.client.head("c")["X-Container-Bytes-Used"])
    assert used == 2000 * BLOCK_SIZE
    place.strike(attack("413", "PUT", "/c/p", "Content-Length: 99999999999999"))


BOUNDARY = "Content-Type: multipart/form-data; boundary=b"


def part(head: str, body: str = "x") -> str:
    return f"--b\r\n{head}\r\n\r\n{body}\r\n"


def form(*parts: str) -> bytes:
    return ("".join(parts) + "--b--\r\n").encode()


FILE = 'Content-Disposition: form-data; name="X-Object-Data"; filename="f"'
FIELD = 'Content-Disposition: form-data; name="a"'

FORMS = {
    "1000 fields": attack("400 413", "POST", "/c/o", BOUNDARY, body=form(*[part(FIELD)] * 1000)),
    "1000 files": attack(
        "400", "POST", "/c/o", BOUNDARY, body=form(*[part(FILE.replace("X-O", "o"))] * 1000)
    ),
    "100,000 fields": attack(
        "400 413", "POST", "/c/o", BOUNDARY, body=form(*[part(FIELD)] * 100_000)
    ),
    "a field of 30 MB": attack(
        "413", "POST", "/c/o", BOUNDARY, body=form(part(FIELD, "a" * 30_000_000), part(FILE))
    ),
    "a file of 3 MB": attack(
        "201", "POST", "/c/o", BOUNDARY, body=form(part(FILE, "a" * 3_000_000))
    ),
    "no boundary": attack("400", "POST", "/c/o", "Content-Type: multipart/form-data", body=b"x"),
    "an empty boundary": attack("400", "POST", "/c/o", BOUNDARY[:-1], body=b"x"),
    "a boundary of 10 kB": attack("400", "POST", "/c/o", BOUNDARY + "b" * 10_000, body=b"x"),
    "a boundary in Cyrillic": attack(
        "400", "POST", "/c/o", BOUNDARY.encode() + "б".encode(), body=b"x"
    ),
    "an encoded boundary": attack(
        "400", "POST", "/c/o", "Content-Type: multipart/form-data; boundary*=x'y'b", body=b"x"
    ),
    "an unknown charset": attack(
        "201 400", "POST", "/c/o", BOUNDARY + "; charset=nosuch", body=form(part(FILE))
    ),
    "no text's charset": attack(
        "201 400", "POST", "/c/o", BOUNDARY + "; charset=rot13", body=form(part(FILE))
    ),
    "no end": attack("201 400", "POST", "/c/o", BOUNDARY, body=part(FILE)),
    "no part": attack("400", "POST", "/c/o", BOUNDARY, body=b"--b--\r\n"),
    "no body": attack("400", "POST", "/c/o", BOUNDARY, "Content-Length: 0"),
    "another field": attack("400", "POST", "/c/o", BOUNDARY, body=form(part(FIELD))),
    "a header of 2 MB": attack(
        "400", "POST", "/c/o", BOUNDARY, body=form(part(f"{FILE}\r\nX-A: {'a' * 2_000_000}"))
    ),
    "10,000 headers": attack(
        "201 400", "POST", "/c/o", BOUNDARY, body=form(part(FILE + "\r\nX-A: b" * 10_000))
    ),
    "an unknown charset of the name": attack(
        "201 400", "POST", "/c/o", BOUNDARY, body=form(part(FILE[:-3] + "*=nosuch'en'f"))
    ),
    "a broken name": attack(
        "201 400", "POST", "/c/o", BOUNDARY, body=form(part(FILE + "; filename*=utf-8''%FF%00"))
    ),
    "a path as name": attack(
        "201", "POST", "/c/o", BOUNDARY, body=form(part(FILE.replace('"f"', '"../../etc/passwd"')))
    ),
    "a broken base64": attack(
        "201 400",
        "POST",
        "/c/o",
        BOUNDARY,
        body=form(part(FILE + "\r\nContent-Transfer-Encoding: base64", "!!!!=")),
    ),
    "a type with a line break": attack(
        "201", "POST", "/c/o", BOUNDARY, body=form(part(FILE + "\r\nContent-Type: a/b\x0bX: y"))
    ),
    "a nested form": attack(
        "201 400",
        "POST",
        "/c/o",
        BOUNDARY,
        body=form(part(FILE + "\r\nContent-Type: multipart/mixed; boundary=b")),
    ),
    "a cookie for a token": Attack(
        frozenset({401}),
        "POST",
        "/c/o",
        (BOUNDARY.encode(), b"Cookie: X-Auth-Token=x"),
        form(part(FILE)),
        token=False,
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_forms(place: Place, name: str) -> None:
    place.strike(FORMS[name])
    place.strike(attack("200", "GET", "/c?format=xml"))


SIZE = len(DATA)

RANGES = {
    "100 times all": (",".join(["0-"] * 100), 200),
    "90 overlaps": (",".join(f"{n % 9}-{n % 9 + 9}" for n in range(90)), 200),
    "10,000 ranges": (",".join(["0-0"] * 4000), 200),
    "101 ranges": (",".join(["0-0"] * 101), 200),
    "two halves and a byte": (f"0-9,10-{SIZE},0-0", 200),
    "suffixes": (",".join(["-1"] * 99), 200),
    "int64": (f"{2**63 - 1}-", 416),
    "past int64": (f"{2**63}-{2**64}", 416),
    "5000 digits": ("0-" + "9" * 5000, 200),
    "backwards": ("5-1", 200),
    "minus": ("--1", 200),
    "no byte": ("-0", 416),
    "Arabic": ("%D9%A0-", 200),
    "15,000 blanks": (" " * 15_000 + "x", 200),
    "commas": ("," * 90, 200),
    "NaN": ("NaN-Infinity", 200),
}


@pytest.mark.parametrize("name", RANGES)
def test_no_range_makes_more_of_an_object(place: Place, name: str) -> None:
    value, status = RANGES[name]
    answer = place.strike(attack(str(status), "GET", "/c/o", f"Range: bytes={value}"))
    assert len(answer.body) <= SIZE if status == 200 else len(answer.body) < 200


TARGETS = {
    "a hole": (f"bytes {10**11}-/*", "416"),
    "a hole of one byte": (f"bytes {SIZE + 1}-/*", "416"),
    "int64": (f"bytes {2**63 - 1}-/*", "416"),
    "past int64": (f"bytes {2**64}-{2**64}/*", "416"),
    "5000 digits": (f"bytes 0-{'9' * 5000}/*", "416"),
    "more than is sent": ("bytes 0-99999999999/*", "400 416"),
    "a total that is not": ("bytes 0-0/99", "416"),
    "a total past int64": (f"bytes 0-0/{2**63}", "416"),
    "backwards": ("bytes 5-1/*", "416"),
    "negative": ("bytes -5-1/*", "416"),
    "junk": ("bytes", "416"),
    "other unit": ("lines 0-0/*", "416"),
    "several": ("bytes 0-0,1-1/*", "416"),
    "15,000 blanks": ("bytes" + " " * 15_000 + "x", "416"),
    "15,000 digits": ("bytes " + "0" * 15_000, "416"),
    "Arabic": ("bytes %D9%A0-/*", "416"),
    "raw": ("bytes \xb2-/*", "400"),
}


@pytest.mark.parametrize("name", TARGETS)
def test_no_update_makes_a_hole(place: Place, name: str) -> None:
    value, expected = TARGETS[name]
    place.strike(attack(expected, "POST", "/c/o", OCTETS, f"Content-Range: {value}", body=b"x"))


@pytest.mark.parametrize("size", ["100000000000", str(2**63 - 1), str(2**63), "9" * 5000])
def test_no_update_grows_by_a_number(place: Place, size: str) -> None:
    fields = (OCTETS, "Content-Range: bytes */*", f"X-Object-Bytes: {size}")
    place.strike(attack("204 400", "POST", "/c/o", *fields, body=b"x"))
    assert int(place.client.head("c/o")["Content-Length"]) <= SIZE + 1
