"""How the tables grow is measured on a database that is gone afterwards."""

import os
import re
import subprocess
import sys
from pathlib import Path

from django.db import connection

from tests.api import server


def test_every_table_and_look_up_is_measured_and_nothing_is_left(db: None, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.scale", "400"],
        cwd=server.ROOT,
        env={**os.environ, **server.tests_own_store(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    measured = dict(re.findall(r"^(.+?): (\d+) (?:bytes|pages)", done.stdout, re.MULTILINE))
    assert {"version", "block", "block_claim", "version_blocks", "a block"} <= measured.keys()
    assert all(int(figure) > 0 for figure in measured.values()), done.stdout
    assert _databases() == []


def _databases() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'pithos_scale%'")
        return [name for (name,) in cursor.fetchall()]
