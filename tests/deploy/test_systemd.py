"""deploy/pithos.service, as systemd's own tools see it."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNIT = (ROOT / "deploy/pithos.service").read_text()

pytestmark = pytest.mark.tools("systemd-analyze", package="systemd")


@pytest.fixture
def unit(tmp_path):
    """The unit, for a store that is installed here."""
    path = tmp_path / "pithos.service"
    python = ROOT / ".venv/bin/python"
    found = UNIT.replace(
        "/opt/pithos/.venv/bin/python", str(python if python.exists() else "/bin/sh")
    )
    path.write_text(found.replace("User=pithos\nGroup=pithos\n", ""))
    return path


def analyze(*arguments):
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_systemd_finds_nothing_wrong(unit):
    done = analyze("verify", "--man=no", str(unit))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_little_is_left_to_whoever_breaks_in(unit):
    done = analyze("security", "--offline=yes", "--no-pager", str(unit))
    level = re.search(r"exposure level for pithos\.service: ([0-9.]+)", done.stdout)
    assert level is not None
    assert float(level[1]) <= 2.5  # 10 is a unit without any hardening


def test_the_server_has_time_to_finish_and_to_recover():
    from server.application import GRACEFUL_SECONDS

    stop = re.search(r"^TimeoutStopSec=([0-9]+)$", UNIT, re.MULTILINE)
    assert stop is not None
    assert int(stop[1]) >= 2 * GRACEFUL_SECONDS
    assert "TimeoutStartSec=infinity" in UNIT


def test_it_never_gives_up_for_good():
    """Five failures within ten seconds would end it, unless told: a database that restarts does."""
    unit = UNIT.partition("[Service]")[0]
    assert "\nStartLimitIntervalSec=0\n" in unit
    assert "\nRestart=always\n" in UNIT
