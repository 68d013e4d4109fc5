"""A proxy in front of S3 that spoils a part of what passes through it."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import urlsplit

KINDS: Final = ("error", "lost reply", "hung", "slow", "truncated", "wrong bytes")
HUNG_SECONDS, SLOW_SECONDS = 3, 0.2

_HOP_BY_HOP = {"connection", "transfer-encoding", "content-length"}


@dataclass
class FaultyProxy:
    """share: of requests that are spoilt. done: how many of each kind, by method and kind."""

    target: str
    share: float = 0.0
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    dice: random.Random = field(default_factory=lambda: random.Random(1))
    answering: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        proxy = self
        self.answering.set()

        class Handler(_Handler):
            faults = proxy

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"

    @contextmanager
    def spoiling(self, share: float) -> Iterator[None]:
        """Spoil so large a part of the requests meanwhile."""
        self.share = share
        try:
            yield
        finally:
            self.share = 0.0

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Take connections and requests meanwhile, and answer none of them, ever."""
        self.answering.clear()
        try:
            yield
        finally:
            self.answering.set()

    def fault(self, method: str) -> str:
        """What shall happen to the request at hand; mostly nothing, else each kind in turn."""
        if self.dice.random() >= self.share:
            return ""
        kind = min(self.dice.sample(KINDS, len(KINDS)), key=lambda each: self.done[method, each])
        self.done[method, kind] += 1
        return kind


class _Handler(BaseHTTPRequestHandler):
    faults: FaultyProxy
    protocol_version = "HTTP/1.1"
    timeout = 30

    def setup(self) -> None:
        super().setup()
        to = urlsplit(self.faults.target)
        self.onward = HTTPConnection(to.hostname or "", to.port, timeout=30)

    def finish(self) -> None:
        self.onward.close()
        super().finish()

    def handle_any(self) -> None:
        kind = self.faults.fault(self.command)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.faults.answering.is_set():
            self.faults.answering.wait()
            self.close_connection = True
        elif kind == "hung":
            time.sleep(HUNG_SECONDS)
            self.close_connection = True
        elif kind == "error":
            self._answer(500, [], b"", 0)
        else:
            self._pass_on(kind, body)

    def log_message(self, *_: object) -> None:
        pass

    def _pass_on(self, kind: str, body: bytes) -> None:
        if kind == "wrong bytes" and body:
            body = _spoilt(body)
        if kind == "slow":
            time.sleep(SLOW_SECONDS)
        status, headers, reply = self._ask(body)
        if kind == "lost reply" or (kind == "truncated" and not reply):
            self.close_connection = True
            return
        length = len(reply)
        if kind == "wrong bytes" and self.command == "GET":
            reply = _spoilt(reply)
        elif kind == "truncated":
            reply = reply[: length // 2]
            self.close_connection = True
        self._answer(status, headers, reply, length)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """The real store's reply; Host stays as it was signed."""
        onward = self.onward
        onward.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            onward.putheader(name, value)
        onward.endheaders(body)
        answer = onward.getresponse()
        return answer.status, answer.getheaders(), answer.read()

    def _answer(
        self, status: int, headers: list[tuple[str, str]], reply: bytes, length: int
    ) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(reply)


for _method in ("GET", "PUT", "HEAD", "DELETE"):
    setattr(_Handler, f"do_{_method}", _Handler.handle_any)


def _spoilt(content: bytes) -> bytes:
    at = len(content) // 2
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@contextmanager
def new_proxy(target: str) -> Iterator[FaultyProxy]:
    """A running proxy in front of ``target``, a URL; at first it spoils nothing."""
    proxy = FaultyProxy(target)
    thread = threading.Thread(target=proxy.server.serve_forever)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.server.shutdown()
        thread.join()
        proxy.server.server_close()
