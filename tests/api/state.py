"""What a client can see of a container, to show that a refused request changed none of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.api.client import Client


def state(client: Client, container: str = "c") -> tuple[Any, dict[str, str]]:
    """Every object with its version, hashes and metadata, and the container's own headers."""
    listing = client.get(container, format="json")
    assert listing.status == 200
    return listing.json, listing.meta("X-Container-")


@contextmanager
def unchanged(client: Client, container: str = "c") -> Iterator[None]:
    """Fail if what happens inside leaves a trace in the container."""
    before = state(client, container)
    yield
    assert state(client, container) == before
