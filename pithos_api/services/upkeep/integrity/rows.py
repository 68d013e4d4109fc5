"""What must hold between the rows of the database."""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import connection, transaction

from pithos_api.models.statements.garbage import checks as statements
from pithos_api.services.locks import Job, lock_job
from pithos_api.services.upkeep.integrity.checks import Check, Progress


def broken(name: str, statement: str) -> Callable[[Progress], Iterator[str]]:
    """Return what yields the lines that a statement finds, fetched some thousand at a time."""

    def find(progress: Progress) -> Iterator[str]:
        with connection.chunked_cursor() as cursor:
            cursor.execute(statement, {"block_size": settings.PITHOS_BLOCK_SIZE})
            for (line,) in progress(cursor, 0, name):
                yield str(line)

    return find


def _repair(statement: str) -> Callable[[Progress], None]:
    """Return what executes a statement that adds what is missing, which two must not add."""

    def repair(_: Progress) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            lock_job(Job.REPAIR)
            cursor.execute(statement)

    return repair


_REPAIRS = {
    "counters": statements.REPAIR_COUNTERS,
    "metadata-counters": statements.REPAIR_META_KEYS,
    "claims": statements.REPAIR_CLAIMS,
}
_STATEMENTS = {
    "containers": statements.CONTAINERS,
    "current": statements.CURRENT,
    "history": statements.HISTORY,
    "hashmaps": statements.HASHMAPS,
    "manifests": statements.MANIFESTS,
    "symlinks": statements.SYMLINKS,
    "references": statements.REFERENCES,
    "counters": statements.COUNTERS,
    "metadata-counters": statements.META_KEYS,
    "claims": statements.CLAIMS,
    "damaged": statements.DAMAGED,
    "lengths": statements.INLINE_LENGTHS,
}

ROW_CHECKS = tuple(
    Check(
        name,
        broken(name, statement),
        _repair(_REPAIRS[name]) if name in _REPAIRS else None,
    )
    for name, statement in _STATEMENTS.items()
)
