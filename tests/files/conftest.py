from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import override_settings
from selenium import webdriver

from accounts.models import SigningKey, User
from tests.accounts.conftest import hashed_password
from tests.api.client import Client
from tests.api.conftest import api, box, committed, new_user
from tests.files import browser
from tests.files.browser import Page

__all__ = ["api", "box", "committed", "new_user"]


@pytest.fixture
def page(chromium: webdriver.Chrome, api: Client, committed: None) -> Page:
    """The page of a new user, who has just signed in."""
    return sign_in(chromium, api)


@pytest.fixture
def filled(page: Page) -> Page:
    """The page of a user with the empty container ``c``."""
    assert page.user.put("c").status == 201
    return page


def sign_in(driver: webdriver.Chrome, user: Client, origin: str = "") -> Page:
    """Sign in as the form does, without waiting for its page: its own tests press its button."""
    found = User.objects.filter(account=user.account)
    found.update(password=hashed_password())
    page = Page(driver, user, origin)
    driver.get(page.origin + browser.ELSEWHERE)
    driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    driver.add_cookie({"name": "sessionid", "value": session_of(found.get())})
    page.refusals()  # those that the tests before met are not this one's
    return page


def session_of(user: Any) -> str:
    """The key of a new session of a user's, as a sign-in makes it."""
    # The server signs with the key that all processes of the store share.
    with override_settings(SECRET_KEY=SigningKey.objects.get(id=1).key):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
    return str(session.session_key)
