"""Virtual environments that are made quickly.

Their pip is a copy of ours: Python's own way unpacks it, installs and compiles it each time.
"""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

_PACKAGES = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
# Not the environment's that runs the tests, which another may not outlast.
PYTHON = Path(sys.base_prefix) / f"bin/python3.{sys.version_info.minor}"


def make(place: Path) -> None:
    """Make a virtual environment with nothing in it but ``python -m pip``."""
    pip = find_spec("pip")
    choice = ["--without-pip"] if pip else []  # an environment that uv has made has none to copy
    subprocess.run([PYTHON, "-m", "venv", *choice, place], check=True, timeout=120)
    if pip and pip.origin:
        shutil.copytree(Path(pip.origin).parent, place / _PACKAGES / "pip")
