"""Quotas of accounts and containers (contract §5)."""

import hashlib
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from accounts.users.users import find_user
from tests.api.client import Answer, Client
from tests.api.server import BLOCK_SIZE
from tests.api.state import unchanged
from tests.api.visitors import share, visit

LIMIT = 1000
BINARY = {"Content-Type": "application/octet-stream"}
LONG = b"x" * 200
FORM = (
    b'--b\r\nContent-Disposition: form-data; name="X-Object-Data"; filename="f"\r\n\r\n'
    + LONG
    + b"\r\n--b--\r\n"
)

# Everything by which ``c/o`` or the container could grow by 200 bytes.
GROWTH: dict[str, Callable[[Client], Answer]] = {
    "PUT": lambda client: client.put("c/new", LONG),
    "PUT in chunks": lambda client: client.put("c/new", iter([LONG])),
    "overwrite": lambda client: client.put("c/o", LONG * 6),
    "append": lambda client: client.post(
        "c/o", LONG, {**BINARY, "Content-Range": "bytes */*"}, update=""
    ),
    "append itself": lambda client: client.post(
        "c/o", None, {"X-Source-Object": "/c/o", "Content-Range": "bytes */*"}, update=""
    ),
    "COPY": lambda client: client.request("COPY", "c/o", None, {"Destination": "/c/new"}),
    "PUT copy": lambda client: client.put("c/new", b"", {"X-Copy-From": "/c/o"}),
    "hashmap": lambda client: client.put(
        "c/new",
        client.get("c/o", hashmap="", format="json").body,
        hashmap="",
        format="json",
    ),
    "form": lambda client: client.post(
        "c/new", FORM, {"Content-Type": "multipart/form-data; boundary=b"}
    ),
}


def used(client: Client) -> int:
    return int(client.head()["X-Account-Bytes-Used"])


@pytest.fixture
def limited(box: Client) -> Client:
    """The container may hold LIMIT bytes; ``c/o`` takes all but 100."""
    headers = {"X-Container-Policy-Quota": str(LIMIT)}
    assert box.post("c", headers=headers, update="").status == 202
    assert box.put("c/o", b"o" * (LIMIT - 100)).status == 201
    return box


@pytest.fixture
def poor(box: Client, committed: None) -> Client:
    """The account may hold LIMIT bytes; ``c/o`` takes all but 100."""
    user = find_user(box.account)
    user.quota = LIMIT
    user.save()
    assert box.put("c/o", b"o" * (LIMIT - 100)).status == 201
    return box


@pytest.mark.requirement("R137", "R140")
@pytest.mark.parametrize("grow", GROWTH.values(), ids=GROWTH)
def test_no_write_grows_past_the_containers_quota(
    limited: Client, grow: Callable[[Client], Answer]
) -> None:
    with unchanged(limited):
        assert grow(limited).status == 413
    assert limited.get("c/new").status == 404
    assert len(limited.get("c/o", version="list", format="json").json["versions"]) == 1


@pytest.mark.requirement("R138", "R140")
@pytest.mark.parametrize("grow", GROWTH.values(), ids=GROWTH)
def test_no_write_grows_past_the_accounts_quota(
    poor: Client, grow: Callable[[Client], Answer]
) -> None:
    with unchanged(poor):
        assert grow(poor).status == 413
    assert poor.get("c/new").status == 404


@pytest.mark.requirement("R137", "R138")
@pytest.mark.parametrize("fixture", ["limited", "poor"])
def test_the_last_byte_fits_and_no_more(request: pytest.FixtureRequest, fixture: str) -> None:
    client: Client = request.getfixturevalue(fixture)
    assert client.put("c/new", b"n" * 101).status == 413
    assert client.put("c/new", b"n" * 100).status == 201
    assert client.put("c/empty", b"").status == 201
    assert client.put("c/more", b"1").status == 413
    assert client.put("c/new", b"N" * 100).status == 201
    assert client.put("c/new", b"n" * 101).status == 413
    assert used(client) == LIMIT


@pytest.mark.requirement("R137", "R140")
def test_a_refused_put_changes_no_sharing_or_publication(limited: Client) -> None:
    share(limited, "c/o", "read=al")
    before = limited.head("c/o").fields
    headers = {"X-Object-Sharing": "read=bo", "X-Object-Public": "true"}
    with unchanged(limited):
        assert limited.put("c/o", LONG * 6, headers).status == 413
        assert limited.put("c/new", LONG, headers).status == 413
    assert limited.head("c/o").fields == before


@pytest.mark.requirement("R138")
def test_the_account_counts_all_its_containers(poor: Client) -> None:
    poor.put("d")
    assert poor.put("d/new", b"n" * 101).status == 413
    assert poor.put("d/new", b"n" * 100).status == 201
    assert poor.put("c/more", b"1").status == 413
    assert poor.delete("d/new").status == 204
    assert poor.put("c/more", b"1").status == 201


@pytest.mark.requirement("R106", "R138")
def test_a_move_within_the_account_is_free(poor: Client) -> None:
    poor.put("d")
    poor.put("c/new", b"n" * 100)
    assert poor.request("MOVE", "c/o", None, {"Destination": "/d/o"}).status == 201
    assert poor.put("c/o", b"", {"X-Move-From": "/d/o"}).status == 201
    assert poor.request("MOVE", "c/o", None, {"Destination": "/c/new"}).status == 201
    assert used(poor) == LIMIT - 100


