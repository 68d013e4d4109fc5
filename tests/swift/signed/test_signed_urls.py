"""Signed URLs: ``temp_url_sig`` and ``temp_url_expires``."""

import base64
import hmac
import time
from typing import Any

import pytest

from tests.api.client import Answer
from tests.swift.client import SwiftClient, visit

KEY = "account key"
PUT: dict[str, Any] = {"multipart-manifest": "put"}
LATER = int(time.time()) + 86_400  # the whole run may lie in between


@pytest.fixture
def keyed(box: SwiftClient) -> SwiftClient:
    """A user whose account has a key, with ``c/d/o.txt``."""
    box.post(headers={"X-Account-Meta-Temp-URL-Key": KEY})
    box.put("c/d/o.txt", b"bytes", {"X-Object-Meta-A": "1", "X-Object-Meta-Public-B": "2"})
    return box


def sign(text: str, key: str = KEY, digest: str = "sha256") -> str:
    return hmac.new(key.encode(), text.encode(), digest).hexdigest()


def signed(
    client: SwiftClient, method: str = "GET", path: str = "c/d/o.txt", key: str = KEY
) -> dict[str, Any]:
    """The parameters that let anybody send this request."""
    text = f"{method}\n{LATER}\n/v1/AUTH_{client.account}/{path}"
    return {"temp_url_sig": sign(text, key), "temp_url_expires": LATER}


def test_it_gives_the_object_without_a_token(keyed: SwiftClient) -> None:
    answer = keyed.anonymous("GET", "c/d/o.txt", **signed(keyed))
    assert answer.body == b"bytes"
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''o.txt"
    assert answer.get("X-Object-Meta-A") is None
    assert answer["X-Object-Meta-Public-B"] == "2"
    assert answer.meta("X-Object-") == {"X-Object-Meta-Public-B": "2"}
    ranged = keyed.anonymous("GET", "c/d/o.txt", {"Range": "bytes=1-2"}, **signed(keyed))
    assert (ranged.status, ranged.body) == (206, b"yt")


@pytest.mark.requirement("S52")
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"filename": "ä b.txt"}, "attachment; filename*=UTF-8''%C3%A4%20b.txt"),
        ({"inline": ""}, "inline"),
        ({"inline": "", "filename": "x"}, "inline; filename*=UTF-8''x"),
    ],
)
def test_the_file_s_name(keyed: SwiftClient, asked: dict[str, Any], told: str) -> None:
    answer = keyed.anonymous("GET", "c/d/o.txt", **signed(keyed), **asked)
    assert answer["Content-Disposition"] == told


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "HEAD"])
def test_head_is_part_of_reading_and_writing(keyed: SwiftClient, method: str) -> None:
    assert keyed.anonymous("HEAD", "c/d/o.txt", **signed(keyed, method)).status == 200


def test_writing_and_deleting_as_signed(keyed: SwiftClient) -> None:
    def send(method: str, signed_for: str, body: bytes | None = None) -> Answer:
        url = keyed.url("c/new", **signed(keyed, signed_for, "c/new"))
        return keyed.raw(method, url, body)

    assert send("PUT", "GET", b"x").status == 401
    assert send("PUT", "PUT", b"x").status == 201
    assert keyed.get("c/new").body == b"x"
    assert send("DELETE", "PUT").status == 401
    assert send("POST", "POST").status == 202
    assert send("DELETE", "DELETE").status == 204
    assert send("GET", "GET").status == 404


@pytest.mark.requirement("S52")
@pytest.mark.parametrize("form", ["sha512", "base64", "iso"])
def test_other_forms(keyed: SwiftClient, form: str) -> None:
    text = f"GET\n{LATER}\n/v1/AUTH_{keyed.account}/c/d/o.txt"
    query = signed(keyed)
    if form == "sha512":
        query["temp_url_sig"] = sign(text, digest="sha512")
    elif form == "base64":
        digest = bytes.fromhex(query["temp_url_sig"])
        query["temp_url_sig"] = f"sha256:{base64.urlsafe_b64encode(digest).decode()}"
    else:
        query["temp_url_expires"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(LATER))
    assert keyed.anonymous("GET", "c/d/o.txt", **query).status == 200


@pytest.mark.requirement("S52")
def test_a_prefix_signs_for_all_below(keyed: SwiftClient) -> None:
    text = f"GET\n{LATER}\nprefix:/v1/AUTH_{keyed.account}/c/d/"
    query: dict[str, Any] = {
        "temp_url_sig": sign(text),
        "temp_url_expires": LATER,
        "temp_url_prefix": "d/",
    }
    keyed.put("c/e", b"x")
    assert keyed.anonymous("GET", "c/d/o.txt", **query).status == 200
    assert keyed.anonymous("GET", "c/e", **query).status == 401


