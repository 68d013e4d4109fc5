"""Reading all blocks, to find what has decayed while nobody looked."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from django.conf import settings
from django.db import Error, connection
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from audit.services import record
from pithos_api.blocks.hashing import block_digest
from pithos_api.errors import BlockDamagedError, BlockNotFoundError, BlockStoreUnavailableError
from pithos_api.models import Block, ScrubPass
from pithos_api.services import connections
from pithos_api.services.locks import Job, sole_worker
from pithos_api.services.storage import block_store, damaged_blocks
from web.errors import PithosError

log = logging.getLogger(__name__)

PASS_EVERY: Final = timedelta(days=7)
"""The server begins a pass not sooner than this after the beginning of the last one."""

INTERVAL_SECONDS: Final = 5.0
"""How often each worker of a server looks whether there is a pass to be made."""

# Rows fetched at once: 4 MiB if all of them carry their bytes. After each the place is noted.
_BATCH: Final = 256

# So many failures in a row are not of single blocks: the store is away.
_PATIENCE: Final = 10

Verdict = Literal["sound", "healed", "damaged", "missing", "unreadable"]
"""What was found of a block. healed: it was marked as damaged, and is not; unreadable: the medium
fails, so nothing is known and nothing was changed. Damaged and missing ones are set aside."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """One block that was read. length: its stored bytes, as the database knows them."""

    digest: bytes
    length: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ScrubState:
    """How far a reading of all blocks has come.

    finished: None while it is under way. share: of all blocks, 0 to 1. blocks, size in bytes: what
    was read. damaged: blocks that were found damaged or missing.
    """

    started: datetime
    finished: datetime | None
    share: float
    blocks: int
    size: int
    damaged: int


class ReadRate:
    """Limits reading to so many bytes a second; 0 is no limit."""

    def __init__(self, bytes_per_second: int) -> None:
        self._rate = bytes_per_second
        self._due = time.monotonic()

    def spend(self, count: int) -> None:
        """Wait until ``count`` bytes more may have been read."""
        if self._rate:
            now = time.monotonic()
            # What was not used for a second is lost, or a long pause would be made up for.
            self._due = max(self._due, now - 1) + count / self._rate
            time.sleep(max(0.0, self._due - now))


def block_count() -> int:
    """Return about how many blocks there are, from the planner's statistics or by counting few."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'block'::regclass")
        [estimate] = cursor.fetchone()
    return int(estimate) if estimate > 100_000 else Block.objects.count()


def current_pass(*, restart: bool = False) -> ScrubPass:
    """Return the pass that is under way, or a new one where the last is finished."""
    found, _ = ScrubPass.objects.get_or_create(id=1)
    if found.finished is not None or restart:
        ScrubPass.objects.filter(id=1).delete()
        found, _ = ScrubPass.objects.get_or_create(id=1)
    return found


def last_pass() -> ScrubState | None:
    """Return how far the pass has come that is under way, or was last; None: there was none."""
    found = ScrubPass.objects.filter(id=1).first()
    if found is None:
        return None
    # Digests are spread evenly, so the place of the last one tells the share.
    share = int.from_bytes(bytes(found.position)[:4].ljust(4, b"\0")) / (1 << 32)
    return ScrubState(
        started=found.started,
        finished=found.finished,
        share=1.0 if found.finished else share,
        blocks=found.blocks,
        size=found.bytes,
        damaged=found.damaged,
    )


def scrub(bytes_per_second: int = 0, *, restart: bool = False) -> Iterator[Inspection]:
    """Read every block that comes after the last one noted; yields each with what was found.

    The caller holds ``Job.SCRUB``. A pass that is cut short, by kill -9 or by closing this
    iterator, is taken up where it was, at most 256 blocks earlier. If blocks were set aside that
    is an event in the audit log when the iterator ends.

    Raises: BlockStoreUnavailableError: ten blocks in a row cannot be read at all.
    """
    found: Counter[Verdict] = Counter()
    try:
        for inspection in _inspections(bytes_per_second, restart=restart):
            found[inspection.verdict] += 1
            yield inspection
    finally:
        set_aside = {verdict: found[verdict] for verdict in ("damaged", "missing")}
        if any(set_aside.values()):
            record("scrub.quarantine", account="", details=set_aside)


def look(bytes_per_second: int = 0) -> Iterator[Inspection]:
    """Read every block from the first one; nothing is set aside, healed, noted or mended.

    It is no pass: anybody may do it beside one.

    Raises: BlockStoreUnavailableError: ten blocks in a row cannot be read at all.
    """
    reader = _Reader(bytes_per_second, _look_at)
    position = b""
    while batch := _blocks_after(position):
        yield from reader.read(batch)
        position = bytes(batch[-1].digest)


