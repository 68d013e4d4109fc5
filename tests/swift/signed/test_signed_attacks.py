"""Signed URLs and forms in the hands of somebody who wants more than they give."""

import hmac
import time
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from accounts.models import User
from tests.api.client import Answer
from tests.swift.client import SwiftClient
from tests.swift.forms import KEY, Form, file_part

LATER = int(time.time()) + 86_400  # the whole run may lie in between
OCTETS = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def keyed(box: SwiftClient) -> SwiftClient:
    """A user whose account has a key, with ``c/o`` and ``c/other``."""
    box.post(headers={"X-Account-Meta-Temp-URL-Key": KEY})
    box.put("c/o", b"bytes")
    box.put("c/other", b"OTHER")
    return box


def query(client: SwiftClient, method: str) -> dict[str, Any]:
    """The parameters that let anybody send this request for ``c/o``."""
    text = f"{method}\n{LATER}\n{client.url('c/o')}".encode()
    signature = hmac.new(KEY.encode(), text, "sha256").hexdigest()
    return {"temp_url_sig": signature, "temp_url_expires": LATER}


def send(
    client: SwiftClient,
    method: str,
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
    signed_for: str = "",
) -> Answer:
    """A request for ``c/o``, signed for its method or for another one."""
    url = client.url("c/o", **query(client, signed_for or method))
    return client.raw(method, url, body, headers)


@pytest.mark.parametrize("where", ["bytes */*", "bytes 0-1/*"])
@pytest.mark.parametrize("source", [{}, {"X-Source-Object": "/c/other"}], ids=str)
def test_what_is_signed_for_metadata_changes_no_bytes(
    keyed: SwiftClient, where: str, source: dict[str, str]
) -> None:
    answer = send(keyed, "POST", {**OCTETS, "Content-Range": where, **source}, b"XX")
    assert answer.status == 400
    assert keyed.get("c/o").body == b"bytes"


@pytest.mark.parametrize("method", ["COPY", "MOVE"])
def test_no_signature_copies(keyed: SwiftClient, method: str) -> None:
    assert send(keyed, method, {"Destination": "c/oo"}).status == 401
    assert keyed.names("c") == ["o", "other"]


@pytest.mark.parametrize(
    ("method", "signed_for"),
    [(method, other) for method in ("GET", "PUT", "POST", "DELETE") for other in ("HEAD", "get")]
    + [("GET", "PUT"), ("GET", "DELETE"), ("HEAD", "DELETE"), ("PUT", "POST"), ("DELETE", "POST")],
)
def test_one_method_is_not_another(keyed: SwiftClient, method: str, signed_for: str) -> None:
    assert send(keyed, method, body=b"", signed_for=signed_for).status == 401
    assert keyed.get("c/o").body == b"bytes"


@pytest.mark.usefixtures("committed")
def test_what_a_user_signed_ends_with_the_user(keyed: SwiftClient) -> None:
    assert send(keyed, "GET").status == 200
    User.objects.filter(account=keyed.account).update(is_active=False)
    assert send(keyed, "GET").status == 404
    assert send(keyed, "PUT", body=b"x").status == 404
    assert Form(keyed).send(file_part("f", b"x")).status == 404
    assert send(keyed, "GET", signed_for="PUT").status == 401


@pytest.mark.parametrize("path", ["c/%2e%2e/o", "c/..%2Fo", "c//o", "C/o", "c/o%3F", "c/O", "c/o/"])
def test_a_path_that_looks_alike_is_another(keyed: SwiftClient, path: str) -> None:
    url = f"{keyed.url()}/{path}?{urlencode(query(keyed, 'GET'))}"
    assert keyed.raw("GET", url).status == 401


@pytest.mark.parametrize(
    "name", ["../../other/x", "/../x", "..", "a/../../b", "..\\x", "%2e%2e%2fx"]
)
def test_a_file_s_name_leads_nowhere_else(keyed: SwiftClient, name: str) -> None:
    assert Form(keyed).send(file_part(name, b"x")).status == 201
    assert keyed.names("c") == ["o", "other", f"up/{name}"]
    assert keyed.names("") == ["c"]


@pytest.mark.parametrize(
    "name", ["a\r\nX-Evil: 1", 'a"; filename=b', "../x", "\u202egpj.exe", "ä\0"]
)
@pytest.mark.parametrize("inline", [{}, {"inline": "a\r\nX-Evil: 1"}], ids=str)
def test_a_file_name_makes_no_header(keyed: SwiftClient, name: str, inline: dict[str, str]) -> None:
    url = keyed.url("c/o", **query(keyed, "GET"), **inline, filename=name)
    answer = keyed.raw("GET", url)
    kind = "inline" if inline else "attachment"
    assert answer["Content-Disposition"] == f"{kind}; filename*=UTF-8''{quote(name, safe='')}"
    assert answer.get("X-Evil") is None


def test_what_is_stored_does_not_act_for_the_store(keyed: SwiftClient) -> None:
    keyed.put("c/o", b"<script>", {"Content-Type": "text/html"})
    answer = keyed.raw("GET", keyed.url("c/o", **query(keyed, "GET"), inline=""))
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "change",
    [
        {"temp_url_expires": "9999-12-31T23:59:59-2300"},
        {"temp_url_expires": "0001-01-01T00:00:00+2300"},
        {"temp_url_expires": "\u0661\u0662"},
        {"temp_url_sig": "sha256:===="},
        {"temp_url_sig": "sha256:\ufffd"},
        {"temp_url_prefix": "\0"},
    ],
    ids=str,
)
def test_nonsense_is_no_signature(keyed: SwiftClient, change: dict[str, str]) -> None:
    for method in ("GET", "PUT"):
        url = keyed.url("c/o", **{**query(keyed, method), **change})
        assert keyed.raw(method, url, b"x").status == 401
    assert keyed.get("c/o").body == b"bytes"
