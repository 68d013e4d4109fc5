"""The first process: gunicorn's, which starts and stops the workers."""

import signal
from typing import Final

from gunicorn.arbiter import Arbiter as GunicornArbiter

END_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
"""What a worker is told to end by."""


class Arbiter(GunicornArbiter):  # type: ignore[misc]  # gunicorn has no types
    """Starts workers that miss no signal.

    A new process begins with its parent's handlers, which would note the signal for a loop that
    only the parent runs: whoever stopped the server then had to wait until gunicorn gave the
    worker up. So signals wait until the worker has handlers of its own, see
    ``Worker.init_signals``.
    """

    def spawn_worker(self) -> int:
        """Fork a worker and return its process id; the worker itself does not return."""
        signal.pthread_sigmask(signal.SIG_BLOCK, END_SIGNALS)
        try:
            return int(super().spawn_worker())
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, END_SIGNALS)
