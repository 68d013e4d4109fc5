"""The pages for users: in and out, password, tokens and app passwords."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.logins.logins import new_login
from accounts.models import AppPassword, Token, User
from accounts.tokens import app_passwords
from accounts.tokens.tokens import create_token, list_tokens, token_digest
from accounts.users.users import create_user, set_password
from tests.accounts.conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_secrets")]

PAGES = ["/account/", "/account/logins", "/account/password"]
FORM = {"kind": "token", "label": "backup", "days": "30"}


def make(account: str) -> User:
    user = create_user(account)
    set_password(user, PASSWORD)
    return user


@pytest.fixture
def user() -> User:
    return make("alice")


@pytest.fixture
def browser(client: Client, user: User) -> Client:
    """A browser where alice is signed in."""
    client.force_login(user)
    return client


def sign_in(client: Client, name: str, password: str, **more: str) -> Any:
    return client.post("/account/sign-in", {"username": name, "password": password, **more})


def make_secret(browser: Client, form: dict[str, str]) -> str:
    """Fill in the form for another secret; return it as the next page shows it."""
    answer = browser.post("/account/", form, follow=True)
    assert answer.redirect_chain == [("/account/", 302)]
    found = re.search(r'<code id="secret">([^<]+)</code>', answer.content.decode())
    assert found
    return found[1]


def test_a_password_opens_the_pages(client: Client, user: User) -> None:
    answer = sign_in(client, "Alice", PASSWORD)
    assert (answer.status_code, answer["Location"]) == (302, "/files/")
    assert "alice" in client.get("/account/").content.decode()


@pytest.mark.parametrize(
    ("name", "password"), [("alice", "wrong"), ("nobody", PASSWORD), ("eve", PASSWORD)]
)
def test_what_is_wrong_is_not_told(client: Client, user: User, name: str, password: str) -> None:
    User.objects.filter(pk=make("eve").pk).update(is_active=False)
    answer = sign_in(client, name, password)
    assert answer.status_code == 401
    assert "The name or the password is wrong." in answer.content.decode()
    assert client.get("/account/").status_code == 302


def test_a_token_is_no_password(client: Client, user: User) -> None:
    for key in (create_token(user), app_passwords.create_app_password(user)):
        assert sign_in(client, "alice", key).status_code == 401


def test_after_many_wrong_passwords_none_is_tried(
    client: Client, user: User, settings: Any
) -> None:
    settings.PITHOS_MAX_GUESSES = 2
    statuses = [sign_in(client, "alice", "wrong").status_code for _ in range(2)]
    answer = sign_in(client, "alice", PASSWORD)
    assert [*statuses, answer.status_code] == [401, 401, 429]
    assert int(answer["Retry-After"]) > 0
    assert "Tokens and app passwords go on working" in answer.content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_nobody_is_sent_elsewhere(client: Client, user: User, target: str) -> None:
    assert sign_in(client, "alice", PASSWORD, next=target)["Location"] == "/files/"


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_sent_to_sign_in(client: Client, path: str) -> None:
    assert client.get(path)["Location"] == f"/account/sign-in?next={path}"


@pytest.mark.parametrize("path", [*PAGES, "/account/sign-in"])
def test_pages_are_nobody_elses(browser: Client, path: str) -> None:
    answer = browser.get(path)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script" not in answer.content.decode() + policy
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["sign-in", "sign-out", "", "password", "end-logins", "app-passwords/1/revoke"]
)
def test_every_form_needs_its_token_against_forgery(user: User, path: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    assert browser.post(f"/account/{path}", FORM).status_code == 403


def test_a_browser_at_the_root_is_shown_the_way(client: Client) -> None:
    answer = client.get("/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (answer.status_code, answer["Location"]) == (302, "/files/")


def test_signing_out_is_for_good(browser: Client) -> None:
    assert browser.get("/account/sign-out").status_code == 405
    assert browser.post("/account/sign-out")["Location"] == "/account/sign-in"
    assert browser.get("/account/").status_code == 302


def test_a_new_token_is_shown_once(browser: Client, user: User) -> None:
    secret = make_secret(browser, FORM)
    token = Token.objects.get(digest=token_digest(secret))
    assert (token.user, token.label, token.scope) == (user, "backup", None)
    page = browser.get("/account/").content.decode()  # as loading it again does
    assert "backup" in page
    assert secret not in page
    assert Token.objects.count() == 1


def test_a_new_secret_is_kept_by_its_browser_alone(browser: Client, user: User) -> None:
    browser.post("/account/", FORM)
    kept = browser.cookies["new_secret"]
    assert (kept["httponly"], kept["samesite"], kept["path"]) == (True, "Strict", "/account/")
    assert int(kept["max-age"]) <= 60
    other = Client()
    other.force_login(make("eve"))
    other.cookies["new_secret"] = kept.value
    assert "Your new token" not in other.get("/account/").content.decode()
    assert all(kept.value not in str(row) for row in Session.objects.values())
    assert "Your new token" in browser.get("/account/").content.decode()


def test_a_new_app_password_reaches_what_was_chosen(browser: Client, user: User) -> None:
    limits = {"read_only": "on", "container": "c", "beginning": "a/", "networks": "10.0.0.0/8, ::1"}
    secret = make_secret(browser, FORM | limits | {"kind": "app", "days": ""})
    [kept] = AppPassword.objects.filter(digest=token_digest(secret))
    assert str(app_passwords.scope_of(kept)) == "read-only; only c/a/; from 10.0.0.0/8, ::1/128"
    assert kept.expires is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", "x"), ("days", "7"), ("networks", "home"), ("container", "a/b"), ("beginning", "x"),
     ("label", "x" * 257)],
)  # fmt: skip
def test_what_cannot_be_is_told(browser: Client, field: str, value: str) -> None:
    answer = browser.post("/account/", FORM | {field: value})
    assert answer.status_code == 400
    assert 'class="error"' in answer.content.decode() or field == "kind"
    assert not Token.objects.exists()


def test_a_token_is_revoked(browser: Client, user: User) -> None:
    token = create_token(user, label="laptop")
    path = f"/account/tokens/{token_digest(token).hex()}/revoke"
    assert path in browser.get("/account/").content.decode()
    assert "It is revoked" in browser.post(path, follow=True).content.decode()
    assert Token.objects.get().revoked is not None
    assert "It is revoked already" in browser.post(path, follow=True).content.decode()


@pytest.fixture
def many_logins(user: User) -> User:
    """A user with a token made by hand, called as logins are, and 201 newer ones of logins."""
    create_token(user, label="login", expires=datetime.now(UTC) + timedelta(days=9))
    for _ in range(201):
        new_login(user)
    return user


def test_logins_hide_no_token_that_was_made_by_hand(browser: Client, many_logins: User) -> None:
    [token] = list_tokens(many_logins)
    path = f"/account/tokens/{token.digest.hex()}/revoke"
    page = browser.get("/account/").content.decode()
    assert (page.count("Revoke token"), path in page) == (1, True)
    browser.post("/account/end-logins")
    assert list(list_tokens(many_logins)) == [token]


def test_logins_are_listed_apart_and_paged(browser: Client, many_logins: User) -> None:
    pages = [browser.get("/account/logins", {"page": n}).content.decode() for n in (1, 5, 99, "x")]
    assert [page.count("Revoke token") for page in pages] == [50, 1, 1, 50]
    assert "1–50 of 201" in pages[0]
    assert ('rel="next"' in pages[0], 'rel="next"' in pages[1]) == (True, False)


def test_one_login_is_ended_on_its_page_and_all_by_one_click(
    browser: Client, many_logins: User
) -> None:
    digest = list_tokens(many_logins, by_login=True)[0].digest.hex()
    answer = browser.post(f"/account/tokens/{digest}/revoke?login")
    assert answer["Location"] == "/account/logins"
    assert list_tokens(many_logins, by_login=True).count() == 200
    browser.post("/account/end-logins")
    assert "There are none." in browser.get("/account/logins").content.decode()


def test_tokens_and_app_passwords_are_paged_too(browser: Client, user: User) -> None:
    for n in range(51):
        create_token(user, label=f"t-{n}")
        app_passwords.create_app_password(user, label=f"a-{n}")
    first, second = (
        browser.get("/account/", {"tokens": n, "apps": n}).content.decode() for n in (1, 2)
    )
    for kind in ("Revoke token", "Revoke app password"):
        assert (first.count(kind), second.count(kind)) == (50, 1)


def test_an_app_password_is_revoked(browser: Client, user: User) -> None:
    app_passwords.create_app_password(user, label="phone")
    browser.post(f"/account/app-passwords/{AppPassword.objects.get().pk}/revoke")
    assert AppPassword.objects.get().revoked is not None


def test_others_secrets_are_not_shown_nor_revoked(browser: Client) -> None:
    other = make("bob")
    token = create_token(other, label="bobs-laptop")
    app_passwords.create_app_password(other, label="bobs-phone")
    assert "bobs" not in browser.get("/account/").content.decode()
    browser.post(f"/account/tokens/{token_digest(token).hex()}/revoke")
    browser.post(f"/account/app-passwords/{AppPassword.objects.get().pk}/revoke")
    assert (Token.objects.get().revoked, AppPassword.objects.get().revoked) == (None, None)


def test_what_a_user_writes_is_no_markup(browser: Client) -> None:
    browser.post("/account/", FORM | {"label": "<b onload=x>"})
    assert "<b onload" not in browser.get("/account/").content.decode()


def test_all_other_logins_can_be_ended(browser: Client, user: User) -> None:
    other = Client()
    other.force_login(user)
    browser.post("/account/end-logins")
    assert other.get("/account/").status_code == 302
    assert browser.get("/account/").status_code == 200


def change(browser: Client, old: str, new: str) -> Any:
    form = {"old_password": old, "new_password1": new, "new_password2": new}
    return browser.post("/account/password", form)


def test_a_password_is_changed_and_ends_other_sessions(browser: Client, user: User) -> None:
    other = Client()
    other.force_login(user)
    assert change(browser, PASSWORD, "another sesame").status_code == 302
    user.refresh_from_db()
    assert user.check_password("another sesame")
    assert browser.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


WEAK = ["short", "password", "12345678", "918273645546", "alice123", "Alice2026", "x" * 1025]


@pytest.mark.parametrize(
    ("old", "new"), [("wrong", "another sesame"), *((PASSWORD, weak) for weak in WEAK)]
)
def test_a_password_that_may_not_be_changed_so_stays(
    browser: Client, user: User, old: str, new: str
) -> None:
    assert change(browser, old, new).status_code == 400
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_the_old_password_cannot_be_guessed_there(browser: Client, settings: Any) -> None:
    settings.PITHOS_MAX_GUESSES = 1
    statuses = [change(browser, "wrong", "another sesame").status_code for _ in range(2)]
    assert statuses == [400, 429]


def test_a_body_that_no_form_has_is_413(client: Client) -> None:
    answer = client.post("/account/sign-in", {"username": "x" * (1 << 20), "password": "y"})
    assert answer.status_code == 413
