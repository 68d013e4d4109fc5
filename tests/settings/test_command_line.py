"""manage.py offers the store's commands, tells its version, and ends when nobody reads."""

import subprocess
import sys
import tomllib

import pytest
from django.db import connection

from tests.api.server import ROOT

OTHERS = ("createsuperuser", "changepassword", "flush", "dumpdata", "loaddata", "runserver")


def manage(server, line):
    """What ``manage.py`` does on the tests' own database; ``line`` is of a shell."""
    script = f"set -o pipefail; {sys.executable} manage.py {line}"
    return subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT, env=server.env, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("line", ["help", ""])
def test_help_lists_the_commands_of_the_store(server, line):
    told = set(manage(server, line).stdout.split())
    assert {"serve", "create_user", "set_quota", "users", "usage", "audit", "migrate"} <= told
    assert not told & {*OTHERS, "clearsessions", "startapp", "sqlflush"}


@pytest.mark.parametrize("command", OTHERS)
def test_what_would_leave_no_event_is_not_offered(server, command):
    done = manage(server, command)
    assert done.returncode == 1
    assert f"manage.py: {command!r} is no command of the store" in done.stderr


@pytest.mark.parametrize("line", ["--version", "version", "audit --version"])
def test_the_version_is_the_stores(server, line):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert manage(server, line).stdout == f"{project['version']}\n"


@pytest.mark.parametrize("line", ["help", "audit --json", "users", "fsck", "create_user pipe"])
def test_a_command_whose_reader_has_gone_ends_without_a_word(server, line):
    done = manage(server, f"{line} | true")
    assert (done.returncode, done.stderr) == (141, "")


def test_a_command_starts_without_the_views(server):
    command = [sys.executable, "-X", "importtime", "manage.py", "users"]
    done = subprocess.run(
        command, cwd=ROOT, env=server.env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "accounts.http.urls" in done.stderr) == (0, False)


EVENTS = """
    INSERT INTO audit_event (action, actor, account, target, request_id, address)
    SELECT 'test.event', 'a', 'pipe', repeat('x', 100), '', '' FROM generate_series(1, 3000)"""


def test_a_long_list_is_cut_by_its_reader(server, django_db_blocker):
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(EVENTS)
    done = manage(server, "audit --account pipe | head -1")
    assert (done.stdout.count("\n"), done.stderr) == (1, "")
