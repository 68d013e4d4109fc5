"""``/login`` by the store's own page: whoever signs in is sent to ``next`` with a token."""

from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from django.test import Client

from accounts.models import Token, User
from accounts.tokens.tokens import create_token, token_digest
from accounts.users.users import create_user, set_password
from tests.accounts.conftest import PASSWORD

pytestmark = [pytest.mark.requirement("R10"), pytest.mark.django_db]

NEXT = "https://ui.example/back"


@pytest.fixture(autouse=True)
def _allowed(settings: Any, quick_hashes: None) -> None:
    settings.PITHOS_LOGIN_NEXT = ["https://ui.example"]


@pytest.fixture
def user() -> User:
    user = create_user("alice")
    set_password(user, PASSWORD)
    return user


@pytest.fixture
def browser(client: Client, user: User) -> Client:
    """A browser where alice is signed in."""
    client.force_login(user)
    return client


def go(browser: Client, target: str = NEXT, **flags: str) -> Any:
    return browser.get("/login", {"next": target, **flags})


def given(answer: Any) -> dict[str, str]:
    """What the query of the place that a redirect leads to says."""
    assert answer.status_code == 302
    return dict(parse_qsl(urlsplit(answer["Location"]).query))


def test_a_stranger_signs_in_first_and_comes_back(client: Client, user: User) -> None:
    answer = go(client, renew="")
    assert answer["Location"].startswith("/account/sign-in?next=%2Flogin%3Fnext%3D")
    form = {"username": "alice", "password": PASSWORD, "next": given(answer)["next"]}
    back = client.post("/account/sign-in", form)
    assert back["Location"].startswith("/login?")
    assert given(back) | {"renew": ""} == {"next": NEXT, "renew": ""}
    assert given(client.get(back["Location"]))["user"] == "alice"


def test_the_token_is_the_users_own_for_a_day(browser: Client, user: User) -> None:
    told = given(go(browser))
    assert (told["user"], told["uuid"]) == ("alice", str(user.uuid))
    token = Token.objects.get(digest=token_digest(told["token"]))
    assert (token.user, token.label) == (user, "login")
    assert token.expires is not None


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("https://ui.example/a?b=c%2Fd&e=&f#g", "https://ui.example/a?b=c%2Fd&e=&f&"),
        ("https://ui.example/?token=mine&User=me&x=1", "https://ui.example/?x=1&"),
        ("/ui/?a=b", "/ui/?a=b&"),
        ("pithos://back", "pithos://back?"),
        ("pithosdev://back/x?y=1", "pithosdev://back/x?y=1&"),
    ],
)
def test_the_rest_of_the_target_is_kept(browser: Client, target: str, kept: str) -> None:
    place = go(browser, target)["Location"]
    assert place.startswith(f"{kept}user=alice&uuid=")
    assert urlsplit(place).fragment == urlsplit(target).fragment
    assert len(parse_qs(urlsplit(place).query)["token"]) == 1


def test_nobody_keeps_the_redirect_or_learns_of_its_place(browser: Client) -> None:
    answer = go(browser)
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "target",
    ["", "https://evil.example/", "//evil.example", "http://ui.example/", "javascript:alert(1)",
     "https://ui.example@evil.example/", "https://ui.example:8443/", "data:text/html,x", "x:y"],
)  # fmt: skip
def test_a_token_goes_nowhere_else(browser: Client, target: str) -> None:
    answer = go(browser, target)
    assert (answer.status_code, answer.get("Location")) == (400, None)
    assert not Token.objects.exists()


def test_force_signs_out_first(browser: Client) -> None:
    answer = go(browser, force="")
    assert given(answer)["next"] == "/login?next=https%3A%2F%2Fui.example%2Fback"
    assert browser.get("/account/").status_code == 302


def test_renew_ends_all_other_logins(browser: Client, user: User) -> None:
    other = Client()
    other.force_login(user)
    first, made = given(go(other))["token"], create_token(user, label="laptop")
    second = given(go(browser, renew=""))["token"]
    valid = {
        token for token in (first, second, made)
        if Token.objects.get(digest=token_digest(token)).revoked is None
    }  # fmt: skip
    assert valid == {second, made}
    assert other.get("/account/").status_code == 302
    assert browser.get("/account/").status_code == 200


def test_a_disabled_user_gets_no_token(browser: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert go(browser)["Location"].startswith("/account/sign-in")


def test_only_get_hands_out_tokens(browser: Client) -> None:
    assert browser.head("/login", {"next": NEXT}).status_code == 405
    assert not Token.objects.exists()
