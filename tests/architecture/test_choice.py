"""A choice of ``-k`` finds all tests that it would find if every module were imported."""

from collections import defaultdict
from pathlib import Path

import pytest
from _pytest.mark import KeywordMatcher

from tests import choice
from tests.choice import NAMED_ELSEWHERE, ROOT, may_mean, parts, text_of


def test_what_tests_are_called_by_is_in_their_module(request: pytest.FixtureRequest) -> None:
    names: defaultdict[Path, set[str]] = defaultdict(set)
    for item in request.session.items:
        names[item.path] |= KeywordMatcher.from_item(item)._names
    foreign = {}
    for module, called in names.items():
        told = {part for part in parts(" ".join(called)) if part not in text_of(module)}
        if told and module.relative_to(ROOT).as_posix() not in NAMED_ELSEWHERE:
            foreign[module] = told
    assert not foreign, "tests/choice.py has to list these, or choices pass over their tests"


def test_every_module_that_is_listed_is_there() -> None:
    assert {module for module in NAMED_ELSEWHERE if not (ROOT / module).is_file()} == set()


@pytest.fixture
def fruit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A test module of a tree of its own."""
    monkeypatch.setattr(choice, "ROOT", tmp_path)
    (tmp_path / "garden").mkdir()
    module = tmp_path / "garden/test_fruit.py"
    module.write_text('@pytest.mark.parametrize("apple", ["é", 7])\ndef test_apple(apple): ...\n')
    return module


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("apple", True),
        ("Test_APPLE", True),
        ("garden", True),
        ("test_fruit.py", True),
        ("pear", False),
        ("test_apple[pear]", False),
        ("pear or apple", True),
        ("(pear) and (plum)", False),
        ("apple and pear", True),  # its tests will tell
        ("not pear", True),
        ("test_apple[7]", True),
        ("apple12", True),
        (r"\xe9", True),
        ("pear9", False),
    ],
)
def test_a_module_is_passed_over_that_has_none_of_the_words(
    fruit: Path, words: str, meant: bool
) -> None:
    assert may_mean(words, fruit) is meant
