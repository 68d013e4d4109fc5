"""The first start tells how to sign in to the pages: by a link, once, on this machine."""

import re
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest

from tests.reliability.store import Store, new_store

PASSWORD = "four words of mine"


@pytest.fixture(scope="module")
def started() -> Iterator[tuple[Store, str]]:
    """A store, and what it keeps as the password of a user without one."""
    with new_store(PITHOS_WORKERS="1", PITHOS_ACCESS_LOG="1") as store:
        yield store, store.ask("SELECT password FROM accounts_user")


@pytest.fixture
def store(started: tuple[Store, str]) -> Store:
    """A store that has just made its first user, as far as that user can tell."""
    store, password = started
    given = "UPDATE accounts_user SET last_login = NULL, password = %s WHERE account = 'demo'"
    store.execute(given, password)
    return store


class Browser:
    """It keeps cookies and sends the form's own secret along."""

    def __init__(self, store: Store) -> None:
        self.address = store.address
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: str = "", **more: str) -> tuple[int, str]:
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        with closing(HTTPConnection(*self.address, timeout=30)) as connection:
            connection.request(method, path, body, {**kind, "Cookie": cookie, **more})
            answer = connection.getresponse()
            for each in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = each.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.read().decode()

    def press(self, path: str, **fields: str) -> int:
        """Load the page of a form, and send it; what is answered."""
        _, page = self.ask("GET", path)
        secret = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        token = {"csrfmiddlewaretoken": secret[1] if secret else ""}
        return self.ask("POST", path, urlencode(token | fields))[0]


def link(store: Store) -> str:
    [found] = re.findall(r"^  http://127\.0\.0\.1:\d+(/account/\S+)$", store.output, re.MULTILINE)
    return str(found)


def test_the_link_signs_in_once_and_is_in_no_log(store):
    browser = Browser(store)
    assert browser.ask("GET", link(store))[0] == 200  # as a program that follows links
    assert browser.press(link(store)) == 302
    assert "Sign out demo" in browser.ask("GET", "/account/")[1]
    again = Browser(store)
    assert again.press(link(store)) == 403
    assert again.ask("GET", "/account/")[0] == 302
    [logged] = {line.split()[6] for line in store.errors().splitlines() if "POST /acc" in line}
    assert logged == "/account/first-sign-in?account=demo&key=…"


def test_the_user_sets_a_first_password_without_an_old_one(store):
    browser = Browser(store)
    browser.press(link(store))
    new = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert browser.press("/account/password", **new) == 302
    assert Browser(store).press("/account/sign-in", username="demo", password=PASSWORD) == 302
    assert browser.press("/account/password", **new) == 400


def test_the_link_is_for_one_user_on_this_machine(store):
    for told in ({"X-Forwarded-For": "192.0.2.7"}, {"Forwarded": "for=192.0.2.7"}):
        status, page = Browser(store).ask("GET", link(store), **told)
        assert (status, "This link does not sign you in" in page) == (403, True)
    store.manage("create_user", "alice")  # whose key would have another number in it
    browser = Browser(store)
    assert browser.press(link(store).replace("=demo", "=alice")) == 403
    assert browser.press(f"{link(store)}0") == 403
    assert browser.press(link(store)) == 302


def test_where_others_can_connect_there_is_no_link():
    with new_store(PITHOS_WORKERS="1", PITHOS_HOST="0.0.0.0") as store:
        assert "/account/first-sign-in" not in store.output
        hint = r"^  \S+python\S* manage\.py set_password demo$"
        assert re.search(hint, store.output, re.MULTILINE)
        assert re.search(r"^  export URL=http://127\.0\.0\.1:\d+/v1/demo ", store.output, re.M)
        assert store.client().put("c").status == 201
