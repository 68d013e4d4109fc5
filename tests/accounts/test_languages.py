"""Users' pages speak English and Greek: as the browser asks, or as was chosen."""

import gettext
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from accounts.users.users import create_user
from tests.tools import find

pytestmark = pytest.mark.django_db

GREEK = {"Accept-Language": "el-GR,el;q=0.9,en;q=0.5"}
WORDS = Path(settings.LOCALE_PATHS[0]) / "el/LC_MESSAGES/django.po"
PAGES = {
    "/account/": "Διακριτικά",
    "/account/logins": "Τερματισμός όλων των άλλων συνδέσεων",
    "/account/password": "Αλλαγή κωδικού",
    "/login?next=pithos://x": "Ένα πρόγραμμα σε αυτόν τον υπολογιστή (pithos:)",
}


@pytest.fixture
def browser(client: Client) -> Client:
    client.force_login(create_user("alice"))
    return client


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_in_the_language_that_the_browser_asks_for(browser: Client, path: str) -> None:
    english, greek = browser.get(path), browser.get(path, headers=GREEK)
    for answer, language in ((english, "en"), (greek, "el")):
        assert f'<html lang="{language}">' in answer.content.decode()
        assert answer["Content-Language"] == language
        assert "Accept-Language" in answer["Vary"]
    assert PAGES[path] in greek.content.decode()
    assert PAGES[path] not in english.content.decode()


def test_what_is_wrong_is_told_in_greek(client: Client) -> None:
    form = {"username": "alice", "password": "wrong"}
    answer = client.post("/account/sign-in", form, headers=GREEK)
    assert "Το όνομα ή ο κωδικός είναι λάθος." in answer.content.decode()


def test_a_language_is_chosen_for_good(browser: Client) -> None:
    assert 'value="el" lang="el">Ελληνικά' in browser.get("/account/").content.decode()
    form = {"language": "el", "next": "/account/logins"}
    answer = browser.post("/account/language", form)
    assert answer["Location"] == "/account/logins"
    assert answer.cookies["django_language"]["httponly"]
    assert '<html lang="el">' in browser.get("/account/").content.decode()
    assert 'value="en" lang="en">English' in browser.get("/account/").content.decode()


def test_choosing_a_language_leads_nowhere_else(browser: Client) -> None:
    form = {"language": "el", "next": "https://evil.example/"}
    assert "evil" not in browser.post("/account/language", form).headers.get("Location", "")


def test_programs_and_operators_are_answered_in_english(browser: Client) -> None:
    browser.get("/account/", headers=GREEK)  # the thread's language is not left to others
    answer = browser.get("/v2.0/tokens", headers=GREEK)
    assert "Content-Language" not in answer.headers
    assert answer.content.isascii()
    User.objects.update(is_operator=True)
    assert "Who is calling" in browser.get("/admin/", headers=GREEK).content.decode()


def test_every_word_has_its_greek(tmp_path: Path) -> None:
    text = WORDS.read_text()
    assert not re.search(r'^msgstr ""$\n\n', text, re.MULTILINE)
    assert "fuzzy" not in text
    told = set(re.findall(r'{% translate "([^"]+)"', "".join(
        path.read_text() for path in (Path(settings.BASE_DIR) / "templates").glob("[al]*/*.html")
    )))  # fmt: skip
    assert len(told) > 40
    assert told - set(re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)) == set()


@pytest.mark.tools("msgfmt", package="gettext")
def test_the_compiled_words_are_those_that_were_written(tmp_path: Path) -> None:
    made = tmp_path / "django.mo"
    subprocess.run([str(find("msgfmt")), "--check", "-o", made, WORDS], check=True)
    catalogs = []
    for path in (made, WORDS.with_suffix(".mo")):
        with path.open("rb") as file:
            catalogs.append(vars(gettext.GNUTranslations(file))["_catalog"])
    assert catalogs[0] == catalogs[1]
