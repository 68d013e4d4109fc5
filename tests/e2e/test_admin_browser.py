"""The admin pages in a browser whose scripts run: their policy lets all of them work."""

from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from accounts.models import User
from accounts.users.users import create_user
from tests.api.server import Server
from tests.e2e.test_browser import PASSWORD, hashed, sign_in, url

pytestmark = pytest.mark.tools("chromedriver", "chromium", package="chromium-driver")

PAGES = [
    *(
        "",
        "accounts/user/",
        "accounts/user/add/",
        "accounts/user/{user}/change/",
        "accounts/token/",
    ),
    *("accounts/apppassword/", "pithos_api/container/", "audit/event/"),
]


@pytest.fixture(scope="module")
def operator(django_db_setup: None, django_db_blocker: Any) -> User:
    with django_db_blocker.unblock():
        user = create_user(f"admin-{token_hex(4)}", operator=True)
        User.objects.filter(pk=user.pk).update(password=hashed(PASSWORD))
    return user


@pytest.fixture(scope="module")
def signed_in(unused: webdriver.Chrome, server: Server, operator: User) -> webdriver.Chrome:
    unused.get(url(server, "/account/"))
    sign_in(unused, operator)
    return unused


def refusals(browser: webdriver.Chrome) -> list[str]:
    """What the browser has refused or missed since it was last asked."""
    log = browser.get_log("browser")
    return [each["message"] for each in log if each["level"] == "SEVERE"]


@pytest.mark.parametrize("page", PAGES)
def test_a_browser_finds_nothing_that_the_policy_forbids(signed_in, server, operator, page):
    signed_in.get(url(server, f"/admin/{page.format(user=operator.pk)}"))
    assert urlsplit(signed_in.current_url).path.startswith("/admin/")
    assert "Pithos" in signed_in.title
    assert refusals(signed_in) == []


def test_the_admin_s_own_scripts_run(signed_in, server):
    signed_in.get(url(server, "/admin/"))
    before = signed_in.find_element(By.TAG_NAME, "html").get_attribute("data-theme")
    signed_in.find_element(By.CSS_SELECTOR, "header button.theme-toggle").click()
    after = signed_in.find_element(By.TAG_NAME, "html").get_attribute("data-theme")
    assert {before, after} <= {"auto", "light", "dark"}
    assert before != after


def test_scripts_within_a_page_do_not(signed_in, server):
    signed_in.get(url(server, "/admin/"))
    signed_in.execute_script(
        "let planted = document.createElement('script');"
        "planted.textContent = 'document.title = \"taken\"'; document.body.append(planted)"
    )
    assert "taken" not in signed_in.title
    assert "Content Security Policy" in refusals(signed_in)[0]
