"""A client that says exactly what it is told to, and reads one response at a time."""

import json
import socket
import time
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Wire:
    def __init__(self, port: int, timeout: float = 5.0) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.sock.makefile("rb")

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.sock.close()

    def send(self, *pieces: bytes, pause: float = 0.0) -> "Wire":
        for number, piece in enumerate(pieces):
            if number:
                time.sleep(pause)
            self.sock.sendall(piece)
        return self

    def answer(self, method: str = "GET") -> Answer:
        """Read the next response, strictly: a body cut short is an error."""
        line = self.file.readline()
        if not line:
            raise ConnectionError("closed instead of answering")
        version, status, _ = line.decode("latin-1").split(" ", 2)
        assert version == "HTTP/1.1"
        headers = {}
        while (line := self.file.readline()) != b"\r\n":
            assert line.endswith(b"\r\n")
            name, _, value = line[:-2].decode("latin-1").partition(": ")
            headers[name.lower()] = value
        bodiless = method == "HEAD" or status in {"100", "204", "304"}
        return Answer(int(status), headers, b"" if bodiless else self._body(headers))

    def _body(self, headers: dict[str, str]) -> bytes:
        if "content-length" in headers:
            return self._exactly(int(headers["content-length"]))
        if headers.get("transfer-encoding") != "chunked":
            return self.file.read()
        body = b""
        while size := int(self.file.readline(), 16):
            body += self._exactly(size)
            assert self.file.readline() == b"\r\n"
        assert self.file.readline() == b"\r\n"
        return body

    def _exactly(self, size: int) -> bytes:
        data = self.file.read(size)
        if len(data) < size:
            raise ConnectionError(f"{len(data)} of {size} bytes")
        return data

    def is_closed(self, within: float = 2.0) -> bool:
        """Whether the server ends the connection, without having sent anything more."""
        self.sock.settimeout(within)
        try:
            return self.file.read(1) == b""
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False

    def ask(self, target: str = "/nodb", method: str = "GET", extra: bytes = b"") -> Answer:
        """Send a request without a body and read its answer."""
        self.send(head(method, target, extra))
        return self.answer(method)


def head(method: str, target: str, extra: bytes = b"") -> bytes:
    """Return a request's head; ``extra`` holds whole fields."""
    return f"{method} {target} HTTP/1.1\r\nHost: x\r\n".encode("latin-1") + extra + b"\r\n"


def put(target: str, *fields: bytes) -> bytes:
    """Return the head of a PUT."""
    return head("PUT", target, b"".join(field + b"\r\n" for field in fields))


CHUNKED = b"Transfer-Encoding: chunked"
CONTINUE = b"Expect: 100-continue"


def length(size: int) -> bytes:
    return b"Content-Length: %d" % size
