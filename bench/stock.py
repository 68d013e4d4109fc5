"""The objects one target holds for the workloads, made when a workload needs them."""

import json
import os
from collections.abc import Iterator
from functools import cache, partial
from itertools import count

from bench import content
from bench.targets import BenchTarget, RefusedError
from bench.wire import WireRequest

EMPTY = "Content-Length: 0\r\nContent-Type: application/octet-stream\r\n"
_FOLDER = 100  # names of a listing in one folder
RARITY = 10_000  # of so many names of a listing one has the metadata
RARE = "Rare"


@cache
def _serials() -> "count[int]":
    """Return the serials of this process: no two targets get the same content."""
    return count(1)


def listed(index: int) -> str:
    """The name of entry ``index`` of a listing: 100 to a folder, in name order."""
    return f"f{index // _FOLDER:05}/n{index:08}"


class Stock:
    """Containers and objects of one run on one target; the objects are known by their serial."""

    def __init__(self, target: BenchTarget) -> None:
        self.target = target
        self.run = os.urandom(4).hex()
        self.objects: dict[int, list[int]] = {}
        self._verified: set[tuple[int, int]] = set()
        self._containers: set[str] = set()

    def container(self, kind: str) -> str:
        """The path of this run's container for ``kind``, made at its first use."""
        path = f"/bench-{kind}-{self.run}"
        if path not in self._containers:
            made = WireRequest(self.target.head("PUT", path, "Content-Length: 0\r\n"), 201)
            self.target.drive(iter([made]), 1)
            self._containers.add(path)
        return path

    def path(self, size: int, serial: int) -> str:
        """Where object ``serial`` of ``size`` bytes is."""
        return f"{self.container('objects')}/{size}-{serial:08}"

    def put(self, size: int) -> WireRequest:
        """An upload of new content under a new name; the object counts as there from now on."""
        serial = next(_serials())
        self.objects.setdefault(size, []).append(serial)
        fields = f"Content-Length: {size}\r\nContent-Type: application/octet-stream\r\n"
        head = self.target.head("PUT", self.path(size, serial), fields)
        if size <= content.SMALL:
            return WireRequest(head + content.whole(serial, size), 201)
        return WireRequest(head, 201, pieces=content.pieces(serial, size))

    def copy(self, size: int, source: int) -> WireRequest:
        """A server-side copy of object ``source``, a new object without content of its own."""
        serial = next(_serials())
        self.objects[size].append(serial)
        fields = f"X-Copy-From: {self.path(size, source)}\r\nContent-Length: 0\r\n"
        return WireRequest(self.target.head("PUT", self.path(size, serial), fields), 201)

    def hashmap(self, size: int, source: int) -> bytes:
        """The block list of object ``source``, as JSON."""
        return self._read(f"{self.path(size, source)}?hashmap&format=json")

    def put_hashmap(self, size: int, blocks: bytes) -> WireRequest:
        """An upload of a block list under a new name, a new object."""
        serial = next(_serials())
        self.objects[size].append(serial)
        path = f"{self.path(size, serial)}?hashmap&format=json"
        return WireRequest(
            self.target.head("PUT", path, f"Content-Length: {len(blocks)}\r\n") + blocks, 201
        )

    def get(self, size: int, serial: int, *, check: bool) -> WireRequest:
        """A download of the whole object; ``check`` compares its content."""
        head = self.target.head("GET", self.path(size, serial))
        expected = partial(_is_content, serial, size) if check else None
        return WireRequest(head, 200, size, check=expected)

    def delete(self, size: int, serial: int) -> WireRequest:
        """A removal of the object."""
        return WireRequest(self.target.head("DELETE", self.path(size, serial)), 204)

    def at_least(self, number: int, size: int) -> list[int]:
        """Upload until ``number`` objects of ``size`` bytes exist. Returns: all their serials."""
        there = self.objects.setdefault(size, [])
        missing = number - len(there)
        self.target.drive((self.put(size) for _ in range(missing)), 8)
        return there

    def fresh(self, number: int, size: int) -> list[int]:
        """Upload so many more objects of ``size`` bytes. Returns: their serials."""
        there = self.objects.setdefault(size, [])
        return self.at_least(len(there) + number, size)[-number:]

    def verified(self, number: int, size: int) -> list[int]:
        """``number`` objects, each downloaded and compared once, eight at a time."""
        serials = self.at_least(number, size)[:number]
        fresh = [serial for serial in serials if (size, serial) not in self._verified]
        self.target.drive((self.get(size, serial, check=True) for serial in fresh), 8)
        self._verified.update((size, serial) for serial in fresh)
        return serials

    def trim(self, size: int, keep: int) -> None:
        """Delete all objects of ``size`` bytes but the first ``keep``."""
        surplus = self.objects.get(size, [])[keep:]
        self.target.drive((self.delete(size, serial) for serial in surplus), 2)
        del self.objects.get(size, [])[keep:]

    def names(self, number: int) -> str:
        """The path of a container that holds ``number`` empty objects called ``listed(index)``."""
        kind = f"names-{number}"
        if f"/bench-{kind}-{self.run}" not in self._containers:
            path = self.container(kind)
            self.target.drive(self._empty(path, number), 16)
        return self.container(kind)

    def _empty(self, path: str, number: int) -> Iterator[WireRequest]:
        for index in range(number):
            fields = EMPTY if index % RARITY else f"{EMPTY}X-Object-Meta-{RARE}: yes\r\n"
            yield WireRequest(self.target.head("PUT", f"{path}/{listed(index)}", fields), 201)

    def page(self, path: str, query: str, expected: int, limit: int = 1000) -> WireRequest:
        """A listing in JSON that has ``expected`` entries.

        Sent and counted once now, so that afterwards its length tells. Raises: RefusedError.
        """
        page = f"{path}?format=json&limit={limit}&{query}"
        seen = self._read(page)
        entries = len(json.loads(seen))
        if entries != expected:
            raise RefusedError(f"{self.target.label}: {entries} entries instead of {expected}")
        return WireRequest(self.target.head("GET", page), length=len(seen))

    def _read(self, path: str) -> bytes:
        seen = bytearray()

        def keep(body: bytes) -> bool:
            seen.extend(body)
            return True

        self.target.drive(iter([WireRequest(self.target.head("GET", path), check=keep)]), 1)
        return bytes(seen)


def _is_content(serial: int, size: int, body: bytes) -> bool:
    return body == content.whole(serial, size)