def _inspections(bytes_per_second: int, *, restart: bool) -> Iterator[Inspection]:
    reader = _Reader(bytes_per_second, _inspect)
    position = bytes(current_pass(restart=restart).position)
    while batch := _blocks_after(position):
        inspected = []
        for each in reader.read(batch):
            inspected.append(each)
            yield each
        position = bytes(batch[-1].digest)
        _note(position, inspected)
    ScrubPass.objects.filter(id=1).update(finished=Now())


class _Reader:
    """Reads blocks, batch after batch, no faster than it may."""

    def __init__(self, bytes_per_second: int, inspect: Callable[[Block], Inspection]) -> None:
        self._pace, self._inspect, self._failures = ReadRate(bytes_per_second), inspect, 0

    def read(self, batch: Iterable[Block]) -> Iterator[Inspection]:
        """Yield what is found of each. Raises: BlockStoreUnavailableError."""
        for block in batch:
            self._pace.spend(block.size)
            found = self._inspect(block)
            self._failures = self._failures + 1 if found.verdict == "unreadable" else 0
            if self._failures >= _PATIENCE:
                raise BlockStoreUnavailableError(f"{_PATIENCE} blocks in a row cannot be read")
            yield found


def _blocks_after(position: bytes) -> list[Block]:
    """Return the next rows in order of digests: a range of block_pkey."""
    return list(Block.objects.filter(digest__gt=position).order_by("digest")[:_BATCH])


def _note(position: bytes, inspected: list[Inspection]) -> None:
    found = sum(each.verdict in ("damaged", "missing", "unreadable") for each in inspected)
    ScrubPass.objects.filter(id=1).update(
        position=position,
        blocks=F("blocks") + len(inspected),
        bytes=F("bytes") + sum(each.length for each in inspected),
        damaged=F("damaged") + found,
    )


def _inspect(block: Block) -> Inspection:
    digest = bytes(block.digest)
    verdict = _verdict(digest, block.data, mend=True)
    if verdict in ("damaged", "missing") and not damaged_blocks.quarantine(digest):
        verdict = "sound"  # an upload has healed it meanwhile
    if verdict == "sound" and block.damaged is not None:
        damaged_blocks.absolve(digest)
        verdict = "healed"
    return Inspection(digest, block.size, verdict)


def _look_at(block: Block) -> Inspection:
    """Tell what ``_inspect`` would find; healed: it is marked as damaged, and is not."""
    digest = bytes(block.digest)
    verdict = _verdict(digest, block.data, mend=False)
    healed = verdict == "sound" and block.damaged is not None
    return Inspection(digest, block.size, "healed" if healed else verdict)


def _verdict(digest: bytes, data: bytes | memoryview | None, *, mend: bool) -> Verdict:
    if data is not None:
        return "sound" if block_digest(data) == digest else "damaged"
    try:
        block_store.current().check(digest, mend=mend)
    except BlockDamagedError:
        return "damaged"
    except BlockNotFoundError:
        # Collected since the row was read: then it is nobody's any more.
        return "missing" if Block.objects.filter(digest=digest).exists() else "sound"
    except BlockStoreUnavailableError:
        return "unreadable"
    return "sound"


def start() -> threading.Thread | None:
    """Start this process' scrubbing thread, which ends with it; None if PITHOS_SCRUB_RATE is 0."""
    if not settings.PITHOS_SCRUB_RATE:
        return None
    thread = threading.Thread(target=_run, name="scrub", daemon=True)
    thread.start()
    return thread


def _run() -> None:
    """Make a pass whenever one is due and no other process of the store is at it."""
    while True:
        time.sleep(INTERVAL_SECONDS)
        try:
            with sole_worker(Job.SCRUB) as ours:
                if ours and _is_due():
                    _make_pass()
        except (Error, PithosError) as error:
            log.warning("the scrub waits: %s", str(error).strip())
        connections.release()


def _is_due() -> bool:
    last = ScrubPass.objects.filter(id=1).first()
    if last is None or last.finished is None:
        return True
    return bool(last.started + PASS_EVERY < timezone.now())


def _make_pass() -> None:
    for inspection in scrub(settings.PITHOS_SCRUB_RATE):
        if inspection.verdict != "sound":
            log.error("scrub: block %s is %s", inspection.digest.hex(), inspection.verdict)