@pytest.mark.requirement("R137", "R140")
@pytest.mark.parametrize("method", ["COPY", "MOVE"])
def test_a_folder_that_does_not_fit_leaves_nothing(limited: Client, method: str) -> None:
    limited.put("d")
    for name in ("doc", "doc/a", "doc/b"):
        limited.put(f"d/{name}", b"x" * 40)
    headers = {"Destination": "/c/doc"}
    with unchanged(limited), unchanged(limited, "d"):
        assert limited.request(method, "d/doc", None, headers, delimiter="/").status == 413
    limited.delete("d/doc/b")
    assert limited.request(method, "d/doc", None, headers, delimiter="/").status == 201
    assert limited.names("c") == ["doc", "doc/a", "o"]


@pytest.mark.requirement("R137")
def test_a_move_into_a_full_container_is_refused(limited: Client) -> None:
    limited.put("d")
    limited.put("d/o", LONG)
    with unchanged(limited), unchanged(limited, "d"):
        assert limited.request("MOVE", "d/o", None, {"Destination": "/c/new"}).status == 413


@pytest.mark.requirement("R128", "R138")
def test_a_writer_is_held_to_the_owners_quota(poor: Client, new_user: Callable[[], Client]) -> None:
    writer = new_user()
    share(poor, "c/o", f"write={writer.account}")
    with unchanged(poor):
        assert visit(writer, poor).put("c/o/new", LONG).status == 413
    assert visit(writer, poor).put("c/o/new", LONG[:100]).status == 201


@pytest.mark.requirement("R139")
@pytest.mark.parametrize("fixture", ["limited", "poor"])
def test_over_quota_one_may_still_shrink_and_delete(
    request: pytest.FixtureRequest, fixture: str
) -> None:
    client: Client = request.getfixturevalue(fixture)
    client.put("c/small", b"s" * 10)
    _lower(client, fixture)
    assert client.put("c/o", b"o" * 901).status == 413
    assert client.put("c/small", b"s" * 11).status == 413
    assert client.post("c/o", headers={"X-Object-Meta-Mood": "gay"}).status == 202
    assert client.put("c/o", b"O" * 900).status == 201
    assert client.put("c/o", b"o" * 500).status == 201
    assert client.put("c/o", b"o" * 501).status == 413
    assert client.delete("c/o").status == 204
    assert client.put("c/o", b"o" * 90).status == 201
    assert client.put("c/new", b"1").status == 413
    assert used(client) == 100


def _lower(client: Client, fixture: str) -> None:
    """Lower the quota to 100 bytes, which is less than is used."""
    if fixture == "limited":
        headers = {"X-Container-Policy-Quota": "100"}
        assert client.post("c", headers=headers, update="").status == 202
    else:
        user = find_user(client.account)
        user.quota = 100
        user.save()


@pytest.mark.requirement("R139")
def test_zero_is_no_limit(limited: Client) -> None:
    headers = {"X-Container-Policy-Quota": "0"}
    assert limited.post("c", headers=headers, update="").status == 202
    assert limited.put("c/new", LONG * 10).status == 201


@pytest.mark.requirement("R137", "R138")
@pytest.mark.parametrize("fixture", ["limited", "poor"])
@pytest.mark.parametrize("same", [False, True], ids=["other names", "one name"])
def test_of_many_puts_at_the_edge_only_what_fits_is_stored(
    request: pytest.FixtureRequest, fixture: str, same: bool
) -> None:
    client: Client = request.getfixturevalue(fixture)
    client.put("d")
    assert client.delete("c/o").status == 204

    def put(number: int) -> int:
        own = Client(client.address, client.account, client.token)
        path = "c/same" if same else f"{'cd'[number % 2] if fixture == 'poor' else 'c'}/{number}"
        size = 100 * (number + 1) if same else 150
        answer = own.put(path, b"x" * size)
        own.connection.close()
        return answer.status

    with ThreadPoolExecutor(16) as threads:
        statuses = list(threads.map(put, range(16)))
    assert used(client) <= LIMIT
    stored = sum(each["bytes"] for c in "cd" for each in client.get(c, format="json").json)
    assert stored == used(client)
    if same:
        assert sorted(set(statuses)) == [201, 413]
        assert statuses[10:] == [413] * 6
    else:
        assert sorted(statuses) == [201] * 6 + [413] * 10
        assert used(client) == 900


@pytest.mark.requirement("R137", "R138")
@pytest.mark.parametrize("fixture", ["limited", "poor"])
def test_of_many_appends_at_the_edge_only_what_fits_is_stored(
    request: pytest.FixtureRequest, fixture: str
) -> None:
    client: Client = request.getfixturevalue(fixture)
    headers = {**BINARY, "Content-Range": "bytes */*"}

    def append(_: int) -> int:
        own = Client(client.address, client.account, client.token)
        answer = own.post("c/o", b"x" * 40, headers, update="")
        own.connection.close()
        return answer.status

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(append, range(8))) == [204] * 2 + [413] * 6
    assert used(client) == LIMIT - 20
    assert client.get("c/o").body == b"o" * 900 + b"x" * 80


@pytest.mark.requirement("R137")
def test_a_map_larger_than_the_quota_is_refused_before_it_is_hashed(box: Client) -> None:
    block = b"b" * BLOCK_SIZE
    assert box.post("c", block, {"Content-Type": "application/octet-stream"}).status == 202
    assert (
        box.post("c", None, {"X-Container-Policy-Quota": str(BLOCK_SIZE)}, update="").status == 202
    )
    hashes = [hashlib.sha256(block).hexdigest()] * 100_000  # 6.5 GB, some ten seconds of MD5
    body = json.dumps({"bytes": BLOCK_SIZE * len(hashes), "hashes": hashes})
    begun = time.monotonic()
    assert box.put("c/o", body, hashmap="", format="json").status == 413
    assert time.monotonic() - begun < 5
