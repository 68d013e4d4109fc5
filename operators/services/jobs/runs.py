"""Runs of jobs as the database has them, and whether their processes live.

The process of a run holds the session's lock ``(8, number)``. The lock goes with the connection,
hence with the process, however that ends: so a run that is under way and has no lock is over,
whatever its row says.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import connection, transaction

from audit.services import record
from operators.models import JobRun
from operators.values.jobs import UNDER_WAY, JobKind, JobOptions, Run, RunState

_GRACE: Final = timedelta(seconds=20)
"""How long a process may take to start, or to come back to a database that has restarted."""

_HELD: Final = """
    SELECT objid::bigint FROM pg_locks
     WHERE locktype = 'advisory' AND classid = 8 AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


class RunUnderWayError(Exception):
    """A run of the kind has not ended yet."""


class RunNotFoundError(Exception):
    """There is no run of this number."""


def list_runs(count: int) -> list[Run]:
    """Return the latest runs, the newest first."""
    held = _held()
    return [_seen(row, held) for row in JobRun.objects.order_by("-id")[:count]]


def find_run(number: int) -> Run:
    """Return a run. Raises: RunNotFoundError."""
    row = JobRun.objects.filter(pk=number).first()
    if row is None:
        raise RunNotFoundError
    return _seen(row, _held())


def add_run(kind: JobKind, options: JobOptions, by: str) -> int:
    """Note that a run is wanted, and return its number. Runs that were killed are noted as that.

    by: the operator's account.

    Raises: RunUnderWayError: at most one of a kind goes on at a time.
    """
    given: dict[str, bool | int] = {
        name: getattr(options, name) for name in JobOptions.__dataclass_fields__
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(8, 0)")
        _note_interrupted()
        if JobRun.objects.filter(kind=kind, state__in=UNDER_WAY).exists():
            raise RunUnderWayError
        row = JobRun.objects.create(kind=kind, options=given, by=by)
        record("job.start", account="", target=str(row), actor=by, details=given)
    return row.pk


def ask_to_stop(number: int, by: str) -> None:
    """Have a run stop soon. What it has done so far stays done.

    Raises: RunNotFoundError: there is none, or it has ended.
    """
    under_way = JobRun.objects.filter(pk=number, state__in=UNDER_WAY, stop_asked=False)
    with transaction.atomic():
        if not under_way.update(stop_asked=True):
            raise RunNotFoundError
        record("job.stop", account="", target=str(JobRun.objects.get(pk=number)), actor=by)


@contextmanager
def alive(number: int) -> Iterator[None]:
    """Be the process of a run inside the block, for all to see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(8, %s)", [number])
    yield  # the lock goes with the process


def _note_interrupted() -> None:
    held = _held()
    for row in JobRun.objects.filter(state__in=UNDER_WAY):
        if _seen(row, held).state == RunState.INTERRUPTED:
            row.state, row.ended = RunState.INTERRUPTED, row.seen
            row.save(update_fields=["state", "ended"])


def _held() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(_HELD)
        return {number for (number,) in cursor.fetchall()}


def _seen(row: JobRun, held: set[int]) -> Run:
    state = RunState(row.state)
    quiet = datetime.now(UTC) - row.seen > _GRACE
    if state in UNDER_WAY and row.pk not in held and (quiet or state == RunState.RUNNING):
        state = RunState.INTERRUPTED
    return Run(
        number=row.pk,
        kind=JobKind(row.kind),
        options=row.options,
        by=row.by,
        state=state,
        asked=row.asked,
        started=row.started,
        ended=row.seen if state == RunState.INTERRUPTED else row.ended,
        seen=row.seen,
        stop_asked=row.stop_asked,
        label=row.label,
        done=row.done,
        total=row.total,
        figures=row.result,
        lines=tuple(row.told),
    )
