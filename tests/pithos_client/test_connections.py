"""How the library reaches a store: through proxies, and with certificates that it believes."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pithos_client import UnavailableError, connect
from pithos_client.connection import Patience, Request

from tests.identity.provider import make_certificate

ONCE = Patience(retries=0, timeout_seconds=20)


class Listener(HTTPServer):
    """Answers 204 to all, and keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str | None]] = []
        super().__init__(("127.0.0.1", 0), Answering)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    server: Listener

    def do_HEAD(self) -> None:
        told = self.headers.get("Proxy-Authorization")
        self.server.asked.append((self.command, self.path, told))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as found:
        thread = threading.Thread(target=found.serve_forever, args=(0.02,))
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def ask(endpoint: str) -> None:
    connection = connect(endpoint, "a", "t", ONCE).connection
    connection.send(Request("HEAD", ("c", "a b/../%")))
    connection.close()


def test_a_proxy_of_the_environment_is_used(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://me:s%40fe@{listener.address}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    ask("http://store.example/v1")
    told = "Basic bWU6c0BmZQ=="
    assert listener.asked == [("HEAD", "http://store.example/v1/a/c/a%20b/%2E%2E/%25", told)]


def test_no_proxy_is_used_where_none_shall_be(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    ask(f"http://{listener.address}/v1")
    assert listener.asked == [("HEAD", "/v1/a/c/a%20b/%2E%2E/%25", None)]


def test_a_certificate_must_be_believed(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    listener.socket = context.wrap_socket(
        listener.socket, server_side=True, do_handshake_on_connect=False
    )
    with pytest.raises(UnavailableError, match="cannot be reached"):
        ask(f"https://{listener.address}/v1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    ask(f"https://{listener.address}/v1")
    assert len(listener.asked) == 1
