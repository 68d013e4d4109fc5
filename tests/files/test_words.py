"""The page speaks English and Greek, completely."""

import re

import pytest

from tests.files.test_vendored import MODULES, STATIC

WORDS = {
    language: dict(
        re.findall(r'^  "?([\w.-]+)"?: (.+),$', (STATIC / f"words/{language}.js").read_text(), re.M)
    )
    for language in ("en", "el")
}
CODE = "\n".join(path.read_text() for path in MODULES if path.parent.name != "words")
HOLES = re.compile(r"\{(\w+)\}")


def known(key: str) -> bool:
    """Whether there are words for it; what is put together names a family."""
    pattern = re.compile(re.sub(r"\\\$\\\{[^}]*\\\}", r"[\\w.-]+", re.escape(key)))
    return any(pattern.fullmatch(each) for each in WORDS["en"])


@pytest.mark.requirement("F26")
def test_both_languages_have_words_for_the_same():
    assert list(WORDS["en"]) == list(WORDS["el"])
    assert len(WORDS["en"]) > 100


@pytest.mark.requirement("F26")
def test_a_phrase_has_the_same_holes_in_both():
    for key, english in WORDS["en"].items():
        greek = WORDS["el"][key]
        assert set(HOLES.findall(english)) == set(HOLES.findall(greek)), key
        assert ("one:" in english) == ("one:" in greek), key


@pytest.mark.requirement("F26")
def test_there_are_words_for_all_that_the_page_says():
    said = re.findall(r'\bt\(\s*["`]([^"`]+)["`]', CODE)
    assert len(said) > 80
    assert [key for key in said if not known(key)] == []


@pytest.mark.requirement("F28")
def test_each_refusal_of_the_api_has_a_sentence():
    from web.faults import NAMES

    # What the page never sends; of all else "refused.other" says what to do.
    mistakes = {401, 405, 408, 411, 415, 416, 422}
    expected = {f"refused.{status}" for status in NAMES.keys() - mistakes}
    assert expected - WORDS["en"].keys() == set()
    assert "Try again" in WORDS["en"]["refused.other"]
