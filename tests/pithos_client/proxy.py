"""A proxy that writes down what it passes on, and breaks what it is told to."""

import http.client
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


def flipped(content: bytes) -> bytes:
    return bytes([content[0] ^ 1]) + content[1:]


@dataclass
class Asked:
    """A request that came by. at_once: how many were under way with it."""

    method: str
    path: str
    query: str
    body: bytes
    at_once: int
    authorization: str | None = None
    prefer: str | None = None


@dataclass
class Proxy:
    """Stands between a client and a store. spoil: what it does instead, by the request."""

    target: tuple[str, int]
    asked: list[Asked] = field(default_factory=list)
    spoil: Callable[[Asked], str] = lambda _: ""

    def __enter__(self) -> "Proxy":  # noqa: C901 - one handler, in one place
        proxy, lock, under_way = self, threading.Lock(), [0]

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self) -> None:
                body = self.body()
                with lock:
                    under_way[0] += 1
                    parts = urlsplit(self.path)
                    seen = Asked(self.command, parts.path, parts.query, body, under_way[0])
                    seen.authorization = self.headers.get("Authorization")
                    seen.prefer = self.headers.get("Prefer")
                    proxy.asked.append(seen)
                try:
                    spoiled = proxy.spoil(seen)
                    self.answer(spoiled, flipped(body) if spoiled == "spoil" else body)
                except ConnectionError:  # the client was killed
                    self.close_connection = True
                finally:
                    with lock:
                        under_way[0] -= 1

            def body(self) -> bytes:
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length") or 0))
                body = b""
                while size := int(self.rfile.readline(), 16):
                    body += self.rfile.read(size + 2)[:-2]
                self.rfile.readline()
                del self.headers["Transfer-Encoding"]
                self.headers["Content-Length"] = str(len(body))
                return body

            def answer(self, spoiled: str, body: bytes) -> None:
                if spoiled == "close":
                    self.close_connection = True
                    return
                if spoiled.isdecimal():
                    self.send_response(int(spoiled))
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                with closing(http.client.HTTPConnection(*proxy.target)) as upstream:
                    self.pass_back(upstream, spoiled, body)

            def pass_back(
                self, upstream: http.client.HTTPConnection, spoiled: str, body: bytes
            ) -> None:
                # A browser's Origin is the proxy's, and no forgery.
                headers = {k: v for k, v in self.headers.items() if k not in ("Host", "Origin")}
                upstream.putrequest(self.command, self.path, skip_accept_encoding=True)
                for name, value in headers.items():
                    upstream.putheader(name, value)
                upstream.endheaders(body or None)
                found = upstream.getresponse()
                content = found.read()
                self.send_response(found.status)
                for name, value in found.getheaders():
                    self.send_header(name, value)
                self.end_headers()
                if spoiled == "cut":
                    content = content[: len(content) // 2]
                    self.close_connection = True
                if spoiled == "flip":
                    content = flipped(content)
                if self.command != "HEAD":
                    self.wfile.write(content)

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = pass_on  # noqa: N815

            def log_message(self, *_: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = ("127.0.0.1", self._server.server_port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def of(self, method: str, query: str = "") -> list[Asked]:
        """The requests of a method whose query begins so."""
        return [each for each in self.asked if each.method == method and query in each.query]
