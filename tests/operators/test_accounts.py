"""Accounts, as operators see them and change them."""

import re

import pytest
from django.test import Client

from accounts.models import User
from accounts.tokens import app_passwords
from accounts.tokens.tokens import create_token, list_tokens, token_digest
from accounts.users.users import create_user, set_quota
from audit.models import Event

pytestmark = pytest.mark.django_db


def page(browser: Client, path: str, **query: str) -> str:
    answer = browser.get(f"/operators/{path}", query)
    assert answer.status_code == 200
    return answer.content.decode()


def act(browser: Client, user: User, path: str, **form: str) -> str:
    """Send a form of the account's page; return the page that it leads to."""
    place = f"/operators/accounts/{user.account}"
    answer = browser.post(f"{place}/{path}", form, follow=True)
    assert answer.redirect_chain == [(place, 302)]
    return answer.content.decode()


def last_event() -> Event:
    return Event.objects.latest("id")


def test_a_page_tells_what_an_account_has(browser: Client, user: User) -> None:
    create_token(user, label="laptop")
    app_passwords.create_app_password(user, label="rclone")
    set_quota(user, 5 << 30)
    shown = page(browser, f"accounts/{user.account}")
    for each in ("laptop", "rclone", "quota: 5 GiB", str(user.uuid)):
        assert each in shown


def test_the_list_has_pages_in_order(browser: Client) -> None:
    names = [f"paged-{number:03d}" for number in range(60)]
    for name in names:
        create_user(name)
    first = page(browser, "accounts", q="Paged-")
    assert [f'/{name}"' in first for name in names] == [True] * 50 + [False] * 10
    assert "q=paged-&amp;after=paged-049" in first
    second = page(browser, "accounts", q="paged-", after="paged-049")
    assert [f'/{name}"' in second for name in names] == [False] * 50 + [True] * 10


def test_a_name_that_nobody_has_is_404(browser: Client) -> None:
    assert browser.get("/operators/accounts/nobody").status_code == 404


def test_an_account_is_made(browser: Client) -> None:
    form = {"account": "Newcomer", "quota": "1G"}
    answer = browser.post("/operators/accounts", form)
    assert answer["Location"] == "/operators/accounts/newcomer"
    assert User.objects.get(account="newcomer").quota == 1 << 30


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"account": "a/b"}, "A name has 1 to 256 bytes"),
        ({"account": "there"}, "There is an account of this name."),
        ({"account": "other", "quota": "much"}, "Write a size such as 50G"),
        ({"account": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_with_a_new_account_is_told(
    browser: Client, form: dict[str, str], told: str
) -> None:
    create_user("there")
    answer = browser.post("/operators/accounts", form)
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert not User.objects.filter(account="other").exists()


@pytest.mark.parametrize(
    ("typed", "kept"), [("50G", 50 << 30), ("0", 0), ("", None), ("123", 123), (" 2t ", 2 << 40)]
)
def test_a_quota_is_set_with_its_unit(
    browser: Client, operator: User, user: User, typed: str, kept: int | None
) -> None:
    assert "The quota is changed." in act(browser, user, "quota", quota=typed)
    user.refresh_from_db()
    assert user.quota == kept
    event = last_event()
    assert (event.action, event.actor, event.account) == (
        *("quota.change", operator.account, user.account),
    )


def test_a_quota_that_is_no_size_changes_nothing(browser: Client, user: User) -> None:
    answer = browser.post(f"/operators/accounts/{user.account}/quota", {"quota": "-1"})
    assert answer.status_code == 400
    assert "Write a size such as 50G" in answer.content.decode()
    user.refresh_from_db()
    assert user.quota is None


def test_a_user_is_suspended_and_resumed(browser: Client, operator: User, user: User) -> None:
    assert "suspended" in act(browser, user, "suspend")
    user.refresh_from_db()
    assert not user.is_active
    assert (last_event().action, last_event().actor) == ("user.suspend", operator.account)
    assert "They are let in again." in act(browser, user, "resume")
    user.refresh_from_db()
    assert user.is_active


def test_operators_cannot_shut_themselves_out(browser: Client, operator: User) -> None:
    answer = browser.post(f"/operators/accounts/{operator.account}/suspend")
    assert answer.status_code == 403
    operator.refresh_from_db()
    assert operator.is_active


def test_a_token_is_revoked_once(browser: Client, operator: User, user: User) -> None:
    digest = token_digest(create_token(user)).hex()
    assert "It is revoked" in act(browser, user, f"tokens/{digest}/revoke")
    assert not list_tokens(user)
    event = last_event()
    assert (event.action, event.actor, event.proxy) == (
        *("token.revoke", operator.account, user.account),
    )
    assert "That was done already." in act(browser, user, f"tokens/{digest}/revoke")


def test_a_token_of_another_is_not(browser: Client, operator: User, user: User) -> None:
    digest = token_digest(create_token(operator)).hex()
    assert "That was done already." in act(browser, user, f"tokens/{digest}/revoke")
    assert list_tokens(operator)


def test_app_passwords_and_logins_are_ended(browser: Client, user: User) -> None:
    app_passwords.create_app_password(user)
    [made] = app_passwords.list_app_passwords(user)
    assert "It is revoked" in act(browser, user, f"app-passwords/{made.pk}/revoke")
    assert not app_passwords.list_app_passwords(user)
    assert "All logins have ended." in act(browser, user, "end-logins")
    assert last_event().action == "login.end_all"


def test_a_password_is_set_if_it_is_good(browser: Client, user: User) -> None:
    place = f"/operators/accounts/{user.account}/password"
    assert browser.post(place, {"password": "12345678"}).status_code == 400
    assert "The password is set" in act(browser, user, "password", password="open sesame")
    user.refresh_from_db()
    assert user.check_password("open sesame")


@pytest.mark.parametrize(("kind", "title"), [("token", "The new token"), ("app", "The new app")])
def test_a_secret_is_made_for_a_user_and_shown_once(
    browser: Client, operator: User, user: User, kind: str, title: str
) -> None:
    shown = act(browser, user, "secrets", kind=kind, label="backup", days="30", read_only="on")
    secret = re.search(r'<code id="secret">(.+)</code>', shown)
    assert secret, shown
    assert title in shown
    event = last_event()
    assert event.action == ("token.create" if kind == "token" else "app_password.create")
    assert (event.actor, event.proxy) == (operator.account, user.account)
    assert secret[1] not in page(browser, f"accounts/{user.account}")
    if kind == "token":
        [made] = list_tokens(user)
        assert (made.label, made.digest) == ("backup", token_digest(secret[1]))
        assert made.scope == event.details


def test_a_secret_is_shown_on_its_own_users_page_alone(
    browser: Client, operator: User, user: User
) -> None:
    answer = browser.post(f"/operators/accounts/{user.account}/secrets", {"kind": "token"})
    kept = answer.cookies["new_secret"]
    assert (kept["path"], kept["httponly"]) == (f"/operators/accounts/{user.account}", True)
    browser.cookies["new_secret"] = kept.value
    assert 'id="secret"' not in page(browser, f"accounts/{operator.account}")


def test_what_is_wrong_with_a_secret_is_told(browser: Client, user: User) -> None:
    form = {"kind": "token", "beginning": "x"}
    answer = browser.post(f"/operators/accounts/{user.account}/secrets", form)
    assert answer.status_code == 400
    assert "This needs a container." in answer.content.decode()
    assert not list_tokens(user)
