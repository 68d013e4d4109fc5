"""X-Container-Meta-Quota-Bytes and -Count, and what is Swift's own (contract/swift.md, d)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.swift.client import SwiftClient, in_swift

BYTES, COUNT = "X-Container-Meta-Quota-Bytes", "X-Container-Meta-Quota-Count"

pytestmark = pytest.mark.requirement("S51")


def test_they_are_told_and_end(box: SwiftClient) -> None:
    listed = box.raw("GET", "/info").json
    assert {"container_quotas", "account_quotas"} <= listed.keys()
    assert box.post("c", headers={BYTES: "100", COUNT: "3"}).status == 204
    box.post("c", headers={"X-Container-Meta-A": "b"})
    assert [box.head("c")[name] for name in (BYTES, COUNT)] == ["100", "3"]
    assert box.head("c")["X-Container-Policy-Quota"] == "100"
    box.post("c", headers={BYTES: "", "X-Remove-Container-Meta-Quota-Count": "x"})
    assert [box.head("c").get(name) for name in (BYTES, COUNT)] == [None, None]


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "9" * 30, "1e3"])
def test_what_is_no_number_is_400(box: SwiftClient, value: str) -> None:
    for name in (BYTES, COUNT):
        assert box.post("c", headers={name: value, "X-Container-Meta-A": "b"}).status == 400
    assert box.head("c").get("X-Container-Meta-A") is None


def test_a_number_of_bytes(box: SwiftClient) -> None:
    box.post("c", headers={BYTES: "5"})
    assert [box.put("c/o", b"12345").status, box.put("c/p", b"6").status] == [201, 413]
    assert box.put("c/o", b"123456").status == 413


@pytest.mark.parametrize("length", [1, 70_000])
def test_a_number_of_objects(box: SwiftClient, length: int) -> None:
    box.post("c", headers={COUNT: "2"})
    body = b"x" * length
    assert [box.put(f"c/{name}", body).status for name in "abc"] == [201, 201, 413]
    assert box.put("c/a", body + b"more").status == 201
    assert box.request("COPY", "c/a", None, {"Destination": "c/d"}).status == 413
    assert box.pithos.request("MOVE", "c/a", None, {"Destination": "/c/b2"}).status == 201
    assert box.post("c/b", headers={"X-Object-Meta-A": "b"}).status == 202
    assert box.delete("c/b").status == 204
    assert box.put("c/c", body).status == 201


def test_folders_count_as_what_is_in_them(box: SwiftClient) -> None:
    box.put("d")
    for name in ("f", "f/1", "f/2"):
        box.put(f"d/{name}", b"x")
    box.post("c", headers={COUNT: "2"})
    folder: dict[str, Any] = {"delimiter": "/"}
    to = {"Destination": "/c/f"}
    assert box.pithos.request("COPY", "d/f", None, to, **folder).status == 413
    assert box.names("c") == []
    box.post("c", headers={COUNT: "3"})
    assert box.pithos.request("COPY", "d/f", None, to, **folder).status == 201


def test_it_is_exact_however_many_write_at_once(box: SwiftClient) -> None:
    box.post("c", headers={COUNT: "5"})

    def put(number: int) -> int:
        client = in_swift(box)
        client.connection = type(box.connection)(*box.address, timeout=30)
        status = client.put(f"c/{number}", b"x").status
        client.connection.close()
        return status

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(put, range(16)))
    assert sorted(found) == [201] * 5 + [413] * 11
    assert len(box.names("c")) == 5


@pytest.mark.requirement("S53")
def test_what_is_swift_s_own_is_neither_taken_nor_told(box: SwiftClient) -> None:
    inside = {
        f"X-{kind}-{word}-A": "secret"
        for kind in ("Object", "Container", "Account")
        for word in ("Sysmeta", "Transient-Sysmeta")
    }
    inside |= {"X-Backend-Storage-Policy-Index": "7", "X-Timestamp": "1"}
    assert box.put("c/o", b"x", inside).status == 201
    for path in ("", "c", "c/o"):
        assert box.post(path, headers=inside).status in {202, 204}
        for answer in (box.head(path), box.get(path)):
            told = {name.lower() for name in answer.headers}
            assert not any("sysmeta" in name or "backend" in name for name in told)
            assert float(answer["X-Timestamp"]) > 1
