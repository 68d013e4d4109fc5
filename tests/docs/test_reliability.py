"""The tests that docs/reliability.md names are there."""

import re

import pytest

from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "reliability.md").read_text()
NAMED = sorted(set(re.findall(r"`(?:tests/)?((?:\w+/)*test_\w+\.py)`", PAGE)))
CHOSEN = sorted(set(re.findall(r'-k (\w+)"', PAGE)))


@pytest.mark.parametrize("file", NAMED)
def test_a_file_that_is_named_is_there(file):
    assert [*(ROOT / "tests").rglob(file)]


@pytest.mark.parametrize("word", CHOSEN)
def test_a_command_chooses_a_test(word):
    tests = (ROOT / "tests").rglob("test_*.py")
    assert any(word in f"{path.stem} {path.read_text()}" for path in tests)


def test_there_are_some():
    assert len(NAMED) >= 10
    assert len(CHOSEN) >= 3
