"""Tests, and programs that put the store to the test."""

import os
import sys
from pathlib import Path

# They start hundreds of processes, which would compile all of Django each where the environment
# forbids bytecode: they share a cache that is nobody's tree. It keeps the tests too, whose asserts
# pytest rewrites: that takes longer than all else before the first of them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pithos-tests"
os.environ.setdefault("PYTHONPYCACHEPREFIX", str(CACHE / "bytecode"))
sys.dont_write_bytecode = False
sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"]
