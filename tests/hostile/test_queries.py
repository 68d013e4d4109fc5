"""Parameters that no client would send (contract §2, §3.6-§3.8)."""

import pytest

from tests.hostile.attack import Attack, Place, attack

# Numbers that are none, or that no column holds.
JUNK = {
    "empty": "",
    "minus one": "-1",
    "plus": "%2B1",
    "a fraction": "1.5",
    "an exponent": "1e400",
    "NaN": "NaN",
    "Infinity": "Infinity",
    "hexadecimal": "0x10",
    "underscore": "1_0",
    "int32": "2147483648",
    "int64": "9223372036854775807",
    "past int64": "9223372036854775808",
    "uint64": "18446744073709551616",
    "padded": "0" * 25 + "1",
    "padded past int64": "0" * 20 + "9" * 30,
    "5000 digits": "9" * 5000,
    "5000 digits behind zeros": "0" * 20 + "9" * 5000,
    "Arabic digits": "%D9%A3",
    "superscript": "%C2%B2",
    "fullwidth": "%EF%BC%91",
    "NUL": "%00",
    "one and NUL": "1%00",
    "newline": "1%0A",
    "blank": "%201",
    "broken UTF-8": "%FF%FE",
    "half a percent": "%",
    "a list": "1,2",
    "twice": "1&%s=2",
    "brackets": "[]",
    "SQL": "1%3BDROP%20TABLE%20pithos_api_version",
    "15,000 digits": "9" * 15_000,
}

# What each parameter makes of junk; ``{}`` is the junk.
NUMBERS = [
    ("200", "GET", "/c?limit={}"),
    ("200 204", "GET", "?limit={}&marker={}"),
    ("200 204 400 404", "GET", "/c?until={}&format=xml"),
    ("200 404", "GET", "/c/o?version={}"),
    ("204 400", "DELETE", "/c/o?until={}"),
]

# Each would match everything, or break the statement, if it were more than a text.
PROBES = {
    "tautology": "' OR '1'='1",
    "tautology in double quotes": '" OR ""="',
    "comment": "x'; DROP TABLE pithos_api_version; --",
    "union": "' UNION SELECT token FROM accounts_token --",
    "dollar quote": "$$ OR 1=1 $$",
    "sleep": "'||pg_sleep(11)||'",
    "percent": "%",
    "underscore": "_",
    "two of them": "_%",
    "backslash": "\\",
    "escaped quote": "\\'",
    "placeholder": "%s",
    "named placeholder": "%(actor)s",
    "numbered placeholder": "$1",
    "format": "{0}{actor}",
    "regular expression": ".*",
    "nested repetition": "(a+)+$" + "a" * 2000,
    "lookup": "name__regex",
    "connector": "_connector",
    "NUL": "\0",
    "control": "\x01",
    "last of Unicode": "\U0010ffff",
    "bidi": "\u202e",
    "2000 commas": "," * 2000,
    "2000 equal signs": "=" * 2000,
    "2000 marks": "!" * 2000,
    "2000 blanks": "a" + " " * 2000 + "b",
    "2000 dashes": "-" * 2000,
}

# Where a probe can match nothing, and where it depends.
PLACES = {"prefix": b"", "path": b"", "delimiter": b"o\np\n", "marker": None, "meta": None}


def quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


@pytest.mark.parametrize("junk", JUNK)
def test_numbers_that_are_none(place: Place, junk: str) -> None:
    for expected, method, path in NUMBERS:
        place.strike(attack(expected, method, path.replace("{}", JUNK[junk])))


@pytest.mark.parametrize("probe", PROBES)
def test_a_probe_is_only_a_text(place: Place, probe: str) -> None:
    place.client.put("c/p", headers={"X-Object-Meta-A": "b"})
    for parameter, nothing in PLACES.items():
        path = f"/c?{parameter}={quoted(PROBES[probe])}"
        found = place.strike(attack("200 204", "GET", path))
        assert nothing is None or found.body == nothing, parameter


SWAMPS = {
    "500 parameters": attack("200", "GET", "/c?" + "a=b&" * 500),
    "5000 parameters": attack("200 400", "GET", "/c?" + "a=b&" * 5000),
    "5000 parameters of one letter": attack("201", "PUT", "/c/o?" + "a&" * 5000),
    "5000 parameters, stranger": Attack(
        frozenset({400, 401}), "GET", "/c?" + "a&" * 5000, token=False
    ),
    "the same 900 times": attack("200", "GET", "/c?" + "limit=1&" * 900),
    "ampersands only": attack("200 400", "GET", "/c?" + "&" * 20000),
    "32 kB of percent": attack("204 400 414", "GET", "/c?prefix=" + "%" * 31000),
    "32 kB of text": attack("204 414", "GET", "/c?prefix=" + "a" * 31000),
    "2 MB": attack("414", "GET", "/c?prefix=" + "a" * 2_000_000),
    "8 MB without token": Attack(frozenset({414}), "GET", "/c?" + "a" * 8_000_000, token=False),
    "semicolons": attack("200", "GET", "/c?" + "a=b;" * 2000),
    "question marks": attack("200", "GET", "/c?" + "?" * 2000),
    "a name of 30 kB": attack("200", "GET", "/c?" + "a" * 30000),
}

FORMATS = {
    f"{method} {path} format={value}": attack(
        "200 204 404 405 409 400 202 201", method, f"{path}{'&' if '?' in path else '?'}{pair}"
    )
    for pair in ("format=%00", "format=../../etc/passwd", "format=json&format=xml", "format[]=json")
    for value in (pair.partition("=")[2],)
    for method, path in (("GET", ""), ("GET", "/c"), ("GET", "/c/o?hashmap"), ("DELETE", "/c"))
}


@pytest.mark.parametrize("name", SWAMPS)
def test_queries_that_swamp(place: Place, name: str) -> None:
    place.strike(SWAMPS[name])


@pytest.mark.parametrize("name", FORMATS)
def test_formats_that_are_none(place: Place, name: str) -> None:
    place.strike(FORMATS[name])


CHARSETS = ["utf-7", "utf-16", "rot13", "base64", "undefined", "idna", "unicode_escape", "zip"]


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_charset_does_not_decide_how_the_query_is_read(place: Place, charset: str) -> None:
    kind = f"Content-Type: text/plain; charset={charset}"
    for query in ("prefix=%2B2AA-", "marker=o", "prefix=%5Cud800"):
        usual = place.send(attack("200 204", "GET", f"/c?{query}"))
        found = place.strike(attack("200 204", "GET", f"/c?{query}", kind))
        assert found.body == usual.body
