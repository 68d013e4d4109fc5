"""Tokens that reach only a part: every way in and out of it is tried."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from accounts.models import Token
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import SCOPED, create_token, token_digest
from accounts.users.users import find_user
from tests.api.client import Client
from tests.api.state import unchanged
from tests.api.visitors import share, visit
from tests.swift.archives.making import archive
from tests.swift.client import in_swift

pytestmark = pytest.mark.usefixtures("committed")

OCTETS = {"Content-Type": "application/octet-stream"}
TO_MANIFEST: dict[str, Any] = {"multipart-manifest": "put"}
BULK: dict[str, Any] = {"bulk-delete": ""}
INSIDE, OUTSIDE = "c/in/o", "c/o"
Limit = Callable[[Scope], Client]


@pytest.fixture
def limit(box: Client) -> Limit:
    """The owner with a token of a scope. ``c/in/o``, ``c/o`` and ``d/in/o`` are there."""
    box.put("d")
    for path in (INSIDE, OUTSIDE, "d/in/o"):
        assert box.put(path, path.encode()).status == 201

    def make(scope: Scope) -> Client:
        token = create_token(find_user(box.account), scope=scope)
        client = Client(box.address, box.account, token)
        client.connection = box.connection
        return client

    return make


@pytest.fixture
def reading(limit: Limit) -> Client:
    return limit(Scope(read_only=True))


@pytest.fixture
def part(limit: Limit) -> Client:
    """Reads and writes below ``c/in/`` only."""
    return limit(Scope(container="c", prefix="in/"))


@pytest.mark.parametrize("path", ["", "c", "c/o", "c/in/o"])
def test_read_only_reads_everything(reading: Client, path: str) -> None:
    assert reading.get(path).status == 200
    assert reading.head(path).status in {200, 204}


CHANGES = [
    ("PUT", "new", {}),
    ("PUT", "c", {}),
    ("PUT", "c/o", {}),
    ("PUT", "c/new", {"X-Copy-From": "/c/o"}),
    ("PUT", "c/new", {"X-Move-From": "/c/o"}),
    ("POST", "", {}),
    ("POST", "c", {}),
    ("POST", "c", OCTETS),
    ("POST", "c/o", {}),
    ("POST", "c/o", {**OCTETS, "Content-Range": "bytes */*"}),
    ("COPY", "c/o", {"Destination": "/c/new"}),
    ("MOVE", "c/o", {"Destination": "/c/new"}),
    ("DELETE", "c/o", {}),
    ("DELETE", "c", {}),
]


@pytest.mark.parametrize(("method", "path", "headers"), CHANGES)
def test_read_only_changes_nothing(
    reading: Client, box: Client, method: str, path: str, headers: dict[str, str]
) -> None:
    with unchanged(box):
        assert reading.request(method, path, b"x", headers).status == 403
    assert box.names("") == ["c", "d"]


def test_below_the_prefix_it_can_do_what_its_user_can(part: Client) -> None:
    assert part.get(INSIDE).body == INSIDE.encode()
    assert part.put("c/in/new", b"new").status == 201
    assert part.post("c/in/new", headers={"X-Object-Meta-A": "b"}).status == 202
    copied = part.request("COPY", INSIDE, None, {"Destination": "/c/in/copy"})
    moved = part.request("MOVE", INSIDE, None, {"Destination": "/c/in/moved"})
    assert (copied.status, moved.status) == (201, 201)
    assert part.delete("c/in/copy").status == 204
    assert part.names("c", prefix="in/") == ["in/moved", "in/new"]


@pytest.mark.parametrize("path", ["", OUTSIDE, "c/in", "c/inner", "d", "d/in/o", "none/in/o"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST", "DELETE"])
def test_the_rest_is_out_of_reach(part: Client, box: Client, method: str, path: str) -> None:
    with unchanged(box), unchanged(box, "d"):
        assert part.request(method, path, b"").status in {403, 405}


@pytest.mark.parametrize("query", [{}, {"prefix": "i"}, {"prefix": "in"}, {"path": ""}])
def test_a_list_needs_the_prefix(part: Client, query: dict[str, Any]) -> None:
    assert part.get("c", **query).status == 403
    assert part.get("c", **query, format="json").status == 403


@pytest.mark.parametrize("query", [{"delimiter": "/"}, {"shared": ""}, {"meta": "a"}])
def test_a_list_of_the_prefix_has_nothing_else(part: Client, query: dict[str, str]) -> None:
    assert set(part.names("c", prefix="in/", **query)) <= {"in/o"}


def test_the_container_is_described_and_not_changed(part: Client, box: Client) -> None:
    box.post("c/o", headers={"X-Object-Meta-Secret": "x"})
    assert part.head("c").status == 204
    assert part.head("c").get("X-Container-Object-Meta") == ""
    assert box.head("c").get("X-Container-Object-Meta") == "Secret"
    with unchanged(box):
        for method in ("PUT", "POST", "DELETE"):
            assert part.request(method, "c", b"").status == 403
        assert part.delete("c", delimiter="/").status == 403


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("COPY", OUTSIDE, {"Destination": "/c/in/x"}),
        ("COPY", INSIDE, {"Destination": "/c/x"}),
        ("COPY", INSIDE, {"Destination": "/d/in/x"}),
        ("MOVE", OUTSIDE, {"Destination": "/c/in/x"}),
        ("MOVE", INSIDE, {"Destination": "/c/x"}),
        ("PUT", "c/in/x", {"X-Copy-From": "/c/o"}),
        ("PUT", "c/in/x", {"X-Move-From": "/d/in/o"}),
        ("POST", INSIDE, {"Content-Range": "bytes */*", "X-Source-Object": "/c/o"}),
        ("PUT", INSIDE, {"X-Object-Manifest": "c/"}),
        ("POST", INSIDE, {"X-Object-Manifest": "d/in/"}),
        ("POST", INSIDE, {"X-Object-Sharing": "read=*"}),
        ("POST", INSIDE, {"X-Object-Public": "true"}),
    ],
)
def test_nothing_passes_the_border(
    part: Client, box: Client, method: str, path: str, headers: dict[str, str]
) -> None:
    with unchanged(box), unchanged(box, "d"):
        assert part.request(method, path, b"", headers).status == 403


def test_a_manifest_is_read_as_far_as_the_token_reaches(part: Client, box: Client) -> None:
    box.put("c/in/all", headers={"X-Object-Manifest": "c/"})
    box.put("c/in/some", headers={"X-Object-Manifest": "c/in/o"})
    box.put("c/in/none", headers={"X-Object-Manifest": "d/"})
    assert part.get("c/in/all").body == part.get("c/in/some").body == INSIDE.encode()
    assert part.get("c/in/none").body == b""
    assert part.get("c/in/some").body == INSIDE.encode()
    copied = part.request("COPY", "c/in/all", None, {"Destination": "/c/in/copy"})
    assert copied.status == 403


def test_other_accounts_are_out_of_reach(
    part: Client, limit: Limit, new_user: Callable[[], Client]
) -> None:
    other = new_user()
    other.put("c")
    other.put("c/in/o")
    share(other, "c/in/o", "read=*; write=*")
    assert visit(part, other).get("c/in/o").status == 403
    assert visit(limit(Scope(read_only=True)), other).get("c/in/o").status == 200
    assert part.raw("GET", "/v1", None, {"X-Auth-Token": part.token}).status == 403


def test_keys_that_sign_urls_are_not_shown(box: Client, limit: Limit) -> None:
    box.post("", headers={"X-Account-Meta-Temp-URL-Key": "k"})
    box.post("c", headers={"X-Container-Meta-Temp-URL-Key": "k"})
    reading, part = limit(Scope(read_only=True)), limit(Scope(container="c", prefix="in/"))
    assert box.head()["X-Account-Meta-Temp-Url-Key"] == "k"
    assert "X-Account-Meta-Temp-Url-Key" not in reading.head().headers
    for answer in (reading.head("c"), part.head("c"), part.get("c", prefix="in/")):
        assert answer.status < 300
        assert "X-Container-Meta-Temp-Url-Key" not in answer.headers


@pytest.mark.parametrize("kind", ["Account", "Container"])
def test_keys_that_sign_urls_are_not_set(box: Client, limit: Limit, kind: str) -> None:
    key = {f"X-{kind}-Meta-Temp-URL-Key": "k"}
    for scope in (Scope(container="c"), Scope(networks=(ip_network("127.0.0.0/8"),))):
        assert limit(scope).post("c" if kind == "Container" else "", headers=key).status == 403
    assert "Temp-Url-Key" not in str(box.head().headers) + str(box.head("c").headers)


@pytest.mark.parametrize("header", ["X-Container-Read", "X-Container-Write"])
def test_a_container_is_not_shared(limit: Limit, box: Client, header: str) -> None:
    confined = in_swift(limit(Scope(container="c")))
    assert confined.post("c", headers={header: "igor"}).status == 403
    assert confined.put("c", headers={header: "igor"}).status == 403
    assert in_swift(box).head("c").get(header) is None


@pytest.mark.parametrize("form", ["json", "xml"])
def test_nor_are_they_in_lists(box: Client, limit: Limit, form: str) -> None:
    box.post("c", headers={"X-Container-Meta-Temp-URL-Key": "whisper"})
    reading = limit(Scope(read_only=True))
    queries: list[dict[str, Any]] = [{}, {"until": str(int(time.time()) + 9)}]
    for query in queries:
        assert b"whisper" in box.get("", format=form, **query).body
        assert b"whisper" not in reading.get("", format=form, **query).body


@pytest.mark.parametrize(("network", "status"), [("127.0.0.0/8", 200), ("192.0.2.0/24", 403)])
def test_a_network_may_be_demanded(limit: Limit, network: str, status: int) -> None:
    client = limit(Scope(networks=(ip_network("::1"), ip_network(network))))
    assert client.get("c/o").status == status
    spoofed = {"X-Forwarded-For": "192.0.2.1", "Forwarded": "for=192.0.2.1"}
    assert client.get("c/o", spoofed).status == status


@pytest.mark.parametrize("change", ["revoked", "expires"])
def test_it_ends_like_any_other(part: Client, change: str) -> None:
    assert part.get(INSIDE).status == 200
    digest = token_digest(part.token)
    moment = datetime.now(UTC) - timedelta(seconds=1)
    Token.objects.filter(digest=digest).update(**{change: moment})
    assert part.get(INSIDE).status == 401


def test_a_disabled_user_has_none(part: Client) -> None:
    user = find_user(part.account)
    user.is_active = False
    user.save()
    assert part.get(INSIDE).status == 401


def test_without_its_beginning_it_is_nobodys(part: Client) -> None:
    bare = part.token.removeprefix(SCOPED)
    assert part.get(INSIDE, {"X-Auth-Token": bare}).status == 401


def test_its_use_is_noted(part: Client) -> None:
    part.get(INSIDE)
    assert Token.objects.get(digest=token_digest(part.token)).last_used is not None


@pytest.fixture
def part_in_swift(part: Client) -> Client:
    """The same token in Swift's dialect."""
    client = Client(part.address, f"AUTH_{part.account}", part.token)
    client.connection = part.connection
    return client


