"""Who starts and who stops the server, and what survives kill -9."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cluster import supervisor
from cluster.layout import Layout
from cluster.server import PostgresServer, is_alive
from tests.cluster.conftest import ask, postmaster

PROJECT = Path(__file__).resolve().parents[2]
# Joins, says so, and ends as a program does when its input closes.
USER = """
import sys
from pathlib import Path
from cluster import supervisor
from cluster.layout import Layout
supervisor.join(Layout(Path(sys.argv[1])))
print("joined", flush=True)
{}
sys.stdin.read()
"""
# A forked worker that ends runs its parent's exit handlers.
FORKING = "import os; os.fork() or sys.exit(); os.wait(); print('worker gone', flush=True)"


def launch(layout: Layout, action: str = "") -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", USER.format(action), str(layout.root)],
        cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def user(layout: Layout, action: str = "") -> "subprocess.Popen[str]":
    process = launch(layout, action)
    assert said(process) == "joined\n"
    return process


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def end(process: "subprocess.Popen[str]") -> None:
    process.communicate(timeout=30)
    assert process.returncode == 0


def kill(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate(timeout=30)


def wait_until(fact: Callable[[], bool]) -> None:
    for _ in range(600):
        if fact():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen")


def kill_postmaster(layout: Layout) -> None:
    os.kill(postmaster(layout), signal.SIGKILL)
    wait_until(lambda: not is_alive(layout))


def test_the_last_process_to_end_stops_the_server(durable):
    first, second = user(durable), user(durable)
    end(first)
    assert is_alive(durable)
    end(second)
    assert not is_alive(durable)


def test_the_end_of_a_forked_worker_stops_nothing(durable):
    process = user(durable, FORKING)
    assert said(process) == "worker gone\n"
    assert is_alive(durable)
    end(process)
    assert not is_alive(durable)


def test_many_processes_start_one_server(durable):
    users = [launch(durable) for _ in range(4)]
    assert [said(process) for process in users] == ["joined\n"] * 4
    for process in users:
        end(process)
    assert durable.log.read_text().count("ready to accept connections") == 1
    assert not is_alive(durable)


def test_a_killed_server_comes_back_with_its_rows(durable):
    supervisor.join(durable)
    ask(durable, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
    kill_postmaster(durable)
    supervisor.join(durable)  # at once: the backends are still dying
    assert ask(durable, "SELECT count(*) FROM kept") == 1000


def test_a_server_whose_users_were_killed_is_found_and_stopped(durable):
    kill(user(durable))
    running = postmaster(durable)
    end(user(durable, f"open('/proc/{running}/stat').close()"))
    assert not is_alive(durable)
    assert durable.log.read_text().count("ready to accept connections") == 1


def test_everything_killed_comes_back_with_its_rows(durable):
    process = user(durable)
    ask(durable, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
    kill(process)
    kill_postmaster(durable)
    supervisor.join(durable)
    assert ask(durable, "SELECT count(*) FROM kept") == 1000


def test_a_lock_file_that_names_another_process_is_no_obstacle(durable):
    supervisor.join(durable).leave()
    prefix = PostgresServer.of(durable).user.prefix
    # The same number, the same user, not Postgres: so a restarted container may look.
    with subprocess.Popen([*prefix, "sleep", "60"]) as other:
        (durable.data / "postmaster.pid").write_text(f"{other.pid}\n{durable.data}\n")
        begun = time.monotonic()
        supervisor.join(durable)
        assert time.monotonic() - begun < 5
        other.kill()


def test_a_dead_server_that_its_parent_has_not_noticed_is_no_obstacle(durable):
    supervisor.join(durable).leave()
    dead = subprocess.Popen([*PostgresServer.of(durable).user.prefix, "true"])
    wait_until(lambda: " Z " in Path(f"/proc/{dead.pid}/stat").read_text())
    (durable.data / "postmaster.pid").write_text(f"{dead.pid}\n{durable.data}\n")
    begun = time.monotonic()
    supervisor.join(durable)
    assert time.monotonic() - begun < 5
    dead.wait()


def test_a_half_made_cluster_is_made_again(place):
    layout = Layout(place / "pg", disposable=True)
    (layout.root / "data.new" / "base").mkdir(parents=True)
    supervisor.join(layout)
    assert ask(layout, "SELECT 1") == 1
    assert not (layout.root / "data.new").exists()
