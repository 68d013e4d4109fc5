"""Clients that stop amid a transfer, by the thousand, and go on later.

Run as a program it prints what others notice and what the store uses:
``python -m tests.reliability.stalls --uploads 1000 --downloads 1000``; or, with so many archives
of each kind, which are unpacked: ``--uploads 0 --downloads 0 --archives 500``.
"""

import argparse
import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from hashlib import md5
from http.client import HTTPResponse
from pathlib import Path
from typing import Self

from tests.reliability.store import Store, new_store
from tests.reliability.vitals import MIB
from tests.swift.archives.making import archive

PROBES = 400
SMALL = os.urandom(4096)
WIDE = 4096  # bytes that a stalled reader's kernel takes


class Stalled:
    """A client with a connection of its own, amid a request."""

    def __init__(self, store: Store, method: str, path: str, *fields: str) -> None:
        self.sock = socket.socket()
        self.sock.settimeout(60)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WIDE)
        self.sock.connect(store.address)
        target = path if path.startswith("/") else f"/v1/{store.account}/{path}"
        lines = [f"{method} {target} HTTP/1.1", "Host: x", f"X-Auth-Token: {store.token}", *fields]
        self.sock.sendall("\r\n".join([*lines, "", ""]).encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()

    def answer(self) -> tuple[int, bytes]:
        """Status and body of the answer."""
        response = HTTPResponse(self.sock)
        response.begin()
        return response.status, response.read()


class Upload(Stalled):
    """A PUT of which ``sent`` bytes have been sent so far."""

    def __init__(self, store: Store, path: str, content: bytes, sent: int) -> None:
        super().__init__(store, "PUT", path, f"Content-Length: {len(content)}")
        self.sock.sendall(content[:sent])
        self.rest = content[sent:]

    def finish(self) -> int:
        """Send the rest; the status of the answer."""
        self.send_rest()
        return self.answer()[0]

    def send_rest(self) -> None:
        """Send the rest."""
        self.sock.sendall(self.rest)


@contextmanager
def stalled_archives(store: Store, count: int, size: int) -> Iterator[list[Upload]]:
    """So many archives of each kind that have stopped amid their large file."""
    files = {f"{number}": SMALL for number in range(20)} | {"large": os.urandom(size)}
    with ExitStack() as stack:
        yield [
            stack.enter_context(Upload(store, target, body, len(body) * (number % 8 + 1) // 9))
            for kind, mode in (("tar", "w"), ("tar.gz", "w:gz"), ("tar.bz2", "w:bz2"))
            for body in [archive(files, mode)]
            for number in range(count)
            for target in [f"/v1/AUTH_{store.account}/{kind}/{number}?extract-archive={kind}"]
        ]


def check_archives(store: Store, archives: list[Upload]) -> None:
    """Let all go on, and assert that each of their files is stored once."""
    for each in archives:
        each.send_rest()
    for each in archives:
        status, body = each.answer()
        assert (status, b"Number Files Created: 21\n" in body) == (200, True), body
    client = store.client()
    for kind in ("tar", "tar.gz", "tar.bz2"):
        told = client.head(kind)["X-Container-Object-Count"]
        assert int(told) == 21 * len(archives) // 3


@dataclass(frozen=True)
class Seen:
    """What a client noticed, in milliseconds: the 99th percentile of HEAD and of GET 4 KiB."""

    head: float
    get: float


def probe(store: Store, path: str, rounds: int = PROBES) -> Seen:
    """What HEAD and GET of a small object take now, one after the other."""
    client = store.client()
    took: dict[str, list[float]] = {"HEAD": [], "GET": []}
    for _ in range(rounds):
        for method, times in took.items():
            began = time.perf_counter()
            assert client.request(method, path).status == 200
            times.append((time.perf_counter() - began) * 1000)
    return Seen(*(sorted(times)[len(times) * 99 // 100] for times in took.values()))


def memory(store: Store) -> int:
    """Bytes of memory, shared ones in equal parts, of the server and of its Postgres."""
    roots = [store.process.pid, store.postmaster]
    return sum(_pss(pid) for root in roots for pid in _family(root))


def threads(store: Store) -> int:
    """How many threads all workers have together."""
    return sum(len(os.listdir(f"/proc/{pid}/task")) for pid in store.workers())


@contextmanager
def stalled(
    store: Store, box: str, uploads: int, downloads: int, size: int = MIB
) -> Iterator[tuple[list[Upload], list[Stalled], bytes]]:
    """So many uploads that stop after part of their body, and downloads that nobody reads."""
    content = os.urandom(size)
    assert store.client().put(f"{box}/large", content).status == 201
    with ExitStack() as stack:
        sending = [
            stack.enter_context(
                Upload(store, f"{box}/{number}", content, size * (number % 8 + 1) // 9)
            )
            for number in range(uploads)
        ]
        reading = [
            stack.enter_context(Stalled(store, "GET", f"{box}/large")) for _ in range(downloads)
        ]
        yield sending, reading, content


def check(
    store: Store, box: str, sending: list[Upload], reading: list[Stalled], content: bytes
) -> None:
    """Let all go on, and assert that each gets and leaves exactly what it should."""
    assert [each.finish() for each in sending] == [201] * len(sending)
    for each in reading:
        assert each.answer() == (200, content)
    listed = store.client().get(box, format="json", limit=10_000).json
    etags = {each["hash"] for each in listed if each["name"].isdigit()}
    assert etags == ({md5(content).hexdigest()} if sending else set())
    assert sum(each["name"].isdigit() for each in listed) == len(sending)


def _pss(pid: int) -> int:
    with suppress(OSError):  # it has ended
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _family(pid: int) -> list[int]:
    found = [pid]
    for each in found:
        with suppress(OSError):
            found += map(int, Path(f"/proc/{each}/task/{each}/children").read_text().split())
    return found


def _say(store: Store, when: str) -> None:
    seen = probe(store, "box/small")
    print(  # noqa: T201 - a program
        f"{when}: p99 of HEAD {seen.head:.1f} ms, of GET 4 KiB {seen.get:.1f} ms,"
        f" {memory(store) // MIB} MiB, {threads(store)} threads"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for what in ("uploads", "downloads"):
        parser.add_argument(f"--{what}", type=int, default=1000)
    parser.add_argument("--archives", type=int, default=0)
    parser.add_argument("--size", type=int, default=MIB)
    options = parser.parse_args()
    with new_store(PITHOS_TRANSFER_WINDOW="10m") as store:
        client = store.client()
        assert client.put("box").status == client.put("box/small", SMALL).status == 201
        _say(store, "idle")
        _say(store, "idle")
        with stalled(store, "box", options.uploads, options.downloads, options.size) as (s, r, c):
            time.sleep(3)
            _say(store, "stalled")
            _say(store, "stalled")
            check(store, "box", s, r, c)
        with stalled_archives(store, options.archives, options.size) as archives:
            if archives:
                time.sleep(20)  # until the threads of the rush have gone
                _say(store, "archives stalled")
                _say(store, "archives stalled")
                check_archives(store, archives)
        time.sleep(7)
        _say(store, "after")


if __name__ == "__main__":
    main()
