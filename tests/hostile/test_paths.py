"""Paths: nothing is resolved, normalised or aliased (contract §2)."""

import unicodedata

import pytest

from tests.hostile.attack import DATA, Attack, Place, attack

REFUSED = {
    "NUL": "/c/a%00b",
    "NUL first": "/c/%00",
    "line break": "/c/a%0D%0Ab",
    "tab": "/c/a%09b",
    "DEL": "/c/%7F",
    "C1": "/c/%C2%9B",
    "noncharacter": "/c/%EF%BF%BE",
    "broken UTF-8": "/c/%FF",
    "overlong dot": "/c/%C0%AE%C0%AE/o",
    "overlong slash": "/c%C0%AFo",
    "surrogate": "/c/%ED%A0%80",
    "surrogate pair": "/c/%ED%A0%BD%ED%B8%80",
    "beyond Unicode": "/c/%F4%90%80%80",
    "half a character": "/c/a%C3",
    "1025 bytes": "/c/" + "a" * 1025,
    "257 characters of four": "/c/" + "%F0%9F%98%80" * 257,
    "a container of 257": "/" + "c" * 257 + "/o",
    "30 kB": "/c/" + "a" * 30_000,
    "no container": "//o",
    "NUL in a container": "/c%00/o",
    "NUL in the account": "%00/c/o",
    "broken UTF-8 in the account": "%FF/c/o",
}

# Each is a name of its own, and none is ``c/o`` or a way out of the container.
NAMES = {
    "parent": "/c/../o",
    "parents": "/c/../../../../etc/passwd",
    "encoded parent": "/c/%2e%2e/o",
    "encoded twice": "/c/%252e%252e%252fo",
    "backslashes": "/c/..%5C..%5Co",
    "self": "/c/./o",
    "only dots": "/c/..",
    "double slash": "/c//o",
    "trailing slash": "/c/o/",
    "trailing slashes": "/c/o//",
    "semicolon": "/c/o;type=a",
    "trailing dot": "/c/o.",
    "trailing blank": "/c/o%20",
    "nonbreaking blank": "/c/o%C2%A0",
    "plus": "/c/o+o",
    "percent": "/c/%25",
    "encoded percent": "/c/%2500",
    "encoded question mark": "/c/o%3Fversion=1",
    "encoded hash": "/c/o%23",
    "colon": "/c/file:///etc/passwd",
    "stream": "/c/o::$DATA",
    "device": "/c/CON",
    "upper case": "/c/O",
    "Cyrillic": "/c/%D0%BE",
    "fullwidth": "/c/%EF%BD%8F",
    "bidi": "/c/%E2%80%AEo",
    "zero width": "/c/o%E2%80%8B",
    "byte order mark": "/c/%EF%BB%BFo",
    "combining": "/c/o%CC%81",
    "256 characters of four": "/c/" + "%F0%9F%98%80" * 256,
    "1024 bytes": "/c/" + "n" * 1024,
    "300 levels": "/c/" + "a/" * 500,
    "markup": "/c/%3Cscript%3Ealert(1)%3C/script%3E",
    "an entity": "/c/&amp;",
    "a formula": "/c/=cmd()",
    "a tautology": "/c/'%20OR%20'1'='1",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_name(place: Place, name: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        place.strike(attack("400", method, REFUSED[name]))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_kept_byte_for_byte(place: Place, name: str) -> None:
    path = NAMES[name]
    place.strike(attack("404", "GET", path))
    place.strike(attack("201", "PUT", path, body=b"mine"))
    assert place.strike(attack("200", "GET", path)).body == b"mine"
    assert place.client.get("c/o").body == DATA
    assert len(place.client.names("c")) == 2
    place.strike(attack("200", "GET", "/c?format=xml"))
    place.strike(attack("200", "GET", "/c?format=json&delimiter=/"))
    place.strike(attack("204", "DELETE", path))


def test_composed_and_decomposed_are_two_names(place: Place) -> None:
    names = [unicodedata.normalize(form, "Ω ångström ﬁ") for form in ("NFC", "NFD", "NFKC")]
    for number, name in enumerate(names):
        assert place.client.put(f"c/{name}", b"%d" % number).status == 201
    assert {*place.client.names("c")} == {"o", *names}
    for number, name in enumerate(names):
        assert place.client.get(f"c/{name}").body == b"%d" % number


TARGETS = [
    "/v1/../etc/passwd",
    "/v1/%2e%2e/%2e%2e/etc/passwd",
    "/v2/{}/c/o",
    "/V1/{}/c/o",
    "//v1/{}/c/o",
    "/v1//{}/c/o",
    "/./v1/{}/c/o",
    "/%761/{}/c/o",
    "/v1%2F{}/c/o",
    "/v1\\{}\\c\\o",
    "/public/",
    "/public/../v1/{}/c/o",
    "/public/%00",
    "/public/' OR 1=1",
    "/public/" + "a" * 20_000,
    "/s/",
    "/s/../v1/{}/c/o",
    "/s/%00",
    "/s/" + "a" * 20_000,
    "/s/" + "a" * 22 + "/../../v1/{}/c/o",
    "/s/' OR 1=1/%2e%2e/",
    "/admin/..;/v1/{}/c/o",
    "/static/../manage.py",
    "/static/%2e%2e/settings/__init__.py",
    "/.git/config",
    "/.env",
    "/manage.py",
    "*",
    "http://127.0.0.1:1/v1/{}/none",
    "ftp://x/v1/{}/c/o",
    "/v1/{}/c/o#fragment",
    "/?" + "a" * 20_000,
]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target[:30])
def test_targets_that_lead_nowhere(place: Place, target: str) -> None:
    path = target.replace("{}", place.client.account).replace(" ", "%20")
    refused = frozenset({302, 400, 401, 403, 404, 414})
    answer = place.strike(Attack(refused, "GET", path, whole=True))
    assert b"root:" not in answer.body
    assert DATA not in answer.body


METHODS = [
    "TRACE",
    "OPTIONS",
    "PATCH",
    "PROPFIND",
    "LOCK",
    "MKCOL",
    "SEARCH",
    "PURGE",
    "LINK",
    "REPORT",
]
JUNK_METHODS = ["FOO", "get", "GE\x00T", "G" * 5000, "DELETE\t", "answer", "__class__", "allowed"]


@pytest.mark.parametrize("method", METHODS)
def test_other_methods_do_nothing(place: Place, method: str) -> None:
    for path in ("", "/c", "/c/o"):
        answer = place.strike(attack("405", method, path))
        assert "GET" in answer.headers["allow"].split(",")


@pytest.mark.parametrize("method", JUNK_METHODS, ids=lambda method: method[:10])
def test_what_is_no_method(place: Place, method: str) -> None:
    place.strike(attack("400 405 501 431 414", method, "/c/o"))
