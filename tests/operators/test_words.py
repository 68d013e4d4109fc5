"""Operators' pages are in English and Greek, and no word is missing."""

import gettext
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation.template import templatize

from tests.tools import find

ROOM = Path(settings.BASE_DIR) / "operators"
WORDS = ROOM / "locale/el/LC_MESSAGES/django.po"
GREEK = {"Accept-Language": "el"}


def written(place: Path) -> set[str]:
    """The words of all templates and modules, as gettext's own program finds them."""
    for template in (ROOM / "templates").rglob("*.html"):
        text = templatize(template.read_text(), str(template))
        (place / f"{template.stem}.py").write_text(text)
    sources = [*place.glob("*.py"), *ROOM.rglob("*.py")]
    known = ("gettext_lazy", "gettext_noop", "ngettext:1,2", "pgettext:1c,2")
    options = ["--language=Python", "--from-code=UTF-8", "-o", "-", "--no-wrap", "--omit-header"]
    marks = [f"--keyword={each}" for each in known]
    command = [str(find("xgettext")), *options, *marks, *map(str, sources)]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return keys(found)


def keys(text: str) -> set[str]:
    return set(re.findall(r'^msgid "(.+)"$', text, re.MULTILINE))


@pytest.mark.tools("xgettext", package="gettext")
def test_every_word_has_its_greek(tmp_path: Path) -> None:
    text = WORDS.read_text()
    assert not re.search(r'^msgstr(\[\d\])? ""$\n\n', text, re.MULTILINE)
    assert "fuzzy" not in text
    told = written(tmp_path)
    assert len(told) > 100
    assert keys(text) == told


@pytest.mark.tools("msgfmt", package="gettext")
def test_the_compiled_words_are_those_that_were_written(tmp_path: Path) -> None:
    made = tmp_path / "django.mo"
    subprocess.run([str(find("msgfmt")), "--check-format", "-o", made, WORDS], check=True)
    catalogs = []
    for path in (made, WORDS.with_suffix(".mo")):
        with path.open("rb") as file:
            catalogs.append(vars(gettext.GNUTranslations(file))["_catalog"])
    assert catalogs[0] == catalogs[1]


@pytest.mark.parametrize(("place", "greek"), [("", "Επισκόπηση"), ("accounts", "Λογαριασμοί")])
def test_a_page_is_in_the_language_that_the_browser_asks_for(
    browser: Client, place: str, greek: str
) -> None:
    pages = [browser.get(f"/operators/{place}", headers=each) for each in ({}, GREEK)]
    assert [f"<h1>{greek}</h1>" in each.content.decode() for each in pages] == [False, True]
    assert [each["Content-Language"] for each in pages] == ["en", "el"]
