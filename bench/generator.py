"""A load generator for HTTP/1.1: one thread, epoll, raw kept-alive sockets.

It shares the machine with the server it measures, so a request must cost it little: it sends bytes
that are ready and looks at the status, the length and, when asked, the body of the response.
"""

import select
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter

from bench.wire import Wire, WireRequest

SILENCE = 120  # seconds without any event after which a run gives up
_IN, _OUT = select.EPOLLIN, select.EPOLLOUT


@dataclass(slots=True)
class Outcome:
    """What a run saw: seconds of each good response, seconds from first send to last response."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    errors: Counter[str] = field(default_factory=Counter)


class _Run:
    def __init__(
        self, address: tuple[str, int], requests: Iterator[WireRequest], stop: float
    ) -> None:
        self.address = address
        self.requests = requests
        self.stop = stop
        self.epoll = select.epoll()
        self.wires: dict[int, Wire] = {}
        self.outcome = Outcome()
        self.again: list[WireRequest] = []

    def next_request(self) -> WireRequest | None:
        if perf_counter() >= self.stop:
            return None
        return self.again.pop() if self.again else next(self.requests, None)

    def start(self, wire: Wire) -> None:
        """Give the wire its next request, or close it when time is up or none is left."""
        request = self.next_request()
        if request is None:
            self.close(wire)
            return
        try:
            wire.begin(request)
        except ConnectionError as error:
            self.broken(wire, error)
            return
        self.arm(wire)

    def open(self) -> None:
        """Connect one more wire and start it."""
        wire = Wire(self.address)
        self.wires[wire.fd] = wire
        self.epoll.register(wire.fd, _IN)
        self.start(wire)

    def close(self, wire: Wire) -> None:
        self.epoll.unregister(wire.fd)
        del self.wires[wire.fd]
        wire.sock.close()

    def arm(self, wire: Wire) -> None:
        """Ask for writability exactly while something waits to be sent."""
        waiting = bool(wire.pending)
        if waiting != wire.armed:
            wire.armed = waiting
            self.epoll.modify(wire.fd, _IN | _OUT if waiting else _IN)

    def turn(self, wire: Wire, event: int) -> None:
        """React to one epoll event."""
        try:
            if event & _OUT:
                wire.send()
                self.arm(wire)
            if event & ~_OUT and wire.receive():
                self.finish(wire)
        except ConnectionError as error:
            self.broken(wire, error)

    def finish(self, wire: Wire) -> None:
        """Judge the response and go on with the next request."""
        wrong = wire.verdict()
        if wrong:
            self.outcome.errors[wrong] += 1
        else:
            self.outcome.latencies.append(perf_counter() - wire.started)
        if wire.closing:
            self.close(wire)
            self.open()
        else:
            self.start(wire)

    def broken(self, wire: Wire, error: ConnectionError) -> None:
        """Reconnect. A server may close an idle connection any time: the request goes again."""
        request = wire.request
        again = wire.served and not wire.head
        self.close(wire)
        if again:
            self.again.append(request)
        else:
            self.outcome.errors[type(error).__name__] += 1
        self.open()

    def hopeless(self) -> bool:
        return sum(self.outcome.errors.values()) > 100 + len(self.outcome.latencies)


def run(
    address: tuple[str, int], requests: Iterator[WireRequest], connections: int, seconds: float
) -> Outcome:
    """Send ``requests`` over ``connections`` until ``seconds`` have passed or none is left.

    Requests under way at the end are waited for. Raises: OSError when nobody listens.
    """
    begun = perf_counter()
    load = _Run(address, requests, begun + seconds)
    for _ in range(connections):
        load.open()
    while load.wires and not load.hopeless():
        events = load.epoll.poll(SILENCE)
        if not events:
            load.outcome.errors["silence"] += len(load.wires)
            break
        for fd, event in events:
            wire = load.wires.get(fd)
            if wire is not None:
                load.turn(wire, event)
    load.outcome.seconds = perf_counter() - begun
    for wire in list(load.wires.values()):
        load.close(wire)
    load.epoll.close()
    return load.outcome
