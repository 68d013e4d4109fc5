"""Bodies of which a part is sent later, so that nothing comes for a while."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from tests.server.wire import Wire

STOP_SECONDS = 0.6  # no thread waits for half as long
MOST_AT_ONCE = 16


@dataclass
class Halting:
    """A body in two parts, the second of which is sent later. between: what happens meanwhile."""

    parts: tuple[bytes, bytes]
    seconds: float = STOP_SECONDS

    def __iter__(self) -> Iterator[bytes]:
        first, second = self.parts
        if first:
            yield first
        time.sleep(self.seconds)
        yield second


def halting(body: bytes, at: int) -> Halting:
    return Halting((body[:at], body[at:]))


def in_pieces(body: bytes, count: int, seconds: float = 0.4) -> Iterator[bytes]:
    """The body in so many pieces, with a pause before each but the first."""
    size = -(-len(body) // count)
    for at in range(0, len(body), size):
        if at:
            time.sleep(seconds)
        yield body[at : at + size]


def side_by_side(work: Callable[..., object], cases: Iterable[tuple[Any, ...]]) -> None:
    """Do the work for all cases at once, of which each mostly waits; raise an error of theirs."""
    with ThreadPoolExecutor(MOST_AT_ONCE) as threads:
        begun = [(case, threads.submit(work, *case)) for case in cases]
    for case, each in begun:
        if error := each.exception():
            error.add_note(f"case: {case}")
            raise error


def sized(body: bytes, **headers: str) -> dict[str, str]:
    return {"Content-Length": str(len(body)), **headers}


@dataclass(frozen=True)
class Said:
    """A request with a body that stops at ``at``. chunked: its length is not told."""

    line: str
    headers: dict[str, str]
    body: bytes
    at: int
    chunked: bool = False

    def parts(self) -> tuple[bytes, bytes]:
        """What is sent before the pause and after it."""
        framing = {"Transfer-Encoding": "chunked"} if self.chunked else sized(self.body)
        fields = {"Host": "localhost", **self.headers, **framing}
        lines = [f"{self.line} HTTP/1.1", *(f"{name}: {each}" for name, each in fields.items())]
        head = "\r\n".join([*lines, "", ""]).encode()
        first, second = self.body[: self.at], self.body[self.at :]
        if self.chunked:
            return head + _chunk(first), _chunk(second) + b"0\r\n\r\n"
        return head + first, second


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""


@contextmanager
def stopped(port: int, requests: list[Said]) -> Iterator[list[Wire]]:
    """A connection for each of the requests, which has stopped amid its body."""
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(port, 60)) for _ in requests]
        for wire, said in zip(wires, requests, strict=True):
            wire.send(said.parts()[0])
        time.sleep(2 * STOP_SECONDS)
        yield wires


def finish(wires: list[Wire], requests: list[Said]) -> list[int]:
    """The statuses of the answers once all go on."""
    for wire, said in zip(wires, requests, strict=True):
        wire.send(said.parts()[1])
    return [_status(wire, said) for wire, said in zip(wires, requests, strict=True)]


def _status(wire: Wire, said: Said) -> int:
    try:
        return wire.answer().status
    except TimeoutError as error:
        raise AssertionError(f"nobody answers {said.line}") from error
