"""A user of the store over HTTP, with nothing between a test and the wire but http.client."""

import http.client
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

# What differs from one answer to the next, whatever it is about.
OF_THE_ANSWER = {"Date", "X-Trans-Id", "X-Openstack-Request-Id"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def __getitem__(self, name: str) -> str:
        value = self.headers[name]
        assert value is not None, f"no header {name} in {dict(self.headers.items())}"
        return value

    def get(self, name: str) -> str | None:
        return self.headers[name]

    @property
    def json(self) -> Any:
        self._check_type("application/json")
        return json.loads(self.body)

    @property
    def xml(self) -> ElementTree.Element:
        self._check_type("application/xml")
        return ElementTree.fromstring(self.body)

    @property
    def lines(self) -> list[str]:
        self._check_type("text/plain")
        return self.body.decode().splitlines()

    def _check_type(self, media_type: str) -> None:
        """The charset is written in capitals, and in Swift's dialect in small letters."""
        assert self["Content-Type"] in {f"{media_type}; charset={c}" for c in ("UTF-8", "utf-8")}

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The headers, sorted, without what is never twice the same."""
        return sorted(each for each in self.headers.items() if each[0] not in OF_THE_ANSWER)

    def meta(self, prefix: str) -> dict[str, str]:
        return {k: v for k, v in self.fields if k.startswith(prefix)}


@dataclass
class Client:
    """``path`` is below the account: "" is the account, "c" a container, "c/o" an object."""

    address: tuple[str, int]
    account: str
    token: str
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(*self.address, timeout=30)

    @contextmanager
    def at(self, address: tuple[str, int]) -> Iterator["Client"]:
        """The same user at another server of the store."""
        there = Client(address, self.account, self.token)
        yield there
        there.connection.close()

    def url(self, path: str = "", /, **query: object) -> str:
        tail = f"/{quote(path)}" if path else ""
        return f"/v1/{quote(self.account)}{tail}" + (f"?{urlencode(query)}" if query else "")

    def request(
        self,
        method: str,
        path: str = "",
        /,
        body: bytes | str | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        **query: object,
    ) -> Answer:
        """Send a request as this user. An iterable body goes out in chunks."""
        sent = {"X-Auth-Token": self.token, **(headers or {})}
        return self.raw(method, self.url(path, **query), body, sent)

    def raw(
        self,
        method: str,
        url: str,
        body: bytes | str | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send exactly this: no token, no quoting."""
        if isinstance(body, str):
            body = body.encode()
        self.connection.request(method, url, body, dict(headers or {}))
        response = self.connection.getresponse()
        return Answer(response.status, response.headers, response.read())

    def head(
        self, path: str = "", /, headers: Mapping[str, str] | None = None, **q: object
    ) -> Answer:
        return self.request("HEAD", path, None, headers, **q)

    def get(
        self, path: str = "", /, headers: Mapping[str, str] | None = None, **q: object
    ) -> Answer:
        return self.request("GET", path, None, headers, **q)

    def put(
        self,
        path: str,
        /,
        body: bytes | str | Iterable[bytes] = b"",
        headers: Mapping[str, str] | None = None,
        **q: object,
    ) -> Answer:
        return self.request("PUT", path, body, headers, **q)

    def post(
        self,
        path: str = "",
        /,
        body: bytes | str | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        **q: object,
    ) -> Answer:
        return self.request("POST", path, body, headers, **q)

    def delete(self, path: str, /, headers: Mapping[str, str] | None = None, **q: object) -> Answer:
        return self.request("DELETE", path, None, headers, **q)

    def names(self, container: str, /, **query: Any) -> list[str]:
        """The container's listing in text."""
        answer = self.get(container, **query)
        return answer.lines if answer.status == 200 else []

    def purge(self, container: str) -> None:
        """Leave no object of a container, and nothing of its history."""
        assert self.delete(container, delimiter="/").status == 204
        assert self.delete(container, until=2**33).status == 204
