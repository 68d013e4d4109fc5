"""What each kind of job does. All of them may be killed at any moment, and be run again."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Final, TypeAlias

from django.conf import settings

from audit.services import record
from operators.values.jobs import JobKind, JobOptions, JobOutcome
from pithos_api.services.locks import Job, paused, sole_worker
from pithos_api.services.operations import block_migration
from pithos_api.services.storage import block_store
from pithos_api.services.upkeep import integrity, scrubbing
from pithos_api.services.upkeep.checksums.making import ChecksumMaker, Turn, waiting
from pithos_api.services.upkeep.collector.passes import run_pass
from pithos_api.services.upkeep.collector.steps import CollectionCounts, CollectionTerms
from pithos_api.services.upkeep.integrity.checks import Progress
from pithos_api.services.upkeep.integrity.running import run_check
from pithos_api.services.upkeep.scrubbing import Inspection

_BY: Final = "operators"

Work: TypeAlias = Callable[[JobOptions, JobOutcome, Progress], None]
"""Does a job, adds to its outcome as it goes, and passes what it works on through ``Progress``."""


class JobTakenError(Exception):
    """Another process does this job now."""


class NothingToMoveError(Exception):
    """No store is configured that blocks would be moved from."""


def collect_garbage(options: JobOptions, outcome: JobOutcome, progress: Progress) -> None:
    """Free what nobody needs, or tell how much that would be."""
    terms = CollectionTerms(options.grace_seconds, apply=not options.dry)
    if terms.apply:
        record("garbage.collect", account="", details={"grace_seconds": terms.grace_seconds})
    sums = CollectionCounts()
    for _place, counts in progress(run_pass(terms, _BY), 0, "collecting"):
        sums += counts
        outcome.figures.update(asdict(sums))


def scrub(options: JobOptions, outcome: JobOutcome, progress: Progress) -> None:
    """Read every block and set damaged ones aside, or tell which. Raises: JobTakenError."""
    if options.dry:
        _count(scrubbing.look(options.rate), outcome, progress)
        return
    with sole_worker(Job.SCRUB) as ours:
        if not ours:
            raise JobTakenError
        _count(scrubbing.scrub(options.rate, restart=options.restart), outcome, progress)


def _count(blocks: Iterable[Inspection], outcome: JobOutcome, progress: Progress) -> None:
    for block in progress(blocks, scrubbing.block_count(), "reading"):
        outcome.add("blocks")
        outcome.add("bytes", block.length)
        outcome.add(block.verdict)
        if block.verdict != "sound":
            outcome.tell(f"{block.verdict} {block.digest.hex()}")


def check(options: JobOptions, outcome: JobOutcome, progress: Progress) -> None:
    """Check that rows, blocks and counters agree, and repair what can be if it is no dry run."""
    if not options.dry:
        record("fsck.repair", account="")
    for each in integrity.checks(strict=options.strict):
        # A check that finds nothing to read would else not be seen, nor be stopped.
        [_] = progress([each.name], 0, each.name)
        result = run_check(each, progress, repair=not options.dry)
        outcome.add("checks")
        outcome.add("problems", result.problems)
        outcome.add("repaired", result.repaired)
        for line in result.told:
            outcome.tell(f"{result.name}: {line}")


def make_checksums(options: JobOptions, outcome: JobOutcome, progress: Progress) -> None:
    """Make the MD5s that are waited for, or tell how many. Raises: JobTakenError."""
    with sole_worker(Job.MAKE_MD5) as ours:
        if not (ours or options.dry):
            raise JobTakenError
        turns: Iterator[Turn] = iter(()) if options.dry else ChecksumMaker(options.rate).turns()
        for turn in progress(turns, 0, "reading"):
            outcome.add("bytes", turn.read)
            if turn.md5:
                outcome.add("made")
            if not turn.sound:
                outcome.add("broken")
                outcome.tell(f"missing or damaged blocks: {turn.merkle.hex()}")
    late = waiting()
    outcome.figures.update({"late": late.versions, "late_bytes": late.size})


def move_blocks(options: JobOptions, outcome: JobOutcome, progress: Progress) -> None:
    """Copy what the block store lacks from the one that it falls back on.

    Raises: NothingToMoveError.
    """
    old, new = settings.PITHOS_BLOCK_STORE_FALLBACK, settings.PITHOS_BLOCK_STORE
    if not old:
        raise NothingToMoveError
    source, target = block_store.open_store(old), block_store.open_store(new)
    total = scrubbing.block_count()
    if options.dry:
        for block, present in progress(
            block_migration.compare_stores(source, target), total, "comparing"
        ):
            outcome.add("present" if present else "lacking")
            outcome.add("bytes", 0 if present else block.size)
        return
    # What is not collected meanwhile cannot come back after it was passed by.
    with paused(Job.COLLECT_GARBAGE):
        record("blocks.migrate", account="", details={"from": old, "to": new})
        for moved in progress(block_migration.copy_blocks(source, target), total, "copying"):
            outcome.add(moved.outcome)
            outcome.add("bytes", moved.size if moved.outcome == "copied" else 0)
            if moved.outcome == "damaged":
                outcome.tell(f"damaged {moved.digest.hex()}")


WORK: Mapping[JobKind, Work] = MappingProxyType(
    {
        JobKind.GARBAGE: collect_garbage,
        JobKind.SCRUB: scrub,
        JobKind.FSCK: check,
        JobKind.CHECKSUMS: make_checksums,
        JobKind.MIGRATION: move_blocks,
    }
)
