"""A new room is in the image, a new protocol behind nginx: deploy/ names all of them."""

import re
from pathlib import Path

from web.protocols import installed

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"bench", "tests"}
BESIDES = {"manage.py", "LICENSE", "requirements.lock", "requirements-s3.lock", "templates"}


def test_all_that_runs_is_copied_into_the_image():
    code = (ROOT / "deploy/Containerfile").read_text()
    assert "\nCOPY . .\n" in code


def test_a_build_is_given_what_runs_and_nothing_else():
    """Neither data nor secrets nor the history: they would be in the image."""
    rules = (ROOT / ".dockerignore").read_text().splitlines()
    assert next(rule for rule in rules if not rule.startswith("#")) == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == ROOMS | BESIDES


def test_nginx_passes_content_of_every_protocol_as_it_comes():
    code = (ROOT / "deploy/nginx.conf").read_text()
    [streamed] = re.findall(r"location ~ \^/\((\S+)\)\(/\|\$\) {", code)
    prefixes = set(streamed.replace("\\.", ".").split("|"))
    assert prefixes == installed().content_prefixes() - {"info"}  # which takes no body
