"""Another's objects, named by every header that can: always 403, whether they exist or not."""

import json

import pytest

from tests.api.client import Client
from tests.hostile.attack import DATA, Attack, Place

OCTETS = "Content-Type: application/octet-stream"

# ``{a}`` is the other account, ``{p}`` the path of what is wanted there.
NAMING = {
    "GET": ("GET", "/v1/{a}{p}", ()),
    "HEAD": ("HEAD", "/v1/{a}{p}", ()),
    "hashmap": ("GET", "/v1/{a}{p}?hashmap&format=json", ()),
    "versions": ("GET", "/v1/{a}{p}?version=list&format=json", ()),
    "a version": ("GET", "/v1/{a}{p}?version=1", ()),
    "PUT": ("PUT", "/v1/{a}{p}", ()),
    "PUT hashmap": ("PUT", "/v1/{a}{p}?hashmap", ()),
    "POST metadata": ("POST", "/v1/{a}{p}?update", ("X-Object-Meta-A: b",)),
    "POST data": ("POST", "/v1/{a}{p}", (OCTETS, "Content-Range: bytes */*")),
    "POST sharing": ("POST", "/v1/{a}{p}?update", ("X-Object-Sharing: read=*",)),
    "POST public": ("POST", "/v1/{a}{p}?update", ("X-Object-Public: true",)),
    "DELETE": ("DELETE", "/v1/{a}{p}", ()),
    "DELETE folder": ("DELETE", "/v1/{a}{p}?delimiter=/", ()),
    "purge": ("DELETE", "/v1/{a}{p}?until=99999999999", ()),
    "COPY from": ("COPY", "/v1/{a}{p}", ("Destination: /c/p",)),
    "MOVE from": ("MOVE", "/v1/{a}{p}", ("Destination: /c/p",)),
    "COPY folder from": ("COPY", "/v1/{a}{p}?delimiter=/", ("Destination: /c/p",)),
    "COPY version from": ("COPY", "/v1/{a}{p}", ("Destination: /c/p", "X-Source-Version: 1")),
    "COPY to": ("COPY", "/v1/{m}/c/o", ("Destination: {p}", "Destination-Account: {a}")),
    "MOVE to": ("MOVE", "/v1/{m}/c/o", ("Destination: {p}", "Destination-Account: {a}")),
    "X-Copy-From": ("PUT", "/v1/{m}/c/p", ("X-Copy-From: {p}", "X-Source-Account: {a}")),
    "X-Move-From": ("PUT", "/v1/{m}/c/p", ("X-Move-From: {p}", "X-Source-Account: {a}")),
    "X-Copy-From a version": (
        "PUT",
        "/v1/{m}/c/p",
        ("X-Copy-From: {p}", "X-Source-Account: {a}", "X-Source-Version: 1"),
    ),
    "X-Source-Object": (
        "POST",
        "/v1/{m}/c/o",
        ("X-Source-Object: {p}", "X-Source-Account: {a}", "Content-Range: bytes */*"),
    ),
    "X-Source-Object of a version": (
        "POST",
        "/v1/{m}/c/o",
        (
            "X-Source-Object: {p}",
            "X-Source-Account: {a}",
            "X-Source-Version: 1",
            "Content-Range: bytes 0-0/*",
        ),
    ),
}

PATHS = ["/secret/o", "/secret/none", "/none/o"]


def shot(place: Place, account: str, name: str, path: str) -> Attack:
    method, target, lines = NAMING[name]
    said = {"a": account, "p": path, "m": place.client.account}
    fields = tuple(line.format(**said).encode() for line in lines)
    return Attack(frozenset({403}), method, target.format(**said), fields, whole=True)


@pytest.mark.parametrize("name", NAMING)
def test_what_is_anothers_is_forbidden_whether_it_exists(
    place: Place, another: Client, name: str
) -> None:
    replies = {
        place.strike(shot(place, another.account, name, path)).body.replace(path.encode(), b"PATH")
        for path in PATHS
    }
    assert len(replies) == 1, replies
    nobody = place.strike(shot(place, "nobody-at-all", name, PATHS[0])).body
    assert nobody.replace(b"nobody-at-all", another.account.encode()) == replies.pop()


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        ("GET", "", ()),
        ("POST", "", ("X-Account-Meta-A: b",)),
        ("GET", "/secret", ()),
        ("GET", "/none", ()),
        ("PUT", "/secret", ()),
        ("PUT", "/mine", ()),
        ("POST", "/secret", ("X-Container-Policy-Quota: 1",)),
        ("POST", "/secret", (OCTETS,)),
        ("DELETE", "/secret", ()),
        ("DELETE", "/secret?delimiter=/", ()),
        ("DELETE", "/secret?until=99999999999", ()),
        ("GET", "/secret?until=1", ()),
        ("GET", "/secret?public", ()),
    ],
)
def test_anothers_account_and_containers_are_forbidden(
    place: Place, another: Client, method: str, path: str, fields: tuple[str, ...]
) -> None:
    lines = tuple(line.encode() for line in fields)
    target = f"/v1/{another.account}{path}"
    body = b"x" if OCTETS in fields else b""
    place.strike(Attack(frozenset({403}), method, target, lines, body, whole=True))


def test_a_manifest_reads_nothing_of_anothers(place: Place, another: Client) -> None:
    for value in (f"../{another.account}/secret/o", f"/{another.account}/secret/o", "secret/o"):
        assert place.client.put("c/m", headers={"X-Object-Manifest": value}).status == 201
        assert b"another" not in place.client.get("c/m").body


def test_anothers_blocks_are_missing(place: Place, another: Client) -> None:
    made = another.get("secret/o", hashmap="", format="json").json
    taken = place.client.put("c/p", json.dumps(made), hashmap="", format="json")
    assert (taken.status, taken.json) == (409, made["hashes"])
    assert place.client.get("c/p").status == 404


ACTIVE = ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "TEXT/HTML ;x", "a/b"]


@pytest.mark.parametrize("kind", ACTIVE)
def test_what_users_store_does_not_act_for_the_store(place: Place, kind: str) -> None:
    script = b"<script>alert(1)</script>"
    headers = {"Content-Type": kind, "X-Object-Public": "true"}
    assert place.client.put("c/page", script, headers).status == 201
    shown = [place.client.get("c/page")]
    shown.append(place.client.raw("GET", shown[0]["X-Object-Public"]))
    for answer in shown:
        assert answer.body == script
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert kind == "a/b" or answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_login_sends_nobody_elsewhere(place: Place, target: str) -> None:
    expected = frozenset({400, 404})
    answer = place.strike(Attack(expected, "GET", f"/login?next={target}", token=False, whole=True))
    assert "location" not in answer.headers


def test_a_public_link_ends_with_its_object(place: Place) -> None:
    client = place.client
    assert client.put("c/p", DATA, {"X-Object-Public": "true"}).status == 201
    url = client.head("c/p")["X-Object-Public"]
    assert client.raw("GET", url).body == DATA
    assert client.delete("c/p").status == 204
    assert client.put("c/p", b"private again").status == 201
    gone, never = client.raw("GET", url), client.raw("GET", "/public/" + "A" * 22)
    assert (gone.status, gone.body) == (never.status, never.body) == (404, never.body)
    place.check_alive()
