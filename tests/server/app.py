"""A bare WSGI application with one path per situation, served on a free port for the tests.

``python -m tests.server.app [--option value …]`` prints the address and serves until a signal.
"""

import argparse
import gc
import hashlib
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from pithos_api.blocks.base import FileSpan
from server import LeastRate, Settings, Strangers, Timeouts, listen, serve
from server.exchange import AUTHENTICATED, CLIENT_GONE, COME_AGAIN, KEEPS_ID, SENDS_FILES
from tests.server.batching import Told, on_batched

RESTS: Counter[str] = Counter()


def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    if environ["PATH_INFO"].startswith("/batched/"):
        answered: Iterable[bytes] = on_batched(environ, start)
        return answered
    handler = globals().get("on_" + environ["PATH_INFO"].strip("/").replace("/", "_"), on_default)
    pieces: Iterable[bytes] = handler(environ, start)
    return pieces


def answer(start, status, document, headers=()):
    body = json.dumps(document).encode()
    start(status, [("Content-Length", str(len(body))), *headers])
    return [body]


def on_quiet(environ, start):
    environ[KEEPS_ID] = True
    return answer(start, "200 OK", {})


def on_default(environ, start):
    """Read the whole body and say what arrived, and when the first and the last of it did."""
    began = time.monotonic()
    if environ["QUERY_STRING"] == "known":
        environ[AUTHENTICATED]("somebody")
    first, size, digest, view = None, 0, hashlib.sha256(), memoryview(bytearray(65536))
    while count := environ["wsgi.input"].readinto(view):
        first = first or time.monotonic() - began
        size += count
        digest.update(view[:count])
    said = {key: value for key, value in environ.items() if isinstance(value, str)}
    seen = {"size": size, "sha256": digest.hexdigest(), "first": first, "environ": said}
    seen["last"] = time.monotonic() - began
    return answer(start, "201 Created", seen)


def authenticate(environ):
    if environ["QUERY_STRING"]:
        environ[AUTHENTICATED](environ["QUERY_STRING"])


def on_pausing(environ, start):
    """Do the same without waiting for long; the query names who sends it."""
    body, view = environ["wsgi.input"], memoryview(bytearray(65536))
    authenticate(environ)
    seen = body.kept.setdefault("seen", {"size": 0, "calls": 0, "digest": hashlib.sha256()})
    seen["calls"] += 1
    while count := body.receive(view):
        seen["size"] += count
        seen["digest"].update(view[:count])
    if count is None:
        return environ[COME_AGAIN]
    return answer(start, "201 Created", {**seen, "digest": seen["digest"].hexdigest()})


def on_resting(environ, start):
    """Leave the thread twice although all of the body has come; the query names who sends it."""
    body = environ["wsgi.input"]
    authenticate(environ)
    if not body.gather(1 << 20):
        return environ[COME_AGAIN]
    body.kept["calls"] = body.kept.get("calls", 0) + 1
    RESTS[environ["QUERY_STRING"]] += 1
    return on_pausing(environ, start) if body.kept["calls"] > 2 else environ[COME_AGAIN]


def on_rests(environ, start):
    """How often who is named by the query was called to leave its thread."""
    return answer(start, "200 OK", {"calls": RESTS[environ["QUERY_STRING"]]})


def on_gathering(environ, start):
    """Have all of the body at hand, or 2 MiB, before it is read; the query names who sends it."""
    authenticate(environ)
    if not environ["wsgi.input"].gather(2 << 20):
        return environ[COME_AGAIN]
    return on_default(environ, start)


def on_nodb(environ, start):
    start("200 OK", [("Content-Length", "2"), ("Content-Type", "text/plain")])
    return [b"ok"]


on_ping = on_nodb


def on_wide(environ, start):
    """Have as many fields of 1000 bytes as the query says."""
    wide = [(f"X-{number}", "v" * 1000) for number in range(int(environ["QUERY_STRING"]))]
    return answer(start, "200 OK", "", [("X-Longest", "v" * 1100), *wide, ("X-Short", "v")])


def on_garbage(environ, start):
    """How many objects only a search for garbage frees, since it was asked last."""
    gc.disable()
    return answer(start, "200 OK", {"found": gc.collect()})


def on_pid(environ, start):
    return answer(start, "200 OK", {"pid": os.getpid()})


def on_read(environ, start):
    """Use the file interface: a line, then 5 bytes, then the rest."""
    body = environ["wsgi.input"]
    return answer(
        start, "200 OK", [body.readline().decode(), body.read(5).decode(), len(body.read())]
    )


def on_refuse(environ, start):
    start(environ["QUERY_STRING"] + " Refused", [("Content-Length", "0")])
    return []


def on_stream(environ, start):
    """Send pieces without a length, as many as the query says."""
    start("200 OK", [])
    return (b"piece%d;" % number for number in range(int(environ["QUERY_STRING"])))


