"""What others wrote is what its note says, and the page's own modules say what they need."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "files/static/files"
FOLDERS = [STATIC / "vendor", ROOT / "tests/files/vendor"]
MODULES = sorted(path for path in STATIC.rglob("*.js") if path.parent.name != "vendor")
ROW = re.compile(r"^\| `(\S+)` \| (\S+) \| (\d\S+) \| (\S+) \| `([0-9a-f]{64})` \|$", re.MULTILINE)


@pytest.mark.parametrize("folder", FOLDERS, ids=["page", "tests"])
def test_vendored_files_are_those_of_the_note(folder):
    noted = {row[0]: row[4] for row in ROW.findall((folder / "README.md").read_text())}
    files = {path.name: path.read_bytes() for path in folder.glob("*.js")}
    found = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert found == noted


def test_modules_import_files_that_are_there_and_nothing_from_elsewhere():
    for module in MODULES:
        named = re.findall(
            r'(?:from|import|import\(|import\(/.*/ \()\s*"([^"]+)"', module.read_text()
        )
        assert all(name.startswith(".") for name in named), module
        assert all((module.parent / name).resolve().is_file() for name in named), module


def test_modules_are_small_and_few_to_a_folder():
    code = [module for module in MODULES if module.parent.name != "words"]
    lines = {module.name: len(module.read_text().splitlines()) for module in code}
    assert not {name: count for name, count in lines.items() if count > 260}
    folders = {module.parent for module in MODULES}
    assert all(len(list(folder.glob("*.js"))) <= 15 for folder in folders)
