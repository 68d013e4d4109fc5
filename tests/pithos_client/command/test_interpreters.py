"""The command on every other Python that this machine has, with the same pure packages."""

import os
import re
import site
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.client import Client
from tests.api.server import ROOT

OTHERS = ("3.12", "3.13", "3.14")
PLACES = (*map(Path, os.environ["PATH"].split(":")), *Path.home().glob(".pyenv/versions/*/bin"))


def interpreters() -> Iterator[Path]:
    """One of each of the other versions that is there and starts."""
    for version in OTHERS:
        named = [place / f"python{version}" for place in PLACES]
        yield from [path for path in named if path.exists() and starts(path, version)][:1]


def starts(python: Path, version: str) -> bool:
    """Whether it is what it is called: pyenv has programs that only say what is not chosen."""
    said = subprocess.run([python, "-V"], capture_output=True, text=True, check=False)
    return re.match(rf"Python {version}\.", said.stdout) is not None


def pithos(python: Path, box: Client, *words: str | Path) -> str:
    """What the command prints. Warnings that it causes itself are errors."""
    host, port = box.address
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT / 'clients'}:{site.getsitepackages()[0]}",
        "PITHOS_URL": f"http://{host}:{port}/v1/{box.account}",
        "PITHOS_TOKEN": box.token,
    }
    command = [python, "-W", "error:::pithos_client", "-m", "pithos_client.command", *words]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.requirement("L24")
@pytest.mark.parametrize("python", list(interpreters()), ids=lambda path: path.name)
def test_files_travel_there_and_back(python: Path, box: Client, tmp_path: Path) -> None:
    tree, back = tmp_path / "tree", tmp_path / "back"
    (tree / "below").mkdir(parents=True)
    files = {"large": os.urandom(300_000), "below/ü": b"small"}
    for name, content in files.items():
        (tree / name).write_bytes(content)
    pithos(python, box, "put", f"{tree}", "c/")
    assert box.get("c/tree/large").body == files["large"]
    pithos(python, box, "get", "c/tree", back)
    assert {name: (back / name).read_bytes() for name in files} == files
    pithos(python, box, "sync", back, "c/tree")
    assert "large" in pithos(python, box, "ls", "c/tree")
