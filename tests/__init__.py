"""Tests, and programs that put the store to the test."""

import os
from pathlib import Path

# They start hundreds of processes, which would compile all of Django each where the environment
# forbids bytecode: they share a cache that is nobody's tree.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
os.environ.setdefault("PYTHONPYCACHEPREFIX", str(_CACHE / "pithos-tests" / "bytecode"))
