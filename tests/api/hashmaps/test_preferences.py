"""Hashmaps of clients that do not wait for the MD5 (RFC 7240)."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import md5, sha256

import pytest

from tests.api.client import Answer, Client
from tests.api.hashmaps.test_late_md5 import OCTETS, box, late, make_md5s, new_box
from tests.api.server import BLOCK_SIZE

__all__ = ["box", "late", "make_md5s", "new_box"]

PREFERENCE = "respond-async"


@dataclass
class Fresh:
    """A user who has sent a block that nobody has stored before."""

    client: Client
    block: bytes

    @property
    def digest(self) -> str:
        return sha256(self.block).hexdigest()

    def put_map(self, **headers: str) -> Answer:
        listed = json.dumps({"bytes": len(self.block), "hashes": [self.digest]})
        return self.client.put("c/o", listed, headers, hashmap="")


@pytest.fixture
def fresh(box: Client) -> Fresh:
    block = os.urandom(BLOCK_SIZE - 1) + b"|"
    assert box.post("c", block, OCTETS, update="").status == 202
    return Fresh(box, block)


@pytest.mark.requirement("R89")
@pytest.mark.parametrize("prefer", [PREFERENCE, 'a="x,y"; b=1 , Respond-Async, wait=9'])
def test_who_does_not_wait_gets_the_md5_later(
    fresh: Fresh, make_md5s: Callable[[], None], prefer: str
) -> None:
    answer = fresh.put_map(Prefer=prefer)
    assert (answer.status, answer["Preference-Applied"]) == (201, PREFERENCE)
    assert answer["ETag"] == fresh.client.head("c/o")["X-Object-Hash"] == fresh.digest
    assert fresh.client.get("c/o", {"If-Match": answer["ETag"]}).body == fresh.block
    make_md5s()
    assert fresh.client.head("c/o")["ETag"] == md5(fresh.block).hexdigest()


@pytest.mark.parametrize("prefer", ["", "respond-asynchronously", 'a="respond-async"', "wait=1"])
def test_who_says_nothing_else_waits(fresh: Fresh, prefer: str) -> None:
    answer = fresh.put_map(Prefer=prefer)
    assert (answer["ETag"], answer.headers.get("Preference-Applied")) == (
        md5(fresh.block).hexdigest(), None
    )  # fmt: skip


def test_an_md5_that_is_known_comes_at_once(fresh: Fresh) -> None:
    assert fresh.client.put("c/sent", fresh.block).status == 201
    answer = fresh.put_map(Prefer=PREFERENCE)
    assert (answer["ETag"], answer.headers.get("Preference-Applied")) == (
        md5(fresh.block).hexdigest(), None
    )  # fmt: skip


def test_an_md5_that_is_sent_is_compared_at_once(fresh: Fresh) -> None:
    assert fresh.put_map(Prefer=PREFERENCE, ETag=md5(b"other").hexdigest()).status == 422
    answer = fresh.put_map(Prefer=PREFERENCE, ETag=md5(fresh.block).hexdigest())
    assert (answer.status, answer["ETag"]) == (201, md5(fresh.block).hexdigest())
    assert fresh.put_map(Prefer=PREFERENCE, ETag=sha256(b"other").hexdigest()).status == 422
