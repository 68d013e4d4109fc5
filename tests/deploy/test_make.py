"""What ``make`` says while it installs."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests import environments

ROOT = Path(__file__).resolve().parents[2]
WHEEL = {
    "nothing-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: nothing\nVersion: 1\n",
    "nothing-1.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "nothing-1.dist-info/RECORD": "",
}

pytestmark = pytest.mark.tools("make", package="make")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A project with an environment that needs one small package, which is there."""
    place = tmp_path_factory.mktemp("make")
    shutil.copy(ROOT / "Makefile", place)
    environments.make(place / ".venv")
    (place / ".venv/.made").touch()
    with zipfile.ZipFile(place / "nothing-1-py3-none-any.whl", "w") as wheel:
        for name, text in WHEEL.items():
            wheel.writestr(name, text)
    return place


def install(place: Path, needed: str) -> tuple[int, str]:
    """The exit status of ``make``, and all that it says, with an installer that warns."""
    (place / "requirements.lock").write_text(needed)
    settings = {"PIP_FIND_LINKS": f"{place}/no-such-place", "PIP_NO_INDEX": "1", "LC_ALL": "C"}
    # What a make that runs these tests tells its children would make this one talk.
    usual = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(
        ["make", ".venv/.requirements"],
        cwd=place,
        env={**usual, **settings, "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_an_installer_that_warns_is_not_heard(place):
    status, said = install(place, "./nothing-1-py3-none-any.whl\n")
    assert status == 0, said
    assert said.splitlines()[-1] == "installing requirements.lock into .venv"
    assert "WARNING" not in said


def test_an_installer_that_fails_is_heard(place):
    status, said = install(place, "missing==1\n")
    assert status == 2
    assert "No matching distribution found for missing==1" in said
