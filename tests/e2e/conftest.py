from collections.abc import Iterator

import pytest
from selenium import webdriver

from tests.chromium import forget


@pytest.fixture(scope="module")
def unused(chromium: webdriver.Chrome) -> Iterator[webdriver.Chrome]:
    """The browser, which knows nothing of other modules, nor they of this one."""
    forget(chromium)
    yield chromium
    forget(chromium)
