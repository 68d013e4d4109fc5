"""The pages in a browser, as people use them: Debian's chromium, headless, no script of ours."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from accounts.models import User
from tests.api.client import Client
from tests.api.server import Server
from tests.reliability.store import Store, new_store

PASSWORD = "open sesame"

pytestmark = pytest.mark.tools("chromedriver", "chromium", package="chromium-driver")


class Interface(BaseHTTPRequestHandler):
    """Somebody's web interface, which keeps the paths that it was asked for."""

    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        goal = parse_qs(urlsplit(self.path).query).get("trap", [""])[0]
        trap = f'<img src="{goal}"><meta http-equiv="refresh" content="0;{goal}">' if goal else ""
        self.wfile.write(f"<h1>the interface</h1>{trap}".encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def interface() -> Iterator[str]:
    """The origin of a web interface that may get tokens."""
    serving = ThreadingHTTPServer(("127.0.0.1", 0), Interface)
    Thread(target=serving.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    serving.server_close()


@pytest.fixture(scope="module")
def store(interface: str) -> Iterator[Store]:
    with new_store(PITHOS_LOGIN_NEXT=interface) as store:
        store.ask(
            "UPDATE accounts_user SET password = %s WHERE account = %s RETURNING 1",
            hashed(PASSWORD),
            store.account,
        )
        yield store


def hashed(password: str) -> str:
    from django.contrib.auth.hashers import make_password

    return make_password(password)


@pytest.fixture(scope="module")
def without_scripts(unused: webdriver.Chrome) -> webdriver.Chrome:
    """A browser with scripts off."""
    unused.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    return unused


@pytest.fixture
def browser(without_scripts: webdriver.Chrome) -> WebDriver:
    """The browser, which remembers nothing of the test before."""
    without_scripts.get("about:blank")
    for memory in ("Cookies", "Cache"):
        without_scripts.execute_cdp_cmd(f"Network.clearBrowser{memory}", {})
    return without_scripts


def url(store: Server, path: str, **query: str) -> str:
    host, port = store.address
    return f"http://{host}:{port}{path}" + (f"?{urlencode(query)}" if query else "")


def sign_in(browser: WebDriver, user: Store | User, password: str = PASSWORD) -> None:
    for name, value in (("username", user.account), ("password", password)):
        field = browser.find_element(By.NAME, name)
        field.clear()
        field.send_keys(value)
    press(browser, "Sign in")


def press(browser: WebDriver, button: str) -> None:
    """Press it, and wait for the page that comes of it."""
    follow(browser, browser.find_element(By.XPATH, f"//button[contains(., '{button}')]").click)


def follow(browser: WebDriver, act: Callable[[], None]) -> None:
    """Do what leads to another page, and wait for that."""
    page = browser.find_element(By.TAG_NAME, "html")
    act()
    # Amid the change of pages the browser may say that it cannot tell.
    patient = WebDriverWait(browser, 20, ignored_exceptions=[WebDriverException])
    patient.until(staleness_of(page))


def text(browser: WebDriver) -> str:
    return browser.find_element(By.TAG_NAME, "body").text


def test_an_interface_gets_a_token_by_the_sign_in_page(
    browser: WebDriver, store: Store, interface: str
) -> None:
    browser.get(url(store, "/login", next=f"{interface}/back?view=list"))
    sign_in(browser, store, "wrong")
    assert "The name or the password is wrong." in text(browser)
    sign_in(browser, store)
    assert "the interface" in text(browser)
    told = parse_qs(urlsplit(browser.current_url).query)
    assert (told["view"], told["user"]) == (["list"], [store.account])
    assert Interface.asked[0] == browser.current_url.removeprefix(interface)
    client = Client(store.address, store.account, told["token"][0])
    assert client.head().status == 204
    client.connection.close()


def test_who_is_signed_in_is_asked_first(browser: WebDriver, store: Store, interface: str) -> None:
    browser.get(url(store, "/account/"))
    sign_in(browser, store)
    browser.get(url(store, "/login", next=f"{interface}/back", renew=""))
    assert browser.find_element(By.ID, "receiver").text == interface
    assert "All your other logins end" in text(browser)
    press(browser, f"Go on as {store.account}")
    told = parse_qs(urlsplit(browser.current_url).query)
    client = Client(store.address, store.account, told["token"][0])
    assert client.head().status == 204
    client.connection.close()
    browser.get(url(store, "/account/"))
    assert f"Sign out {store.account}" in text(browser)


def test_a_page_elsewhere_changes_nothing(browser: WebDriver, store: Store, interface: str) -> None:
    browser.get(url(store, "/account/"))
    sign_in(browser, store)
    token = "SELECT count(*) FROM accounts_token WHERE revoked IS NULL"
    before = store.ask(token)
    trap = urlencode({"trap": url(store, "/login", next="/", renew="")})
    browser.get(f"{interface}/?{trap}")
    WebDriverWait(browser, 20).until(lambda _: "Let it in?" in browser.page_source)
    assert store.ask(token) == before
    browser.get(url(store, "/account/"))
    assert f"Sign out {store.account}" in text(browser)


@pytest.mark.parametrize("target", ["http://evil.example/", "//evil.example/", "javascript:x"])
def test_nobody_else_gets_one(browser: WebDriver, store: Store, target: str) -> None:
    browser.get(url(store, "/account/"))
    sign_in(browser, store)
    browser.get(url(store, "/login", next=target))
    assert "next must lead to this site" in text(browser)
    assert browser.current_url.startswith(url(store, "/login"))


def test_a_user_makes_a_token_and_revokes_it(browser: WebDriver, store: Store) -> None:
    browser.get(url(store, "/account/"))
    sign_in(browser, store)
    browser.find_element(By.NAME, "label").send_keys("backup job")
    press(browser, "Make it")
    secret = browser.find_element(By.ID, "secret").text
    made = store.ask("SELECT count(*) FROM accounts_token")
    browser.refresh()
    assert not browser.find_elements(By.ID, "secret")
    assert store.ask("SELECT count(*) FROM accounts_token") == made
    client = Client(store.address, store.account, secret)
    assert client.head().status == 204
    browser.find_element(By.XPATH, "//tr[contains(., 'backup job')]//button").click()
    WebDriverWait(browser, 20).until(lambda _: "It is revoked" in browser.page_source)
    assert client.head().status == 401
    client.connection.close()


def test_all_logins_are_ended_by_one_click(browser: WebDriver, store: Store) -> None:
    client = store.client()
    keys = {"X-Auth-User": store.account, "X-Auth-Key": store.token}
    store.execute("UPDATE accounts_user SET password = %s", hashed(PASSWORD))
    token = client.raw("GET", "/auth/v1.0", headers=keys | {"X-Auth-Key": PASSWORD})["X-Auth-Token"]
    browser.get(url(store, "/account/logins"))
    sign_in(browser, store)
    assert "login" in browser.find_element(By.CSS_SELECTOR, "tbody").text
    press(browser, "End all other logins")
    assert "All other logins have ended." in text(browser)
    assert "There are none." in text(browser)
    statuses = [client.head(headers={"X-Auth-Token": each}).status for each in (token, store.token)]
    assert statuses == [401, 204]


def test_the_password_is_changed_and_one_signs_out(browser: WebDriver, store: Store) -> None:
    browser.get(url(store, "/account/password"))
    sign_in(browser, store)
    for name in ("old_password", "new_password1", "new_password2"):
        browser.find_element(By.NAME, name).send_keys(PASSWORD)
    press(browser, "Change it")
    assert "The password is changed." in text(browser)
    press(browser, "Sign out")
    assert urlsplit(browser.current_url).path == "/account/sign-in"
    browser.get(url(store, "/account/"))
    assert urlsplit(browser.current_url).path == "/account/sign-in"


def test_the_style_of_the_pages_is_there(browser: WebDriver, store: Store) -> None:
    browser.get(url(store, "/account/sign-in"))
    button = browser.find_element(By.CSS_SELECTOR, "button.primary")
    assert button.value_of_css_property("background-color") == "rgba(138, 59, 18, 1)"
