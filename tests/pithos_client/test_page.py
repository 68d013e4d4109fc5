"""The examples of docs/client.md print what the page says."""

import os
import re
import subprocess
import sys

import pytest

from tests.api.client import Client
from tests.api.server import ROOT

PAGE = ROOT / "docs/client.md"
_EXAMPLE = re.compile(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = _EXAMPLE.findall(PAGE.read_text())


def test_every_example_tells_what_it_prints() -> None:
    assert len(EXAMPLES) == PAGE.read_text().count("```python") > 0


@pytest.mark.parametrize(("code", "told"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_prints_what_the_page_says(api: Client, code: str, told: str) -> None:
    host, port = api.address
    env = {
        **os.environ,
        "URL": f"http://{host}:{port}/v1/{api.account}",
        "TOKEN": api.token,
        "PYTHONPATH": str(ROOT / "clients"),
        "DJANGO_SETTINGS_MODULE": "",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == (told, "")
