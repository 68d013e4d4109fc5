"""A real browser without a screen, which all tests start in the same way."""

import os
import shutil
from typing import TYPE_CHECKING

from tests.leftovers import is_memory_free, make_quick_directory

if TYPE_CHECKING:  # Selenium takes half a second, and few tests need it
    from selenium import webdriver

DRIVER = shutil.which("chromedriver")
# The shell shows the same pages for half of the work. Where it is not installed, Chromium does.
# Its command on the PATH is a script that does not hand signals on: the shell would outlive us.
SHELL = "/usr/lib/chromium/chromium-headless-shell"
CHROMIUM = shutil.which(SHELL) or shutil.which("chromium")
FLAGS = (
    *("--headless=new", "--no-sandbox", "--lang=en"),
    *("--disable-gpu", "--force-prefers-reduced-motion"),
    # No page of a test lives long enough to get back what it takes to optimize its scripts.
    "--js-flags=--no-opt",
    *("--window-size=1280,900", "--hide-scrollbars", "--disable-popup-blocking"),
    # Names that are not localhost have no crypto.subtle.
    "--host-resolver-rules=MAP plain.test 127.0.0.1",
)


def start() -> "webdriver.Chrome":
    """Start one, which keeps its log for who asks.

    Its profile and what its processes share are in memory: it writes them all the time.
    """
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in FLAGS if is_memory_free() else (*FLAGS, "--disable-dev-shm-usage"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    env = {**os.environ, "TMPDIR": str(make_quick_directory())}
    service = webdriver.ChromeService(str(DRIVER), env=env)
    driver = webdriver.Chrome(options, service)
    driver.set_script_timeout(60)
    return driver


def forget(driver: "webdriver.Chrome") -> None:
    """Make it as it was when it was started, but for its cache."""
    driver.get("about:blank")
    for command, told in (
        ("Network.clearBrowserCookies", {}),
        ("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"}),
        ("Emulation.clearDeviceMetricsOverride", {}),
        ("Emulation.setEmulatedMedia", {"features": []}),
        ("Emulation.setScriptExecutionDisabled", {"value": False}),
        ("Browser.setDownloadBehavior", {"behavior": "default"}),
    ):
        driver.execute_cdp_cmd(command, told)
    driver.get_log("browser")


def save_to(driver: "webdriver.Chrome", place: str) -> None:
    """Save downloads in a directory from now on."""
    behavior = {"behavior": "allow", "downloadPath": place}
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", behavior)
