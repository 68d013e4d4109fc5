"""A fork of what has loaded the code is to tests what a process of its own is."""

import signal
import subprocess

import pytest

from tests import forks
from tests.api.server import Server
from tests.forks import Fork


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
