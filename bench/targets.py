"""A server to be measured: where it is, who we are there, which processes it consists of."""

import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench import generator
from bench.wire import WireRequest


class RefusedError(Exception):
    """The server refused what a workload needs before it can be measured."""


@dataclass(frozen=True)
class BenchTarget:
    """path: the account's, such as ``/v1/bench``; pids: the roots of its process trees."""

    label: str
    address: tuple[str, int]
    path: str
    token: str
    pids: tuple[int, ...] = ()

    def head(self, method: str, path: str, fields: str = "") -> bytes:
        """Write a request's head; ``fields`` are header lines, each with its CRLF."""
        host, port = self.address
        return (
            f"{method} {self.path}{path} HTTP/1.1\r\nHost: {host}:{port}\r\n"
            f"X-Auth-Token: {self.token}\r\n{fields}\r\n"
        ).encode()

    def drive(self, requests: Iterator[WireRequest], connections: int) -> None:
        """Send all ``requests``, untimed. Raises: RefusedError when any of them fails."""
        outcome = generator.run(self.address, requests, connections, float("inf"))
        if outcome.errors:
            raise RefusedError(f"{self.label}: {dict(outcome.errors)}")


def address(url: str) -> tuple[str, int]:
    """The host and port of a URL."""
    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or 80


def login(label: str, url: str, user: str, key: str, pids: tuple[int, ...]) -> BenchTarget:
    """Log in as Swift v1 clients do. Raises: RefusedError."""
    connection = http.client.HTTPConnection(*address(url), timeout=30)
    connection.request("GET", urlsplit(url).path, headers={"X-Auth-User": user, "X-Auth-Key": key})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    token, storage = answer.headers["X-Auth-Token"], answer.headers["X-Storage-Url"]
    if not token or not storage:
        raise RefusedError(f"{label}: login answered {answer.status} without token or storage URL")
    return BenchTarget(label, address(url), urlsplit(storage).path.rstrip("/"), token, pids)
