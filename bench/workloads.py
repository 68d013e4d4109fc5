"""What is measured: each workload makes ready what it needs and then yields requests."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count, repeat

from bench import content
from bench.content import MIB
from bench.stock import RARE, RARITY, Stock, listed
from bench.wire import WireRequest

KIB4 = 4 << 10
BIG = 64 * MIB
BLOCK = 4 * MIB

FLOOR = "floor"  # the name of a workload and of the only target it is for
OURS = "pithos"
MOST = 10_000  # names of one page

Source = Callable[[Stock, int], Iterator[WireRequest]]


@dataclass(frozen=True)
class Workload:
    """source: given a stock and the number of connections, makes ready and returns the requests.

    moved: bytes a request transfers; when set, the rate is in MB/s (10^6), else per second.
    after: cleans up, untimed. only: the target that it is for, "" is all but the floor.
    """

    name: str
    source: Source
    moved: int = 0
    after: Callable[[Stock], None] = lambda stock: None
    only: str = ""

    def suits(self, stock: Stock) -> bool:
        """Whether it is for this target."""
        label = stock.target.label
        return label == self.only if self.only else label != FLOOR


def put(size: int, most: int, stock: Stock, connections: int) -> Iterator[WireRequest]:
    """Uploads of new content; a turn takes at most ``most``, or one for each connection."""
    stock.container("objects")
    return (stock.put(size) for _ in range(max(most, connections)))


def get(size: int, number: int, stock: Stock, connections: int) -> Iterator[WireRequest]:
    """Downloads of ``number`` objects in turn; small ones are compared each time."""
    serials = stock.verified(number, size)
    small = size <= content.SMALL
    requests = [stock.get(size, serial, check=small) for serial in serials]
    return _shuffled(requests, connections)


def get_first(size: int, number: int, stock: Stock, _: int) -> Iterator[WireRequest]:
    """The first download of each of ``number`` objects that have just been uploaded."""
    serials = stock.fresh(number, size)
    return (stock.get(size, serial, check=False) for serial in serials)


def head(stock: Stock, connections: int) -> Iterator[WireRequest]:
    """HEAD of small objects; Content-Length must be right."""
    requests = [
        WireRequest(stock.target.head("HEAD", stock.path(KIB4, serial)), 200, KIB4, bodiless=True)
        for serial in stock.at_least(256, KIB4)[:256]
    ]
    return _shuffled(requests, connections)


def delete(stock: Stock, connections: int) -> Iterator[WireRequest]:
    """Removals of what the uploads left, or of some 100 objects for each connection."""
    serials = stock.at_least(max(400, 100 * connections), KIB4)
    return (stock.delete(KIB4, serials.pop()) for _ in range(len(serials)))


def ranges(size: int, stock: Stock, connections: int) -> Iterator[WireRequest]:
    """So many bytes from anywhere in objects of 64 MiB; one range of each is compared first."""
    serials = stock.verified(4, BIG)
    chance = random.Random(connections)
    first = range(3 * MIB + 7, 3 * MIB + 7 + size)
    stock.target.drive((_range(stock, s, first, check=True) for s in serials), 4)
    starts = ((chance.choice(serials), chance.randrange(BIG - size)) for _ in count())
    return (_range(stock, s, range(start, start + size), check=False) for s, start in starts)


def _range(stock: Stock, serial: int, part: range, *, check: bool) -> WireRequest:
    fields = f"Range: bytes={part.start}-{part.stop - 1}\r\n"
    head = stock.target.head("GET", stock.path(BIG, serial), fields)

    def same(body: bytes) -> bool:
        return body == content.part(serial, part.start, part.stop)

    return WireRequest(head, 206, len(part), check=same if check else None)


def copy(stock: Stock, connections: int) -> Iterator[WireRequest]:
    """Server-side copies of one object of 64 MiB."""
    source = stock.verified(4, BIG)[0]
    return (stock.copy(BIG, source) for _ in range(5000))


def hashmap(stock: Stock, connections: int) -> Iterator[WireRequest]:
    """Uploads of 64 MiB as a list of blocks that the store has: nothing but the list is sent."""
    source = stock.verified(4, BIG)[0]
    blocks = stock.hashmap(BIG, source)
    return (stock.put_hashmap(BIG, blocks) for _ in range(5000))


def floor(stock: Stock, _: int) -> Iterator[WireRequest]:
    """The least a request costs: see bench/floor.py."""
    return repeat(WireRequest(stock.target.head("GET", "/1"), 200, check=lambda body: body == b"1"))


def listing(number: int, query: str, expected: int, stock: Stock, _: int) -> Iterator[WireRequest]:
    """One page of a container of ``number`` names, again and again."""
    return repeat(stock.page(stock.names(number), query, expected))


def past(number: int, stock: Stock, _: int) -> Iterator[WireRequest]:
    """The first 10,000 names as they were when the container had just been filled."""
    path = stock.names(number)
    moment = time.time()
    return repeat(stock.page(path, f"until={moment:.6f}", min(MOST, number), limit=MOST))


def any_page(number: int, stock: Stock, connections: int) -> Iterator[WireRequest]:
    """A thousand names after any of the others: hardly ever a page that was read before."""
    path = stock.names(number)
    chance = random.Random(connections)
    starts = [chance.randrange(number - 1001) for _ in range(500)]
    pages = [stock.page(path, f"marker={listed(start)}", 1000) for start in starts]
    return _shuffled(pages, connections)


def _tidy(stock: Stock) -> None:
    stock.trim(BIG, 4)


def _shuffled(requests: list[WireRequest], seed: int) -> Iterator[WireRequest]:
    chance = random.Random(seed)
    while True:
        yield chance.choice(requests)


def _listings(number: int) -> Iterator[Workload]:
    """First page, top folders by delimiter, one folder by prefix, last page by marker."""
    folder = listed(number // 2).partition("/")[0]
    last = min(1000, number // 2)
    pages = {
        "first": ("", min(1000, number)),
        "delimiter": ("delimiter=/", min(1000, number // 100)),
        "prefix": (f"prefix={folder}/&delimiter=/", 100),
        "last": (f"marker={listed(number - last - 1)}", last),
    }
    for page, (query, expected) in pages.items():
        yield Workload(f"list-{number // 1000}k-{page}", partial(listing, number, query, expected))
    kind = f"list-{number // 1000}k"
    if number >= MOST:
        yield Workload(f"{kind}-any", partial(any_page, number))
    rare = partial(listing, number, f"meta={RARE}", -(-number // RARITY))
    yield Workload(f"{kind}-meta", rare, only=OURS)
    yield Workload(f"{kind}-past", partial(past, number), only=OURS)


def workloads(names: list[int]) -> list[Workload]:
    """All workloads, in the order in which each finds most of what it needs.

    names: sizes of the containers to list, in thousands of names.
    """
    transfers = [
        Workload(FLOOR, floor, only=FLOOR),
        Workload("put-4k", partial(put, KIB4, 1 << 60)),
        Workload("get-4k", partial(get, KIB4, 256)),
        Workload("head", head),
        Workload("delete", delete),
        Workload("put-1m", partial(put, MIB, 600), MIB),
        Workload("get-1m", partial(get, MIB, 32), MIB),
        Workload("put-64m", partial(put, BIG, 8), BIG, _tidy),
        Workload("get-64m", partial(get, BIG, 4), BIG),
        Workload("get-64m-first", partial(get_first, BIG, 32), BIG, _tidy),
        Workload("range-4k", partial(ranges, KIB4)),
        Workload("range-4m", partial(ranges, BLOCK), BLOCK),
        Workload("copy-64m", copy, after=_tidy),
        Workload("hashmap-64m", hashmap, after=_tidy, only=OURS),
    ]
    return transfers + [item for number in names for item in _listings(1000 * number)]


def chosen(patterns: str, names: list[int]) -> list[Workload]:
    """The workloads of a comma-separated list of names or of beginnings that end in ``*``."""
    wanted = patterns.split(",")
    return [
        workload
        for workload in workloads(names)
        if any(_matches(workload.name, pattern.strip()) for pattern in wanted)
    ]


def _matches(name: str, pattern: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern
