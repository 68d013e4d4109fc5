"""Tokens for the scripts of our own pages: same origin, 15 minutes, gone with the session."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from accounts.models import Token, User
from accounts.tokens.tokens import list_tokens, token_digest
from accounts.users.suspension import suspend
from accounts.users.users import find_user, set_password
from tests.accounts.conftest import PASSWORD
from tests.accounts.signing_in import cookies_of, sign_in
from tests.api.client import Answer, Client

PLACE = "/account/session-token"


def ask_token(client: Client, cookie: str, **headers: str) -> Answer:
    """What a script of a page sends: the CSRF token that the page has told it."""
    page = client.raw("GET", "/account/", headers={"Cookie": cookie})
    csrf = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
    sent = {"Cookie": "; ".join(filter(None, (cookie, cookies_of(page))))}
    sent |= {"X-CSRFToken": csrf[1].decode()} if csrf else {}
    return client.raw("POST", PLACE, b"", sent | headers)


@pytest.fixture
def cookie(member: Client) -> str:
    return sign_in(member, PASSWORD)["Cookie"]


def made(member: Client, cookie: str) -> str:
    answer = ask_token(member, cookie)
    assert answer.status == 201
    return str(json.loads(answer.body)["token"])


def works(member: Client, token: str) -> bool:
    headers = {"X-Auth-Token": token}
    status = member.raw("PUT", member.url("c/o"), b"x", headers | {"Content-Type": "a/b"}).status
    assert status in {201, 401}
    return status == 201


def test_a_page_gets_a_token_for_15_minutes(member: Client, cookie: str) -> None:
    answer = ask_token(member, cookie)
    told = json.loads(answer.body)
    left = datetime.fromisoformat(told["expires"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)
    assert answer["Cache-Control"] == "no-store"
    assert answer.get("Access-Control-Allow-Origin") is None
    assert works(member, told["token"])
    assert told["token"] != made(member, cookie)


def test_signing_out_ends_it(member: Client, cookie: str) -> None:
    token = made(member, cookie)
    assert fill_in_sign_out(member, cookie).status == 302
    assert not works(member, token)


def fill_in_sign_out(member: Client, cookie: str) -> Answer:
    page = member.raw("GET", "/account/", headers={"Cookie": cookie})
    csrf = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
    assert csrf
    sent = {"Cookie": f"{cookie}; {cookies_of(page)}", "X-CSRFToken": csrf[1].decode()}
    return member.raw("POST", "/account/sign-out", b"", sent)


@pytest.mark.parametrize("end", ["row", "password", "suspended"])
def test_however_the_session_ends_the_token_does(member: Client, cookie: str, end: str) -> None:
    token = made(member, cookie)
    user = find_user(member.account)
    kept = Token.objects.get(digest=token_digest(token)).session
    if end == "row":
        Session.objects.filter(session_key=kept).delete()
    elif end == "password":
        set_password(user, "another long password")
    else:
        suspend(user)
    assert not works(member, token)
    assert ask_token(member, cookie).status in {401, 403}


def test_ending_all_logins_ends_it(member: Client, cookie: str) -> None:
    other = sign_in(member, PASSWORD)["Cookie"]
    token = made(member, other)
    page = member.raw("GET", "/account/logins", headers={"Cookie": cookie})
    csrf = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
    assert csrf
    sent = {"Cookie": f"{cookie}; {cookies_of(page)}", "X-CSRFToken": csrf[1].decode()}
    assert member.raw("POST", "/account/end-logins", b"", sent).status == 302
    assert not works(member, token)


def test_it_ends_no_later_than_the_session(member: Client, cookie: str) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=90)
    key = re.search(r"sessionid=([^;]+)", cookie)
    assert key
    Session.objects.filter(session_key=key[1]).update(expire_date=soon)
    told = json.loads(ask_token(member, cookie).body)
    assert datetime.fromisoformat(told["expires"]) <= soon


def test_other_sites_get_none(member: Client, cookie: str) -> None:
    assert member.raw("POST", PLACE, b"", {"Cookie": cookie}).status == 403
    foreign = ask_token(member, cookie, Origin="https://elsewhere.example")
    assert foreign.status == 403
    assert member.raw("GET", PLACE, headers={"Cookie": cookie}).status == 405


def test_nobody_gets_none(member: Client) -> None:
    shown = member.raw("GET", "/account/sign-in")
    csrf = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', shown.body)
    assert csrf
    sent = {"Cookie": cookies_of(shown), "X-CSRFToken": csrf[1].decode()}
    answer = member.raw("POST", PLACE, b"", sent | {"X-Auth-Token": member.token})
    assert answer.status == 401
    fault: dict[str, Any] = json.loads(answer.body)["unauthorized"]
    assert fault["message"] == "the session is over; sign in again"


def test_lists_of_tokens_leave_it_out(member: Client, cookie: str) -> None:
    made(member, cookie)
    user = User.objects.get(account=member.account)
    assert list_tokens(user, by_login=True).count() == 0
    page = member.raw("GET", "/account/logins", headers={"Cookie": cookie})
    assert b"There are none." in page.body
