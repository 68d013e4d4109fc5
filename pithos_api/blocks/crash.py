"""Named points of the write path where a test may kill the process."""

import os
from typing import Final

CRASH_AT: Final = os.environ.get("CRASH_AT", "")
"""The point at which this process dies; empty in production. Read once, at import."""


def crash_point(name: str) -> None:
    """Die here, as by kill -9, if ``CRASH_AT`` names this point; else do nothing.

    Nothing is flushed, and no handler runs. Afterwards a reader must find what the write order
    promises (reliability, fault matrix: "kill -9 mid-block, mid-commit").
    """
    if name == CRASH_AT:
        os._exit(137)
