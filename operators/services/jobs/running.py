"""The process of a run: it works, tells how far it is, and stops when it is asked to."""

import logging
import os
import select
import time
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import Error
from django.db.models.functions import Now

from observability import request_context
from operators.models import JobRun
from operators.services.jobs import runs
from operators.services.jobs.work import WORK, JobTakenError, NothingToMoveError
from operators.values.jobs import JobKind, JobOptions, JobOutcome, RunState
from web.errors import PithosError

log = logging.getLogger(__name__)

T = TypeVar("T")

_TELL_SECONDS: Final = 1.0


class StopAskedError(Exception):
    """Somebody wants the run to end, or the server has ended for which it works."""


def run_job(number: int, server: int) -> None:
    """Do what the run asks for, in this process, and note how it ended.

    server: the process whose end ends the run, too.
    """
    row = JobRun.objects.get(pk=number)
    outcome = JobOutcome()
    with runs.alive(number):
        JobRun.objects.filter(pk=number).update(state=RunState.RUNNING, started=Now(), seen=Now())
        teller = _Teller(number, outcome, server)
        try:
            with request_context.acting(lambda: row.by):
                WORK[JobKind(row.kind)](JobOptions(**row.options), outcome, teller.track)
            state = RunState.DONE
        except StopAskedError:
            state = RunState.STOPPED
        except (JobTakenError, NothingToMoveError) as error:
            state = _failed(outcome, type(error).__name__)
        except (Error, PithosError, ImproperlyConfigured, OSError) as error:
            log.error("job %s failed: %s", row, str(error).strip())
            state = _failed(outcome, str(getattr(error, "reason", error)).strip())
        _end(number, state, outcome)


def _failed(outcome: JobOutcome, reason: str) -> RunState:
    outcome.lines.insert(0, reason.partition("\n")[0])
    return RunState.FAILED


def _end(number: int, state: RunState, outcome: JobOutcome) -> None:
    JobRun.objects.filter(pk=number).update(
        state=state, ended=Now(), seen=Now(), result=outcome.figures, told=outcome.lines
    )


class _Teller:
    """Writes down how far a run is, at most once a second, and finds out whether it shall stop."""

    def __init__(self, number: int, outcome: JobOutcome, server: int) -> None:
        self._run = JobRun.objects.filter(pk=number)
        self._outcome = outcome
        self._due = 0.0
        self._server = _watched(server)

    def track(self, items: Iterable[T], total: int, label: str) -> Iterator[T]:
        """Be a ``Progress``. Raises: StopAskedError."""
        count = 0
        self._tell(label, count, total)
        for item in items:
            yield item
            count += 1
            if time.monotonic() >= self._due:
                self._tell(label, count, total)
        self._tell(label, count, count if total else 0)

    def _tell(self, label: str, done: int, total: int) -> None:
        """Write it down. Raises: StopAskedError."""
        if self._server is not None and select.select([self._server], [], [], 0)[0]:
            raise StopAskedError
        self._run.update(
            label=label,
            done=done,
            total=total,
            seen=Now(),
            result=self._outcome.figures,
            told=self._outcome.lines,
        )
        if self._run.filter(stop_asked=True).exists():
            raise StopAskedError
        self._due = time.monotonic() + _TELL_SECONDS


def _watched(process: int) -> int | None:
    """Return a descriptor that can be read once the process has ended; None if it may live on."""
    if not process:
        return None
    try:
        return os.pidfd_open(process)
    except (OSError, AttributeError) as error:
        log.warning("the end of process %d will not be noticed: %s", process, error)
        return None
