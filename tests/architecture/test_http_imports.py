"""Django's HTTP is imported where HTTP is spoken; ruff's TID251 is what holds it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPEAKERS = {
    *("accounts/http", "blobs/http", "images/http", "management_api/http", "pithos_api/http"),
    *("files/http", "openapi/http", "operators/http", "settings", "web"),
}
ROOMS = (
    "accounts",
    "audit",
    "cluster",
    "blobs",
    "files",
    "images",
    "management_api",
    "observability",
    "openapi",
    "operators",
    "pithos_api",
    "server",
    *SPEAKERS,
)
FOLDERS = {
    str(path.parent.relative_to(ROOT))
    for room in ROOMS
    for path in (ROOT / room).rglob("__init__.py")
    if "migrations" not in path.parts
}


def refused(place: Path, line: str) -> set[str]:
    """The folders in which no module may have the line."""
    shutil.copy(ROOT / "pyproject.toml", place)
    for folder in FOLDERS:
        (place / folder).mkdir(parents=True, exist_ok=True)
        (place / folder / "probe.py").write_text(f"{line}\n")
    options = ["--no-cache", "--select", "TID251", "--output-format", "json"]
    command = [sys.executable, "-m", "ruff", "check", *options, "."]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    paths = [Path(found["filename"]) for found in json.loads(done.stdout)]
    return {str(path.parent.relative_to(place.resolve())) for path in paths}


def test_only_those_who_speak_http_import_it(tmp_path):
    silent = {f for f in FOLDERS if not any(f == s or f.startswith(f"{s}/") for s in SPEAKERS)}
    assert len(silent) > 30
    for line in ("from django.http import HttpRequest", "import django.core.handlers.wsgi"):
        assert refused(tmp_path, line) == silent
