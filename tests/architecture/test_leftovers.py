"""What tests start ends with them."""

import os
import subprocess
import sys
from pathlib import Path

from tests.leftovers import ROOT
from tests.reliability.store import wait_for

PROGRAM = """
import os, py_compile, signal, subprocess, pytest
from pathlib import Path
from tests import leftovers
from tests.leftovers import VARIABLE, make_quick_directory

def start():
    sleeper = subprocess.Popen(["sleep", "300"])
    code = Path(os.environ[VARIABLE], "code.py")
    code.touch()
    made = [sleeper.pid, os.environ[VARIABLE], make_quick_directory(), py_compile.compile(code)]
    (Path(__file__).parent / "pids").open("a").write(" ".join(map(str, made)) + "\\n")
    return sleeper

@pytest.fixture
def broken():
    sleeper = start()
    raise ValueError

def test_broken(broken): ...

def test_after_broken():
    pid = (Path(__file__).parent / "pids").read_text().split()[0]
    assert not Path("/proc", pid, "exe").exists()  # of who has ended, whether anybody asked or not

def test_careless():
    leftovers.PATIENCE_SECONDS = 1
    start().returncode = 0

def test_perishing():
    start()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def run(place: Path, choice: str) -> str:
    (place / "test_it.py").write_text(PROGRAM)
    command = [sys.executable, "-m", "pytest", "-p", "tests.leftovers", "-c", "/dev/null"]
    return subprocess.run(
        [*command, f"--rootdir={place}", "-p", "no:cacheprovider", "-k", choice, place],
        cwd=ROOT,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def is_gone(place: Path) -> bool:
    pid, *directories = (place / "pids").read_text().split()[-4:]
    left = [directory for directory in directories if Path(directory).exists()]
    return not Path("/proc", pid, "exe").exists() and not left


def test_a_fixture_that_fails_ends_what_it_has_started(tmp_path):
    assert "1 passed, 2 deselected, 1 error" in run(tmp_path, "broken")


def test_a_process_that_is_left_behind_fails_the_run_and_ends(tmp_path):
    assert "tests have left behind: [['sleep', '300', '']]" in run(tmp_path, "careless")
    wait_for(lambda: is_gone(tmp_path))


def test_a_killed_run_leaves_nothing_behind(tmp_path):
    run(tmp_path, "perishing")
    wait_for(lambda: is_gone(tmp_path))
