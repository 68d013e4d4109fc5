from hashlib import md5
from typing import Any

from tests.api.client import Answer
from tests.swift.client import SwiftClient

TARGET = "X-Symlink-Target"
ACCOUNT = "X-Symlink-Target-Account"
ETAG = "X-Symlink-Target-Etag"
BYTES = "X-Symlink-Target-Bytes"
ITSELF: dict[str, Any] = {"symlink": "get"}
EMPTY = md5(b"").hexdigest()


def link(client: SwiftClient, path: str, target: str, **headers: str) -> Answer:
    """Store a symlink to ``target``, which is percent-encoded. headers: with ``_`` for a dash."""
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.put(path, b"", {TARGET: target, **said})
