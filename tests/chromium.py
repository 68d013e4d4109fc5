"""A real browser without a screen, which all tests start in the same way."""

import shutil

from selenium import webdriver

DRIVER = shutil.which("chromedriver")
# The shell shows the same pages for half of the work. Where it is not installed, Chromium does.
# Its command on the PATH is a script that does not hand signals on: the shell would outlive us.
SHELL = "/usr/lib/chromium/chromium-headless-shell"
CHROMIUM = shutil.which(SHELL) or shutil.which("chromium")
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--lang=en"),
    *("--disable-gpu", "--force-prefers-reduced-motion"),
)


def start(*flags: str, downloads: str = "") -> webdriver.Chrome:
    """Start one, which keeps its log for who asks.

    flags: besides the usual ones; downloads: the directory that it saves to.
    """
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, *flags):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(str(DRIVER)))
    driver.set_script_timeout(60)
    if downloads:
        behavior = {"behavior": "allow", "downloadPath": downloads}
        driver.execute_cdp_cmd("Browser.setDownloadBehavior", behavior)
    return driver
