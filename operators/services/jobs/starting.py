"""Starting the process of a run: not a thread, for requests shall not wait for it."""

import logging
import os
import subprocess
import sys
import threading

from django.conf import settings
from django.db import Error, connection
from django.db.models.functions import Now

from operators.models import JobRun
from operators.services.jobs import runs
from operators.values.jobs import JobKind, JobOptions, RunState

log = logging.getLogger(__name__)


def start_run(kind: JobKind, options: JobOptions, by: str) -> int:
    """Start a run in a process of its own, and return its number.

    It outlives this worker, and ends with the server that this worker belongs to.

    Raises: RunUnderWayError.
    """
    number = runs.add_run(kind, options, by)
    command = [sys.executable, "manage.py", "run_job", str(number), "--server", str(os.getppid())]
    process = subprocess.Popen(  # noqa: S603 - all of it is ours
        command, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL, start_new_session=True
    )
    threading.Thread(target=_attend, args=(process, number), daemon=True).start()
    return number


def _attend(process: "subprocess.Popen[bytes]", number: int) -> None:
    """Wait for the process, so that it leaves nothing behind; one that broke has failed."""
    code = process.wait()
    if code == 0:
        return
    log.error("the process of job %d ended with status %d", number, code)
    state = RunState.INTERRUPTED if code < 0 else RunState.FAILED
    try:
        JobRun.objects.filter(pk=number, state__in=("waiting", "running")).update(
            state=state, ended=Now(), told=[f"exit status {code}"]
        )
    except Error as error:
        log.warning("it is not noted: %s", str(error).strip())
    finally:
        connection.close()