def test_a_bulk_deletion_deletes_what_is_in_reach(part_in_swift: Client, box: Client) -> None:
    lines = "\n".join(f"/{path}" for path in (INSIDE, OUTSIDE, "d/in/o", "d"))
    answer = part_in_swift.post("", lines, {"Accept": "application/json"}, **BULK)
    assert answer.json["Number Deleted"] == 1
    assert [status for _, status in answer.json["Errors"]] == ["403 Forbidden"] * 3
    assert (box.names("c"), box.names("d")) == (["o"], ["in/o"])


def test_an_archive_s_files_are_stored_where_they_are_in_reach(
    part_in_swift: Client, box: Client
) -> None:
    names = ("c/in/new", "c/new", "d/in/new", "e/in/new")
    body = archive(dict.fromkeys(names, b"x"))
    query: dict[str, Any] = {"extract-archive": "tar", "format": "json"}
    told = part_in_swift.put("", body, **query).json
    assert told["Number Files Created"] == 1
    assert told["Errors"] == [[name, "403 Forbidden"] for name in names[1:]]
    assert (box.names(""), box.names("c")) == (["c", "d"], ["in/new", "in/o", "o"])


def test_a_large_object_has_segments_in_reach_only(part_in_swift: Client, box: Client) -> None:
    def make(path: str) -> int:
        wanted = json.dumps([{"path": f"/{path}"}])
        return part_in_swift.put("c/in/large", wanted, **TO_MANIFEST).status

    assert (make(OUTSIDE), make("d/in/o"), make(INSIDE)) == (403, 403, 201)
    assert part_in_swift.get("c/in/large").body == INSIDE.encode()


def test_a_read_only_token_changes_nothing_in_swift_either(reading: Client, box: Client) -> None:
    swift = Client(reading.address, f"AUTH_{reading.account}", reading.token)
    with unchanged(box):
        assert swift.post("", OUTSIDE).status == 403
        assert swift.post("", OUTSIDE, **BULK).status == 403
        assert swift.put("c/o", b"x").status == 403
        assert swift.put("c/o", b"[]", **TO_MANIFEST).status == 403
        assert swift.delete("c/o").status == 403
    swift.connection.close()
