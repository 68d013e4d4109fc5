"""``/login`` by the store's own page: whoever signs in is sent to ``next`` with a token."""

from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.http.pages import consent
from accounts.http.urls import urlpatterns
from accounts.models import AppPassword, Token, User
from accounts.tokens.tokens import create_token, token_digest
from accounts.users.users import create_user, set_password
from audit.models import Event
from tests.accounts.conftest import PASSWORD

pytestmark = [pytest.mark.requirement("R10"), pytest.mark.django_db]

NEXT = "https://ui.example/back"


@pytest.fixture(autouse=True)
def _allowed(settings: Any, no_secrets: None) -> None:
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


def place(target: str = NEXT, **flags: str) -> str:
    return f"/login?{urlencode({'next': target, **flags})}"


def go(browser: Client, target: str = NEXT, **flags: str) -> Any:
    """Open the page, and say yes if it asks."""
    answer = browser.get(place(target, **flags))
    return browser.post(place(target, **flags)) if answer.status_code == 200 else answer


def everything() -> list[Any]:
    """All that a login can change."""
    models = (User, Token, AppPassword, Event, Session)
    return [sorted(map(str, model._default_manager.values())) for model in models]


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


FLAGS: list[dict[str, str]] = [{}, {"renew": ""}, {"force": ""}, {"renew": "", "force": ""}]
each_flag = pytest.mark.parametrize("flags", FLAGS, ids=lambda flags: "+".join(flags) or "none")


@each_flag
@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin", "none", ""])
def test_a_link_changes_nothing(browser: Client, flags: dict[str, str], site: str) -> None:
    before = everything()
    for target in ("/", NEXT, "pithos://back"):
        headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"} if site else {}
        answer = browser.get(place(target, **flags), headers=headers)
        assert answer.status_code == (302 if "force" in flags else 200)
        assert "token=" not in answer.get("Location", "")
    assert everything() == before
    assert browser.get("/account/").status_code == 200


@pytest.mark.parametrize("query", ["", "?next=/&renew&force&next=%2Flogin%3Fnext%3D%2F%26renew"])
def test_no_page_changes_anything_by_a_link(browser: Client, user: User, query: str) -> None:
    token = create_token(user)
    before, digest = everything(), token_digest(token).hex()
    paths = ["/account/app-passwords/1/revoke", f"/account/tokens/{digest}/revoke", "/admin/"]
    paths += [
        f"/{each.pattern}" for each in urlpatterns if each.name and "<" not in str(each.pattern)
    ]
    for path in [*paths, "/admin/logout/", "/auth/v1.0", "/v2.0/tokens", "/identity/v2.0/tokens"]:
        assert browser.get(f"{path}{query}").status_code < 500
    assert everything() == before


@pytest.mark.parametrize(
    ("target", "who"),
    [(NEXT, "https://ui.example"), ("/ui", "A page of this store"), ("pithos://x", "(pithos:)")],
)
def test_the_question_says_who_gets_the_token(browser: Client, target: str, who: str) -> None:
    plain, renewing = (
        browser.get(place(target, **flags)).content.decode() for flags in ({}, {"renew": ""})
    )
    assert who in plain
    assert "Go on as alice" in plain
    assert "All your other logins end" not in plain
    assert "All your other logins end" in renewing


@each_flag
def test_no_other_site_can_say_yes(user: User, flags: dict[str, str]) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    before = everything()
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert browser.post(place(**flags), headers=headers).status_code == 403
    assert everything() == before


def sign_in(client: Client, goal: str) -> None:
    form = {"username": "alice", "password": PASSWORD, "next": goal}
    assert client.post("/account/sign-in", form).status_code == 302


def test_who_has_just_signed_in_is_asked_nothing_once(client: Client, user: User) -> None:
    sign_in(client, place(renew=""))
    assert "token" in given(client.get(place(renew="")))
    assert client.get(place(renew="")).status_code == 200


@pytest.mark.parametrize("other", [place(), place("/"), place("pithos://back", renew="")])
def test_who_has_signed_in_for_another_is_asked(client: Client, user: User, other: str) -> None:
    sign_in(client, place(renew=""))
    assert client.get(other).status_code == 200


def test_who_signed_in_a_while_ago_is_asked(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, place())
    monkeypatch.setattr(consent, "SECONDS", 0)
    assert client.get(place()).status_code == 200


def test_who_says_yes_after_their_session_has_ended_signs_in_again(browser: Client) -> None:
    Session.objects.all().delete()
    assert browser.post(place())["Location"].startswith("/account/sign-in?next=%2Flogin")


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


def test_force_asks_for_the_password_again(browser: Client) -> None:
    old = browser.session.session_key
    goal = given(go(browser, force=""))["next"]
    assert goal == "/login?next=https%3A%2F%2Fui.example%2Fback"
    sign_in(browser, goal)
    assert given(browser.get(goal))["user"] == "alice"
    assert not Session.objects.filter(session_key=old).exists()


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
