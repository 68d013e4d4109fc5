"""What an object reads as is the same for whoever asks the services."""

import json
from hashlib import md5

import pytest

from accounts import identity
from pithos_api.services.objects.large_objects.opening import describe, open_readable
from pithos_api.values import ObjectPath
from tests.swift.client import SwiftClient
from tests.swift.large.test_static_objects import PUT

PARTS = [b"one, ", b"two, ", b"three"]
WHOLE = b"".join(PARTS)
JOINED = md5("".join(md5(part).hexdigest() for part in PARTS).encode()).digest()


@pytest.fixture
def parts(box: SwiftClient, committed: None) -> SwiftClient:
    """A user with objects of all kinds, each of bytes that the database itself holds."""
    box.put("parts")
    for n, part in enumerate(PARTS):
        box.put(f"parts/{n}", part)
    listed = json.dumps([{"path": f"/parts/{n}"} for n in range(len(PARTS))])
    box.put("c/stored", WHOLE)
    assert box.put("c/static", listed, None, **PUT).status == 201
    box.put("c/dynamic", b"", {"X-Object-Manifest": "parts/"})
    return box


@pytest.mark.parametrize(
    ("name", "etag"), [("stored", md5(WHOLE).digest()), ("static", JOINED), ("dynamic", JOINED)]
)
def test_objects_of_all_kinds_are_readable(parts: SwiftClient, name: str, etag: bytes) -> None:
    credentials = identity.credentials_of(parts.token, {})
    path = ObjectPath(parts.account, "c", name)
    found, told = open_readable(credentials, path), describe(credentials, path).version
    assert (found.size, found.etag) == (told.size, told.etag) == (len(WHOLE), etag)
    assert b"".join(map(bytes, found.read(0, found.size))) == WHOLE
    assert b"".join(map(bytes, found.read(3, 9))) == WHOLE[3:9]
