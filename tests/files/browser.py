"""A person at the file browser: a real Chromium, driven by clicks and keys."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from selenium import webdriver
from selenium.common.exceptions import (
    StaleElementReferenceException,
    TimeoutException,
    WebDriverException,
)
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.api.client import Client

# A document of the same site: to leave for another would end the process that has the page.
ELSEWHERE = "/static/accounts/favicon.svg"
PATIENCE_SECONDS = 60

# One script for all: to ask of each element by itself whether it is seen takes most of a test.
_SEEN = """
    const seen = {opacityProperty: true, visibilityProperty: true};
    return [...document.querySelectorAll(arguments[0])].filter(each =>
        each.checkVisibility(seen) && each.getClientRects().length
        && (!arguments[1] || each.innerText.includes(arguments[1])))"""

Found = Callable[[], Any]


class Page:
    """The file browser of a user who is signed in."""

    def __init__(self, driver: webdriver.Chrome, user: Client, origin: str = "") -> None:
        self.driver = driver
        self.user = user
        self.origin = origin or "http://{}:{}".format(*user.address)

    def open(self, place: str = "", **query: str) -> None:
        """Go to a place behind ``#/``, loading the page anew. place: as ``my/c/folder/``."""
        self.driver.get(self.origin + ELSEWHERE)
        self.driver.get(f"{self.origin}/files/{_address(place, query)}")
        self.find("main")

    def go(self, place: str = "", **query: str) -> None:
        """Go to a place as a link of the page does, which stays loaded."""
        self.run("location.hash = arguments[0]", _address(place, query))

    def wait(self, found: Found, why: str = "") -> Any:
        """What it gives, as soon as that is true."""
        patient = WebDriverWait(
            self.driver,
            PATIENCE_SECONDS,
            poll_frequency=0.05,
            ignored_exceptions=[StaleElementReferenceException, WebDriverException],
        )
        return patient.until(lambda _: found(), why)

    def find(self, selector: str) -> WebElement:
        """The first element that is seen."""
        found = self.wait(lambda: next(iter(self.all(selector)), None), f"no {selector}")
        assert isinstance(found, WebElement)
        return found

    def all(self, selector: str, text: str = "") -> list[WebElement]:
        """The elements that are seen, with this text in them."""
        return list(self.run(_SEEN, selector, text))

    def click(self, selector: str, *, text: str = "") -> None:
        """Click the first that is seen and enabled: WebDriver clicks a disabled one in vain."""

        def pressed() -> bool:
            [each] = self.all(f"{selector}:not(:disabled)", text)[:1]
            each.click()
            return True

        self.wait(lambda: _quiet(pressed), f"cannot click {selector} {text}")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, wherever the focus is."""
        chain = ActionChains(self.driver)
        for key in keys:
            chain.send_keys(key)
        chain.perform()

    def chord(self, held: str, key: str) -> None:
        ActionChains(self.driver).key_down(held).send_keys(key).key_up(held).perform()

    def type(self, selector: str, text: str) -> None:
        field = self.find(selector)
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(text or Keys.DELETE)

    def says(self, text: str) -> None:
        """Wait until the page says it."""
        try:
            self.wait(
                lambda: self.run("return document.body.innerText.includes(arguments[0])", text)
            )
        except TimeoutException as error:
            raise AssertionError(f"{text!r} is not in {self.find('body').text!r}") from error

    def rows(self) -> list[str]:
        """The names of the rows that are seen."""
        found = "document.querySelectorAll('pithos-grid .row .name a')"
        return list(self.run(f"return [...{found}].map(each => each.textContent)"))

    def shows(self, *names: str) -> None:
        """Wait until the list has these names, in this order."""
        self.wait(lambda: self.rows() == list(names), f"not {names}")

    def row(self, name: str) -> WebElement:
        """The row of a name."""

        return self.find(f'pithos-grid .row:has(a[title="{name}"])')

    def choose(self, name: str) -> None:
        """Click beside the name."""

        def pressed() -> bool:
            self.row(name).click()
            return True

        self.wait(lambda: _quiet(pressed), f"cannot choose {name}")

    def grid(self) -> WebElement:
        grid = self.find("pithos-grid .rows")
        self.driver.execute_script("arguments[0].focus()", grid)
        return grid

    def run(self, script: str, *values: object) -> Any:
        return self.driver.execute_script(script, *values)

    def address(self) -> str:
        return self.driver.current_url.partition("#")[2]

    def refusals(self) -> list[str]:
        """What the browser has refused or missed since it was last asked."""
        log = self.driver.get_log("browser")
        return [each["message"] for each in log if each["level"] == "SEVERE"]


def _address(place: str, query: dict[str, str]) -> str:
    tail = "&".join(f"{name}={quote(value)}" for name, value in query.items())
    return f"#/{quote(place)}" + (f"?{tail}" if tail else "")


def _quiet(act: Callable[[], bool]) -> bool:
    try:
        return act()
    except (WebDriverException, ValueError):
        return False
