"""The tests that docs/security.md names are there, and each of its claims names one."""

import re

import pytest

from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()
ROWS = [line for line in PAGE.splitlines() if line.startswith("|")][2:]
NAMED = sorted(set(re.findall(r"`((?:\w+/)*test_\w+\.py)`", PAGE)))
ATTACKERS = ("stranger", "guest", "writer", "limited token", "signed URL", "Another site",
             "operator", "proxy", "disk")  # fmt: skip


@pytest.mark.parametrize("file", NAMED)
def test_a_file_that_is_named_is_there(file):
    assert (ROOT / "tests" / file).exists()


@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
def test_each_claim_names_its_test(row):
    *_, stops, shown, _ = (cell.strip() for cell in row.split("|"))
    assert stops
    assert set(re.findall(r"`[^`]+`", shown)) == {f"`{file}`" for file in NAMED if file in shown}
    assert "test_" in shown


@pytest.mark.parametrize("attacker", ATTACKERS)
def test_everybody_is_thought_of(attacker):
    assert any(attacker in row.split("|")[1] for row in ROWS)