def test_keys_of_containers_sign_for_them_alone(keyed: SwiftClient) -> None:
    keyed.put("other")
    keyed.put("other/o", b"x")
    keyed.post("c", headers={"X-Container-Meta-Temp-URL-Key-2": "container key"})
    mine = signed(keyed, key="container key")
    assert keyed.anonymous("GET", "c/d/o.txt", **mine).status == 200
    foreign = signed(keyed, path="other/o", key="container key")
    assert keyed.anonymous("GET", "other/o", **foreign).status == 401


def test_a_new_key_ends_what_the_old_one_signed(keyed: SwiftClient) -> None:
    keyed.post(headers={"X-Account-Meta-Temp-URL-Key": "new"})
    assert keyed.anonymous("GET", "c/d/o.txt", **signed(keyed)).status == 401
    keyed.post(headers={"X-Account-Meta-Temp-URL-Key-2": KEY})
    assert keyed.anonymous("GET", "c/d/o.txt", **signed(keyed)).status == 200


@pytest.mark.parametrize(
    "change",
    [
        {"temp_url_sig": "0" * 64},
        {"temp_url_sig": "0" * 40},
        {"temp_url_sig": "x"},
        {"temp_url_sig": "sha1:AAAA"},
        {"temp_url_sig": "ä" * 64},
        {"temp_url_sig": ""},
        {"temp_url_expires": ""},
        {"temp_url_expires": LATER + 1},
        {"temp_url_expires": int(time.time()) - 1},
        {"temp_url_expires": "9" * 30},
        {"temp_url_expires": "tomorrow"},
        {"temp_url_prefix": "x"},
        {"temp_url_ip_range": "127.0.0.1"},
    ],
    ids=lambda change: next(iter(change)),  # no times: they differ between processes
)
def test_what_is_not_signed_is_401(keyed: SwiftClient, change: dict[str, Any]) -> None:
    answer = keyed.anonymous("GET", "c/d/o.txt", **{**signed(keyed), **change})
    assert answer.status == 401


@pytest.mark.parametrize("expires", [4_000_000_000_000, 10**18 - 1])
def test_a_url_may_end_in_the_far_future(keyed: SwiftClient, expires: int) -> None:
    text = f"GET\n{expires}\n/v1/AUTH_{keyed.account}/c/d/o.txt"
    query: dict[str, Any] = {"temp_url_sig": sign(text), "temp_url_expires": expires}
    answer = keyed.anonymous("GET", "c/d/o.txt", **query)
    assert (answer.status, answer["Expires"]) == (200, "Fri, 31 Dec 9999 23:59:59 GMT")


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha512"])
def test_each_hash_that_info_lists_may_sign(keyed: SwiftClient, digest: str) -> None:
    assert digest in keyed.raw("GET", "/info").json["tempurl"]["allowed_digests"]
    text = f"GET\n{LATER}\n/v1/AUTH_{keyed.account}/c/d/o.txt"
    query = {**signed(keyed), "temp_url_sig": sign(text, digest=digest)}
    assert keyed.anonymous("GET", "c/d/o.txt", **query).status == 200
    query["temp_url_sig"] = sign(text, key="another", digest=digest)
    assert keyed.anonymous("GET", "c/d/o.txt", **query).status == 401


def test_without_a_key_nothing_is_signed(box: SwiftClient) -> None:
    box.put("c/d/o.txt", b"x")
    assert box.anonymous("GET", "c/d/o.txt", **signed(box, key="")).status == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Copy-From": "c/d/o.txt"},
        {"X-Move-From": "c/d/o.txt"},
        {"X-Object-Manifest": "c/"},
        {"X-Object-Sharing": "read=*"},
        {"X-Object-Public": "true"},
        {"X-Symlink-Target": "c/d/o.txt"},
    ],
    ids=str,
)
def test_a_signed_upload_brings_bytes_and_no_more(
    keyed: SwiftClient, headers: dict[str, str]
) -> None:
    url = keyed.url("c/new", **signed(keyed, "PUT", "c/new"))
    assert keyed.raw("PUT", url, b"", headers).status == 400
    assert keyed.names("c") == ["d/o.txt"]


def test_a_malformed_signed_upload_is_400(keyed: SwiftClient) -> None:
    url = keyed.url("c/new", **signed(keyed, "PUT", "c/new"))
    assert keyed.raw("PUT", url, b"x", {"ETag": "none"}).status == 422


@pytest.mark.parametrize("name", ["version", "hashmap", "multipart-manifest"])
def test_a_signed_url_reads_the_object_as_it_is_now(keyed: SwiftClient, name: str) -> None:
    query = {**signed(keyed), name: "list", "format": "json"}
    assert keyed.anonymous("GET", "c/d/o.txt", **query).status == 400


