"""The page of all interfaces, in a browser: it asks this server alone."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from openapi.document import document
from tests.api.server import Server

pytestmark = pytest.mark.tools("chromedriver", "chromium", package="chromium-driver")


@pytest.mark.requirement("M24")
def test_a_browser_shows_all_of_it(unused: webdriver.Chrome, server: Server) -> None:
    host, port = server.address
    unused.get(f"http://{host}:{port}/api/docs")
    WebDriverWait(unused, 30).until(lambda it: it.find_elements(By.CSS_SELECTOR, ".opblock-tag"))
    tags = {each.get_attribute("data-tag") for each in _all(unused, ".opblock-tag")}
    assert tags == {
        tag for item in _items() for each in item.values() if "tags" in each for tag in each["tags"]
    }
    asked = unused.execute_script(
        "return performance.getEntriesByType('resource').map(each => each.name)"
    )
    assert {urlsplit(each).netloc for each in asked if each.startswith("http")} == {
        f"{host}:{port}"
    }
    assert not [each for each in unused.get_log("browser") if each["level"] == "SEVERE"]


def _items() -> Iterator[dict[str, Any]]:
    paths: Any = document()["paths"]
    for item in paths.values():
        yield {name: each for name, each in item.items() if name != "parameters"}


def _all(browser: webdriver.Chrome, selector: str) -> list[WebElement]:
    return browser.find_elements(By.CSS_SELECTOR, selector)
