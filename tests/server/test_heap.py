"""What the processes of a server share, and what requests leave behind in them."""

import gc
from collections.abc import Iterator

import pytest

from server.workers import heap
from tests.server.conftest import Running, run_server

REQUESTS = 50


@pytest.fixture(scope="module")
def alone() -> Iterator[Running]:
    """A server of one worker, so that one process answers all."""
    with run_server(workers=1) as running:
        yield running


def test_the_collector_does_not_look_at_what_was_loaded_before_a_fork():
    loaded: list[object] = []
    heap.share()
    later: list[object] = []
    seen = {id(each) for each in gc.get_objects()}
    assert id(later) in seen
    assert id(loaded) not in seen


@pytest.mark.parametrize(
    ("line", "fields", "body"),
    [
        ("GET /nodb", "", ""),
        ("HEAD /nodb", "", ""),
        ("GET /stream?3", "", ""),
        ("PUT /", "Content-Length: 0\r\n", ""),
        ("PUT /", "Content-Length: 3\r\n", "abc"),
        ("PUT /pausing", "Content-Length: 3\r\n", "abc"),
        ("PUT /", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"),
    ],
)
def test_requests_leave_nothing_that_only_the_collector_frees(
    alone: Running, line: str, fields: str, body: str
) -> None:
    request = f"{line} HTTP/1.1\r\nHost: h\r\n{fields}\r\n{body}".encode()
    with alone.connect() as wire:
        wire.ask("/garbage")
        for _ in range(REQUESTS):
            wire.send(request).answer(line.split(maxsplit=1)[0])
        assert wire.ask("/garbage").json["found"] < REQUESTS
