"""What one may not see is as if it were not there: manifests spell out no names."""

import hmac
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token
from accounts.users.users import find_user
from tests.api.client import Answer, Client
from tests.api.visitors import share, visit
from tests.swift.client import SwiftClient, in_swift
from tests.swift.client import visit as visit_in_swift

PUT: dict[str, Any] = {"multipart-manifest": "put"}
# Each is there with a hidden object ``xyz`` in the container ``hidden``, or is not.
GUESSES = ["hidden/", "hidden/x", "hidden/xyz", "hidden/xyza", "none/", "none/x", "h", "c/o/none"]
TOLD = ("ETag", "Content-Length", "Content-Type", "X-Object-Hash", "Content-Range")


@pytest.fixture
def spy(new_user: Callable[[], Client]) -> Client:
    return new_user()


@pytest.fixture
def victim(box: Client, spy: Client) -> Client:
    """Lets the spy write ``c/o`` and below, read ``partly/seen``, and see ``hidden`` not at all."""
    for name in ("hidden", "partly"):
        box.put(name)
    for path in ("hidden/xyz", "partly/seen", "partly/secret"):
        box.put(path, path.encode())
    box.put("c/o", b"")
    share(box, "c/o", f"write={spy.account}")
    share(box, "partly/seen", f"read={spy.account}")
    return box


def shown(answer: Answer) -> tuple[Any, ...]:
    """What an answer tells, without what is new at each write."""
    return answer.status, answer.body, *(answer.get(name) for name in TOLD)


def read(client: Client, path: str) -> list[tuple[Any, ...]]:
    """All that reads of ``path`` tell."""
    ranged = client.get(path, {"Range": "bytes=0-0"})
    return [shown(each) for each in (client.get(path), client.head(path), ranged)]


@contextmanager
def taken_away(victim: Client) -> Iterator[None]:
    """What the spy may not see is not there."""
    victim.delete("hidden/xyz")
    victim.delete("partly/secret")
    assert victim.delete("hidden").status == 204
    yield
    victim.put("hidden")
    for path in ("hidden/xyz", "partly/secret"):
        victim.put(path, path.encode())


def guess_dynamic(spy: Client, prefix: str) -> list[tuple[Any, ...]]:
    assert spy.put("c/o/guess", b"", {"X-Object-Manifest": prefix}).status == 201
    copied = in_swift(spy).request("COPY", "c/o/guess", None, {"Destination": "c/o/copy"})
    return [*read(spy, "c/o/guess"), (copied.status,), *read(spy, "c/o/copy")]


@pytest.mark.requirement("R135")
@pytest.mark.parametrize("prefix", [*GUESSES, "partly/", "partly/s", "partly/secret"])
def test_a_dynamic_manifest_tells_nothing(victim: Client, spy: Client, prefix: str) -> None:
    there = visit(spy, victim)
    found = guess_dynamic(there, prefix)
    assert found[0][0] == 200
    with taken_away(victim):
        assert guess_dynamic(there, prefix) == found


def guess_static(spy: SwiftClient, path: str) -> tuple[Any, ...]:
    listed = json.dumps([{"path": f"/{path}"}, {"path": "/partly/seen"}])
    answer = spy.put("c/o/guess", listed, **PUT)
    assert answer.status == 400
    return shown(answer)


@pytest.mark.parametrize("path", ["hidden/xyz", "hidden/none", "partly/secret", "none/x"])
def test_a_static_manifest_tells_nothing(victim: Client, spy: Client, path: str) -> None:
    there = visit_in_swift(spy, victim)
    found = guess_static(there, path)
    assert f"/{path}, 404 Not Found".encode() in found[1]
    with taken_away(victim):
        assert guess_static(there, path) == found


@pytest.mark.parametrize("path", ["hidden/xyz", "partly/secret"])
def test_a_segment_that_may_not_be_read_is_one_that_is_gone(
    victim: Client, spy: Client, path: str
) -> None:
    in_swift(victim).put("c/o/big", json.dumps([{"path": "partly/seen"}, {"path": path}]), **PUT)
    there = visit_in_swift(spy, victim)
    found = [*read(there, "c/o/big"), *read(there.pithos, "c/o/big")]
    assert (found[0][0], path.encode() in found[0][1]) == (409, False)
    with taken_away(victim):
        assert [*read(there, "c/o/big"), *read(there.pithos, "c/o/big")] == found


@pytest.mark.parametrize(("key", "status"), [("account", 200), ("container", 401)])
def test_a_signed_url_tells_nothing(victim: Client, spy: Client, key: str, status: int) -> None:
    """The spy's manifest is read with the spy's rights, whoever has signed.

    A container's key gives no parts of another container, whether there are any or not.
    """
    swift = in_swift(victim)
    swift.post("" if key == "account" else "c", headers={f"X-{key}-Meta-Temp-URL-Key": "k"})
    assert visit(spy, victim).put("c/o", b"", {"X-Object-Manifest": "hidden/"}).status == 201
    later = int(time.time()) + 600
    text = f"GET\n{later}\n{swift.url('c/o')}".encode()
    query: dict[str, Any] = {
        "temp_url_sig": hmac.new(b"k", text, "sha256").hexdigest(),
        "temp_url_expires": later,
    }
    found = shown(swift.anonymous("GET", "c/o", **query))
    assert (found[0], b"hidden" in found[1]) == (status, False)
    assert found[1] == b"" or status == 401
    with taken_away(victim):
        assert shown(swift.anonymous("GET", "c/o", **query)) == found


@pytest.fixture
def limited(victim: Client, committed: None) -> Client:
    """The victim's token for ``c/o`` and below."""
    scope = Scope(container="c", prefix="o")
    token = create_token(find_user(victim.account), scope=scope)
    client = Client(victim.address, victim.account, token)
    client.connection = victim.connection
    return client


@pytest.mark.parametrize("prefix", GUESSES)
def test_a_limited_token_reads_what_is_in_reach(
    victim: Client, limited: Client, prefix: str
) -> None:
    victim.put("c/o/guess", b"", {"X-Object-Manifest": prefix})
    found = read(limited, "c/o/guess")
    assert found[0][:2] == (200, b"")
    with taken_away(victim):
        assert read(limited, "c/o/guess") == found
    assert limited.put("c/o/guess", b"", {"X-Object-Manifest": "hidden/"}).status == 403


def test_a_limited_token_reads_segments_in_reach(victim: Client, limited: Client) -> None:
    swift = in_swift(victim)
    victim.put("c/o/in", b"in")
    swift.put("c/o/out", '[{"path": "c/o/in"}, {"path": "hidden/xyz"}]', **PUT)
    swift.put("c/o/all", '[{"path": "c/o/in"}]', **PUT)
    assert limited.get("c/o/all").body == b"in"
    found = read(limited, "c/o/out")
    assert found[0][0] == 409
    with taken_away(victim):
        assert read(limited, "c/o/out") == found


def test_whoever_reads_a_container_sees_its_parts(victim: Client, spy: Client) -> None:
    victim.put("c/o", b"", {"X-Object-Manifest": "partly/"})
    there = visit(spy, victim)
    assert there.get("c/o").body == b"partly/seen"
    in_swift(victim).post("partly", headers={"X-Container-Read": spy.account})
    assert there.get("c/o").body == b"partly/secretpartly/seen"
    headers = {"X-Container-Read": "", "X-Container-Write": spy.account}
    in_swift(victim).post("partly", headers=headers)
    assert there.get("c/o").body == b"partly/seen"  # a write list gives no right to read