@pytest.mark.parametrize("key", [KEY, "container key"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_others_manifests_are_not_read_with_the_owner_s_rights(
    keyed: SwiftClient, new_swift_user: Any, key: str, method: str
) -> None:
    igor = new_swift_user()
    keyed.post("c", headers={"X-Container-Meta-Temp-URL-Key": "container key"})
    keyed.put("c/open", b"")
    keyed.post("c/open", headers={"X-Object-Sharing": f"write={igor.account}"})

    def read() -> str:
        query = signed(keyed, path="c/open", key=key)
        return keyed.anonymous(method, "c/open", **query)["Content-Length"]

    assert visit(igor, keyed).put("c/open", b"", {"X-Object-Manifest": "c/d/"}).status == 201
    assert read() == "0"
    keyed.post("c/open", headers={"X-Object-Meta-A": "1", "X-Object-Manifest": "c/d/"})
    assert read() == keyed.head("c/d/o.txt")["Content-Length"] != "0"


@pytest.mark.parametrize(("key", "body"), [(KEY, b"bytesaway"), ("container key", b"bytes")])
def test_a_container_s_key_reads_the_parts_in_it(keyed: SwiftClient, key: str, body: bytes) -> None:
    keyed.post("c", headers={"X-Container-Meta-Temp-URL-Key": "container key"})
    keyed.put("away")
    keyed.put("away/1", b"away")
    keyed.put("c/static", '[{"path": "c/d/o.txt"}, {"path": "away/1"}]', **PUT)
    answer = keyed.anonymous("GET", "c/static", **signed(keyed, path="c/static", key=key))
    assert (answer.status, answer.body == body) == ((200, True) if key == KEY else (409, False))
    keyed.put("c/away", b"", {"X-Object-Manifest": "away/"})
    answer = keyed.anonymous("GET", "c/away", **signed(keyed, path="c/away", key=key))
    assert (answer.status, answer.body == b"away") == ((200, True) if key == KEY else (401, False))


@pytest.mark.parametrize("key", [KEY, "container key"])
def test_a_list_of_another_s_is_read_with_their_rights(
    keyed: SwiftClient, new_swift_user: Any, key: str
) -> None:
    igor = new_swift_user()
    keyed.post("c", headers={"X-Container-Meta-Temp-URL-Key": "container key"})
    keyed.put("c/open", b"", {"X-Object-Sharing": f"write={igor.account}"})
    share = {"X-Object-Sharing": f"read={igor.account}"}
    keyed.pithos.post("c/d/o.txt", headers=share, update="")
    assert visit(igor, keyed).put("c/open", '[{"path": "c/d/o.txt"}]', **PUT).status == 201
    keyed.post("c/open", headers={"X-Object-Meta-A": "1"})
    query = signed(keyed, path="c/open", key=key)
    assert keyed.anonymous("GET", "c/open", **query).body == b"bytes"
    keyed.pithos.post("c/d/o.txt", headers={"X-Object-Sharing": ""}, update="")
    assert keyed.anonymous("GET", "c/open", **query).status == 409


def test_keys_are_the_owner_s_to_know(keyed: SwiftClient, new_swift_user: Any) -> None:
    other = new_swift_user()
    keyed.post("c", headers={"X-Container-Read": "*", "X-Container-Meta-Temp-URL-Key": "k"})
    keyed.post("c/d/o.txt", headers={"X-Object-Sharing": f"read={other.account}"})
    for path in ("", "c"):
        there = keyed.raw("HEAD", keyed.url(path), None, other.own)
        assert there.status == 204
        assert "temp-url" not in str(there.headers).lower()
    assert keyed.head()["X-Account-Meta-Temp-Url-Key"] == KEY


@pytest.mark.requirement("S52")
@pytest.mark.parametrize(
    ("addresses", "status"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.0/8", 200),
        ("127.0.0.99/8", 200),
        ("10.0.0.0/8", 401),
        ("::1", 401),
        ("", 401),
        ("127.0.0.1/99", 401),
        ("127.0.0.1\n", 401),
        ("localhost", 401),
    ],
)
def test_a_url_may_be_for_some_addresses(keyed: SwiftClient, addresses: str, status: int) -> None:
    text = f"ip={addresses}\nGET\n{LATER}\n/v1/AUTH_{keyed.account}/c/d/o.txt"
    query: dict[str, Any] = {"temp_url_sig": sign(text), "temp_url_expires": LATER}
    assert keyed.anonymous("GET", "c/d/o.txt", **query).status == 401
    query["temp_url_ip_range"] = addresses
    assert keyed.anonymous("GET", "c/d/o.txt", **query).status == status
    forged = {"X-Forwarded-For": "10.0.0.1"}
    assert keyed.anonymous("GET", "c/d/o.txt", forged, **query).status == status
