"""requirements*.lock: what is installed is what was chosen, and nobody can have changed it."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements", "requirements-s3")
PIN = re.compile(r"^([\w.-]+)(?:\[\w+\])?==(\S+)(?: ; (.+?))?(?: \\)?$", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    """The exact versions that a file names."""
    text = (ROOT / name).read_text()
    return {found[1].lower().replace("_", "-"): found[2] for found in PIN.finditer(text)}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_what_was_chosen(name):
    chosen = pins(f"{name}.txt")
    assert chosen
    assert chosen.items() <= pins(f"{name}.lock").items(), "make lock writes it"


@pytest.mark.parametrize("name", LOCKS)
def test_everything_in_a_lock_has_hashes(name):
    entries = re.split(r"^(?=[\w.-]+==)", (ROOT / f"{name}.lock").read_text(), flags=re.MULTILINE)
    assert len(entries) > 1
    assert [each for each in entries[1:] if "--hash=sha256:" not in each] == []


def test_the_tests_run_with_what_is_locked():
    """What is for other systems or older Pythons has a marker."""
    found = PIN.findall((ROOT / "requirements.lock").read_text())
    everywhere = {name: locked for name, locked, marker in found if not marker}
    assert {name: version(name) for name in everywhere} == everywhere
