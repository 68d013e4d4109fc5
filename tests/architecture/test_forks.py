"""A fork of what has loaded the code is to tests what a process of its own is."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests import forks
from tests.api.server import Server
from tests.forks import Fork, commands
from tests.reliability.store import wait_for


@pytest.mark.parametrize("forked", ["1", "0"])
def test_a_fork_says_what_a_process_of_its_own_says(server: Server, monkeypatch, forked) -> None:
    env = {**server.env, forks.VARIABLE: forked}
    monkeypatch.setenv(forks.VARIABLE, forked)
    assert forks.run(("users",), env).returncode == 0
    wrong = forks.run(("users",), {**env, "PITHOS_WORKERS": "many"})
    assert (wrong.returncode, wrong.stdout, "PITHOS_WORKERS" in wrong.stderr) == (1, "", True)
    assert forks.run(("nonsense",), env).returncode == 1
    assert forks.run(("users",), {**env, "PITHOS_IDENTITY": "nobody"}).returncode == 1


def test_a_fork_can_be_waited_for_and_killed(server: Server) -> None:
    with forks.start(("serve", "--port", "0"), server.env, subprocess.PIPE) as process:
        assert isinstance(process, Fork)
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Serving on ")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0)
        process.kill()
    assert process.poll() == process.wait() == -signal.SIGKILL


@pytest.mark.parametrize(
    "env",
    [
        {"LD_PRELOAD": "x.so"},
        {"PYTHONPATH": "/x"},
        {"TZ": "Asia/Tokyo"},
        {"PITHOS_SERVE_SUSPENDED": "1"},
    ],
)
def test_what_a_program_reads_as_it_begins_is_not_forked(server: Server, env) -> None:
    with forks.start(("--version",), {**server.env, **env}, subprocess.DEVNULL) as process:
        assert isinstance(process, subprocess.Popen)


def run(command: list[str], **env: str) -> tuple[int, str, str]:
    done = subprocess.run(
        command,
        cwd="/",
        env={**os.environ, **env},
        input="said",
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("swift", ["--version"]),
        ("swift", ["nonsense"]),
        ("pithos", ["ls", "c"]),
        ("python", ["-c", "import os, sys; print(os.getcwd(), sys.stdin.read(), sys.argv)", "ü"]),
        ("python", ["-c", "import os; os.kill(os.getpid(), 9)"]),
        ("python", ["--version"]),
    ],
)
def test_a_program_on_the_path_says_what_the_installed_one_says(name, words) -> None:
    installed = run([str(commands.INSTALLED / name), *words])
    if installed[0] < 0:  # as a shell tells it
        installed = (128 - installed[0], *installed[1:])
    for _ in range(2):  # the second is a fork of what has heard what is to be loaded
        assert run([commands.program(name), *words]) == installed


def test_a_program_on_the_path_is_a_fork_if_it_may_be() -> None:
    code = "import sys; print(sys.flags.utf8_mode, 'tests.forks' in sys.modules)"
    for env, told in (({}, "0 True\n"), ({"PYTHONUTF8": "1"}, "1 False\n")):
        assert run([commands.program("python"), "-c", code], **env)[1] == told


def test_a_fork_ends_with_the_program_that_stands_for_it() -> None:
    code = "import os, time; print(os.getpid(), flush=True); time.sleep(300)"
    command = [commands.program("python"), "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert pid != process.pid
        process.kill()
    wait_for(lambda: not Path(f"/proc/{pid}").exists())