def on_slow(environ, start):
    """Send 20 pieces over a second or so."""
    start("200 OK", [("Content-Length", "20000")])

    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            time.sleep(0.06)
            yield b"x" * 1000

    return pieces()


LARGE = 64 << 20


def on_large(environ, start):
    """Send 64 MiB of NULs in pieces; ?known: to somebody known."""
    if environ["QUERY_STRING"] == "known":
        environ[AUTHENTICATED]("somebody")
    start("200 OK", [("Content-Length", str(LARGE))])

    def pieces() -> Iterator[bytes]:
        try:
            for _ in range(64):
                yield bytes(1 << 20)
        except GeneratorExit:
            CLOSED.append(1)
            raise

    return pieces()


def on_whole(environ, start):
    start("200 OK", [("Content-Length", str(LARGE))])
    return [bytes(LARGE)]


def on_endless(environ, start):
    """The same without a length."""
    start("200 OK", [])
    return (bytes(1 << 20) for _ in range(64))


def on_bigfile(environ, start):
    """The same, left to the kernel."""
    start("200 OK", [("Content-Length", str(LARGE))])

    def pieces() -> Iterator[bytes | FileSpan]:
        with tempfile.TemporaryFile() as file:
            file.truncate(LARGE)
            yield bytes(1)
            yield FileSpan(file.fileno(), 1, LARGE)

    return pieces()


def on_file(environ, start):
    """This file's bytes, the middle of them left to the kernel; ?N: it says it had N more."""
    assert environ[SENDS_FILES]
    file, more = Path(__file__), int(environ["QUERY_STRING"] or 0)
    size = file.stat().st_size
    chunked = "HTTP_X_CHUNKED" in environ
    start("200 OK", [] if chunked else [("Content-Length", str(size + more))])

    def pieces() -> Iterator[bytes | FileSpan]:
        content = file.read_bytes()
        with file.open("rb") as opened:
            yield content[:100]
            yield FileSpan(opened.fileno(), 100, size - 50 + more)
            yield content[-50:]

    return pieces()


def on_short(environ, start):
    start("200 OK", [("Content-Length", "10")])
    return iter([b"12345"])


def on_break(environ, start):
    start("200 OK", [])

    def pieces() -> Iterator[bytes]:
        yield b"begun"
        raise RuntimeError("within the body")

    return pieces()


def on_crash(environ, start):
    raise RuntimeError("before the response")


def on_split(environ, start):
    start("200 OK", [("X-A", "b\r\nX-Evil: 1")])
    return [b""]


CLOSED: list[int] = []


def on_closing(environ, start):
    """Count the calls of close()."""

    class Pieces:
        def __iter__(self):
            return iter([b"1", b"2"])

        def close(self):
            CLOSED.append(1)

    start("200 OK", [])
    return Pieces()


WAITED: list[bool] = []


def on_wait(environ, start):
    """Work until the client has gone, for two seconds at most."""
    deadline = time.monotonic() + 2
    while not environ[CLIENT_GONE]() and time.monotonic() < deadline:
        time.sleep(0.01)
    WAITED.append(environ[CLIENT_GONE]())
    return answer(start, "200 OK", WAITED[-1])


def on_waited(environ, start):
    return answer(start, "200 OK", WAITED)


def on_closed(environ, start):
    return answer(start, "200 OK", len(CLOSED))


def main() -> None:
    parser = argparse.ArgumentParser()
    for option in ("workers", "threads"):
        parser.add_argument(f"--{option}", type=int, default=2)
    parser.add_argument("--most", type=int, default=0, help="threads; 0 is as many as is usual")
    parser.add_argument("--port", type=int, default=0)
    for name in ("idle", "head", "body", "send"):
        parser.add_argument(f"--{name}", type=float, default=getattr(Timeouts(), name))
    parser.add_argument("--boot", type=float, default=0, help="seconds, times a worker's slot")
    parser.add_argument("--rate", type=int, default=Strangers().rate)
    parser.add_argument("--window", type=float, default=LeastRate().window)
    parser.add_argument("--transfers", type=int, default=1000)
    parser.add_argument("--room", type=int, default=1 << 30)
    options = parser.parse_args()
    timeouts = Timeouts(idle=options.idle, head=options.head, body=options.body, send=options.send)
    listener = listen("127.0.0.1", options.port)
    host, port = listener.getsockname()

    def announce() -> None:
        sys.stdout.write(f"Serving on http://{host}:{port} {os.getppid()}\n")
        sys.stdout.flush()

    settings = Settings(
        options.workers,
        options.threads,
        timeouts,
        after_fork=lambda slot: time.sleep(options.boot * slot),
        on_ready=announce,
        most_threads=options.most,
        strangers=Strangers(options.rate, window=options.body),
        least_rate=LeastRate(window=options.window),
        most_transfers=options.transfers,
        spool_room=options.room,
        batches=lambda: [Told()],
    )
    serve(application, listener, settings)


if __name__ == "__main__":
    main()
