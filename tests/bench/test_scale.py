"""How the tables grow is measured on a database that is gone afterwards."""

import re
import subprocess
import sys

from tests.api.server import ROOT
from tests.reliability.store import Store, new_store


def test_every_table_and_look_up_is_measured_and_nothing_is_left() -> None:
    with new_store() as store:
        done = subprocess.run(
            [sys.executable, "-m", "bench.scale", "400"],
            cwd=ROOT,
            env=store.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        measured = dict(re.findall(r"^(.+?): (\d+) (?:bytes|pages)", done.stdout, re.MULTILINE))
        assert {"version", "block", "block_claim", "version_blocks", "a block"} <= measured.keys()
        assert all(int(figure) > 0 for figure in measured.values()), done.stdout
        assert _databases(store) == 0


def _databases(store: Store) -> object:
    return store.ask("SELECT count(*) FROM pg_database WHERE datname LIKE 'pithos_scale%%'")
