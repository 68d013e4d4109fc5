"""Programs that some tests need, and that are no Python packages.

Where one is not installed the tests that need it are skipped; with ``PITHOS_REQUIRE_TOOLS=1``, as
in ``.ci/run``, they fail.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"


def find(program: str) -> str | None:
    """The path of a program, which need not be on an ordinary user's PATH."""
    return shutil.which(program, path=_PATH)


def check(*programs: str, package: str) -> None:
    """Go on only if all of these are installed; ``package`` of Debian has them."""
    lacking = [program for program in programs if find(program) is None]
    if lacking:
        unavailable(f"{', '.join(lacking)} is not installed: apt-get install {package}")


def unavailable(why: str) -> NoReturn:
    """End the test: as skipped, or as failed where no tool may be missing."""
    if os.environ.get("PITHOS_REQUIRE_TOOLS") == "1":
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


@contextmanager
def small_disk(directory: Path, size: int) -> Iterator[None]:
    """Mount a file system of ``size`` bytes on the directory meanwhile; only root may."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(directory)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        unavailable("file systems cannot be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", directory], check=True)


def enlarge_disk(directory: Path, size: int) -> None:
    """Give a mounted small disk more room."""
    subprocess.run(["mount", "-o", f"remount,size={size}", str(directory)], check=True)
