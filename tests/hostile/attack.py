"""Hostile requests as data, sent byte for byte, and what must hold after each of them."""

import contextlib
import time
from dataclasses import dataclass, field

from tests.api.client import Client
from tests.api.server import Server
from tests.api.state import state
from tests.server.wire import Answer, Wire

DATA = b"the bytes of the object"
PATIENCE_SECONDS = 10.0

# What only the inside of the store would say.
TELLTALES = (b"Traceback", b"psycopg", b"django", b'File "', b"site-packages", b"SELECT ")


@dataclass(frozen=True)
class Attack:
    """One request and the statuses that it may be answered with.

    path: below the account, raw as it goes over the wire, query included; or, where ``whole``,
    the whole target. fields: header lines without their ends. body: sent with its length, or
    with the framing that ``fields`` tell of. token: whether the user's token goes along.
    """

    expected: frozenset[int]
    method: str
    path: str
    fields: tuple[bytes, ...] = ()
    body: bytes = b""
    token: bool = True
    whole: bool = False

    def __str__(self) -> str:
        shown = b" ".join(self.fields) + self.body[:30]
        return f"{self.method} {self.path[:40]} {shown[:60]!r}"


def attack(
    expected: str, method: str, path: str, *fields: str | bytes, body: bytes | str = b""
) -> Attack:
    """Return an attack by the user on what is below their account. expected: "400 404"."""
    lines = tuple(each.encode("latin-1") if isinstance(each, str) else each for each in fields)
    text = body.encode() if isinstance(body, str) else body
    return Attack(frozenset(map(int, expected.split())), method, path, lines, text)


@dataclass
class Place:
    """A user with ``c/o`` and ``canary/o`` on a server whose log is watched."""

    client: Client
    server: Server
    # What the user had after the last attack, if that was refused.
    _seen: object = field(default=None, init=False)

    def wire(self) -> Wire:
        return Wire(self.client.address[1], PATIENCE_SECONDS)

    def request(self, shot: Attack) -> bytes:
        """Return the request's bytes."""
        target = shot.path if shot.whole else f"/v1/{self.client.account}{shot.path}"
        lines = [f"{shot.method} {target} HTTP/1.1".encode("latin-1"), b"Host: x", *shot.fields]
        if shot.token:
            lines.append(b"X-Auth-Token: " + self.client.token.encode())
        framed = any(line.lower().startswith((b"content-l", b"transfer")) for line in lines)
        if not framed and (shot.body or shot.method in {"PUT", "POST"}):
            lines.append(b"Content-Length: %d" % len(shot.body))
        return b"\r\n".join(lines) + b"\r\n\r\n" + shot.body

    def send(self, shot: Attack) -> Answer:
        """Send a request on a connection of its own, and return its answer."""
        with self.wire() as wire:
            with contextlib.suppress(ConnectionError):  # refused before all of it was sent
                wire.send(self.request(shot))
            return wire.answer(shot.method)

    def strike(self, shot: Attack) -> Answer:
        """Send a request and make sure that the server bears it.

        It is answered in time as expected, says nothing of its inside, leaves nothing behind
        if it is refused, and leaves the server serving.
        """
        before, logged = self._seen or self.state(), self.server.errors()
        began = time.monotonic()
        answer = self.send(shot)
        assert time.monotonic() - began < PATIENCE_SECONDS
        assert answer.status in shot.expected, (answer.status, answer.body[:200])
        assert not [word for word in TELLTALES if word in answer.body]
        assert self.client.token.encode() not in answer.body + repr(answer.headers).encode()
        self._seen = self.state() if answer.status >= 400 else None
        assert self._seen in (None, before)
        self.check_alive()
        assert self.server.errors() == logged
        return answer

    def state(self) -> object:
        """Return what the user has, to be compared: all of ``c``, and the account's totals."""
        account = self.client.get(format="json")
        assert account.status == 200
        return account.json, account.meta("X-Account-"), state(self.client)

    def check_alive(self) -> None:
        """Fail unless an object that no attack names is still served: the canary."""
        answer = self.client.get("canary/o")
        assert (answer.status, answer.body) == (200, DATA)
