"""The load generator against a real server on loopback that answers what the path asks for."""

import socket
import threading
from collections.abc import Iterator
from itertools import islice, repeat

import pytest

from bench import generator
from bench.wire import WireRequest

BIG = 3 << 20


def _answer(path: str) -> bytes:
    """The response to /STATUS/LENGTH, with ``x`` for a body; /close/… ends the connection."""
    status, _, length = path.strip("/").partition("/")
    close = "Connection: close\r\n" if status == "close" else ""
    code = "200" if status in ("close", "drop") else status
    return f"HTTP/1.1 {code} A\r\n{close}Content-Length: {length}\r\n\r\n".encode() + b"x" * int(
        length
    )


def _serve_connection(connection: socket.socket, uploads: list[int]) -> None:
    with connection, connection.makefile("rb") as stream:
        while line := stream.readline():
            method, path, _ = line.decode().split()
            length = 0
            while (header := stream.readline()) != b"\r\n":
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            uploads.append(len(stream.read(length)))
            answer = _answer(path)
            connection.sendall(answer.partition(b"x")[0] if method == "HEAD" else answer)
            if path.startswith(("/close", "/drop")):
                return


@pytest.fixture
def uploads() -> list[int]:
    return []


@pytest.fixture
def address(uploads: list[int]) -> Iterator[tuple[str, int]]:
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=_serve_connection, args=(connection, uploads))
            thread.start()
            threads.append(thread)

    accepting = threading.Thread(target=accept)
    accepting.start()
    yield listener.getsockname()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for thread in [accepting, *threads]:
        thread.join()


def _request(path: str, method: str = "GET") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()


def _run(
    address: tuple[str, int], *requests: WireRequest, connections: int = 2
) -> generator.Outcome:
    return generator.run(address, iter(requests), connections, 30)


def test_every_response_is_timed_once(address):
    outcome = _run(address, *[WireRequest(_request("/200/5"), 200, 5)] * 50, connections=8)
    assert len(outcome.latencies) == 50
    assert all(0 < seconds < outcome.seconds for seconds in outcome.latencies)
    assert not outcome.errors


def test_a_run_ends_when_its_time_is_up(address):
    outcome = generator.run(address, repeat(WireRequest(_request("/200/0"))), 2, 0.2)
    assert outcome.latencies
    assert 0.2 <= outcome.seconds < 5


def test_a_wrong_status_length_or_content_is_an_error_and_not_a_result(address):
    outcome = _run(
        address,
        WireRequest(_request("/404/0"), 200),
        WireRequest(_request("/200/5"), 200, 6),
        WireRequest(_request("/200/5"), check=lambda body: body == b"yyyyy"),
        WireRequest(_request("/200/5"), check=lambda body: body == b"xxxxx"),
    )
    assert outcome.errors == {"status 404": 1, "length 5 instead of 6": 1, "wrong content": 1}
    assert len(outcome.latencies) == 1


def test_a_head_has_a_length_but_no_body(address):
    request = WireRequest(_request("/200/4096", "HEAD"), 200, 4096, bodiless=True)
    assert len(_run(address, *[request] * 3, connections=1).latencies) == 3


def test_a_big_upload_arrives_whole(address, uploads):
    head = f"PUT /201/0 HTTP/1.1\r\nContent-Length: {BIG + 1}\r\n\r\n".encode()
    pieces = (memoryview(bytes(BIG)), memoryview(b"z"))
    assert not _run(address, WireRequest(head, 201, pieces=pieces)).errors
    assert uploads == [BIG + 1]


def test_a_big_download_is_read_to_its_end(address):
    request = WireRequest(_request(f"/200/{BIG}"), 200, BIG, check=lambda body: body == b"x" * BIG)
    assert len(_run(address, request, request, connections=1).latencies) == 2


@pytest.mark.parametrize("ending", ["close", "drop"])
def test_a_connection_closed_between_requests_costs_no_error(address, ending):
    requests = [WireRequest(_request(f"/{ending}/5"), 200, 5)] * 6
    outcome = _run(address, *requests, connections=1)
    assert (len(outcome.latencies), outcome.errors) == (6, {})


def test_a_server_that_never_answers_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        hang_up = threading.Thread(target=_hang_up_on_all, args=(listener,))
        hang_up.start()
        requests = islice(repeat(WireRequest(_request("/200/0"))), 1000)
        outcome = generator.run(listener.getsockname(), requests, 4, 30)
        listener.shutdown(socket.SHUT_RDWR)
        hang_up.join()
    assert not outcome.latencies
    assert 100 < sum(outcome.errors.values()) < 200


def _hang_up_on_all(listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        connection.close()
