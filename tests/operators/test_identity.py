"""The box to try a token: what it tells, and that nothing keeps the token."""

import logging
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client

from accounts import identity
from accounts.errors import ProviderUnavailableError
from accounts.identity.base import Identity, RequestFacts
from accounts.models import User
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token, revoke_token, shown_digest
from accounts.users.suspension import suspend
from audit.models import Event

pytestmark = pytest.mark.django_db


class Site:
    """A site's own backend: it knows one token, and fails for another."""

    name = "site"
    remote = True

    def resolve(self, token: str, request: RequestFacts) -> Identity | None:
        if token == "broken":
            raise ProviderUnavailableError(self.name)
        return Identity("visitor-1", self.name, name="Eve") if token == "theirs" else None


@pytest.fixture
def with_site(settings: Any) -> None:
    settings.PITHOS_IDENTITY = ["database", "tests.operators.test_identity.Site"]
    identity.current.cache_clear()


def tried(browser: Client, token: str) -> str:
    answer = browser.post("/operators/identity", {"token": token})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    page = answer.content.decode()
    assert token not in page
    return page


def test_a_valid_token_tells_whose_it_is_and_what_it_reaches(
    browser: Client, operator: User, user: User
) -> None:
    token = create_token(user, scope=Scope(container="photos"))
    page = tried(browser, token)
    assert "It is valid." in page
    assert f'/operators/accounts/{user.account}"' in page
    assert "only photos/" in page
    event = Event.objects.latest("id")
    assert (event.action, event.actor, event.account) == (
        *("identity.try", operator.account, user.account),
    )
    assert event.target == shown_digest(token)
    assert token not in str(vars(event))


def test_what_is_wrong_with_a_token_is_told(browser: Client, user: User) -> None:
    revoked = create_token(user)
    revoke_token(revoked)
    expired = create_token(user, expires=datetime.now(UTC) - timedelta(days=1))
    elsewhere = create_token(user, scope=Scope(networks=(ip_network("203.0.113.0/24"),)))
    limited = create_token(user, scope=Scope(read_only=True))
    revoke_token(limited)
    assert "It has been revoked" in tried(browser, revoked)
    assert "It has been revoked" in tried(browser, limited)
    assert "It has expired" in tried(browser, expired)
    assert "not from your address" in tried(browser, elsewhere)
    assert "No backend knows it" in tried(browser, "nobody-has-this")
    valid = create_token(user)
    suspend(user)
    assert "of a user who is suspended" in tried(browser, valid)


@pytest.mark.usefixtures("with_site")
def test_a_provider_is_asked(browser: Client) -> None:
    assert ">site</th>" in browser.get("/operators/identity").content.decode()
    page = tried(browser, "theirs")
    assert "It is valid." in page
    assert User.objects.get(display_name="Eve").account in page
    for _ in range(5):
        assert "does not answer" in tried(browser, "broken")
    assert "is left alone for a while" in browser.get("/operators/identity").content.decode()


def test_the_token_is_in_no_log(
    browser: Client, user: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = create_token(user)
    tried(browser, token)
    assert token not in caplog.text


@pytest.mark.parametrize("token", ["", "x" * 9000])
def test_what_is_no_token_is_refused(browser: Client, token: str) -> None:
    assert browser.post("/operators/identity", {"token": token}).status_code == 400
