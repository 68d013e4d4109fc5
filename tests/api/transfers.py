"""Copies and moves by each of their verbs."""

from typing import Any
from urllib.parse import quote

from tests.api.client import Answer, Client
from tests.api.server import BLOCK_SIZE

DATA = b"some data" * BLOCK_SIZE


HEADERS = {
    "Content-Type": "image/svg+xml",
    "Content-Encoding": "br",
    "Content-Disposition": 'attachment; filename="a"',
    "X-Object-Meta-Hue": "red",
    "X-Object-Meta-Size": "big",
}


def transfer(
    client: Client, verb: str, source: str, destination: str, headers: Any = None, **query: Any
) -> Answer:
    """COPY or MOVE a path to another; PUT is COPY by X-Copy-From, PUT-MOVE by X-Move-From."""
    given = dict(headers or {})
    if verb in {"COPY", "MOVE"}:
        given["Destination"] = quote(f"/{destination}")
        return client.request(verb, source, None, given, **query)
    given["X-Copy-From" if verb == "PUT" else "X-Move-From"] = quote(f"/{source}")
    return client.put(destination, headers=given, **query)


def fill(client: Client) -> Client:
    """Make ``c/o`` with all kinds of headers, and the empty container ``d``."""
    assert client.put("c/o", DATA, HEADERS).status == 201
    assert client.put("d").status == 201
    return client
